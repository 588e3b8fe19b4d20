"""Tests of the site's pages: start, articles, papers, issues and pages.

Some tests apply to all pages.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from flask.testing import FlaskClient

from indexer.archive.archive import Archive
from indexer.engines.memory import MemoryEngine
from indexer.indexing.pipeline import index
from indexer.model import SnippetPart
from tests.support import web_archive
from tests.support.web_archive import SAMPLES
from tests.support.web_site import (
    CHINESE,
    FAIR,
    FAMILIES,
    LEAD,
    NOTICE,
    PAGES,
    in_memory,
    links_in,
    text_of,
)
from webui import Settings, create_app
from webui.filters import marks

# --- the start page


def test_the_start_page_says_what_is_held_and_how_to_search(site: FlaskClient) -> None:
    page = site.get("/", headers=CHINESE).text
    assert "收有 2 种报纸、3 期、6 篇" in page
    assert "2019 至 2020" in page
    assert {"/paper/yunbei", "/paper/tonghe"} <= set(links_in(page))


def test_every_example_on_the_start_page_finds_something(site: FlaskClient) -> None:
    examples = [link for link in links_in(site.get("/").text) if link.startswith("/search?q=")]
    assert len(examples) == 8
    for link in examples:
        assert '<ol class="hits"' in site.get(link).text, link


# --- an article


def test_an_article_marks_the_matches_and_cites_itself(site: FlaskClient) -> None:
    page = site.get(f"/article/{LEAD}?q={quote('安全生产工作')}").text
    assert '<mark id="m1"' in page.partition("<h1>")[2].partition("</h1>")[0]
    assert f'<link rel="canonical" href="http://localhost/article/{LEAD}">' in page
    assert re.search(
        r"王晓光, 李青\. 全市安全生产工作会议召开\[N/OL\]\. 云北日报, 2019-03-08\(01\)\[\d{4}-\d\d-\d\d\]\. "
        rf"http://localhost/article/{LEAD} （报搜，版本 \d{{4}}-\d\d-\d\d\.0）",
        page,
    )
    assert f"/search?q={quote('安全生产工作')}#hit-{LEAD}" in links_in(page)


def test_the_raw_text_stands_beside_the_article(site: FlaskClient) -> None:
    assert f"/article/{LEAD}/raw" in links_in(site.get(f"/article/{LEAD}").text)
    cleaned, _, raw = site.get(f"/article/{LEAD}/raw").text.partition("青山区总工会作了发言。</p>")
    assert "全市安全生产工作会议召开" in cleaned
    assert "<del>青青山山区区总总工工会会</del><ins>青山区总工会</ins></span>作了发言。" in raw
    assert "还原叠字" in cleaned


def test_a_page_file_that_changed_or_went_is_said_to_have(site: FlaskClient, archive: Path) -> None:
    file = archive / "tonghe/2019-03-08/A01.txt"
    before = file.read_bytes()
    try:
        file.write_text("完全不同的另一页文字，与索引时不一样。" * 3, encoding="utf-8")
        assert "在建索引之后改过" in site.get(f"/article/{NOTICE}/raw").text
        file.unlink()
        assert "已不在档案里" in site.get(f"/article/{NOTICE}/raw").text
    finally:
        file.write_bytes(before)


def test_a_seam_is_shown_where_the_columns_may_not_join(site: FlaskClient) -> None:
    page = text_of(site.get(f"/article/{FAMILIES}").text)
    assert "表彰了十户家庭。 此处原版面文字可能不相连 另一栏的文字" in page
    assert "此处原版面文字" not in site.get(f"/article/{LEAD}").text


def test_what_may_be_misprinted_is_proposed_and_left_as_it_stands(site: FlaskClient) -> None:
    page = site.get(f"/article/{FAIR}").text
    assert '简历<span class="doubt">人库<small>〔疑为“入库”〕</small></span>。' in page
    assert "疑似误字 人库 → 入库 " in text_of(page)
    english = site.get(f"/article/{FAIR}", headers={"Accept-Language": "en"}).text
    assert "〔perhaps “入库”〕" in english
    assert "Possible misprints" in english
    assert "疑似误字" not in site.get(f"/article/{LEAD}").text
    assert f"/article/{FAIR}" in site.get(f"/search?q={quote('入库')}").text


def test_an_article_leads_to_its_neighbours_and_its_page(site: FlaskClient) -> None:
    found = set(links_in(site.get(f"/article/{FAMILIES}").text))
    assert {f"/article/{LEAD}", f"/article/{FAIR}", "/paper/yunbei/2019-03-08/01", "/paper/yunbei/2019-03-08"} <= found


def test_an_old_id_leads_to_the_article_that_has_another_now(site: FlaskClient, archive: Path) -> None:
    (archive / "redirects.tsv").write_text(f"yunbei-old\t{LEAD}\n", encoding="utf-8")
    response = site.get(f"/article/yunbei-old?q={quote('工会')}")
    assert (response.status_code, response.location) == (301, f"/article/{LEAD}?q={quote('工会')}")


def test_an_error_is_reported_by_mail_where_the_paper_gives_a_contact(site: FlaskClient, archive: Path) -> None:
    assert "报告错误" not in site.get(f"/article/{LEAD}").text
    (archive / "yunbei/paper.toml").write_text('contact = "errata@example.cn"', encoding="utf-8")
    links = links_in(site.get(f"/article/{LEAD}").text)
    mail = unquote(next(link for link in links if link.startswith("mailto:")))
    assert mail.startswith("mailto:errata@example.cn?subject=报告错误：全市安全生产工作会议召开&body=")
    assert f"http://localhost/article/{LEAD}" in mail
    (archive / "yunbei/paper.toml").write_text('contact = "nobody', encoding="utf-8")
    assert "mailto:" not in site.get(f"/article/{LEAD}").text
    (archive / "yunbei/paper.toml").unlink()


def test_where_a_place_was_read_from_is_said(tmp_path: Path) -> None:
    write = tmp_path / "archive/demo/2019-03-08/01.md"
    write.parent.mkdir(parents=True)
    write.write_text("# 驻马店市驿城区修桥\n\n本报讯 驿城区昨天修好了一座桥。\n", encoding="utf-8")
    engine = MemoryEngine()
    index(Archive(tmp_path / "archive"), engine)
    site = create_app(Settings(tmp_path / "archive", "memory:"), engine).test_client()
    article = next(link for link in links_in(site.get("/search", headers=CHINESE).text) if "/article/" in link)
    page = text_of(site.get(article, headers=CHINESE).text)
    assert re.search("地方 河南省 › 驻马店市 › 驿城区 据标题 ?驻马店市驿城区", page), page


def test_neighbours_on_the_page_and_the_page_where_it_goes_on_are_links(site: FlaskClient) -> None:
    page = site.get(f"/article/{LEAD}").text
    same = page.partition('<nav class="same-page"')[2].partition("</nav>")[0]
    assert links_in(same) == [f"/article/{FAMILIES}"]
    assert 'aria-current="page">全市安全生产工作会议召开' in same
    assert "/paper/yunbei/2019-03-08/03" in links_in(site.get(f"/article/{FAIR}").text)


def test_telephone_numbers_are_never_broken_over_lines() -> None:
    parts = [SnippetPart("请打0396-2912345或13800000000，共120-300人", False)]
    assert re.findall(r'<span class="whole">(.*?)</span>', marks(parts)) == ["0396-2912345", "13800000000"]


# --- browsing


def test_a_paper_lists_its_issues_and_its_undated_pages(site: FlaskClient) -> None:
    found = links_in(site.get("/paper/yunbei").text)
    assert [link for link in found if link.startswith("/paper/yunbei/")] == [
        "/paper/yunbei/2020-05-01",
        "/paper/yunbei/2019-03-08",
        "/paper/yunbei/undated",
    ]


def test_an_issue_lists_its_pages_with_sections_and_headlines(site: FlaskClient) -> None:
    page = text_of(site.get("/paper/yunbei/2019-03-08").text)
    assert "第01版 要闻 全市安全生产工作会议召开 妇联表彰“最美家庭”" in page
    assert "第02版 民生 招聘会进社区" in page


def test_an_article_without_a_headline_is_listed_by_its_first_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_archive, "SAMPLES", (replace(SAMPLES[0], headline=""),))
    engine = MemoryEngine()
    web_archive.fill(engine, tmp_path)
    site = create_app(Settings(tmp_path, "memory:"), engine).test_client()
    for address in ("/", "/search?q=", "/paper/yunbei/2019-03-08", "/paper/yunbei/2019-03-08/01", "/search.atom?q="):
        assert "（无标题）会议强调，安全生产" in site.get(address, headers=CHINESE, follow_redirects=True).text, address


def test_an_article_that_runs_on_is_listed_on_both_pages(site: FlaskClient) -> None:
    assert "招聘会进社区 上接第02版" in text_of(site.get("/paper/yunbei/2019-03-08/03").text)


def test_undated_pages_have_an_address(site: FlaskClient) -> None:
    assert "旧报一则" in site.get("/paper/yunbei/undated").text
    assert "旧报一则" in site.get("/paper/yunbei/undated/p003").text


def shape(path: str) -> tuple[str, int]:
    """What an address shares with many others: its path, and how many parameters it has."""
    return path.partition("?")[0], path.count("=")


@pytest.mark.parametrize("app", [in_memory], indirect=True)
@pytest.mark.parametrize("most", [5, pytest.param(100_000, marks=pytest.mark.long)], ids=["some", "all"])
def test_no_link_on_the_site_is_dead(site: FlaskClient, most: int) -> None:
    """Follow a number of links of each shape."""
    waiting, seen, followed = deque(["/"]), {"/"}, Counter[tuple[str, int]]()
    while waiting:
        path = waiting.popleft()
        followed[shape(path)] += 1
        if followed[shape(path)] > most:
            continue
        response = site.get(path)
        assert response.status_code == 200, path
        if response.mimetype == "text/html" and not (path.startswith("/search") and path.count("&") > 1):
            fresh = {link.partition("#")[0] for link in links_in(response.text)} - seen - {""}
            seen |= fresh
            waiting += sorted(fresh)
    assert {f"/article/{sample.id}" for sample in SAMPLES} <= {path.partition("?")[0] for path in seen}


# --- every page


@pytest.mark.parametrize("path", PAGES)
def test_every_page_can_be_previewed_in_a_chat(site: FlaskClient, path: str) -> None:
    page = site.get(path).text
    for name in ("og:title", "og:description", "og:type", "og:site_name"):
        assert re.search(rf'<meta property="{name}" content="[^"]+">', page), name
    assert ('property="og:url"' in page) == (path != "/nope")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_safe_and_does_without_scripts(site: FlaskClient, path: str) -> None:
    response = site.get(path)
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<script(?! type=.application/ld.json.>)|<style| style=| on\w+=", response.text)


class Controls(HTMLParser):
    """Collects the ids, labels, fields and headings of a page.

    Tests use it to find fields without a name for screen readers, duplicate ids, and headings that skip a level.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[str] = []
        self.headings: list[int] = []
        self.in_label = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "label":
            self.in_label = True
            self.labelled.add(given.get("for") or "")
        if tag == "input" and given.get("type") != "hidden" and not self.in_label:
            self.fields.append(given.get("id") or "")
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        self.in_label = self.in_label and tag != "label"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_can_be_used_without_seeing_it(site: FlaskClient, path: str) -> None:
    page = Controls()
    page.feed(site.get(path).text)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.fields) <= page.labelled
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
