"""The cluster that the tests over OpenSearch run on."""

from __future__ import annotations

from tests.support import cluster


def test_the_cluster_is_a_real_one_and_ready(opensearch_url: str) -> None:
    health = cluster.ask(f"{opensearch_url}/_cluster/health")
    assert health["status"] in ("green", "yellow")
    assert cluster.ask(opensearch_url)["version"]["number"]
