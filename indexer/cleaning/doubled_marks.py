"""Restore marks, digits and Latin letters that are printed twice in lines whose Chinese text is printed once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.cleaning.apply import Change
from indexer.text.newsprint import HAN

_TWICE = re.compile(rf"(?<=[{HAN}A-Za-z0-9％%”’」』）》】])([，、；：。,;:])\1(?![，、；：。,;:.])")
_MAY_BE_MEANT = re.compile(r"([！？“”‘’（）《》【】「」『』〔〕])\1(?!\1)")
_HINT = re.compile(r"([，、；：。,;:])\1")
_ONCE = re.compile(rf"(?<=[{HAN}A-Za-z0-9])(?:([，、；：。])(?!\1))")
_LINE = re.compile(r"[^\n]+")
_PAIR = re.compile(r"([0-9A-Za-z])\1")
_TOKEN = re.compile(r"[0-9A-Za-z]+(?:(?:\.\.|%%|[-/:])?[0-9A-Za-z]+)*%*")
_YEAR = re.compile(r"(?:1199|2200)(?:(\d)\1){2}(?=[年.\-/])")
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
    return len(twice) > 1 and set(twice) != {"。"} and len(twice) > sum(1 for _ in _ONCE.finditer(text, start, end))


def undouble_figures(text: str) -> Iterator[Change]:
    """Restore figures and Latin words printed twice in a line of Chinese: 22002244年，GGDDPP增长55..22%%.

    All of the line must be printed so, and a year or a word must show it: 2200, 11:11 and 6688 are true.
    """
    if not _PAIR.search(text):
        return
    for line in _LINE.finditer(text):
        if not _PAIR.search(line[0]) or not _HAN.search(line[0]):
            continue
        tokens = [*_TOKEN.finditer(line[0])]
        if all(_is_twice(token[0]) for token in tokens) and _is_shown(line[0], [token[0] for token in tokens]):
            for token in tokens:
                for run in _RUN.finditer(token[0]):
                    start = line.start() + token.start() + run.start()
                    if len(run[0]) > 1:
                        yield Change(start, start + len(run[0]), run[1] * (len(run[0]) // 2))


def _is_twice(token: str) -> bool:
    return all(len(run[0]) % 2 == 0 for run in _RUN.finditer(token) if run[1].isalnum() or run[1] in ".%")


def _is_shown(line: str, tokens: list[str]) -> bool:
    """Return whether the tokens of a line, all of them pairs, can't be printed once."""
    letters = sum(map(len, tokens))
    dotted = any(".." in token or token.endswith("%%") for token in tokens)
    words = any(len(set(token)) > 2 and token.isalpha() and not _in_order(token) for token in tokens)
    year = _YEAR.search(line) is not None
    return letters >= 8 and (words or year or dotted) and (len(tokens) > 1 or year or dotted)


def _in_order(word: str) -> bool:
    """Return whether letters are those of a code: aabbcc."""
    return list(word) in (sorted(word), sorted(word, reverse=True))
