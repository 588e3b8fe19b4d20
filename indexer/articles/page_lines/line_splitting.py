"""Split lines with several parts: an article's end and a byline, a headline and its text, 转版 marks."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from indexer.articles.page_lines import bylines
from indexer.articles.page_lines.source_map import Line, Sheet
from indexer.articles.segmentation.drafts import LONGEST_CODE, cut, end_code
from indexer.articles.segmentation.duplicates import says_again
from indexer.articles.segmentation.jump_lines import RUNS_FROM, RUNS_ON
from indexer.text.newsprint import END_CODE, END_CODE_MARK, STOPS

_CODE_THEN_BYLINE = re.compile(rf"(?<=[{STOPS}”’）)])\s*{END_CODE.pattern}(?=\s*\S{{1,4}}[^。，]{{2,30}}$)")
_CODE_AFTER_SENTENCE = re.compile(rf"[{STOPS}”’）)]\s*{END_CODE.pattern}\s*$")
_ANY_CODE = re.compile(f"[{END_CODE_MARK}]")
_OPENS_IN_TIME = re.compile(r"\s*(?:近日|日前|连日来|近年来|近期|昨日|今日|入[春夏秋冬]以来|\d{1,2}月\d{1,2}日)")
_LONGEST_HEADLINE, _LONGEST_HEADLINE_WORD, _LONGEST_COLUMN = 48, 12, 60
_DATELINE_INSIDE = re.compile(r"本报讯(?<=[\w”）]本报讯)\s*[（(]")


def separate(sheet: Sheet) -> tuple[Line, ...]:
    """Return a page's lines, with those that contain several parts split.

    …召开。③5 记者 唐翀 摄; （上接第1版）…; …（下转第2版）; a headline followed by its text on the same line.
    """
    parts: list[Line] = []
    for line in sheet.lines():
        for unmarked in _at_marks(line):
            for text in _at_code(unmarked, sheet):
                if sheet.is_printed:
                    parts.append(text)
                    continue
                after_end = not parts or bool(end_code(parts[-1].text))
                parts += _at_blank_line(text, sheet) or _at_run_in_headline(text, sheet, after_end)
    return tuple(parts)


def _at_marks(line: Line) -> Iterator[Line]:
    """Split off the marks of an article that continues on another page, and a heading that runs into 本报讯."""
    while "本报讯" in line.text and (inside := _DATELINE_INSIDE.search(line.text)):
        yield cut(line, 0, inside.start())
        line = cut(line, inside.start(), len(line.text))
    if "版" not in line.text:
        yield line
        return
    first, last = RUNS_FROM.match(line.text), RUNS_ON.search(line.text)
    start = first.end() if first else 0
    end = last.start() if last and not line.text[last.end() :].strip() else len(line.text)
    for begin, stop in ((0, start), (start, end), (end, len(line.text))):
        if line.text[begin:stop].strip():
            yield cut(line, begin, stop)


def _at_blank_line(line: Line, sheet: Sheet) -> tuple[Line, ...]:
    """Split a headline from what cleaning joined to it across a line end; () if there is nothing to split.

    That is the same headline again, or a paragraph longer than any column line, after a blank line.
    """
    place, blank = next((seam for seam in sheet.seams(line.start, line.end) if "\n" in seam[1]), (line.end, ""))
    size = place - line.start
    if not blank or size > _LONGEST_HEADLINE:
        return ()
    one, other = line.text[:size], line.text[size:].lstrip()
    set_off = blank.count("\n") > 1 and "。" not in one and len(other) > _LONGEST_COLUMN
    if (set_off and not sheet.seams(line.end - len(other), line.end)) or says_again(other, one):
        return cut(line, 0, size), cut(line, size, len(line.text))
    return ()


def _at_run_in_headline(line: Line, sheet: Sheet, after_end: bool) -> Iterator[Line]:
    """Split off a headline that the extraction put before its text. Only the raw blanks show it.

    One word is enough where an article has just ended.
    """
    places = [place for place, _ in sheet.seams(line.start, line.end)[:4]]
    bounds = [line.start, *places]
    for end in bounds[1 if after_end else 2 :]:
        words = [sheet.text[a:b].strip() for a, b in itertools.pairwise(bounds[: bounds.index(end) + 1])]
        if not all(2 <= len(word) <= _LONGEST_HEADLINE_WORD and word.isalpha() for word in words):
            break
        if _OPENS_IN_TIME.match(sheet.text, end, line.end):
            yield replace(cut(line, 0, end - line.start), text=" ".join(words))
            line = cut(line, end - line.start, len(line.text))
            break
    yield line


def _at_code(line: Line, sheet: Sheet) -> Iterator[Line]:
    """Split after an editor's code where the raw line ends there, or where only a byline follows."""
    if not _ANY_CODE.search(line.text):
        yield line
        return
    for place, blank in () if sheet.is_printed else sheet.seams(line.start, line.end):
        if "\n" in blank and _CODE_AFTER_SENTENCE.search(sheet.text, max(line.start, place - LONGEST_CODE), place):
            yield from _at_code(cut(line, 0, place - line.start), sheet)
            line = cut(line, place - line.start, len(line.text))
    found = _CODE_THEN_BYLINE.search(line.text)
    if found and bylines.standing(line.text[found.end() :].strip()):
        yield cut(line, 0, found.end())
        yield cut(line, found.end(), len(line.text))
    else:
        yield line
