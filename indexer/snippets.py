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

from indexer.model import Document, Field, Near, Passage, Phrase, Prefix, Query, SnippetPart, Span, Word
from indexer.query import positive_leaves
from indexer.quick_folding import SEPARATOR, Folded, fold_together
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


class _Match(NamedTuple):
    """A place in the original text, and what of the query it answers."""

    start: int
    end: int
    answers: str
    is_hope: bool = False
    """Whether these are letters of a word that may turn out to belong to other words."""


class _Passage(NamedTuple):
    """A passage of a text, its matches, and its best stretch; `rank` is (different answers in it, minus its length)."""

    rank: tuple[int, int]
    text: str
    span: Span
    stretch: Span
    matches: Sequence[_Match]


def mark(text: str, query: Query, field: Field = "paragraph") -> tuple[SnippetPart, ...]:
    """Cut one unit of an article (a headline, a paragraph …) into what matches and what doesn't.

    The parts joined are the text. `field` tells which unit it is: `headline:表彰` is marked in headlines only.

    >>> from indexer.query import parse
    >>> [part.text for part in mark("勞動模範表彰會", parse("表彰")) if part.is_hit]
    ['表彰']
    """
    folded, asked = fold_together([text]), _asked(query, field)
    whole = (0, len(text))
    return tuple(_parts(text, _confirmed(folded, whole, _hopes(folded, asked), asked), whole))


def snippet(document: Document, query: Query) -> tuple[SnippetPart, ...]:
    """Return the stretch of the article's body or captions that shows most of the query in the least room.

    It has at most 100 characters, besides the ellipses where its passage goes on. Where nothing in the body matches,
    it is the article's beginning; an article with neither body nor captions has none.
    """
    article = document.article
    parts: tuple[tuple[Field, Sequence[Passage]], ...] = (
        ("paragraph", article.paragraphs),
        ("caption", article.captions),
    )
    found = [
        _best_passage(texts, _asked(query, field))
        for field, passages in parts
        if (texts := [text for passage in passages if (text := passage.text.strip())])
    ]
    if not found:
        return ()
    best = max(found, key=lambda passage: passage.rank)
    start, end = _widen(best)
    before, after = [_ELLIPSIS] * (start > best.span[0]), [_ELLIPSIS] * (end < best.span[1])
    return (*before, *_parts(best.text, best.matches, (start, end)), *after)


def _best_passage(texts: Sequence[str], asked: _Asked) -> _Passage:
    """The first of some passages whose best stretch is of the highest rank.

    Cutting words is slow. So each passage is ranked first as if all letters of words were words; that is the most it
    can be, and those that can be most are looked at first, until no other can be more.
    """
    folded = fold_together(texts)
    best = _Passage((0, 0), folded.text, (0, len(texts[0])), (0, 1), ())
    hopes = _by_passage(_hopes(folded, asked), texts)
    ranks = [(_best_stretch(its)[0], -span[0], span) for span, its in hopes.items()]
    for hope, place, span in sorted(ranks, reverse=True) if len(ranks) > 1 else ranks:
        # Of equal ones the first is the best.
        if (hope, place) < (best.rank, -best.span[0]):
            break
        matches = _confirmed(folded, span, hopes[span], asked)
        rank, stretch = _best_stretch(matches)
        if matches and (rank, place) > (best.rank, -best.span[0] if best.matches else -len(folded.text)):
            best = _Passage(rank, folded.text, span, stretch, matches)
    return best


def _by_passage(hopes: Sequence[_Match], texts: Sequence[str]) -> dict[Span, list[_Match]]:
    """Where each passage that has any lies in all texts together, with its hopes from left to right."""
    found: dict[Span, list[_Match]] = {}
    start, places = 0, iter(sorted(hopes))
    hope = next(places, None)
    for text in texts:
        if hope is None:
            break
        end = start + len(text)
        while hope is not None and hope.start < end:
            found.setdefault((start, end), []).append(hope)
            hope = next(places, None)
        start = end + len(SEPARATOR)
    return found


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
    return _Asked(terms, prefixes, tuple(dict.fromkeys(by_letter)), nears)


def _hopes(folded: Folded, asked: _Asked) -> list[_Match]:
    """All that may answer the query: what is looked for letter by letter, and the letters of words."""
    letters_of = folded.folded
    found = [_Match(at, at + len(text), text) for text in asked.texts for at in _occurrences(letters_of, text)]
    for near in asked.nears:
        found += _near_in_each(letters_of, near)
    for text in asked.terms:
        found += [_Match(at, at + len(text), text, is_hope=True) for at in _occurrences(letters_of, text)]
    for text in asked.prefixes:
        # Up to three words of different length begin at one place, and those at others may be different ones.
        for at in _occurrences(letters_of, text):
            found += [_Match(at, at + len(text), f"{text}* {at} {which}", is_hope=True) for which in range(3)]
    places = folded.places
    return [_Match(places[start], places[end - 1] + 1, answers, is_hope) for start, end, answers, is_hope in found]


def _confirmed(folded: Folded, span: Span, hopes: Sequence[_Match], asked: _Asked) -> list[_Match]:
    """What does answer the query in a passage, from left to right. Only clauses with letters of words are cut."""
    found = [match for match in hopes if not match.is_hope]
    starts = sorted({match.start for match in hopes if match.is_hope}, reverse=True)
    for clause in _CLAUSE.finditer(folded.text, *span) if starts else ():
        start, end = clause.span()
        if starts[-1] < end:
            found += _words_found(folded, start, end, asked)
        while starts and starts[-1] < end:
            starts.pop()
        if not starts:
            break
    return sorted(found)


def _words_found(folded: Folded, start: int, end: int, asked: _Asked) -> Iterator[_Match]:
    """Words and beginnings of words in a clause."""
    places = folded.places
    begin = bisect_left(places, start)
    for word, first, last in pieces(folded.folded[begin : bisect_left(places, end)]):
        if word in asked.terms or word.startswith(asked.prefixes):
            yield _Match(places[begin + first], places[begin + last - 1] + 1, word)


def _near_in_each(folded: str, near: Near) -> Iterator[_Match]:
    """Neighbours, passage by passage: none has any in another."""
    start = 0
    for piece in folded.split(SEPARATOR):
        for match in _near(piece, near):
            yield _Match(start + match.start, start + match.end, match.answers)
        start += len(piece) + len(SEPARATOR)


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


def _best_stretch(matches: Sequence[_Match]) -> tuple[tuple[int, int], Span]:
    """Find the stretch with most answers in the least room, sliding from match to match: its rank and where it is."""
    answers: dict[str, int] = {}
    first, rank, stretch = 0, (0, 0), (0, 1)
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
        if (len(answers), start - end) > rank:
            rank, stretch = (len(answers), start - end), (start, end)
    return rank, stretch


def _widen(passage: _Passage) -> Span:
    """Widen a stretch to whole sentences, as many as there is room for; else cut it between clauses, if possible."""
    text, (start, end) = passage.text, passage.stretch
    edges = [
        passage.span[0],
        *(sentence.end() for sentence in _SENTENCE_END.finditer(text, *passage.span)),
        passage.span[1],
    ]
    first = max(edge for edge in edges if edge <= start)
    last = min(edge for edge in edges if edge >= end)
    if last - first > MAX_CHARACTERS:
        return _cut(text, passage.stretch, (first, last))
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
