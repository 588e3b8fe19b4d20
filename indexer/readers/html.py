"""E-paper HTML."""

from __future__ import annotations

from indexer.errors import PageError
from indexer.model import RawPage


def read_html(data: bytes, source: str) -> RawPage:
    """Read a page of e-paper HTML."""
    raise PageError(source, "HTML can't be read yet; save it as text")
