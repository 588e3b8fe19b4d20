"""Does the text run on here? What the end of one line and the beginning of another say about each other.

A line that ends in 短缺矛 waits for 盾. The judgement is a likelihood ratio: how much likelier the two pieces are as
one text than as an end and a beginning that have nothing to do with each other. The word frequencies of jieba's
dictionary tell where a word runs across: an end inside a word (矛) waits for the rest, so any other beginning counts
against the pair. Where no word does, how often the two characters meet in news text tells a little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.articles.language_model import word_unigrams
from indexer.articles.language_model.word_unigrams import LONGEST_WORD, SHIFTS, Costs, Floats, Numbers

Letters = NDArray[np.uint32]
Places = NDArray[np.intp]

_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FD5
_FOLLOWER = re.compile(r"(\D)(\d+)")
_WEIGHT = 0.7
"""Of the neighbours' evidence, since it is in part the same as that of the words; best on generated pages."""
_SELDOM = 20
_DISCOUNT = 0.75
_NO_LETTER = 0xFFFF
"""Stands for all letters beyond, of which the table has none."""
_KINDS = 60
"""About as many different characters follow a common one; what is discounted from those seen is for the unseen."""


class _Neighbours:
    """How much likelier than by chance, in nats, a character follows another, by the table of scripts/build_neighbours.

    Of a character that was seen too seldom nothing is known: 0.
    """

    def __init__(self) -> None:
        table = Path(__file__).with_name("data") / "neighbours.tsv"
        rows = [row.split("\t") for row in table.read_text(encoding="utf-8").splitlines() if not row.startswith("#")]
        rows = [row for row in rows if int(row[1]) >= _SELDOM] + [row for row in rows if int(row[1]) < _SELDOM]
        firsts, seen = _codes(first for first, _, _ in rows), np.array([int(count) for _, count, _ in rows], np.float64)
        often = int((seen >= _SELDOM).sum())
        followers = [_FOLLOWER.findall(row[2]) for row in rows[:often]]
        seconds = _codes(second for found in followers for second, _ in found)
        counts = np.array([int(count) for found in followers for _, count in found], np.float64)
        occurs = np.ones(_NO_LETTER + 1)
        occurs[firsts] = seen
        row_of = np.repeat(np.arange(often), [len(found) for found in followers])
        numbers = _pair(firsts[row_of], seconds)
        order = np.argsort(numbers)
        scores = _score(counts, seen[row_of], occurs[seconds] / seen.sum())
        self._scores = Costs(numbers[order], scores[order], bits=17)
        self._otherwise = np.zeros(_NO_LETTER + 1)
        self._otherwise[firsts[:often]] = _score(np.zeros(often), seen[:often], 1 / seen.sum())

    def of(self, before: Letters, after: Letters) -> Floats:
        """The scores of pairs of letters."""
        before, after = np.minimum(before, _NO_LETTER), np.minimum(after, _NO_LETTER)
        scores = self._scores.of(_pair(before, after))
        return np.where(scores < np.inf, scores, self._otherwise.take(before))


def _codes(letters: Iterable[str]) -> Letters:
    return np.fromiter(map(ord, letters), np.uint32)


def _pair(before: Letters, after: Letters) -> Numbers:
    return before.astype(np.uint64) << np.uint64(16) | after


def _score(followed: Floats, seen: Floats, chance: Floats | float) -> Floats:
    likely = np.maximum(followed - _DISCOUNT, 0) / seen + _DISCOUNT * _KINDS * chance / seen
    return np.clip(np.log(np.minimum(likely, 1.0) / chance), -3.0, 4.0)


@cache
def _neighbours() -> _Neighbours:
    return _Neighbours()


def neighbours(before: str, after: str) -> float:
    """How much likelier than by chance, in nats, one character follows the other; 0 where little is known.

    >>> neighbours("工", "作") > 2, neighbours("的", "，") < 0
    (True, True)
    """
    return float(_neighbours().of(_codes(before), _codes(after))[0])


class Side(NamedTuple):
    """One side of each of several pieces of text, their beginnings or their ends, and what it costs to cut it.

    `letters` are the four at the joint, counted from it, 0 where there are less. `whole` is the cost of the run of Han
    there with no word running on, `waits` what is saved (a negative number) where any word may run on. `parts` are the
    one, two and three letters at the joint, and `rest` what the others cost where longer words begin so, or end so; it
    is infinite where none does.
    """

    letters: Letters
    whole: Floats
    waits: Floats
    parts: Numbers
    rest: Floats


_STRETCHES = [(start, end) for start in range(LONGEST_WORD) for end in range(start + 2, LONGEST_WORD + 1)] + [(0, 1)]
"""From where to where words of several letters may stand, counted from the joint; and the letter next to it."""
_LAST_OF = [end - 1 for _, end in _STRETCHES[:-1]]
_AT_JOINT = [_STRETCHES.index((0, size)) for size in range(1, LONGEST_WORD)]


def _places(*, ends: bool) -> Numbers:
    """What makes numbers of stretches out of letters, which are counted from the joint: backwards at the ends."""
    factors = np.zeros((LONGEST_WORD, len(_STRETCHES)), np.uint64)
    for at, (start, end) in enumerate(_STRETCHES):
        for letter in range(start, end):
            factors[letter, at] = 1 << int(SHIFTS[end - 1 - letter if ends else letter - start])
    return factors


_OF_ENDS, _OF_BEGINNINGS = _places(ends=True), _places(ends=False)


def sides(texts: Sequence[str]) -> tuple[Side, Side]:
    """The ends and the beginnings of pieces of text, none of them empty."""
    words = word_unigrams.words()
    size = len(texts)
    letters = _at_joints(texts)
    is_run = np.logical_and.accumulate((letters >= _FIRST_HAN) & (letters <= _LAST_HAN), axis=1)
    run = np.where(is_run, letters, 0)
    numbers = np.concatenate((run[:size] @ _OF_ENDS, run[size:] @ _OF_BEGINNINGS))
    longer = words.longer.of(numbers[:, :-1])
    longer[~is_run[:, _LAST_OF]] = np.inf
    rest = _least_costs(np.where(is_run, words.single[run], 0), longer)
    parts = numbers[:, _AT_JOINT]
    waiting = np.concatenate((words.begun.of(parts[:size]), words.ended.of(parts[size:])))
    waiting[~is_run[:, :-1]] = np.inf
    inner = np.where(np.isfinite(waiting), rest[:, 1:-1], np.inf)
    whole = rest[:, 0]
    waits = np.minimum((inner + waiting).min(axis=1) - whole, 0)
    return (
        Side(letters[:size], whole[:size], waits[:size], parts[:size], inner[:size]),
        Side(letters[size:], whole[size:], waits[size:], parts[size:], inner[size:]),
    )


def _at_joints(texts: Sequence[str]) -> Letters:
    """The letters at the ends of all the texts, then those at their beginnings, counted from the joint."""
    codes = np.array(["".join(texts) + "\n"]).view(np.uint32)
    sizes = np.fromiter(map(len, texts), np.intp, len(texts))
    last = np.cumsum(sizes) - 1
    inward = np.arange(LONGEST_WORD)
    places = np.concatenate((last[:, None] - inward, (last - sizes + 1)[:, None] + inward))
    inside = np.tile(sizes, 2)[:, None] > inward
    return np.where(inside, codes.take(places, mode="clip"), np.uint32(0))


def _least_costs(single: Floats, longer: Floats) -> Floats:
    """What it costs to cut runs into words from each of their letters on, the one at the joint first.

    A row of `single` holds the costs of the letters, one of `longer` those of the stretches of several.
    """
    least = np.zeros((len(single), LONGEST_WORD + 1))
    for start in reversed(range(LONGEST_WORD)):
        np.add(single[:, start], least[:, start + 1], out=least[:, start])
        for at, (first, end) in enumerate(_STRETCHES[:-1]):
            if first == start:
                np.minimum(least[:, start], longer[:, at] + least[:, end], out=least[:, start])
    return least


def fit(one: str, other: str) -> float:
    """How much likelier it is, in nats, that a text continues another than that they met by chance.

    >>> fit("护理人才短缺矛", "盾日前开发区") > 5
    True
    >>> fit("护理人才短缺矛", "能等级认定中心") < -1
    True
    """
    ends, beginnings = sides([one, other])
    return float(fits(ends, beginnings, np.array([0]), np.array([1]))[0])


_ACROSS = [(size, other) for size in range(1, LONGEST_WORD) for other in range(1, LONGEST_WORD - size + 1)]
"""How many letters a word that runs across a joint may have on either side."""


def fits(ends: Side, beginnings: Side, one: Places, other: Places) -> Floats:
    """How well each `other` of the beginnings continues the `one` of the ends that stands beside it, as `fit` does."""
    near = _neighbours().of(ends.letters[one, 0], beginnings.letters[other, 0])
    return ends.waits[one] + beginnings.waits[other] + _WEIGHT * near + _saved(ends, beginnings, one, other)


def _saved(ends: Side, beginnings: Side, one: Places, other: Places) -> Floats:
    """How much a word that runs across makes each pair cheaper."""
    longer = word_unigrams.words().longer
    runs_on, goes_on = (ends.rest < np.inf).T, (beginnings.rest < np.inf).T
    saved = np.zeros(len(one))
    for size, other_size in _ACROSS:
        may = np.flatnonzero(runs_on[size - 1].take(one) & goes_on[other_size - 1].take(other))
        before, after = one[may], other[may]
        words = ends.parts[before, size - 1] | beginnings.parts[after, other_size - 1] >> np.uint64(16 * size)
        costs = longer.of(words)
        found = np.flatnonzero(costs < np.inf)
        may, before, after = may[found], before[found], after[found]
        without = ends.whole[before] - ends.rest[before, size - 1]
        without += beginnings.whole[after] - beginnings.rest[after, other_size - 1]
        saved[may] = np.maximum(saved[may], without - costs[found])
    return saved
