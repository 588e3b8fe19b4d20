"""Tests of rank queries on the plain bits of a roaring bitmap."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyroaring import BitMap

from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.search.term_frequencies import bytes_of
from indexer.engines.whoosh.segment.roaring_rank import plain_bits
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.engines.whoosh.segment.term_postings import TermPostings
from tests.support.engine_documents import build_segment, document


@given(
    size=st.integers(65_536, 200_000),
    step=st.integers(2, 12),
    gaps=st.lists(st.integers(0, 200_000), max_size=20),
    asked=st.lists(st.integers(0, 250_000), max_size=50),
)
@example(size=65_540, step=2, gaps=[], asked=[65_538, 131_074, 196_609])
def test_ranks_are_those_of_the_bitmap(size: int, step: int, gaps: list[int], asked: list[int]) -> None:
    bitmap = BitMap(range(0, size, step)) - BitMap(gaps)
    bits = plain_bits(memoryview(bitmap.serialize()))
    assert bits is not None
    ranks, are_members = bits.ranks(np.array(asked, np.uint32))
    assert are_members.tolist() == [number in bitmap for number in asked]
    assert ranks.tolist() == [bitmap.rank(number) - (number in bitmap) for number in asked]


@pytest.mark.parametrize(
    ("bitmap", "is_plain"),
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
def test_which_bitmaps_are_bits(bitmap: BitMap, is_plain: bool) -> None:
    assert (plain_bits(memoryview(bitmap.serialize())) is not None) == is_plain


def test_stretches_of_another_kind_are_no_bits() -> None:
    bitmap = BitMap(range(10, 60_000))
    bitmap.run_optimize()
    assert plain_bits(memoryview(bitmap.serialize())) is None


def test_frequencies_are_told_by_bits_as_they_are_by_looking_through_the_documents(tmp_path: Path) -> None:
    build_segment([document("a")], tmp_path / "s")
    live_segment = LiveSegment(FlatSegment(tmp_path / "s"), BitMap())
    random = np.random.default_rng(5)
    holding = np.flatnonzero(random.random(200_000) < 0.2).astype(np.uint32)
    bytes_by_posting = random.integers(1, 256, len(holding)).astype(np.uint8)
    asked = random.permutation(200_000)[:5_000].astype(np.uint32)
    postings = TermPostings(
        doc_freq=len(holding),
        doc_ids=None,
        serialised=memoryview(BitMap(holding.tolist()).serialize()),
        frequencies=bytes_by_posting,
        dense=None,
        headline_doc_freq=0,
        body_missing=False,
        overflow=np.zeros((0, 3), np.uint32),
    )
    assert postings.bits is not None
    known = dict(zip(holding.tolist(), bytes_by_posting.tolist(), strict=True))
    assert bytes_of(asked, postings, live_segment).tolist() == [known.get(number, 0) for number in asked.tolist()]
