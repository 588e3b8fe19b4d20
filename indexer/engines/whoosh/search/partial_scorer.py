"""Finds and scores the articles of the second tier by `indexer.engines.partial_ranking`, from postings and positions.

Of each bigram only the positions inside the candidates are looked up, by binary search: its postings may be as many as
all documents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from pyroaring import BitMap

from indexer.engines.partial_ranking import (
    CANDIDATES,
    HEAD_FIELDS,
    Counts,
    Flags,
    PartialEvidence,
    any_of,
    partial_scores,
)
from indexer.engines.whoosh.search.bm25_scorer import Bm25Scorer, WeightedTerm
from indexer.engines.whoosh.search.boolean_query import Evaluator
from indexer.engines.whoosh.search.cache import BoundedCache
from indexer.engines.whoosh.search.result_order import Best, cut_off
from indexer.engines.whoosh.search.term_frequencies import packed_tf_of
from indexer.engines.whoosh.segment.array_types import DocIds, Positions, Scores
from indexer.engines.whoosh.segment.arrays import doc_ids_in
from indexer.engines.whoosh.segment.format import FIELD_NAMES
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.engines.whoosh.segment.term_postings import MAX_BODY_TF
from indexer.model import PartialQuery, Phrase, Request

_CACHED_IDFS = 16_384
"""Questions share most of their bigrams; some need their positions to be counted."""
_IS_HEAD = np.array([name in HEAD_FIELDS for name in FIELD_NAMES])


class PartialScorer:
    """Scores candidates with the statistics of one generation. `count` counts the live documents of a request."""

    def __init__(self, scorer: Bm25Scorer, evaluators: Sequence[Evaluator], count: Callable[[Request], int]) -> None:
        self._scorer = scorer
        self._evaluators = evaluators
        self._count = count
        self._idfs = BoundedCache[str, float](_CACHED_IDFS)

    def best(self, asked: PartialQuery, among: Sequence[BitMap], size: int) -> list[Best]:
        """Return the articles of the second tier in each segment, of those among some documents, best first.

        They are at most `CANDIDATES` in all, and at least `size` if there are as many.
        """
        terms = self._scorer.weighted_terms(asked.words)
        scores = [self._scorer.scores_of_all(live_segment, terms) for live_segment in self._scorer.live_segments]
        with_words = [
            _positive(doc_ids_in(documents), of_segment) for documents, of_segment in zip(among, scores, strict=True)
        ]
        if sum(map(len, with_words)) < size:
            query = any_of(asked, bigrams=True)
            pairs = zip(among, self._evaluators, strict=True)
            with_words = [doc_ids_in(documents & evaluator.find(query).bitmap) for documents, evaluator in pairs]
        candidates = [
            _best(segment_ord, self._scorer.live_segments[segment_ord].segment, doc_ids, scores[segment_ord])
            for segment_ord, doc_ids in enumerate(with_words)
        ]
        return self._rescored(asked, cut_off(candidates, CANDIDATES), terms)

    def _rescored(self, asked: PartialQuery, candidates: Sequence[Best], terms: Sequence[WeightedTerm]) -> list[Best]:
        weights = {weighted.term: weighted.body_weight for weighted in terms}
        unknown = self._scorer.body.term_weight(0)
        word_idfs = [weights.get(word) or unknown for word in asked.words]
        bigram_idfs = [self._idf(bigram) for bigram, _ in asked.bigrams]
        found = []
        for one in candidates:
            if not len(one.doc_ids):
                continue
            scores = partial_scores(asked, self._evidence(asked, one), word_idfs, bigram_idfs)
            order = np.lexsort((one.doc_ids, scores))[::-1]
            found.append(one._replace(doc_ids=one.doc_ids.take(order), scores=scores.take(order)))
        return found

    def _idf(self, bigram: str) -> float:
        return self._idfs.get_or_make(bigram, lambda: self._scorer.body.term_weight(self._doc_freq(bigram)))

    def _doc_freq(self, bigram: str) -> int:
        doc_freqs = [live_segment.doc_freq(bigram) for live_segment in self._scorer.live_segments]
        return self._count(Request(Phrase(bigram, ()))) if None in doc_freqs else sum(filter(None, doc_freqs))

    def _evidence(self, asked: PartialQuery, candidates: Best) -> PartialEvidence:
        evaluator, doc_ids = self._evaluators[candidates.segment_ord], candidates.doc_ids
        live_segment = self._scorer.live_segments[candidates.segment_ord]
        spans = _Spans(candidates.segment, doc_ids)
        words = np.zeros((len(asked.words), len(doc_ids)), bool)
        for row, word in enumerate(asked.words):
            if (postings := live_segment.postings(word)) is not None:
                words[row] = packed_tf_of(doc_ids, postings, live_segment) & MAX_BODY_TF > 0
        strings = np.zeros((len(asked.strings), len(doc_ids)), bool)
        for row, text in enumerate(asked.strings):
            if len(text) == 2:
                strings[row] = spans.counts(text)[0] > 0
            else:
                held = evaluator.find(Phrase(text, ())).bitmap
                strings[row] = [doc_id in held for doc_id in doc_ids.tolist()]
        bigrams = np.zeros((len(asked.bigrams), len(doc_ids)))
        in_head = np.zeros((len(asked.bigrams), len(doc_ids)), bool)
        for row, (bigram, _) in enumerate(asked.bigrams):
            bigrams[row], in_head[row] = spans.counts(bigram)
        return PartialEvidence(
            bm25=candidates.scores,
            tf_denominators=self._scorer.tf_denominators(doc_ids, live_segment),
            words=words,
            strings=strings,
            bigrams=bigrams,
            in_head=in_head,
        )


def _positive(doc_ids: DocIds, scores: Scores) -> DocIds:
    """Return the documents with a score."""
    return doc_ids.compress(scores.take(doc_ids) > 0)


def _best(segment_ord: int, segment: FlatSegment, doc_ids: DocIds, scores: Scores) -> Best:
    """Return the best of some documents, by the scores of all, at most `CANDIDATES`."""
    its = scores.take(doc_ids)
    if len(doc_ids) > CANDIDATES:
        indices = (its >= np.partition(its, len(its) - CANDIDATES)[len(its) - CANDIDATES]).nonzero()[0]
        doc_ids, its = doc_ids.take(indices), its.take(indices)
    order = np.lexsort((doc_ids, its))[::-1][:CANDIDATES]
    return Best(segment_ord, segment, doc_ids.take(order), its.take(order))


class _Spans:
    """The spans of positions of some documents."""

    def __init__(self, segment: FlatSegment, doc_ids: DocIds) -> None:
        self._grams = segment.grams
        starts, ends = segment.position_bases.take(doc_ids), segment.position_bases.take(doc_ids + np.uint32(1))
        self._bounds = np.concatenate((starts, _head_ends(segment, starts, ends), ends))

    def counts(self, bigram: str) -> tuple[Counts, Flags]:
        """Return how often each document has a bigram (float64), and whether its head has it."""
        first, head, last = self._grams.positions_of(bigram).searchsorted(self._bounds).reshape(3, -1)
        return (last - first).astype(np.float64), head > first


def _head_ends(segment: FlatSegment, starts: Positions, ends: Positions) -> Positions:
    """Return where kicker, headline and subtitle end, which are the first units of a document (uint32)."""
    units = segment.unit_starts.searchsorted(starts)
    found = ends.copy()
    open_ones = np.arange(len(starts))
    while len(open_ones):
        at = units[open_ones]
        is_there = at < len(segment.unit_starts)
        begin = segment.unit_starts.take(at, mode="clip")
        is_inside = is_there & (begin < ends[open_ones])
        is_head = is_inside & _IS_HEAD[segment.unit_fields.take(at, mode="clip")]
        stopped = open_ones[is_inside & ~is_head]
        found[stopped] = begin[is_inside & ~is_head]
        open_ones = open_ones[is_head]
        units[open_ones] += 1
    return found
