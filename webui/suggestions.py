"""Suggest other searches when a search finds nothing.

Each is counted before it is shown: only searches that find something are suggested.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from indexer.engines.base import Reader
from indexer.model import CHOICES, Answer, Everything, Filters, PaperHolding, Query, Request
from indexer.search import query_parser
from indexer.search.alternatives import alternatives, with_other_numerals
from webui.filters import shorten
from webui.i18n import Translator
from webui.links import SearchLink

_LINE_SHOWN = 60
_SHOWN = 12
_LOOKED_AT = 60
"""Searches that are counted at most, so that a page without hits is shown soon."""

_LET_GO: dict[str, dict[str, tuple[str, ...] | str]] = {
    **{name: {name: ()} for name in CHOICES},
    "dates": {"start": "", "end": ""},
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A search similar to the one that found nothing.

    `change` says what is changed (part of a key of `messages`); `count` is the number of hits, 0 before they are
    counted. `unfiltered` indicates that all filters are removed as well. `paper` is the one that "when_held" is about.
    """

    change: str
    link: SearchLink
    count: int = 0
    unfiltered: bool = False
    paper: PaperHolding | None = None

    def label(self, t: Translator) -> str:
        """Return a text that says what is changed."""
        if self.paper:
            title = self.paper.title or self.paper.paper
            return t("suggest_when_held", title=title, start=self.link.start, end=self.link.end)
        change = t(f"suggest_{self.change}", line=shorten(self.link.q, _LINE_SHOWN))
        return t("and_without_filters", change=change) if self.unfiltered else change


def held(reader: Reader, filters: Filters) -> int:
    """Return the number of articles within these filters, for any query."""
    return reader.count(Request(Everything(), filters))


def suggestions(reader: Reader, answer: Answer, link: SearchLink) -> tuple[Suggestion, ...]:
    """Return similar searches that find something, the most similar first."""
    link = link.at(1)
    if not link.is_handy:
        return ()
    return _counted(reader, link, _possible(reader, answer.query, link))


def other_numerals(reader: Reader, answer: Answer, link: SearchLink) -> tuple[Suggestion, ...]:
    """Return the search with numbers in other spellings that find something; a page with hits shows them, too."""
    link = link.at(1)
    others = (one.query for one in with_other_numerals(answer.query)) if link.is_handy else ()
    return _counted(reader, link, (Suggestion("numeral", link.asking(query_parser.render(other))) for other in others))


def _counted(reader: Reader, link: SearchLink, possible: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """Return those of possible suggestions that find something, with their counts, without the search itself."""
    found: list[Suggestion] = []
    looked_at = {link}
    for suggestion in possible:
        other = suggestion.link
        if other in looked_at or not other.is_handy:
            continue
        looked_at.add(other)
        if count := reader.count(Request(query_parser.parse(other.q), other.filters())):
            found.append(dataclasses.replace(suggestion, count=count))
        if len(found) == _SHOWN or len(looked_at) == _LOOKED_AT:
            break
    return tuple(found)


def _possible(reader: Reader, asked: Query, link: SearchLink) -> Iterator[Suggestion]:
    """Yield searches that may find something: with fewer filters, then with other queries."""
    for facet, nothing in _LET_GO.items():
        yield Suggestion(f"without_{facet}", replace(link, **nothing))
    if link.narrowed():
        yield Suggestion("without_filters", link.unfiltered())
    yield from _when_held(reader, link)
    for change, line in _alternatives(reader, asked, link.filters()):
        yield Suggestion(change, link.asking(line))
    for change, line in _alternatives(reader, asked, Filters()) if link.narrowed() else ():
        yield Suggestion(change, link.asking(line).unfiltered(), unfiltered=True)


def _alternatives(reader: Reader, asked: Query, filters: Filters) -> Iterator[tuple[str, str]]:
    def count(query: Query) -> int:
        return reader.count(Request(query, filters))

    for alternative in alternatives(reader, asked, count):
        yield alternative.change, query_parser.render(alternative.query)


def _when_held(reader: Reader, link: SearchLink) -> Iterator[Suggestion]:
    """Yield the search in each chosen paper within the span that is held of it, if all days chosen lie outside it."""
    days = link.dates()
    for paper in reader.papers() if days else ():
        if paper.paper in link.paper and paper.first and paper.last:
            is_outside = (days.last and days.last < paper.first) or (days.first and days.first > paper.last)
            if is_outside:
                within = link.within(paper.first.isoformat(), paper.last.isoformat())
                yield Suggestion("when_held", replace(within, paper=(paper.paper,)), paper=paper)
