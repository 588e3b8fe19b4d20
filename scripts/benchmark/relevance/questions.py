"""Articles, and questions with the articles that answer them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

SETS: Mapping[str, str] = {
    "Q_hand": "questions without spaces, written by hand",
    "Q_auto": "questions without spaces, made from articles",
    "K_hand": "keywords, written by hand",
    "K_jieba": "two to four words of one article, as jieba cuts them",
    "K_smart": "two to four words of one article, as smartcn cuts them",
    "K_mis": "four words, of which the article lacks one",
    "H_body": "a headline, asked where all articles have the same headline",
    "H_rel": "a headline, asked for other articles about the same matter",
    "N": "names: all articles that hold the name",
    "X": "compounds such as 企业管理: all articles that hold the string",
}
"""Set of questions → what is asked."""
HELD = frozenset({"N", "X"})
"""Sets in which an article is relevant because it holds the string."""
WITHOUT_HEADLINES = frozenset({"H_body"})
"""Sets that are asked where every article has the same headline."""
NEUTRAL_HEADLINE = "稿件一则"
"""That headline; no question has a word of it."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the corpus; `day` is an ISO date."""

    id: str
    day: str
    headline: str
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        """All paragraphs in one line."""
        return " ".join(self.paragraphs)

    def without_headline(self) -> Article:
        """Return the article with the headline that all have in some sets."""
        return replace(self, headline=NEUTRAL_HEADLINE)


@dataclass(frozen=True, slots=True)
class Question:
    """A query line of a set.

    `grades` are those of the relevant articles, by id, from 1 up. The article `dropped` is left out of an answer.
    """

    set: str
    line: str
    grades: Mapping[str, int] = field(hash=False)
    dropped: str | None = None


def read_articles(path: Path) -> list[Article]:
    """Read a corpus from a file of JSON lines, compressed if its name ends in `.gz`."""
    return [
        Article(str(row["id"]), row["date"], row["title"], tuple(filter(str.strip, row["paragraphs"])))
        for row in _rows(path)
    ]


def read_questions(path: Path) -> list[Question]:
    """Read questions from a file of JSON lines."""
    return [
        Question(row["set"], row["q"], row["rel"], str(row["drop"]) if "drop" in row else None) for row in _rows(path)
    ]


def unanswerable(questions: Sequence[Question], articles: Sequence[Article]) -> set[str]:
    """Return the ids of relevant articles that are not among the articles."""
    return {name for question in questions for name in question.grades} - {article.id for article in articles}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())
