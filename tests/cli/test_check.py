"""`baosou check` on the command line: which index it compares with, and what it writes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.support.command_line import baosou, messages, output


@pytest.fixture(scope="module")
def places(sample_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("check")
    archive = Path(shutil.copytree(sample_archive, folder / "archive"))
    assert baosou("index", "--archive", archive, "--index", folder / "index").returncode == 0
    return archive, folder / "index"


def test_the_report_is_one_file_without_scripts(places: tuple[Path, Path], tmp_path: Path) -> None:
    archive, index = places
    done = baosou("check", "--archive", archive, "--against", index, "--html", tmp_path / "report.html")
    assert done.returncode == 0, messages(done)
    assert "index: of 22 page files 22 are in it" in output(done)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Issues that are missing" in page
    assert "Of 22 page files, 22 are in the index" in page
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert not re.search(r"<script|<link|<img|https?://|url\(|@import", page)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_an_index_that_is_there_is_compared_unless_it_can_not_be_read(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    archive, index = places

    def compared(**env: str) -> dict[str, object]:
        return dict(json.loads(output(baosou("check", "--archive", archive, "--json", env=env))))

    assert compared(BAOSOU_INDEX=str(index))["index"] == {
        "pages": 22,
        "indexed": 22,
        "changed": 0,
        "set_aside": 0,
        "copies": 0,
        "withdrawn": 0,
        "missing": 0,
        "unbacked": 0,
    }
    assert compared(BAOSOU_INDEX=str(tmp_path / "none"))["index"] is None
    foreign = Path(shutil.copytree(archive, tmp_path / "foreign"))
    told = json.loads(
        output(baosou("check", "--archive", foreign, "--json", env={"BAOSOU_INDEX": str(index)})),
    )
    assert told["index"] is None
    assert any(one["kind"] == "index" and "belongs to the archive" in one["text"] for one in told["remarks"])


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (("--against", "{none}"), 3, "Make it: baosou index"),
        (("--index", "{index}", "--against", "{index}"), 2, "reads an index alone"),
        (("--index", "{index}", "--html", "{none}"), 2, "reads an index alone"),
        (("--html", "{none}/no/such/folder.html"), 3, "give another file with --html"),
    ],
)
def test_what_can_not_be_done_is_a_sentence(
    options: tuple[str, ...], code: int, sentence: str, places: tuple[Path, Path], tmp_path: Path
) -> None:
    archive, index = places
    given = [one.format(index=index, none=tmp_path / "none") for one in options]
    done = baosou("check", *([] if "--index" in given else ["--archive", archive]), *given)
    assert done.returncode == code
    assert sentence in messages(done)
