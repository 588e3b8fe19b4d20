"""Generate pages with columns out of order from clean news.

The true order of every line is known.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_HALF_WIDTH = str.maketrans("，；：？！（）", ",;:?!()")
_NO_LINE_START = "，。；：？！、）》”’…"

Joint = tuple[str, str]
"""A printed line and the next one."""


@dataclass(frozen=True)
class TornPage:
    """A raw page with the joints that extraction tore apart, kept, and made up."""

    raw: str
    torn: tuple[Joint, ...]
    kept: tuple[Joint, ...]
    made_up: tuple[Joint, ...]


def interleave(headline: str, paragraphs: Sequence[str], rng: random.Random, events: int) -> TornPage:
    """Set an article in columns and extract its text with errors.

    Each event is a place where extraction reads across into the next column.
    """
    width = rng.randint(14, 17)
    lines: list[str] = []
    starts: set[int] = set()
    for paragraph in paragraphs:
        starts.add(len(lines))
        lines += _wrapped(paragraph if len(starts) > 1 else f"本报讯（记者张丽丽）{paragraph}", width)
    columns = _columns(len(lines), rng)
    for _ in range(events):
        _read_across(columns, rng)
    order = [line for column in columns for line in column]
    raw = f"{headline}\n\n" + _set(columns, lines, starts) + "③5\n"
    true = {(line, line + 1) for line in range(len(lines) - 1) if line + 1 not in starts}
    found = set(pairwise(order))
    joints = [
        tuple((lines[one], lines[other]) for one, other in sorted(part))
        for part in (true - found, true & found, found - true)
    ]
    return TornPage(raw.translate(_HALF_WIDTH) if rng.random() < 0.5 else raw, *joints)


def _wrapped(text: str, width: int) -> list[str]:
    """Wrap a paragraph at `width` characters; no line begins with a closing mark."""
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    for place in range(1, len(lines)):
        while lines[place][:1] and lines[place][0] in _NO_LINE_START:
            lines[place - 1] += lines[place][0]
            lines[place] = lines[place][1:]
    return [line for line in lines if line]


def _columns(count: int, rng: random.Random) -> list[list[int]]:
    rows = -(-count // rng.choice([2, 3]))
    return [list(range(start, min(start + rows, count))) for start in range(0, count, rows)]


def _read_across(columns: list[list[int]], rng: random.Random) -> None:
    """Interleave one to four rows of a column with those of the next column."""
    left = rng.randrange(max(len(columns) - 1, 1))
    one, other = columns[left], columns[min(left + 1, len(columns) - 1)]
    height = rng.choice([1, 1, 2, 3, 4])
    if one is other or min(len(one), len(other)) < height + 3:
        return
    row = rng.randrange(1, min(len(one), len(other)) - height - 1)
    across = [line for pair in zip(one[row : row + height], other[row : row + height], strict=True) for line in pair]
    one[row : row + height] = across
    del other[row : row + height]


def _set(columns: list[list[int]], lines: list[str], starts: set[int]) -> str:
    """Join the lines to a text.

    Lines are separated by spaces, paragraphs and columns by blank lines.
    """
    blocks: list[list[str]] = []
    for column in columns:
        blocks.append([])
        for line in column:
            if line in starts and blocks[-1]:
                blocks.append([])
            blocks[-1].append(lines[line])
    return "\n\n".join(" ".join(block) for block in blocks)
