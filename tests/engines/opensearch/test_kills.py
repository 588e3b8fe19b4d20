"""A run that is killed between any two requests leaves the index as it was or as it was to become.

A proxy before the cluster kills the process, at one request after another: before the cluster gets it, or when it has
been carried out and the answer is still on its way.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass

import pytest

from indexer.engines import open_engine
from indexer.engines.base import Engine
from indexer.engines.opensearch.connection import Connection
from indexer.engines.opensearch.location import parse
from indexer.engines.opensearch.state import State, StateStore
from indexer.model import Everything, Request
from tests.conftest import PROJECT
from tests.engines.opensearch import killed_run
from tests.engines.opensearch.killed_run import IDENTITY
from tests.support import cluster
from tests.support.cluster_proxy import NO_ANSWER, proxy

OLD = {"kept": "old", "replaced": "old", "removed": "old"}
NEW = {"kept": "old", "replaced": "new", "added": "new"}


@dataclass(frozen=True)
class Killed:
    """How a run ended: whether it was killed, and by which request."""

    killed: bool
    request: str


def run_killed(location: str, kind: str, at: int, *, answered: bool) -> Killed:
    """Run the change, and kill it at a request."""
    server, _, name = location.removeprefix("opensearch+").rpartition("/")
    with proxy(server) as it:
        count = 0

        def kill(method: str, path: str, body: bytes) -> tuple[int, bytes] | None:
            nonlocal count
            count += 1
            if count != at:
                return None
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            return 0, NO_ANSWER

        setattr(it, "after" if answered else "before", kill)
        command = (sys.executable, "-m", killed_run.__name__, it.location(name), kind)
        process = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, "PYTHONPATH": str(PROJECT)})
        ended = process.wait(timeout=120)
        return Killed(ended == -signal.SIGKILL, it.requests[at - 1] if len(it.requests) >= at else "")


def state_at(location: str) -> State:
    return StateStore(Connection(parse(location))).read()


def check(engine: Engine) -> bool:
    """Check that the index is one of the two, all through. Return whether it is the new one."""
    reader = engine.reader()
    held = dict(reader.fingerprints())
    assert held in (OLD, NEW)
    is_new = held == NEW
    found = reader.search(Request(Everything(), size=100))
    assert found.total == len(found.hits) == (5 if is_new else 6)
    assert engine.pending_moves() == {"gone-1": "kept-1", **({"replaced-1": "replaced-3"} if is_new else {})}
    assert engine.pending_records() == "first\n" + "second\n" * is_new
    engine.verify()
    return is_new


def check_left_over(location: str) -> None:
    """Check that nothing is left of a run that was killed, once another has ended."""
    state = state_at(location)
    assert (state.open, state.writers) == ({}, {})
    server, _, name = location.removeprefix("opensearch+").rpartition("/")
    there = {one["index"] for one in cluster.ask(f"{server}/_cat/indices/{name}-*?format=json&h=index")}
    assert there == {f"{name}-state", state.data, *(one.name for one in state.retired)}
    dead = {"query": {"terms": {"born": [*map(int, state.void)]}}}
    assert cluster.ask(f"{server}/{state.data}/_count", "POST", dead)["count"] == 0
    assert [*cluster.ask(f"{server}/_alias/{name}")] == [state.data]


def try_kill(location: str, kind: str, at: int, *, answered: bool) -> bool:
    """Kill a run at a request and see what came of it. Return False when there is no such request."""
    engine = open_engine(location, IDENTITY)
    killed_run.before(engine)
    ended = run_killed(location, kind, at, answered=answered)
    is_new = check(engine)
    if not is_new:
        killed_run.change(engine, fresh=kind == "fresh")
        assert check(engine), ended.request
    engine.writer().abort()
    check_left_over(location)
    return ended.killed


@pytest.mark.parametrize("kind", ["update", "fresh"])
@pytest.mark.parametrize(("at", "answered"), [(3, True), (11, True), (16, True)])
def test_a_run_that_is_killed(opensearch_location: str, kind: str, at: int, answered: bool) -> None:
    assert try_kill(opensearch_location, kind, at, answered=answered)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["update", "fresh"])
@pytest.mark.parametrize("answered", [False, True])
def test_a_run_that_is_killed_at_any_request(opensearch_url: str, kind: str, answered: bool) -> None:
    for at in range(1, 100):
        location = cluster.new_location(opensearch_url)
        killed = try_kill(location, kind, at, answered=answered)
        cluster.forget(location)
        if not killed:
            assert at > 15
            return
    raise AssertionError("the run never came to its end")
