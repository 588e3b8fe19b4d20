"""Tests of segments: they preserve their contents."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engines.whoosh.indexing.segment_builder import SegmentBuilder
from indexer.engines.whoosh.segment.format import decode
from indexer.engines.whoosh.segment.term_postings import BODY_TF_BITS, MAX_BODY_TF
from tests.support.engine_documents import build_segment, document, documents, segment


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
