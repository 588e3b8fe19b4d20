"""Undo UTF-8 that was read as Latin-1 or Windows-1252: â€œ becomes “, and ï¼Œ becomes ，.

Each wrong sequence is decoded by itself, so a page may mix good and bad text. What was misread twice is decoded twice.
A sequence counts only if its letters hardly meet in any language and the result is a letter or mark that is printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.cleaning.apply import Change
from indexer.text.newsprint import HAN

_WINDOWS = {bytes([byte]).decode("cp1252", "replace"): byte for byte in range(0x80, 0xA0)}
_WINDOWS.pop("\ufffd")
_HIGH = "".join(map(re.escape, _WINDOWS)) + "\x80-\x9f"
_BYTE = f"[{_HIGH}\xa0-\xbf]"
_SUSPECT = re.compile(f"[\xc2-\xf4][{_HIGH}\xa0-\xff]*+")
_SEQUENCE = re.compile(f"[\xc2-\xdf]{_BYTE}|[\xe0-\xef]{_BYTE}{{2}}|[\xf0-\xf4]{_BYTE}{{3}}")
_ORDINARY = frozenset("“”‘’…—–•·°\xa0")
"""Characters of good text that may follow a letter with an accent: café”—."""
_LEADS = frozenset("ÂÃ")
"""Letters that begin most misread pairs and that hardly any good text contains."""
_GOOD = re.compile(f"[{HAN}\u00b1\u00b7\u00d7\u00c0-\u024f\u2010-\u203b\u2100-\u27bf\u3000-\u303f\u30fb\uff01-\uffe5]")
_CUT = {"â€": "”", "ã€": "、", "ï¼": "！", "â—": "●"}
"""Marks whose last byte has no letter in Windows-1252, and was dropped."""
_CUT_MARK = re.compile("|".join(_CUT))
_PASSES = 2


def undo(text: str) -> Iterator[Change]:
    """Decode each stretch of misread UTF-8.

    >>> [change.after for change in undo("â€œé˜²æ±›â€\\x9dä»Š Ã¢â‚¬Å“ cafÃ© “café”——")]
    ['“防汛”今', '“', 'é']
    """
    if text.isascii():
        return
    for suspect in _SUSPECT.finditer(text):
        found = suspect[0]
        for _ in range(_PASSES):
            found = _SEQUENCE.sub(_surely_decoded if _LEADS.isdisjoint(found) else _decoded, found)
        if found != suspect[0]:
            found = _CUT_MARK.sub(lambda mark: _CUT[mark[0]], found)
        elif suspect[0] in _CUT:
            found = _CUT[suspect[0]]
        if found != suspect[0]:
            yield Change(suspect.start(), suspect.end(), found)


def _surely_decoded(sequence: re.Match[str]) -> str:
    """Return what a sequence stands for, unless it may be an accented letter with ordinary marks."""
    return sequence[0] if _ORDINARY.issuperset(sequence[0][1:]) else _decoded(sequence)


def _decoded(sequence: re.Match[str]) -> str:
    """Return what a sequence stands for, or the sequence itself if that is not good text."""
    letters = sequence[0]
    codes = bytes(_WINDOWS.get(letter, ord(letter) & 0xFF) for letter in letters)
    decoded = codes.decode("utf-8", "replace")
    return decoded if _GOOD.fullmatch(decoded) or _is_misread_twice(decoded) else letters


def _is_misread_twice(decoded: str) -> bool:
    """Return whether a decoded letter is itself a byte of misread UTF-8."""
    return len(decoded) == 1 and (decoded in _WINDOWS or "\x80" <= decoded <= "\xf4")
