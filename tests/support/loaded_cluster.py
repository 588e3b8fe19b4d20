"""Documents in a real OpenSearch cluster, for tests of its reader: loaded by hand, without the engine's writer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from uuid import uuid4

import msgspec

from indexer.engines.base import IndexIdentity
from indexer.engines.memory import MemoryEngine, MemoryReader
from indexer.engines.opensearch import location
from indexer.engines.opensearch.connection import Connection
from indexer.engines.opensearch.documents import source_of
from indexer.engines.opensearch.indexing.writer import allow_long_queries
from indexer.engines.opensearch.mapping import settings_and_mapping
from indexer.engines.opensearch.reader import OpenSearchReader
from indexer.engines.opensearch.state import Snapshot
from indexer.model import Times, TokenisedDocument

KnownTimes = Mapping[str, Times] | None

_NO_TIMES = Times()


class LoadedCluster:
    """An index in a cluster that takes one archive after another, each under a ticket of its own."""

    def __init__(self, url: str, shards: int = 2) -> None:
        self.index = f"reader-{uuid4().hex}"
        self.connection = Connection(location.parse(f"opensearch+{url}/reader"))
        self._shards = shards
        self._tickets = count(1)
        allow_long_queries(self.connection)
        self._make()

    def load(
        self, documents: Iterable[TokenisedDocument], times: Mapping[str, Times] | None = None
    ) -> OpenSearchReader:
        """Load an archive beside those loaded before, and return its reader: it sees no other."""
        ticket = next(self._tickets)
        action = msgspec.json.encode({"create": {"_index": self.index}}) + b"\n"
        sources = [source_of(one, "f", ticket, (times or {}).get(one.document.id, _NO_TIMES)) for one in documents]
        lines = [action + msgspec.json.encode(source) + b"\n" for source in sources]
        for at in range(0, len(lines), 1000):
            assert all(one["status"] == 201 for one in self.connection.bulk(lines[at : at + 1000]))
        self.connection.post(f"{self.index}/_refresh")
        visible = {"range": {"born": {"gte": ticket, "lte": ticket}}}
        return OpenSearchReader(self.connection, Snapshot(self.index, visible, "2026-11-29.1"))

    def clear(self) -> None:
        """Forget all archives: what comes next is ranked by itself."""
        self.forget()
        self._make()

    def forget(self) -> None:
        """Delete the index."""
        self.connection.delete(self.index)

    def _make(self) -> None:
        identity = IndexIdentity(archive="/archive", rules="rules-1")
        self.connection.put(self.index, settings_and_mapping(identity, self._shards, 0))


def in_memory(documents: Iterable[TokenisedDocument], times: KnownTimes = None) -> MemoryReader:
    """Return a reader of the same archive in memory."""
    by_source: dict[str, list[TokenisedDocument]] = {}
    for one in documents:
        by_source.setdefault(one.document.source, []).append(one)
    engine = MemoryEngine()
    writer = engine.writer()
    for source, its in by_source.items():
        writer.replace(source, its, "f")
    writer.commit(times=times)
    return engine.reader()
