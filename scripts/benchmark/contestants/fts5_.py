"""SQLite FTS5: columns for words, headline and bigrams, and facets by GROUP BY."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from benchmark.contestants import SIZE, Clock, Cost, Page
from benchmark.queries import Ask
from benchmark.shards import Archive, Row
from indexer.model import And, Filters, Near, Not, Or, Phrase, Prefix, Query, Word
from indexer.text.folding import grams

BATCH = 20_000
# Letters, marks, numbers, punctuation, symbols and unassigned code points form tokens; only spaces separate them.
_TOKENIZER = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn'"
_TABLES = f"""
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;
    CREATE VIRTUAL TABLE articles USING fts5(words, headline, grams, tokenize = "{_TOKENIZER}");
    CREATE TABLE facts (number INTEGER PRIMARY KEY, locality TEXT, section TEXT, year INTEGER, day INTEGER);
"""
_RANK = "bm25(articles, 1.0, 2.0, 1.0)"


def index(archive: Archive, folder: Path) -> Cost:
    """Index all articles in one transaction, then merge all segments into one."""
    clock = Clock()
    folder.mkdir(parents=True)
    base = sqlite3.connect(folder / "articles.sqlite")
    base.executescript(_TABLES)
    rows = archive.rows()
    while batch := [_columns(row) for row in islice(rows, BATCH)]:
        with clock.running():
            base.executemany(
                "INSERT INTO articles (rowid, words, headline, grams) VALUES (?, ?, ?, ?)",
                [texts for texts, _ in batch],
            )
            base.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?)", [facts for _, facts in batch])
    with clock.running():
        base.execute("INSERT INTO articles (articles) VALUES ('optimize')")
        base.commit()
    base.close()
    return clock.cost()


def _columns(row: Row) -> tuple[tuple[int, str, str, str], tuple[int, str, str, int, int]]:
    draft = row.draft
    texts = (draft.number, row.words, row.headline_words, row.grams())
    return texts, (draft.number, draft.locality, draft.section, draft.day.year, draft.day.toordinal())


def open(folder: Path) -> Fts5Searcher:  # noqa: A001 (each contestant has `index` and `open`)
    """Open an index."""
    return Fts5Searcher(folder)


class Fts5Searcher:
    """An open database."""

    def __init__(self, folder: Path) -> None:
        self._base = sqlite3.connect(f"file:{folder / 'articles.sqlite'}?mode=ro", uri=True)
        self._base.execute("PRAGMA mmap_size = 34359738368")

    def page(self, ask: Ask, query: Query) -> Page | None:
        """Run one query for the facets and one for the ten best hits with snippets.

        The total is the sum of the facet counts.
        """
        matching = match_expression(query)
        if matching is None:
            return None
        where, values = _choices(ask.filters)
        found = f"FROM articles JOIN facts ON facts.number = articles.rowid WHERE articles MATCH ? {where}"
        grouped = self._base.execute(
            f"SELECT locality, section, year, count(*) {found} GROUP BY 1, 2, 3", (matching, *values)
        ).fetchall()
        column = 2 if isinstance(query, Phrase | Near) else 0
        best = self._base.execute(
            f"SELECT snippet(articles, {column}, '<b>', '</b>', '…', 40) {found} ORDER BY {_RANK} LIMIT {SIZE}",
            (matching, *values),
        ).fetchall()
        counts: dict[str, Counter[str]] = {"locality": Counter(), "section": Counter(), "year": Counter()}
        for *keys, count in grouped:
            for counter, key in zip(counts.values(), keys, strict=True):
                counter[str(key)] += count
        return Page(sum(count for *_, count in grouped), counts, tuple(text for (text,) in best))

    def plain(self, page: Page) -> Page:
        """Return the page unchanged."""
        return page

    def close(self) -> None:
        """Close the database."""
        self._base.close()


def match_expression(query: Query) -> str | None:
    """Convert a query to FTS5 syntax; None if it can't be expressed (a NOT by itself)."""
    match query:
        case Word(text, terms, or_phrase):
            words = " AND ".join(f"{{words headline}} : {_quoted(term)}" for term in terms)
            return f"(({words}) OR {_phrase(text)})" if or_phrase and len(text) > 1 else f"({words})"
        case Phrase(text):
            return _phrase(text)
        case Prefix(text):
            return f"words : {_quoted(text)} *"
        case Near(texts, distance):
            phrases = " ".join(_quoted(" ".join(_bigrams(text))) for text in texts)
            return f"grams : NEAR({phrases}, {distance + 1})"
        case And(clauses):
            wanted = _all(" AND ", [clause for clause in clauses if not isinstance(clause, Not)])
            unwanted = _all(" OR ", [clause.clause for clause in clauses if isinstance(clause, Not)])
            return f"({wanted} NOT {unwanted})" if wanted and unwanted else wanted
        case Or(clauses):
            return _all(" OR ", clauses)
        case _:
            return None


def _all(operator: str, clauses: Sequence[Query]) -> str | None:
    parts = [match_expression(clause) for clause in clauses]
    return f"({operator.join(filter(None, parts))})" if parts and None not in parts else None


def _phrase(text: str) -> str:
    return f"grams : {_quoted(' '.join(_bigrams(text)))}"


def _bigrams(text: str) -> list[str]:
    return grams(text)[:-1] or [text]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _choices(filters: Filters) -> tuple[str, list[str | int]]:
    parts: list[str] = []
    values: list[str | int] = []
    for name, chosen in (("locality", filters.locality), ("section", filters.section)):
        if chosen:
            parts.append(f"AND facts.{name} IN ({', '.join('?' * len(chosen))})")
            values += chosen
    for operator, day in ((">=", filters.dates.first), ("<=", filters.dates.last)):
        if day:
            parts.append(f"AND facts.day {operator} ?")
            values.append(day.toordinal())
    return " ".join(parts), values
