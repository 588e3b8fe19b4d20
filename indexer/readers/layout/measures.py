"""Measure lines of print: the size of their letters, the usual one of the page, and how far its lines stand apart.

All is measured so that lines run from left to right and follow each other downwards. A page of vertical text is turned
for that: what is at the right of it comes first, at the top.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indexer.model import Box, Role
from indexer.readers.layout.shadows import nearest_above

_UPRIGHT = 1.8
"""How much higher than wide a line of two letters and more is that runs from top to bottom."""
_OF_KNOWN_SIZE, _OF_BOXES, _OF_LATIN_BOXES = 1.13, 1.3, 1.45
"""How much larger than the text a heading is. Boxes say less than a file does, and those of Latin letters vary."""
_FEW_LETTERS, _UNSURE = 4, 1.4
"""The box of fewer letters says little of their size, so a heading must be that much larger still."""
_MOST, _BEYOND = 0.9, 1.06
"""The share of lines that are surely text, and how much larger than the largest of these a heading is."""
_TIGHT, _LOOSE, _USUAL_LEADING = 1.0, 3.0, 1.4
"""Between the tops of two lines of a text, and usually, in sizes of its letters."""
_SAMPLE = 200
"""Lines from the middle of a page that are enough to know how far its lines stand apart."""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of print as a reader finds it. `box`, `size`, `weight` and `confidence` are those of `PrintedLine`.

    `block` is the name of the block of lines that the file puts it in, "" where it has none; `role` is what the file
    says it is. Lines of `is_vertical` text run from top to bottom, and follow each other from right to left.
    """

    text: str
    box: Box
    size: float = 0.0
    weight: int = 0
    confidence: float | None = None
    block: str = ""
    role: Role | None = None
    is_vertical: bool = False


class Measured(NamedTuple):
    """A line of print, turned where the page is. `place` is its place in the lines that the reader gave."""

    place: int
    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    weight: int
    is_upright: bool
    role: Role | None
    block: str

    @property
    def middle(self) -> float:
        """How far down its middle is."""
        return (self.top + self.bottom) / 2


class MeasuredPage(NamedTuple):
    """The lines of a page in the order that the reader gave, and what is usual on it, in the unit of the boxes.

    `body` is the size of the letters of most of its text, `weight` the weight, `leading` the distance between the tops
    of two lines; `heading` is the size from which on a line is larger than text. Sizes that the file gives are exact,
    those of boxes are not.
    """

    lines: Sequence[Measured]
    body: float
    weight: int
    leading: float
    heading: float
    is_exact: bool

    def is_heading(self, line: Measured) -> bool:
        """Return whether a line is set larger than text, or from top to bottom."""
        is_unsure = not self.is_exact and len(line.text.strip()) < _FEW_LETTERS
        return line.size >= self.heading * (_UNSURE if is_unsure else 1) or line.is_upright


def measure(lines: Sequence[PlacedLine]) -> MeasuredPage | None:
    """Measure the lines of a page; None if there are none, or their boxes say nothing."""
    usable = [line for line in lines if line.box[2] > line.box[0] and line.box[3] > line.box[1]]
    if len({line.box for line in usable}) < max(len(lines) / 2, 1):
        return None
    upright = sum(len(line.text) for line in lines if _is_upright(line))
    is_turned = 2 * upright > sum(len(line.text) for line in lines)
    edge = max(line.box[2] for line in lines)
    measured = [_measured(place, line, edge if is_turned else 0.0) for place, line in enumerate(lines)]
    body = _usual([line.size for line in measured if line.size > 0], [line for line in measured if line.size > 0])
    weights = _usual([line.weight for line in measured], measured)
    is_known = sum(line.size > 0 for line in lines) * 2 > len(lines)
    is_latin = 2 * sum(len(line.text) for line in lines if line.text.isascii()) > sum(len(line.text) for line in lines)
    larger = _OF_KNOWN_SIZE if is_known else _OF_LATIN_BOXES if is_latin else _larger(measured, body)
    return MeasuredPage(measured, body, int(weights), _leading(measured, body), larger * body, is_known)


def _larger(lines: Sequence[Measured], body: float) -> float:
    """Return how much larger than the text a heading is, by how much the boxes of Chinese text vary."""
    sizes = sorted(line.size for line in lines)
    varies = sizes[int(_MOST * len(sizes))] / body
    return min(max(_BEYOND * varies, _OF_KNOWN_SIZE), _OF_BOXES)


def ems(text: str) -> float:
    """Return how wide a text is in Chinese letters: others take about half as much.

    >>> ems("GDP增长")
    3.5
    """
    return sum(1.0 if letter > "\u2e7f" else 0.5 for letter in text)


def _is_upright(line: PlacedLine) -> bool:
    left, top, right, bottom = line.box
    letters = "".join(line.text.split())
    return line.is_vertical or (len(letters) > 1 and bottom - top > _UPRIGHT * (right - left) and not letters.isascii())


def _measured(place: int, line: PlacedLine, edge: float) -> Measured:
    """Measure a line. Where `edge`, the right edge of a page, is given, the page is turned."""
    left, top, right, bottom = line.box
    is_upright = _is_upright(line)
    across, along = (right - left, bottom - top) if is_upright else (bottom - top, right - left)
    size = line.size or _size(line.text, across, along)
    if edge:
        left, top, right, bottom = top, edge - right, bottom, edge - left
        is_upright = not is_upright and len(line.text.strip()) > 1
    return Measured(place, line.text, left, top, right, bottom, size, line.weight, is_upright, line.role, line.block)


def _size(text: str, across: float, along: float) -> float:
    """Return the size of letters by their box. Chinese ones are as wide as high, but figures between them are not."""
    letters = text.strip()
    by_width = along / max(ems(letters), 0.5)
    if min(letters) > "\u2e7f" and 0.5 * across < by_width < 1.7 * across and len(letters) > 1:
        return by_width
    return min(across, max(by_width, 0.5 * across))


def _usual(values: Sequence[float], lines: Sequence[Measured]) -> float:
    """Return the median of a value of each line, by letters."""
    ranked = sorted(zip(values, (len(line.text) for line in lines), strict=True))
    half = sum(letters for _, letters in ranked) / 2
    for value, letters in ranked:
        half -= letters
        if half <= 0:
            return value
    return ranked[-1][0]


def _leading(lines: Sequence[Measured], body: float) -> float:
    """Return the usual distance between the tops of two lines of text, one right below the other."""
    rows = sorted((line for line in lines if line.size < _USUAL_LEADING * body), key=lambda line: line.middle)
    rows = rows[max(len(rows) - _SAMPLE, 0) // 2 :][:_SAMPLE]
    steps = [
        rows[place].middle - rows[above[0]].middle for place, above in enumerate(nearest_above(rows, body / 4)) if above
    ]
    near = [step for step in steps if _TIGHT * body <= step <= _LOOSE * body]
    return statistics.median(near) if near else _USUAL_LEADING * body
