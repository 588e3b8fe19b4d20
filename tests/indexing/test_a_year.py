"""A year of an invented library's work, month by month.

Pages come late and twice, dates move, names are taken away, the disk is changed and rules are upgraded. After each
month, archive, index, site and feed agree, and every link that was ever right still leads somewhere.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from indexer.archive.archive import Archive
from indexer.archive.corrections import Correction
from indexer.engines.base import Engine, IndexIdentity, Reader
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.indexing import changes, rules_fingerprint
from indexer.indexing.checking.archive_check import check
from indexer.indexing.issue_reader import read_issue
from indexer.indexing.pipeline import index
from indexer.indexing.rules_fingerprint import matching
from indexer.model import Document
from tests.support.command_line import baosou, messages
from webui.app import create_app
from webui.settings import Settings

FIRST = date(2022, 1, 6)
FEED = "{http://www.w3.org/2005/Atom}"
PLACES = ("渡口", "老桥", "茶园", "水库", "学堂", "集市", "书屋", "河堤", "果园", "码头", "戏台", "粮站")
NUMERALS = "零一二三四五六七八九"
PHONE = "13912345678"
PAPER = 'title = "兰河报"\n\n[rhythm]\nweekdays = [4]\npages = 2\n'


def spelled(number: int) -> str:
    return "".join(NUMERALS[int(digit)] for digit in f"{number:03}")


def article(week: int, number: int, verb: str = "热闹", more: str = "") -> str:
    """An article unlike all others."""
    choose = random.Random(week * 10 + number)
    letters = "".join(chr(0x4E00 + choose.randrange(2000)) for _ in range(40))
    return (
        f"{PLACES[week % 12]}第{spelled(week * 10 + number)}次整修\n\n"
        f"本报讯 昨日，{PLACES[number]}一带场面{verb}，{letters[:20]}。乡亲们说，{letters[20:]}。{more}\n"
    )


class Library:
    """The archive, its index and its site. `seen` are all ids that ever were right."""

    def __init__(self, folder: Path) -> None:
        self.root, self.index_folder = folder / "archive", folder / "index"
        (self.root / "lanhe").mkdir(parents=True)
        (self.root / "lanhe" / "paper.toml").write_text(PAPER, encoding="utf-8")
        self.now = 1_650_000_000
        self.seen: set[str] = set()
        self.first: dict[str, int] = {}
        self.withdrawn: set[str] = set()
        self.hidden: list[str] = []

    # --- what librarians do

    @property
    def engine(self) -> Engine:
        return WhooshEngine(self.index_folder, IndexIdentity(str(self.root.resolve()), matching()))

    @property
    def archive(self) -> Archive:
        return Archive(self.root)

    def folder(self, week: int) -> Path:
        return self.root / "lanhe" / (FIRST + timedelta(weeks=week)).isoformat()

    def put(self, week: int, page: int, *articles: str) -> None:
        self.folder(week).mkdir(parents=True, exist_ok=True)
        (self.folder(week) / f"{page:02}.txt").write_text("\n".join(articles), encoding="utf-8")

    def print_issue(self, week: int) -> None:
        self.put(week, 1, article(week, 1), article(week, 2))
        if week != 15:  # its second page is found in autumn
            self.put(week, 2, article(week, 3, more=f"联系电话{PHONE}。" if week == 20 else ""))

    def index(self, *, full: bool = False) -> None:
        self.now += 3600
        report = index(self.archive, self.engine, jobs=1, full=full, clock=lambda: self.now)
        assert not report.set_aside
        assert not report.warnings

    def record(self, document: Document, *wanted: Correction) -> None:
        self.now += 3600
        done = changes.record(self.archive, self.engine, document.id, wanted, "馆员", clock=lambda: self.now)
        assert not done.pending

    def found(self, week: int, number: int) -> Document:
        """An article by its headline."""
        headline = f"第{spelled(week * 10 + number)}次"
        return next(one for one in documents(self.engine.reader()) if headline in one.article.headline)

    # --- what must hold

    def agrees(self, *, is_end: bool = False) -> None:
        """Compare all that shows articles; at the end, each link is followed, else those that are not held any more."""
        reader = self.engine.reader()
        held = {one.id for one in documents(reader)}
        self.seen |= held
        assert held == self.ids_in_archive()
        site = create_app(Settings(self.root, ""), self.engine).test_client()
        assert site.get("/api/search?q=").get_json()["total"] == len(held)
        for one in self.seen if is_end else self.seen - held:
            answer = site.get(f"/article/{one}", follow_redirects=True)
            assert answer.status_code == (410 if one in self.withdrawn else 200), one
        for passage in self.hidden:
            assert site.get("/api/search", query_string={"q": f'"{passage}"'}).get_json()["total"] == 0
        self.feed_agrees(site.get("/search.atom").text, reader)
        self.times_stay(reader)

    def ids_in_archive(self) -> set[str]:
        readings = (read_issue(issue.pages, issue.paper) for issue in self.archive.survey().issues)
        return {one.id for reading in readings for page in reading.pages.values() for one in page.articles}

    def feed_agrees(self, text: str, reader: Reader) -> None:
        """The feed has what was indexed last, and nothing that is withdrawn."""
        entries = ElementTree.fromstring(text).findall(f"{FEED}entry")  # noqa: S314 (our own answer)
        links = [str(entry.find(f"{FEED}link").get("href")) for entry in entries]  # type: ignore[union-attr]
        ids = [link.rpartition("/")[2].partition("?")[0] for link in links]
        times = reader.times([one.id for one in documents(reader)])
        newest = sorted((of.first for of in times.values()), reverse=True)[: len(ids)]
        assert [times[one].first for one in ids] == newest

    def times_stay(self, reader: Reader) -> None:
        """What was there in an earlier month is not new."""
        times = reader.times([one.id for one in documents(reader)])
        for one, of in times.items():
            assert of.first == self.first.setdefault(of.first_id or one, of.first)


def documents(reader: Reader) -> list[Document]:
    return [one for source in reader.fingerprints() for one in reader.documents_of(source)]


# --- the months, which begin after the first weeks were indexed


def a_better_scan_comes(lib: Library) -> None:
    lib.put(1, 1, article(1, 1).replace("整修", "重修"), article(1, 2, "红火"))
    lib.index()
    assert "重修" in lib.found(1, 1).article.headline


def a_date_was_wrong(lib: Library) -> None:
    wrong = lib.folder(3)
    wrong.rename(wrong.with_name("2022-01-28"))
    lib.index()
    assert lib.found(3, 1).article.date == date(2022, 1, 28)


def articles_are_corrected(lib: Library) -> None:
    lib.record(lib.found(5, 1), Correction(action="set", field="headline", after="码头第零五一次整修完工"))
    lib.record(lib.found(6, 2), Correction(action="set", field="date", after="2022-02-18"))
    lib.record(lib.found(7, 3), Correction(action="set", field="text", before="乡亲们说", after="乡亲说"))


def an_article_is_withdrawn(lib: Library) -> None:
    document = lib.found(8, 2)
    lib.record(document, Correction(action="withdraw", reason="法院裁定", public_reason="应当事人要求"))
    lib.withdrawn.add(document.id)
    lib.hidden.append(document.article.paragraphs[0].text[-20:-2])


def its_page_is_scanned_again(lib: Library) -> None:
    lib.put(8, 1, article(8, 1, "红火"), article(8, 2, "红火"))
    lib.index()


def the_disk_is_changed(lib: Library) -> None:
    old, backup, new = lib.root.parent, lib.root.parent.parent / "backup", lib.root.parent.parent / "new"
    places = ("--archive", old / "archive", "--index", old / "index")
    assert baosou("backup", backup, *places).returncode == 0
    shutil.rmtree(old)
    lib.root, lib.index_folder = new / "archive", new / "index"
    done = baosou("restore", backup, "--archive", lib.root, "--index", lib.index_folder)
    assert done.returncode == 0, messages(done)
    lib.index()


def a_number_is_withheld(lib: Library) -> None:
    lib.record(lib.found(20, 3), Correction(action="withhold", before=PHONE))
    lib.hidden.append(PHONE)


def a_missing_page_turns_up(lib: Library) -> None:
    missing = [one for one in check(lib.archive).remarks if one.kind == "pages missing"]
    assert len(missing) == 1, check(lib.archive).remarks
    lib.put(15, 2, article(15, 3))
    lib.index()
    assert not [one for one in check(lib.archive).remarks if one.kind == "pages missing"]


def rules_are_upgraded(lib: Library) -> None:
    before = {one.id for one in documents(lib.engine.reader())}
    pytest.MonkeyPatch().setattr(rules_fingerprint, "reading", lambda: "new rules")
    lib.index()
    assert {one.id for one in documents(lib.engine.reader())} == before


def another_is_withdrawn_and_one_divided(lib: Library) -> None:
    document = lib.found(30, 1)
    lib.record(document, Correction(action="withdraw", public_reason="来源有误"))
    lib.withdrawn.add(document.id)
    divided = lib.found(31, 1)
    lib.put(31, 1, article(31, 1).rstrip() + "\n另讯 昨日河水上涨，沿岸加固了堤防，险情排除。\n", article(31, 2))
    lib.index()
    lib.record(divided, Correction(action="split", before="另讯 昨日河水上涨", after="河水上涨险情排除"))


def the_index_is_built_anew(lib: Library) -> None:
    lib.index(full=True)


MONTHS: tuple[Callable[[Library], None], ...] = (
    a_better_scan_comes,
    a_date_was_wrong,
    articles_are_corrected,
    an_article_is_withdrawn,
    its_page_is_scanned_again,
    the_disk_is_changed,
    a_number_is_withheld,
    a_missing_page_turns_up,
    rules_are_upgraded,
    another_is_withdrawn_and_one_divided,
    the_index_is_built_anew,
)


def test_a_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_fingerprint, "reading", rules_fingerprint.reading)  # so that it is put back at the end
    lib = Library(tmp_path / "old")
    weeks = iter(range(52))
    for month in (None, *MONTHS):
        for week in [next(weeks) for _ in range(4)]:
            lib.print_issue(week)
        lib.index()
        if month:
            month(lib)
        lib.agrees(is_end=month is MONTHS[-1])
    exported = tmp_path / "export"
    places = ("--archive", lib.root, "--index", lib.index_folder)
    assert baosou("export", "--to", exported, *places, "--withdrawn").returncode == 0
    lines = [json.loads(line) for line in (exported / "articles.jsonl").read_text("utf-8").splitlines()]
    assert {line["id"] for line in lines if "withdrawn" not in line} == lib.ids_in_archive()
    assert len([line for line in lines if "withdrawn" in line]) == len(lib.withdrawn) == 2
    assert PHONE not in (exported / "articles.jsonl").read_text("utf-8")
    assert not [
        one for one in check(lib.archive, index=lib.engine.reader()).remarks if one.kind in ("index", "correction")
    ]
