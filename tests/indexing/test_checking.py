"""A check names what a librarian has to look at, each thing once, and nothing of an archive that is in order."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.archive.archive import Archive
from indexer.archive.corrections import Correction
from indexer.engines.memory import MemoryEngine
from indexer.indexing.checking.archive_check import check
from indexer.indexing.checking.facts import alike, sketch_of
from indexer.indexing.checking.findings import KINDS, TITLES, Finding, Findings, findings_json
from indexer.indexing.checking.gaps import IssuesOfPaper, findings_on_gaps
from indexer.indexing.pipeline import index
from indexer.model import Paper
from tests.support.library import BRIDGE, FERRY, RICE, library

WEEKDAYS = "一二三四五六日"
THINGS = "桥渡闸堤塔亭井坝楼院街巷林园田塘"
RHYTHM = "[rhythm]\nweekdays = [1, 2, 3, 4, 5]\npages = 2\n"


def text_of(day: date, page: int) -> str:
    """A page that is like no other."""
    seed = day.toordinal() * 7 + page * 3
    thing, other = THINGS[seed % 16], THINGS[seed // 16 % 16]
    body = "".join(
        f"{thing}边第{seed * at % 997}户人家{other}前种下{seed * at % 89}棵{THINGS[(seed * at) % 16]}树。"
        for at in range(3, 12)
    )
    return f"{thing}{other}第{seed % 9973}次修缮完工\n\n本报讯 {body}\n"


def write(root: Path, day: date, page: int = 1, *, text: str = "", folder: str = "", head: str = "") -> Path:
    path = root / "shazhou" / (folder or day.isoformat()) / f"{page:02}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = head or f"{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]} 第{page:02}版"
    path.write_text(f"{head}\n\n{text or text_of(day, page)}", encoding="utf-8")
    return path


MARCH = [date(2024, 3, 4) + timedelta(at) for at in range(26) if (date(2024, 3, 4) + timedelta(at)).weekday() < 5]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Four weeks of a paper without any fault."""
    for day in MARCH:
        for page in (1, 2):
            write(tmp_path / "archive", day, page)
    (tmp_path / "archive" / "shazhou" / "paper.toml").write_text(RHYTHM, encoding="utf-8")
    return tmp_path / "archive"


def found(root: Path, *paths: Path) -> list[tuple[str, str, str]]:
    return [(one.kind, one.source, one.text) for one in check(Archive(root), paths).remarks]


def test_nothing_is_said_of_an_archive_in_order(root: Path) -> None:
    assert found(root) == []


def issue(root: Path, day: int) -> Path:
    return root / "shazhou" / f"2024-03-{day:02}"


def move(root: Path) -> None:
    issue(root, 6).rename(root / "shazhou" / "2024-03-09")
    for page in (1, 2):
        write(root, date(2024, 3, 9), page, text=text_of(date(2024, 3, 6), page))


def misdate(root: Path) -> None:
    for number, day in enumerate(MARCH, 1):
        shutil.move(root / "shazhou" / day.isoformat(), root / "shazhou" / f"issue{number:03}")
    for page in (1, 2):
        write(root, date(2024, 6, 5), page, folder="issue003", text=text_of(date(2024, 3, 6), page))
    (root / "shazhou" / "paper.toml").unlink()


def number(root: Path, numbers: Mapping[int, int]) -> None:
    for at, day in enumerate(MARCH):
        head = f"{day.year}年{day.month}月{day.day}日 第01版 总第{numbers.get(at, 2300 + at)}期"
        write(root, day, head=head)


def rescan(root: Path) -> None:
    text = text_of(MARCH[1], 1)
    read_otherwise = "".join("口" if at % 25 == 24 and letter != "\n" else letter for at, letter in enumerate(text))
    write(root, MARCH[5], 1, text=read_otherwise)


@pytest.mark.parametrize(
    ("harm", "findings"),
    [
        (
            lambda root: shutil.rmtree(issue(root, 13)),
            [("issue missing", "shazhou", "no issue of 2024-03-13 (Wednesday); put what there is into the archive")],
        ),
        (
            lambda root: [shutil.rmtree(issue(root, day)) for day in (6, 7, 8, 11, 20)],
            [
                ("issue missing", "shazhou", "no issue from 2024-03-06 to 2024-03-11, 4 days"),
                ("issue missing", "shazhou", "no issue of 2024-03-20"),
            ],
        ),
        (
            move,
            [
                ("issue missing", "shazhou", "no issue of 2024-03-06"),
                ("day unexpected", "shazhou", "an issue of a Saturday, which is none of its weekdays (2024-03-09)"),
            ],
        ),
        (
            lambda root: (issue(root, 5) / "02.txt").unlink(),
            [("pages missing", "shazhou", "page 2 is missing in the issue of 2024-03-05")],
        ),
        (
            lambda root: [(issue(root, day) / "01.txt").unlink() for day in (5, 6, 7)],
            [("pages missing", "shazhou", "page 1 is missing in 3 issues, 2024-03-05 to 2024-03-07")],
        ),
        (
            lambda root: write(root, MARCH[9], 2, text=text_of(MARCH[4], 2)),
            [("text twice", "shazhou/2024-03-15/02.txt", "same text as shazhou/2024-03-08/02.txt (page 02 of 2024")],
        ),
        (
            lambda root: [write(root, MARCH[9], page, text=text_of(MARCH[4], page)) for page in (1, 2)],
            [("text twice", "shazhou/2024-03-15", "the same text as pages of shazhou/2024-03-08 (01 = 01, 02 = 02)")],
        ),
        (
            rescan,
            [("text nearly twice", "shazhou/2024-03-11/01.txt", "nearly the same text as shazhou/2024-03-05/01.txt")],
        ),
        (
            lambda root: write(root, MARCH[3], 1, head="2024年3月7日 星期三 第01版"),
            [("weekday", "shazhou/2024-03-07/01.txt", "printed says 星期三")],
        ),
        (
            lambda root: write(root, MARCH[3], 1, head="2024年3月8日 第01版"),
            [
                ("page twice", "shazhou/2024-03-08/01.txt", ""),
                ("date", "shazhou/2024-03-07/01.txt", "path says 2024-03-07"),
                ("pages missing", "shazhou", "page 1 is missing in the issue of 2024-03-07"),
            ],
        ),
        (misdate, [("order", "shazhou/issue003", "it is of 2024-06-05, but lies beside issue002 of 2024-03-05 and")]),
        (
            lambda root: number(root, {7: 2399}),
            [("number", "shazhou/2024-03-13", "numbered 2399, its neighbours 2306 (2024-03-12) and 2308 (2024-03-14)")],
        ),
        (lambda root: number(root, {}), []),
    ],
    ids=[
        *("an issue missing", "issues missing", "an issue on another day", "a page missing", "a page missing in a row"),
        *("a page twice", "an issue twice", "a page scanned twice", "a weekday", "a date", "a folder out of order"),
        *("a number", "numbers in order"),
    ],
)  # fmt: skip
def test_each_fault_is_named(harm: Callable[[Path], object], findings: list[tuple[str, str, str]], root: Path) -> None:
    harm(root)
    named = found(root)
    assert sorted(kind for kind, _, _ in named) == sorted(kind for kind, _, _ in findings), named
    for kind, source, text in findings:
        assert any(one[:2] == (kind, source) and text in one[2] for one in named), named


def test_numbers_that_go_on_tell_that_no_issue_is_missing(root: Path) -> None:
    number(root, {at: 2299 + at for at in range(8, len(MARCH))})
    shutil.rmtree(issue(root, 13))
    [(kind, _, text)] = [one for one in found(root) if one[0] != "pages missing"]
    assert kind == "issue skipped"
    assert "of 2024-03-12 and 2024-03-14 are numbered 2306 and 2307" in text


@pytest.mark.parametrize(
    ("first", "last", "kind"),
    [
        (date(2024, 2, 8), date(2024, 2, 19), "issue skipped"),  # 春节
        (date(2023, 9, 29), date(2023, 10, 9), "issue skipped"),
        (date(2024, 3, 8), date(2024, 3, 12), "issue missing"),
        (date(2024, 2, 8), date(2024, 2, 21), "issue missing"),
    ],
)
def test_holidays_are_only_remarked_on(first: date, last: date, kind: str) -> None:
    issues = IssuesOfPaper({first: {"1"}, last: {"1"}})
    [finding] = findings_on_gaps(Paper("demo", rhythm={"weekdays": [1, 2, 3, 4, 5]}), issues)
    assert finding.kind == kind
    assert finding.severity == ("remark" if kind == "issue skipped" else "problem")


@given(
    days=st.sets(st.integers(0, 400).map(lambda at: date(2020, 1, 1) + timedelta(at)), min_size=1, max_size=40),
    weekdays=st.sets(st.integers(1, 7), min_size=1),
)
def test_each_day_of_the_rhythm_is_there_or_in_one_gap(days: set[date], weekdays: set[int]) -> None:
    issues = IssuesOfPaper({day: {"1"} for day in days})
    findings = list(findings_on_gaps(Paper("demo", rhythm={"weekdays": sorted(weekdays)}), issues))
    gaps = [one for one in findings if one.kind in ("issue missing", "issue skipped")]
    assert len(gaps) < max(len(days), 1)
    between = (min(days) + timedelta(at) for at in range((max(days) - min(days)).days))
    missing = sum(day.isoweekday() in weekdays and day not in days for day in between)
    assert (
        sum(1 if " of " in one.text.split("(")[0] and "from" not in one.text else days_in(one) for one in gaps)
        == missing
    )


def days_in(finding: Finding) -> int:
    return int(finding.text.split(" days")[0].rpartition(" ")[2])


def test_of_a_part_nothing_is_missing(root: Path) -> None:
    shutil.rmtree(issue(root, 13))
    assert found(root, root / "shazhou" / "2024-03-12", root / "shazhou" / "2024-03-14") == []
    assert [kind for kind, _, _ in found(root, root / "shazhou")] == ["issue missing"]


@given(st.text("甲乙丙丁戊己庚辛", min_size=200, max_size=400), st.integers(0, 190))
def test_a_text_is_like_itself_with_a_few_letters_changed(text: str, place: int) -> None:
    changed = text[:place] + "口" + text[place + 1 :]
    assert alike(sketch_of(text), sketch_of(text)) == 1
    assert alike(sketch_of(text), sketch_of(changed)) > 0.3
    assert alike(sketch_of(text), sketch_of("壬癸子丑寅卯" * 40)) == 0


# --- against an index


def comparison(root: Path, engine: MemoryEngine, *paths: Path) -> Findings:
    return check(Archive(root), paths, index=engine.reader())


@pytest.fixture
def engine(root: Path) -> MemoryEngine:
    engine = MemoryEngine()
    index(Archive(root), engine, jobs=1)
    return engine


UNBACKED = (
    "the index has articles of 01.txt and 02.txt, which are not in the archive; put them back, or run `baosou index`"
)


def change_pages(root: Path) -> None:
    shutil.rmtree(issue(root, 13))
    for page in (1, 2):
        write(root, date(2024, 4, 1), page)
        write(root, date(2024, 4, 2), page)
    write(root, MARCH[0], 1, text=text_of(date(2023, 1, 1), 1))
    (issue(root, 5) / "01 - 副本.txt").write_bytes((issue(root, 5) / "01.txt").read_bytes())
    (issue(root, 5) / "03.txt").write_bytes(b"")


def test_each_page_is_accounted_for(root: Path, engine: MemoryEngine) -> None:
    agreed = comparison(root, engine)
    assert agreed.index
    assert (agreed.index.pages, agreed.index.indexed, agreed.index.missing, agreed.index.unbacked) == (40, 40, 0, 0)
    assert agreed.remarks == ()
    change_pages(root)
    differing = comparison(root, engine)
    of = differing.index
    assert of
    assert of.pages == of.indexed + of.missing + of.set_aside + of.copies + of.withdrawn == 44
    assert (of.missing, of.set_aside, of.copies, of.unbacked, of.changed) == (4, 1, 1, 2, 4)
    assert [(one.source, one.text) for one in differing.remarks if one.kind == "index"] == [
        ("shazhou/2024-04-01", "2 issues up to shazhou/2024-04-02, 4 pages, are not in the index; run `baosou index`"),
        (
            "shazhou/2024-03-04",
            "01.txt and 02.txt are not indexed as they are now; run `baosou index`",
        ),
        ("shazhou/2024-03-05", "01.txt and 02.txt are not indexed as they are now; run `baosou index`"),
        (
            "shazhou/2024-03-13",
            UNBACKED,
        ),
    ]
    index(Archive(root), engine, jobs=1)
    again = comparison(root, engine)
    assert again.index
    assert [one for one in again.remarks if one.kind == "index"] == []
    assert (again.index.missing, again.index.unbacked, again.index.changed) == (0, 0, 0)


def test_of_a_part_only_its_pages_are_accounted_for(root: Path, engine: MemoryEngine) -> None:
    change_pages(root)
    part = comparison(root, engine, root / "shazhou" / "2024-03-05")
    assert part.index
    assert (part.index.pages, part.index.unbacked, part.index.missing) == (4, 0, 0)


def test_findings_are_grouped_counted_and_kept_in_json(root: Path) -> None:
    shutil.rmtree(issue(root, 13))
    write(root, MARCH[3], 1, head="2024年3月7日 星期三 第01版")
    result = check(Archive(root))
    printed = json.loads(json.dumps(findings_json(result)))
    assert printed["counts"] == {"issue missing": 1, "weekday": 1}
    assert {"pages", "articles", "remarks", "set_aside", "warnings", "leftovers"} <= printed.keys()
    assert [set(one) for one in printed["remarks"]] == [{"source", "text", "kind", "severity"}] * 2
    assert set(TITLES) == set(KINDS)


def test_a_page_all_of_which_is_withdrawn_is_accounted_for(tmp_path: Path) -> None:
    lib = library(tmp_path, BRIDGE, RICE)
    lib.record(lib.id("早稻开镰"), Correction(action="withdraw"))
    found = check(lib.archive, index=lib.engine.reader())
    assert found.index
    assert (found.index.pages, found.index.indexed, found.index.withdrawn) == (2, 1, 1)
    assert [one for one in found.remarks if one.kind == "index"] == []


def test_a_correction_that_does_not_fit_is_found(tmp_path: Path) -> None:
    lib = library(tmp_path)
    lib.set("早稻开镰", "headline", "早稻丰收")
    lib.put("01.txt", f"{BRIDGE}\n{FERRY}")
    lib.index()
    [found] = [one for one in check(lib.archive).remarks if one.kind == "correction"]
    assert found.text.startswith("correction 1 doesn't fit any more")
