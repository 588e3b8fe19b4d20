"""BM25 scores of many documents at a time, by the formula of `indexer.engines.ranking`.

Sums are computed in the same order and in the same 64-bit floats as by the plain formula, so equal scores stay equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from indexer.engines.ranking import BODY_BOOST, HEADLINE_BOOST, K1, B, FieldStatistics, field_statistics
from indexer.engines.whoosh.search.cache import BoundedCache
from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.search.term_frequencies import (
    Frequencies,
    ScoringBatch,
    frequencies,
    one_row,
    packed_tf_of,
)
from indexer.engines.whoosh.segment.array_types import DocIds, Indices, Ordinals, Scores
from indexer.engines.whoosh.segment.arrays import doc_ids_in
from indexer.engines.whoosh.segment.term_postings import BODY_TF_BITS, MAX_BODY_TF, MAX_HEADLINE_TF, TermPostings

_CACHED_TERMS = 1024
"""Entries of the cache of term weights."""
_ALL_BYTES = np.arange(256)
_IN_BODY = (_ALL_BYTES & MAX_BODY_TF).astype(np.float64)
_IN_HEADLINE = (_ALL_BYTES >> BODY_TF_BITS).astype(np.float64)


class WeightedTerm(NamedTuple):
    """A term of the query and its weight in each field, the upper bound of its score contribution there."""

    term: str
    body_weight: float
    headline_weight: float


class Bm25Scorer:
    """BM25 with the statistics of one generation: document count, average lengths, document frequencies."""

    def __init__(self, live_segments: Sequence[LiveSegment]) -> None:
        self.live_segments = live_segments
        live = sum(live_segment.live_count for live_segment in live_segments)
        body, headline = (
            (sum(lengths) for lengths in zip(*map(_live_lengths, live_segments), strict=True))
            if live_segments
            else (0, 0)
        )
        self.body = field_statistics(BODY_BOOST, live, body)
        self._headline = field_statistics(HEADLINE_BOOST, live, headline)
        # The lengths of all segments' documents in one row, each segment beginning at its start.
        self._body_lengths = one_row([live_segment.segment.body_lengths for live_segment in live_segments])
        self._headline_lengths = one_row([live_segment.segment.headline_lengths for live_segment in live_segments])
        starts = accumulate((live_segment.segment.doc_count for live_segment in live_segments), initial=0)
        self._starts = {
            live_segment: np.uint32(start) for live_segment, start in zip(live_segments, starts, strict=False)
        }
        self._body_norms = _norms(self.body, self._body_lengths)
        self._headline_norms = _norms(self._headline, self._headline_lengths)
        self._weights = BoundedCache[str, WeightedTerm](_CACHED_TERMS)

    def tf_denominators(self, doc_ids: DocIds, live_segment: LiveSegment) -> Scores:
        """Return what is added to the tf in the denominator of BM25 for each document's body (float64)."""
        denominators: Scores = self._body_norms.take(live_segment.segment.body_lengths.take(doc_ids))
        return denominators

    def weighted_terms(self, terms: Sequence[str]) -> list[WeightedTerm]:
        """Return the terms that occur in live documents, with their weights, in the given order."""
        return [weighted for term in terms if (weighted := self._weighted_term(term))]

    def _weighted_term(self, term: str) -> WeightedTerm | None:
        if (known := self._weights.get(term)) is not None:
            return known
        found = [(live_segment, live_segment.postings(term)) for live_segment in self.live_segments]
        doc_freqs = [
            _live_doc_freqs(live_segment, postings) for live_segment, postings in found if postings is not None
        ]
        if not doc_freqs:
            return None
        in_body, in_headline = (sum(counts) for counts in zip(*doc_freqs, strict=True))
        weighted = WeightedTerm(
            term,
            self.body.term_weight(in_body) if in_body else 0.0,
            self._headline.term_weight(in_headline) if in_headline else 0.0,
        )
        self._weights.put(term, weighted)
        return weighted

    def best_of_few(
        self, doc_ids: DocIds, live_segment: LiveSegment, terms: Sequence[WeightedTerm]
    ) -> tuple[DocIds, Scores]:
        """Score a few documents one by one. Return doc_ids (uint32) and scores (float64), best first."""
        listed = doc_ids.tolist()
        scores = [0.0] * len(listed)
        lengths = live_segment.segment.body_lengths.take(doc_ids).tolist()
        headline_lengths = live_segment.segment.headline_lengths.take(doc_ids).tolist()
        for term in terms if listed else ():
            if (postings := live_segment.postings(term.term)) is None:
                continue
            for at, (in_body, in_headline) in enumerate(frequencies(listed, postings, live_segment)):
                scores[at] += term.body_weight * self.body.tf_norm(in_body, lengths[at])
                if in_headline:
                    scores[at] += term.headline_weight * self._headline.tf_norm(in_headline, headline_lengths[at])
        best = sorted(zip(scores, listed, strict=True), reverse=True)
        return np.array([doc_id for _, doc_id in best], np.uint32), np.array([score for score, _ in best])

    def scores(self, batches: Sequence[ScoringBatch], terms: Sequence[WeightedTerm]) -> Scores:
        """Return the score of each document (float64), batch after batch in the order of their doc_ids."""
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
            contributions = _in_body(found, term, norms)
            sums = contributions if sums is None else np.add(sums, contributions, out=sums)
            indices, contributions = self._in_headline(found, term, global_doc_ids)
            if len(indices):
                sums[indices] += contributions
        return np.zeros(len(global_doc_ids)) if sums is None else sums

    def scores_of_all(self, live_segment: LiveSegment, terms: Sequence[WeightedTerm]) -> Scores:
        """Return the score of every document of a segment (float64, by doc_id), 0 for those without any of the terms.

        Each posting is read once, so it takes less time than finding the documents first.
        """
        start = self._starts[live_segment]
        sums = np.zeros(live_segment.segment.doc_count)
        norms = self._norms_by_doc_id[start : start + len(sums)]
        every_doc_id = np.arange(len(sums), dtype=np.uint32)
        for term in terms:
            if (postings := live_segment.postings(term.term)) is None:
                continue
            dense = postings.dense
            doc_ids, packed_tf = (postings.doc_ids, postings.packed_tf) if dense is None else (every_doc_id, dense)
            batch = ScoringBatch(live_segment, doc_ids, {term.term: (postings, packed_tf)})
            found = Frequencies(term.term, [batch])
            if dense is None:
                sums[doc_ids] += _in_body(found, term, norms.take(doc_ids))
            else:
                sums += _in_body(found, term, norms)
            indices, contributions = self._in_headline(found, term, doc_ids + start)
            sums[doc_ids.take(indices)] += contributions
        return sums

    @cached_property
    def _norms_by_doc_id(self) -> Scores:
        """What is added to the tf in the denominator, for the body of each document of all segments."""
        return self._body_norms.take(self._body_lengths)

    def _in_headline(self, found: Frequencies, term: WeightedTerm, global_doc_ids: DocIds) -> tuple[Indices, Scores]:
        """Return the indices of the documents with a term in the headline, and what that adds to their scores."""
        indices, in_headline = found.in_headline()
        norms = self._headline_norms.take(self._headline_lengths.take(global_doc_ids.take(indices)))
        return indices, term.headline_weight * (in_headline / (in_headline + norms))

    def bounds(self, term: WeightedTerm) -> Scores:
        """Return the upper bound of the score contribution for each packed tf: 256 float64."""
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


def _in_body(found: Frequencies, term: WeightedTerm, norms: Scores) -> Scores:
    """What a term anywhere adds to each score."""
    in_body = found.in_body()
    contributions = in_body + norms
    np.divide(in_body, contributions, out=contributions)
    contributions *= term.body_weight
    return contributions


def _live_lengths(live_segment: LiveSegment) -> tuple[int, int]:
    """Return the number of words in all live documents, and in their headlines."""
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
