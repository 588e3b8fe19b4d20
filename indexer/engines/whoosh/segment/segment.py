"""A memory-mapped segment: postings by term, doc values by document, and stored documents, all read lazily.

A doc_id numbers the documents of a segment from 0, deleted ones included, which callers leave out. Documents are
ordered by date, those without one first, then by article id descending. So among equals a greater doc_id comes first in
results.

All documents of a segment share one position space. A document's units follow one another in it, each followed by a
position gap of at least one, and its first position, its position base, is a multiple of `POSITIONS_PER_BLOCK`. A gram
(two characters, or the last one of a unit) is listed with the positions at which it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from indexer.engines import stored_fields
from indexer.engines.whoosh.segment.array_types import DocIds, Offsets, Ordinals, Positions
from indexer.engines.whoosh.segment.arrays import bitmap_in
from indexer.engines.whoosh.segment.bigram_positions import BigramIndex
from indexer.engines.whoosh.segment.container import Layout
from indexer.engines.whoosh.segment.format import encode
from indexer.engines.whoosh.segment.stored_compression import Unpacker
from indexer.engines.whoosh.segment.string_table import SearchableTexts, Texts
from indexer.engines.whoosh.segment.term_postings import PrefixPostings, TermIndex, TermPostings
from indexer.engines.whoosh.segment.times_file import SegmentTimes, times_path
from indexer.model import Document, DocumentSummary

BLOCK_SHIFT = 7
POSITIONS_PER_BLOCK = 1 << BLOCK_SHIFT
"""Each block of the position space belongs to one document, so the document of a position is one look-up away."""

_opened: WeakValueDictionary[Path, FlatSegment] = WeakValueDictionary()
"""Mapped files that someone still holds. No file name is used twice."""


def open_segment(path: Path) -> FlatSegment:
    """Open the segment in a file, or return the open one. Raises `LayoutError`, and OSError."""
    segment = _opened.get(path)
    if segment is None:
        segment = _opened[path] = FlatSegment(path)
    return segment


class FlatSegment:
    """A segment, opened from its file. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._layout = layout = Layout(path)
        self._times_path = times_path(path)
        facts = layout.facts
        self.doc_count: int = facts["doc_count"]
        self.body_total: int = facts["body_total"]
        self.headline_total: int = facts["headline_total"]

    # postings

    @cached_property
    def words(self) -> TermIndex:
        """The inverted index of words."""
        return TermIndex(self._layout, self.doc_count)

    @cached_property
    def grams(self) -> BigramIndex:
        """The positional index of bigrams."""
        return BigramIndex(self._layout)

    @cached_property
    def term(self) -> Callable[[str], TermPostings | None]:
        """`TermIndex.term`, which every search asks for."""
        return self.words.term

    @cached_property
    def prefix(self) -> Callable[[str], PrefixPostings]:
        """`TermIndex.prefix`."""
        return self.words.prefix

    @cached_property
    def character(self) -> Callable[[str], Positions]:
        """`BigramIndex.character`."""
        return self.grams.character

    @cached_property
    def character_bitmap(self) -> Callable[[str], BitMap | None]:
        """`BigramIndex.character_bitmap`."""
        return self.grams.character_bitmap

    # the position space

    @cached_property
    def position_bases(self) -> Positions:
        """The first position of each document, and the first one after all documents."""
        return self._layout.array("positions.bases")

    @cached_property
    def unit_starts(self) -> Positions:
        """The first position of each unit, ascending."""
        return self._layout.array("positions.unit_starts")

    @cached_property
    def unit_fields(self) -> NDArray[np.uint8]:
        """The field of each unit: an index in `format.FIELD_NAMES`."""
        return self._layout.array("positions.unit_fields")

    @cached_property
    def doc_id_of_block(self) -> DocIds:
        """The document of each block: that of a position is `doc_id_of_block[position >> BLOCK_SHIFT]`."""
        return self._layout.whole("positions.doc_id_of_block")

    def block_counts(self) -> Offsets:
        """How many blocks of the position space each document has."""
        return np.diff(self.position_bases.astype(np.int64) >> BLOCK_SHIFT)

    # columns

    @cached_property
    def page_ordinals(self) -> Ordinals:
        """The ordinal of each document on its page, from 0."""
        return self._layout.array("page_ordinals")

    @cached_property
    def body_lengths(self) -> Ordinals:
        """The number of words of each document."""
        return self._layout.whole("body_lengths")

    @cached_property
    def headline_lengths(self) -> Ordinals:
        """The number of words of each document's headline."""
        return self._layout.whole("headline_lengths")

    @cached_property
    def days(self) -> NDArray[np.uint32]:
        """The ordinal of each document's date, 0 without one; ascending."""
        return self._layout.whole("days")

    def ordinals(self, name: str) -> Ordinals:
        """Return the ordinal of each document's value in a column, by doc_id."""
        return self._layout.whole(f"{name}.ordinals")

    def values(self, name: str) -> list[str]:
        """Return the values of a column by ordinal, in byte order; for `place` all places.

        A value of `locality` is all the places of a document, put together by `SEPARATOR`.
        """
        return list(Texts(self._layout, name))

    def value_bitmaps(self, name: str) -> list[BitMap]:
        """Return the documents with each value of a column of `BITMAP_COLUMNS` or of `place`, by ordinal."""
        starts = self._layout.array(f"{name}.bitmap_starts").tolist()
        bitmaps = self._layout.whole(f"{name}.bitmaps").data
        return [bitmap_in(bitmaps[start:end]) for start, end in pairwise(starts)]

    def doc_values(self, name: str) -> tuple[Ordinals, list[bytes]]:
        """Return the ordinal of each document's value in a column or in `source`, by doc_id, and the values."""
        if name == "source":
            ordinals = np.empty(self.doc_count, np.uint32)
            ordinals[self._by_source] = np.repeat(np.arange(len(self.sources)), np.diff(self._source_starts))
            return ordinals, self.sources.raws(0, len(self.sources))
        texts = Texts(self._layout, name)
        return self.ordinals(name), texts.raws(0, len(texts))

    # times

    @property
    def has_times(self) -> bool:
        """Whether they are known: a segment that was not committed has none."""
        return self._times_path.exists()

    @cached_property
    def times(self) -> SegmentTimes:
        """When its documents were first indexed and last changed."""
        return SegmentTimes(self._times_path)

    # documents

    @cached_property
    def ids(self) -> SearchableTexts:
        """The documents' ids."""
        return SearchableTexts(self._layout, "ids")

    def id_of(self, doc_id: int) -> str:
        """The id of a document."""
        return self.ids[doc_id]

    def doc_ids_of_article(self, article_id: str) -> list[int]:
        """The doc_ids with an article id, ascending: more than one when pages that say the same were indexed."""
        return self.ids.find_all(encode(article_id))

    @cached_property
    def sources(self) -> SearchableTexts:
        """The page files that the documents were made from, each once."""
        return SearchableTexts(self._layout, "sources")

    @cached_property
    def _by_source(self) -> DocIds:
        return self._layout.array("sources.doc_ids")

    @cached_property
    def _source_starts(self) -> memoryview:
        return self._layout.view("sources.starts")

    def doc_ids_of_source(self, source: str) -> list[int]:
        """The doc_ids of the documents made from a page file, ascending."""
        number = self.sources.find(encode(source))
        if number is None:
            return []
        return sorted(self._by_source[self._source_starts[number] : self._source_starts[number + 1]].tolist())

    def source_fingerprints(self) -> Iterator[tuple[str, str, list[int]]]:
        """Yield each page file, the fingerprint of its documents, and their doc_ids."""
        starts, doc_ids = self._source_starts.tolist(), self._by_source.tolist()
        ordinals = self.ordinals("fingerprint")[self._by_source[starts[:-1]]].tolist()
        prints = self.values("fingerprint")
        for source, ordinal, (first, last) in zip(self.sources, ordinals, pairwise(starts), strict=True):
            yield source, prints[ordinal], doc_ids[first:last]

    def stored(self, doc_id: int) -> Document:
        """The document itself."""
        return stored_fields.from_bytes(self.stored_bytes(doc_id))

    def summary(self, doc_id: int) -> DocumentSummary:
        """What lists show of the document."""
        return stored_fields.summary_from_bytes(self.stored_bytes(doc_id))

    def stored_bytes(self, doc_id: int) -> bytes:
        """The document as `stored_fields.to_bytes` serialised it."""
        return self._unpacker.unpack(self._stored.view(doc_id))

    @cached_property
    def _unpacker(self) -> Unpacker:
        return Unpacker(self._layout.whole("stored.dictionary").tobytes())

    @cached_property
    def _stored(self) -> Texts:
        return Texts(self._layout, "stored")

    def verify(self, pause: Callable[[], None] = lambda: None) -> int:
        """Compare the whole file with what was written, and return its size: see `Layout.verify`."""
        size = self._layout.verify(pause)
        return size + self.times.verify(pause) if self.has_times else size
