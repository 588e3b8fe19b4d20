"""Read the non-blank lines of a page and the features of each line.

NumPy measures all characters of a page at once. A regular expression runs only on the lines whose first or last
character can match it. Processing line by line takes a third longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.cleaning.page_feet import may_be_foot
from indexer.cleaning.repeated_lines import stands_alone
from indexer.text.newsprint import CLOSERS, HAN, LOST, STOPS, width

Array = NDArray[np.int64]
Flags = NDArray[np.bool_]

TAIL = 40  # characters at the end of a line that the patterns need
CODE_ENDS = "0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
CREDIT_ENDS = "）)】"
_CLOSED = re.compile(
    rf"(?:[{STOPS}…]|(?<=[{HAN}])[!?])[{CLOSERS}]*(?:[（(][^（）()]{{1,30}}[）)])?(?:[①-⑳]\d{{0,2}})?$"
    rf"|[{STOPS}][{CLOSERS}]*[ \u3000]*[^，、；：{STOPS}]{{2,16}}摄$"
)
_PAUSED = re.compile(rf"[；：;:][{CLOSERS}]*$|——$")
_ENDING = f"。！？…!?；：;:—摄{CLOSERS}{CODE_ENDS}"
"""A closed or paused line ends in one of these; most lines do not, so this check is fast."""
_CLAUSE = "，。；、,;！？"
_MARK = re.compile(rf"[{LOST}]{{2,}}|\u3000\u3000| {{4}}(?=\S)|[#|>]|[-*+] |[●■◆★▲▶◀►◄▼▪•※□○◇☆△➢✓]")
_INDENT = re.compile(r"\u3000\u3000| {4}(?=\S)")
_ALONE = re.compile(
    r"#|\||[◆★▲◀■●][^，。；：！？,;:!?]{0,7}[◆★▲▶■●]?$|[-=*_─—~·.• ]{3,}$"
    r"|(?:本报|见习|特约)?(?:记者|通讯员)[ \u3000:：][^，。]{2,24}$"
)
_MAY_STAND_ALONE = "本见特记通"
"""Chinese characters that can begin a match of `_ALONE`.

A line that begins with any other Chinese character does not match it. No marked line begins with a Chinese character.
"""
_TABLE = re.compile(r"\S(?:\t| {3,})\S")
_LONGEST_FOOT = 70  # columns of a page number or an imprint
_DOUBLED_MARK = re.compile(r"(?:，，|。。)")
_BOLD_LEAD = re.compile(r"(.)\1[，。：](?![，。：])(?:(.)(?!\2))*$")
_LETTERS_IN_BOLD = 3  # letters printed twice from which a line is wider than its text
_HANGS = "，、；：”）"
_MAY_OPEN_NEWS = "本新"
_OF_AN_AGENCY = "社网"
_BEYOND = 1 << 16
"""Stands for all code points from here on.

None of them is a mark or a space, and each takes four bytes in GB 18030.
"""


class RawLine(NamedTuple):
    """A non-blank line: its range without outer spaces, its width and its features."""

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
    """Whether it contains a mark that is usual in prose and rare in headlines."""
    stopped: bool
    """Whether a sentence ends in it, before its last character."""
    reach: int
    """Columns up to the edge. A mark may hang over the edge, so a line that ends in one counts two columns less."""

    @property
    def open(self) -> bool:
        """Whether the line ends in mid-sentence."""
        return not (self.closed or self.paused)


class Lines(NamedTuple):
    """The lines of a page.

    Arrays hold the number of each line in the text and some of its features.
    """

    each: Sequence[RawLine]
    number: Array
    columns: Array
    reach: Array
    closed: Flags
    open: Flags
    sentence: Flags
    stopped: Flags
    alone: Flags
    marked: Flags
    begins_plainly: Flags
    """Whether each line begins with a Chinese character, and not as datelines do."""
    ends_plainly: Flags
    """Whether each line does not end with what may be an editor's code or a credit."""


def read_lines(text: str) -> Lines:
    """Read the non-blank lines of a text."""
    codes = np.minimum(np.array([text + "\n"]).view(np.uint32), _BEYOND).astype(np.intp)
    letters = np.flatnonzero(~_spaces().take(codes))
    feeds = np.flatnonzero(codes == ord("\n"))
    before = np.searchsorted(letters, np.append(-1, feeds))
    number = np.flatnonzero(np.diff(before))
    begins, first, end = np.append(0, feeds + 1)[number], letters[before[number]], letters[before[number + 1] - 1] + 1
    bare = _between(text, first, end)
    closed, paused = _ends(bare, codes[end - 1])
    alone, marked, indented = _beginnings(_between(text, begins, end), bare, codes[begins])
    doubled = _doubled(bare, codes, first, end)
    alone[_rows_of_tables(text, bare)] = True
    alone[[place for place, is_text in _are_text(bare, doubled, number) if not is_text]] = True
    columns = _sums(_widths().take(codes), first, end) + 4 * indented
    short = np.flatnonzero((columns <= _LONGEST_FOOT) & ~_among(_CLAUSE)[codes[end - 1]])
    alone[[place for place in short.tolist() if may_be_foot(bare[place])]] = True
    columns -= np.where(alone, 0, _copies_in_bold(codes, first, end))
    for place in np.flatnonzero(codes[first] == ord(LOST)).tolist():
        columns[place] -= width(LOST) * (len(bare[place]) - len(bare[place].lstrip(LOST)))
    sentence = closed | (_sums(_among(_CLAUSE).take(codes), first, end) > 0)
    reach = columns - 2 * _among(_HANGS)[codes[end - 1]]
    stopped = _sums(_among("。").take(codes), first, end - 1) > 0
    of_each = (columns, closed, paused, alone, marked, indented, sentence, stopped, reach)
    fields = zip(first.tolist(), end.tolist(), bare, *(values.tolist() for values in of_each), strict=True)
    each = [*map(RawLine._make, fields)]
    return Lines(
        each,
        number,
        columns,
        reach,
        closed,
        ~(closed | paused),
        sentence,
        stopped,
        alone,
        marked,
        _plain_beginnings(codes, first),
        ~_among(CODE_ENDS + CREDIT_ENDS)[codes[end - 1]],
    )


def _between(text: str, first: Array, end: Array) -> list[str]:
    return [text[start:stop] for start, stop in zip(first.tolist(), end.tolist(), strict=True)]


def _ends(bare: Sequence[str], last: Array) -> tuple[Flags, Flags]:
    """Return which lines are closed and which are paused, by their last characters."""
    closed, paused = np.zeros(len(bare), np.bool_), np.zeros(len(bare), np.bool_)
    for place in np.flatnonzero(_among(_ENDING)[last]).tolist():
        tail = bare[place][-TAIL:]
        closed[place] = _CLOSED.search(tail) is not None
        paused[place] = _PAUSED.search(tail) is not None
    return closed, paused


def _beginnings(lines: Sequence[str], bare: Sequence[str], first: Array) -> tuple[Flags, Flags, Flags]:
    """Return which lines stand alone, are marked, or are indented.

    The first characters decide. `lines` keep their leading spaces; `bare` do not.
    """
    alone, marked, indented = (np.zeros(len(bare), np.bool_) for _ in range(3))
    is_plain = (first >= 0x4E00) & (first <= 0x9FFF) & ~_among(_MAY_STAND_ALONE)[first]
    for place in np.flatnonzero(~is_plain).tolist():
        alone[place] = _ALONE.match(bare[place]) is not None
        marked[place] = _MARK.match(lines[place]) is not None
        indented[place] = _INDENT.match(lines[place]) is not None
    return alone, marked, indented


def _copies_in_bold(codes: Array, first: Array, end: Array) -> Array:
    """Return the columns of the letters of each line that repeat the letter before them, as in a bold word."""
    is_copy = np.append(codes[1:] == codes[:-1], False) & ~_among("…—" + LOST)[codes]
    columns = _sums(np.where(is_copy, _widths().take(codes), 0), first, end - 1)
    found: Array = np.where(_sums(is_copy, first, end - 1) < _LETTERS_IN_BOLD, 0, columns)
    return found


def _rows_of_tables(text: str, bare: Sequence[str]) -> list[int]:
    """Return which lines have wide gaps in them."""
    may_be_row = "   " in text or "\t" in text
    return [place for place, line in enumerate(bare) if may_be_row and _TABLE.search(line)]


def _doubled(bare: Sequence[str], codes: Array, first: Array, end: Array) -> list[int]:
    """Return which lines are printed twice. Only lines with two pairs of equal letters can be."""
    pairs = _sums(np.append(codes[1:] == codes[:-1], False), first, end - 1)
    likely = (pairs > 1) | _may_say_it_again(codes, first, end)
    return [place for place in np.flatnonzero(likely).tolist() if stands_alone(bare[place])]


def _are_text(bare: Sequence[str], doubled: Sequence[int], number: Array) -> Iterator[tuple[int, bool]]:
    """Yield the places of doubled lines, and whether they are text in bold rather than headlines.

    A paragraph in bold has several lines, and a comma or a full stop in them. A line that is bold up to a comma is
    the first line of one.
    """
    for _, group in groupby(enumerate(doubled), key=lambda item: int(number[item[1]]) - item[0]):
        row = [place for _, place in group]
        is_text = len(row) > 1 and any(_DOUBLED_MARK.search(bare[place]) for place in row)
        yield from ((place, is_text or _BOLD_LEAD.search(bare[place]) is not None) for place in row)


def _may_say_it_again(codes: Array, first: Array, end: Array) -> Flags:
    """Return which lines have their first letter again after a space, or their first two after a part of the line."""
    is_space, size = _spaces(), end - first
    found = is_space[codes[first + (size > 4)]]
    for times in range(2, 7):
        again = first + (size + (times == 2)) // times
        found |= (codes[first] == codes[again]) & (codes[first + 1] == codes.take(again + 1, mode="clip"))
    return found & (size > 4)


def _plain_beginnings(codes: Array, first: Array) -> Flags:
    letter = codes[first]
    is_plain = (letter >= 0x4E00) & (letter <= 0x9FFF) & ~_among(_MAY_OPEN_NEWS)[letter]
    for place in (2, 3, 4):
        is_plain &= ~_among(_OF_AN_AGENCY)[codes.take(first + place, mode="clip")]
    return is_plain


def _sums(values: NDArray[np.generic], first: Array, end: Array) -> Array:
    """Return the sum of `values` in each range from `first` to before `end`."""
    sums = np.append(0, np.cumsum(values, dtype=np.int64))
    found: Array = sums[end] - sums[first]
    return found


@cache
def _among(letters: str) -> Flags:
    """Return a table that maps each code point to whether it is in `letters`."""
    table = np.zeros(_BEYOND + 1, np.bool_)
    table[[ord(letter) for letter in letters]] = True
    return table


@cache
def _spaces() -> Flags:
    return _among("".join(filter(str.isspace, map(chr, range(_BEYOND)))))


@cache
def _widths() -> NDArray[np.uint8]:
    """Return the columns of each code point, as `width` counts them."""
    letters = "\n".join(["x" if code == ord("\n") else chr(code) for code in range(_BEYOND)])
    sizes = [*map(len, letters.encode("gb18030", "replace").split(b"\n")), 4]
    return np.array(sizes, np.uint8)
