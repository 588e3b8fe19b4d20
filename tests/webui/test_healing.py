"""Tests of damaged links: each leads to what was meant, or says what was lost and offers the rest."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.support.web_archive import SAMPLES, served
from tests.support.web_site import FAMILIES, LEAD, MAYDAY, NOTICE, OLD, links_in, text_of
from webui.healing.encodings import read_bytes
from webui.healing.query import read_query, without_tail
from webui.links import SearchLink, is_canonical, read

UNION = quote("工会")

# --- searches


@pytest.mark.parametrize(
    ("damaged", "meant"),
    [
        (f"q={UNION}&amp;paper=x&amp;amp;from=2019", f"q={UNION}&paper=x&from=2019"),
        (f"q={UNION}&#38;paper=x&#x26;from=2019", f"q={UNION}&paper=x&from=2019"),
        (f"q={UNION}%26amp%3Bpaper=x", f"q={UNION}&paper=x"),
        (f"q={UNION};paper=x;", f"q={UNION}&paper=x"),
        (f"q={UNION}%3Bpaper=x", f"q={UNION}&paper=x"),
        (f"q={UNION}?paper=x?from=timeline", f"q={UNION}&paper=x"),
        (f"？q＝{UNION}＆paper＝x；to＝２０１９", f"q={UNION}&paper=x&to=2019"),
        (f"q%EF%BC%9D{UNION}%EF%BC%86paper%EF%BC%9Dx", f"q={UNION}&paper=x"),
        (f"?Q={UNION}&%20PAPER=x&\u200bfrom=2019", f"q={UNION}&paper=x&from=2019"),
        (f"q={UNION}§ion={UNION}", f"q={UNION}&section={UNION}"),
        (quote(f"q={UNION}&paper=x", safe=""), f"q={UNION}&paper=x"),
        (quote(quote(f"q={UNION}&paper=x", safe=""), safe=""), f"q={UNION}&paper=x"),
        (f"q={quote(UNION)}&paper=x", f"q={UNION}&paper=x"),
        (f"q={quote(quote(UNION))}&paper=x", f"q={UNION}&paper=x"),
        ("q=%2522a%2520b%2522", "q=%22a%20b%22"),
        ("q=%u5DE5%u4f1a%uD842%uDFB7", f"q={UNION}%F0%A0%AE%B7"),
        ("q=%25u5DE5%25u4F1A", f"q={UNION}"),
        ("q=%26%2324037%3B%26%23x4F1A%3B", f"q={UNION}"),
        (
            f"q={quote('工会'.encode('gbk'))}&section={quote('要闻'.encode('gbk'))}",
            f"q={UNION}&section={quote('要闻')}",
        ),
        (f"q={quote('工會'.encode('big5'))}", f"q={quote('工會')}"),
        (f"q={quote('工会'.encode().decode('latin-1'))}", f"q={UNION}"),
        (f"q={quote('工会'.encode().decode('cp1252'))}", f"q={UNION}"),
        ("q=工会", f"q={UNION}"),
        (f"q={UNION}&paper=x。", f"q={UNION}&paper=x"),
        (f"q={UNION}&paper=x看这里", f"q={UNION}&paper=x"),
        (f"q={UNION}&paper=x%22%3E", f"q={UNION}&paper=x"),
        (f"q={UNION}&paper=x/", f"q={UNION}&paper=x"),
        (f"q={UNION}&paper=x%23wechat_redirect", f"q={UNION}&paper=x"),
        (f"q={UNION}%23wechat_redirect", f"q={UNION}"),
        (f"q={UNION}%23:~:text=abc", f"q={UNION}"),
        (f"q={UNION}）。", f"q={UNION}"),
        (f"q={UNION}%E3%80%82&utm_source=a&spm=1.2&_wv=3&nsukey=a%3D&fbclid=a", f"q={UNION}"),
        (f"q={UNION}&sort=NEWEST。&size=２０）&page=2，", f"q={UNION}&sort=newest&size=20&page=2"),
        (
            f"q={UNION}&kind=新闻。&quality=good）&section=要闻》",
            f"q={UNION}&section={quote('要闻')}&kind={quote('新闻')}&quality=good",
        ),
        *(
            (f"q={UNION}&from={name}&from=2019", f"q={UNION}&from=2019")
            for name in ("weibo", "qzone", "wechat", "other")
        ),
        *((f"q={UNION}&from={name}", f"q={UNION}") for name in ("singlemessage", "dingtalk", "feishu_share", "QQ")),
        *(
            (f"from={day}", "from=2019-03-08")
            for day in ("2019年3月8日", "20190308", "2019/3/8", "2019-03-08。", "2019.3.8起")
        ),
        *((f"to={month}", "to=2019-03") for month in ("2019年3月", "201903", "2019-3", "2019-03-", "２０１９－０３")),
        *((f"from={year}", "from=2019") for year in ("2019。", "2019年", "２０１９", "2019这是", "2019%22", "“2019”")),
    ],
)
def test_a_damaged_search_leads_to_the_one_that_was_meant(damaged: str, meant: str) -> None:
    asked = read_query(damaged.encode())
    assert (read(asked.pairs).url(), asked.is_torn) == (f"/search?{meant}", False)


@pytest.mark.parametrize(
    "healthy",
    [
        "C#",
        "R&D",
        "a;b",
        "5%",
        "20%30%",
        "5%ABC",
        "100%25",
        "AT&T",
        "q=a",
        "什么时候？",
        "“最美家庭”",
        '"工会。"',
        "张*",
        "-招聘",
        "《云北日报》",
        "（工会 OR 妇联） 会议",
        "café",
        "Москва",
        "a/b",
        "http://a.example/?page=2",
        "№5",
        "#话题#",
        "···",
        "。",
        "O'Neill",
    ],
)
def test_a_healthy_link_is_left_alone(healthy: str) -> None:
    for link in (
        SearchLink(healthy),
        SearchLink(healthy, paper=("a.b-c",), section=("要闻",), start="2019-03", page=2),
    ):
        query = link.url().partition("?")[2].encode()
        assert read_query(query).pairs == link.pairs()
        assert is_canonical(read(link.pairs()).pairs(), query)


@pytest.mark.parametrize(
    ("torn", "left"),
    [
        (f"q={UNION}%E6", "工会"),
        (f"q={UNION}%E6%B", "工会"),
        (f"q={UNION}%E6%B5%", "工会"),
        ("q=%u5DE5%u4F", "工"),
        ("q=%E6", ""),
        ("q=%B9%A4%BB%E1%BB", "工会"),
        (f"q={UNION}%EF%BF%BD", "工会"),
        ("q=%25E5%25B7%25A5%25E4%25BC", "工"),
        (f"q={UNION}%E6%B5&paper=x", "工会"),
    ],
)
def test_a_link_cut_within_a_character_says_so_and_searches_for_the_rest(
    site: FlaskClient, torn: str, left: str
) -> None:
    asked = read_query(torn.encode())
    assert (read(asked.pairs).q, asked.is_torn) == (left, True)
    response = site.get(f"/search?{torn}", headers={"Accept-Language": "zh"})
    assert response.status_code == 200
    assert "断在一个字的中间" in response.text
    assert "\ufffd" not in response.text


@pytest.mark.parametrize("words", ["深圳", "水平", "汶川", "农业", "护渔队", "安全生产 工会", "王砚秋"])
def test_older_encodings_are_told_apart(words: str) -> None:
    assert read_bytes(words.encode("gbk")).text == words


@pytest.mark.parametrize("words", ["護漁隊", "儀器", "媽媽", "團結", "陳毅", "安全生產", "農業"])
def test_big5_is_not_taken_for_gbk(words: str) -> None:
    assert read_bytes(words.encode("big5")).text == words


@pytest.mark.parametrize(
    ("glued", "text"),
    [
        ('工会"', "工会"),
        ("工会”。", "工会"),
        ("“工会”。", "“工会”"),
        ("工会)", "工会"),
        ("(工会)", "(工会)"),
        ("GDP.", "GDP."),
        ('"工会。', '"工会。'),
        ("工会...", "工会"),
        ("…", "…"),
        ("工会】」》>", "工会"),
        ("「工会」。", "「工会」"),
        ("「工会。", "「工会。"),
        ('「表彰"最美家庭」', '「表彰"最美家庭」'),
    ],
)
def test_only_what_was_not_opened_is_a_tail(glued: str, text: str) -> None:
    assert without_tail(glued) == text


@given(st.binary(max_size=80))
def test_any_bytes_are_healed_in_one_step(query: bytes) -> None:
    link = read(read_query(b"q=" + query).pairs)
    again = read(read_query(link.url().partition("?")[2].encode()).pairs)
    assert read(read_query(again.url().partition("?")[2].encode()).pairs) == again


def test_an_endless_link_is_read_as_it_is() -> None:
    for part in (b"#a", b"&", b"&amp;", b"%25", b"%u5DE5", b"%A3%A6", b"&#1;", b"."):
        assert read_query(b"q=" + part * 200_000)


# --- articles, papers, issues, pages


def ask(site: FlaskClient, target: str) -> TestResponse:
    """Send a target as it is; the test client would take `//name` for a host."""
    path, _, query = target.partition("?")
    there = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query}
    return site.get("/", environ_overrides=there)


@pytest.mark.parametrize(
    ("damaged", "meant"),
    [
        *(
            (f"/article/{LEAD}{tail}", f"/article/{LEAD}")
            for tail in (
                "。",
                "）",
                "/",
                "//",
                ".html",
                ".",
                "%22",
                "这是",
                "】看",
                "%E3%80%82",
                "%25E3%2580%2582",
                "%20",
                "%0A",
                "&amp;",
                "%23p",
                "？x",
                "”",
            )
        ),
        (f"/article/“{LEAD}”", f"/article/{LEAD}"),
        (f"/article/%22{LEAD}%22", f"/article/{LEAD}"),
        (f"/ARTICLE/{LEAD.upper()}", f"/article/{LEAD}"),
        (f"/Article/{NOTICE.lower()}", f"/article/{NOTICE}"),
        (f"/articles/{LEAD}", f"/article/{LEAD}"),
        (f"/artcle/{LEAD}", f"/article/{LEAD}"),
        (f"//article//{LEAD}", f"/article/{LEAD}"),
        (f"/{LEAD}", f"/article/{LEAD}"),
        (f"/article/{LEAD.replace('-', '–')}", f"/article/{LEAD}"),
        (f"/article/{LEAD[:-3]}", f"/article/{LEAD}"),
        (f"/article/{OLD[:-5]}。", f"/article/{OLD}"),
        (f"/article/{LEAD}。?q=%25E5%25B7%25A5", f"/article/{LEAD}?q=%E5%B7%A5"),
        (f"/article/{LEAD}&q={UNION}", f"/article/{LEAD}?q={UNION}"),
        (f"/article/{LEAD}%3Fq%3D{UNION}", f"/article/{LEAD}?q={UNION}"),
        (f"/http://a.example/article/{LEAD}", f"/article/{LEAD}"),
        ("/paper/yunbei/2019-3-8", "/paper/yunbei/2019-03-08"),
        ("/paper/yunbei/20190308", "/paper/yunbei/2019-03-08"),
        ("/paper/yunbei/2019年3月8日", "/paper/yunbei/2019-03-08"),
        ("/paper/yunbei/2019/3/8/2", "/paper/yunbei/2019-03-08/02"),
        ("/paper/yunbei/2019-03-08/1", "/paper/yunbei/2019-03-08/01"),
        ("/paper/yunbei/2019-03-08/001。", "/paper/yunbei/2019-03-08/01"),
        ("/paper/yunbei/2019-03-08/第1版", "/paper/yunbei/2019-03-08/01"),
        ("/paper/tonghe/2019-03-08/a1", "/paper/tonghe/2019-03-08/A01"),
        ("/paper/yunbei/2019-03-08/", "/paper/yunbei/2019-03-08"),
        ("/paper/yunbei/Undated/P3", "/paper/yunbei/undated/p003"),
        ("/Paper/YUNBEI/", "/paper/yunbei"),
        ("/paper/yunbei）", "/paper/yunbei"),
        ("/paper/云北日报", "/paper/yunbei"),
        ("/yunbei/2019-03-08", "/paper/yunbei/2019-03-08"),
        ("/papers", "/"),
        (f"/search/?q={UNION}", f"/search?q={UNION}"),
        (f"/SEARCH?q={UNION}", f"/search?q={UNION}"),
        (f"//search?q={UNION}", f"/search?q={UNION}"),
        (f"/search%3Fq%3D{UNION}%26paper%3Dyunbei", f"/search?q={UNION}&paper=yunbei"),
        (f"/search？q={UNION}", f"/search?q={UNION}"),
        (f"/search&q={UNION}", f"/search?q={UNION}"),
        (f"/search/q={UNION}", f"/search?q={UNION}"),
        (f"/search/{UNION}", f"/search?q={UNION}"),
        (f"/Search.html?q={UNION}", f"/search?q={UNION}"),
        (f"/serach?q={UNION}", f"/search?q={UNION}"),
        (f"/search.CSV?q={UNION}", f"/search.csv?q={UNION}"),
    ],
)
def test_a_damaged_path_leads_to_the_page_that_was_meant(site: FlaskClient, damaged: str, meant: str) -> None:
    response = ask(site, damaged)
    assert (response.status_code, response.location) == (301, meant)
    assert site.get(meant).status_code == 200


@pytest.mark.parametrize(
    ("damaged", "offered"),
    [
        (
            LEAD[:-10],
            {f"/article/{LEAD}", f"/article/{FAMILIES}", "/paper/yunbei/2019-03-08/01", "/paper/yunbei/2019-03-08"},
        ),
        (f"{LEAD[:-10]}0123456789", {f"/article/{LEAD}", f"/article/{FAMILIES}", "/paper/yunbei/2019-03-08/01"}),
        (MAYDAY[:-13], {"/paper/yunbei/2020-05-01"}),
        (f"{MAYDAY[:-12]}", {f"/article/{MAYDAY}", "/paper/yunbei/2020-05-01/01"}),
        ("yunbei-19990101-01-0123456789", {"/paper/yunbei"}),
        ("yunbei-2019", {"/paper/yunbei"}),
    ],
)
def test_a_part_of_an_id_offers_what_it_names(site: FlaskClient, damaged: str, offered: set[str]) -> None:
    response = site.get(f"/article/{damaged}")
    assert response.status_code == 404
    assert offered <= set(links_in(response.text))


@pytest.mark.parametrize(
    ("damaged", "offered"),
    [
        ("/paper/yunbei/2019-03-08/99", {"/paper/yunbei/2019-03-08"}),
        ("/paper/yunbei/2019-03-08/0", {"/paper/yunbei/2019-03-08/01", "/paper/yunbei/2019-03-08/02"}),
        ("/paper/yunbei/2019-03-09", {"/paper/yunbei/2019-03-08", "/paper/yunbei/2020-05-01", "/paper/yunbei"}),
        ("/paper/yunbei/2019-03", {"/search?paper=yunbei&from=2019-03&to=2019-03", "/paper/yunbei"}),
        ("/paper/yunbei/soon", {"/paper/yunbei"}),
        ("/paper/yun", {"/paper/yunbei"}),
    ],
)
def test_a_path_to_what_is_not_held_offers_what_is_near(site: FlaskClient, damaged: str, offered: set[str]) -> None:
    response = site.get(damaged)
    assert response.status_code == 404
    assert offered <= set(links_in(response.text))
    assert "这个链接指的可能是" in text_of(response.text)


def test_a_former_id_with_a_tail_leads_to_the_article(site: FlaskClient, archive: Path) -> None:
    former = "yunbei-20190308-01-9999999999"
    (archive / "redirects.tsv").write_text(f"{former}\t{LEAD}\n", encoding="utf-8")
    for damaged in (f"{former}。", former.upper(), former[:-2]):
        assert site.get(f"/article/{damaged}").location == f"/article/{LEAD}"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "//evil.example/search.example",
        "/\\evil.example",
        "/http://evil.example",
        "/search%0d%0aX-Evil:1",
        "/article/%0d%0a",
        "/search/%0d%0aX-Evil:1",
        f"/article/{LEAD}%0d%0aX-Evil:1",
        "//evil.example//article//x",
        "/search%3F%0d%0aX-Evil:1=a",
    ],
)
def test_no_link_leads_to_another_site(site: FlaskClient, path: str) -> None:
    response = ask(site, path)
    location = response.headers.get("Location", "/")
    assert re.fullmatch(r"/(?![/\\])[!-~]*", location)
    assert "X-Evil" not in response.headers


def test_programs_are_told_what_is_wrong_and_nothing_else_is_sent_round(site: FlaskClient) -> None:
    assert (
        site.get("/api/search/").status_code
        == site.get("/api/serch").status_code
        == site.post("/SEARCH").status_code
        == 404
    )
    assert site.get("/api/search?q=a&amp;paper=x").status_code == 400


# --- two kinds of damage at once

Mangler = Callable[[bytes], bytes]


def _in_query(change: Callable[[bytes], bytes]) -> Mangler:
    def mangle(target: bytes) -> bytes:
        path, sign, query = target.partition(b"?")
        return path + sign + change(query)

    return mangle


def _raw(query: bytes) -> bytes:
    return re.sub(rb"(?:%[89A-F][0-9A-F])+", lambda escaped: unquote_to_bytes(escaped[0]), query)


MANGLERS: dict[str, Mangler] = {
    "escaped": _in_query(lambda query: query.replace(b"&", b"&amp;")),
    "semicolons": _in_query(lambda query: query.replace(b"&", b";")),
    "wide signs": _in_query(lambda query: query.replace(b"&", "＆".encode()).replace(b"=", "＝".encode())),
    "encoded twice": _in_query(lambda query: query.replace(b"%", b"%25")),
    "raw": _in_query(_raw),
    "capitals": lambda target: re.sub(rb"^/\w+", lambda name: name[0].upper(), target),
    "two slashes": lambda target: b"/" + target,
    "stop": lambda target: target + "。".encode(),
    "encoded bracket": lambda target: target + b"%EF%BC%89",
    "zero width": lambda target: target + b"%E2%80%8B",
    "tracked": lambda target: (
        target + (b"&" if b"?" in target else b"?") + b"utm_source=a&from=timeline&isappinstalled=0"
    ),
    "whole address": lambda target: b"/https://a.example" + target,
}

TARGETS = st.one_of(
    st.builds(
        SearchLink,
        q=st.sampled_from(["工会", "安全生产 工会", '"安全生产工作"', "招聘 OR 妇联", "标题 2019年"]),
        paper=st.sampled_from([(), ("yunbei",), ("tonghe", "yunbei")]),
        section=st.sampled_from([(), ("要闻",)]),
        start=st.sampled_from(["", "2019", "2019-03-08"]),
        page=st.sampled_from([1, 2]),
    ).map(SearchLink.url),
    st.sampled_from([f"/article/{sample.id}" for sample in SAMPLES]),
    st.sampled_from(["/paper/yunbei", "/paper/yunbei/2019-03-08", "/paper/tonghe/2019-03-08/A01"]),
)


@pytest.fixture(name="address", scope="module")
def address_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served")) as address:
        yield address


def arrive(address: str, target: bytes) -> tuple[int, str]:
    """Send a request as raw bytes, follow its redirects, and return the status and the target in the end."""
    there = urlsplit(address)
    for _ in range(4):
        with socket.create_connection((there.hostname, there.port), timeout=30) as line:
            line.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            answer = HTTPResponse(line)
            answer.begin()
            answer.read()
        moved = answer.headers.get("Location")
        if moved is None:
            return answer.status, target.decode()
        target = moved.encode()
    raise AssertionError(f"{target!r} leads on and on")


@settings(deadline=None, max_examples=60)
@given(TARGETS, st.sampled_from(sorted(MANGLERS)), st.sampled_from(sorted(MANGLERS)))
def test_a_link_damaged_twice_leads_to_the_canonical_one(address: str, target: str, first: str, second: str) -> None:
    assert arrive(address, target.encode()) == (200, target)
    damaged = MANGLERS[second](MANGLERS[first](target.encode()))
    status, end = arrive(address, damaged)
    assert (status, _without_others(end)) == (200, target)


def _without_others(target: str) -> str:
    """Leave out what others added to the link of a page that takes no parameters."""
    path = target.partition("?")[0]
    return target if path == "/search" else path


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_raw_bytes_and_spaces_in_a_request_are_read(address: str, encoding: str) -> None:
    for line in ("工会", "安全 工会"):
        assert arrive(address, b"/search?q=" + line.encode(encoding)) == (200, SearchLink(line).url())
    assert arrive(address, f"/article/{LEAD}这是".encode(encoding)) == (200, f"/article/{LEAD}")
    assert arrive(address, b"http://[")[0] == 400
