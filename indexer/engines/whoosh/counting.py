"""Choices and facets: sets of documents narrowed by the sets that values have, and counted by value.

A segment numbers the different contents of a facet's column: codes. Few documents are counted by the code of each, many
by what they have in common with the set of each value. Documents lie by date, so years and spans of days are ranges.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from indexer.engines.facets import UNKNOWN_YEAR, choice
from indexer.engines.whoosh.arrays import numbers_in
from indexer.engines.whoosh.flat import FlatSegment
from indexer.engines.whoosh.schema import SEPARATOR
from indexer.model import FACETS, DateSpan, Facets, FacetValue, Filters

Numbers = NDArray[np.uint32]

NANOSECONDS_A_CODE = 3
"""What it takes to count a document by its code."""
_A_CONTAINER = 1 << 16
"""How many documents a roaring bitmap keeps together."""


class Chosen:
    """Some documents of one segment."""

    def __init__(self, documents: BitMap) -> None:
        self.documents = documents

    @cached_property
    def numbers(self) -> Numbers:
        """The documents, ascending."""
        return numbers_in(self.documents)


class Choices(Chosen):
    """The documents found in one segment that pass all choices of a request."""

    def __init__(self, found: BitMap, passing: Mapping[str, BitMap]) -> None:
        super().__init__(_intersected(found, passing.values()))
        self._found = found
        self._passing = passing

    def but(self, facet: str) -> Chosen:
        """The documents that pass the choices of all facets but one."""
        if facet not in self._passing:
            return self
        return Chosen(_intersected(self._found, (passing for name, passing in self._passing.items() if name != facet)))


class FacetTables:
    """The facets of one generation, counted over its segments."""

    def __init__(self, segments: Sequence[FlatSegment]) -> None:
        self._coded = {name: _CodedFacet(name, segments) for name in FACETS if name != "date"}
        self._years = _Years(segments)
        self._all: Mapping[str, _CodedFacet | _Years] = {**self._coded, "date": self._years}

    def choose(self, found: BitMap, place: int, filters: Filters) -> Choices:
        """What was found in the segment at a place, under the choices of a request."""
        passing = {
            name: facet.passing(place, chosen)
            for name, facet in self._coded.items()
            if (chosen := choice(name, filters))
        }
        if filters.dates:
            passing["date"] = self._years.within(place, filters.dates)
        return Choices(found, passing)

    def count(self, choices: Sequence[Choices], facets: Iterable[str]) -> Facets:
        """The values of some facets with their counts, each facet ignoring its own choice."""
        return {name: _counted(name, self._all[name], choices) for name in facets}


def _intersected(found: BitMap, sets: Iterable[BitMap]) -> BitMap:
    for passing in sets:
        found = found & passing
    return found


def _counted(name: str, facet: _CodedFacet | _Years, choices: Sequence[Choices]) -> tuple[FacetValue, ...]:
    """The values of a facet with hits, by count descending, then by value."""
    sums = [0] * len(facet.values)
    for place, of_segment in enumerate(choices):
        chosen = of_segment.but(name)
        if chosen.documents:
            counts = facet.count(place, chosen)
            sums = counts if len(choices) == 1 else [sum(pair) for pair in zip(sums, counts, strict=True)]
    # Values are in order, and sorting keeps them so among equal counts.
    by_count = sorted([pair for pair in zip(sums, facet.values, strict=True) if pair[0]], key=_count_of, reverse=True)
    return tuple([FacetValue(value, count) for count, value in by_count])


_count_of = itemgetter(0)


def _listed(counts: NDArray[np.intp]) -> list[int]:
    listed: list[int] = counts.tolist()
    return listed


class _CodedFacet:
    """A facet that is chosen by value. `values` are those of all segments, in order."""

    def __init__(self, name: str, segments: Sequence[FlatSegment]) -> None:
        self._name = name
        self._segments = segments
        self._codes = [segment.codes(name) for segment in segments]
        contents = [[_values(content) for content in segment.values(name)] for segment in segments]
        self.values = sorted({value for of_segment in contents for values in of_segment for value in values})
        self._numbers = {value: number for number, value in enumerate(self.values)}
        self._links = [_Links(of_segment, self._numbers) for of_segment in contents]
        self._sets = cache(self._make_sets)

    def count(self, place: int, chosen: Chosen) -> list[int]:
        """How many of some documents of the segment at a place have each of `values`."""
        links, codes = self._links[place], self._codes[place]
        if _is_quicker_by_sets(len(chosen.documents), len(codes), len(self.values)):
            return list(map(chosen.documents.intersection_cardinality, self._sets(place)))
        by_code = np.bincount(codes.take(chosen.numbers), minlength=links.contents)
        if links.are_one_to_one:
            return _listed(by_code)
        return _listed(np.bincount(links.values, by_code.take(links.codes), len(self.values)).astype(np.intp))

    def passing(self, place: int, chosen: Iterable[str]) -> BitMap:
        """The documents of the segment at a place that have any of the chosen values."""
        sets = self._sets(place)
        having = [sets[self._numbers[value]] for value in chosen if value in self._numbers]
        return having[0] if len(having) == 1 else BitMap.union(BitMap(), *having)

    def _make_sets(self, place: int) -> list[BitMap]:
        """The documents of the segment at a place that have each of `values`."""
        segment, column = self._segments[place], "place" if self._name == "locality" else self._name
        sets = dict(zip(segment.values(column), segment.value_bitmaps(column), strict=True))
        return [sets.get(value, BitMap()) for value in self.values]


class _Links:
    """Which code of a segment stands for which values: `codes[i]` for, among others, `values[i]`."""

    def __init__(self, contents: Sequence[Sequence[str]], numbers: Mapping[str, int]) -> None:
        links = [(code, numbers[value]) for code, values in enumerate(contents) for value in values]
        self.contents = len(contents)
        self.codes = np.array([code for code, _ in links], np.intp)
        self.values = np.array([value for _, value in links], np.intp)
        self.are_one_to_one = links == [(at, at) for at in range(max(len(contents), len(numbers)))]


def _values(content: str) -> tuple[str, ...]:
    """The values in a facet's column: a place with all that it lies in, a section that is not known as nothing."""
    return tuple(content.split(SEPARATOR)) if content else ()


def _is_quicker_by_sets(found: int, documents: int, values: int) -> bool:
    """Measured: an intersection takes 0.4 µs a value and 0.3 more for each container."""
    return NANOSECONDS_A_CODE * found > values * (400 + 300 * documents // _A_CONTAINER)


class _Years:
    """The facet `date`: years in order, and `unknown`. It is chosen by a span of days."""

    def __init__(self, segments: Sequence[FlatSegment]) -> None:
        self._days = [segment.days.data for segment in segments]
        years = sorted({year for days in self._days for year in _years(days)})
        self.values = [f"{year:04}" for year in years] + [UNKNOWN_YEAR]
        spans = [(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()) for year in years] + [(0, 0)]
        self._ranges = [
            np.array([_range(days, first, last) for first, last in spans], np.uint32) for days in self._days
        ]

    def count(self, place: int, chosen: Chosen) -> list[int]:
        """How many of some documents of the segment at a place have each of `values`."""
        ranges = self._ranges[place]
        if _is_quicker_by_sets(len(chosen.documents), len(self._days[place]), len(self.values)):
            return [chosen.documents.range_cardinality(first, last) for first, last in ranges.tolist()]
        before = chosen.numbers.searchsorted(ranges)
        return _listed(before[:, 1] - before[:, 0])

    def within(self, place: int, dates: DateSpan) -> BitMap:
        """The documents of the segment at a place that lie in a span of days; none without a date does."""
        first, last = (dates.first or date.min).toordinal(), (dates.last or date.max).toordinal()
        return BitMap(range(*_range(self._days[place], first, last)))


def _years(days: memoryview) -> Iterator[int]:
    at = bisect_left(days, 1)
    while at < len(days):
        year = date.fromordinal(days[at]).year
        yield year
        at = bisect_right(days, date(year, 12, 31).toordinal())


def _range(days: memoryview, first: int, last: int) -> tuple[int, int]:
    """The documents, from one up to another, that have a day from `first` to `last`."""
    start = bisect_left(days, first)
    return start, max(start, bisect_right(days, last))
