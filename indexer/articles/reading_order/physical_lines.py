"""Physical lines: the pieces from which a page's lines were joined.

Every raw line end separates two pieces. In text that was wrapped with spaces, so does every such space.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from indexer.articles.page_lines import bylines
from indexer.articles.page_lines.source_map import Line, Sheet
from indexer.text.newsprint import STOPS

_SENTENCE_END = re.compile(rf"[{STOPS}!?…][”’」』）)》\"]*$")
_LAST_OF_SENTENCE = frozenset('。！？!?…”’」』）)》"')
_LONGEST_END = 8
_OPENER = re.compile(r"^(?:近年来|目前|至目前|截至目前|此外|另外|据悉|据了解|据介绍|下一步|活动现场|活动中)，")
_OPENS = frozenset("近目至截此另据下活")
_LEAD = re.compile(r"^(?:([^，。、；：]{4,9})，)?([^，。、；：]{4,9})。")
"""A paragraph's lead in bold: 抓招商促引资，积蓄发展动能。 All leads of an article have the same shape."""
_PROSE = re.compile(r"[，。]")
_UNFINISHED = frozenset("_%％")
"""Characters, besides letters and digits, in which a broken word or number can end."""
_LONGEST_COLUMN, _SHORTEST_COLUMN, _RAGGED, _ALIKE = 60, 8, 3, 0.5
"""The letters in a line of a column, by how many they differ, and the share of lines that differ no more."""


class Piece(NamedTuple):
    """A physical line: a stretch of the cleaned text.

    `begins` means that it begins a cleaned line, `breaks` that it follows a blank line, `ends` that it ends the
    article. `is_closed` means that a sentence ends with it, `is_unfinished` that it is running text that stops
    without any mark.
    """

    text: str
    start: int
    end: int
    begins: bool
    breaks: bool
    ends: bool
    is_closed: bool
    is_unfinished: bool
    has_dateline: bool


def cut_pieces(lines: Sequence[Line], codes: Sequence[Line], sheet: Sheet) -> list[Piece]:
    """Split lines at their physical line ends. `codes` are the editor's codes that followed some of them."""
    seams = {line.start: list(sheet.seams(line.start, line.end)) for line in lines}
    by_spaces = _is_wrapped_with_spaces(lines, seams)
    code_places = {code.start for code in codes}
    pieces: list[Piece] = []
    for line in lines:
        cuts = {place: blank.count("\n") > 1 for place, blank in seams[line.start] if "\n" in blank or by_spaces}
        prose = bool(_PROSE.search(line.text))
        for start, end in itertools.pairwise([line.start, *cuts, line.end]):
            if text := sheet.text[start:end].strip():
                ends = end == line.end and not code_places.isdisjoint((end, end + 1))
                place = (start == line.start, cuts.get(start, False), ends)
                pieces.append(_piece(text, start, end, place, prose=prose))
    return pieces


def _piece(text: str, start: int, end: int, place: tuple[bool, bool, bool], *, prose: bool) -> Piece:
    begins, breaks, ends = place
    last = text[-1]
    is_closed = ends or (
        last in _LAST_OF_SENTENCE and bool(_SENTENCE_END.search(text, max(len(text) - _LONGEST_END, 0)))
    )
    is_unfinished = prose and not ends and (last.isalnum() or last in _UNFINISHED)
    return Piece(text, start, end, begins, breaks, ends, is_closed, is_unfinished, bylines.has_dateline(text))


def _is_wrapped_with_spaces(lines: Sequence[Line], seams: Mapping[int, Sequence[tuple[int, str]]]) -> bool:
    """Return whether physical lines end in a space.

    There are over three spaces per line end, and most stretches between them are as long as the lines of a column are.
    """
    kinds = Counter(blank for found in seams.values() for _, blank in found)
    spaces = sum(count for blank, count in kinds.items() if "\n" not in blank)
    feeds = sum(count for blank, count in kinds.items() if blank.count("\n") == 1)
    if spaces <= 3 * feeds or spaces * _LONGEST_COLUMN <= sum(len(line.text) for line in lines):
        return False
    stretches = [
        other - one
        for line in lines
        for one, other in itertools.pairwise([line.start, *(place for place, _ in seams[line.start])])
    ]
    usual = statistics.median(stretches)
    alike = sum(abs(stretch - usual) <= _RAGGED for stretch in stretches)
    return usual >= _SHORTEST_COLUMN and alike >= _ALIKE * len(stretches)


def open_paragraphs(pieces: Sequence[Piece]) -> list[bool]:
    """Return, for each piece in order, whether its own words mark the beginning of a paragraph."""
    leads = [(place, _shape(piece.text)) for place, piece in enumerate(pieces) if piece.begins or piece.breaks]
    counts = Counter(shape for _, shape in leads)
    common = {place for place, shape in leads if shape and counts[shape] > 1}
    return [
        piece.has_dateline or place in common or (piece.text[0] in _OPENS and bool(_OPENER.match(piece.text)))
        for place, piece in enumerate(pieces)
    ]


def _shape(text: str) -> tuple[int, int] | None:
    """Return the lengths of the two parts of a paragraph's lead, or None if there is no lead."""
    found = _LEAD.match(text)
    return (len(found[1] or ""), len(found[2])) if found else None


def are_short(pieces: Sequence[Piece]) -> list[bool]:
    """Return, for each piece in order, whether it is shorter than most pieces of the article."""
    lengths = [len(piece.text) for piece in pieces]
    longest = statistics.median(lengths) - 3
    return [length <= longest for length in lengths]
