"""`redirects.tsv`: redirects from old article ids to new ones.

Each line is the old id, a tab and the new id. Lines are only appended, and later lines take precedence: when an id
becomes the target of a redirect, it is in use again, so its own redirect no longer applies. Redirects therefore never
form a cycle, and links to articles keep working.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from indexer.errors import ArchiveError


class Redirects:
    """The redirects in the file at `path`, which need not exist yet.

    Raises ArchiveError when the file can't be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._moves: dict[str, str] = {}
        for old, new in self._lines():
            self._move(old, new)

    def table(self) -> dict[str, str]:
        """Return a mapping from each old id to its current one, following all redirects."""
        return {old: _follow(self._moves, new) for old, new in self._moves.items()}

    def remember(self, old: str, new: str) -> None:
        """Redirect an old id to a new one permanently.

        Known redirects are not written again.
        Raises ArchiveError when the file can't be written.
        """
        is_known = old in self._moves and new not in self._moves and _follow(self._moves, old) == new
        if old == new or is_known:
            return
        try:
            with self.path.open("a+b") as file:
                file.seek(max(file.tell() - 1, 0))
                torn = file.read() not in (b"", b"\n")
                file.write((b"\n" if torn else b"") + f"{old}\t{new}\n".encode())
        except OSError as problem:
            raise ArchiveError(f"{self.path} can't be written ({problem.strerror}); make it writable.") from None
        self._move(old, new)

    def _move(self, old: str, new: str) -> None:
        self._moves.pop(new, None)
        self._moves[old] = new

    def _lines(self) -> Iterator[tuple[str, str]]:
        if self.path.exists() and not self.path.is_file():
            raise ArchiveError(f"{self.path} is not a file; move it away.")
        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return
        except UnicodeDecodeError:
            raise ArchiveError(f"{self.path} is not UTF-8; save it again as UTF-8.") from None
        except OSError as problem:
            raise ArchiveError(f"{self.path} can't be read ({problem.strerror}); make it readable.") from None
        for line in text.splitlines():
            old, _, new = (part.strip() for part in line.partition("\t"))
            if old and new and old != new and not old.startswith("#"):
                yield old, new


def _follow(moves: Mapping[str, str], name: str) -> str:
    while name in moves:
        name = moves[name]
    return name
