"""What is asked for: files, each with the paper, the day and the page that it is said to be."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from indexer.text.dates import find_dates, make_day, read_number


@dataclass(frozen=True, slots=True)
class Wish:
    """A file that is to become a page file of the archive.

    `row` is where that was said, for messages. `paper` is a folder's name or a title, as it was given, and `title` the
    title of a paper that is new. `page` is the label, "" where the file's own name is to stay. `edition` counts those
    of a day.
    """

    row: str
    file: str
    paper: str
    day: date | None = None
    page: str = ""
    title: str = ""
    edition: int = 1


@dataclass(frozen=True, slots=True)
class Refusal:
    """What can't be done, and why: a sentence without its subject, which is the file of a row."""

    row: str
    file: str
    problem: str


def shown(file: str) -> str:
    """Return the path of a file as it can be printed: bytes that are not UTF-8 are shown as question marks."""
    return file.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


_FIRST_DAY = date(1899, 12, 30)
_FROM_1904 = timedelta(days=1462)
"""Spreadsheets count days from 1899-12-30, old ones of the Macintosh from four years later."""

SINCE_1904 = "1904+"
"""What is put before a number that counts days in a spreadsheet of the Macintosh."""

_DAY_COUNT = re.compile(r"(1904\+)?(\d{4,5})(?:\.0*)?")
_LAST_COUNT = 80_000
_YEARS = range(1800, 2200)
"""Numbers that are years and no counts of days."""

_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\.0*)?")
_WITH_TIME = re.compile(r"(\d{4}-\d\d?-\d\d?)[T ]\d\d?:[\d:.+Z-]*")


@lru_cache(1_000)
def day_in(cell: str) -> date:
    """Return the day that a cell of a table means: printed, compact, or counted by a spreadsheet.

    Raises ValueError with what is wrong.

    >>> [str(day_in(cell)) for cell in ("2019年3月8日", "二〇一九年三月八日", "20190308", "43532", "1904+42070")]
    ['2019-03-08', '2019-03-08', '2019-03-08', '2019-03-08', '2019-03-08']
    >>> day_in("2019-02-30")
    Traceback (most recent call last):
    ValueError: “2019-02-30” is not a day; write it like 2019-03-08
    """
    text = unicodedata.normalize("NFKC", cell).strip()
    try:
        if compact := _COMPACT.fullmatch(text):
            return make_day(*(int(part) for part in compact.groups()))
        count = _DAY_COUNT.fullmatch(text)
        if count and int(count[2]) not in _YEARS and int(count[2]) <= _LAST_COUNT:
            return _FIRST_DAY + timedelta(days=int(count[2])) + (_FROM_1904 if count[1] else timedelta())
        found = find_dates(_WITH_TIME.sub(r"\1", text))
    except ValueError:
        found = ()
    if len(found) != 1:
        raise ValueError(f"“{cell}” is not a day; write it like 2019-03-08")
    return found[0].day


_LABEL = re.compile(r"第?\s*([A-Za-z]{0,2})\s*0*?(\d{1,4})\s*(?:[版页頁](?:\W.*)?)?")
_HAN_LABEL = re.compile(r"第?([〇○零一二三四五六七八九十百廿卅]{1,5})[版页頁](?:\W.*)?")
_FRONT = ("头版", "頭版")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\ud800-\udfff]+')
_LONGEST_NAME = 120


@lru_cache(1_000)
def label_in(cell: str) -> str:
    """Return the label of a page as a file may be named, from what a table says.

    >>> [label_in(cell) for cell in ("A05", "第3版", "第 A05 版：要闻", "第十二版", "03", "3.0", "头版", "b2")]
    ['A05', '3', 'A05', '12', '03', '3', '1', 'B2']
    >>> label_in("第一張第二版"), label_in("../../x")
    ('第一張第二版', '-..-x')
    """
    text = re.sub(r"(?<=\d)\.0+$", "", unicodedata.normalize("NFKC", cell).strip())
    if text in _FRONT:
        return "1"
    if numbered := _LABEL.fullmatch(text):
        return numbered[1].upper() + numbered[2]
    if han := _HAN_LABEL.fullmatch(text):
        return str(read_number(han[1]))
    return safe_name(text)


def safe_name(text: str) -> str:
    """Return a name that leads nowhere else, is not hidden, and that every file system takes.

    >>> safe_name("../x"), safe_name("  .hidden "), safe_name("A/B"), safe_name("...")
    ('-x', 'hidden', 'A-B', '')
    """
    name = _UNSAFE.sub("-", text).strip().lstrip(".~@$#").rstrip(". ~")
    while len(name.encode()) > _LONGEST_NAME:
        name = name[:-1]
    return name if any(char.isalnum() for char in name) else ""
