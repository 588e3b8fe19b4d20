"""Measure the anonymous memory of processes, and memory bandwidth.

Anonymous memory excludes mapped files (Linux: RssAnon in /proc).
"""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from types import TracebackType

import numpy as np

_ANONYMOUS = re.compile(r"^RssAnon:\s+(\d+) kB", re.MULTILINE)
_INTERVAL = 0.05  # seconds


def anonymous_bytes(process: int) -> int:
    """Return the anonymous memory of a process, or 0 if it has ended."""
    try:
        found = _ANONYMOUS.search(Path(f"/proc/{process}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def family(process: int) -> list[int]:
    """Return a process and all its descendants."""
    try:
        children = " ".join(path.read_text() for path in Path(f"/proc/{process}/task").glob("*/children"))
    except OSError:
        return [process]
    return [process, *(one for child in children.split() for one in family(int(child)))]


class Watch:
    """A context manager that watches the memory of a process and its descendants.

    `peak` is the largest amount that any single one of them used.
    """

    def __init__(self, process: int) -> None:
        self.peak = 0
        self._process = process
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(_INTERVAL):
            self.peak = max([self.peak, *map(anonymous_bytes, family(self._process))])


def bandwidth() -> float:
    """Return the bytes per second that one core reads from memory.

    This is the best of five sums over 256 MB.
    """
    numbers = np.ones(32 * 1024 * 1024, dtype=np.uint64)
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        numbers.sum()
        best = min(best, time.perf_counter() - began)
    return numbers.nbytes / best
