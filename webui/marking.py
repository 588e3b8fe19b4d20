"""Mark the matches of a query in the text of an article."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from indexer.model import Article, Everything, Field, Query, SnippetPart
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


def marker(query: Query) -> Marker:
    """Return the marker for a query; a query for everything marks nothing."""
    if isinstance(query, Everything):
        return lambda text, field: (SnippetPart(text, False),)
    return lambda text, field: snippets.mark(text, query, field)


def marked(article: Article, query: Query) -> MarkedArticle:
    """Mark and number the matches of a query in an article, in the order in which they are read."""
    mark, next_number = marker(query), 1

    def line(text: str, field: Field) -> MarkedLine:
        nonlocal next_number
        made = MarkedLine(mark(text, field), next_number)
        next_number += sum(part.is_hit for part in made.parts)
        return made

    def lines(texts: Iterator[str], field: Field) -> tuple[MarkedLine, ...]:
        return tuple(line(text, field) for text in texts)

    return MarkedArticle(
        kicker=line(article.kicker, "kicker"),
        headline=line(article.headline, "headline"),
        subtitle=line(article.subtitle, "subtitle"),
        byline=lines((person.name for person in article.byline), "byline"),
        paragraphs=lines((passage.text for passage in article.paragraphs), "paragraph"),
        captions=lines((passage.text for passage in article.captions), "caption"),
        total=next_number - 1,
    )
