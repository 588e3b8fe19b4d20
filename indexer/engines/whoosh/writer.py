"""Writer of an index: adds new documents in new segments and marks old ones as deleted in theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

from indexer.engines.base import Build, IndexIdentity, SourceDocuments
from indexer.engines.whoosh.adapter import commits
from indexer.engines.whoosh.adapter.codec import SegmentInfo
from indexer.engines.whoosh.damage import Guard, guarded
from indexer.engines.whoosh.indexing.merge_policy import groups_in_full_build, groups_to_merge, split_to_fit
from indexer.engines.whoosh.indexing.merger import merge_files
from indexer.engines.whoosh.indexing.segment_builder import SegmentBuilder
from indexer.engines.whoosh.reader import WhooshReader
from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.segment.segment import FlatSegment, open_segment
from indexer.engines.whoosh.segment.times_file import times_path, write_times
from indexer.engines.whoosh.write_lock import WriteLock
from indexer.errors import IndexUnavailable, UsageError
from indexer.model import Times, TokenisedDocument

_UNKNOWN = Times()

Segments = list[tuple[SegmentInfo, FlatSegment]]
"""Segments as the table of contents has them (deletions!), and opened."""


def build_segments(folder: Path, sources: Iterable[SourceDocuments]) -> list[Path]:
    """Write documents into segments of bounded size and return their files. A page file's documents stay together.

    Raises `IndexUnavailable` where they can't be written.
    """
    paths: list[Path] = []
    builder = SegmentBuilder()

    def write() -> None:
        paths.append(folder / f"{commits.NAME}_{uuid4().hex}.seg.tmp")
        with _explained(folder):
            builder.write(paths[-1])

    for _, fingerprint, documents in sources:
        if builder.is_full:
            write()
            builder = SegmentBuilder()
        for document in documents:
            builder.add(document, fingerprint)
    if len(builder):
        write()
    return paths


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise IndexUnavailable(
            f"The index in {folder} could not be written ({error}). It is as it was before; "
            "see to the folder and the room on its disk, then run the command again."
        ) from error


class WhooshWriter:
    """An uncommitted change. It holds the write lock until it is committed or aborted.

    `segments` are those that the change starts from (None for a fresh index), each to mark documents in and to find
    them by.
    """

    def __init__(
        self, folder: Path, lock: WriteLock, identity: IndexIdentity, segments: Segments | None = None
    ) -> None:
        self._folder = folder
        self._lock = lock
        self._identity = identity
        self._segments = segments or []
        self._is_fresh = not segments
        self._is_changed = segments is None
        self._written: list[SegmentInfo] = []
        self._merged_from: dict[str, Segments] = {}
        self._builder = SegmentBuilder()
        self._ended = False

    @property
    def guard(self) -> Guard:
        """What finds out whether damaged segments are the reason for an error."""
        return Guard(self._folder, [segment for _, segment in self._segments])

    @guarded
    def replace(self, source: str, documents: Iterable[TokenisedDocument], fingerprint: str) -> None:
        """Replace all documents made from `source` by these. Raises `UsageError` when the writer has ended."""
        self.remove(source)
        for document in tuple(documents):
            self._builder.add(document, fingerprint)
        if self._builder.is_full:
            self._flush()

    @guarded
    def remove(self, source: str) -> None:
        """Delete all documents made from `source`, those added by this change too."""
        self._check()
        self._builder.drop(source)
        self._delete({source})

    def build(self) -> Build:
        """What worker processes are to call: it writes segments into the folder, under names that are cleared away."""
        return partial(build_segments, self._folder)

    @guarded
    def adopt(self, path: Path) -> None:
        """Add a segment that `build_segments` wrote. It replaces its sources, and its file is moved.

        The file must lie on the disk of the index, best in its folder.
        """
        self._check()
        with self._writing():
            segment = FlatSegment(path)
            sources = set(segment.sources)
            for source in sources:
                self._builder.drop(source)
            self._delete(sources)
            info = self._name(segment.doc_count)
            path.rename(self._folder / info.file_name)
            self._segments.append((info, open_segment(self._folder / info.file_name)))

    @guarded
    def preview(self) -> WhooshReader:
        """A reader of what `commit` would make readable, as far as the change has come."""
        self._check()
        self._flush()
        return WhooshReader.of([LiveSegment(segment, info.deleted) for info, segment in self._segments], self._folder)

    @guarded
    def commit(
        self, moves: Mapping[str, str] | None = None, times: Mapping[str, Times] | None = None, records: str = ""
    ) -> None:
        """Commit atomically and durably, and end the writer. Raises `IndexUnavailable` where that fails.

        Where nothing was added or deleted, the last commit stays as it is.
        """
        self._check()
        generation = commits.latest_generation(self._folder) + 1
        try:
            self._flush()
            if self._is_changed:
                with self._writing():
                    kept = self._merged()
                    self._write_times(kept, times or {})
                    infos = [info for info, _ in kept]
                    commits.commit(self._folder, generation, infos, self._identity, moves or {}, records)
        except BaseException:
            if commits.latest_generation(self._folder) < generation:
                self._discard()
            else:
                commits.clear_leftovers(self._folder)
            raise
        finally:
            self._end()

    def abort(self) -> None:
        """Roll the change back and end the writer. Does nothing when it has ended."""
        if not self._ended:
            try:
                self._discard()
            finally:
                self._end()

    def _delete(self, sources: Set[str]) -> None:
        for info, segment in self._segments:
            held = sources if len(sources) == 1 else sources & set(segment.sources)
            for source in held:
                kept = len(info.deleted)
                info.deleted.update(segment.doc_ids_of_source(source))
                self._is_changed |= len(info.deleted) > kept

    def _flush(self) -> None:
        """Write what was added so far as a segment of its own."""
        builder, self._builder = self._builder, SegmentBuilder()
        if len(builder):
            with self._writing():
                info = self._name(len(builder))
                builder.write(self._folder / info.file_name)
                self._segments.append((info, open_segment(self._folder / info.file_name)))

    def _merged(self) -> Segments:
        """Merge segments by the merge policy and return those to commit, none of them empty."""
        kept = [(info, segment) for info, segment in self._segments if info.doc_count()]
        if self._is_fresh:
            chosen = [group for group in groups_in_full_build([info.doc_count() for info, _ in kept]) if len(group) > 1]
        else:
            chosen = groups_to_merge([(info.doc_count(), info.doc_count_all()) for info, _ in kept])
        positions = [int(segment.position_bases[-1]) for _, segment in kept] if chosen else []
        groups = [fitted for group in chosen for fitted in split_to_fit(group, positions)]
        merged = self._merge([[kept[at] for at in group] for group in groups])
        return [pair for at, pair in enumerate(kept) if not any(at in group for group in groups)] + merged

    def _merge(self, groups: Sequence[Segments]) -> Segments:
        """A segment of each group."""
        infos = [self._name(sum(info.doc_count() for info, _ in group)) for group in groups]
        for info, group in zip(infos, groups, strict=True):
            files = [(self._folder / one.file_name, one.deleted) for one, _ in group]
            merge_files(files, self._folder / info.file_name)
            self._merged_from[info.file_name] = list(group)
        return [(info, open_segment(self._folder / info.file_name)) for info in infos]

    def _write_times(self, kept: Segments, times: Mapping[str, Times]) -> None:
        """Write the times of new segments: those given, and those of articles from older segments."""
        for info, segment in kept:
            if not segment.has_times:
                merged = self._merged_from.get(info.file_name, [])
                known = {
                    article_id: older.times.of(doc_id)
                    for of, older in merged
                    if older.has_times
                    for doc_id, article_id in enumerate(older.ids)
                    if doc_id not in of.deleted
                }
                file = self._folder / info.file_name
                write_times(file, [times.get(one) or known.get(one, _UNKNOWN) for one in segment.ids])

    def _name(self, doc_count: int) -> SegmentInfo:
        info = SegmentInfo(commits.NAME, doc_count)
        self._written.append(info)
        self._is_changed = True
        return info

    def _discard(self) -> None:
        """Delete the files of this change, and those that its workers had not finished."""
        for info in self._written:
            file = self._folder / info.file_name
            file.unlink(missing_ok=True)
            times_path(file).unlink(missing_ok=True)
        commits.clear_leftovers(self._folder)

    def _check(self) -> None:
        if self._ended:
            raise UsageError("This change to the index has ended; begin another with writer().")

    def _end(self) -> None:
        self._ended = True
        self._lock.release()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _explained(self._folder):
            yield
