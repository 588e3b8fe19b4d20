"""Gather the lines of a page into its pieces: heads, runs of text in one column, captions, and the page's edges."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from indexer.readers import folio
from indexer.readers.layout.measures import Measured, MeasuredPage, ems
from indexer.readers.layout.paragraphs import is_closed, is_indented, opens_news
from indexer.readers.layout.shadows import nearest_above
from indexer.text.newsprint import ROLE

PieceKind = Literal["head", "text", "caption", "edge"]

_TOP, _BOTTOM = 0.14, 0.9
"""The shares of the height of what is printed, above and below which the edges of a page are looked for."""
_LONGEST_EDGE = 16
"""The letters of a line beside a folio that belongs to the edge too."""
_CLOSE, _BESIDE = 1.15, 1.3
"""In sizes of their letters: how far apart two lines of a head may stand, below each other and side by side."""
_FAR, _SET_OFF, _PICTURE = 1.9, 1.45, 3.0
"""In leadings: the step over which a run of text goes on, that below a byline, and the white above a caption."""
_BELOW_CAPTION = 1.25
_SMALL_HEADING, _LONGEST_BYLINE, _LONGEST_CAPTION = 1.38, 32, 8
_DEEPEST = 4.0
"""How far a line is set in at most, in sizes of letters."""
_NOT_OF_TEXT, _BOLDER = 0.045, 150
_LONGEST_IMPRINT = 70
_IMPRINT = re.compile(
    r"(?:本[版期])?(?:责任?编辑?|编辑|校对|版式|美编|组版|值班\S{0,3}|新闻热线|报料热线|投稿\S{0,2}|社址|邮发代号|国内统一\S{0,8})[\s:：/／]"
)
_CAPTION = re.compile("[▲△▼▽◀◁◄▶▷►↑↓←→]|[上下左右]?图(?:[为①-⑩：:]|片说明)")


@dataclass(slots=True, eq=False)
class PagePiece:
    """Lines that belong together, from top to bottom, and the box around them."""

    kind: PieceKind
    lines: list[Measured]
    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0

    def __post_init__(self) -> None:
        self.measure()

    def measure(self) -> None:
        """Draw the box around the lines anew."""
        self.left = min(line.left for line in self.lines)
        self.top = min(line.top for line in self.lines)
        self.right = max(line.right for line in self.lines)
        self.bottom = max(line.bottom for line in self.lines)

    @property
    def middle(self) -> float:
        """How far to the right its middle is."""
        return (self.left + self.right) / 2

    @property
    def is_upright(self) -> bool:
        """Whether it is a head that runs from top to bottom."""
        return self.kind == "head" and any(line.is_upright for line in self.lines)


def gather(page: MeasuredPage) -> list[PagePiece]:
    """Return the pieces of a page, from top to bottom."""
    edges = _edges(page)
    rows = sorted((line for line in page.lines if line.place not in edges), key=lambda line: line.middle)
    above = nearest_above(rows, page.body / 4)
    pieces = [PagePiece("edge", row) for row in _rows([line for line in page.lines if line.place in edges])]
    heads = _is_head(rows, above, page)
    sides = sorted(line.left for line, is_head in zip(rows, heads, strict=True) if not is_head)
    pieces += _heads(rows, above, heads, sides)
    pieces += _texts(rows, above, heads, page)
    return sorted(pieces, key=lambda piece: piece.top)


def _edges(page: MeasuredPage) -> frozenset[int]:
    """Return the places of the lines above and below all articles: folios, and what stands beside them."""
    top, bottom = min(line.top for line in page.lines), max(line.bottom for line in page.lines)
    head = [line for line in page.lines if line.middle < top + _TOP * (bottom - top)]
    foot = [line for line in page.lines if line.middle > top + _BOTTOM * (bottom - top)]
    found = {line.place for line in page.lines if line.role == "furniture"}
    for zone, is_top in ((head, True), (foot, False)):
        folios = [line for line in zone if folio.stands_alone(line.text) or folio.at_an_edge(line.text)]
        beside = [line for line in zone if any(_shares_row(line, other) for other in folios)]
        found.update(line.place for line in folios)
        found.update(line.place for line in beside if len(line.text) <= _LONGEST_EDGE)
        rest = [line for line in page.lines if line.place not in found]
        limit = (
            min((line.top for line in rest), default=0) if is_top else max((line.bottom for line in rest), default=0)
        )
        past = [
            line for line in folios if (line.bottom < limit + page.body if is_top else line.top > limit - page.body)
        ]
        found -= {line.place for line in folios} - {line.place for line in past if past}
    found.update(line.place for line in foot if _is_imprint(line))
    return frozenset(found)


def _is_imprint(line: Measured) -> bool:
    return len(line.text) <= _LONGEST_IMPRINT and _IMPRINT.match(line.text.strip()) is not None


def _shares_row(line: Measured, other: Measured) -> bool:
    shared = min(line.bottom, other.bottom) - max(line.top, other.top)
    return shared > 0.5 * min(line.bottom - line.top, other.bottom - other.top)


def _rows(lines: Iterable[Measured]) -> list[list[Measured]]:
    """Return lines row by row, each row from left to right."""
    rows: list[list[Measured]] = []
    for line in sorted(lines, key=lambda line: line.middle):
        if rows and _shares_row(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _is_head(rows: Sequence[Measured], above: Sequence[Sequence[int]], page: MeasuredPage) -> list[bool]:
    """Return for each line whether it is of a head. A heading within a column, between its lines, is not."""
    heads = [line.role in ("headline", "kicker", "subtitle") if line.role else page.is_heading(line) for line in rows]
    below: dict[int, int] = {}
    for place, others in enumerate(above):
        for other in others:
            below.setdefault(other, place)
    for place, line in enumerate(rows):
        if not heads[place] or line.is_upright or line.role or line.size > _SMALL_HEADING * page.body:
            continue
        over, under = above[place][:2], below.get(place)
        if len(over) != 1 or under is None or heads[over[0]] or heads[under]:
            continue
        over_line, under_line = rows[over[0]], rows[under]
        is_close = line.top - over_line.bottom < page.leading and under_line.top - line.bottom < page.leading
        sides = min(over_line.left, under_line.left), max(over_line.right, under_line.right)
        if is_close and line.left > sides[0] - page.body and line.right < sides[1] + page.body:
            heads[place] = False
    return heads


def _heads(
    rows: Sequence[Measured], above: Sequence[Sequence[int]], heads: Sequence[bool], sides: Sequence[float]
) -> list[PagePiece]:
    """Gather the lines of heads that stand close below each other, or in one row and not above two columns.

    `sides` are the left sides of all lines of text, sorted.
    """
    group = list(range(len(rows)))

    def leader(place: int) -> int:
        while group[place] != place:
            group[place] = group[group[place]]
            place = group[place]
        return place

    last: Measured | None = None
    last_place = 0
    for place, line in enumerate(rows):
        if not heads[place]:
            continue
        for other in above[place]:
            if heads[other] and _belongs(rows[other], line):
                group[leader(place)] = leader(other)
        if last is not None and _shares_row(last, line) and _stands_beside(last, line, sides):
            group[leader(place)] = leader(last_place)
        last, last_place = line, place
    found: dict[int, list[Measured]] = {}
    for place, line in enumerate(rows):
        if heads[place]:
            found.setdefault(leader(place), []).append(line)
    return [PagePiece("head", [line for row in _rows(lines) for line in row]) for lines in found.values()]


def _belongs(line: Measured, below: Measured) -> bool:
    """Return whether two lines right below each other are of one head."""
    if line.is_upright != below.is_upright:
        return False
    return below.top - line.bottom < _CLOSE * max(line.size, below.size)


def _stands_beside(line: Measured, other: Measured, sides: Sequence[float]) -> bool:
    """Return whether two lines of a head in one row are parts of it: no column of text begins between them."""
    one, next_one = sorted((line, other), key=lambda each: each.left)
    gap, size = next_one.left - one.right, max(line.size, other.size)
    if line.is_upright and other.is_upright:
        return gap < _BESIDE * size
    if line.is_upright or other.is_upright or gap > _BESIDE * size or not _alike(line.size, other.size):
        return False
    slack = size / 6
    return bisect_left(sides, one.right - slack) == bisect_left(sides, next_one.left + slack)


def _alike(size: float, other: float) -> bool:
    return abs(size - other) < 0.15 * max(size, other)


def _texts(
    rows: Sequence[Measured], above: Sequence[Sequence[int]], heads: Sequence[bool], page: MeasuredPage
) -> list[PagePiece]:
    """Gather the other lines into runs, each within one column, and part off captions and bylines."""
    spans = _spanning(rows, above, heads)
    runs: list[list[int]] = []
    run_of: dict[int, int] = {}
    for place, line in enumerate(rows):
        if heads[place]:
            continue
        over = above[place][0] if len(above[place]) == 1 else -1
        run = runs[run_of[over]] if over in run_of and over not in spans else None
        if run and _goes_on(line, [rows[over], rows[run[-1]]], page):
            run_of[place] = run_of[over]
            runs[run_of[place]].append(place)
        else:
            run_of[place] = len(runs)
            runs.append([place])
    pieces = []
    for run in _joined(runs, rows, page):
        first = above[run[0]]
        white = rows[run[0]].top - max((rows[over].bottom for over in first), default=-1e9)
        is_under_head = any(heads[over] and not rows[over].is_upright for over in first)
        is_wide = run[0] in spans
        pieces += _parted([rows[place] for place in run], page, white, is_under_head=is_under_head, is_wide=is_wide)
    return pieces


def _joined(runs: Sequence[list[int]], rows: Sequence[Measured], page: MeasuredPage) -> list[list[int]]:
    """Join the last letters of a paragraph at the top of a column to the text below, which begins with an indent."""
    kept: list[list[int]] = []
    waiting: list[list[int]] = []
    for run in runs:
        first = rows[run[0]]
        waiting = [one for one in waiting if first.middle - rows[one[0]].middle < _FAR * page.leading]
        left = min(rows[place].left for place in run)
        above = next((one for one in waiting if _stands_over(rows[one[0]], first, left, page)), None)
        if above:
            waiting.remove(above)
            above += run
            continue
        kept.append(run)
        if len(run) == 1 and first.right - first.left < _DEEPEST * page.body:
            waiting.append(run)
    return kept


def _stands_over(line: Measured, below: Measured, left: float, page: MeasuredPage) -> bool:
    """Return whether a short line stands over the indent of the first line of a run, at the left of it."""
    return (
        line.bottom <= below.middle and abs(line.left - left) < page.body / 2 and line.right <= below.left + page.body
    )


def _goes_on(line: Measured, run: Sequence[Measured], page: MeasuredPage) -> bool:
    """Return whether a run of text goes on: given are the one of its lines that is seen from below, and its last line.

    The last letters of a paragraph may stand above the indent of the next line, which then does not see them.
    """
    over, last = run
    if last != over and not -page.body < line.left - last.left < (over.right - over.left) / 2:
        return False
    return last.middle < line.top and line.middle - last.middle < _FAR * page.leading


def _spanning(rows: Sequence[Measured], above: Sequence[Sequence[int]], heads: Sequence[bool]) -> frozenset[int]:
    """Return the places of lines below which two columns begin."""
    below: dict[int, int] = {}
    found = set()
    for place, others in enumerate(above):
        for other in others if not heads[place] else ():
            if other in below and _shares_row(rows[below[other]], rows[place]):
                found.add(other)
            below[other] = place
    return frozenset(found)


def _parted(
    run: list[Measured], page: MeasuredPage, white: float, *, is_under_head: bool, is_wide: bool
) -> list[PagePiece]:
    """Part off what stands above the text of a run: a byline under a headline, or a caption under a picture."""
    if is_under_head and white < 2 * page.leading and (is_wide or _may_be_byline(run)):
        end = next((at for at in (1, 2) if at >= len(run) or _step(run, at) > _SET_OFF * page.leading), 0)
        if end and (end < len(run) or len(run) == 1):
            head = PagePiece("head", run[:end])
            return [head, PagePiece("text", run[end:])] if run[end:] else [head]
    if white > _PICTURE * page.leading and not is_closed_role(run[0]):
        end = _caption_lines(run, page)
        if end:
            return [PagePiece("caption", run[:end]), *([PagePiece("text", run[end:])] if run[end:] else [])]
    return [PagePiece("text", run)]


def _may_be_byline(run: Sequence[Measured]) -> bool:
    """Return whether the first line of a run is short, and names a role or stands in the middle of its column."""
    first = run[0]
    if len(first.text) > _LONGEST_BYLINE or is_closed(first.text):
        return False
    left, right = min(line.left for line in run), max(line.right for line in run)
    return bool(ROLE.search(first.text)) or min(first.left - left, right - first.right) > first.size


def is_closed_role(line: Measured) -> bool:
    """Return whether the file says that a line is text."""
    return line.role is not None and line.role != "caption"


def _step(run: Sequence[Measured], at: int) -> float:
    return run[at].middle - run[at - 1].middle


def _caption_lines(run: Sequence[Measured], page: MeasuredPage) -> int:
    """Return how many lines at the beginning of a run, below white, are a caption: set in other letters, or marked."""
    first = run[0]
    differs = _differs(first, page)
    if not page.is_exact and not is_indented(first, min(line.left for line in run)) and not opens_news(first):
        end = next((at for at in range(1, min(len(run), 4)) if _step(run, at) > _BELOW_CAPTION * page.leading), 0)
        if end:
            return end
    if not (differs or _CAPTION.match(first.text.strip()) or first.role == "caption"):
        return 0
    end = 1
    while (
        end < len(run)
        and _goes_with(run[end], page, differs=differs)
        and not _begins_text(run, end, page, differs=differs)
    ):
        end += 1
    return end if end <= _LONGEST_CAPTION else 0


def _goes_with(line: Measured, page: MeasuredPage, *, differs: bool) -> bool:
    """Return whether a line may be of a caption that is set in other letters than the text, or in the same."""
    return ems(line.text) <= 1 or _differs(line, page) == differs


def _begins_text(run: Sequence[Measured], at: int, page: MeasuredPage, *, differs: bool) -> bool:
    """Return whether the text begins below a caption in the same letters."""
    if _step(run, at) > _BELOW_CAPTION * page.leading:
        return True
    return not differs and run[at].left - min(line.left for line in run[:at]) > 0.8 * page.body


def _differs(line: Measured, page: MeasuredPage) -> bool:
    """Return whether a line is set in other letters than the text."""
    if line.weight and page.weight and abs(line.weight - page.weight) > _BOLDER:
        return True
    return page.is_exact and abs(line.size - page.body) > _NOT_OF_TEXT * page.body and ems(line.text) > 1
