"""A run that is interrupted goes on where it ended, and comes to the same end as one that was not.

Runs commit after every few pages here. After each commit, all links lead on.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.archive.archive import Archive
from indexer.engines.base import Engine, IndexIdentity
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import IndexMissing
from indexer.indexing import issue_reader, rules_fingerprint
from indexer.indexing.parts import ArchivePart
from indexer.indexing.pipeline import Report, index
from indexer.model import Document, Times
from tests.support.examples import examples
from webui.app import create_app
from webui.settings import Settings

NIGHT = 86_400
WORDS = (
    "渡口",
    "夜航",
    "早稻",
    "书屋",
    "老桥",
    "灯会",
    "茶园",
    "水库",
    "学堂",
    "集市",
    "老人",
    "乡亲",
    "收割",
    "修缮",
    "试航",
    "采摘",
    "石板",
    "新船",
    "河堤",
    "果树",
)


def article(day: int, number: int, verb: str = "热闹") -> str:
    """An article unlike all others."""
    choose = random.Random(day * 100 + number)
    letters = "".join(chr(0x4E00 + choose.randrange(2000)) for _ in range(60))
    return (
        f"第{day}天{choose.choice(WORDS)}第{number}回{choose.choice(WORDS)}\n\n本报讯 昨日{choose.choice(WORDS)}"
        f"场面{verb}，{letters[:30]}。{choose.choice(WORDS)}说，{letters[30:]}。\n"
    )


def put(root: Path, source: str, *articles: str) -> None:
    path = root / source
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(articles), encoding="utf-8")


def day_of(number: int) -> str:
    return f"2022-05-{number:02}"


def first_archive(root: Path) -> None:
    for day in range(1, 11):
        put(root, f"lanhe/{day_of(day)}/01.txt", article(day, 1), article(day, 2))
        put(root, f"lanhe/{day_of(day)}/02.txt", article(day, 3))


def better_scan(root: Path) -> None:
    put(root, f"lanhe/{day_of(2)}/01.txt", article(2, 1, "红火"), article(2, 2))


def another_date(root: Path) -> None:
    (root / "lanhe" / day_of(3)).rename(root / "lanhe" / day_of(23))


def a_page_to_another_day(root: Path) -> None:
    (root / "lanhe" / day_of(4) / "02.txt").rename(root / "lanhe" / day_of(5) / "03.txt")


def an_article_to_another_issue(root: Path) -> None:
    put(root, f"lanhe/{day_of(6)}/01.txt", article(6, 1))
    put(root, f"lanhe/{day_of(26)}/01.txt", article(6, 2))


def a_page_is_gone(root: Path) -> None:
    (root / "lanhe" / day_of(7) / "02.txt").unlink()


def two_folders_of_a_day(root: Path) -> None:
    put(root, f"lanhe/again/{day_of(8)}/01.txt", article(8, 1, "冷清"), article(8, 4))


def many_new_issues(root: Path) -> None:
    for day in range(11, 20):
        put(root, f"lanhe/{day_of(day)}/01.txt", article(day, 1), article(day, 2))


def a_page_that_can_not_be_read(root: Path) -> None:
    put(root, f"lanhe/{day_of(9)}/03.txt", "")


def settings_of_the_paper(root: Path) -> None:
    (root / "lanhe" / "paper.toml").write_text('title = "兰河报"\n', encoding="utf-8")


CHANGES = (
    better_scan,
    another_date,
    a_page_to_another_day,
    an_article_to_another_issue,
    a_page_is_gone,
    two_folders_of_a_day,
    many_new_issues,
    a_page_that_can_not_be_read,
    settings_of_the_paper,
)


class Interrupted(BaseException):
    """Like a signal: no part of a run expects it."""


@dataclass
class Library:
    """An archive and its index."""

    root: Path

    @property
    def engine(self) -> Engine:
        return WhooshEngine(self.root.parent / "index", IndexIdentity("", "rules"))

    def run(
        self,
        *,
        pages: int = 3,
        night: int = 1,
        stop: int = 0,
        jobs: int = 1,
        dry_run: bool = False,
        part: ArchivePart | None = None,
    ) -> Report:
        """Bring the index up to date; with `stop`, raise `Interrupted` when that number of pages is read."""

        def progress(done: int, total: int) -> None:
            if 0 < stop <= done:
                raise Interrupted

        return index(
            Archive(self.root),
            self.engine,
            pages_per_commit=pages,
            accept_removals=True,
            progress=progress,
            jobs=jobs,
            dry_run=dry_run,
            clock=lambda: night * NIGHT,
            part=part,
        )

    def documents(self) -> list[Document]:
        try:
            reader = self.engine.reader()
        except IndexMissing:
            return []
        return [document for source in sorted(reader.fingerprints()) for document in reader.documents_of(source)]

    def state(self) -> tuple[dict[str, Document], dict[str, Times], dict[str, str], dict[str, str]]:
        """Articles and their times, fingerprints, and where ids lead that are not in use."""
        held = {document.id: document for document in self.documents()}
        leads = {old: new for old, new in Archive(self.root).redirects().items() if old not in held}
        reader = self.engine.reader()
        return held, dict(reader.times(held)), dict(reader.fingerprints()), leads

    def dead(self, ids: set[str]) -> set[str]:
        """The ids that are not in use and lead to none that is."""
        held = {document.id for document in self.documents()}
        leads = Archive(self.root).redirects()
        return {one for one in ids if one not in held and leads.get(one) not in held}


def library(folder: Path) -> Library:
    first_archive(folder / "archive")
    made = Library(folder / "archive")
    made.run(night=0)
    return made


def copy_of(made: Library, folder: Path) -> Library:
    shutil.copytree(made.root.parent, folder)
    return Library(folder / made.root.name)


def until_it_ends(made: Library, stops: Iterator[int], **options: int) -> Report:
    """Run again and again, interrupted after these numbers of pages, and at last not."""
    for stop in stops:
        try:
            return made.run(stop=stop, **options)
        except Interrupted:
            continue
    return made.run(**options)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library(tmp_path_factory.mktemp("library"))


def changed(indexed: Library, folder: Path, change: Callable[[Path], None]) -> Library:
    made = copy_of(indexed, folder)
    change(made.root)
    return made


def all_together(root: Path) -> None:
    for change in CHANGES:
        change(root)


@pytest.mark.parametrize("change", [*CHANGES, all_together], ids=lambda change: change.__name__)
def test_a_run_in_parts_ends_like_one_in_one_commit(
    change: Callable[[Path], None], indexed: Library, tmp_path: Path
) -> None:
    ids = {document.id for document in indexed.documents()}
    at_once, in_parts = (changed(indexed, tmp_path / name, change) for name in ("at once", "in parts"))
    told_at_once, told_in_parts = at_once.run(pages=1000), in_parts.run(pages=2)
    assert in_parts.state() == at_once.state()
    for name in ("pages", "unchanged", "removed", "articles"):
        assert getattr(told_in_parts, name) == getattr(told_at_once, name), name
    assert [str(one) for one in told_in_parts.set_aside] == [str(one) for one in told_at_once.set_aside]
    assert len(in_parts.dead(ids)) == (change in (a_page_is_gone, all_together))
    assert in_parts.run().pages == 0


@examples(4, 12)
@given(stops=st.lists(st.integers(1, 45), max_size=4), pages=st.integers(1, 9))
def test_a_run_that_is_interrupted_ends_like_one_that_is_not(
    stops: list[int], pages: int, indexed: Library, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("interrupted")
    ids = {document.id for document in indexed.documents()}
    whole = changed(indexed, folder / "whole", all_together)
    whole.run(pages=1000)
    parts = changed(indexed, folder / "parts", all_together)
    until_it_ends(parts, iter(stops), pages=pages)
    assert parts.state() == whole.state()
    assert len(parts.dead(ids)) == 1
    shutil.rmtree(folder)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_first_index_goes_on_where_it_ended(jobs: int, tmp_path: Path) -> None:
    whole, parts = (Library(tmp_path / name / "archive") for name in ("whole", "parts"))
    for one in (whole, parts):
        first_archive(one.root)
        all_together(one.root)
    whole.run(pages=1000)
    with pytest.raises(Interrupted):
        parts.run(pages=18, jobs=jobs, stop=19)
    held = len(parts.engine.reader().fingerprints())
    assert 0 < held < len(whole.engine.reader().fingerprints())
    told = parts.run(pages=18, jobs=jobs)
    assert (told.unchanged, told.pages) == (held, len(whole.engine.reader().fingerprints()) - held)
    assert parts.state() == whole.state()


def test_a_reader_sees_old_and_new_issues_and_no_dead_link(indexed: Library, tmp_path: Path) -> None:
    """After each commit of a run, whatever it changes."""
    made = changed(indexed, tmp_path / "watched", all_together)
    ids = {document.id for document in made.documents()}
    gone = {one.id for one in made.documents() if one.source == f"lanhe/{day_of(7)}/02.txt"}
    seen = []

    def look(done: int, total: int) -> None:
        assert made.dead(ids) <= gone
        seen.append({document.id for document in made.documents()})

    index(Archive(made.root), made.engine, pages_per_commit=2, accept_removals=True, progress=look, jobs=1)
    assert made.dead(ids) == gone
    assert len({frozenset(one) for one in seen}) > 3


def test_what_moved_is_not_new_for_a_moment(indexed: Library, tmp_path: Path) -> None:
    made = changed(indexed, tmp_path / "watched", lambda root: [another_date(root), many_new_issues(root)])

    def look(done: int, total: int) -> None:
        moved = [one.id for one in made.documents() if one.source.startswith(f"lanhe/{day_of(23)}/")]
        assert all(times.first == 0 for times in made.engine.reader().times(moved).values())

    index(Archive(made.root), made.engine, pages_per_commit=2, progress=look, jobs=1, clock=lambda: NIGHT)


def test_new_rules_are_applied_issue_by_issue(
    indexed: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = copy_of(indexed, tmp_path / "upgraded")
    before = made.state()
    assert made.run().pages == 0
    monkeypatch.setattr(rules_fingerprint, "reading", lambda: "other rules")
    with pytest.raises(Interrupted):
        made.run(pages=4, stop=12)
    held, times, fingerprints, leads = made.state()
    renewed = [source for source, one in fingerprints.items() if before[2][source] != one]
    assert len(renewed) == 8
    assert (held, times, leads) == (before[0], before[1], before[3])
    assert made.run(pages=4).pages == 12
    held, times, _, leads = made.state()
    assert (held, times, leads) == (before[0], before[1], before[3])
    assert made.run().pages == 0


@pytest.mark.parametrize(
    ("pages", "change"),
    [
        *((2, change) for change in (*CHANGES, all_together)),
        (1000, all_together),
        *(pytest.param(1000, change, marks=pytest.mark.long) for change in CHANGES),
    ],
)
def test_a_dry_run_says_what_the_run_does(
    pages: int, change: Callable[[Path], None], indexed: Library, tmp_path: Path
) -> None:
    made = changed(indexed, tmp_path / "library", change)
    files = {path: path.read_bytes() for path in made.root.parent.rglob("*") if path.is_file()}
    before = made.state()
    said = made.run(dry_run=True, pages=pages)
    assert {path: path.read_bytes() for path in made.root.parent.rglob("*") if path.is_file()} == files
    done = made.run(pages=pages)
    after = made.state()
    assert (said.pages, said.articles, said.removed) == (done.pages, done.articles, done.removed)
    assert said.differences
    assert {one.old: one.new for one in said.differences.moves} == {
        old: new for old, new in after[3].items() if before[3].get(old) != new
    }
    came, went = after[0].keys() - before[0].keys(), before[0].keys() - after[0].keys()
    assert {one.id for one in said.differences.added} == came - set(after[3].values())
    assert {one.id for one in said.differences.gone} == went - after[3].keys()
    both = before[0].keys() & after[0].keys()
    assert {one.id for one in said.differences.changed} >= {one for one in both if before[0][one] != after[0][one]}


def other_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all headlines be read otherwise, so that each article gets another id."""
    read_pages = issue_reader.read_pages

    def read_otherwise(*given: Any) -> list[Any]:
        return [
            replace(
                page, articles=tuple(replace(one, headline=one.headline.replace("回", "次")) for one in page.articles)
            )
            for page in read_pages(*given)
        ]

    monkeypatch.setattr(issue_reader, "read_pages", read_otherwise)
    monkeypatch.setattr(rules_fingerprint, "reading", lambda: "other rules")


def test_the_site_answers_all_through_an_upgrade(
    indexed: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = copy_of(indexed, tmp_path / "upgraded")
    old = {document.id: document for document in made.documents()}
    site = create_app(Settings(archive=made.root, index=""), made.engine).test_client()
    other_rules(monkeypatch)
    renewed = []

    def ask(done: int, total: int) -> None:
        for one in old:
            assert site.get(f"/article/{one}", follow_redirects=True).status_code == 200
        held = {document.id for document in made.documents()}
        assert len(held) == len(old)
        renewed.append(len(held - old.keys()))
        assert site.get("/search?q=%22%E6%98%A8%E6%97%A5%22").status_code == 200
        assert site.get("/api/search?q=%22%E6%98%A8%E6%97%A5%22").get_json()["total"] == len(old)

    for stop in (9, 0):
        with suppress(Interrupted):

            def progress(done: int, total: int, stop: int = stop) -> None:
                ask(done, total)
                if done == stop:
                    raise Interrupted

            index(Archive(made.root), made.engine, pages_per_commit=4, progress=progress, jobs=1, clock=lambda: NIGHT)
    assert len(set(renewed)) > 3
    held, times, _, leads = made.state()
    assert held.keys().isdisjoint(old)
    assert {leads[one] for one in old} == held.keys()
    assert {its.first for its in times.values()} == {its.changed for its in times.values()} == {0}
