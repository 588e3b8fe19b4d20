"""`redirects.tsv`: redirects from old article ids to new ones.

Each line is the old id, a tab and the new id. Lines are only appended, and later lines take precedence: when an id
becomes the target of a redirect, it is in use again, so its own redirect no longer applies. Redirects therefore never
form a cycle, and links to articles keep working.

Lines that can't be read are passed over, and the others lead on. Moves that can't be appended wait in the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from indexer.archive.appended_lines import AppendedLines

Moves = Mapping[str, str]
"""Old id → new id, in the order in which they happened."""


class Redirects:
    """The redirects in the file at `path`, which need not exist yet.

    Raises ArchiveError when the file can't be read.
    """

    def __init__(self, path: Path) -> None:
        self._file = AppendedLines(path)
        self._moves: dict[str, str] = {}
        for old, new in self._lines():
            _move(self._moves, old, new)

    def table(self, pending: Moves | None = None) -> dict[str, str]:
        """Return a mapping from each old id to its current one, following all redirects.

        `pending` are moves that are not in the file yet.
        """
        return followed(self._moves, pending or {})

    @property
    def problem(self) -> str:
        """A sentence about the first line that can't be read, "" if there is none."""
        return self._file.problem

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
                _move(self._moves, old, new)
        if unknown:
            self._file.append("".join(unknown))

    def _lines(self) -> Iterator[tuple[str, str]]:
        for line in self._file:
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
