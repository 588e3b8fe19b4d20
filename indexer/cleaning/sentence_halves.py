"""Say whether two lines with something between them are the halves of one sentence."""

from __future__ import annotations

import re

from indexer.text.folding import fold
from indexer.text.newsprint import CLOSERS, HAN, STOPS
from indexer.text.tokenizer import is_in_dictionary

_ENDED = re.compile(rf"[{STOPS}!?；;：:…{CLOSERS}①-⑳（(《“]$|——$")
_STARTS = re.compile(
    rf"本[报网台刊]\S{{0,8}}?讯|[{HAN}]{{2,4}}[社网]\S{{0,12}}?[电讯]"
    r"|(?:本报|见习|特约)?(?:记者|通讯员)[ \u3000:：]|[#|>●■◆★▲▼◀▶※□○◇☆△•]|[-*+] |图为|——"
    r"|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．](?!\d)"
)
_FRESH = re.compile(r"近日|日前|目前|昨日|今日|昨天|今年|去年|连日来|近年来|据悉|记者从|\d{1,4}[年月]")
_BEGINS = re.compile(rf"[{HAN}A-Za-z0-9，。、；：？！）》”“《（%％]")
_CLAUSE = re.compile(r"[，。；、！？,;]")
_STOP = re.compile(f"[{STOPS}]")
_DATELINE = re.compile(r"本[报网台刊]\S{0,8}?讯|\S{2,12}[社网]\S{0,12}?[电讯]")
_BLANKS = " \t\u3000"
_LONG_LINE, _LONG_HALF, _FAR, _ALIKE = 35, 16, 4, 2
_LONGEST_WORD = 4

Place = tuple[int, int]
"""The start and the end of a line in the text, without the blanks around it."""


class Halves:
    """The lines of a text, to be compared across what stands between them."""

    def __init__(self, text: str) -> None:
        self._text = text

    def around(self, start: int, end: int) -> tuple[Place | None, Place | None]:
        """Return the lines above and below a stretch of the text, or None where there is none."""
        return self._above(start), self._below(end)

    def share_word(self, start: int, end: int) -> bool:
        """Return whether a word runs over a stretch of lines, and none runs into it."""
        above, below = self.around(start, end)
        if not above or not below:
            return False
        first, inside, second = (self._text[slice(*line)] for line in (above, (start, end), below))
        is_in_column = abs(len(first) - len(inside)) <= 1
        return (
            not is_in_column and crosses(first, second) and not crosses(first, inside) and not crosses(inside, second)
        )

    def belong(self, above: Place, below: Place, *, certain: bool) -> bool:
        """Return whether a sentence runs from one line to the other.

        `certain` means that what stands between them is surely not a part of the text.
        """
        first, second = self._text[slice(*above)], self._text[slice(*below)]
        if _ENDED.search(first) or not _BEGINS.match(second) or _STARTS.match(second) or self._indented(below):
            return False
        if first[0] in "#|" or (second[0] in "，。、；：？！）》”" and certain):
            return first[0] not in "#|"
        if certain and first[-1] in "-‐\xad" and re.match("[a-z]", second):
            return True
        word = crosses(first, second)
        upper, lower = self._so_far(above), self._onward(below)
        if not (_CLAUSE.search(upper) if not word else _CLAUSE.search(upper + lower)):
            return False
        if self._may_be_headline(first, second, upper, word=word):
            return False
        if certain:
            return word or bool(_CLAUSE.search(lower))
        is_long = len(upper) > _LONG_LINE
        if word:
            return is_long or bool(_STOP.search(upper + lower))
        return is_long and bool(_STOP.search(lower)) and not _FRESH.match(second)

    def _may_be_headline(self, first: str, second: str, upper: str, *, word: bool) -> bool:
        """Return whether the upper line is short and stands alone; a line of a narrow column is as wide as the next."""
        if upper != first or len(first) > _LONG_LINE or _DATELINE.match(first) or first[-1] in "，、":
            return False
        if _CLAUSE.search(first) and (word or (len(first) >= _LONG_HALF and not _FRESH.match(second))):
            return False
        return abs(len(first) - len(second)) > _ALIKE or bool(_FRESH.match(second))

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

    def _indented(self, line: Place) -> bool:
        start = self._text.rfind("\n", 0, line[0]) + 1
        return self._text[start : line[0]].startswith(("\u3000\u3000", "    "))

    def _so_far(self, line: Place) -> str:
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

    def _onward(self, line: Place) -> str:
        """Return the line with the few lines below it, up to the end of a sentence."""
        text, end = self._text[slice(*line)], line[1]
        for _ in range(_FAR):
            below = None if _STOP.search(text) else self._below(end)
            if below is None or self._text.count("\n", end, below[0]) > 1:
                break
            text, end = text + self._text[slice(*below)], below[1]
        return text


def crosses(first: str, second: str) -> bool:
    """Return whether a word of the dictionary begins at the end of one text and ends at the start of the other.

    >>> crosses("发现险情及时上", "报，并组织群众转移"), crosses("安全", "红河")
    (True, False)
    """
    left, right = re.findall(f"[{HAN}]*$", first[-3:])[0], re.match(f"[{HAN}]*", second[:3])
    before, after = fold(left), fold(right[0] if right else "")
    return any(
        is_in_dictionary(before[-i:] + after[:j])
        for i in range(1, len(before) + 1)
        for j in range(1, min(len(after), _LONGEST_WORD - i) + 1)
    )
