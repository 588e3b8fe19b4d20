"""Tests of the answers for programs: their shapes, cursors, tags, and the description of all of them."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.web_archive import SAMPLES
from tests.support.web_site import CHINESE, FAMILIES, LEAD, OLD
from webui.programs.cursors import cursor
from webui.programs.openapi import DOCUMENTED
from webui.programs.shapes import ArticleAnswer, PaperIssuesAnswer, PapersAnswer, SearchAnswer

ADDRESSES = (
    "/api/search",
    f"/api/article/{LEAD}",
    "/api/papers",
    "/api/papers/yunbei",
)


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/api/search", SearchAnswer),
        (f"/api/search?q={quote('工会 火星')}", SearchAnswer),
        (f"/api/search?q={quote('市长')}", SearchAnswer),
        *((f"/api/article/{sample.id}", ArticleAnswer) for sample in SAMPLES),
        ("/api/papers", PapersAnswer),
        ("/api/papers/yunbei", PaperIssuesAnswer),
    ],
)
def test_answers_have_the_shapes_that_are_described(site: FlaskClient, path: str, shape: type) -> None:
    msgspec.convert(site.get(path).json, shape)


def test_an_article_has_its_text_with_anchors_and_its_citation(site: FlaskClient) -> None:
    answer = site.get(f"/api/article/{FAMILIES}").json
    assert [(one["anchor"], one["text"], one["flags"]) for one in answer["paragraphs"]] == [
        ("p1", "市妇联表彰了十户家庭。", []),
        ("p2", "另一栏的文字从这里开始。", ["seam"]),
    ]
    assert [one["text"] for one in answer["captions"]] == ["图为颁奖现场。"]
    assert answer["citation"]["csl"]["title"] == answer["headline"] == "妇联表彰“最美家庭”"
    assert answer["version"] in answer["citation"]["gb_t_7714"]
    assert site.get(f"/api/article/{OLD}").json["date"] is None


def test_papers_and_their_issues(site: FlaskClient) -> None:
    papers = {one["paper"]: one for one in site.get("/api/papers").json["papers"]}
    assert papers.keys() == {"yunbei", "tonghe"}
    answer = site.get("/api/papers/yunbei").json
    assert answer["paper"] == papers["yunbei"]
    assert [one["date"] for one in answer["issues"]] == ["2019-03-08", "2020-05-01", None]
    assert all(site.get(one["url"]).status_code == 200 for one in answer["issues"])


@pytest.mark.parametrize("path", ["/api/article/nowhere", "/api/papers/nowhere", "/api/papers/%3Cscript%3E"])
def test_what_is_not_there_is_answered_in_a_sentence(site: FlaskClient, path: str) -> None:
    response = site.get(path)
    assert response.status_code == 404
    assert "/api/" in response.json["error"]


def test_cursors_lead_through_all_results_once(site: FlaskClient) -> None:
    path, seen = "/api/search?size=2&sort=oldest", []
    while path:
        response = site.get(path)
        assert response.status_code == 200
        seen += [hit["id"] for hit in response.json["hits"]]
        link = re.fullmatch(r'<(.+)>; rel="next"', response.headers.get("Link", ""))
        path = link[1] if link else ""
    assert seen == [hit["id"] for hit in site.get("/api/search?sort=oldest").json["hits"]]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("cursor=x", 400),
        ("cursor=%E5%B7%A5", 400),
        (f"cursor={cursor('2001-01-01.0', 2)}", 409),
        (f"cursor={cursor('2001-01-01.0', 2)}&page=3", 400),
        (f"cursor={cursor('2001-01-01.0', 9_999_999)}", 400),
    ],
)
def test_a_cursor_that_leads_nowhere_is_answered_in_a_sentence(site: FlaskClient, more: str, code: int) -> None:
    response = site.get(f"/api/search?{more}")
    assert response.status_code == code
    assert response.json["error"].endswith(".")


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_answer_has_the_same_tag_until_the_next_commit(site: FlaskClient, path: str) -> None:
    first = site.get(path)
    tag = first.headers["ETag"]
    assert site.get(path).headers["ETag"] == tag
    again = site.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert site.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


@pytest.mark.parametrize(
    "path", [*ADDRESSES, "/search.csv", "/search.atom", "/new.atom", "/openapi.json", "/suggest?q=x"]
)
def test_pages_of_other_sites_may_read_answers(site: FlaskClient, path: str) -> None:
    assert site.get(path).headers["Access-Control-Allow-Origin"] == "*"
    asked = site.options(path)
    assert asked.headers["Access-Control-Allow-Headers"] == "If-None-Match"
    assert "POST" not in asked.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("path", ["/", "/search", f"/article/{LEAD}", "/new", "/api"])
def test_pages_for_people_are_not_for_other_sites(site: FlaskClient, path: str) -> None:
    assert "Access-Control-Allow-Origin" not in site.get(path).headers


def test_all_addresses_for_programs_are_described(app: Flask) -> None:
    described = {one.endpoint for one in DOCUMENTED}
    ours = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert described <= ours
    for_programs = {one for one in ours if one.startswith(("api.", "exports.", "references.", "suggest."))}
    assert for_programs - described == {"api.description_page"}


def test_the_description_is_openapi(site: FlaskClient) -> None:
    described = site.get("/openapi.json").json
    assert described["openapi"] == "3.1.0"
    assert "/article/{article_id}.{form}" in described["paths"]
    for reference in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(described)):
        assert reference in described["components"]["schemas"]
    ids = [methods["get"]["operationId"] for methods in described["paths"].values()]
    assert len(set(ids)) == len(ids) == len(DOCUMENTED)
    for path, methods in described["paths"].items():
        in_path = {one["name"] for one in methods["get"]["parameters"] if one["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
        assert methods["get"]["summary"].endswith(".")


def test_each_parameter_that_is_described_is_taken(site: FlaskClient) -> None:
    described = site.get("/openapi.json").json
    for one in described["paths"]["/api/search"]["get"]["parameters"]:
        schema = one["schema"]
        for value in (*schema.get("enum", ()), *schema.get("examples", ()), *map(schema.get, ("minimum", "maximum"))):
            if value is not None:
                assert site.get(f"/api/search?{one['name']}={quote(str(value))}").status_code == 200


def test_the_description_is_a_page_too(site: FlaskClient) -> None:
    page = site.get("/api", headers=CHINESE).text
    for path in site.get("/openapi.json").json["paths"]:
        assert f"<code>{path}</code>" in page
    targets = set(re.findall(r'href="#(\w+)"', page)) - {"content"}
    assert targets <= set(re.findall(r'id="(\w+)"', page))
