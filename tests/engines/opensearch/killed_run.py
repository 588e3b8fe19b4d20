"""A process that changes an index and may be killed meanwhile: `python -m … LOCATION fresh|update`."""

from __future__ import annotations

import sys

from indexer.engines import open_engine
from indexer.engines.base import Engine, IndexIdentity
from indexer.model import Times
from tests.support.engine_documents import document

IDENTITY = IndexIdentity("/archive", "rules-1")


def before(engine: Engine) -> None:
    """Make what the process finds."""
    writer = engine.writer()
    for name in ("kept", "replaced", "removed"):
        writer.replace(name, [document(f"{name}-1", source=name), document(f"{name}-2", source=name)], "old")
    writer.commit({"gone-1": "kept-1"}, {}, "first\n")


def change(engine: Engine, *, fresh: bool) -> None:
    """Change it, so that it holds the same after `fresh` and without."""
    writer = engine.writer(fresh=fresh)
    writer.replace("replaced", [document("replaced-3", source="replaced")], "new")
    writer.replace("added", [document("added-1", source="added"), document("added-2", source="added")], "new")
    if fresh:
        writer.replace("kept", [document("kept-1", source="kept"), document("kept-2", source="kept")], "old")
    else:
        writer.remove("removed")
    writer.commit({"replaced-1": "replaced-3"}, {"added-1": Times(5, 5)}, "second\n")


if __name__ == "__main__":
    change(open_engine(sys.argv[1], IDENTITY), fresh=sys.argv[2] == "fresh")
