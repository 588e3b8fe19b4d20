"""Tests of suggestions while a query is typed."""

from __future__ import annotations

import json
from urllib.parse import quote, unquote

import pytest
from flask.testing import FlaskClient

from tests.support.web_site import CHINESE, ENGLISH, xml


def suggested(site: FlaskClient, typed: str, headers: dict[str, str] = CHINESE) -> tuple[list[str], ...]:
    response = site.get(f"/suggest?q={quote(typed)}", headers=headers)
    assert response.status_code == 200
    assert response.mimetype == "application/x-suggestions+json"
    echoed, *found = json.loads(response.data)
    assert echoed == typed
    assert len({len(column) for column in found}) == 1
    return tuple(found)


def test_words_names_and_headlines_come_with_their_counts(site: FlaskClient) -> None:
    lines, descriptions, urls = suggested(site, "招")
    found = dict(zip(lines, descriptions, strict=True))
    assert found["招商"] == "1 篇"
    assert found["招聘会进社区"] == "云北日报 2019年3月8日 · 1 篇"
    assert suggested(site, "王")[0] == ["王晓光"]
    assert [unquote(url) for url in urls] == [f"http://localhost/search?q={line}" for line in lines]


def test_every_suggestion_finds_as_many_as_it_says(site: FlaskClient) -> None:
    for typed in ("工", "安全", "妇联 ", "妇联 表", "byline:李", "-招", "市"):
        lines, descriptions, urls = suggested(site, typed)
        for line, description, url in zip(lines, descriptions, urls, strict=True):
            assert f"共 {description.split(' · ')[-1]}" in site.get(url, headers=CHINESE).text, line


def test_descriptions_are_in_the_language_of_the_reader(site: FlaskClient) -> None:
    assert suggested(site, "招商", ENGLISH)[1] == ["1 article"]


@pytest.mark.parametrize("typed", ["", " ", "火星", '"', "(", "-", "工会" * 5000, "\0", "a" * 10_000])
def test_what_begins_nothing_has_no_suggestions(site: FlaskClient, typed: str) -> None:
    assert suggested(site, typed) == ([], [], [])


@pytest.mark.parametrize("query", ["", "?q", "?q=%ff%fe", "?q=%E5%B7", "?x=1", "?q=%00&q=a"])
def test_strange_bytes_are_answered(site: FlaskClient, query: str) -> None:
    assert site.get(f"/suggest{query}").status_code == 200


def test_browsers_are_told_of_it(site: FlaskClient) -> None:
    urls = {url.attrib["type"]: url.attrib for url in xml(site.get("/opensearch.xml")) if url.tag.endswith("}Url")}
    suggestions = urls["application/x-suggestions+json"]
    assert suggestions["rel"] == "suggestions"
    assert suggestions["template"] == "http://localhost/suggest?q={searchTerms}"


def test_suggestions_may_be_cached(site: FlaskClient) -> None:
    response = site.get("/suggest?q=%E5%B7%A5")
    assert "max-age" in response.headers["Cache-Control"]
    assert {"Accept-Language", "Cookie"} <= set(response.vary)
