"""Selects the top k documents of all segments by score, with exact scores for no more of them than needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from pyroaring import BitMap

from indexer.engines.whoosh.search.bm25_scorer import Bm25Scorer, WeightedTerm
from indexer.engines.whoosh.search.doc_set import DocSet
from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.search.max_score import SLACK, Bounds, Candidates, candidates, promising, seeds
from indexer.engines.whoosh.search.term_frequencies import ScoringBatch, one_row, scoring_batch_of
from indexer.engines.whoosh.segment.array_types import DocIds, Scores
from indexer.engines.whoosh.segment.term_postings import TermPostings

ONE_BY_ONE = 16
"""Up to this number of documents are scored one by one, without NumPy."""
WORTH_BOUNDING = 16_384
"""Segments with more matches than this are pruned by score bounds."""

_WORTH_LOOKING_THROUGH = 4
"""Scanning this number of postings takes as long as looking up one document's."""
_MOST_BOUNDED = 32
"""With more terms than this, most documents have several, and bounds exclude few."""
_NO_DOC_IDS: DocIds = np.zeros(0, np.uint32)


def top_k(
    scorer: Bm25Scorer, chosen: Sequence[DocSet], count: int, terms: Sequence[WeightedTerm]
) -> list[tuple[DocIds, Scores]]:
    """Return doc_ids and scores of the best chosen documents of each segment; the `count` best of all are among them.

    Both arrays are ordered by score descending, then by doc_id descending.
    """
    if sum(map(len, chosen)) <= ONE_BY_ONE:
        return [
            scorer.best_of_few(documents.doc_ids, live_segment, terms)
            for documents, live_segment in zip(chosen, scorer.live_segments, strict=True)
        ]
    selection = TopK(scorer, count, terms)
    batches: list[list[ScoringBatch]] = [[] for _ in chosen]
    # The segment with most documents comes first: its min competitive score excludes documents of the others.
    for i in sorted(range(len(chosen)), key=lambda i: -len(chosen[i])):
        batches[i] = selection.worth_scoring(chosen[i], scorer.live_segments[i])
    # All segments are scored together, to save NumPy calls.
    scores = scorer.scores([batch for of_segment in batches for batch in of_segment], terms)
    min_competitive_score = _greatest(scores, count) if 0 < count < len(scores) else 0.0
    found, start = [], 0
    for of_segment in batches:
        doc_ids = one_row([batch.doc_ids for batch in of_segment]) if of_segment else _NO_DOC_IDS
        its = scores[start : start + len(doc_ids)]
        start += len(doc_ids)
        indices = (its >= min_competitive_score).nonzero()[0]
        doc_ids, its = doc_ids.take(indices), its.take(indices)
        order = np.lexsort((doc_ids, its))[::-1][:count]
        found.append((doc_ids.take(order), its.take(order)))
    return found


class TopK:
    """Selects, segment by segment, the documents that can still enter the top `count`."""

    def __init__(self, scorer: Bm25Scorer, count: int, terms: Sequence[WeightedTerm]) -> None:
        self._scorer = scorer
        self._count = count
        self._terms = terms
        self._min_competitive_score = 0.0
        """A lower bound of the `count`-th best score, 0 while none is known."""

    def worth_scoring(self, chosen: DocSet, live_segment: LiveSegment) -> list[ScoringBatch]:
        """The documents of a segment that may be among the best, or all where there are few."""
        held = {of.term: found for of in self._terms if (found := live_segment.postings(of.term)) is not None}
        if not self._are_many(len(chosen)) or not held:
            return [scoring_batch_of(live_segment, chosen.doc_ids, held)] if len(chosen) else []
        among = self._candidates(chosen, live_segment, held) if _are_bounds_quicker(chosen, held) else None
        if among is None:
            return [self._narrowed(scoring_batch_of(live_segment, chosen.doc_ids, held))]
        single = [(term, its) for (term, _), its in zip(held.items(), among.single, strict=True) if len(its)]
        several = [self._narrowed(scoring_batch_of(live_segment, among.several, held))] if len(among.several) else []
        return [*several, *(scoring_batch_of(live_segment, its.doc_ids, {term: its}) for term, its in single)]

    def _are_many(self, documents: int) -> bool:
        return documents > max(WORTH_BOUNDING, 4 * self._count)

    def _candidates(
        self, chosen: DocSet, live_segment: LiveSegment, held: Mapping[str, TermPostings]
    ) -> Candidates | None:
        bounds = [Bounds(held[of.term], self._scorer.bounds(of)) for of in self._terms if of.term in held]

        def min_competitive_score(several: BitMap) -> float:
            if not self._min_competitive_score:
                self._set_min_competitive_score(
                    scoring_batch_of(live_segment, seeds(chosen.bitmap, several, bounds, self._count), held)
                )
            return self._min_competitive_score

        return candidates(chosen.bitmap, bounds, min_competitive_score)

    def _narrowed(self, batch: ScoringBatch) -> ScoringBatch:
        """A batch without the documents that their bytes rule out; all of it where there are few."""
        if not self._are_many(len(batch.doc_ids)):
            return batch
        most = np.zeros(len(batch.doc_ids), np.float32)
        for term in self._terms:
            if term.term in batch.held:
                most += self._scorer.bounds(term).astype(np.float32).take(batch.held[term.term][1])
        if not self._min_competitive_score:
            self._set_min_competitive_score(batch.taken(promising(most, self._count)))
        return batch.taken((most >= self._min_competitive_score).nonzero()[0])

    def _set_min_competitive_score(self, batch: ScoringBatch) -> None:
        if len(batch.doc_ids) >= self._count:
            self._min_competitive_score = _greatest(self._scorer.scores([batch], self._terms), self._count) * SLACK


def _are_bounds_quicker(chosen: DocSet, held: Mapping[str, TermPostings]) -> bool:
    """Whether scanning the terms' postings is quicker than looking up the packed tf of each document."""
    return len(held) <= _MOST_BOUNDED and sum(map(len, held.values())) <= _WORTH_LOOKING_THROUGH * len(chosen)


def _greatest(values: Scores, count: int) -> float:
    """The least of the `count` greatest values. (numpy's functions are Python around these methods.)"""
    parted = values.copy()
    parted.partition(len(values) - count)
    return float(parted[len(values) - count])
