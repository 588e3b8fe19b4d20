"""Does the text run on here? What the end of one line and the beginning of another say about each other.

A line that ends in 短缺矛 waits for 盾. The judgement is a likelihood ratio: how much likelier the two pieces are as
one text than as an end and a beginning that have nothing to do with each other. The word frequencies of jieba's
dictionary tell where a word runs across: an end inside a word (矛) waits for the rest, so any other beginning counts
against the pair. Where no word does, how often the two characters meet in news text tells a little.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from typing import NamedTuple

import numpy as np

from indexer.articles import word_costs
from indexer.articles.word_costs import LONGEST_WORD, SHIFTS, Floats, Numbers

_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FD5
_FOLLOWER = re.compile(r"(\D)(\d+)")
_WEIGHT = 0.7
"""Of the neighbours' evidence, since it is in part the same as that of the words; best on generated pages."""
_SELDOM = 20
_DISCOUNT = 0.75
_KINDS = 60
"""About as many different characters follow a common one; what is discounted from those seen is for the unseen."""


class _Neighbours:
    """How much likelier than by chance, in nats, a character follows another, by the table of scripts/build_neighbours.

    A character's row is worked out when it is first asked for.
    """

    def __init__(self) -> None:
        table = Path(__file__).with_name("data") / "neighbours.tsv"
        rows = [row.split("\t") for row in table.read_text(encoding="utf-8").splitlines() if not row.startswith("#")]
        self._seen = {first: int(count) for first, count, _ in rows}
        self._followers = {first: followers for first, _, followers in rows}
        self._total = sum(self._seen.values())
        self._rows: dict[str, tuple[Mapping[str, float], float]] = {}

    def after(self, first: str) -> tuple[Mapping[str, float], float]:
        """What follows a character, and how likely; and the same of whatever was not seen to follow it."""
        if first not in self._rows:
            seen = self._seen.get(first, 0)
            if seen < _SELDOM:
                return {}, 0.0
            scores = {
                second: self._score(int(count), seen, self._seen.get(second, 1) / self._total)
                for second, count in _FOLLOWER.findall(self._followers[first])
            }
            self._rows[first] = scores, self._score(0, seen, 1 / self._total)
        return self._rows[first]

    def _score(self, followed: int, seen: int, chance: float) -> float:
        likely = max(followed - _DISCOUNT, 0) / seen + _DISCOUNT * _KINDS * chance / seen
        return min(max(math.log(min(likely, 1.0) / chance), -3.0), 4.0)


@cache
def _neighbours() -> _Neighbours:
    return _Neighbours()


def neighbours(before: str, after: str) -> float:
    """How much likelier than by chance, in nats, one character follows the other; 0 where little is known.

    >>> neighbours("工", "作") > 2, neighbours("的", "，") < 0
    (True, True)
    """
    scores, otherwise = _neighbours().after(before)
    return scores.get(after, otherwise)


class Side(NamedTuple):
    """One side of each of several pieces of text, their beginnings or their ends, and what it costs to cut it.

    `nearest` is the letter at the joint. `whole` is the cost of the letters there with no word running on, `waits` what
    is saved (a negative number) where any word may run on. `parts` are the one, two and three letters at the joint, and
    `rest` what the others cost where longer words begin so, or end so; it is infinite where none does.
    """

    nearest: Sequence[str]
    whole: Floats
    waits: Floats
    parts: Numbers
    rest: Floats

    def between(self, first: int, last: int) -> Side:
        """The same of some of the pieces."""
        at = slice(first, last)
        return Side(self.nearest[at], self.whole[at], self.waits[at], self.parts[at], self.rest[at])


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
    words = word_costs.words()
    size = len(texts)
    ends, beginnings = [text[: -LONGEST_WORD - 1 : -1] for text in texts], [text[:LONGEST_WORD] for text in texts]
    padded = "".join([text.ljust(LONGEST_WORD, "\0") for text in (*ends, *beginnings)])
    letters = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), np.uint32).reshape(-1, LONGEST_WORD)
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
        Side([text[0] for text in ends], whole[:size], waits[:size], parts[:size], inner[:size]),
        Side([text[0] for text in beginnings], whole[size:], waits[size:], parts[size:], inner[size:]),
    )


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
    return float(in_a_row(*sides([one, other]))[0])


_ACROSS = [(size, other) for size in range(1, LONGEST_WORD) for other in range(1, LONGEST_WORD - size + 1)]
"""How many letters a word that runs across a joint may have on either side."""
_BEFORE, _AFTER = [size - 1 for size, _ in _ACROSS], [other - 1 for _, other in _ACROSS]
_BEHIND = np.array([16 * size for size, _ in _ACROSS], np.uint64)


def in_a_row(ends: Side, beginnings: Side) -> Floats:
    """How well each piece continues the one before, as `fit` tells it."""
    across = ends.parts[:-1, _BEFORE] | beginnings.parts[1:, _AFTER] >> _BEHIND
    costs = word_costs.words().longer.of(across) + ends.rest[:-1, _BEFORE] + beginnings.rest[1:, _AFTER]
    apart = ends.whole[:-1] + beginnings.whole[1:]
    saved = np.maximum(apart - costs.min(axis=1), 0)
    near = np.array(list(map(neighbours, ends.nearest, beginnings.nearest[1:])), np.float64)
    found: Floats = ends.waits[:-1] + beginnings.waits[1:] + saved + _WEIGHT * near
    return found


def table(ends: Side, beginnings: Side) -> Floats:
    """How well each of the beginnings continues each of the ends, as `fit` tells it."""
    return ends.waits[:, None] + beginnings.waits + _WEIGHT * _near(ends, beginnings) + _saved(ends, beginnings)


def _near(ends: Side, beginnings: Side) -> Floats:
    """What `neighbours` tells of each pair. Many pieces end alike, with a mark."""
    place = {letter: at for at, letter in enumerate(dict.fromkeys(ends.nearest))}
    after = map(_neighbours().after, place)
    rows = [map(seen.get, beginnings.nearest, repeat(otherwise)) for seen, otherwise in after]
    near: Floats = np.fromiter(chain.from_iterable(rows), np.float64).reshape(len(rows), -1)
    each: Floats = near.take([place[letter] for letter in ends.nearest], axis=0)
    return each


def _saved(ends: Side, beginnings: Side) -> Floats:
    """How much a word that runs across makes each pair cheaper."""
    one, size = np.nonzero(np.isfinite(ends.rest))
    other, other_size = np.nonzero(np.isfinite(beginnings.rest))
    behind = (16 * (size + 1)).astype(np.uint64)
    across = ends.parts[one, size][:, None] | beginnings.parts[other, other_size] >> behind[:, None]
    across[size[:, None] + other_size > LONGEST_WORD - 2] = 0
    costs = word_costs.words().longer.of(across)
    before, after = np.nonzero(np.isfinite(costs))
    saved = np.zeros((len(ends.whole), len(beginnings.whole)))
    without = ends.whole[one[before]] - ends.rest[one[before], size[before]]
    without += beginnings.whole[other[after]] - beginnings.rest[other[after], other_size[after]]
    np.maximum.at(saved, (one[before], other[after]), without - costs[before, after])
    return saved
