"""Remove meaningless line ends.

These are hard wraps, and blank lines where a column ended in mid-sentence. Two things distinguish a wrap from the end
of a paragraph: whether the line ends in mid-sentence, and whether it fills the column, judged by the lines around it.
The tests are in the order in which they are asked in `_RIGHT_BELOW` and `_OVER_BLANK_LINES`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from indexer.cleaning.apply import Change
from indexer.cleaning.judgements import Judgement, judge
from indexer.cleaning.line_reading import CODE_ENDS, CREDIT_ENDS, TAIL, RawLine, read_lines
from indexer.cleaning.sentence_halves import crosses
from indexer.cleaning.walls import Measures, Wall, Walls, find_walls
from indexer.text.newsprint import CLOSERS, HAN, LOST, NEWS_OPENING, STOPS, width

_END_CODE = re.compile(rf"[{STOPS}…{CLOSERS}][①-⑳]\d{{0,2}}$|[{HAN}][①-⑳]\d{{1,2}}$")
_NOTE = rf"[^（）()【】，{STOPS}]*"
_CREDIT = rf"[（(【]{_NOTE}(?:记者|通讯员|作者|编辑|责编|整理){_NOTE}[）)】]"
_FINISHED = re.compile(rf"[（(]完[）)]$|(?:^|[{STOPS}{CLOSERS}])[ \u3000]*{_CREDIT}$")
_CODE = re.compile(r"[①-⑳]\d{0,2}$")
_CODE_REST = re.compile(r"\d{1,2}$")
_CODE_CUT = re.compile(r"[①-⑳]\d?$")
_DATELINE = re.compile(
    rf"{NEWS_OPENING.pattern}"
    rf"|(?:本报|新华社|[{HAN}]{{2,4}}[社网]).{{0,8}}?(?:\d{{1,2}}月)?\d{{1,2}}日[^，。]{{0,6}}?[电讯]"
)
_START = re.compile(
    rf"{_DATELINE.pattern}|(?:本报|见习|特约)?(?:记者|通讯员)[ \u3000:：]|责任?编辑?[:：]|图为|——|【[^】]{2, 24}】"
    r"|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．](?!\d)"
    r"|第[一二三四五六七八九十百\d]+[条章节]|(?:19|20)\d\d[.年]\d{1,2}月?[—-]"
)
_RUNNING_START = re.compile(r"[问答][:：]|该|此次|这|他|她|我们|据|近日|日前|目前|连日来|同时|此外|其中|另外|活动|会议")
_WHERE = re.compile(r"[（(][左右前后中][一二三四五六七八九排起\d、]{0,4}[）)]")  # position of a person in the picture
_GOES_BEFORE = "，。、；：？！”’）》"  # no printed line begins with these
_OPENED = "（(《“"  # no printed line ends with these
_RANGE = re.compile(r"\d[-–~～]$")
_FRESH = re.compile(
    r"[（(【][^）)】]{2,14}[）)】]|据[^，。]{2,16}?(?:报道|消息|电)|今年|去年|今天|昨天|昨日|今日|\d{1,2}日|近日|日前|目前|连日来|近年来|据悉|\d{1,4}[年月]|记者从|“"
)
_SERIES = re.compile(r"^(?:[（(][^（）()]{2,16}[）)]|【[^】]{2,16}】)")
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
_LONG_WORD = 8  # columns
_BEGINNING = 7  # letters of a headline that are said again below it
_ROOM = 4  # columns of a letter with a mark behind it
_NEARLY_ALL = 5  # the paragraphs to one that does without an indent
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
        if clause and runs_on[i] and a.text[:_BEGINNING] != b.text[:_BEGINNING]:
            stopped = True
            yield Change(a.end, b.start, "")
        elif page.joined(i, clause, stopped).answer:
            latin = _LATIN_START.match(b.text) and _LATIN_END.search(a.text[-TAIL:])
            yield Change(a.end, b.start, " " if latin else "")
        else:
            clause = stopped = False


def decisions(text: str) -> Iterator[tuple[str, str, Judgement]]:
    """Yield two neighbouring lines of a text, and what decided whether they are joined."""
    page = Page(text)
    clause = stopped = False
    for i, (a, b) in enumerate(pairwise(page.lines)):
        clause, stopped = clause or a.sentence, stopped or a.stopped
        judged = page.joined(i, clause, stopped)
        yield a.text, b.text, judged
        clause, stopped = (clause, True) if judged.answer else (False, False)


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
            simple &= (walls.most > 0) & (wider <= walls.most + _OVER) & (2 * read.columns > walls.least)
            opens = np.append(True, (self._breaks | ~read.open)[:-1])
            simple &= ~(opens & ~read.stopped & ((read.reach > walls.most + 1) | (read.columns + _ROOM <= walls.usual)))
        found: list[bool] = simple.tolist()
        return found

    def blank(self, i: int) -> bool:
        """Return whether blank lines follow line `i`."""
        return self._blanks[i]

    def joined(self, i: int, clause: bool, stopped: bool) -> Judgement:
        """Judge whether only the layout separated line `i` from the next.

        `clause` indicates that its paragraph so far is a sentence, `stopped` that a sentence has ended in it or
        that it was wrapped.
        """
        pair = Pair(self, i, self.lines[i], self.lines[i + 1], clause, stopped)
        return judge(_OVER_BLANK_LINES if self._blanks[i] else _RIGHT_BELOW, pair)

    def wall(self, i: int) -> Wall | None:
        """Return where the lines around line `i` are wrapped, or None."""
        most = int(self._walls.most[i])
        return Wall(most, int(self._walls.least[i]), int(self._walls.usual[i])) if most else None

    def widest(self, i: int) -> int:
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

    def opens(self, i: int) -> bool:
        """Return whether line `i` is the first of the page or follows an editor's code."""
        return len(self.lines) > 4 if i == 0 else _END_CODE.search(self.lines[i - 1].text[-TAIL:]) is not None

    @cached_property
    def indents(self) -> bool:
        """Whether the page indents its paragraphs: nearly all lines below the end of a sentence are indented.

        This leaves out lines below a full line, which may go on with it, and what may head an indented line.
        """
        lines = self.lines
        indented = [line.indented for line in lines]
        if sum(indented) <= _FEW:
            return False
        below = [i + 1 for i, line in enumerate(lines[:-1]) if line.closed and not self.full(i)]
        flush = [i for i in below if not indented[i] and not (lines[i].open and any(indented[i + 1 : i + 2]))]
        return _NEARLY_ALL * len(flush) <= len(below)

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


class Pair(NamedTuple):
    """Line `i` of a page and the next one, `a` and `b`, and what is known of the paragraph of `a` so far."""

    page: Page
    i: int
    a: RawLine
    b: RawLine
    clause: bool
    stopped: bool

    @property
    def wall(self) -> Wall | None:
        """Where the lines around are wrapped."""
        return self.page.wall(self.i)

    @property
    def more(self) -> bool:
        """Whether a third line follows right below."""
        return self.i + 2 < len(self.page.lines) and not self.page.blank(self.i + 1)

    @property
    def full(self) -> bool:
        """Whether the first word of the second line found no room in the first."""
        return self.page.full(self.i)


Answer = bool | None


def _code_goes_on(pair: Pair) -> Answer:
    """An editor's code closes the sentence above it, or continues there."""
    a, b = pair.a, pair.b
    begun = a.closed and _CODE.match(b.text)
    return True if begun or (_CODE_REST.match(b.text) and _CODE_CUT.search(a.text[3:][-2:])) else None


def _rows_of_results(pair: Pair) -> Answer:
    return False if _RESULT.fullmatch(pair.a.text) and _RESULT.fullmatch(pair.b.text) else None


def _stands_alone(pair: Pair) -> Answer:
    return False if pair.a.alone or pair.b.alone or pair.b.marked else None


def _break_of_markdown(pair: Pair) -> Answer:
    is_break = not pair.a.open and pair.page.text.startswith("  ", pair.a.end) and not pair.page.padded
    return False if is_break else None


def _mark_cannot_begin_a_line(pair: Pair) -> Answer:
    if pair.b.text[0] in _GOES_BEFORE or pair.a.text[-1] in _OPENED:
        return True
    return True if pair.b.text[0].isdecimal() and _RANGE.search(pair.a.text[-2:]) else None


def _article_ends(pair: Pair) -> Answer:
    """An editor's code or （完） ends an article, and a line in parentheses of its own stands under one."""
    text = pair.a.text
    code = text[-1] in CODE_ENDS and _END_CODE.search(text[-TAIL:])
    return False if code or (text[-1] in CREDIT_ENDS and _FINISHED.search(text[-TAIL:])) else None


def _begins_anew(pair: Pair) -> Answer:
    if pair.b.text.startswith("——") and (pair.i == 0 or not pair.page.lines[pair.i - 1].open) and not pair.a.indented:
        return False
    begins = _START.match(pair.b.text)
    return False if begins and (not (pair.clause and pair.a.open) or _DATELINE.match(pair.b.text)) else None


def _says_it_again(pair: Pair) -> Answer:
    """A headline, of one line or two, stands above a line that repeats its beginning."""
    below = pair.b.text[: 4 * _BEGINNING]
    if _is_said(pair.a.text[:_BEGINNING], below):
        return False
    above = pair.page.lines[pair.i - 1] if pair.i else None
    is_again = above and above.open and _is_said(above.text[:_BEGINNING], _SERIES.sub("", below)[:_BEGINNING])
    return False if is_again else None


def _is_said(beginning: str, text: str) -> bool:
    return len(beginning) == _BEGINNING and beginning in text


def _heads_an_indented_text(pair: Pair) -> Answer:
    """On a page with indents, a line that ends no sentence between the end of one and an indent is a headline."""
    a, b = pair.a, pair.b
    if b.indented or not pair.page.indents:
        return None
    heads = b.open and not b.stopped
    if not (heads if a.closed and pair.full else a.closed or (heads and _short_of_the_wall(pair) is False)):
        return None
    return False if pair.more and pair.page.lines[pair.i + 2].indented else None


def _no_wall(pair: Pair) -> Answer:
    """Without a wall, two long lines of equal width are one paragraph."""
    if pair.wall is not None:
        return None
    a = pair.a
    return (
        a.open
        and pair.clause
        and pair.b.closed
        and 24 <= a.columns <= 100
        and pair.page.widest(pair.i) <= a.columns + 4
    )


def _beyond_the_wall(pair: Pair) -> Answer:
    return False if pair.wall and max(pair.a.columns, pair.b.columns) > pair.wall.most + _OVER else None


def _half_a_line(pair: Pair) -> Answer:
    """A line that is not half full was not wrapped, wherever it ends."""
    wall, word = pair.wall, _WORD.match(pair.b.text)
    is_short = wall is not None and 2 * pair.a.columns <= wall.least and not pair.a.text.startswith(LOST)
    return False if is_short and word and width(word[0]) <= _LONG_WORD else None


def _credit_short_of_the_wall(pair: Pair) -> Answer:
    """A line that ends in a parenthesis and does not fill the column names who wrote what is above."""
    return False if pair.a.text[-1] in "）)】" and _short_of_the_wall(pair) is False else None


def _stands_above_a_text(pair: Pair) -> Answer:
    """A line below the end of a text that does not fill the column, or is wider than it, is a headline.

    One with marks must have room for more than the next word, which may have a mark behind it.
    """
    a, i, lines, wall = pair.a, pair.i, pair.page.lines, pair.wall
    is_first = i == 0 or not lines[i - 1].open or pair.page.blank(i - 1)
    if not (a.open and is_first) or a.indented or a.stopped or wall is None:
        return None
    if _prose_begins(a.text) or a.text[0] == LOST or (pair.clause and a.text[-1] in "，、"):
        return None
    word = _WORD.match(pair.b.text)
    room = width(word[0]) + 2 if word and pair.clause else 1
    leaves_room = not pair.full and a.columns + room <= wall.usual
    heads = a.reach > wall.most + 1 or leaves_room
    return False if heads and not (pair.clause and crosses(a.text, pair.b.text)) else None


def _in_mid_sentence(pair: Pair) -> Answer:
    a = pair.a
    if not a.open or pair.wall is None:
        return None
    bullet = 2 * (len(a.text) - len(a.text.lstrip(LOST)))  # counts if lines were wrapped after it was lost
    return pair.clause or a.indented or pair.full or a.columns + bullet >= pair.wall.least or _prose_begins(a.text)


def _below_a_short_last_line(pair: Pair) -> Answer:
    """Where only short last lines end paragraphs, a full line that ends a sentence ends one unless the next goes on."""
    if not (pair.a.closed and pair.page.tight):
        return None
    return pair.full and _GOES_ON.match(pair.b.text) is not None


def _reaches_the_wall(pair: Pair) -> Answer:
    return pair.wall is not None and (pair.a.columns >= pair.wall.least or pair.full)


def _columns_do_not_end_so(pair: Pair) -> Answer:
    """Nothing shows that text on this page goes on below a blank line."""
    a, b, page = pair.a, pair.b, pair.page
    long = a.columns > _HEADLINE and pair.clause and b.closed and not (_FRESH.match(b.text) or _START.match(b.text))
    wrapped = pair.wall is not None and pair.more
    return None if pair.stopped or page.broken or wrapped or long or _prose_begins(a.text) else False


def _closed_by_parenthesis(pair: Pair) -> Answer:
    return False if pair.a.text[-1] in "）)】" and not pair.page.broken else None


def _sentence_ended(pair: Pair) -> Answer:
    return False if pair.a.closed else None


def _no_prose_below(pair: Pair) -> Answer:
    b = pair.b
    return None if b.sentence or b.paused or pair.more or b.columns > _HEADLINE else False


def _paused(pair: Pair) -> Answer:
    return pair.more and pair.full if pair.a.paused else None


def _short_of_the_wall(pair: Pair) -> Answer:
    wall = pair.wall
    return False if wall and pair.a.columns < wall.least - max(4, wall.most // 6) else None


def _may_be_a_headline(pair: Pair) -> Answer:
    a = pair.a
    if a.columns > _HEADLINE or _HANGING.search(a.text):
        return None
    return False if pair.page.opens(pair.i) or _FRESH.match(pair.b.text) else None


def _prose(pair: Pair) -> Answer:
    return True if pair.clause or pair.a.columns > _HEADLINE or _prose_begins(pair.a.text) else None


def _full_to_the_wall(pair: Pair) -> Answer:
    return pair.wall is not None and pair.more and pair.a.columns <= pair.wall.most + 2 and pair.full


_ANYWHERE = (
    _code_goes_on,
    _rows_of_results,
    _stands_alone,
    _break_of_markdown,
    _mark_cannot_begin_a_line,
    _article_ends,
    _begins_anew,
)
_RIGHT_BELOW = (
    *_ANYWHERE,
    _says_it_again,
    _heads_an_indented_text,
    _no_wall,
    _beyond_the_wall,
    _half_a_line,
    _credit_short_of_the_wall,
    _stands_above_a_text,
    _in_mid_sentence,
    _below_a_short_last_line,
    _reaches_the_wall,
)
_OVER_BLANK_LINES = (
    *_ANYWHERE,
    _columns_do_not_end_so,
    _closed_by_parenthesis,
    _sentence_ended,
    _no_prose_below,
    _paused,
    _short_of_the_wall,
    _may_be_a_headline,
    _prose,
    _full_to_the_wall,
)


def _prose_begins(line: str) -> bool:
    """Return whether a line begins like a sentence of an article or a caption.

    Headlines do not begin like this.
    """
    return (
        (_DATELINE.match(line) is not None and "题：" not in line)
        or _WHERE.search(line) is not None
        or (_RUNNING_START.match(line) is not None and " " not in line)
    )
