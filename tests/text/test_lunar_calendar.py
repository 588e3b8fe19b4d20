"""Tests of the lunar calendar against known facts, and of printed lunar dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.lunar_calendar import LunarDate, PrintedLunar, agrees, lunar_date, read_lunar

FIRST, LAST = date(1901, 2, 19), date(2099, 12, 31)
DAYS = st.dates(FIRST, LAST)
A_MONTH = 29.530588853
A_NEW_MOON = date(2000, 1, 7)  # 2000-01-06 18:14 UT, early on the 7th in Beijing


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        (date(1901, 2, 19), LunarDate(1901, 1, 1)),
        (date(1949, 10, 1), LunarDate(1949, 8, 10)),
        (date(1976, 9, 9), LunarDate(1976, 8, 16)),
        (date(1976, 9, 24), LunarDate(1976, 8, 1, is_leap=True)),
        (date(1985, 2, 20), LunarDate(1985, 1, 1)),
        (date(2000, 2, 5), LunarDate(2000, 1, 1)),
        (date(2008, 8, 8), LunarDate(2008, 7, 8)),
        (date(2020, 5, 23), LunarDate(2020, 4, 1, is_leap=True)),
        (date(2021, 6, 14), LunarDate(2021, 5, 5)),
        (date(2023, 1, 22), LunarDate(2023, 1, 1)),
        (date(2023, 3, 22), LunarDate(2023, 2, 1, is_leap=True)),
        (date(2023, 9, 29), LunarDate(2023, 8, 15)),
        (date(2024, 2, 9), LunarDate(2023, 12, 30)),
        (date(2033, 12, 22), LunarDate(2033, 11, 1, is_leap=True)),
        (date(2099, 1, 21), LunarDate(2099, 1, 1)),
        (date(1901, 2, 18), None),
        (date(2100, 3, 1), None),
    ],
)
def test_days_that_are_known(day: date, lunar: LunarDate | None) -> None:
    assert lunar_date(day) == lunar


def test_every_day_follows_the_one_before() -> None:
    day, before = FIRST, LunarDate(1901, 1, 1)
    leap_months = 0
    while (day := day + timedelta(days=1)) <= LAST:
        now = lunar_date(day)
        assert now is not None
        if now.day == 1:
            assert before.day in (29, 30)
            namesake = now == LunarDate(before.year, before.month, 1, is_leap=True)
            assert namesake or (now.month == before.month % 12 + 1 and not now.is_leap)
            assert now.year - before.year == (before.month == 12 and not namesake)
            leap_months += now.is_leap
        else:
            assert now == LunarDate(before.year, before.month, before.day + 1, before.is_leap)
        before = now
    assert leap_months == pytest.approx(199 * 7 / 19, abs=1)


@given(DAYS)
def test_a_month_begins_with_the_new_moon(day: date) -> None:
    """Months are compared with the mean new moon, an independent source.

    The true new moon differs from its mean by up to 14 hours.
    """
    now = lunar_date(day)
    assert now is not None
    age = ((day - A_NEW_MOON).days + 0.4) % A_MONTH
    assert min(abs(age - (now.day - 1)), A_MONTH - abs(age - (now.day - 1))) < 1.3


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("农历五月初九", PrintedLunar(None, None, 5, 9, is_leap=False)),
        ("农历癸卯年十一月廿四", PrintedLunar(None, 39, 11, 24, is_leap=False)),
        ("农历甲辰龙年正月十五", PrintedLunar(None, 40, 1, 15, is_leap=False)),
        ("农历二〇二三年十二月十六日", PrintedLunar(2023, None, 12, 16, is_leap=False)),
        ("农历2023年闰2月30", PrintedLunar(2023, None, 2, 30, is_leap=True)),
        ("癸卯年闰二月初十", PrintedLunar(None, 39, 2, 10, is_leap=True)),
        ("腊月二十三", PrintedLunar(None, None, 12, 23, is_leap=False)),
        ("农历冬月三十", PrintedLunar(None, None, 11, 30, is_leap=False)),
        ("農曆臘月初八", PrintedLunar(None, None, 12, 8, is_leap=False)),
        ("农历七月大廿", PrintedLunar(None, None, 7, 20, is_leap=False)),
        ("农历甲丑年二月初二", PrintedLunar(None, -1, 2, 2, is_leap=False)),
        ("农历癸卯年", None),
        ("农历", None),
    ],
)
def test_lunar_dates_are_read_as_printed(text: str, printed: PrintedLunar | None) -> None:
    assert read_lunar(text) == printed


@pytest.mark.parametrize(
    ("text", "day", "told"),
    [
        ("农历五月初九", date(2021, 6, 18), True),
        ("农历五月初八", date(2021, 6, 18), False),
        ("农历辛丑年五月初九", date(2021, 6, 18), True),
        ("农历庚子年五月初九", date(2021, 6, 18), False),
        ("农历甲丑年五月初九", date(2021, 6, 18), False),
        ("农历癸卯年十一月廿四", date(2024, 1, 5), True),
        ("农历二〇二三年十一月廿四", date(2024, 1, 5), True),
        ("农历二〇二四年十一月廿四", date(2024, 1, 5), False),
        ("农历闰二月初一", date(2023, 3, 22), True),
        ("农历二月初一", date(2023, 3, 22), True),
        ("农历闰二月初一", date(2023, 2, 20), False),
        ("农历正月初一", date(1900, 1, 31), None),
    ],
)
def test_a_lunar_date_speaks_for_or_against_a_day(text: str, day: date, told: bool | None) -> None:
    printed = read_lunar(text)
    assert printed is not None
    assert agrees(printed, day) is told


HAN = "零一二三四五六七八九十"


@given(DAYS)
def test_what_a_calendar_prints_agrees_with_its_day_and_not_with_the_next(day: date) -> None:
    now = lunar_date(day)
    assert now is not None
    tens, ones = divmod(now.day, 10)
    number = f"初{HAN[now.day]}" if now.day <= 10 else f"{'' if tens == 1 else HAN[tens]}十{HAN[ones] if ones else ''}"
    month = f"{'闰' if now.is_leap else ''}{HAN[now.month] if now.month <= 10 else '十' + HAN[now.month - 10]}月"
    printed = read_lunar(f"农历{month}{number}")
    assert printed is not None
    assert agrees(printed, day)
    assert not agrees(printed, day + timedelta(days=1))
