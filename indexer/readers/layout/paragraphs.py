"""Divide the lines of a text into paragraphs, by indents, short last lines, leading and weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.model import Role
from indexer.readers.layout.measures import Measured, MeasuredPage, PlacedLine, ems
from indexer.text.newsprint import CLOSERS, NEWS_OPENING, STOPS

_INDENT, _DEEPEST, _SHORT, _VERY_SHORT = 0.8, 5.0, 1.3, 3.0
"""In sizes of letters: how far a paragraph's first line is set in, and how short of the edge its last line ends."""
_STYLE, _OF_BOXES, _BOLDER = 0.12, 0.35, 150
"""By which share letters of two paragraphs differ in size, as the file gives it or by their boxes, and by how much in
weight."""
_WIDER = 1.35
"""The step between two lines, in leadings, from which on there is more white than within a paragraph."""
_FEW = 0.12
"""The share of lines that are set in, from which on a text marks its paragraphs by that."""
_HANGING = ("\u3000", "    ")


class PrintedUnit(NamedTuple):
    """Lines that are one heading or one paragraph, by place; None is the role of what only its words can tell."""

    role: Role | None
    places: tuple[int, ...]
    begins_article: bool = False


class Column(NamedTuple):
    """Lines of text one below the other, and the sides of the column that they stand in."""

    lines: Sequence[Measured]
    left: float
    right: float


def paragraphs(columns: Sequence[Column], page: MeasuredPage) -> Iterator[Sequence[Measured]]:
    """Yield the paragraphs of a text that runs through columns."""
    has_indents = _has_indents(columns, page)
    paragraph: list[Measured] = []
    side = 0.0
    for column in columns:
        for line in column.lines:
            if paragraph and _begins(paragraph[-1], side, line, column, page, has_indents=has_indents):
                yield paragraph
                paragraph = []
            paragraph.append(line)
            side = column.right
    if paragraph:
        yield paragraph


def by_blocks(lines: Sequence[PlacedLine]) -> list[PrintedUnit]:
    """Return the units of lines without places: what the file says of blocks and roles is all that is known.

    Where it names no heading, what only their words can tell is left open.
    """
    if not any(line.role in ("headline", "kicker") for line in lines):
        return [PrintedUnit(line.role if line.role != "body" else None, (place,)) for place, line in enumerate(lines)]
    units: list[PrintedUnit] = []
    for place, line in enumerate(lines):
        before = lines[place - 1] if place else None
        goes_on = before and before.block == line.block != "" and before.role == line.role
        role = line.role or ("body" if line.block else None)
        if units and goes_on and not line.text.startswith(_HANGING):
            units[-1] = units[-1]._replace(places=(*units[-1].places, place))
        else:
            heads = ("headline", "kicker")
            begins = line.role in heads and not (before and before.role in (*heads, "subtitle"))
            units.append(PrintedUnit(role, (place,), begins))
    return units


def role_of_text(lines: Sequence[Measured]) -> Role:
    """Return what the file says that a paragraph is; text, where it says nothing."""
    return lines[0].role or "body"


def opens_news(line: Measured) -> bool:
    """Return whether a line begins as news does, so that it goes on with no other text: 本报讯."""
    return NEWS_OPENING.match(line.text.strip()) is not None


def is_closed(text: str) -> bool:
    """Return whether a line ends where a sentence does."""
    return text.rstrip().rstrip(CLOSERS)[-1:] in (*STOPS, ".", "!", "?", "…", "：", ":", "；")


def is_indented(line: Measured, left: float) -> bool:
    """Return whether a line is set in as the first one of a paragraph."""
    blank = line.text[: len(line.text) - len(line.text.lstrip())]
    depth = line.left - left + (ems(blank) * line.size if blank else 0)
    return _INDENT * line.size <= depth <= _DEEPEST * line.size


def _has_indents(columns: Sequence[Column], page: MeasuredPage) -> bool:
    lines = [(line, column.left) for column in columns for line in column.lines]
    indented = sum(is_indented(line, left) for line, left in lines)
    return indented >= max(_FEW * len(lines) / 2, 1) and indented < 0.8 * max(len(lines), 2)


def _begins(
    before: Measured, side: float, line: Measured, column: Column, page: MeasuredPage, *, has_indents: bool
) -> bool:
    """Return whether a paragraph begins with a line. `side` is the right side of the column of the one before."""
    if before.role != line.role:
        return True
    is_apart = abs(before.size - line.size) > (_STYLE if page.is_exact else _OF_BOXES) * max(before.size, line.size)
    if is_apart or (before.weight and line.weight and abs(before.weight - line.weight) > _BOLDER):
        return True
    if line.text.startswith(_HANGING) or is_indented(line, column.left):
        return line.text.startswith(_HANGING) or has_indents or is_closed(before.text)
    room = side - before.right
    is_below = line.top > before.top
    wide = is_below and line.middle - before.middle > _WIDER * page.leading
    if has_indents:
        return (room > _VERY_SHORT * line.size and is_closed(before.text)) or (wide and is_closed(before.text))
    if wide:
        return True
    return room > _SHORT * line.size and (is_closed(before.text) or room > 0.4 * (side - column.left))
