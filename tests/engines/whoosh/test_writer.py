"""Tests of full builds: they leave as few segments as possible."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh import writer
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.indexing import merge_policy
from indexer.model import Everything, Request
from tests.support.engine_documents import build_segment, document, segment


def made_of(segments: int, folder: Path) -> WhooshEngine:
    """Build a new index from segments with one document each."""
    engine = WhooshEngine(folder, IndexIdentity("archive", "rules"))
    writer = engine.writer(fresh=True)
    for number in range(segments):
        built = folder / f"built_{number}.seg.tmp"
        build_segment([document(f"d{number}", source=f"jia/{number}.txt")], built)
        writer.adopt(built)
    writer.commit()
    assert engine.reader().search(Request(Everything())).total == segments
    return engine


def test_an_index_made_anew_is_one_segment(tmp_path: Path) -> None:
    made_of(3, tmp_path)
    assert len(list(tmp_path.glob("*.seg"))) == 1


def test_segments_are_merged_only_as_far_as_their_positions_fit_one_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_only = 2 * int(segment(tmp_path / "s", document("a")).position_bases[-1])
    monkeypatch.setattr(writer, "split_to_fit", partial(merge_policy.split_to_fit, room=two_only))
    made_of(4, tmp_path)
    assert len(list(tmp_path.glob("*.seg"))) == 2


def test_several_groups_are_merged_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge_policy, "LARGEST", 2)
    made_of(5, tmp_path)
    assert len(list(tmp_path.glob("*.seg"))) == 2
