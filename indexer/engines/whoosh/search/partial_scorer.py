"""Rescores the candidates of the second tier by `indexer.engines.partial_ranking`, from postings and positions.

Of each bigram only the positions inside the candidates are looked up, by binary search: its postings may be as many as
all documents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from indexer.engines.partial_ranking import HEAD_FIELDS, Counts, Flags, PartialEvidence, partial_scores
from indexer.engines.whoosh.search.bm25_scorer import Bm25Scorer
from indexer.engines.whoosh.search.boolean_query import Evaluator
from indexer.engines.whoosh.search.result_order import Best
from indexer.engines.whoosh.search.term_frequencies import packed_tf_of
from indexer.engines.whoosh.segment.array_types import DocIds, Positions
from indexer.engines.whoosh.segment.format import FIELD_NAMES
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.engines.whoosh.segment.term_postings import MAX_BODY_TF
from indexer.model import PartialQuery, Phrase, Request

_IS_HEAD = np.array([name in HEAD_FIELDS for name in FIELD_NAMES])


class PartialScorer:
    """Scores candidates with the statistics of one generation. `count` counts the live documents of a request."""

    def __init__(self, scorer: Bm25Scorer, evaluators: Sequence[Evaluator], count: Callable[[Request], int]) -> None:
        self._scorer = scorer
        self._evaluators = evaluators
        self._count = count

    def rescored(self, asked: PartialQuery, candidates: Sequence[Best]) -> list[Best]:
        """Return the candidates of each segment, given in order of their doc_ids, best first by their new score."""
        weights = {weighted.term: weighted.body_weight for weighted in self._scorer.weighted_terms(asked.words)}
        unknown = self._scorer.body.term_weight(0)
        word_idfs = [weights.get(word) or unknown for word in asked.words]
        bigram_idfs = [self._scorer.body.term_weight(self._doc_freq(bigram)) for bigram, _ in asked.bigrams]
        found = []
        for one in candidates:
            if not len(one.doc_ids):
                continue
            scores = partial_scores(asked, self._evidence(asked, one), word_idfs, bigram_idfs)
            order = np.lexsort((one.doc_ids, scores))[::-1]
            found.append(one._replace(doc_ids=one.doc_ids.take(order), scores=scores.take(order)))
        return found

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
