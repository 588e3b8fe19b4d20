"""Tests of term frequencies, looked up by rank and in the postings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pyroaring import BitMap

from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.search.term_frequencies import packed_tf_of
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.engines.whoosh.segment.term_postings import TermPostings
from tests.support.engine_documents import build_segment, document


def test_frequencies_are_told_by_bits_as_they_are_by_looking_through_the_documents(tmp_path: Path) -> None:
    build_segment([document("a")], tmp_path / "s")
    part = LiveSegment(FlatSegment(tmp_path / "s"), BitMap())
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
    assert packed_tf_of(asked, postings, part).tolist() == [known.get(number, 0) for number in asked.tolist()]
