"""Find the column at which the lines around each line are wrapped.

All lines of a page are processed at once; one by one takes three times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.int64]
Flags = NDArray[np.bool_]

_NEAR = 8  # lines on either side that are used to find the wrap: about one paragraph
_OUT = 8  # columns by which a line may exceed the wall
_NARROWEST = 16
_WIDE = 53  # columns: narrower lines contain fewer marks
_NO_LINE = 1 << 40
_MANY = 5  # lines of which the shortest may be a headline
_FEWEST = 8  # lines that show the wrap of a whole page
_OVER = 4  # columns by which a line of a page's own width may exceed it
_MOST_UNLIKE, _MOST_WIDER, _MOST_BEYOND = 5, 6, 40
"""Among this many lines of a wrapped page at most one has another width, is a wider headline, or is an address."""


class Measures(NamedTuple):
    """Measurements of each line, as arrays.

    `columns` is its width and `reach` the columns up to the edge. `sentence` indicates a mark of prose, `alone` that
    the line stands alone. `wide` lines may be headlines, which may be wider than a column; a `head` opens its block,
    too. `inner` lines end in mid-sentence right above the next line. The lines from `first` to before `last` form its
    block, which no blank line divides.
    """

    columns: Array
    reach: Array
    sentence: Flags
    alone: Flags
    head: Flags
    wide: Flags
    inner: Flags
    first: Array
    last: Array


class Wall(NamedTuple):
    """Where the lines around are wrapped: the most and the fewest columns they fill.

    `usual` leaves out the shortest of many lines, which may be a headline.
    """

    most: int
    least: int
    usual: int


class Walls(NamedTuple):
    """The wall at each line (0 for none) and the widest line near it in its block."""

    most: Array
    least: Array
    usual: Array
    widest: Array


def find_walls(lines: Measures) -> Walls:
    """Find the wall at each line.

    Nearby lines that end in mid-sentence at about the same width, right above the next line, indicate a wrap.

    The lines of the same block are used first. A wall is rejected if one of them exceeds it, so text whose lines are
    paragraphs does not have a wall. Where nothing divides a page into blocks, a headline may be what exceeds the wall:
    there the wall of the whole page counts, if the page has one.
    """
    size = len(lines.columns)
    low, high = np.maximum(np.arange(size) - _NEAR, 0), np.minimum(np.arange(size) + _NEAR + 1, size)
    first, last = np.maximum(low, lines.first), np.minimum(high, lines.last)
    found = _in_windows(lines, first, last)
    most = found[0]
    unseen = np.flatnonzero((most == 0) & ((first > low) | (last < high)))
    if len(unseen):
        found[:, unseen] = _in_windows(lines, low[unseen], high[unseen])
    of_parts = np.where(lines.alone | lines.head, 0, lines.columns)
    at, inside = _windows(first, last)
    widest = np.where(inside, of_parts.take(at, mode="clip"), 0).max(axis=1)
    exceeded = widest > most + _OUT
    most[exceeded] = 0
    of_page = _of_page(lines)
    if of_page is not None:
        exceeded |= (most == 0) & (widest > of_page.most + _OUT)
        found[:, exceeded] = np.array(of_page)[:, None]
    return Walls(found[0], found[1], found[2], widest)


def _of_page(lines: Measures) -> Wall | None:
    """Return where all lines of a page are wrapped, or None.

    Nearly all of its lines are alike, and nearly all that are wider could be headlines.
    """
    inner = lines.inner
    if inner.sum() < _FEWEST:
        return None
    columns, reach = lines.columns[inner], lines.reach[inner]
    middle = int(median(columns.tolist()))
    alike = np.abs(columns - middle) <= max(4, middle // 6)
    if middle < _NARROWEST or _MOST_UNLIKE * (~alike).sum() > len(alike):
        return None
    sentences = lines.sentence[inner][alike].sum()
    most, least = int(reach[alike].max()), _tenth(np.sort(columns[alike]).tolist())
    over = ~lines.alone & (lines.columns > most + _OVER)
    is_divided = _MOST_BEYOND * (over & ~lines.wide).sum() > len(over) or _MOST_WIDER * over.sum() > len(over)
    if is_divided or 160 * sentences < alike.sum() * min(middle, _WIDE):
        return None
    return Wall(most, least, least)


def _tenth(ascending: Sequence[int]) -> int:
    """Return the first decile of numbers, interpolated linearly.

    >>> _tenth([10, 20, 30])
    12
    """
    place, beyond = divmod(len(ascending) - 1, 10)
    following = ascending[min(place + 1, len(ascending) - 1)]
    return ascending[place] + (following - ascending[place]) * beyond // 10


def _in_windows(lines: Measures, first: Array, last: Array) -> Array:
    """Return the most, the fewest and the usual fewest columns that lines fill in each window, as three rows.

    A window goes from `first` to before `last`; the result is 0 where there is no wall.
    """
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
    shortest = np.partition(np.where(alike, columns, _NO_LINE), 1, axis=1)
    least, usual = shortest[:, 0], np.where(count > _MANY, shortest[:, 1], shortest[:, 0])
    return np.where(is_wall, [most, least, usual], 0)


def _windows(first: Array, last: Array) -> tuple[Array, Flags]:
    """Return a row of indices for each window, and which of them are inside it."""
    at = first[:, None] + np.arange(2 * _NEAR + 1)
    return at, at < last[:, None]
