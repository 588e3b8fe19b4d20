"""Tests of segment files: damage is detected, and an open segment outlives its file."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from indexer.engines.whoosh.segment.container import MAGIC, Layout, LayoutError
from indexer.engines.whoosh.segment.segment import FlatSegment
from tests.support.engine_documents import build_segment, document


@pytest.fixture
def file(tmp_path: Path) -> Path:
    build_segment(
        [document(f"{n}", words=f"工会 第{n}", units=(("paragraph", "工会" * 40),)) for n in range(99)], tmp_path / "s"
    )
    return tmp_path / "s"


def test_a_changed_byte_is_found_wherever_it_is(file: Path) -> None:
    content = file.read_bytes()
    sections = Layout(file).sections.values()
    places = [start for dtype, start, items, _ in sections if items * np.dtype(dtype).itemsize]
    for place in [0, len(MAGIC) - 1, *places, len(content) - 5, len(content) - 1]:
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(LayoutError):
            FlatSegment(file).verify()


def test_room_between_sections_counts_too(file: Path) -> None:
    content = file.read_bytes()
    for place in range(0, len(content), 23):
        changed = content[:place] + bytes([content[place] ^ 8]) + content[place + 1 :]
        file.write_bytes(changed)
        with pytest.raises(LayoutError):
            FlatSegment(file).verify()


def test_all_damaged_sections_are_named(file: Path) -> None:
    sections = Layout(file).sections
    found = FlatSegment(file)
    with file.open("r+b") as written:
        for name in ("stored.bytes", "grams.keys"):
            written.seek(sections[name][1])
            written.write(b"\xaa")
    with pytest.raises(LayoutError, match=r"s is garbled \(sections grams\.keys, stored\.bytes\)"):
        found.verify()


@pytest.mark.parametrize("left", [0, 10, 100, -1])
def test_a_file_that_was_cut_is_refused(file: Path, left: int) -> None:
    file.write_bytes(file.read_bytes()[:left])
    with pytest.raises(LayoutError):
        FlatSegment(file)


def test_a_segment_that_is_open_outlives_its_file(file: Path) -> None:
    found = FlatSegment(file)
    shutil.rmtree(file.parent)
    assert found.stored(0).id == "98"
    found.verify()
