"""Folding of many texts at once: what `folding.fold` gives, from one table look-up for all their letters together.

For an article of 600 letters it takes 6 µs, where `fold` takes 30.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from indexer.folding import fold, fold_with_places

_UNKNOWN, _OTHERWISE = 0xFFFF, 0xFFFE
"""Stand in the table for a letter not met before, and for one that folds to several letters or has no place here."""

_table = np.full(1 << 16, _UNKNOWN, np.uint16)
"""UTF-16 code unit → that of its folded form; 0 where that is empty. It fills up as letters are met."""


class Folded(NamedTuple):
    """A text and its folded form; `is_aligned` where the letters of both stand at the same places."""

    text: str
    folded: str
    is_aligned: bool

    def places(self) -> Sequence[int]:
        """For each folded letter the index in the text of the one that gave it."""
        return range(len(self.text)) if self.is_aligned else fold_with_places(self.text)[1]


def fold_all(texts: Sequence[str]) -> list[Folded]:
    """Fold texts.

    >>> [one.folded for one in fold_all(["ＷＴＯ與「安全 生產」", "㈠"])]
    ['wto与"安全生产"', '(一)']
    """
    units = np.frombuffer("\n".join(texts).encode("utf-16-le", "surrogatepass"), np.uint16)
    folded = _table.take(units)
    if len(folded) and folded.max() >= _OTHERWISE:
        _learn(units[folded == _UNKNOWN])
        folded = _table.take(units)
    if len(folded) and folded.max() == _OTHERWISE:
        return [_fold_alone(text) for text in texts]
    kept = folded if folded.all() else folded[folded != 0]
    pieces = kept.tobytes().decode("utf-16-le").split("\n")
    if len(pieces) != len(texts):  # a text has line breaks of its own
        return [_fold_alone(text) for text in texts]
    return [Folded(text, piece, len(text) == len(piece)) for text, piece in zip(texts, pieces, strict=True)]


def _fold_alone(text: str) -> Folded:
    return Folded(text, fold(text), is_aligned=False)


def _learn(units: np.ndarray[tuple[int], np.dtype[np.uint16]]) -> None:
    for unit in np.unique(units).tolist():
        folded = fold(chr(unit))
        is_pair = 0xD800 <= unit <= 0xDFFF
        if len(folded) > 1 or is_pair or folded >= chr(_OTHERWISE):
            _table[unit] = _OTHERWISE
        else:
            _table[unit] = ord(folded) if folded else 0
    _table[ord("\n")] = ord("\n")  # parts the texts
