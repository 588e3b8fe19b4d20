"""Files go to their places in the archive, each in one step, and never over another one."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.importing.plan import ImportPlan, make_plan
from indexer.importing.transfer import ImportReport, Way, carry_out
from indexer.importing.wishes import Refusal, Wish

DAY = date(2019, 3, 8)
Place = tuple[Path, Path]


@pytest.fixture(name="place")
def place_fixture(tmp_path: Path) -> Place:
    """An archive with one page of one paper, and a folder of loose files."""
    archive, loose = tmp_path / "archive", tmp_path / "loose"
    (archive / "yunbei/2019-03-08").mkdir(parents=True)
    (archive / "yunbei/paper.toml").write_text('title = "云北日报"\nformer_titles = ["云北报"]\n', encoding="utf-8")
    (archive / "yunbei/2019-03-08/01.txt").write_text("本报讯 头版", encoding="utf-8")
    loose.mkdir()
    for name in ("a.txt", "b.txt", "2019-03-08_A05.txt", "c.exe", "d", "Thumbs.db", "e.md"):
        (loose / name).write_text(f"本报讯 {name}", encoding="utf-8")
    (loose / "same.txt").write_text("本报讯 头版", encoding="utf-8")
    (loose / "empty.txt").touch()
    (loose / "folder.txt").mkdir()
    return archive, loose


def wish(place: Place, name: str, row: str = "2", paper: str = "yunbei", **more: object) -> Wish:
    return Wish(row, str(place[1] / name), paper, **{"day": DAY, "page": "2", **more})  # type: ignore[arg-type]


def plan(place: Place, *wishes: Wish | Refusal) -> ImportPlan:
    return make_plan(Archive(place[0]), wishes)


def run(place: Place, *wishes: Wish, way: Way = "link") -> ImportReport:
    return carry_out(plan(place, *wishes), place[0], way, lambda done, total: None)


def tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("more", "target"),
    [
        ({}, "yunbei/2019-03-08/2.txt"),
        ({"page": "A05"}, "yunbei/2019-03-08/A05.txt"),
        ({"paper": "云北日报"}, "yunbei/2019-03-08/2.txt"),
        ({"paper": "《雲北日報》"}, "yunbei/2019-03-08/2.txt"),
        ({"paper": "云北报"}, "yunbei/2019-03-08/2.txt"),
        ({"paper": "Yunbei"}, "yunbei/2019-03-08/2.txt"),
        ({"paper": "shazhou"}, "shazhou/2019-03-08/2.txt"),
        ({"edition": 2}, "yunbei/2019-03-08_2/2.txt"),
        ({"day": None}, "yunbei/2.txt"),
        ({"page": ""}, "yunbei/2019-03-08/a.txt"),
        ({"page": "", "name": "2019-03-08_A05.txt"}, "yunbei/2019-03-08/A05.txt"),
        ({"page": "", "name": "e.md"}, "yunbei/2019-03-08/e.md"),
    ],
)
def test_the_place_of_a_file(place: Place, more: dict[str, object], target: str) -> None:
    name = str(more.pop("name", "a.txt"))
    found = plan(place, wish(place, name, **more))
    assert [(one.target, one.state) for one in found.placements] == [(target, "new")], found.refused


@pytest.mark.parametrize(
    ("name", "more", "problem"),
    [
        ("nowhere.txt", {}, "it can't be read (No such file"),
        ("empty.txt", {}, "it is empty"),
        ("folder.txt", {}, "it is not a file"),
        ("c.exe", {}, ".exe can't be read"),
        ("d", {}, "a file without a suffix can't be read"),
        ("a.txt", {"page": "1"}, "yunbei/2019-03-08/01.txt is there already and differs"),
        ("a.txt", {"page": "01"}, "yunbei/2019-03-08/01.txt is there already and differs"),
        ("a.txt", {"paper": "沙洲报"}, "no paper in the archive has the title “沙洲报”"),
        ("a.txt", {"paper": "../../etc"}, "no paper in the archive has the title"),
        ("a.txt", {"paper": "/etc"}, "no paper in the archive has the title"),
        ("a.txt", {"paper": "CVS"}, "a folder can't be named CVS"),
        ("a.txt", {"paper": "nul"}, "a folder can't be named nul"),
        ("../archive/yunbei/2019-03-08/01.txt", {}, "it lies in the archive already"),
    ],
)
def test_what_can_not_be_placed_is_refused(place: Place, name: str, more: dict[str, object], problem: str) -> None:
    found = plan(place, wish(place, name, **more))
    assert found.placements == ()
    assert problem in found.refused[0].problem


def test_what_is_there_is_unchanged(place: Place) -> None:
    [one] = plan(place, wish(place, "same.txt", page="1")).placements
    assert (one.state, one.target) == ("unchanged", "yunbei/2019-03-08/01.txt")


def test_the_same_page_in_another_format_is_noted(place: Place) -> None:
    [one] = plan(place, wish(place, "e.md", page="1")).placements
    assert one.note == "01.txt is there too, and both would be read"


def test_two_files_for_one_place_are_both_refused_and_one_twice_is_one(place: Place) -> None:
    found = plan(place, wish(place, "a.txt", "2"), wish(place, "b.txt", "3"), wish(place, "a.txt", "4", page="3"))
    assert [(one.row, one.problem.split(";")[0]) for one in found.refused] == [
        ("2", "3 would become yunbei/2019-03-08/2.txt as well"),
        ("3", "2 would become yunbei/2019-03-08/2.txt as well"),
    ]
    assert [one.row for one in found.placements] == ["4"]
    again = plan(place, wish(place, "a.txt", "2"), wish(place, "a.txt", "3"))
    assert ([one.row for one in again.placements], again.refused) == (["2"], ())


@pytest.mark.parametrize("way", ["link", "copy"])
def test_files_are_linked_or_copied_and_again_nothing_is_done(place: Place, way: Way) -> None:
    wishes = [wish(place, "a.txt"), wish(place, "b.txt", paper="shazhou", title='沙洲"早报"')]
    done = run(place, *wishes, way=way)
    assert (done.linked, done.copied, done.refused) == ((2, 0, ()) if way == "link" else (0, 2, ()))
    target, source = place[0] / "yunbei/2019-03-08/2.txt", place[1] / "a.txt"
    assert target.read_bytes() == source.read_bytes()
    assert target.samefile(source) == (way == "link")
    assert target.stat().st_mtime_ns == source.stat().st_mtime_ns
    assert Archive(place[0]).paper("shazhou").title == '沙洲"早报"'
    assert tree(place[0]) == [
        *("shazhou/2019-03-08/2.txt", "shazhou/paper.toml"),
        *("yunbei/2019-03-08/01.txt", "yunbei/2019-03-08/2.txt", "yunbei/paper.toml"),
    ]
    assert [one.state for one in plan(place, *wishes).placements] == ["unchanged"] * 2
    assert run(place, *wishes, way=way) == ImportReport(0, 0, ())


def test_the_file_behind_a_link_comes_and_no_link(place: Place) -> None:
    (place[1] / "link.txt").symlink_to(place[1] / "a.txt")
    run(place, wish(place, "link.txt"))
    target = place[0] / "yunbei/2019-03-08/2.txt"
    assert not target.is_symlink()
    assert target.read_text(encoding="utf-8") == "本报讯 a.txt"


@pytest.mark.parametrize("folder", ["yunbei/2019-03-09", "shazhou"])
def test_nothing_is_written_behind_a_link_that_leads_out(place: Place, tmp_path: Path, folder: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (place[0] / folder).symlink_to(outside)
    found = plan(place, wish(place, "a.txt", paper=folder.split("/", maxsplit=1)[0], day=date(2019, 3, 9)))
    assert "leads out of the archive" in found.refused[0].problem
    assert list(outside.iterdir()) == []


def test_a_link_that_comes_in_between_is_not_followed(place: Place, tmp_path: Path) -> None:
    made = plan(place, wish(place, "a.txt", day=date(2019, 3, 9)))
    (place[0] / "yunbei/2019-03-09").symlink_to(tmp_path)
    done = carry_out(made, place[0], "copy", lambda done, total: None)
    assert "leads out" in done.refused[0].problem
    assert not (tmp_path / "2.txt").exists()


@pytest.mark.parametrize("way", ["link", "copy"])
@pytest.mark.parametrize(("text", "is_refused"), [("другое", True), ("本报讯 a.txt", False)])
def test_a_file_that_comes_in_between_stays(place: Place, way: Way, text: str, is_refused: bool) -> None:
    made = plan(place, wish(place, "a.txt"))
    (place[0] / "yunbei/2019-03-08/2.txt").write_text(text, encoding="utf-8")
    done = carry_out(made, place[0], way, lambda done, total: None)
    assert (place[0] / "yunbei/2019-03-08/2.txt").read_text(encoding="utf-8") == text
    assert bool(done.refused) == is_refused


@pytest.mark.parametrize("way", ["link", "copy"])
def test_a_file_that_goes_in_between_costs_no_other(place: Place, way: Way) -> None:
    made = plan(place, wish(place, "a.txt"), wish(place, "b.txt", page="3"))
    (place[1] / "a.txt").unlink()
    done = carry_out(made, place[0], way, lambda done, total: None)
    assert [one.problem.split(" (")[0] for one in done.refused] == ["a.txt can't be read"]
    assert done.linked + done.copied == 1


def test_leftovers_of_a_killed_run_are_cleared_and_those_of_a_running_one_stay(place: Place) -> None:
    import fcntl

    folder = place[0] / "yunbei/2019-03-08"
    for name in (".import-dead.part", ".import-live.part"):
        (folder / name).write_text("half")
    with (folder / ".import-live.part").open("rb") as live:
        fcntl.flock(live, fcntl.LOCK_EX)
        run(place, wish(place, "a.txt"))
    assert {path.name for path in folder.iterdir()} == {"01.txt", "2.txt", ".import-live.part"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_archive_that_can_not_be_written_is_a_sentence(place: Place) -> None:
    from indexer.errors import ArchiveError

    (place[0] / "yunbei").chmod(0o555)
    with pytest.raises(ArchiveError, match="can't be written"):
        run(place, wish(place, "a.txt", day=date(2019, 3, 9)))
    (place[0] / "yunbei").chmod(0o755)
