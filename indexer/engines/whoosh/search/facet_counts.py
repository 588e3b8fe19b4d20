"""Facet counts over all segments of a generation.

A document has a combination of values of a facet: several places, one kind, no section. Its column has the ordinal of
that combination. Few documents are counted by their ordinals, many by the cardinality of their intersection with the
set of each value. Documents lie by date, so years and spans of days are ranges.

Looking an ordinal up mostly misses the processor's caches, so facets with few combinations share a column of joint
ordinals, which spans all segments.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import accumulate
from math import prod

import numpy as np
from pyroaring import BitMap

from indexer.engines.facets import UNKNOWN_YEAR
from indexer.engines.whoosh.search.doc_set import DocSet
from indexer.engines.whoosh.segment.array_types import DocIds, Indices, Ordinals
from indexer.engines.whoosh.segment.arrays import narrowest
from indexer.engines.whoosh.segment.format import SEPARATOR
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.model import DateSpan

Counts = Mapping[str, Sequence[int]]
"""facet → how many documents have each of its values."""

NANOSECONDS_PER_ORDINAL = 3
"""Estimated time to count a document by its ordinal."""
_A_CONTAINER = 1 << 16
"""Documents in a container of a roaring bitmap."""
ONE_BY_ONE = 16
"""Up to this number of documents are counted one by one, without NumPy."""
_MOST_JOINT_ORDINALS = 1 << 10
"""A shared column has at most this number of joint ordinals."""


class Selection:
    """Some documents of every segment."""

    def __init__(self, sets: Sequence[DocSet], starts: Sequence[int]) -> None:
        self.sets = sets
        self.total = sum(map(len, sets))
        self._starts = starts

    @cached_property
    def doc_ids(self) -> DocIds:
        """The documents of all segments (uint32, ascending), each segment's shifted by its start."""
        if len(self.sets) < 2:
            return self.sets[0].doc_ids if self.sets else np.zeros(0, np.uint32)
        rows = zip(self.sets, self._starts, strict=False)
        return np.concatenate([chosen.doc_ids + np.uint32(start) for chosen, start in rows])


class ValueFacet:
    """A facet that is chosen by value. `values` are those of all segments, in order, as are their `combinations`."""

    def __init__(self, name: str, segments: Sequence[FlatSegment]) -> None:
        self.name = name
        self._segments = segments
        of_segments = [segment.values(name) for segment in segments]
        self.combinations = sorted({combination for combinations in of_segments for combination in combinations})
        self.values = sorted({value for combination in self.combinations for value in _values(combination)})
        self._value_ords = {value: value_ord for value_ord, value in enumerate(self.values)}
        self._sets: dict[int, list[BitMap]] = {}
        self._values_of: dict[int, tuple[int, ...]] = {}

    def ordinals(self) -> Ordinals:
        """Return the ordinal of each document's combination, segment after segment."""
        ordinals = {combination: ordinal for ordinal, combination in enumerate(self.combinations)}
        rows = []
        for segment in self._segments:
            known = np.array([ordinals[combination] for combination in segment.values(self.name)], np.int64)
            rows.append(narrowest(known).take(segment.ordinals(self.name)))
        return np.concatenate(rows)

    def value_ordinals(self) -> list[tuple[int, int]]:
        """The index of a value and the ordinal of a combination that has it: all such pairs, ascending."""
        return sorted(
            (self._value_ords[value], ordinal)
            for ordinal, combination in enumerate(self.combinations)
            for value in _values(combination)
        )

    def passing(self, segment_ord: int, chosen: Iterable[str]) -> BitMap:
        """The documents of a segment that have any of the chosen values."""
        sets = self.sets(segment_ord)
        having = [sets[self._value_ords[value]] for value in chosen if value in self._value_ords]
        return having[0] if len(having) == 1 else BitMap.union(BitMap(), *having)

    def values_of(self, ordinal: int) -> tuple[int, ...]:
        """The indices of the values in a combination."""
        found = self._values_of.get(ordinal)
        if found is None:
            found = tuple([self._value_ords[value] for value in _values(self.combinations[ordinal])])
            self._values_of[ordinal] = found
        return found

    def sets(self, segment_ord: int) -> list[BitMap]:
        """The documents of a segment that have each of `values`."""
        found = self._sets.get(segment_ord)
        if found is None:
            found = self._sets[segment_ord] = self._read_sets(segment_ord)
        return found

    def _read_sets(self, segment_ord: int) -> list[BitMap]:
        segment, column = self._segments[segment_ord], "place" if self.name == "locality" else self.name
        sets = dict(zip(segment.values(column), segment.value_bitmaps(column), strict=True))
        return [sets.get(value, BitMap()) for value in self.values]


class SharedColumn:
    """The joint ordinals of some facets in one column."""

    def __init__(self, facets: Sequence[ValueFacet]) -> None:
        self.facets = facets
        self.names = tuple(facet.name for facet in facets)
        self._joint_ordinals = joint_ordinals(facets)
        # A joint ordinal's digit for a facet has this place value.
        self._below = {facet: joint_ordinals(facets[at:]) for at, facet in enumerate(facets, start=1)}
        self._by_value: dict[str, tuple[Indices, Indices]] = {}

    def count(self, selection: Selection, names: Sequence[str]) -> Counts:
        """How many documents have each value of some of the facets."""
        facets = self.facets if len(names) == len(self.facets) else [one for one in self.facets if one.name in names]
        if selection.total <= ONE_BY_ONE:
            found = self._ordinals.take(selection.doc_ids).tolist()
            return {facet.name: self._counted_one_by_one(found, facet) for facet in facets}
        if self._is_quicker_by_sets(selection.total, sum(len(facet.values) for facet in facets)):
            return {facet.name: _by_sets(selection, facet) for facet in facets}
        by_ordinal = np.bincount(self._ordinals.take(selection.doc_ids), minlength=self._joint_ordinals)
        counts = {}
        for facet in facets:
            ordinals, starts = self._ordinals_of_values(facet)
            counts[facet.name] = np.add.reduceat(by_ordinal.take(ordinals), starts).tolist() if len(starts) else []
        return counts

    def _counted_one_by_one(self, ordinals: Sequence[int], facet: ValueFacet) -> list[int]:
        counts, below, combinations = [0] * len(facet.values), self._below[facet], len(facet.combinations)
        for ordinal in ordinals:
            for value in facet.values_of(ordinal // below % combinations):
                counts[value] += 1
        return counts

    def _is_quicker_by_sets(self, found: int, values: int) -> bool:
        """Compare the estimated times of counting by ordinals and by intersections."""
        return NANOSECONDS_PER_ORDINAL * found > values * (1000 + 1200 * len(self._ordinals) // _A_CONTAINER)

    @cached_property
    def _ordinals(self) -> Ordinals:
        """The joint ordinal of each document: the facets' ordinals are its digits, each in a base of its own."""
        joint = self.facets[0].ordinals()
        if len(self.facets) > 1:
            joint = joint.astype(np.min_scalar_type(self._joint_ordinals))
        for facet in self.facets[1:]:
            joint *= joint.dtype.type(len(facet.combinations))
            joint += facet.ordinals().astype(joint.dtype, copy=False)
        return joint

    def _ordinals_of_values(self, facet: ValueFacet) -> tuple[Indices, Indices]:
        """The joint ordinals that have a value, value by value, and where those of each value begin."""
        found = self._by_value.get(facet.name)
        if found is None:
            found = self._by_value[facet.name] = self._make_ordinals_of_values(facet)
        return found

    def _make_ordinals_of_values(self, facet: ValueFacet) -> tuple[Indices, Indices]:
        combinations = len(facet.combinations)
        digits = np.arange(self._joint_ordinals) // self._below[facet] % combinations
        by_combination = digits.argsort(kind="stable").reshape(combinations, -1)
        pairs = np.array(facet.value_ordinals(), np.intp).reshape(-1, 2)
        starts = pairs[:, 0].searchsorted(np.arange(len(facet.values)))
        return by_combination[pairs[:, 1]].ravel(), starts * by_combination.shape[1]


def joint_ordinals(facets: Iterable[ValueFacet]) -> int:
    """How many joint ordinals some facets have."""
    return prod(len(facet.combinations) for facet in facets)


def shared_columns(facets: Iterable[ValueFacet]) -> list[SharedColumn]:
    """Columns for some facets, as few as there may be."""
    groups: list[list[ValueFacet]] = []
    for facet in sorted(facets, key=lambda facet: len(facet.combinations)):
        if groups and joint_ordinals([*groups[-1], facet]) <= _MOST_JOINT_ORDINALS:
            groups[-1].append(facet)
        else:
            groups.append([facet])
    return [SharedColumn(group) for group in groups]


def _by_sets(selection: Selection, facet: ValueFacet) -> list[int]:
    counts = [0] * len(facet.values)
    for segment_ord, chosen in enumerate(selection.sets):
        if len(chosen):
            in_common = map(chosen.bitmap.intersection_cardinality, facet.sets(segment_ord))
            counts = [sum(pair) for pair in zip(counts, in_common, strict=True)]
    return counts


def _values(combination: str) -> tuple[str, ...]:
    """The values in a combination: a place with all that it lies in, a section that is not known as nothing."""
    return tuple(combination.split(SEPARATOR)) if combination else ()


class Years:
    """The facet `date`: years in order, and `unknown`. It is chosen by a span of days."""

    names = ("date",)

    def __init__(self, segments: Sequence[FlatSegment]) -> None:
        self._days = [segment.days.data for segment in segments]
        years = sorted({year for days in self._days for year in _years(days)})
        self.values = [f"{year:04}" for year in years] + [UNKNOWN_YEAR]
        starts = accumulate((len(days) for days in self._days), initial=0)
        edges = [
            start + edge
            for days, start in zip(self._days, starts, strict=False)
            for edge in (0, *(bisect_left(days, date(year, 1, 1).toordinal()) for year in years))
        ]
        self._edges = np.array([*edges, sum(map(len, self._days))], np.uint32)
        """Where documents without a date and those of each year begin, segment by segment, and the end of all."""

    def count(self, selection: Selection, _: Sequence[str]) -> Counts:
        """How many documents have each of `values`."""
        before = selection.doc_ids.searchsorted(self._edges)
        counts = (before[1:] - before[:-1]).reshape(-1, len(self.values))
        unknown, *of_years = (counts[0] if len(counts) == 1 else counts.sum(axis=0)).tolist()
        return {"date": [*of_years, unknown]}

    def within(self, segment_ord: int, dates: DateSpan) -> BitMap:
        """The documents of a segment that lie in a span of days, or those without a date."""
        if dates.undated:
            return BitMap(range(bisect_left(self._days[segment_ord], 1)))
        first, last = (dates.first or date.min).toordinal(), (dates.last or date.max).toordinal()
        return BitMap(range(*_range(self._days[segment_ord], first, last)))


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
