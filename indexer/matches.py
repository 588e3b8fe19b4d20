"""Where a query stands in texts: what made them match, and nothing else.

A word is marked only where it is a word (市长 is not marked in 南京市长江大桥), a phrase wherever it stands, neighbours
only where they are near enough, and nothing that is ruled out.

The letters of a word are soon found, but whether they are a word there only cutting tells, which is slow. So what is
found are hopes, and those that matter are confirmed, clause by clause. Where an article has the letters as often as the
index counted the word in it, nothing needs to be cut: every one of them is the word.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from indexer.folding import fold_with_places
from indexer.model import Field, Near, Phrase, Prefix, Query, Span, Word
from indexer.query import positive_leaves
from indexer.quick_folding import SEPARATOR, Folded
from indexer.tokens import pieces

Match = tuple[int, int, str, bool]
"""A place in the original text, [start, end), what of the query it answers, and whether that is only a hope.

(Many are made for each page, and a plain tuple costs a fifth of a named one.)
"""

_Word = tuple[int, int, str]
"""A word, and where it stands in the original text."""

_BREAK = re.compile(r"[，。；：？！、\s]")
"""No word reaches over any of these."""
_KEPT_QUERIES = 256


class Asked(NamedTuple):
    """What a query asks for in a field: whole words, beginnings of words, texts letter by letter, and neighbours.

    A match answers a word, a text or one text of neighbours by being it, the beginning of a word by it and `*`.
    `letters` are those of all of them.
    """

    words: tuple[str, ...]
    prefixes: tuple[str, ...]
    texts: tuple[str, ...]
    nears: tuple[Near, ...]
    letters: frozenset[str]


@lru_cache(maxsize=_KEPT_QUERIES)
def asked(query: Query, field: Field) -> Asked:
    """What of a query may be answered by the text of a field."""
    words: list[str] = []
    prefixes: list[str] = []
    texts: list[str] = []
    nears: list[Near] = []
    for leaf in positive_leaves(query):
        match leaf:
            case Near():
                nears.append(leaf)
            case _ if leaf.field not in (None, field):
                continue
            case Word(field="byline") | Prefix(field="byline") | Phrase():
                texts.append(leaf.text)
            case Prefix():
                prefixes.append(leaf.text)
            case Word():
                words += leaf.terms
                texts += [leaf.text] if leaf.or_phrase else []
    # Letters that are marked wherever they stand need not be a word.
    words = [word for word in words if word not in texts]
    letters = frozenset("".join([*words, *prefixes, *texts, *chain.from_iterable(near.texts for near in nears)]))
    return Asked(_each_once(words), _each_once(prefixes), _each_once(texts), tuple(nears), letters)


def _each_once(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def certain(folded: Folded, sought: Asked) -> list[Match]:
    """What is looked for letter by letter, wherever it stands; not in order."""
    found = [match for text in sought.texts for match in _matches(folded, text, text, False)]
    places = folded.places
    for near in sought.nears:
        for start, end, text in _neighbours(folded.folded, near):
            found.append((places[start], places[end - 1] + 1, text, False))
    return found


def hopes(folded: Folded, sought: Asked) -> dict[str, list[Match]]:
    """Where the letters of each word and of each beginning of a word stand, by what they may answer."""
    sought_letters = [(word, word) for word in sought.words] + [(prefix, f"{prefix}*") for prefix in sought.prefixes]
    return {answers: _matches(folded, letters, answers, True) for letters, answers in sought_letters}


class Cutting:
    """Tells words from hopes by cutting the clauses that they stand in, each once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._clauses: dict[int, list[_Word]] = {}
        # Where the clauses of a passage begin, and one after its end.
        self._edges: dict[Span, list[int]] = {}

    def confirmed(self, hope: Match, passage: Span) -> Match | None:
        """What a hope in a passage turns out to be; None where it is letters of other words.

        The beginning of a word becomes the whole word.
        """
        start, end, answers, _ = hope
        words = self._words_around(start, passage)
        if not answers.endswith("*"):
            return (start, end, answers, False) if (start, end, answers) in words else None
        ends = [last for first, last, word in words if first == start and word.startswith(answers[:-1])]
        return (start, max(ends), answers, False) if ends else None

    def _words_around(self, place: int, passage: Span) -> list[_Word]:
        """The words of the clause around a place."""
        if passage not in self._edges:
            breaks = [found.end() for found in _BREAK.finditer(self._text, *passage)]
            self._edges[passage] = [passage[0], *breaks, passage[1] + 1]
        edges = self._edges[passage]
        after = bisect_right(edges, place)
        begin = edges[after - 1]
        if begin not in self._clauses:
            self._clauses[begin] = self._cut(begin, edges[after] - 1)
        return self._clauses[begin]

    def _cut(self, begin: int, end: int) -> list[_Word]:
        letters, places = fold_with_places(self._text[begin:end])
        return [(begin + places[at], begin + places[stop - 1] + 1, word) for word, at, stop in pieces(letters)]


def _matches(folded: Folded, letters: str, answers: str, is_hope: bool) -> list[Match]:
    places, reach = folded.places, len(letters) - 1
    return [(places[at], places[at + reach] + 1, answers, is_hope) for at in _starts(folded.folded, letters)]


def _starts(folded: str, text: str) -> list[int]:
    starts = []
    place = folded.find(text)
    while place >= 0:
        starts.append(place)
        place = folded.find(text, place + 1)
    return starts


def _neighbours(folded: str, near: Near) -> Iterator[_Word]:
    """What is near what, passage by passage: none has any in another. Only passages with the rarest text are read."""
    places = [_starts(folded, text) for text in near.texts]
    end = 0
    for place in min(places, key=len):
        if place >= end:
            start = folded.rfind(SEPARATOR, 0, place) + 1
            end = folded.find(SEPARATOR, place)
            end = len(folded) if end < 0 else end
            yield from _near_in_one([of[bisect_left(of, start) : bisect_left(of, end)] for of in places], near)


def _near_in_one(places: list[list[int]], near: Near) -> Iterator[_Word]:
    """From each occurrence in a passage on, the next one of every other text: marked where all lie near enough."""
    room = near.distance + sum(map(len, near.texts))
    for first in sorted(chain.from_iterable(places)) if all(places) else ():
        found = []
        for text, starts in zip(near.texts, places, strict=True):
            place = bisect_left(starts, first)
            if place == len(starts):
                return
            found.append((starts[place], starts[place] + len(text), text))
        if max([end for _, end, _ in found]) - first <= room:
            yield from found
