"""Typeset the texts of a sample issue: each article in columns below its headline, one article under the other."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tests.support.invented_news import Story
from tests.support.typesetting import TypesetLine, TypesetPage

PAPER = "云陂日报"
_BODY, _LEADING = 10.0, 15.0
_COLUMNS, _LETTERS, _GUTTER = 4, 16, 18.0
_COLUMN = _LETTERS * _BODY
_SHORTEST = 4
"""Lines of a column: a text of fewer has fewer columns."""
_MARGIN, _TOP = 40.0, 30.0
_WIDTH = 2 * _MARGIN + _COLUMNS * _COLUMN + (_COLUMNS - 1) * _GUTTER
_NOT_FIRST = "，。；：？！、）》”’…"
_WEEKDAYS = "一二三四五六日"


def issue(path: Path) -> list[TypesetPage]:
    """Return the pages of an issue; the name of its file is its date."""
    day = date.fromisoformat(path.stem)
    return [_Sheet(day, page).typeset() for page in tomllib.loads(path.read_text(encoding="utf-8"))["pages"]]


@dataclass
class _Sheet:
    """A page that is filled from the top. `y` is how far down it is full."""

    day: date
    page: Mapping[str, Any]
    y: float = _TOP
    lines: list[TypesetLine] = field(default_factory=list)

    def typeset(self) -> TypesetPage:
        self._folio()
        stories = [_story(article) for article in self.page["articles"]]
        for number, story in enumerate(stories):
            self._set(number, story)
        return TypesetPage(
            _WIDTH, self.y + _MARGIN, self.page["label"], self.day, PAPER, tuple(self.lines), tuple(stories)
        )

    def _folio(self) -> None:
        day = f"{self.day.year}年{self.day.month}月{self.day.day}日 星期{_WEEKDAYS[self.day.weekday()]}"
        parts = (PAPER, day, self.page["section"], f"第{self.page['label']}版")
        for place, part in enumerate(parts):
            self._put(part, _MARGIN + place * (_COLUMN + _GUTTER), _BODY, 400, "furniture", -1, -1)
        self.y += 3 * _LEADING

    def _set(self, number: int, story: Story) -> None:
        heads = (("kicker", story.kicker, 14.0), ("headline", story.headline, 26.0), ("subtitle", story.subtitle, 13.0))
        for role, text, size in heads:
            if text:
                self._put(text, _MARGIN, size, 700 if role == "headline" else 400, role, number, -1)
                self.y += 1.5 * size
        if story.byline:
            self._put(story.byline, _MARGIN, _BODY, 400, "byline", number, -1)
            self.y += 1.6 * _LEADING
        rows = [(at, row) for at, text in enumerate(story.paragraphs) for row in _rows(text)]
        columns = min(_COLUMNS, max(len(rows) // _SHORTEST, 1))
        deep = -(-len(rows) // columns)
        top = self.y
        for column in range(columns):
            self.y = top
            for at, row in rows[column * deep : (column + 1) * deep]:
                indent = (len(row) - len(row.lstrip("\u3000"))) * _BODY
                left = _MARGIN + column * (_COLUMN + _GUTTER) + indent
                self._put(row.lstrip("\u3000"), left, _BODY, 400, "body", number, at)
                self.y += _LEADING
        self.y = top + (deep + 2) * _LEADING

    def _put(self, text: str, left: float, size: float, weight: int, role: str, article: int, paragraph: int) -> None:
        box = (left, self.y, left + len(text) * size, self.y + size)
        self.lines.append(TypesetLine(text, box, size, weight, role, article, paragraph))


def _rows(text: str) -> Iterator[str]:
    """Cut a paragraph into lines. A stop that would begin one hangs behind the line before."""
    left = "\u3000\u3000" + text
    while left:
        end = _LETTERS
        while left[end : end + 1] and left[end] in _NOT_FIRST:
            end += 1
        yield left[:end]
        left = left[end:]


def _story(article: Mapping[str, Any]) -> Story:
    texts: Sequence[str] = article["paragraphs"]
    return Story(
        headline=article["headline"],
        kicker=article.get("kicker", ""),
        subtitle=article.get("subtitle", ""),
        byline=article.get("byline", ""),
        paragraphs=tuple(texts),
    )
