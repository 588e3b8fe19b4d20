"""Tests of what an article says of where its date, page and section were read from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.archive.corrections import Correction
from indexer.engines.memory import MemoryEngine
from indexer.indexing.changes import record
from indexer.indexing.page_evidence import of_article
from indexer.indexing.pipeline import index
from indexer.model import Article, Everything, Evidence, PageIdentity, Paper, Request

FOLIO = "2019年3月8日 星期五 第02版：综合新闻"
TOLD = (
    Evidence("paper", "demo", "path"),
    Evidence("date", "2019-03-08", "printed", FOLIO),
    Evidence("page", "2", "printed", FOLIO),
    Evidence("section", "综合新闻", "printed", FOLIO),
    Evidence("date", "2019-03-08", "path", "2019-03-08"),
    Evidence("date", "2019-03-07", "comment", "2019-03-07 23:41"),
    Evidence("section", "体育", "comment", "体育"),
    Evidence("date", "2019-03-08", "printed", "again"),
    Evidence("date conflict", "星期四", "printed", FOLIO),
)
PAPER = Paper("demo", sections={"综合新闻": "综合"})
ARTICLE = Article("demo-1", "新闻", "", "", "", (), "综合", (), date(2019, 3, 8), (), (), "")


def of(told: tuple[Evidence, ...], page: str = "02", *, with_quotes: bool = True) -> list[tuple[str, str, str]]:
    identity = PageIdentity("demo", date(2019, 3, 8), page, ("综合",), told)
    found = of_article(ARTICLE, identity, PAPER, page, with_quotes=with_quotes)
    return [(one.about, one.source, one.quote) for one in found]


def test_an_article_has_the_evidence_that_agrees_with_it_once_from_each_source() -> None:
    assert of(TOLD) == [
        ("date", "printed", FOLIO),
        ("page", "printed", FOLIO),
        ("section", "printed", FOLIO),
        ("date", "path", ""),
    ]
    assert {quote for _, _, quote in of(TOLD, with_quotes=False)} == {""}


def test_a_page_that_nothing_names_has_the_label_of_its_file() -> None:
    assert of(TOLD[:2], "P3") == [("date", "printed", FOLIO), ("page", "path", "")]


@pytest.mark.parametrize(
    ("quote", "kept"), [("字" * 40, "字" * 40), ("字" * 41, "字" * 39 + "…"), ("第\u30002\n版", "第 2 版")]
)
def test_a_quote_is_one_short_line(quote: str, kept: str) -> None:
    assert of((Evidence("page", "02", "printed", quote),)) == [("page", "printed", kept)]


# --- from the page file into the index

PAGE = f"""{FOLIO}

渡口重开

本报讯（记者 常青禾）昨天，老渡口重新开船，南岸的菜农又能进城了。

水厂检修

水厂今天检修，城东停水半天。
"""


def evidence_in(archive: Path, engine: MemoryEngine) -> set[tuple[str, str, bool]]:
    hits = engine.reader().search(Request(Everything(), facets=())).hits
    documents = [engine.reader().get(hit.document.id) for hit in hits]
    return {
        (one.about, one.source, bool(one.quote))
        for document in documents
        if document
        for one in document.article.evidence
        if one.about in ("date", "page", "section")
    }


@pytest.mark.parametrize("rights", ["public", "metadata"])
def test_the_index_has_it_without_words_that_may_not_be_seen(tmp_path: Path, rights: str) -> None:
    folder = tmp_path / "archive" / "demo" / "2019-03-08"
    folder.mkdir(parents=True)
    (folder / "02.txt").write_text(PAGE, encoding="utf-8")
    (folder.parent / "paper.toml").write_text(f'rights = "{rights}"\n', encoding="utf-8")
    archive, engine = Archive(tmp_path / "archive"), MemoryEngine()
    index(archive, engine)
    quoted = rights == "public"
    assert evidence_in(tmp_path, engine) >= {
        ("date", "printed", quoted),
        ("page", "printed", quoted),
        ("date", "path", False),
    }

    found = engine.reader().search(Request(Everything(), facets=())).hits
    record(archive, engine, found[0].document.id, Correction(action="withdraw"), "馆员")
    assert not any(quote for _, _, quote in evidence_in(tmp_path, engine)), "of an issue with something withdrawn"
