"""`redirects.tsv`: redirects from old article ids to new ones.

Each line is the old id, a tab and the new id. Lines are only appended, and later lines take precedence: when an id
becomes the target of a redirect, it is in use again, so its own redirect no longer applies. Redirects therefore never
form a cycle, and links to articles keep working.

Lines that can't be read are passed over, and the others lead on. Nothing is appended to a file with lines that are not
UTF-8, which another program saved in another encoding: moves wait in the index until it is repaired.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from indexer.errors import ArchiveError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Moves = Mapping[str, str]
"""Old id → new id, in the order in which they happened."""


class Redirects:
    """The redirects in the file at `path`, which need not exist yet.

    Raises ArchiveError when the file can't be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._moves: dict[str, str] = {}
        self._unreadable = 0
        for old, new in self._lines():
            self._move(old, new)

    def table(self, pending: Moves | None = None) -> dict[str, str]:
        """Return a mapping from each old id to its current one, following all redirects.

        `pending` are moves that are not in the file yet.
        """
        return followed(self._moves, pending or {})

    @property
    def problem(self) -> str:
        """A sentence about the first line that can't be read, "" if there is none."""
        if not self._unreadable:
            return ""
        return f"line {self._unreadable} of {self.path} is not UTF-8; save the file again as UTF-8"

    def remember(self, moves: Iterable[tuple[str, str]]) -> None:
        """Redirect old ids to new ones permanently: when this returns, they are on the disk.

        Known redirects are not written again.
        Raises ArchiveError when the file can't be written.
        """
        unknown = []
        for old, new in moves:
            is_known = old in self._moves and new not in self._moves and _follow(self._moves, old) == new
            if old != new and not is_known:
                unknown.append(f"{old}\t{new}\n")
                self._move(old, new)
        if not unknown:
            return
        if self.problem:
            raise ArchiveError(self.problem)
        try:
            self._append("".join(unknown).encode())
        except OSError as problem:
            raise ArchiveError(f"{self.path} can't be written ({problem.strerror}); make it writable") from None

    def _append(self, lines: bytes) -> None:
        is_new = not self.path.exists()
        with self.path.open("a+b") as file:
            file.seek(max(file.tell() - 1, 0))
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

    def _move(self, old: str, new: str) -> None:
        _move(self._moves, old, new)

    def _lines(self) -> Iterator[tuple[str, str]]:
        if self.path.exists() and not self.path.is_file():
            raise ArchiveError(f"{self.path} is not a file; move it away")
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as problem:
            raise ArchiveError(f"{self.path} can't be read ({problem.strerror}); make it readable") from None
        for number, raw in enumerate(data.removeprefix(_BYTE_ORDER_MARK).splitlines(), 1):
            try:
                line = raw.decode()
            except UnicodeDecodeError:
                self._unreadable = self._unreadable or number
                continue
            old, _, new = (part.strip() for part in line.partition("\t"))
            if old and new and old != new and not old.startswith("#"):
                yield old, new


def followed(*tables: Moves) -> dict[str, str]:
    """Return a mapping from each old id to its current one, given moves that happened one after another.

    >>> followed({"a": "b"}, {"b": "c", "x": "y"}, {"y": "x"})
    {'a': 'c', 'b': 'c', 'y': 'x'}
    """
    moves: dict[str, str] = {}
    for table in tables:
        for old, new in table.items():
            _move(moves, old, new)
    return {old: _follow(moves, new) for old, new in moves.items()}


def _move(moves: dict[str, str], old: str, new: str) -> None:
    for name in (old, new):
        moves.pop(name, None)
    moves[old] = new


def _follow(moves: Mapping[str, str], name: str) -> str:
    while name in moves:
        name = moves[name]
    return name
