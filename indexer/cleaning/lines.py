"""Remove meaningless line ends.

These are hard wraps, and blank lines where a column ended in mid-sentence. Two things distinguish a wrap from the end
of a paragraph: whether the line ends in mid-sentence, and whether it fills the column, judged by the lines around it.
`Page.joined` defines the order of the checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

import numpy as np

from indexer.cleaning.apply import Change
from indexer.cleaning.line_reading import CODE_ENDS, TAIL, read_lines
from indexer.cleaning.walls import Measures, Wall, Walls, find_walls
from indexer.text.newsprint import CLOSERS, HAN, LOST, NEWS_OPENING, STOPS, width

_END_CODE = re.compile(rf"[{STOPS}…{CLOSERS}][①-⑳]\d{{0,2}}$|[{HAN}][①-⑳]\d{{1,2}}$")
_CODE = re.compile(r"[①-⑳]\d{0,2}$")
_CODE_REST = re.compile(r"\d{1,2}$")
_CODE_CUT = re.compile(r"[①-⑳]\d?$")
_DATELINE = re.compile(
    rf"{NEWS_OPENING.pattern}"
    rf"|(?:本报|新华社|[{HAN}]{{2,4}}[社网]).{{0,8}}?(?:\d{{1,2}}月)?\d{{1,2}}日[^，。]{{0,6}}?[电讯]"
)
_START = re.compile(
    rf"{_DATELINE.pattern}|(?:本报|见习|特约)?(?:记者|通讯员)[ \u3000:：]|责任?编辑?[:：]|图为|——"
    r"|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．](?!\d)"
    r"|第[一二三四五六七八九十百\d]+[条章节]|(?:19|20)\d\d[.年]\d{1,2}月?[—-]"
)
_RUNNING_START = re.compile(r"[问答][:：]|该|此次|这|他|她|我们|据|近日|日前|目前|连日来|同时|此外|其中|另外|活动|会议")
_WHERE = re.compile(r"[（(][左右前后中][一二三四五六七八九排起\d、]{0,4}[）)]")  # position of a person in the picture
_GOES_BEFORE = "，。、；：？！”’）》"  # no printed line begins with these
_OPENED = "（(《“"  # no printed line ends with these
_FRESH = re.compile(
    r"[（(【][^）)】]{2,14}[）)】]|据[^，。]{2,16}?(?:报道|消息|电)|今年|去年|今天|昨天|昨日|今日|\d{1,2}日|近日|日前|目前|连日来|近年来|据悉|\d{1,4}[年月]|记者从|“"
)
_HANGING = re.compile(r"[，、,（(《“]$")
_GOES_ON = re.compile(r"但|而|其|该|他|她|它|这|我|所|各|只|要|如|现|有|因|每|同时|[（(]|并|也|还|则|又")
_PLAIN = r"[^，。；！？,;!?\s]"
_RESULT = re.compile(rf"{_PLAIN}{{2,12}}(?: {_PLAIN}{{1,16}}){{0,6}} {_PLAIN}{{0,14}}\d[分秒米%]?")
"""A row of a table of results: a name, and figures at the end."""
_WRAPPED_WITH_SPACES = re.compile(r"(?<![^ \n])[^ \n]{12,24} [^ \n]{12,24} [^ \n]")
_WORD = re.compile(r"[A-Za-z0-9.%]+|.")
_LATIN_END = re.compile(r"[A-Za-z][A-Za-z0-9]*[,.;:]?$")
_LATIN_START = re.compile(r"[A-Za-z]")
_FEEDS = re.compile(r"\n\s*+")
_BLANKS = " \t\u3000"
_OVER = 4  # columns by which a line may exceed the wall and still be joined
_FEW = 3
_HEADLINE = 70  # columns: the longest headline on one line


def unwrap(text: str) -> Iterator[Change]:
    """Join lines that only the width or the end of a column separated."""
    if "\n" not in text:
        return
    page = Page(text)
    runs_on = page.runs_on()
    clause = stopped = False
    for i, (a, b) in enumerate(pairwise(page.lines)):
        clause = clause or a.sentence
        stopped = stopped or a.stopped
        if clause and runs_on[i]:
            stopped = True
            yield Change(a.end, b.start, "")
        elif page.joined(i, clause, stopped):
            latin = _LATIN_START.match(b.text) and _LATIN_END.search(a.text[-TAIL:])
            yield Change(a.end, b.start, " " if latin else "")
        else:
            clause = stopped = False


def blank_lines(text: str) -> Iterator[Change]:
    """Remove blank lines and the spaces around lines."""
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
    """The non-blank lines of a text and how they relate to each other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._read = read_lines(text)
        self.lines = self._read.each
        is_blank = np.diff(self._read.number) > 1
        self._blanks: list[bool] = is_blank.tolist()
        self._breaks = np.append(is_blank, bool(self.lines))
        """Whether a block ends after each line."""

    def runs_on(self) -> list[bool]:
        """Return for each line whether only the layout separated it from the next.

        This applies where the paragraph so far is a sentence. It covers the case that `joined` finds for most lines of
        wrapped text: the line ends in mid-sentence at the wall.
        """
        read = self._read
        simple = read.open & ~read.alone & read.ends_plainly & ~self._breaks
        simple &= np.append(~(read.alone | read.marked) & read.begins_plainly, False)[1:]
        if simple.any():
            walls = self._walls
            wider = np.maximum(read.columns, np.append(read.columns, 0)[1:])
            simple &= (walls.most > 0) & (wider <= walls.most + _OVER)
        found: list[bool] = simple.tolist()
        return found

    def blank(self, i: int) -> bool:
        """Return whether blank lines follow line `i`."""
        return self._blanks[i]

    def joined(self, i: int, clause: bool, stopped: bool) -> bool:
        """Return whether only the layout separated line `i` from the next.

        `clause` indicates that its paragraph so far is a sentence, `stopped` that a sentence has ended in it or
        that it was wrapped.
        """
        a, b = self.lines[i], self.lines[i + 1]
        if (a.closed and _CODE.match(b.text)) or (_CODE_REST.match(b.text) and _CODE_CUT.search(a.text[3:][-2:])):
            return True
        if _RESULT.fullmatch(a.text) and _RESULT.fullmatch(b.text):
            return False
        if a.alone or b.alone or b.marked or (not a.open and self.text.startswith("  ", a.end) and not self.padded):
            return False
        if b.text[0] in _GOES_BEFORE or a.text[-1] in _OPENED:
            return True
        if a.text[-1] in CODE_ENDS and _END_CODE.search(a.text[-TAIL:]):
            return False
        if _START.match(b.text) and (not (clause and a.open) or _DATELINE.match(b.text)):
            return False
        return self._column_ended(i, clause, stopped) if self.blank(i) else self._wrapped(i, clause)

    def wall(self, i: int) -> Wall | None:
        """Return where the lines around line `i` are wrapped, or None."""
        most = int(self._walls.most[i])
        return Wall(most, int(self._walls.least[i])) if most else None

    def _widest(self, i: int) -> int:
        """Return the columns of the widest line near line `i` in its block."""
        return int(self._walls.widest[i])

    @cached_property
    def _walls(self) -> Walls:
        read = self._read
        ends = np.flatnonzero(self._breaks) + 1
        sizes = np.diff(ends, prepend=0)
        inner = ~(read.closed | read.alone | self._breaks)
        first = np.repeat(ends - sizes, sizes)
        opens = np.append(True, (self._breaks | read.closed)[:-1])
        wide = read.open & ~read.stopped & (read.columns <= _HEADLINE)
        head = wide & (opens | np.append(False, (wide & opens)[:-1]))
        return find_walls(
            Measures(
                read.columns, read.reach, read.sentence, read.alone, head, wide, inner, first, np.repeat(ends, sizes)
            )
        )

    def full(self, i: int) -> bool:
        """Return whether the first word of the next line does not fit in line `i`."""
        wall, word = self.wall(i), _WORD.match(self.lines[i + 1].text)
        return wall is not None and word is not None and self.lines[i].columns + width(word[0]) > wall.most

    @cached_property
    def padded(self) -> bool:
        """Whether lines end in two spaces even in mid-sentence.

        Otherwise two spaces are a Markdown line break.
        """
        return any(line.open and line.sentence and self.text.startswith("  ", line.end) for line in self.lines)

    @cached_property
    def tight(self) -> bool:
        """Whether only a short last line ends a paragraph, no blank line or indent."""
        if sum(line.indented for line in self.lines) > 1:
            return False
        ends = [i for i, line in enumerate(self.lines[:-1]) if line.closed and not self.blank(i)]
        return sum((wall := self.wall(i)) is not None and self.lines[i].columns < wall.least - 2 for i in ends) > 1

    def _opens(self, i: int) -> bool:
        """Return whether line `i` is the first of the page or follows an editor's code."""
        return len(self.lines) > 4 if i == 0 else _END_CODE.search(self.lines[i - 1].text[-TAIL:]) is not None

    def _wrapped(self, i: int, clause: bool) -> bool:
        a, b, wall = self.lines[i], self.lines[i + 1], self.wall(i)
        if wall is None:
            alike = b.closed and 24 <= a.columns <= 100 and self._widest(i) <= a.columns + 4
            return a.open and clause and alike
        if max(a.columns, b.columns) > wall.most + _OVER:
            return False
        if a.open:
            bullet = 2 * (len(a.text) - len(a.text.lstrip(LOST)))  # counts if lines were wrapped after it was lost
            return clause or a.indented or self.full(i) or a.columns + bullet >= wall.least or _prose_begins(a.text)
        if a.closed and self.tight:
            return self.full(i) and _GOES_ON.match(b.text) is not None
        return a.columns >= wall.least or self.full(i)

    @cached_property
    def broken(self) -> bool:
        """Whether columns of the page ended in mid-sentence.

        Paragraphs whose first sentence ended stop without a mark above a blank line. One such paragraph may be a list
        of names, so it takes two, or wrapped lines. Or the lines of the columns still show, as spaces.
        """
        if sum(1 for _ in _WRAPPED_WITH_SPACES.finditer(self.text)) > _FEW:
            return True
        ends = [i for i, line in enumerate(self.lines[:-1]) if self.blank(i) and self._is_cut(i)]
        return len(ends) > 1 or (bool(ends) and bool(self._walls.most.any()))

    def _is_cut(self, i: int) -> bool:
        """Return whether line `i` is prose that stops in mid-sentence."""
        line = self.lines[i]
        return line.stopped and line.open and line.text[-1] not in _GOES_BEFORE

    def _column_ended(self, i: int, clause: bool, stopped: bool) -> bool:
        a, b = self.lines[i], self.lines[i + 1]
        more = i + 2 < len(self.lines) and not self.blank(i + 1)
        wall = self.wall(i)
        wrapped = wall is not None and more
        long = a.columns > _HEADLINE and clause and b.closed and not (_FRESH.match(b.text) or _START.match(b.text))
        if not (stopped or self.broken or wrapped or long or _prose_begins(a.text)):
            return False
        if a.text[-1] in "）)】" and not self.broken:
            return False
        if a.closed or not (b.sentence or b.paused or more or b.columns > _HEADLINE):
            return False
        if a.paused:
            return more and self.full(i)
        if wall is not None and a.columns < wall.least - max(4, wall.most // 6):
            return False
        if a.columns <= _HEADLINE and not _HANGING.search(a.text) and (self._opens(i) or _FRESH.match(b.text)):
            return False
        if clause or a.columns > _HEADLINE or _prose_begins(a.text):
            return True
        return wall is not None and more and a.columns <= wall.most + 2 and self.full(i)


def _prose_begins(line: str) -> bool:
    """Return whether a line begins like a sentence of an article or a caption.

    Headlines do not begin like this.
    """
    return (
        (_DATELINE.match(line) is not None and "题：" not in line)
        or _WHERE.search(line) is not None
        or (_RUNNING_START.match(line) is not None and " " not in line)
    )
