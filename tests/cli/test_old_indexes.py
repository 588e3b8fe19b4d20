"""An index that is refused says by which command it works again, and that command works as it is written."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh.engine import WhooshEngine
from tests.conftest import PROJECT
from tests.support.command_line import baosou, messages, output

RELEASES = sorted((PROJECT / "tests" / "data").glob("index-*"))
COMMANDS = ("index", "search", "backup and restore")
ARTICLES = 90


@pytest.fixture
def archive(tmp_path: Path, sample_archive: Path) -> Path:
    return Path(shutil.copytree(sample_archive, tmp_path / "the archive"))


def run_what_it_says(refusal: str) -> None:
    command = re.search(r"(?:Rebuild it|Make it|let this archive have it): baosou (.+)", refusal)
    assert command, refusal
    done = baosou(*shlex.split(command[1]))
    assert done.returncode == 0, messages(done)


def found(index: Path) -> int:
    return int(json.loads(output(baosou("search", "", "--index", index, "--json")))["total"])


def cases() -> Iterator[Any]:
    """Yield each release with each command; in the short version each has one, and the first release all."""
    for number, release in enumerate(RELEASES):
        for at, command in enumerate(COMMANDS):
            is_short = not number or at == number % len(COMMANDS)
            marks = () if is_short else (pytest.mark.long,)
            yield pytest.param(release, command, id=f"{command}-{release.name}", marks=marks)


@pytest.mark.parametrize(("release", "command"), list(cases()))
def test_an_index_of_each_release_works_again_by_the_command_in_its_refusal(
    release: Path, command: str, archive: Path, tmp_path: Path
) -> None:
    index = Path(shutil.copytree(release, tmp_path / "the index"))
    places = ("--archive", archive, "--index", index)
    if command == "backup and restore":
        assert baosou("backup", tmp_path / "backup", *places).returncode == 0
        archive, index = tmp_path / "new archive", tmp_path / "new index"
        assert baosou("restore", tmp_path / "backup", "--archive", archive, "--index", index).returncode == 0
        refused = baosou("search", "", "--index", index)
    elif command == "index":
        refused = baosou("index", *places)
    else:
        WhooshEngine(index, IndexIdentity("", "")).assign(str(archive))  # they were made where there is no archive now
        refused = baosou("search", "", "--index", index)
    assert refused.returncode == 3
    run_what_it_says(messages(refused))
    assert found(index) == ARTICLES
    assert json.loads((next(index.glob("manifest-*.json"))).read_bytes())["archive"] == str(archive)


def test_a_missing_a_foreign_and_a_damaged_index_name_the_command_too(archive: Path, tmp_path: Path) -> None:
    index = tmp_path / "the index"
    missing = baosou("check", "--archive", archive, "--against", index)
    assert missing.returncode == 3
    run_what_it_says(messages(missing))
    other = Path(shutil.copytree(archive, tmp_path / "another archive"))
    run_what_it_says(messages(baosou("index", "--archive", other, "--index", index)))
    segment = next(index.glob("*.seg"))
    segment.write_bytes(segment.read_bytes()[:-100])
    run_what_it_says(messages(baosou("search", "", "--index", index)))
    assert found(index) == ARTICLES
