"""The second tier of a query: what its bare words are about, and what every article must match all the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from indexer.model import And, Everything, Or, PartialQuery, Query, Word
from indexer.search.query_parser import parse, positive_leaves
from indexer.text.question_words import about

_CACHED_QUERIES = 512
_MOST_BARE_WORDS = 32
"""Queries with more bare words are lists, not questions; the rest of their words is not ranked by."""


_GLUED = re.compile(r"(?<=[^\s(（-])[“「『]([^“「『”」』]*)[”」』]|[“「『]([^“「『”」』]*)[”」』](?=[^\s)）~])")


def partial_query_of_line(line: str) -> PartialQuery | None:
    """Return what the second tier of a query line is ranked by; None if nothing of it can be lacking.

    Chinese quotes inside a text, as headlines have them, don't make a phrase that binds here.

    >>> partial_query_of_line("广西保持“零新增”").strings
    ('广西保持零新增',)
    """
    return partial_query(parse(_GLUED.sub(r"\1\2", line)))


@lru_cache(maxsize=_CACHED_QUERIES)
def partial_query(query: Query) -> PartialQuery | None:
    """Return what the second tier of a query is ranked by; None if nothing of it can be lacking.

    >>> from indexer.search.query_parser import parse
    >>> partial_query(parse('柳溪镇什么时候通火车 -招聘'))
    PartialQuery(binding=Not(clause=Word(text='招聘', terms=('招聘',), or_phrase=False, field=None)), \
words=('柳溪镇', '通', '火车'), strings=('柳溪镇', '通火车'), bigrams=(('柳溪', 1.0), ('溪镇', 1.0), ('镇什', 0.5), \
('候通', 0.5), ('通火', 1.0), ('火车', 1.0)), asking=('什么时候',))
    """
    bare = [leaf for leaf in positive_leaves(query) if isinstance(leaf, Word) and leaf.field is None]
    parts = [about(word.text) for word in bare[:_MOST_BARE_WORDS]]
    words = _each_once(part.words for part in parts)
    strings = _each_once(part.strings for part in parts)
    bigrams = dict(chain.from_iterable(part.bigrams for part in parts))
    if len(words) < 2 and not bigrams:
        return None
    asking = _each_once(part.asking for part in parts)
    return PartialQuery(_binding(query), words, strings, tuple(bigrams.items()), asking)


def _each_once(texts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(texts)))


def _binding(query: Query) -> Query:
    """Return a query without its bare words."""
    match query:
        case Word(field=None):
            return Everything()
        case And(clauses):
            bound = tuple(one for one in map(_binding, clauses) if one != Everything())
            return And(bound) if len(bound) > 1 else bound[0] if bound else Everything()
        case Or(clauses):
            bound = tuple(map(_binding, clauses))
            return Everything() if Everything() in bound else Or(bound)
        case _:
            return query
