"""Snippets: the part of an article that best shows the matches of a query.

All articles of a results page are processed together: their texts are folded at once, and each word is searched for
once. Snippets show the original text, not its folded form, with the matches marked.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from operator import itemgetter
from typing import NamedTuple

from indexer.model import UTF16, ArticleSummary, DocumentSummary, Everything, Field, Near, Query, SnippetPart, Span
from indexer.search.highlighter import Highlighter, Match, Wanted, wanted
from indexer.search.query_parser import positive_leaves
from indexer.text.bulk_folding import SEPARATOR, fold_lines, fold_together
from indexer.text.newsprint import STOPS

MAX_CHARACTERS = 100
_FAR = MAX_CHARACTERS + 28
"""Longer than any snippet, even if many quotation marks end its last sentence."""
_BREAK = SEPARATOR.encode(UTF16)
_ELLIPSIS = SnippetPart("…", is_hit=False)
_CLAUSE_END = re.compile(r"[，、：,]")
_LETTER = re.compile(r"\S")
_SENTENCE_END = re.compile(rf"[{STOPS}!?；…][{STOPS}!?；…]*[”’』」）\"]*")
"""The end of a sentence.

The first character has a class of its own instead of `+`. The regular expression engine then searches for it in a
faster loop, which takes two thirds of the time.
"""
_END, _ANSWER = itemgetter(1), itemgetter(2)
"""Fields of a match."""

_TRIES = 16
"""After this many tries with false candidates, all are confirmed at once."""


def mark(text: str, query: Query, field: Field = "paragraph") -> tuple[SnippetPart, ...]:
    """Split a unit of an article (headline, paragraph …) into matches and the rest.

    Joined together, the parts are the text. `field` names the kind of unit: `headline:表彰` is only marked in
    headlines.

    >>> from indexer.search.query_parser import parse
    >>> [part.text for part in mark("勞動模範表彰會", parse("表彰")) if part.is_hit]
    ['表彰']
    """
    return mark_all([text], query, field)[0]


def mark_all(texts: Sequence[str], query: Query, field: Field = "paragraph") -> list[tuple[SnippetPart, ...]]:
    """Split several units of an article as `mark` does each of them, in a fraction of the time.

    >>> from indexer.search.query_parser import parse
    >>> [len(parts) for parts in mark_all(["工会", "", "总工会和妇联"], parse("工会"))]
    [1, 0, 3]
    """
    sought = wanted(query, field)
    folded = fold_together(texts, sought.letters)
    highlighter = Highlighter(folded, sought)
    starts = [0, *accumulate(len(text) + len(SEPARATOR) for text in texts)]
    spans = [(start, start + len(text)) for start, text in zip(starts, texts, strict=False)]
    found = list(highlighter.certain)
    for candidate in chain.from_iterable(candidates for _, candidates in highlighter.candidates.values()):
        confirmed = highlighter.confirm(candidate, spans[bisect_right(starts, candidate[0]) - 1])
        if confirmed:
            found.append(confirmed)
    found.sort()
    return [tuple(_parts(folded.text, _within(found, *span), span)) for span in spans]


class Shown(NamedTuple):
    """What a list of results shows of an article: its snippet, and how many matches are marked in all of it."""

    snippet: tuple[SnippetPart, ...]
    matches: int


def shown(
    documents: Sequence[DocumentSummary],
    query: Query,
    frequencies: Sequence[Mapping[str, int]],
    counted: Query | None = None,
) -> list[Shown]:
    """Return the snippet of each document, as `snippets` does, and the number of its matches.

    Both are found in one pass. The matches are those of another query if `counted` names it.
    """
    page, known = _prepared(documents, query, frequencies)
    numbers = range(len(documents))
    if counted is None and _is_the_same_in_all_fields(query):
        return [Shown(page.snippet(number, known[number]), page.count(number, known[number])) for number in numbers]
    counts = match_counts(documents, counted or query)
    return [Shown(page.snippet(number, known[number]), counts[number]) for number in numbers]


def snippets(
    documents: Sequence[DocumentSummary], query: Query, frequencies: Sequence[Mapping[str, int]] = ()
) -> list[tuple[SnippetPart, ...]]:
    """Return the snippet of each document.

    A snippet is the shortest range of the body or captions that answers the most parts of the query. It has at most 100
    characters, plus ellipses where its passage continues. If nothing in the body matches, it is the beginning of the
    article. It is empty if the article has neither body nor captions. `frequencies` gives, for each document, how often
    the words of the query occur in it, as far as the index knows.
    """
    page, known = _prepared(documents, query, frequencies)
    return [page.snippet(number, known[number]) for number in range(len(documents))]


def _prepared(
    documents: Sequence[DocumentSummary], query: Query, frequencies: Sequence[Mapping[str, int]]
) -> tuple[_Page, list[Mapping[str, int]]]:
    """Return the articles with all that may match, and what is known of how often words occur in each."""
    articles = [document.article for document in documents]
    page = _Page(articles, wanted(query, "paragraph"))
    # The index also counts the words proposed for misprints, which don't occur in the text.
    known: list[Mapping[str, int]] = [
        {} if article.lookalikes else its for article, its in zip(articles, frequencies, strict=False)
    ]
    return page, known or [{}] * len(articles)


def _is_the_same_in_all_fields(query: Query) -> bool:
    return all(isinstance(leaf, Near) or leaf.field is None for leaf in positive_leaves(query))


def match_counts(documents: Sequence[DocumentSummary], query: Query) -> list[int]:
    """Return how many matches are marked in each article: in its passages, headline, kicker, subtitle and names.

    >>> match_counts([], Everything())
    []
    """
    counts = [0] * len(documents)
    fields = [] if isinstance(query, Everything) else [_lines_by_field(document.article) for document in documents]
    for field in fields[0] if fields else ():
        owners = [number for number, lines in enumerate(fields) for _ in lines[field]]
        together = [line for lines in fields for line in lines[field]]
        for number, parts in zip(owners, mark_all(together, query, field), strict=True):
            counts[number] += sum(part.is_hit for part in parts)
    return counts


def _lines_by_field(article: ArticleSummary) -> dict[Field, list[str]]:
    """Return the lines of an article by field; captions are among the paragraphs, for no query tells them apart."""
    return {
        "kicker": [article.kicker],
        "headline": [article.headline],
        "subtitle": [article.subtitle],
        "byline": [person.name for person in article.byline],
        "paragraph": article.text.split("\n"),
    }


class _Page:
    """The joined lines of several articles and all possible matches in them, in order."""

    def __init__(self, articles: Sequence[ArticleSummary], sought: Wanted) -> None:
        lines = _BREAK.join([article.lines for article in articles])
        self._folded = fold_lines(lines, sought.letters, keep_space=not (sought.texts or sought.nears))
        # For each article the start and end of its passages, and the start of the next article.
        self._edges, start = [], 0
        for heads, end in [article.ends for article in articles]:
            self._edges.append((start, start + heads, start := start + end + len(SEPARATOR)))
        self._highlighter = Highlighter(self._folded, sought)
        self._is_mixed = sought.parts > 1

    def snippet(self, number: int, frequencies: Mapping[str, int]) -> tuple[SnippetPart, ...]:
        """Return the snippet of one of the articles."""
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

    def count(self, number: int, frequencies: Mapping[str, int]) -> int:
        """Return how many matches are marked in one of the articles; overlapping and adjacent ones are one."""
        first, _, end = self._edges[number]
        matches, doubtful = self._matches(first, end, end, frequencies)
        found = self._confirmed(matches, doubtful)
        if len(found) > 1:
            found.sort()
        count, covered = 0, -1
        for start, stop, _, _ in found:
            count += start > covered
            covered = max(covered, stop)
        return count

    def _matches(
        self, first: int, heads: int, end: int, frequencies: Mapping[str, int]
    ) -> tuple[list[Match], list[str]]:
        """Return all possible matches in an article and the words that need confirmation.

        `first` and `heads` are the start and end of the article's passages, `end` is the start of the next article.
        """
        certain = self._highlighter.certain
        found = _within(certain, first, heads) if certain else []
        doubtful = []
        for answers, (starts, candidates) in self._highlighter.candidates.items():
            begin = bisect_left(starts, first)
            stop = bisect_left(starts, heads, begin)
            found += candidates[begin:stop]
            if frequencies.get(answers, 0) != bisect_left(starts, end, stop) - begin:
                doubtful.append(answers)
        if self._is_mixed:
            found.sort()
        return found, doubtful

    def _best_stretch(self, matches: list[Match], doubtful: Sequence[str]) -> Span | None:
        """Return the shortest range that answers the most parts of the query, or None.

        Candidates that prove false are removed from `matches`.
        """
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
        """Return the matches with candidates confirmed and false ones removed."""
        if not doubtful:
            return matches
        found = [
            self._highlighter.confirm(one, self._passage(one[0])) if one[3] and one[2] in doubtful else one
            for one in matches
        ]
        return [match for match in found if match]

    def _passage(self, place: int) -> Span:
        """Return the range of the line around a position, stripped of white space."""
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
    """Return the first position in a range that is not white space, else `start`."""
    found = _LETTER.search(text, start, end)
    return found.start() if found else start


def _within(matches: list[Match], start: int, end: int) -> list[Match]:
    return matches[bisect_left(matches, (start,)) : bisect_left(matches, (end,))]


def _most_answers(matches: Sequence[Match], text: str) -> Span:
    """Return the slice of matches that answers the most parts in the shortest range.

    This is a sliding window over the matches, which are in order. The range stays within one line.
    """
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
    """Expand a range to as many whole sentences as fit.

    If its own sentence is too long, the range is limited at clause boundaries if possible.
    """
    if passage[1] - passage[0] <= MAX_CHARACTERS:
        return passage
    # Text beyond these bounds never fits, so sentence ends there don't matter.
    begin, end = max(stretch[0] - _FAR, passage[0]), min(stretch[1] + _FAR, passage[1])
    edges = [begin, *[sentence.end() for sentence in _SENTENCE_END.finditer(text, begin, end)], end]
    first = edges[bisect_right(edges, stretch[0]) - 1]
    last = edges[bisect_left(edges, stretch[1])]
    if last - first > MAX_CHARACTERS:
        return _cut(text, stretch, (first, last))
    last = edges[bisect_right(edges, first + MAX_CHARACTERS) - 1]
    return edges[bisect_left(edges, last - MAX_CHARACTERS)], last


def _cut(text: str, stretch: Span, sentence: Span) -> Span:
    """Take as much of a long sentence as fits, with the range in the middle."""
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
    """Split a range of a text at the bounds of its matches, which are in order.

    Overlapping and adjacent matches are merged.
    """
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
