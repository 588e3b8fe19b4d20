"""Which issues and pages of a paper are missing, by the rhythm in its paper.toml and by what is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import cast

from indexer.indexing.checking.findings import Finding
from indexer.indexing.checking.holidays import is_holiday
from indexer.model import Paper

_LABEL = re.compile(r"([A-Za-z]*)0*(\d+)(?:\s*[-–—~、,]\s*\1?0*(\d+))?")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOST_NAMED = 6
_MOST_PAGES = 200
"""A label with a greater number is not that of a page."""


@dataclass(slots=True)
class IssuesOfPaper:
    """The issues that there are of a paper: labels of pages by day, and the numbers that some issues print."""

    labels: dict[date, set[str]] = field(default_factory=dict)
    numbers: dict[date, int] = field(default_factory=dict)


def findings_on_gaps(paper: Paper, issues: IssuesOfPaper) -> Iterator[Finding]:
    """Yield what is missing between the first and the last issue of a paper."""
    days = sorted(issues.labels)
    weekdays = frozenset(cast("Sequence[int]", paper.rhythm.get("weekdays", ())))
    if weekdays:
        for before, after in pairwise(days):
            yield from _gap(paper.name, _expected(before, after, weekdays), issues, before, after)
        yield from _on_other_days(paper.name, [day for day in days if day.isoweekday() not in weekdays])
    yield from _missing_pages(paper, issues.labels)


def _expected(before: date, after: date, weekdays: frozenset[int]) -> list[date]:
    """The days of a paper's rhythm between two of its issues."""
    between = (before + timedelta(days=at) for at in range(1, (after - before).days))
    return [day for day in between if day.isoweekday() in weekdays]


def _gap(paper: str, missing: list[date], issues: IssuesOfPaper, before: date, after: date) -> Iterator[Finding]:
    """Yield the finding on the days without an issue between two issues."""
    if not missing:
        return
    numbers = issues.numbers.get(before, 0), issues.numbers.get(after, 0)
    holidays = sum(map(is_holiday, missing))
    text = _no_issue(missing)
    if numbers[0] and numbers[1] == numbers[0] + 1:
        text += f", but those of {before} and {after} are numbered {numbers[0]} and {numbers[1]}: it did not appear"
        yield Finding.of("issue skipped", paper, text)
    elif holidays == len(missing):
        yield Finding.of("issue skipped", paper, f"{text}, a public holiday")
    else:
        free = f", {holidays} of these on public holidays" if holidays else ""
        yield Finding.of("issue missing", paper, f"{text}{free}; put what there is into the archive")


def _no_issue(days: Sequence[date]) -> str:
    """Say that issues are missing.

    >>> _no_issue([date(2024, 1, 8)])
    'no issue of 2024-01-08 (Monday)'
    >>> _no_issue([date(2024, 1, 8), date(2024, 1, 9), date(2024, 1, 10)])
    'no issue from 2024-01-08 to 2024-01-10, 3 days'
    """
    if len(days) == 1:
        return f"no issue of {days[0]} ({_WEEKDAYS[days[0].weekday()]})"
    return f"no issue from {days[0]} to {days[-1]}, {len(days)} days"


def _on_other_days(paper: str, days: Sequence[date]) -> Iterator[Finding]:
    for weekday in sorted({day.isoweekday() for day in days}):
        its = [day.isoformat() for day in days if day.isoweekday() == weekday]
        named = ", ".join(its[:_MOST_NAMED]) + (" …" if len(its) > _MOST_NAMED else "")
        issues = "an issue" if len(its) == 1 else f"{len(its)} issues"
        text = f"{issues} of a {_WEEKDAYS[weekday - 1]}, which is none of its weekdays ({named})"
        yield Finding.of("day unexpected", paper, f"{text}; correct the date, or the rhythm in paper.toml")


def _missing_pages(paper: Paper, labels: Mapping[date, set[str]]) -> Iterator[Finding]:
    wanted = cast(int, paper.rhythm.get("pages", 0))
    found = [(day, _missing(labels[day], wanted)) for day in sorted(labels)]
    for missing, group in groupby(found, lambda one: one[1]):
        days = [day for day, _ in group]
        if missing:
            issues = (
                f"in the issue of {days[0]}" if len(days) == 1 else f"in {len(days)} issues, {days[0]} to {days[-1]}"
            )
            verb = "is" if missing.startswith("page ") else "are"
            text = f"{missing} {verb} missing {issues}"
            yield Finding(paper.name, text, "pages missing", "problem" if wanted else "remark")


def _missing(labels: Iterable[str], wanted: int) -> str:
    """Say which pages of an issue are missing, given the labels that there are; "" if none.

    >>> _missing({"01", "02", "04"}, 0), _missing({"1", "2"}, 8), _missing({"A01", "A02", "B02"}, 4)
    ('page 3', 'pages 3–8', 'page B1')
    >>> _missing({"01", "special"}, 1), _missing({"2-3", "1", "4"}, 4)
    ('', '')
    """
    sheets: dict[str, set[int]] = {}
    for label in labels:
        match = _LABEL.fullmatch(label.strip())
        if match and int(match[3] or match[2]) <= _MOST_PAGES:
            numbers = range(int(match[2]), int(match[3] or match[2]) + 1)
            sheets.setdefault(match[1].upper(), set()).update(numbers)
    if set(sheets) == {""}:
        sheets[""].add(wanted + 1)  # behind the last one that is wanted
    missing = [
        f"{sheet}{first}" if first == last else f"{sheet}{first}–{sheet}{last}"
        for sheet, numbers in sorted(sheets.items())
        for first, last in _runs(sorted(set(range(1, max(numbers))) - numbers))
    ]
    if not missing:
        return ""
    return f"{'page' if len(missing) == 1 and '–' not in missing[0] else 'pages'} {', '.join(missing)}"


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of numbers that follow each other.

    >>> list(_runs([1, 2, 3, 7, 9, 10]))
    [(1, 3), (7, 7), (9, 10)]
    """
    for _, run in groupby(enumerate(numbers), lambda one: one[1] - one[0]):
        its = [number for _, number in run]
        yield its[0], its[-1]
