"""Entity tags of answers that depend on the archive alone: the same until the next commit, on every server.

A tag made from the bytes of an answer would not do: it says how long the search took, and long ones are sent while they
are made.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import request

from webui.access.audience import audience
from webui.citation import today
from webui.meta import absolute
from webui.site_state import reader, site_state


def version_tag() -> str:
    """Return the tag of the answer to this request.

    It depends on the version of the archive, on who asks, on the day, which citations name, and on this program.
    """
    settings = site_state().settings
    parts = (
        *(reader().version(), audience(settings), today().isoformat()),
        *(absolute(request.path), request.query_string.hex(), settings.name, _program()),
    )
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:20]


@cache
def _program() -> str:
    """Return a digest of the files that make answers."""
    folder = Path(__file__).parent
    files = sorted(path for pattern in ("*.py", "*.html", "*.xml") for path in folder.rglob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
