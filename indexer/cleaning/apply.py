"""Apply rules in order and record every change as an edit of the raw text.

All offsets are computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indexer.model import CleanText, Edit


class Change(NamedTuple):
    """Replaces `[start, end)` of the text given to a rule with `after`."""

    start: int
    end: int
    after: str


Find = Callable[[str], Iterable[Change]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named cleaning rule.

    `find` yields the changes, sorted and without overlaps. `says` and the example `before` → `after` document the rule.
    """

    name: str
    find: Find
    says: str
    before: str
    after: str


class _Piece(NamedTuple):
    """A range of the raw text that `rules` replaced with `after` in the current text."""

    start: int
    end: int
    after: str
    rules: tuple[str, ...]

    @property
    def growth(self) -> int:
        """The number of characters that it adds to the text."""
        return len(self.after) - (self.end - self.start)


def apply(raw: str, rules: Sequence[Rule]) -> CleanText:
    """Apply `rules` to `raw` in order; each rule sees the output of the previous one.

    >>> upper = Rule("upper", lambda text: [Change(1, 2, text[1].upper())], "", "", "")
    >>> apply("abc", [upper]).edits
    (Edit(rules=('upper',), start=1, end=2, before='b', after='B'),)
    """
    text = raw
    pieces: list[_Piece] = []
    for rule in rules:
        changes = [change for change in rule.find(text) if text[change.start : change.end] != change.after]
        if changes:
            pieces = _compose(text, pieces, changes, rule.name)
            text = _changed(text, 0, len(text), changes)
    return CleanText(text, tuple(_edits(raw, pieces)) if pieces else ())


def _edits(raw: str, pieces: Iterable[_Piece]) -> Iterable[Edit]:
    for piece in pieces:
        before = raw[piece.start : piece.end]
        if before != piece.after:
            yield Edit(piece.rules, piece.start, piece.end, before, piece.after)


def _compose(text: str, pieces: list[_Piece], changes: Sequence[Change], name: str) -> list[_Piece]:
    """Merge `changes` of the current `text` into the pieces of the raw text.

    A change and the pieces it overlaps become one piece. `shift` is the number of characters that the pieces passed so
    far added to the text: a raw offset plus `shift` is an offset in the current text.
    """
    if not pieces:
        return [_Piece(low, high, after, (name,)) for low, high, after in changes]
    out: list[_Piece] = []
    shift = i = j = 0
    while j < len(changes):
        low, high, after = changes[j]
        while i < len(pieces):
            start, end, instead, _ = pieces[i]
            if start + shift + len(instead) > low:
                break
            out.append(pieces[i])
            shift += len(instead) - (end - start)
            i += 1
        if i == len(pieces) or pieces[i].start + shift >= high:  # no overlap: the most common case
            out.append(_Piece(low - shift, high - shift, after, (name,)))
            j += 1
            continue
        low = min(low, pieces[i].start + shift)
        first, before, raw_low = i, j, low - shift
        while True:  # include all that starts before `high`, which grows
            if i < len(pieces) and pieces[i].start + shift < high:
                high = max(high, pieces[i].start + shift + len(pieces[i].after))
                shift += pieces[i].growth
                i += 1
            elif j < len(changes) and (changes[j].start < high or j == before):
                high = max(high, changes[j].end)
                j += 1
            else:
                break
        rules = dict.fromkeys(rule for piece in pieces[first:i] for rule in piece.rules if rule != name)
        out.append(_Piece(raw_low, high - shift, _changed(text, low, high, changes[before:j]), (*rules, name)))
    return out + pieces[i:]


def _changed(text: str, low: int, high: int, changes: Iterable[Change]) -> str:
    """Return `text[low:high]` with `changes` applied; all of them lie in that range."""
    parts: list[str] = []
    for start, end, after in changes:
        parts += (text[low:start], after)
        low = end
    return "".join((*parts, text[low:high]))
