"""Judge line ends by what was printed, where a file says which lines are one paragraph or one heading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.cleaning import hyphens
from indexer.cleaning.apply import Change, Rule
from indexer.cleaning.judgements import Judgement
from indexer.model import Block

NAME = "printed-lines"
"""The rule that joins the lines of a block. It undoes no damage."""

_SOFT = "\xad"


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
    for (start, end), (next_start, next_end) in zip(lines, lines[1:], strict=False):
        while place < len(blocks) and blocks[place].end <= start:
            place += 1
        is_one = place < len(blocks) and blocks[place].start <= start and next_end <= blocks[place].end
        test = "printed_as_one" if is_one else "printed_apart"
        yield text[start:end].strip(), text[next_start:next_end].strip(), Judgement(is_one, test)


def _joined(text: str, blocks: Sequence[Block]) -> Iterator[Change]:
    words = {change.start: change for change in hyphens.join(text)} if any(mark in text for mark in "-‐\xad") else {}
    for block in blocks:
        feed = text.find("\n", block.start, block.end)
        while feed >= 0:
            yield words.get(_hyphen(text, feed)) or _without_feed(text, feed)
            feed = text.find("\n", _end_of_blanks(text, feed), block.end)


def _hyphen(text: str, feed: int) -> int:
    """Return where the hyphens that end a line begin."""
    start = len(text[:feed].rstrip(" \t")) if text[feed - 1 : feed] in " \t" else feed
    while start and text[start - 1] in "-‐\xad":
        start -= 1
    return start


def _without_feed(text: str, feed: int) -> Change:
    """Return the change that joins two lines: with a space, unless either is Chinese there, or a word goes on."""
    start, end = feed, _end_of_blanks(text, feed)
    while start and text[start - 1] in " \t\u3000":
        start -= 1
    if text[start - 1 : start] == _SOFT:
        return Change(start - 1, end, "")
    before, after = text[start - 1 : start], text[end : end + 1]
    return Change(start, end, "" if _is_solid(before) or _is_solid(after) or _in_number(text, start, end) else " ")


def _end_of_blanks(text: str, feed: int) -> int:
    end = feed + 1
    while end < len(text) and text[end] in " \t\u3000\n":
        end += 1
    return end


def _is_solid(letter: str) -> bool:
    """Return whether a script sets a letter without spaces between words: Chinese and Japanese, not Korean."""
    return letter > "\u2e7f" and not "\uac00" <= letter <= "\ud7a3" or letter in "“”‘’…—·"


def _in_number(text: str, start: int, end: int) -> bool:
    """Return whether a number goes on over the end of a line that is Chinese."""
    if not (text[start - 1 : start].isdigit() and text[end : end + 1].isdigit()):
        return False
    return any(letter > "\u2e7f" for letter in text[max(start - 12, 0) : end + 12])
