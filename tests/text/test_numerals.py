"""Tests of reading dates, years and numbers: each spelling has the words of the others."""

from __future__ import annotations

import pytest

from indexer.text.folding import fold
from indexer.text.numerals import numeral_words, numerals
from indexer.text.tokenizer import bare_words, words

DAY = [
    *("2023年11月20日", "2023年11月20号", "2023-11-20", "2023.11.20", "2023/11/20", "２０２３－１１－２０"),
    *("二〇二三年十一月二十日", "二零二三年十一月二十日", "二0二三年十一月二十日"),
    *("二O二三年11月20日", "二○二三年十一月二十号"),
]
MONTH = ["2023年11月", "二〇二三年十一月", "二0二三年11月"]
YEAR = ["2023年", "二〇二三年", "二O二三年"]
DAY_OF_YEAR = ["11月20日", "十一月二十日", "11月20号"]
BARE_YEAR = ["二〇二三", "二0二三", "2023", "二○二三"]
NUMBER = ["1,200", "1，200", "1200", "１，２００"]
EARLY = ["2023年3月5日", "2023-03-05", "2023/3/5", "二〇二三年三月五日", "2023年03月05日"]
JANUARY = ["1999年1月21日", "一九九九年元月廿一日", "1999-1-21"]
LARGE = ["1,234,567.50", "1234567.50"]


@pytest.mark.parametrize("printed", ["{}", "到{}，", "（{}）", "和{}的", "从{}起", "a {} b", "，{}、"])
@pytest.mark.parametrize(
    "spellings", [DAY, MONTH, YEAR, DAY_OF_YEAR, BARE_YEAR, NUMBER, EARLY, JANUARY, LARGE], ids=lambda found: found[0]
)
def test_each_spelling_finds_all_others(spellings: list[str], printed: str) -> None:
    for asked in spellings:
        for spelling in spellings:
            found = {token.text for token in words(printed.format(spelling))}
            assert set(bare_words(fold(asked))) <= found, (asked, spelling)


@pytest.mark.parametrize("asked", [MONTH[0], YEAR[1], DAY_OF_YEAR[1], BARE_YEAR[0]])
@pytest.mark.parametrize("printed", DAY)
def test_a_day_is_in_its_month_and_year(asked: str, printed: str) -> None:
    assert set(bare_words(fold(asked))) <= {token.text for token in words(printed)}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("2023年11月20日上午", ("2023-11-20", "上午")),
        ("会议于2023.11.20召开", ("会议", "于", "2023-11-20", "召开")),
        ("1,200万元", ("1200", "万元")),
        ("1200万", ("1200万",)),
        ("8.5%", ("8.5%",)),
        ("11月", ("11月",)),
    ],
)
def test_a_numeral_in_a_longer_word_is_read_too(asked: str, expected: tuple[str, ...]) -> None:
    assert bare_words(fold(asked)) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("农历十一月二十日", "2023年", "1234.11.20.5", "2023-13-40", "2023.11", "12,34", "1,2000", "1,200,30"),
        "3.1,200",
        *("一二三四", "二零二三四五", "一千二百", "第12023年", "工会", "192.168.1.1", "2023-11-20-5", "2023-11/20"),
    ],
)
def test_anything_else_is_left_alone(text: str) -> None:
    assert numeral_words(fold(text)) == []


def test_a_numeral_s_place_is_that_of_its_spelling() -> None:
    text = "农历九月九日和二零二三年十一月二十日,1,200人"
    assert [text[found.start : found.end] for found in numerals(text)] == ["二零二三年十一月二十日", "1,200"]
