"""The form that corrects an article: what it shows, what was typed, and the corrections that follow.

Each field carries the value that it had when the form was opened. So only what someone typed becomes a correction, also
when somebody else changed another field meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from indexer.archive.corrections import Correction, Value
from indexer.indexing.editing import plain, value_of
from indexer.model import Article

HEAD = ("kicker", "headline", "subtitle", "byline", "date", "page", "section", "localities", "kind")
"""The fields above the text, in the order of the form."""
_SEPARATORS = re.compile(r"[、\n]")
_NEAR = 6
"""Changes with at most this number of letters between them are one."""
_LEAST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Input:
    """A field of the form: its value when the form was opened, what was typed, and its value now."""

    name: str
    was: str
    typed: str
    now: str

    @property
    def is_changed(self) -> bool:
        """Whether something was typed that the article doesn't say."""
        return self.typed != self.now

    @property
    def is_contested(self) -> bool:
        """Whether somebody else changed the field while it was edited."""
        return self.is_changed and self.was != self.now


@dataclass(frozen=True, slots=True)
class Form:
    """All fields. `lost` are paragraphs that were edited but are no longer there."""

    head: tuple[Input, ...]
    passages: tuple[Input, ...]
    lost: tuple[str, ...] = ()


def read(article: Article, given: Mapping[str, str]) -> Form:
    """Return the form of an article with what was typed, where something was: fields, and what they were before."""
    head = tuple(_input(name, head_value(article, name), given) for name in HEAD)
    texts = [_clean(passage.text) for passage in (*article.paragraphs, *article.captions)]
    typed, lost = _typed_passages(texts, given)
    passages = tuple(Input(f"p{number}", text, typed.get(number, text), text) for number, text in enumerate(texts))
    return Form(head, passages, lost)


def head_value(article: Article, name: str) -> str:
    """Return the value of a field as the form has it.

    >>> from indexer.model import Contributor
    >>> names = (Contributor("王晓光", "记者"), Contributor("李青", ""))
    >>> head_value(Article("", "新闻", "", "", "", names, "", (), None, (), (), ""), "byline")
    '记者 王晓光、李青'
    """
    return _clean(plain(value_of(article, name)))


def head_corrections(form: Form, reason: str) -> list[Correction]:
    """Return the corrections of the fields above the text."""
    return [
        Correction(action="set", field=one.name, after=_value(one.name, one.typed), reason=reason)
        for one in form.head
        if one.is_changed
    ]


def text_corrections(form: Form, reason: str) -> list[Correction]:
    """Return the corrections of the text, each of as few words as name one place."""
    texts = [one.now for one in form.passages]
    found = []
    for number, one in enumerate(form.passages):
        if one.is_changed:
            for before, after in replacements(texts, number, one.typed):
                found.append(Correction(action="set", field="text", before=before, after=after, reason=reason))
    return found


def replacements(texts: Sequence[str], number: int, typed: str) -> Iterator[tuple[str, str]]:
    """Yield the words to replace in a text, and what should stand there. Each stands once in all of the texts.

    >>> list(replacements(["甲乙丙丁", "记者何汀,通迅员李青昨天从会议上得到的消息,会会议开完了"], 1,
    ...     "记者何汀,通讯员李青昨天从会议上得到的消息,会议开完了"))
    [('通迅员', '通讯员'), ('会会议', '会议')]
    >>> list(replacements(["一样", "一样"], 1, "两样"))
    [('一样', '两样')]
    """
    old = texts[number]
    windows: list[tuple[int, int, int, int]] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, typed, autojunk=False).get_opcodes():
        if tag != "equal":
            windows.append((start, end, new_start, new_end))
    merged = _merged(windows)
    while (wider := _merged([_widened(texts, old, typed, one) for one in merged])) != merged:
        merged = wider
    for start, end, new_start, new_end in merged:
        yield old[start:end], typed[new_start:new_end]


Window = tuple[int, int, int, int]
"""A place in the old text and in the new one."""


def _merged(windows: Sequence[Window]) -> list[Window]:
    found: list[Window] = []
    for start, end, new_start, new_end in windows:
        if found and start - found[-1][1] <= _NEAR:
            start, _, new_start, _ = found.pop()
        found.append((start, end, new_start, new_end))
    return found


def _widened(texts: Sequence[str], old: str, typed: str, window: Window) -> Window:
    """Return a window that is wide enough for its words to stand in one place only, or is the whole text."""
    start, end, new_start, new_end = window
    while True:
        words = "".join(old[start:end].split())
        is_one = sum("".join(text.split()).count(words) for text in texts) == 1 if words else False
        if (is_one and len(words) > _LEAST_LETTERS) or (start == 0 and end == len(old)):
            return start, end, new_start, new_end
        if start:
            start, new_start = start - 1, new_start - 1
        if end < len(old):
            end, new_end = end + 1, new_end + 1


def _input(name: str, now: str, given: Mapping[str, str]) -> Input:
    was = _clean(given.get(f"was_{name}", now))
    typed = _clean(given.get(name, was)).strip()
    return Input(name, was, now if typed == was else typed, now)


def _typed_passages(texts: Sequence[str], given: Mapping[str, str]) -> tuple[dict[int, str], tuple[str, ...]]:
    """Return number → what was typed for a passage; and what was typed for passages that are gone."""
    typed: dict[int, str] = {}
    lost: list[str] = []
    number = 0
    while (was := given.get(f"was_p{number}")) is not None:
        text, was = _clean(given.get(f"p{number}", was)), _clean(was)
        if text != was:
            at = number if texts[number : number + 1] == [was] else texts.index(was) if was in texts else None
            if at is None:
                lost.append(text)
            else:
                typed[at] = text
        number += 1
    return typed, tuple(lost)


def _value(name: str, text: str) -> Value:
    """Return a value as corrections have it."""
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    match name:
        case "localities":
            return tuple(parts)
        case "byline":
            return tuple(_contributor(part) for part in parts)
    return text


def _contributor(text: str) -> dict[str, str]:
    role, _, name = text.rpartition(" ")
    return {"name": name, "role": role.strip()}


def _clean(text: str) -> str:
    """Return a text with the line ends that a page has, not those that a browser sends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
