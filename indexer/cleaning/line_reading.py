"""The lines of a page that are not blank, and what each tells by itself.

What every line has is measured for all letters of a page at once; patterns are asked only of the lines that their first
or last letter lets them match. Line by line it takes a third longer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.cleaning.chars import CLOSERS, HAN, LOST, width
from indexer.cleaning.doubling import is_doubled

Array = NDArray[np.int64]
Flags = NDArray[np.bool_]

TAIL = 40  # characters at a line's end that the patterns need to see
CODE_ENDS = "0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CLOSED = re.compile(rf"(?:[。！？…]|(?<=[{HAN}])[!?])[{CLOSERS}]*(?:[（(][^（）()]{{1,30}}[）)])?(?:[①-⑳]\d{{0,2}})?$")
_PAUSED = re.compile(rf"[；：;:][{CLOSERS}]*$|——$")
_ENDING = f"。！？…!?；：;:—{CLOSERS}{CODE_ENDS}"
"""With other letters no line is closed or paused: most are in mid-sentence, and quickly told."""
_CLAUSE = "，。；、,;！？"
_MARK = re.compile(rf"[{LOST}]{{2,}}|\u3000\u3000| {{4}}(?=\S)|[#|>]|[-*+] |[●■◆★▲▶◀►◄▼▪•※□○◇☆△➢✓]")
_INDENT = re.compile(r"\u3000\u3000| {4}(?=\S)")
_ALONE = re.compile(
    r"#|\||[◆★▲◀■●][^，。；：！？,;:!?]{0,7}[◆★▲▶■●]?$|[-=*_─—~·.• ]{3,}$"
    r"|(?:本报|见习|特约)?(?:记者|通讯员)[ \u3000:：][^，。]{2,24}$"
)
_MAY_STAND_ALONE = "本见特记通"
"""With another Chinese letter no line begins that `_ALONE` matches, and with none at all one that is marked."""
_TABLE = re.compile(r"\S(?:\t| {3,})\S")
_HANGS = "，、；：”）"
_MAY_OPEN_NEWS = "本新"
_OF_AN_AGENCY = "社网"
_BEYOND = 1 << 16
"""Stands for all letters beyond: none is a mark or a space, and all take four bytes in GB 18030."""


class Line(NamedTuple):
    """A line that is not blank: its place without the spaces around it, its columns, and what its ends say."""

    start: int
    end: int
    text: str
    columns: int
    closed: bool
    paused: bool
    alone: bool
    marked: bool
    indented: bool
    sentence: bool
    """It holds a mark that prose has and headlines seldom do."""
    reach: int
    """Columns up to the edge: a mark may hang over it, so a line that ends in one says two columns less."""

    @property
    def open(self) -> bool:
        """Does the line end in mid-sentence?"""
        return not (self.closed or self.paused)


class Lines(NamedTuple):
    """The lines of a page; and in arrays the number of each in the text, and some of what it tells."""

    each: Sequence[Line]
    number: Array
    columns: Array
    reach: Array
    closed: Flags
    open: Flags
    sentence: Flags
    alone: Flags
    marked: Flags
    begins_plainly: Flags
    """With a Chinese letter, and not as datelines do."""
    ends_plainly: Flags
    """Not with what may be an editor's code."""


def read_lines(text: str) -> Lines:
    """Read the lines of a text."""
    codes = np.minimum(np.array([text + "\n"]).view(np.uint32), _BEYOND).astype(np.intp)
    letters = np.flatnonzero(~_spaces().take(codes))
    feeds = np.flatnonzero(codes == ord("\n"))
    before = np.searchsorted(letters, np.append(-1, feeds))
    number = np.flatnonzero(np.diff(before))
    begins, first, end = np.append(0, feeds + 1)[number], letters[before[number]], letters[before[number + 1] - 1] + 1
    bare = _between(text, first, end)
    closed, paused = _ends(bare, codes[end - 1])
    alone, marked, indented = _beginnings(_between(text, begins, end), bare, codes[begins])
    alone[_rows_and_doubled(text, bare, codes, first, end)] = True
    columns = _sums(_widths().take(codes), first, end) + 4 * indented
    for place in np.flatnonzero(codes[first] == ord(LOST)).tolist():
        columns[place] -= width(LOST) * (len(bare[place]) - len(bare[place].lstrip(LOST)))
    sentence = closed | (_sums(_among(_CLAUSE).take(codes), first, end) > 0)
    reach = columns - 2 * _among(_HANGS)[codes[end - 1]]
    of_each = (columns, closed, paused, alone, marked, indented, sentence, reach)
    fields = zip(first.tolist(), end.tolist(), bare, *(values.tolist() for values in of_each), strict=True)
    each = [*map(Line._make, fields)]
    return Lines(
        each,
        number,
        columns,
        reach,
        closed,
        ~(closed | paused),
        sentence,
        alone,
        marked,
        _plain_beginnings(codes, first),
        ~_among(CODE_ENDS)[codes[end - 1]],
    )


def _between(text: str, first: Array, end: Array) -> list[str]:
    return [text[start:stop] for start, stop in zip(first.tolist(), end.tolist(), strict=True)]


def _ends(bare: Sequence[str], last: Array) -> tuple[Flags, Flags]:
    """Which lines are closed, and which paused, by their last letters."""
    closed, paused = np.zeros(len(bare), np.bool_), np.zeros(len(bare), np.bool_)
    for place in np.flatnonzero(_among(_ENDING)[last]).tolist():
        tail = bare[place][-TAIL:]
        closed[place] = _CLOSED.search(tail) is not None
        paused[place] = _PAUSED.search(tail) is not None
    return closed, paused


def _beginnings(lines: Sequence[str], bare: Sequence[str], first: Array) -> tuple[Flags, Flags, Flags]:
    """Which lines stand alone, are marked, are indented, by their first letters; `lines` have their spaces in front."""
    alone, marked, indented = (np.zeros(len(bare), np.bool_) for _ in range(3))
    is_plain = (first >= 0x4E00) & (first <= 0x9FFF) & ~_among(_MAY_STAND_ALONE)[first]
    for place in np.flatnonzero(~is_plain).tolist():
        alone[place] = _ALONE.match(bare[place]) is not None
        marked[place] = _MARK.match(lines[place]) is not None
        indented[place] = _INDENT.match(lines[place]) is not None
    return alone, marked, indented


def _rows_and_doubled(text: str, bare: Sequence[str], codes: Array, first: Array, end: Array) -> list[int]:
    """Which lines are rows of a table, by the width of their gaps, or printed twice. Only lines with two pairs of equal
    letters can be those."""
    may_be_row = "   " in text or "\t" in text
    pairs = _sums(np.append(codes[1:] == codes[:-1], False), first, end - 1)
    found = [place for place in np.flatnonzero(pairs > 1).tolist() if is_doubled(bare[place])]
    return found + [place for place, line in enumerate(bare) if may_be_row and _TABLE.search(line)]


def _plain_beginnings(codes: Array, first: Array) -> Flags:
    letter = codes[first]
    is_plain = (letter >= 0x4E00) & (letter <= 0x9FFF) & ~_among(_MAY_OPEN_NEWS)[letter]
    for place in (2, 3, 4):
        is_plain &= ~_among(_OF_AN_AGENCY)[codes.take(first + place, mode="clip")]
    return is_plain


def _sums(values: NDArray[np.generic], first: Array, end: Array) -> Array:
    """The sum of what stands from each first place to before each end."""
    sums = np.append(0, np.cumsum(values, dtype=np.int64))
    found: Array = sums[end] - sums[first]
    return found


@cache
def _among(letters: str) -> Flags:
    """A table by letters, which of them these are."""
    table = np.zeros(_BEYOND + 1, np.bool_)
    table[[ord(letter) for letter in letters]] = True
    return table


@cache
def _spaces() -> Flags:
    return _among("".join(filter(str.isspace, map(chr, range(_BEYOND)))))


@cache
def _widths() -> NDArray[np.uint8]:
    """The columns of each letter, as `width` counts them."""
    letters = "\n".join(["x" if code == ord("\n") else chr(code) for code in range(_BEYOND)])
    sizes = [*map(len, letters.encode("gb18030", "replace").split(b"\n")), 4]
    return np.array(sizes, np.uint8)
