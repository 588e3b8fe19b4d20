"""Physical lines, and how well one goes after another.

Every raw line end parts two pieces, and in text that was wrapped with spaces every such space. How well a pair goes
together is measured in nats: by words and characters that run across (`fluency`), by letters that stand together
elsewhere in the article, and by what punctuation and datelines say.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.articles import bylines, fluency
from indexer.articles.fluency import Side
from indexer.articles.lines import Line, Sheet
from indexer.articles.word_costs import Floats

_SENTENCE_END = re.compile(r"[。！？!?…][”’」』）)》\"]*$")
_LONGEST_END = 8
_PROSE = re.compile(r"[，。]")
_UNFINISHED = re.compile(r"[\w%％]")
_MUST_FOLLOW = frozenset("，。、；：！？,;:!?）)》”’%％")
_OPENER = re.compile(r"^(?:近年来|目前|至目前|截至目前|此外|另外|据悉|据了解|据介绍|下一步|活动现场|活动中)，")
_LEAD = re.compile(r"^(?:([^，。、；：]{4,9})，)?([^，。、；：]{4,9})。")
"""A paragraph's lead in bold: 抓招商促引资，积蓄发展动能。 Those of one article are of one shape."""

_LONGEST_COLUMN = 60
_NEVER = -30.0
_IMPOSSIBLE, _UNLIKELY = 8.0, 4.0
_SURE = 20.0
_SPREAD = 0x9E3779B1
"""Makes of two letters a number that few others have."""
_SEEN_ELSEWHERE = 3.0
"""Letters that stand together elsewhere in the article do so in 22 % of true joints and in 1 % of chance ones."""


class Piece(NamedTuple):
    """A physical line: a stretch of the cleaned text.

    It `begins` a line of the cleaned text or stands after a blank line (`breaks`), or it `ends` the article. A sentence
    ends with it (`is_closed`), or it `is_unfinished`: running text that stops without any mark.
    """

    text: str
    start: int
    end: int
    begins: bool
    breaks: bool
    ends: bool
    is_closed: bool
    is_unfinished: bool


def cut_pieces(lines: Sequence[Line], sheet: Sheet, codes: Sequence[Line]) -> list[Piece]:
    """Cut lines at their physical line ends. `codes` are the editor's codes that stood behind some of them."""
    seams = {line.start: list(sheet.seams(line.start, line.end)) for line in lines}
    by_spaces = _is_wrapped_with_spaces(lines, [blank for found in seams.values() for _, blank in found])
    code_places = {code.start for code in codes}
    pieces: list[Piece] = []
    for line in lines:
        cuts = {place: blank.count("\n") > 1 for place, blank in seams[line.start] if "\n" in blank or by_spaces}
        prose = bool(_PROSE.search(line.text))
        for start, end in itertools.pairwise([line.start, *cuts, line.end]):
            if sheet.text[start:end].strip():
                ends = end == line.end and not code_places.isdisjoint((end, end + 1))
                place = (start == line.start, cuts.get(start, False), ends)
                pieces.append(_piece(sheet.text[start:end].strip(), start, end, place, prose=prose))
    return pieces


def _piece(text: str, start: int, end: int, place: tuple[bool, bool, bool], *, prose: bool) -> Piece:
    begins, breaks, ends = place
    is_closed = ends or bool(_SENTENCE_END.search(text, max(len(text) - _LONGEST_END, 0)))
    is_unfinished = prose and not ends and bool(_UNFINISHED.match(text[-1]))
    return Piece(text, start, end, begins, breaks, ends, is_closed, is_unfinished)


def _is_wrapped_with_spaces(lines: Sequence[Line], blanks: Sequence[str]) -> bool:
    """Tell text whose physical lines end in a space: no plain line ends inside, a space at least every 60 letters."""
    spaces = sum("\n" not in blank for blank in blanks)
    feeds = sum(blank.count("\n") == 1 for blank in blanks)
    return spaces > 3 * feeds and spaces * _LONGEST_COLUMN > sum(len(line.text) for line in lines)


class Joints:
    """How well each piece goes after each other, in nats. -1 stands before all pieces, their number after all."""

    def __init__(self, pieces: Sequence[Piece], sides: tuple[Side, Side], natural: Sequence[float]) -> None:
        """`natural` is how well the letters of each piece continue those of the one before."""
        self.pieces = pieces
        self._sides = sides
        self._natural = natural
        texts = [piece.text for piece in pieces]
        self._has_dateline = list(map(bylines.has_dateline, texts))
        longest = statistics.median(map(len, texts)) - 3
        self._is_short = [len(text) <= longest for text in texts]

    @classmethod
    def of_each(cls, articles: Sequence[Sequence[Piece]]) -> Iterator[Joints]:
        """The joints of several articles: to ask for the costs of all words at once takes half the time."""
        ends, beginnings = fluency.sides([piece.text for pieces in articles for piece in pieces])
        natural = fluency.in_a_row(ends, beginnings).tolist()
        first = 0
        for pieces in articles:
            last = first + len(pieces)
            yield cls(pieces, (ends.between(first, last), beginnings.between(first, last)), natural[first : last - 1])
            first = last

    def fit(self, one: int, other: int) -> float:
        """Score a pair of pieces."""
        return self.natural[one] if other == one + 1 else float(self.table[one + 1, other])

    @cached_property
    def natural(self) -> list[float]:
        """The scores of the extraction's own joints."""
        return [score + self._told(place) for place, score in enumerate(self._natural)]

    def _told(self, one: int) -> float:
        """What marks and letters tell of a piece and the next one."""
        before, other = self.pieces[one], one + 1
        if before.ends or self._has_dateline[other]:
            return _NEVER
        if before.is_closed:
            return -float(self._after_end[int(self._is_short[one]), other])
        return self._echoes[one].get(other, 0.0) - _UNLIKELY * self.opens_paragraph[other]

    @cached_property
    def table(self) -> Floats:
        """All scores: in row `one` + 1 and column `other` that of one before the other."""
        size = len(self.pieces)
        objections = np.vstack((self._after_end, self._after_word))
        kinds = [int(short) if one.is_closed else 2 for one, short in zip(self.pieces, self._is_short, strict=True)]
        table = np.zeros((size + 1, size + 1))
        table[1:, :-1] = fluency.table(*self._sides) - objections[kinds]
        for one, echoes in enumerate(self._echoes):
            for other, score in echoes.items():
                table[one + 1, other] += score
        table[range(1, size), range(1, size)] = self.natural
        table[1:, :-1][:, self._has_dateline] = _NEVER
        table[0, :-1] = np.where(self._has_dateline, _SURE, 0)
        for one in (one for one, piece in enumerate(self.pieces) if piece.ends):
            table[one + 1] = [_NEVER] * size + [_SURE]
        return table

    @cached_property
    def _after_end(self) -> Floats:
        """What speaks against each piece after the end of a sentence; and after a short line, the paragraph's last."""
        after_long = _IMPOSSIBLE * np.array([piece.text[0] in _MUST_FOLLOW for piece in self.pieces])
        is_inside = np.array([not (piece.begins or piece.breaks) for piece in self.pieces])
        return np.array((after_long, after_long + _UNLIKELY * is_inside))

    @property
    def _after_word(self) -> Floats:
        """What speaks against each piece after an unfinished sentence, where the extraction did not put it."""
        starts = [opens or self.is_known_start(place) for place, opens in enumerate(self.opens_paragraph)]
        return _UNLIKELY * np.array(starts)

    @cached_property
    def _echoes(self) -> Sequence[Mapping[int, float]]:
        """For each unfinished piece, those of which the letters at the joint tell something, and how much: they stand
        together elsewhere in the article, or stand there twice."""
        texts = [piece.text for piece in self.pieces]
        starts: defaultdict[str, list[int]] = defaultdict(list)
        firsts: defaultdict[str, list[int]] = defaultdict(list)
        for other, text in enumerate(texts):
            starts[text[:2]].append(other)
            firsts[text[0]].append(other)
        before, after = _beside(texts)
        found: list[Mapping[int, float]] = []
        for piece in self.pieces:
            echoes: dict[int, float] = {}
            if not piece.is_closed:
                end = piece.text[-2:]
                seen = [starts[pair] for pair in before.get(end[-1], ())]
                seen += [firsts[letter] for letter in after.get(end, ()) if letter in firsts]
                echoes.update((other, _SEEN_ELSEWHERE) for others in seen for other in others)
                for other in starts.get(end, ()):
                    echoes[other] = echoes.get(other, 0.0) - _UNLIKELY
            found.append(echoes)
        return found

    @cached_property
    def opens_paragraph(self) -> list[bool]:
        """Which pieces are by their own words the beginning of a paragraph."""
        leads = [_shape(piece.text) if piece.begins or piece.breaks else None for piece in self.pieces]
        common = {shape for shape, count in Counter(leads).items() if shape and count > 1}
        return [
            bool(_OPENER.match(piece.text)) or has_dateline or shape in common
            for piece, has_dateline, shape in zip(self.pieces, self._has_dateline, leads, strict=True)
        ]

    def is_known_start(self, place: int) -> bool:
        """Tell the beginning of a cleaned line; after an editor's code that says nothing."""
        return self.pieces[place].begins and place > 0 and not self.pieces[place - 1].ends


def _beside(texts: Sequence[str]) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """Where the two letters stand in the texts that one of them begins with, or ends with: by the letter before them,
    those that one begins with; and by the two that one ends with, the letters after them."""
    page = "\n".join(("", *texts, "", ""))
    before: defaultdict[str, set[str]] = defaultdict(set)
    after: defaultdict[str, set[str]] = defaultdict(set)
    letters = np.frombuffer(page.encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter(map(len, texts), np.intp, len(texts))
    first = np.cumsum(lengths + 1) - lengths
    for at in _where_again(letters, first, beside=-1):
        if page[at - 1 : at + 2].isalpha():
            before[page[at - 1]].add(page[at : at + 2])
    for at in _where_again(letters, first + lengths - 2, beside=2):
        if page[at : at + 3].isalpha():
            after[page[at : at + 2]].add(page[at + 2])
    return before, after


def _where_again(letters: NDArray[np.uint32], places: NDArray[np.intp], beside: int) -> list[int]:
    """Where two letters stand that may be those at one of the places, and no line feed so far beside them."""
    pairs = (letters[:-2] * np.uint32(_SPREAD) + letters[1:-1]) >> np.uint32(16)
    is_sought = np.zeros(1 << 16, np.bool_)
    is_sought[pairs[places]] = True
    at = np.flatnonzero(is_sought[pairs])
    found: list[int] = at[letters[at + beside] != ord("\n")].tolist()
    return found


def _shape(text: str) -> tuple[int, int] | None:
    """The lengths of the two parts of a paragraph's lead, if it has one."""
    found = _LEAD.match(text)
    return (len(found[1] or ""), len(found[2])) if found else None
