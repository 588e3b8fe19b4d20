"""The one place that holds the index.

A request reads one snapshot, opened when the request first asks for it and let go when the request ends. So a new
commit is seen by the next request without a restart, and every number on one page comes from the same index. Engines
make opening cheap as long as nothing was committed.
"""

from __future__ import annotations

import threading
from typing import cast

from flask import Flask, current_app, g

from indexer.archive.archive import Archive
from indexer.engines import open_engine
from indexer.engines.base import Engine, IndexIdentity, Reader
from indexer.errors import ArchiveError
from indexer.indexing.rules_fingerprint import fingerprint
from webui.settings import Settings

_EXTENSION = "baosou"


class Holding:
    """The archive and the engine behind a site. The engine is opened on first use: there may be no index yet."""

    def __init__(self, settings: Settings, engine: Engine | None) -> None:
        self.settings = settings
        self._engine = engine
        self._opening = threading.Lock()

    def new_id(self, old: str) -> str | None:
        """Return the id that an article goes by now, if it once went by another."""
        try:
            # Read each time: a run of `baosou index` may have added to it.
            return Archive(self.settings.archive).redirects().get(old)
        except ArchiveError:
            return None

    def engine(self) -> Engine:
        """Return the engine; raises an IndexUnavailable as long as it can't be opened."""
        with self._opening:
            if self._engine is None:
                archive = self.settings.archive
                # Without an archive at hand articles are shown all the same, only their raw text can't be.
                belongs_to = str(archive.resolve()) if archive.is_dir() else ""
                self._engine = open_engine(self.settings.index, IndexIdentity(belongs_to, fingerprint()))
            return self._engine

    def register(self, app: Flask) -> None:
        """Make this the holding of an app."""
        app.extensions[_EXTENSION] = self
        app.teardown_appcontext(_close)


def holding() -> Holding:
    """Return the holding of the app that answers the request."""
    return cast(Holding, current_app.extensions[_EXTENSION])


def reader() -> Reader:
    """Return the index as it stands for this request; raises an IndexUnavailable where there is none."""
    if "reader" not in g:
        g.reader = holding().engine().reader()
    return cast(Reader, g.reader)


def _close(_: BaseException | None) -> None:
    opened = g.pop("reader", None)
    if opened is not None:
        opened.close()
