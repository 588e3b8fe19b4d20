"""Tests of searching on the site.

They cover results, facets, suggestions, canonical links, and queries of arbitrary bytes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.engines.memory import MemoryEngine
from tests.support import web_archive
from tests.support.web_archive import SAMPLES, served
from tests.support.web_site import (
    LEAD,
    MAYDAY,
    links_in,
    search_for,
    text_of,
    xml,
)
from webui import Settings, create_app

# --- results


def test_results_show_headline_place_and_marked_snippet(site: FlaskClient) -> None:
    page = search_for(site, "安全生产 工会")
    assert "<mark>安全生产</mark>" in page
    assert f"/article/{LEAD}?q={quote('安全生产 工会')}" in links_in(page)
    assert {"/paper/yunbei/2019-03-08", "/paper/yunbei/2019-03-08/01"} <= set(links_in(page))
    assert "2019年3月8日" in page


def test_text_from_the_archive_is_never_html(site: FlaskClient) -> None:
    for page in (
        search_for(site, "五一"),
        site.get(f"/article/{MAYDAY}").text,
        site.get("/paper/yunbei/2020-05-01").text,
    ):
        assert "<b>" not in page
        assert "&lt;b&gt;" in page


def test_each_facet_value_is_a_link_that_chooses_it_and_lets_it_go(site: FlaskClient) -> None:
    page = search_for(site, "工会")
    chosen = "/search?q=%E5%B7%A5%E4%BC%9A&paper=tonghe"
    assert chosen in links_in(page)
    narrowed = site.get(chosen).text
    assert "共 1 篇" in narrowed
    assert "/search?q=%E5%B7%A5%E4%BC%9A" in links_in(narrowed)
    assert "云北日报" in narrowed, "a facet ignores its own choice, so the other paper can be added"


def test_places_are_a_tree_of_last_names(site: FlaskClient) -> None:
    page = search_for(site, "")
    rows = re.findall(r'<li class="depth-(\d)">.*?class="value"[^>]*>([^<]+)<', page, re.DOTALL)
    assert [row for row in rows if row[1].strip() in {"江南省", "云北市", "青山区"}] == [
        ("0", "江南省"),
        ("1", "云北市"),
        ("2", "青山区"),
    ]


def test_a_choice_without_hits_stays_in_sight(site: FlaskClient) -> None:
    page = search_for(site, "工会", "&section=nowhere")
    assert re.search(r'class="value"[^>]*>nowhere<', page)
    assert "共 0 篇" in page


def test_a_query_finds_the_same_within_a_year(site: FlaskClient) -> None:
    page = search_for(site, "工会")
    assert "/search?q=%E5%B7%A5%E4%BC%9A&from=2020&to=2020" in links_in(page)
    assert "共 1 篇" in search_for(site, "工会", "&from=2020&to=2020")


def test_the_form_keeps_the_filters(site: FlaskClient) -> None:
    page = search_for(site, "工会", "&paper=yunbei&sort=oldest")
    form = page.partition('role="search"')[2].partition("</form>")[0]
    assert 'name="paper" value="yunbei"' in form
    assert 'name="sort" value="oldest"' in form


def test_paging_leads_through_all_hits(site: FlaskClient) -> None:
    seen: list[str] = []
    for number in (1, 2, 3):
        page = search_for(site, "工会", f"&size=2&page={number}")
        seen += re.findall(r'<h2 lang="zh-Hans"><a href="/article/([^?"]+)', page)
    assert len(seen) == len(set(seen)) == 4
    assert "结果没有第 9 页" in search_for(site, "工会", "&size=2&page=9")


def test_a_bare_word_tells_how_many_hold_it_to_the_letter(site: FlaskClient) -> None:
    page = search_for(site, "市长")
    assert "共 1 篇 2 篇含有原字串 &#34;市长&#34;" in text_of(page)
    assert "共 2 篇" in site.get("/search?q=%22%E5%B8%82%E9%95%BF%22").text
    assert "/search?q=%22%E5%B8%82%E9%95%BF%22" in links_in(page)


@pytest.mark.parametrize(
    ("line", "said", "meant"),
    [("工会 or 五一", "请用大写", "工会 OR 五一"), ("工会 “安全 生产", "引号没有结束", "工会 “安全 生产”")],
)
def test_a_line_that_may_be_meant_otherwise_has_a_note_and_a_link(
    site: FlaskClient, line: str, said: str, meant: str
) -> None:
    page = search_for(site, line)
    assert said in text_of(page)
    assert f"/search?q={quote(meant)}" in links_in(page)
    assert said not in text_of(search_for(site, meant))


def test_how_a_query_was_understood_is_said_in_words(site: FlaskClient) -> None:
    assert "理解为： “工会”" in search_for(site, "工会")
    assert "“工会”或“妇联”" in search_for(site, "工会 OR 妇联")


def test_the_canonical_spelling_is_shown_where_it_differs(site: FlaskClient) -> None:
    assert '<code lang="zh-Hans">工会 OR 妇联</code>' in search_for(site, "工会　OR　妇联")
    assert "<code" not in search_for(site, "工会")


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("q=%E5%B7%A5%E4%BC%9A&q=%E8%81%8C%E5%B7%A5", "工会 职工"),
        ("q=%E5%B7%A5%E4%BC%9A%20OR%20%E5%A6%87%E8%81%94&q=%E8%81%8C%E5%B7%A5", "(工会 OR 妇联) 职工"),
        ("q=%22%E5%B7%A5%E4%BC%9A&q=%E8%81%8C%E5%B7%A5", '"工会" 职工'),
        ("q=%E5%B7%A5%E4%BC%9A&q=", "工会"),
        ("q=%E5%B7%A5%E4%BC%9A&q=%E5%B7%A5%E4%BC%9A", "工会"),
    ],
)
def test_a_second_query_is_searched_for_within_the_first(site: FlaskClient, asked: str, canonical: str) -> None:
    response = site.get(f"/search?{asked}")
    assert (response.status_code, response.location) == (301, f"/search?q={quote(canonical, safe='')}")


def test_what_has_no_date_can_be_chosen(site: FlaskClient) -> None:
    chosen = "/search?q=%E5%B7%A5%E4%BC%9A&from=unknown&to=unknown"
    assert chosen in links_in(search_for(site, "工会"))
    page = site.get(chosen).text
    assert "共 1 篇" in page
    assert "旧报一则" in page
    assert "/search?q=%E5%B7%A5%E4%BC%9A" in links_in(page.partition('aria-label="筛选条件"')[2])
    assert "不能读作日期" in search_for(site, "工会", "&from=unknown")


def test_the_passage_of_a_hit_is_not_its_headline_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = replace(SAMPLES[0], headline="工会慰问职工", paragraphs=("工会慰问职工", "昨天下了一场雨。"), raw=())
    monkeypatch.setattr(web_archive, "SAMPLES", (sample,))
    engine = MemoryEngine()
    web_archive.fill(engine, tmp_path)
    site = create_app(Settings(tmp_path, "memory:"), engine).test_client()
    assert '<p class="snippet" lang="zh-Hans">昨天下了一场雨。</p>' in search_for(site, "慰问")


def test_a_hit_has_as_many_matches_as_its_article_marks(site: FlaskClient) -> None:
    for line in ("工会", '"工会" OR 安全生产', "byline:王", "张*", '"招商 签约"~10'):
        page = search_for(site, line)
        for link in [link for link in links_in(page) if link.startswith("/article/")]:
            hit = page.partition(escape(link))[2].partition("</article>")[0]
            counted = re.findall(r"<span>共 (\d+) 处</span>", hit)
            assert counted == [str(len(re.findall(r'<mark id="m\d+"', site.get(link).text)))], (line, link)


@pytest.mark.parametrize(
    ("more", "unit", "bars"),
    [
        ("", "year", [("2019", "2"), ("2020", "1")]),
        ("&from=2019&to=2019", "month", [("2019-03", "2")]),
        ("&from=2019-03&to=2019-03", "day", [("2019-03-08", "2")]),
        ("&from=2019&to=2020-06", "year", [("2019", "2"), ("2020", "1")]),
    ],
)
def test_the_chart_counts_the_hits_of_each_period(
    site: FlaskClient, more: str, unit: str, bars: list[tuple[str, str]]
) -> None:
    chart = search_for(site, "工会", more).partition(f'<section class="timeline timeline-{unit}"')[2]
    said = re.findall(r'aria-label="([\d-]+)：(\d+) 篇', chart.partition("</section>")[0])
    assert [bar for bar in said if bar[1] != "0"] == bars


def test_many_years_are_shown_by_decades(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days = [date(1951, 3, 8), date(1959, 1, 1), date(2019, 3, 8)]
    samples = [replace(SAMPLES[5], id=f"tonghe-{day:%Y%m%d}-A01-ffffffffff", date=day) for day in days]
    monkeypatch.setattr(web_archive, "SAMPLES", samples)
    engine = MemoryEngine()
    web_archive.fill(engine, tmp_path)
    page = search_for(create_app(Settings(tmp_path, "memory:"), engine).test_client(), "工会")
    assert "1950–1959：2 篇" in page
    assert "/search?q=%E5%B7%A5%E4%BC%9A&from=1950&to=1959" in links_in(page)


# --- no results


def test_nothing_found_tells_what_is_held_all_the_same(site: FlaskClient) -> None:
    page = search_for(site, "火星", "&paper=tonghe")
    assert "这个范围内收有 1 篇文章" in page


def test_no_hits_never_hides_no_holdings(site: FlaskClient) -> None:
    assert "这个范围内没有任何馆藏" in search_for(site, "工会", "&from=1950&to=1960")


@pytest.mark.parametrize(
    ("line", "more", "way"),
    [
        ("妇联", "&paper=tonghe", "不限报纸"),
        ("妇联", "&from=2020", "不限日期"),
        ("火星 工会", "", "有一个即可：火星 OR 工会"),
        ('"工会安全"', "", "不要求连在一起：工会安全"),
        ("火星 妇联", "&paper=tonghe&from=2020", ""),
        ("火星 安全生产 工会", "", "少一个词：安全生产 工会"),
        ("火星 妇联 工会", "", "只查：妇联"),
        ("火星安全生产工会什么时候登陆", "", "只用查得到的词：安全 生产 工会"),
        ("王小光", "", "是不是要找：王晓光"),
        ("byline:汪晓光", "", "是不是要找：byline:王晓光"),
        ("headline:王晓光", "", "改查署名：byline:王晓光"),
        ("headline:长江大桥", "", "不限标题、署名，查全文：长江大桥"),
        ("记者王晓光", "", "查署名：byline:王晓光"),
        ('"表彰最美家庭"', "", '标点与报上一致：「表彰"最美家庭」'),
        ("工会", "&paper=yunbei&from=1950&to=1960", "《云北日报》收有 2019-03-08 至 2020-05-01，改查这段时间"),
    ],
)
def test_ways_on_lead_to_something(site: FlaskClient, line: str, more: str, way: str) -> None:
    page = search_for(site, line, more)
    assert way in unescape(page)
    for link in links_in(page.partition('<ul class="ways">')[2].partition("</ul>")[0]):
        assert '<ol class="hits"' in site.get(link).text, link


# --- articles that hold only some of the words

PARTIAL = "以下只含部分词语"
NO_FULL_MATCH = "安全生产 会议 火星"


def test_what_comes_nearest_is_listed_with_the_words_it_lacks(site: FlaskClient) -> None:
    above, _, below = search_for(site, NO_FULL_MATCH).partition(PARTIAL)
    assert "没有同时含全部词语的稿件" in text_of(above)
    assert not [link for link in links_in(above) if link.startswith("/article/")]
    first = below.partition("</article>")[0]
    assert f"/article/{LEAD}?q={quote(NO_FULL_MATCH)}" in links_in(first)
    assert "缺： 火星" in text_of("<body>" + first)
    assert "<mark>安全生产</mark>" in first
    assert below.find("可以试试") > below.find(first)


def test_full_matches_stand_above_those_that_lack_words(site: FlaskClient) -> None:
    above, _, below = search_for(site, "工会 安全生产").partition(PARTIAL)
    full, lacking = (
        [link.partition("?")[0] for link in links_in(part) if link.startswith("/article/")] for part in (above, below)
    )
    assert "共 1 篇" in above
    assert full == [f"/article/{LEAD}"]
    assert f"/article/{MAYDAY}" in lacking
    assert not set(full) & set(lacking)
    assert above.find('href="/search.csv') > 0, "what can be taken away are the full matches"


@pytest.mark.parametrize(
    ("line", "more"),
    [("工会", "&size=2"), (NO_FULL_MATCH, "&page=2"), ("工会 安全生产", "&page=2"), ("火星", ""), ("", "")],
    ids=["a full page", "page 2 of nothing", "page 2", "no word is held", "everything"],
)
def test_there_is_no_second_list_elsewhere(site: FlaskClient, line: str, more: str) -> None:
    assert PARTIAL not in search_for(site, line, more)


@pytest.mark.parametrize("name", ["atom", "csv", "ris"])
def test_feeds_and_exports_have_full_matches_alone(site: FlaskClient, name: str) -> None:
    assert LEAD in site.get(f"/search.{name}?q={quote('安全生产 会议')}").text
    assert "/article/" not in site.get(f"/search.{name}?q={quote(NO_FULL_MATCH)}").text


def test_the_preview_of_a_search_without_full_matches_names_the_nearest(site: FlaskClient) -> None:
    assert (
        'property="og:description" content="没有同时含全部词语的稿件 · 最接近的：全市安全生产工作会议召开"'
        in search_for(site, NO_FULL_MATCH)
    )


def test_the_second_list_of_the_api_names_what_is_lacking(site: FlaskClient) -> None:
    answer = site.get(f"/api/search?q={quote(NO_FULL_MATCH)}").json
    assert answer
    assert (answer["total"], answer["hits"]) == (0, [])
    assert (answer["partial"][0]["id"], answer["partial"][0]["missing"]) == (LEAD, ["火星"])


def test_a_hundred_missing_words_are_not_all_shown(site: FlaskClient) -> None:
    page = text_of(search_for(site, "工会 " + " ".join(f"无此词{n}" for n in range(100))))
    lacking = re.findall(r"缺：(.*?) (?:云北日报|通河晚报)", page)
    assert lacking
    assert all(said.endswith("…") and len(said) < 100 for said in lacking)


def test_a_page_without_hits_offers_a_dozen_ways_at_most(site: FlaskClient) -> None:
    page = search_for(site, "火星 妇联 工会 招聘 安全生产 会议 南京 简历 求职者", "&paper=tonghe&from=2021")
    ways = page.partition('<ul class="ways">')[2].partition("</ul>")[0]
    assert 4 < ways.count("<li>") <= 12


# --- the canonical link


@pytest.mark.parametrize(
    "spelling",
    [
        "/search?page=1&q=%E5%B7%A5%E4%BC%9A",
        "/search?q=%E5%B7%A5%E4%BC%9A&paper=&from=&to=",
        "/search?q=%E5%B7%A5%E4%BC%9A&utm_source=wechat",
        "/search?q=%20%E5%B7%A5%E4%BC%9A",
        "/search?q=工会",
    ],
)
def test_other_spellings_lead_to_the_canonical_link(site: FlaskClient, spelling: str) -> None:
    response = site.get(spelling)
    assert (response.status_code, response.location) == (301, "/search?q=%E5%B7%A5%E4%BC%9A")


@pytest.mark.parametrize("spelling", ["/search?q=%e5%b7%a5%e4%bc%9a", "/search?q=a+b"])
def test_what_only_looks_different_is_not_sent_round(site: FlaskClient, spelling: str) -> None:
    assert site.get(spelling).status_code == 200


# --- any query gets an answer


@pytest.mark.parametrize(
    "line", ["%00", "%ff%fe", "%ED%A0%80", "%", "%zz", "%E5%B7", "%0d%0aX:%20y", '"' * 500, "(" * 500]
)
def test_strange_bytes_get_an_answer(site: FlaskClient, line: str) -> None:
    assert site.get(f"/search?q={line}", follow_redirects=True).status_code == 200
    assert site.get(f"/api/search?q={line}").status_code == 200
    assert site.get(f"/article/{LEAD}?q={line}").status_code == 200
    assert xml(site.get(f"/search.atom?q={line}")).tag.endswith("feed")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=40))
def test_any_bytes_get_an_answer(site: FlaskClient, query: bytes) -> None:
    response = site.get("/search", environ_overrides={"QUERY_STRING": (b"q=" + query).decode("latin-1")})
    while response.status_code == 301:
        response = site.get(response.location)
    assert response.status_code == 200


@pytest.mark.parametrize(
    "line", ["工会安全生产" * 5600, "工会 " * 14_000, "a" * 100_000], ids=["one word", "words", "letters"]
)
def test_a_query_of_100_kb_gets_an_answer_of_bearable_size(site: FlaskClient, line: str) -> None:
    response = site.get(f"/search?q={quote(line)}", follow_redirects=True)
    assert response.status_code == 200
    assert len(response.data) < 5_000_000


def test_an_endless_query_is_refused_kindly(site: FlaskClient) -> None:
    response = site.get("/search?q=" + "a" * 1_100_000)
    assert response.status_code == 414
    assert "检索式太长" in response.text


def test_a_date_that_is_none_is_pointed_out_and_left_aside(site: FlaskClient) -> None:
    page = search_for(site, "工会", "&from=2019-02-30")
    assert "“2019-02-30”不能读作日期" in page
    assert '<ol class="hits"' in page


def test_the_server_lets_100_kb_through(tmp_path: Path) -> None:
    with served(tmp_path) as address, urlopen(f"{address}/search?q={quote('工会' * 17_000)}") as response:  # noqa: S310
        assert response.status == 200
