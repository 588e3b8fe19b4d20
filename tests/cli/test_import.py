"""`baosou import` as a real process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.support.command_line import baosou, messages, output
from tests.support.library import PAGE

Place = tuple[Path, Path]


@pytest.fixture(name="place")
def place_fixture(tmp_path: Path) -> Place:
    archive, loose = tmp_path / "archive", tmp_path / "loose"
    archive.mkdir()
    loose.mkdir()
    (loose / "页一.txt").write_text(PAGE, encoding="utf-8")
    (loose / "manifest.csv").write_text(
        "文件,报纸,报纸名称,日期,版\n页一.txt,lanhe,兰河日报,2019年3月8日,第1版\n页二.txt,lanhe,,2019-03-08,2\n",
        encoding="gb18030",
    )
    (loose / "no-manifest.csv").write_text(PAGE, encoding="utf-8")
    return archive, loose


def test_it_shows_what_it_will_do_and_does_it_only_when_told(place: Place) -> None:
    archive, loose = place
    wish = ("import", loose / "manifest.csv", "--archive", archive)
    for more in (("--dry-run",), ()):
        shown = baosou(*wish, *more)
        assert shown.returncode == (1 if more else 2)
        assert f"+      2  {loose}/页一.txt → lanhe/2019-03-08/1.txt\n" in output(shown)
        assert "+ new paper lanhe: 兰河日报\n1 new, 0 unchanged, 1 refused\n" in output(shown)
    assert "nobody can be asked here; add --yes" in messages(shown)
    assert list(archive.iterdir()) == []
    done = baosou(*wish, "--yes")
    assert done.returncode == 1
    assert "set aside: manifest.csv row 3 (页二.txt): there is no such file in" in messages(done)
    assert "1 linked, 0 copied" in output(done)
    assert baosou("index", "--archive", archive, "--index", archive.parent / "index").returncode == 0
    found = json.loads(output(baosou("search", "早稻", "--json", "--index", archive.parent / "index")))
    assert [(hit["paper_title"], hit["date"], hit["page"]) for hit in found["hits"]] == [
        ("兰河日报", "2019-03-08", "1")
    ]


def test_json_is_one_document(place: Place) -> None:
    archive, loose = place
    wish = ("import", loose / "manifest.csv", "--archive", archive, "--json")
    assert baosou(*wish).returncode == 2
    for more, states in ((("--dry-run",), ["new"]), (("--yes", "--copy"), ["new"]), (("--dry-run",), ["unchanged"])):
        done = baosou(*wish, *more)
        told = json.loads(output(done))
        assert done.returncode == 1
        assert [one["state"] for one in told["files"]] == states
        assert [(one["row"], one["file"]) for one in told["set_aside"]] == [("3", "页二.txt")]
        assert (told["dry_run"], told["refused"]) == ("--dry-run" in more, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("nowhere.csv",), 2, "There is no file"),
        (("loose",), 2, "is a folder; name its layout with --from"),
        (("loose/manifest.csv", "--files", "nowhere"), 2, "There is no folder"),
        (("loose/manifest.csv", "--from", "mets"), 2, "is not a folder"),
        (("loose/no-manifest.csv",), 2, "has no heading"),
        (("loose/manifest.csv", "--archive", "nowhere"), 3, "does not exist"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(
    place: Place, arguments: tuple[str, ...], code: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place[1].parent)
    done = baosou("import", "--archive", "archive", *arguments, "--yes")
    assert (done.returncode, sentence in messages(done)) == (code, True), messages(done)


@pytest.mark.parametrize("way", ["--copy", "--link"])
def test_a_run_that_is_killed_leaves_whole_files_and_the_next_one_goes_on(place: Place, way: str) -> None:
    archive, loose = place
    texts = {f"{number}.txt": PAGE * 40 + str(number) for number in range(1, 120)}
    for name, text in texts.items():
        (loose / name).write_text(text, encoding="utf-8")
    rows = "".join(f"{name},lanhe,2019-03-08\n" for name in texts)
    (loose / "all.csv").write_text("file,paper,date\n" + rows, encoding="utf-8")
    command = ["import", str(loose / "all.csv"), "--archive", str(archive), "--yes", way]
    run = subprocess.Popen(
        [sys.executable, "-m", "indexer.cli.commands", *command], cwd=PROJECT, stdout=subprocess.DEVNULL
    )
    folder = archive / "lanhe/2019-03-08"
    while not folder.is_dir() or len(list(folder.iterdir())) < 3:
        assert run.poll() is None
        time.sleep(0.0005)
    run.send_signal(signal.SIGKILL)
    run.wait()
    whole = [path for path in folder.iterdir() if not path.name.startswith(".")]
    assert all(path.read_text(encoding="utf-8") == texts[path.name] for path in whole)
    told = json.loads(output(baosou(*command, "--json")))
    assert (told["new"], told["unchanged"]) == (len(texts) - len(whole), len(whole))
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == texts
