"""What goes wrong with a cluster is a sentence that says what to do next, and the index stays as it was."""

from __future__ import annotations

import re
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.engines import open_engine
from indexer.engines.base import Engine, IndexIdentity
from indexer.engines.opensearch.connection import Connection, Unanswered
from indexer.engines.opensearch.engine import OpenSearchEngine
from indexer.engines.opensearch.location import CERTIFICATES, PASSWORD, USER, parse
from indexer.engines.opensearch.state import StateStore
from indexer.errors import IndexForeign, IndexMissing, IndexStale, IndexUnavailable, UsageError
from tests.support import cluster
from tests.support.cluster_proxy import make_certificate, proxy
from tests.support.engine_documents import document

IDENTITY = IndexIdentity("/archive", "rules-1")


def engine_at(location: str, identity: IndexIdentity = IDENTITY) -> Engine:
    return open_engine(location, identity)


def put(engine: Engine, name: str) -> None:
    writer = engine.writer()
    writer.replace(name, [document(name, source=name)], "f")
    writer.commit()


def held(engine: Engine) -> list[str]:
    return sorted(engine.reader().fingerprints())


@pytest.fixture
def filled(opensearch_location: str) -> str:
    """The location of an index with one article."""
    put(engine_at(opensearch_location), "one")
    return opensearch_location


def server_and_name(location: str) -> tuple[str, str]:
    server, _, name = location.removeprefix("opensearch+").rpartition("/")
    return server, name


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("opensearch+http://127.0.0.1:9200", "does not name an index"),
        ("opensearch+http://127.0.0.1:9200/a-state", "does not name an index"),
        ("opensearch+http://127.0.0.1:9200/a-7", "does not name an index"),
        ("opensearch+http://127.0.0.1:9200/A", "does not name an index"),
        ("opensearch+http://127.0.0.1:port/a", "does not name a host and a port"),
        ("opensearch+http:///a", "does not name a host and a port"),
        ("opensearch+http://127.0.0.1/a?shards=x", "shards=x is not a number"),
        ("opensearch+http://127.0.0.1/a?shards=0", "at least 1 shard"),
        ("opensearch+http://127.0.0.1/a?copies=2", "has no option copies"),
        ("opensearch+http://me:secret@127.0.0.1/A", "does not name an index"),
    ],
)
def test_a_location_that_makes_no_sense(location: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)) as raised:
        parse(location)
    assert "secret" not in str(raised.value)


def test_a_password_is_never_shown() -> None:
    location = parse("opensearch+https://me:secret@127.0.0.1/a")
    assert (location.user, location.password) == ("me", "secret")
    assert "secret" not in f"{location} {location!r}"


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(Unanswered, match=r"can't be reached \(.*refused\)\. Start OpenSearch there, or correct"):
        engine_at(f"opensearch+http://127.0.0.1:{free_port()}/a").reader()


def test_a_server_that_is_something_else(opensearch_url: str) -> None:
    with proxy(opensearch_url) as it:
        it.before = lambda method, path, body: (200, b"<html>Welcome</html>")
        with pytest.raises(IndexUnavailable, match="does not answer as OpenSearch does"):
            engine_at(it.location("a")).reader()
        it.before = lambda method, path, body: (200, b'{"version": {"number": "8.9.0"}}')
        with pytest.raises(IndexUnavailable, match="is not OpenSearch, but something like it"):
            engine_at(it.location("a")).writer()


def test_a_server_that_does_not_answer_in_time(opensearch_url: str) -> None:
    with proxy(opensearch_url) as it:
        it.before = lambda method, path, body: time.sleep(1)  # type: ignore[func-returns-value]
        with pytest.raises(Unanswered, match=r"has not answered within 0\.2 seconds"):
            Connection(parse(it.location("a"))).get("", seconds=0.2)


def test_user_and_password(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    server, name = server_and_name(filled)
    with proxy(server) as it:
        it.account = "me:it is a secret"
        for location in (it.location(name), it.location(name, "me:wrong@")):
            with pytest.raises(IndexUnavailable, match=r"does not know this user and password\. Give them in"):
                engine_at(location).reader()
        assert held(engine_at(it.location(name, "me:it%20is%20a%20secret@"))) == ["one"]
        monkeypatch.setenv(USER, "me")
        monkeypatch.setenv(PASSWORD, "it is a secret")
        assert held(engine_at(it.location(name))) == ["one"]


def test_certificates(filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, name = server_and_name(filled)
    certificate = make_certificate(tmp_path)
    with proxy(server, certificate) as it:
        with pytest.raises(IndexUnavailable, match=rf"is not trusted .*Give the file .*{CERTIFICATES}"):
            engine_at(it.location(name)).reader()
        monkeypatch.setenv(CERTIFICATES, str(certificate))
        assert held(engine_at(it.location(name))) == ["one"]
        with pytest.raises(IndexUnavailable, match=r"is not trusted .* the host by the name in the certificate"):
            engine_at(it.location(name).replace("127.0.0.1", "localhost")).reader()
        plain = it.location(name).replace("https", "http")
        with pytest.raises(IndexUnavailable):
            engine_at(plain).reader()
    with proxy(server) as it, pytest.raises(IndexUnavailable, match=r"can't be reached by TLS .* opensearch.http"):
        engine_at(it.location(name).replace("http", "https")).reader()
    monkeypatch.setenv(CERTIFICATES, str(tmp_path / "nothing.pem"))
    with pytest.raises(UsageError, match="can't be read as certificates"):
        engine_at(it.location(name).replace("http", "https"))


SECURITY = b'{"error": {"root_cause": [{"type": "security_exception", "reason": "no permissions for [indices:data]"}]}}'
BREAKER = b'{"error": {"root_cause": [{"type": "circuit_breaking_exception", "reason": "[parent] Data too large"}]}}'
BUSY = b'{"error": {"type": "rejected_execution_exception", "reason": "queue is full"}}'
NO_MANAGER = b'{"error": {"type": "cluster_manager_not_discovered_exception", "reason": null}}'


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (403, SECURITY, "does not allow this to user .*Give the user a role"),
        (429, BREAKER, "lacks the memory for this .*Data too large.*bigger heap"),
        (429, BUSY, "has too much to do .*queue is full"),
        (503, NO_MANAGER, "is not ready .*Start the nodes that are missing"),
        (504, b"", "is not ready"),
        (500, b"{}", "could not do what it was asked"),
    ],
)
def test_what_a_cluster_says(opensearch_url: str, status: int, answer: bytes, said: str) -> None:
    with proxy(opensearch_url) as it:
        it.before = lambda method, path, body: (status, answer)
        with pytest.raises(IndexUnavailable, match=said):
            engine_at(it.location("a")).reader()


def settings(location: str, changed: object) -> None:
    server, name = server_and_name(location)
    cluster.ask(f"{server}/{name}-*/_settings", "PUT", changed)


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("index.blocks.write", "is set read-only .*Lift the block"),
        ("index.blocks.read_only_allow_delete", "read-only, because a disk of the cluster is nearly full"),
    ],
)
def test_a_read_only_index(filled: str, block: str, said: str) -> None:
    engine = engine_at(filled)
    writer = engine.writer()
    writer.replace("two", [document("two", source="two")], "f")
    settings(filled, {block: True})
    try:
        with pytest.raises(IndexUnavailable, match=said):
            writer.commit()
        assert held(engine) == ["one"]
    finally:
        settings(filled, {block: None})
    put(engine, "two")  # the lease that could not be given back does not hold it up
    assert held(engine) == ["one", "two"]
    engine.verify()


def test_an_index_that_somebody_deleted(filled: str) -> None:
    server, _ = server_and_name(filled)
    engine = engine_at(filled)
    data = StateStore(Connection(parse(filled))).read().data
    cluster.ask(f"{server}/{data}", "DELETE")
    with pytest.raises(IndexUnavailable, match=r"lacks a part of this index .*baosou index --full"):
        engine.verify()
    writer = engine.writer(fresh=True)
    writer.replace("two", [document("two", source="two")], "f")
    writer.commit()
    assert held(engine) == ["two"]


def test_an_index_that_is_not_there(opensearch_location: str) -> None:
    with pytest.raises(IndexMissing, match=r"no index at .* yet\. Make it: baosou index --index opensearch.*/archive"):
        engine_at(opensearch_location).reader()


def test_an_index_of_another_archive_or_other_rules(filled: str) -> None:
    with pytest.raises(IndexForeign, match="belongs to the archive /archive, not to /other"):
        engine_at(filled, replace(IDENTITY, archive="/other")).reader()
    with pytest.raises(IndexStale, match=r"Build it anew: baosou index --full --index opensearch\+"):
        engine_at(filled, replace(IDENTITY, rules="rules-2")).reader()
    assert held(engine_at(filled, IndexIdentity("", "rules-1"))) == ["one"]


@pytest.mark.parametrize("changed", [{"mapping": "another"}, {"format": 99}])
def test_an_index_of_another_version(filled: str, changed: dict[str, object]) -> None:
    server, name = server_and_name(filled)
    state = cluster.ask(f"{server}/{name}-state/_doc/state")["_source"]
    cluster.ask(f"{server}/{name}-state/_doc/state", "PUT", {**state, **changed})
    engine = engine_at(filled)
    for ask in (engine.reader, engine.writer):
        with pytest.raises(IndexStale, match="another version of baosou"):
            ask()


def test_what_is_refused_is_in_a_file(
    opensearch_location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    engine = engine_at(opensearch_location)
    put(engine, "one")
    writer = engine.writer()
    writer.replace("good", [document("good", source="good")], "f")
    writer.replace("bad", [document("bad", source="bad", page="x" * 40_000)], "f")
    with pytest.raises(IndexUnavailable, match=r"refused 1 documents; .*refused-\d+\.jsonl lists them"):
        writer.commit()
    (listed,) = tmp_path.glob("refused-*.jsonl")
    assert '"source":"bad"' in listed.read_text(encoding="utf-8")
    assert held(engine) == ["one"]
    put(engine, "two")
    assert held(engine) == ["one", "two"]


def test_a_cluster_that_is_busy_is_asked_again(opensearch_location: str) -> None:
    server, name = server_and_name(opensearch_location)
    refusals = iter([(429, BUSY), (503, NO_MANAGER), (0, b"")])

    def busy(method: str, path: str, body: bytes) -> tuple[int, bytes] | None:
        return next(refusals, None) if path.startswith("/_bulk") else None

    with proxy(server) as it:
        it.before = busy
        engine = OpenSearchEngine(parse(it.location(name)), IDENTITY)
        writer = engine.writer()
        writer.pauses = (0.01,) * 3
        writer.replace("one", [document("one", source="one")], "f")
        writer.commit()
        assert held(engine) == ["one"]
        assert sum("_bulk" in one for one in it.requests) == 4


def test_without_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    with pytest.raises(UsageError, match=r"Install it: pip install 'baosou\[opensearch\]'"):
        open_engine("opensearch+http://127.0.0.1:9200/a", IDENTITY)
