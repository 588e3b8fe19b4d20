"""The names of files that are taken away: what was searched for, when, and how much of it is in there."""

from __future__ import annotations

import re
from urllib.parse import quote

from webui.exporting.results import Results

_NOT_IN_NAMES = re.compile(r"[^\w.-]+")
_LONGEST = 60


def file_name(results: Results, suffix: str) -> str:
    """Return the name of a file with results, which any system takes.

    One that does not have all says so.
    """
    link = results.link
    parts = [link.q, *link.paper, *link.locality, *link.section, *link.kind, *link.quality]
    span = "-".join(dict.fromkeys(filter(None, (link.start, link.end))))
    searched = "_".join(filter(None, (_plain(part) for part in (*parts, span))))[:_LONGEST].strip("._-")
    cut = f"前{results.held}篇-共{results.total}篇" if results.held < results.total else ""
    named = [searched or "search", results.retrieval.day.isoformat(), cut]
    return f"{'_'.join(filter(None, named))}.{suffix}"


def attachment(name: str, results: Results, suffix: str) -> str:
    """Return the header that lets a browser save an answer under a name, and old programs under one in ASCII."""
    cut = f"-{results.held}-of-{results.total}" if results.held < results.total else ""
    plain = f"search-{results.retrieval.day}{cut}.{suffix}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _plain(text: str) -> str:
    return _NOT_IN_NAMES.sub("-", text.encode("utf-8", "ignore").decode()).strip("._-")
