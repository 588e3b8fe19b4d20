"""What a list of results shows of each hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.engines.facets import quality_band
from indexer.model import AnswerHit, DocumentSummary, PartialHit, Query, SnippetPart
from indexer.search.snippets import MAX_CHARACTERS
from indexer.text.folding import fold
from webui.filters import plain, shorten
from webui.marking import MarkedHeads, marked_heads, marker


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit: its passage, how many matches its article marks, and what a reader should know before trusting it.

    `heads` are kicker, headline and names with their matches.
    """

    document: DocumentSummary
    heads: MarkedHeads
    snippet: tuple[SnippetPart, ...]
    matches: int
    is_corrected: bool
    is_poor: bool
    missing: tuple[str, ...] = ()


def shown_hits(hits: Sequence[AnswerHit | PartialHit], query: Query) -> tuple[ShownHit, ...]:
    """Return hits as they are shown."""
    heads = marked_heads([hit.document.article for hit in hits], query)
    return tuple(_shown(hit, query, its) for hit, its in zip(hits, heads, strict=True))


def _shown(hit: AnswerHit | PartialHit, query: Query, heads: MarkedHeads) -> ShownHit:
    article = hit.document.article
    return ShownHit(
        hit.document,
        heads,
        _passage(hit, query),
        hit.matches,
        # That something is withheld is said beside the text, not in lists.
        is_corrected=any(note.field != "withhold" for note in article.corrections),
        is_poor=quality_band(article.quality) == ("poor",),
        missing=hit.missing if isinstance(hit, PartialHit) else (),
    )


def _passage(hit: AnswerHit | PartialHit, query: Query) -> tuple[SnippetPart, ...]:
    """Return the passage of a hit; where that is the headline again, the beginning of what follows it."""
    article = hit.document.article
    headline = _letters(article.headline)
    if not headline or _letters(plain(hit.snippet)) not in headline:
        return hit.snippet
    following = next((line for line in article.text.split("\n") if _letters(line) not in headline), "")
    return marker(query)(shorten(following, MAX_CHARACTERS), "paragraph") if following else ()


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))
