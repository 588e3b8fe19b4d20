"""Term frequencies of batches of documents that are scored together, each of one segment."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.segment.array_types import AnyArray, DocIds, Indices, PackedTf, Scores, TfOverflow
from indexer.engines.whoosh.segment.term_postings import (
    BODY_TF_BITS,
    MAX_BODY_TF,
    MAX_HEADLINE_TF,
    WORTH_COUNTING_BITS,
    TermPostings,
)

_NO_SCORES: Scores = np.zeros(0)
_IN_HEADLINE: Scores = (np.arange(256) >> BODY_TF_BITS).astype(np.float64)
_NOWHERE: Indices = np.zeros(0, np.intp)


class ScoringBatch(NamedTuple):
    """Documents of one segment, ascending, and how often each has the terms: postings and bytes by term."""

    live_segment: LiveSegment
    doc_ids: DocIds
    held: Mapping[str, tuple[TermPostings, PackedTf]]

    def taken(self, indices: Indices) -> ScoringBatch:
        """Some of the documents, by their indices."""
        held = {term: (postings, found.take(indices)) for term, (postings, found) in self.held.items()}
        return ScoringBatch(self.live_segment, self.doc_ids.take(indices), held)


def scoring_batch_of(live_segment: LiveSegment, doc_ids: DocIds, held: Mapping[str, TermPostings]) -> ScoringBatch:
    """A batch of some documents, ascending, with what they have of all the terms held in their segment."""
    by = {term: (postings, packed_tf_of(doc_ids, postings, live_segment)) for term, postings in held.items()}
    return ScoringBatch(live_segment, doc_ids, by)


def one_row(arrays: Sequence[AnyArray]) -> AnyArray:
    """Arrays after one another, not copied where there is only one."""
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays) if arrays else np.zeros(0, np.uint8)


def packed_tf_of(doc_ids: DocIds, postings: TermPostings, live_segment: LiveSegment) -> PackedTf:
    """Return the packed tf of each document (uint8, in the order of `doc_ids`), 0 for documents without the term."""
    if postings.dense is not None:
        return postings.dense.take(doc_ids)
    if len(doc_ids) < len(postings) and (rank := postings.rank) is not None:
        ranks, are_there = rank.ranks(doc_ids)
        counted = postings.packed_tf.take(ranks, mode="clip")
        counted *= are_there
        return counted
    holding = postings.doc_ids
    if len(holding) == len(doc_ids) and not len((holding != doc_ids).nonzero()[0]):
        return postings.packed_tf
    if len(doc_ids) * 16 < live_segment.segment.doc_count:
        at = holding.searchsorted(doc_ids)
        found = postings.packed_tf.take(at, mode="clip")
        found *= holding.take(at, mode="clip") == doc_ids
        return found
    by_doc_id = np.zeros(live_segment.segment.doc_count, np.uint8)
    by_doc_id[holding] = postings.packed_tf
    return by_doc_id.take(doc_ids)


class Frequencies:
    """How often each document of some batches has a term."""

    def __init__(self, term: str, batches: Sequence[ScoringBatch]) -> None:
        rows, in_headline, overflow = [], 0, 0
        for batch in batches:
            if term in batch.held:
                postings, found = batch.held[term]
                rows.append(found)
                in_headline += postings.headline_doc_freq
                overflow += len(postings.overflow)
            else:
                rows.append(np.zeros(len(batch.doc_ids), np.uint8))
        self._packed_tf = one_row(rows)
        self._may_be_in_headline = in_headline > 0
        self._overflow = _overflow(batches, term) if overflow else []

    def in_body(self) -> Scores:
        """How often each has it anywhere."""
        found = (self._packed_tf & MAX_BODY_TF).astype(np.float64)
        for indices, rows in self._overflow:
            found[indices] = rows[:, 1]
        return found

    def in_headline(self) -> tuple[Indices, Scores]:
        """Which have it in the headline, by their indices, and how often."""
        if not self._may_be_in_headline:
            return _NOWHERE, _NO_SCORES
        indices = (self._packed_tf > MAX_BODY_TF).nonzero()[0]
        found = _IN_HEADLINE.take(self._packed_tf.take(indices))
        for full, rows in self._overflow:
            in_both = rows[:, 2] > 0
            found[indices.searchsorted(full[in_both])] = rows[in_both, 2]
        return indices, found


def _overflow(batches: Sequence[ScoringBatch], term: str) -> list[tuple[Indices, TfOverflow]]:
    """Return indices of the documents whose packed tf is full, and their rows of exact frequencies."""
    overflow, start = [], 0
    for batch in batches:
        if term in batch.held and len(exact := batch.held[term][0].overflow):
            indices = batch.doc_ids.searchsorted(exact[:, 0])
            are_there = batch.doc_ids.take(indices, mode="clip") == exact[:, 0]
            overflow.append((indices[are_there] + start, exact[are_there]))
        start += len(batch.doc_ids)
    return overflow


def frequencies(doc_ids: Sequence[int], postings: TermPostings, live_segment: LiveSegment) -> list[tuple[int, int]]:
    """How often each of a few documents has a term: anywhere, and in its headline."""
    if postings.dense is not None:
        by_doc_id = postings.dense.data
        found = [by_doc_id[doc_id] for doc_id in doc_ids]
    elif len(postings) < WORTH_COUNTING_BITS:
        holding, by_posting = postings.doc_ids.data, postings.packed_tf.data
        indices = [bisect_left(holding, doc_id) for doc_id in doc_ids]
        found = [
            by_posting[at] if at < len(holding) and holding[at] == doc_id else 0
            for at, doc_id in zip(indices, doc_ids, strict=True)
        ]
    else:
        found = packed_tf_of(np.array(doc_ids, np.uint32), postings, live_segment).tolist()
    both = [(byte & MAX_BODY_TF, byte >> BODY_TF_BITS) for byte in found]
    if len(postings.overflow) and any(body == MAX_BODY_TF or head == MAX_HEADLINE_TF for body, head in both):
        exact = {doc_id: (body, head) for doc_id, body, head in postings.overflow.tolist()}
        return [exact.get(doc_id, its) for doc_id, its in zip(doc_ids, both, strict=True)]
    return both
