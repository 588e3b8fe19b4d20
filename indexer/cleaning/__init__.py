"""Cleaning: undo what scanning and extraction did to a page's text, and record every edit.

A rule is one named function in the ordered table `RULES`; `apply` owns all offsets.
"""

from __future__ import annotations

import re

from indexer.cleaning.apply import apply
from indexer.cleaning.rules import RULES
from indexer.model import CleanText

__all__ = ["RULES", "clean"]

# Most lines of clean prose hold nothing but these, which only some rules speak of: asking this first makes them four
# times as fast (docs/cleaning.md), and a property test holds that it changes nothing.
_PLAIN = re.compile("[ \u4e00-\u9fff，。；：？！（）、“”《》0-9A-Za-z.%]*")
_PLAIN_RULES = tuple(
    rule
    for rule in RULES
    if rule.name in {"lines", "undouble", "undouble-phrases", "padded-names", "line-spaces", "spaces"}
)


def clean(raw: str) -> CleanText:
    """The text as it was printed, a paragraph on each line, and every edit that made it from `raw`.

    >>> clean("概概述述").text
    '概述'
    """
    return apply(raw, _PLAIN_RULES if _PLAIN.fullmatch(raw) else RULES)
