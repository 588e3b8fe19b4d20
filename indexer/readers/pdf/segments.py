"""Glyphs of one direction that follow each other without a gap, and which of them run from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from indexer.readers.pdf.glyphs import ASCENT, Flags, Floats, Integers
from indexer.readers.pdf.upright import Frame

TIGHT = 0.5
"""The widest gap between letters, in parts of their size, that is no gap."""

_SAME_LINE = 0.25
_SAME_SIZE, _ALIKE = 1.5, 0.1
_LEAST_STEP, _MOST_STEP = 0.6, 1.9
"""How far a letter of vertical text stands below another, in parts of its size."""

_LEAST_RUN = 3
_BESIDE, _MOSTLY = 1.2, 0.9
"""Of letters that stand alone: the share that decides for all. Only letters drawn one by one in no order are so."""

_AT_A_TIME = 200
_FIRST_HAN, _WIDE = 0x2E80, 0.8


@dataclass(frozen=True, slots=True)
class Segments:
    """Stretches of a frame's glyphs: for each its first glyph, its number of them, and its place and size."""

    firsts: Integers
    counts: Integers
    starts: Floats
    ends: Floats
    bases: Floats
    sizes: Floats


def is_han(frame: Frame, places: Integers) -> Flags:
    """Return which of some glyphs are Chinese letters, or marks as wide as those, such as … and ——."""
    codes = frame.chosen.codes[places]
    is_wide = frame.end[places] - frame.start[places] > _WIDE * frame.chosen.sizes[places]
    return np.asarray(
        (codes >= _FIRST_HAN) & ~((codes >= 0xFF61) & (codes < 0xFFE0)) | (codes > 0xFF) & is_wide, np.bool_
    )


def segments_of(frame: Frame) -> Segments:
    """Return the segments of a frame, in the order of its glyphs."""
    glyphs, sizes = frame.chosen, frame.chosen.sizes
    larger, smaller = np.maximum(sizes[1:], sizes[:-1]), np.minimum(sizes[1:], sizes[:-1])
    gaps = frame.start[1:] - frame.end[:-1]
    follows = (np.abs(np.diff(frame.base)) < _SAME_LINE * smaller) & (np.abs(gaps) < TIGHT * larger)
    follows &= (larger < _SAME_SIZE * smaller) & (frame.start[1:] > frame.start[:-1])
    breaks = ~(follows | (np.diff(glyphs.glyph) == 0))
    firsts = np.flatnonzero(np.concatenate([[True], breaks]))
    counts = np.diff(firsts, append=len(glyphs))
    return Segments(
        firsts,
        counts,
        np.minimum.reduceat(frame.start, firsts),
        np.maximum.reduceat(frame.end, firsts),
        np.add.reduceat(frame.base, firsts) / counts,
        np.maximum.reduceat(sizes, firsts),
    )


def by_direction(frame: Frame) -> Iterator[Frame]:
    """Yield the horizontal and the vertical text of a frame, each if there is any."""
    vertical = _vertical(frame)
    if not vertical.all():
        yield frame.of(~vertical)
    if vertical.any():
        yield _as_vertical(frame, vertical)


def _vertical(frame: Frame) -> Flags:
    """Return which glyphs are of vertical text."""
    if frame.angle or len(frame.start) < _LEAST_RUN:
        return np.zeros(len(frame.start), np.bool_)
    cells = segments_of(frame)
    middles = (cells.starts + cells.ends) / 2
    larger = np.maximum(cells.sizes[1:], cells.sizes[:-1])
    is_cell = cells.ends - cells.starts < 1.4 * cells.sizes
    down = np.diff(cells.bases) / larger
    below = (np.abs(np.diff(middles)) < 0.3 * larger) & (down > _LEAST_STEP) & (down < _MOST_STEP)
    below &= is_cell[1:] & is_cell[:-1]
    runs = np.cumsum(np.concatenate([[True], ~below])) - 1
    lengths = np.bincount(runs)
    han = np.bincount(runs, weights=is_han(frame, cells.firsts))
    found = (lengths >= _LEAST_RUN) & (2 * han >= lengths)
    of_cells = found[runs]
    alone = is_cell & ~of_cells & is_han(frame, cells.firsts)
    if alone.sum() > _MOSTLY * len(alone):
        some = np.flatnonzero(alone)
        of_cells[some] |= _stand_closer_down(cells, some)
    return np.repeat(of_cells, cells.counts)


def _stand_closer_down(cells: Segments, some: Integers) -> Flags:
    """Return which letters, whose order says nothing, stand closer to those below than to those beside them."""
    closer, sideways = np.zeros(len(some), np.bool_), np.zeros(len(some), np.bool_)
    x, y = cells.starts[some], cells.bases[some]
    for first in range(0, len(some), _AT_A_TIME):
        part = slice(first, first + _AT_A_TIME)
        size = cells.sizes[some[part], None]
        across, down = np.abs(x - x[part, None]) / size, np.abs(y - y[part, None]) / size
        alike = np.abs(cells.sizes[some] / size - 1) < _ALIKE
        beside = np.where(alike & (down < _SAME_LINE) & (across > TIGHT), across, np.inf).min(axis=1)
        below = np.where(alike & (across < _SAME_LINE) & (down > TIGHT), down, np.inf).min(axis=1)
        closer[part] = (below < 0.95 * beside) & (below < _MOST_STEP)
        sideways[part] = (beside < below) & (beside < _BESIDE)
    mostly = closer.mean()
    return closer if 1 - _MOSTLY < mostly < _MOSTLY else ~sideways & (mostly > 0.5)


def _as_vertical(frame: Frame, vertical: Flags) -> Frame:
    """Return the vertical glyphs with their places from top to bottom. Digits side by side are in one place."""
    cells = segments_of(frame)
    middles = np.repeat((cells.starts + cells.ends) / 2, cells.counts)[vertical]
    part = frame.of(vertical)
    top = part.base - ASCENT * part.chosen.sizes
    return replace(part, start=top, end=top + part.chosen.sizes, base=-middles, is_vertical=True)
