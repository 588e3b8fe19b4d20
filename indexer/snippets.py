"""Snippets: where a query's words stand in a text, and the passage that shows them best. Always in original glyphs.

Marked is what made the text match, and nothing else: a word only where it is a word (市长 is not marked in
南京市长江大桥), a phrase wherever it stands, neighbours only where they are near enough, and nothing that is ruled out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from indexer.folding import fold
from indexer.model import Document, Field, Near, Phrase, Prefix, Query, SnippetPart, Span, Word
from indexer.query import positive_leaves
from indexer.quick_folding import Folded, fold_all
from indexer.tokens import pieces

MAX_CHARACTERS = 100
_ELLIPSIS = SnippetPart("…", is_hit=False)
_CLAUSE = re.compile(r"[^，。；：！？、\s]+")  # no word reaches over any of these
_CLAUSE_END = re.compile(r"[，、：,]")
_SENTENCE_END = re.compile(r"[。！？!?；…]+[”’』」）\"]*")
_KEPT_QUERIES = 256


class _Asked(NamedTuple):
    """What a query asks for in a field: whole words, beginnings of words, texts letter by letter, and neighbours."""

    terms: frozenset[str]
    prefixes: tuple[str, ...]
    texts: tuple[str, ...]
    nears: tuple[Near, ...]
    letters: tuple[str, ...]
    """Some of these are wherever anything that is asked for is."""


class _Match(NamedTuple):
    """A place in the original text, and what of the query it answers."""

    start: int
    end: int
    answers: str
    is_hope: bool = False
    """Whether these are letters of a word that may turn out to belong to other words."""


class _Stretch(NamedTuple):
    """The best stretch of a passage; `rank` is (different answers in it, minus its length)."""

    rank: tuple[int, int]
    span: Span


class _Shown(NamedTuple):
    """A passage that may be shown, its place among the others, counted down from 0, its best stretch and matches."""

    stretch: _Stretch
    place: int
    text: str
    matches: list[_Match]

    @property
    def key(self) -> tuple[tuple[int, int], int]:
        """What it is chosen by: the first one of highest rank."""
        return self.stretch.rank, self.place


def mark(text: str, query: Query, field: Field = "paragraph") -> tuple[SnippetPart, ...]:
    """Cut one unit of an article (a headline, a paragraph …) into what matches and what doesn't.

    The parts joined are the text. `field` tells which unit it is: `headline:表彰` is marked in headlines only.

    >>> from indexer.query import parse
    >>> [part.text for part in mark("勞動模範表彰會", parse("表彰")) if part.is_hit]
    ['表彰']
    """
    (folded,) = fold_all([text])
    asked = _asked(query, field)
    return tuple(_parts(text, _confirmed(folded, _hopes(folded, asked), asked), (0, len(text))))


def snippet(document: Document, query: Query) -> tuple[SnippetPart, ...]:
    """Return the stretch of the article's body or captions that shows most of the query in the least room.

    It has at most 100 characters, besides the ellipses where its passage goes on. Where nothing in the body matches,
    it is the article's beginning; an article with neither body nor captions has none.
    """
    article = document.article
    texts = [text for passage in article.paragraphs if (text := passage.text.strip())]
    asked = [_asked(query, "paragraph")] * len(texts)
    texts += [text for passage in article.captions if (text := passage.text.strip())]
    asked += [_asked(query, "caption")] * (len(texts) - len(asked))
    if not texts:
        return ()
    best = _best_passage(fold_all(texts), asked)
    start, end = _widen(best.text, best.stretch.span)
    before, after = [_ELLIPSIS] * (start > 0), [_ELLIPSIS] * (end < len(best.text))
    return (*before, *_parts(best.text, best.matches, (start, end)), *after)


def _best_passage(passages: Sequence[Folded], asked: Sequence[_Asked]) -> _Shown:
    """The first of the passages whose best stretch is of the highest rank.

    Cutting words is slow. So each passage is ranked first as if all letters of words were words; that is the most it
    can be, and those that can be most are looked at first, until no other can be more.
    """
    hopes = [_hopes(passage, its) for passage, its in zip(passages, asked, strict=True)]
    ranks = [_best_stretch(sorted(hope)).rank if hope else (0, 0) for hope in hopes]
    best: _Shown | None = None
    for rank, place in sorted(zip(ranks, range(0, -len(ranks), -1), strict=True), reverse=True):
        if best and (rank, place) < best.key:
            break
        matches = _confirmed(passages[-place], hopes[-place], asked[-place])
        found = _Shown(_best_stretch(matches), place, passages[-place].text, matches)
        best = max(best, found, key=lambda one: one.key) if best else found
    if best is None:
        raise ValueError("of no passages none is best")
    return best


# --- matches


@lru_cache(maxsize=_KEPT_QUERIES)
def _asked(query: Query, field: Field) -> _Asked:
    leaves = [leaf for leaf in positive_leaves(query) if isinstance(leaf, Near) or leaf.field in (None, field)]
    in_words = [leaf for leaf in leaves if isinstance(leaf, Word | Prefix) and leaf.field != "byline"]
    by_letter = [
        leaf.text
        for leaf in leaves
        if isinstance(leaf, Phrase)
        or (isinstance(leaf, Word | Prefix) and leaf.field == "byline")
        or (isinstance(leaf, Word) and leaf.or_phrase)
    ]
    terms = frozenset(term for leaf in in_words if isinstance(leaf, Word) for term in leaf.terms)
    prefixes = tuple({leaf.text for leaf in in_words if isinstance(leaf, Prefix)})
    nears = tuple(leaf for leaf in leaves if isinstance(leaf, Near))
    letters = (*terms, *prefixes, *by_letter, *(text for near in nears for text in near.texts[:1]))
    return _Asked(terms, prefixes, tuple(dict.fromkeys(by_letter)), nears, letters)


def _hopes(passage: Folded, asked: _Asked) -> list[_Match]:
    """All that may answer the query in one unit: what is looked for letter by letter, and the letters of words."""
    if not any(map(passage.folded.__contains__, asked.letters)):
        return []
    found = list(_texts_found(passage.folded, asked))
    for letters in asked.terms:
        found += [_Match(at, at + len(letters), letters, is_hope=True) for at in _occurrences(passage.folded, letters)]
    for letters in asked.prefixes:
        # Up to three words of different length begin at one place, and those at others may be different ones.
        for at in _occurrences(passage.folded, letters):
            found += [_Match(at, at + len(letters), f"{letters}* {at} {which}", is_hope=True) for which in range(3)]
    places = passage.places()
    return [_Match(places[start], places[end - 1] + 1, answers, is_hope) for start, end, answers, is_hope in found]


def _confirmed(passage: Folded, hopes: Sequence[_Match], asked: _Asked) -> list[_Match]:
    """What does answer the query, from left to right. Only clauses that hold letters of words are cut into words."""
    found = [match for match in hopes if not match.is_hope]
    starts = sorted({match.start for match in hopes if match.is_hope}, reverse=True)
    clauses = _CLAUSE.finditer(passage.text) if starts else iter(())
    for clause in clauses:
        start, end = clause.span()
        if starts and starts[-1] < end:
            found += _words_found(passage, start, end, asked)
        while starts and starts[-1] < end:
            starts.pop()
        if not starts:
            break
    return sorted(found)


def _words_found(passage: Folded, start: int, end: int, asked: _Asked) -> Iterator[_Match]:
    """Words and beginnings of words in a clause of a passage."""
    text = passage.text[start:end]
    clause = Folded(text, passage.folded[start:end], True) if passage.is_aligned else Folded(text, fold(text), False)
    places = clause.places()
    for word, first, last in pieces(clause.folded):
        if word in asked.terms or word.startswith(asked.prefixes):
            yield _Match(start + places[first], start + places[last - 1] + 1, word)


def _texts_found(folded: str, asked: _Asked) -> Iterator[_Match]:
    """The places in a folded text of what is looked for letter by letter."""
    for text in asked.texts:
        yield from (_Match(at, at + len(text), text) for at in _occurrences(folded, text))
    for near in asked.nears:
        yield from _near(folded, near)


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


def _best_stretch(matches: Sequence[_Match]) -> _Stretch:
    """Find the stretch with most answers in the least room, sliding from match to match."""
    answers: dict[str, int] = {}
    first, best = 0, _Stretch((0, 0), (0, 1))
    for last, match in enumerate(matches):
        answers[match.answers] = answers.get(match.answers, 0) + 1
        while first < last and (
            answers[matches[first].answers] > 1 or match.end - matches[first].start > MAX_CHARACTERS
        ):
            answers[matches[first].answers] -= 1
            if not answers[matches[first].answers]:
                del answers[matches[first].answers]
            first += 1
        start, end = matches[first].start, max(match.end for match in matches[first : last + 1])
        if (len(answers), start - end) > best.rank:
            best = _Stretch((len(answers), start - end), (start, end))
    return best


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
    for start, end, *_ in matches:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
