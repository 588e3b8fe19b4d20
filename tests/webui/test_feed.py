"""Tests of the feed of a search: it tells of what was indexed last, however old the paper is."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import quote

import pytest

from indexer.archive.archive import Archive
from indexer.engines.base import Engine, IndexIdentity
from indexer.engines.memory import MemoryEngine
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.indexing.pipeline import index
from tests.support.web_site import xml
from webui import Settings, create_app
from webui.views.exports import FEED_SIZE

ATOM = "{http://www.w3.org/2005/Atom}"
FERRY = "渡口添新船\n\n本报讯 河口渡口添了一条新船，能坐四十人，摆渡的老人试航后十分满意。\n"
FIRST, SECOND, THIRD = 1_700_000_000, 1_700_086_400, 1_700_172_800


class Site:
    """An archive, an index and a site over them."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.root, self.engine = folder / "archive", engine
        self.client = create_app(Settings(self.root, str(folder / "index")), engine).test_client()

    def put(self, day: str, text: str) -> None:
        path = self.root / "lanhe" / day / "01.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, now: int, *, full: bool = False) -> None:
        index(Archive(self.root), self.engine, full=full, jobs=1, accept_removals=True, clock=lambda: now)

    def feed(self, line: str = "渡口") -> list[tuple[str, ...]]:
        """Return title, first indexing, last change and id of the feed's entries, and before them those of the feed."""
        feed = xml(self.client.get(f"/search.atom?q={quote(line)}"))
        parts = ("title", "published", "updated", "id")
        return [
            tuple(one.findtext(f"{ATOM}{part}", "") for part in parts) for one in (feed, *feed.iter(f"{ATOM}entry"))
        ]


@pytest.fixture(name="site", params=["memory", "whoosh"])
def site_fixture(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    root = str(tmp_path / "archive")
    is_memory = request.param == "memory"
    engine = MemoryEngine() if is_memory else WhooshEngine(tmp_path / "index", IndexIdentity(root, "rules"))
    site = Site(tmp_path, engine)
    for day in range(1, 28):
        site.put(
            f"2021-02-{day:02}", f"渡口第{day}天\n\n本报讯 渡口开到第{day}天，摆渡的老人说，今天坐船的人又多了一些。\n"
        )
    site.run(FIRST)
    return site


def test_an_old_issue_that_was_added_is_told_of_and_a_full_run_is_not(site: Site) -> None:
    before = site.feed()
    assert len(before) == 1 + FEED_SIZE
    assert before[0][2] == "2023-11-14T22:13:20Z"
    site.run(SECOND, full=True)
    assert site.feed() == before
    site.put("1996-01-09", FERRY)
    site.run(SECOND)
    feed, first, *others = site.feed()
    assert first[:3] == ("渡口添新船", "2023-11-15T22:13:20Z", "2023-11-15T22:13:20Z")
    assert feed[2] == "2023-11-15T22:13:20Z"
    assert others == before[1:FEED_SIZE]
    site.put("1996-01-09", FERRY.replace("四十人", "五十人"))
    site.run(THIRD)
    feed, changed, *same = site.feed()
    assert changed == (*first[:2], "2023-11-16T22:13:20Z", first[3])
    assert feed[2] == "2023-11-16T22:13:20Z"
    assert same == others


def test_an_entry_keeps_its_id_when_its_article_has_another(site: Site) -> None:
    site.put("1996-01-09", FERRY)
    site.run(SECOND)
    [_, first, *_] = site.feed()
    (site.root / "lanhe" / "1996-01-09").rename(site.root / "lanhe" / "1996-01-10")
    site.run(THIRD)
    assert site.feed()[1] == first
    site.put("1996-01-10", FERRY.replace("渡口添新船", "河口渡口添新船", 1))
    site.run(THIRD)
    assert site.feed()[1][3] == first[3]
    shutil.rmtree(site.root / "lanhe" / "1996-01-10")
    site.run(THIRD)
    assert first[3] not in {entry[3] for entry in site.feed()}


def test_a_feed_without_hits_has_the_same_time_always(site: Site) -> None:
    [feed] = site.feed("没有的词语甲乙丙")
    assert feed[2] == "1970-01-01T00:00:00Z"
