"""Tests of folding."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.bulk_folding import fold_lines, fold_together
from indexer.text.folding import RADICALS, fold, fold_with_places, grams
from tests.conftest import PROJECT

EVERY_CHARACTER = [chr(code) for code in range(0x110000)]


@pytest.mark.parametrize(
    ("form", "others"),
    [
        ('"', "“”„‟＂「」『』﹁﹂﹃﹄〝〞"),
        ("'", "‘’‚‛＇"),
        ("-", "—–―─‐‑‒－−﹣"),
        ("~", "〜～∼~"),
        ("...", ["…", "⋯", "..."]),
        ("。", "。｡︒"),
        (".", ".．﹒"),
        ("·", "·•・‧･"),
        ("零", "〇○◯零"),
        ("8", "8８⑧"),
        ("a", "AＡａ𝐀ⓐ"),
        ("1", "１①𝟏"),
        ("国", "國"),
        ("云", "雲"),
        ("里", "裏裡"),
        ("福", "\ufa1b"),
        ("民", "民⺠"),  # the Supplement of radicals
        ("长", "长⻓⻑長"),
        ("水", "水⽔⺡氵"),  # the Kangxi radicals
        ("户", "户⼾戶戸"),
        ("青", "青靑⻘⾭"),  # old print
        ("清", "清淸"),
        ("乡", "乡鄕鄉郷"),
        ("尚", "尚尙"),
        ("慎", "慎愼"),
        ("值", "值値"),
        ("卫", "卫衞衛"),
        ("回", "回囘囬"),
        ("高", "高髙"),
        ("剑", "剑劒劎劍"),
        ("国", "国囯圀"),
        ("既", "既旣"),
        ("概", "概槪"),
        ("铁", "铁鐡銕"),
        ("炮", "炮砲礮"),
        ("券", "券劵"),
        ("着", "着著"),
        ("", " \t\n\r\v\f\u00a0\u2003\u2028\u3000\u200b\u200d\u2060\ufeff\u00ad\ufe0f\U000e0100\x00\x7f"),
    ],
)
def test_forms_that_count_as_one(form: str, others: Iterable[str]) -> None:
    assert {fold(other) for other in others} == {form}


@pytest.mark.parametrize(
    "letters",
    [
        "。.",  # marks that don't meet
        "~-",
        "\"'",
        "…。·",
        "—一ー丨",
        "喆哲",  # characters of today's standard, and words or names of their own
        "堃坤",
        "淼渺",
        "邨村",
        "钜巨",
        "噘撅",
        "祐佑",
        "己已巳",
        "未末",
        "他她它",
        "的地得",
        "做作",
        "屌鸟",
    ],
)
def test_letters_and_marks_that_stay_apart(letters: str) -> None:
    assert len({fold(letter) for letter in letters}) == len(letters)


def test_what_each_han_character_folds_to_is_set_down() -> None:
    """After a change of folding, `scripts/build_folding` writes the list, and its diff shows what changed."""
    listed = {
        letter: form
        for form, letters in map(str.split, table_lines_of(PROJECT / "tests" / "data" / "han_folding.tsv"))
        for letter in letters
    }
    changed = {letter: fold(letter) for letter in EVERY_CHARACTER if is_han(letter) and fold(letter) != letter}
    assert {letter: (listed.get(letter), form) for letter, form in changed.items() if listed.get(letter) != form} == {}
    assert listed.keys() - changed.keys() == set()


def is_han(letter: str) -> bool:
    names = ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "CJK RADICAL", "KANGXI RADICAL", "IDEOGRAPHIC NUMBER")
    return unicodedata.name(letter, "").startswith(names)


def table_lines_of(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def test_every_radical_folds_to_the_ideograph_that_cleaning_puts_in_its_place() -> None:
    assigned = [chr(code) for code in range(0x2E80, 0x2FD6) if unicodedata.name(chr(code), "")]
    assert set(assigned) - RADICALS.keys() == {"\u2e80"}  # which no ideograph looks like
    assert {radical: fold(radical) for radical in assigned} == {one: fold(RADICALS.get(one, one)) for one in assigned}


@pytest.mark.parametrize("kept", ["，", "、", "。", "《", "》", "一", "丨", "…", "ー"])
def test_punctuation_and_look_alikes_are_no_dashes_or_quotes(kept: str) -> None:
    assert fold(kept) not in {"", '"', "'", "-", "·"}


def test_a_lost_letter_is_not_white_space() -> None:
    assert fold("安全\ufffd生产") != fold("安全生产")


def test_half_a_surrogate_pair_folds_to_a_lost_letter() -> None:
    assert fold("安\ud800全") == "安\ufffd全"


def test_white_space_of_any_kind_is_dropped() -> None:
    assert [character for character in EVERY_CHARACTER if character.isspace() and fold(character)] == []


def test_folding_each_character_twice_is_folding_it_once() -> None:
    blocks = ["".join(EVERY_CHARACTER[start : start + 256]) for start in range(0, len(EVERY_CHARACTER), 256)]
    assert [block for block in blocks if (once := fold(block)) != block and fold(once) != once] == []


def test_compatibility_forms_don_t_matter_for_any_character() -> None:
    others = [(one, other) for one in EVERY_CHARACTER if (other := unicodedata.normalize("NFKC", one)) != one]
    assert [one for one, other in others if fold(one) not in ("", fold(other))] == []


def test_simplified_forms_are_those_of_opencc() -> None:
    opencc = pytest.importorskip("opencc", reason="SKIPPED: OpenCC, which the table was made from, is not installed")
    convert = opencc.OpenCC("t2s").convert
    han = [chr(code) for code in (*range(0x3400, 0xA000), *range(0x20000, 0x30000))]
    assert [character for character in han if fold(character) != fold(convert(character))] == []


@given(st.text(), st.text())
def test_folding_is_done_code_point_by_code_point(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


@given(st.text(st.characters(codec=None)))
def test_folding_folded_text_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_places_lead_back_to_the_character_that_was_folded(text: str) -> None:
    folded, places = fold_with_places(text)
    assert folded == fold(text)
    assert places == sorted(places)
    for place in range(len(text)):
        assert "".join(letter for letter, origin in zip(folded, places, strict=True) if origin == place) == fold(
            text[place]
        )


@given(st.text())
def test_there_is_a_gram_at_every_position(text: str) -> None:
    found = grams(text)
    assert "".join(gram[0] for gram in found) == text
    assert all(text[place : place + 2] == gram for place, gram in enumerate(found))


@given(st.lists(st.one_of(st.text(), st.text(st.sampled_from("安國 \n…㈠Ａ\u200b\ud800\uffff\ufffe𠮷豈\ufa6c")))))
def test_texts_folded_together_are_those_folded_alone(texts: list[str]) -> None:
    together = fold_together(texts)
    assert together.text == "\n".join(texts)
    assert together.folded == "\n".join(map(fold, texts))
    places, start = [], 0
    for text in texts:
        places += [*(start + place for place in fold_with_places(text)[1]), start + len(text)]
        start += len(text) + 1
    starts, ends = together.spans(list(range(len(places) - 1)), 1)
    assert starts == places[:-1]
    assert ends == [place + 1 for place in starts]
    joined = "\n".join(text.replace("\n", " ") for text in texts)
    assert fold_lines(joined.encode("utf-16-le", "surrogatepass"))[1:] == together[1:]
