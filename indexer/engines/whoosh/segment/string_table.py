"""String tables of a segment: concatenated bytes with offsets, and a hash table to find a string's ordinal."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.segment.array_types import Offsets
from indexer.engines.whoosh.segment.arrays import narrowest, offsets
from indexer.engines.whoosh.segment.container import Layout, LayoutWriter
from indexer.engines.whoosh.segment.format import decode

_LONGEST_CHARACTER = 4
_CHARACTER_SIZES = np.array([1] * 0x80 + [0] * 0x40 + [2] * 0x20 + [3] * 0x10 + [4] * 0x10)
"""The bytes of a character in UTF-8, by its first byte."""


class Texts:
    """Strings by ordinal, as bytes or decoded."""

    def __init__(self, layout: Layout, name: str) -> None:
        self._bytes = layout.view(f"{name}.bytes")
        self._offsets = layout.view(f"{name}.offsets")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> str:
        return decode(self.raw(number))

    def __iter__(self) -> Iterator[str]:
        return map(decode, self.raws(0, len(self)))

    def raw(self, number: int) -> bytes:
        """The bytes of one text."""
        return bytes(self.view(number))

    def view(self, number: int) -> memoryview:
        """The bytes of one text, where they lie."""
        return self._bytes[self._offsets[number] : self._offsets[number + 1]]

    def raws(self, first: int, last: int) -> list[bytes]:
        """The bytes of the texts from number `first` up to `last`."""
        offsets = self._offsets[first : last + 1].tolist()
        start = offsets[0]
        run = bytes(self._bytes[start : offsets[-1]])
        return [run[begin - start : end - start] for begin, end in pairwise(offsets)]


class SearchableTexts(Texts):
    """Strings that can be looked up. Several may be equal."""

    def __init__(self, layout: Layout, name: str) -> None:
        super().__init__(layout, name)
        self._buckets = layout.view(f"{name}.buckets")
        self._numbers = layout.view(f"{name}.numbers")
        self._mask = len(self._buckets) - 2

    def find(self, text: bytes) -> int | None:
        """Return the lowest ordinal of a string; None if it is not in the table."""
        # Not `find_all(text)[0]`: called for each word of a query, so it makes no calls.
        for number in self._candidates(text):
            if self._bytes[self._offsets[number] : self._offsets[number + 1]] == text:
                return number
        return None

    def find_all(self, text: bytes) -> list[int]:
        """Return all ordinals of a string, ascending."""
        return [number for number in self._candidates(text) if self.view(number) == text]

    def _candidates(self, text: bytes) -> memoryview:
        bucket = zlib.crc32(text) & self._mask
        return self._numbers[self._buckets[bucket] : self._buckets[bucket + 1]]


class SortedTexts(SearchableTexts):
    """Strings in byte order, which is that of their code points."""

    def at_least(self, text: bytes) -> int:
        """Return the ordinal of the first string that is not less than this one, by binary search."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.raw(middle) < text:
                low = middle + 1
            else:
                high = middle
        return low

    def beginning_with(self, prefix: bytes) -> tuple[int, int]:
        """Return the ordinals [first, last) of the strings with a prefix."""
        # No text holds the byte 0xff, so this comes after all that begin so.
        return self.at_least(prefix), self.at_least(prefix + b"\xff")

    def with_letter_between(self, prefix: bytes, suffix: bytes) -> Offsets:
        """Return the ordinals (int64, ascending) of the strings that have one character more, between the two.

        Strings that lie between `prefix` and `suffix` are found by comparing all that begin with the prefix at once:
        2 million strings take about 10 ms when the prefix is empty.
        """
        first, last = self.beginning_with(prefix) if prefix else (0, len(self))
        edges = np.asarray(self._offsets)[first : last + 1]
        content = np.frombuffer(self._bytes, np.uint8)
        between = edges[1:] - edges[:-1] - edges.dtype.type(len(prefix) + len(suffix))
        found = np.flatnonzero(between - edges.dtype.type(1) < _LONGEST_CHARACTER)  # wraps round for shorter ones
        for behind, byte in enumerate(reversed(suffix), 1):
            found = found[content[edges[found + 1] - edges.dtype.type(behind)] == byte]
        starts = edges[found].astype(np.int64) + len(prefix)
        sizes = _CHARACTER_SIZES[content[starts]]
        ordinals: Offsets = found[sizes == between[found]] + first
        return ordinals


def write_texts(writer: LayoutWriter, name: str, texts: Sequence[bytes], *, searchable: bool = False) -> None:
    """Write a string table, with a hash table if it is searchable."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    writer.add(f"{name}.bytes", np.frombuffer(b"".join(texts), np.uint8))
    writer.add(f"{name}.offsets", narrowest(offsets(lengths)))
    if searchable:
        hashes = np.fromiter(map(zlib.crc32, texts), np.uint32, len(texts))
        _write_hash_table(writer, name, hashes)


def _write_hash_table(writer: LayoutWriter, name: str, hashes: NDArray[np.uint32]) -> None:
    """Write the ordinals of the strings of each bucket, bucket by bucket."""
    buckets = 1 << max(len(hashes).bit_length() - 1, 0)
    fallen = hashes & np.uint32(buckets - 1)
    writer.add(f"{name}.buckets", narrowest(offsets(np.bincount(fallen, minlength=buckets))))
    writer.add(f"{name}.numbers", narrowest(np.argsort(fallen, kind="stable")))
