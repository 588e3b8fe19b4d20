"""MaxScore pruning: skips documents whose score upper bound is below the k-th best score.

After Turtle and Flood, "Query Evaluation: Strategies and Optimizations" (1995), with a bound for each packed tf of a
term. Documents with several terms, and those of each term with the highest bounds, are scored. The k-th best of these
scores is the min competitive score for the documents with one term only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from indexer.engines.whoosh.segment.array_types import AnyArray, DocIds, Indices, Scores
from indexer.engines.whoosh.segment.arrays import bitmap_of, doc_ids_in
from indexer.engines.whoosh.segment.term_postings import TermPostings

_SAMPLE = 1_024
_SEEDS = 8
"""Of each term, this many times the wanted number of documents are scored first."""
SLACK = 1 - 1e-4
"""By this much the minimum competitive score is lowered, because bounds and scores are rounded differently."""


class Bounds:
    """A term's postings, and the greatest score contribution that each packed tf allows."""

    def __init__(self, postings: TermPostings, table: Scores) -> None:
        self.postings = postings
        self._table = table.copy()
        self._table[0] = -1.0  # stands for a document without the term
        self._packed_tf = postings.packed_tf if postings.dense is None else postings.dense

    def score_at_least(self, score: float) -> TermPostings:
        """The postings of the documents whose bound is at least a score."""
        is_enough = np.zeros(len(self._table) + 2, bool)
        is_enough[1:-1] = self._table >= score
        edges = (is_enough[1:] != is_enough[:-1]).nonzero()[0].tolist()
        mask = np.zeros(len(self._packed_tf), bool)
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            # Bytes below the first one wrap round to great ones.
            mask |= self._packed_tf - np.uint8(first) <= np.uint8(last - first - 1)
        indices = mask.nonzero()[0]
        is_dense = self.postings.dense is not None
        doc_ids = indices.astype(np.uint32) if is_dense else self.postings.doc_ids.take(indices)
        return self.postings.narrowed(doc_ids, self._packed_tf.take(indices))

    def level(self, wanted: int) -> float:
        """The bound that about `wanted` documents have or exceed, estimated from a sample; 0 for nearly all."""
        return _level(self._table.take(self._packed_tf[:: _step(self._packed_tf)]), len(self._packed_tf), wanted)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Documents that may be among the best: those with several terms, and by term those that have no other."""

    several: DocIds
    single: Sequence[TermPostings]


def candidates(
    found: BitMap, terms: Sequence[Bounds], min_competitive_score: Callable[[BitMap], float]
) -> Candidates | None:
    """Return the documents found that can enter the top k; None where bounds exclude none.

    `min_competitive_score` takes the documents with several terms; it returns 0 while no such score is known.
    """
    several = _with_several(found, terms) if len(terms) > 1 else BitMap()
    if len(several) == len(found):
        return None
    score = min_competitive_score(several)
    others = found - several
    return Candidates(doc_ids_in(several), [_among(others, term, score) for term in terms]) if score else None


def seeds(found: BitMap, several: BitMap, terms: Sequence[Bounds], count: int) -> DocIds:
    """Return documents with high bounds (uint32, ascending), whose scores give a min competitive score."""
    return doc_ids_in(BitMap.union(several, *(_promising(found, term, count) for term in terms)))


def promising(most: NDArray[np.float32], count: int) -> Indices:
    """The indices of some documents with high bounds, of `count` at the least; `most` has the bound of each."""
    wanted = _SEEDS * count
    while True:
        level = _level(most[:: _step(most)].copy(), len(most), wanted)
        indices = (most >= level).nonzero()[0]
        if len(indices) >= count or not level:
            return indices
        wanted *= _SEEDS


def _step(values: AnyArray) -> int:
    return max(len(values) // _SAMPLE, 1)


def _level(sample: NDArray[np.floating], of: int, wanted: int) -> float:
    """The value that about `wanted` of `of` values have or exceed, estimated from a sample; 0 for nearly all."""
    i = wanted * len(sample) // of + 1
    if i >= len(sample):
        return 0.0
    sample.partition(len(sample) - i)
    return max(float(sample[len(sample) - i]), 0.0)


def _among(documents: BitMap, term: Bounds, score: float) -> TermPostings:
    """The postings of a term whose bound is at least a score, in some documents only."""
    postings, ready = term.score_at_least(score), term.postings.bitmap
    if ready is not None and documents.intersection_cardinality(ready) == len(ready):
        return postings
    kept = doc_ids_in(bitmap_of(postings.doc_ids) & documents)
    if len(kept) == len(postings):
        return postings
    return postings.narrowed(kept, postings.packed_tf.take(postings.doc_ids.searchsorted(kept)))


def _promising(found: BitMap, term: Bounds, count: int) -> BitMap:
    """Documents found to whose scores a term may contribute much: some more than `count`, as far as there are."""
    wanted = _SEEDS * count * max(len(term.postings) // len(found), 1)
    while True:
        level = term.level(wanted)
        # Any of them will do.
        promising = bitmap_of(term.score_at_least(level).doc_ids[:wanted]) & found
        if len(promising) >= count or not level:
            return promising
        wanted *= _SEEDS


def _with_several(found: BitMap, terms: Sequence[Bounds]) -> BitMap:
    """The documents found that hold more than one of the terms."""
    held, several = BitMap(), BitMap()
    for term in terms:
        ready = term.postings.bitmap
        holding = found & (bitmap_of(term.postings.doc_ids) if ready is None else ready)
        several |= held & holding
        held |= holding
    return several
