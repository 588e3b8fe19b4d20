"""When each article was first indexed and last changed: kept in the archive, whatever happens to the index."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.engines.base import Engine, IndexIdentity
from indexer.engines.memory import MemoryEngine
from indexer.engines.whoosh.adapter import commits
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.indexing.pipeline import Report, index
from indexer.model import Document, Everything, Request, Times

BRIDGE = "三座老桥修好了\n\n本报讯 昨日，县里修好了三座老桥，过往行人连声称便。修桥师傅说，桥面换成了新石板。\n"
RICE = "早稻开镰\n\n本报讯 城西早稻昨日开镰，田里一片金黄，收割机来回奔忙。种粮大户说，今年亩产比去年高。\n"
FERRY = "渡口添新船\n\n本报讯 河口渡口添了一条新船，能坐四十人，摆渡的老人试航后十分满意。\n"
LIBRARY = "图书室夜里也开门\n\n本报讯 镇图书室从本周起夜里也开门，学生放学后可以来看书，值班的是退休教师。\n"
DAY = "2022-05-06"

START, NIGHT = 1_700_000_000, 86_400
"""When the first run ends, and the seconds from each run to the next."""


@dataclass
class Library:
    """An archive and its index, brought up to date once a night."""

    root: Path
    rules: str = "rules 1"
    on_disk: bool = True
    nights: int = 0
    kept: dict[str, Engine] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.root.parent / "index"

    @property
    def file(self) -> Path:
        return self.root / "indexed.tsv"

    @property
    def lines(self) -> list[str]:
        return self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []

    @property
    def engine(self) -> Engine:
        if not self.on_disk:
            return self.kept.setdefault("memory", MemoryEngine())
        return WhooshEngine(self.folder, IndexIdentity(str(self.root), self.rules))

    def put(self, name: str, text: str, day: str = DAY) -> None:
        path = self.root / "lanhe" / day / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def page(self, name: str, day: str = DAY) -> Path:
        return self.root / "lanhe" / day / f"{name}.txt"

    def run(self, *, full: bool = False, jobs: int = 1) -> Report:
        now = START + self.nights * NIGHT
        self.nights += 1
        archive = Archive(self.root)
        return index(archive, self.engine, full=full, accept_removals=True, jobs=jobs, clock=lambda: now)

    @property
    def nights_of(self) -> dict[str, tuple[int, int]]:
        """Headline → the nights of its first indexing and its last change."""
        reader = self.engine.reader()
        found = {one.id: one.article.headline for one in self._documents()}
        return {found[name]: (_night(its.first), _night(its.changed)) for name, its in reader.times(found).items()}

    def _documents(self) -> list[Document]:
        reader = self.engine.reader()
        return [document for source in reader.fingerprints() for document in reader.documents_of(source)]


def _night(time: int) -> int:
    assert (time - START) % NIGHT == 0
    return (time - START) // NIGHT


@pytest.fixture(name="library", params=["whoosh", "memory"])
def library_fixture(request: pytest.FixtureRequest, tmp_path: Path) -> Library:
    library = Library(tmp_path / "archive", on_disk=request.param == "whoosh")
    library.put("01", BRIDGE)
    library.put("02", RICE)
    library.run()
    return library


def backfill(library: Library) -> None:
    library.put("01", FERRY, "1996-01-09")


def change_a_word(library: Library) -> None:
    library.put("02", RICE.replace("昨日", "前日"))


def space_it_otherwise(library: Library) -> None:
    library.put("02", RICE.replace("，", "， ").replace("。", "。\n"))


def add_to_a_page(library: Library) -> None:
    library.put("02", RICE + "\n" + FERRY)


def another_headline(library: Library) -> None:
    library.put("02", RICE.replace("早稻开镰", "城西早稻开镰", 1))


def move_the_issue(library: Library) -> None:
    shutil.move(library.root / "lanhe" / DAY, library.root / "lanhe" / "2022-05-07")


def another_paper_file(library: Library) -> None:
    (library.root / "lanhe" / "paper.toml").write_text('title = "兰河报"\n', encoding="utf-8")


def nothing(library: Library) -> None:
    pass


CASES: list[tuple[str, Callable[[Library], None], dict[str, tuple[int, int]]]] = [
    ("nothing", nothing, {"三座老桥修好了": (0, 0), "早稻开镰": (0, 0)}),
    ("a back-filled issue", backfill, {"三座老桥修好了": (0, 0), "早稻开镰": (0, 0), "渡口添新船": (1, 1)}),
    ("a better scan", change_a_word, {"三座老桥修好了": (0, 0), "早稻开镰": (0, 1)}),
    ("spaces and line breaks", space_it_otherwise, {"三座老桥修好了": (0, 0), "早稻开镰": (0, 0)}),
    ("more on the page", add_to_a_page, {"三座老桥修好了": (0, 0), "早稻开镰": (0, 0), "渡口添新船": (1, 1)}),
    ("another headline", another_headline, {"三座老桥修好了": (0, 0), "城西早稻开镰": (0, 1)}),
    ("another day", move_the_issue, {"三座老桥修好了": (0, 0), "早稻开镰": (0, 0)}),
    ("settings", another_paper_file, {"三座老桥修好了": (0, 0), "早稻开镰": (0, 0)}),
]


@pytest.mark.parametrize("full", [False, True], ids=["an update", "--full"])
@pytest.mark.parametrize(("change", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_a_night_makes_new_or_changed(
    library: Library, change: Callable[[Library], None], wanted: dict[str, tuple[int, int]], full: bool
) -> None:
    change(library)
    report = library.run(full=full)
    assert report.warnings == ()
    assert library.nights_of == wanted
    library.run(full=True)
    assert library.nights_of == wanted  # also from the archive alone
    assert library.engine.pending_records() == ""


def test_a_run_that_changes_nothing_writes_nothing(library: Library) -> None:
    before = library.file.read_bytes(), library.file.stat().st_mtime_ns
    for full in (False, True):
        library.run(full=full)
        assert (library.file.read_bytes(), library.file.stat().st_mtime_ns) == before


def test_times_survive_another_engine_and_another_index(library: Library) -> None:
    library.put("02", RICE.replace("昨日", "前日"))
    library.run()
    library.on_disk = not library.on_disk
    library.run()
    assert library.nights_of == {"三座老桥修好了": (0, 0), "早稻开镰": (0, 1)}


def test_a_page_that_was_taken_out_is_not_new_when_it_comes_back(library: Library) -> None:
    library.page("02").unlink()
    library.run()
    assert library.nights_of == {"三座老桥修好了": (0, 0)}
    library.put("02", RICE)
    library.run()
    assert library.nights_of == {"三座老桥修好了": (0, 0), "早稻开镰": (0, 0)}
    library.page("02").unlink()
    library.run()
    library.put("02", RICE.replace("昨日", "前日"))
    library.run()
    assert library.nights_of == {"三座老桥修好了": (0, 0), "早稻开镰": (0, 4)}


def test_a_scan_that_went_and_came_back_is_a_change_each_time(library: Library) -> None:
    for night, text in enumerate((RICE.replace("昨日", "前日"), RICE), 1):
        library.put("02", text)
        library.run()
        assert library.nights_of["早稻开镰"] == (0, night)


def as_older_rules_read_it(library: Library, edit: Callable[[str], str]) -> None:
    """Let the archive have the records that other rules would have made, and no index."""
    text = library.file.read_text(encoding="utf-8")
    library.file.write_text(edit(text), encoding="utf-8")
    shutil.rmtree(library.folder, ignore_errors=True)
    library.kept.clear()


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: "".join(_with_field(line, 4, "0" * 16) for line in text.splitlines(True)),
        lambda text: "".join(_with_field(line, 0, f"lanhe-{i}") for i, line in enumerate(text.splitlines(True))),
    ],
    ids=["another text", "other ids"],
)
def test_rules_alone_make_nothing_new(library: Library, edit: Callable[[str], str]) -> None:
    as_older_rules_read_it(library, edit)
    library.run()
    assert library.nights_of == {"三座老桥修好了": (0, 0), "早稻开镰": (0, 0)}
    library.put("01", BRIDGE + "\n" + LIBRARY)  # the text of the other article is compared with that of today's rules
    library.run()
    assert library.nights_of == {"三座老桥修好了": (0, 0), "早稻开镰": (0, 0), "图书室夜里也开门": (2, 2)}


def _with_field(line: str, number: int, value: str) -> str:
    fields = line.split("\t")
    return "\t".join([*fields[:number], value, *fields[number + 1 :]])


def test_an_archive_of_an_older_release_begins_with_its_first_run(library: Library) -> None:
    as_older_rules_read_it(library, lambda text: "")
    library.run()
    assert library.nights_of == {"三座老桥修好了": (1, 1), "早稻开镰": (1, 1)}


def test_times_outlive_a_file_that_was_deleted(library: Library) -> None:
    library.file.unlink()
    library.rules = "rules 2"
    backfill(library)
    library.run(full=True)
    wanted = {"三座老桥修好了": (0, 0), "早稻开镰": (0, 0), "渡口添新船": (1, 1)}
    assert library.nights_of == wanted
    assert len(library.lines) == 3
    shutil.rmtree(library.folder, ignore_errors=True)
    library.run(full=True)
    assert library.nights_of == wanted


def test_an_article_that_runs_on_changes_with_either_page(tmp_path: Path) -> None:
    library = Library(tmp_path / "archive")
    library.put("01", "三座老桥修好了\n\n本报讯 昨日，县里修好了三座老桥，过往行人连声称便，\n（下转第2版）\n")
    library.put("02", "（上接第1版）修桥师傅说，桥面换成了新石板，栏杆也刷了漆。\n\n" + RICE)
    library.run()
    assert library.nights_of["三座老桥修好了"] == (0, 0)
    library.put("02", "（上接第1版）修桥师傅说，桥面换成了青石板，栏杆也刷了漆。\n\n" + RICE)
    library.run()
    assert library.nights_of == {"三座老桥修好了": (0, 1), "早稻开镰": (0, 0)}


# --- nothing lost

GBK = "# 记录\n".encode("gbk")
HARM: dict[str, tuple[Callable[[Path], object], Callable[[Path], object], str]] = {
    "a folder": (lambda path: (path.unlink(), path.mkdir()), lambda path: path.rmdir(), "is not a file"),
    "a pipe": (lambda path: (path.unlink(), os.mkfifo(path)), lambda path: path.unlink(), "is not a file"),
    "GBK": (
        lambda path: path.write_bytes(path.read_bytes() + GBK),
        lambda path: path.write_bytes(path.read_bytes().replace(GBK, b"")),
        "line 3 of .* is not UTF-8",
    ),
    "UTF-16": (
        lambda path: path.write_bytes(path.read_bytes().decode().encode("utf-16")),
        lambda path: path.write_bytes(path.read_bytes().decode("utf-16").encode()),
        "line 1 of .* is not UTF-8",
    ),
}


@pytest.mark.parametrize("full", [False, True], ids=["an update", "--full"])
@pytest.mark.parametrize(("harm", "repair", "sentence"), HARM.values(), ids=HARM)
def test_what_can_not_be_written_waits_in_the_index(  # type: ignore[no-untyped-def]
    library: Library, harm, repair, sentence: str, full: bool
) -> None:
    harm(library.file)
    backfill(library)
    [warning] = library.run(full=full).warnings
    assert re.search(sentence, warning)
    wanted = {"三座老桥修好了": (0, 0), "早稻开镰": (0, 0), "渡口添新船": (1, 1)}
    assert library.nights_of == wanted
    library.run(full=True)
    assert library.nights_of == wanted
    repair(library.file)
    assert library.run().warnings == ()
    assert library.engine.pending_records() == ""
    library.run(full=True)
    assert library.nights_of == wanted


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_archive_loses_nothing(library: Library) -> None:
    library.file.chmod(0o444)
    backfill(library)
    assert "make it writable" in library.run().warnings[0]
    assert library.nights_of["渡口添新船"] == (1, 1)
    library.file.chmod(0o644)
    library.run()
    assert len(library.lines) == 3


def test_a_run_that_was_killed_after_its_commit_is_finished_by_the_next(tmp_path: Path) -> None:
    """Killed before the lines were written, in the middle of that, and before they were forgotten."""
    library = Library(tmp_path / "archive")
    library.put("01", BRIDGE)
    library.put("02", RICE)
    library.run()
    lines = library.file.read_bytes()
    for written in (b"", lines[: len(lines) - 30], lines):
        library.file.write_bytes(written)
        commits._write_records(library.folder, commits.latest_generation(library.folder), lines.decode())
        assert library.run().warnings == ()
        assert library.engine.pending_records() == ""
        assert library.file.read_bytes().endswith(lines)
        shutil.rmtree(library.folder)
        library.run()
        assert library.nights_of == {"三座老桥修好了": (0, 0), "早稻开镰": (0, 0)}
        assert library.file.read_bytes().endswith(lines)


def test_a_killed_run_before_its_commit_makes_nothing_known(library: Library) -> None:
    backfill(library)
    writer = library.engine.writer()
    writer.abort()
    assert library.engine.pending_records() == ""
    assert len(library.lines) == 2


def test_the_file_is_found_again_whatever_the_names_of_pages(library: Library) -> None:
    name = os.fsdecode(b"03\xff\t.txt")
    (library.root / "lanhe" / DAY / name).write_text(FERRY, encoding="utf-8")
    library.run()
    first = library.nights_of
    library.run(full=True)
    assert library.nights_of == first
    assert library.engine.pending_records() == ""


def test_workers_and_one_process_record_the_same(tmp_path: Path) -> None:
    found = []
    for jobs in (1, 2):
        library = Library(tmp_path / str(jobs) / "archive")
        for day in range(10, 28):
            library.put("01", BRIDGE + "\n" + RICE, f"2022-05-{day}")
        library.run(jobs=jobs)
        assert set(library.nights_of.values()) == {(0, 0)}
        found.append(sorted(library.lines))
    assert len(found[0]) == 36
    assert found[0] == found[1]


# --- the order of feeds


def test_what_was_indexed_last_comes_first(library: Library) -> None:
    backfill(library)
    library.run()
    library.put("01", LIBRARY, "1988-02-03")
    library.run()
    hits = library.engine.reader().search(Request(Everything(), sort="indexed")).hits
    headlines = [hit.document.article.headline for hit in hits]
    assert headlines[:2] == ["图书室夜里也开门", "渡口添新船"]
    assert {hit.score for hit in hits} == {0.0}


def test_times_of_an_article_that_is_not_held_are_left_out(library: Library) -> None:
    reader = library.engine.reader()
    [document] = reader.documents_of(f"lanhe/{DAY}/01.txt")
    assert reader.times([document.id, "nowhere"]) == {document.id: Times(START, START)}
