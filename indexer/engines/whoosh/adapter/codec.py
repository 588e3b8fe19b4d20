"""Whoosh's view of a flat segment, so that `whoosh.index.open_dir` opens the index and Whoosh's `Searcher` answers.

Our own searching goes past all this, straight to `FlatSegment`. Nothing is written through it either: `writer` writes
segments, and Whoosh's own writers are told so.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Never

from pyroaring import BitMap
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage

from indexer.engines.whoosh.adapter.per_document_reader import PerDocumentReader
from indexer.engines.whoosh.adapter.terms_reader import TermsReader
from indexer.engines.whoosh.segment.segment import open_segment

SUFFIX = ".seg"


class SegmentInfo(base.Segment):  # type: ignore[misc]
    """What Whoosh's table of contents keeps of a segment: its name, how many documents, and which are deleted."""

    def __init__(self, indexname: str, doc_count: int) -> None:
        super().__init__(indexname)
        self._doc_count = doc_count
        self.deleted = BitMap()

    def __getstate__(self) -> dict[str, object]:
        return self.__dict__ | {"deleted": self.deleted.serialize()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, deleted=BitMap.deserialize(state["deleted"]))

    @property
    def file_name(self) -> str:
        """The segment's one file."""
        return str(self.make_filename(SUFFIX))

    def codec(self) -> FlatCodec:
        """The codec that reads it."""
        return FlatCodec()

    def doc_count_all(self) -> int:
        """All documents, deleted ones included."""
        return self._doc_count

    def deleted_count(self) -> int:
        """How many are deleted."""
        return len(self.deleted)

    def deleted_docs(self) -> Iterable[int]:
        """Which are deleted."""
        return self.deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Mark a document as deleted, or not."""
        if delete:
            self.deleted.add(docnum)
        else:
            self.deleted.discard(docnum)

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return docnum in self.deleted


class FlatCodec(base.Codec):  # type: ignore[misc]
    """How Whoosh reads our segments."""

    def terms_reader(self, storage: FileStorage, segment: SegmentInfo) -> TermsReader:
        """The terms and their postings."""
        return TermsReader(open_segment(Path(storage.folder, segment.file_name)))

    def per_document_reader(self, storage: FileStorage, segment: SegmentInfo) -> PerDocumentReader:
        """The columns, lengths and stored documents."""
        return PerDocumentReader(open_segment(Path(storage.folder, segment.file_name)), segment)

    def new_segment(self, storage: FileStorage, indexname: str) -> SegmentInfo:
        """The name of a segment that has no documents yet."""
        return SegmentInfo(indexname, 0)

    def per_document_writer(self, storage: FileStorage, segment: SegmentInfo) -> Never:
        """Whoosh's writers work document by document; ours doesn't."""
        raise _not_written_so()

    def field_writer(self, storage: FileStorage, segment: SegmentInfo) -> Never:
        """Whoosh's writers work posting by posting; ours doesn't."""
        raise _not_written_so()


def _not_written_so() -> NotImplementedError:
    return NotImplementedError("This index is written by baosou: run `baosou index`.")
