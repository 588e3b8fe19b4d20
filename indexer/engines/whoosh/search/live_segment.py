"""A segment of one generation: its file, its deleted documents and its caches."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

import numpy as np
from pyroaring import BitMap

from indexer.engines.whoosh.search.cache import BoundedCache
from indexer.engines.whoosh.search.doc_set import DocSet
from indexer.engines.whoosh.search.phrases import doc_ids_at
from indexer.engines.whoosh.segment.array_types import Positions
from indexer.engines.whoosh.segment.arrays import bitmap_of, doc_ids_in
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.engines.whoosh.segment.term_postings import TermPostings
from indexer.model import Query

_CACHED_QUERIES = 512
"""Entries of the cache of matches."""
_CACHED_MATCHES = 8
"""All cached matches together, in multiples of the segment's documents; each takes at most four bytes."""
_CACHED_TERMS = 1024
_CACHED_BYTES = 96
"""Cached postings may take this number for each document of the segment, and always `_LEAST_CACHED_BYTES`."""
_LEAST_CACHED_BYTES = 1 << 22
_FEW_DELETED = 1_024
"""Up to this number of deleted documents, a doc_freq is corrected by looking each of them up."""


class LiveSegment:
    """A segment with the deletions of one generation.

    It caches matches and postings: paging, sorting and choosing facets ask for the same again.
    """

    def __init__(
        self, segment: FlatSegment, deleted: BitMap, postings: BoundedCache[str, TermPostings] | None = None
    ) -> None:
        self.segment = segment
        self.deleted = deleted
        self.live_count: int = segment.doc_count - len(deleted)
        self.matched = BoundedCache[Query, DocSet](_CACHED_QUERIES, _CACHED_MATCHES * segment.doc_count)
        self._postings = postings or BoundedCache[str, TermPostings](
            _CACHED_TERMS, max(_CACHED_BYTES * segment.doc_count, _LEAST_CACHED_BYTES)
        )

    def without(self, papers: Collection[str]) -> LiveSegment:
        """Return the segment with all documents of some papers deleted. It shares the postings, which have them all."""
        names, bitmaps = self.segment.values("paper"), self.segment.value_bitmaps("paper")
        gone = [bitmap for name, bitmap in zip(names, bitmaps, strict=True) if name in papers]
        return LiveSegment(self.segment, BitMap.union(self.deleted, *gone), self._postings) if gone else self

    @cached_property
    def live(self) -> BitMap:
        """All documents that were not deleted."""
        return BitMap(range(self.segment.doc_count)) - self.deleted

    def postings(self, term: str) -> TermPostings | None:
        """Return the postings of a term, deleted documents included; None if it does not occur."""
        found = self._postings.get(term)
        if found is None:
            found = self.segment.term(term)
            if found is not None:
                self._postings.put(term, found, found.most_bytes)
        return found

    def doc_freq(self, gram: str) -> int | None:
        """Return the number of live documents with a bigram; None where many were deleted."""
        segment, grams = self.segment, self.segment.grams
        doc_freq = grams.doc_freq(gram)
        if doc_freq is None:  # they are few
            doc_ids = doc_ids_at(segment, grams.positions_of(gram))
            return len(bitmap_of(doc_ids) - self.deleted) if self.deleted else len(doc_ids)
        if not doc_freq or not self.deleted:
            return doc_freq
        if len(self.deleted) > _FEW_DELETED:
            return None
        firsts, ends = grams.positions_of(gram).searchsorted(self._deleted_spans).reshape(2, -1)
        return doc_freq - int(np.count_nonzero(ends > firsts))

    @cached_property
    def _deleted_spans(self) -> Positions:
        """Where the spans of the deleted documents begin, then where they end (uint32)."""
        gone = doc_ids_in(self.deleted)
        return self.segment.position_bases.take(np.concatenate((gone, gone + np.uint32(1))))
