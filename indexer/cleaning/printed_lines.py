"""Join lines that were surely printed as one: where a file says so, and where a hyphen divides a Latin word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from indexer.cleaning.apply import Change, Rule
from indexer.cleaning.judgements import Judgement
from indexer.model import Block

_LETTERS = "A-Za-zÀ-ÖØ-öø-ʯͰ-ӿḀ-ỿﬀ-ﬆ"
"""Latin letters with all their marks, the long s (ſ) and ligatures among them, Greek and Cyrillic ones."""

_HYPHENS = "-‐⸗\xad"
_BROKEN = re.compile(
    rf"(?P<word>[{_LETTERS}0-9]*[{_LETTERS}0-9])(?P<hyphen>[{_HYPHENS}]+)[ \t]*\n\s*(?P<rest>[{_LETTERS}0-9]+)"
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

NAME = "printed-lines"
"""The rule that joins the lines of a block. It undoes no damage."""

_SOFT = "\xad"
_BLANKS = " \t\u3000\n"


def rule(blocks: Sequence[Block]) -> Rule:
    """Return the rule that joins the lines of each block. `blocks` are sorted, apart, and refer to the raw text.

    >>> text = "昨日，渡口夜\\n航恢复。\\n记者 唐舫"
    >>> [*rule([Block("body", 0, 11), Block("byline", 12, 17)]).find(text)]
    [Change(start=6, end=7, after='')]
    """
    return Rule(
        name=NAME,
        find=lambda text: _joined(text, blocks),
        says="The lines of a paragraph or a heading, which its file knows by their places, are one line.",
        before="昨日，渡口夜\n航恢复。",
        after="昨日，渡口夜航恢复。",
    )


def decisions(text: str, blocks: Sequence[Block]) -> Iterator[tuple[str, str, Judgement]]:
    """Yield two neighbouring lines that are not blank, and whether one block holds both."""
    lines: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        if line.strip():
            lines.append((at, at + len(line)))
        at += len(line) + 1
    place = 0
    for (start, end), (next_start, next_end) in pairwise(lines):
        while place < len(blocks) and blocks[place].end <= start:
            place += 1
        is_one = place < len(blocks) and blocks[place].start <= start and next_end <= blocks[place].end
        test = "printed_as_one" if is_one else "printed_apart"
        yield text[start:end].strip(), text[next_start:next_end].strip(), Judgement(is_one, test)


def _joined(text: str, blocks: Sequence[Block]) -> Iterator[Change]:
    words = {change.start: change for change in join_words(text)} if any(mark in text for mark in _HYPHENS) else {}
    for block in blocks:
        at = block.start
        feed = text.find("\n", at, block.end)
        while feed >= 0:
            start, end = _around(text, feed, at, block.end)
            word = words.get(_hyphen(text, start, at))
            yield word if word and word.end == end else Change(start, end, _between(text, start, end))
            at = end
            feed = text.find("\n", at, block.end)


def _around(text: str, feed: int, first: int, last: int) -> tuple[int, int]:
    """Return the stretch of blanks around the end of a line, within text[first:last]."""
    start, end = feed, feed + 1
    while start > first and text[start - 1] in _BLANKS:
        start -= 1
    while end < last and text[end] in _BLANKS:
        end += 1
    if start > first and text[start - 1] == _SOFT:
        start -= 1
    return start, end


def _hyphen(text: str, start: int, first: int) -> int:
    """Return where the hyphens that stand before a place begin."""
    while start > first and text[start - 1] in _HYPHENS:
        start -= 1
    return start


def _between(text: str, start: int, end: int) -> str:
    """Return what stands between two joined lines: a space, unless either is Chinese there, or a word goes on."""
    before, after = text[start - 1 : start], text[end : end + 1]
    is_one = text[start] == _SOFT or _is_solid(before) or _is_solid(after) or _in_number(text, start, end)
    return "" if is_one else " "


def _is_solid(letter: str) -> bool:
    """Return whether a script sets a letter without spaces between words: Chinese and Japanese, not Korean."""
    return (letter > "\u2e7f" and not "\uac00" <= letter <= "\ud7a3") or letter in "“”‘’…—·"


def _in_number(text: str, start: int, end: int) -> bool:
    """Return whether a number goes on over the end of a line that is Chinese."""
    if not (text[start - 1 : start].isdigit() and text[end : end + 1].isdigit()):
        return False
    return any(letter > "\u2e7f" for letter in text[max(start - 12, 0) : end + 12])


def join_words(text: str) -> Iterator[Change]:
    """Remove the line's end within a word, and the hyphen unless it belongs to the word.

    >>> text = "Infor-\\nmation E-\\nmail COVID-\\n19 well-\\nknown"
    >>> [change.after for change in join_words(text)]
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
