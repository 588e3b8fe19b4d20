"""The mail by which a reader tells a paper's people of an error."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from indexer.archive.paper import FILE_NAME, parse_paper
from indexer.errors import SettingsError

_LARGEST = 1_000_000


def contact_of(root: Path, paper: str) -> str:
    """Return the address that a paper's settings give for errors; "" where there is none that can be used."""
    path = root / paper / FILE_NAME
    try:
        found = path.stat()
    except (OSError, ValueError):
        return ""
    return _contact(path, found.st_mtime_ns, found.st_size) if found.st_size <= _LARGEST else ""


@lru_cache(256)
def _contact(path: Path, changed: int, size: int) -> str:
    """Read the address from a file in the state that its time of change and its size describe."""
    with suppress(OSError, SettingsError):
        return parse_paper(path.read_bytes(), path.parent.name, str(path))[0].contact
    return ""


def mail_link(contact: str, subject: str, body: str) -> str:
    """Return the address that opens a new mail.

    >>> mail_link("news@example.cn", "错字", "a&b")
    'mailto:news@example.cn?subject=%E9%94%99%E5%AD%97&body=a%26b'
    """
    return f"mailto:{quote(contact, safe='@')}?subject={quote(subject, safe='')}&body={quote(body, safe='')}"
