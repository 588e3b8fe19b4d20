"""Tests of saved sites in folders: pages of an issue (版) joined with the files of their articles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.errors import PageError
from indexer.indexing.issue_reader import IssueReading, read_issue
from indexer.readers import read
from tests.support.epaper_site import PAGES, TEXTS, article, edition_page, whole_site
from tests.support.readings import claims

ON_PAGES = {TEXTS[name][0]: (label, section) for label, section, names in PAGES.values() for name in names}


def saved(root: Path, files: Mapping[str, bytes | str]) -> dict[str, IssueReading]:
    """Write files into an archive and read all its issues, by the folder of each."""
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    issues = Archive(root).survey().issues
    return {issue.pages[0].source.rpartition("/")[0]: read_issue(issue.pages, issue.paper) for issue in issues}


def placed(readings: Mapping[str, IssueReading]) -> dict[str, tuple[str, str, str]]:
    """Return headline → label, section and day of all articles."""
    return {
        one.headline: (one.pages[0] if one.pages else page.identity.page, one.section, str(one.date))
        for reading in readings.values()
        for page in reading.pages.values()
        for one in page.articles
    }


EXPECTED = {headline: (*place, "2024-03-08") for headline, place in ON_PAGES.items()}
FAR = {name: "layout" if name in PAGES else "con" for name in whole_site()}


def moved(page: str) -> str:
    return page.replace("content_", "../../../con/202403/08/content_")


@pytest.mark.parametrize(
    "files",
    [
        {f"ybrb/2024-03-08/{name}": data for name, data in whole_site().items()},
        {f"ybrb/html/2024-03/08/{name}": data for name, data in whole_site().items()},
        {f"ybrb/html/2024-03/08/{name}" + "?div=-1" * (name in TEXTS): data for name, data in whole_site().items()},
        {f"ybrb/html/2024-03/08/{name}" + "@div=-1" * (name in TEXTS): data for name, data in whole_site().items()},
        {
            f"ybrb/pc/{FAR[name]}/202403/08/{name}": moved(data.decode()) if name in PAGES else data
            for name, data in whole_site().items()
        },
        {
            f"ybrb/pc/{FAR[name]}/202403/08/{name}": data.decode().replace(
                "content_9", "http://epaper.yunbei.example/pc/con/202403/08/content_9"
            )
            for name, data in whole_site().items()
        },
        {f"ybrb/2024-03-08/{name}": data.decode().encode("gb18030") for name, data in whole_site().items()},
    ],
)
def test_a_saved_issue_is_read_in_one_go(tmp_path: Path, files: Mapping[str, bytes | str]) -> None:
    readings = saved(tmp_path, files)
    assert placed(readings) == EXPECTED
    assert [problem for reading in readings.values() for problem in reading.set_aside] == []


def test_an_article_keeps_its_place_on_the_page_as_evidence(tmp_path: Path) -> None:
    saved(tmp_path, {f"ybrb/2024-03-08/{name}": data for name, data in whole_site().items()})
    [page] = read(tmp_path / "ybrb/2024-03-08/content_901.htm", "ybrb/2024-03-08/content_901.htm")
    told = claims(page, "edition page")
    assert told["polygon"] == "102,98 190,98 190,366 50,366 50,400 102,400"
    assert told["sequence"] == "2"
    [polygon] = [claim for claim in page.claims if claim.about == "polygon"]
    assert polygon.quote == "../../1/A01_brief.jpg 350×550"


def test_an_article_saved_at_two_addresses_counts_once(tmp_path: Path) -> None:
    files = {f"ybrb/2024-03-08/{name}": data for name, data in whole_site().items()}
    files |= {f"ybrb/2024-03-08/{name}?div={at}": article(name).encode() for name in TEXTS for at in (0, -1)}
    [reading] = saved(tmp_path, files).values()
    assert sum(len(page.articles) for page in reading.pages.values()) == len(TEXTS)
    assert reading.set_aside == ()


def test_a_page_that_has_the_texts_of_its_articles_too_counts_them_once(tmp_path: Path) -> None:
    texts = "".join(f"<h2>{TEXTS[name][0]}</h2><div class=article><p>{TEXTS[name][1]}</p></div>" for name in TEXTS)
    files = {f"ybrb/2024-03-08/{name}": data for name, data in whole_site().items()}
    files["ybrb/2024-03-08/node_12.htm"] = edition_page("node_12.htm").replace("</body>", f"{texts}</body>").encode()
    [reading] = saved(tmp_path, files).values()
    assert placed({"": reading}) == EXPECTED
    assert sum(len(page.articles) for page in reading.pages.values()) == len(TEXTS)


def test_a_page_without_the_files_of_its_articles_says_so(tmp_path: Path) -> None:
    path = tmp_path / "node_12.htm"
    path.write_text(edition_page("node_12.htm"))
    with pytest.raises(PageError, match="links to articles only; put the articles' own files"):
        read(path, "ybrb/node_12.htm")
    (tmp_path / "content_901.htm").write_text(article("content_901.htm"))
    with pytest.raises(
        PageError, match=r"1 of its 2 articles are missing beside it \(content_907.htm\); put their files"
    ):
        read(path, "ybrb/node_12.htm")
    (tmp_path / "content_907.htm").write_text(article("content_907.htm"))
    assert read(path, "ybrb/node_12.htm") == ()
