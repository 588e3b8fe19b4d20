"""The files of an index folder: what is committed, whose it is, and whether all of it is there.

Whoosh keeps segments (`MAIN_….seg`) and for each commit a table of contents (`_MAIN_<generation>.toc`) that names them;
the highest generation holds. Beside it we keep `manifest-<generation>.json`: which archive and rules the index was made
from, and the sizes of all its files. A commit is the renaming of the table of contents into place, after everything it
names is on the disk; what a crash leaves behind before that is never looked at and is cleared by the next writer.

`moves-<generation>.tsv` has the moves of articles that are not in the archive yet, `records-<generation>.tsv` the lines
about when articles were indexed. They are parts of the commit, and are deleted when the archive has what is in them.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import shlex
import struct
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh.adapter.codec import SegmentInfo
from indexer.engines.whoosh.adapter.table_of_contents import segments_in, table_bytes
from indexer.engines.whoosh.segment.format import fingerprint
from indexer.errors import IndexStale, IndexUnavailable

NAME = "MAIN"
"""Whoosh's default name of an index, so that `whoosh.index.open_dir` opens ours."""

_TOC = re.compile(rf"_{NAME}_([0-9]+)\.toc")
_OURS = re.compile(
    rf"{NAME}_[0-9a-z]+\..+|_{NAME}_[0-9]+\.toc(\.tmp)?|manifest-[0-9]+\.json(\.tmp)?|(moves|records)-[0-9]+\.tsv(\.tmp)?"
    r"|spool-\w+\.tmp"
)
"""Names of files that a writer makes, complete ones and others."""
_INCOMPLETE = re.compile(rf".+\.tmp|{NAME}_[0-9a-z]+\.seg\..+")
_NOT_ALWAYS_THERE = ("moves-", "records-")
_CHECKSUM = b'"crc32":'
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
    """What a committed generation consists of. `files` maps segment files to their sizes in bytes.

    `time` is when it was committed, in seconds since 1970; 0, and not written, where that is not known. `crc32` is the
    checksum of the others, as they are written.
    """

    archive: str
    rules: str
    schema: str
    toc_crc32: int
    files: dict[str, int]
    time: int = 0
    crc32: int = 0

    def to_bytes(self) -> bytes:
        """What is written, with its checksum."""
        crc32 = zlib.crc32(replace(self, crc32=0)._written())
        return replace(self, crc32=crc32)._written()

    def _written(self) -> bytes:
        return _json({name: value for name, value in asdict(self).items() if name != "time" or value})

    @classmethod
    def from_bytes(cls, given: bytes) -> Manifest:
        """What was written. Raises ValueError or TypeError where it was not written so."""
        manifest = cls(**json.loads(given))
        if manifest.to_bytes() != given:
            raise ValueError("the manifest is not what was written")
        return manifest


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


def read_manifest(folder: Path, stamp: Stamp, archive: str = "") -> Manifest:
    """The manifest of a commit. Raises `IndexStale` where an older version wrote it, with the `archive` to rebuild."""
    path = _manifest_path(folder, stamp.generation)
    content = path.read_bytes() if path.exists() else b""
    if _CHECKSUM not in content:  # older versions wrote none
        raise stale(folder, archive)
    try:
        return Manifest.from_bytes(content)
    except (ValueError, TypeError) as error:
        raise damaged(folder, f"{path.name} is not what was written") from error


def read_segments(folder: Path, stamp: Stamp, manifest: Manifest) -> list[SegmentInfo]:
    """The segments of a commit, after a look at all files: a table that is as written, segments of full length."""
    toc = _toc_path(folder, stamp.generation)
    table = toc.read_bytes()
    if zlib.crc32(table) != manifest.toc_crc32:
        raise damaged(folder, f"{toc.name} is not what was written")
    for name, size in manifest.files.items():
        path = folder / name
        if not path.exists() or path.stat().st_size != size:
            raise damaged(folder, f"{name} is missing or cut short")
    return segments_in(table)


def pending_moves(folder: Path) -> dict[str, str]:
    """The moves of the last commit that were not forgotten. Raises ValueError for a damaged file, and OSError."""
    lines = _pending(_moves_path(folder, latest_generation(folder)), "articles whose addresses changed")
    return dict(line.split("\t") for line in lines.split("\n") if line)


def forget_moves(folder: Path, moves: Mapping[str, str]) -> None:
    """Delete the pending moves, if they are still these. Raises like `pending_moves`."""
    if moves and pending_moves(folder) == moves:
        _moves_path(folder, latest_generation(folder)).unlink(missing_ok=True)


def pending_records(folder: Path) -> str:
    """The records of the last commit that were not forgotten. Raises like `pending_moves`."""
    return _pending(_records_path(folder, latest_generation(folder)), "times at which articles were indexed")


def forget_records(folder: Path, records: str) -> None:
    """Delete the pending records, if they are still these. Raises like `pending_moves`."""
    if records and pending_records(folder) == records:
        _records_path(folder, latest_generation(folder)).unlink(missing_ok=True)


def open_files(folder: Path, stamp: Stamp, opened: ExitStack) -> dict[str, BinaryIO]:
    """Open all files of the last commit, of any release, by name. They are closed with `opened`.

    Raises FileNotFoundError where a file is not there, because it is missing or a later commit cleared it, and
    ValueError where it is not known which files belong to the commit.
    """
    names = _files_of_last_commit(folder)
    if names is None:
        raise ValueError(f"{_manifest_path(folder, stamp.generation).name} is not what was written")
    files: dict[str, BinaryIO] = {}
    for name in sorted(names):
        try:
            files[name] = opened.enter_context((folder / name).open("rb"))
        except FileNotFoundError:
            if not name.startswith(_NOT_ALWAYS_THERE):
                raise
    return files


def assign(folder: Path, archive: str) -> None:
    """Let the last commit, of any release, belong to the archive in another folder. Raises OSError and ValueError."""
    path = _manifest_path(folder, latest_generation(folder))
    content = path.read_bytes()
    if _CHECKSUM in content:
        _write(path, replace(Manifest.from_bytes(content), archive=archive).to_bytes())
    else:
        _write(path, _json({**json.loads(content), "archive": archive}))


def commit(
    folder: Path,
    generation: int,
    segments: Sequence[SegmentInfo],
    identity: IndexIdentity,
    moves: Mapping[str, str],
    records: str = "",
) -> None:
    """Make these segments the index, durably, then clear what no longer belongs to it.

    Moves and records that are pending stay so.

    Whoosh's own `TOC.write` does not wait for the disk, so after a power cut its table could name what isn't there.
    """
    toc = table_bytes(NAME, generation, segments)
    files = _files_of(folder, segments)
    for name in files:
        _sync(folder / name)
    manifest = Manifest(
        identity.archive, identity.rules, fingerprint(), zlib.crc32(toc), files, int(time.time())
    ).to_bytes()
    _write_moves(folder, generation, moves)
    _write_records(folder, generation, records)
    _write(_manifest_path(folder, generation), manifest)
    _write(_toc_path(folder, generation), toc)
    clear_leftovers(folder)


def clear_leftovers(folder: Path) -> None:
    """Delete what is left of other generations and of broken changes. Open readers keep what they mapped.

    Where the last commit does not say which files it has, only those go that were never complete.
    """
    kept = _files_of_last_commit(folder)
    for path in folder.iterdir():
        is_left = _INCOMPLETE.fullmatch(path.name) if kept is None else path.name not in kept
        if is_left and _OURS.fullmatch(path.name):
            with suppress(OSError):
                path.unlink()


def link(folder: Path, other: Path) -> None:
    """Let another folder, which is empty, have the files of an index, by symbolic links. Raises OSError."""
    for path in folder.resolve().iterdir() if folder.exists() else ():
        if _OURS.fullmatch(path.name):
            (other / path.name).symlink_to(path)


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


def stale(folder: Path, archive: str = "") -> IndexStale:
    """What to raise for an index of another release, or of other rules."""
    return IndexStale(
        f"The index in {folder} was made by other rules, another dictionary or another version of baosou. "
        f"Rebuild it: {rebuild_command(folder, archive)}"
    )


def damaged(folder: Path, problem: str) -> IndexUnavailable:
    """What to raise when files are not what was written."""
    return IndexUnavailable(f"The index in {folder} is damaged: {problem}. Rebuild it: {rebuild_command(folder)}")


def rebuild_command(folder: Path, archive: str = "") -> str:
    """The command for a full build: of an archive, or else of the one that the last commit belongs to."""
    archive = archive or _archive_of_last_commit(folder)
    return f"baosou index --full --index {quoted(folder)}" + (f" --archive {shlex.quote(archive)}" if archive else "")


def quoted(folder: Path) -> str:
    """The folder as one types it into a shell."""
    return shlex.quote(str(folder))


def _archive_of_last_commit(folder: Path) -> str:
    """The archive that the last commit, of any release, belongs to, if it is still there; else ""."""
    try:
        archive = str(json.loads(_manifest_path(folder, latest_generation(folder)).read_bytes())["archive"])
        return archive if Path(archive).is_dir() else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _files_of_last_commit(folder: Path) -> set[str] | None:
    """The names of its files; empty where nothing was committed, None where they aren't known."""
    generation = latest_generation(folder)
    if generation < 0:
        return set()
    own = {path(folder, generation).name for path in (_toc_path, _manifest_path, _moves_path, _records_path)}
    try:
        content = _manifest_path(folder, generation).read_bytes()
        is_older = _CHECKSUM not in content
        return own | set(json.loads(content)["files"] if is_older else Manifest.from_bytes(content).files)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_moves(folder: Path, generation: int, moves: Mapping[str, str]) -> None:
    """Write the pending moves and those that are added; without the pending ones where their file is damaged."""
    together: dict[str, str] = {}
    with suppress(ValueError):
        together = pending_moves(folder)
    for old, new in moves.items():
        together.pop(old, None)
        together[old] = new
    _write_pending(_moves_path(folder, generation), "".join(f"{old}\t{new}\n" for old, new in together.items()))


def _write_records(folder: Path, generation: int, records: str) -> None:
    """Write the pending records and those that are added; without the pending ones where their file is damaged."""
    with suppress(ValueError):
        records = pending_records(folder) + records
    _write_pending(_records_path(folder, generation), records)


def _pending(path: Path, what: str) -> str:
    """The lines of a file that was written by `_write_pending`, "" if there is none. Raises ValueError, and OSError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ""
    crc32, _, lines = content.partition(b"\n")
    if crc32 != _checksum(lines):
        raise ValueError(f"the list of {what} is not what was written")
    return lines.decode()


def _write_pending(path: Path, lines: str) -> None:
    """Write lines that wait for the archive, with their checksum; no file where there are none."""
    if not lines:
        path.unlink(missing_ok=True)  # of a commit that failed
    else:
        content = lines.encode()
        _write(path, _checksum(content) + b"\n" + content)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


def _checksum(content: bytes) -> bytes:
    return b"%08x" % zlib.crc32(content)


def _files_of(folder: Path, segments: Iterable[SegmentInfo]) -> dict[str, int]:
    prefixes = tuple(f"{segment.segment_id()}." for segment in segments)
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.name.startswith(prefixes)}


def _manifest_path(folder: Path, generation: int) -> Path:
    return folder / f"manifest-{generation}.json"


def _moves_path(folder: Path, generation: int) -> Path:
    return folder / f"moves-{generation}.tsv"


def _records_path(folder: Path, generation: int) -> Path:
    return folder / f"records-{generation}.tsv"


def _toc_path(folder: Path, generation: int) -> Path:
    return folder / f"_{NAME}_{generation}.toc"


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
