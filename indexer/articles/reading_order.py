"""Columns out of order: the physical lines of an article put back in the order in which they were printed.

Text extraction that reads across columns leaves lines of one column between those of another
(为提|养老护理培训班。|高妇女就业技能). Physical lines are the units: every raw line end, and in pages that were wrapped
with spaces every such space. Each pair of lines has a score, how much likelier it is that one continues the other
(`fluency`) and what punctuation and datelines say; following one another in the extraction counts in favour. Lines
move while that raises the sum. A seam that stays without evidence is not closed: the passage after it is flagged.
"""

from __future__ import annotations

import itertools
import math
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from indexer.articles import bylines, fluency
from indexer.articles.lines import Line, Sheet
from indexer.articles.rearranging import rearrange
from indexer.model import Passage

_SENTENCE_END = re.compile(r"[。！？!?…][”’」』）)》\"]*$")
_PROSE = re.compile(r"[，。]")
_UNFINISHED = re.compile(r"[\w%％]$")
_MUST_FOLLOW = re.compile(r"^[，。、；：！？,;:!?）)》”’%％]")
_ODD_QUOTE = re.compile(r"^[^“”\"]{1,8}\"")
_OPENER = re.compile(r"^(?:近年来|目前|至目前|截至目前|此外|另外|据悉|据了解|据介绍|下一步|活动现场|活动中)，")
_LEAD = re.compile(r"^(?:([^，。、；：]{4,9})，)?([^，。、；：]{4,9})。")
"""A paragraph's lead in bold: 抓招商促引资，积蓄发展动能。 Those of one article are of one shape."""

_LONGEST_COLUMN = 60
_FIRMLY_JOINED = 0.5
_NEVER = -30.0
_TORN = -1.0
_SEEN_ELSEWHERE = 3.0
"""Letters that stand together elsewhere in the article do so in 22 % of true joints and in 1 % of chance ones."""
_SURELY_TORN = -5.5
_TRUST = 3.0
_UNLIKELY = 4.0
_FIRST_GAIN, _NEXT_GAIN = -2.0, 1.0
"""Evidence that a move must bring, in nats: the more moves there are, the likelier that one looks good by chance."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A physical line: a stretch of the cleaned text.

    It `begins` a line of the cleaned text or stands after a blank line (`breaks`), or it `ends` the article. `prose`
    tells that its line is running text, with commas or full stops.
    """

    text: str
    start: int
    end: int
    begins: bool
    breaks: bool
    ends: bool
    prose: bool

    @property
    def is_closed(self) -> bool:
        """Whether a sentence ends with it."""
        return self.ends or bool(_SENTENCE_END.search(self.text))

    @property
    def is_unfinished(self) -> bool:
        """Whether it is running text that stops without any mark."""
        return self.prose and not self.ends and bool(_UNFINISHED.search(self.text))


def arrange(lines: Sequence[Line], sheet: Sheet, codes: Sequence[Line] = ()) -> tuple[Passage, ...]:
    """Put the lines of an article, or of a part of it, in reading order and return them as paragraphs.

    `codes` are the editor's codes that were cut off: the line before one ends the article.
    """
    scores = Scores(_pieces(lines, sheet, {code.start for code in codes}))
    order = _order(scores)
    seams = _seams(order, scores)
    passages: list[Passage] = []
    start = 0
    for place in range(1, len(order) + 1):
        if place == len(order) or place in seams or _is_new_paragraph(order[place - 1], order[place], scores):
            pieces = [scores.pieces[piece] for piece in order[start:place]]
            flags = _flags(pieces, start in seams, place in seams)
            passages.append(_passage(pieces, sheet, flags))
            start = place
    return tuple(passages)


class Scores:
    """How well each piece goes after each other, in nats."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self._tails = [fluency.Tail(piece.text) for piece in pieces]
        self._heads = [fluency.Head(piece.text) for piece in pieces]
        self._width = statistics.median([len(piece.text) for piece in pieces] or [0])
        self._grams = {gram for piece in pieces for gram in _trigrams(piece.text)}
        self._leads = Counter(_shape(piece.text) for piece in pieces if piece.begins or piece.breaks)

    def pair(self, one: int, other: int) -> float:
        """Score one piece continuing another, whatever the extraction says."""
        before, after = self.pieces[one], self.pieces[other]
        if before.ends or bylines.has_dateline(after.text):
            return _NEVER
        score = fluency.fit(self._tails[one], self._heads[other])
        if not self._grams.isdisjoint(_trigrams(before.text[-2:] + after.text[:2])):
            score += _SEEN_ELSEWHERE
        if before.is_closed:
            ended = len(before.text) <= self._width - 3 and not (after.begins or after.breaks)
            return score - 8 * bool(_MUST_FOLLOW.match(after.text)) - _UNLIKELY * ended
        if before.text[-2:] == after.text[:2]:
            score -= _UNLIKELY
        starts = self.opens_paragraph(other) or (other != one + 1 and self.is_known_start(other))
        return score - _UNLIKELY * starts

    def fit(self, one: int, other: int) -> float:
        """Score a pair in the order sought, where -1 is the beginning and the number of pieces the end."""
        if one < 0:
            return 20.0 * (other < len(self.pieces) and bylines.has_dateline(self.pieces[other].text))
        if other == len(self.pieces):
            return 20.0 * self.pieces[one].ends
        return self.pair(one, other)

    def opens_paragraph(self, place: int) -> bool:
        """Tell a piece that by its own words is the beginning of a paragraph."""
        piece = self.pieces[place]
        if _OPENER.match(piece.text) or bylines.has_dateline(piece.text):
            return True
        shape = _shape(piece.text)
        return (piece.begins or piece.breaks) and shape != (0, 0) and self._leads[shape] > 1

    def is_known_start(self, place: int) -> bool:
        """Tell the beginning of a cleaned line; after an editor's code that says nothing."""
        return self.pieces[place].begins and place > 0 and not self.pieces[place - 1].ends

    @cached_property
    def natural(self) -> list[float]:
        """The scores of the extraction's own joints."""
        return [self.pair(place, place + 1) for place in range(len(self.pieces) - 1)]


def _trigrams(text: str) -> Iterator[str]:
    return (text[place : place + 3] for place in range(len(text) - 2) if text[place : place + 3].isalpha())


def _shape(text: str) -> tuple[int, int]:
    """The lengths of the two parts of a paragraph's lead; (0, 0) if it has none."""
    found = _LEAD.match(text)
    return (len(found[1] or ""), len(found[2])) if found else (0, 0)


def _pieces(lines: Sequence[Line], sheet: Sheet, code_places: set[int]) -> list[Piece]:
    """Cut lines at their physical line ends."""
    seams = {line.start: list(sheet.seams(line.start, line.end)) for line in lines}
    by_spaces = _is_wrapped_with_spaces(lines, [blank for found in seams.values() for _, blank in found])
    pieces: list[Piece] = []
    for line in lines:
        cuts = {place: blank.count("\n") > 1 for place, blank in seams[line.start] if "\n" in blank or by_spaces}
        for start, end in itertools.pairwise([line.start, *cuts, line.end]):
            text = sheet.text[start:end].strip()
            ends = end == line.end and any(0 <= code - end <= 1 for code in code_places)
            if text:
                prose = bool(_PROSE.search(line.text))
                pieces.append(Piece(text, start, end, start == line.start, cuts.get(start, False), ends, prose))
    return pieces


def _is_wrapped_with_spaces(lines: Sequence[Line], blanks: Sequence[str]) -> bool:
    """Tell text whose physical lines end in a space: no plain line ends inside, a space at least every 60 letters."""
    spaces = sum("\n" not in blank for blank in blanks)
    feeds = sum(blank.count("\n") == 1 for blank in blanks)
    return spaces > 3 * feeds and spaces * _LONGEST_COLUMN > sum(len(line.text) for line in lines)


def _order(scores: Scores) -> list[int]:
    """The reading order, as places of pieces; the extraction's own where nothing speaks against it."""
    size = len(scores.pieces)
    if not any(score < _TORN for score in scores.natural):
        return list(range(size))
    return rearrange(
        size,
        cache(scores.fit),
        trust=_TRUST,
        firm=_FIRMLY_JOINED,
        first_gain=2 * math.log(size) + _FIRST_GAIN,
        next_gain=_NEXT_GAIN,
    )


def _seams(order: Sequence[int], scores: Scores) -> set[int]:
    """The places in the order before which the text may not run on as printed."""
    moved = list(order) != sorted(order)
    lost = {place for place in range(1, len(order)) if _is_lost(order[place - 1], order[place], scores)}
    undecided = _undecided(order, scores)
    if not (moved or lost):
        return set()
    torn = {place for place in range(1, len(order)) if _is_torn(order[place - 1], order[place], scores)}
    return lost | undecided | torn


def _is_lost(one: int, other: int, scores: Scores) -> bool:
    """Tell a sentence that breaks off before a new paragraph: lines are lost between."""
    before, after = scores.pieces[one], scores.pieces[other]
    if not before.is_unfinished or scores.pair(one, other) >= _TORN:
        return False
    starts = after.begins if other == one + 1 else scores.is_known_start(other)
    return starts or scores.opens_paragraph(other)


def _is_torn(one: int, other: int, scores: Scores) -> bool:
    """Tell a joint of the extraction that doesn't fit, inside a line; a quote without its partner adds to the doubt."""
    if other != one + 1 or scores.pieces[other].begins:
        return False
    return scores.natural[one] - 3 * bool(_ODD_QUOTE.match(scores.pieces[other].text)) < _SURELY_TORN


def _undecided(order: Sequence[int], scores: Scores) -> set[int]:
    """New joints of unfinished lines without evidence: others would have done as well."""
    new = [
        (place, one, other)
        for place, (one, other) in enumerate(itertools.pairwise(order), 1)
        if other != one + 1 and not scores.pieces[one].is_closed
    ]
    found = set()
    for place, one, other in new:
        score = scores.pair(one, other)
        margins = [
            score + scores.pair(rival, rest) - scores.pair(one, rest) - scores.pair(rival, other)
            for _, rival, rest in new
            if rival != one
        ]
        if score < -_UNLIKELY or (score < _FIRMLY_JOINED and min(margins, default=1.0) < _FIRMLY_JOINED):
            found.add(place)
    return found


def _is_new_paragraph(one: int, other: int, scores: Scores) -> bool:
    """Tell whether a paragraph begins: where cleaning began a line, unless the sentence before is unfinished."""
    before, after = scores.pieces[one], scores.pieces[other]
    return after.begins and (before.is_closed or (other == one + 1 and not before.is_unfinished))


def _flags(pieces: Sequence[Piece], after_seam: bool, before_seam: bool) -> tuple[str, ...]:
    torn = after_seam or before_seam
    broken_off = not pieces[-1].is_closed and (before_seam or len(pieces) > 1)
    return (*["seam"] * after_seam, *["incomplete"] * (torn and (after_seam or broken_off)))


def _passage(pieces: Sequence[Piece], sheet: Sheet, flags: tuple[str, ...]) -> Passage:
    spans = [(piece.start, piece.end) for piece in pieces]
    text = "".join(sheet.text[start:end] for start, end in spans)
    return Passage(text.strip(), sheet.spans(spans), flags)
