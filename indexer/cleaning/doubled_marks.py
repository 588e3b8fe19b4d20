"""Restore marks, digits and Latin letters that are printed twice in lines whose Chinese text is printed once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.cleaning.apply import Change
from indexer.text.newsprint import HAN

_TWICE = re.compile(rf"(?<=[{HAN}A-Za-z0-9％%”’」』）》】)])([，、；：。,;:])\1(?![，、；：。,;:.])")
_MAY_BE_MEANT = re.compile(r"([！？“”‘’（）《》【】「」『』〔〕])\1(?!\1)")
_HINT = re.compile(r"([，、；：。,;:“”])\1")
_QUOTES = re.compile(r"([“”])\1(?!\1)")
_NEVER_TWICE = "、；"
_ONCE = re.compile(rf"(?<=[{HAN}A-Za-z0-9])(?:([，、；：。])(?!\1))")
_LINE = re.compile(r"[^\n]+")
_PAIR = re.compile(r"([0-9A-Za-z])\1")
_TOKEN = re.compile(r"[0-9A-Za-z]+(?:(?:\.\.|%%|[-/:])?[0-9A-Za-z]+)*%*")
_DATE = re.compile(
    r"(?<![0-9])(?:(?:1199|2200)(\d)\1(\d)\2(?=[年.\-/])|(?:([2-9])\3|11(?:00|11|22))(?=月)|(?:11|22|33)(\d)\4(?=日))"
)
"""A year, a month or a day that is none unless its digits were printed twice."""
_HAN_TWICE = re.compile(rf"([{HAN}])\1(?:\1|([{HAN}])\2)")
_RUN = re.compile(r"(.)\1*")
_HAN = re.compile(f"[{HAN}]")


def undouble_marks(text: str) -> Iterator[Change]:
    """Restore marks printed twice where the page or the line shows two of them: 高，，远。。"""
    if not _HINT.search(text):
        return
    places = [(0, len(text))] if _are_twice(text, 0, len(text)) else [line.span() for line in _LINE.finditer(text)]
    for start, end in places:
        if _are_twice(text, start, end):
            found = [*_TWICE.finditer(text, start, end), *_MAY_BE_MEANT.finditer(text, start, end)]
            for mark in sorted(found, key=lambda mark: mark.start()):
                yield Change(mark.start(), mark.end(), mark[1])


def _are_twice(text: str, start: int, end: int) -> bool:
    """Return whether most marks of a stretch are printed twice. Many writers end sentences in 。。"""
    twice = [mark[1] for mark in _TWICE.finditer(text, start, end)]
    if len(twice) == 1 and twice[0] in _NEVER_TWICE:
        return True
    seen = len(twice) + sum(1 for _ in _QUOTES.finditer(text, start, end))
    return seen > 1 and set(twice) != {"。"} and seen > sum(1 for _ in _ONCE.finditer(text, start, end))


def undouble_figures(text: str) -> Iterator[Change]:
    """Restore figures and Latin words printed twice in a line of Chinese: 22002244年，GGDDPP增长55..22%%.

    All of the line must be printed so, and a date, a point or a word must show it: 2200, 11:11 and 6688 are true.
    """
    if not _PAIR.search(text):
        return
    lines = [(line.start(), line[0], [*_TOKEN.finditer(line[0])]) for line in _LINE.finditer(text)]
    lines = [line for line in lines if line[2] and not _is_all_twice(line[1])]
    paired = [line for line in lines if all(_is_twice(token[0]) for token in line[2])]
    shown = [line for line in paired if _HAN.search(line[1]) and _is_shown(line[1], [token[0] for token in line[2]])]
    if shown and 3 * len(paired) >= 2 * len(lines):
        shown = paired
    for start, _, tokens in shown:
        for token in tokens:
            for run in _RUN.finditer(token[0]):
                if len(run[0]) > 1:
                    at = start + token.start() + run.start()
                    yield Change(at, at + len(run[0]), run[1] * (len(run[0]) // 2))


def _is_twice(token: str) -> bool:
    return all(len(run[0]) % 2 == 0 for run in _RUN.finditer(token) if run[1].isalnum() or run[1] in ".%")


def _is_all_twice(line: str) -> bool:
    """Return whether the Chinese text of a line is doubled as well: it is judged with its figures."""
    if _HAN_TWICE.search(line):
        return True
    return _HAN.search(line) is not None and all(len(run[0]) > 1 for run in _RUN.finditer(line) if _HAN.match(run[1]))


def _is_shown(line: str, tokens: list[str]) -> bool:
    """Return whether the tokens of a line, all of them pairs, can't be printed once."""
    if _DATE.search(line):
        return True
    dotted = any(".." in token or token.endswith("%%") for token in tokens)
    words = any(len(set(token)) > 2 and token.isalpha() and not _in_order(token) for token in tokens)
    return sum(map(len, tokens)) >= 8 and (dotted or (words and len(tokens) > 1))


def _in_order(word: str) -> bool:
    """Return whether letters are those of a code: aabbcc."""
    return list(word) in (sorted(word), sorted(word, reverse=True))
