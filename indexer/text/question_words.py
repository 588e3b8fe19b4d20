"""Tell what a bare word of a query is about from how it asks.

People type questions without spaces: 柳溪镇什么时候通火车. They are about 柳溪镇 and 通火车; no
article that answers holds 什么时候. The words that ask and the function words are a table, data/question_words.tsv.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

from indexer.text.folding import fold
from indexer.text.tables import table_lines
from indexer.text.tokenizer import query_pieces

_MOST_JOINED = 3
"""Asking words that jieba splits are joined again from at most this number of its words."""
_EDGE_WEIGHT = 0.5
"""The weight of a bigram with one letter of an asking or function word."""
_A_NOT_A = re.compile(r"([\u4e00-\u9fff])[不没]\1")
_CACHED_TEXTS = 512


class About(NamedTuple):
    """What a bare word is about: its words, its strings, its bigrams with their weights; and how it asks, each once.

    The strings are what is left when asking words are taken out and function words trimmed off the ends. A text that is
    one word has no bigrams: it is met by that word or not at all.
    """

    words: tuple[str, ...]
    strings: tuple[str, ...]
    bigrams: tuple[tuple[str, float], ...]
    asking: tuple[str, ...] = ()


class _Word(NamedTuple):
    text: str
    start: int
    kind: str  # content, asking or function


@lru_cache(maxsize=_CACHED_TEXTS)
def about(folded: str) -> About:
    """Return what a folded text without white space is about.

    >>> about("柳溪镇什么时候通火车").strings
    ('柳溪镇', '通火车')
    >>> about("工会")
    About(words=('工会',), strings=('工会',), bigrams=(), asking=())
    """
    whole = query_pieces(folded)
    if len(whole) < 2:
        return About(tuple(word for word, _, _ in whole), (folded,), ())
    words = list(_words(folded))
    content = dict.fromkeys(word.text for word in words if word.kind == "content")
    if not content:  # 什么时候 alone is looked for itself
        content = dict.fromkeys(word for word, _, _ in whole)
    strings = dict.fromkeys(_strings(folded, words))
    asking = dict.fromkeys("".join(word.text for word in span) for span in _asking(words))
    return About(tuple(content), tuple(strings) or (folded,), tuple(_bigrams(folded, words).items()), tuple(asking))


def _words(folded: str) -> Iterator[_Word]:
    """Yield the words of a text with their kinds."""
    place = 0
    for match in _asks().finditer(folded):
        yield from _between(folded, place, match.start())
        yield _Word(match[0], match.start(), "asking")
        place = match.end()
    yield from _between(folded, place, len(folded))


def _between(folded: str, start: int, end: int) -> Iterator[_Word]:
    """Yield the words of a span without words that ask wherever they stand."""
    pieces = query_pieces(folded[start:end])
    i = 0
    while i < len(pieces):
        kind, count = _kind_of([word for word, _, _ in pieces[i : i + _MOST_JOINED]])
        for word, at, _ in pieces[i : i + count]:
            if _A_NOT_A.fullmatch(word):  # 堵不堵 asks about 堵
                yield _Word(word[0], start + at, "content")
                yield _Word(word[1:], start + at + 1, "asking")
            else:
                yield _Word(word, start + at, kind)
        i += count


def _kind_of(words: list[str]) -> tuple[str, int]:
    """Return the kind of the longest text of the table that the words begin with, and how many of them it takes."""
    for count in range(len(words), 0, -1):
        if kind := _kinds().get("".join(words[:count])):
            return kind, count
    return "content", 1


def _strings(folded: str, words: list[_Word]) -> Iterator[str]:
    """Yield the spans between asking words, without function words at their ends."""
    for asks, group in groupby(words, lambda word: word.kind == "asking"):
        span = list(group)
        meant = [i for i, word in enumerate(span) if word.kind == "content"]
        if meant and not asks:
            first, last = span[meant[0]], span[meant[-1]]
            yield folded[first.start : last.start + len(last.text)]


def _asking(words: list[_Word]) -> Iterator[list[_Word]]:
    """Yield the runs of asking words."""
    for asks, group in groupby(words, lambda word: word.kind == "asking"):
        if asks:
            yield list(group)


def _bigrams(folded: str, words: list[_Word]) -> dict[str, float]:
    """Return the weight of each bigram: less for one letter without meaning of its own, and none for two."""
    empty = [False] * len(folded)
    for word in words:
        if word.kind != "content":
            empty[word.start : word.start + len(word.text)] = [True] * len(word.text)
    weights: dict[str, float] = {}
    for i in range(len(folded) - 1):
        bigram = folded[i : i + 2]
        weight = (1.0, _EDGE_WEIGHT, 0.0)[empty[i] + empty[i + 1]]
        if weight and bigram.isalnum():
            weights[bigram] = max(weight, weights.get(bigram, 0.0))
    return weights


@cache
def _kinds() -> dict[str, str]:
    """Read the table: word → asking or function."""
    return {word: "asking" if kind == "cut" else kind for word, kind in _lines()}


@cache
def _asks() -> re.Pattern[str]:
    """Compile the words that ask wherever they stand, longer ones first."""
    always = sorted((word for word, kind in _lines() if kind == "cut"), key=len, reverse=True)
    return re.compile(f"(?:(?<![现正存还不就只所没具])[在是有])?(?:{'|'.join(always)}|(?<!任)何时|[吗呢]$|[啥咋哪])")


def _lines() -> Iterator[tuple[str, str]]:
    for line in table_lines("indexer.text", "question_words.tsv"):
        word, kind = line.split("\t")
        yield fold(word), kind
