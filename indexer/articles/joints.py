"""Physical lines, and how well one goes after another.

Every raw line end parts two pieces, and in text that was wrapped with spaces every such space. How well a pair goes
together is measured in nats: by words and characters that run across (`fluency`), by letters that stand together
elsewhere in the article, and by what punctuation and datelines say.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from indexer.articles import bylines, fluency
from indexer.articles.lines import Line, Sheet

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
    """How well each piece goes after each other, in nats."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        texts = [piece.text for piece in pieces]
        self._tails = list(map(fluency.Tail, texts))
        self._heads = [*map(fluency.Head, texts), fluency.Head("")]
        self._has_dateline = list(map(bylines.has_dateline, texts))
        self._ends, self._starts = [text[-2:] for text in texts], [text[:2] for text in texts]
        page = "\n".join(texts)
        self._grams = set(map("".join, zip(page, page[1:], page[2:], strict=False)))
        self._width = statistics.median([len(text) for text in texts] or [0])
        self._known: dict[tuple[int, int], float] = {}

    def fit(self, one: int, other: int) -> float:
        """Score a pair, where -1 is the beginning of the article and the number of pieces its end."""
        score = self._known.get((one, other))
        return self.row(one, (other,))[0] if score is None else score

    def row(self, one: int, others: Sequence[int]) -> list[float]:
        """Score one piece before each of several others: one by one takes three times as long."""
        scores = self._row(one, others)
        self._known.update(zip(zip(itertools.repeat(one), others), scores, strict=True))
        return scores

    def _row(self, one: int, others: Sequence[int]) -> list[float]:
        size = len(self.pieces)
        if one < 0:
            return [_SURE * (other < size and self._has_dateline[other]) for other in others]
        before = self.pieces[one]
        if before.ends:
            return [_SURE if other == size else _NEVER for other in others]
        scores = fluency.fits(self._tails[one], [self._heads[other] for other in others])
        adjust = self._after_end if before.is_closed else self._after_word
        return [
            0.0 if other == size else _NEVER if self._has_dateline[other] else adjust(one, other, score)
            for other, score in zip(others, scores, strict=True)
        ]

    def _after_end(self, one: int, other: int, score: float) -> float:
        """Weigh what follows the end of a sentence."""
        before, after = self.pieces[one], self.pieces[other]
        last_of_paragraph = len(before.text) <= self._width - 3
        torn = last_of_paragraph and not (after.begins or after.breaks)
        return score - _IMPOSSIBLE * (after.text[:1] in _MUST_FOLLOW) - _UNLIKELY * torn

    def _after_word(self, one: int, other: int, score: float) -> float:
        """Weigh what follows an unfinished sentence."""
        end, start = self._ends[one], self._starts[other]
        if self._stand_elsewhere(end + start[:1]) or self._stand_elsewhere(end[-1:] + start):
            score += _SEEN_ELSEWHERE
        opens = self.opens_paragraph[other] or (other != one + 1 and self.is_known_start(other))
        return score - _UNLIKELY * (opens + (end == start))

    def _stand_elsewhere(self, letters: str) -> bool:
        """Tell whether three letters stand together in a piece."""
        return letters in self._grams and letters.isalpha()

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

    @cached_property
    def natural(self) -> list[float]:
        """The scores of the extraction's own joints."""
        return [self.fit(place, place + 1) for place in range(len(self.pieces) - 1)]


def _shape(text: str) -> tuple[int, int] | None:
    """The lengths of the two parts of a paragraph's lead, if it has one."""
    found = _LEAD.match(text)
    return (len(found[1] or ""), len(found[2])) if found else None
