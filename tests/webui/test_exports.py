"""Tests of the answer in other formats: JSON, Atom, CSV and RIS."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.support.web_archive import SAMPLES
from tests.support.web_site import (
    FAIR,
    LEAD,
    xml,
)


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
