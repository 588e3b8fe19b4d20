"""Starts `baosou` as real processes that notice each event by which they change files, their workers' events too.

Each is forked from this process, which has loaded the modules already, so that hundreds can be killed in a short time.
At the event with a given number it sends a signal, or at each event it copies what a power cut would leave. Events are
files opened for writing, renamed, deleted or synced, and folders made, inside the folders that are observed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Never

from indexer.archive.archive import Archive
from indexer.cli import commands
from indexer.engines.memory import MemoryEngine
from indexer.engines.whoosh import engine as _engine  # noqa: F401 (loaded before the commands are started)
from indexer.engines.whoosh.indexing import merger
from indexer.indexing import batches, pipeline

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_SYNC = os.fsync
PAGE = "渡口开通夜航\n\n本报讯（记者 周小舟）三月一日，沙洲渡口开通夜航，摆渡的老人试航后十分满意。\n"


class Observer:
    """What is to happen at the events: `plan` has `roots`, `events`, and maybe `kill` or `states`."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._parent = os.getpid()
        self._roots = tuple(plan["roots"])
        self._counter = os.open(plan["events"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._kill = plan.get("kill")
        self._cuts = PowerCuts(self._roots, Path(plan["states"])) if "states" in plan else None

    def audit(self, event: str, given: tuple[Any, ...]) -> None:
        if (event == "open" and isinstance(given[0], str) and given[2] & _WRITING) or event in (
            "os.remove",
            "os.mkdir",
        ):
            self._meet(given[0])
        elif event == "os.rename":
            self._meet(given[1])

    def sync(self, descriptor: int) -> None:
        path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        self._meet(path)
        _SYNC(descriptor)
        if self._cuts and path.startswith(self._roots):
            self._cuts.synced(path)

    def _meet(self, path: str | os.PathLike[str]) -> None:
        if not os.fspath(path).startswith(self._roots):
            return
        os.write(self._counter, b".")
        number = os.fstat(self._counter).st_size
        if self._cuts:
            self._cuts.save(number)
            self._cuts.keep_open(path)
        if self._kill and number == self._kill["event"]:
            if self._kill["whom"] == "group":
                os.killpg(0, self._kill["signal"])
            else:
                os.kill(self._parent, self._kill["signal"])
            if self._kill["signal"] == signal.SIGKILL and os.getpid() == self._parent:
                signal.pause()


class PowerCuts:
    """Copies of what a disk may hold when the power fails, each in a folder of its own below `states`.

    What is certain are synced files, by the names of the last sync of their folder. Beyond that a disk may have more.
    """

    def __init__(self, roots: tuple[str, ...], states: Path) -> None:
        self._roots = [Path(root) for root in roots]
        self._states = states
        self._certain = states / "certain"
        self._kept_open: list[int] = []
        if not self._certain.exists():
            (self._certain / "contents").mkdir(parents=True)
            for root in self._roots:
                for path in root.rglob("*"):
                    if path.is_file():
                        self._save_content(path)
                self._save_names(root)

    def keep_open(self, path: str | os.PathLike[str]) -> None:
        """Keep a file that may be deleted now, so that its number is not given to another."""
        if Path(path).is_file():
            self._kept_open.append(os.open(path, os.O_RDONLY))

    def synced(self, path: str) -> None:
        if Path(path).is_dir():
            self._save_names(next(root for root in self._roots if Path(path).is_relative_to(root)))
        else:
            self._save_content(Path(path))

    def save(self, number: int) -> None:
        """Write the states that are possible before the event with this number."""
        for root in self._roots:
            certain: dict[str, int] = json.loads((self._certain / f"{root.name}.json").read_text())
            now = _names(root)
            self._write(f"{number:04}-certain", root.name, {name: (ino, 0.0) for name, ino in certain.items()})
            self._write(f"{number:04}-names", root.name, {name: (ino, 0.0) for name, ino in now.items()}, root)
            self._write(f"{number:04}-half", root.name, {name: (ino, 0.5) for name, ino in now.items()}, root)
            self._write(f"{number:04}-all", root.name, {name: (ino, 1.0) for name, ino in now.items()}, root)

    def _write(self, state: str, name: str, files: dict[str, tuple[int, float]], now: Path | None = None) -> None:
        for source, (number, share) in files.items():
            target = self._states / state / name / source
            target.parent.mkdir(parents=True, exist_ok=True)
            synced = self._certain / "contents" / str(number)
            try:
                if now and share == 1.0:
                    shutil.copyfile(now / source, target)
                elif synced.exists():
                    shutil.copyfile(synced, target)
                else:
                    content = (now / source).read_bytes() if now else b""
                    target.write_bytes(content[: int(len(content) * share)])
            except FileNotFoundError:  # another process deleted it just now
                continue

    def _save_content(self, path: Path) -> None:
        target = self._certain / "contents" / str(path.stat().st_ino)
        shutil.copyfile(path, target.with_suffix(".new"))
        target.with_suffix(".new").replace(target)

    def _save_names(self, root: Path) -> None:
        target = self._certain / f"{root.name}.json"
        target.with_suffix(".new").write_text(json.dumps(_names(root)))
        target.with_suffix(".new").replace(target)


def _names(root: Path) -> dict[str, int]:
    """Path inside a root → number of the file."""
    found = {}
    for path in root.rglob("*"):
        try:
            if path.is_file():
                found[path.relative_to(root).as_posix()] = path.stat().st_ino
        except FileNotFoundError:
            continue
    return found


def run(order: dict[str, Any]) -> Never:
    """Become the command: a process of a group of its own."""
    os.setpgid(0, 0)
    for name, descriptor in (("/dev/null", 0), ("/dev/null", 1), (order["messages"], 2)):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC), descriptor)
    if order["plan"]:
        observer = Observer(order["plan"])
        sys.addaudithook(observer.audit)
        os.fsync = observer.sync
    batches.PAGES_PER_COMMIT = order["pages_per_commit"] or batches.PAGES_PER_COMMIT
    sys.argv[1:] = order["arguments"]
    code: Any = 70
    try:
        commands.main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code or 0)


def serve() -> None:
    """Start a command for each line of stdin and say its number; then wait for its end and say how it ended."""
    merger.WORTH_PROCESSES = 0  # so that a few pages are merged by several processes, as many are
    with TemporaryDirectory() as folder:  # one page is read, so that each command finds the tables loaded
        page = Path(folder) / "shazhou" / "2024-03-01" / "01.txt"
        page.parent.mkdir(parents=True)
        page.write_text(PAGE, encoding="utf-8")
        pipeline.index(Archive(Path(folder)), MemoryEngine(), jobs=1)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            run(json.loads(line))
        print(child, flush=True)  # noqa: T201
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201


if __name__ == "__main__":
    serve()
