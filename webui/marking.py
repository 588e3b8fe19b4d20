"""Mark the matches of a query in the text of an article."""

from __future__ import annotations

from collections.abc import Callable

from indexer.model import Everything, Field, Query, SnippetPart
from indexer.search import snippets

Marker = Callable[[str, Field], tuple[SnippetPart, ...]]
"""Splits the text of a field into parts that match and parts that do not."""


def marker(query: Query) -> Marker:
    """Return the marker for a query; a query for everything marks nothing."""
    if isinstance(query, Everything):
        return lambda text, field: (SnippetPart(text, False),)
    return lambda text, field: snippets.mark(text, query, field)
