"""Tests of the answer in other formats: JSON, Atom, CSV and RIS."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.web_archive import SAMPLES
from tests.support.web_site import CHINESE, FAIR, LEAD, xml
from webui.citation import today
from webui.exporting import results
from webui.exporting.records import COLUMNS, MOST_IN_CELL, table
from webui.views import references

SUFFIXES = ("csv", "jsonl", "ris", "bib", "json")


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


def test_the_feed_is_wellformed_and_of_equals_the_newest_comes_first(site: FlaskClient) -> None:
    feed = xml(site.get(f"/search.atom?q={quote('工会')}"))
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert entries[0].findtext(f"{atom}title") == "<b>五一</b> 工会慰问职工"
    assert all(entry.findtext(f"{atom}id", "").startswith("http://localhost/article/") for entry in entries)


def rows_of(response: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing(site: FlaskClient) -> None:
    response = site.get("/search.csv")
    assert response.data.startswith(b"\xef\xbb\xbf")
    rows = rows_of(response)
    assert len(rows) == len(SAMPLES)
    assert {row["headline"] for row in rows} >= {"'=通河晚报社启事", "招聘会进社区"}
    assert next(row["page"] for row in rows if row["url"].endswith(FAIR)) == "02 03"
    assert "text" not in rows[0]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        ("＝SUM(1)", "'＝SUM(1)"),
        ("\t@x", "'\t@x"),
        ("-5℃", "'-5℃"),
        ("工会", "工会"),
        ("甲\r\n乙", "甲\n乙"),
        ("甲\x00\x0b乙", "甲乙"),
        (None, ""),
        (["01", "02"], "01 02"),
        ([{"name": "王", "role": "记者"}, {"name": "李", "role": ""}], "王 李"),
        ("字" * MOST_IN_CELL, "字" * MOST_IN_CELL),
    ],
)
def test_a_cell_holds_what_excel_takes(text: object, cell: str) -> None:
    (row,) = csv.DictReader(io.StringIO(b"".join(table([a_record(text)], with_text=True)).decode("utf-8-sig"), ""))
    assert row["text"] == cell


@pytest.mark.parametrize("letter", ["字", "𠮷", "\n", "="])
def test_a_text_that_no_cell_holds_is_cut_and_says_so(letter: str) -> None:
    (row,) = csv.DictReader(
        io.StringIO(b"".join(table([a_record(letter * 40_000)], with_text=True)).decode("utf-8-sig"), "")
    )
    assert MOST_IN_CELL - 1 <= len(row["text"].encode("utf-16-le")) / 2 <= MOST_IN_CELL
    assert row["text"].endswith("全文见网址〕")


def a_record(text: object) -> dict[str, object]:
    return {**dict.fromkeys((*COLUMNS, "paper_title", "pages"), ""), "text": text}


def test_the_text_comes_where_it_is_asked_for(site: FlaskClient) -> None:
    (row,) = rows_of(site.get(f"/search.csv?q={quote('最美家庭')}&text=1"))
    assert row["text"] == "市妇联表彰了十户家庭。\n另一栏的文字从这里开始。\n图为颁奖现场。"
    (line,) = site.get(f"/search.jsonl?q={quote('最美家庭')}&text=1").text.splitlines()
    assert json.loads(line)["text"] == row["text"]


def test_lines_of_json_say_which_search_found_them_and_when(site: FlaskClient) -> None:
    asked = f"q={quote('工会')}&sort=oldest"
    lines = [json.loads(line) for line in site.get(f"/search.jsonl?{asked}").text.splitlines()]
    answer = site.get(f"/api/search?{asked}").json
    assert [line["id"] for line in lines] == [hit["id"] for hit in answer["hits"]]
    for number, line in enumerate(lines, 1):
        assert (line["number"], line["of"], line["query"]) == (number, answer["total"], "工会")
        assert line["search"] == f"http://localhost/search?{asked}"
        assert line["retrieved"] == today().isoformat()
        assert re.fullmatch(r"\d{4}-\d\d-\d\d\.0", line["version"])
        assert line["url"] in line["citation"]
        assert line["version"] in line["citation"]
    (lead,) = [line for line in lines if line["id"] == LEAD]
    assert lead["byline"] == [{"name": "王晓光", "role": "记者"}, {"name": "李青", "role": "通讯员"}]


def test_references_name_author_paper_and_page(site: FlaskClient) -> None:
    lines = site.get(f"/search.ris?q={quote('安全生产')}").text.split("\r\n")
    assert lines[:5] == ["TY  - NEWS", "AU  - 王晓光", "AU  - 李青", "TI  - 全市安全生产工作会议召开", "T2  - 云北日报"]
    assert {"DA  - 2019/03/08", "SP  - 01", f"UR  - http://localhost/article/{LEAD}", "ER  - "} <= set(lines)
    assert any(line.startswith("N1  - 检索 http://localhost/search?q=") for line in lines)


def test_bibtex_begins_with_the_search(site: FlaskClient) -> None:
    text = site.get(f"/search.bib?q={quote('工会')}").text
    assert text.startswith("% 检索 http://localhost/search?q=")
    assert text.count("@article{") == site.get(f"/api/search?q={quote('工会')}").json["total"]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (f"q={quote('工会')}&paper=yunbei&from=2019&to=2020", "工会_yunbei_2019-2020_{day}"),
        (f"q={quote('工会 OR 妇联')}", "工会-OR-妇联_{day}"),
        (f"q={quote('../../etc/passwd')}", "etc-passwd_{day}"),
        (f"q={quote('a' * 90)}", "a" * 60 + "_{day}"),
        ("q=%22%0d%0a%00%22", "search_{day}"),
        ("", "search_{day}"),
    ],
)
def test_a_file_is_named_after_the_search(site: FlaskClient, asked: str, name: str) -> None:
    for suffix in SUFFIXES:
        given = site.get(f"/search.{suffix}?{asked}").headers["Content-Disposition"]
        wanted = name.format(day=today()) + f".{suffix}"
        assert given == f"attachment; filename=\"search-{today()}.{suffix}\"; filename*=UTF-8''{quote(wanted)}"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_of_a_long_list_the_file_says_how_much_it_has(
    site: FlaskClient, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "MOST_EXPORTED", 3)
    monkeypatch.setattr(results, "BATCH", 2)
    response = site.get(f"/search.{suffix}?sort=oldest")
    assert response.headers["X-Total-Count"] == "6"
    assert response.headers["X-Exported-Count"] == "3"
    assert "-3-of-6." in response.headers["Content-Disposition"]
    assert quote("前3篇-共6篇") in response.headers["Content-Disposition"]
    match suffix:
        case "csv":
            assert [(row["number"], row["of"]) for row in rows_of(response)] == [("1", "6"), ("2", "6"), ("3", "6")]
        case "jsonl":
            assert [json.loads(line)["of"] for line in response.text.splitlines()] == [6, 6, 6]
        case "json":
            assert len(response.json) == 3
        case _:
            assert "共 6 篇，此处为前 3 篇" in response.text
            assert response.text.count("http://localhost/article/") == 3
    whole = [hit["id"] for hit in site.get("/api/search?sort=oldest").json["hits"]]
    assert [one for one in whole if one in response.text] == whole[:3]


def test_the_results_page_says_what_files_lack(site: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "文件只含前" not in site.get("/search", headers=CHINESE).text
    monkeypatch.setattr(references, "MOST_EXPORTED", 3)
    assert "文件只含前 3 篇（共 6 篇）" in site.get("/search", headers=CHINESE).text


def test_an_export_is_the_same_until_the_next_commit(site: FlaskClient) -> None:
    first = site.get("/search.csv")
    assert first.headers["ETag"] == site.get("/search.csv").headers["ETag"]
    assert first.headers["ETag"] != site.get("/search.csv?text=1").headers["ETag"]
    again = site.get("/search.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["X-Archive-Version"] in first.text
