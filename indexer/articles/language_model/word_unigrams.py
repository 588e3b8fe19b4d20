"""Word unigram costs: negative log probabilities of words, and of the beginnings and ends of longer words.

The probabilities come from jieba's dictionary, which lists how often each word occurs in its source text.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from indexer.text import tokenizer

Floats = NDArray[np.float64]
Numbers = NDArray[np.uint64]
"""Up to four letters packed into each uint64, the first in the highest 16 bits."""

LONGEST_WORD = 4
"""The longest word considered, in letters, and the letters read on each side of a joint.

On generated pages eight letters do no better.
"""
SHIFTS = np.array((48, 32, 16, 0), np.uint64)
"""The bit offsets of a word's four letters in its packed number."""

_LAST_LETTER = 0xFFFF
_RAREST_WORD = 3
_UNKNOWN = 17.0
"""The cost of a character that is in no word: about one occurrence in the dictionary's total count."""


def packed(word: str) -> int:
    """Return the number that stands for a word of at most four letters; 0 for one with a letter beyond 16 bits.

    >>> hex(packed("一二"))
    '0x4e004e8c00000000'
    """
    number = 0
    for letter in word:
        number = number << 16 | ord(letter)
    return number << 16 * (LONGEST_WORD - len(word)) if not word or max(word) <= "\uffff" else 0


class Costs:
    """A hash table from packed words to costs, for looking up many at a time.

    Each hash slot holds one of the numbers with that hash. On a collision the number is looked up by binary search
    over all numbers. Binary search for every number would take three times as long.
    """

    _SPREAD = np.uint64(0x9E3779B97F4A7C15)

    def __init__(self, numbers: Numbers, costs: Floats, bits: int = 20) -> None:
        """Build the table from `numbers` (uint64, ascending, none 0) and `costs` (float64, same order).

        A hash has `bits` bits.
        """
        self._numbers, self._costs = numbers, costs
        self._shift = np.uint64(64 - bits)
        hashes = self._hash(numbers).astype(np.intp)
        self._at = np.zeros(1 << bits, np.int32)
        self._at[hashes] = np.arange(len(numbers))
        self._held = np.minimum(np.bincount(hashes, minlength=1 << bits), 2).astype(np.uint8)

    def of(self, asked: Numbers) -> Floats:
        """Return the costs as float64, in the shape and order of `asked`; infinite for unknown numbers."""
        found = np.full(asked.shape, np.inf)
        hashes = self._hash(asked).astype(np.intp)
        held = self._held.take(hashes)
        likely = held > 0
        numbers, at = asked[likely], self._at.take(hashes[likely])
        unsure = np.flatnonzero((self._numbers[at] != numbers) & (held[likely] > 1))
        at[unsure] = np.minimum(np.searchsorted(self._numbers, numbers[unsure]), len(self._numbers) - 1)
        found[likely] = np.where(self._numbers[at] == numbers, self._costs[at], np.inf)
        return found

    def of_word(self, word: str) -> float:
        """Return the cost of one word of at most four letters, infinite for an unknown one."""
        return self.of_number(packed(word))

    def of_number(self, number: int) -> float:
        """Return the cost of one number, infinite for an unknown one; `of` takes fifty times as long for one."""
        at = self._at.item(number * int(self._SPREAD) % (1 << 64) >> int(self._shift))
        if self._numbers.item(at) != number:  # another number with that hash
            at = min(int(self._numbers.searchsorted(np.uint64(number))), len(self._numbers) - 1)
        return float(self._costs.item(at)) if self._numbers.item(at) == number else math.inf

    def _hash(self, numbers: Numbers) -> Numbers:
        return (numbers * self._SPREAD) >> self._shift


class WordCosts:
    """Costs of the dictionary's words and of the beginnings and ends of its longer words.

    A cost is a negative log probability, from counts in the dictionary's source text. Words that are too rare or
    longer than `LONGEST_WORD` are left out.
    """

    def __init__(self, dictionary: str) -> None:
        letters, sizes, occur = _entries(dictionary)
        counted = (occur >= _RAREST_WORD) & (sizes <= LONGEST_WORD)
        letters = letters[counted]
        numbers = np.where(letters.max(axis=1) <= _LAST_LETTER, letters @ (np.uint64(1) << SHIFTS), 0)
        order = np.argsort(numbers, kind="stable")
        order = order[np.flatnonzero(np.diff(numbers[order], append=np.uint64(0)))]  # the last of a word's counts
        order = order[numbers[order] > 0]
        letters, numbers, occur, sizes = letters[order], numbers[order], occur[counted][order], sizes[counted][order]
        total = occur.sum()
        self.single = np.full(_LAST_LETTER + 1, _UNKNOWN)
        """The cost of each one-letter word (float64), indexed by code point."""
        self.single[letters[sizes == 1, 0]] = np.minimum(np.log(total / occur[sizes == 1]), _UNKNOWN)
        longer = [(size, sizes > size) for size in range(1, LONGEST_WORD)]
        occur_longer = [occur[which] for _, which in longer]
        begun = [numbers[which] >> _shift(size) << _shift(size) for size, which in longer]
        ended = [numbers[which] << (16 * (sizes[which] - size)).astype(np.uint64) for size, which in longer]
        self.longer = _summed(numbers[sizes > 1], occur[sizes > 1], total)
        self.begun = _summed(np.concatenate(begun), np.concatenate(occur_longer), total)
        self.ended = _summed(np.concatenate(ended), np.concatenate(occur_longer), total)


def _entries(dictionary: str) -> tuple[NDArray[np.uint32], NDArray[np.intp], Floats]:
    """Return the words' first four letters (uint32, 4 columns), lengths (intp) and counts (float64), in file order.

    A line of the dictionary is a word, a count and a tag. Parsing all lines at once takes a third of the time of
    splitting each.
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
    """Return the bit shift of the last of `size` letters in a packed number."""
    return np.uint64(16 * (LONGEST_WORD - size))


def _summed(numbers: Numbers, occur: Floats, total: float) -> Costs:
    """Sum the occurrences of equal numbers and return their costs, out of `total` occurrences."""
    order = np.argsort(numbers)
    numbers = numbers[order]
    first = np.flatnonzero(np.diff(numbers, prepend=np.uint64(0)))
    return Costs(numbers[first], np.log(total / np.add.reduceat(occur[order], first)))


@cache
def words() -> WordCosts:
    """Return the word costs, cached. Loading takes an eighth of a second; only pages with torn lines need it."""
    return WordCosts(tokenizer.dictionary())
