"""SQLite FTS5: bigrams or jieba's words, OR or AND, the headline weighted once or three times."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from itertools import product

from benchmark.relevance.measures import SHOWN
from benchmark.relevance.questions import Article
from benchmark.relevance.words import bigrams, jieba_words_and_parts

_CUTS: Mapping[str, Callable[[str], list[str]]] = {"bigrams": bigrams, "jieba": jieba_words_and_parts}
_OPERATORS = ("OR", "AND")
_HEADLINE_WEIGHTS = (1, 3)


def version() -> str:
    """Return name and version."""
    return f"SQLite {sqlite3.sqlite_version} (FTS5)"


def answers(articles: Sequence[Article], lines: Sequence[str]) -> Mapping[str, list[list[str]]]:
    """Return setting → ids of articles per line, best first."""
    return {
        f"FTS5 {name}, {operator}, headline × {weight}": found
        for name, cut in _CUTS.items()
        for (operator, weight), found in _answers(articles, lines, cut).items()
    }


def _answers(
    articles: Sequence[Article], lines: Sequence[str], cut: Callable[[str], list[str]]
) -> dict[tuple[str, int], list[list[str]]]:
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("CREATE VIRTUAL TABLE held USING fts5(headline, body, tokenize='unicode61')")
        rows = [
            (number, " ".join(cut(article.headline)), " ".join(cut(article.body)))
            for number, article in enumerate(articles)
        ]
        base.executemany("INSERT INTO held(rowid, headline, body) VALUES (?, ?, ?)", rows)

        def ask(line: str, operator: str, weight: int) -> list[str]:
            words = f" {operator} ".join(f'"{word}"' for word in dict.fromkeys(cut(line)))
            if not words:
                return []
            query = "SELECT rowid FROM held WHERE held MATCH ? ORDER BY bm25(held, ?, 1.0) LIMIT ?"
            return [articles[number].id for (number,) in base.execute(query, (words, weight, SHOWN + 1))]

        return {
            (operator, weight): [ask(line, operator, weight) for line in lines]
            for operator, weight in product(_OPERATORS, _HEADLINE_WEIGHTS)
        }
