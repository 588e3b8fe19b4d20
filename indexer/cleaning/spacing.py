"""Spaces that extraction put between Chinese letters, and those that a person did."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.cleaning.apply import Change
from indexer.cleaning.chars import HAN, WIDE

_GAP = re.compile(r"(?<=[^\s])[ \u3000]+(?=[^\s])")
_MARKS = "，。；：？！、（）〔〕【】《》〈〉「」『』“”‘’…—·"
_HALF_MARKS = ',;:?!()"'
_ROLE = "记者|通讯员|作者|摄影|摄|文|图|报道|实习生|编辑"
_BYLINE = re.compile(
    rf"(?:本报|见习|特约|首席)?(?:{_ROLE})[ \u3000:：](?:[{HAN}·]{{1,4}}[ \u3000]+)*[{HAN}·]{{1,6}}(?:[ \u3000]*文/图)?"
)
_PADDED = re.compile(rf"(?<![{HAN}])([{HAN}])[ \u3000]+([{HAN}])(?![{HAN}])")
_NUMBERED = re.compile(
    r"(?:第[一二三四五六七八九十百千\d]+[章节条编]|[一二三四五六七八九十]{1,3}|\d{4}年\d{1,2}月\d{1,2}日)$"
)


def padded_names(text: str) -> Iterator[Change]:
    """A name of two letters padded to the width of three is one name: 唐 舫 → 唐舫."""
    for byline in _BYLINE.finditer(text):
        for m in _PADDED.finditer(text, byline.start(), byline.end()):
            if not re.fullmatch(_ROLE, m[2]):
                yield Change(m.start() + 1, m.end() - 1, "")


def wrap_spaces(text: str) -> Iterator[Change]:
    """In running text a space between two Chinese letters is where a line ended on the page."""
    for start, line in _running(text):
        kept = [m.span() for m in _BYLINE.finditer(line)]
        for m in re.finditer(rf"(?<=[{HAN}])[ \u3000]+(?=[{HAN}])", line):
            inside = any(low < m.start() < high for low, high in kept)
            if not inside and not _NUMBERED.search(line[: m.start()]) and not _slogan(line, m.start(), m.end()):
                yield Change(start + m.start(), start + m.end(), "")


def spaces(text: str) -> Iterator[Change]:
    """Spaces beside Chinese marks go, and between Chinese letters and figures; one is left between Latin words."""
    sides = f"[{_MARKS}]"
    for m in _GAP.finditer(text):
        left, right = text[m.start() - 1], text[m.end()]
        beside_mark = re.match(sides, left) or re.match(sides, right)
        if beside_mark and not _apart(text, m.start(), m.end()):
            yield Change(m.start(), m.end(), "")
        elif _mixed(left, right) and _in_running(text, m.start()):
            yield Change(m.start(), m.end(), "")
        elif len(m[0]) > 1 or m[0] == "\u3000":
            yield Change(m.start(), m.end(), " ")


def _apart(text: str, start: int, end: int) -> bool:
    """A headline's own space after a closing or before an opening mark: 擦亮“工”字 “三个一”见效, 聚焦职责” 保障."""
    return (
        not _in_running(text, start)
        and text[start - 1] in f"”’》）】！？…{''}" + "".join(())
        or (not _in_running(text, start) and text[end] in "“‘《（【" and bool(re.match(f"[{HAN}]", text[start - 1])))
    )


def _mixed(left: str, right: str) -> bool:
    wide = f"[{WIDE}]"
    return (
        bool(re.match(wide, left)) != bool(re.match(wide, right))
        and (left + right).isprintable()
        and bool(re.search(r"[A-Za-z0-9%,.;:?!()\"]", left + right))
    )


def _in_running(text: str, at: int) -> bool:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return is_running(text[start : end if end >= 0 else len(text)])


def is_running(line: str) -> bool:
    """Is this line running text, rather than a headline or another line that stands alone?"""
    return bool(re.search(r"[，。；,;]", line))


def _running(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        if is_running(line) and " " in line or "\u3000" in line:
            yield at, line
        at += len(line) + 1


def _slogan(line: str, start: int, end: int) -> bool:
    """Two halves of four letters or more inside one pair of quotes keep their space: “云启未来 联通天中”."""
    left = re.search(rf"[“\"]([{HAN}]{{4,}})$", line[max(0, start - 20) : start])
    right = re.match(rf"([{HAN}]{{4,}})[”\"]", line[end : end + 20])
    return bool(left and right)
