"""Choices and facets: sets of documents narrowed by the sets that values have, and counted by value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate, compress, starmap
from operator import itemgetter

from pyroaring import BitMap

from indexer.engines.facets import choice
from indexer.engines.whoosh.search.cache import BoundedCache
from indexer.engines.whoosh.search.doc_set import DocSet
from indexer.engines.whoosh.search.facet_counts import (
    Counts,
    Selection,
    SharedColumn,
    ValueFacet,
    Years,
    shared_columns,
)
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.model import FACETS, Facets, FacetValue, Filters

_CACHED_CHOICES = 32
"""A search, its exact count and further pages use the same; each takes at most a bit for each article."""
_CACHED_COLUMNS = 4
"""A column takes a byte or two for each document."""


class Choices:
    """The documents found in one segment that pass all choices of a request."""

    def __init__(self, found: DocSet, passing: Mapping[str, BitMap]) -> None:
        self.facets = passing.keys()
        """Those of which something was chosen."""
        self.documents = _intersected(found, passing.values())
        self._found = found
        self._passing = passing

    def but(self, facet: str) -> DocSet:
        """The documents that pass the choices of all facets but one."""
        return _intersected(self._found, [passing for name, passing in self._passing.items() if name != facet])


class FacetTables:
    """The facets of one generation, counted over its segments."""

    def __init__(self, segments: Sequence[FlatSegment]) -> None:
        self._value_facets = {name: ValueFacet(name, segments) for name in FACETS if name != "date"}
        self._years = Years(segments)
        self._values = {
            "date": self._years.values,
            **{name: facet.values for name, facet in self._value_facets.items()},
        }
        self._starts = list(accumulate((segment.doc_count for segment in segments), initial=0))
        self._columns = BoundedCache[tuple[str, ...], Sequence[SharedColumn | Years]](_CACHED_COLUMNS)
        self._chosen = BoundedCache[tuple[int, Filters], Mapping[str, BitMap]](_CACHED_CHOICES)

    def choose(self, found: DocSet, segment_ord: int, filters: Filters) -> Choices:
        """What was found in a segment, under the choices of a request."""
        return Choices(found, self._choose(segment_ord, filters))

    def passing(self, segment_ord: int, filters: Filters) -> BitMap:
        """The documents of a segment that pass all choices, of which there are some."""
        return BitMap.intersection(*self._choose(segment_ord, filters).values())

    def count(self, choices: Sequence[Choices], facets: Sequence[str]) -> Facets:
        """The values of some facets with their counts, each facet ignoring its own choice."""
        found = self._select([one.documents for one in choices])
        chosen = choices[0].facets if choices else ()
        counts: dict[str, Sequence[int]] = {}
        for column in self._columns_of(tuple(facets)):
            if plain := [name for name in column.names if name not in chosen]:
                counts |= self._counted(column, found, plain)
            for name in column.names:
                if name in chosen:
                    counts |= self._counted(column, self._select([one.but(name) for one in choices]), [name])
        return {name: _listed(self._values[name], counts[name]) for name in facets}

    def _counted(self, column: SharedColumn | Years, selection: Selection, names: Sequence[str]) -> Counts:
        if selection.total:
            return column.count(selection, names)
        return {name: [0] * len(self._values[name]) for name in names}

    def _choose(self, segment_ord: int, filters: Filters) -> Mapping[str, BitMap]:
        """The documents of a segment that pass each of the choices."""
        return self._chosen.get_or_make((segment_ord, filters), lambda: self._find_chosen(segment_ord, filters))

    def _find_chosen(self, segment_ord: int, filters: Filters) -> Mapping[str, BitMap]:
        sets = {
            name: facet.passing(segment_ord, chosen)
            for name, facet in self._value_facets.items()
            if (chosen := choice(name, filters))
        }
        if filters.dates:
            sets["date"] = self._years.within(segment_ord, filters.dates)
        return sets

    def _select(self, sets: Sequence[DocSet]) -> Selection:
        return Selection(sets, self._starts)

    def _columns_of(self, facets: tuple[str, ...]) -> Sequence[SharedColumn | Years]:
        return self._columns.get_or_make(facets, lambda: self._make_columns(facets))

    def _make_columns(self, facets: Sequence[str]) -> Sequence[SharedColumn | Years]:
        coded = shared_columns([self._value_facets[name] for name in facets if name != "date"])
        return [*coded, self._years] if "date" in facets else coded


def _intersected(found: DocSet, sets: Collection[BitMap]) -> DocSet:
    if not sets or not len(found):
        return found
    bitmap = found.bitmap
    for passing in sets:
        bitmap = bitmap & passing
    return DocSet(bitmap)


def _listed(values: Sequence[str], counts: Sequence[int]) -> tuple[FacetValue, ...]:
    """The values of a facet with hits, by count descending, then by value."""
    with_hits = compress(zip(values, counts, strict=True), counts)
    # Values are in order, and sorting keeps them so among equal counts.
    by_count = sorted(with_hits, key=_count_of, reverse=True)
    return tuple(starmap(FacetValue, by_count))


_count_of = itemgetter(1)
