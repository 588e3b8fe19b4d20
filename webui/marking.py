"""Marking what a query line matches in what is shown of an article."""

from __future__ import annotations

from collections.abc import Callable

from indexer.model import Field, SnippetPart
from indexer.search import query_parser, snippets

Marker = Callable[[str, Field], tuple[SnippetPart, ...]]
"""Splits a text, which is this part of an article, into what matches and what doesn't."""


def marker(line: str) -> Marker:
    """Return what marks the matches of a query line; without a line nothing is one."""
    if not line:
        return lambda text, field: (SnippetPart(text, False),)
    asked = query_parser.parse(line)
    return lambda text, field: snippets.mark(text, asked, field)
