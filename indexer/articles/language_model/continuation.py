"""Score how well one piece of text continues another.

A line that ends in 短缺矛 waits for 盾. The score is a log-likelihood ratio: how much likelier the two pieces are as
one text than as an unrelated end and beginning. Word unigrams, from the frequencies in jieba's dictionary, show where
a word runs across the joint. An end inside a word (矛) waits for the rest, so any other beginning counts against the
pair. Where no word runs across, character bigrams from news text give weaker evidence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.articles.language_model import word_unigrams
from indexer.articles.language_model.word_unigrams import LONGEST_WORD, SHIFTS, Costs, Floats, Numbers
from indexer.text.tables import table_lines

Letters = NDArray[np.uint32]
Places = NDArray[np.intp]

_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FD5
_FOLLOWER = re.compile(r"(\D)(\d+)")
_WEIGHT = 0.7
"""Weight of the bigram score, which partly repeats the word score. The best value on generated pages."""
_SELDOM = 20
_DISCOUNT = 0.75
_NO_LETTER = 0xFFFF
"""Stands for all code points from here on. The bigram table contains none of them."""
_CACHED = 1 << 14
"""Ends and beginnings of lines of which `fit` remembers the costs."""
_KINDS = 60
"""Roughly the number of different characters that follow a common one.

Absolute discounting moves `_DISCOUNT` from each pair that was seen to the pairs that were not.
"""


class _Neighbours:
    """Character bigram scores from the table that scripts/build_neighbours makes.

    A score is the log-likelihood ratio, in nats, of one character following another, against chance. It is 0 after a
    character that occurs fewer than `_SELDOM` times.
    """

    def __init__(self) -> None:
        rows = [row.split("\t") for row in table_lines("indexer.articles.language_model", "neighbours.tsv")]
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
        """Return the scores of pairs of code points (uint32), as float64 of the same length and order."""
        before, after = np.minimum(before, _NO_LETTER), np.minimum(after, _NO_LETTER)
        scores = self._scores.of(_pair(before, after))
        return np.where(scores < np.inf, scores, self._otherwise.take(before))

    def of_pair(self, before: str, after: str) -> float:
        """Return the score of one pair."""
        first, second = min(ord(before), _NO_LETTER), min(ord(after), _NO_LETTER)
        score = self._scores.of_number(first << 16 | second)
        return score if score < math.inf else float(self._otherwise.item(first))


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


class Side(NamedTuple):
    """One side of several pieces of text, all ends or all beginnings, with segmentation costs.

    Every array has one row per piece, in the order of the pieces. Letters are counted from the joint.

    - `letters` (uint32, 4 columns): the code points nearest the joint, 0 where the piece is shorter.
    - `whole` (float64): the least cost of segmenting the run of Han characters at the joint when no word crosses it.
    - `waits` (float64): the saving, 0 or negative, if a word may cross the joint.
    - `parts` (uint64, 3 columns): the one, two and three letters at the joint, packed.
    - `rest` (float64, 3 columns): the cost of the other letters; infinite where no longer word begins or ends with
      these parts.
    """

    letters: Letters
    whole: Floats
    waits: Floats
    parts: Numbers
    rest: Floats


_STRETCHES = [(start, end) for start in range(LONGEST_WORD) for end in range(start + 2, LONGEST_WORD + 1)] + [(0, 1)]
"""Start and end of each possible word of several letters, counted from the joint; last, the letter at the joint."""
_LAST_OF = [end - 1 for _, end in _STRETCHES[:-1]]
_AT_JOINT = [_STRETCHES.index((0, size)) for size in range(1, LONGEST_WORD)]


def _places(*, ends: bool) -> Numbers:
    """Return the uint64 factors that pack letters into stretches, one row per letter and one column per stretch.

    Letters are counted from the joint, so at the ends they run backwards.
    """
    factors = np.zeros((LONGEST_WORD, len(_STRETCHES)), np.uint64)
    for at, (start, end) in enumerate(_STRETCHES):
        for letter in range(start, end):
            factors[letter, at] = 1 << int(SHIFTS[end - 1 - letter if ends else letter - start])
    return factors


_OF_ENDS, _OF_BEGINNINGS = _places(ends=True), _places(ends=False)


def sides(texts: Sequence[str]) -> tuple[Side, Side]:
    """Return the ends and the beginnings of the texts, one row per text in the same order. No text may be empty."""
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
    """Return the letters at the joints as uint32, four columns counted from the joint.

    The rows are the ends of all the texts, then their beginnings.
    """
    codes = np.array(["".join(texts) + "\n"]).view(np.uint32)
    sizes = np.fromiter(map(len, texts), np.intp, len(texts))
    last = np.cumsum(sizes) - 1
    inward = np.arange(LONGEST_WORD)
    places = np.concatenate((last[:, None] - inward, (last - sizes + 1)[:, None] + inward))
    inside = np.tile(sizes, 2)[:, None] > inward
    return np.where(inside, codes.take(places, mode="clip"), np.uint32(0))


def _least_costs(single: Floats, longer: Floats) -> Floats:
    """Return the least cost of segmenting each run from each letter on, by dynamic programming (Viterbi).

    A row of `single` (float64) holds the cost of each letter, a row of `longer` the cost of each longer stretch. The
    result is float64 with one row per run and five columns; column 0 starts at the joint and the last is 0.
    """
    least = np.zeros((len(single), LONGEST_WORD + 1))
    for start in reversed(range(LONGEST_WORD)):
        np.add(single[:, start], least[:, start + 1], out=least[:, start])
        for at, (first, end) in enumerate(_STRETCHES[:-1]):
            if first == start:
                np.minimum(least[:, start], longer[:, at] + least[:, end], out=least[:, start])
    return least


def fit(one: str, other: str) -> float:
    """Return the log-likelihood ratio, in nats, of `other` continuing `one` against the two meeting by chance.

    >>> fit("护理人才短缺矛", "盾日前开发区") > 5
    True
    >>> fit("护理人才短缺矛", "能等级认定中心") < -1
    True
    """
    end, beginning, longer = _end(one[-LONGEST_WORD:]), _beginning(other[:LONGEST_WORD]), word_unigrams.words().longer
    saved = [
        end.whole - rest_before + beginning.whole - rest_after - longer.of_word(before + after)
        for before, rest_before in end.parts
        for after, rest_after in beginning.parts
        if len(before) + len(after) <= LONGEST_WORD
    ]
    near = _neighbours().of_pair(one[-1], other[0])
    return end.waits + beginning.waits + _WEIGHT * near + max([0.0, *saved])


class _Joint(NamedTuple):
    """One side of one text: `whole` and `waits` as in `Side`, and what a word across the joint may have of it.

    Each part comes with the cost of the other letters of the run.
    """

    whole: float
    waits: float
    parts: Sequence[tuple[str, float]]


@lru_cache(maxsize=_CACHED)
def _end(letters: str) -> _Joint:
    """Return the end of a text, given its last letters."""
    run = letters[next((at + 1 for at in reversed(range(len(letters))) if not _is_han(letters[at])), 0) :]
    cuts = [(run[-size:], run[:-size]) for size in range(1, min(len(run), LONGEST_WORD - 1) + 1)]
    return _joint(run, cuts, word_unigrams.words().begun)


@lru_cache(maxsize=_CACHED)
def _beginning(letters: str) -> _Joint:
    """Return the beginning of a text, given its first letters."""
    run = letters[: next((at for at, letter in enumerate(letters) if not _is_han(letter)), len(letters))]
    cuts = [(run[:size], run[size:]) for size in range(1, min(len(run), LONGEST_WORD - 1) + 1)]
    return _joint(run, cuts, word_unigrams.words().ended)


def _joint(run: str, cuts: Sequence[tuple[str, str]], longer: Costs) -> _Joint:
    """Return a side whose run of Han characters may be cut into a part at the joint and the others."""
    whole = _least_cost(run)
    waiting = [(part, _least_cost(others), longer.of_word(part)) for part, others in cuts]
    waits = min([rest + cost - whole for _, rest, cost in waiting], default=0.0)
    return _Joint(whole, min(waits, 0.0), [(part, rest) for part, rest, cost in waiting if cost < math.inf])


@lru_cache(maxsize=_CACHED)
def _least_cost(run: str) -> float:
    """Return the least cost of segmenting a few Han characters into words."""
    words, least = word_unigrams.words(), [0.0]
    for end in range(1, len(run) + 1):
        costs = [least[start] + words.longer.of_word(run[start:end]) for start in range(end - 1)]
        least.append(min([least[end - 1] + float(words.single.item(ord(run[end - 1]))), *costs]))
    return least[-1]


def _is_han(letter: str) -> bool:
    return _FIRST_HAN <= ord(letter) <= _LAST_HAN


_ACROSS = [(size, other) for size in range(1, LONGEST_WORD) for other in range(1, LONGEST_WORD - size + 1)]
"""How many letters a word that runs across a joint may have on either side."""
"""The numbers of letters that a word across a joint may have before and after it."""


def fits(ends: Side, beginnings: Side, one: Places, other: Places) -> Floats:
    """Return how well each pair continues, as `fit` does.

    `one` indexes the ends and `other` the beginnings, pair by pair (intp). The result is float64, in the same order.
    """
    near = _neighbours().of(ends.letters[one, 0], beginnings.letters[other, 0])
    return ends.waits[one] + beginnings.waits[other] + _WEIGHT * near + _saved(ends, beginnings, one, other)


def _saved(ends: Side, beginnings: Side, one: Places, other: Places) -> Floats:
    """Return the cost that a word across the joint saves for each pair, as float64 in the order of the pairs."""
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
