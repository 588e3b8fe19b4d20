"""Where a query stands in texts: what made them match, and nothing else.

A word is marked only where it is a word (市长 is not marked in 南京市长江大桥), a phrase wherever it stands, neighbours
only where they are near enough, and nothing that is ruled out.

The letters of a word are soon found, but whether they are a word there only cutting tells, which is slow. So what is
found are hopes, and those that matter are confirmed, clause by clause. Where an article has the letters as often as the
index counted the word in it, nothing needs to be cut: every one of them is the word.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from operator import add
from typing import NamedTuple

from indexer.model import Field, Near, Phrase, Prefix, Query, Span
from indexer.search.query_parser import positive_leaves
from indexer.text.bulk_folding import SEPARATOR, Folded
from indexer.text.tokenizer import words_at

Match = tuple[int, int, str, bool]
"""A place in the original text, [start, end), what of the query it answers, and whether that is only a hope.

(Many are made for each page, and a plain tuple costs a fifth of a named one.)
"""

Hopes = tuple[list[int], list[Match]]
"""What may be the same word: where each starts, for looking up, and each as a match."""

_BREAK = re.compile(r"[，。；：？！、\s]")
_LAST_BREAK = re.compile(rf".*{_BREAK.pattern}", re.DOTALL)
"""No word reaches over any of these."""
_KEPT_QUERIES = 512


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
        if isinstance(leaf, Near):
            nears.append(leaf)
        elif leaf.field not in (None, field):
            continue
        elif isinstance(leaf, Phrase) or leaf.field == "byline":
            texts.append(leaf.text)
        elif isinstance(leaf, Prefix):
            prefixes.append(leaf.text)
        else:
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
    found = [(text, _starts(folded.folded, text)) for text in sought.texts]
    for near in sought.nears:
        found += zip(near.texts, _neighbours(folded.folded, near), strict=True)
    return [
        (start, end, text, False)
        for text, places in found
        for start, end in zip(*folded.spans(places, len(text)), strict=True)
    ]


def hopes(folded: Folded, sought: Asked) -> dict[str, Hopes]:
    """Where the letters of each word and of each beginning of a word stand, by what they may answer."""
    found = {}
    for answers, text in [(word, word) for word in sought.words] + [(f"{text}*", text) for text in sought.prefixes]:
        starts, ends = folded.spans(_starts(folded.folded, text), len(text))
        found[answers] = starts, [(start, end, answers, True) for start, end in zip(starts, ends, strict=True)]
    return found


class Cutting:
    """Tells words from hopes by cutting the clauses that they stand in."""

    def __init__(self, folded: Folded) -> None:
        self._folded = folded
        # By where a clause begins: its letters, folded, and where each stands in it.
        self._clauses: dict[int, tuple[str, Sequence[int]]] = {}

    def confirmed(self, hope: Match, passage: Span) -> Match | None:
        """What a hope in a passage turns out to be; None where it is letters of other words.

        The beginning of a word becomes the whole word.
        """
        start, _, answers, _ = hope
        begin, letters, places = self._clause(start, passage)
        beginning = answers.removesuffix("*")
        end = 0
        for at in range(bisect_left(places, start - begin), bisect_right(places, start - begin)):
            for word in words_at(letters, at):
                if word == beginning or (beginning != answers and word.startswith(beginning)):
                    end = max(at + len(word), end)
        return (start, begin + places[end - 1] + 1, answers, False) if end else None

    def _clause(self, place: int, passage: Span) -> tuple[int, str, Sequence[int]]:
        """The clause around a place: where it begins, its letters, and where each stands in it."""
        text = self._folded.text
        before = _LAST_BREAK.match(text, passage[0], place)
        begin = before.end() if before else passage[0]
        if begin not in self._clauses:
            after = _BREAK.search(text, place, passage[1])
            self._clauses[begin] = self._folded.letters(begin, after.start() if after else passage[1])
        return begin, *self._clauses[begin]


def _starts(folded: str, text: str) -> list[int]:
    starts = []
    place = folded.find(text)
    while place >= 0:
        starts.append(place)
        place = folded.find(text, place + 1)
    return starts


def _neighbours(folded: str, near: Near) -> list[list[int]]:
    """Where each of the texts stands near the others: from each occurrence of one on, the next one of every text, where
    all lie near enough in one passage.

    One of the rarest text is among them, so only what stands near before one of these is looked at.
    """
    sizes = [*map(len, near.texts)]
    room = near.distance + sum(sizes)
    places = [_starts(folded, text) for text in near.texts]
    firsts, seen = list[int](), -1
    for rare in min(places, key=len):
        for of in places:
            firsts += of[bisect_left(of, max(rare - room, seen + 1)) : bisect_right(of, rare)]
        seen = rare
    for of in places:
        of.append(sys.maxsize)  # so that there is always a next one
    found = []
    for first in firsts:
        starts = [of[bisect_left(of, first)] for of in places]
        end = max(map(add, starts, sizes))
        if end - first <= room and folded.find(SEPARATOR, first, end) < 0:
            found.append(starts)
    return [[*dict.fromkeys(of)] for of in zip(*found, strict=True)] if found else [[] for _ in places]
