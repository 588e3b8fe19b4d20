"""Tests of merging: it writes the same file as building all documents at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from indexer.engines.whoosh.indexing import merger, postings_writer
from indexer.engines.whoosh.indexing.merger import merge_files, merge_segments
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.errors import WorkerLost
from tests.support.engine_documents import build_segment, document, documents, segment
from tests.support.examples import examples


@given(data=st.data())
@examples(20, 60)
def test_merging_gives_the_very_file_that_building_at_once_gives(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("segments")
    made = [
        [data.draw(documents(f"jia/{part}-{number}.txt", 0)) for number in range(data.draw(st.integers(1, 4)))]
        for part in range(data.draw(st.integers(1, 3)))
    ]
    inputs, kept = [], []
    for part, some in enumerate(made):
        found = segment(folder / f"{part}", *some)
        gone = data.draw(st.sets(st.integers(0, len(some) - 1), max_size=len(some) - 1))
        inputs.append((found, BitMap(gone)))
        lost = {found.id_of(number) for number in gone}
        kept += [one for one in some if one.document.id not in lost]
    merge_segments(inputs, folder / "merged")
    build_segment(kept, folder / "built")
    assert (folder / "merged").read_bytes() == (folder / "built").read_bytes()


def test_merging_common_words_and_frequent_grams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings_writer, "WORTH_A_BITMAP", 256)
    monkeypatch.setattr(merger, "_WORDS_AT_ONCE", 100)
    given = [
        document(
            f"{number:04}",
            words=f"工会 第{number}号 " + "会 " * (number % 80),
            headline_words="工会",
            units=(("paragraph", f"工会第{number}号"),),
            day=date.fromordinal(737000 + number % 7),
            source=f"jia/{number % 50}.txt",
        )
        for number in range(900)
    ]
    inputs = [(segment(tmp_path / f"{part}", *given[part::3]), BitMap()) for part in range(3)]
    merge_segments(inputs, tmp_path / "merged")
    build_segment(given, tmp_path / "built")
    assert (tmp_path / "merged").read_bytes() == (tmp_path / "built").read_bytes()
    monkeypatch.setattr(merger, "WORTH_PROCESSES", 0)
    merge_files([(tmp_path / f"{part}", BitMap()) for part in range(3)], tmp_path / "merged by processes")
    assert (tmp_path / "merged by processes").read_bytes() == (tmp_path / "built").read_bytes()
    assert len(list(tmp_path.iterdir())) == 6
    merged = FlatSegment(tmp_path / "merged")
    assert merged.character_bitmap("工") == merged.grams.bitmap("工会") == BitMap(range(900))
    assert merged.character_bitmap("9") is None


@pytest.mark.skipif(multiprocessing.get_start_method() != "fork", reason="what dies is told to the process by forking")
def test_a_merge_of_which_a_process_dies_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(merger, "WORTH_PROCESSES", 0)
    monkeypatch.setitem(merger._GROUPS, "grams", die)
    for name in "ab":
        segment(tmp_path / name, document(name))
    with pytest.raises(WorkerLost):
        merge_files([(tmp_path / name, BitMap()) for name in "ab"], tmp_path / "merged")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
