"""Access to the archive and the index.

Each request reads one snapshot of the index. It is opened on first use and closed when the request ends. So the next
request sees a new commit without a restart, and all numbers on one page come from the same commit. Opening a snapshot
is cheap if nothing was committed since the last one.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import cast

from flask import Flask, current_app, g

from indexer.archive.archive import Archive
from indexer.archive.redirects import followed
from indexer.archive.withdrawn import Withdrawal, WithdrawnIds
from indexer.engines import open_engine
from indexer.engines.base import Engine, IndexIdentity, Reader
from indexer.errors import ArchiveError
from indexer.indexing.rules_fingerprint import matching
from indexer.search.rights import may_know_of, visible_to
from webui.access.audience import audience
from webui.settings import Settings

_EXTENSION = "baosou"


class SiteState:
    """The archive and the engine of a site.

    The engine is opened on first use, because the index may not exist yet.
    """

    def __init__(self, settings: Settings, engine: Engine | None) -> None:
        self.settings = settings
        self._engine = engine
        self._opening = threading.Lock()
        self._withdrawn: tuple[tuple[int, int], dict[str, Withdrawal]] = ((0, 0), {})

    def new_id(self, old: str) -> str | None:
        """Return the current id of an article that this reader may know of, given a former one, or None.

        Raises IndexUnavailable if the index can't be read.
        """
        new = self._moves().get(old)
        return new if new is not None and (reader().get(new) or self.withdrawal(new)) else None

    def new_ids(self, beginning: str) -> set[str]:
        """Return the current ids of articles that this reader may see, of those with a former id that begins so.

        The beginning is in small letters.

        Raises IndexUnavailable if the index can't be read.
        """
        found = {new for old, new in self._moves().items() if old.lower().startswith(beginning)}
        return {new for new in found if reader().get(new)}

    def withdrawal(self, article_id: str) -> Withdrawal | None:
        """Return that an article is withdrawn, as far as this reader may know of it, or None.

        It is as the archive says, whatever the index holds.
        """
        path = self.settings.archive / "withdrawn.tsv"
        try:
            found = path.stat()
        except OSError:
            return None
        state = found.st_mtime_ns, found.st_size
        if state != self._withdrawn[0]:
            with suppress(ArchiveError):  # then what was read before still holds
                self._withdrawn = state, WithdrawnIds(path).table()
        known = self._withdrawn[1].get(article_id)
        if known is None:
            return None
        rights = Archive(self.settings.archive).rights(known.source.partition("/")[0])
        return known if may_know_of(rights, audience(self.settings)) else None

    def _moves(self) -> dict[str, str]:
        """Return a mapping from each former id to its current one.

        It is read each time, because `baosou index` may add to it. Moves go from the index to the archive, so the index
        is read first.
        """
        pending = self.engine().pending_moves()
        try:
            return Archive(self.settings.archive).redirects(pending)
        except ArchiveError:
            return followed(pending)

    def engine(self) -> Engine:
        """Return the engine.

        Raises IndexUnavailable if it can't be opened.
        """
        with self._opening:
            if self._engine is None:
                archive = self.settings.archive
                # Without an archive, articles can still be shown, only not their raw text.
                belongs_to = str(archive.resolve()) if archive.is_dir() else ""
                self._engine = open_engine(self.settings.index, IndexIdentity(belongs_to, matching()))
            return self._engine

    def register(self, app: Flask) -> None:
        """Register this instance with an app."""
        app.extensions[_EXTENSION] = self
        app.teardown_appcontext(_close)


def site_state() -> SiteState:
    """Return the state of the current app."""
    return site_state_of(current_app)


def site_state_of(app: Flask) -> SiteState:
    """Return the state of an app."""
    return cast(SiteState, app.extensions[_EXTENSION])


def reader() -> Reader:
    """Return what the reader of this request may see of the index snapshot.

    Raises IndexUnavailable if there is no usable index.
    """
    if "reader" not in g:
        state = site_state()
        g.reader = visible_to(state.engine().reader(), audience(state.settings))
    return cast(Reader, g.reader)


def taken_reader() -> Reader:
    """Return the same as `reader`, to be closed by whoever takes it: for answers that are sent after the request.

    Raises IndexUnavailable if there is no usable index.
    """
    taken = reader()
    g.pop("reader")
    return taken


def _close(_: BaseException | None) -> None:
    opened = g.pop("reader", None)
    if opened is not None:
        opened.close()
