"""Evidence against a page's date from its datelines (新华社北京6月17日电, 本报讯（记者 张三）6月17日，…).

A paper cannot report tomorrow. But one dateline may be about a plan or be misread, and the year is not printed. So
datelines are weak evidence, and only against a date: where most of a page's datelines, and at least two, name a later
day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from indexer.model import Evidence
from indexer.text.dates import make_day

_DATELINE = re.compile(
    r"(?:新华社|中新社|本报)[^，。；：\d\n]{0,16}(?P<m1>\d{1,2})月(?P<d1>\d{1,2})日(?:专?电|讯)"
    r"|本报讯[ \u3000]{0,4}(?:[（(][^）)\n]{0,40}[）)])?[ \u3000]{0,4}"
    r"(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日(?:上午|下午|晚|凌晨)?[，,]"
)
_FEWEST = 2
_NEAR = 60
"""Days. A day further ahead than this, printed without its year, is more likely from last year."""


def later_than(day: date, text: str) -> Evidence | None:
    """Return evidence against `day` as the page's date from the datelines in `text`, if any.

    >>> told = "新华社北京6月20日电 今天……\\n本报讯（记者 张三）6月19日，市总工会……"
    >>> later_than(date(2021, 6, 18), told).value, later_than(date(2021, 6, 20), told)
    ('2021-06-20', None)
    """
    named = list(_days(text, day))
    later = [(other, quote) for other, quote in named if other > day]
    if len(later) < _FEWEST or 2 * len(later) <= len(named):
        return None
    last, quote = max(later)
    return Evidence("date conflict", last.isoformat(), "datelines", quote)


def _days(text: str, day: date) -> Iterator[tuple[date, str]]:
    """Yield each day that a dateline names and its text, in the year nearest to `day`, if it is near enough."""
    for found in _DATELINE.finditer(text):
        month, number = int(found["m1"] or found["m2"]), int(found["d1"] or found["d2"])
        for year in (day.year - 1, day.year, day.year + 1):
            try:
                named = make_day(year, month, number)
            except ValueError:
                continue
            if abs((named - day).days) <= _NEAR:
                yield named, found[0]
                break
