"""Character classes shared by several rules.

The strings can be used inside the brackets of a regular expression.
"""

from __future__ import annotations

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇々"
"""Chinese characters: all Han blocks, 〇 and the repetition mark."""

MARKS = "、。，；：？！（）〔〕【】《》〈〉「」『』“”‘’…—·～％"
"""Punctuation that is full-width between Chinese characters."""

CLOSERS = "”’\"'」』）)》】〕"
LOST = "\ufffd"
"""The replacement character, which decoders write for invalid bytes."""


def is_han(char: str) -> bool:
    """Return whether a single character is Chinese."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char >= "\U00020000" or char in "〇々"


def is_wide(char: str) -> bool:
    """Return whether a single character is Chinese or a full-width mark."""
    return char in MARKS or is_han(char)


def width(line: str) -> int:
    """Return the printed width of `line` in columns: one per ASCII character, else two.

    >>> width("100余场")
    7
    """
    return len(line.encode("gb18030", "replace"))
