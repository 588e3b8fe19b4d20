"""Several processes that do the same: each is a copy of this one, so that they share its memory, and its sockets.

A process of Python computes on one core. One that dies is replaced; with the first process all others end.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

CAN_FORK = hasattr(os, "fork")
MOST = 4
"""The most processes that are started unless more are asked for."""
_SECONDS_BEFORE_ANOTHER = 1.0
"""A process that ends sooner than that after its start is replaced only then."""
_SECONDS_TO_END = 5.0


class _Stopped(BaseException):
    """A signal asks this process to end."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.signal_number = signal_number


def usual_count() -> int:
    """Return how many processes serve a site best: one for each core, but not more than four."""
    if not CAN_FORK:
        return 1
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(cores, MOST)


def run(work: Callable[[], None], count: int, started: Callable[[], None]) -> None:
    """Do the work in `count` processes until this one is asked to end by SIGTERM, or by SIGINT: KeyboardInterrupt.

    `started` is called once all of them exist. This process must not have threads.
    """
    watched, held = os.pipe()  # its end tells the others that this process ended, however that happens
    running: dict[int, float] = {}
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    ended_by = signal.SIGTERM
    try:
        for _ in range(count):
            running[_fork(work, watched, held)] = time.monotonic()
        started()
        while True:
            pid, status = os.wait()
            begun = running.pop(pid, None)
            if begun is None:
                continue
            time.sleep(max(0.0, _SECONDS_BEFORE_ANOTHER - (time.monotonic() - begun)))
            sys.stderr.write(f"baosou: one of {count} server processes ended ({_reason(status)}); started another.\n")
            running[_fork(work, watched, held)] = time.monotonic()
    except _Stopped as stopped:
        ended_by = signal.Signals(stopped.signal_number)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        _end(running)
        os.close(held)
        os.close(watched)
    if ended_by == signal.SIGINT:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        raise KeyboardInterrupt


def _stop(signal_number: int, frame: FrameType | None) -> None:
    raise _Stopped(signal_number)


def _fork(work: Callable[[], None], watched: int, held: int) -> int:
    """Start a process that does the work, and ends with its parent."""
    sys.stdout.flush()
    sys.stderr.flush()
    signals = (signal.SIGTERM, signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # until the new process has its own handlers
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
        return pid
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the first process, which ends all
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
        os.close(held)
        threading.Thread(target=_end_with_parent, args=(watched,), name="end with the parent", daemon=True).start()
        work()
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(Exception):
            sys.stderr.flush()
        os._exit(status)


def _end_with_parent(watched: int) -> None:
    os.read(watched, 1)
    os._exit(0)


def _end(running: dict[int, float]) -> None:
    """End processes and wait until they have ended."""
    for pid in running:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    latest = time.monotonic() + _SECONDS_TO_END
    left = set(running)
    while left:
        left = {pid for pid in left if not _has_ended(pid)}
        if left and time.monotonic() > latest:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.005 if left else 0)


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _reason(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"status {code}" if code >= 0 else f"signal {-code}"
