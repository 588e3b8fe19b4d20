"""Width, quotes and dashes: marks between Chinese letters take the Chinese form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.cleaning.apply import Change
from indexer.cleaning.chars import HAN, WIDE

_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_MARK = re.compile(r"[,;:?!()]")
_LITERAL = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\u3000-\u9fff\uff00-\uffef]+|[\w.+-]+@[A-Za-z0-9.-]+|[A-Za-z]:\\[^\s\u3000-\u9fff]+|\d+(?:[,:]\d+)+"
    r"|[A-Za-z_][\w.]*\([\w., +*/=-]*\)|[A-Za-z0-9_.-]+:[A-Za-z0-9_.-]+",
    re.ASCII,
)


def full_width(text: str) -> Iterator[Change]:
    """Commas, colons, brackets and their kin beside Chinese letters become full-width ones."""
    if not _MARK.search(text):
        return
    literal = [m.span() for m in _LITERAL.finditer(text)]
    brackets = _bracket_pairs(text)
    at = 0
    for m in _MARK.finditer(text):
        i = m.start()
        while at < len(literal) and literal[at][1] <= i:
            at += 1
        if at < len(literal) and literal[at][0] <= i:
            continue
        if i in brackets if m[0] in "()" else _among_chinese(text, i):
            yield Change(i, i + 1, _FULL[m[0]])


def _among_chinese(text: str, i: int) -> bool:
    left, right = text[max(0, i - 2) : i].rstrip()[-1:], text[i + 1 : i + 3].lstrip(" ")[:1]
    wide = f'[{WIDE}"]'
    return bool(re.match(wide, left)) or bool(re.match(wide, right) and left.strip())


def _bracket_pairs(text: str) -> frozenset[int]:
    """Places of brackets that hold Chinese or stand in it, both of a pair or none."""
    found: set[int] = set()
    open_at: list[int] = []
    for m in re.finditer(r"[()\n]", text):
        if m[0] == "\n":
            open_at.clear()
        elif m[0] == "(":
            open_at.append(m.start())
        elif open_at:
            low, high = open_at.pop(), m.start()
            inside = re.search(f"[{HAN}]", text[low:high])
            beside = re.match(f"[{WIDE}]", text[low - 1 : low] or " ") and not re.fullmatch(
                r"[A-Za-z0-9.]*", text[low + 1 : high]
            )
            if inside or beside:
                found |= {low, high}
    return frozenset(found)


def quotes(text: str) -> Iterator[Change]:
    """Straight double quotes become “ and ”, paired inside a line; where one was lost, only what is certain."""
    for line in re.finditer(r'[^\n]*"[^\n]*', text):
        if not re.search(f"[{HAN}]", line[0]):
            continue
        places = [m.start() for m in re.finditer('"', line[0])]
        sides = [_side(line[0], at) for at in places]
        if len(places) % 2 == 0 and all(
            side in ("", want) for side, want in zip(sides, "“”" * len(places), strict=False)
        ):
            sides = list(("“”" * len(places))[: len(places)])
        for at, side in zip(places, sides, strict=True):
            if side:
                yield Change(line.start() + at, line.start() + at + 1, side)


def _side(line: str, at: int) -> str:
    """Which quote the neighbours ask for, or nothing where they don't tell."""
    left, right = line[max(0, at - 1) : at], line[at + 1 : at + 2]
    if not left or left in "，。；：？！、（《,;:?!(":
        return "“" if right else ""
    if not right or right in "，。；：？！、）》,;:?!)":
        return "”"
    return ""


def dashes(text: str) -> Iterator[Change]:
    """Any row of dashes between Chinese letters becomes the Chinese dash ——."""
    wide = f"[{WIDE}]"
    for m in re.finditer(r"[—―─－]{2,}|(?<=[^\s\-])-{2,}(?=[^\s\-])", text):
        left, right = text[m.start() - 1 : m.start()], text[m.end() : m.end() + 1]
        if re.match(wide, left) or re.match(wide, right):
            yield Change(m.start(), m.end(), "——")
