"""Nodes of a cluster are killed while articles are indexed and searched.

No article is lost and no answer is wrong; what can't be answered is an error that says so, and it goes on by itself.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.support import cluster
from tests.support.cluster_library import NODES, Library, Searches, Three, expected, refusal, says_what_to_do, wait_for
from tests.support.web_site import text_of
from webui import Settings, create_app


@pytest.fixture(scope="module")
def three() -> Iterator[Three]:
    name = f"failures-{os.getpid()}"
    try:
        yield Three(name)
    finally:
        cluster.stop(name)


@pytest.fixture
def library(three: Three, request: pytest.FixtureRequest) -> Library:
    three.start()
    return Library(three.location(request.node.name))


def site_over(library: Library, folder: Path) -> FlaskClient:
    return create_app(Settings(folder / "no-archive", library.location)).test_client()


def check_site(site: FlaskClient, library: Library) -> int:
    """Ask for a page of results; return its status, which is that of an answer or of an explanation."""
    response = site.get(f"/search?q={quote('渡口')}")
    if response.status_code == 503:
        assert response.headers["Retry-After"]
        assert "索引暂时不可用" in response.text
    else:
        assert response.status_code == 200
        assert f"{2 * library.committed} 篇" in text_of(response.text)
    return response.status_code


@pytest.mark.opensearch
def test_a_node_dies_and_then_another(three: Three, library: Library, tmp_path: Path) -> None:
    site = site_over(library, tmp_path)
    searches = Searches(library.check)
    with searches.running():
        for _ in range(2):
            library.add()
        killer = threading.Timer(0.2, three.kill, [0])
        killer.start()
        for _ in range(4):
            library.add()
        killer.join()
        before = searches.answers
        library.add()
        wait_for(lambda: searches.answers > before)
    assert library.ids() == expected(library.committed)
    assert check_site(site, library) == 200

    three.kill(1)
    check_site(site, library)  # the last one may have all shards, or not
    three.kill(2)
    assert check_site(site, library) == 503
    assert says_what_to_do(refusal(library))


@pytest.mark.opensearch
@pytest.mark.long
def test_each_node_dies_again_and_again(three: Three, library: Library, tmp_path: Path) -> None:
    site = site_over(library, tmp_path)
    library.add()
    for number in (0, 1):
        three.kill(number)
    wait_for(lambda: bool(refusal(library)))  # the last one can't decide anything alone
    assert says_what_to_do(refusal(library))
    three.kill(2)
    assert check_site(site, library) == 503

    three.start()
    assert check_site(site, library) == 200
    assert library.ids() == expected(library.committed)
    searches = Searches(library.check)
    with searches.running():
        for round_number in range(9):
            killer = threading.Timer(0.1 * round_number, three.kill, [round_number % NODES])
            killer.start()
            for _ in range(10):
                library.add()
            killer.join()
            three.start()
    assert searches.answers > 50
    assert library.ids() == expected(library.committed) == expected(91)
    assert library.engine.verify()
    print(f"{searches.answers} answers, {len(searches.refusals)} refusals")  # noqa: T201 (a figure for the docs)
