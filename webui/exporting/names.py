"""The names of files that are taken away: from which list, when, and how much of it is in there."""

from __future__ import annotations

import re
from urllib.parse import quote

from webui.exporting.results import Results

_NOT_IN_NAMES = re.compile(r"[^\w.-]+")
_LONGEST = 60


def file_name(results: Results, suffix: str) -> str:
    """Return the name of a file with the articles of a list, which any system takes.

    One that does not have all says so.
    """
    listed = "_".join(filter(None, map(_plain, results.origin.names)))[:_LONGEST].strip("._-")
    cut = _how_many(results) if results.held < results.total else ""
    named = [listed or results.origin.kind, results.retrieval.day.isoformat(), cut]
    return f"{'_'.join(filter(None, named))}.{suffix}"


def attachment(name: str, results: Results, suffix: str) -> str:
    """Return the header that lets a browser save an answer under a name, and old programs under one in ASCII."""
    cut = f"-{results.held}-of-{results.total}" if results.held < results.total else ""
    plain = f"{results.origin.kind}-{results.retrieval.day}{cut}.{suffix}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _how_many(results: Results) -> str:
    first = "前" if results.origin.kind == "search" else "有"
    return f"{first}{results.held}篇-共{results.total}篇"


def _plain(text: str) -> str:
    return _NOT_IN_NAMES.sub("-", text.encode("utf-8", "ignore").decode()).strip("._-")
