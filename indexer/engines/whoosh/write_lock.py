"""The lock on writing to an index, which one process at a time holds."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

_FILE_NAME = "MAIN_WRITELOCK"
"""The name of Whoosh's own lock, so that earlier releases keep out too."""

_held: set[int] = set()
"""The descriptors of the locks that this process holds."""


class WriteLock:
    """The lock on writing to the index in a folder, not yet acquired.

    The system gives it back when the process ends, whatever ends it: a forked process does not inherit it.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE_NAME
        self._descriptor = -1

    def acquire(self) -> bool:
        """Take the lock, unless someone holds it. Return whether it was taken. Raises OSError."""
        descriptor = os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o666)
        _held.add(descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _close(descriptor)
            return False
        except BaseException:
            _close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give the lock back. Does nothing where it was not taken."""
        if self._descriptor in _held:
            _close(self._descriptor)
        self._descriptor = -1


def _close(descriptor: int) -> None:
    _held.discard(descriptor)
    os.close(descriptor)


def _forget_inherited() -> None:
    """Close the locks of the parent, in a process that was forked just now. The parent goes on holding them."""
    while _held:
        os.close(_held.pop())


os.register_at_fork(after_in_child=_forget_inherited)
