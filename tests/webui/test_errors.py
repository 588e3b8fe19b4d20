"""Tests of error pages, and of a site whose index changes while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.errors import IndexMissing, IndexStale
from tests.support.web_archive import SAMPLES, fill
from tests.support.web_site import (
    LEAD,
    NOTICE,
    in_memory,
    links_in,
    on_disk,
    search_for,
    text_of,
    xml,
)
from webui import Settings, create_app

# --- errors


def test_what_is_not_there_is_a_page_with_a_way_on(site: FlaskClient) -> None:
    for path in (
        "/nope",
        "/article/nope",
        "/paper/nope",
        "/paper/yunbei/1999-01-01",
        "/paper/yunbei/2019-30-8",
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
    """An engine with an index that can't be opened."""

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
    "path", ["/article/%00", "/article/%ff", "/paper/..%2f..", "/static/..%2fapp.py", "/search/../..", "/a" * 999]
)
def test_strange_paths_are_not_there(site: FlaskClient, path: str) -> None:
    assert site.get(path).status_code == 404


@pytest.mark.parametrize("host", ['a"><script>', "a b", "[::1", "x" * 300])
def test_a_strange_host_is_no_way_in(site: FlaskClient, host: str) -> None:
    response = site.get("/", headers={"Host": host})
    assert response.status_code in {200, 400}
    assert "<script>" not in response.text


# --- an index that changes


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
    assert "Disallow: /search." in site.get("/robots.txt").text
    description = xml(site.get("/opensearch.xml"))
    template = description.find("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert template is not None
    assert template.get("template") == "http://localhost/search?q={searchTerms}"
