"""A process that reads files for this one, and may die alone."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from indexer.errors import BaosouError
from indexer.readers.sandbox.child import HEADER, ITEM, PIPE_OF_PARENT, ReadingOrder
from indexer.readers.sandbox.limits import (
    KILLED_TWICE,
    crashed,
    too_much_processor_time,
    too_much_text,
    too_slow,
)

_ROOT = Path(__file__).resolve().parents[3]
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from indexer.readers.sandbox.child import main; main()"
_READ_AT_ONCE = 2**20
_ABOVE_STANDARD = 10
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM)

Frame = tuple[bytes, bytes]
"""The kind of what was sent, and what it is."""


class ReadingFailed(BaosouError):  # noqa: N818 (what happened, not a mistake)
    """A file could not be read to its end. `is_outside` says that the process was killed from outside."""

    def __init__(self, problem: str, *, is_outside: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.is_outside = is_outside


class ReaderProcess:
    """A process that reads one file after another. After `ReadingFailed` it has ended. One thread uses it at a time."""

    def __init__(self) -> None:
        """Start it. Raises ReadingFailed if the system can't."""
        self._ends: list[int] = []
        theirs: list[int] = []
        try:
            orders = self._pipe(theirs, is_ours=1)
            answers = self._pipe(theirs, is_ours=0)
            self._pipe(theirs, is_ours=1)
            self.pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-P", "-c", _PROGRAM, str(_ROOT)],
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, one, number)
                    for one, number in zip(theirs, (0, 1, PIPE_OF_PARENT), strict=True)
                ],
                setsigmask=[],
                setsigdef=[signal.SIGXCPU],
            )
        except OSError as problem:
            self.close_ends()
            raise ReadingFailed(
                f"no process can be started to read it ({problem.strerror}); end others, then index again"
            ) from None
        finally:
            for one in theirs:
                os.close(one)
        self._orders, self._answers = orders, answers

    def _pipe(self, theirs: list[int], *, is_ours: int) -> int:
        """Open a pipe and return our end of it. The other gets a number that no standard stream has."""
        pipe = os.pipe()
        self._ends.append(pipe[is_ours])
        theirs.append(fcntl.fcntl(pipe[1 - is_ours], fcntl.F_DUPFD_CLOEXEC, _ABOVE_STANDARD))
        os.close(pipe[1 - is_ours])
        return pipe[is_ours]

    def read(self, order: ReadingOrder, take: Callable[[bytes], None]) -> Frame:
        """Give what is read to `take`, one by one. Return the frame after the last.

        Raises ReadingFailed with a sentence if there will be no such frame, and then the process has ended.
        """
        try:
            return self._read(order, take)
        except BaseException:
            self.end()
            raise

    def _read(self, order: ReadingOrder, take: Callable[[bytes], None]) -> Frame:
        size = _size(order.path)
        seconds = order.limits.seconds(size)
        until = time.monotonic() + seconds
        data = msgspec.msgpack.encode(order)
        try:
            os.write(self._orders, HEADER.pack(b"o", len(data)) + data)
        except OSError:
            raise self._loss(order, size) from None
        received, total = bytearray(), 0
        while True:
            try:
                more = self._more(until)
            except TimeoutError:
                raise ReadingFailed(too_slow(seconds)) from None
            if not more:
                raise self._loss(order, size)
            total += len(more)
            if total > order.limits.result:
                raise ReadingFailed(too_much_text(order.limits))
            received += more
            for kind, frame in _whole_frames(received):
                if kind != ITEM:
                    return kind, frame
                take(frame)

    def _more(self, until: float) -> bytes:
        """Return what was sent, b"" if the process has ended. Raises TimeoutError if it sends nothing any more."""
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        if not poll.poll(max(until - time.monotonic(), 0) * 1000):
            raise TimeoutError
        return os.read(self._answers, _READ_AT_ONCE)

    def _loss(self, order: ReadingOrder, size: int) -> ReadingFailed:
        """Say why the process has ended."""
        status = self._wait()
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number == signal.SIGXCPU:
                return ReadingFailed(too_much_processor_time(order.limits.processor_seconds(size)))
            if number in _FROM_OUTSIDE:
                return ReadingFailed(KILLED_TWICE, is_outside=True)
            return ReadingFailed(crashed(signal.Signals(number).name))
        return ReadingFailed(crashed(f"exit code {os.WEXITSTATUS(status)}"))

    def end(self) -> None:
        """Kill it, if it is still there."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self._wait()

    def _wait(self) -> int:
        """Return with which status it ended; 0 if that was found out before."""
        pid, self.pid = self.pid, 0
        self.close_ends()
        with suppress(ChildProcessError):
            return os.waitpid(pid, 0)[1] if pid else 0
        return 0

    def close_ends(self) -> None:
        """Close our ends of its pipes."""
        while self._ends:
            os.close(self._ends.pop())


def _whole_frames(received: bytearray) -> Iterator[Frame]:
    """Take the frames that have arrived in whole from the front of what was received."""
    at = 0
    while len(received) >= at + HEADER.size:
        kind, length = HEADER.unpack_from(received, at)
        end = at + HEADER.size + length
        if len(received) < end:
            break
        yield kind, bytes(received[at + HEADER.size : end])
        at = end
    del received[:at]


def _size(path: bytes) -> int:
    try:
        return Path(os.fsdecode(path)).stat().st_size
    except OSError:
        return 0
