"""Small archives to be indexed by runs that are killed, and what is to be true afterwards."""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import IndexMissing
from indexer.indexing.rules_fingerprint import matching
from indexer.model import Times
from tests.conftest import PROJECT
from webui.app import create_app
from webui.settings import Settings

ISSUES = 17
PAGE = """二〇二四年三月{day}日 第01版

第{day}期渡口{verb}夜航

本报讯（记者 周小舟）三月{day}日，沙洲渡口{verb}夜航，摆渡的老人第{day}次试航后十分满意。

第{day}期早稻开镰

本报讯 三月{day}日，城西第{day}块早稻田开镰，收割机来回奔忙，种粮大户说亩产比去年高{day}斤。
"""
_ENDS_WITHIN = 20.0
"""Seconds in which workers must have ended."""
_COMPLETE = re.compile(r"MAIN_\w+\.(seg|times)|_MAIN_\d+\.toc|manifest-\d+\.json|MAIN_WRITELOCK")

Contents = Mapping[str, tuple[str, str]]
"""Article id → source and headline."""


def write_pages(root: Path, changed: range = range(0)) -> None:
    """Write an archive; the headlines of the issues `changed` are others."""
    for day in range(1, ISSUES + 1):
        path = root / "shazhou" / f"2024-03-{day:02}" / "01.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(day=day, verb="恢复" if day in changed else "开通"), encoding="utf-8")


def change_all(root: Path) -> None:
    write_pages(root, range(1, ISSUES + 1))
    shutil.rmtree(root / "shazhou" / "2024-03-17")
    shutil.copytree(root / "shazhou" / "2024-03-01", root / "shazhou" / "2024-04-01")


def change_one(root: Path) -> None:
    write_pages(root, range(3, 4))


def change_nothing(root: Path) -> None:
    pass


@dataclass(frozen=True)
class Stage:
    """A run to be killed: what is changed in an archive that was indexed (None: that wasn't), and the options.

    With `pages_per_commit` it commits in between, so that it may leave the old state of one issue and the new one of
    another.
    """

    name: str
    change: Callable[[Path], None] | None
    options: tuple[str, ...] = ()
    pages_per_commit: int = 0


STAGES = (
    Stage("first index", None),
    Stage("update", change_all),
    Stage("merge", change_one),
    Stage("full", change_all, ("--full",)),
    Stage("first index in parts", None, pages_per_commit=8),
    Stage("update in parts", change_all, pages_per_commit=8),
)


class Starter:
    """Starts commands, one at a time, by a process that all of this run share: it has loaded everything."""

    def __init__(self, messages: Path) -> None:
        self.messages = messages
        self._process = _starting_process()

    def start(self, arguments: list[str], plan: dict[str, Any], pages_per_commit: int = 0) -> Run:
        assert self._process.stdin
        order = {"arguments": arguments, "plan": plan, "messages": str(self.messages)}
        order["pages_per_commit"] = pages_per_commit
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Run(self, self.answer())

    def answer(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())


@cache
def _starting_process() -> subprocess.Popen[str]:
    """Start the process that starts commands; it ends before this one does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crashes.observed_run"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.communicate)  # closes its stdin and waits
    return process


@dataclass
class Run:
    """A command that was started; `pid` is its number and that of its group."""

    starter: Starter
    pid: int

    def wait(self) -> int:
        """Return the exit code, negative for the signal that killed it."""
        return self.starter.answer()

    def messages(self) -> str:
        return self.starter.messages.read_text()


class Scene:
    """An archive and an index in a folder, put back to where a stage begins as often as it is asked for."""

    def __init__(self, folder: Path, stage: Stage) -> None:
        self.folder, self.stage = folder, stage
        self.archive, self.index = folder / "archive", folder / "index"
        write_pages(self.archive)
        self._starter = Starter(folder / "messages")
        if stage.change:
            self.run()
            stage.change(self.archive)
        else:
            self.index.mkdir()
        self.old = self.contents()
        for name in ("archive", "index"):
            shutil.copytree(folder / name, folder / "before" / name)
        self.run()
        self.new = self.contents()
        assert self.old != self.new
        self.kept = {name: times for name, times in self.times().items() if (times.first_id or name) in self.old}
        assert len(self.kept) >= len(self.old) - 2
        self.once = {*self.old, *self.new}
        self.gone = self.dead_links(self.once)
        assert len(self.gone) <= 2  # of the issue that was taken out
        self.restore()

    def restore(self) -> None:
        for name in ("archive", "index"):
            shutil.rmtree(self.folder / name)
            shutil.copytree(self.folder / "before" / name, self.folder / name)

    def command(self) -> list[str]:
        places = ("--archive", str(self.archive), "--index", str(self.index))
        return ["index", "--jobs", "2", *places, *self.stage.options]

    def start(self, **plan: Any) -> Run:
        """Start the command in a group of its own, observed where there is a plan."""
        if plan:
            plan |= {"roots": [str(self.index), str(self.archive)], "events": str(self.folder / "events")}
            (self.folder / "events").unlink(missing_ok=True)
        return self._starter.start(self.command(), plan, self.stage.pages_per_commit)

    def run(self, **plan: Any) -> None:
        """Let the command end by itself."""
        run = self.start(**plan)
        assert run.wait() == 0, run.messages()

    def run_observed(self, **plan: Any) -> None:
        """The command from where the stage begins, observed and not killed."""
        self.restore()
        self.run(kill=None, **plan)

    def events(self) -> int:
        """How many events an undisturbed run has, about: workers wait for each other for different times."""
        self.run_observed()
        return (self.folder / "events").stat().st_size

    def contents(self, folder: Path | None = None) -> Contents:
        """What the index holds."""
        try:
            reader = self._engine(folder or self.folder).reader()
        except IndexMissing:
            return {}
        documents = [document for source in reader.fingerprints() for document in reader.documents_of(source)]
        return {document.id: (document.source, document.article.headline) for document in documents}

    def times(self) -> Mapping[str, Times]:
        """When each article in the index was first indexed and last changed."""
        return self._engine(self.folder).reader().times(self.contents())

    def dead_links(self, ids: set[str], folder: Path | None = None) -> set[str]:
        """The addresses that don't answer on the site and lead to none that does."""
        folder = folder or self.folder
        site = create_app(Settings(archive=folder / "archive", index=""), self._engine(folder)).test_client()
        return {one for one in ids if site.get(f"/article/{one}", follow_redirects=True).status_code != 200}

    def check_state(self, folder: Path | None = None) -> None:
        """The index holds the old state or the new one, of each issue or of all, and each old address leads on."""
        found = self.contents(folder)
        if self.stage.pages_per_commit:
            assert found.items() <= self.old.items() | self.new.items()
        else:
            assert found in (self.old, self.new)
        if found:
            assert self.dead_links(set(self.old), folder) <= self.gone

    def check_next_run(self) -> None:
        """The next run completes, loses no address and no time of a first indexing, and leaves nothing over."""
        self.run()
        assert self.contents() == self.new
        assert self.dead_links(self.once) <= self.gone
        times = self.times()
        assert {name: times[name].first for name in self.kept} == {name: its.first for name, its in self.kept.items()}
        self.check_nothing_left()
        pages = {path.name for path in self.archive.rglob("*") if path.is_file()}
        assert pages <= {"01.txt", "indexed.tsv", "redirects.tsv"}

    def check_nothing_left(self, *, may_have_moves: bool = False) -> None:
        """There are the files of one commit in the index, and nothing else but, maybe, what it has for the archive."""
        names = {path.name for path in self.index.iterdir()}
        pending = {name for name in names if name.startswith(("moves-", "records-"))}
        assert not pending or may_have_moves
        names -= pending
        assert [name for name in names if not _COMPLETE.fullmatch(name)] == []
        manifests = [name for name in names if name.startswith("manifest")]
        assert len(manifests) <= 1
        segments = json.loads((self.index / manifests[0]).read_text())["files"] if manifests else {}
        assert {name for name in names if name.endswith((".seg", ".times"))} == set(segments)

    def _engine(self, folder: Path) -> WhooshEngine:
        return WhooshEngine(folder / "index", IndexIdentity("", matching()))


def check_all_ended(group: int) -> None:
    """No process of a group is alive any more, or is soon."""
    end = time.monotonic() + _ENDS_WITHIN
    while alive := living(group):
        assert time.monotonic() < end, f"these still run: {alive}"
        time.sleep(0.02)


def living(group: int) -> list[int]:
    """The processes of a group that have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state != "Z":
            found.append(int(path.parent.name))
    return found


def end_group(group: int) -> None:
    """Kill all processes of a group, the workers that end with one of them too."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
