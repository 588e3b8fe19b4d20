"""Ranks in a roaring bitmap by its bitset containers, against pyroaring's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from engine_documents import build_segment, document
from hypothesis import example, given
from hypothesis import strategies as st
from pyroaring import BitMap

from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.search.term_frequencies import packed_tf_of
from indexer.engines.whoosh.segment.roaring_rank import bitset_rank
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.engines.whoosh.segment.term_postings import TermPostings


@given(
    size=st.integers(65_536, 200_000),
    step=st.integers(2, 12),
    gaps=st.lists(st.integers(0, 200_000), max_size=20),
    asked=st.lists(st.integers(0, 250_000), max_size=50),
)
@example(size=65_540, step=2, gaps=[], asked=[65_538, 131_074, 196_609])
def test_ranks_are_those_of_the_bitmap(size: int, step: int, gaps: list[int], asked: list[int]) -> None:
    bitmap = BitMap(range(0, size, step)) - BitMap(gaps)
    rank = bitset_rank(memoryview(bitmap.serialize()))
    assert rank is not None
    ranks, are_members = rank.ranks(np.array(asked, np.uint32))
    assert are_members.tolist() == [number in bitmap for number in asked]
    assert ranks.tolist() == [bitmap.rank(number) - (number in bitmap) for number in asked]


@pytest.mark.parametrize(
    ("bitmap", "is_bitsets"),
    [
        (BitMap(range(0, 300_000, 2)), True),
        (BitMap(range(0, 65_536, 2)), True),
        (BitMap(range(0, 65_540, 2)), True),
        (BitMap(range(0, 300_000, 16)), False),  # a list of 4,096
        (BitMap(range(0, 300_000, 15)), True),
        (BitMap(range(0, 60_000, 20)), False),  # nothing but a list
        (BitMap(range(70_000, 300_000, 2)), False),  # the first container is missing
        (BitMap([*range(0, 65_536, 2), *range(131_072, 300_000, 2)]), False),  # the second is
        (BitMap(), False),
    ],
)
def test_which_bitmaps_are_bitset_containers(bitmap: BitMap, is_bitsets: bool) -> None:
    assert (bitset_rank(memoryview(bitmap.serialize())) is not None) == is_bitsets


def test_run_containers_are_no_bitsets() -> None:
    bitmap = BitMap(range(10, 60_000))
    bitmap.run_optimize()
    assert bitset_rank(memoryview(bitmap.serialize())) is None


def test_frequencies_by_rank_are_those_of_the_postings(tmp_path: Path) -> None:
    build_segment([document("a")], tmp_path / "s")
    live_segment = LiveSegment(FlatSegment(tmp_path / "s"), BitMap())
    random = np.random.default_rng(5)
    holding = np.flatnonzero(random.random(200_000) < 0.2).astype(np.uint32)
    packed_tf = random.integers(1, 256, len(holding)).astype(np.uint8)
    asked = random.permutation(200_000)[:5_000].astype(np.uint32)
    postings = TermPostings(
        doc_freq=len(holding),
        doc_ids=None,
        serialised=memoryview(BitMap(holding.tolist()).serialize()),
        packed_tf=packed_tf,
        dense=None,
        headline_doc_freq=0,
        body_missing=False,
        overflow=np.zeros((0, 3), np.uint32),
    )
    assert postings.rank is not None
    known = dict(zip(holding.tolist(), packed_tf.tolist(), strict=True))
    assert packed_tf_of(asked, postings, live_segment).tolist() == [known.get(number, 0) for number in asked.tolist()]
