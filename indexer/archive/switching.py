"""Replace folders by others that were prepared beside them, each in one step, whatever ends the run.

A folder is prepared under a hidden name beside its place, so that both are on the same disk. Where the place is taken,
the system exchanges the two (Linux can), and what was there is kept under the hidden name until all folders are in
their places. A journal beside the first folder says which prepared folder belongs where. After a run that was killed,
the next one first puts back what was there, or deletes that where all were exchanged.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from indexer.archive.backup_stores import sync_folder
from indexer.errors import UsageError

_AT_WORKING_FOLDER = -100
_EXCHANGE = 2
"""Constants of Linux: AT_FDCWD and RENAME_EXCHANGE."""


class Switch:
    """Folders that are to be replaced together, in this order. Begins by clearing up after a run that was killed.

    Raises UsageError where a place can't be replaced, and OSError.
    """

    def __init__(self, places: Sequence[Path]) -> None:
        self._places = [Path(os.path.realpath(place)) for place in places]
        self._journal = _hidden(self._places[-1], "switch.json")
        for place in self._places:
            if place.exists() and os.path.ismount(place):
                raise UsageError(f"A disk is mounted at {place}, so it can't be replaced; give a folder inside it.")
        self.settle()

    def prepared(self, place: Path) -> Path:
        """The folder to be filled for a place; it is made, empty."""
        folder = _beside(Path(os.path.realpath(place)))
        folder.mkdir(parents=True)
        return folder

    def make(self) -> None:
        """Put the prepared folders in their places; what was there is deleted at the end."""
        places = [place for place in self._places if _beside(place).exists()]
        found = {str(place): _beside(place).stat().st_ino for place in places}
        temporary = self._journal.with_name(self._journal.name + ".tmp")
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(found, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._journal)
        sync_folder(self._journal.parent)
        for place in places:
            _put(_beside(place), place)
            sync_folder(place.parent)
        self.settle()

    def settle(self) -> None:
        """Undo what was begun, or complete it where all folders are in their places. Nothing is left beside them."""
        journal: dict[str, int] = {}
        with suppress(FileNotFoundError, ValueError):
            journal = json.loads(self._journal.read_text("utf-8"))
        places = {Path(name): number for name, number in journal.items()}
        for place in places:
            _settle(place)
        done = [place for place, number in places.items() if place.exists() and place.stat().st_ino == number]
        if done and len(done) < len(places):
            for place in done:
                _put_back(_beside(place), place)
                sync_folder(place.parent)
        for place in (*places, *self._places):
            _delete(_beside(place))
        self._journal.unlink(missing_ok=True)


def _put(prepared: Path, place: Path) -> None:
    """Put a folder in its place. What is there takes its name; an empty folder is replaced."""
    try:
        prepared.rename(place)
    except OSError:
        if _exchange(prepared, place):
            return
        aside = _hidden(place, "aside")
        place.rename(aside)
        prepared.rename(place)
        aside.rename(prepared)


def _put_back(kept: Path, place: Path) -> None:
    """Undo `_put`."""
    if kept.exists():
        _put(kept, place)
    else:
        place.rename(kept)


def _settle(place: Path) -> None:
    """Complete or undo an exchange in three steps."""
    aside = _hidden(place, "aside")
    if aside.exists():
        aside.rename(_beside(place) if place.exists() else place)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step. Return False where the system can't."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    names = os.fsencode(one), os.fsencode(other)
    return bool(rename(_AT_WORKING_FOLDER, names[0], _AT_WORKING_FOLDER, names[1], _EXCHANGE) == 0)


def _delete(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _beside(place: Path) -> Path:
    return _hidden(place, "restoring")


def _hidden(place: Path, what: str) -> Path:
    return place.with_name(f".{place.name}.{what}")
