"""Tests of requests that ask for too much: each is bounded, with a sentence that says so."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.engines.whoosh.search import phrases
from indexer.errors import UsageError
from indexer.search.query_parser import MAX_NEARS, parse, positive_leaves
from tests.support.hostile_requests import HOSTILE, LETTERS, asking, many
from tests.support.web_archive import fill
from tests.support.web_site import in_memory, on_disk
from webui import Settings, create_app
from webui.command import _limits
from webui.server import listen, listening_port
from webui.settings import Limits

LARGEST_PAGE = 500_000


@pytest.mark.parametrize("address", HOSTILE.values(), ids=HOSTILE)
def test_any_request_gets_an_answer_of_bearable_size(site: FlaskClient, address: str) -> None:
    response = site.get(address, follow_redirects=True)
    assert response.status_code in (200, 400, 404, 413, 414)
    assert len(response.data) <= LARGEST_PAGE


def test_a_long_query_is_cut_and_the_page_says_so(site: FlaskClient) -> None:
    page = site.get(asking("工会" * 3_000), follow_redirects=True).text
    assert "检索式有 6,000 个字，只检索了前 2,000 个。" in page


def test_programs_are_told_what_is_too_much(site: FlaskClient) -> None:
    response = site.get(asking("工" * 2_001, "/api/search"))
    assert (response.status_code, response.json) == (
        400,
        {"error": "The query has 2,001 characters; ask with 2,000 at most."},
    )
    response = site.get(many("paper", 51, "p{}").replace("/search", "/api/search"))
    assert (response.status_code, response.json) == (400, {"error": "There are 51 values of filters; give 50 at most."})


def test_a_large_body_is_refused_with_a_sentence(site: FlaskClient) -> None:
    response = site.post("/language", data={"back": "/" * 100_000})
    assert response.status_code == 413
    assert "请求太大" in response.text


def test_a_query_has_few_proximities() -> None:
    query = parse(" ".join(f'"{a} {b}"~9' for a, b in pairwise(LETTERS)))
    nears = [leaf for leaf in positive_leaves(query) if type(leaf).__name__ == "Near"]
    assert len(nears) == MAX_NEARS


def test_a_proximity_of_what_is_everywhere_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = on_disk(tmp_path)
    fill(engine, tmp_path / "archive")
    site = create_app(Settings(tmp_path / "archive", str(tmp_path / "index")), engine).test_client()
    monkeypatch.setattr(phrases, "_MOST_LETTERS", 3)
    response = site.get(asking('"工 会"~5'), follow_redirects=True)
    assert response.status_code == 400
    assert "邻近检索里的字词太常见" in response.text
    answer = site.get(asking('"工 会"~5', "/api/search"))
    assert answer.status_code == 400
    assert "use longer or rarer words" in answer.json["error"]
    assert site.get(asking('"工会 安全"~5'), follow_redirects=True).status_code == 200


# --- limits as settings


def test_limits_are_given_by_name() -> None:
    assert _limits(("values=10", "connections=7")) == Limits(values=10, connections=7)


@pytest.mark.parametrize(
    "text", ["values", "values=", "values=0", "values=-1", "values=x", "speed=9", "values=99999999999"]
)
def test_a_limit_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="give a number to one of body_bytes, connections"):
        _limits((text,))


# --- connections


@pytest.fixture(name="port")
def port_fixture(tmp_path: Path) -> Iterator[int]:
    """Return the port of a server that waits one second for a request."""
    engine = in_memory(tmp_path)
    fill(engine, tmp_path / "archive")
    app = create_app(Settings(tmp_path / "archive", "", limits=Limits(request_seconds=1, connections=20)), engine)
    server = listen(app, "127.0.0.1", 0)
    threading.Thread(target=server.run, daemon=True).start()
    yield listening_port(server)
    server.close()


def ask(port: int) -> bytes:
    """Return the first bytes of an answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"GET /search?q=%E5%B7%A5%E4%BC%9A HTTP/1.0\r\n\r\n")
        return connection.recv(12)


def send_slowly(connection: socket.socket) -> None:
    """Send bytes one by one, for at most twenty seconds."""
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.2)


def test_connections_that_say_nothing_don_t_keep_readers_out(port: int) -> None:
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(30)]
    try:
        assert ask(port) == b"HTTP/1.0 200"
    finally:
        for connection in silent:
            connection.close()


def test_a_request_that_arrives_byte_by_byte_is_ended(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
        with pytest.raises(ConnectionError):
            send_slowly(connection)
    assert ask(port) == b"HTTP/1.0 200"


def test_a_body_that_is_too_large_is_not_read(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"POST /language HTTP/1.0\r\nContent-Length: 50000000\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.0 413"
