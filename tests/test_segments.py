"""A segment's file: what goes in comes out, merging is as good as building, and damage is found."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from engine_documents import build_segment, document, documents
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from whoosh import index as whoosh_index
from whoosh.query import NumericRange, Prefix, Query, Term

from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh import writer
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.indexing import merge_policy, merger, postings_writer
from indexer.engines.whoosh.indexing.merge_policy import (
    FULL,
    LARGEST,
    LEFT_ALONE,
    RATIO,
    SMALL,
    groups_in_full_build,
    groups_to_merge,
)
from indexer.engines.whoosh.indexing.merger import merge_files, merge_segments
from indexer.engines.whoosh.indexing.segment_builder import SegmentBuilder
from indexer.engines.whoosh.segment.container import MAGIC, Layout, LayoutError
from indexer.engines.whoosh.segment.format import decode
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.engines.whoosh.segment.term_postings import BODY_TF_BITS, MAX_BODY_TF
from indexer.model import Everything, Request, TokenisedDocument


def segment(path: Path, *given: TokenisedDocument) -> FlatSegment:
    build_segment(given, path)
    return FlatSegment(path)


# --- what goes in comes out


def test_documents_lie_by_date_and_backwards_by_id(tmp_path: Path) -> None:
    days = {"c": date(2020, 1, 1), "a": date(2019, 1, 1), "b": date(2019, 1, 1), "none": None}
    found = segment(tmp_path / "s", *(document(name, day=day) for name, day in days.items()))
    assert [found.id_of(number) for number in range(4)] == ["none", "b", "a", "c"]


@pytest.mark.parametrize("count", [1, 62, 63, 64, 300])
@pytest.mark.parametrize("in_headline", [0, 2, 3, 20])
def test_frequencies_that_fill_a_byte_are_kept_exactly(tmp_path: Path, count: int, in_headline: int) -> None:
    given = document("a", words="工会 " * count, headline_words="工会 " * in_headline)
    found = segment(tmp_path / "s", given, document("b", words="工会")).term("工会")
    assert found is not None
    assert found.doc_ids.tolist() == [0, 1]
    in_byte = int(found.packed_tf[1]) & MAX_BODY_TF, int(found.packed_tf[1]) >> BODY_TF_BITS
    exact = {number: (body, headline) for number, body, headline in found.overflow.tolist()}
    assert exact.get(1, in_byte) == (count, in_headline)


@pytest.mark.parametrize(
    "text", ["a", "ab", "abc", "abcd", "工会", "安全生产工作", "\U00020000\U00020001", "字" * 500, "\ud800"]
)
def test_words_of_any_length_and_script(tmp_path: Path, text: str) -> None:
    others = [document(f"o{number}", words=f"{text[:1]} {text}x 乙{text}") for number in range(3)]
    found = segment(tmp_path / "s", document("a", words=f"{text} {text}"), *others)
    postings = found.term(text)
    assert postings is not None
    assert [found.id_of(number) for number in postings.doc_ids][-1] == "a"
    assert list(found.words.dictionary) == sorted(found.words.dictionary)


@pytest.mark.parametrize("matching", [1, 63, 64, 199])
def test_rare_and_common_words_read_alike(tmp_path: Path, matching: int) -> None:
    given = [document(f"{number:03}", words="工会" if number < matching else "妇联") for number in range(200)]
    found = segment(tmp_path / "s", *given)
    postings = found.term("工会")
    assert postings is not None
    assert {found.id_of(number) for number in postings.doc_ids} == {f"{number:03}" for number in range(matching)}
    assert postings.packed_tf.tolist() == [1] * matching == [1] * len(postings)


def test_a_text_that_holds_the_sign_between_texts_harms_no_other(tmp_path: Path) -> None:
    odd = document("odd", words="\0", units=(("paragraph", "甲\0乙"),))
    found = segment(tmp_path / "s", odd, document("a", words="工会", units=(("paragraph", "工会"),)))
    assert found.term("工会") is not None
    assert found.doc_id_of_block[found.grams.positions_of("工会") >> 7].tolist() == [1]


@given(given=st.data())
@settings(max_examples=30, deadline=None)
def test_every_document_comes_back(tmp_path_factory: pytest.TempPathFactory, given: st.DataObject) -> None:
    kept = [given.draw(documents(f"jia/{number}\udcff.txt", 0)) for number in range(3)]
    found = segment(tmp_path_factory.mktemp("s") / "s", *kept)
    for one in kept:
        (number,) = found.doc_ids_of_source(one.document.source)
        assert found.doc_ids_of_article(one.document.id) == [number]
        assert found.stored(number) == one.document


# --- merging


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_merging_gives_the_very_file_that_building_at_once_gives(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("segments")
    made = [
        [data.draw(documents(f"jia/{segment_ord}-{number}.txt", 0)) for number in range(data.draw(st.integers(1, 4)))]
        for segment_ord in range(data.draw(st.integers(1, 3)))
    ]
    inputs, kept = [], []
    for segment_ord, some in enumerate(made):
        found = segment(folder / f"{segment_ord}", *some)
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
    inputs = [(segment(tmp_path / f"{segment_ord}", *given[segment_ord::3]), BitMap()) for segment_ord in range(3)]
    merge_segments(inputs, tmp_path / "merged")
    build_segment(given, tmp_path / "built")
    assert (tmp_path / "merged").read_bytes() == (tmp_path / "built").read_bytes()
    monkeypatch.setattr(merger, "WORTH_PROCESSES", 0)
    merge_files([(tmp_path / f"{segment_ord}", BitMap()) for segment_ord in range(3)], tmp_path / "merged by processes")
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
    monkeypatch.setitem(merger._SECTIONS, "grams", die)
    for name in "ab":
        segment(tmp_path / name, document(name))
    with pytest.raises(BrokenProcessPool):
        merge_files([(tmp_path / name, BitMap()) for name in "ab"], tmp_path / "merged")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@given(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=5), max_size=8))
def test_grams_are_read_as_they_are_spelt(tmp_path_factory: pytest.TempPathFactory, units: list[str]) -> None:
    found = segment(
        tmp_path_factory.mktemp("s") / "s", document("a", units=tuple(("paragraph", unit) for unit in units))
    )
    spelt = {unit[place : place + 2] for unit in units for place in range(len(unit))}
    assert [decode(gram) for gram in found.grams.texts_from(b"")] == sorted(spelt)
    assert all(len(found.grams.positions_of(gram)) for gram in spelt)
    assert sum(len(found.character(character)) for character in set("".join(units))) == sum(map(len, units))


def test_what_a_builder_was_told_to_drop_leaves_nothing_behind(tmp_path: Path) -> None:
    kept = document("a", words="工会", source="jia/1.txt")
    builder = SegmentBuilder()
    for one in (document("b", words="妇联", source="jia/2.txt"), kept):
        builder.add(one, "f")
    builder.drop("jia/2.txt")
    builder.write(tmp_path / "dropped")
    build_segment([kept], tmp_path / "built")
    assert len(builder) == 1
    assert (tmp_path / "dropped").read_bytes() == (tmp_path / "built").read_bytes()


@given(st.lists(st.integers(1, 400_000), max_size=30))
def test_segments_at_rest_are_few(sizes: list[int]) -> None:
    """What merging leaves is either full or grows by a factor from one to the next."""
    groups = groups_to_merge([(size, size) for size in sizes])
    merged = [sum(sizes[at] for at in group) for group in groups]
    rest = [size for at, size in enumerate(sizes) if not any(at in group for group in groups)]
    ascending = sorted(size for size in rest if size < LEFT_ALONE)
    smaller = max(sum(merged), SMALL) if merged else 0
    for size in ascending:
        assert size >= RATIO * smaller or size < SMALL
        smaller = max(smaller + size, SMALL)
    assert sum(merged) + sum(rest) == sum(sizes)


def merged(sizes: list[int]) -> list[int]:
    groups = groups_to_merge([(size, size) for size in sizes])
    left = [size for at, size in enumerate(sizes) if not any(at in group for group in groups)]
    return left + [sum(sizes[at] for at in group) for group in groups]


@pytest.mark.parametrize("workers", range(6, 60, 3))
def test_what_was_just_built_is_left_alone_when_an_issue_is_indexed_again(workers: int) -> None:
    at_rest = merged([26_000] * workers)
    assert groups_to_merge([(size - 40, size) for size in at_rest] + [(40, 40)]) == []


def test_daily_additions_are_rewritten_a_few_times_only() -> None:
    sizes, rewritten, most = [FULL] * 4, 0, 0
    for _ in range(2_000):
        sizes.append(60)
        for group in groups_to_merge([(size, size) for size in sizes]):
            merged = sum(sizes[at] for at in group)
            rewritten += merged
            sizes = [size for at, size in enumerate(sizes) if at not in group] + [merged]
        most = max(most, len(sizes))
    assert most <= 8
    assert rewritten / (2_000 * 60) < 25


# --- damage


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


# --- Whoosh's own queries on the other fields


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Term("place", "豫"), "ab"),
        (Term("place", "豫/驻"), "a"),
        (Term("section", "要闻"), "b"),
        (Term("id", "b"), "b"),
        (Term("source", "jia/c.txt"), "c"),
        (NumericRange("day", date(2019, 1, 1).toordinal(), date(2019, 12, 31).toordinal()), "a"),
        (Prefix("words", "工"), "ab"),
        (Prefix("headline_words", "工"), "b"),
        (Prefix("id", "c"), "c"),
    ],
    ids=str,
)
def test_whoosh_finds_by_every_field(tmp_path: Path, query: Query, expected: str) -> None:
    writer = WhooshEngine(tmp_path, IndexIdentity("", "")).writer()
    given = (
        document("a", words="工会 表彰", localities=("豫/驻",), day=date(2019, 5, 1)),
        document("b", "工会", words="工会", localities=("豫",), section="要闻", day=date(2020, 1, 1)),
        document("c", words="妇联", day=None),
    )
    for one in given:
        writer.replace(one.document.source, [one], "f")
    writer.commit()
    with whoosh_index.open_dir(str(tmp_path)).searcher() as searcher:
        ids = searcher.reader().column_reader("id")
        assert {ids[number] for number in searcher.docs_for_query(query)} == set(expected)


def full_build_of(segments: int, folder: Path) -> WhooshEngine:
    """An index after a full build of some segments of one document each."""
    engine = WhooshEngine(folder, IndexIdentity("archive", "rules"))
    writer = engine.writer(fresh=True)
    for number in range(segments):
        built = folder / f"built_{number}.seg.tmp"
        build_segment([document(f"d{number}", source=f"jia/{number}.txt")], built)
        writer.adopt(built)
    writer.commit()
    assert engine.reader().search(Request(Everything())).total == segments
    return engine


def test_a_full_build_is_one_segment(tmp_path: Path) -> None:
    full_build_of(3, tmp_path)
    assert len(list(tmp_path.glob("*.seg"))) == 1


def test_segments_are_merged_only_as_far_as_their_places_fit_one_axis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_only = 2 * int(segment(tmp_path / "s", document("a")).position_bases[-1])
    monkeypatch.setattr(writer, "split_to_fit", partial(merge_policy.split_to_fit, room=two_only))
    full_build_of(4, tmp_path)
    assert len(list(tmp_path.glob("*.seg"))) == 2


@pytest.mark.parametrize("articles", [300_000, 600_000, 1_000_000, 5_000_000])
def test_a_full_build_is_left_alone_when_an_issue_is_indexed_again(articles: int) -> None:
    sizes = [26_000] * (articles // 26_000) or [articles]
    at_rest = [sum(sizes[at] for at in group) for group in groups_in_full_build(sizes)]
    assert len(at_rest) <= articles // LARGEST + 1
    assert groups_to_merge([(size - 40, size) for size in at_rest] + [(40, 40)]) == []


def test_several_groups_are_merged_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge_policy, "LARGEST", 2)
    full_build_of(5, tmp_path)
    assert len(list(tmp_path.glob("*.seg"))) == 2
