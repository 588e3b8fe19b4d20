"""Read hOCR."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.errors import PageError
from indexer.model import RawPage


def is_hocr(data: bytes) -> bool:
    """Return whether an HTML file is hOCR."""
    return False


def read_hocr(data: bytes, source: str) -> Sequence[RawPage]:
    """Read the pages of an hOCR file."""
    raise PageError(source, "hOCR can't be read yet; export it as ALTO")
