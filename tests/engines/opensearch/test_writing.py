"""Who may write to an index on a cluster, and what becomes of what a commit replaces."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from indexer.engines import open_engine
from indexer.engines.base import IndexIdentity, Writer
from indexer.engines.opensearch.connection import Connection
from indexer.engines.opensearch.engine import OpenSearchEngine
from indexer.engines.opensearch.indexing.leases import WriteLease
from indexer.engines.opensearch.location import parse
from indexer.engines.opensearch.state import GRACE, Dated, Lease, State, StateStore
from indexer.errors import IndexLocked, UsageError
from indexer.model import Everything, Request
from tests.support import cluster
from tests.support.cluster_proxy import NO_ANSWER, proxy
from tests.support.engine_documents import document

IDENTITY = IndexIdentity("/archive", "rules-1")


@pytest.fixture
def engine(opensearch_location: str) -> OpenSearchEngine:
    found = open_engine(opensearch_location, IDENTITY)
    assert isinstance(found, OpenSearchEngine)
    return found


@pytest.fixture
def store(opensearch_location: str) -> StateStore:
    return StateStore(Connection(parse(opensearch_location)))


def add(writer: Writer, *names: str) -> None:
    for name in names:
        writer.replace(name, [document(name, source=name)], "f")


def put(engine: OpenSearchEngine, *names: str, fresh: bool = False) -> None:
    writer = engine.writer(fresh=fresh)
    add(writer, *names)
    writer.commit()


def held(engine: OpenSearchEngine) -> list[str]:
    reader = engine.reader()
    names = sorted(reader.fingerprints())
    assert reader.count(Request(Everything())) == len(names)
    return names


def test_parts_are_written_beside_each_other(engine: OpenSearchEngine) -> None:
    first, second = engine.writer(part="1/2"), engine.writer(part="2/2")
    for part in ("1/2", "1/3", ""):
        with pytest.raises(IndexLocked, match=r"process \d+ on .*, part 1/2, since \d{4}.*Wait until it has ended"):
            engine.writer(part=part)
    with pytest.raises(UsageError, match="is not a part; write it as 2/8"):
        engine.writer(part="second")
    with pytest.raises(UsageError, match="can't be built anew part by part"):
        engine.writer(part="1/2", fresh=True)
    add(first, "a", "b")
    add(second, "c")
    first.commit()
    assert held(engine) == ["a", "b"]
    with pytest.raises(IndexLocked):
        engine.writer()
    second.commit()
    assert held(engine) == ["a", "b", "c"]
    engine.verify()
    engine.writer(part="2/3").abort()


def test_a_lease_of_a_process_that_ended_is_taken_over(engine: OpenSearchEngine, store: StateStore) -> None:
    put(engine, "a")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    lease_of_ours = WriteLease(store, "")
    here = lease_of_ours.state.writers[""]
    lease_of_ours.release()
    for lease in (replace(here, pid=ended.pid), Lease("x", "elsewhere", 1, 0.0, time.time() - 1)):
        store.update(lambda state, lease=lease: replace(state, writers={"": lease}))
        put(engine, "b")
    store.update(lambda state: replace(state, writers={"": Lease("x", "elsewhere", 1, 0.0, time.time() + 60)}))
    with pytest.raises(IndexLocked, match="process 1 on elsewhere, since 1970"):
        engine.writer()
    assert held(engine) == ["a", "b"]


def test_a_writer_whose_lease_was_taken_over_changes_nothing(engine: OpenSearchEngine, store: StateStore) -> None:
    put(engine, "a")
    late = engine.writer()
    add(late, "late")
    store.update(lambda state: replace(state, writers={}))
    put(engine, "b")
    with pytest.raises(IndexLocked, match="took over the index"):
        late.commit()
    assert held(engine) == ["a", "b"]


def test_documents_that_arrive_late_are_never_seen(engine: OpenSearchEngine, store: StateStore) -> None:
    """A run that is thought to be dead may still send something under its ticket."""
    put(engine, "a")
    late = engine.writer()
    add(late, "late")
    ticket, data = late._take_ticket()
    store.update(lambda state: replace(state, writers={}))
    put(engine, "b")
    kept = cluster.ask(f"http://{parse_server(store)}/{data}/_search", "POST", {})["hits"]["hits"][0]["_source"]
    sent = {**kept, "id": "late", "source": "late", "born": ticket, "stamp": f"{ticket} late"}
    cluster.ask(f"http://{parse_server(store)}/{data}/_doc/late?refresh=true", "PUT", sent)
    put(engine, "c")
    assert held(engine) == ["a", "b", "c"]
    late.abort()


def parse_server(store: StateStore) -> str:
    return store._connection.location.server


def test_what_was_replaced_goes_after_a_while(engine: OpenSearchEngine, store: StateStore) -> None:
    put(engine, "a", "b")
    before = engine.reader()
    put(engine, "a")
    put(engine, "c")
    assert len(before.search(Request(Everything())).hits) == 2
    old = store.read()
    assert [one.name for one in old.superseded] == ["superseded-3-0"]

    def aged(state: State) -> State:
        gone = time.time() - GRACE - 1
        return replace(state, superseded=tuple(Dated(one.name, gone) for one in state.superseded))

    store.update(aged)
    put(engine, "d")
    assert store.read().superseded == ()
    assert cluster.ask(f"http://{parse_server(store)}/{old.data}/_count")["count"] == 4
    assert held(engine) == ["a", "b", "c", "d"]
    engine.verify()


def test_a_fresh_index_takes_the_alias_while_readers_go_on(engine: OpenSearchEngine, store: StateStore) -> None:
    put(engine, "a", "b")
    before = engine.reader()
    put(engine, "c", fresh=True)
    assert sorted(before.fingerprints()) == ["a", "b"]
    assert held(engine) == ["c"]
    state = store.read()
    server = f"http://{parse_server(store)}"
    assert [*cluster.ask(f"{server}/_alias/{store.name}")] == [state.data]
    (old,) = state.retired
    store.update(lambda state: replace(state, retired=(Dated(old.name, 0.0),)))
    put(engine, "d")
    assert {one["index"] for one in cluster.ask(f"{server}/_cat/indices/{store.name}-*?format=json")} == {
        state.data,
        f"{store.name}-state",
    }
    assert held(engine) == ["c", "d"]


def lost_answers(path: str) -> Callable[[str, str, bytes], tuple[int, bytes] | None]:
    """Return a hook that loses the answer to each second request to an address that changes something."""
    count = 0

    def lose(method: str, asked: str, body: bytes) -> tuple[int, bytes] | None:
        nonlocal count
        count += method == "PUT" and path in asked
        return (0, NO_ANSWER) if method == "PUT" and path in asked and count % 2 else None

    return lose


def test_answers_that_are_lost_on_their_way(opensearch_location: str, store: StateStore) -> None:
    server, _, name = opensearch_location.removeprefix("opensearch+").rpartition("/")
    with proxy(server) as it:
        engine = open_engine(it.location(name), IDENTITY)
        assert isinstance(engine, OpenSearchEngine)
        put(engine, "a")
        it.after = lost_answers("/_doc/state")
        put(engine, "b")
        put(engine, "c", fresh=True)
        assert held(engine) == ["c"]
    assert store.read().generation == 2
    assert os.getpid() not in {lease.pid for lease in store.read().writers.values()}
