"""Cursors: where a list of results goes on, in the same version of the archive."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from indexer.errors import UsageError
from indexer.search.search import MAX_PAGE

_CURSOR = re.compile(r"([0-9.-]+) ([1-9][0-9]{0,6})")


def cursor(version: str, page: int) -> str:
    """Return the cursor of a page of a list that was begun in a version of the archive.

    >>> cursor("2026-11-29.417", 101), page_at("MjAyNi0xMS0yOS40MTcgMTAx", "2026-11-29.417")
    ('MjAyNi0xMS0yOS40MTcgMTAx', 101)
    """
    return urlsafe_b64encode(f"{version} {page}".encode()).decode().rstrip("=")


def page_at(text: str, version: str) -> int:
    """Return the page that a cursor leads to.

    Raises UsageError if it is none, and OutdatedCursorError if it was made in another version of the archive.
    """
    try:
        found = _CURSOR.fullmatch(urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)).decode())
    except ValueError:
        found = None
    if not found or int(found[2]) > MAX_PAGE:
        raise UsageError("This is no cursor; take it from the Link header of the answer before, or ask without it.")
    if found[1] != version:
        raise OutdatedCursorError(
            f"The archive was changed since this list was begun (then {found[1]}, now {version}), so its order may be "
            "another; begin again without a cursor."
        )
    return int(found[2])


class OutdatedCursorError(UsageError):
    """A cursor of another version of the archive."""
