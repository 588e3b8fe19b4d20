"""What a list of results shows of each hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.engines.base import Reader
from indexer.model import AnswerHit, DocumentSummary, PartialHit, Query, SnippetPart
from indexer.search.snippets import MAX_CHARACTERS
from indexer.text.folding import fold
from webui.filters import plain, shorten
from webui.marking import marked, marker

_POOR = 0.5
"""Texts of lower quality are marked."""


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
    return tuple(_shown(reader, hit, query) for hit in hits)


def _shown(reader: Reader, hit: AnswerHit | PartialHit, query: Query) -> ShownHit:
    document = reader.get(hit.document.id)
    article = document and document.article
    return ShownHit(
        hit.document,
        _passage(hit, query),
        matches=marked(article, query).total if article else 0,
        is_corrected=bool(article and article.corrections),
        is_poor=bool(article and article.quality is not None and article.quality < _POOR),
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
