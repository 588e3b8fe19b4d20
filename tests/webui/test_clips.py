"""Tests of clipping lists: chosen articles at one address."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.support.web_site import CHINESE, ENGLISH, FAIR, FAMILIES, LEAD, links_in, search_for, text_of
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


def test_a_list_is_taken_away_as_references(site: FlaskClient) -> None:
    assert f"/clips.ris?id={LEAD}&id={FAMILIES}" in links_in(site.get(f"/clips?id={LEAD}&id={FAMILIES}").text)
    text = site.get(f"/clips.ris?id={LEAD}&id=nothing&id={FAMILIES}").text
    assert text.count("TY  - NEWS") == 2
