"""Tests of rank queries on the plain bits of a roaring bitmap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyroaring import BitMap

from indexer.engines.whoosh.segment.roaring_rank import bitset_rank


@given(
    size=st.integers(65_536, 200_000),
    step=st.integers(2, 12),
    gaps=st.lists(st.integers(0, 200_000), max_size=20),
    asked=st.lists(st.integers(0, 250_000), max_size=50),
)
@example(size=65_540, step=2, gaps=[], asked=[65_538, 131_074, 196_609])
def test_ranks_are_those_of_the_bitmap(size: int, step: int, gaps: list[int], asked: list[int]) -> None:
    bitmap = BitMap(range(0, size, step)) - BitMap(gaps)
    bits = bitset_rank(memoryview(bitmap.serialize()))
    assert bits is not None
    ranks, are_members = bits.ranks(np.array(asked, np.uint32))
    assert are_members.tolist() == [number in bitmap for number in asked]
    assert ranks.tolist() == [bitmap.rank(number) - (number in bitmap) for number in asked]


@pytest.mark.parametrize(
    ("bitmap", "is_bitsets"),
    [
        (BitMap(range(0, 300_000, 2)), True),
        (BitMap(range(0, 65_536, 2)), True),
        (BitMap(range(0, 65_540, 2)), True),
        (BitMap(range(0, 300_000, 16)), False),  # an array container of 4,096
        (BitMap(range(0, 300_000, 15)), True),
        (BitMap(range(0, 60_000, 20)), False),  # only an array container
        (BitMap(range(70_000, 300_000, 2)), False),  # the first container is missing
        (BitMap([*range(0, 65_536, 2), *range(131_072, 300_000, 2)]), False),  # the second container is missing
        (BitMap(), False),
    ],
)
def test_which_bitmaps_are_bits(bitmap: BitMap, is_bitsets: bool) -> None:
    assert (bitset_rank(memoryview(bitmap.serialize())) is not None) == is_bitsets


def test_stretches_of_another_kind_are_no_bits() -> None:
    bitmap = BitMap(range(10, 60_000))
    bitmap.run_optimize()
    assert bitset_rank(memoryview(bitmap.serialize())) is None
