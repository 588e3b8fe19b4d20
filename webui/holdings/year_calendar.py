"""The calendar of a paper: which issues of a year are held, and which are missing by the paper's rhythm."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from indexer.indexing.checking.holidays import is_holiday
from indexer.model import IssueHolding

State = Literal["held", "missing", "holiday", ""]

_FEWEST = 8
"""A rhythm is read from issues only of weekdays that came so often."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a calendar and the issue of it.

    `holiday` is a day that is due but a public holiday, on which many papers don't appear.
    """

    date: date
    issue: IssueHolding | None
    state: State


@dataclass(frozen=True, slots=True)
class Month:
    """The weeks of a month from Monday to Sunday; None stands for the days of other months."""

    number: int
    weeks: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Year:
    """The months of a year from the first to the last with an issue that is held or due, and sums."""

    year: int
    months: tuple[Month, ...]
    issues: int
    articles: int
    missing: int


def rhythm_of(days: Sequence[date]) -> frozenset[int]:
    """Return the weekdays (Monday is 1) on which a paper appears, as far as its issues, oldest first, show that.

    They are those of which at least half have an issue, between the first issue and the last.

    >>> sorted(rhythm_of([date(2024, 1, 1) + timedelta(days=7 * week) for week in range(20)]))
    [1]
    """
    if not days:
        return frozenset()
    held = Counter(day.isoweekday() for day in days)
    span = (days[-1] - days[0]).days + 1
    return frozenset(day for day, count in held.items() if count >= _FEWEST and 2 * count >= span / 7)


def years_of(issues: Sequence[IssueHolding], weekdays: Collection[int]) -> tuple[Year, ...]:
    """Return the calendars of all years in which a paper has issues, newest first. Issues come oldest first."""
    held = {issue.date: issue for issue in issues if issue.date is not None}
    if not held:
        return ()
    span = min(held), max(held)
    years = sorted({day.year for day in held}, reverse=True)
    return tuple(_year(year, held, weekdays, span) for year in years)


def _year(year: int, held: Mapping[date, IssueHolding], weekdays: Collection[int], span: tuple[date, date]) -> Year:
    months = tuple(
        month for number in range(1, 13) if (month := _month(year, number, held, weekdays, span)) is not None
    )
    days = [day for month in months for week in month.weeks for day in week if day]
    issues = [day.issue for day in days if day.issue]
    missing = sum(day.state == "missing" for day in days)
    return Year(year, months, len(issues), sum(issue.articles for issue in issues), missing)


def _month(
    year: int,
    month: int,
    held: Mapping[date, IssueHolding],
    weekdays: Collection[int],
    span: tuple[date, date],
) -> Month | None:
    """Return a month, or None where no issue of it is held or due."""
    weeks = tuple(
        tuple(_day(date(year, month, day), held, weekdays, span) if day else None for day in week)
        for week in calendar.monthcalendar(year, month)
    )
    is_empty = not any(day and day.state for week in weeks for day in week)
    return None if is_empty else Month(month, weeks)


def _day(day: date, held: Mapping[date, IssueHolding], weekdays: Collection[int], span: tuple[date, date]) -> Day:
    issue = held.get(day)
    if issue:
        return Day(day, issue, "held")
    is_due = day.isoweekday() in weekdays and span[0] < day < span[1]
    return Day(day, None, ("holiday" if is_holiday(day) else "missing") if is_due else "")


def same_day(issues: Sequence[IssueHolding], month: int, day: int) -> Iterator[IssueHolding]:
    """Yield the issues of a day of the year, newest first."""
    for issue in reversed(issues):
        if issue.date and (issue.date.month, issue.date.day) == (month, day):
            yield issue


def day_after(month: int, day: int, days: int) -> tuple[int, int]:
    """Return the day of a leap year that comes a number of days after another.

    >>> day_after(12, 31, 1), day_after(3, 1, -1)
    ((1, 1), (2, 29))
    """
    found = date(2000, month, day) + timedelta(days=days)
    return found.month, found.day
