"""A change to a Whoosh index: new documents go to a new segment, old ones are marked deleted in theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from whoosh.codec.base import Segment as WhooshSegment
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import TOC
from whoosh.util.filelock import LockBase
from whoosh.writing import CLEAR, MERGE_SMALL, SegmentWriter

from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh import storage
from indexer.engines.whoosh.schema import make_schema, row
from indexer.engines.whoosh.segment import Segment
from indexer.errors import IndexUnavailable, UsageError
from indexer.model import TokenisedDocument

SORT_MEMORY_MB = 256
"""What Whoosh may hold of postings before it sorts them on disk, which halves its speed: at 64 those articles took
twice as long."""


class WhooshWriter:
    """A change in the making. It holds the write lock until it is committed or aborted.

    `segments` are those that the change starts from (none for a fresh index), each to mark documents in and to find
    them by.
    """

    def __init__(
        self,
        folder: Path,
        lock: LockBase,
        identity: IndexIdentity,
        segments: Sequence[tuple[WhooshSegment, Segment]],
        *,
        fresh: bool,
    ) -> None:
        self._folder = folder
        self._lock = lock
        self._segments = segments
        self._fresh = fresh
        self._added: dict[str, list[int]] = defaultdict(list)
        self._ended = False
        self._whoosh = _DurableWriter(folder, identity, [whoosh_segment for whoosh_segment, _ in segments])

    def replace(self, source: str, documents: Iterable[TokenisedDocument]) -> None:
        """Let these be the documents made from `source`, instead of any that were."""
        self.remove(source)
        try:
            for document in tuple(documents):
                self._added[source].append(self._whoosh.docnum)
                self._whoosh.add_document(**row(document))
        except OSError as error:
            raise self._not_written(error) from error

    def remove(self, source: str) -> None:
        """Drop all documents made from `source`, those of this change among them."""
        if self._ended:
            raise UsageError("This change to the index has ended; begin another with writer().")
        for whoosh_segment, segment in self._segments:
            for document in segment.frequencies("source", source):
                whoosh_segment.delete_document(document)
        for document in self._added.pop(source, ()):
            self._whoosh.newsegment.delete_document(document)

    def commit(self) -> None:
        """Make the change seen, at once and durably, and end the writer."""
        if self._ended:
            raise UsageError("This change to the index has ended; begin another with writer().")
        try:
            self._whoosh.commit(mergetype=CLEAR if self._fresh else _merge)
        except OSError as error:
            raise self._not_written(error) from error
        finally:
            self._end()

    def abort(self) -> None:
        """Forget the change and end the writer; harmless when it has ended."""
        if not self._ended:
            try:
                self._whoosh.cancel()
            finally:
                self._end()

    def _end(self) -> None:
        self._ended = True
        self._lock.release()

    def _not_written(self, error: OSError) -> IndexUnavailable:
        return IndexUnavailable(
            f"The index in {self._folder} could not be written ({error}). It is as it was before; "
            "see to the folder and the room on its disk, then run the command again."
        )


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec without what costs time here and gives nothing.

    Field lengths beside each posting serve a ranking that isn't ours, and most packed blocks hold one or two postings.
    Measured on 1,224 articles of 750 characters, a second of one core indexes 87 of them with both, 112 without the
    lengths, 153 without packing too, for an index a fifth larger.
    """

    length_stats = False

    def __init__(self) -> None:
        super().__init__(compression=0)


class _Origin:
    """The state that a change starts from, as a `SegmentWriter` asks an index for it."""

    indexname = storage.NAME

    def __init__(self, folder: Path, segments: Sequence[WhooshSegment]) -> None:
        self.storage = storage.open_storage(folder)
        self._toc = TOC(make_schema(), list(segments), storage.latest_generation(folder))

    def _read_toc(self) -> TOC:
        return self._toc


class _DurableWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer with a commit that a power cut can't tear."""

    def __init__(self, folder: Path, identity: IndexIdentity, segments: Sequence[WhooshSegment]) -> None:
        super().__init__(_Origin(folder, segments), limitmb=SORT_MEMORY_MB, _lk=False, codec=Codec())
        self._folder = folder
        self._identity = identity

    def cancel(self) -> None:
        super().cancel()
        storage.discard(self._folder, self.newsegment)

    def _commit_toc(self, segments: Sequence[WhooshSegment]) -> None:
        storage.commit(self._folder, self.generation, segments, self._identity)


def _merge(writer: SegmentWriter, segments: Sequence[WhooshSegment]) -> list[WhooshSegment]:
    """Whoosh's policy for small segments, after those that hold nothing any more were dropped."""
    return list(MERGE_SMALL(writer, [segment for segment in segments if segment.doc_count()]))
