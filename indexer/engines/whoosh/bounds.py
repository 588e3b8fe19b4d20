"""Which of many documents may be among the best: told from what each frequency byte of a term can earn at most.

As in Turtle and Flood's MaxScore ("Query Evaluation: Strategies and Optimizations", 1995), a few documents that promise
much are scored, and the least of the best scores is the mark for all others: terms that can't reach it together without
help need not be looked at by themselves, and of the others only documents whose bytes are high enough. A byte is
compared in 25 ps, so this costs next to nothing beside scoring.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from indexer.engines.whoosh.places import bitmap
from indexer.engines.whoosh.words import TermPostings

Documents = NDArray[np.uint32]
Scores = NDArray[np.float64]

_SAMPLE = 4_096
_SEEDS = 8
"""So many times as many documents as are wanted are tried first."""
_MOST_SEEDS = 4_096
_SLACK = 1 - 1e-9
"""Bounds and scores are rounded differently."""


class Bounds:
    """A term's postings, and what a document with each frequency byte can earn at most."""

    def __init__(self, postings: TermPostings, table: Scores) -> None:
        self.postings = postings
        self.most = float(table.max())
        self._table = table.copy()
        self._table[0] = -1.0  # stands for a document without the term
        self._bytes = postings.frequencies if postings.dense is None else postings.dense

    def reaching(self, least: float) -> Documents:
        """The documents whose bound is not less, ascending."""
        is_enough = self._table >= least
        edges = np.diff(is_enough, prepend=False, append=False).nonzero()[0].tolist()
        mask = np.zeros(len(self._bytes), bool)
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            # Bytes below the first one wrap round to great ones.
            mask |= self._bytes - np.uint8(first) <= np.uint8(last - first - 1)
        places = mask.nonzero()[0]
        return places.astype(np.uint32) if self.postings.dense is not None else self.postings.documents[places]

    def level(self, wanted: int) -> float:
        """The bound that about so many documents reach, as a sample tells."""
        sample = self._table.take(self._bytes[:: max(len(self._bytes) // _SAMPLE, 1)])
        place = min(wanted * len(sample) // len(self._bytes) + 1, len(sample))
        sample.partition(len(sample) - place)
        return max(float(sample[len(sample) - place]), 0.0)


def contenders(
    found: BitMap, terms: Sequence[Bounds], count: int, score: Callable[[Documents], Scores]
) -> Documents | None:
    """Those of the documents found that may be among the best `count`, ascending; None where too few tell anything."""
    seeds = BitMap.union(_common(found, terms), *(_promising(found, term, count) for term in terms))
    if len(seeds) < count:
        return None
    scores = score(_ascending(seeds))
    scores.partition(len(scores) - count)
    mark = float(scores[len(scores) - count]) * _SLACK
    needed = _needed(terms, mark)
    total = sum(term.most for term in terms)
    reaching = (bitmap(term.reaching(mark - (total - term.most))) & found for term in needed)
    return _ascending(BitMap.union(seeds, *reaching))


def _promising(found: BitMap, term: Bounds, count: int) -> BitMap:
    """Documents found in which a term can earn most: some more than `count`, or all."""
    wanted = _SEEDS * count * max(len(term.postings) // len(found), 1)
    while True:
        level = term.level(wanted)
        promising = bitmap(term.reaching(level)) & found
        if len(promising) >= count or level == 0:
            return promising
        wanted *= _SEEDS


def _common(found: BitMap, terms: Sequence[Bounds]) -> BitMap:
    """The documents that hold all terms, unless they are many."""
    common = found
    for term in terms:
        documents = term.postings.bitmap
        common = common & (bitmap(term.postings.documents) if documents is None else documents)
    return common if len(common) <= _MOST_SEEDS else BitMap()


def _needed(terms: Sequence[Bounds], mark: float) -> list[Bounds]:
    """The terms of which a document must have one to reach the mark: all the others together don't."""
    ascending = sorted(terms, key=lambda term: term.most)
    without = 0.0
    for place, term in enumerate(ascending):
        without += term.most
        if without >= mark:
            return ascending[place:]
    return []


def _ascending(documents: BitMap) -> Documents:
    return np.frombuffer(documents.to_array(), np.uint32)
