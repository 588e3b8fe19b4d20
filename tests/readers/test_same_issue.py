"""The same issue gives the same articles in every format that says where they begin."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pytest

from indexer import readers
from indexer.articles.metadata.page_identity import identify
from indexer.articles.page_reader import read_page
from indexer.model import Article, PageReading, Paper
from tests.conftest import PROJECT
from tests.support.issue_formats import PLACED
from tests.support.typesetting import TypesetPage

sys.path.insert(0, str(PROJECT / "scripts"))
from samples import make_up

PAPER = Paper("yunbei", title="云陂日报")
ISSUES = sorted((PROJECT / "scripts" / "samples").glob("*.toml"))


@cache
def issue(path: Path) -> list[TypesetPage]:
    return make_up.issue(path)


def read(page: TypesetPage, name: str, folder: Path) -> PageReading:
    suffix, write = PLACED[name]
    path = folder / f"{page.label}{suffix}"
    path.write_bytes(write(page))
    [raw] = readers.read(path, f"yunbei/{page.date}/{path.name}")
    return read_page(raw, identify(raw, PAPER), PAPER)


def texts(article: Article) -> tuple[str, ...]:
    """Return what an article consists of; a space may be lost where two lines are joined."""
    parts = (article.kicker, article.headline, article.subtitle, *(one.text for one in article.paragraphs))
    return tuple("".join(part.split()) for part in parts if part)


def printed(page: TypesetPage) -> list[tuple[str, ...]]:
    found = []
    for story in page.articles:
        parts = (story.kicker, story.headline, story.subtitle, *story.paragraphs)
        found.append(tuple("".join(part.split()) for part in parts if part))
    return found


@pytest.mark.parametrize("path", ISSUES, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", PLACED)
def test_every_format_gives_the_articles_that_were_printed(name: str, path: Path, tmp_path: Path) -> None:
    for page in issue(path):
        reading = read(page, name, tmp_path)
        assert [texts(article) for article in reading.articles] == printed(page), page.label
        assert (str(reading.identity.date), reading.identity.page) == (path.stem, page.label)


@pytest.mark.parametrize("name", [name for name in PLACED if name != "e-paper HTML"])
def test_the_folio_is_read_wherever_lines_have_places(name: str, tmp_path: Path) -> None:
    for page in issue(ISSUES[0]):
        told = {one.about: one.value for one in read(page, name, tmp_path).identity.evidence if one.source == "printed"}
        section = page.lines[2].text
        assert told == {
            "date": page.date.isoformat(),
            "weekday": "一",
            "page": page.label,
            "section": section,
            "paper": "云陂日报",
        }


@pytest.mark.parametrize("name", PLACED)
def test_every_format_gives_the_same_ids(name: str, tmp_path: Path) -> None:
    pages = issue(ISSUES[0])
    ids = [[article.id for article in read(page, name, tmp_path).articles] for page in pages]
    assert ids == [[article.id for article in read(page, "e-paper HTML", tmp_path).articles] for page in pages]
