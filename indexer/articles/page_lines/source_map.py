"""Map the lines of a cleaned page to the raw text that they came from.

The other modules of `articles` split and join stretches of the *cleaned* text. Only `Sheet` knows where such a stretch
stands in the raw text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.model import Block, CleanText, Role, Span
from indexer.text.newsprint import width

_MARKDOWN = re.compile(r"(?P<level>#{1,6})(?:[ \t]+|(?=——))|>[ \t]*|\*\*(?=[^*]+\*\*$)")
_MARKS = frozenset("#>*")
_SPACE = re.compile(" ")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of cleaned text: a paragraph, or a line that stands alone.

    `start` and `end` are offsets in the cleaned text. `level` is the Markdown heading level (0: none). `gap` is the
    number of empty raw lines before it. `doubled` means that its letters were printed twice (fake bold: a heading or a
    caption). `role` is what the file format says it is. `indent` is the number of columns left blank before it.
    """

    text: str
    start: int
    end: int
    level: int = 0
    gap: int = 0
    doubled: bool = False
    role: Role | None = None
    indent: int = 0


class Sheet:
    """A page's cleaned text over its raw text.

    >>> from indexer.model import CleanText, Edit
    >>> sheet = Sheet("工 会议", CleanText("工会议", (Edit(("x",), 1, 2, " ", ""),)))
    >>> sheet.text, sheet.span(1, 3), sheet.raw[2:4]
    ('工会议', (2, 4), '会议')
    """

    def __init__(self, raw: str, clean: CleanText, blocks: tuple[Block, ...] = (), *, is_printed: bool = False) -> None:
        self.raw = raw
        self.text = clean.text
        self.is_printed = is_printed
        """Whether the file says where its lines stand, so that `blocks` are the headings and paragraphs, in order."""
        self._blocks = blocks
        self._ends_of_blocks = [block.end for block in blocks] if is_printed else []
        self._starts, self._ends = _raw_places(clean, len(raw))
        self._seams = self._find_seams(clean)

    def span(self, start: int, end: int) -> Span:
        """Return the raw span of a stretch of the cleaned text, from its first letter to its last."""
        return (self._starts[start], self._ends[end - 1])

    def spans(self, pieces: Iterable[Span]) -> tuple[Span, ...]:
        """Return the raw spans of pieces of the cleaned text, in the order given. Adjacent ones are merged."""
        merged: list[Span] = []
        before: Span | None = None
        for piece in pieces:
            start, end = self.span(*piece)
            if before is not None and before[1] <= piece[0] and not self.text[before[1] : piece[0]].strip():
                merged[-1] = (merged[-1][0], end)
            else:
                merged.append((start, end))
            before = piece
        return tuple(merged)

    def seams(self, start: int, end: int) -> Sequence[tuple[int, str]]:
        """Return the seams in a stretch of cleaned text: offsets with white space in the raw text, and that space."""
        first = bisect_left(self._seams, (start + 1,))
        return self._seams[first : bisect_left(self._seams, (end,), first)]

    def _find_seams(self, clean: CleanText) -> list[tuple[int, str]]:
        """Return all seams of the page: white space that is still a space, and white space that an edit removed."""
        seams = {
            found.start(): self.raw[slice(*self.span(found.start(), found.end()))]
            for found in _SPACE.finditer(self.text)
        }
        shift = 0
        for edit in clean.edits:
            place = edit.start + shift
            shift += len(edit.after) - (edit.end - edit.start)
            if not edit.after and 0 < place < len(self.text):
                between = self.raw[self._ends[place - 1] : self._starts[place]]
                if between.isspace():
                    seams[place] = between
        return sorted(seams.items())

    def lines(self) -> tuple[Line, ...]:
        """Return the lines that are not blank, in the order of the page."""
        lines: list[Line] = []
        raw_end = 0
        for found in re.finditer(r"[^\n]*\S[^\n]*", self.text):
            line = self._line(found.start(), found.end(), raw_end)
            if line is not None:
                lines.append(line)
                raw_end = self.span(line.start, line.end)[1]
        return tuple(lines)

    def _line(self, start: int, end: int, previous_end: int) -> Line | None:
        """Make a line of cleaned[start:end], without its Markdown marks and outer blanks."""
        text = self.text[start:end]
        start, end = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
        level = 0
        while start < end and self.text[start] in _MARKS and (mark := _MARKDOWN.match(self.text, start, end)):
            level = len(mark["level"] or "") or level
            end -= 2 * mark.group().startswith("**")
            start = mark.end()
        if start >= end:
            return None
        raw_start, raw_end = self.span(start, end)
        lead, body = self.raw[previous_end:raw_start], self.raw[raw_start:raw_end]
        before = self._before(raw_start)
        if not level and before:
            mark = _MARKDOWN.match(before)
            level = len(mark["level"] or "") if mark else 0
        return Line(
            text=self.text[start:end],
            start=start,
            end=end,
            level=level,
            gap=max(lead.count("\n") - 1, 0),
            doubled=_is_doubled(self.text[start:end], body),
            role=self._role(raw_start, raw_end),
            indent=width(before) if before.isspace() else 0,
        )

    def _before(self, start: int) -> str:
        """Return what stands before a place on its raw line."""
        return self.raw[self.raw.rfind("\n", 0, start) + 1 : start]

    def _role(self, start: int, end: int) -> Role | None:
        """Return the role that the file format gives a raw stretch: that of the block that contains its middle."""
        if not self._blocks:
            return None
        middle = (start + end) // 2
        if self.is_printed:
            block = self._blocks[min(bisect_right(self._ends_of_blocks, middle), len(self._blocks) - 1)]
            return block.role if block.start <= middle < block.end else None
        return next((block.role for block in self._blocks if block.start <= middle < block.end), None)


def _is_doubled(clean: str, raw: str) -> bool:
    """Return whether cleaning halved a line: white space aside, each of its letters was there twice."""
    least = 1.8 * len("".join(clean.split()))
    return len(clean) >= 4 and len(raw) >= least and len("".join(raw.split())) >= least


def _raw_places(clean: CleanText, length: int) -> tuple[list[int], list[int]]:
    """Return the raw start and the raw end of each letter of the cleaned text, in order."""
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    places = range(length + 1)
    for edit in clean.edits:
        start, after = edit.start, len(edit.after)
        if start > at:
            starts += places[at:start]
            ends += places[at + 1 : start + 1]
        if after:
            before = edit.end - start
            starts += [start + i * before // after for i in range(after)]
            ends += [start + (i + 1) * before // after for i in range(after)]
        at = edit.end
    starts += places[at:length]
    ends += places[at + 1 :]
    return starts, ends
