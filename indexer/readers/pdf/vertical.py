"""Text that runs from top to bottom: set in a vertical font, or letter below letter in one that is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from indexer.readers.pdf.glyphs import ASCENT, Flags, Floats, Integers
from indexer.readers.pdf.segments import SAME_LINE, TIGHT, Segments, is_han, segments_of
from indexer.readers.pdf.upright import Frame

_LEAST_STEP, _MOST_STEP = 0.6, 1.9
"""How far a letter of vertical text stands below another, in parts of its size."""

_LEAST_RUN = 3
_ALIKE = 0.1
_BESIDE, _MOSTLY = 1.2, 0.9
"""`_MOSTLY` of the letters of a page stand alone where they are drawn one by one in no order. If as many of them stand
closer to what is below, the page is vertical but for those that have another beside them as close as `_BESIDE`."""

_AT_A_TIME, _MOST_ALONE, _SAMPLE = 200, 2_500, 300


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
    is_under = (np.abs(np.diff(middles)) < 0.3 * larger) | (np.abs(np.diff(cells.starts)) < 0.15 * larger)
    below = is_under & (down > _LEAST_STEP) & (down < _MOST_STEP)
    below &= is_cell[1:] & is_cell[:-1]
    runs = np.cumsum(np.concatenate([[True], ~below])) - 1
    lengths = np.bincount(runs)
    han = np.bincount(runs, weights=is_han(frame, cells.firsts))
    found = (lengths >= _LEAST_RUN) & (2 * han >= lengths)
    of_cells = found[runs]
    alone = is_cell & ~of_cells & is_han(frame, cells.firsts)
    if alone.sum() > (1 - _MOSTLY) * len(alone):
        some = np.flatnonzero(alone)
        of_cells[some] |= _stand_closer_down(cells, some)
    return np.repeat(of_cells, cells.counts)


def _stand_closer_down(cells: Segments, some: Integers) -> Flags:
    """Return which letters, whose order says nothing, stand closer to those below than to those beside them."""
    sample = some if len(some) <= _MOST_ALONE else some[:: len(some) // _SAMPLE]
    beside, below = _nearest(cells, some, sample)
    closer = (below < 0.95 * beside) & (below < _MOST_STEP)
    mostly = closer.mean() > _MOSTLY
    if len(sample) < len(some):
        return np.full(len(some), mostly)
    if mostly:
        return (below <= beside) | (beside > _BESIDE)
    x, y = cells.starts[some[closer]], cells.bases[some[closer]]
    size = cells.sizes[some[closer]]
    near = np.abs(x - x[:, None]) < SAME_LINE * size
    near &= (np.abs(y - y[:, None]) < _LEAST_RUN * _MOST_STEP * size) & (np.abs(size[:, None] / size - 1) < _ALIKE)
    closer[closer] = near.sum(axis=1) >= _LEAST_RUN
    return closer


def _nearest(cells: Segments, some: Integers, sample: Integers) -> tuple[Floats, Floats]:
    """Return how far the nearest letters of the same size stand beside, and below or above, each of a sample."""
    x, y, sizes = cells.starts[some], cells.bases[some], cells.sizes[some]
    beside, below = np.empty(len(sample)), np.empty(len(sample))
    for first in range(0, len(sample), _AT_A_TIME):
        part = slice(first, first + _AT_A_TIME)
        size = cells.sizes[sample[part], None]
        across, down = (
            np.abs(x - cells.starts[sample[part], None]) / size,
            np.abs(y - cells.bases[sample[part], None]) / size,
        )
        alike = np.abs(sizes / size - 1) < _ALIKE
        beside[part] = np.where(alike & (down < SAME_LINE) & (across > TIGHT), across, np.inf).min(axis=1)
        below[part] = np.where(alike & (across < SAME_LINE) & (down > TIGHT), down, np.inf).min(axis=1)
    return beside, below


def _as_vertical(frame: Frame, vertical: Flags) -> Frame:
    """Return the vertical glyphs with their places from top to bottom. Digits side by side are in one place."""
    cells = segments_of(frame)
    middles = np.repeat((cells.starts + cells.ends) / 2, cells.counts)[vertical]
    part = frame.of(vertical)
    top = part.base - ASCENT * part.chosen.sizes
    return replace(part, start=top, end=top + part.chosen.sizes, base=-middles, is_vertical=True)
