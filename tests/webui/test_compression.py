"""Pages are sent compressed to whoever takes that, and are the same pages."""

from __future__ import annotations

import gzip

import brotli
import pytest
from flask.testing import FlaskClient

ADDRESSES = [
    "/search?q=%E5%B7%A5%E4%BC%9A",
    "/paper/tonghe",
    "/help",
    "/static/style.css",
    "/search.atom?q=%E5%B7%A5%E4%BC%9A",
    "/openapi.json",
    "/nothing/here",
]
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}
MOST = 30_000
"""Bytes of a page as it is sent."""


def sent(site: FlaskClient, address: str, accepts: str = "", **headers: str):  # type: ignore[no-untyped-def]
    return site.get(address, headers={"Accept-Encoding": accepts, **headers})


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("accepts", "encoding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip")]
)
def test_a_page_is_compressed_as_asked_and_stays_the_same(
    site: FlaskClient, address: str, accepts: str, encoding: str
) -> None:
    plain, packed = sent(site, address), sent(site, address, accepts)
    is_page = packed.status_code == 200
    assert packed.headers.get("Content-Encoding") == (encoding if is_page else None)
    assert "Content-Encoding" not in plain.headers
    assert "accept-encoding" in packed.headers["Vary"].lower()
    assert (UNPACK[encoding](packed.data) if is_page else packed.data) == plain.data
    assert len(packed.data) <= MOST
    assert int(packed.headers["Content-Length"]) == len(packed.data)


@pytest.mark.parametrize("address", [*ADDRESSES[1:4], "/openapi.json"])
def test_a_page_that_a_browser_has_is_not_sent_again(site: FlaskClient, address: str) -> None:
    first = sent(site, address, "br")
    again = sent(site, address, "br", **{"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert first.headers["ETag"] != sent(site, address).headers["ETag"]


def test_long_files_and_pictures_are_sent_as_they_are(site: FlaskClient) -> None:
    for address in ("/search.csv?q=", "/preview/search.png?q=%E5%B7%A5%E4%BC%9A"):
        assert "Content-Encoding" not in sent(site, address, "br, gzip").headers
