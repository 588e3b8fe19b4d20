"""Tests of article ids: each is unique in its issue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from indexer.articles.metadata.article_ids import article_id, with_own_ids
from indexer.model import Article, PageIdentity, PageReading


def test_equal_headlines_of_an_issue_have_ids_of_their_own() -> None:
    def reading(label: str, *headlines: str) -> PageReading:
        blank = Article("", "新闻", "", "", "", (), "", (), None, (), (), "")
        articles = tuple(replace(blank, headline=headline) for headline in headlines)
        return PageReading(PageIdentity("demo", date(2024, 1, 26), label), articles)

    def ids(*readings: PageReading) -> list[str]:
        files = {str(number): reading for number, reading in enumerate(readings)}
        return [article.id for one in with_own_ids(files) for article in one.articles]

    first, second, other = reading("01", "简讯", "简 讯"), reading("01", "简讯", "通车"), reading("02", "简讯")
    assert len(set(ids(first, second, other))) == 5
    assert ids(first, second, other) == ids(first, second) + ids(other)
    assert ids(first)[0] == article_id(first.identity, "简讯", 0)
