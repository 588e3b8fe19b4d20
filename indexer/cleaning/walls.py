"""Where the lines around are wrapped, found for all lines of a page at once: one by one takes three times as long."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.int64]
Flags = NDArray[np.bool_]

_NEAR = 8  # lines on either side that tell where the wrap is: about one paragraph
_OUT = 8  # columns that a line may stand out beyond the wall
_NARROWEST = 16
_WIDE = 53  # columns: narrower lines hold fewer marks
_NO_LINE = 1 << 40


class Measures(NamedTuple):
    """Of each line: its columns; those up to the edge; whether it holds a mark of prose, and whether it stands alone.

    `inner` ones end in mid-sentence right above the next line. From `first` to before `last` stand the lines of its own
    block, which no blank line parts.
    """

    columns: Array
    reach: Array
    sentence: Flags
    alone: Flags
    inner: Flags
    first: Array
    last: Array


class Wall(NamedTuple):
    """Where the lines around are wrapped: the columns that they fill at most and at least."""

    most: int
    least: int


class Walls(NamedTuple):
    """The wall at each line, 0 for none, and the columns of the widest line near it in its block."""

    most: Array
    least: Array
    widest: Array


def find_walls(lines: Measures) -> Walls:
    """Find the wall at each line.

    Lines around that end in mid-sentence at about one width, right above the next line, show a wrap.

    The lines of its own block have the first word, and refute a wall that one of them stands out beyond: so text whose
    lines are paragraphs has none.
    """
    size = len(lines.columns)
    low, high = np.maximum(np.arange(size) - _NEAR, 0), np.minimum(np.arange(size) + _NEAR + 1, size)
    first, last = np.maximum(low, lines.first), np.minimum(high, lines.last)
    most, least = _in_windows(lines, first, last)
    unseen = np.flatnonzero((most == 0) & ((first > low) | (last < high)))
    if len(unseen):
        most[unseen], least[unseen] = _in_windows(lines, low[unseen], high[unseen])
    of_parts = np.where(lines.alone, 0, lines.columns)
    at, inside = _windows(first, last)
    widest = np.where(inside, of_parts.take(at, mode="clip"), 0).max(axis=1)
    most[widest > most + _OUT] = 0
    return Walls(most, least, widest)


def _in_windows(lines: Measures, first: Array, last: Array) -> tuple[Array, Array]:
    """The columns that lines fill at most and at least, in windows from `first` to before `last`; 0 for no wall."""
    before = np.concatenate(([0], np.cumsum(lines.inner)))
    parts_before = np.concatenate(([0], np.cumsum(~lines.alone)))
    low, high = before[first], before[last]
    at, inside = _windows(low, high)
    inner = np.append(np.flatnonzero(lines.inner), 0).take(at, mode="clip")
    columns = lines.columns.take(inner)
    middle = np.sort(np.where(inside, columns, _NO_LINE))[np.arange(len(low)), (high - low) // 2]
    slack = np.maximum(4, middle // 6)[:, None]
    alike = inside & (np.abs(columns - middle[:, None]) <= slack)
    count = alike.sum(axis=1)
    sentences = (alike & lines.sentence.take(inner)).sum(axis=1)
    is_wall = (high - low >= 2) & (middle >= _NARROWEST) & (2 * count >= high - low)
    is_wall &= 4 * count >= parts_before[last] - parts_before[first]
    is_wall &= 160 * sentences >= count * np.minimum(middle, _WIDE)
    most = np.where(alike, lines.reach.take(inner), 0).max(axis=1)
    least = np.where(alike, columns, _NO_LINE).min(axis=1)
    return np.where(is_wall, most, 0), np.where(is_wall, least, 0)


def _windows(first: Array, last: Array) -> tuple[Array, Flags]:
    """A row of places for each window, and which of them are inside."""
    at = first[:, None] + np.arange(2 * _NEAR + 1)
    return at, at < last[:, None]
