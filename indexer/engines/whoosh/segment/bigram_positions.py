"""Positional index of character bigrams (grams): two characters of a unit, or its last one.

A gram's key has the code points of its characters, 0 for none. In the file it has the characters' ordinals in
the segment's alphabet, which take half the room and sort alike.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from indexer.engines.whoosh.segment.array_types import GramKeys, Offsets, Ordinals, Positions
from indexer.engines.whoosh.segment.arrays import bitmap_in, distinct, narrowest, ranges
from indexer.engines.whoosh.segment.container import CheckedParts, Layout, LayoutWriter
from indexer.engines.whoosh.segment.format import encode

FREQUENT = 4
"""Bigrams and characters in at least one of this number of documents have a bitmap."""

CHARACTER_BITS = 21
ANY_CHARACTER = (1 << CHARACTER_BITS) - 1
"""Stands for the second character of a key that means all grams that begin with its first."""
_CHARACTER = np.uint64(CHARACTER_BITS)


class BigramIndex:
    """The bigrams of a segment, by text or by number, in byte order, with their positions."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._alphabet = layout.view("grams.alphabet")
        self._bits = _bits(len(self._alphabet))
        self._keys = layout.view("grams.keys")
        self.starts: memoryview = layout.view("grams.starts")
        self.positions: Positions = layout.array("grams.positions")
        """The positions of all bigrams, bigram by bigram in the order of their keys, ascending in each."""
        self._frequent_keys = layout.view("grams.frequent")
        self._frequent_bitmaps = CheckedParts(
            layout, "grams.frequent_bitmaps", "grams.frequent_starts", "grams.frequent_crc32"
        )
        self._counted = layout.view("grams.counted")
        self._doc_freqs = layout.view("grams.doc_freqs")

    def find(self, text: str) -> int | None:
        """Return the ordinal of a bigram, or of a last character; None if it does not occur."""
        first, second = self._ordinals.get(text[:1]), self._ordinals.get(text[1:])
        if first is None or second is None:
            return None
        key = first << self._bits | second
        i = bisect_left(self._keys, key)
        return i if i < len(self._keys) and self._keys[i] == key else None

    def positions_of(self, text: str) -> Positions:
        """Return where a bigram begins (uint32, ascending, unique)."""
        number = self.find(text)
        return self.positions[:0] if number is None else self.positions_at(number)

    def count_at(self, number: int) -> int:
        """Return the number of positions of the bigram with this number."""
        count: int = self.starts[number + 1] - self.starts[number]
        return count

    def positions_at(self, number: int) -> Positions:
        """Return where the bigram with this number begins (uint32, ascending, unique)."""
        return self.positions[self.starts[number] : self.starts[number + 1]]

    def bitmap(self, text: str) -> BitMap | None:
        """Return the documents with a bigram if they are many, else None."""
        number = self.find(text)
        return None if number is None else self._frequent(self._keys[number])

    def doc_freq(self, text: str) -> int | None:
        """Return the stored doc_freq of a bigram; None where it has few positions, which the caller counts."""
        number = self.find(text)
        if number is None:
            return 0
        i = bisect_left(self._counted, number)
        return self._doc_freqs[i] if i < len(self._counted) and self._counted[i] == number else None

    def character(self, character: str) -> Positions:
        """Return the positions of a character (uint32, unordered)."""
        first, last = self._grams_of(character)
        return self.positions[self.starts[first] : self.starts[last]]

    def count_of_character(self, character: str) -> int:
        """Return the number of positions of a character."""
        first, last = self._grams_of(character)
        count: int = self.starts[last] - self.starts[first]
        return count

    def character_bitmap(self, character: str) -> BitMap | None:
        """Return the documents with a character if they are many, else None."""
        number = self._ordinals.get(character)
        return None if number is None else self._frequent(number << self._bits | self._any)

    def counts_at(self, numbers: Offsets) -> Offsets:
        """Return the number of positions of each bigram with one of these numbers (int64)."""
        starts = self._layout.array("grams.starts")
        return starts.take(numbers + 1).astype(np.int64) - starts.take(numbers)

    def positions_of_all(self, numbers: Offsets) -> tuple[Offsets, Offsets]:
        """Return all positions of some bigrams, bigram by bigram, and before them whose each is.

        Both are int64; a bigram is named by its index in `numbers`.
        """
        counts = self.counts_at(numbers)
        at = ranges(self._layout.array("grams.starts").take(numbers).astype(np.int64), counts)
        return np.repeat(np.arange(len(numbers)), counts), self.positions.take(at).astype(np.int64)

    def stand_at(self, numbers: Offsets, positions: Offsets) -> NDArray[np.bool_]:
        """Return whether the bigram with each number stands at the position beside it: one binary search for all."""
        low = self._layout.array("grams.starts").take(numbers).astype(np.int64)
        high = end = low + self.counts_at(numbers)
        while (low < high).any():
            middle = (low + high) >> 1
            is_less = (self.positions.take(middle, mode="clip") < positions) & (low < high)
            low, high = np.where(is_less, middle + 1, low), np.where(is_less, high, np.minimum(middle, high))
        are_there: NDArray[np.bool_] = (low < end) & (self.positions.take(low, mode="clip") == positions)
        return are_there

    def bigrams_between(self, before: str, after: str) -> tuple[list[str], Offsets, Offsets]:
        """Return the characters that follow one character somewhere and precede another one somewhere.

        With them come the ordinals of the two bigrams that each makes with these (int64).
        """
        first, last = self._grams_of(before)
        second = self._ordinals.get(after, 0)
        keys = self._layout.array("grams.keys")
        letters = keys[first:last] & keys.dtype.type(self._any)
        wanted = letters << keys.dtype.type(self._bits) | keys.dtype.type(second)
        numbers = keys.searchsorted(wanted)
        are_there = (keys.take(numbers, mode="clip") == wanted) & (letters > 0) & (second > 0)
        texts = [chr(self._alphabet[letter]) for letter in letters.compress(are_there).tolist()]
        return texts, first + are_there.nonzero()[0], numbers.compress(are_there)

    def texts_from(self, text: bytes) -> Iterator[bytes]:
        """Yield all bigrams from these bytes on, in order."""
        first = bisect_left(self._keys, text, key=self._text)
        return map(self._text, self._keys[first:])

    def keys(self) -> GramKeys:
        """Return the keys of all bigrams, of code points (uint64, ascending)."""
        keys, code_points = self._layout.array("grams.keys"), self._layout.array("grams.alphabet").astype(np.uint64)
        wide: GramKeys = code_points[keys >> self._bits] << _CHARACTER | code_points[keys & self._any]
        return wide

    @property
    def _any(self) -> int:
        return (1 << self._bits) - 1

    def _text(self, key: int) -> bytes:
        second = self._alphabet[key & self._any]
        return encode(chr(self._alphabet[key >> self._bits]) + (chr(second) if second else ""))

    def _grams_of(self, character: str) -> tuple[int, int]:
        number = self._ordinals.get(character)
        if number is None:
            return 0, 0
        first = number << self._bits
        return bisect_left(self._keys, first), bisect_left(self._keys, first | self._any)

    def _frequent(self, key: int) -> BitMap | None:
        i = bisect_left(self._frequent_keys, key)
        if i == len(self._frequent_keys) or self._frequent_keys[i] != key:
            return None
        return bitmap_in(self._frequent_bitmaps[i])

    @cached_property
    def _ordinals(self) -> Mapping[str, int]:
        """The ordinal of each character that occurs, some thousands, and of none."""
        return {
            chr(code_point) if code_point else "": ordinal for ordinal, code_point in enumerate(self._alphabet.tolist())
        }


def write_keys(writer: LayoutWriter, keys: GramKeys, frequent: GramKeys) -> None:
    """Write the keys of all grams, and of those that have a bitmap, both of code points and ascending."""
    first, second = keys >> _CHARACTER, keys & np.uint64(ANY_CHARACTER)
    code_points = distinct(np.sort(np.concatenate((np.zeros(1, np.uint64), distinct(first), second))))
    bits = _bits(len(code_points))
    any_number = np.uint64((1 << bits) - 1)

    def numbered(first: GramKeys, second: GramKeys) -> Ordinals:
        numbers = np.where(second == ANY_CHARACTER, any_number, code_points.searchsorted(second).astype(np.uint64))
        return narrowest(code_points.searchsorted(first).astype(np.uint64) << np.uint64(bits) | numbers)

    writer.add("grams.alphabet", code_points.astype(np.uint32))
    writer.add("grams.keys", numbered(first, second))
    writer.add("grams.frequent", numbered(frequent >> _CHARACTER, frequent & np.uint64(ANY_CHARACTER)))


def _bits(characters: int) -> int:
    """The bits for the ordinals of this number of characters and one for any character."""
    return characters.bit_length()
