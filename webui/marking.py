"""Marking what a query line matches in a text that is shown."""

from __future__ import annotations

from collections.abc import Callable

from indexer import query, snippets
from indexer.model import SnippetPart


def marker(line: str) -> Callable[[str], tuple[SnippetPart, ...]]:
    """Return what splits a text into parts, hits apart; without a query line nothing is a hit."""
    if not line:
        return lambda text: (SnippetPart(text, False),)
    asked = query.parse(line)
    return lambda text: snippets.mark(text, asked)
