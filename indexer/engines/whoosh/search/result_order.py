"""The order of results: by doc_id within a segment; across segments by sort values, then by article id.

Documents are numbered by date, those without one first, and on one day from the last id to the first. So among equals
the one with the greater doc_id comes first in `relevance` and `newest`, and nothing needs to be sorted for that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.segment.array_types import DocIds, Scores
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.model import Order

Row = tuple[int, int, float]
"""The ordinal of a segment, a doc_id in it, and its score."""


class Best(NamedTuple):
    """The best documents of one segment with their scores, best first; `segment_ord` is the segment's ordinal."""

    segment_ord: int
    segment: FlatSegment
    doc_ids: DocIds
    scores: Scores


def newest(doc_ids: DocIds, count: int) -> DocIds:
    """The newest of some documents, newest first.

    >>> newest(np.array([1, 4, 7], np.uint32), 2)
    array([7, 4], dtype=uint32)
    """
    return doc_ids[max(len(doc_ids) - count, 0) :][::-1]


def oldest(doc_ids: DocIds, days: NDArray[np.uint32], count: int) -> DocIds:
    """The oldest of some documents, oldest first, those without a date last."""
    first_dated = int(doc_ids.searchsorted(np.uint32(days.searchsorted(days.dtype.type(1)))))
    undated, dated = doc_ids[:first_dated][::-1], doc_ids[first_dated:]
    if len(dated) > count > 0:
        last_day = days[dated[count - 1]]
        dated = dated[: int(dated.searchsorted(np.uint32(days.searchsorted(last_day, "right"))))]
    # The doc_ids of one day go down as article ids go up.
    dated = dated[::-1]
    dated = dated[np.argsort(days.take(dated), kind="stable")]
    return np.concatenate((dated, undated))[:count]


def last_indexed(doc_ids: DocIds, first: NDArray[np.uint64], count: int) -> tuple[DocIds, Scores]:
    """Those of some documents that were indexed last, and when: by that, then newest first.

    `first` has the time of each document's first indexing, by doc_id.
    """
    doc_ids = doc_ids[::-1]
    its = first.take(doc_ids).astype(np.int64)
    if 0 < count < len(its):
        among = (its >= np.partition(its, len(its) - count)[len(its) - count]).nonzero()[0]
        doc_ids, its = doc_ids.take(among), its.take(among)
    order = np.argsort(-its, kind="stable")[:count]
    return doc_ids.take(order), its.take(order).astype(np.float64)


def window(best: Sequence[Best], sort: Order, offset: int, size: int) -> list[Row]:
    """Merge the lists of all segments and return a window of the result."""
    best = [of_segment for of_segment in best if len(of_segment.doc_ids)]
    if len(best) == 1:
        (one,) = best
        chosen = slice(offset, offset + size)
        return [
            (one.segment_ord, *row)
            for row in zip(one.doc_ids[chosen].tolist(), one.scores[chosen].tolist(), strict=True)
        ]
    return _merged(best, sort, offset, size) if best else []


def cut_off(best: Sequence[Best], count: int) -> list[Best]:
    """Return the `count` best documents of all segments together, by doc_id in each, with their scores.

    Equals of one day that lie in several segments are cut off in the order of the segments.
    """
    lengths = [len(one.doc_ids) for one in best]
    if sum(lengths) > count:
        days = np.concatenate([one.segment.days.take(one.doc_ids) for one in best]).astype(np.int64)
        order = np.lexsort((-days, -np.concatenate([one.scores for one in best])))[:count]
        segments = np.repeat(np.arange(len(best)), lengths)
        lengths = np.bincount(segments.take(order), minlength=len(best)).tolist()
    found = []
    for one, length in zip(best, lengths, strict=True):
        by_doc_id = np.argsort(one.doc_ids[:length])
        found.append(one._replace(doc_ids=one.doc_ids.take(by_doc_id), scores=one.scores.take(by_doc_id)))
    return found


def _merged(best: Sequence[Best], sort: Order, offset: int, size: int) -> list[Row]:
    """Sort by score and date first. Only ties near the window are sorted by id, which has to be read."""
    days = np.concatenate([one.segment.days.take(one.doc_ids) for one in best]).astype(np.int64)
    scores = np.concatenate([one.scores for one in best])
    order = np.lexsort((days if sort == "oldest" else -days, days == 0, -scores))
    end = min(offset + size, len(order))
    if offset >= end:
        return []
    day, score = days[order], scores[order]
    # Where other figures begin, but for the first and the last one.
    changes = ((day[1:] != day[:-1]) | (score[1:] != score[:-1])).nonzero()[0] + 1
    before, after = int(changes.searchsorted(offset, "right")), int(changes.searchsorted(end))
    edges = [0, *changes.tolist(), len(order)][before : after + 2]
    starts = list(accumulate([len(one.doc_ids) for one in best], initial=0))
    near: list[Row] = []
    for first, last in pairwise(edges):
        equals = [_row(best, starts, row) for row in order[first:last].tolist()]
        if len(equals) > 1:
            segments = {one.segment_ord: one.segment for one in best}
            equals.sort(key=lambda row: segments[row[0]].id_of(row[1]))
        near += equals
    return near[offset - edges[0] : end - edges[0]]


def _row(best: Sequence[Best], starts: Sequence[int], row: int) -> Row:
    """The row at an index into the rows of all segments, one after another."""
    at = bisect_right(starts, row) - 1
    one, i = best[at], row - starts[at]
    return one.segment_ord, int(one.doc_ids[i]), float(one.scores[i])
