"""Roaring bitmap rank: how many members are below a number, counted by the bits of bitset containers.

A roaring bitmap keeps the members of each 65,536 numbers in a container: more than 4,096 of them as a bitset, fewer as
a sorted array of 16-bit numbers. The bitmap of a common word is bitset containers but for the last one, which may be an
array.

Format: https://github.com/RoaringBitmap/RoaringFormatSpec
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.segment.array_types import Mask

_NO_RUN_CONTAINERS = 12346
"""The cookie of a bitmap without run containers."""
_CONTAINER_BITS = 16
_MOST_IN_ARRAY_CONTAINER = 4_096
_WORD_BITS = np.uint32(6)
_LAST_BIT = np.uint32(63)
_ONE = np.uint64(1)


class BitsetRank:
    """Ranks in a bitmap of bitset containers, of which the last may be an array container.

    `bits` (uint64) are the bitset containers, `rest` (uint32, ascending, unique) the members behind them.
    """

    __slots__ = ("_bits", "_ranks", "_rest", "_rest_from", "_rest_rank")

    def __init__(self, bits: NDArray[np.uint64], rest: NDArray[np.uint32]) -> None:
        counts = np.bitwise_count(bits)
        self._bits = bits
        self._ranks = np.cumsum(counts, dtype=np.uint32)
        self._ranks -= counts
        self._rest = rest
        self._rest_from = np.uint32(len(bits) << 6)
        self._rest_rank = int(self._ranks[-1]) + int(counts[-1])

    def ranks(self, numbers: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], Mask]:
        """How many members are less than each number, and whether each number is a member itself."""
        words, bit = numbers >> _WORD_BITS, (numbers & _LAST_BIT).astype(np.uint64)
        bits = self._bits.take(words, mode="clip")
        are_members = (bits >> bit & _ONE).astype(bool)
        ranks: NDArray[np.uint32] = self._ranks.take(words, mode="clip") + np.bitwise_count(
            bits & ((_ONE << bit) - _ONE)
        )
        behind = (numbers >= self._rest_from).nonzero()[0]
        if len(behind):
            sought = numbers.take(behind)
            i = self._rest.searchsorted(sought)
            ranks[behind] = self._rest_rank + i
            are_members[behind] = self._rest.take(i, mode="clip") == sought if len(self._rest) else False
        return ranks, are_members


def bitset_rank(serialised: memoryview) -> BitsetRank | None:
    """Ranks in a serialised bitmap; None where a container other than the last is no bitset, or is missing.

    >>> from pyroaring import BitMap
    >>> found = bitset_rank(memoryview(BitMap(range(0, 70_000, 2)).serialize()))
    >>> ranks, are_members = found.ranks(np.array([69_999, 4, 5, 65_536], np.uint32))
    >>> ranks.tolist(), are_members.tolist()
    ([35000, 2, 3, 32768], [False, True, False, True])
    """
    cookie, containers = np.frombuffer(serialised, "<u4", 2).tolist()
    if cookie != _NO_RUN_CONTAINERS or not containers:
        return None
    # Of each container its high 16 bits, and its number of members less one.
    high_bits, counts = np.frombuffer(serialised, "<u2", 2 * containers, 8).reshape(-1, 2).T.tolist()
    are_bitsets = [count >= _MOST_IN_ARRAY_CONTAINER for count in counts]
    bitsets = containers if are_bitsets[-1] else containers - 1
    if not bitsets or high_bits != [*range(containers)] or not all(are_bitsets[:bitsets]):
        return None
    start, size = 8 + 8 * containers, bitsets << _CONTAINER_BITS - 3
    # Copied, for in the file it need not begin at a multiple of eight bytes.
    bits = np.frombuffer(serialised, np.uint8, size, start).copy().view("<u8")
    in_array = 0 if bitsets == containers else counts[-1] + 1
    rest = np.frombuffer(serialised, "<u2", in_array, start + size).astype(np.uint32)
    return BitsetRank(bits, rest + np.uint32(bitsets << _CONTAINER_BITS))
