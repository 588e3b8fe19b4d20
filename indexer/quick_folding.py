"""Folding of many texts at once: what `folding.fold` gives, from one table look-up for all their letters together.

For an article of 600 letters it takes 6 µs, where `fold` takes 30 and `fold_with_places` 90.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.folding import fold, fold_with_places

SEPARATOR = "\n"
"""Parts the texts; no folded text holds it."""

_UNKNOWN, _OTHERWISE = 0xFFFF, 0xFFFE
"""Stand in the table for a letter not met before, and for one that folds to several."""

_table = np.full(1 << 16, _UNKNOWN, np.uint16)
"""UTF-16 code unit → that of its folded form; 0 where that is empty. It fills up as letters are met."""
_table[ord(SEPARATOR)] = ord(SEPARATOR)
_spelt_with: set[str] = set()
"""What letters that fold to several, as … and ㈠ do, fold to: of those met so far."""


class Folded(NamedTuple):
    """Texts joined by separators, and the same folded; `places[i]` is the index in `text` of what gave `folded[i]`."""

    text: str
    folded: str
    places: Sequence[int] | memoryview


def fold_together(texts: Sequence[str], sought: Set[str] | None = None) -> Folded:
    """Fold texts into one.

    Where only these letters are `sought` in them, others that fold to several may stand for themselves.

    >>> text, folded, places = fold_together(["ＷＴＯ與", "安全 生產"])
    >>> folded, list(places)
    ('wto与\\n安全生产', [0, 1, 2, 3, 4, 5, 6, 8, 9])
    """
    text = SEPARATOR.join(texts)
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    folded = _table.take(units)
    highest = folded.max() if text else 0
    if highest == _UNKNOWN:
        _learn(units[folded == _UNKNOWN])
        folded = _table.take(units)
        highest = folded.max()
    if text.count(SEPARATOR) >= max(len(texts), 1) or (highest == _OTHERWISE and len(units) > len(text)):
        return _fold_each(texts)
    if highest == _OTHERWISE and (sought is None or not _spelt_with.isdisjoint(sought)):
        return _spread(text, folded) or _fold_each(texts)
    if folded.all():
        return Folded(text, _text(folded), range(len(text)))
    kept = np.flatnonzero(folded)
    return Folded(text, _text(folded.take(kept)), kept.data)


def _spread(text: str, folded: NDArray[np.uint16]) -> Folded | None:
    """Make room for letters that fold to several, as … does; None where any needs two code units."""
    letters = np.flatnonzero(folded == _OTHERWISE).tolist()
    pieces = [fold(text[at]) for at in letters]
    counts = (folded != 0).astype(np.intp)
    counts[letters] = list(map(len, pieces))
    in_their_place = np.frombuffer("".join(pieces).encode("utf-16-le"), np.uint16)
    if len(in_their_place) > sum(map(len, pieces)):
        return None
    spread = folded.repeat(counts)
    spread[spread == _OTHERWISE] = in_their_place
    return Folded(text, _text(spread), np.arange(len(text)).repeat(counts).data)


def _fold_each(texts: Sequence[str]) -> Folded:
    """The same without the table, for letters of two code units and texts with line breaks of their own."""
    pieces, places, start = [], [], 0
    for text in texts:
        piece, its_places = fold_with_places(text)
        pieces.append(piece)
        places.append([*(start + place for place in its_places), start + len(text)])
        start += len(text) + len(SEPARATOR)
    return Folded(SEPARATOR.join(texts), SEPARATOR.join(pieces), [*chain.from_iterable(places)][:-1])


def _text(units: NDArray[np.uint16]) -> str:
    return units.tobytes().decode("utf-16-le")


def _learn(units: NDArray[np.uint16]) -> None:
    for unit in set(units.tolist()):
        folded = fold(chr(unit))
        is_half = 0xD800 <= unit <= 0xDFFF
        fits = not is_half and len(folded) < 2 and folded < chr(_OTHERWISE)
        if not fits:
            _spelt_with.update(folded)
        _table[unit] = (ord(folded) if folded else 0) if fits else _OTHERWISE
