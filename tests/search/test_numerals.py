"""Tests of the spellings of numbers and units that are offered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.search.numerals import in_digits, in_han, other_spellings
from indexer.search.query_parser import parse, render


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("二十", "20", "digits"),
        ("第三", "第3", "digits"),
        ("第二十次", "第20次", "digits"),
        ("三千人", "3000人", "digits"),
        ("1.2万", "12000", "large"),
        ("3.5亿元", "350000000元", "large"),
        ("30㎡", "30平方米", "unit"),
        ("5公斤", "5kg", "unit"),
        ("公斤", "kg", "unit"),
        ("20%", "百分之二十", "percent"),
        ("8.5%", "百分之八点五", "percent"),
        ("headline:二十", "headline:20", "digits"),
        ('"增长20%"', '"增长百分之二十"', "percent"),
        ("工会 第三", "工会 第3", "digits"),
        ("工会 OR 第三", "工会 OR 第3", "digits"),
    ],
)
def test_each_of_two_spellings_leads_to_the_other(one: str, other: str, kind: str) -> None:
    assert (kind, parse(other)) in other_spellings(parse(one))
    assert (kind, parse(one)) in other_spellings(parse(other))


@pytest.mark.parametrize(
    "line",
    ["", "工会", "2023年11月20日", "二〇二三年", "1,200", "万一", "一心一意", "-二十", '"二十 工会"~5', "十百", "张*"],
)
def test_nothing_else_is_respelt(line: str) -> None:
    assert other_spellings(parse(line)) == ()


@given(st.integers(0, 9999))
def test_a_number_is_the_same_in_chinese(value: int) -> None:
    assert in_digits(in_han(value)) == value


@given(st.text(st.sampled_from('二十第三百分之点零万亿0123456789.,%㎡kg公斤年月"- 工会'), max_size=12))
def test_what_is_offered_is_another_query_that_a_link_can_carry(line: str) -> None:
    query = parse(line)
    for _, other in other_spellings(query):
        assert other != query
        assert parse(render(other)) == other
