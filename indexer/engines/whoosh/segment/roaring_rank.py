"""Where documents stand among the members of a roaring bitmap, told from the bits themselves.

A bitmap keeps 65,536 numbers together: more than 4,096 of them as a bit each, fewer as 16 bits each. A common word's is
bits but for its last, shorter stretch. To count the ones before some hundred numbers in it takes a third of the time in
which its members are made into an array and looked through.

Format: https://github.com/RoaringBitmap/RoaringFormatSpec
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint32]

_NO_RUNS = 12346
"""How a bitmap begins that has no stretches of another kind, told by where they begin and end."""
_STRETCH_BITS = 16
_MOST_LISTED = 4_096
_WORD_BITS = np.uint32(6)
_LAST_BIT = np.uint32(63)
_ONE = np.uint64(1)


class PlainBits:
    """A bitmap of which all is bits but, maybe, the last stretch. `bits` are those, `listed` the other members."""

    __slots__ = ("_before", "_bits", "_in_bits", "_listed", "_listed_from")

    def __init__(self, bits: NDArray[np.uint64], listed: Numbers) -> None:
        counts = np.bitwise_count(bits)
        self._bits = bits
        self._before = np.cumsum(counts, dtype=np.uint32)
        self._before -= counts
        self._in_bits = int(self._before[-1]) + int(counts[-1])
        self._listed = listed
        self._listed_from = np.uint32(len(bits) << 6)

    def ranks(self, numbers: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        """How many members are less than each of some numbers, and which of these are members themselves."""
        words, bit = numbers >> _WORD_BITS, (numbers & _LAST_BIT).astype(np.uint64)
        bits = self._bits.take(words, mode="clip")
        are_members = (bits >> bit & _ONE).astype(bool)
        ranks: Numbers = self._before.take(words, mode="clip") + np.bitwise_count(bits & ((_ONE << bit) - _ONE))
        beyond = (numbers >= self._listed_from).nonzero()[0]
        if len(beyond):
            sought = numbers.take(beyond)
            at = self._listed.searchsorted(sought)
            ranks[beyond] = self._in_bits + at
            are_members[beyond] = self._listed.take(at, mode="clip") == sought if len(self._listed) else False
        return ranks, are_members


def plain_bits(serialised: memoryview) -> PlainBits | None:
    """The bits of a bitmap; None where more of it than the last stretch is not kept as bits.

    >>> from pyroaring import BitMap
    >>> bits = plain_bits(memoryview(BitMap(range(0, 70_000, 2)).serialize()))
    >>> ranks, are_members = bits.ranks(np.array([69_999, 4, 5, 65_536], np.uint32))
    >>> ranks.tolist(), are_members.tolist()
    ([35000, 2, 3, 32768], [False, True, False, True])
    """
    cookie, stretches = np.frombuffer(serialised, "<u4", 2).tolist()
    if cookie != _NO_RUNS or not stretches:
        return None
    numbers, last_counts = np.frombuffer(serialised, "<u2", 2 * stretches, 8).reshape(-1, 2).T.tolist()
    are_bits = [count >= _MOST_LISTED for count in last_counts]
    plain = stretches if are_bits[-1] else stretches - 1
    if not plain or numbers != [*range(stretches)] or not all(are_bits[:plain]):
        return None
    start, size = 8 + 8 * stretches, plain << _STRETCH_BITS - 3
    # Copied, for where it lies in the file it need not begin at a multiple of eight bytes.
    bits = np.frombuffer(serialised, np.uint8, size, start).copy().view("<u8")
    listed = 0 if plain == stretches else last_counts[-1] + 1
    rest = np.frombuffer(serialised, "<u2", listed, start + size).astype(np.uint32)
    return PlainBits(bits, rest + np.uint32(plain << _STRETCH_BITS))
