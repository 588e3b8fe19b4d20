"""Restore an archive and its index from a backup: all of it is verified before anything is replaced."""

from __future__ import annotations

import hashlib
import os
import tarfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from indexer.archive.backup_manifest import ARCHIVE, INDEX, NO_NAMES, Entry, ManifestReader
from indexer.archive.backup_stores import MANIFEST_IN_TAR, chunks, content_path, forget_members, manifests
from indexer.archive.switching import Switch
from indexer.engines.base import StoredEngine
from indexer.errors import BackupError, UsageError

Progress = Callable[[int, int], None]
_MOST_NAMED = 20
"""Damaged files that a message names."""


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored, or only verified."""

    name: str
    time: str
    files: int
    bytes: int
    has_index: bool
    seconds: float


def restore(
    source: Path,
    archive: Path,
    index: Path,
    open_engine: Callable[[Path], StoredEngine],
    *,
    at: str = "",
    replace: bool = False,
    progress: Progress = lambda done, total: None,
) -> RestoreReport:
    """Restore a backup into the folders `archive` and `index`.

    `source` is a `.tar`, or a folder, of which the last backup is taken, or the one whose name begins with `at`. With
    `replace` the folders may hold something, which is kept until all is restored. The index then belongs to `archive`,
    wherever the backup was made.

    Raises BackupError, UsageError or IndexUnavailable; then both folders are as they were.
    """
    started = time.perf_counter()
    _refuse(source, archive, index, replace)
    with ExitStack() as held, _explained(archive):
        backup = held.enter_context(_opened(source, at))
        if index.is_dir() and any(index.iterdir()):
            held.enter_context(open_engine(index).locked())  # against `baosou index`
        switch = Switch([index, archive])
        try:
            prepared = {INDEX: switch.prepared(index), ARCHIVE: switch.prepared(archive)}
            backup.read(_Unpacked(prepared), progress)
            has_index = any(prepared[INDEX].iterdir())
            if has_index:
                open_engine(prepared[INDEX]).assign(os.path.realpath(archive))
            else:
                prepared[INDEX].rmdir()
            os.sync()  # for all files: waiting for each of a million would take hours
            switch.make()
        except BaseException:
            switch.settle()
            raise
    totals = backup.totals
    return RestoreReport(backup.name, backup.time, *totals, has_index, time.perf_counter() - started)


def verify(source: Path, *, at: str = "", progress: Progress = lambda done, total: None) -> RestoreReport:
    """Read a backup and compare all of it with its manifest. Raises BackupError that names what is damaged."""
    started = time.perf_counter()
    with _explained(source), _opened(source, at) as backup:
        found = _Seen()
        backup.read(found, progress)
    return RestoreReport(backup.name, backup.time, *backup.totals, found.has_index, time.perf_counter() - started)


def _refuse(source: Path, archive: Path, index: Path, replace: bool) -> None:
    real = [Path(os.path.realpath(path)) for path in (archive, index, source)]
    for one in real:
        for other in real:
            if one is not other and one.is_relative_to(other):
                raise UsageError(f"{one} lies inside {other}; give folders that lie side by side.")
    for path, option in ((archive, "--archive"), (index, "--index")):
        if path.exists() and not path.is_dir():
            raise UsageError(f"{path} is not a folder; give another with {option}.")
        if path.is_dir() and any(path.iterdir()) and not replace:
            raise UsageError(
                f"{path} is not empty; give an empty or new folder with {option}, or let --replace put the backup "
                "in its place."
            )


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise BackupError(
            f"The backup can't be restored ({problem.strerror or problem}: {problem.filename or target}). See to the "
            "room and the permissions there, then run the command again; what was there is as it was."
        ) from problem


class _Sink:
    """Takes the files of a backup."""

    def file(self, entry: Entry, content: Iterable[bytes]) -> None:
        """Take a file."""
        raise NotImplementedError

    def link(self, entry: Entry) -> None:
        """Take a link."""


class _Seen(_Sink):
    """Looks at the files and keeps nothing."""

    has_index = False

    def file(self, entry: Entry, content: Iterable[bytes]) -> None:
        self.has_index |= entry.path.startswith(f"{INDEX}/")
        for _ in content:
            pass


class _Unpacked(_Sink):
    """Writes the files into folders."""

    def __init__(self, folders: dict[str, Path]) -> None:
        self._folders = folders

    def file(self, entry: Entry, content: Iterable[bytes]) -> None:
        path = self._path(entry)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            for chunk in content:
                file.write(chunk)
        path.chmod(entry.mode & 0o777 | 0o400)
        os.utime(path, ns=(entry.modified, entry.modified))

    def link(self, entry: Entry) -> None:
        path = self._path(entry)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(entry.link)

    def _path(self, entry: Entry) -> Path:
        folder, _, rest = entry.path.partition("/")
        return self._folders[folder] / rest


class _Backup:
    """A backup to be read. `totals` are its files and bytes, once it was read."""

    name: str
    time = ""
    totals = (0, 0)

    def read(self, sink: _Sink, progress: Progress) -> None:
        """Give all files to a sink, then the links. Raises BackupError that names what is damaged."""
        raise NotImplementedError

    def _finish(self, damaged: list[str]) -> None:
        if damaged:
            named = ", ".join(one.encode("utf-8", "replace").decode() for one in damaged[:_MOST_NAMED])
            more = f" and {len(damaged) - _MOST_NAMED} more" if len(damaged) > _MOST_NAMED else ""
            raise BackupError(
                f"The backup {self.name} is damaged: {named}{more}. Nothing was restored; restore another backup, "
                "with --at or from another disk."
            )


class _FolderBackup(_Backup):
    """A backup in a folder."""

    def __init__(self, folder: Path, manifest: Path) -> None:
        self._folder, self._manifest = folder, manifest
        self.name = manifest.name

    def read(self, sink: _Sink, progress: Progress) -> None:
        links: list[Entry] = []
        damaged: list[str] = []
        with self._manifest.open("rb") as file:
            reader = ManifestReader(file, str(self._manifest))
            self.time = reader.heading.time
            for number, entry in enumerate(reader, 1):
                if entry.link:
                    links.append(entry)
                else:
                    damaged += self._read(entry, sink)
                progress(number, number)
        assert reader.totals  # noqa: S101 (the reader raises otherwise)
        self.totals = reader.totals.files, reader.totals.bytes
        self._finish(damaged)
        for entry in links:
            sink.link(entry)

    def _read(self, entry: Entry, sink: _Sink) -> Iterator[str]:
        """Give a file to a sink. Yield its name where its content is not what was written."""
        hashed = _Digest()
        try:
            content = content_path(self._folder, entry.sha256).open("rb")
        except OSError:
            yield entry.path
            return
        with content:
            sink.file(entry, hashed.over(_read_chunks(content)))
        if hashed.of != (entry.size, entry.sha256):
            yield entry.path


class _TarBackup(_Backup):
    """A backup in a `.tar`, whose manifest comes last."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._file = file
        self.name = path.name

    def read(self, sink: _Sink, progress: Progress) -> None:
        links: list[Entry] = []
        with TemporaryFile() as manifest, TemporaryFile() as found:
            last = self._unpack(sink, found, manifest, links, progress)
            if not manifest.tell():
                self._finish([f"what follows {last}" if last else "its beginning"])
            manifest.seek(0)
            found.seek(0)
            self._compare(manifest, found)
        for entry in links:
            sink.link(entry)

    def _unpack(self, sink: _Sink, found: BinaryIO, manifest: BinaryIO, links: list[Entry], progress: Progress) -> str:
        """Give the files to a sink, and write down what each was. Return the name of the last."""
        last = ""
        for number, member in enumerate(_members(self._file), 1):
            tar, info = member
            last = info.name
            if info.issym():
                links.append(Entry(info.name, link=info.linkname))
                found.write(links[-1].to_line())
                continue
            content = tar.extractfile(info)
            if content is None:
                self._finish([info.name])
                continue
            with suppress(tarfile.ReadError):
                if info.name == MANIFEST_IN_TAR:
                    manifest.writelines(chunks(content))  # type: ignore[arg-type]
                    break
                self._take(info, content, sink, found)
            progress(number, number)
        return last

    def _take(self, info: tarfile.TarInfo, content: object, sink: _Sink, found: BinaryIO) -> None:
        entry = Entry(info.name, mode=info.mode, modified=int(info.mtime) * 10**9)
        parts = info.name.split("/")
        if len(parts) < 2 or parts[0] not in (ARCHIVE, INDEX) or not NO_NAMES.isdisjoint(parts):
            self._finish([info.name])
        hashed = _Digest()
        try:
            sink.file(entry, hashed.over(_read_chunks(content)))  # type: ignore[arg-type]
        except FileExistsError:
            self._finish([info.name])
        size, sha256 = hashed.of
        found.write(Entry(info.name, size=size, sha256=sha256).to_line())

    def _compare(self, manifest: BinaryIO, found: BinaryIO) -> None:
        """Compare what was found with the manifest, line by line: both are in the same order."""
        reader = ManifestReader(manifest, f"The manifest of {self.name}")
        self.time = reader.heading.time
        damaged = []
        lines = iter(found)
        for entry in reader:
            wanted = Entry(entry.path, size=entry.size, sha256=entry.sha256, link=entry.link).to_line()
            if next(lines, b"") != wanted:
                damaged.append(entry.path)
        if next(lines, b""):
            damaged.append("a file that is not in the manifest")
        assert reader.totals  # noqa: S101 (the reader raises otherwise)
        self.totals = reader.totals.files, reader.totals.bytes
        self._finish(damaged)


class _Digest:
    """The size and the SHA-256 of what passes."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._size = 0

    @property
    def of(self) -> tuple[int, str]:
        return self._size, self._digest.hexdigest()

    def over(self, content: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in content:
            self._digest.update(chunk)
            self._size += len(chunk)
            yield chunk


def _read_chunks(content: BinaryIO) -> Iterator[bytes]:
    """Yield what can be read of a content: of a disk that fails, less than there was."""
    with suppress(OSError, tarfile.ReadError):
        yield from chunks(content)


def _members(file: BinaryIO) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """Yield the members of a tar as far as they can be read, with what reads them."""
    with suppress(tarfile.TarError), tarfile.open(fileobj=file, mode="r:") as tar:
        while (info := tar.next()) is not None:
            yield tar, info
            forget_members(tar)


@contextmanager
def _opened(source: Path, at: str) -> Iterator[_Backup]:
    """Open a backup. Raises UsageError where there is none."""
    if source.is_file():
        with source.open("rb") as file:
            yield _TarBackup(source, file)
        return
    found = manifests(source) if source.is_dir() else []
    if not found:
        raise UsageError(f"There is no backup in {source}; give the folder or the .tar that `baosou backup` wrote.")
    chosen = [path for path in found if path.name.startswith(at)]
    if not chosen:
        names = ", ".join(path.name for path in found)
        raise UsageError(f"No backup in {source} has a name that begins with {at}; there are {names}.")
    yield _FolderBackup(source, chosen[-1])
