"""Take away letters that are drawn twice: fake bold and shadows, and a hidden layer of text over a visible one.

Some programs print bold by drawing each letter again beside itself. Such a twin is the same letter within a part of its
size; letters that are printed twice, as in 谢谢, stand as far apart as they are wide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from indexer.readers.pdf.glyphs import BOLD, Flags, Floats, Glyphs, Integers, is_hidden

_NEAR = 0.3
"""How far twins lie apart at most, in parts of the letter's width across, and of its size down."""

_LAYERS_NEAR = 0.7
"""The same for a hidden layer, which is set in whatever size and font."""

_SAME_SIZE = 1.1
_MOST_NEIGHBOURS = 2_000
"""How many letters that stand at the same place across are compared with each other."""


def without_twins(glyphs: Glyphs) -> Glyphs:
    """Return the glyphs without twins. What was drawn twice is bold; of a hidden and a visible letter, that stays."""
    if len(glyphs) < 2:
        return glyphs
    gone, bold = np.zeros(len(glyphs), np.bool_), np.zeros(len(glyphs), np.bool_)
    hidden: dict[int, bool] = {}

    def are_hidden(some: Integers) -> Flags:
        objects = glyphs.objects[some]
        for one in np.unique(objects).tolist():
            if one not in hidden:
                hidden[one] = is_hidden(one)
        return np.array([hidden[one] for one in objects.tolist()], np.bool_)

    for one, other in _pairs(glyphs):
        first, second = np.minimum(one, other), np.maximum(one, other)
        first_hidden, second_hidden = are_hidden(first), are_hidden(second)
        is_layer = first_hidden != second_hidden
        is_twin = _is_twin(glyphs, first, second)
        gone[second[(is_twin & ~is_layer) | (is_layer & second_hidden)]] = True
        gone[first[is_layer & first_hidden]] = True
        bold[first[is_twin & ~is_layer]] = True
    if not gone.any():
        return glyphs
    return replace(glyphs, weights=np.where(bold, BOLD, glyphs.weights)).of(~gone)


def _pairs(glyphs: Glyphs) -> Iterator[tuple[Integers, Integers]]:
    """Yield the places of letters that are the same and near each other, if not of one glyph."""
    order = np.lexsort((glyphs.x, glyphs.codes))
    codes, x, y = glyphs.codes[order], glyphs.x[order], glyphs.y[order]
    reach, glyph = _widths(glyphs)[order] * _LAYERS_NEAR, glyphs.glyph[order]
    size = glyphs.sizes[order] * _LAYERS_NEAR
    at = np.arange(len(order) - 1)
    for step in range(1, _MOST_NEIGHBOURS):
        at = at[at + step < len(order)]
        then = at + step
        near = (codes[at] == codes[then]) & (x[then] - x[at] < np.maximum(reach[at], reach[then]))
        at, then = at[near], then[near]
        if not len(at):
            return
        meant = (np.abs(y[then] - y[at]) < np.maximum(size[at], size[then])) & (glyph[at] != glyph[then])
        if meant.any():
            yield order[at[meant]], order[then[meant]]


def _is_twin(glyphs: Glyphs, one: Integers, other: Integers) -> Flags:
    widths = _widths(glyphs)
    across, down = np.abs(glyphs.x[one] - glyphs.x[other]), np.abs(glyphs.y[one] - glyphs.y[other])
    size, other_size = glyphs.sizes[one], glyphs.sizes[other]
    near = (across < _NEAR * widths[one]) & (down < _NEAR * np.minimum(size, widths[one] * 2))
    same_size = np.maximum(size, other_size) <= _SAME_SIZE * np.minimum(size, other_size)
    return np.asarray(near & same_size, np.bool_)


def _widths(glyphs: Glyphs) -> Floats:
    """The widths of letters along the line. Turned by a quarter, that is their height on the page."""
    return np.minimum(glyphs.right - glyphs.left, glyphs.bottom - glyphs.top).clip(0.01)
