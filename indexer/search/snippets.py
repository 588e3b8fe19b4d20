"""Snippets: the passage of an article that shows best what was asked for, with its matches marked.

All articles of a results page are read together: their texts are folded at once, and each word is looked for once.
Always in original glyphs.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from indexer.model import UTF16, ArticleSummary, DocumentSummary, Field, Query, SnippetPart, Span
from indexer.search.highlighter import Asked, Cutting, Match, asked, certain, hopes
from indexer.text.bulk_folding import SEPARATOR, fold_lines, fold_together

MAX_CHARACTERS = 100
_FAR = MAX_CHARACTERS + 28
"""Farther away than a snippet reaches, even past a run of quotation marks that end a sentence."""
_BREAK = SEPARATOR.encode(UTF16)
_ELLIPSIS = SnippetPart("…", is_hit=False)
_CLAUSE_END = re.compile(r"[，、：,]")
_LETTER = re.compile(r"\S")
_SENTENCE_END = re.compile(r"[。！？!?；…][。！？!?；…]*[”’』」）\"]*")
"""(The first letter by itself, not with `+`: so it is looked for in a loop of its own, which takes two thirds.)"""
_END, _ANSWER = itemgetter(1), itemgetter(2)
"""Of a match."""

_TRIES = 16
"""After so many stretches whose words were none, all words of the article are confirmed before looking further."""


def mark(text: str, query: Query, field: Field = "paragraph") -> tuple[SnippetPart, ...]:
    """Cut one unit of an article (a headline, a paragraph …) into what matches and what doesn't.

    The parts joined are the text. `field` tells which unit it is: `headline:表彰` is marked in headlines only.

    >>> from indexer.search.query_parser import parse
    >>> [part.text for part in mark("勞動模範表彰會", parse("表彰")) if part.is_hit]
    ['表彰']
    """
    sought, whole = asked(query, field), (0, len(text))
    folded = fold_together([text], sought.letters)
    found, cutting = certain(folded, sought), Cutting(folded)
    for _, hoped in hopes(folded, sought).values():
        found += filter(None, [cutting.confirmed(hope, whole) for hope in hoped])
    return tuple(_parts(text, sorted(found), whole))


def snippet(document: DocumentSummary, query: Query) -> tuple[SnippetPart, ...]:
    """The snippet of one document; see `snippets`."""
    return snippets([document], query)[0]


def snippets(
    documents: Sequence[DocumentSummary], query: Query, frequencies: Sequence[Mapping[str, int]] = ()
) -> list[tuple[SnippetPart, ...]]:
    """Return of each document the stretch of its body or captions that shows most of the query in the least room.

    It has at most 100 characters, besides the ellipses where its passage goes on. Where nothing in the body matches,
    it is the article's beginning; an article with neither body nor captions has none. `frequencies` tells of each
    document how often it has the words of the query, as far as the index knows.
    """
    articles = [document.article for document in documents]
    page = _Page(articles, asked(query, "paragraph"))
    # The index also counts words that are proposed for misprints, which stand nowhere.
    known = [{} if article.lookalikes else its for article, its in zip(articles, frequencies, strict=False)]
    return [page.snippet(number, known[number] if known else {}) for number in range(len(articles))]


class _Page:
    """The lines of several articles one after another, and all that may answer a query in them, from left to right."""

    def __init__(self, articles: Sequence[ArticleSummary], sought: Asked) -> None:
        lines = _BREAK.join([article.lines for article in articles])
        self._folded = fold_lines(lines, sought.letters, keep_space=not (sought.texts or sought.nears))
        # Of each article where its passages begin and end, and where the next article begins.
        self._edges, start = [], 0
        for heads, end in [article.ends for article in articles]:
            self._edges.append((start, start + heads, start := start + end + len(SEPARATOR)))
        self._certain = sorted(certain(self._folded, sought))
        self._hopes = hopes(self._folded, sought)
        self._is_mixed = len(sought.texts) + sum(len(near.texts) for near in sought.nears) + len(self._hopes) > 1
        self._cutting = Cutting(self._folded)

    def snippet(self, number: int, frequencies: Mapping[str, int]) -> tuple[SnippetPart, ...]:
        """The snippet of one of the articles."""
        first, heads, end = self._edges[number]
        text = self._folded.text
        matches, doubtful = self._matches(first, heads, end, frequencies)
        if doubtful or self._is_mixed:
            stretch = self._best_stretch(matches, doubtful)
        else:
            stretch = matches[0][:2] if matches else None
        passage = self._passage(stretch[0] if stretch else _first_letter(text, first, heads))
        if passage[0] == passage[1]:
            return ()
        start, end = _widen(text, stretch or (passage[0], passage[0] + 1), passage)
        shown = _within(matches, passage[0], end)
        parts = _parts(text, self._confirmed(shown, doubtful) if doubtful else shown, (start, end))
        if start > passage[0]:
            parts.insert(0, _ELLIPSIS)
        if end < passage[1]:
            parts.append(_ELLIPSIS)
        return tuple(parts)

    def _matches(
        self, first: int, heads: int, end: int, frequencies: Mapping[str, int]
    ) -> tuple[list[Match], list[str]]:
        """All that may answer the query in the passages of an article, given its edges; and what of it is in doubt."""
        found = _within(self._certain, first, heads) if self._certain else []
        doubtful = []
        for answers, (starts, hoped) in self._hopes.items():
            begin = bisect_left(starts, first)
            stop = bisect_left(starts, heads, begin)
            found += hoped[begin:stop]
            if frequencies.get(answers, 0) != bisect_left(starts, end, stop) - begin:
                doubtful.append(answers)
        if self._is_mixed:
            found.sort()
        return found, doubtful

    def _best_stretch(self, matches: list[Match], doubtful: Sequence[str]) -> Span | None:
        """The stretch of matches that answers most in the least room; hopes that come to nothing are taken out."""
        for _ in range(_TRIES):
            first, last = _most_answers(matches, self._folded.text)
            stretch = matches[first:last]
            matches[first:last] = confirmed = self._confirmed(stretch, doubtful)
            if len(confirmed) == len(stretch):
                break
        else:
            matches[:] = self._confirmed(matches, doubtful)
            confirmed = matches[slice(*_most_answers(matches, self._folded.text))]
        return (confirmed[0][0], max(map(_END, confirmed))) if confirmed else None

    def _confirmed(self, matches: list[Match], doubtful: Sequence[str]) -> list[Match]:
        """The matches as they are, without hopes that come to nothing."""
        if not doubtful:
            return matches
        found = [
            self._cutting.confirmed(one, self._passage(one[0])) if one[3] and one[2] in doubtful else one
            for one in matches
        ]
        return [match for match in found if match]

    def _passage(self, place: int) -> Span:
        """The line that a place lies in, without white space around."""
        text = self._folded.text
        start = text.rfind(SEPARATOR, 0, place) + 1
        end = text.find(SEPARATOR, place)
        end = len(text) if end < 0 else end
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        return start, end


def _first_letter(text: str, start: int, end: int) -> int:
    """The first place in a stretch of a text that is no white space; its start where all is."""
    found = _LETTER.search(text, start, end)
    return found.start() if found else start


def _within(matches: list[Match], start: int, end: int) -> list[Match]:
    return matches[bisect_left(matches, (start,)) : bisect_left(matches, (end,))]


def _most_answers(matches: Sequence[Match], text: str) -> Span:
    """Which of the matches, from left to right, answer most in the least room of one line, sliding over them."""
    if len(set(map(_ANSWER, matches))) < 2:
        return 0, min(len(matches), 1)
    answers: dict[str, int] = {}
    first, rank, found = 0, (0, 0), (0, 0)
    for last, (start, end, answer, _) in enumerate(matches):
        answers[answer] = answers.get(answer, 0) + 1
        begin = max(end - MAX_CHARACTERS, 0)
        begin = max(text.rfind(SEPARATOR, begin, start) + 1, begin)
        while first < last and (answers[matches[first][2]] > 1 or matches[first][0] < begin):
            _take_away(answers, matches[first][2])
            first += 1
        if len(answers) >= rank[0]:
            here = len(answers), matches[first][0] - max(map(_END, matches[first : last + 1]))
            if here > rank:
                rank, found = here, (first, last + 1)
    return found


def _take_away(answers: dict[str, int], answer: str) -> None:
    answers[answer] -= 1
    if not answers[answer]:
        del answers[answer]


def _widen(text: str, stretch: Span, passage: Span) -> Span:
    """Widen a stretch to whole sentences, as many as there is room for; else cut it between clauses, if possible."""
    if passage[1] - passage[0] <= MAX_CHARACTERS:
        return passage
    # There is no room for what lies beyond these, so where sentences end there makes no difference.
    begin, end = max(stretch[0] - _FAR, passage[0]), min(stretch[1] + _FAR, passage[1])
    edges = [begin, *[sentence.end() for sentence in _SENTENCE_END.finditer(text, begin, end)], end]
    first = edges[bisect_right(edges, stretch[0]) - 1]
    last = edges[bisect_left(edges, stretch[1])]
    if last - first > MAX_CHARACTERS:
        return _cut(text, stretch, (first, last))
    last = edges[bisect_right(edges, first + MAX_CHARACTERS) - 1]
    return edges[bisect_left(edges, last - MAX_CHARACTERS)], last


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


def _parts(text: str, matches: Iterable[Match], stretch: Span) -> list[SnippetPart]:
    """Cut a stretch of a text where its matches, from left to right, begin and end; those that touch become one."""
    place, stop = stretch
    marked: list[Span] = []
    for start, end, _, _ in matches:
        start, end = max(start, place), min(end, stop)
        if marked and start <= marked[-1][1]:
            marked[-1] = marked[-1][0], max(end, marked[-1][1])
        elif start < end:
            marked.append((start, end))
    parts = []
    for start, end in marked:
        if place < start:
            parts.append(SnippetPart(text[place:start], False))
        parts.append(SnippetPart(text[start:end], True))
        place = end
    if place < stop:
        parts.append(SnippetPart(text[place:stop], False))
    return parts
