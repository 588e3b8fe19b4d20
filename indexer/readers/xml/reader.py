"""Read XML files, which are told apart by their root element: ALTO, PAGE, hOCR, and METS, which is no page itself."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.errors import PageError
from indexer.model import RawPage
from indexer.readers.xml.alto import read_alto
from indexer.readers.xml.hocr import read_hocr
from indexer.readers.xml.mets import read_mets
from indexer.readers.xml.page import read_page_xml
from indexer.readers.xml.parsing import root_of, to_utf8

_NO_PAGES = frozenset(("batch", "reel"))
"""NDNP's lists of issues and of reels."""


def read_xml(data: bytes, source: str) -> Sequence[RawPage]:
    """Read the pages of an XML file; none if it describes others.

    Raises PageError if it is no well-formed XML, or is of another kind.
    """
    xml = to_utf8(data, source)
    root = root_of(xml, source)
    match root.lower():
        case "alto":
            return read_alto(xml, source)
        case "pcgts":
            return read_page_xml(xml, source)
        case "html":
            return read_hocr(data, source)
        case "mets":
            read_mets(xml, source)  # raises an error here, where it is named; beside the pages it would not be
            return ()
        case kind if kind in _NO_PAGES:
            return ()
    raise PageError(
        source,
        f"its root element is <{root}>; baosou reads ALTO, PAGE, METS and hOCR. Export it as one of these, "
        "or move it out of the archive",
    )
