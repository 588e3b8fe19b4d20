"""Read typeset pages, by where their lines stand or by their text alone, and compare the articles with what was set."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from indexer.articles.page_reader import read_page
from indexer.model import Article, PageIdentity, PageReading, Paper, RawPage
from indexer.readers.layout.lay_out import PlacedLine, lay_out
from tests.support.invented_news import Story
from tests.support.layouts import letters
from tests.support.typesetting import PAPER, TypesetLine, TypesetPage

SOURCE = "demo/2024-01-26/03.pdf"


def placed(lines: Iterable[TypesetLine], *, with_sizes: bool = True) -> list[PlacedLine]:
    """Return lines as a reader of a format that knows places finds them; OCR knows no sizes."""
    return [
        PlacedLine(
            line.text,
            line.box,
            line.size if with_sizes else 0.0,
            line.weight if with_sizes else 0,
            is_vertical=line.is_vertical,
        )
        for line in lines
    ]


def turned(lines: Iterable[PlacedLine], height: float) -> list[PlacedLine]:
    """Return the lines of a page as those of vertical text, which begins at the right."""
    return [
        PlacedLine(
            line.text,
            (height - line.box[3], line.box[0], height - line.box[1], line.box[2]),
            line.size,
            line.weight,
            is_vertical=not line.is_vertical,
        )
        for line in lines
    ]


def by_place(page: TypesetPage, seed: int, *, with_sizes: bool = True) -> RawPage:
    """Return a page whose lines came in an order that says nothing."""
    lines = placed(page.lines, with_sizes=with_sizes)
    random.Random(seed).shuffle(lines)
    return lay_out(SOURCE, lines, page.width, page.height)


def in_order(page: TypesetPage) -> RawPage:
    """Return a page whose lines came in the order of reading."""
    return lay_out(SOURCE, placed(page.lines), page.width, page.height, is_in_order=True)


def as_text(page: TypesetPage, *, indented: bool) -> RawPage:
    """Return a page as the best text alone: in the order of reading, with a blank line between articles."""
    rows: list[str] = []
    before: TypesetLine | None = None
    for line in page.lines:
        if before is not None and before.article != line.article:
            rows.append("")
        begins = before is None or (before.article, before.paragraph) != (line.article, line.paragraph)
        rows.append("\u3000\u3000" * (indented and begins and line.role == "body") + line.text)
        before = line
    return RawPage(SOURCE, "\n".join(rows))


def read(raw: RawPage) -> PageReading:
    """Read a page of an invented paper."""
    return read_page(raw, PageIdentity("demo", None, "03"), Paper("demo", title=PAPER))


@dataclass
class LayoutScore:
    """F1 scores of what was read from pages. An article counts if its headline and all its text are right."""

    counts: dict[str, list[int]] = field(default_factory=dict)

    def add(self, stories: Sequence[Story], articles: Sequence[Article]) -> None:
        """Compare the articles of a page with what was set."""
        texts = [[letters(one.text) for one in article.paragraphs] for article in articles]
        wanted = [[letters(text) for text in story.paragraphs] for story in stories]
        self._add(
            "articles",
            [(letters(one.headline), "".join(text)) for one, text in zip(stories, wanted, strict=True)],
            [(letters(one.headline), "".join(text)) for one, text in zip(articles, texts, strict=True)],
        )
        self._add("paragraphs", list(chain.from_iterable(wanted)), list(chain.from_iterable(texts)))
        for name in ("headline", "kicker", "subtitle"):
            self._add(
                f"{name}s",
                [letters(text) for one in stories if (text := getattr(one, name))],
                [letters(text) for one in articles if (text := getattr(one, name))],
            )
        self._add(
            "captions",
            [letters(text) for one in stories for text in one.captions],
            [letters(text.text) for one in articles for text in one.captions],
        )

    def _add(self, name: str, wanted: Sequence[object], found: Sequence[object]) -> None:
        right, total = self.counts.setdefault(name, [0, 0])
        right += 2 * sum((Counter(wanted) & Counter(found)).values())
        self.counts[name] = [right, total + len(wanted) + len(found)]

    def f1(self, name: str) -> float:
        """Return the F1 score of one kind of text, 1 where there is none."""
        right, total = self.counts.get(name, [0, 0])
        return right / total if total else 1.0
