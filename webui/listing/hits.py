"""What a list of results shows of each hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.engines.base import Reader
from indexer.engines.facets import quality_band
from indexer.model import AnswerHit, Article, DocumentSummary, PartialHit, Query, SnippetPart
from indexer.search.snippets import MAX_CHARACTERS
from indexer.text.folding import fold
from webui.filters import plain, shorten
from webui.marking import marker, match_counts


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit: its passage, how many matches its article marks, and what a reader should know before trusting it."""

    document: DocumentSummary
    snippet: tuple[SnippetPart, ...]
    matches: int
    is_corrected: bool
    is_poor: bool
    missing: tuple[str, ...] = ()


def shown_hits(reader: Reader, hits: Sequence[AnswerHit | PartialHit], query: Query) -> tuple[ShownHit, ...]:
    """Return hits as they are shown."""
    documents = [reader.get(hit.document.id) for hit in hits]
    counts = iter(match_counts([one.article for one in documents if one], query))
    return tuple(
        _shown(hit, query, document.article if document else None, next(counts) if document else 0)
        for hit, document in zip(hits, documents, strict=True)
    )


def _shown(hit: AnswerHit | PartialHit, query: Query, article: Article | None, matches: int) -> ShownHit:
    return ShownHit(
        hit.document,
        _passage(hit, query),
        matches,
        # That something is withheld is said beside the text, not in lists.
        is_corrected=bool(article and any(note.field != "withhold" for note in article.corrections)),
        is_poor=bool(article and quality_band(article.quality) == ("poor",)),
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
