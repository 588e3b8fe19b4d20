"""Find the matches of a query in texts: exactly what made them match.

A word is marked only where the tokenizer finds it: 市长 is not marked in 南京市长江大桥. A date or number is marked in
each of its spellings. A phrase is marked everywhere. The texts of a proximity query are marked only where they are near
enough. Negated clauses are never marked.

Finding the characters of a word is fast, but only tokenising, which is slow, shows whether they are a word in that
context. So the first step only finds candidates, and those that matter are then confirmed, clause by clause. If an
article contains the characters as often as the index counted the word in it, every candidate is a match and nothing
needs to be tokenised.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from operator import add
from typing import NamedTuple

from indexer.model import Field, Near, Phrase, Prefix, Query, Span
from indexer.search.query_parser import positive_leaves
from indexer.text.bulk_folding import SEPARATOR, Folded
from indexer.text.numerals import ALPHABET, is_numeral_word, numerals
from indexer.text.tokenizer import pieces_at, spaced_words

Match = tuple[int, int, str, bool]
"""Its start and end in the original text, what it answers, whether it is only a candidate.

This is a plain tuple because many are created per page, and a named tuple costs five times as much.
"""

Candidates = tuple[list[int], list[Match]]
"""The candidates for one word: their start offsets (for bisection) and matches."""

_BREAK = re.compile(r"[，。；：？！、\s]")
_SPACE = re.compile(r"\s")
_LAST_BREAK = re.compile(rf".*{_BREAK.pattern}", re.DOTALL)
"""No word extends across one of these breaks."""
_KEPT_QUERIES = 512


class Wanted(NamedTuple):
    """What a query searches for in a field: words, prefixes, texts, proximity clauses, numerals.

    `numerals` are the words of dates, years and numbers, whose spellings differ. A match names what it answers: the
    word, the text, one of the texts of a proximity clause, or the prefix followed by `*`. `letters` are the characters
    of all of them.
    """

    words: tuple[str, ...]
    prefixes: tuple[str, ...]
    texts: tuple[str, ...]
    nears: tuple[Near, ...]
    numerals: frozenset[str]
    letters: frozenset[str]

    @property
    def parts(self) -> int:
        """The number of different things that a match may answer."""
        return (
            len({*self.words, *self.numerals})
            + len(self.prefixes)
            + len(self.texts)
            + sum(len(near.texts) for near in self.nears)
        )


@lru_cache(maxsize=_KEPT_QUERIES)
def wanted(query: Query, field: Field) -> Wanted:
    """Return the parts of a query that the text of a field may match."""
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
    read = frozenset(filter(is_numeral_word, words))
    # A text that is marked everywhere need not be confirmed as a word.
    words = [word for word in words if word not in texts and "-" not in word]
    sought = [*words, *prefixes, *texts, *chain.from_iterable(near.texts for near in nears), ALPHABET if read else ""]
    return Wanted(
        _each_once(words), _each_once(prefixes), _each_once(texts), tuple(nears), read, frozenset("".join(sought))
    )


def _each_once(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


class Highlighter:
    """The matches of the wanted parts of a query in folded text, ascending by position.

    `certain` are the matches of exact texts and proximity clauses. `candidates` are, by what they answer, the
    occurrences of words and prefixes that `confirm` has yet to check.
    """

    def __init__(self, folded: Folded, wanted: Wanted) -> None:
        self.certain = sorted(_certain(folded, wanted))
        self.candidates = _candidates(folded, wanted)
        self._folded = folded
        # Start of a clause → its folded text, and the offset in the clause of each folded character.
        self._clauses: dict[int, tuple[str, Sequence[int]]] = {}

    def confirm(self, candidate: Match, passage: Span) -> Match | None:
        """Return the match for a candidate, or None if it is not a word in its context.

        The match of a prefix is the whole word.
        """
        start, stop, answers, _ = candidate
        if _SPACE.search(self._folded.text, start, stop):
            return candidate if self._is_spaced_word(candidate, passage) else None
        begin, letters, places = self._clause(start, passage)
        beginning = answers.removesuffix("*")
        end = 0
        for at in range(bisect_left(places, start - begin), bisect_right(places, start - begin)):
            for word, _, stop in pieces_at(letters, at):
                if word == beginning or (beginning != answers and word.startswith(beginning)):
                    end = max(stop, end)
        return (start, begin + places[end - 1] + 1, answers, False) if end else None

    def _is_spaced_word(self, candidate: Match, passage: Span) -> bool:
        """Return whether a candidate is a word whose letters are set apart (童　谣)."""
        start, _, answers, _ = candidate
        words = spaced_words(self._folded.text[slice(*passage)])
        return any(word.text == answers and passage[0] + word.start == start for word in words)

    def _clause(self, place: int, passage: Span) -> tuple[int, str, Sequence[int]]:
        """Return the clause around a position.

        The result is its start, its folded text, and the offset in the clause of each folded character.
        """
        text = self._folded.text
        before = _LAST_BREAK.match(text, passage[0], place)
        begin = before.end() if before else passage[0]
        if begin not in self._clauses:
            after = _BREAK.search(text, place, passage[1])
            self._clauses[begin] = self._folded.letters(begin, after.start() if after else passage[1])
        return begin, *self._clauses[begin]


def _certain(folded: Folded, wanted: Wanted) -> Iterator[Match]:
    """Yield the matches of exact texts and proximity clauses, in no order."""
    found = [(text, _starts(folded.folded, text)) for text in wanted.texts]
    for near in wanted.nears:
        found += zip(near.texts, _neighbours(folded.folded, near), strict=True)
    for text, places in found:
        for start, end in zip(*folded.spans(places, len(text)), strict=True):
            yield start, end, text, False
    if wanted.numerals:
        for numeral in numerals(folded.folded):
            for word in wanted.numerals.intersection(numeral.words):
                starts, ends = folded.spans([numeral.start], numeral.end - numeral.start)
                yield starts[0], ends[0], word, False


def _candidates(folded: Folded, wanted: Wanted) -> dict[str, Candidates]:
    """Return the candidates for each word and each prefix, by what they answer."""
    found = {}
    for answers, text in [(word, word) for word in wanted.words] + [(f"{text}*", text) for text in wanted.prefixes]:
        places = _starts(folded.folded, text)
        starts, ends = folded.spans(places, len(text))
        if len(text) > 1 and (spaced := _starts(folded.folded, " ".join(text))):  # only where spaces are kept
            starts = sorted([*starts, *spaced])
            ends = sorted([*ends, *(place + 2 * len(text) - 1 for place in spaced)])
        found[answers] = starts, [(start, end, answers, True) for start, end in zip(starts, ends, strict=True)]
    return found


def _starts(folded: str, text: str) -> list[int]:
    starts = []
    place = folded.find(text)
    while place >= 0:
        starts.append(place)
        place = folded.find(text, place + 1)
    return starts


def _neighbours(folded: str, near: Near) -> list[list[int]]:
    """Return the positions of each text in the groups that match a proximity clause.

    A group starts at an occurrence of any text and has the next occurrence of every text. It matches if all are near
    enough and in one passage. Each group includes the rarest text, so only starts shortly before its occurrences are
    considered.
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
        of.append(sys.maxsize)  # a sentinel, so that there is always a next one
    found = []
    for first in firsts:
        starts = [of[bisect_left(of, first)] for of in places]
        end = max(map(add, starts, sizes))
        if end - first <= room and folded.find(SEPARATOR, first, end) < 0:
            found.append(starts)
    return [[*dict.fromkeys(of)] for of in zip(*found, strict=True)] if found else [[] for _ in places]
