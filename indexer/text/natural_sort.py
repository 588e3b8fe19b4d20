"""The order in which people expect names with numbers: 2 before 10, A02 before B01."""

from __future__ import annotations

import re

_PIECE = re.compile(r"[0-9]+|[^0-9]+")

NaturalKey = tuple[tuple[int, int, str], ...]


def natural_key(name: str) -> NaturalKey:
    """Return a sort key that compares runs of digits as numbers.

    >>> sorted(["B01", "10", "A02", "2"], key=natural_key)
    ['2', '10', 'A02', 'B01']
    """
    pieces = _PIECE.findall(name)
    return tuple((0, int(piece), piece) if piece[0] in "0123456789" else (1, 0, piece) for piece in pieces)
