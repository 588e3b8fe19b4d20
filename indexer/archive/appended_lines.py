"""A text file in the archive that is only ever appended to, line by line, and that survives whatever ends a run.

Lines that are not UTF-8, which another program saved in another encoding, are passed over, and nothing is appended
beside them: what was to be written waits in the index until the file is repaired.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from indexer.errors import ArchiveError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class AppendedLines:
    """The lines of the file at `path`, which need not exist yet.

    `problem` is a sentence about the first line that could not be read the last time that the lines were, "" if there
    was none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem = ""

    def __iter__(self) -> Iterator[str]:
        """Yield the lines one by one, without their ends. Raises ArchiveError when the file can't be read."""
        self.problem = ""
        number = 0
        for raw in self.raw():
            for part in raw.splitlines():
                number += 1
                try:
                    yield part.decode()
                except UnicodeDecodeError:
                    problem = f"line {number} of {self.path} is not UTF-8; save the file again as UTF-8"
                    self.problem = self.problem or problem

    def append(self, lines: str, *, is_locked: bool = False) -> None:
        """Append whole lines: when this returns, they are on the disk. What is there already is not written again.

        Others wait meanwhile. `is_locked` says that the process holds the lock on the file already.

        Raises ArchiveError when the file can't be written, or has lines that are not UTF-8.
        """
        if not self._is_text():
            for _ in self:  # which finds the line
                pass
            raise ArchiveError(self.problem)
        try:
            self._append(lines.encode(), is_locked)
        except OSError as problem:
            raise ArchiveError(f"{self.path} can't be written ({problem.strerror}); make it writable") from None

    def _is_text(self) -> bool:
        try:
            for line in self.raw():
                if not line.isascii():
                    line.decode()
        except UnicodeDecodeError:
            return False
        return True

    def _append(self, lines: bytes, is_locked: bool) -> None:
        is_new = not self.path.exists()
        with self.path.open("a+b") as file:
            if not is_locked:
                with suppress(OSError):  # a file system without locks is one that a single machine writes to
                    fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed: other parts of the archive write too
            length = file.seek(0, os.SEEK_END)
            file.seek(max(length - len(lines), 0))
            if file.read() == lines:  # of a run that was killed before it could say so
                return
            file.seek(max(length - 1, 0))
            torn = file.read() not in (b"", b"\n")
            file.write((b"\n" if torn else b"") + lines)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def raw(self) -> Iterator[bytes]:
        """Yield the bytes of the lines, with their ends, which is ten times as quick. Raises like `__iter__`."""
        if self.path.exists() and not self.path.is_file():
            raise ArchiveError(f"{self.path} is not a file; move it away")
        try:
            with self.path.open("rb") as file:
                yield file.readline().removeprefix(_BYTE_ORDER_MARK)
                yield from file
        except FileNotFoundError:
            return
        except OSError as problem:
            raise ArchiveError(f"{self.path} can't be read ({problem.strerror}); make it readable") from None
