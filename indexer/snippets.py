"""Snippets: where a query's words stand in a text, and the passage that shows them best. Always in original glyphs.

Marked is what made the text match, and nothing else: a word only where it is a word (市长 is not marked in
南京市长江大桥), a phrase wherever it stands, neighbours only where they are near enough, and nothing that is ruled out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from indexer.folding import fold, fold_with_places
from indexer.model import Document, Field, Near, Phrase, Prefix, Query, SnippetPart, Span, Word
from indexer.query import Leaf, positive_leaves
from indexer.tokens import words

MAX_CHARACTERS = 100
_ELLIPSIS = SnippetPart("…", is_hit=False)
_CLAUSE = re.compile(r"[^，。；：！？、\s]+")  # no word reaches over any of these
_CLAUSE_END = re.compile(r"[，、：,]")
_SENTENCE_END = re.compile(r"[。！？!?；…]+[”’』」）\"]*")


class _Match(NamedTuple):
    """A place in the original text, and what of the query it answers."""

    start: int
    end: int
    answers: str


class _Passage(NamedTuple):
    """A passage, its matches, and its best stretch; `rank` is (different answers in the stretch, minus its length)."""

    text: str
    matches: Sequence[_Match]
    rank: tuple[int, int]
    stretch: Span


def mark(text: str, query: Query, field: Field = "paragraph") -> tuple[SnippetPart, ...]:
    """Cut one unit of an article (a headline, a paragraph …) into what matches and what doesn't.

    The parts joined are the text. `field` tells which unit it is: `headline:表彰` is marked in headlines only.

    >>> from indexer.query import parse
    >>> [part.text for part in mark("勞動模範表彰會", parse("表彰")) if part.is_hit]
    ['表彰']
    """
    return tuple(_parts(text, _matches(text, query, field), (0, len(text))))


def snippet(document: Document, query: Query) -> tuple[SnippetPart, ...]:
    """Return the stretch of the article's body or captions that shows most of the query in the least room.

    It has at most 100 characters, besides the ellipses where its passage goes on. Where nothing in the body matches,
    it is the article's beginning; an article with neither body nor captions has none.
    """
    article = document.article
    passages = [_read(passage.text, query, "paragraph") for passage in article.paragraphs]
    passages += [_read(passage.text, query, "caption") for passage in article.captions]
    best = max((passage for passage in passages if passage.text), key=lambda passage: passage.rank, default=None)
    if best is None:
        return ()
    start, end = _widen(best.text, best.stretch)
    before, after = [_ELLIPSIS] * (start > 0), [_ELLIPSIS] * (end < len(best.text))
    return (*before, *_parts(best.text, best.matches, (start, end)), *after)


# --- matches


def _matches(text: str, query: Query, field: Field) -> list[_Match]:
    """All that a query asked for in one unit, from left to right."""
    leaves = [leaf for leaf in positive_leaves(query) if isinstance(leaf, Near) or leaf.field in (None, field)]
    if not leaves:
        return []
    return sorted([*_texts_found(text, leaves), *_words_found(text, leaves)])


def _words_found(text: str, leaves: Iterable[Leaf]) -> Iterator[_Match]:
    """Words and prefixes of words. Only clauses that hold their letters are cut into words: cutting is slow."""
    leaves = [leaf for leaf in leaves if isinstance(leaf, Word | Prefix) and leaf.field != "byline"]
    terms = {term for leaf in leaves if isinstance(leaf, Word) for term in leaf.terms}
    prefixes = tuple({leaf.text for leaf in leaves if isinstance(leaf, Prefix)})
    for clause in _CLAUSE.finditer(text):
        folded = fold(clause[0])
        if any(letters in folded for letters in (*terms, *prefixes)):
            for token in words(clause[0]):
                if token.text in terms or token.text.startswith(prefixes):
                    yield _Match(clause.start() + token.start, clause.start() + token.end, token.text)


def _texts_found(text: str, leaves: Iterable[Leaf]) -> Iterator[_Match]:
    """What is looked for letter by letter. Only texts that hold it are folded with places: that is slow."""
    folded = fold(text)
    found = [match for leaf in leaves for match in _in_folded(folded, leaf)]
    if found:
        _, places = fold_with_places(text)
        yield from (_Match(places[start], places[end - 1] + 1, answers) for start, end, answers in found)


def _in_folded(folded: str, leaf: Leaf) -> Iterator[_Match]:
    """The places in a folded text of what is looked for letter by letter."""
    match leaf:
        case Near():
            yield from _near(folded, leaf)
        case Phrase(text) | Word(text, or_phrase=True) | Word(text, field="byline") | Prefix(text, field="byline"):
            yield from (_Match(start, start + len(text), text) for start in _occurrences(folded, text))


def _near(folded: str, near: Near) -> Iterator[_Match]:
    """From each occurrence on, the next one of every other text: marked where all lie within the distance."""
    places = {text: list(_occurrences(folded, text)) for text in near.texts}
    room = near.distance + sum(map(len, near.texts))
    for first in sorted(chain.from_iterable(places.values())):
        nexts = {text: bisect_left(starts, first) for text, starts in places.items()}
        if any(place == len(places[text]) for text, place in nexts.items()):
            return
        found = [_Match(places[text][place], places[text][place] + len(text), text) for text, place in nexts.items()]
        if max(match.end for match in found) - first <= room:
            yield from found


def _occurrences(folded: str, text: str) -> Iterator[int]:
    place = folded.find(text)
    while place >= 0:
        yield place
        place = folded.find(text, place + 1)


# --- the stretch that is shown


def _read(text: str, query: Query, field: Field) -> _Passage:
    """Find the stretch of a passage with most answers in the least room, sliding from match to match."""
    text = text.strip()
    matches = _matches(text, query, field)
    answers: Counter[str] = Counter()
    first, rank, stretch = 0, (0, 0), (0, 1)
    for last, match in enumerate(matches):
        answers[match.answers] += 1
        while first < last and (
            answers[matches[first].answers] > 1 or match.end - matches[first].start > MAX_CHARACTERS
        ):
            answers -= Counter([matches[first].answers])
            first += 1
        start, end = matches[first].start, max(match.end for match in matches[first : last + 1])
        if (len(answers), start - end) > rank:
            rank, stretch = (len(answers), start - end), (start, end)
    return _Passage(text, matches, rank, stretch)


def _widen(text: str, stretch: Span) -> Span:
    """Widen a stretch to whole sentences, as many as there is room for; else cut it between clauses, if possible."""
    edges = [0, *(end.end() for end in _SENTENCE_END.finditer(text)), len(text)]
    start, end = stretch
    first = max(edge for edge in edges if edge <= start)
    last = min(edge for edge in edges if edge >= end)
    if last - first > MAX_CHARACTERS:
        return _cut(text, stretch, (first, last))
    last = max(edge for edge in edges if edge - first <= MAX_CHARACTERS)
    first = min(edge for edge in edges if last - edge <= MAX_CHARACTERS)
    return first, last


def _cut(text: str, stretch: Span, sentence: Span) -> Span:
    """Take as much of a long sentence as there is room for, with the stretch in its middle."""
    start, end = stretch
    spare = max(MAX_CHARACTERS - (end - start), 0)
    begin = max(min(start - spare // 2, sentence[1] - MAX_CHARACTERS), sentence[0])
    if begin > sentence[0]:
        clause = _CLAUSE_END.search(text, begin, start)
        begin = clause.end() if clause else begin
    finish = min(begin + MAX_CHARACTERS, sentence[1])
    if finish < sentence[1]:
        clauses = [clause.end() for clause in _CLAUSE_END.finditer(text, end, finish)]
        finish = clauses[-1] if clauses else finish
    return begin, finish


def _parts(text: str, matches: Iterable[_Match], stretch: Span) -> Iterator[SnippetPart]:
    """Cut a stretch of a text where its matches begin and end; matches that touch become one."""
    place, stop = stretch
    for start, end in _merged(matches):
        start, end = max(start, place), min(end, stop)
        if start < end:
            if place < start:
                yield SnippetPart(text[place:start], is_hit=False)
            yield SnippetPart(text[start:end], is_hit=True)
            place = end
    if place < stop:
        yield SnippetPart(text[place:stop], is_hit=False)


def _merged(matches: Iterable[_Match]) -> list[Span]:
    """Spans from left to right, none touching another."""
    merged: list[Span] = []
    for start, end, _ in matches:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
