"""Measures of one answer, means over many, and the interval of a difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np

from benchmark.relevance.questions import HELD, Question

SHOWN = 10
"""The number of articles of an answer that count."""
_RESAMPLES, _SEED = 10_000, 12


class Scores(NamedTuple):
    """Measures between 0 and 1, of one answer or as means.

    - `ndcg`: the gain of the ten articles, discounted by rank, as a share of the greatest possible;
    - `mrr`: 1 / rank of the first relevant article, 0 if none is among the ten;
    - `success`: whether a relevant article is among the ten;
    - `zero`: whether nothing was found at all;
    - `first`: whether the relevant articles come first and none of them is missing (sets of `HELD`, otherwise None).
    """

    ndcg: float
    mrr: float
    success: float
    zero: float
    first: float | None = None


def scores(question: Question, found: Sequence[str]) -> Scores:
    """Score an answer: ids of articles, best first, each once.

    >>> scores(Question("N", "王砚秋", {"a": 1, "b": 1}), ["a", "c", "b"])
    Scores(ndcg=0.9197207891481876, mrr=1.0, success=1.0, zero=0.0, first=0.0)
    """
    shown = [name for name in found if name != question.dropped][:SHOWN]
    best = sorted(question.grades.values(), reverse=True)[:SHOWN]
    rank = next((rank for rank, name in enumerate(shown, 1) if name in question.grades), 0)
    complete = len(shown) >= len(best) and all(name in question.grades for name in shown[: len(best)])
    return Scores(
        ndcg=gain([question.grades.get(name, 0) for name in shown]) / gain(best),
        mrr=1 / rank if rank else 0.0,
        success=float(rank > 0),
        zero=float(not found),
        first=float(complete) if question.set in HELD else None,
    )


def gain(grades: Sequence[int]) -> float:
    """Return the discounted cumulative gain of articles in this order.

    >>> gain([2, 0, 1])
    3.5
    """
    return sum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def mean(of: Sequence[Scores]) -> Scores:
    """Return the mean of each measure. Raises StatisticsError without any scores."""
    firsts = [one.first for one in of if one.first is not None]
    return Scores(
        ndcg=fmean(one.ndcg for one in of),
        mrr=fmean(one.mrr for one in of),
        success=fmean(one.success for one in of),
        zero=fmean(one.zero for one in of),
        first=fmean(firsts) if firsts else None,
    )


class Difference(NamedTuple):
    """A mean paired difference with its 95 % interval."""

    mean: float
    low: float
    high: float

    @property
    def is_behind(self) -> bool:
        """Whether the whole interval lies below zero."""
        return self.high < 0

    @property
    def is_ahead(self) -> bool:
        """Whether the whole interval lies above zero."""
        return self.low > 0


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Difference:
    """Compare two systems that answered the same questions.

    The interval is a bootstrap over the questions, the same at each call. Raises ValueError for different numbers of
    questions.
    """
    pairs = np.array([a - b for a, b in zip(ours, theirs, strict=True)])
    drawn = np.random.default_rng(_SEED).integers(len(pairs), size=(_RESAMPLES, len(pairs)))
    low, high = np.quantile(pairs[drawn].mean(axis=1), (0.025, 0.975))
    return Difference(float(pairs.mean()), float(low), float(high))
