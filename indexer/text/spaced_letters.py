"""Join single Han characters that white space separates, where they are one text.

Newspapers pad names of two letters to the width of three (张　三), and OCR sets a space after each letter of a headline
(桐 花 巷 小 学). A run of padded names is not one text: 沈　荷　鲁　桐 is 沈荷 and 鲁桐.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from indexer.text.folding import fold
from indexer.text.tables import table_lines

_HAN = "\u2e80-\u2fdf々〇〡-〩\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACE = r"[^\S\n]"
_RUN = re.compile(rf"(?<!\w)[{_HAN}](?:{_SPACE}+[{_HAN}])+(?!\w)")
_GAP = re.compile(rf"{_SPACE}+")
_NAME_BEFORE = re.compile(rf"(?<!\w)[{_HAN}]{{2,4}}{_SPACE}+\Z")
_NAME_AFTER = re.compile(rf"{_SPACE}+[{_HAN}]{{2,4}}(?!\w)")
_REACH = 12

SpacedText = tuple[str, Sequence[int]]
"""A text without its white space, and the position of each letter."""


def spaced_texts(text: str) -> Iterator[SpacedText]:
    """Yield the texts whose letters are set apart, without white space.

    >>> [joined for joined, _ in spaced_texts("王小明　李 四　赵红")]
    ['李四']
    >>> [joined for joined, _ in (*spaced_texts("沈　荷　鲁　桐"), *spaced_texts("桐 花 巷 小 学"))]
    ['沈荷', '鲁桐', '桐花巷小学']
    """
    for run in _RUN.finditer(text):
        start, end = run.span()
        is_listed = bool(_NAME_BEFORE.search(text, max(start - _REACH, 0), start) or _NAME_AFTER.match(text, end))
        for places in _at_wide_gaps(run[0], start):
            for group in _groups(text, places, is_listed):
                yield "".join(text[place] for place in group), group


def _at_wide_gaps(run: str, start: int) -> list[list[int]]:
    """Return the positions of a run's letters, split at the gaps that are wider than its narrowest one."""
    gaps = [_width(gap) for gap in _GAP.findall(run)]
    letters = [start + place for place, letter in enumerate(run) if not letter.isspace()]
    narrowest = min(gaps)
    parts = [letters[:1]]
    for gap, letter in zip(gaps, letters[1:], strict=True):
        if gap > narrowest:
            parts.append([])
        parts[-1].append(letter)
    return parts


def _width(gap: str) -> int:
    return sum(1 + (space == "\u3000") for space in gap)


def _groups(text: str, places: list[int], is_listed: bool) -> list[list[int]]:
    """Divide letters into names of two letters, or leave them together; nothing if they may be either."""
    pairs = [places[at : at + 2] for at in range(0, len(places), 2)]
    is_even = len(places) % 2 == 0
    if is_even and (is_listed or all(fold(text[first]) in _surnames() for first, _ in pairs)):
        return pairs
    is_one = 1 < len(places) < 4 or (not is_listed and len(places) > 1)
    return [places] if is_one else []


@cache
def _surnames() -> frozenset[str]:
    return frozenset(table_lines("indexer.text", "surnames.tsv"))
