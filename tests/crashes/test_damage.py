"""Damage is found and told: no answer is wrong once an index was called sound, and nothing ends in a traceback."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from indexer.engines.whoosh.segment.container import Layout
from tests.conftest import PROJECT
from tests.crashes.flips import Flip, Scene, flips, make_scene, try_flips, write_archive
from tests.support.command_line import baosou, messages, output

SOME, ALL = 12, 1_000
"""Flips in the short and the long version."""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("scene"))


def check_flips(scene: Scene, count: int, folder: Path) -> None:
    found = try_flips(scene, list(flips(scene.index, count, count)), folder)
    for words, number in sorted(found.items()):
        sys.stdout.write(f"{number:6} {words}\n")
    assert [words for words in found if words.startswith("BAD")] == []
    assert found["check: refused"] == count


def test_some_flipped_bytes(scene: Scene, tmp_path: Path) -> None:
    check_flips(scene, SOME, tmp_path / "copy")


@pytest.mark.long
def test_flipped_bytes(scene: Scene, tmp_path: Path) -> None:
    check_flips(scene, ALL, tmp_path / "copy")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive and its index, made by a command."""
    folder = tmp_path_factory.mktemp("written")
    write_archive(folder / "archive")
    assert baosou("index", "--archive", folder / "archive", "--index", folder / "index").returncode == 0
    return folder


@pytest.fixture
def flip(written: Path) -> Iterator[Flip]:
    """A byte in the positions of bigrams, which is not looked at when the index is opened. It is flipped back."""
    path = next((written / "index").glob("*.seg"))
    layout = Layout(path)
    _, start, items, _ = layout.sections["grams.positions"]
    found = Flip(path.name, start + 2 * items, 0x40)
    found.on(written / "index")
    yield found
    if path.exists():
        found.on(written / "index")


def test_a_sound_index_is_called_sound(written: Path) -> None:
    done = baosou("check", "--index", written / "index")
    assert (done.returncode, messages(done)) == (0, "")
    assert re.fullmatch(r"sound: 1 segment, \d+\.\d MB read in \d+\.\d s\n", output(done))
    assert '"files": 1' in output(baosou("check", "--json", "--index", written / "index"))


def test_commands_name_what_is_damaged(written: Path, flip: Flip) -> None:
    archive, index = written / "archive", written / "index"
    done = baosou("check", "--index", index)
    assert (done.returncode, output(done)) == (3, "")
    assert messages(done) == (
        f"baosou: The index in {index} is damaged: {flip.file} is garbled (section grams.positions). "
        f"Rebuild it: baosou index --full --index {index} --archive {archive}\n"
    )
    (archive / "shazhou" / "2024-01-05" / "01.txt").write_text("渡口停航\n\n本报讯 因大风，渡口停航一天。")
    refused = baosou("index", "--archive", archive, "--index", index)
    assert (refused.returncode, messages(refused)) == (3, messages(done))
    assert baosou("check", "--index", index).returncode == 3
    assert baosou("index", "--full", "--archive", archive, "--index", index).returncode == 0
    assert baosou("check", "--index", index).returncode == 0


def test_a_server_finds_damage_by_itself(written: Path, flip: Flip) -> None:
    command = [sys.executable, "-u", "-m", "indexer.cli.commands", "serve", "--port", "0", "--processes", "2"]
    command += ["--archive", str(written / "archive"), "--index", str(written / "index")]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout
        assert server.stderr
        address = re.findall(r"http://\S+", server.stdout.readline())[0]
        said = server.stderr.readline() + server.stderr.readline()  # each process finds it for itself
        for path in ("/healthz", "/", "/search?q=%E6%B8%A1%E5%8F%A3"):
            with pytest.raises(HTTPError) as answer:
                urlopen(address + path, timeout=30)  # noqa: S310 (our own server)
            assert answer.value.code == 503
            answer.value.close()
        server.terminate()
        assert "Traceback" not in said + server.communicate(timeout=60)[1]
    assert said.count(f"{flip.file} is garbled (section grams.positions)") == 2


@pytest.mark.parametrize("arguments", [("shazhou",), ("--archive", "papers")])
def test_an_index_is_checked_alone(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = baosou("check", "--index", tmp_path, *arguments)
    assert (done.returncode, messages(done)) == (
        2, "baosou: check --index reads an index alone; leave out paths, --archive, --against and --html.\n",
    )  # fmt: skip


def test_there_is_no_index_to_check(tmp_path: Path) -> None:
    done = baosou("check", "--index", tmp_path)
    assert done.returncode == 3
    assert "There is no index" in messages(done)


FULL = [(20_000, 2), (300_000, 1), (3_000_000, 2)]
FULL_TOO = [pytest.param(most, 3 - jobs, marks=pytest.mark.long) for most, jobs in FULL]


@pytest.mark.parametrize(("most", "jobs"), [*FULL, *FULL_TOO])
def test_files_that_can_not_grow(written: Path, tmp_path: Path, most: int, jobs: int) -> None:
    """As on a full disk, a write fails."""
    arguments = ("index", "--archive", written / "archive", "--index", tmp_path, "--jobs", jobs)
    done = baosou(*arguments, prefix=["prlimit", f"--fsize={most}"])
    assert done.returncode == 3
    assert re.fullmatch(r"baosou: The index in \S+ could not be written \(.+\)\. It is as it was .+\n", messages(done))
    assert [path.name for path in tmp_path.iterdir()] == ["MAIN_WRITELOCK"]


@pytest.mark.parametrize("is_update", [False, True])
def test_a_worker_is_killed(written: Path, tmp_path: Path, is_update: bool) -> None:
    write_archive(tmp_path / "archive")
    arguments = ["index", "--archive", str(tmp_path / "archive"), "--index", str(tmp_path / "index"), "--jobs", "2"]
    if is_update:
        assert baosou(*arguments).returncode == 0
        write_archive(tmp_path / "archive", range(44))
    before = sorted(path.name for path in (tmp_path / "index").glob("*"))
    command = [sys.executable, "-m", "indexer.cli.commands", *arguments]
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as run:
        children = Path(f"/proc/{run.pid}/task/{run.pid}/children")
        while not (pids := children.read_text().split()):
            time.sleep(0.01)
        os.kill(int(pids[0]), signal.SIGKILL)
        said = run.communicate(timeout=60)[1]
    assert run.returncode == 3
    # Python itself may say that a fork met the kill.
    assert re.fullmatch(
        r"baosou: A worker process ended before its work was done; .+ \(--jobs 1 .+\)\.", said.splitlines()[-1]
    )
    assert sorted(path.name for path in (tmp_path / "index").glob("*")) in (before, ["MAIN_WRITELOCK"])
