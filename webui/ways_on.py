"""What to try when a search finds nothing. Only searches that do find something are proposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from indexer import query
from indexer.engines.base import Reader
from indexer.model import And, Answer, Everything, Filters, Not, Or, Phrase, Query, Request, Word
from webui.links import SearchLink

_LET_GO: dict[str, dict[str, tuple[str, ...] | str]] = {
    "paper": {"paper": ()},
    "locality": {"locality": ()},
    "section": {"section": ()},
    "kind": {"kind": ()},
    "dates": {"start": "", "end": ""},
}


@dataclass(frozen=True, slots=True)
class WayOn:
    """A search near the one that found nothing: what is changed (a key of `messages`), how much it finds."""

    change: str
    line: str
    count: int
    url: str


def held(reader: Reader, filters: Filters) -> int:
    """Return how many articles are held at all within these filters, whatever they say."""
    return reader.count(Request(Everything(), filters))


def ways_on(reader: Reader, answer: Answer, link: SearchLink) -> tuple[WayOn, ...]:
    """Return the searches near this one that find something, nearest first."""
    found = []
    for change, other in _near(answer.query, link):
        if other == link or not other.is_handy:
            continue
        count = reader.count(Request(query.parse(other.q), other.filters()))
        if count:
            found.append(WayOn(change, other.q, count, other.url()))
    return tuple(found)


def _near(asked: Query, link: SearchLink) -> Iterator[tuple[str, SearchLink]]:
    first_page = link.at(1)
    for facet, nothing in _LET_GO.items():
        yield f"without_{facet}", replace(first_page, **nothing)  # type: ignore[arg-type]
    for change, other in _looser(asked):
        yield change, replace(first_page, q=query.render(other))
    if link.narrowed():
        yield "without_filters", link.unfiltered()


def _looser(asked: Query) -> Iterator[tuple[str, Query]]:
    """Spell the query in ways that find more."""
    match asked:
        case Word(text=text, terms=terms, field=field):
            yield "as_phrase", Phrase(text, terms, field)
        case Phrase(text=text, field=None):
            yield "as_words", query.parse(text)
        case And(clauses=clauses):
            wanted = tuple(clause for clause in clauses if not isinstance(clause, Not))
            if len(wanted) > 1:
                yield "any_of", Or(wanted)
            elif len(wanted) < len(clauses):
                yield "without_not", wanted[0] if wanted else Everything()
