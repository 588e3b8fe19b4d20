"""Tests of dates as printed, in paths, and as typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import UsageError
from indexer.model import DateSpan
from indexer.text.dates import date_in_path, find_dates, make_day, parse_span, read_number, without_date

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
DIGITS = "〇一二三四五六七八九"


def in_han(day: date) -> str:
    """Return a date in Chinese numerals as newspapers print it."""

    def number(value: int) -> str:
        tens, ones = divmod(value, 10)
        return ("" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十") + (DIGITS[ones] if ones else "")

    return "".join(DIGITS[int(digit)] for digit in f"{day.year}") + f"年{number(day.month)}月{number(day.day)}日"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2024年1月26日 星期五", ["2024-01-26"]),
        ("2024 年 01 月 26 日", ["2024-01-26"]),
        ("２０２４年１月２６日", ["2024-01-26"]),
        ("二〇二三年十一月五日", ["2023-11-05"]),
        ("二○二四年十二月三十一日", ["2024-12-31"]),
        ("二零二四年二月廿九号", ["2024-02-29"]),
        ("一九四九年十月一日", ["1949-10-01"]),
        ("二OO八年五月〇六日，二○○九年元月三日", ["2008-05-06", "2009-01-03"]),
        ("2013年元月8日，二〇一三年1月9日，2013年一月十日", ["2013-01-08", "2013-01-09", "2013-01-10"]),
        ("民國三十七年三月九日，中华民国26年元月1日", ["1948-03-09", "1937-01-01"]),
        ("民国元年一月一号，民國一百零三年十二月卅一號", ["1912-01-01", "2014-12-31"]),
        ("民国年间三月九日，国民三十年三月九日", []),
        ("2023-11-05，2023.11.6，2023/11/07", ["2023-11-05", "2023-11-06", "2023-11-07"]),
        ("农历二〇二三年十二月十六日", []),
        ("2023年2月30日", []),
        ("2023-13-01", []),
        ("3.2023.11.5", ["2023-11-05"]),
        ("电话12023-11-05", []),
        ("2023年11月", []),
        ("1.2.3", []),
        ("11月25日", []),
    ],
)
def test_dates_are_found_in_print(text: str, days: list[str]) -> None:
    assert [found.day.isoformat() for found in find_dates(text)] == days


@given(
    DAYS,
    st.sampled_from(["{0.year}年{0.month}月{0.day}日", "{0:%Y-%m-%d}", "{0:%Y.%m.%d}", "{0.year}/{0.month}/{0.day}"]),
)
def test_every_day_is_read_as_it_is_printed(day: date, pattern: str) -> None:
    printed = pattern.format(day)
    found = find_dates(f"报 {printed} 版")
    assert [(one.day, one.start, one.end) for one in found] == [(day, 2, 2 + len(printed))]


@given(DAYS)
def test_every_day_is_read_in_chinese_numerals(day: date) -> None:
    assert [one.day for one in find_dates(in_han(day))] == [day]


@given(st.text())
def test_any_text_may_be_searched_for_dates(text: str) -> None:
    for found in find_dates(text):
        assert 0 <= found.start < found.end <= len(text)


@given(st.integers(1, 31))
def test_numbers_to_a_month_are_read(number: int) -> None:
    tens, ones = divmod(number, 10)
    written = (("" if tens == 1 else DIGITS[tens]) + "十" if tens else "") + (DIGITS[ones] if ones else "")
    assert read_number(written) == read_number(str(number)) == number


@pytest.mark.parametrize(
    ("path", "day", "part"),
    [
        ("demo/2019-03-08/03.txt", "2019-03-08", "2019-03-08"),
        ("demo/html/2023-11/25/node_1.htm", "2023-11-25", "2023-11/25"),
        ("demo/html/2023-11/25/content_1.htm", "2023-11-25", "2023-11/25"),
        ("demo/pc/layout/202311/25/node_01.html", "2023-11-25", "202311/25"),
        ("demo/con/202311/25/content_9.html", "2023-11-25", "202311/25"),
        ("demo/2023/11/25/01.txt", "2023-11-25", "2023/11/25"),
        ("demo/20231125/01.txt", "2023-11-25", "20231125"),
        ("demo/2019.3.8/01.txt", "2019-03-08", "2019.3.8"),
        ("demo/20240126_A03.txt", "2024-01-26", "20240126"),
        ("demo/nw.D110000renmrb_20170327_1-01.htm", "2017-03-27", "20170327"),
        ("http://paper.demo.cn/html/2016-10/31/content_12.htm?div=-1", "2016-10-31", "2016-10/31"),
    ],
)
def test_paths_tell_dates(path: str, day: str, part: str) -> None:
    assert date_in_path(path) == (date.fromisoformat(day), part)


@pytest.mark.parametrize(
    "path",
    [
        "demo/p003.txt",
        "demo/content_20190308010001.htm",
        "demo/2019-03/08.txt",
        "demo/20191332/1.txt",
        "demo/2019/1.txt",
    ],
)
def test_other_paths_tell_none(path: str) -> None:
    assert date_in_path(path) is None


@pytest.mark.parametrize("folder", ["2023-02-30", "2023-13-01", "2023-02/30"])
def test_a_folder_named_like_a_day_that_never_was_is_an_error(folder: str) -> None:
    with pytest.raises(ValueError, match="there is no day 2023-"):
        date_in_path(f"demo/{folder}/01.txt")


@pytest.mark.parametrize(
    ("stem", "rest"),
    [("20240126_A03", "A03"), ("2024-01-26-03", "03"), ("2024-01-26", "2024-01-26"), ("A03", "A03"), ("2024", "2024")],
)
def test_a_stem_is_told_from_its_date(stem: str, rest: str) -> None:
    assert without_date(stem) == rest


@pytest.mark.parametrize(
    ("frm", "to", "first", "last"),
    [
        ("2019", "2019", "2019-01-01", "2019-12-31"),
        ("2019-02", "2019-02", "2019-02-01", "2019-02-28"),
        ("2020-02", "2020-02", "2020-02-01", "2020-02-29"),
        ("2019-03-08", "2019-03-08", "2019-03-08", "2019-03-08"),
        (" 2019-3-8 ", "2019年3月", "2019-03-08", "2019-03-31"),
        ("２０１９", "2019/12/01", "2019-01-01", "2019-12-01"),
        ("9999", "9999", "9999-01-01", "9999-12-31"),
    ],
)
def test_both_ends_of_a_span_are_included(frm: str, to: str, first: str, last: str) -> None:
    assert parse_span(frm, to) == DateSpan(date.fromisoformat(first), date.fromisoformat(last))


def test_an_end_may_be_open() -> None:
    assert parse_span("2019", "").last is None
    assert parse_span(None, "2019").first is None
    assert not parse_span("", None)


@pytest.mark.parametrize(
    ("frm", "to", "says"),
    [
        ("tomorrow", "", "write 2019, 2019-03 or 2019-03-08"),
        ("19", "", "write 2019"),
        ("2019-03-08-01", "", "write 2019"),
        ("2019--03", "", "write 2019"),
        ("2023-02-30", "", "February 2023 has 28 days"),
        ("", "2019-13", "months go from 01 to 12"),
        ("", "2019-00", "months go from 01 to 12"),
        ("0000", "", "years go from 0001"),
        ("2020", "2019", "exchange the two"),
        ("2019-03-09", "2019-03-08", "exchange the two"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(frm: str, to: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse_span(frm, to)


@given(st.text(), st.text())
def test_a_span_is_read_or_refused_whatever_is_typed(frm: str, to: str) -> None:
    try:
        span = parse_span(frm, to)
    except UsageError:
        return
    assert span.first is None or span.last is None or span.first <= span.last


@given(DAYS)
def test_a_day_typed_is_that_day(day: date) -> None:
    assert parse_span(str(day), str(day)) == DateSpan(day, day)


def test_a_day_that_is_one_is_made() -> None:
    assert make_day(2024, 2, 29) == date(2024, 2, 29)
