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
_SAME_MOVE, _MANY = 0.02, 3
_MOST_NEIGHBOURS = 2_000
"""How many letters that stand at the same place across are compared with each other."""


def without_twins(glyphs: Glyphs) -> Glyphs:
    """Return the glyphs without twins. What was drawn twice is bold; of a hidden and a visible letter, that stays."""
    found = list(_pairs(glyphs)) if len(glyphs) > 1 else []
    if not found:
        return glyphs
    one, other = (np.concatenate(some) for some in zip(*found, strict=True))
    first, second = np.minimum(one, other), np.maximum(one, other)
    hidden = _hidden(glyphs, np.union1d(first, second))
    is_layer = hidden[first] != hidden[second]
    is_twin = _twins(glyphs, one, other) & ~is_layer
    gone, bold = np.zeros(len(glyphs), np.bool_), np.zeros(len(glyphs), np.bool_)
    gone[second[is_twin | (is_layer & hidden[second])]] = True
    gone[first[is_layer & hidden[first]]] = True
    bold[first[is_twin]] = True
    return replace(glyphs, weights=np.where(bold, BOLD, glyphs.weights)).of(~gone)


def _pairs(glyphs: Glyphs) -> Iterator[tuple[Integers, Integers]]:
    """Yield the places of letters that are the same and near each other, if not of one glyph, the left one first."""
    order = np.lexsort((glyphs.x, glyphs.codes))
    codes, x, y = glyphs.codes[order], glyphs.x[order], glyphs.y[order]
    down, glyph = glyphs.sizes[order] * _LAYERS_NEAR, glyphs.glyph[order]
    across = np.maximum(_widths(glyphs)[order] * _LAYERS_NEAR, glyphs.sizes[order] * _NEAR)
    at = np.arange(len(order) - 1)
    for step in range(1, _MOST_NEIGHBOURS):
        at = at[at + step < len(order)]
        then = at + step
        near = (codes[at] == codes[then]) & (x[then] - x[at] < np.maximum(across[at], across[then]))
        at, then = at[near], then[near]
        if not len(at):
            return
        meant = (np.abs(y[then] - y[at]) < np.maximum(down[at], down[then])) & (glyph[at] != glyph[then])
        if meant.any():
            yield order[at[meant]], order[then[meant]]


def _twins(glyphs: Glyphs, one: Integers, other: Integers) -> Flags:
    """Return which pairs are twins: so near that no letters stand so, or moved just as others on the page are.

    A shadow may lie as far from a narrow letter, such as l, as another l would.
    """
    size, widths = np.minimum(glyphs.sizes[one], glyphs.sizes[other]), _widths(glyphs)[one]
    across, down = (glyphs.x[other] - glyphs.x[one]) / size, (glyphs.y[other] - glyphs.y[one]) / size
    alike = np.maximum(glyphs.sizes[one], glyphs.sizes[other]) <= _SAME_SIZE * size
    near = alike & (across < _NEAR) & (np.abs(down) < _NEAR)
    certain = near & (across * size < _NEAR * widths) & (np.abs(down) * size < 2 * _NEAR * widths)
    moves = np.round(across / _SAME_MOVE) * 1000 + np.round(down / _SAME_MOVE)
    known, counts = np.unique(moves[certain], return_counts=True)
    return np.asarray(certain | (near & np.isin(moves, known[counts >= _MANY])), np.bool_)


def _hidden(glyphs: Glyphs, some: Integers) -> Flags:
    """Return which glyphs can't be seen, of some of them."""
    objects = glyphs.objects[some]
    hidden = np.zeros(len(glyphs), np.bool_)
    hidden[some] = np.isin(objects, [one for one in np.unique(objects).tolist() if is_hidden(one)])
    return hidden


def _widths(glyphs: Glyphs) -> Floats:
    """The widths of letters along the line. Turned by a quarter, that is their height on the page."""
    return np.minimum(glyphs.right - glyphs.left, glyphs.bottom - glyphs.top).clip(0.01)
