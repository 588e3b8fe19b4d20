"""Tests of the site with the sample archive.

They cover features that need read pages, from reading to the link on a page.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.archive.archive import Archive
from indexer.articles.metadata.text_quality import MEASURES
from indexer.engines.memory import MemoryEngine
from indexer.indexing.pipeline import index
from indexer.model import Document, Filters, Phrase, Request
from tests.support.web_site import CHINESE, ENGLISH, links_in, text_of
from webui import Settings, create_app
from webui.messages import MESSAGES


@pytest.fixture(name="engine", scope="module")
def engine_fixture(sample_archive: Path) -> MemoryEngine:
    engine = MemoryEngine()
    index(Archive(sample_archive), engine, jobs=1)
    return engine


@pytest.fixture(name="site")
def site_fixture(engine: MemoryEngine, sample_archive: Path) -> FlaskClient:
    return create_app(Settings(sample_archive, "memory:"), engine).test_client()


def find(engine: MemoryEngine, headline: str, filters: Filters = Filters()) -> Document:  # noqa: B008 (a frozen value)
    reader = engine.reader()
    document = reader.get(reader.search(Request(Phrase(headline, (), "headline"), filters)).hits[0].document.id)
    assert document
    return document


def test_a_correction_and_what_it_corrects_lead_to_each_other(site: FlaskClient, engine: MemoryEngine) -> None:
    correction = find(engine, "更正", Filters(kind=("更正",)))
    corrected = find(engine, "市中心医院新院区启用")
    page = site.get(f"/article/{correction.id}", headers=CHINESE).text
    assert "所更正的文章： 市中心医院新院区启用 2023年12月29日 第02版" in text_of(page)
    assert f"/article/{corrected.id}" in links_in(page)
    page = site.get(f"/article/{corrected.id}", headers=ENGLISH).text
    assert "A correction was printed: 更正 5 January 2024 page A02" in text_of(page)
    assert f"/article/{correction.id}" in links_in(page)


def test_an_article_without_a_correction_speaks_of_none(site: FlaskClient, engine: MemoryEngine) -> None:
    page = site.get(f"/article/{find(engine, '外婆的河').id}", headers=CHINESE).text
    assert "更正" not in text_of(page)


def test_the_quality_of_an_article_and_of_a_page_is_shown_with_its_reasons(
    site: FlaskClient, engine: MemoryEngine
) -> None:
    doubled = find(engine, "公共交通安排公布")
    assert doubled.article.quality is not None
    for path in (f"/article/{doubled.id}", "/paper/yunbei/2023-12-29/01"):
        assert "还原叠字" in text_of(site.get(path, headers=CHINESE).text)
        assert "doubled characters restored" in text_of(site.get(path, headers=ENGLISH).text)
    assert f"文字质量 {round(100 * doubled.article.quality)}%" in text_of(
        site.get(f"/article/{doubled.id}", headers=CHINESE).text
    )


def test_date_page_and_section_say_from_where_they_were_read(site: FlaskClient, engine: MemoryEngine) -> None:
    page = site.get(f"/article/{find(engine, '外婆的河').id}", headers=CHINESE).text
    told = re.findall(
        r'(?s)<dt>(日期|版次|版面)</dt>.*?<details class="evidence"><summary>(.*?)</summary>(.*?)</details>', page
    )
    assert [(name, source) for name, source, _ in told] == [(name, "据版面文字") for name in ("日期", "版次", "版面")]
    assert "<li><q" in told[0][2]
    assert "<li>据文件路径</li>" in told[0][2]
    assert "<li>与星期相符：<q" in told[0][2]
    english = site.get(f"/article/{find(engine, '外婆的河').id}", headers=ENGLISH).text
    assert "<summary>printed on the page</summary>" in english


def test_every_reason_can_be_said_in_both_languages() -> None:
    assert {f"quality_{name.replace(' ', '_')}" for name in MEASURES} == {
        key for key in MESSAGES if key.startswith("quality_")
    }
