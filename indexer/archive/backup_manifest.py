"""The manifest of a backup: which files an archive and its index had, and the SHA-256 of each.

A line of JSON says of which archive and index the backup is, one more stands for each file or link, and the last one
has the number of files, of their bytes, and the SHA-256 of all lines between. A manifest of millions of lines is never
held as a whole.

::

    {"backup": 1, "time": "2026-11-29T15:00:00Z", "archive": "/srv/papers", "index": "/srv/index"}
    {"path": "index/manifest-3.json", "size": 230, "sha256": "…", "mode": 420, "modified": …, "changed": …}
    {"path": "archive/zmdrb/2024-01-26/01.txt", "size": 8123, …}
    {"path": "archive/zmdrb/today", "link": "2024-01-26"}
    {"files": 2, "bytes": 8353, "sha256": "…"}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from indexer.errors import BackupError

FORMAT = 1
ARCHIVE, INDEX = "archive", "index"
"""The two folders of a backup."""
NO_NAMES = frozenset(("", ".", ".."))
"""What is never the name of a file, and would lead out of a folder."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a backup, or a link (`link` is where it leads).

    `modified` and `changed` are the times of the file in nanoseconds, as the system has them: while both and the size
    are the same, the file is. `changed` is 0 where that can't be relied on.
    """

    path: str
    size: int = 0
    sha256: str = ""
    mode: int = 0
    modified: int = 0
    changed: int = 0
    link: str = ""

    @property
    def order(self) -> tuple[bool, list[str]]:
        """What entries are sorted by: the index first, then folder by folder."""
        return self.path.startswith(f"{ARCHIVE}/"), self.path.split("/")

    def to_line(self) -> bytes:
        """The entry as a line of a manifest."""
        return _line({"path": self.path, "link": self.link} if self.link else _without(asdict(self), "link"))


@dataclass(frozen=True, slots=True)
class Heading:
    """What a manifest begins with: when the backup was made, and of which archive and index."""

    time: str
    archive: str
    index: str

    def to_line(self) -> bytes:
        """The heading as a line of a manifest."""
        return _line({"backup": FORMAT, **asdict(self)})


@dataclass(frozen=True, slots=True)
class Totals:
    """What a manifest ends with. `sha256` is that of its entries."""

    files: int
    bytes: int
    sha256: str


class ManifestWriter:
    """Writes a manifest into a file, entry by entry."""

    def __init__(self, file: BinaryIO, heading: Heading) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._files = self._bytes = 0
        file.write(heading.to_line())

    def add(self, entry: Entry) -> None:
        """Write an entry. They come in their order."""
        line = entry.to_line()
        self._digest.update(line)
        self._file.write(line)
        self._files += 1
        self._bytes += entry.size

    def end(self) -> Totals:
        """Write the last line."""
        totals = Totals(self._files, self._bytes, self._digest.hexdigest())
        self._file.write(_line(asdict(totals)))
        return totals


class ManifestReader:
    """Reads a manifest from a file, line by line. `name` is for messages.

    Raises BackupError where it is not what was written: the last line tells, so that is known at the end.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name = file, name
        first = self._object(file.readline())
        if first.get("backup") != FORMAT:
            raise self._damaged()
        self.heading = Heading(*(str(first.get(key, "")) for key in ("time", "archive", "index")))
        self.totals: Totals | None = None

    def __iter__(self) -> Iterator[Entry]:
        """Yield the entries; then `totals` are known."""
        digest = hashlib.sha256()
        files = size = 0
        for line in self._file:
            values = self._object(line)
            if "path" not in values:
                self.totals = Totals(files, size, digest.hexdigest())
                if values != asdict(self.totals):
                    break
                return
            digest.update(line)
            entry = self._entry(values)
            files, size = files + 1, size + entry.size
            yield entry
        raise self._damaged()

    def _entry(self, values: dict[str, Any]) -> Entry:
        try:
            entry = Entry(**values)
            parts = entry.path.split("/")
        except (TypeError, AttributeError):
            raise self._damaged() from None
        if len(parts) < 2 or parts[0] not in (ARCHIVE, INDEX) or not NO_NAMES.isdisjoint(parts):
            raise self._damaged()
        return entry

    def _object(self, line: bytes) -> dict[str, Any]:
        try:
            values = json.loads(line)
        except ValueError:
            raise self._damaged() from None
        if not isinstance(values, dict):
            raise self._damaged()
        return values

    def _damaged(self) -> BackupError:
        return BackupError(f"{self._name} is not what was written; restore another backup.")


def totals_of(last_line: bytes) -> Totals | None:
    """The totals that a manifest ends with, None where it has no such end."""
    try:
        return Totals(**json.loads(last_line))
    except (ValueError, TypeError):
        return None


def _line(values: dict[str, object]) -> bytes:
    """One line of ASCII: names of files may have bytes that are no text."""
    return json.dumps(values).encode() + b"\n"


def _without(values: dict[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in values.items() if key != name}
