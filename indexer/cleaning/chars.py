"""Classes of characters that several rules speak of, ready to stand inside a regular expression's brackets."""

from __future__ import annotations

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇々"
"""Chinese letters: all Han blocks, 〇 and the repetition mark."""

MARKS = "、。，；：？！（）〔〕【】《》〈〉「」『』“”‘’…—·～％"
"""Punctuation that is set full width among Chinese letters."""

CLOSERS = "”’\"'」』）)》】〕"
LOST = "\ufffd"
"""What decoders write for bytes that they can't read."""


def is_han(char: str) -> bool:
    """Is this one character a Chinese letter?"""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char >= "\U00020000" or char in "〇々"


def is_wide(char: str) -> bool:
    """Is this one character a Chinese letter or mark?"""
    return char in MARKS or is_han(char)


def width(line: str) -> int:
    """How many columns `line` takes in print: one for an ASCII character, two for others.

    >>> width("100余场")
    7
    """
    return len(line.encode("gb18030", "replace"))
