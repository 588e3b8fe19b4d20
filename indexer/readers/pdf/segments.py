"""Glyphs of one direction that follow each other without a gap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.readers.pdf.glyphs import Flags, Floats, Integers
from indexer.readers.pdf.upright import Frame

TIGHT = 0.5
"""How far letters may overlap, in parts of their size."""

CLOSE = 0.3
"""The widest gap between letters, in parts of their size, that is no gap."""

SAME_LINE = 0.25
"""How far the baselines of letters may lie apart, in parts of their size, for them to stand on one line."""

_SAME_SIZE = 1.5
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
    follows = (np.abs(np.diff(frame.base)) < SAME_LINE * smaller) & (gaps > -TIGHT * larger) & (gaps < CLOSE * smaller)
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
