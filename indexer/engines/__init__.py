"""Where an index lives: `base` says what an engine must do, `open_engine` finds the one asked for."""

from __future__ import annotations

from pathlib import Path

from indexer.engines.base import Engine, IndexIdentity
from indexer.engines.memory import MemoryEngine
from indexer.errors import IndexUnavailable

__all__ = ["open_engine"]


def open_engine(location: str, identity: IndexIdentity) -> Engine:
    """The engine at a location: `memory:` (empty, for this process), a folder, or the URL of a server.

    Nothing is opened or made before the engine's `reader()` or `writer()` is called. Raises `IndexUnavailable` for a
    kind of location that there is no engine for.

    >>> type(open_engine("memory:", IndexIdentity(archive="", rules=""))).__name__
    'MemoryEngine'
    """
    if location == "memory:":
        return MemoryEngine()
    if "://" in location:
        raise IndexUnavailable(
            f"{location}: there is no engine for this kind of index here. Give a folder instead, as in --index ./index."
        )
    # Imported here, because commands without an index need neither Whoosh nor NumPy.
    from indexer.engines.whoosh.engine import WhooshEngine

    return WhooshEngine(Path(location), identity)
