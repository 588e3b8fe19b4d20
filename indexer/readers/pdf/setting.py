"""Make lines of the glyphs that stand on them: their text with its spaces, box, size and weight.

All lines of a page are made at once, because numpy takes as long for one line as for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.readers.layout.lay_out import PlacedLine
from indexer.readers.pdf.glyphs import BOLD, REGULAR, Flags, Floats, Integers
from indexer.readers.pdf.segments import Segments, is_han
from indexer.readers.pdf.upright import Frame

_SPACE, _WORD_SPACE, _UNMARKED_SPACE, _MARKED_SPACE = 0.6, 0.17, 0.3, 0.12
"""How far apart letters stand, in parts of their size, where a space is meant: Chinese letters; Latin ones, and Latin
ones of a line in which the file has spaces; and letters between which the file has one."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """The places of glyphs in their frame, line by line; the line of each; where each line begins, how long it is."""

    glyphs: Integers
    of: Integers
    firsts: Integers
    counts: Integers

    def median(self, values: Floats, counts: Integers | None = None) -> Floats:
        """Return the median of a value of each glyph in each line, of the lowest `counts` in it if they are given."""
        ordered = values[np.lexsort((values, self.of))]
        counts = self.counts if counts is None else counts
        return np.asarray(ordered[self.firsts + np.maximum(counts - 1, 0) // 2], np.float64)


def set_lines(frame: Frame, segments: Segments, lines: Sequence[Sequence[int]]) -> Iterator[PlacedLine]:
    """Yield lines, which are given by the numbers of their segments."""
    if not lines:
        return
    found = _ordered(frame, segments, lines)
    glyphs, firsts, counts = found.glyphs, found.firsts, found.counts
    sizes = frame.chosen.sizes[glyphs]
    size = found.median(sizes)
    is_full = sizes > 0.9 * size[found.of]
    base = found.median(np.where(is_full, frame.base[glyphs], np.inf), np.add.reduceat(is_full, firsts, dtype=np.int64))
    start, end = np.minimum.reduceat(frame.start[glyphs], firsts), np.maximum.reduceat(frame.end[glyphs], firsts)
    bold = 2 * np.add.reduceat(frame.chosen.weights[glyphs] >= BOLD, firsts, dtype=np.int64) > counts
    letters = [chr(code) for code in frame.chosen.codes[glyphs].tolist()]
    for place in np.flatnonzero(_spaces(frame, found)).tolist():
        letters[place] += " "
    places = zip(start.tolist(), end.tolist(), base.tolist(), size.tolist(), strict=True)
    ends = (firsts + counts).tolist()
    for line, first, last, is_bold in zip(places, firsts.tolist(), ends, bold.tolist(), strict=True):
        left, top, right, bottom = frame.box(*line)
        yield PlacedLine(
            "".join(letters[first:last]).rstrip(),
            (round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)),
            round(line[3], 2),
            BOLD if is_bold else REGULAR,
            is_vertical=frame.is_vertical,
        )


def _ordered(frame: Frame, segments: Segments, lines: Sequence[Sequence[int]]) -> _Lines:
    """Return the glyphs of lines in the order in which they are read."""
    numbers = np.concatenate([np.asarray(line, np.int64) for line in lines])
    of_numbers = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    counts = segments.counts[numbers]
    before = np.cumsum(counts) - counts
    glyphs = np.arange(counts.sum()) + np.repeat(segments.firsts[numbers] - before, counts)
    of = np.repeat(of_numbers, counts)
    across = frame.chosen.x[glyphs] if frame.is_vertical else glyphs
    order = np.lexsort((glyphs, across, frame.start[glyphs], of))
    firsts = np.searchsorted(of, np.arange(len(lines)))
    return _Lines(glyphs[order], of, firsts, np.diff(firsts, append=len(of)))


def _spaces(frame: Frame, lines: _Lines) -> Flags:
    """Return behind which letters a space is meant."""
    glyphs, sizes = lines.glyphs, frame.chosen.sizes[lines.glyphs]
    is_last = np.ones(len(glyphs), np.bool_)
    is_last[:-1] = (np.diff(lines.of) != 0) | (np.diff(frame.chosen.glyph[glyphs]) == 0)
    gaps = np.zeros(len(glyphs))
    gaps[:-1] = (frame.start[glyphs][1:] - frame.end[glyphs][:-1]) / np.maximum(sizes[1:], sizes[:-1])
    within = np.add.reduceat(~is_last, lines.firsts, dtype=np.int64)
    apart = lines.median(np.where(is_last, np.inf, gaps), within)  # letters of a line that are all set apart
    gaps -= np.where(within >= 2, np.maximum(np.where(within > 0, apart, 0.0), 0.0), 0.0)[lines.of]
    han, marked = is_han(frame, glyphs), np.zeros(len(glyphs), np.bool_)
    marked[:-1] = frame.chosen.after_space[glyphs][1:]
    words = ~han
    words[:-1] &= ~han[1:]
    has_spaces = np.logical_or.reduceat(marked & words, lines.firsts)[lines.of]
    meant = (gaps > _SPACE) | (marked & (gaps > _MARKED_SPACE))
    meant |= words & (marked | (gaps > np.where(has_spaces, _UNMARKED_SPACE, _WORD_SPACE)))
    return np.asarray(meant & ~is_last, np.bool_)
