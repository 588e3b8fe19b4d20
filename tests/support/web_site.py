"""Fixtures for the site with real engines and a small archive, and helpers."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from indexer.engines import open_engine
from indexer.engines.base import Engine, IndexIdentity
from indexer.engines.memory import MemoryEngine
from tests.support.web_archive import SAMPLES

LEAD, FAMILIES, FAIR, MAYDAY, OLD, NOTICE = (sample.id for sample in SAMPLES)
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9"}
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}
PAGES = (
    "/",
    "/search?q=%E5%B7%A5%E4%BC%9A",
    "/search?q=%E7%81%AB%E6%98%9F%20%E5%B7%A5%E4%BC%9A",
    f"/article/{LEAD}",
    f"/clips?id={LEAD}&id={FAIR}&title=%E6%98%A5%E8%80%95",
    "/paper/yunbei",
    "/paper/yunbei/2019",
    "/paper/yunbei/2019-03-08",
    "/paper/yunbei/2019-03-08/01",
    "/on/03-08",
    "/help",
    "/advanced",
    "/new",
    "/api",
    "/nope",
)
"""One page of each kind."""


def in_memory(folder: Path) -> Engine:
    return MemoryEngine()


def on_disk(folder: Path) -> Engine:
    return open_engine(str(folder / "index"), IndexIdentity("here", "these"))


def search_for(site: FlaskClient, line: str, more: str = "") -> str:
    response = site.get(f"/search?q={quote(line)}{more}", follow_redirects=True)
    assert response.status_code == 200
    return response.text


def xml(response: TestResponse) -> ElementTree.Element:
    return ElementTree.fromstring(response.data)  # noqa: S314 (our own answer)


def links_in(html: str) -> list[str]:
    return re.findall(r'<a [^>]*?href="([^"]+)"', html.replace("&amp;", "&"))


def text_of(html: str) -> str:
    """Return the visible text of a page in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<body")[2]).split())
