"""Say whether two lines with something between them are the halves of one sentence."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from indexer.text.folding import fold
from indexer.text.newsprint import CLOSERS, HAN, NEWS_OPENING, STOPS, width
from indexer.text.tokenizer import is_in_dictionary

_ENDED = re.compile(rf"[{STOPS}!?；;：:…{CLOSERS}①-⑳（(《“]$|——$")
_STARTS = re.compile(
    rf"{NEWS_OPENING.pattern}|[{HAN}]{{2,4}}[社网]\S{{0,12}}?[电讯]"
    rf"|(?:本报|见习|特约)?(?:记者|通讯员)[ \u3000:：]|(?:本报|[{HAN}]{{2}}社)(?:见习|特约)?记者"
    r"|[#|>●■◆★▲▼◀▶※□○◇☆△•]|[-*+] |图为|——"
    r"|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．](?!\d)"
)
_BYLINE = re.compile(rf"(?:本报|[{HAN}]{{2,3}}社)?(?:见习|特约)?(?:记者|通讯员)[ \u3000:：]?[{HAN} 、]{{2,14}}")
_SAME, _NARROW = 8, 12
_FRESH = re.compile(r"近日|日前|目前|昨日|今日|昨天|今年|去年|连日来|近年来|据悉|记者从|\d{1,4}[年月]")
_BEGINS = re.compile(rf"[{HAN}A-Za-z0-9，。、；：？！）》”“《（%％]")
_CLAUSE = re.compile(r"[，。；、！？,;]")
_STOP = re.compile(f"[{STOPS}]")
_HAN_AT_START = re.compile(f"[{HAN}]+")
_HAN_AT_END = re.compile(f"[{HAN}]+$")
_DATELINE = re.compile(rf"{NEWS_OPENING.pattern}|\S{{2,12}}[社网]\S{{0,12}}?[电讯]")
_ENDS_OPEN = re.compile(
    rf"(?<=[{HAN}])(?:[的和与及或对将被把从向为以因由至据在是使让给凭按于之该其某每各几]"
    r"|[并而且但即则若当又再也都就仍均已可能会要应须需])$"
)
_GOES_ON = re.compile(r"[的了着过们等及和与或并则仍均已被把]|(?:以及|于是|的话|之[前后间一]|之际|以来|因而|从而)")
_REST = re.compile(rf"[{HAN}]{{1,3}}[。；”》]")
"""What is left of a clause. No paragraph begins so."""
_ENDS_IN_COMMA = re.compile(r".{10}[，、]$")
_HAN_END = re.compile(rf"[{HAN}][，、]?$")
_BLANKS = " \t\u3000"
_LONG_LINE, _LONG_HALF, _FAR, _ALIKE = 35, 16, 4, 2
_LONGEST_WORD = 4
_WIDEST_COLUMN, _RAGGED, _LEAST_LINES = 100, 3, 3

Place = tuple[int, int]
"""The start and the end of a line in the text, without the blanks around it."""


def _is_word(text: str) -> bool:
    return is_in_dictionary(fold(text))


class Halves:
    """The lines of a text, to be compared across what stands between them."""

    def __init__(self, text: str) -> None:
        self._text = text

    def around(self, start: int, end: int) -> tuple[Place | None, Place | None]:
        """Return the lines above and below a stretch of the text, or None where there is none."""
        return self._above(start), self._below(end)

    def in_column(self, line: Place) -> bool:
        """Return whether a line is as wide as other lines that end in mid-sentence, so that its end is a column's."""
        columns = width(self._text[slice(*line)])
        near = range(columns - _RAGGED, columns + _RAGGED + 1)
        return columns <= _WIDEST_COLUMN and sum(self._widths[size] for size in near) >= _LEAST_LINES

    @cached_property
    def _widths(self) -> Counter[int]:
        """The number of lines of each width that end in mid-sentence."""
        lines = (line.strip() for line in self._text.split("\n") if len(line) <= 2 * _WIDEST_COLUMN)
        return Counter(width(line) for line in lines if _HAN_END.search(line) and not _ENDED.search(line))

    def are_torn(self, start: int, end: int) -> bool:
        """Return whether a word or a clause clearly runs over a stretch of lines, and no word runs into it."""
        above, below = self.around(start, end)
        if not above or not below:
            return False
        seam, inside = Seam(self, above, below, False), self._text[start:end]
        if abs(len(seam.first) - len(inside)) <= 1:  # they may be in a column
            return False
        if seam.word:
            return not crosses(seam.first, inside) and not crosses(inside, seam.second)
        return bool(_bracket_stays_open(seam) or (len(inside) < len(seam.first) and _in_mid_clause(seam)))

    def are_in_prose(self, start: int, end: int) -> bool:
        """Return whether a stretch of lines stands between long lines of a text, the first of which is unfinished."""
        above, below = self.around(start, end)
        if not above or not below:
            return False
        seam = Seam(self, above, below, False)
        long = min(len(seam.upper), len(seam.lower)) >= _LONG_HALF
        return (
            long
            and _sentence_ended(seam) is not False
            and _paragraph_begins(seam) is not False
            and bool(_STOP.search(seam.lower))
        )

    def indented(self, line: Place) -> bool:
        """Return whether a line begins with the indent of a paragraph."""
        start = self._text.rfind("\n", 0, line[0]) + 1
        return self._text[start : line[0]].startswith(("\u3000\u3000", "    "))

    def text_of(self, line: Place) -> str:
        """Return the text of a line."""
        return self._text[slice(*line)]

    def _above(self, place: int) -> Place | None:
        end = (
            len(self._text[:place].rstrip())
            if place < 400
            else place - 400 + len(self._text[place - 400 : place].rstrip())
        )
        if end <= 0:
            return None
        start = self._text.rfind("\n", 0, end) + 1
        return start + len(self._text[start:end]) - len(self._text[start:end].lstrip()), end

    def _below(self, place: int) -> Place | None:
        found = re.compile(r"\s*(\S[^\n]*)").match(self._text, place)
        return (found.start(1), found.start(1) + len(found[1].rstrip())) if found else None

    def so_far(self, line: Place) -> str:
        """Return the line with the few lines above that end in mid-sentence."""
        text = self._text[slice(*line)]
        start = line[0]
        for _ in range(_FAR):
            above = self._above(start)
            if above is None or self._text.count("\n", above[1], start) > 1:
                break
            before = self._text[slice(*above)]
            if _ENDED.search(before):
                break
            text, start = before + text, above[0]
        return text

    def onward(self, line: Place) -> str:
        """Return the line with the few lines below it, up to the end of a sentence."""
        text, end = self._text[slice(*line)], line[1]
        for _ in range(_FAR):
            below = None if _STOP.search(text) else self._below(end)
            if below is None or self._text.count("\n", end, below[0]) > 1:
                break
            text, end = text + self._text[slice(*below)], below[1]
        return text


@dataclass(frozen=True)
class Seam:
    """Two lines with something between them.

    `certain` says that it is surely no text, `continued` that the line above goes on with a sentence itself.
    """

    halves: Halves
    above: Place
    below: Place
    certain: bool
    continued: bool = False

    @cached_property
    def first(self) -> str:
        """The line above."""
        return self.halves.text_of(self.above)

    @cached_property
    def second(self) -> str:
        """The line below."""
        return self.halves.text_of(self.below)

    @cached_property
    def upper(self) -> str:
        """The line above with the few lines before it that end in mid-sentence."""
        return self.halves.so_far(self.above)

    @cached_property
    def lower(self) -> str:
        """The line below with the few lines after it, up to the end of a sentence."""
        return self.halves.onward(self.below)

    @cached_property
    def word(self) -> bool:
        """Whether a word runs from one line to the other."""
        return crosses(self.first, self.second)


def _sentence_ended(seam: Seam) -> bool | None:
    return False if _ENDED.search(seam.first) or seam.first[0] in "#|" else None


def _paragraph_begins(seam: Seam) -> bool | None:
    if _BYLINE.fullmatch(seam.first) or seam.first[:_SAME] == seam.second[:_SAME]:
        return False
    begins = not _BEGINS.match(seam.second) or _STARTS.match(seam.second) or seam.halves.indented(seam.below)
    return False if begins else None


def _begins_with_a_mark(seam: Seam) -> bool | None:
    return True if seam.certain and seam.second[0] in "，。、；：？！）》”" else None


def _hyphenated(seam: Seam) -> bool | None:
    return True if seam.certain and seam.first[-1] in "-‐\xad" and re.match("[a-z]", seam.second) else None


def _bracket_stays_open(seam: Seam) -> bool | None:
    """（记者张 / 道正）: what one line opens, the other closes."""
    for opener, closer in ("（）", "()", "“”", "《》"):
        if seam.first.rfind(opener) > seam.first.rfind(closer) and _closes(seam.second, opener, closer):
            return True
    return None


def _closes(text: str, opener: str, closer: str) -> bool:
    end = text.find(closer)
    return 0 <= end < _LONG_LINE and opener not in text[:end]


def _in_mid_clause(seam: Seam) -> bool | None:
    """A line that ends in 的 or begins with 了 is no headline and no paragraph's beginning."""
    if len(seam.first) < _LONG_HALF and not seam.certain:
        return None
    ends_open = _ENDS_OPEN.search(seam.first) and not _is_word(seam.first[-2:])
    goes_on = _GOES_ON.match(seam.second) and not any(_is_word(seam.second[:size]) for size in (2, 3, 4))
    return True if ends_open or goes_on or _REST.match(seam.second) else None


def _word_is_torn(seam: Seam) -> bool | None:
    """合作关 / 系: a word runs over what is surely no text, and the line above is longer than a word of a table."""
    torn = seam.certain and seam.word and len(seam.first) >= _NARROW
    return True if torn and not _FRESH.match(seam.second) else None


def _is_text(seam: Seam) -> bool | None:
    """A line above that goes on with a sentence, or begins like news, is no headline."""
    if not seam.certain:
        return True if _ENDS_IN_COMMA.search(seam.first) and _STOP.search(seam.lower) else None
    return True if seam.continued or _DATELINE.match(seam.upper) or "。" in seam.first else None


def _column_goes_on(seam: Seam) -> bool | None:
    """A line as wide as the column, and not the first of its paragraph, is no headline."""
    inside = seam.upper != seam.first or seam.halves.indented(seam.above)
    wide = inside and len(seam.first) >= _NARROW and seam.halves.in_column(seam.above)
    return True if wide and (seam.certain or _STOP.search(seam.upper + seam.lower)) else None


def _says_no_clause(seam: Seam) -> bool | None:
    return None if _CLAUSE.search(seam.upper + seam.lower * seam.word) else False


def _may_be_headline(seam: Seam) -> bool | None:
    """A line that is short and stands alone may be one. A line of a narrow column is as wide as the next."""
    first, second = seam.first, seam.second
    if seam.upper != first or len(first) > _LONG_LINE or _DATELINE.match(first) or first[-1] in "，、":
        return None
    if _CLAUSE.search(first) and (seam.word or (len(first) >= _LONG_HALF and not _FRESH.match(second))):
        return None
    return False if abs(len(first) - len(second)) > _ALIKE or _FRESH.match(second) else None


def _goes_on_with_certainty(seam: Seam) -> bool | None:
    return (seam.word or bool(_CLAUSE.search(seam.lower))) if seam.certain else None


def _goes_on(seam: Seam) -> bool | None:
    is_long = len(seam.upper) > _LONG_LINE
    if seam.word:
        return is_long or bool(_STOP.search(seam.upper + seam.lower))
    return is_long and bool(_STOP.search(seam.lower)) and not _FRESH.match(seam.second)


BELONG = (
    _sentence_ended,
    _paragraph_begins,
    _begins_with_a_mark,
    _hyphenated,
    _bracket_stays_open,
    _in_mid_clause,
    _word_is_torn,
    _is_text,
    _column_goes_on,
    _says_no_clause,
    _may_be_headline,
    _goes_on_with_certainty,
    _goes_on,
)
"""Whether a sentence runs from one line to another."""


def crosses(first: str, second: str) -> bool:
    """Return whether a word of the dictionary begins at the end of one text and ends at the start of the other.

    >>> crosses("发现险情及时上", "报，并组织群众转移"), crosses("安全", "红河")
    (True, False)
    """
    left, right = _HAN_AT_END.search(first[-3:]), _HAN_AT_START.match(second[:3])
    before, after = fold(left[0]) if left else "", fold(right[0]) if right else ""
    return any(
        is_in_dictionary(before[-i:] + after[:j])
        for i in range(1, len(before) + 1)
        for j in range(1, min(len(after), _LONGEST_WORD - i) + 1)
    )
