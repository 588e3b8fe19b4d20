"""Readers that do what no reader should: each stands for what a file can make a parser do."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from indexer.errors import PageError
from indexer.model import Evidence, PrintedLine, RawPage
from indexer.readers.sandbox import read_apart


def page(path: Path, source: str) -> list[RawPage]:
    """A page that says which process has read it."""
    line = PrintedLine(0, 2, (1.0, 2.5, 3.0, 4.0), 9.5, 700, None, "b1")
    text = path.read_text(encoding="utf-8")
    return [RawPage(source, text, claims=(Evidence("process", str(os.getpid()), "test"),), lines=(line,))]


def within(path: Path, source: str) -> tuple[RawPage, ...]:
    """A reader that lets another file be read apart."""
    return read_apart("tests.support.hostile_readers:page", RawPage, path, source)


def noisy(path: Path, source: str) -> list[RawPage]:
    print("this goes to whoever started it")  # noqa: T201
    os.write(1, b"and this")
    return page(path, source)


def refused(path: Path, source: str) -> list[RawPage]:
    raise PageError(source, "it is upside down; turn it round")


def faulty(path: Path, source: str) -> list[RawPage]:
    raise KeyError(f"in {path.name}")


def too_deep(path: Path, source: str) -> list[RawPage]:
    return too_deep(path, source)


def asleep(path: Path, source: str) -> list[RawPage]:
    (path.parent / f"process {os.getpid()}").mkdir()
    time.sleep(600)
    return []


def busy(path: Path, source: str) -> list[RawPage]:
    while True:
        pass


def greedy(path: Path, source: str) -> list[RawPage]:
    taken = []
    while True:
        taken.append(bytearray(2**24))


def endless(path: Path, source: str) -> Iterator[RawPage]:
    while True:
        yield RawPage(source, "工会" * 2**16)


def crashing(path: Path, source: str) -> list[RawPage]:
    os.kill(os.getpid(), signal.SIGSEGV)
    return []


def leaving(path: Path, source: str) -> list[RawPage]:
    os._exit(7)


def killed(path: Path, source: str) -> list[RawPage]:
    """Killed from outside as often as the file says."""
    times = len(list(path.parent.glob("killed *")))
    if times < int(path.read_text()):
        (path.parent / f"killed {times}").mkdir()  # readers can't write files
        os.kill(os.getpid(), signal.SIGKILL)
    return page(path, source)
