"""Line ends that mean nothing: hard wraps, and blank lines where a column ended in mid-sentence.

Two things tell a wrap from a paragraph's end: how the line before ends (in mid-sentence or not), and whether it fills
the column, which shows in the lines around. See `Page.joined` for the order in which they are asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.cleaning.apply import Change
from indexer.cleaning.chars import CLOSERS, HAN, LOST, width
from indexer.cleaning.doubling import is_doubled
from indexer.cleaning.walls import Measures, Wall, find_walls

_CLOSED = re.compile(rf"(?:[。！？…]|(?<=[{HAN}])[!?])[{CLOSERS}]*(?:[（(][^（）()]{{1,30}}[）)])?(?:[①-⑳]\d{{0,2}})?$")
_CODE_ENDS = "0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ENDING = frozenset(f"。！？…!?；：;:—{CLOSERS}{_CODE_ENDS}")
"""With other letters no line is closed or paused: most are in mid-sentence, and quickly told."""
_PAUSED = re.compile(rf"[；：;:][{CLOSERS}]*$|——$")
_END_CODE = re.compile(rf"[。！？…{CLOSERS}][①-⑳]\d{{0,2}}$|[{HAN}][①-⑳]\d{{1,2}}$")
_CODE = re.compile(r"[①-⑳]\d{0,2}$")
_CODE_REST = re.compile(r"\d{1,2}$")
_CODE_CUT = re.compile(r"[①-⑳]\d?$")
_CLAUSE = re.compile(r"[，。；、,;！？]")
_MARK = re.compile(rf"[{LOST}]{{2,}}|\u3000\u3000| {{4}}(?=\S)|[#|>]|[-*+] |[●■◆★▲▶◀►◄▼▪•※□○◇☆△➢✓]")
_DATELINE = re.compile(
    rf"本报讯|(?:本报|新华社|[{HAN}]{{2,4}}[社网]).{{0,8}}?(?:\d{{1,2}}月)?\d{{1,2}}日[^，。]{{0,6}}?[电讯]"
)
_INDENT = re.compile(r"\u3000\u3000| {4}(?=\S)")
_START = re.compile(
    rf"{_DATELINE.pattern}|(?:本报|见习|特约)?(?:记者|通讯员)[ \u3000:：]|责任?编辑?[:：]|图为|——"
    r"|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．](?!\d)"
    r"|第[一二三四五六七八九十百\d]+[条章节]|(?:19|20)\d\d[.年]\d{1,2}月?[—-]"
)
_RUNNING_START = re.compile(r"[问答][:：]|该|此次|这|他|她|我们|据|近日|日前|目前|连日来|同时|此外|其中|另外|活动|会议")
_WHERE = re.compile(r"[（(][左右前后中][一二三四五六七八九排起\d、]{0,4}[）)]")  # where in the picture a person stands
_GOES_BEFORE = "，。、；：？！”’）》"  # no line of print begins with these
_OPENED = "（(《“"  # and none ends with these
_FRESH = re.compile(r"近日|日前|目前|连日来|近年来|据悉|\d{1,4}[年月]|记者从|“")
_HANGING = re.compile(r"[，、,（(《“]$")
_GOES_ON = re.compile(r"但|而|其|该|他|她|它|这|我|所|各|只|要|如|现|有|因|每|同时|[（(]|并|也|还|则|又")
_ALONE = re.compile(
    r"#|\||[◆★▲◀■●][^，。；：！？,;:!?]{0,7}[◆★▲▶■●]?$|[-=*_─—~·.• ]{3,}$"
    r"|(?:本报|见习|特约)?(?:记者|通讯员)[ \u3000:：][^，。]{2,24}$"
)
_MAY_STAND_ALONE = frozenset("本见特记通")
"""With another Chinese letter no line begins that `_ALONE` matches, and with none at all one that is marked."""
_TABLE = re.compile(r"\S(?:\t| {3,})\S")
_WORD = re.compile(r"[A-Za-z0-9.%]+|.")
_LATIN_END = re.compile(r"[A-Za-z][A-Za-z0-9]*[,.;:]?$")
_LATIN_START = re.compile(r"[A-Za-z]")
_FEEDS = re.compile(r"\n\s*+")
_BLANKS = " \t\u3000"
_TAIL = 40  # characters at a line's end that the patterns above need to see
_HEADLINE = 70  # columns: a headline in one line is not longer


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


def unwrap(text: str) -> Iterator[Change]:
    """Join lines that only the width of a column, or its end, has parted."""
    if "\n" not in text:
        return
    page = Page(text)
    clause = False
    for i, (a, b) in enumerate(zip(page.lines, page.lines[1:], strict=False)):
        clause = clause or a.sentence
        if page.joined(i, clause):
            latin = _LATIN_START.match(b.text) and _LATIN_END.search(a.text[-_TAIL:])
            yield Change(a.end, b.start, " " if latin else "")
        else:
            clause = False


def blank_lines(text: str) -> Iterator[Change]:
    """Blank lines go, and spaces around lines."""
    if "\n" not in text and text == text.strip():
        return
    end = len(text) - len(text.lstrip())
    if end:
        yield Change(0, end, "")
    for feed in _FEEDS.finditer(text, end):
        start = feed.start()
        while text[start - 1] in _BLANKS:
            start -= 1
        end = feed.end()
        yield Change(start, end, "\n" if end < len(text) else "")
    start = len(text.rstrip(_BLANKS))
    if end < len(text) and start < len(text):
        yield Change(start, len(text), "")


class Page:
    """The lines of a text that are not blank, and what they tell about each other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = list(_read(text))
        ends = zip(self.lines, self.lines[1:], strict=False)
        self._blanks = [text.count("\n", line.end, after.start) > 1 for line, after in ends]
        self._inner = [
            not (line.closed or line.alone or blank) for line, blank in zip(self.lines, self._blanks, strict=False)
        ]
        self._inner += [False] * bool(self.lines)

    def blank(self, i: int) -> bool:
        """Do blank lines stand between line `i` and the next?"""
        return self._blanks[i]

    def joined(self, i: int, clause: bool) -> bool:
        """Was line `i` parted from the next by the layout only? `clause`: its paragraph so far is a sentence's."""
        a, b = self.lines[i], self.lines[i + 1]
        if (a.closed and _CODE.match(b.text)) or (_CODE_REST.match(b.text) and _CODE_CUT.search(a.text[3:][-2:])):
            return True
        if a.alone or b.alone or b.marked or (not a.open and self.text.startswith("  ", a.end) and not self.padded):
            return False
        if b.text[0] in _GOES_BEFORE or a.text[-1] in _OPENED:
            return True
        if a.text[-1] in _CODE_ENDS and _END_CODE.search(a.text[-_TAIL:]):
            return False
        if _START.match(b.text) and (not (clause and a.open) or _DATELINE.match(b.text)):
            return False
        return self._column_ended(i, clause) if self.blank(i) else self._wrapped(i, clause)

    def wall(self, i: int) -> Wall | None:
        """Where the lines around line `i` are wrapped."""
        return self._walls[0][i]

    def _widest(self, i: int) -> int:
        """The columns of the widest line of the block around line `i`."""
        return self._walls[1][i]

    @cached_property
    def _walls(self) -> tuple[Sequence[Wall | None], Sequence[int]]:
        def of_each(values: Iterable[int]) -> NDArray[np.int64]:
            return np.fromiter(values, np.int64, len(self.lines))

        ends = [i + 1 for i, blank in enumerate(self._blanks) if blank] + [len(self.lines)]
        blocks = list(pairwise([0, *ends]))
        return find_walls(
            Measures(
                columns=of_each(line.columns for line in self.lines),
                reach=of_each(line.reach for line in self.lines),
                sentence=of_each(line.sentence for line in self.lines),
                alone=of_each(line.alone for line in self.lines),
                inner=of_each(self._inner),
                first=of_each(first for first, last in blocks for _ in range(first, last)),
                last=of_each(last for first, last in blocks for _ in range(first, last)),
            )
        )

    def full(self, i: int) -> bool:
        """Would the first word of the next line not have found room in line `i`?"""
        wall, word = self.wall(i), _WORD.match(self.lines[i + 1].text)
        return wall is not None and word is not None and self.lines[i].columns + width(word[0]) > wall.most

    @cached_property
    def padded(self) -> bool:
        """Do lines end in two spaces whatever they end with? Otherwise that is Markdown's way to end a line."""
        return any(line.open and line.sentence and self.text.startswith("  ", line.end) for line in self.lines)

    @cached_property
    def tight(self) -> bool:
        """Does only a short last line part paragraphs here, neither a blank line nor an indent?"""
        if sum(line.indented for line in self.lines) > 1:
            return False
        ends = [i for i, line in enumerate(self.lines[:-1]) if line.closed and not self.blank(i)]
        return sum((wall := self.wall(i)) is not None and self.lines[i].columns < wall.least - 2 for i in ends) > 1

    def _opens(self, i: int) -> bool:
        """Is line `i` the first of the page, or of an article that follows an editor's code?"""
        return len(self.lines) > 4 if i == 0 else _END_CODE.search(self.lines[i - 1].text[-_TAIL:]) is not None

    def _wrapped(self, i: int, clause: bool) -> bool:
        a, b, wall = self.lines[i], self.lines[i + 1], self.wall(i)
        if wall is None:
            alike = b.closed and 24 <= a.columns <= 100 and self._widest(i) <= a.columns + 4
            return a.open and clause and alike
        if max(a.columns, b.columns) > wall.most + 4:
            return False
        if a.open:
            bullet = 2 * (len(a.text) - len(a.text.lstrip(LOST)))  # it counts where lines were cut after it was lost
            return clause or a.indented or self.full(i) or a.columns + bullet >= wall.least or _prose_begins(a.text)
        if a.closed and self.tight:
            return self.full(i) and _GOES_ON.match(b.text) is not None
        return a.columns >= wall.least or self.full(i)

    def _column_ended(self, i: int, clause: bool) -> bool:
        a, b = self.lines[i], self.lines[i + 1]
        more = i + 2 < len(self.lines) and not self.blank(i + 1)
        if a.closed or not (b.sentence or b.paused or more or b.columns > _HEADLINE):
            return False
        if a.paused:
            return more and self.full(i)
        wall = self.wall(i)
        if wall is not None and a.columns < wall.least - max(4, wall.most // 6):
            return False
        if a.columns <= _HEADLINE and not _HANGING.search(a.text) and (self._opens(i) or _FRESH.match(b.text)):
            return False
        if clause or a.columns > _HEADLINE or _prose_begins(a.text):
            return True
        return wall is not None and more and a.columns <= wall.most + 2 and self.full(i)


def _prose_begins(line: str) -> bool:
    """Does this line begin as sentences of articles and captions do, and headlines don't?"""
    return (
        _DATELINE.match(line) is not None
        or _WHERE.search(line) is not None
        or (_RUNNING_START.match(line) is not None and " " not in line)
    )


def _read(text: str) -> Iterator[Line]:
    at = 0
    for line in text.split("\n"):
        bare = line.strip()
        if bare:
            yield _line(line, bare, at + len(line) - len(line.lstrip()))
        at += len(line) + 1


def _line(line: str, bare: str, start: int) -> Line:
    last = bare[-1]
    closed = paused = False
    if last in _ENDING:
        tail = bare[-_TAIL:]
        closed = _CLOSED.search(tail) is not None
        paused = _PAUSED.search(tail) is not None
    is_plain = "\u4e00" <= line[0] <= "\u9fff" and line[0] not in _MAY_STAND_ALONE
    indented = not is_plain and _INDENT.match(line) is not None
    columns = width(bare.lstrip(LOST)) + 4 * indented
    return Line(
        start,
        start + len(bare),
        bare,
        columns,
        closed,
        paused,
        alone=(not is_plain and _ALONE.match(bare) is not None) or _is_row(bare) or is_doubled(bare),
        marked=not is_plain and _MARK.match(line) is not None,
        indented=indented,
        sentence=closed or _CLAUSE.search(bare) is not None,
        reach=columns - 2 if last in "，、；：”）" else columns,
    )


def _is_row(bare: str) -> bool:
    """Is this a row of a table, by the width of its gaps?"""
    return ("   " in bare or "\t" in bare) and _TABLE.search(bare) is not None
