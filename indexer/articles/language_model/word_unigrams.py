"""What words cost: the negative log probability of each, and of what longer words begin or end with.

They are those of jieba's dictionary, which tells how often each occurs in the text that it was counted from.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from indexer.text import tokenizer

Floats = NDArray[np.float64]
Numbers = NDArray[np.uint64]
"""Up to four letters each, the first in the highest 16 bits."""

LONGEST_WORD = 4
"""Letters of the words that are looked for, and on either side: on generated pages as many as eight tell no more."""
SHIFTS = np.array((48, 32, 16, 0), np.uint64)
"""Where the four letters of a word stand in its number."""

_LAST_LETTER = 0xFFFF
_RAREST_WORD = 3
_UNKNOWN = 17.0
"""The cost of a character that no word holds: about one in the whole dictionary's count."""


class Costs:
    """Numbers, each with a cost, to be found many at a time.

    A number is looked for where its hash says. Where several have that hash one of them is there, and those that differ
    from it are sought among all: to seek every number so would take three times as long.
    """

    _SPREAD = np.uint64(0x9E3779B97F4A7C15)

    def __init__(self, numbers: Numbers, costs: Floats, bits: int = 20) -> None:
        """`numbers` are in order, and none is 0. Their hashes have so many bits."""
        self._numbers, self._costs = numbers, costs
        self._shift = np.uint64(64 - bits)
        hashes = self._hash(numbers).astype(np.intp)
        self._at = np.zeros(1 << bits, np.int32)
        self._at[hashes] = np.arange(len(numbers))
        self._held = np.minimum(np.bincount(hashes, minlength=1 << bits), 2).astype(np.uint8)

    def of(self, asked: Numbers) -> Floats:
        """The cost of each number; infinite where it has none."""
        found = np.full(asked.shape, np.inf)
        hashes = self._hash(asked).astype(np.intp)
        held = self._held.take(hashes)
        likely = held > 0
        numbers, at = asked[likely], self._at.take(hashes[likely])
        unsure = np.flatnonzero((self._numbers[at] != numbers) & (held[likely] > 1))
        at[unsure] = np.minimum(np.searchsorted(self._numbers, numbers[unsure]), len(self._numbers) - 1)
        found[likely] = np.where(self._numbers[at] == numbers, self._costs[at], np.inf)
        return found

    def _hash(self, numbers: Numbers) -> Numbers:
        return (numbers * self._SPREAD) >> self._shift


class WordCosts:
    """The words of the dictionary that count: what each costs, and what a beginning and an end of longer words cost.

    A cost is the negative log probability of what occurs so often in the dictionary's text.
    """

    def __init__(self, dictionary: str) -> None:
        letters, sizes, occur = _entries(dictionary)
        counted = (occur >= _RAREST_WORD) & (sizes <= LONGEST_WORD)
        letters = letters[counted]
        numbers = np.where(letters.max(axis=1) <= _LAST_LETTER, letters @ (np.uint64(1) << SHIFTS), 0)
        order = np.argsort(numbers, kind="stable")
        order = order[np.flatnonzero(np.diff(numbers[order], append=np.uint64(0)))]  # of a word's two counts the last
        order = order[numbers[order] > 0]
        letters, numbers, occur, sizes = letters[order], numbers[order], occur[counted][order], sizes[counted][order]
        total = occur.sum()
        self.single = np.full(_LAST_LETTER + 1, _UNKNOWN)
        """By letter, what it costs as a word."""
        self.single[letters[sizes == 1, 0]] = np.minimum(np.log(total / occur[sizes == 1]), _UNKNOWN)
        longer = [(size, sizes > size) for size in range(1, LONGEST_WORD)]
        occur_longer = [occur[which] for _, which in longer]
        begun = [numbers[which] >> _shift(size) << _shift(size) for size, which in longer]
        ended = [numbers[which] << (16 * (sizes[which] - size)).astype(np.uint64) for size, which in longer]
        self.longer = _summed(numbers[sizes > 1], occur[sizes > 1], total)
        self.begun = _summed(np.concatenate(begun), np.concatenate(occur_longer), total)
        self.ended = _summed(np.concatenate(ended), np.concatenate(occur_longer), total)


def _entries(dictionary: str) -> tuple[NDArray[np.uint32], NDArray[np.intp], Floats]:
    """The first letters of each word, its length and its count, from lines of a word, a count and a tag.

    All lines at once: a third of the time that it takes to split them.
    """
    codes = np.array([dictionary.rstrip("\n") + "\n"]).view(np.uint32)
    begins = np.append(0, np.flatnonzero(codes == ord("\n")) + 1)[:-1]
    ends, count_ends = np.flatnonzero(codes == ord(" ")).reshape(-1, 2).T
    sizes, inward = ends - begins, np.arange(LONGEST_WORD)
    letters = np.where(inward < sizes[:, None], codes.take(begins[:, None] + inward, mode="clip"), np.uint32(0))
    occur = np.zeros(len(begins))
    for place in range(1, int((count_ends - ends).max())):
        digit = codes.take(ends + place, mode="clip") - np.float64(ord("0"))
        occur = np.where(ends + place < count_ends, 10 * occur + digit, occur)
    return letters, sizes, occur


def _shift(size: int) -> np.uint64:
    """How far a number of so many letters stands from the right."""
    return np.uint64(16 * (LONGEST_WORD - size))


def _summed(numbers: Numbers, occur: Floats, total: float) -> Costs:
    """The costs of numbers by how often they occur in all, of `total` occurrences."""
    order = np.argsort(numbers)
    numbers = numbers[order]
    first = np.flatnonzero(np.diff(numbers, prepend=np.uint64(0)))
    return Costs(numbers[first], np.log(total / np.add.reduceat(occur[order], first)))


@cache
def words() -> WordCosts:
    """The dictionary, an eighth of a second's work: only pages with torn lines ask for it."""
    return WordCosts(tokenizer.dictionary())
