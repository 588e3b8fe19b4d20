"""A backup or a restore that is killed leaves the last complete backup and the old state, or the new one, whole."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from indexer.archive.restore import verify
from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.indexing.rules_fingerprint import matching
from tests.crashes.stages import Run, Starter, check_all_ended, end_group, write_pages

ORDERLY = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
AT_RANDOM = 60
"""How many runs of each stage are killed at a random time, in the long version."""
STAGES = ("first backup", "next backup", "tar", "restore", "restore over another")

State = dict[str, bytes]


def state_of(folder: Path) -> State:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Keeping:
    """An archive with its index, and a backup, put back to where a stage begins as often as it is asked for."""

    def __init__(self, folder: Path, stage: str) -> None:
        self.folder, self.stage = folder, stage
        self.work = folder / "work"
        self.work.mkdir()
        write_pages(self.work / "archive")
        self._starter = Starter(folder / "messages")
        self.run("index", "--jobs", "1", *self.places("archive", "index"))
        self.name = "backup.tar" if stage == "tar" else "backups"
        if stage != "first backup":
            self.run("backup", self.work / self.name, *self.places("archive", "index"))
        self.first = self.contents("archive")
        if stage == "restore over another":
            write_pages(self.work / "there", range(1, 4))
            self.run("index", "--jobs", "1", *self.places("there", "there-index"))
        write_pages(self.work / "archive", range(1, 4))
        self.run("index", "--jobs", "1", *self.places("archive", "index"))
        self.second = self.contents("archive")
        self.there = self.contents("there"), self.contents("there-index")
        shutil.copytree(self.work, folder / "before")

    def places(self, archive: str, index: str) -> tuple[object, ...]:
        return "--archive", self.work / archive, "--index", self.work / index

    def command(self) -> tuple[object, ...]:
        if "restore" in self.stage:
            return "restore", self.work / self.name, "--replace", *self.places("there", "there-index")
        return "backup", self.work / self.name, *self.places("archive", "index")

    def put_back(self) -> None:
        shutil.rmtree(self.work)
        shutil.copytree(self.folder / "before", self.work)

    def start(self, *arguments: object, kill: object = None, observed: bool = False) -> Run:
        (self.folder / "events").unlink(missing_ok=True)
        roots = [str(self.work / name) for name in ("backup", "there", ".there")]
        plan = {"roots": roots, "events": str(self.folder / "events"), "kill": kill}
        return self._starter.start([str(one) for one in arguments], plan if observed else {})

    def run(self, *arguments: object, observed: bool = False) -> None:
        run = self.start(*arguments, observed=observed)
        assert run.wait() == 0, run.messages()

    def events(self) -> int:
        self.put_back()
        self.run(*self.command(), observed=True)
        return (self.folder / "events").stat().st_size

    def contents(self, name: str) -> State:
        return state_of(self.work / name)

    def check(self) -> None:
        """The last complete backup and the old state are whole, or the new ones are."""
        if "restore" in self.stage:
            self._check_restored()
        else:
            self._check_backup()

    def check_next_run(self) -> None:
        """The next run completes and leaves nothing over."""
        self.run(*self.command())
        if "restore" in self.stage:
            assert self.contents("there") == self.first
            self._check_index()
            assert not [path for path in self.work.iterdir() if path.name.startswith(".")]
        else:
            assert self._restored() == self.second
            assert not [path for path in self.work.rglob("*.tmp*") if path.name != "lock"]

    def _check_backup(self) -> None:
        if self.stage == "first backup" and not list(self.work.glob("backups/*.backup")):
            return
        assert self._restored() in (self.first, self.second)

    def _restored(self) -> State:
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        verify(self.work / self.name)
        out = self.folder / "out"
        self.run("restore", self.work / self.name, "--archive", out / "archive", "--index", out / "index")
        return state_of(out / "archive")

    def _check_restored(self) -> None:
        verify(self.work / self.name)
        old_archive, old_index = self.there
        archive = self.contents("there")
        assert archive in (old_archive, self.first)
        if archive == self.first:  # it is the last to be replaced
            self._check_index()
        elif old_index:
            index = {name: of for name, of in self.contents("there-index").items() if not name.endswith("LOCK")}
            if index != {name: of for name, of in old_index.items() if not name.endswith("LOCK")}:
                self._check_index()

    def _check_index(self) -> None:
        identity = IndexIdentity(os.path.realpath(self.work / "there"), matching())
        engine = WhooshEngine(self.work / "there-index", identity)
        assert engine.reader().papers()[0].issues == 17
        engine.verify()


@pytest.fixture(scope="module", params=STAGES)
def keeping(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Keeping:
    return Keeping(tmp_path_factory.mktemp("keeping"), request.param)


def check_killed(keeping: Keeping, event: int, number: int = signal.SIGKILL) -> bool:
    """Kill a run at an event. Return whether it had that many."""
    keeping.put_back()
    run = keeping.start(*keeping.command(), kill={"event": event, "whom": "parent", "signal": number}, observed=True)
    code = run.wait()
    if code == 0:
        return False
    if number != signal.SIGKILL:
        assert code == 128 + number, run.messages()
        assert "Traceback" not in run.messages()
        left = [path.name for path in keeping.work.rglob("*") if path.name.endswith((".tmp", ".restoring", ".json"))]
        assert [name for name in left if not name.startswith("manifest-")] == []
    keeping.check()
    keeping.check_next_run()
    return True


def test_killed_here_and_there(keeping: Keeping) -> None:
    events = keeping.events()
    assert events > 3
    for event in (events // 2, events):
        check_killed(keeping, event)


def test_ended_by_a_signal_in_order(keeping: Keeping) -> None:
    """By another signal in each stage; the long version has all of them."""
    at = STAGES.index(keeping.stage)
    check_killed(keeping, (keeping.events() + at) // 2, ORDERLY[at % len(ORDERLY)])


@pytest.mark.long
def test_ended_in_order_at_each_event(keeping: Keeping) -> None:
    for event in range(1, keeping.events() + 1):
        check_killed(keeping, event, ORDERLY[event % len(ORDERLY)])


@pytest.mark.long
def test_killed_at_each_event(keeping: Keeping) -> None:
    kills = sum(check_killed(keeping, event) for event in range(1, keeping.events() + 1))
    print(f"{keeping.stage}: {kills} kills")  # noqa: T201 (a figure for docs/reliability.md)
    assert kills > 3


@pytest.mark.long
def test_killed_at_random_times(keeping: Keeping) -> None:
    keeping.put_back()
    begun = time.monotonic()
    keeping.run(*keeping.command())
    length = time.monotonic() - begun
    choose = random.Random(15)
    killed = 0
    for _ in range(AT_RANDOM):
        keeping.put_back()
        run = keeping.start(*keeping.command())
        time.sleep(length * choose.uniform(0, 1))
        with suppress(ProcessLookupError):  # it may have ended before
            os.kill(run.pid, signal.SIGKILL)
        try:
            code = run.wait()
            check_all_ended(run.pid)
        finally:
            end_group(run.pid)
        killed += code != 0
        keeping.check()
        keeping.check_next_run()
    print(f"{keeping.stage}, at random: {killed} kills")  # noqa: T201
