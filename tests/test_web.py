"""The site as a browser meets it: pages, links, languages, errors, feeds – over real engines and a small archive."""

from __future__ import annotations

import csv
import io
import re
import string
from collections import deque
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_archive import SAMPLES, fill, served
from werkzeug.test import TestResponse

from indexer.engines import open_engine
from indexer.engines.base import Engine, IndexIdentity
from indexer.engines.memory import MemoryEngine
from indexer.errors import IndexMissing, IndexStale
from webui import Settings, create_app
from webui.i18n import Translator
from webui.messages import MESSAGES

LEAD, FAMILIES, FAIR, MAYDAY, OLD, NOTICE = (sample.id for sample in SAMPLES)
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9"}
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}
Make = Callable[[Path], Engine]


def in_memory(folder: Path) -> Engine:
    return MemoryEngine()


def on_disk(folder: Path) -> Engine:
    return open_engine(str(folder / "index"), IndexIdentity("here", "these"))


@pytest.fixture(scope="module", params=[in_memory, on_disk])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("site")
    engine = request.param(folder)
    fill(engine, folder / "archive")
    return create_app(Settings(folder / "archive", str(folder / "index")), engine)


@pytest.fixture
def site(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def archive(app: Flask) -> Path:
    return app.extensions["baosou"].settings.archive


def search_for(site: FlaskClient, line: str, more: str = "") -> str:
    response = site.get(f"/search?q={quote(line)}{more}", follow_redirects=True)
    assert response.status_code == 200
    return response.text


def xml(response: TestResponse) -> ElementTree.Element:
    return ElementTree.fromstring(response.data)  # noqa: S314 (our own answer)


def links_in(html: str) -> list[str]:
    return re.findall(r'<a [^>]*?href="([^"]+)"', html.replace("&amp;", "&"))


def text_of(html: str) -> str:
    """What a reader sees of a page, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<body")[2]).split())


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
    page = search_for(site, "安全")
    assert re.search("1 篇含有原字串|共 1 篇", text_of(page))


def test_the_reading_of_a_query_is_shown_where_it_differs(site: FlaskClient) -> None:
    assert "理解为" in search_for(site, "（工会　OR　妇联")
    assert "理解为" not in search_for(site, "工会")


# --- nothing found


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
    ],
)
def test_ways_on_lead_to_something(site: FlaskClient, line: str, more: str, way: str) -> None:
    page = search_for(site, line, more)
    assert way in page
    for link in links_in(page.partition('<ul class="ways">')[2].partition("</ul>")[0]):
        assert '<ol class="hits"' in site.get(link).text, link


# --- the canonical link


@pytest.mark.parametrize(
    "spelling",
    [
        "/search?page=1&q=%E5%B7%A5%E4%BC%9A",
        "/search?q=%E5%B7%A5%E4%BC%9A&paper=&from=&to=",
        "/search?q=%E5%B7%A5%E4%BC%9A&utm_source=wechat",
        "/search?q=%20%E5%B7%A5%E4%BC%9A",
    ],
)
def test_other_spellings_lead_to_the_canonical_link(site: FlaskClient, spelling: str) -> None:
    response = site.get(spelling)
    assert (response.status_code, response.location) == (301, "/search?q=%E5%B7%A5%E4%BC%9A")


@pytest.mark.parametrize("spelling", ["/search?q=%e5%b7%a5%e4%bc%9a", "/search?q=工会", "/search?q=a+b"])
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
    "line", ["工会安全生产" * 5600, "工会 " * 25_000, "a" * 100_000], ids=["one word", "words", "letters"]
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


# --- the same answer for programs


def test_the_api_answers_as_the_page_does(site: FlaskClient) -> None:
    answer = site.get(f"/api/search?q={quote('安全生产 工会')}&paper=yunbei").json
    assert answer["query"] == "安全生产 工会"
    assert answer["total"] == 1
    assert answer["hits"][0]["url"] == f"/article/{LEAD}"
    assert answer["facets"]["date"] == [{"value": "2019", "count": 1}]


@pytest.mark.parametrize("wrong", ["sort=best", "size=0", "from=2019-02-30", "localty=x"])
def test_the_api_says_in_a_sentence_what_is_wrong(site: FlaskClient, wrong: str) -> None:
    response = site.get(f"/api/search?q=a&{wrong}")
    assert response.status_code == 400
    assert wrong.partition("=")[0] in response.json["error"]


def test_the_feed_is_wellformed_and_newest_first(site: FlaskClient) -> None:
    feed = xml(site.get(f"/search.atom?q={quote('工会')}"))
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert entries[0].findtext(f"{atom}title") == "<b>五一</b> 工会慰问职工"
    assert entries[0].findtext(f"{atom}updated") == "2020-05-01T00:00:00+08:00"
    assert all(entry.findtext(f"{atom}id", "").startswith("http://localhost/article/") for entry in entries)


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing(site: FlaskClient) -> None:
    response = site.get("/search.csv")
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert len(rows) == len(SAMPLES)
    assert {row["headline"] for row in rows} >= {"'=通河晚报社启事", "招聘会进社区"}
    assert next(row["page"] for row in rows if row["url"].endswith(FAIR)) == "02 03"


def test_references_name_author_paper_and_page(site: FlaskClient) -> None:
    lines = site.get(f"/search.ris?q={quote('安全生产')}").text.split("\r\n")
    assert lines[:5] == ["TY  - NEWS", "AU  - 王晓光", "AU  - 李青", "TI  - 全市安全生产工作会议召开", "T2  - 云北日报"]
    assert {"DA  - 2019/03/08", "SP  - 01", f"UR  - http://localhost/article/{LEAD}", "ER  - "} <= set(lines)


# --- an article


def test_an_article_marks_the_matches_and_cites_itself(site: FlaskClient) -> None:
    page = site.get(f"/article/{LEAD}?q={quote('安全生产工作')}").text
    assert "<mark>" in page.partition("<h1>")[2].partition("</h1>")[0]
    assert f'<link rel="canonical" href="http://localhost/article/{LEAD}">' in page
    assert (
        f"王晓光, 李青. 全市安全生产工作会议召开[N]. 云北日报, 2019-03-08(01). http://localhost/article/{LEAD}" in page
    )
    assert f"/search?q={quote('安全生产工作')}" in links_in(page)


def test_the_raw_text_stands_beside_the_article(site: FlaskClient) -> None:
    page = site.get(f"/article/{LEAD}").text
    raw = page.partition('<details class="raw">')[2]
    assert "青青山山区区总总工工会会作了发言。" in raw
    assert "青青山山" not in page.partition('<details class="raw">')[0]


def test_a_page_file_that_changed_or_went_is_said_to_have(site: FlaskClient, archive: Path) -> None:
    file = archive / "tonghe/2019-03-08/A01.txt"
    before = file.read_bytes()
    try:
        file.write_text("完全不同的另一页文字，与索引时不一样。" * 3, encoding="utf-8")
        assert "在建索引之后改过" in site.get(f"/article/{NOTICE}").text
        file.unlink()
        assert "已不在档案里" in site.get(f"/article/{NOTICE}").text
    finally:
        file.write_bytes(before)


def test_a_seam_is_shown_where_the_columns_may_not_join(site: FlaskClient) -> None:
    page = text_of(site.get(f"/article/{FAMILIES}").text)
    assert "表彰了十户家庭。 此处原版面文字可能不相连 另一栏的文字" in page
    assert "此处原版面文字" not in site.get(f"/article/{LEAD}").text


def test_an_article_leads_to_its_neighbours_and_its_page(site: FlaskClient) -> None:
    found = set(links_in(site.get(f"/article/{FAMILIES}").text))
    assert {f"/article/{LEAD}", f"/article/{FAIR}", "/paper/yunbei/2019-03-08/01", "/paper/yunbei/2019-03-08"} <= found


def test_an_old_id_leads_to_the_article_that_has_another_now(site: FlaskClient, archive: Path) -> None:
    (archive / "redirects.tsv").write_text(f"yunbei-old\t{LEAD}\n", encoding="utf-8")
    response = site.get(f"/article/yunbei-old?q={quote('工会')}")
    assert (response.status_code, response.location) == (301, f"/article/{LEAD}?q={quote('工会')}")


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


def test_an_article_that_runs_on_is_listed_on_both_pages(site: FlaskClient) -> None:
    assert "招聘会进社区 上接第02版" in text_of(site.get("/paper/yunbei/2019-03-08/03").text)


def test_undated_pages_have_an_address(site: FlaskClient) -> None:
    assert "旧报一则" in site.get("/paper/yunbei/undated").text
    assert "旧报一则" in site.get("/paper/yunbei/undated/p003").text


def test_no_link_on_the_site_is_dead(site: FlaskClient) -> None:
    waiting, seen = deque(["/"]), {"/"}
    while waiting:
        path = waiting.popleft()
        response = site.get(path)
        assert response.status_code == 200, path
        if response.mimetype == "text/html" and not (path.startswith("/search") and path.count("&") > 1):
            fresh = {link.partition("#")[0] for link in links_in(response.text)} - seen - {""}
            seen |= fresh
            waiting += fresh
    assert {f"/article/{sample.id}" for sample in SAMPLES} <= {path.partition("?")[0] for path in seen}


# --- every page

PAGES = (
    "/",
    "/search?q=%E5%B7%A5%E4%BC%9A",
    f"/article/{LEAD}",
    "/paper/yunbei",
    "/paper/yunbei/2019-03-08/01",
    "/nope",
)


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
    assert not re.search(r"<script|<style| style=| on\w+=", response.text)


class Controls(HTMLParser):
    """Finds fields without a name for those who can't see them, ids given twice, and headings that skip a level."""

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


# --- languages


def test_chinese_comes_first_and_english_on_request(site: FlaskClient) -> None:
    assert '<html lang="zh-Hans">' in site.get("/").text
    assert '<html lang="zh-Hans">' in site.get("/", headers={"Accept-Language": "fr"}).text
    assert '<html lang="en">' in site.get("/", headers=ENGLISH).text


def test_the_switch_outweighs_the_browser_and_leads_back(site: FlaskClient) -> None:
    response = site.post("/language", data={"language": "en", "back": "/paper/yunbei"}, headers=CHINESE)
    assert (response.status_code, response.location) == (303, "/paper/yunbei")
    assert '<html lang="en">' in site.get("/", headers=CHINESE).text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "/\r\nX: y", ""])
def test_the_switch_never_leads_to_another_site(site: FlaskClient, back: str) -> None:
    assert site.post("/language", data={"language": "en", "back": back}).location == "/"


@pytest.mark.parametrize(
    "path", [*PAGES, "/search?q=nothing-like-it&paper=tonghe", "/paper/yunbei/2019-03-08", "/paper/yunbei/undated"]
)
def test_every_page_speaks_english(site: FlaskClient, path: str) -> None:
    """Chinese is only inside elements that say so, but for what people typed and the papers' own titles."""
    page = site.get(path, headers=ENGLISH).text
    assert '<html lang="en">' in page
    said = {text for chinese, _ in MESSAGES.values() if "{" not in (text := chinese) and len(text) > 2}
    said -= {"地方报纸全文检索"}
    assert not [text for text in said if f">{text}<" in page]


def test_both_languages_want_the_same_values() -> None:
    def wanted(message: str) -> set[str | None]:
        return {name for part in message.split("|") for _, name, _, _ in string.Formatter().parse(part) if name}

    different = [key for key, (chinese, english) in MESSAGES.items() if wanted(chinese) != wanted(english)]
    assert not different


def test_every_message_is_said_somewhere_and_none_is_missing() -> None:
    """Keys made of two parts (`sort_newest`) count by the first."""
    webui = Path(create_app.__code__.co_filename).parent
    speaking = [
        path for path in webui.rglob("*") if path.suffix in {".py", ".html", ".xml"} and path.stem != "messages"
    ]
    texts = [path.read_text("utf-8") for path in speaking]
    said = {key for text in texts for key in re.findall(r"""["'](\w+)["']""", text)}
    written = {key for text in texts for key in re.findall(r"""\bt\(["'](\w+)["'][,)]""", text)}
    parts = {key for text in texts for key in re.findall(r"""\bt\(f?["'](\w+_)[{"']""", text)}
    assert not written - MESSAGES.keys()
    assert parts == {"sort_", "facet_", "way_", "example_", "error_"}
    assert not [key for key in MESSAGES if key not in said and not key.startswith(tuple(parts))]


def test_a_number_of_things_is_said_in_both_languages() -> None:
    assert [Translator("en")("articles", n=n) for n in (0, 1, 1200)] == ["0 articles", "1 article", "1,200 articles"]
    assert Translator("zh")("articles", n=1200) == "1,200 篇"


# --- errors


def test_what_is_not_there_is_a_page_with_a_way_on(site: FlaskClient) -> None:
    for path in (
        "/nope",
        "/article/nope",
        "/paper/nope",
        "/paper/yunbei/1999-01-01",
        "/paper/yunbei/2019-3-8",
        "/paper/yunbei/2019-03-08/99",
    ):
        response = site.get(path)
        assert response.status_code == 404, path
        assert "没有这个页面" in response.text
        assert {"/", "/search?sort=newest"} <= set(links_in(response.text))
        assert 'role="search"' in response.text


def test_a_method_that_makes_no_sense_is_told_which_do(site: FlaskClient) -> None:
    response = site.post("/search")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


class Unavailable:
    """An engine whose index can't be opened."""

    def __init__(self, problem: Exception) -> None:
        self.problem = problem

    def reader(self) -> Iterator[None]:
        raise self.problem


@pytest.mark.parametrize(
    ("problem", "command"),
    [
        (IndexMissing("There is no index at ./index."), "baosou index --archive {} --index ./index"),
        (IndexStale("It was made by other rules."), "baosou index --archive {} --index ./index --full"),
    ],
)
def test_an_index_that_cannot_be_used_is_a_page_with_the_command(
    tmp_path: Path, problem: Exception, command: str
) -> None:
    site = create_app(Settings(tmp_path, "./index"), Unavailable(problem)).test_client()  # type: ignore[arg-type]
    for path in ("/", "/search?q=a", f"/article/{LEAD}", "/paper/yunbei"):
        response = site.get(path)
        assert response.status_code == 503
        assert command.format(tmp_path) in response.text
        assert str(problem) in response.text
    assert site.get("/api/search").json == {"error": str(problem)}
    assert site.get("/healthz").status_code == 503
    with site.get("/static/style.css") as style:
        assert style.status_code == 200


def test_a_fault_of_ours_is_a_page_too_and_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    site = create_app(Settings(tmp_path, "memory:"), Unavailable(ZeroDivisionError("oh"))).test_client()  # type: ignore[arg-type]
    response = site.get("/search?q=a")
    assert response.status_code == 500
    assert "oh" not in text_of(response.text)
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    "path", ["/article/%00", "/article/%ff", "/paper/..%2f..", "/static/..%2fapp.py", "/search/", "/a" * 999]
)
def test_strange_paths_are_not_there(site: FlaskClient, path: str) -> None:
    assert site.get(path).status_code == 404


@pytest.mark.parametrize("host", ['a"><script>', "a b", "[::1", "x" * 300])
def test_a_strange_host_is_no_way_in(site: FlaskClient, host: str) -> None:
    response = site.get("/", headers={"Host": host})
    assert response.status_code in {200, 400}
    assert "<script>" not in response.text


# --- living with an index that changes


def test_a_new_commit_is_seen_without_a_restart(tmp_path: Path) -> None:
    for make in (in_memory, on_disk):
        folder = tmp_path / make.__name__
        engine = make(folder)
        site = create_app(Settings(folder / "archive", "here"), engine).test_client()
        assert site.get("/").status_code == 503
        fill(engine, folder / "archive")
        assert "共 4 篇" in search_for(site, "工会")
        change = engine.writer()
        change.remove("tonghe/2019-03-08/A01.txt")
        change.commit()
        assert "共 3 篇" in search_for(site, "工会")
        assert site.get(f"/article/{NOTICE}").status_code == 404


def test_a_page_that_did_not_change_is_not_sent_twice(site: FlaskClient) -> None:
    first = site.get(f"/article/{LEAD}")
    again = site.get(f"/article/{LEAD}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_monitors_browsers_and_robots_get_what_they_ask_for(site: FlaskClient) -> None:
    assert site.get("/healthz").json == {"status": "ok", "articles": len(SAMPLES)}
    assert "Disallow: /search" in site.get("/robots.txt").text
    description = xml(site.get("/opensearch.xml"))
    template = description.find("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert template is not None
    assert template.get("template") == "http://localhost/search?q={searchTerms}"
