"""Read PAGE XML."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.errors import PageError
from indexer.model import RawPage
from indexer.readers.xml.parsing import XmlBytes


def read_page_xml(xml: XmlBytes, source: str) -> Sequence[RawPage]:
    """Read the page of a PAGE file."""
    raise PageError(source, "PAGE can't be read yet; export it as ALTO")
