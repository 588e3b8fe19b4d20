"""Say what the lines of a head are: kicker, headline, subtitle, byline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from indexer.model import Role
from indexer.readers.layout.measures import Measured, MeasuredPage
from indexer.readers.layout.paragraphs import Unit
from indexer.text.newsprint import ROLE

_LIKE_SIZE = 0.86
"""The share of the size of a head's largest letters, from which on a line is of the headline."""
_DASH = re.compile("——|--|―|─")


def head_units(lines: Sequence[Measured], page: MeasuredPage) -> list[Unit]:
    """Return the units of a head from top to bottom: a headline over several lines is one."""
    largest = max((line.size for line in lines if not line.role), default=0.0)
    first = next((at for at, line in enumerate(lines) if line.size >= _LIKE_SIZE * largest), 0)
    roles = [role_of_head(line, at < first, largest, page) for at, line in enumerate(lines)]
    rows = groupby(zip(roles, lines, strict=True), key=lambda pair: pair[0])
    return [Unit(role, tuple(line.place for _, line in row)) for role, row in rows]


def role_of_head(line: Measured, is_above: bool, largest: float, page: MeasuredPage) -> Role:
    """Return the role of a line of a head whose largest letters are of a size."""
    if line.role:
        return line.role
    if not page.is_heading(line) and ROLE.search(line.text):
        return "byline"
    if line.size >= _LIKE_SIZE * largest and not _DASH.match(line.text.strip()) and page.is_heading(line):
        return "headline"
    return "kicker" if is_above else "subtitle"
