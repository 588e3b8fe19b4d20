"""Parse dates as printed in newspapers, used in file paths, or typed by people.

Only years from 1800 to 2199 count as years of a newspaper. Other numbers of four digits are not dates.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from indexer.errors import UsageError
from indexer.model import DateSpan

WEEKDAYS = "一二三四五六日"
"""The names of the weekdays, as written after 星期 or 周, beginning with Monday."""

_ZERO = "〇○◯零OoＯｏОо0"
"""What stands for zero in a Chinese numeral: scanning gives the letter O as often as 〇."""

_FORMAL = "壹贰貳叁參肆伍陆陸柒捌玖"
_DIGITS = str.maketrans(
    _ZERO + "一二三四五六七八九０１２３４５６７８９" + _FORMAL,
    "0" * len(_ZERO) + "123456789" + "0123456789" + "122334566789",
)
_ARABIC_YEAR = r"(?:1[89]|2[01])\d\d"
_HAN_YEAR = rf"[一二][{_ZERO}一二三四五六七八九]{{3}}"
_REPUBLIC = r"(?:大?中[华華])?民[国國]"
_FIRST_YEARS = {"明治": 1868, "大正": 1912, "昭和": 1926, "大同": 1932, "康德": 1934}
"""The first years of the eras that papers under Japanese rule counted by. All others count by the Republic (民国)."""

_FIRST_OF_REPUBLIC = 1912
_ERA = (
    rf"(?P<era>{_REPUBLIC}|{'|'.join(_FIRST_YEARS)})\s*(?P<since>元|\d{{1,3}}|[〇○零一二三四五六七八九十百廿卅]{{1,6}})"
)
_HAN_DAY = rf"[一二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅一?|[{_ZERO}]?[一二三四五六七八九]"

_PRINTED = re.compile(
    r"(?<![\d一二三四五六七八九〇○零])(?:"
    rf"(?:(?P<y1>{_ARABIC_YEAR}|{_HAN_YEAR})|{_ERA})\s*年\s*"
    rf"(?P<m1>\d{{1,2}}|元|{_HAN_DAY})\s*月\s*(?P<d1>\d{{1,2}}|{_HAN_DAY})\s*[日号號]"
    rf"|(?P<y2>{_ARABIC_YEAR})(?P<sep>[-./])(?P<m2>\d{{1,2}})(?P=sep)(?P<d2>\d{{1,2}})(?!\d)"
    rf"|(?:{_REPUBLIC}|R\.?O\.?C\.?)\s*(?P<y3>\d{{2,3}})(?P<dot>[-./])(?P<m3>\d{{1,2}})(?P=dot)(?P<d3>\d{{1,2}})(?!\d)"
    r")"
)
_LUNAR = re.compile(r"(?:农历|旧历|阴历|夏历|農曆|舊曆|陰曆|夏曆)\s*$")
_FULL_WIDTH = {ord(wide): narrow for wide, narrow in zip("０１２３４５６７８９－．／", "0123456789-./", strict=True)}

_IN_PATH = re.compile(
    rf"(?<!\d)(?:(?P<y1>{_ARABIC_YEAR})(?P<sep>[-._/])(?P<m1>\d\d?)[-._/](?P<d1>\d\d?)|(?P<y2>{_ARABIC_YEAR})(?P<m2>\d\d)/?(?P<d2>\d\d))(?!\d)"
)
_UNDATED = "unknown"
_TYPED = re.compile(r"(\d{4})(?:[-./年]\s*(\d{1,2})(?:[-./月]\s*(\d{1,2})日?|月)?|年)?")


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date found in a text, and the half-open range of code points it was read from."""

    day: date
    start: int
    end: int


def make_day(year: int, month: int, day: int) -> date:
    """Return the date of a year, month and day.

    Raises ValueError when there is no such day; the message gives the reason.

    >>> make_day(2023, 2, 30)
    Traceback (most recent call last):
    ValueError: there is no day 2023-02-30: February 2023 has 28 days
    """
    try:
        return date(year, month, day)
    except ValueError:
        name = f"{year:04}-{month:02}-{day:02}"
        if not 1 <= year <= 9999:
            raise ValueError(f"there is no day {name}: years go from 0001 to 9999") from None
        if not 1 <= month <= 12:
            raise ValueError(f"there is no day {name}: months go from 01 to 12") from None
        days = calendar.monthrange(year, month)[1]
        raise ValueError(f"there is no day {name}: {calendar.month_name[month]} {year} has {days} days") from None


def read_number(text: str) -> int:
    """Parse a number up to 199, or a year that is written digit by digit.

    Arabic, full-width and Chinese numerals are accepted. 元 is the first: 元月, 民国元年.

    >>> read_number("二〇二三"), read_number("二十五"), read_number("十"), read_number("廿一"), read_number("０３")
    (2023, 25, 10, 21, 3)
    >>> read_number("二OO九"), read_number("元"), read_number("一百零三")
    (2009, 1, 103)
    """
    hundred, sign, rest = text.replace("廿", "二十").replace("卅", "三十").replace("元", "一").partition("百")
    if sign:
        return int(hundred.translate(_DIGITS) or "1") * 100 + read_number(rest or "0")
    text = hundred
    tens, ten, ones = text.partition("十")
    if ten:
        return int(tens.translate(_DIGITS) or "1") * 10 + int(ones.translate(_DIGITS) or "0")
    return int(text.translate(_DIGITS))


def find_dates(text: str) -> tuple[PrintedDate, ...]:
    """Find all complete dates in a text, in order.

    Lunar dates and days that don't exist are left out.

    >>> [str(found.day) for found in find_dates("2024年1月26日 星期五 农历二〇二三年十二月十六日")]
    ['2024-01-26']
    >>> [str(found.day) for found in find_dates("二〇二三年十一月五日，２０２３．１１．６，2023/11/7")]
    ['2023-11-05', '2023-11-06', '2023-11-07']
    >>> [str(found.day) for found in find_dates("二OO九年元月七日，中華民國三十七年三月九日，昭和十二年七月七日")]
    ['2009-01-07', '1948-03-09', '1937-07-07']
    >>> [str(found.day) for found in find_dates("中華民國112年5月3日，ROC 112.05.03")]
    ['2023-05-03', '2023-05-03']
    """
    narrow = text.translate(_FULL_WIDTH)
    found = []
    for match in _PRINTED.finditer(narrow):
        year, month, day = (read_number(part) for part in _parts(match))
        if match["era"]:
            year = read_number(match["since"]) + _FIRST_YEARS.get(match["era"], _FIRST_OF_REPUBLIC) - 1
        elif match["y3"]:
            year += _FIRST_OF_REPUBLIC - 1
        if _LUNAR.search(narrow, 0, match.start()) is None and _exists(year, month, day):
            found.append(PrintedDate(date(year, month, day), match.start(), match.end()))
    return tuple(found)


def date_in_path(path: str) -> tuple[date, str] | None:
    """Return the date in a path or URL and the part that contains it, or None.

    Raises ValueError when a folder is named after a date that doesn't exist; the message gives the reason.

    >>> date_in_path("demo/html/2023-11/25/content_1.htm")
    (datetime.date(2023, 11, 25), '2023-11/25')
    >>> date_in_path("demo/pc/layout/202311/25/node_01.html")[1], date_in_path("demo/2019-03-08/03.txt")[1]
    ('202311/25', '2019-03-08')
    >>> date_in_path("demo/2019-03/08.txt")  # a month's folder with a page 08
    """
    for match in _IN_PATH.finditer(path):
        if "/" in match.group() and not path.startswith("/", match.end()):
            continue
        year, month, day = (int(part) for part in _parts(match))
        if _exists(year, month, day):
            return date(year, month, day), match.group()
        if match["sep"] == "-" and "/" in path[match.end() :]:
            make_day(year, month, day)
    return None


def without_date(stem: str) -> str:
    """Remove a date from the start of a file's stem, unless nothing would be left.

    >>> without_date("20240126_A03"), without_date("2024-01-26"), without_date("p003")
    ('A03', '2024-01-26', 'p003')
    """
    match = _IN_PATH.match(stem)
    rest = stem[match.end() :].lstrip("-_. ") if match else stem
    return rest or stem


def parse_span(frm: str | None, to: str | None) -> DateSpan:
    """Parse the two ends of a date range; both are inclusive and an empty one is open.

    An end is a year, a month or a day. Both ends `unknown` ask for what has no date, as the facet calls it. Raises
    UsageError for anything else, and when `frm` is later than `to`.

    >>> parse_span("2019", "2019-03")
    DateSpan(first=datetime.date(2019, 1, 1), last=datetime.date(2019, 3, 31), undated=False)
    >>> parse_span("", None), parse_span("unknown", "unknown").undated
    (DateSpan(first=None, last=None, undated=False), True)
    """
    if frm == to == _UNDATED:
        return DateSpan(undated=True)
    first, last = _end(frm, "from"), _end(to, "to")
    if first and last and first[0] > last[1]:
        raise UsageError(f"from {frm} lies after to {to}: exchange the two")
    return DateSpan(first[0] if first else None, last[1] if last else None)


def _end(typed: str | None, name: str) -> tuple[date, date] | None:
    """Return the first and the last day of a typed year, month or day.

    Raises UsageError when it is not a date.
    """
    text = (typed or "").strip().translate(_FULL_WIDTH)
    if not text:
        return None
    match = _TYPED.fullmatch(text)
    if match is None:
        raise UsageError(f"{name} “{typed}” is not a date: write 2019, 2019-03 or 2019-03-08")
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = make_day(year, month if match[2] else 1, day if match[3] else 1)
    except ValueError as problem:
        raise UsageError(f"{name} “{typed}”: {problem}") from None
    if match[3]:
        return first, first
    if match[2]:
        return first, first.replace(day=calendar.monthrange(year, month)[1])
    return first, first.replace(month=12, day=31)


def _parts(match: re.Match[str]) -> tuple[str, str, str]:
    """Return year, month and day from the alternative of the pattern that matched."""
    groups = match.groupdict()
    suffix = next(key[1:] for key in groups if key[0] == "m" and groups[key] is not None)
    return groups[f"y{suffix}"] or "0", groups[f"m{suffix}"] or "", groups[f"d{suffix}"] or ""


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
