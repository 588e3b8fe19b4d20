"""Rules for punctuation: width, quotes and dashes next to Chinese characters."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator

from indexer.cleaning.apply import Change
from indexer.text.newsprint import HAN, is_han, is_wide

_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_MARK = re.compile(r"[,;:?!()]")
_BRACKET = re.compile(r"[()]")
_HAN = re.compile(f"[{HAN}]")
_LITERAL = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{0,20}://[!-~]+|(?<![\w.+-])[\w.+-]++@[A-Za-z0-9.-]+|[A-Za-z]:\\[!-~]+"
    r"|\d++(?:[,:]\d++)++|(?<![\w.])[A-Za-z_][\w.]*+\([\w., +*/=-]{0,80}\)|(?<![\w.-])[\w.-]++:[\w.-]++",
    re.ASCII,
)
_PLAIN = re.compile(r"[A-Za-z0-9.]*")
_DASHES = re.compile(r"([—―─－-])\1+")
_QUOTE = re.compile('["“”]')
_STOP = re.compile("[，。；！？,;!?]")
_LOST_QUOTE = 30.0  # cost of an unpaired quote: more than a long speech, less than two wrong sides


def full_width(text: str) -> Iterator[Change]:
    """Make commas, colons, brackets and similar marks beside Chinese full-width."""
    if not _MARK.search(text):
        return
    at = 0
    for line in text.split("\n"):
        if _MARK.search(line) and not line.isascii():
            yield from (Change(at + i, at + i + 1, _FULL[line[i]]) for i in _half_width(line))
        at += len(line) + 1


def _half_width(line: str) -> list[int]:
    """Return the offsets of the marks in `line` that are next to Chinese characters.

    Marks inside numbers, addresses and formulas are left out.
    """
    literal = {i for m in _LITERAL.finditer(line) for i in range(*m.span())}
    found = _bracket_pairs(line, literal)
    for m in _MARK.finditer(line):
        i = m.start()
        if m[0] in "()" or i in literal:
            continue
        left = _last_before(line, i)
        right = i + 1 + (line[i + 1 : i + 2] == " ")
        if left >= 0 and (_chinese(line[left], left, found) or _chinese(line[right : right + 1], right, found)):
            found.add(i)
    return sorted(found)


def _chinese(char: str, place: int, found: set[int]) -> bool:
    return bool(char) and (is_wide(char) or char == '"' or place in found)


def _bracket_pairs(line: str, literal: set[int]) -> set[int]:
    """Return the offsets of brackets in or around Chinese: both of a pair or none."""
    found: set[int] = set()
    open_at: list[int] = []
    han = [m.start() for m in _HAN.finditer(line)] if "(" in line else []
    for m in _BRACKET.finditer(line):
        if m.start() in literal:
            continue
        if m[0] == "(":
            open_at.append(m.start())
        elif open_at:
            low, high = open_at.pop(), m.start()
            before = _last_before(line, low)
            beside = before >= 0 and (is_wide(line[before]) or before in found)
            if _holds(han, low, high) or (beside and not _PLAIN.fullmatch(line, low + 1, high)):
                found |= {low, high}
        elif (before := _last_before(line, m.start())) >= 0 and is_han(line[before]):
            found.add(m.start())
    return found


def _last_before(line: str, at: int) -> int:
    """Return the offset of the last non-space character before `at`, -1 if none is near."""
    return next((i for i in range(at - 1, max(-1, at - 4), -1) if line[i] != " "), -1)


def _holds(places: list[int], low: int, high: int) -> bool:
    """Return whether one of the sorted `places` lies between `low` and `high`."""
    at = bisect(places, low)
    return at < len(places) and places[at] < high


def quotes(text: str) -> Iterator[Change]:
    """Replace straight double quotes with “ and ”, paired within a line.

    Where one of a pair was lost, only certain quotes are replaced.
    """
    if '"' not in text:
        return
    at = 0
    for line in text.split("\n"):
        if '"' in line and _HAN.search(line):
            yield from (Change(at + place, at + place + 1, side) for place, side in _sides(line))
        at += len(line) + 1


def _sides(line: str) -> Iterator[tuple[int, str]]:
    """Yield the offset and the side of each straight quote whose side is clear.

    Dynamic programming pairs adjacent quotes so that the total cost is lowest: short text without marks inside, and
    sides that match. The side of an unpaired quote depends on its neighbouring characters alone.
    """
    places = [m.start() for m in _QUOTE.finditer(line)]
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
        if side and line[place] == '"':
            yield place, side


def _oddity(line: str, low: int, high: int) -> float:
    """Return the cost of pairing the quotes at `low` and `high`.

    It depends on the length, the marks inside and the sides of the quotes.
    """
    inside = line[low + 1 : high].replace(" ", "")
    if line[low] == "”" or line[high] == "“":
        return 2 * _LOST_QUOTE  # costs as much as two lost quotes
    wrong = (_side(line, low) == "”") + (_side(line, high) == "“") + (not inside)
    return min(len(inside), 60) / 4 + 3 * min(len(_STOP.findall(inside)), 4) + 20 * wrong


def _side(line: str, at: int) -> str:
    """Return the quote that the neighbouring characters imply, or an empty string."""
    left, right = line[max(0, at - 3) : at].rstrip(" ")[-1:], line[at + 1 : at + 4].lstrip(" ")[:1]
    if not left or left in "，。；：？！、（《“,;:?!(":
        return "“" if right else ""
    if not right or right in "，。；：？！、）》”,;:?!)":
        return "”"
    return ""


def dashes(text: str) -> Iterator[Change]:
    """Replace a run of dashes beside a Chinese character or mark with the dash ——."""
    if not any(pair in text for pair in ("——", "--", "――", "──", "－－")):
        return
    for m in _DASHES.finditer(text):
        left, right = text[m.start() - 1 : m.start()], text[m.end() : m.end() + 1]
        apart = m[0][0] == "-" and (not left.strip() or not right.strip())
        if not apart and ((left and is_wide(left)) or (right and is_wide(right))):
            yield Change(m.start(), m.end(), "——")
