"""The lunar calendar (农历) from 1901 to 2099, and lunar dates as newspapers print them beside the other one.

Only dates that are printed are checked against the day; nothing is computed from the moon. The table holds the Chinese
calendar as it was and will be published, made by scripts/build_lunar. A year is a number in hex: the days from 20
January to its first day << 17, its leap month (0: none) << 13, and one bit for each month, the first one lowest, the
leap month right after its namesake: set for 30 days, clear for 29.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from indexer.text.dates import read_number

_FIRST_YEAR = 1901
_YEARS = """
3c0752 260ea5 12b64a 36064b 1e0a9b 0a9556 30056a 1a0b59 045752 2a0752
14db25 3a0b25 220a4b 0cb4ab 3202ad 1c056b 064b69 2c0da9 18fd92 3e0e92
260d25 10ba4d 360a56 2002b6 0895b5 3006d4 1a0ea9 065e92 2a0e92 14cd26
38052b 220a57 0cb2b6 320b5a 1e06d4 086ec9 2c0749 16f693 3c0a93 26052b
0eca5b 340aad 20056a 0a9b55 300ba4 1a0b49 045a93 2a0a95 12f52d 380536
220aad 0eb5aa 3205b2 1c0da5 087d4a 2e0d4a 170a95 3a0a97 260556 10cab5
340ad5 2006d2 0a8ea5 300ea5 1a064a 026c97 280a9b 14f55a 38056a 220b69
0eb752 340b52 1c0b25 06964b 2c0a4b 1714ab 3a02ad 24056d 10cb69 360da9
200d92 0a9d25 300d25 1b5a4d 3e0a56 2802b6 12c5b5 3806d5 220ea9 0ebe92
340e92 1e0d26 066a56 2a0a57 1714d6 3c035a 2406d5 10b6c9 360749 200693
08952b 2e052b 180a5b 04555a 28056a 12fb55 3a0ba4 240b49 0cba93 320a95
1c052d 068aad 2a0ab5 1735aa 3c05d2 260da5 10dd4a 360d4a 200c95 0a952e
2e0556 180ab5 0455b2 2a06d2 12cea5 380725 22064b 0cac97 300cab 1c055a
066ad6 2c0b69 177752 3c0b52 260b25 10da4b 340a4b 1e04ab 08a55b 2e05ad
180b6a 045b52 2a0d92 14fd25 380d25 220a55 0cb4ad 3204b6 1a05b5 066daa
2c0ec9 191e92 3c0e92 260d26 10ca56 340a57 1e04d6 0886d5 2e0755 1a0749
026e93 280693 12f52b 38052b 200a5b 0cb55a 32056a 1c0b65 06974a 2c0b4a
171a95 3c0a95 24052d 0ecaad 340ab5 2005aa 088ba5 2e0da5 1a0d4a 047c95
280c96 12f94e 380556 220ab5 0cb5b2 3206d2 1c0ea5 088e4a 2a064b 150c97
3a04ab 24055b 0ecad6 340b6a 200752 0a9725 2e0b25 180a8b 02549b
"""

_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_MONTHS = {"正": 1, "冬": 11, "腊": 12, "臘": 12}

_PRINTED = re.compile(
    rf"(?:(?P<stem>[{_STEMS}])(?P<branch>[{_BRANCHES}])[鼠牛虎兔龙龍蛇马馬羊猴鸡雞狗猪豬]?年?"
    r"|(?P<year>[〇○零一二三四五六七八九]{4}|\d{4})年)?\s*"
    r"(?P<leap>[闰閏])?(?P<month>[正冬腊臘]|十[一二]?|[一二三四五六七八九]|1[0-2]|[1-9])月[大小]?\s*"
    r"(?P<day>初[一二三四五六七八九十]|[一二]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|三十|卅|30|[12]?\d)"
)


@dataclass(frozen=True, slots=True)
class LunarDate:
    """A day of the lunar calendar. `year` is the common year in which that lunar year begins."""

    year: int
    month: int
    day: int
    is_leap: bool = False


@dataclass(frozen=True, slots=True)
class PrintedLunar:
    """A lunar date as printed: `year` is a number, or its place in the cycle of sixty (甲子 is 0), or None."""

    year: int | None
    cycle: int | None
    month: int
    day: int
    is_leap: bool


def lunar_date(day: date) -> LunarDate | None:
    """Return the lunar date of a day, or None outside the years that the table holds.

    >>> lunar_date(date(2021, 6, 18))
    LunarDate(year=2021, month=5, day=9, is_leap=False)
    """
    for year in (day.year, day.year - 1):
        for first, month, is_leap, length in _months(year):
            if first <= day < first + timedelta(days=length):
                return LunarDate(year, month, (day - first).days + 1, is_leap)
    return None


def read_lunar(text: str) -> PrintedLunar | None:
    """Read the first lunar date in a text that is known to hold one.

    >>> read_lunar("农历癸卯年十一月廿四")
    PrintedLunar(year=None, cycle=39, month=11, day=24, is_leap=False)
    >>> read_lunar("农历二〇二三年闰二月初一").is_leap
    True
    """
    found = _PRINTED.search(text)
    if found is None:
        return None
    month = _MONTHS.get(found["month"]) or read_number(found["month"])
    return PrintedLunar(
        year=read_number(found["year"]) if found["year"] else None,
        cycle=_cycle(found["stem"], found["branch"]) if found["stem"] else None,
        month=month,
        day=read_number(found["day"].removeprefix("初")),
        is_leap=bool(found["leap"]),
    )


def agrees(printed: PrintedLunar, day: date) -> bool | None:
    """Tell whether a printed lunar date is that of a day; None for a day outside the table.

    A leap month that isn't called one is let pass.
    """
    real = lunar_date(day)
    if real is None:
        return None
    same_year = printed.year in (None, real.year) and printed.cycle in (None, (real.year - 4) % 60)
    same_month = printed.month == real.month and (real.is_leap or not printed.is_leap)
    return same_year and same_month and printed.day == real.day


def _cycle(stem: str, branch: str) -> int:
    """Where a year stands in the cycle of sixty; -1 for the pairs that don't exist (甲丑)."""
    first, second = _STEMS.index(stem), _BRANCHES.index(branch)
    return (6 * first - 5 * second) % 60 if (first - second) % 2 == 0 else -1


@cache
def _codes() -> tuple[int, ...]:
    return tuple(int(year, 16) for year in _YEARS.split())


@cache
def _months(year: int) -> tuple[tuple[date, int, bool, int], ...]:
    """The months of a lunar year: first day, number, whether it is a leap month, length; nothing outside the table."""
    if not 0 <= year - _FIRST_YEAR < len(_codes()):
        return ()
    code = _codes()[year - _FIRST_YEAR]
    first, leap = date(year, 1, 20) + timedelta(days=code >> 17), code >> 13 & 15
    numbers = [(month, False) for month in range(1, 13)]
    if leap:
        numbers.insert(leap, (leap, True))
    months = []
    for place, (month, is_leap) in enumerate(numbers):
        length = 30 if code >> place & 1 else 29
        months.append((first, month, is_leap, length))
        first += timedelta(days=length)
    return tuple(months)
