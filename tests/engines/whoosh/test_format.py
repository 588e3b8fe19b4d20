"""Tests of the table of sections: a writer can't write anything else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexer.engines.whoosh.segment.container import Layout, LayoutWriter
from indexer.engines.whoosh.segment.format import FORMAT_VERSION, SECTIONS, check_sections
from tests.support.engine_documents import build_segment, document

Written = dict[str, tuple[str, int]]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    build_segment([document(f"{n}", words="工会", headline_words="工会") for n in range(9)], tmp_path / "s")
    return Layout(tmp_path / "s")


@pytest.fixture
def written(layout: Layout) -> Written:
    return {name: (dtype, items) for name, (dtype, _, items, _) in layout.sections.items()}


def test_a_segment_has_the_sections_of_the_table_each_once(written: Written) -> None:
    assert sorted(written) == sorted(section.name for section in SECTIONS)


def test_the_header_names_the_format_version(layout: Layout, tmp_path: Path) -> None:
    assert (tmp_path / "s").read_bytes().startswith(f"baosou flat segment {FORMAT_VERSION}\n".encode())


def test_other_sections_are_refused(layout: Layout, written: Written) -> None:
    check_sections(written, layout.facts)
    other: list[Written] = [
        {name: section for name, section in written.items() if name != "days"},
        written | {"nights": ("<u4", 9)},
        written | {"days": ("<u8", 9)},
        written | {"ids.offsets": ("<i8", 10)},
        written | {"days": ("<u4", 8)},
        written | {"positions.bases": ("<u4", 9)},
        written | {"words.overflow": ("<u4", 2)},
    ]
    for sections in other:
        with pytest.raises(AssertionError):
            check_sections(sections, layout.facts)
    with pytest.raises(AssertionError):
        check_sections(written, {**layout.facts, "weight": 1})


def test_a_file_is_not_completed_with_other_sections(tmp_path: Path) -> None:
    writer = LayoutWriter(tmp_path / "other")
    writer.add("days", np.zeros(9, np.uint32))
    with pytest.raises(AssertionError):
        writer.close({"doc_count": 9})
    writer.abandon()
    assert not (tmp_path / "other").exists()
