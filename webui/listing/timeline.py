"""The chart of time above the results: how many hits each year, month or day has, and of how many articles held."""

from __future__ import annotations

import calendar
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from msgspec.structs import replace

from indexer.engines.base import Reader
from indexer.engines.facets import UNKNOWN_YEAR
from indexer.model import Answer, DateSpan, Everything, FacetValue, Query, Request
from webui.links import SearchLink

Unit = Literal["decade", "year", "month", "day"]

_MOST_YEARS = 30
"""More years than these are shown by decades."""
_HEIGHT = 100


@dataclass(frozen=True, slots=True)
class Period:
    """A bar of the chart. `start` and `end` are the values of `from` and `to` that choose it.

    `height` is out of 100: the count beside the largest. `held` are the articles that the filters leave of this period.
    """

    start: str
    end: str
    count: int
    held: int
    height: int
    is_chosen: bool
    url: str

    @property
    def share(self) -> int:
        """The hits of a hundred articles that are held of this period, rounded."""
        return round(100 * self.count / self.held) if self.held else 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """The bars, oldest first, and the way out: `within` names the year or month shown, "" where all years are.

    `undated` counts the hits without a date, which are in none of the bars; None where there are none.
    """

    unit: Unit
    periods: tuple[Period, ...]
    within: str
    wider_url: str
    undated: Undated | None = None


@dataclass(frozen=True, slots=True)
class Undated:
    """The hits without a date. `url` chooses them, or lets them go."""

    count: int
    url: str
    is_chosen: bool


Spans = Sequence[tuple[str, str]]
Count = Callable[[str, str], tuple[int, int]]
"""Returns the hits of a span and the articles held in it."""


def timeline(reader: Reader, answer: Answer, link: SearchLink) -> Timeline | None:
    """Return the chart of an answer; None where it would say nothing, or the query is too long for links.

    It shows the days of a month, the months of a year, or the years, by decades where they are many.
    """
    if not link.is_handy:
        return None
    span = link.dates()
    if span.first and span.last and span.first.year == span.last.year:
        year, month = span.first.year, span.first.month
        count = _counter(reader, answer.query, answer)
        if month == span.last.month:
            days = [f"{year:04}-{month:02}-{day:02}" for day in range(1, calendar.monthrange(year, month)[1] + 1)]
            return _made("day", [(day, day) for day in days], count, link, f"{year:04}-{month:02}", f"{year:04}")
        months = [f"{year:04}-{month:02}" for month in range(1, 13)]
        return _made("month", [(month, month) for month in months], count, link, f"{year:04}", "")
    values = answer.facets.get("date", ())
    counts, undated = _by_year(values), _undated(values, link)
    if len(counts) + bool(undated) < 2 or not counts:
        return None
    everything = Request(Everything(), replace(answer.filters, dates=DateSpan()), size=0, facets=("date",))
    held = _by_year(reader.search(everything).facets.get("date", ()))
    first, last = min(counts), max(counts)
    unit: Unit = "year" if last - first < _MOST_YEARS else "decade"
    step = 1 if unit == "year" else 10
    spans = [(f"{one:04}", f"{one + step - 1:04}") for one in range(first // step * step, last + 1, step)]

    def count_years(start: str, end: str) -> tuple[int, int]:
        years = range(int(start), int(end) + 1)
        return sum(counts.get(year, 0) for year in years), sum(held.get(year, 0) for year in years)

    made = _made(unit, spans, count_years, link, "", "")
    return made and dataclasses.replace(made, undated=undated)


def _counter(reader: Reader, query: Query, answer: Answer) -> Count:
    def count(start: str, end: str) -> tuple[int, int]:
        filters = replace(answer.filters, dates=SearchLink(start=start, end=end).dates())
        held = reader.count(Request(Everything(), filters))
        return reader.count(Request(query, filters)) if held else 0, held

    return count


def _by_year(values: Sequence[FacetValue]) -> Mapping[int, int]:
    return {int(value.value): value.count for value in values if value.value.isdecimal()}


def _undated(values: Sequence[FacetValue], link: SearchLink) -> Undated | None:
    count = next((value.count for value in values if value.value == UNKNOWN_YEAR), 0)
    is_chosen = link.start == link.end == UNKNOWN_YEAR
    return Undated(count, link.toggle_year(UNKNOWN_YEAR).url(), is_chosen) if count else None


def _made(unit: Unit, spans: Spans, count: Count, link: SearchLink, within: str, wider: str) -> Timeline | None:
    counted = [(span, *count(*span)) for span in spans]
    most = max(hits for _, hits, _ in counted)
    if not most:
        return None
    everywhere, chosen = link.within("", "").url(), link.dates()
    periods = tuple(
        Period(
            start=start,
            end=end,
            count=hits,
            held=held,
            # What is there at all is seen.
            height=max(round(_HEIGHT * hits / most), 2) if hits else 0,
            is_chosen=bool(chosen) and _is_chosen(link, chosen, start, end, within),
            url=everywhere if (start, end) == (link.start, link.end) else link.within(start, end).url(),
        )
        for (start, end), hits, held in counted
    )
    return Timeline(unit, periods, within, link.within(wider, wider).url() if within else "")


def _is_chosen(link: SearchLink, chosen: DateSpan, start: str, end: str, within: str) -> bool:
    """Return whether a period has days of the chosen span, unless that is all of what is shown."""
    period = SearchLink(start=start, end=end).dates()
    if chosen.undated or (link.start, link.end) == (within, within):
        return False
    return (period.first or date.min) <= (chosen.last or date.max) and (chosen.first or date.min) <= (
        period.last or date.max
    )
