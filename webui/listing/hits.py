"""What a list of results shows of each hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.engines.facets import quality_band
from indexer.model import AnswerHit, DocumentSummary, PartialHit, Query, SnippetPart
from indexer.search.snippets import MAX_CHARACTERS, match_counts
from indexer.text.folding import fold
from webui.filters import plain, shorten
from webui.marking import marker


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit: its passage, how many matches its article marks, and what a reader should know before trusting it."""

    document: DocumentSummary
    snippet: tuple[SnippetPart, ...]
    matches: int
    is_corrected: bool
    is_poor: bool
    missing: tuple[str, ...] = ()


def shown_hits(hits: Sequence[AnswerHit | PartialHit], query: Query) -> tuple[ShownHit, ...]:
    """Return hits as they are shown."""
    counts = match_counts([hit.document for hit in hits], query)
    return tuple(_shown(hit, query, matches) for hit, matches in zip(hits, counts, strict=True))


def _shown(hit: AnswerHit | PartialHit, query: Query, matches: int) -> ShownHit:
    article = hit.document.article
    return ShownHit(
        hit.document,
        _passage(hit, query),
        matches,
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
