"""Put segments together that stand on one line, and part what stands in columns side by side."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np

from indexer.readers.layout.lay_out import PlacedLine
from indexer.readers.pdf.glyphs import ASCENT, DESCENT
from indexer.readers.pdf.segments import CLOSE, TIGHT, Segments, segments_of
from indexer.readers.pdf.setting import set_lines
from indexer.readers.pdf.upright import Frame
from indexer.readers.pdf.vertical import by_direction

_WIDEST_GAP = 4.0
"""In parts of a letter's size: what stands further apart is never one line."""

_LEAST_GUTTER, _CERTAIN_GUTTER = 0.7, 1.2
"""Gaps in parts of a letter's size: what is closer is one piece; a wider gap is a gutter if two lines above or below
go along it on both sides, if two do so at all, if one does."""

_OTHER_SIZE, _OTHER_HEADLINE = 1.25, 1.08
"""Letters of so different sizes belong to one line only where they stand close, a headline and the text beside it; two
headlines of other sizes are parted by one line of a column below."""

_REACH = 4.0
"""How far above and below a gap, in parts of a letter's size, lines are looked at to see whether it is a gutter."""

_LEAST_COLUMN = 4
"""Letters. What is narrower is no column: one letter of a headline set apart, a name in a list of names."""

_OVERLAP = 0.6


@dataclass(slots=True)
class _Stretch:
    """Segments that stand close together on a line: their numbers, place and size."""

    segments: list[int]
    start: float
    end: float
    base: float
    size: float
    letters: int

    def __init__(self, number: int, start: float, end: float, base: float, size: float, letters: int) -> None:
        self.segments, self.start, self.end, self.base, self.size = [number], start, end, base, size
        self.letters = letters

    def take(self, other: _Stretch) -> None:
        """Append a piece that stands behind this one."""
        self.segments += other.segments
        if other.size > self.size:
            self.base, self.size = other.base, other.size
        self.start, self.end = min(self.start, other.start), max(self.end, other.end)
        self.letters += other.letters

    def is_beside(self, other: _Stretch) -> bool:
        """Return whether another piece stands at the same height."""
        top = max(self.base - ASCENT * self.size, other.base - ASCENT * other.size)
        bottom = min(self.base + DESCENT * self.size, other.base + DESCENT * other.size)
        return bottom - top > _OVERLAP * min(self.size, other.size)

    @property
    def is_column(self) -> bool:
        """Whether it is as wide as a column may be."""
        return self.letters >= _LEAST_COLUMN and self.end - self.start >= _LEAST_COLUMN * self.size * 0.8


def lines_of(frame: Frame) -> Iterator[PlacedLine]:
    """Yield the lines of the text that is set in one direction."""
    for part in by_direction(frame):
        segments = segments_of(part)
        rows = _rows(segments)
        lines: list[list[int]] = []
        others = _Stretches(piece for row in rows for piece in row)
        for row in rows:
            for line in _parted(row, others):
                lines.append([number for piece in line for number in piece.segments])
        yield from set_lines(part, segments, lines)


def _rows(segments: Segments) -> list[list[_Stretch]]:
    """Return the pieces of each row, from left to right."""
    values = (segments.starts, segments.ends, segments.bases, segments.sizes, segments.counts)
    pieces = [_Stretch(number, *of) for number, of in enumerate(zip(*[one.tolist() for one in values], strict=True))]
    pieces.sort(key=lambda piece: (piece.start, piece.base))
    height = max(float(np.median(segments.sizes)), 1.0)
    open_rows: dict[int, list[list[_Stretch]]] = defaultdict(list)
    rows: list[list[_Stretch]] = []
    for piece in pieces:
        reach = int(piece.size / height) + 1
        bucket = int(piece.base // height)
        near = (row for at in range(bucket - reach, bucket + reach + 1) for row in open_rows.get(at, ()))
        fitting = [row for row in near if _continues(row[-1], piece)]
        if not fitting:
            rows.append([piece])
            open_rows[bucket].append(rows[-1])
            continue
        row = max(fitting, key=lambda row: row[-1].end)
        if piece.start - row[-1].end <= CLOSE * min(piece.size, row[-1].size):
            row[-1].take(piece)
        else:
            row.append(piece)
    return rows


def _continues(last: _Stretch, piece: _Stretch) -> bool:
    gap, larger, smaller = piece.start - last.end, max(piece.size, last.size), min(piece.size, last.size)
    widest = _WIDEST_GAP if larger < _OTHER_SIZE * smaller else TIGHT
    return -TIGHT * larger <= gap <= widest * smaller and last.is_beside(piece)


def _parted(row: Sequence[_Stretch], others: _Stretches) -> Iterator[list[_Stretch]]:
    """Yield the lines of a row: it is parted at the gutters between columns."""
    line = [row[0]]
    gaps = [behind.start - piece.end for piece, behind in pairwise(row)]
    for (piece, behind), gap in zip(pairwise(row), gaps, strict=True):
        is_spaced = piece.letters <= 2 and behind.letters <= 2 and sum(0.7 * gap < one < 1.4 * gap for one in gaps) > 1
        if not is_spaced and others.make_a_gutter(piece, behind):
            yield line
            line = [behind]
        else:
            line.append(behind)
    yield line


class _Stretches:
    """All pieces of a page by their height."""

    def __init__(self, pieces: Iterable[_Stretch]) -> None:
        self._pieces = sorted(pieces, key=lambda piece: piece.base)
        self._bases = [piece.base for piece in self._pieces]

    def make_a_gutter(self, left: _Stretch, right: _Stretch) -> bool:
        """Return whether the gap between two pieces goes on between the lines above or below."""
        size, gap = max(left.size, right.size), right.start - left.end
        at = bisect_left(self._bases, left.base)
        above = self._between(range(at - 1, -1, -1), left, right)
        below = self._between(range(at, len(self._pieces)), left, right)
        ends, begins = set[int](), set[int]()
        for other in chain(above, below):
            side = ends if other.start < left.end else begins
            side.add(round(2 * other.base / size))
        if gap < _LEAST_GUTTER * size:
            differ = size > _OTHER_HEADLINE * min(left.size, right.size)
            return min(len(ends), len(begins)) >= 2 or (differ and bool(ends or begins))
        return len(ends | begins) >= (1 if gap >= _CERTAIN_GUTTER * size else 2)

    def _between(self, places: Iterable[int], left: _Stretch, right: _Stretch) -> Iterator[_Stretch]:
        """Yield the lines of columns that end or begin at a gap, up to the first line that crosses it."""
        size, gap, here = max(left.size, right.size), right.start - left.end, left.base
        for place in places:
            other = self._pieces[place]
            start, end = other.start, other.end
            if abs(other.base - here) > _REACH * size:
                return
            if start < left.end + 0.25 * gap and end > right.start - 0.25 * gap:
                return
            ends = left.end - size <= end <= right.start + 0.2 * size
            begins = left.end - 0.2 * size <= start <= right.start + 2.2 * size
            if (ends or begins) and other.is_column and not left.is_beside(other):
                yield other
