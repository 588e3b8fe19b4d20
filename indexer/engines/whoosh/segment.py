"""One segment of an index, read: postings by term, columns by document. The seam to Whoosh's codec.

All that searching asks of the disk is asked here, so another codec needs another `Segment` and nothing else. Documents
are numbered from 0 within the segment, deleted ones included: whoever asks leaves those out.

Whoosh maps a segment's one file and closes it at once, so a segment that is forgotten leaves nothing open, and one that
is in use outlives the deletion of its file.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.codec.base import Segment as WhooshSegment
from whoosh.columns import ColumnReader
from whoosh.filedb.filestore import FileStorage
from whoosh.matching import Matcher, NullMatcher
from whoosh.reading import TermNotFound

from indexer.engines.whoosh import stored
from indexer.engines.whoosh.schema import decode, encode, make_schema
from indexer.engines.whoosh.storage import explained
from indexer.model import Document

SCHEMA = make_schema()


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of values that recur: for each document the number of its value, and the values."""

    codes: list[int]
    values: list[str]


class Segment:
    """A segment of the index, from its file. Safe to use from several threads."""

    def __init__(self, storage: FileStorage, segment: WhooshSegment) -> None:
        self.documents: int = segment.doc_count_all()
        files = segment.open_compound_file(storage)
        self._terms = segment.codec().terms_reader(files, segment)
        self._columns = segment.codec().per_document_reader(files, segment)
        # Whoosh's readers share one read position a file, and columns are loaded when first asked for.
        self._lock = threading.RLock()
        self._folder = Path(storage.folder)
        self._numbers: dict[str, array[int]] = {}
        self._texts: dict[str, list[str]] = {}
        self._coded: dict[str, Coded] = {}
        self._unit_tables: ColumnReader | None = None

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock, explained(self._folder):
            yield

    # postings

    def document_frequency(self, field: str, term: str) -> int:
        """How many documents hold a term, deleted ones included."""
        with self._reading():
            try:
                return int(self._terms.term_info(field, encode(term)).doc_frequency())
            except TermNotFound:
                return 0

    def frequencies(self, field: str, term: str) -> dict[int, int]:
        """document → how often it holds a term."""
        with self._reading():
            return {document: int(matcher.weight()) for document, matcher in self._postings(field, term)}

    def places(self, gram: str, among: Container[int]) -> dict[int, array[int]]:
        """document → the places of a gram, for those of `among` that hold it."""
        with self._reading():
            postings = self._postings("grams", gram)
            return {document: matcher.value_as("positions") for document, matcher in postings if document in among}

    def terms(self, field: str, prefix: str) -> list[str]:
        """All terms of a field that begin with a prefix, in order."""
        start = encode(prefix)
        found = []
        with self._reading():
            for name, term in self._terms.terms_from(field, start):
                if name != field or not term.startswith(start):
                    break
                found.append(decode(term))
        return found

    def _postings(self, field: str, term: str) -> Iterator[tuple[int, Matcher]]:
        try:
            matcher = self._terms.matcher(field, encode(term), SCHEMA[field].format)
        except TermNotFound:
            matcher = NullMatcher()
        while matcher.is_active():
            yield matcher.id(), matcher
            matcher.next()

    # columns

    def numbers(self, name: str) -> array[int]:
        """A column of numbers, by document."""
        with self._reading():
            if name not in self._numbers:
                self._numbers[name] = array("I", self._column(name))
            return self._numbers[name]

    def texts(self, name: str) -> list[str]:
        """A column of texts, by document."""
        with self._reading():
            if name not in self._texts:
                self._texts[name] = [decode(value) for value in self._column(name)]
            return self._texts[name]

    def coded(self, name: str) -> Coded:
        """A column of texts that recur, by document."""
        with self._reading():
            if name not in self._coded:
                numbers: dict[bytes, int] = {}
                codes = [numbers.setdefault(value, len(numbers)) for value in self._column(name)]
                self._coded[name] = Coded(codes, [decode(value) for value in numbers])
            return self._coded[name]

    def unit_table(self, document: int) -> array[int]:
        """Where the units of a document begin, and their fields: see `schema.unit_table`."""
        with self._reading():
            if self._unit_tables is None:
                self._unit_tables = self._columns.column_reader("grams", SCHEMA["grams"].column_type)
            return array("I", self._unit_tables[document])

    def document(self, document: int) -> Document:
        """The document itself."""
        with self._reading():
            return stored.from_json(self._columns.stored_fields(document)["document"])

    def _column(self, name: str) -> Iterator[Any]:
        yield from self._columns.column_reader(name, SCHEMA[name].column_type)
