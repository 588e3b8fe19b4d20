"""Complete a query while it is typed, with words, names and headlines of the archive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from indexer.engines.base import Reader
from indexer.model import DocumentSummary, Request
from indexer.search.query_parser import parse
from indexer.text.folding import fold

LONGEST = 64
"""Longer queries, in code points, are not completed."""

_WORDS = 5
_NAMES = 3
_HEADLINES = 3
_READ = 12  # newest articles whose bylines are read
_LAST_PART = re.compile(r"[^\s()\"“”„‟「」『』〝〞:：]*$")


class Completion(Struct, frozen=True):
    """A query that begins as what was typed, and how many articles it finds.

    `article` is the one whose headline it is, else None.
    """

    line: str
    count: int
    article: DocumentSummary | None = None


def completions(reader: Reader, typed: str) -> tuple[Completion, ...]:
    """Return queries that complete what was typed and find something: words, then names, then headlines.

    Only the last part of the query is completed, headlines complete all of it.
    """
    if len(typed) > LONGEST:
        return ()
    found: dict[str, Completion] = {}
    for line, article in _possible(reader, typed):
        if line not in found and (count := reader.count(Request(parse(line)))):
            found[line] = Completion(line, count, article)
    return tuple(found.values())


def _possible(reader: Reader, typed: str) -> Iterator[tuple[str, DocumentSummary | None]]:
    last = _LAST_PART.search(typed)
    part = last[0].removeprefix("-") if last else ""
    before, folded = typed[: len(typed) - len(part)], fold(part)
    if not folded:
        return
    is_name = before.endswith(("byline:", "byline："))
    if not is_name:
        words = (term.text for term in reader.terms_with_prefix(folded, _WORDS) if len(term.text) > 1)
        yield from ((before + word, None) for word in words)
    for name in islice(_names(reader, folded), _NAMES):
        yield before + name, None
    if not before.strip():
        for article in reader.beginning("headline", folded, _HEADLINES):
            yield article.article.headline, article


def _names(reader: Reader, folded: str) -> Iterator[str]:
    """Yield the names in bylines that begin with a folded text, each once, those of the newest articles first."""
    newest = reader.beginning("byline", folded, _READ)
    names = (one.name for document in newest for one in document.article.byline)
    yield from dict.fromkeys(name for name in names if fold(name).startswith(folded))
