"""Decide where each file goes in the archive, and what is refused, before anything is written."""

from __future__ import annotations

import filecmp
import os
import re
import stat
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from indexer.archive.archive import Archive, leads_out
from indexer.archive.paper import FILE_NAME
from indexer.errors import SettingsError
from indexer.importing.wishes import Refusal, Wish, safe_name, shown
from indexer.readers import READERS
from indexer.readers.leftovers import is_leftover
from indexer.readers.names import stem_and_suffix
from indexer.text.dates import without_date
from indexer.text.folding import fold

State = Literal["new", "unchanged"]


@dataclass(frozen=True, slots=True)
class Placement:
    """A file and its place in the archive, `target`, a path with `/`. `note` says what a librarian should know."""

    row: str
    file: str
    target: str
    state: State
    note: str = ""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import will do. `papers` are those that are new, name → title."""

    placements: tuple[Placement, ...]
    refused: tuple[Refusal, ...]
    papers: Mapping[str, str]
    notes: tuple[str, ...] = ()


def make_plan(archive: Archive, wishes: Iterable[Wish | Refusal], notes: Sequence[str] = ()) -> ImportPlan:
    """Decide what is done with each wish. Nothing is written."""
    planner = _Planner(archive)
    refused: list[Refusal] = []
    placed: dict[str, list[tuple[Wish, str]]] = defaultdict(list)
    for wish in wishes:
        if isinstance(wish, Refusal):
            refused.append(wish)
            continue
        try:
            target = planner.target(wish)
        except ValueError as problem:
            refused.append(Refusal(wish.row, wish.file, str(problem)))
        else:
            placed[target.lower()].append((wish, target))
    placements: list[Placement] = []
    for same in placed.values():
        if len({os.path.realpath(wish.file) for wish, _ in same}) > 1:
            refused += [_clash(wish, target, same) for wish, target in same]
            continue
        wish, target = same[0]
        try:
            placements.append(planner.placement(wish, target))
        except ValueError as problem:
            refused.append(Refusal(wish.row, wish.file, str(problem)))
    used = {one.target.partition("/")[0] for one in placements}
    papers = {name: title for name, title in planner.new_papers.items() if name in used and title}
    return ImportPlan(tuple(placements), tuple(refused), papers, tuple(notes))


def _clash(wish: Wish, target: str, same: Sequence[tuple[Wish, str]]) -> Refusal:
    others = [other.row for other, _ in same if other is not wish]
    rows = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    return Refusal(
        wish.row, wish.file, f"{rows} would become {target} as well; correct the page, date or edition of one"
    )


class _Planner:
    """Knows the archive. `new_papers` are the papers met that have no folder, name → title."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.root = archive.root
        self.new_papers: dict[str, str] = {}
        self._real_root = self.root.resolve()
        self._inside: dict[Path, bool] = {}
        self._problems: dict[Path, str] = {}
        self._in_folder: dict[str, dict[str, str]] = {}

    def target(self, wish: Wish) -> str:
        """Return the place of a file in the archive. Raises ValueError with what is wrong."""
        path = Path(wish.file)
        stem, suffix = stem_and_suffix(path.name)
        if suffix not in READERS:
            raise ValueError(
                f"{suffix or 'a file without a suffix'} can't be read; known are {', '.join(sorted(READERS))}"
            )
        _refuse_what_is_no_file(path)
        if self._is_in_archive(path):
            raise ValueError("it lies in the archive already; move it there by hand, so that its links are kept")
        name = wish.page or safe_name(without_date(stem))
        if not name:
            raise ValueError("neither a page is given nor has the file a name of its own; fill in the page")
        folder = self._paper(wish)
        if wish.day:
            folder += f"/{wish.day.isoformat()}" + (f"_{wish.edition}" if wish.edition > 1 else "")
        if is_leftover(name + suffix):
            raise ValueError(f"a page named {name}{suffix} would be passed over as a leftover; give another label")
        return f"{folder}/{self._as_there(folder, name, suffix)}{suffix}"

    def _is_in_archive(self, path: Path) -> bool:
        """Return whether a file lies in the archive. Of the folder of most files it is known from those before."""
        if path.is_symlink():
            return path.resolve().is_relative_to(self._real_root)
        if path.parent not in self._inside:
            self._inside[path.parent] = path.parent.resolve().is_relative_to(self._real_root)
        return self._inside[path.parent]

    def _paper(self, wish: Wish) -> str:
        """Return the folder of a paper, which need not exist. Raises ValueError with what is wrong."""
        given = wish.paper.strip().strip("《》<>").strip()
        name = self._folders.get(given.lower(), given)
        if not _PAPER_NAME.fullmatch(name):
            named = self._by_title.get(fold(given), [])
            if len(named) != 1:
                raise ValueError(
                    f"no paper in the archive has the title “{given}”; name its folder, in ASCII as in zmdrb, and put "
                    "its title in a column 报纸名称 (paper title)"
                    if not named
                    else f"the title “{given}” is that of {' and '.join(named)}; name the folder of one"
                )
            name = named[0]
        if is_leftover(name) or name.lower() in _DEVICES:
            raise ValueError(f"a folder can't be named {name}; give the paper another name")
        if not (self.root / name / FILE_NAME).exists():
            self.new_papers[name] = self.new_papers.get(name) or wish.title
        return name

    @cached_property
    def _folders(self) -> dict[str, str]:
        """The names of the archive's folders by the same in small letters."""
        return {path.name.lower(): path.name for path in self.root.iterdir() if path.is_dir()}

    @cached_property
    def _by_title(self) -> dict[str, list[str]]:
        """The papers that have or had a title, by the title folded."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._folders.values()):
            try:
                paper = self.archive.paper(name)
            except SettingsError:
                continue
            for title in dict.fromkeys((paper.title, *paper.former_titles)):
                if title:
                    found[fold(title)].append(name)
        return found

    def _as_there(self, folder: str, name: str, suffix: str) -> str:
        """Return a label as the page there is named already: 3 is 03."""
        return self._pages_in(folder).get(_plain(name) + suffix, name)

    def _pages_in(self, folder: str) -> dict[str, str]:
        """The stems of the files in a folder of the archive, by their labels without zeros in front, and suffixes."""
        if folder not in self._in_folder:
            try:
                names = os.listdir(self.root / folder)  # noqa: PTH208 (names alone)
            except OSError:
                names = []
            pages = (stem_and_suffix(name) for name in sorted(names))
            self._in_folder[folder] = {_plain(stem) + suffix: stem for stem, suffix in pages}
        return self._in_folder[folder]

    def placement(self, wish: Wish, target: str) -> Placement:
        """Compare a file with what is at its place. Raises ValueError if that is another one."""
        path = self.root / target
        if problem := self._problem_with_folder(path.parent):
            raise ValueError(problem)
        state: State = "new"
        if os.path.lexists(path):
            if leads_out(path, self.root):
                raise ValueError(_LEADS_OUT.format(target))
            if not is_same(Path(wish.file), path):
                raise ValueError(f"{target} is there already and differs; remove it first if this one is better")
            state = "unchanged"
        return Placement(wish.row, wish.file, target, state, self._note(target) if state == "new" else "")

    def _problem_with_folder(self, folder: Path) -> str:
        """Return why nothing can be put into a folder of the archive, which need not exist; "" if it can."""
        if folder not in self._problems:
            above = next(one for one in (folder, *folder.parents) if os.path.lexists(one))
            problem = "" if above.is_dir() else f"{above} is no folder, so nothing can be put into it; move it away"
            name = above.relative_to(self.root).as_posix()
            self._problems[folder] = _LEADS_OUT.format(name) if leads_out(above, self.root) else problem
        return self._problems[folder]

    def _note(self, target: str) -> str:
        """Say so if the same page is there in another format."""
        folder, _, name = target.rpartition("/")
        stem, suffix = stem_and_suffix(name)
        others = [
            there + other
            for other in READERS
            if other != suffix and (there := self._pages_in(folder).get(_plain(stem) + other))
        ]
        return f"{' and '.join(others)} is there too, and both would be read" if others else ""


_LEADS_OUT = "{} lies behind a link that leads out of the archive; replace the link by a folder"
_PAPER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))))
"""Names that Windows keeps for devices: an archive may lie on a share."""


def _plain(label: str) -> str:
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", label).upper()


def _refuse_what_is_no_file(path: Path) -> None:
    """Raise ValueError for what can't be read as a file, or is empty."""
    try:
        status = path.stat()
    except OSError as problem:
        raise ValueError(f"it can't be read ({problem.strerror}); see to the file, then import again") from None
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("it is not a file; leave out its row")
    if not status.st_size:
        raise ValueError("it is empty; copy it again from the original, or leave out its row")
    if not os.access(path, os.R_OK):
        raise ValueError("no permission to read it; give it with `chmod a+r`, then import again")


def is_same(one: Path, other: Path) -> bool:
    """Return whether two files are one, or have the same bytes."""
    try:
        first, second = one.stat(), other.stat()
        if (first.st_ino, first.st_dev) == (second.st_ino, second.st_dev):
            return True
        return first.st_size == second.st_size and filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False


def plan_json(plan: ImportPlan, archive: Path, refused: Sequence[Refusal], *, dry_run: bool) -> dict[str, object]:
    """Return a plan as `baosou import --json` prints it."""
    states = [one.state for one in plan.placements]
    return {
        "archive": str(archive),
        "dry_run": dry_run,
        "new": states.count("new"),
        "unchanged": states.count("unchanged"),
        "refused": len(refused),
        "papers": dict(plan.papers),
        "files": [
            {"row": one.row, "file": shown(one.file), "target": one.target, "state": one.state, "note": one.note}
            for one in plan.placements
        ],
        "set_aside": [{"row": one.row, "file": shown(one.file), "problem": one.problem} for one in refused],
        "notes": list(plan.notes),
    }
