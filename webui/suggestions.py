"""Suggest other searches when a search finds nothing.

Only searches that find something are suggested.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from indexer.engines.base import Reader
from indexer.model import CHOICES, And, Answer, Everything, Filters, Not, Or, Phrase, Query, Request, Word
from indexer.search import query_parser
from webui.filters import shorten
from webui.i18n import Translator
from webui.links import SearchLink

_LINE_SHOWN = 60

_LET_GO: dict[str, dict[str, tuple[str, ...] | str]] = {
    **{name: {name: ()} for name in CHOICES},
    "dates": {"start": "", "end": ""},
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A search similar to the one that found nothing.

    `change` says what is changed (part of a key of `messages`); `count` is the number of hits. `unfiltered` indicates
    that all filters are removed as well.
    """

    change: str
    link: SearchLink
    count: int
    unfiltered: bool = False

    def label(self, t: Translator) -> str:
        """Return a text that says what is changed."""
        change = t(f"suggest_{self.change}", line=shorten(self.link.q, _LINE_SHOWN))
        return t("and_without_filters", change=change) if self.unfiltered else change


def held(reader: Reader, filters: Filters) -> int:
    """Return the number of articles within these filters, for any query."""
    return reader.count(Request(Everything(), filters))


def suggestions(reader: Reader, answer: Answer, link: SearchLink) -> tuple[Suggestion, ...]:
    """Return similar searches that find something, the most similar first."""
    found: dict[SearchLink, Suggestion] = {}
    for change, other, unfiltered in _variants(answer.query, link.at(1)):
        if other != link.at(1) and other not in found and other.is_handy:
            count = reader.count(Request(query_parser.parse(other.q), other.filters()))
            found[other] = Suggestion(change, other, count, unfiltered)
    return tuple(suggestion for suggestion in found.values() if suggestion.count)


def _variants(asked: Query, link: SearchLink) -> Iterator[tuple[str, SearchLink, bool]]:
    for facet, nothing in _LET_GO.items():
        yield f"without_{facet}", replace(link, **nothing), False  # type: ignore[arg-type]
    looser = [(change, link.asking(query_parser.render(other))) for change, other in _looser(asked)]
    for change, other in looser:
        yield change, other, False
    if link.narrowed():
        yield "without_filters", link.unfiltered(), False
        for change, other in looser:
            yield change, other.unfiltered(), True


def _looser(asked: Query) -> Iterator[tuple[str, Query]]:
    """Yield looser forms of the query, with the kind of change."""
    match asked:
        case Word(text=text, terms=terms, field=field):
            yield "as_phrase", Phrase(text, terms, field)
        case Phrase(text=text, field=None):
            yield "as_words", query_parser.parse(text)
        case And(clauses=clauses):
            wanted = tuple(clause for clause in clauses if not isinstance(clause, Not))
            if len(wanted) > 1:
                yield "any_of", Or(wanted)
            elif len(wanted) < len(clauses):
                yield "without_not", wanted[0] if wanted else Everything()
