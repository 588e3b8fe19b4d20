"""The best of the documents found, by the formula of `indexer.engines.ranking`, many documents at a time.

Every sum is made in the order and in the 64 bits of the plain formula, so that equal scores are equal here too. Where
many documents were found, bounds on their scores say which are worth the exact sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from pyroaring import BitMap

from indexer.engines.ranking import BODY_BOOST, HEADLINE_BOOST, K1, B, FieldStatistics, field_statistics
from indexer.engines.whoosh.search.cache import BoundedCache
from indexer.engines.whoosh.search.doc_set import DocSet
from indexer.engines.whoosh.search.facets import Choices
from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.search.max_score import SLACK, Bounds, Candidates, candidates, promising, seeds
from indexer.engines.whoosh.search.term_frequencies import (
    Frequencies,
    ScoringBatch,
    frequencies,
    one_row,
    packed_tf_of,
    scoring_batch_of,
)
from indexer.engines.whoosh.segment.array_types import DocIds, Ordinals, Scores
from indexer.engines.whoosh.segment.arrays import doc_ids_in
from indexer.engines.whoosh.segment.term_postings import BODY_TF_BITS, MAX_BODY_TF, MAX_HEADLINE_TF, TermPostings

ONE_BY_ONE = 16
"""So many documents at the most are scored one by one: a term of one takes 1 µs, numpy's calls for any number 20."""
WORTH_BOUNDING = 16_384
"""From how many documents of a segment on bounds save time: finding a word's byte for each costs 20 to 40 ns."""

_WORTH_LOOKING_THROUGH = 4
"""Postings that are looked through in the time in which those of one document are looked up."""
_CACHED_TERMS = 1024
"""Terms whose weights are remembered: where documents were deleted it takes 10 µs to tell one."""
_MOST_BOUNDED = 32
"""Words with bounds of their own: with more of them most documents have several."""
_NO_DOC_IDS: DocIds = np.zeros(0, np.uint32)
_ALL_BYTES = np.arange(256)
_IN_BODY = (_ALL_BYTES & MAX_BODY_TF).astype(np.float64)
_IN_HEADLINE = (_ALL_BYTES >> BODY_TF_BITS).astype(np.float64)


class WeightedTerm(NamedTuple):
    """A term of the query and its weight in each field, the upper bound of its score contribution there."""

    term: str
    body_weight: float
    headline_weight: float


class Bm25Scorer:
    """The formula with the figures of one generation: how many documents, how long, how many hold a term."""

    def __init__(self, live_segments: Sequence[LiveSegment]) -> None:
        self._live_segments = live_segments
        live = sum(live_segment.live_count for live_segment in live_segments)
        body, headline = (
            (sum(lengths) for lengths in zip(*map(_live_lengths, live_segments), strict=True))
            if live_segments
            else (0, 0)
        )
        self._body = field_statistics(BODY_BOOST, live, body)
        self._headline = field_statistics(HEADLINE_BOOST, live, headline)
        # The lengths of all segments' documents in one row, each segment beginning at its start.
        self._body_lengths = one_row([live_segment.segment.body_lengths for live_segment in live_segments])
        self._headline_lengths = one_row([live_segment.segment.headline_lengths for live_segment in live_segments])
        starts = accumulate((live_segment.segment.doc_count for live_segment in live_segments), initial=0)
        self._starts = {
            live_segment: np.uint32(start) for live_segment, start in zip(live_segments, starts, strict=False)
        }
        self._body_norms = _norms(self._body, self._body_lengths)
        self._headline_norms = _norms(self._headline, self._headline_lengths)
        self._weights = BoundedCache[str, WeightedTerm](_CACHED_TERMS)

    def weighted_terms(self, terms: Sequence[str]) -> list[WeightedTerm]:
        """The terms that any document holds, with their weights, in order."""
        return [weighted for term in terms if (weighted := self._weighted_term(term))]

    def _weighted_term(self, term: str) -> WeightedTerm | None:
        if (known := self._weights.get(term)) is not None:
            return known
        found = [(live_segment, live_segment.postings(term)) for live_segment in self._live_segments]
        doc_freqs = [
            _live_doc_freqs(live_segment, postings) for live_segment, postings in found if postings is not None
        ]
        if not doc_freqs:
            return None
        in_body, in_headline = (sum(counts) for counts in zip(*doc_freqs, strict=True))
        weighted = WeightedTerm(term, self._body.term_weight(in_body), self._headline.term_weight(in_headline))
        self._weights.put(term, weighted)
        return weighted

    def best(
        self, choices: Sequence[Choices], count: int, terms: Sequence[WeightedTerm]
    ) -> list[tuple[DocIds, Scores]]:
        """The best of the documents chosen in each segment, of which `count` are the best of all, and their scores.

        Among equals greater doc_ids come first.
        """
        if sum(len(chosen.documents) for chosen in choices) <= ONE_BY_ONE:
            return [
                self._scored_each(chosen.documents.doc_ids, live_segment, terms)
                for chosen, live_segment in zip(choices, self._live_segments, strict=True)
            ]
        contest = _TopK(self, count, terms)
        batches: list[list[ScoringBatch]] = [[] for _ in choices]
        # What the segment with most documents tells of the best rules out others' documents too.
        for i in sorted(range(len(choices)), key=lambda i: -len(choices[i].documents)):
            batches[i] = contest.worth_scoring(choices[i].documents, self._live_segments[i])
        # All segments are scored together: each of some thirty numpy calls costs as much as a hundred documents.
        scores = self.scores([batch for of_segment in batches for batch in of_segment], terms)
        min_competitive_score = _greatest(scores, count) if 0 < count < len(scores) else 0.0
        best, start = [], 0
        for of_segment in batches:
            doc_ids = one_row([batch.doc_ids for batch in of_segment]) if of_segment else _NO_DOC_IDS
            its = scores[start : start + len(doc_ids)]
            start += len(doc_ids)
            indices = (its >= min_competitive_score).nonzero()[0]
            doc_ids, its = doc_ids.take(indices), its.take(indices)
            order = np.lexsort((doc_ids, its))[::-1][:count]
            best.append((doc_ids.take(order), its.take(order)))
        return best

    def _scored_each(
        self, doc_ids: DocIds, live_segment: LiveSegment, terms: Sequence[WeightedTerm]
    ) -> tuple[DocIds, Scores]:
        """Some documents, best first, and their scores, by the plain formula."""
        listed = doc_ids.tolist()
        scores = [0.0] * len(listed)
        lengths = live_segment.segment.body_lengths.take(doc_ids).tolist()
        headline_lengths = live_segment.segment.headline_lengths.take(doc_ids).tolist()
        for term in terms if listed else ():
            if (postings := live_segment.postings(term.term)) is None:
                continue
            for at, (in_body, in_headline) in enumerate(frequencies(listed, postings, live_segment)):
                scores[at] += term.body_weight * self._body.tf_norm(in_body, lengths[at])
                if in_headline:
                    scores[at] += term.headline_weight * self._headline.tf_norm(in_headline, headline_lengths[at])
        best = sorted(zip(scores, listed, strict=True), reverse=True)
        return np.array([doc_id for _, doc_id in best], np.uint32), np.array([score for score, _ in best])

    def scores(self, batches: Sequence[ScoringBatch], terms: Sequence[WeightedTerm]) -> Scores:
        """The scores of the documents of some batches, one batch after the other."""
        global_doc_ids = one_row(
            [
                batch.doc_ids + start if (start := self._starts[batch.live_segment]) else batch.doc_ids
                for batch in batches
            ]
        )
        norms = self._body_norms.take(self._body_lengths.take(global_doc_ids))
        sums: Scores | None = None
        for term in terms:
            found = Frequencies(term.term, batches)
            in_body = found.in_body()
            contributions = in_body + norms
            np.divide(in_body, contributions, out=contributions)
            contributions *= term.body_weight
            sums = contributions if sums is None else np.add(sums, contributions, out=sums)
            indices, in_headline = found.in_headline()
            if len(indices):
                headline_norms = self._headline_norms.take(self._headline_lengths.take(global_doc_ids.take(indices)))
                sums[indices] += term.headline_weight * (in_headline / (in_headline + headline_norms))
        return np.zeros(len(global_doc_ids)) if sums is None else sums

    def bounds(self, term: WeightedTerm) -> Scores:
        """The greatest score contribution that each packed tf allows: in the shortest text."""
        return term.body_weight * self._greatest_body_tf_norms + term.headline_weight * self._greatest_headline_tf_norms

    @cached_property
    def _greatest_body_tf_norms(self) -> Scores:
        most = _tf_norms(_IN_BODY, self._body_norms[self._body_lengths.min()])
        most[_IN_BODY == MAX_BODY_TF] = 1.0
        return most

    @cached_property
    def _greatest_headline_tf_norms(self) -> Scores:
        most = _tf_norms(_IN_HEADLINE, self._headline_norms[self._headline_lengths.min()])
        most[_IN_HEADLINE == MAX_HEADLINE_TF] = 1.0
        return most


class _TopK:
    """Tells which documents of one segment after the other may be among the best `count` by some terms."""

    def __init__(self, scorer: Bm25Scorer, count: int, terms: Sequence[WeightedTerm]) -> None:
        self._scorer = scorer
        self._count = count
        self._terms = terms
        self._min_competitive_score = 0.0
        """At least `count` documents are known to have this score or a higher one."""

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
    """Whether to look through the terms' postings for what may be among the best, not up what each document has."""
    return len(held) <= _MOST_BOUNDED and sum(map(len, held.values())) <= _WORTH_LOOKING_THROUGH * len(chosen)


def _live_lengths(live_segment: LiveSegment) -> tuple[int, int]:
    """How many words live documents and their headlines have together."""
    segment = live_segment.segment
    gone = np.array(live_segment.deleted.to_array(), np.uint32)
    body = segment.body_total - int(segment.body_lengths.take(gone).sum(dtype=np.int64))
    return body, segment.headline_total - int(segment.headline_lengths.take(gone).sum(dtype=np.int64))


def _norms(statistics: FieldStatistics, lengths: Ordinals) -> Scores:
    """What is added to the frequency in the formula's denominator, by the length of a text."""
    longest = int(lengths.max()) if len(lengths) else 0
    return np.asarray(K1 * (1 - B + B * np.arange(longest + 1) / statistics.average_length), np.float64)


def _live_doc_freqs(live_segment: LiveSegment, postings: TermPostings) -> tuple[int, int]:
    """How many live documents hold a term anywhere, and in the headline."""
    in_body, in_headline = len(postings), postings.headline_doc_freq
    if postings.body_missing:
        in_body = int(np.count_nonzero(postings.packed_tf & MAX_BODY_TF))
    if live_segment.deleted:
        gone = packed_tf_of(doc_ids_in(live_segment.deleted), postings, live_segment)
        in_body -= int(np.count_nonzero(gone & MAX_BODY_TF))
        in_headline -= int(np.count_nonzero(gone > MAX_BODY_TF))
    return in_body, in_headline


def _tf_norms(frequencies: Scores, norm: float) -> Scores:
    tf_norms: Scores = frequencies / (frequencies + norm)
    return tf_norms


def _greatest(values: Scores, count: int) -> float:
    """The least of the `count` greatest values. (numpy's functions are Python around these methods.)"""
    parted = values.copy()
    parted.partition(len(values) - count)
    return float(parted[len(values) - count])
