"""Find headings and paragraphs in lines whose order the file states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.readers.layout.headings import head_units
from indexer.readers.layout.measures import Measured, MeasuredPage
from indexer.readers.layout.paragraphs import Column, PrintedUnit, is_closed, opens_news, paragraphs, role_of_text
from indexer.readers.layout.pieces import PagePiece, gather

_FAR, _WIDER = 1.9, 1.35
"""In leadings: the step over which a column goes on, and that above news that begins without a headline."""
_DEEPEST = 4.0
"""How far a line is set in at most, in sizes of letters."""


def in_given_order(page: MeasuredPage) -> list[PrintedUnit]:
    """Return the headings and paragraphs of a page in the order of its lines."""
    units: list[PrintedUnit] = []
    is_below_text = False
    for kind, lines in _stretches(page):
        if kind == "head":
            units += [unit._replace(begins_article=at == 0) for at, unit in enumerate(head_units(lines, page))]
        elif kind == "text":
            units += _text_units(lines, page, is_below_text=is_below_text)
        else:
            units.append(PrintedUnit("furniture" if kind == "edge" else "caption", tuple(line.place for line in lines)))
        is_below_text = kind == "text" or (is_below_text and kind == "caption")
    return units


def _stretches(page: MeasuredPage) -> Iterator[tuple[str, list[Measured]]]:
    """Yield the kind of consecutive lines, and the lines: those of one head, of a text, of one caption, or an edge."""
    piece_of = {line.place: piece for piece in gather(page) for line in piece.lines}
    stretch: list[Measured] = []
    for line in page.lines:
        if stretch and not _goes_on(piece_of[stretch[-1].place], piece_of[line.place], line, page):
            yield piece_of[stretch[-1].place].kind, stretch
            stretch = []
        stretch.append(line)
    if stretch:
        yield piece_of[stretch[-1].place].kind, stretch


def _goes_on(piece: PagePiece, other: PagePiece, line: Measured, page: MeasuredPage) -> bool:
    """Return whether a line of a piece goes on with what the line before it, of another, is part of."""
    if piece is other:
        return piece.kind != "edge"
    is_byline = piece.kind == other.kind == "head" and not page.is_heading(line)
    return is_byline or piece.kind == other.kind == "text"


def _text_units(lines: Sequence[Measured], page: MeasuredPage, *, is_below_text: bool) -> Iterator[PrintedUnit]:
    """Yield the paragraphs of a text. News that begins below a text, set off from it, begins an article."""
    runs = list(_columns(lines, page))
    columns = [Column(run, min(line.left for line in run), max(line.right for line in run)) for run in runs]
    begins_column = {run[0].place for run in runs}
    before: Measured | None = None
    for one in paragraphs(columns, page):
        is_set_off = one[0].place in begins_column or (
            before is not None and one[0].middle - before.middle > _WIDER * page.leading
        )
        is_below = is_below_text if before is None else is_closed(before.text)  # else a caption is above it
        begins = is_set_off and is_below and opens_news(one[0])
        yield PrintedUnit(role_of_text(one), tuple(line.place for line in one), begins)
        before = one[-1]


def _columns(lines: Sequence[Measured], page: MeasuredPage) -> Iterator[list[Measured]]:
    """Yield consecutive lines that stand below each other in one column."""
    column: list[Measured] = []
    for line in lines:
        if column and not _is_below(column[-1], line, page):
            yield column
            column = []
        column.append(line)
    if column:
        yield column


def _is_below(line: Measured, below: Measured, page: MeasuredPage) -> bool:
    step = below.middle - line.middle
    is_aside = below.left - line.right > _DEEPEST * page.body or line.left > below.right
    return not is_aside and -0.5 * page.body < step < _FAR * page.leading
