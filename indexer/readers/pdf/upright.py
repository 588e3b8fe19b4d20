"""Turn a page so that its text stands upright, and divide the text by the direction it is set in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from indexer.model import Box
from indexer.readers.pdf.glyphs import ASCENT, DESCENT, Flags, Floats, Glyphs

_MOST = 0.6
"""The share of a page's letters that must be turned by a quarter for the page to be turned back."""

_SKEW = 2.0
"""In degrees: text that is set at a smaller angle to the page's edge is meant to be parallel to it."""


def upright(glyphs: Glyphs, page: Box, turns: int) -> tuple[Glyphs, float, float]:
    """Return the glyphs that can be seen, in points from the top left corner, with the page's width and height.

    `page` is its crop box as PDF has it: left, bottom, right, top. `turns` are the quarters that a viewer turns it by,
    clockwise. A page whose text lies on its side then is turned once more.
    """
    left, bottom, right, top = page
    width, height = right - left, top - bottom
    found = replace(
        glyphs,
        x=glyphs.x - left,
        y=top - glyphs.y,
        left=glyphs.left - left,
        right=glyphs.right - left,
        top=top - glyphs.top,
        bottom=top - glyphs.bottom,
        angles=-glyphs.angles,
    )
    found = found.of(_seen(found, width, height))
    for _ in range(turns % 4):
        found, width, height = _turned(found, height), height, width
    quarters = np.round(found.angles / 90).astype(np.int64) % 4
    most = int(np.bincount(quarters, minlength=4).argmax()) if len(found) else 0
    if most and (quarters == most).mean() > _MOST:
        for _ in range(4 - most):
            found, width, height = _turned(found, height), height, width
    return found, width, height


def _seen(glyphs: Glyphs, width: float, height: float) -> Flags:
    """Return which glyphs are on the page. What printers need beside it is outside its crop box."""
    across, down = (glyphs.left + glyphs.right) / 2, (glyphs.top + glyphs.bottom) / 2
    seen = (across >= 0) & (across <= width) & (down >= 0) & (down <= height) & (glyphs.sizes > 0)
    return np.asarray(seen, np.bool_)


def _turned(glyphs: Glyphs, height: float) -> Glyphs:
    """Turn a page of this height by a quarter, clockwise."""
    return replace(
        glyphs,
        x=height - glyphs.y,
        y=glyphs.x,
        left=height - glyphs.bottom,
        right=height - glyphs.top,
        top=glyphs.left,
        bottom=glyphs.right,
        angles=glyphs.angles + 90,
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """Text that is set in one direction: its glyphs (`chosen` of the page's), and their places along and across it.

    `start` and `end` are the ends of each glyph along its line, `base` its baseline across it. The direction is
    `angle`, clockwise in degrees. Of vertical text, `start` and `end` are top and bottom, and `base` is its middle,
    which counts from right to left.
    """

    chosen: Glyphs
    start: Floats
    end: Floats
    base: Floats
    angle: float = 0.0
    is_vertical: bool = False

    def of(self, chosen: Flags) -> Frame:
        """Return the frame of some of its glyphs."""
        return replace(
            self,
            chosen=self.chosen.of(chosen),
            start=self.start[chosen],
            end=self.end[chosen],
            base=self.base[chosen],
        )

    def box(self, start: float, end: float, base: float, size: float) -> Box:
        """Return the box on the page of a line that has these ends, this baseline and this size."""
        if self.is_vertical:
            return -base - size / 2, start, -base + size / 2, end
        if not self.angle:
            return start, base - ASCENT * size, end, base + DESCENT * size
        corners = [(along, base + across) for along in (start, end) for across in (-ASCENT * size, DESCENT * size)]
        turn = np.radians(self.angle)
        cos, sin = float(np.cos(turn)), float(np.sin(turn))
        xs = [along * cos - across * sin for along, across in corners]
        ys = [along * sin + across * cos for along, across in corners]
        return min(xs), min(ys), max(xs), max(ys)


def frames(glyphs: Glyphs) -> Iterator[Frame]:
    """Yield the text of each direction. Directions that differ by a slight skew are one."""
    quarters = np.round(glyphs.angles / 90)
    skews = glyphs.angles - 90 * quarters
    keys = np.where(np.abs(skews) <= _SKEW, 90 * (quarters % 4), np.round(glyphs.angles) % 360)
    for key in np.unique(keys).tolist():
        chosen = keys == key
        part = glyphs.of(chosen)
        skew = float(np.median(skews[chosen])) if not key % 90 else 0.0
        yield _frame(part, key + skew, key, abs(skew) <= _SKEW and not key % 90)


def _frame(glyphs: Glyphs, angle: float, key: float, is_straight: bool) -> Frame:
    turn = np.radians(angle)
    along, across = glyphs.x * np.cos(turn) + glyphs.y * np.sin(turn), glyphs.y * np.cos(turn) - glyphs.x * np.sin(turn)
    if not is_straight:
        return Frame(glyphs, along, along + _width_at_an_angle(glyphs, turn), across, angle)
    x, y = glyphs.x, glyphs.y
    before, after = {
        0: (glyphs.left - x, glyphs.right - x),
        90: (glyphs.top - y, glyphs.bottom - y),
        180: (x - glyphs.right, x - glyphs.left),
        270: (y - glyphs.bottom, y - glyphs.top),
    }[int(key)]
    return Frame(glyphs, along + before, along + after, across, angle)


def _width_at_an_angle(glyphs: Glyphs, turn: float) -> Floats:
    """Return the width of letters, of which the boxes around their turned boxes are known, and about the height."""
    cos, sin, size = abs(np.cos(turn)), abs(np.sin(turn)), glyphs.sizes
    by_width = (glyphs.right - glyphs.left - size * sin) / max(cos, 0.1)
    by_height = (glyphs.bottom - glyphs.top - size * cos) / max(sin, 0.1)
    return np.asarray(np.clip(by_width if cos > sin else by_height, 0.2 * size, 1.1 * size), np.float64)
