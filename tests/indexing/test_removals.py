"""An archive of which a part is missing, because a disk is not mounted, does not empty the index."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import ArchiveError
from indexer.indexing.pipeline import Report, index
from tests.support.command_line import baosou, messages

PAGE = "渡口第{number}次夜航\n\n本报讯 沙洲渡口昨夜第{number}次夜航，摆渡的老人试航后十分满意，乡亲们连声称便。\n"


def write(root: Path, paper: str, days: int, pages: int = 2) -> None:
    for day in range(1, days + 1):
        for page in range(1, pages + 1):
            path = root / paper / f"2021-06-{day:02}" / f"0{page}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(PAGE.format(number=day * 10 + page), encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two papers with 24 pages in 12 issues."""
    write(tmp_path / "archive", "shazhou", 6)
    write(tmp_path / "archive", "lanhe", 6)
    return tmp_path / "archive"


def run(root: Path, *, rules: str = "rules", **options: bool) -> Report:
    engine = WhooshEngine(root.parent / "index", IndexIdentity(str(root), rules))
    return index(Archive(root), engine, jobs=1, **options)


def sources(root: Path, rules: str = "rules") -> set[str]:
    engine = WhooshEngine(root.parent / "index", IndexIdentity(str(root), rules))
    return set(engine.reader().fingerprints())


def rename_pages(root: Path) -> None:
    for path in root.rglob("01.txt"):
        path.rename(path.with_name("A01.txt"))


ASKED = {
    "a paper is gone": (lambda root: shutil.rmtree(root / "lanhe"), "12 of the 24 .* all of lanhe"),
    "all is gone": (lambda root: [shutil.rmtree(root / name) for name in ("lanhe", "shazhou")], "lanhe, shazhou"),
    "two issues are gone": (
        lambda root: [shutil.rmtree(root / "lanhe" / f"2021-06-0{day}") for day in (2, 3)],
        "4 of the 24 .* lanhe/2021-06-02, lanhe/2021-06-03",
    ),
    "folders are empty": (lambda root: [path.unlink() for path in (root / "lanhe").rglob("*.txt")], "all of lanhe"),
    "another paper came": (
        lambda root: (shutil.rmtree(root / "lanhe"), write(root, "hewan", 9)),
        "12 of the 24 .* all of lanhe",
    ),
}
NOT_ASKED = {
    "one issue of twelve": lambda root: shutil.rmtree(root / "lanhe" / "2021-06-02"),
    "a page of each issue": lambda root: [path.unlink() for path in root.rglob("02.txt")],
    "pages get other names": rename_pages,
}


@pytest.mark.parametrize("full", [True, False], ids=["--full", "an update"])
@pytest.mark.parametrize(("harm", "sentence"), ASKED.values(), ids=ASKED)
def test_a_run_that_would_take_out_much_changes_nothing(harm, sentence: str, full: bool, root: Path) -> None:  # type: ignore[no-untyped-def]
    run(root)
    before = sorted((path.name, path.stat().st_mtime_ns) for path in (root.parent / "index").iterdir())
    harm(root)
    for dry_run in (True, False):
        with pytest.raises(ArchiveError, match=sentence) as refusal:
            run(root, full=full, dry_run=dry_run)
    assert "--accept-removals" in str(refusal.value)
    assert sorted((path.name, path.stat().st_mtime_ns) for path in (root.parent / "index").iterdir()) == before
    run(root, full=full, accept_removals=True)
    assert sources(root) == {path.relative_to(root).as_posix() for path in root.rglob("*.txt")}
    run(root, full=full)


@pytest.mark.parametrize("full", [True, False], ids=["--full", "an update"])
@pytest.mark.parametrize("change", NOT_ASKED.values(), ids=NOT_ASKED)
def test_small_changes_are_not_asked_about(change, full: bool, root: Path) -> None:  # type: ignore[no-untyped-def]
    run(root)
    change(root)
    run(root, full=full)
    assert sources(root) == {path.relative_to(root).as_posix() for path in root.rglob("*.txt")}


@pytest.mark.parametrize("full", [True, False], ids=["--full", "an update"])
def test_small_archives_are_not_asked(full: bool, tmp_path: Path) -> None:
    root = tmp_path / "archive"
    write(root, "shazhou", 3, pages=3)
    run(root)
    shutil.rmtree(root / "shazhou" / "2021-06-01")
    shutil.rmtree(root / "shazhou" / "2021-06-02")
    run(root, full=full)
    assert len(sources(root)) == 3


def test_a_rebuild_after_an_upgrade_asks_too(root: Path) -> None:
    """The old index is refused by then, but its pages are still known."""
    run(root)
    shutil.rmtree(root / "lanhe")
    with pytest.raises(ArchiveError, match="12 of the 24"):
        run(root, full=True, rules="other rules")
    run(root, full=True, rules="other rules", accept_removals=True)
    assert len(sources(root, "other rules")) == 12


def test_pages_that_can_not_be_read_are_not_lost_by_a_rebuild(root: Path) -> None:
    run(root)
    for path in (root / "lanhe").rglob("*.txt"):
        path.write_bytes(b"")
    with pytest.raises(ArchiveError, match="12 of the 24"):
        run(root, full=True)
    assert len(sources(root)) == 24


def test_the_command_ends_with_exit_code_3(root: Path) -> None:
    places = ("--archive", root, "--index", root.parent / "index")
    baosou("index", *places)
    shutil.rmtree(root / "lanhe")
    for options in ((), ("--full",), ("--dry-run",)):
        done = baosou("index", *places, *options)
        assert done.returncode == 3
        assert "lanhe" in messages(done)
        assert "--accept-removals" in messages(done)
    assert baosou("index", *places, "--accept-removals").returncode == 0
