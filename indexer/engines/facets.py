"""The facets of a document and the order of results: what all engines share beside matching and ranking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import chain

from indexer.model import DateSpan, Document, FacetValue, Filters, Order
from indexer.text.place_path import with_ancestors

UNKNOWN_YEAR = "unknown"
GOOD, FAIR = 0.9, 0.7
"""The least quality of a good and of a fair text."""


def facet_values(name: str, document: Document) -> tuple[str, ...]:
    """The values that a document has for a facet, each once; none for a section that is not known."""
    article = document.article
    match name:
        case "paper":
            return (document.paper,)
        case "locality":
            return tuple(dict.fromkeys(chain.from_iterable(map(with_ancestors, article.localities))))
        case "section":
            return (article.section,) if article.section else ()
        case "kind":
            return (article.kind,)
        case "quality":
            return quality_band(article.quality)
        case "date":
            return (year_of(article.date),)
        case _:
            raise ValueError(f"there is no facet {name!r}")


def quality_band(quality: float | None) -> tuple[str, ...]:
    """The value of the facet `quality`: how far a text can be relied on; none where that was not measured.

    In a `good` text next to nothing is in doubt, in a `fair` one up to 4 letters in 100, in a `poor` one more.

    >>> quality_band(0.97), quality_band(0.7), quality_band(0.2), quality_band(None)
    (('good',), ('fair',), ('poor',), ())
    """
    if quality is None:
        return ()
    return ("good",) if quality >= GOOD else ("fair",) if quality >= FAIR else ("poor",)


def year_of(day: date | None) -> str:
    """The value of the facet `date`: the year in four digits, or `unknown`.

    >>> year_of(date(2019, 3, 8)), year_of(None)
    ('2019', 'unknown')
    """
    return UNKNOWN_YEAR if day is None else f"{day.year:04}"


def choice(name: str, filters: Filters) -> frozenset[str]:
    """The values chosen of a facet; empty when nothing was chosen (and for `date`, which is chosen by a span)."""
    return frozenset(() if name == "date" else getattr(filters, name))


def lies_within(day: date | None, dates: DateSpan) -> bool:
    """Whether a day lies in a span, both ends included. Nobody knows that of an article without a date.

    >>> lies_within(date(2019, 3, 8), DateSpan(date(2019, 3, 8), None)), lies_within(None, DateSpan(None, date.max))
    (True, False)
    >>> lies_within(date(2019, 3, 8), DateSpan(undated=True)), lies_within(None, DateSpan(undated=True))
    (False, True)
    """
    if not dates:
        return True
    if dates.undated:
        return day is None
    return day is not None and (dates.first or date.min) <= day <= (dates.last or date.max)


def counted(counts: Mapping[str, int]) -> tuple[FacetValue, ...]:
    """Values with hits, by count descending, then by value.

    >>> [value.value for value in counted({"b": 1, "a": 1, "c": 2, "d": 0})]
    ['c', 'a', 'b']
    """
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetValue(value, count) for value, count in ordered if count)


def sort_key(sort: Order, score: float, day: int, article_id: str) -> tuple[float, int, int, str]:
    """The sort key of a hit; `day` is the ordinal of its date, 0 without one.

    `relevance`: score descending, newest first among equals; `newest` and `oldest`: by date; `indexed`: like
    `relevance`, with the time of the first indexing as the score. Then by id. An article without a date comes
    after those that are its equals otherwise.

    >>> sort_key("oldest", 0.0, 0, "a") > sort_key("oldest", 0.0, date.max.toordinal(), "b")
    True
    """
    ordered_day = day if sort == "oldest" else -day
    return (-score if sort in ("relevance", "indexed") else 0.0, int(day == 0), ordered_day, article_id)
