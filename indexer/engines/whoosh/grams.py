"""The grams of a segment: two characters, or the last one of a unit, and the places where they stand."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

from pyroaring import BitMap

from indexer.engines.whoosh.arrays import Array, bitmap_in
from indexer.engines.whoosh.layout import Layout

FREQUENT = 4
"""Grams and characters in at least one of so many documents have a bitmap of them."""

CHARACTER_BITS = 21
ANY_CHARACTER = (1 << CHARACTER_BITS) - 1
"""Stands for the second character of a key that means all grams that begin with its first."""


class GramPostings:
    """Where a gram stands, ascending, and the documents that it stands in where there are many."""

    __slots__ = ("documents", "positions")

    def __init__(self, positions: Array, documents: BitMap | None) -> None:
        self.positions = positions
        self.documents = documents


class Grams:
    """The grams of a segment, by text or by number. Their keys sort as their texts do."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.keys: memoryview = layout.view("grams.keys")
        self.starts: memoryview = layout.view("grams.starts")
        self._frequent_keys = layout.view("grams.frequent")

    def gram(self, text: str) -> GramPostings | None:
        """The postings of a gram of one or two characters; None when it stands nowhere."""
        key = gram_key(text)
        place = bisect_left(self.keys, key)
        if place == len(self.keys) or self.keys[place] != key:
            return None
        return self.gram_at(place)

    def gram_at(self, place: int) -> GramPostings:
        """The postings of the gram with this number."""
        positions = self.positions[self.starts[place] : self.starts[place + 1]]
        return GramPostings(positions, self._frequent(self.keys[place]))

    def grams_starting_with(self, character: str) -> list[GramPostings]:
        """The postings of all grams that begin with a character."""
        return [self.gram_at(place) for place in range(*self._grams_of(character))]

    def character(self, character: str) -> Array:
        """The places of a character, not in order."""
        first, last = self._grams_of(character)
        return self.positions[self.starts[first] : self.starts[last]]

    def character_documents(self, character: str) -> BitMap | None:
        """The documents that hold a character, where there are many."""
        return self._frequent(ord(character) << CHARACTER_BITS | ANY_CHARACTER)

    def _grams_of(self, character: str) -> tuple[int, int]:
        first = ord(character) << CHARACTER_BITS
        return bisect_left(self.keys, first), bisect_left(self.keys, first | ANY_CHARACTER)

    def _frequent(self, key: int) -> BitMap | None:
        place = bisect_left(self._frequent_keys, key)
        if place == len(self._frequent_keys) or self._frequent_keys[place] != key:
            return None
        starts = self._frequent_starts
        return bitmap_in(self._frequent_bitmaps[starts[place] : starts[place + 1]])

    @cached_property
    def positions(self) -> Array:
        """The places of all grams, gram by gram in the order of their keys."""
        return self._layout.array("grams.positions")

    @cached_property
    def _frequent_starts(self) -> memoryview:
        return self._layout.view("grams.frequent_starts")

    @cached_property
    def _frequent_bitmaps(self) -> memoryview:
        return self._layout.view("grams.frequent_bitmaps")


def gram_key(gram: str) -> int:
    """A gram as a number that sorts as its text does; a single character is followed by nothing.

    >>> gram_key("长") < gram_key("长江") < gram_key("长沙")
    True
    """
    first, *second = map(ord, gram)
    return first << CHARACTER_BITS | (second[0] if second else 0)
