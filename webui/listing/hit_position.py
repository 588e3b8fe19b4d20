"""Where an article stands in the results that it was found by, and which hits are before and after it."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.engines.base import Reader
from indexer.errors import QueryTooBroad
from indexer.model import DocumentSummary, Request
from indexer.search import query_parser
from webui.links import SearchLink


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The hit before or after an article, and the search with the page of results that it is on."""

    document: DocumentSummary
    link: SearchLink


@dataclass(frozen=True, slots=True)
class HitPosition:
    """An article is number `number` of `total` hits; there is none before the first and none after the last."""

    number: int
    total: int
    before: Neighbour | None
    after: Neighbour | None


def hit_position(reader: Reader, link: SearchLink, article_id: str) -> HitPosition | None:
    """Return where an article stands on the page of results that a link names, or None if it isn't there."""
    if link == SearchLink() or not link.is_handy:
        return None
    usable = link.with_readable_dates()
    start = (usable.page - 1) * usable.size
    first = max(start - 1, 0)  # the hits on this page, and one before and after them
    count = start + usable.size + 1 - first
    try:
        results = reader.search(
            Request(query_parser.parse(usable.q), usable.filters(), usable.sort, first, count, facets=())
        )
    except QueryTooBroad:
        return None
    found = [hit.document for hit in results.hits]
    place = next((place for place, document in enumerate(found) if document.id == article_id), None)
    if place is None:
        return None

    def neighbour(at: int) -> Neighbour | None:
        return Neighbour(found[at], link.at((first + at) // usable.size + 1)) if 0 <= at < len(found) else None

    return HitPosition(first + place + 1, results.total, neighbour(place - 1), neighbour(place + 1))
