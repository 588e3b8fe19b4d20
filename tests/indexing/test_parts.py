"""All parts of an archive, indexed one after another, come to what one run without parts does."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from indexer.archive.appended_lines import AppendedLines
from indexer.archive.archive import Archive
from indexer.engines.base import Engine
from indexer.engines.memory import MemoryEngine
from indexer.errors import ArchiveError, UsageError
from indexer.indexing import rules_fingerprint
from indexer.indexing.parts import ArchivePart
from indexer.indexing.pipeline import Report, index
from tests.indexing.test_interruptions import (
    CHANGES,
    Library,
    all_together,
    article,
    changed,
    copy_of,
    day_of,
    first_archive,
    indexed,
    put,
)
from tests.support.examples import examples

__all__ = ["indexed"]


@dataclass
class InMemory(Library):
    """The same, in the reference engine."""

    held: MemoryEngine = field(default_factory=MemoryEngine)

    @property
    def engine(self) -> Engine:
        return self.held


def parts(count: int) -> list[ArchivePart]:
    return [ArchivePart(number, count) for number in range(1, count + 1)]


def run_all(made: Library, these: Sequence[ArchivePart], **options: int) -> list[Report]:
    return [made.run(part=part, **options) for part in these]


def undated_folders(root: Path) -> None:
    """Two that claim one page by their print, and one that claims a page of a dated folder."""
    for folder in ("box", "crate"):
        put(root, f"lanhe/{folder}/05.txt", "2022年5月30日\n\n" + article(30, 1))
    put(root, "lanhe/box/01.txt", "2022年5月1日\n\n" + article(1, 1))
    put(root, "lanhe/loose.txt", article(31, 1))


def another_paper(root: Path) -> None:
    shutil.copytree(root / "lanhe", root / "xishan")
    shutil.rmtree(root / "lanhe" / day_of(1))


ALL = (*CHANGES, all_together, undated_folders, another_paper)


@pytest.mark.parametrize("change", ALL, ids=lambda change: change.__name__)
def test_an_update_in_parts_ends_like_a_whole_one(
    change: Callable[[Path], None], indexed: Library, tmp_path: Path
) -> None:
    whole, divided = (changed(indexed, tmp_path / name, change) for name in ("whole", "divided"))
    told = whole.run()
    reports = run_all(divided, random.Random(change.__name__).sample(parts(3), 3))
    assert divided.state() == whole.state()
    for name in ("articles", "removed"):
        assert sum(getattr(one, name) for one in reports) == getattr(told, name), name
    assert {str(problem) for one in reports for problem in one.set_aside} == {str(one) for one in told.set_aside}
    assert sum(one.pages for one in run_all(divided, parts(3))) == divided.run().pages == 0


@examples(3, 8, of=settings(phases=(Phase.explicit, Phase.reuse, Phase.generate)))
@given(
    count=st.integers(1, 6),
    steps=st.lists(st.lists(st.sampled_from(ALL[:-1]), min_size=1, max_size=4, unique=True), min_size=1, max_size=2),
    order=st.randoms(use_true_random=False),
)
def test_the_parts_of_any_archive_end_like_a_whole_run(
    count: int,
    steps: list[list[Callable[[Path], None]]],
    order: random.Random,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    whole, divided = (InMemory(folder / name / "archive") for name in ("whole", "divided"))
    for night, changes in enumerate([[first_archive], *steps]):
        for made in (whole, divided):
            for change in changes:
                try_to(change, made.root)
        whole.run(night=night)
        run_all(divided, order.sample(parts(count), count), night=night)
        assert divided.state() == whole.state(), [change.__name__ for change in changes]
    shutil.rmtree(folder)


def try_to(change: Callable[[Path], None], root: Path) -> None:
    """Change an archive, unless an earlier change took away what this one needs."""
    try:
        change(root)
    except OSError:
        return


def test_new_rules_are_applied_part_by_part(indexed: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = copy_of(indexed, tmp_path / "upgraded")
    before = made.state()
    monkeypatch.setattr(rules_fingerprint, "reading", lambda: "other rules")
    reports = run_all(made, parts(4))
    assert sum(one.pages for one in reports) == 20
    assert sum(one.pages > 0 for one in reports) > 1, "no part has all of it"
    after = made.state()
    assert (after[0], after[1], after[3]) == (before[0], before[1], before[3])


def test_what_changed_is_left_to_part_1(indexed: Library, tmp_path: Path) -> None:
    made = changed(indexed, tmp_path / "changed", all_together)
    before = made.state()
    told = made.run(part=ArchivePart(2, 3))
    assert made.state() == before
    assert any("part 1/3" in warning for warning in told.warnings)
    assert made.run(part=ArchivePart(1, 3)).removed
    assert not any("part 1/3" in warning for warning in made.run(part=ArchivePart(2, 3)).warnings)


def test_a_dry_run_of_a_part_says_what_the_part_does(tmp_path: Path) -> None:
    made = Library(tmp_path / "archive")
    first_archive(made.root)
    told = made.run(part=ArchivePart(1, 2), dry_run=True)
    assert not made.documents()
    done = made.run(part=ArchivePart(1, 2))
    assert 0 < done.pages < 20
    assert (told.pages, told.articles) == (done.pages, done.articles)


def test_a_part_of_some_paths_is_what_both_have_in_common(tmp_path: Path) -> None:
    made = InMemory(tmp_path / "archive")
    first_archive(made.root)
    days = [made.root / "lanhe" / day_of(day) for day in (1, 2, 3, 4)]
    for part in parts(2):
        index(Archive(made.root), made.engine, paths=days, part=part, jobs=1)
    assert {one.source.split("/")[1] for one in made.documents()} == {day.name for day in days}


def test_a_part_empties_no_index_whose_disk_is_not_mounted(indexed: Library, tmp_path: Path) -> None:
    made = copy_of(indexed, tmp_path / "lost")
    before = made.state()
    for day in range(1, 6):
        shutil.rmtree(made.root / "lanhe" / day_of(day))
    for part in parts(4):
        with pytest.raises(ArchiveError, match="--accept-removals"):
            index(Archive(made.root), made.engine, part=part, jobs=1)
    assert made.state() == before


def test_parts_are_disjoint_and_even() -> None:
    days = [date(2001, 1, 1) + timedelta(days=day) for day in range(2000)]
    pages = [f"{paper}/{day}/0{page}.txt" for paper in ("lanhe", "xishan") for day in days for page in (1, 2)]
    owners = Counter[int]()
    for page in pages:
        (owner,) = (part.number for part in parts(8) if part.has(page))
        owners[owner] += 1
    assert max(owners.values()) < 1.25 * len(pages) / 8
    assert min(owners.values()) > 0.75 * len(pages) / 8


SAME_PART = [
    ("lanhe/2024-01-26/01.txt", "lanhe/2024-01-26/A02.html"),
    ("lanhe/2024-01-26/01.txt", "lanhe/2024/01/26/01.txt"),
    ("lanhe/2024-01-26/01.txt", "lanhe/again/20240126/01.txt"),
    ("lanhe/2024-01-26/01.txt", "lanhe/2024-01-26 - 副本/01 (1).txt"),
    ("lanhe/2024-01-26/01.txt", "lanhe/20240126.txt"),
    ("lanhe/box/01.txt", "lanhe/crate/02.txt"),
    ("lanhe/box/01.txt", "lanhe/2023-02-30/02.txt"),
]


@pytest.mark.parametrize(("one", "other"), SAME_PART)
def test_what_may_claim_the_same_page_is_in_one_part(one: str, other: str) -> None:
    assert [part.has(one) for part in parts(97)] == [part.has(other) for part in parts(97)]


@pytest.mark.parametrize("written", ["", "3", "0/8", "9/8", "1/0", "-1/8", "1/8/2", "a/b", "1/1001", "１/８", "1.5/8"])
def test_a_bad_part_is_refused_in_a_sentence(written: str) -> None:
    with pytest.raises(UsageError, match="such as --part 2/8"):
        ArchivePart.parse(written)


def test_a_part_is_not_built_anew(indexed: Library) -> None:
    with pytest.raises(UsageError, match="another --index"):
        index(Archive(indexed.root), indexed.engine, full=True, part=ArchivePart(1, 2))


def test_parts_that_write_at_the_same_time_tear_no_line(tmp_path: Path) -> None:
    path = tmp_path / "lines.tsv"
    lines = [f"{number}\t{'x' * 20_000}\n" for number in range(40)]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda line: AppendedLines(path).append(line), lines))
    assert sorted(path.read_text().splitlines()) == sorted(line.rstrip() for line in lines)
