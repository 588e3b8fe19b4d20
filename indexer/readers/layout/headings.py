"""Say what the lines of a head are: kicker, headline, subtitle, byline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from indexer.model import Role
from indexer.readers.layout.measures import Measured, MeasuredPage
from indexer.readers.layout.paragraphs import PrintedUnit
from indexer.text.newsprint import ROLE

_LIKE_SIZE = 0.86
"""The share of the size of a head's largest letters, from which on a line is of the headline."""
_BOLDER = 150
"""By how much the weight of a headline differs from that of a kicker in letters of its size."""
_DASH = re.compile("——|--|―|─")


def head_units(lines: Sequence[Measured], page: MeasuredPage) -> list[PrintedUnit]:
    """Return the units of a head from top to bottom: a headline over several lines is one.

    Files that know headings alone call all of a head a headline: its sizes say which of them is.
    """
    said = [line.size for line in lines if line.role == "headline"]
    if said and min(said) < _LIKE_SIZE * max(said):
        lines = [line._replace(role=None) if line.role == "headline" else line for line in lines]
    largest = max((line.size for line in lines if not line.role), default=0.0)
    boldest = max((line.weight for line in lines if line.size >= _LIKE_SIZE * largest), default=0)
    is_large = [
        line.size >= _LIKE_SIZE * largest and line.weight > boldest - _BOLDER and page.is_heading(line)
        for line in lines
    ]
    first = is_large.index(True) if True in is_large else 0
    roles = [
        _role(line, page, is_large=large, is_above=at < first)
        for at, (line, large) in enumerate(zip(lines, is_large, strict=True))
    ]
    rows = groupby(zip(roles, lines, strict=True), key=lambda pair: pair[0])
    return [PrintedUnit(role, tuple(line.place for _, line in row)) for role, row in rows]


def _role(line: Measured, page: MeasuredPage, *, is_large: bool, is_above: bool) -> Role:
    """Return the role of a line of a head that is among the largest and boldest, or stands above those."""
    if line.role:
        return line.role
    if not page.is_heading(line) and ROLE.search(line.text):
        return "byline"
    if is_large and not _DASH.match(line.text.strip()):
        return "headline"
    return "kicker" if is_above else "subtitle"
