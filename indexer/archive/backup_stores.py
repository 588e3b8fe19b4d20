"""Where backups are kept: in a folder, one beside the other, or each in a `.tar` of its own.

In a folder each content is a file named by its SHA-256, and each backup a manifest (`backup_manifest.py`) that names
contents. A file that is as it was in the last backup is not read again. A manifest gets its name when all its contents
are on the disk, so a run that is killed leaves the backups that there are.

::

    20261129T150000Z.backup      a manifest
    contents/3f/3fa0…            a content

A `.tar` has the files under their own names, and the manifest as its last member.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import re
import tarfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Protocol, cast

from indexer.archive.backup_manifest import Entry, Heading, ManifestReader, ManifestWriter, Totals, totals_of
from indexer.errors import BackupError, UsageError

CONTENTS = "contents"
MANIFEST_IN_TAR = "manifest"
_MANIFEST = re.compile(r"\d{8}T\d{6}Z\.backup")
_LOCK = "lock"
_TEMPORARY = ".tmp"
_CHUNK = 1 << 20
_AT_ONCE = 64 * _CHUNK
"""Files up to this size are read before they are put into a tar, so that one that grows meanwhile does no harm."""
_LINES = (".tsv", ".jsonl")
"""Files that lines are appended to, maybe while they are copied."""
_APPENDED_WITHIN = 0.2
"""Seconds in which a line that is being appended is complete."""


class BackupStore(Protocol):
    """What a backup is written into. `copied` and `copied_bytes` count what was copied; `expected` are files."""

    copied: int
    copied_bytes: int
    expected: int

    def put(self, entry: Entry, opened: BinaryIO) -> Entry:
        """Copy an open file, unless it is there already. Return its entry with the SHA-256."""
        ...

    def put_link(self, entry: Entry) -> Entry:
        """Keep a link."""
        ...

    def write(self, heading: Heading, entries: Iterable[Entry]) -> tuple[str, bool, Totals]:
        """Make a backup of entries that are being put. Return its name, whether it is new, and its totals."""
        ...


@contextmanager
def explained(target: Path) -> Iterator[None]:
    """Turn errors of the system into a sentence that says what to do."""
    try:
        yield
    except OSError as problem:
        raise BackupError(
            f"The backup in {target} can't be written ({problem.strerror or problem}). See to the room and the "
            "permissions there, then run the command again; earlier backups there are as they were."
        ) from problem


@contextmanager
def store_at(target: Path, *, keep: int, full: bool) -> Iterator[BackupStore]:
    """Open a folder, or a `.tar` to be written. Raises BackupError and OSError."""
    if target.suffix == ".tar":
        temporary = target.with_name(target.name + _TEMPORARY)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                yield _TarStore(target, temporary, file)
        finally:
            temporary.unlink(missing_ok=True)
        return
    _make_folder(target)
    with (target / _LOCK).open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Another backup is being written into {target}; wait until it has ended.") from None
        store = _FolderStore(target, keep, full)
        try:
            yield store
        finally:
            store.close()


def manifests(folder: Path) -> list[Path]:
    """The manifests in a folder, oldest first."""
    return sorted(path for path in folder.iterdir() if _MANIFEST.fullmatch(path.name))


def content_path(folder: Path, sha256: str) -> Path:
    """Where a content lies in a folder."""
    return folder / CONTENTS / sha256[:2] / sha256


def chunks(opened: BinaryIO) -> Iterator[bytes]:
    """Yield what is left of a file."""
    while chunk := opened.read(_CHUNK):
        yield chunk


class _FolderStore:
    """A folder of backups."""

    def __init__(self, folder: Path, keep: int, full: bool) -> None:
        self._folder, self._keep = folder, keep
        self.copied = self.copied_bytes = 0
        earlier = manifests(folder)
        self._last = earlier[-1] if earlier else None
        self._totals = _totals_in(self._last) if self._last else None
        self.expected = self._totals.files if self._totals else 0
        self._known = _Known(self._last if self._totals and not full else None)

    def put(self, entry: Entry, opened: BinaryIO) -> Entry:
        """Copy an open file, unless it is as it was in the last backup."""
        known = self._known.find(entry)
        if known and self._is_same(entry, known):
            return replace(entry, sha256=known.sha256)
        temporary = self._folder / CONTENTS / f"incoming{_TEMPORARY}"
        for attempt in range(2):
            opened.seek(0)
            digest, size, end = hashlib.sha256(), 0, b"\n"
            with temporary.open("wb") as file:
                for chunk in chunks(opened):
                    digest.update(chunk)
                    file.write(chunk)
                    size, end = size + len(chunk), chunk[-1:]
            if attempt or not _may_be_torn(entry, end):
                break
            time.sleep(_APPENDED_WITHIN)
        sha256 = digest.hexdigest()
        place = content_path(self._folder, sha256)
        place.parent.mkdir(exist_ok=True)
        temporary.replace(place)
        self.copied, self.copied_bytes = self.copied + 1, self.copied_bytes + size
        is_whole = size == entry.size
        return replace(entry, sha256=sha256, size=size, changed=entry.changed if is_whole else 0)

    def put_link(self, entry: Entry) -> Entry:
        """Keep a link, which is nothing but its entry."""
        return entry

    def write(self, heading: Heading, entries: Iterable[Entry]) -> tuple[str, bool, Totals]:
        """Make a backup of entries that are being put."""
        name = self._new_name(heading)
        temporary = self._folder / (name + _TEMPORARY)
        with temporary.open("wb") as file:
            writer = ManifestWriter(file, heading)
            for entry in entries:
                writer.add(entry)
            totals = writer.end()
        if self._last and totals == self._totals and not self.copied:
            temporary.unlink()
            return self._last.name, False, totals
        # One call for all contents: waiting for each of a million files would take hours.
        os.sync()
        temporary.replace(self._folder / name)
        sync_folder(self._folder)
        for old in manifests(self._folder)[: -self._keep]:
            old.unlink()
        with suppress(BackupError):  # a manifest that is damaged may have any contents
            self._sweep()
        return name, True, totals

    def close(self) -> None:
        """Free the room of what a run that failed had copied."""
        left = [path for path in self._folder.iterdir() if path.name.endswith(_TEMPORARY)]
        if left:
            with suppress(BackupError):
                self._sweep()
            for path in left:
                path.unlink(missing_ok=True)

    def _is_same(self, entry: Entry, known: Entry) -> bool:
        if not entry.changed or replace(known, sha256="") != entry:
            return False
        try:
            return content_path(self._folder, known.sha256).stat().st_size == known.size
        except FileNotFoundError:
            return False

    def _new_name(self, heading: Heading) -> str:
        """A name by the time, later than all others."""
        name = re.sub("[-:]", "", heading.time) + ".backup"
        while self._last and name <= self._last.name:
            # Two backups in a second, or a clock that was set back.
            name = _next(self._last.name)
        return name

    def _sweep(self) -> None:
        """Delete the contents that no backup has."""
        used = set[bytes]()
        for manifest in manifests(self._folder):
            with manifest.open("rb") as file:
                used.update(bytes.fromhex(entry.sha256) for entry in ManifestReader(file, str(manifest)))
        for folder in (self._folder / CONTENTS).iterdir():
            if folder.is_dir():
                for path in folder.iterdir():
                    if bytes.fromhex(path.name) not in used:
                        path.unlink()
            else:
                folder.unlink()


class _Known:
    """The entries of a manifest, found one after another in their order, so that few are held at a time."""

    def __init__(self, manifest: Path | None) -> None:
        self._entries = _entries_of(manifest) if manifest else iter(())
        self._next = next(self._entries, None)

    def find(self, entry: Entry) -> Entry | None:
        """The entry of the same path. Each is asked for behind the one before."""
        while self._next and self._next.order < entry.order:
            self._next = next(self._entries, None)
        return self._next if self._next and self._next.path == entry.path else None


def _entries_of(manifest: Path) -> Iterator[Entry]:
    """Yield the entries of a manifest as far as they can be read."""
    with manifest.open("rb") as file, suppress(BackupError):
        yield from ManifestReader(file, str(manifest))


class _TarStore:
    """A `.tar` that is being written."""

    expected = 0

    def __init__(self, target: Path, temporary: Path, file: BinaryIO) -> None:
        self._target, self._temporary, self._file = target, temporary, file
        self._tar = tarfile.open(fileobj=file, mode="w:", format=tarfile.PAX_FORMAT)  # noqa: SIM115 (ended by write)
        self.copied = self.copied_bytes = 0

    def put(self, entry: Entry, opened: BinaryIO) -> Entry:
        """Copy an open file."""
        content: BinaryIO = opened
        size = entry.size
        if size <= _AT_ONCE:
            held = opened.read()
            if _may_be_torn(entry, held[-1:]):
                time.sleep(_APPENDED_WITHIN)
                opened.seek(0)
                held = opened.read()
            content, size = io.BytesIO(held), len(held)
        hashed = _Hashed(content)
        self._add(_member(replace(entry, size=size)), hashed)
        self.copied, self.copied_bytes = self.copied + 1, self.copied_bytes + size
        return replace(entry, size=size, sha256=hashed.digest.hexdigest())

    def put_link(self, entry: Entry) -> Entry:
        """Keep a link."""
        member = _member(entry)
        member.type, member.linkname = tarfile.SYMTYPE, entry.link
        self._add(member)
        return entry

    def write(self, heading: Heading, entries: Iterable[Entry]) -> tuple[str, bool, Totals]:
        """Make a backup of entries that are being put."""
        with TemporaryFile(dir=self._target.parent) as manifest:
            writer = ManifestWriter(manifest, heading)
            for entry in entries:
                writer.add(entry)
            totals = writer.end()
            size = manifest.tell()
            manifest.seek(0)
            self._add(_member(Entry(MANIFEST_IN_TAR, size=size, mode=0o644)), manifest)
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._temporary.replace(self._target)
        sync_folder(self._target.parent)
        return self._target.name, True, totals

    def _add(self, member: tarfile.TarInfo, content: BinaryIO | _Hashed | None = None) -> None:
        try:
            self._tar.addfile(member, content)
        except OSError as problem:
            if str(problem) == "unexpected end of data":
                raise BackupError(f"{member.name} was cut short while it was read; run the command again.") from None
            raise
        forget_members(self._tar)


class _Hashed:
    """Reads a file and computes its SHA-256."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read some bytes."""
        found = self._file.read(size)
        self.digest.update(found)
        return found


def forget_members(tar: tarfile.TarFile) -> None:
    """Let a tar forget what it wrote or read: it would hold the headers of millions."""
    cast(Any, tar).members.clear()


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    """Make a folder of backups. Raises UsageError for one that holds other things."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; give a folder for backups, or a name that ends in .tar.")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / CONTENTS).is_dir():
        if any(path.name != _LOCK for path in folder.iterdir()):
            raise UsageError(f"{folder} holds other things than backups; give an empty folder, or a new one.")
        (folder / CONTENTS).mkdir()


def _totals_in(manifest: Path) -> Totals | None:
    """The totals that a manifest ends with."""
    with manifest.open("rb") as file:
        file.seek(max(file.seek(0, os.SEEK_END) - 512, 0))
        return totals_of(file.read().splitlines()[-1])


def _may_be_torn(entry: Entry, end: bytes) -> bool:
    """Whether a line is being appended to a file just now."""
    return entry.path.endswith(_LINES) and end not in (b"\n", b"")


def _next(name: str) -> str:
    """The name of a backup a second later.

    >>> _next("20261129T235959Z.backup")
    '20261130T000000Z.backup'
    """
    moment = datetime.strptime(name, "%Y%m%dT%H%M%SZ.backup") + timedelta(seconds=1)
    return moment.strftime("%Y%m%dT%H%M%SZ.backup")


def _member(entry: Entry) -> tarfile.TarInfo:
    member = tarfile.TarInfo(entry.path)
    member.size, member.mode, member.mtime = entry.size, entry.mode or 0o777, entry.modified // 10**9
    return member
