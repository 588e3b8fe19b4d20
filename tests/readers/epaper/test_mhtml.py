"""Tests of pages that a browser saved in one file."""

from __future__ import annotations

import quopri
from base64 import b64encode

import pytest

from indexer.errors import PageError
from indexer.readers.epaper.mhtml import read_mhtml
from tests.support.epaper_site import SITE, TEXTS, article
from tests.support.readings import claims

HEAD = b"""From: <Saved by a browser>
Snapshot-Content-Location: %s
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="--b--"

"""


def mhtml(html: bytes, encoding: str, charset: str = "utf-8") -> bytes:
    address = f"{SITE}content_901.htm?div=-1".encode()
    sent = {"quoted-printable": quopri.encodestring, "base64": b64encode, "binary": bytes}[encoding](html)
    part = f'Content-Type: text/html; charset="{charset}"\nContent-Transfer-Encoding: {encoding}\n'.encode()
    picture = b"Content-Type: image/png\nContent-Transfer-Encoding: base64\nContent-Location: a.png\n\niVBORw0KGgo="
    pieces = [part + b"Content-Location: " + address + b"\n\n" + sent, picture]
    return HEAD % address + b"".join(b"----b--\n" + piece + b"\n\n" for piece in pieces) + b"----b----\n"


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "binary"])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_page_saved_in_one_file_is_read(encoding: str, charset: str) -> None:
    page = read_mhtml(mhtml(article("content_901.htm").encode(charset), encoding, charset), "demo/1.mhtml")
    assert "".join(TEXTS["content_901.htm"]) in "".join(page.text.replace("\u3000", "").split("\n"))
    assert claims(page, "address") == {"address": f"{SITE}content_901.htm?div=-1", "date": "2024-03-08"}


@pytest.mark.parametrize("data", [b"", b"no message", HEAD % b"x" + b"----b--\n\nText\n----b----\n"])
def test_a_file_without_html_is_refused(data: bytes) -> None:
    with pytest.raises(PageError, match="holds no page of HTML; save the page again"):
        read_mhtml(data, "demo/1.mhtml")
