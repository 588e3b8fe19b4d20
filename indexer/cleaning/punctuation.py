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


_WIDE = re.compile(f"[{WIDE}]")
_DASHES = re.compile("[—―─－]{2,}|-{2,}")
_HAN = re.compile(f"[{HAN}]")
_STOP = re.compile("[，。；！？]")
_LOST_QUOTE = 30.0  # what leaving a quote without its pair costs: more than a long speech, less than two wrong sides


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
    if '"' not in text:
        return
    at = 0
    for line in text.split("\n"):
        if '"' in line and _HAN.search(line):
            for place, side in _sides(line):
                yield Change(at + place, at + place + 1, side)
        at += len(line) + 1


def _sides(line: str) -> Iterator[tuple[int, str]]:
    """The straight quotes of a line that can be told apart, and which they are.

    Neighbours are paired so that what stands between them is shortest and cleanest; one that no pair wants is taken
    by its neighbours' word alone.
    """
    places = [m.start() for m in re.finditer('"', line)]
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    for n, place in enumerate(places):
        cost, pairs = best[n]
        options = [(cost + _LOST_QUOTE, pairs)]
        if n:
            cost, pairs = best[n - 1]
            options.append((cost + _oddity(line, places[n - 1], place), (*pairs, n - 1)))
        best.append(min(options))
    opening = set(best[-1][1])
    for n, place in enumerate(places):
        side = "“" if n in opening else "”" if n - 1 in opening else _side(line, place)
        if side:
            yield place, side


def _oddity(line: str, low: int, high: int) -> float:
    """How odd it would be if the quotes at `low` and `high` were a pair: by length, marks inside, and their sides."""
    inside = line[low + 1 : high]
    wrong = (_side(line, low) == "”") + (_side(line, high) == "“")
    return (
        min(len(inside), 60) / 4
        + 3 * min(len(_STOP.findall(inside)), 4)
        + 20 * wrong
        + (20 if not inside.strip() else 0)
    )


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
    for m in _DASHES.finditer(text):
        left, right = text[m.start() - 1 : m.start()], text[m.end() : m.end() + 1]
        apart = m[0][0] == "-" and (not left.strip() or not right.strip())
        if not apart and (_WIDE.match(left) or _WIDE.match(right)):
            yield Change(m.start(), m.end(), "——")
