"""Files that were made to do harm end in a sentence, or in what can be read of them; nothing else is touched.

The formats whose readers are not there yet are left out.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import readers
from indexer.errors import PageError
from indexer.readers import READERS, sandbox
from tests.conftest import PROJECT
from tests.support import hostile_files
from tests.support.command_line import baosou, messages, output
from tests.support.hostile_files import FILES, HostileFile
from tests.support.library import PAGE

KNOWN = [one for one in FILES if one.suffix in READERS]


@pytest.fixture(autouse=True, scope="module")
def no_reader_is_left() -> Iterator[None]:
    yield
    sandbox.end_all()


def parameters() -> Iterator[object]:
    for one in KNOWN:
        yield pytest.param(one, id=f"{one.suffix} {one.name}", marks=[pytest.mark.long] if one.is_long else [])


@pytest.mark.parametrize("hostile", list(parameters()))
def test_a_hostile_file_is_told_in_a_sentence(hostile: HostileFile, tmp_path: Path) -> None:
    path = tmp_path / f"01{hostile.suffix}"
    path.write_bytes(hostile.make())
    try:
        told = "".join(page.text for page in readers.read(path, f"demo/2019-03-08/{path.name}"))
    except PageError as problem:
        told = problem.problem
    assert re.search(hostile.told, told), told[:400]
    assert "root:" not in told
    assert list(tmp_path.iterdir()) == [path]


def test_nobody_is_asked_for_what_a_file_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        for one in KNOWN:
            data = one.make() if one.suffix == ".xml" and "elsewhere" in one.name else b""
            path = tmp_path / f"01{one.suffix}"
            path.write_bytes(data.replace(hostile_files.UNTOUCHED.encode(), address.encode()) or b" ")
            try:
                readers.read(path, f"demo/{path.name}")
            except PageError:
                continue
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_file_that_vanishes_is_a_sentence(tmp_path: Path) -> None:
    for suffix in READERS:
        with pytest.raises(PageError, match="there is no such file"):
            readers.read(tmp_path / f"01{suffix}", f"demo/01{suffix}")


def test_an_archive_with_hostile_files_is_indexed_but_for_these(tmp_path: Path) -> None:
    names = {"entities of entities", "elements deep in one another", "a PDF cut off", "HTML deep in itself"}
    bad = [one for one in KNOWN if one.name in names]
    for number in range(1, 10):
        page = tmp_path / f"archive/lanhe/2019-03-0{number}/01.txt"
        page.parent.mkdir(parents=True)
        page.write_text(PAGE, encoding="utf-8")
        if number <= len(bad):
            (page.parent / f"02{bad[number - 1].suffix}").write_bytes(bad[number - 1].make())
    where = ("--archive", tmp_path / "archive", "--index", tmp_path / "index")
    done = baosou("index", *where, "--jobs", "2")
    assert done.returncode == 1
    assert messages(done).count("set aside: lanhe/2019-03-0") == len(bad)
    assert "from 9 pages indexed" in output(done)


def test_a_reader_that_is_killed_while_an_archive_is_indexed_costs_that_page_alone(tmp_path: Path) -> None:
    archive = tmp_path / "archive/lanhe/2019-03-08"
    archive.mkdir(parents=True)
    (archive / "01.txt").write_text(PAGE, encoding="utf-8")
    (archive / "02.xml").write_bytes(next(one for one in FILES if one.name == "many elements").make())
    where = ["--archive", str(tmp_path / "archive"), "--index", str(tmp_path / "index"), "--jobs", "1"]
    run = subprocess.Popen(
        [sys.executable, "-m", "indexer.cli.commands", "index", *where],
        cwd=PROJECT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    killed: set[int] = set()
    while run.poll() is None and len(killed) < 2:
        for reader in {one for one in readers_of(run.pid) if one not in killed}:
            os.kill(reader, signal.SIGKILL)
            killed.add(reader)
        time.sleep(0.01)
    assert "02.xml: what read it was killed from outside, twice" in run.communicate()[1]
    assert (run.returncode, len(killed)) == (1, 2)
    assert '"total": 1' in output(baosou("search", "早稻", "--json", *where[2:4]))


def readers_of(process: int) -> list[int]:
    """The processes that read files for another one."""
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            numbers = task.read_text().split()
        except OSError:
            continue
        found += [int(one) for one in numbers if b"sandbox" in Path(f"/proc/{one}/cmdline").read_bytes()]
    return found
