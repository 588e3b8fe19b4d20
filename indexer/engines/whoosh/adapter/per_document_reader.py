"""What a flat segment keeps by document, in the shape that Whoosh asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from whoosh.codec import base
from whoosh.codec.base import Segment
from whoosh.columns import Column, ColumnReader

from indexer.engines.whoosh.segment.format import SORTED_COLUMNS
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.model import Document


class PerDocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """The columns, lengths and stored documents."""

    def __init__(self, segment: FlatSegment, info: Segment) -> None:
        self._segment = segment
        self._info = info
        self._lengths = {"words": segment.body_lengths, "headline_words": segment.headline_lengths}
        self._numbers = {**self._lengths, "day": segment.days, "ordinal": segment.page_ordinals}

    def doc_count(self) -> int:
        """How many documents are not deleted."""
        return int(self._info.doc_count())

    def doc_count_all(self) -> int:
        """How many documents there are, deleted ones included."""
        return self._segment.doc_count

    def has_deletions(self) -> bool:
        """Whether any is deleted."""
        return bool(self._info.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return bool(self._info.is_deleted(docnum))

    def deleted_docs(self) -> Iterable[int]:
        """Which are deleted."""
        found: Iterable[int] = self._info.deleted_docs()
        return found

    def supports_columns(self) -> bool:
        """Columns are kept."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether a field has one."""
        return fieldname in self._numbers or fieldname in ("id", "source", *SORTED_COLUMNS)

    def column_reader(self, fieldname: str, column: Column) -> ColumnReader:
        """A column by document."""
        if fieldname in self._numbers:
            return Values(self._numbers[fieldname].tolist())
        if fieldname == "id":
            return Values(self._segment.ids.raws(0, self._segment.doc_count))
        ordinals, values = self._segment.doc_values(fieldname)
        return Values([values[ordinal] for ordinal in ordinals.tolist()])

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """How many words a document has in a field."""
        return int(self._lengths[fieldname][docnum]) if fieldname in self._lengths else default

    def field_length(self, fieldname: str) -> int:
        """How many words all documents have in a field."""
        return {"words": self._segment.body_total, "headline_words": self._segment.headline_total}.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        """The least number of words that a document has in a field."""
        return int(self._lengths[fieldname].min()) if fieldname in self._lengths else 0

    def max_field_length(self, fieldname: str) -> int:
        """The greatest number of words that a document has in a field."""
        return int(self._lengths[fieldname].max()) if fieldname in self._lengths else 0

    def stored_fields(self, docnum: int) -> dict[str, Document]:
        """The document itself."""
        return {"document": self._segment.stored(docnum)}


class Values(ColumnReader):  # type: ignore[misc]
    """A column, read."""

    def __init__(self, values: Sequence[int] | Sequence[bytes]) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> int | bytes:
        return self._values[docnum]

    def __iter__(self) -> Iterator[int | bytes]:
        return iter(self._values)
