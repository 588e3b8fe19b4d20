"""Mark the matches of a query in the text of an article."""

from __future__ import annotations

from collections.abc import Callable

from indexer.model import Field, SnippetPart
from indexer.search import query_parser, snippets

Marker = Callable[[str, Field], tuple[SnippetPart, ...]]
"""Splits the text of a field into parts that match and parts that do not."""


def marker(line: str) -> Marker:
    """Return the marker for a query; an empty query marks nothing."""
    if not line:
        return lambda text, field: (SnippetPart(text, False),)
    asked = query_parser.parse(line)
    return lambda text, field: snippets.mark(text, asked, field)
