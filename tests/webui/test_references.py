"""Tests of citations: of an article as a file, and of what pages say of articles to programs."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from urllib.parse import parse_qs

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.support.web_site import CHINESE, FAIR, LEAD, MAYDAY, OLD, search_for
from webui.citation import Cited, Retrieval, today
from webui.citation.forms import gb_t_7714, plain_text
from webui.citation.references import bibtex, csl_json, ris

RETRIEVAL = Retrieval("报搜", date(2026, 11, 29), "2026-11-29.417")
ADDRESS = "http://a.example/article/demo-1"


def cited(**others: object) -> Cited:
    known = {"title": "护渔队出动", "authors": ("王晓光",), "paper": "云北日报", "date": date(2019, 3, 8)}
    return Cited(
        **{**known, "id": "demo-1", "pages": ("01",), "section": "要闻", "address": ADDRESS, "retrieval": RETRIEVAL}
        | others  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("article", "line"),
    [
        (cited(), f"王晓光. 护渔队出动[N/OL]. 云北日报, 2019-03-08(01)[2026-11-29]. {ADDRESS} "),
        (
            cited(authors=("甲", "乙", "丙", "丁"), pages=("02", "03")),
            f"甲, 乙, 丙, 等. 护渔队出动[N/OL]. 云北日报, 2019-03-08(02, 03)[2026-11-29]. {ADDRESS} ",
        ),
        (
            cited(authors=(), date=None),
            f"护渔队出动[N/OL]. 云北日报, 日期不详(01)[2026-11-29]. {ADDRESS} ",
        ),
    ],
)
def test_a_citation_is_as_the_standard_has_it_and_names_the_version(article: Cited, line: str) -> None:
    assert gb_t_7714(article) == f"{line}（报搜，版本 2026-11-29.417）"


def test_a_citation_in_plain_text() -> None:
    assert plain_text(cited()) == (
        f"王晓光：《护渔队出动》，《云北日报》2019年3月8日，01版，{ADDRESS} （报搜，版本 2026-11-29.417），"
        "2026年11月29日取用"
    )


@given(st.text(), st.text())
def test_no_text_ends_a_field_or_a_record_early(title: str, name: str) -> None:
    article = cited(title=title, authors=(name,))
    lines = ris(article).split("\r\n")
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - [^\r\n]*", line) for line in lines[:-2])
    assert lines[-2:] == ["", ""] or lines[-1] == ""
    assert sum(line.startswith("ER  - ") for line in lines) == 1
    entry = re.sub(r"\\[{}]", "", bibtex(article))
    assert entry.count("{") == entry.count("}")
    assert csl_json(article)["type"] == "article-newspaper"


@pytest.mark.parametrize("form", ["ris", "bib", "json"])
def test_an_article_is_given_as_a_file_for_reference_managers(site: FlaskClient, form: str) -> None:
    response = site.get(f"/article/{LEAD}.{form}")
    assert response.status_code == 200
    assert f"/article/{LEAD}" in response.text
    assert "王晓光" in response.text
    assert f'filename="{LEAD}.{form}"' in response.headers["Content-Disposition"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    again = site.get(f"/article/{LEAD}.{form}", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert site.get(f"/article/nowhere-1.{form}").status_code == 404


def test_csl_json_is_a_list_of_items(site: FlaskClient) -> None:
    (item,) = json.loads(site.get(f"/article/{FAIR}.json").text)
    assert item["id"] == FAIR
    assert item["issued"] == {"date-parts": [[2019, 3, 8]]}
    assert item["page"] == "02, 03"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\.0", item["version"])


def test_the_page_of_an_article_can_be_read_by_programs(site: FlaskClient) -> None:
    page = site.get(f"/article/{LEAD}", headers=CHINESE).text
    tags = re.findall(r'<meta name="(citation_\w+)" content="([^"]*)">', page)
    assert tags[:4] == [
        ("citation_title", "全市安全生产工作会议召开"),
        ("citation_author", "王晓光"),
        ("citation_author", "李青"),
        ("citation_journal_title", "云北日报"),
    ]
    assert ("citation_publication_date", "2019/03/08") in tags
    for form in ("ris", "bib", "json"):
        assert f'href="/article/{LEAD}.{form}"' in page
    assert page.count('class="cite"') == 3


@pytest.mark.parametrize("article_id", [LEAD, MAYDAY, OLD])
def test_the_data_block_is_read_as_data_whatever_is_in_it(site: FlaskClient, article_id: str) -> None:
    page = site.get(f"/article/{article_id}").text
    (block,) = re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)
    assert not set("<>&") & set(block)
    data = json.loads(block)
    assert data["@type"] == "NewsArticle"
    assert data["url"] == f"http://localhost/article/{article_id}"
    assert data["headline"] in html.unescape(page)
    assert ("datePublished" in data) == (article_id != OLD)


def test_programs_take_articles_from_lists(site: FlaskClient) -> None:
    page = search_for(site, "工会")
    found = [parse_qs(html.unescape(title)) for title in re.findall(r'class="Z3988" title="([^"]*)"', page)]
    assert {one["rft.identifier"][0].rpartition("/")[2] for one in found} >= {LEAD, MAYDAY}
    lead = next(one for one in found if one["rft.identifier"][0].endswith(LEAD))
    assert lead["rft.title"] == ["全市安全生产工作会议召开"]
    assert lead["rft.creator"] == ["王晓光", "李青"]
    assert lead["rft.type"] == ["newspaperArticle"]
    assert lead["rft.date"] == ["2019-03-08"]


def test_today_is_a_day_in_china() -> None:
    assert abs((today() - date.today()).days) <= 1
