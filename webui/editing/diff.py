"""What a correction changes in an article, for people to look at before it is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

from indexer.model import Article
from webui.editing.form import HEAD, head_value

_CONTEXT = 30
"""Letters that are shown around a change."""
_NEAR = 3
"""Changes with at most this number of letters between them are shown as one."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text: kept, taken out, or put in."""

    kind: Literal["kept", "out", "in"]
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A field or a paragraph that changes. `field` is a name of `HEAD`, or `text`."""

    field: str
    parts: tuple[Part, ...]


def rows(before: Article | None, after: Article | None) -> tuple[Row, ...]:
    """Return what differs between two states of an article, None where there is none."""
    old, new = ([head_value(one, name) if one else "" for name in HEAD] for one in (before, after))
    found = [Row(name, inline(*pair)) for name, *pair in zip(HEAD, old, new, strict=True) if pair[0] != pair[1]]
    return (*found, *(Row("text", inline(*pair)) for pair in _paragraphs(_texts(before), _texts(after))))


def inline(before: str, after: str) -> tuple[Part, ...]:
    """Return a text with what is taken out and put in, and a little of what is kept around.

    >>> [(part.kind, part.text) for part in inline("本报诵讯员", "本报通讯员")]
    [('kept', '本报'), ('out', '诵'), ('in', '通'), ('kept', '讯员')]
    """
    parts: list[Part] = []
    last_old = last_new = 0
    for start, end, new_start, new_end in _changes(before, after):
        parts.append(Part("kept", before[last_old:start]))
        parts += (Part("out", before[start:end]), Part("in", after[new_start:new_end]))
        last_old, last_new = end, new_end
    parts.append(Part("kept", after[last_new:]))
    return tuple(
        Part(part.kind, _shortened(part.text, is_first=at == 0, is_last=at == len(parts) - 1))
        if part.kind == "kept"
        else part
        for at, part in enumerate(parts)
        if part.text
    )


def _changes(before: str, after: str) -> Iterator[tuple[int, int, int, int]]:
    merged: list[tuple[int, int, int, int]] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if merged and start - merged[-1][1] <= _NEAR:
            start, _, new_start, _ = merged.pop()
        merged.append((start, end, new_start, new_end))
    yield from merged


def _shortened(text: str, *, is_first: bool, is_last: bool) -> str:
    if len(text) <= 2 * _CONTEXT:
        return text
    left, right = ("" if is_first else text[:_CONTEXT]), ("" if is_last else text[-_CONTEXT:])
    return f"{left}…{right}"


def _texts(article: Article | None) -> list[str]:
    return [one.text for one in (*article.paragraphs, *article.captions)] if article else []


def _paragraphs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs that differ, each before and after."""
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from zip_longest(old[start:end], new[new_start:new_end], fillvalue="")
