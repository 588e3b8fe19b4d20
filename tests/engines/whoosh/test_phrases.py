"""Tests of phrase and proximity search as functions of a segment, against `str.find` over its texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from indexer.engines.matching import has_near
from indexer.engines.whoosh.search import phrases
from indexer.engines.whoosh.search.phrases import doc_ids_at, in_field, positions_near, positions_of
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.model import Field, Unit
from tests.support.engine_documents import FIELDS, document, segment

LETTERS = "甲乙丙"
many_pieces = st.lists(st.text(LETTERS, max_size=5), min_size=1, max_size=8)
units = st.tuples(st.sampled_from(FIELDS), st.text(LETTERS, max_size=14))
archives = st.lists(st.lists(units, max_size=4), min_size=1, max_size=5)
sparse_units = st.tuples(st.sampled_from(FIELDS), st.text("甲乙丙一二三四五六七", max_size=20))
sparse_archives = st.lists(st.lists(sparse_units, max_size=4), min_size=1, max_size=5)
"""Here the letters asked for are far between, so that distances decide."""
Archive = list[list[tuple[Field, str]]]

CHECKS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@dataclass(frozen=True)
class Placed:
    """A unit, the position of its first character, and its document."""

    unit: Unit
    start: int
    doc_id: int

    def occurrences(self, text: str) -> Iterator[int]:
        """The positions at which a text begins in the unit, ascending; they may overlap."""
        at = self.unit.text.find(text) if text else -1
        while at >= 0:
            yield self.start + at
            at = self.unit.text.find(text, at + 1)


def placed_units(found: FlatSegment, units_by_id: dict[str, tuple[Unit, ...]]) -> list[Placed]:
    """Return all units of a segment in the order of their positions."""
    in_order = [(doc_id, unit) for doc_id in range(found.doc_count) for unit in units_by_id[found.id_of(doc_id)]]
    starts = found.unit_starts.tolist()
    return [Placed(unit, start, doc_id) for start, (doc_id, unit) in zip(starts, in_order, strict=True)]


@pytest.fixture(params=[None, 0, 10**9], ids=["as measured", "always searching", "always merging"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Intersect lists of positions in each of the two ways: by searching the longer one, or by merging both."""
    if request.param is not None:
        monkeypatch.setattr(phrases, "WORTH_SEARCHING", request.param)


def written(archive: Archive, folder: Path) -> tuple[FlatSegment, list[Placed]]:
    documents = [document(f"d{number}", units=tuple(units)) for number, units in enumerate(archive)]
    found = segment(folder / "s", *documents)
    return found, placed_units(found, {one.document.id: one.units for one in documents})


@pytest.mark.usefixtures("way")
@CHECKS
@given(archive=archives, asked=many_pieces)
@example(archive=[[("paragraph", "甲甲甲甲")]], asked=["甲甲"])
@example(archive=[[("headline", "甲乙"), ("paragraph", "丙")]], asked=["乙丙"])
@example(archive=[[("headline", "乙丙丙")], [("headline", "甲乙丙")]], asked=["甲乙丙"])
def test_a_text_is_at_every_position_where_find_finds_it(
    archive: Archive, asked: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    found, placed = written(archive, tmp_path_factory.mktemp("s"))
    for text in asked:
        expected = [position for one in placed for position in one.occurrences(text)]
        assert positions_of(found, text).tolist() == expected


@CHECKS
@given(archive=archives, asked=many_pieces, data=st.data())
def test_a_text_may_be_looked_for_in_some_documents_only(
    archive: Archive, asked: list[str], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found, placed = written(archive, tmp_path_factory.mktemp("s"))
    first, last = sorted(data.draw(st.integers(0, found.doc_count)) for _ in "ab")
    bases = found.position_bases.tolist()
    for text in asked:
        expected = [position for one in placed if first <= one.doc_id < last for position in one.occurrences(text)]
        assert positions_of(found, text, bases[first], bases[last]).tolist() == expected


@CHECKS
@given(archive=archives, asked=many_pieces)
def test_positions_lead_to_their_documents_and_fields(
    archive: Archive, asked: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    found, placed = written(archive, tmp_path_factory.mktemp("s"))
    for text in filter(None, asked):
        positions = positions_of(found, text)
        holding = [one for one in placed if text in one.unit.text]
        assert doc_ids_at(found, positions).tolist() == sorted({one.doc_id for one in holding})
        for field in FIELDS:
            expected = [at for one in holding if one.unit.field == field for at in one.occurrences(text)]
            assert in_field(found, positions, field).tolist() == expected


@pytest.mark.usefixtures("way")
@CHECKS
@given(
    archive=sparse_archives,
    asked=st.lists(
        st.tuples(st.lists(st.text(LETTERS, max_size=2), max_size=3), st.integers(0, 12)), min_size=1, max_size=8
    ),
)
@example(archive=[[("headline", "甲"), ("paragraph", "乙")]], asked=[(["甲", "乙"], 99)])
@example(archive=[[("paragraph", "甲乙甲")]], asked=[(["甲乙", "乙甲"], 0)])
@example(archive=[[("paragraph", "甲一二三四乙")]], asked=[(["甲", "乙"], 3), (["甲", "乙"], 4), (["乙", "甲"], 4)])
@example(archive=[[("paragraph", "甲一二乙三丙")]], asked=[(["乙", "丙", "甲"], 2), (["乙", "丙", "甲"], 3)])
@example(archive=[[("paragraph", "一甲" * 40 + "二乙")]], asked=[(["甲", "乙"], 0), (["甲", "乙"], 1)])
def test_texts_are_near_each_other_in_the_units_where_the_reference_finds_them(
    archive: Archive, asked: list[tuple[list[str], int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    found, placed = written(archive, tmp_path_factory.mktemp("s"))
    for texts, distance in asked:
        positions = positions_near(found, texts, distance).tolist()
        assert positions == sorted(positions)
        holding = [one for one in placed if any(one.start <= at < one.start + len(one.unit.text) for at in positions)]
        assert holding == [one for one in placed if has_near(texts, distance, one.unit.text)]
