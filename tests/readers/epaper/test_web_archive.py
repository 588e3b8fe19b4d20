"""Tests of web archives: an issue in one file, and all that a crawl brings besides."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.archive.archive import Archive
from indexer.errors import PageError
from indexer.indexing.issue_reader import read_issue
from indexer.model import RawPage
from indexer.readers.epaper.web_archive import read_wacz, read_warc
from tests.support.epaper_site import (
    PAGES,
    SITE,
    TEXTS,
    article,
    chunked,
    edition_page,
    packed,
    record,
    warc,
    warc_of_site,
    whole_site,
)
from tests.support.readings import claims

SOURCE = "ybrb/2024-03-08/issue.warc.gz"
IN_ORDER = [(page[0], page[1], TEXTS[name][0]) for page in PAGES.values() for name in page[2]]


def told(page: RawPage) -> dict[str, str]:
    return claims(page, "edition page")


def headline(page: RawPage) -> str:
    return next(page.text[block.start : block.end] for block in page.blocks if block.role == "headline")


def html(name: str) -> tuple[str, bytes, dict[str, str]]:
    return SITE + name, article(name).encode(), {}


def test_a_web_archive_holds_the_articles_of_its_pages_in_their_order() -> None:
    pages = read_warc(warc_of_site(), SOURCE)
    assert [(told(page)["page"], told(page)["section"], headline(page)) for page in pages] == IN_ORDER
    assert {told(page)["date"] for page in pages} == {"2024-03-08"}
    assert [told(page)["sequence"] for page in pages] == ["1", "2", "1", "2"]
    assert told(pages[1])["polygon"] == "102,98 190,98 190,366 50,366 50,400 102,400"
    assert claims(pages[0], "address")["address"] == SITE + "content_907.htm"


def test_a_web_archive_is_an_issue_of_the_archive(tmp_path: Path) -> None:
    folder = tmp_path / "ybrb/2024-03-08"
    folder.mkdir(parents=True)
    (folder / "issue.warc.gz").write_bytes(warc_of_site())
    [issue] = Archive(tmp_path).survey().issues
    reading = read_issue(issue.pages, issue.paper)
    [page] = reading.pages.values()
    assert [(one.pages, one.section, one.headline, str(one.date)) for one in page.articles] == [
        ((label,), section, title, "2024-03-08") for label, section, title in IN_ORDER
    ]
    assert not reading.set_aside


BODY = article("content_901.htm").encode()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BODY, {}),
        (chunked(BODY), {"Transfer-Encoding": "chunked"}),
        (packed(BODY), {"Content-Encoding": "gzip"}),
        (chunked(packed(BODY)), {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}),
        (article("content_901.htm", charset="utf-8").encode("gbk"), {"Content-Type": "text/html; charset=GBK"}),
        (article("content_901.htm", charset="gb2312").encode(), {"Content-Type": "text/html; charset=gb2312"}),
        (article("content_901.htm").encode("utf-16"), {"Content-Type": 'text/html; charset="utf-16"'}),
        (BODY, {"Content-Type": "application/xhtml+xml"}),
    ],
)
@pytest.mark.parametrize("is_packed", [True, False])
def test_a_record_is_read_however_it_was_sent(body: bytes, headers: dict[str, str], is_packed: bool) -> None:
    [page] = read_warc(warc([(SITE + "content_901.htm", body, headers)], is_packed=is_packed), SOURCE)
    assert TEXTS["content_901.htm"][1] in page.text
    assert claims(page, "address")["date"] == "2024-03-08"


def test_of_what_was_saved_twice_the_last_counts() -> None:
    former = article("content_901.htm").replace("通车", "开工").encode()
    records = [(SITE + "content_901.htm?div=-1", former, {}), html("content_902.htm"), html("content_901.htm")]
    assert [headline(page) for page in read_warc(warc(records), SOURCE)] == ["书院路昨日建成通车", "羊毛市场开秤"]


def test_what_says_the_same_at_another_address_counts_once() -> None:
    records = [html("content_901.htm"), (SITE + "content_1901.htm", BODY, {})]
    assert len(read_warc(warc(records), SOURCE)) == 1


def test_articles_of_another_day_keep_their_day_and_other_papers_are_left_out() -> None:
    records = [
        (SITE.replace("08/", "07/") + "content_800.htm", article("content_905.htm").encode(), {}),
        html("content_901.htm"),
        html("content_902.htm"),
        (SITE.replace("ybrb", "ybwb") + "content_700.htm", article("content_907.htm").encode(), {}),
        ("http://www.yunbei.example/about.htm", article("content_907.htm").encode(), {}),
    ]
    pages = read_warc(warc(records), SOURCE)
    assert [claims(page, "address")["date"] for page in pages] == ["2024-03-07", "2024-03-08", "2024-03-08"]
    [left_out] = [claim for claim in pages[0].claims if claim.about == "left out"]
    assert left_out.value == "2"
    assert "ybwb/html/2024-03/08/content_700.htm" in left_out.quote


@given(st.integers(1, 1200))
def test_what_was_read_before_the_end_of_a_broken_archive_counts(cut: int) -> None:
    data = warc([html("content_901.htm"), html("content_902.htm"), html("content_905.htm")])[:-cut]
    try:
        pages = read_warc(data, SOURCE)
    except PageError as problem:
        assert re.search("cut off before its first page|no page with the text", str(problem))  # noqa: PT017
        return
    assert [headline(page) for page in pages] == ["书院路昨日建成通车", "羊毛市场开秤", "老渡口的船工"][: len(pages)]
    assert len(pages) == 3 or "bad bytes" in {claim.about for claim in pages[0].claims}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"no web archive", "cut off before its first page"),
        (warc([(SITE + "a.jpg", b"\xff\xd8", {"Content-Type": "image/jpeg"})]), "no page of HTML"),
        (warc([html("content_901.htm")], status="404 Not Found"), "no page of HTML"),
        (warc([(SITE + "node_12.htm", whole_site()["node_12.htm"], {})]), "no page with the text of an article"),
    ],
)
def test_a_web_archive_without_articles_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(PageError, match=f"{says}.*; save the site"):
        read_warc(data, SOURCE)


def wacz(**files: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def test_a_wacz_holds_web_archives() -> None:
    first, second = warc([html("content_901.htm")]), warc([html("content_902.htm")], is_packed=False)
    data = wacz(**{"archive__data.warc.gz": first, "archive__more.warc": second, "pages__pages.jsonl": b"{}"})
    assert [headline(page) for page in read_wacz(data, SOURCE)] == ["书院路昨日建成通车", "羊毛市场开秤"]


@pytest.mark.parametrize(
    ("data", "says"), [(b"PK\x03\x04broken", "damaged"), (wacz(pages=b"{}"), "holds no web archive")]
)
def test_a_wacz_without_web_archives_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(PageError, match=says):
        read_wacz(data, SOURCE)


def test_resources_count_and_revisits_and_requests_do_not() -> None:
    body = article("content_901.htm").encode()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    data = (
        record(SITE + "content_901.htm", body, "resource", "text/html; charset=utf-8")
        + record(SITE + "content_902.htm", b"GET /content_902.htm HTTP/1.1\r\n\r\n", "request")
        + record(SITE + "content_905.htm", http, "revisit")
        + record(SITE + "content_907.htm", http + b"\x8b\x02\x80brotli" * 9)
    )
    [page] = read_warc(data, SOURCE)
    assert headline(page) == "书院路昨日建成通车"
    [left_out] = [claim for claim in page.claims if claim.about == "left out"]
    assert left_out.quote == SITE + "content_907.htm"


def test_a_page_of_the_issue_with_texts_counts_where_its_articles_were_not_saved() -> None:
    text = f"<h2>{TEXTS['content_901.htm'][0]}</h2><div class=article><p>{TEXTS['content_901.htm'][1]}</p></div>"
    html_of_page = edition_page("node_12.htm").replace("</body>", f"{text}</body>").encode()
    [page] = read_warc(warc([(SITE + "node_12.htm", html_of_page, {})]), SOURCE)
    assert headline(page) == "书院路昨日建成通车"
    assert told(page)["page"] == "A01"
