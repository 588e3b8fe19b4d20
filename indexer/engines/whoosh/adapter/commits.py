"""The files of an index folder: what is committed, whose it is, and whether all of it is there.

Whoosh keeps segments (`MAIN_….seg`) and for each commit a table of contents (`_MAIN_<generation>.toc`) that names them;
the highest generation holds. Beside it we keep `manifest-<generation>.json`: which archive and rules the index was made
from, and the sizes of all its files. A commit is the renaming of the table of contents into place, after everything it
names is on the disk; what a crash leaves behind before that is never looked at and is cleared by the next commit.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import shlex
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import TOC, clean_files

from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh.adapter.codec import SegmentInfo
from indexer.engines.whoosh.adapter.schema import make_schema
from indexer.engines.whoosh.segment.format import fingerprint
from indexer.errors import IndexStale, IndexUnavailable

NAME = "MAIN"
"""Whoosh's default name of an index, so that `whoosh.index.open_dir` opens ours."""

_TOC = re.compile(rf"_{NAME}_([0-9]+)\.toc")
_MANIFEST = re.compile(r"manifest-([0-9]+)\.json(\.tmp)?")
_SIGNS_OF_DAMAGE = (zlib.error, struct.error, EOFError, pickle.UnpicklingError, ValueError)
"""What Whoosh and Python raise when they read bytes that were not written so."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Identifies a commit, also among those of an index that was deleted and built again."""

    generation: int
    modified: int
    inode: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a committed generation consists of. `files` maps segment files to their sizes in bytes."""

    archive: str
    rules: str
    schema: str
    toc_crc32: int
    files: dict[str, int]


def open_storage(folder: Path) -> FileStorage:
    """Whoosh's view of the folder."""
    return FileStorage(str(folder))


class WriteLock(Protocol):
    """A lock that one writer of an index holds, of all processes. The system frees it when a process dies."""

    def acquire(self) -> bool:
        """Take the lock, unless someone holds it. Return whether it was taken."""

    def release(self) -> None:
        """Give the lock back."""


def write_lock(folder: Path) -> WriteLock:
    """The lock on writing to an index, not yet acquired."""
    lock: WriteLock = open_storage(folder).lock(f"{NAME}_WRITELOCK")
    return lock


def stamp(folder: Path) -> Stamp | None:
    """The last commit; None when there was none. Cheap: it lists the folder."""
    with explained(folder):
        while (generation := latest_generation(folder)) >= 0:
            try:
                status = _toc_path(folder, generation).stat()
            except FileNotFoundError:  # the next commit cleared it just now
                continue
            return Stamp(generation, status.st_mtime_ns, status.st_ino)
    return None


def latest_generation(folder: Path) -> int:
    """The number of the last commit, -1 when there was none. Raises OSError when the folder can't be listed."""
    try:
        found = [_TOC.fullmatch(path.name) for path in folder.iterdir()]
    except FileNotFoundError:
        return -1
    return max((int(match[1]) for match in found if match), default=-1)


def read_manifest(folder: Path, stamp: Stamp) -> Manifest:
    """The manifest of a commit. Raises `IndexStale` where Whoosh's files were not written by us."""
    path = _manifest_path(folder, stamp.generation)
    if not path.exists():
        raise IndexStale(
            f"The index in {folder} was not written by this version of baosou. Rebuild it: {rebuild_command(folder)}"
        )
    try:
        return Manifest(**json.loads(path.read_bytes()))
    except TypeError as error:
        raise damaged(folder, f"{path.name} is not a manifest") from error


def read_segments(folder: Path, stamp: Stamp, manifest: Manifest) -> list[SegmentInfo]:
    """The segments of a commit, after a look at all files: a table that is as written, segments of full length."""
    toc = _toc_path(folder, stamp.generation)
    if zlib.crc32(toc.read_bytes()) != manifest.toc_crc32:
        raise damaged(folder, f"{toc.name} is not what was written")
    for name, size in manifest.files.items():
        path = folder / name
        if not path.exists() or path.stat().st_size != size:
            raise damaged(folder, f"{name} is missing or cut short")
    return list(TOC.read(open_storage(folder), NAME, gen=stamp.generation, schema=make_schema()).segments)


def commit(folder: Path, generation: int, segments: Sequence[SegmentInfo], identity: IndexIdentity) -> None:
    """Make these segments the index, durably, then clear what no longer belongs to it.

    Whoosh's own `TOC.write` does not wait for the disk, so after a power cut its table could name what isn't there.
    """
    toc = _toc_bytes(generation, segments)
    files = _files_of(folder, segments)
    for name in files:
        _sync(folder / name)
    manifest = Manifest(identity.archive, identity.rules, fingerprint(), zlib.crc32(toc), files)
    _write(_manifest_path(folder, generation), json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())
    _write(_toc_path(folder, generation), toc)
    _clear(folder, generation, segments)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn errors of Whoosh and of the system into a sentence that says what to do."""
    try:
        yield
    except OSError as error:
        raise IndexUnavailable(
            f"The index in {folder} can't be used ({error}). See to the folder and its permissions, "
            "or give another one with --index."
        ) from error
    except _SIGNS_OF_DAMAGE as error:
        raise damaged(folder, str(error)) from error


def damaged(folder: Path, problem: str) -> IndexUnavailable:
    """What to raise when files are not what was written."""
    return IndexUnavailable(f"The index in {folder} is damaged: {problem}. Rebuild it: {rebuild_command(folder)}")


def rebuild_command(folder: Path) -> str:
    """The command for a full build."""
    return f"baosou index --full --index {quoted(folder)}"


def quoted(folder: Path) -> str:
    """The folder as one types it into a shell."""
    return shlex.quote(str(folder))


def _clear(folder: Path, generation: int, segments: Iterable[SegmentInfo]) -> None:
    """Delete what is left of other generations and of broken changes. Open readers keep what they mapped."""
    clean_files(open_storage(folder), NAME, generation, list(segments))
    for path in folder.iterdir():
        found = _MANIFEST.fullmatch(path.name)
        if (found and int(found[1]) != generation) or path.name.endswith(".toc.tmp"):
            path.unlink(missing_ok=True)


def _toc_bytes(generation: int, segments: Sequence[SegmentInfo]) -> bytes:
    ram = RamStorage()
    TOC(make_schema(), list(segments), generation).write(ram, NAME)
    return bytes(ram.files[TOC._filename(NAME, generation)])


def _files_of(folder: Path, segments: Iterable[SegmentInfo]) -> dict[str, int]:
    prefixes = tuple(f"{segment.segment_id()}." for segment in segments)
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.name.startswith(prefixes)}


def _manifest_path(folder: Path, generation: int) -> Path:
    return folder / f"manifest-{generation}.json"


def _toc_path(folder: Path, generation: int) -> Path:
    return folder / str(TOC._filename(NAME, generation))


def _write(path: Path, content: bytes) -> None:
    """Put a file in place whole or not at all, and wait until it is on the disk."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
