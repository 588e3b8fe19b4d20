"""A cluster of three nodes that may end, and an index on it that grows while it is searched: no answer may be wrong."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from indexer.engines import open_engine
from indexer.engines.base import IndexIdentity
from indexer.errors import IndexUnavailable
from indexer.indexing.rules_fingerprint import matching
from indexer.model import Everything, Request
from tests.support import cluster
from tests.support.engine_documents import document

NODES = 3
SECONDS_TO_RECOVER = 180


class Library:
    """An index that grows by one page with each commit, while one article, of the day's count, is replaced by each."""

    def __init__(self, location: str) -> None:
        self.location = location
        self.engine = open_engine(location, IndexIdentity("", matching()))
        self.begun = self.committed = 0

    def add(self) -> None:
        """Index the next page, again where the cluster can't take it, as the next night's run does."""
        self.begun = self.committed + 1
        until = time.monotonic() + SECONDS_TO_RECOVER
        while refusal := self._refusal_of(self.begun):
            assert says_what_to_do(refusal)
            assert time.monotonic() < until, f"it did not recover: {refusal}"
            time.sleep(1)
        self.committed = self.begun

    def _refusal_of(self, number: int) -> str:
        """Index a page; return why that was refused, if it was."""
        try:
            self._commit(number)
        except IndexUnavailable as problem:
            return str(problem)
        return ""

    def _commit(self, number: int) -> None:
        writer = self.engine.writer()
        try:
            page = f"jia/{number}.txt"
            writer.replace(page, [document(f"{page}-{at}", "渡口", ordinal=at, source=page) for at in range(2)], "f")
            writer.replace("jia/count.txt", [document(f"count-{number}", "点数", source="jia/count.txt")], "f")
            writer.commit()
        finally:
            writer.abort()

    def ids(self) -> set[str]:
        found = self.engine.reader().search(Request(Everything(), size=5_000, facets=()))
        ids = [hit.document.id for hit in found.hits]
        assert len(ids) == found.total
        return set(ids)

    def check(self) -> None:
        """See that an answer is one of the states between those before and after it."""
        earliest = self.committed
        ids = self.ids()
        (state,) = (int(one.removeprefix("count-")) for one in ids if one.startswith("count-"))
        assert earliest <= state <= self.begun
        assert ids == expected(state)


def expected(state: int) -> set[str]:
    """Return the ids of all articles after a number of commits."""
    return {f"count-{state}", *(f"jia/{number}.txt-{at}" for number in range(1, state + 1) for at in range(2))}


def says_what_to_do(sentence: str) -> bool:
    return len(sentence) > 40 and "Traceback" not in sentence


class Searches:
    """A stream of searches in a thread: what was answered, refused, and wrong."""

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check
        self._ending = threading.Event()
        self.answers = 0
        self.refusals: list[str] = []
        self.wrong: list[BaseException] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self._search)
        thread.start()
        try:
            yield
        finally:
            self._ending.set()
            thread.join()
        assert self.wrong == []
        assert all(map(says_what_to_do, self.refusals))

    def _search(self) -> None:
        while not self._ending.is_set():
            try:
                self._check()
                self.answers += 1
            except IndexUnavailable as problem:
                self.refusals.append(str(problem))
                time.sleep(0.2)
            except BaseException as problem:
                self.wrong.append(problem)
                return


class Three:
    """A cluster of three nodes, of which some may be killed."""

    def __init__(self, name: str, version: str = "") -> None:
        self.name = name
        self.start(version)

    def location(self, name: str) -> str:
        hosts = ",".join(node["url"].removeprefix("http://") for node in cluster.nodes(self.name))
        return f"opensearch+http://{hosts}/{name}?replicas=1&shards=2"

    def start(self, version: str = "") -> None:
        """Start the nodes that have ended, and wait until all copies are there."""
        cluster.start(self.name, "--nodes", str(NODES), *(["--version", version] if version else []))

    def kill(self, number: int, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to a node, and return when it has ended."""
        os.killpg(cluster.nodes(self.name)[number]["pid"], how)
        wait_for(lambda: not cluster.nodes(self.name)[number]["running"])


def refusal(library: Library) -> str:
    """Begin a change, and nothing more; return why that is refused, if it is."""
    try:
        library.engine.writer().abort()
    except IndexUnavailable as problem:
        return str(problem)
    return ""


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS_TO_RECOVER
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.1)
