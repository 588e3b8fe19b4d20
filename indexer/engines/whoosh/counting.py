"""Choices and facets in one segment: documents are passed and counted by the codes that stand for their values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from indexer.engines.facets import FACETS, choice, year_of
from indexer.engines.whoosh.evaluate import Part
from indexer.engines.whoosh.schema import SEPARATOR
from indexer.model import Filters


def pass_filters(found: set[int], part: Part, filters: Filters) -> tuple[set[int], Mapping[str, set[int]]]:
    """The documents among all choices, and for each facet those among the choices of all others."""
    passed = {name: _passed(found, part, name, filters) for name in FACETS if choice(name, filters)}
    if filters.dates:
        passed["date"] = _passed_days(found, part, filters)
    by_facet = {name: found.intersection(*(passed[other] for other in passed if other != name)) for name in FACETS}
    return found.intersection(*passed.values()), by_facet


def count_values(name: str, documents: set[int], part: Part) -> Counter[str]:
    """How many of the documents have each value of a facet."""
    if name == "date":
        days = Counter(map(part.segment.numbers("day").__getitem__, documents))
        return _sum_up(days, lambda day: (year_of(date.fromordinal(day) if day else None),))
    column = part.segment.coded(name)
    codes = Counter(map(column.codes.__getitem__, documents))
    return _sum_up(codes, lambda code: _values(column.values[code]))


def _passed(found: set[int], part: Part, name: str, filters: Filters) -> set[int]:
    column = part.segment.coded(name)
    chosen = choice(name, filters)
    codes = {code for code, value in enumerate(column.values) if not chosen.isdisjoint(_values(value))}
    return {document for document in found if column.codes[document] in codes}


def _passed_days(found: set[int], part: Part, filters: Filters) -> set[int]:
    days = part.segment.numbers("day")
    first = (filters.dates.first or date.min).toordinal()
    last = (filters.dates.last or date.max).toordinal()
    return {document for document in found if first <= days[document] <= last}


def _values(text: str) -> tuple[str, ...]:
    """The values in a facet column: a place comes with all that it lies in, a section that is not known as nothing."""
    return tuple(text.split(SEPARATOR)) if text else ()


def _sum_up(numbers: Counter[int], values_of: Callable[[int], tuple[str, ...]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for number, count in numbers.items():
        for value in values_of(number):
            counts[value] += count
    return counts
