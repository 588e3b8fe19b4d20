"""One node after the other gets a new version of OpenSearch, while articles are indexed and searched."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support import cluster
from tests.support.cluster_library import NODES, Library, Searches, Three, expected, wait_for

OLD, NEW = "3.5.0", "3.8.0"


@pytest.fixture
def three() -> Iterator[Three]:
    name = f"upgrade-{os.getpid()}"
    try:
        yield Three(name, OLD)
    finally:
        cluster.stop(name)


def allow_copies(three: Three, which: str | None) -> None:
    """Say which shards nodes may take over: the primary ones only, or all (None)."""
    url = next(node["url"] for node in cluster.nodes(three.name) if node["running"])
    cluster.ask(f"{url}/_cluster/settings", "PUT", {"persistent": {"cluster.routing.allocation.enable": which}})


def runs_new(three: Three, number: int) -> bool:
    try:
        return bool(cluster.ask(cluster.nodes(three.name)[number]["url"])["version"]["number"] == NEW)
    except OSError:
        return False


@pytest.mark.opensearch
@pytest.mark.long
def test_a_rolling_upgrade(three: Three) -> None:
    library = Library(three.location("papers"))
    searches = Searches(library.check)
    with searches.running():
        library.add()
        for number in range(NODES):
            before = searches.answers
            allow_copies(three, "primaries")
            three.kill(number, signal.SIGTERM)
            library.add()
            with ThreadPoolExecutor(1) as pool:
                starting = pool.submit(three.start, NEW)  # which waits until all copies are there
                wait_for(lambda number=number: runs_new(three, number))
                library.add()
                allow_copies(three, None)
                starting.result()
            wait_for(lambda before=before: searches.answers > before)
            assert library.ids() == expected(library.committed)
    assert {node["version"] for node in cluster.nodes(three.name)} == {NEW}
    assert library.engine.verify()
    print(f"{searches.answers} answers, {len(searches.refusals)} refusals")  # noqa: T201 (a figure for the docs)
