"""Join Latin words that were hyphenated at the end of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.cleaning.apply import Change

_LETTERS = "A-Za-zÀ-ÖØ-öø-ʯͰ-ӿḀ-ỿﬀ-ﬆ"
"""Latin letters with all their marks, the long s (ſ) and ligatures among them, Greek and Cyrillic ones."""

_BROKEN = re.compile(
    rf"(?P<word>[{_LETTERS}0-9]*[{_LETTERS}0-9])(?P<hyphen>[-‐⸗\xad]+)[ \t]*\n\s*(?P<rest>[{_LETTERS}0-9]+)"
)
_WORD = re.compile(f"[{_LETTERS}]+(?:-[{_LETTERS}]+)?")
_LOST_SOFT = re.compile("\xad+")
_OWN_HYPHEN = re.compile(
    "all|anti|back|bio|co|cross|cyber|deep|eco|eight|ever|ex|face|fast|father|first|five|four|free|full|"
    "half|hands|hard|hi|high|ill|in|large|left|life|light|live|long|low|made|make|mid|mini|mother|multi|"
    "near|nine|non|now|off|old|on|one|open|part|peer|pop|post|pre|pro|real|right|science|second|self|semi|"
    "seven|short|six|small|so|start|state|step|sub|ten|third|three|time|top|trade|two|ultra|under|user|"
    "vice|walk|well|wi|wide|work|world|year|zero",
    re.IGNORECASE,
)
"""First parts of words that keep their hyphen: well-known, self-made, two-way."""


def join(text: str) -> Iterator[Change]:
    """Remove the line's end within a word, and the hyphen unless it belongs to the word.

    >>> text = "Infor-\\nmation E-\\nmail COVID-\\n19 well-\\nknown"
    >>> [change.after for change in join(text)]
    ['', '-', '-', '-']
    """
    if "-\n" in text or "\xad" in text or "‐" in text or "⸗" in text or "- \n" in text:
        at = 0
        known = set(_WORD.findall(text))
        for broken in _BROKEN.finditer(text):
            if not _is_one_word(broken):
                continue
            for soft in _LOST_SOFT.finditer(text, at, broken.start("hyphen")):
                yield Change(soft.start(), soft.end(), "")
            at = broken.start("rest")
            yield Change(broken.start("hyphen"), at, "-" if _keeps(broken, known) else "")
        for soft in _LOST_SOFT.finditer(text, at):
            yield Change(soft.start(), soft.end(), "")


def _is_one_word(broken: re.Match[str]) -> bool:
    """Return whether the parts are one word or one number, and not the end of a range left open in a list."""
    is_word = bool(re.search(f"[{_LETTERS}]", broken["word"]))
    return is_word or (broken["rest"].isdecimal() and broken[0].count("\n") == 1)


def _keeps(broken: re.Match[str], known: set[str]) -> bool:
    """Return whether the hyphen belongs to the word: E-mail, COVID-19, Wi-Fi, well-known.

    `known` are the words of the page, which may print the word elsewhere within a line.
    """
    word, rest = broken["word"], broken["rest"]
    if "\xad" in broken["hyphen"]:
        return False
    if (
        not (word.isalpha() and rest.isalpha() and rest.islower())
        or len(word) == 1
        or (word.isupper() and len(word) > 1)
    ):
        return True
    if word + rest in known:
        return False
    return f"{word}-{rest}" in known or bool(_OWN_HYPHEN.fullmatch(word))
