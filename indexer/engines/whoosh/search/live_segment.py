"""A segment as one generation sees it: its file, its deleted documents and what was recently asked of it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from pyroaring import BitMap

from indexer.engines.whoosh.search.cache import BoundedCache
from indexer.engines.whoosh.search.doc_set import DocSet
from indexer.engines.whoosh.search.phrases import doc_ids_at
from indexer.engines.whoosh.segment.arrays import bitmap_of, doc_ids_in
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.engines.whoosh.segment.term_postings import TermPostings
from indexer.model import Query

_CACHED_QUERIES = 512
"""What the readers of a site asked for in the last minutes, before they choose facets, leaf or sort."""
_CACHED_MATCHES = 8
"""What they matched may be so many times all documents, each of which takes four bytes at the most."""
_CACHED_TERMS = 1024
_CACHED_BYTES = 96
"""The postings of terms may take so many for each document of the segment, and `_LEAST_CACHED_BYTES` in any case."""
_LEAST_CACHED_BYTES = 1 << 22
_FEW_DELETED = 1_024
"""In so many documents a gram is looked up in less time than its positions are gone through."""


class LiveSegment:
    """A segment as it stands in one generation. `deleted` are the documents that count no more.

    It remembers what was asked for of late: leafing, sorting and choosing facets asks for the same again, and other
    queries for some of the same words.
    """

    def __init__(self, segment: FlatSegment, deleted: BitMap) -> None:
        self.segment = segment
        self.deleted = deleted
        self.live_count: int = segment.doc_count - len(deleted)
        self.matched = BoundedCache[Query, DocSet](_CACHED_QUERIES, _CACHED_MATCHES * segment.doc_count)
        self._postings = BoundedCache[str, TermPostings](
            _CACHED_TERMS, max(_CACHED_BYTES * segment.doc_count, _LEAST_CACHED_BYTES)
        )

    @cached_property
    def live(self) -> BitMap:
        """All documents that were not deleted."""
        return BitMap(range(self.segment.doc_count)) - self.deleted

    def postings(self, term: str) -> TermPostings | None:
        """Where a term stands, deleted documents included; None where it stands nowhere."""
        found = self._postings.get(term)
        if found is None:
            found = self.segment.term(term)
            if found is not None:
                self._postings.put(term, found, found.most_bytes)
        return found

    def doc_freq(self, gram: str) -> int | None:
        """How many live documents hold a text of two letters; None where many were deleted."""
        segment, grams = self.segment, self.segment.grams
        doc_freq = grams.doc_freq(gram)
        if doc_freq is None:  # they are few
            return len(bitmap_of(doc_ids_at(segment, grams.positions_of(gram))) - self.deleted)
        if not doc_freq or not self.deleted:
            return doc_freq
        if len(self.deleted) > _FEW_DELETED:
            return None
        gone, positions = doc_ids_in(self.deleted), grams.positions_of(gram)
        firsts, ends = (positions.searchsorted(segment.position_bases.take(of)) for of in (gone, gone + 1))
        return doc_freq - int(np.count_nonzero(ends > firsts))
