"""Clean the text of a page and record every edit.

Cleaning undoes the damage of scanning and extraction. Each rule is one named function in the ordered table `RULES`;
`apply` computes all offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from indexer.cleaning import printed_lines
from indexer.cleaning.apply import apply
from indexer.cleaning.judgements import Judgement
from indexer.cleaning.lines import decisions
from indexer.cleaning.rules import RULES
from indexer.model import Block, CleanText

__all__ = ["RULES", "clean", "line_ends"]

# Most lines of clean prose contain only these characters, and only some rules can change them. Checking this first
# makes such lines five times as fast (docs/cleaning.md). A property test verifies that the result is the same.
_LETTERS = "\u4e00-\u9fff，。；：？！（）、“”《》0-9A-Za-z.%"
_SOLID = re.compile(f"[{_LETTERS}]*+")
_PLAIN = re.compile(f"[ {_LETTERS}]*+")
_SOLID_RULES = tuple(rule for rule in RULES if rule.name.startswith("undouble"))
_SPACES_TOO = {"letter-spaces", "lines", "spaced-copies", "padded-names", "line-spaces", "spaces"}
_PLAIN_RULES = tuple(rule for rule in RULES if rule in _SOLID_RULES or rule.name in _SPACES_TOO)
_BY_LINES = {"page-feet", "vertical", "hyphens", "unwrap"}
"""The rules that guess from lines which ones belong together. Where the file says so, they are not asked."""
_PRINTED_RULES = tuple(rule for rule in RULES if rule.name not in _BY_LINES)


def clean(raw: str, printed: Sequence[Block] = ()) -> CleanText:
    """Return the text as printed, one paragraph per line, with all edits to `raw`.

    `printed` are the headings and paragraphs of a text whose file says where its lines stand, in their order.

    >>> clean("概概述述").text
    '概述'
    """
    if printed:
        return apply(raw, (printed_lines.rule(printed), *_PRINTED_RULES))
    if _SOLID.fullmatch(raw):
        return apply(raw, _SOLID_RULES)
    return apply(raw, _PLAIN_RULES if _PLAIN.fullmatch(raw) else RULES)


def line_ends(raw: str, printed: Sequence[Block] = ()) -> Iterator[tuple[str, str, Judgement]]:
    """Yield each two neighbouring lines, and the test that decided whether they are joined, and its answer.

    Where there are `printed` headings and paragraphs, they decide, and no other test is asked.

    >>> [(judged.answer, judged.test) for _, _, judged in line_ends("渡口夜航恢复\\n\\n昨日，渡口夜航恢复。\\n（完）")]
    [(False, 'columns_do_not_end_so'), (False, 'no_wall')]
    """
    if printed:
        return printed_lines.decisions(raw, printed)
    before = takewhile(lambda rule: rule.name != "unwrap", RULES)
    return decisions(apply(raw, tuple(before)).text)
