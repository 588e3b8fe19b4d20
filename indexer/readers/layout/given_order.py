"""Find headings and paragraphs in lines whose order the file states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.readers.layout.headings import head_units
from indexer.readers.layout.measures import Measured, MeasuredPage
from indexer.readers.layout.paragraphs import Column, Unit, paragraphs

_HEADS = ("kicker", "headline", "subtitle")
_FAR = 1.9
_CLOSE = 1.3
_SMALL_HEADING = 1.38


def in_given_order(page: MeasuredPage) -> list[Unit]:
    """Return the headings and paragraphs of a page in the order of its lines."""
    units: list[Unit] = []
    for is_head, lines in _stretches(page):
        if is_head:
            head = head_units(lines, page)
            units += [unit._replace(begins_article=at == 0) for at, unit in enumerate(head)]
        elif lines[0].role not in (None, "body"):
            units.append(Unit(lines[0].role, tuple(line.place for line in lines)))
        else:
            columns = [Column(run, min(line.left for line in run), max(line.right for line in run)) for run in _columns(lines, page)]
            units += [Unit("body", tuple(line.place for line in one)) for one in paragraphs(columns, page)]
    return units


def _stretches(page: MeasuredPage) -> Iterator[tuple[bool, list[Measured]]]:
    """Yield consecutive lines of a head, or of a text; what the file gives a role of its own is apart."""
    lines = page.lines
    stretch: list[Measured] = []
    was_head = False
    for at, line in enumerate(lines):
        is_head = _is_head(at, page)
        goes_on = stretch and is_head == was_head and (
            _is_one_head(stretch[-1], line) if is_head else (stretch[-1].role or "body") == (line.role or "body")
        )
        if stretch and not goes_on:
            yield was_head, stretch
            stretch = []
        stretch.append(line)
        was_head = is_head
    if stretch:
        yield was_head, stretch


def _is_head(at: int, page: MeasuredPage) -> bool:
    """Return whether a line is of a head. A slightly larger one within a column is not."""
    line = page.lines[at]
    if line.role:
        return line.role in _HEADS
    if not page.is_heading(line):
        return False
    if line.size > _SMALL_HEADING * page.body or not 0 < at < len(page.lines) - 1:
        return True
    before, after = page.lines[at - 1], page.lines[at + 1]
    is_inside = not page.is_heading(before) and not page.is_heading(after) and before.bottom <= line.middle <= after.top
    return not (is_inside and line.top - before.bottom < page.leading and after.top - line.bottom < page.leading)


def _is_one_head(line: Measured, below: Measured) -> bool:
    """Return whether two consecutive lines are of one head: below each other, or in one row."""
    size = max(line.size, below.size)
    if below.top - line.bottom > _CLOSE * size or line.top - below.bottom > 0:
        return False
    return line.left - below.right < 2 * size and below.left - line.right < 2 * size


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
    shared = min(line.right, below.right) - max(line.left, below.left)
    step = below.middle - line.middle
    return shared > 0 and -0.5 * page.body < step < _FAR * page.leading
