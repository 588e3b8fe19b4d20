"""Back up an archive with its records and its index, while the site serves and while `baosou index` runs.

The index is copied first, one commit of it, then the archive: the moves and records of that commit are in the archive
by then, or they wait in the index that was copied. `backup_stores.py` puts the copies into a folder or a `.tar`.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from indexer.archive.archive import Archive
from indexer.archive.backup_manifest import ARCHIVE, INDEX, Entry, Heading
from indexer.archive.backup_stores import BackupStore, explained, store_at
from indexer.engines.base import StoredEngine
from indexer.errors import ArchiveError, FileError, IndexMissing, UsageError

Progress = Callable[[int, int], None]
_RECENT = 2 * 10**9
"""Nanoseconds in which a file may change again without getting another time."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup has, and what had to be copied for it.

    `is_new` is False where the last backup has the same, so that no other was made.
    """

    name: str
    files: int
    bytes: int
    copied: int
    copied_bytes: int
    is_new: bool
    has_index: bool
    set_aside: tuple[FileError, ...]
    seconds: float


def back_up(
    archive: Archive,
    engine: StoredEngine,
    index: Path,
    target: Path,
    *,
    keep: int = 7,
    full: bool = False,
    progress: Progress = lambda done, total: None,
    clock: Callable[[], float] = time.time,
) -> BackupReport:
    """Back up an archive and the index in the folder `index` into a folder or a `.tar`.

    A folder keeps the last `keep` backups. With `full` all files are read and copied again.

    Raises BackupError, UsageError or IndexUnavailable; the backups that there are stay as they are.
    """
    started = time.perf_counter()
    places = [Path(os.path.realpath(path)) for path in (archive.root, index)]
    _refuse_overlaps(Path(os.path.realpath(target)), places)
    time_of_backup = datetime.fromtimestamp(clock(), UTC)
    with explained(target), store_at(target, keep=keep, full=full) as store:
        copy = _Copy(store, progress)
        heading = Heading(time_of_backup.strftime("%Y-%m-%dT%H:%M:%SZ"), *map(str, places))
        name, is_new, totals = store.write(heading, copy.entries(engine, *places))
    return BackupReport(
        name=name,
        files=totals.files,
        bytes=totals.bytes,
        copied=store.copied,
        copied_bytes=store.copied_bytes,
        is_new=is_new,
        has_index=copy.has_index,
        set_aside=tuple(copy.set_aside),
        seconds=time.perf_counter() - started,
    )


def _refuse_overlaps(target: Path, places: list[Path]) -> None:
    for place in places:
        if target.is_relative_to(place) or place.is_relative_to(target):
            raise UsageError(f"A backup in {target} would hold itself, as {place} does; give it a folder of its own.")


@dataclass(slots=True)
class _Copy:
    """Puts all files of an index and an archive into a store."""

    store: BackupStore
    progress: Progress
    has_index: bool = False
    set_aside: list[FileError] = field(default_factory=list)
    done: int = 0

    def entries(self, engine: StoredEngine, archive: Path, index: Path) -> Iterator[Entry]:
        """Yield the entry of each file when it is in the store."""
        try:
            with engine.committed_files() as files:
                self.has_index = True
                for name, opened in files.items():
                    yield self.store.put(_entry(f"{INDEX}/{name}", os.fstat(opened.fileno())), opened)
                    self._advance()
        except IndexMissing:
            pass
        for found in self._files(archive, ARCHIVE, index):
            yield found
            self._advance()

    def _advance(self) -> None:
        self.done += 1
        self.progress(self.done, max(self.done, self.store.expected))

    def _files(self, folder: Path, name: str, index: Path) -> Iterator[Entry]:
        """Yield the entries of a folder in their order, without those of the index, which may lie inside."""
        try:
            with os.scandir(folder) as scan:
                found = sorted(scan, key=lambda entry: entry.name)
        except OSError as problem:
            self._put_aside(name, problem)
            return
        for entry in found:
            path, its_name = folder / entry.name, f"{name}/{entry.name}"
            try:
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISLNK(mode):
                    yield self.store.put_link(Entry(its_name, link=os.readlink(path)))  # noqa: PTH115 (as it is)
                elif stat.S_ISREG(mode):
                    with path.open("rb") as opened:
                        yield self.store.put(_entry(its_name, os.fstat(opened.fileno())), opened)
                elif stat.S_ISDIR(mode) and path != index:
                    yield from self._files(path, its_name, index)
            except FileNotFoundError:  # it was moved away just now
                continue
            except PermissionError as problem:
                self._put_aside(its_name, problem)

    def _put_aside(self, name: str, problem: OSError) -> None:
        source = name.partition("/")[2].encode("utf-8", "replace").decode()
        if not source:
            raise ArchiveError(f"The archive can't be read ({problem.strerror}); give permission to read it.")
        self.set_aside.append(
            FileError(source, f"it can't be read ({problem.strerror}), so the backup lacks it; give permission")
        )


def _entry(name: str, status: os.stat_result) -> Entry:
    """The entry of a file that is still to be copied."""
    is_settled = time.time_ns() - status.st_ctime_ns > _RECENT
    return Entry(
        name,
        size=status.st_size,
        mode=stat.S_IMODE(status.st_mode),
        modified=status.st_mtime_ns,
        changed=status.st_ctime_ns if is_settled else 0,
    )
