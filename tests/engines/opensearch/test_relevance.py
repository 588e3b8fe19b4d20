"""Tests that a cluster ranks real news as Whoosh does, as far as it can.

Sets, totals and facets are equal. The order is not quite: Lucene keeps the length of a text in one byte, exact up to 40
words and to one part in sixteen above, and adds scores with half the digits.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from indexer.engines.base import IndexIdentity, Reader
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.model import Article, Document, Passage, Query, Request, TokenisedDocument
from indexer.search.partial import partial_query
from indexer.search.query_parser import parse
from indexer.text.tokenizer import tokenise
from tests.support.loaded_cluster import LoadedCluster

SHOWN = 10
LINES = pytest.mark.parametrize("number", [40, pytest.param(300, marks=pytest.mark.long)])


@dataclass(frozen=True)
class Pair:
    """Readers of the same news, and lines to ask."""

    cluster: Reader
    whoosh: Reader
    lines: Sequence[str]


@pytest.fixture(scope="module")
def pair(opensearch_url: str, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    documents = list(news(shared))
    engine = WhooshEngine(tmp_path_factory.mktemp("whoosh") / "index", IndexIdentity("/archive", "rules-1"))
    writer = engine.writer()
    for one in documents:
        writer.replace(one.document.source, [one], "f")
    writer.commit()
    cluster = LoadedCluster(opensearch_url)
    yield Pair(cluster.load(documents), engine.reader(), lines(shared, documents))
    cluster.forget()


def news(shared: Path) -> Iterator[TokenisedDocument]:
    with gzip.open(shared / "corpus" / "news-dev.jsonl.gz", "rt", encoding="utf-8") as file:
        for place, line in enumerate(file):
            made = json.loads(line)
            paragraphs = tuple(Passage(text, ()) for text in made["paragraphs"])
            day = date.fromisoformat(made["date"])
            article = Article(f"n{place}", "新闻", "", made["title"], "", (), "", (), day, paragraphs, (), "")
            yield tokenise(Document(article, "jia", "甲报", "1", 0, f"jia/{place}.txt"))


def lines(shared: Path, documents: Sequence[TokenisedDocument]) -> list[str]:
    """Return 150 questions of readers, and as many words, pairs of words and phrases of the news, mixed."""
    chance = random.Random(17)
    with (shared / "relevance" / "dev.jsonl").open(encoding="utf-8") as file:
        asked = chance.sample([json.loads(line)["q"] for line in file], 150)
    for number in range(150):
        of = chance.choice(documents)
        words = [word for word in of.words if len(word) > 1]
        unit = chance.choice(of.units).text
        start = chance.randrange(len(unit))
        drawn = (chance.choice(words), " ".join(chance.sample(words, 2)), f'"{unit[start : start + 4]}"')
        asked.append(drawn[number % 3])
    chance.shuffle(asked)
    return asked


def overlap(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """The share of either list that is in both.

    >>> overlap(["a", "b"], ["b", "c"])
    0.5
    """
    return len(set(ours) & set(theirs)) / max(len(ours), len(theirs), 1)


def first_ids(reader: Reader, query: Query, line: str) -> list[str]:
    """The ids of a first page: full matches, then partial ones."""
    request = Request(query, size=SHOWN)
    hits = reader.search(request).hits
    asked = partial_query(query) if len(hits) < SHOWN else None
    partial = reader.partial(asked, Request(query, size=SHOWN - len(hits))) if asked else ()
    return [hit.document.id for hit in (*hits, *partial)]


@LINES
def test_the_first_ten_are_nearly_the_same(pair: Pair, number: int) -> None:
    shares = []
    for line in pair.lines[:number]:
        query = parse(line)
        ours, theirs = (first_ids(reader, query, line) for reader in (pair.cluster, pair.whoosh))
        if theirs:
            shares.append(overlap(ours, theirs))
    assert len(shares) > number * 0.8
    assert sum(shares) / len(shares) >= 0.95, sorted(shares)[:20]


@LINES
def test_what_is_found_and_counted_is_the_same(pair: Pair, number: int) -> None:
    for line in pair.lines[:number]:
        request = Request(parse(line), sort="newest", size=100)
        ours, theirs = pair.cluster.search(request), pair.whoosh.search(request)
        assert (line, ours.total, ours.facets, ours.hits) == (line, theirs.total, theirs.facets, theirs.hits)
