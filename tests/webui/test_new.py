"""Tests of the list of what is new: by the time of first indexing, as a page and as a feed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.engines.base import Engine
from indexer.indexing.pipeline import index
from tests.support.web_site import CHINESE, in_memory, on_disk, text_of, xml
from webui import Settings, create_app

ATOM = "{http://www.w3.org/2005/Atom}"
FIRST, SECOND, THIRD = 1_700_000_000, 1_700_086_400, 1_700_172_800
"""14, 15 and 16 November 2023."""


class Site:
    """An archive of one paper, its index, and a site over them."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.root, self.engine = folder / "archive", engine
        self.client = create_app(Settings(self.root, str(folder / "index")), engine).test_client()

    def put(self, day: str, title: str, boats: str = "三") -> None:
        path = self.root / "lanhe" / day / "01.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{title}\n\n本报讯 河口渡口添了{boats}条新船，摆渡的老人试航后十分满意。\n", encoding="utf-8")

    def run(self, now: int, *, full: bool = False) -> None:
        index(Archive(self.root), self.engine, full=full, jobs=1, accept_removals=True, clock=lambda: now)

    def titles(self, since: str = "") -> list[str]:
        return [one.findtext(f"{ATOM}title", "") for one in self.entries(since)]

    def entries(self, since: str = "") -> list:
        return list(xml(self.client.get(f"/new.atom?since={since}")).iter(f"{ATOM}entry"))


@pytest.fixture(name="site", params=[in_memory, on_disk])
def site_fixture(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    engine = request.param(tmp_path)
    site = Site(tmp_path, engine)
    site.put("2021-02-01", "渡口甲")
    site.put("2021-02-02", "渡口乙")
    site.run(FIRST)
    site.put("1996-01-09", "渡口丙")
    site.run(SECOND)
    return site


def test_an_issue_that_was_added_later_comes_first_however_old_it_is(site: Site) -> None:
    assert site.titles() == ["渡口丙", "渡口乙", "渡口甲"]
    page = text_of(site.client.get("/new", headers=CHINESE).text)
    assert re.search(r"3 篇.*2023-11-15 22:13 UTC.*渡口丙.*2023-11-14 22:13 UTC.*渡口乙.*渡口甲", page)


@pytest.mark.parametrize(
    ("since", "count"),
    [
        ("2023", 3),
        ("2023-11-14", 3),
        ("2023-11-15", 1),
        ("2023-11-14T22:13:20Z", 3),
        ("2023-11-14T22:13:21Z", 1),
        ("2023-11-15T06:13:20%2B08:00", 3),
        ("2023-12", 0),
        ("1900", 3),
    ],
)
def test_only_what_came_in_since_then_is_listed(site: Site, since: str, count: int) -> None:
    assert len(site.titles(since)) == count
    assert f"{count} 篇" in site.client.get(f"/new?since={since}", headers=CHINESE).text


def test_a_full_run_makes_nothing_new_and_a_changed_text_is_updated(site: Site) -> None:
    def shown() -> list[tuple[str | None, ...]]:
        return [
            tuple(one.findtext(f"{ATOM}{part}") for part in ("id", "published", "updated")) for one in site.entries()
        ]

    before = shown()
    site.run(THIRD, full=True)
    assert shown() == before
    assert site.titles("2023-11-16") == []
    site.put("1996-01-09", "渡口丙", "四")
    site.run(THIRD)
    changed, *others = shown()
    assert changed == (*before[0][:2], "2023-11-16T22:13:20Z")
    assert others == before[1:]


@pytest.mark.parametrize("since", ["soon", "2023-13", "2023-02-30T00:00:00Z", "%00", "<script>", "T", "9" * 3000])
def test_a_time_that_is_none_is_answered_in_a_sentence(site: Site, since: str) -> None:
    page = site.client.get(f"/new?since={since}", headers=CHINESE)
    assert page.status_code == 200
    assert "不能读作时间" in page.text
    assert "<script>" not in page.text
    feed = site.client.get(f"/new.atom?since={since}")
    assert feed.status_code == 400
    assert "2026-11-29T08:00:00Z" in feed.text


@pytest.mark.parametrize("page", ["2", "1000000000", "0", "-1", "x"])
def test_a_page_that_is_none_does_no_harm(site: Site, page: str) -> None:
    assert site.client.get(f"/new?page={page}").status_code == 200
