"""Tests that the articles of the five real pages are found and have their places."""

from __future__ import annotations

import json
import random
import unicodedata
from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.engines import open_engine
from indexer.engines.base import IndexIdentity, Reader
from indexer.indexing.pipeline import Report, index
from indexer.model import Article, Everything, Request
from indexer.search.search import search


@pytest.fixture(scope="module")
def indexed(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Reader]:
    engine = open_engine(str(tmp_path_factory.mktemp("real") / "index"), IndexIdentity("real", "rules"))
    report = index(Archive(shared / "pages"), engine)
    return report, engine.reader()


@pytest.fixture(scope="module")
def articles(indexed: tuple[Report, Reader]) -> dict[str, list[Article]]:
    reader = indexed[1]
    by_page: dict[str, list[Article]] = {}
    for hit in reader.search(Request(Everything(), size=1000)).hits:
        document = reader.get(hit.document.id)
        assert document
        by_page.setdefault(document.page, []).append(document.article)
    return by_page


def test_no_page_is_set_aside(indexed: tuple[Report, Reader]) -> None:
    assert indexed[0].set_aside == ()
    assert indexed[0].pages == 5


def bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate({ord(quote): '"' for quote in "“”"}).split())


@pytest.mark.parametrize("page", ["p000", "p003"])
def test_a_page_is_divided_as_a_careful_reader_divides_it(
    page: str, shared: Path, articles: dict[str, list[Article]]
) -> None:
    gold = json.loads((shared / "pages" / "gold" / "articles.json").read_text(encoding="utf-8"))[page]["articles"]
    found = {bare(article.headline): article for article in articles[page]}
    assert len(articles[page]) == len(gold)
    for wanted in gold:
        headlines = [bare(headline) for headline in (wanted["headline"], *wanted.get("headline_also", ()))]
        [article] = [found[headline] for headline in headlines if headline in found]
        assert [one.name for one in article.byline] == wanted["byline"]
        assert article.end_code == wanted.get("ends", article.end_code)
        named = {path.rsplit("/", 1)[-1] for path in article.localities[:2]}
        assert named & set(wanted["locality"]), (article.headline, article.localities)


def test_quoted_phrases_equal_grep(indexed: tuple[Report, Reader], articles: dict[str, list[Article]]) -> None:
    from indexer.text.folding import fold

    units = {
        article.id: [
            fold(text)
            for text in (
                article.kicker,
                article.headline,
                article.subtitle,
                *(one.name for one in article.byline),
                *(passage.text for passage in (*article.paragraphs, *article.captions)),
            )
        ]
        for page in articles.values()
        for article in page
    }
    chance = random.Random(8)
    texts = [unit for several in units.values() for unit in several if len(unit) >= 8]
    for _ in range(200):
        unit = chance.choice(texts)
        length = chance.randint(2, 8)
        start = chance.randrange(len(unit) - length + 1)
        phrase = unit[start : start + length].replace('"', "")
        wanted = {id_ for id_, several in units.items() if any(phrase in text for text in several)}
        answer = search(indexed[1], f'"{phrase}"', size=100)
        assert {hit.document.id for hit in answer.hits} == wanted, phrase
        assert answer.total == len(wanted)


@pytest.mark.parametrize(
    ("line", "in_the_text"),
    [
        ("安全生产 工会", True),
        ('"技能河南"', True),
        ("工会 OR 妇联", True),
        ("E卡", True),
        ("593460", True),
        ("headline:开发区", False),
        ("byline:唐", False),
        ("-工会", False),
    ],
)
def test_a_reporter_finds_something(line: str, in_the_text: bool, indexed: tuple[Report, Reader]) -> None:
    answer = search(indexed[1], line)
    assert answer.total > 0
    assert all(hit.snippet for hit in answer.hits)
    if in_the_text:
        assert all(any(part.is_hit for part in hit.snippet) for hit in answer.hits)
