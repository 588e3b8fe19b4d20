"""Tests of clipping lists: chosen articles at one address."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.support.web_site import CHINESE, ENGLISH, FAIR, FAMILIES, LEAD, links_in, search_for, text_of
from webui.citation import today
from webui.exporting.formats import FORMATS
from webui.links import decode
from webui.sharing.clipping import LONGEST_TITLE, MOST_CLIPS, Clipping, read_clipping

BOTH = f"/clips?id={LEAD}&id={FAIR}"


def test_a_list_has_its_articles_in_the_sender_s_order_with_all_citations(site: FlaskClient) -> None:
    page = text_of(site.get(f"/clips?id={FAIR}&id={LEAD}", headers=CHINESE).text)
    assert page.index("招聘会进社区") < page.index("全市安全生产工作会议召开")
    assert re.search(rf"云北日报, 2019-03-08\(01\)\[\d{{4}}-\d\d-\d\d\]\. http://localhost/article/{LEAD}", page)
    assert f"http://localhost/clips?id={FAIR}&amp;id={LEAD}" in page


def test_the_title_is_shown_as_the_sender_s_words_and_escaped(site: FlaskClient) -> None:
    page = site.get(f"{BOTH}&title={quote('<b>春耕</b>', safe='')}", headers=CHINESE).text
    assert '<p class="sender">分享者写的标题：<q>&lt;b&gt;春耕&lt;/b&gt;</q></p>' in page
    assert '<meta property="og:title" content="剪报：&lt;b&gt;春耕&lt;/b&gt;">' in page


@pytest.mark.parametrize(
    "spelling",
    [
        f"{BOTH}&title=",
        f"/clips?id={LEAD}&id={LEAD}&id={FAIR}",
        f"/clips?id=%20{LEAD}&id={FAIR}&id=",
        f"/clips?utm_source=x&id={LEAD}&id={FAIR}",
        f"/clips?id={LEAD}&amp;id={FAIR}",
        f"/clips?id=http%3A%2F%2Flocalhost%2Farticle%2F{LEAD}%3Fq%3Dx&id=/article/{FAIR}",
    ],
)
def test_every_spelling_of_a_list_leads_to_one_address(site: FlaskClient, spelling: str) -> None:
    response = site.get(spelling)
    assert (response.status_code, response.location) == (301, BOTH)


def test_a_long_title_is_cut(site: FlaskClient) -> None:
    response = site.get(f"{BOTH}&title={quote('春' * 200)}")
    assert response.location == f"{BOTH}&title={quote('春' * LONGEST_TITLE)}"


@given(st.lists(st.tuples(st.sampled_from(["id", "title", "amp;id", "q"]), st.text()), max_size=8))
def test_a_canonical_address_is_read_as_it_was_written(pairs: list[tuple[str, str]]) -> None:
    clipping = read_clipping(pairs)
    address = clipping.url()
    assert address.isascii()
    assert read_clipping(decode(address.partition("?")[2].encode())) == clipping


def test_an_article_by_its_former_id_is_listed_by_the_current_one(site: FlaskClient, archive: Path) -> None:
    (archive / "redirects.tsv").write_text(f"yunbei-old\t{LEAD}\n", encoding="utf-8")
    response = site.get(f"/clips?id=yunbei-old&id={FAIR}")
    assert (response.status_code, response.location) == (301, BOTH)


def test_an_id_that_names_nothing_is_said_to(site: FlaskClient) -> None:
    page = site.get(f"/clips?id=nothing&id={FAIR}", headers=CHINESE)
    assert page.status_code == 200
    assert "没有这篇文章：nothing" in page.text
    assert "招聘会进社区" in page.text


def test_a_list_of_too_many_says_how_many_it_shows(site: FlaskClient) -> None:
    address = Clipping(tuple(f"a{n}" for n in range(MOST_CLIPS + 1))).url()
    page = text_of(site.get(address, headers=ENGLISH).text)
    assert "The link has 101 articles; the first 100 are listed." in page
    assert page.count("There is no such article") == MOST_CLIPS


def test_an_empty_list_says_how_to_make_one(site: FlaskClient) -> None:
    assert "在检索结果或版面页上勾选文章" in site.get("/clips", headers=CHINESE).text


def test_a_list_is_made_from_boxes_beside_hits_and_on_pages(site: FlaskClient) -> None:
    for page in (search_for(site, "工会"), site.get("/paper/yunbei/2019-03-08/01").text):
        assert f'<input type="checkbox" name="id" value="{LEAD}" form="clip">' in page
        assert page.count('<form class="clip-form" id="clip" action="/clips" method="get">') == 1


def test_a_list_is_taken_away_in_every_format(site: FlaskClient) -> None:
    asked = f"id={FAMILIES}&id={LEAD}&title={quote('春耕')}"
    page = site.get(f"/clips?{asked}", headers=CHINESE).text
    for form in FORMATS:
        assert f"/clips.{form}?{asked}" in links_in(page)
        response = site.get(f"/clips.{form}?{asked}")
        text = response.data.decode("utf-8-sig")
        assert response.content_type.startswith(FORMATS[form].content_type)
        assert text.index(f"http://localhost/article/{FAMILIES}") < text.index(f"http://localhost/article/{LEAD}")
        assert quote(f"春耕_{today()}.{form}") in response.headers["Content-Disposition"]
        assert response.headers["X-Total-Count"] == response.headers["X-Exported-Count"] == "2"
        assert response.headers["X-Archive-Version"] in text
    assert "不在文件" not in page


def test_records_and_references_name_their_list(site: FlaskClient) -> None:
    address = f"http://localhost{BOTH}&title={quote('春耕')}"
    rows = [
        json.loads(line) for line in site.get(f"{address}&text=1".replace("/clips", "/clips.jsonl")).text.splitlines()
    ]
    assert [(row["number"], row["of"], row["search"], row["query"]) for row in rows] == [
        (1, 2, address, "春耕"),
        (2, 2, address, "春耕"),
    ]
    assert rows[1]["text"].startswith("上午，招聘会在青山区举行")
    assert f"% 剪报 {address}，共 2 篇，" in site.get(address.replace("/clips", "/clips.bib")).text
    assert [item["id"] for item in site.get(BOTH.replace("/clips", "/clips.json")).json] == [LEAD, FAIR]
    assert site.get("/clips.json?id=nothing").json == []


def test_what_is_unknown_drops_out_with_a_sentence(site: FlaskClient) -> None:
    asked = f"id={LEAD}&id=nothing&id={FAMILIES}"
    assert "有 1 篇不在文件和引文里" in site.get(f"/clips?{asked}", headers=CHINESE).text
    response = site.get(f"/clips.ris?{asked}")
    assert response.text.count("TY  - NEWS") == 2
    assert "共 3 篇，其中 1 篇没有或已撤下，不在此处" in response.text
    assert (response.headers["X-Total-Count"], response.headers["X-Exported-Count"]) == ("3", "2")
    assert "clips-" in response.headers["Content-Disposition"]
    assert "-2-of-3.ris" in response.headers["Content-Disposition"]


# --- what is chosen on pages of results


def test_what_was_chosen_on_another_page_is_kept(site: FlaskClient) -> None:
    path = f"/search?q={quote('工会')}&size=2"
    chosen = site.get(f"{path}&page=2&id={LEAD}&id={FAIR}", headers=CHINESE)
    assert chosen.status_code == 200
    assert "已选 2 篇" in chosen.text
    assert f'<link rel="canonical" href="http://localhost{path.replace("&", "&amp;")}&amp;page=2">' in chosen.text
    for one in (LEAD, FAIR):
        ticked = f'name="id" value="{one}" form="clip" checked'
        assert (ticked in chosen.text) != (f'<input type="hidden" name="id" value="{one}" form="clip">' in chosen.text)
    assert f"{path}&id={LEAD}&id={FAIR}" in links_in(chosen.text), "the first page, by its number"
    assert "已选" not in site.get(path, headers=CHINESE).text


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("/search?id=a&id=&q=x&page=2&title=", "/search?q=x&page=2&id=a"),
        ("/search?id=a&id=a&q=x&title=t", "/search?q=x&id=a&title=t"),
        ("/search?q=x&title=t", "/search?q=x"),
    ],
)
def test_a_choice_stands_behind_the_search(site: FlaskClient, spelling: str, canonical: str) -> None:
    response = site.get(spelling)
    assert (response.status_code, response.location) == (301, canonical)


def test_no_more_is_kept_than_a_list_shows(site: FlaskClient) -> None:
    response = site.get(Clipping(tuple(f"a{n}" for n in range(MOST_CLIPS + 5))).url("/search"))
    assert response.location == Clipping(tuple(f"a{n}" for n in range(MOST_CLIPS))).url("/search")
