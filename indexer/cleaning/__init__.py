"""Cleaning: undo what scanning and extraction did to a page's text, and record every edit.

A rule is one named function in the ordered table `RULES`; `apply` owns all offsets.
"""

from __future__ import annotations

from indexer.cleaning.apply import apply
from indexer.cleaning.rules import RULES
from indexer.model import CleanText

__all__ = ["RULES", "clean"]


def clean(raw: str) -> CleanText:
    """The text as it was printed, a paragraph on each line, and every edit that made it from `raw`.

    >>> clean("概概述述").text
    '概述'
    """
    return apply(raw, RULES)
