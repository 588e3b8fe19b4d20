"""Find the lines that recur at the same place on several pages of a file: mastheads, folios, imprints."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from indexer.readers.layout.measures import PlacedLine

_EDGE = 0.12
"""The share of a page's height at its top and its bottom where furniture stands."""
_APART = 50
"""Steps in the height of a page: lines at the same step, or the next one, stand at the same place."""
_FEWEST, _SHARE = 2, 0.4
"""On how many pages a line recurs, and on which share of them."""
_LARGE = 1.8
"""In sizes of the text: what is larger is a headline, printed again where its article goes on, or a masthead, which is
known by its words."""
_FIGURES = re.compile(r"[\d〇零一二三四五六七八九十]+")

Page = tuple[Sequence[PlacedLine], float]
"""The lines of a page, and its height."""


def mark_furniture(pages: Sequence[Page]) -> list[list[PlacedLine]]:
    """Return the lines of each page of a file, those that recur at an edge with the role of furniture.

    Figures may differ: they number the pages. Lines that have a role keep it.

    >>> page = [PlacedLine("云陂日报 第1版", (0, 5, 90, 15)), PlacedLine("渡口夜航恢复", (0, 60, 90, 80))]
    >>> other = [PlacedLine("云陂日报 第2版", (0, 5, 90, 15)), PlacedLine("柳溪桥通车", (0, 60, 90, 80))]
    >>> [[line.role for line in lines] for lines in mark_furniture([(page, 100), (other, 100)])]
    [['furniture', None], ['furniture', None]]
    """
    places: dict[tuple[str, int], set[int]] = defaultdict(set)
    usual = median([line.size for lines, _ in pages for line in lines if line.size] or [0.0])
    for number, (lines, height) in enumerate(pages):
        for line in lines:
            for key in _keys(line, height):
                places[key].add(number)
    least = max(_FEWEST, _SHARE * len(pages))

    def recurs(line: PlacedLine, height: float) -> bool:
        is_large = usual and line.size > _LARGE * usual
        return not is_large and any(len(places[key]) >= least for key in _keys(line, height))

    return [
        [replace(line, role="furniture") if not line.role and recurs(line, height) else line for line in lines]
        for lines, height in pages
    ]


def _keys(line: PlacedLine, height: float) -> list[tuple[str, int]]:
    """Return what a line has in common with others like it; nothing, where it stands at no edge."""
    middle = (line.box[1] + line.box[3]) / 2 / height if height > 0 else 0.5
    if _EDGE < middle < 1 - _EDGE:
        return []
    text = _FIGURES.sub("0", "".join(line.text.split()))
    step = round(middle * _APART)
    return [(text, step), (text, step + 1)]
