"""Put files into the archive, each in one step, and never over another one.

A file has its name when all of it is on the disk. What a run that was killed leaves over is a hidden file, which the
next run into that folder removes.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from indexer.archive.archive import leads_out
from indexer.archive.paper import FILE_NAME
from indexer.errors import ArchiveError
from indexer.importing.plan import ImportPlan, is_same
from indexer.importing.wishes import Refusal

Way = Literal["link", "copy"]

_BEFORE, _BEHIND = ".import-", ".part"
_CHUNK = 2**20
_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES)
"""What systems say where a file can't have a second name: on another disk, on one without links, of another user."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: files linked, copied, and refused after all because something changed meanwhile."""

    linked: int
    copied: int
    refused: tuple[Refusal, ...]


def carry_out(plan: ImportPlan, root: Path, way: Way, progress: Callable[[int, int], None]) -> ImportReport:
    """Put all new files of a plan into an archive, and write the settings of new papers.

    Raises ArchiveError when the archive can't be written.
    """
    counts = {"link": 0, "copy": 0}
    refused: list[Refusal] = []
    steps = [one for one in plan.placements if one.state == "new"]
    folders: set[Path] = set()
    with _explained(root):
        for name, title in plan.papers.items():
            _put_settings(root, name, title, folders)
        for number, step in enumerate(steps):
            target = root / step.target
            try:
                _make_folder(root, target.parent, folders)
                counts[_put(Path(step.file), target, way)] += 1
            except _ChangedMeanwhile as problem:
                refused.append(Refusal(step.row, step.file, str(problem)))
            progress(number + 1, len(steps))
        for folder in sorted(folders, reverse=True):
            _sync(folder)
    return ImportReport(counts["link"], counts["copy"], tuple(refused))


class _ChangedMeanwhile(Exception):  # noqa: N818 (what happened, not a mistake)
    """Something is not as it was when the plan was made. The message is a sentence."""


def _put(file: Path, target: Path, way: Way) -> Way:
    """Give a file its place, by a link or a copy. Return which it was."""
    real = Path(os.path.realpath(file))
    if way == "link":
        try:
            os.link(real, target)
            return "link"
        except FileExistsError:
            _accept_the_same(file, target)
            return "link"
        except OSError as problem:
            if problem.errno not in _NO_LINKS:
                raise _unreadable(file, problem) from None
    _copy(real, target)
    return "copy"


def _accept_the_same(file: Path, target: Path) -> None:
    if not is_same(file, target):
        raise _ChangedMeanwhile(f"{target.name} is there now and differs; import again to see which it is")


def _copy(file: Path, target: Path) -> None:
    """Copy a file, with its time of change. Raises _ChangedMeanwhile if it changes or can't be read."""
    try:
        source = file.open("rb")
    except OSError as problem:
        raise _unreadable(file, problem) from None
    with source, _unnamed(target.parent) as (part, name):
        before = os.fstat(source.fileno())
        while chunk := source.read(_CHUNK):
            part.write(chunk)
        after = os.fstat(source.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise _ChangedMeanwhile("it changed while it was copied; import again when nobody writes to it")
        part.flush()
        os.utime(name, ns=(after.st_atime_ns, after.st_mtime_ns))
        _finish(part, name, target, file)


def _unreadable(file: Path, problem: OSError) -> _ChangedMeanwhile:
    return _ChangedMeanwhile(f"{file.name} can't be read ({problem.strerror}); see to the file, then import again")


def _finish(part: BinaryIO, name: Path, target: Path, file: Path | None) -> None:
    """Give what was written its name, unless there is something of that name."""
    part.flush()
    os.fchmod(part.fileno(), 0o666 & ~_umask())
    os.fsync(part.fileno())
    try:
        os.link(name, target)
    except FileExistsError:
        if file:
            _accept_the_same(file, target)
    except OSError as problem:
        if problem.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise _ChangedMeanwhile(f"{target.name} is there now; import again to see which it is") from None
        name.rename(target)


@contextmanager
def _unnamed(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Open a hidden file in a folder. It is locked while it is written, and is gone at the end."""
    descriptor, name = tempfile.mkstemp(_BEHIND, _BEFORE, folder)
    try:
        with os.fdopen(descriptor, "wb") as part:
            with suppress(OSError):
                fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield part, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _make_folder(root: Path, folder: Path, known: set[Path]) -> None:
    """Make a folder of the archive, and clear what a run that was killed left in it."""
    if folder in known:
        return
    new = [one for one in (folder, *folder.parents) if one.is_relative_to(root) and not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    if leads_out(folder, root):
        raise _ChangedMeanwhile("its folder leads out of the archive now; see what has become of it")
    for left in folder.glob(f"{_BEFORE}*{_BEHIND}"):
        with suppress(OSError), left.open("rb") as part:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails if another run writes it
            left.unlink()
    known.update((folder, *new, *(one.parent for one in new)))


def _put_settings(root: Path, name: str, title: str, folders: set[Path]) -> None:
    """Write the title of a new paper into its paper.toml."""
    folder = root / name
    _make_folder(root, folder, folders)
    with _unnamed(folder) as (part, temporary):
        part.write(f"title = {_quoted(title)}\n".encode())
        _finish(part, temporary, folder / FILE_NAME, None)


def _quoted(text: str) -> str:
    """Return a text as a basic string of TOML, which are those of JSON.

    >>> print(_quoted('Le "Temps"\\x7f'))
    "Le \\"Temps\\""
    """
    return json.dumps(re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]+", " ", text).strip(), ensure_ascii=False)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _explained(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise ArchiveError(
            f"The archive {root} can't be written ({problem.strerror or problem}); see to the room and the permissions "
            "there, then import again: what is there stays, and the rest follows."
        ) from problem
