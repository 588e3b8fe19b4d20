"""Folding of many texts at once: what `folding.fold` gives, from one table look-up for all their letters together.

For an article of 600 letters it takes 3 µs, where `fold` takes 30 and `fold_with_places` 90.
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

_UNKNOWN, _BEYOND, _OTHERWISE = 0x10FFFF, 0x10FFFE, 0x10FFFD
"""Stand in the table for a letter not met before, for all beyond the table, and for one that folds to several."""
_IN_TABLE = 1 << 16

_table = np.full(_IN_TABLE + 1, _UNKNOWN, np.uint32)
"""Code point → that of its folded form; 0 where that is empty. It fills up as letters are met."""
_table[ord(SEPARATOR)] = ord(SEPARATOR)
_table[_IN_TABLE] = _BEYOND
_spelt_with: set[str] = set()
"""What letters that fold to several, as … and ㈠ do, fold to: of those met so far."""

_Codes = NDArray[np.uint32]


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
    return _fold_each(texts) if text.count(SEPARATOR) >= max(len(texts), 1) else fold_lines(text, sought)


def fold_lines(text: str, sought: Set[str] | None = None) -> Folded:
    """Fold texts that are joined already, as `fold_together` does; a line break in one of them parts it."""
    if not text:
        return Folded("", "", ())
    # numpy keeps a text as its code points. (To encode and decode it takes three times as long.)
    codes: _Codes = np.array([text]).view(np.uint32)
    folded = _table.take(codes, mode="clip")
    highest = folded.max()
    if highest == _UNKNOWN:
        _learn(codes[folded == _UNKNOWN])
        folded = _table.take(codes, mode="clip")
        highest = folded.max()
    if highest == _BEYOND or (highest == _OTHERWISE and (sought is None or not _spelt_with.isdisjoint(sought))):
        return _spread(text, folded)
    if folded.all():
        return Folded(text, _text(folded), range(len(text)))
    kept = (folded != 0).nonzero()[0]
    return Folded(text, _text(folded.take(kept)), kept.data)


def _spread(text: str, folded: _Codes) -> Folded:
    """Make room for letters that fold to several, as … does."""
    letters = (folded >= _OTHERWISE).nonzero()[0]
    pieces = [fold(text[at]) for at in letters.tolist()]
    counts = (folded != 0).astype(np.intp)
    counts[letters] = list(map(len, pieces))
    spread = folded.repeat(counts)
    spread[spread >= _OTHERWISE] = list(map(ord, "".join(pieces)))
    return Folded(text, _text(spread), np.arange(len(text)).repeat(counts).data)


def _fold_each(texts: Sequence[str]) -> Folded:
    """The same without the table, for texts with line breaks of their own."""
    pieces, places, start = [], [], 0
    for text in texts:
        piece, its_places = fold_with_places(text)
        pieces.append(piece)
        places.append([*(start + place for place in its_places), start + len(text)])
        start += len(text) + len(SEPARATOR)
    return Folded(SEPARATOR.join(texts), SEPARATOR.join(pieces), [*chain.from_iterable(places)][:-1])


def _text(codes: _Codes) -> str:
    text: str = codes.view(f"U{len(codes)}").item() if len(codes) else ""
    return text


def _learn(codes: _Codes) -> None:
    for code in set(codes.tolist()):
        folded = fold(chr(code))
        _table[code] = _OTHERWISE if len(folded) > 1 else ord(folded or "\0")
        if len(folded) > 1:
            _spelt_with.update(folded)
