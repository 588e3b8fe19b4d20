"""Line ends that mean nothing: hard wraps, and blank lines where a column ended in mid-sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.cleaning.apply import Change
from indexer.cleaning.chars import CLOSERS, HAN, LOST, width
from indexer.cleaning.doubling import is_doubled

_CLOSED = re.compile(rf"(?:[。！？…]|(?<=[{HAN}])[!?])[{CLOSERS}]*$")
_PAUSED = re.compile(rf"[；：;:][{CLOSERS}]*$|——$")
_END_CODE = re.compile(r"[①-⑳]\d{0,2}$")
_HANGING = re.compile(r"[，、,（(《“]$")
_CLAUSES = re.compile(r"[，。；、,;]|[。！？]")
_OPENER = re.compile(
    rf"{LOST}{{2,}}|\u3000\u3000|[#|>]|[-*+] |[●■◆★▲▶◀►◄▼▪•※□○◇☆△➢✓]|本报讯|本报.{{0,8}}(?:消息|电)|(?:新华社|中新社|中新网|人民网).{{2,16}}?电"
    r"|(?:本报|见习|特约)?(?:记者|通讯员)[ \u3000:：]|责任?编辑?[:：]|图为|——"
)
_LIST_ITEM = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．](?!\d)|第[一二三四五六七八九十百\d]+[条章节]|[①-⑳]"
)
_ALONE = re.compile(
    r"#|[|>]|[◆★▲◀■●].*|(?:本报|见习|特约)?(?:记者|通讯员)[ \u3000:：][^，。]{2,24}$|[-=*_─—~·.• ]{3,}$"
)
_TABLE = re.compile(r"\S(?:\t| {3,})\S")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: its place without the spaces around it, its columns, and what its ends say."""

    start: int
    end: int
    text: str
    columns: int
    closed: bool
    paused: bool
    alone: bool
    opener: bool


def blank_lines(text: str) -> Iterator[Change]:
    """Spaces around lines and blank lines go: one line end parts what stands apart."""
    for m in re.finditer(r"^\s+|\s+$|[ \t\u3000]*\n\s*", text):
        middle = 0 < m.start() and m.end() < len(text)
        yield Change(m.start(), m.end(), "\n" if middle else "")


def unwrap(text: str) -> Iterator[Change]:
    """Join lines that were parted by the width of a column."""
    return (change for change, blank in _joins(text) if not blank)


def join_columns(text: str) -> Iterator[Change]:
    """Join what a column's end parted in mid-sentence with blank lines."""
    return (change for change, blank in _joins(text) if blank)


def _joins(text: str) -> Iterator[tuple[Change, bool]]:
    if "\n" not in text.strip():
        return
    lines = _read(text)
    walls = [_wall(lines, i) for i in range(len(lines))]
    clauses = False
    for i, (a, b) in enumerate(zip(lines, lines[1:], strict=False)):
        clauses = clauses or bool(_CLAUSES.search(a.text))
        blank = text.count("\n", a.end, b.start) > 1
        hard_break = text.startswith("  ", a.end) and (a.closed or a.paused)
        after = lines[i + 2] if i + 2 < len(lines) and text.count("\n", b.end, lines[i + 2].start) == 1 else None
        if a.alone or b.alone or b.opener or hard_break or _END_CODE.search(a.text):
            joined = False
        elif blank:
            joined = _column_ended(a, b, after, walls[i], clauses)
        else:
            joined = _wrapped(a, b, walls[i], clauses)
        if joined:
            latin = (
                re.search(r"[A-Za-z0-9,.;:]$", a.text)
                and re.match(r"[A-Za-z]", b.text)
                and re.search("[A-Za-z]", a.text[-12:])
            )
            yield Change(a.end, b.start, " " if latin else ""), blank
        else:
            clauses = False


def _read(text: str) -> list[Line]:
    lines = []
    for m in re.finditer(r"[^\n]*\S", text):
        line = m[0].lstrip(" \t") if not m[0].lstrip().startswith("\u3000") else m[0]
        bare = line.strip()
        lines.append(
            Line(
                m.end() - len(m[0].lstrip()),
                m.end(),
                bare,
                width(bare.lstrip(LOST)),
                bool(_CLOSED.search(bare)),
                bool(_PAUSED.search(bare)),
                bool(_ALONE.match(bare)) or bool(_TABLE.search(bare)) or is_doubled(bare),
                bool(_OPENER.match(line)),
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class Wall:
    """Where lines near here are wrapped: the columns they fill at most and at least, 0 where nothing tells."""

    most: int = 0
    least: int = 0


def _wall(lines: Sequence[Line], i: int) -> Wall:
    """Lines that end in mid-sentence at about the same width, and are most of those around, show a wrap."""
    near = [line for line in lines[max(0, i - 6) : i + 8] if not line.alone]
    open_ends = sorted(line.columns for line in near if not (line.closed or line.paused))
    if len(open_ends) < 3:
        return Wall()
    middle = open_ends[len(open_ends) // 2]
    same = [columns for columns in open_ends if abs(columns - middle) <= max(4, middle // 6)]
    longest = max(line.columns for line in near)
    if middle < 12 or len(same) < 3 or 2 * len(same) < len(near) or longest > middle * 1.5:
        return Wall()
    return Wall(same[-1], same[0])


def _wrapped(a: Line, b: Line, wall: Wall, clauses: bool) -> bool:
    if (a.closed or a.paused) and _LIST_ITEM.match(b.text):
        return False
    if wall.most:
        if b.columns > wall.most + 6:
            return False
        return a.columns >= wall.least - (1 if a.closed else max(4, wall.most // 6))
    return not a.closed and not a.paused and clauses and b.columns <= a.columns + 4


def _column_ended(a: Line, b: Line, after: Line | None, wall: Wall, clauses: bool) -> bool:
    if a.closed or a.paused:
        return False
    headline = not (_CLAUSES.search(b.text) or b.closed) and after is None and b.columns <= 70
    if headline:
        return False
    if _HANGING.search(a.text) or clauses:
        return True
    return bool(wall.most) and wall.least <= a.columns <= wall.most and after is not None
