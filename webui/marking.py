"""Mark the matches of a query in the text of an article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indexer.model import Article, ArticleSummary, Everything, Field, Query, SnippetPart
from indexer.search import snippets

Marker = Callable[[str, Field], tuple[SnippetPart, ...]]
"""Splits the text of a field into parts that match and parts that do not."""


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line of an article; `first` is the number of its first match among all of the article, counted from 1."""

    parts: tuple[SnippetPart, ...]
    first: int = 1


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """The lines of an article with their matches numbered from top to bottom, and how many there are."""

    kicker: MarkedLine
    headline: MarkedLine
    subtitle: MarkedLine
    byline: tuple[MarkedLine, ...]
    paragraphs: tuple[MarkedLine, ...]
    captions: tuple[MarkedLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class MarkedHeads:
    """What stands above an article in a list, split into parts that match and parts that do not."""

    kicker: tuple[SnippetPart, ...]
    headline: tuple[SnippetPart, ...]
    byline: tuple[tuple[SnippetPart, ...], ...]


def marked_heads(articles: Sequence[ArticleSummary], query: Query) -> list[MarkedHeads]:
    """Mark the matches of a query in what stands above several articles."""
    kickers = _mark_all([article.kicker for article in articles], query, "kicker")
    headlines = _mark_all([article.headline for article in articles], query, "headline")
    names = iter(_mark_all([person.name for article in articles for person in article.byline], query, "byline"))
    return [
        MarkedHeads(kicker, headline, tuple(next(names) for _ in article.byline))
        for article, kicker, headline in zip(articles, kickers, headlines, strict=True)
    ]


def marker(query: Query) -> Marker:
    """Return the marker for a query; a query for everything marks nothing."""
    if isinstance(query, Everything):
        return lambda text, field: (SnippetPart(text, False),)
    return lambda text, field: snippets.mark(text, query, field)


def marked(article: Article, query: Query) -> MarkedArticle:
    """Mark and number the matches of a query in an article, in the order in which they are read."""
    next_number = 1

    def lines(texts: Sequence[str], field: Field) -> tuple[MarkedLine, ...]:
        nonlocal next_number
        made = []
        for parts in _mark_all(texts, query, field):
            made.append(MarkedLine(parts, next_number))
            next_number += sum(part.is_hit for part in parts)
        return tuple(made)

    kicker, headline, subtitle, byline, paragraphs, captions = (
        lines(texts, field) for field, texts in _fields(article).items()
    )
    return MarkedArticle(kicker[0], headline[0], subtitle[0], byline, paragraphs, captions, total=next_number - 1)


def _fields(article: Article) -> dict[Field, Sequence[str]]:
    """Return the lines of an article by field, from top to bottom."""
    return {
        "kicker": [article.kicker],
        "headline": [article.headline],
        "subtitle": [article.subtitle],
        "byline": [person.name for person in article.byline],
        "paragraph": [passage.text for passage in article.paragraphs],
        "caption": [passage.text for passage in article.captions],
    }


def _mark_all(texts: Sequence[str], query: Query, field: Field) -> Sequence[tuple[SnippetPart, ...]]:
    if isinstance(query, Everything) or not any(texts):
        return [(SnippetPart(text, False),) for text in texts]
    return snippets.mark_all(texts, query, field)
