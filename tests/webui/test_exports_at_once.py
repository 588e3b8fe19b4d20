"""Tests that long files, which hold a thread of the server while they are sent, leave threads for pages."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from indexer.engines.memory import MemoryEngine
from indexer.model import Article, Document, Passage
from indexer.text.tokenizer import tokenise
from webui import Settings, create_app
from webui.exporting.results import BATCH
from webui.exporting.turns import MOST_AT_ONCE
from webui.server import THREADS, listen, listening_port

SMALL = 4096
"""Of a socket's buffers, in bytes: so that an answer that nobody reads waits in the server."""
ONE = "%E9%87%87%E8%8F%8A"
"""采菊"""


def document(number: int) -> Document:
    headline = "采菊东篱" if number == 0 else f"第{number}则短讯"
    article = Article(
        id=f"demo-20190308-01-{number:010}",
        kind="新闻",
        kicker="",
        headline=headline,
        subtitle="",
        byline=(),
        section="要闻",
        localities=(),
        date=date(2019, 3, 8),
        paragraphs=(Passage("南山下的稻子熟了。", ((0, 9),)),),
        captions=(),
        end_code="",
    )
    return Document(article, "demo", "示例报", "01", number, "demo/2019-03-08/01.txt")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    engine = MemoryEngine()
    writer = engine.writer()
    writer.replace("demo/2019-03-08/01.txt", map(tokenise, map(document, range(BATCH + 1))), "")
    writer.commit()
    server = listen(create_app(Settings(tmp_path_factory.mktemp("site"), "memory:"), engine), "127.0.0.1", 0)
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
    server.adj.outbuf_high_watermark = SMALL
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield listening_port(server)
    server.close()
    thread.join(timeout=10)


def asked(port: int, path: str, method: str = "GET") -> tuple[int, str | None, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, headers={"Accept-Language": "zh-CN"})
    with connection.getresponse() as response:
        given = response.status, response.getheader("Retry-After"), response.read().decode()
    connection.close()
    return given


def slow_reader(port: int) -> socket.socket:
    """Ask for a long file, and read no more than how its answer begins."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    reader.settimeout(30)
    reader.connect(("127.0.0.1", port))
    reader.sendall(b"GET /search.csv HTTP/1.0\r\n\r\n")
    assert reader.recv(12) == b"HTTP/1.0 200"
    return reader


def test_pages_are_answered_while_slow_readers_take_long_files(port: int) -> None:
    readers = [slow_reader(port) for _ in range(MOST_AT_ONCE)]
    paths = ["/search.csv", "/search.jsonl?text=1", "/search", f"/search.csv?q={ONE}", "/", "/clips.csv?id=x"] * 4
    with ThreadPoolExecutor(2 * THREADS) as pool:
        given = dict(zip(enumerate(paths), pool.map(lambda path: asked(port, path), paths), strict=True))
    for (_, path), (status, retry_after, text) in given.items():
        if path in ("/search.csv", "/search.jsonl?text=1"):
            assert (status, retry_after) == (503, "20")
            assert "请过半分钟再试" in text
        else:
            assert (status, retry_after) == (200, None)

    for reader in readers:
        parts = list(iter(lambda reader=reader: reader.recv(65_536), b""))
        reader.close()
        assert b"".join(parts).count(b"/article/demo-") >= BATCH + 1
    assert [asked(port, "/search.csv", method)[0] for method in ("HEAD", "GET") * MOST_AT_ONCE] == [200] * 4


def test_a_reader_who_goes_away_leaves_the_turn_to_others(port: int) -> None:
    for _ in range(MOST_AT_ONCE):
        slow_reader(port).close()
    for _ in range(100):
        if asked(port, "/search.csv")[0] == 200:
            break
    assert asked(port, "/search.csv")[0] == 200
