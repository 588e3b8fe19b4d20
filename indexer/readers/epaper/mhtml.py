"""Read pages that browsers save in one file with their pictures: MHTML (RFC 2557), a message of many parts."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.message import Message

from indexer.errors import PageError
from indexer.model import Evidence, RawPage
from indexer.readers.epaper import addresses
from indexer.readers.epaper.saved_site import ADDRESS
from indexer.readers.html.reader import read_html

_HTML = ("text/html", "application/xhtml+xml")


def read_mhtml(data: bytes, source: str) -> RawPage:
    """Read the page of an MHTML file: its first part of HTML. Other such parts are frames.

    Raises PageError if it has none, or no text of an article.
    """
    message = message_from_bytes(data)
    part = next((part for part in message.walk() if part.get_content_type() in _HTML), None)
    content = part.get_payload(decode=True) if part else None
    if part is None or not isinstance(content, bytes) or not content.strip():
        raise PageError(source, "it holds no page of HTML; save the page again, or as text")
    page = read_html(content, source, part.get_content_charset() or "")
    address = _address(message, part)
    told = (Evidence("address", address, ADDRESS), *addresses.claims_of(address, ADDRESS)) if address else ()
    return replace(page, claims=(*page.claims, *told))


def _address(message: Message, part: Message) -> str:
    """Return the address of a page as browsers write it, without the folds of long headers."""
    given = part.get("Content-Location") or message.get("Snapshot-Content-Location") or ""
    return "".join(str(given).split())
