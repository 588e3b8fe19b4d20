"""Where an index lives: `base` says what an engine must do, `open_engine` finds the one asked for."""

from __future__ import annotations

from pathlib import Path

from indexer.engines.base import Engine, IndexIdentity
from indexer.engines.memory import MemoryEngine
from indexer.errors import IndexUnavailable

__all__ = ["open_engine"]


def open_engine(location: str, identity: IndexIdentity) -> Engine:
    """The engine at a location: `memory:` (empty, for this process), a folder, or an index on a cluster of OpenSearch.

    Nothing is opened or made before the engine's `reader()` or `writer()` is called. Raises `IndexUnavailable` for a
    kind of location that there is no engine for, and `UsageError` for one of OpenSearch that is misspelled or needs its
    client.

    >>> type(open_engine("memory:", IndexIdentity(archive="", rules=""))).__name__
    'MemoryEngine'
    """
    if location == "memory:":
        return MemoryEngine()
    # Engines are imported here, because commands without an index need neither Whoosh nor NumPy.
    if location.startswith(("opensearch+http://", "opensearch+https://")):
        from indexer.engines.opensearch.engine import OpenSearchEngine
        from indexer.engines.opensearch.location import parse

        return OpenSearchEngine(parse(location), identity)
    if "://" in location:
        raise IndexUnavailable(
            f"{location}: there is no engine for this kind of index here. Give a folder, as in --index ./index, or a "
            "cluster, as in --index opensearch+http://127.0.0.1:9200/papers."
        )
    from indexer.engines.whoosh.engine import WhooshEngine

    return WhooshEngine(Path(location), identity)
