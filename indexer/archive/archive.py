"""The archive on disk: which page files there are, issue by issue, what `paper.toml` says, and where old ids went.

What is not a page is passed over: hidden files, settings, README files, tables, pictures and what browsers save beside
a page. Formats that can't be read yet (.pdf, .xml …) are counted, not set aside: nothing is wrong with them.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from indexer.archive.paper import FILE_NAME, parse_paper
from indexer.archive.redirects import Redirects
from indexer.errors import ArchiveError, FileError, PageError, SettingsError, UsageError
from indexer.model import Paper
from indexer.readers import READERS
from indexer.readers.names import stem_and_suffix
from indexer.text import lookalikes
from indexer.text.natural_sort import natural_key

_PASSED_OVER = re.compile(
    r"readme|.*\.(?:toml|tsv|csv|json|jpe?g|png|gif|webp|bmp|tiff?|jp2|svg|ico|css|js|ini|db|bak|log)$|[^.]*$",
    re.IGNORECASE,
)
_OF_AN_ISSUE = re.compile(r"[\d._-]+|html|content|con|layout|pc", re.IGNORECASE)
"""Folders between a paper's and a page: a date or a part of one, or what e-paper systems put there."""

_PAPER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class PageFile:
    """One page file: where it lies, its path inside the archive with `/`, and the name of its paper."""

    path: Path
    source: str
    paper: str


@dataclass(frozen=True, slots=True)
class Issue:
    """The page files of one folder in natural order, and the paper's settings.

    Pages directly in the paper's folder have nothing in common: each is an issue of its own, unless they share a stem.
    """

    paper: Paper
    pages: tuple[PageFile, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """What lies in an archive: `set_aside` can't be used, `unread` counts files of formats not read yet by suffix."""

    issues: tuple[Issue, ...]
    set_aside: tuple[FileError, ...]
    warnings: tuple[str, ...]
    unread: Mapping[str, int]

    @property
    def page_count(self) -> int:
        """How many page files there are."""
        return sum(len(issue.pages) for issue in self.issues)


class Archive:
    """A folder of newspapers, `<paper>/<date>/<page>.<suffix>`. Raises ArchiveError when it can't be used."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.normpath(root.absolute()))
        try:
            if not self.root.is_dir():
                problem = "is not a folder" if self.root.exists() else "does not exist"
                raise ArchiveError(
                    f"The archive {root} {problem}; name the folder that holds the papers with --archive."
                )
            with os.scandir(self.root):
                pass
        except PermissionError:
            raise ArchiveError(f"The archive {root} can't be read; give permission with `chmod a+rX {root}`.") from None
        self._papers: dict[str, tuple[Paper, tuple[str, ...]]] = {}
        self._moves: Redirects | None = None

    def survey(self, paths: Sequence[Path] = (), *, indexed: Collection[str] = ()) -> Survey:
        """Find the issues that have pages under `paths`, or all of them: articles run on from page to page.

        Raises UsageError for a path that is not in the archive. One that is there no more is allowed where one of the
        `indexed` sources lies under it: what is left of its issue is found.
        """
        found = _Walk(self.root)
        starts = dict.fromkeys(start for path in paths for start in self._starts(path, indexed))
        for start in starts if paths else [self.root]:
            if not any(above in starts for above in start.parents):
                found.visit(start)
        by_issue: dict[str, list[PageFile]] = defaultdict(list)
        for page in found.pages:
            by_issue[_issue_of(page.source)].append(page)
        papers, warnings = self._papers_of(found)
        issues = (Issue(papers[pages[0].paper], tuple(pages)) for pages in by_issue.values())
        warnings = (*self._lookalikes[1], *warnings, *found.warnings())
        return Survey(tuple(issues), tuple(found.set_aside), warnings, dict(found.unread))

    def _papers_of(self, found: _Walk) -> tuple[dict[str, Paper], tuple[str, ...]]:
        """The settings of all papers found and what they warn of; wrong settings are set aside for the defaults."""
        papers: dict[str, Paper] = {}
        warnings: list[str] = []
        for name in dict.fromkeys(page.paper for page in found.pages):
            try:
                papers[name] = self.paper(name)
                warnings += self.warnings(name)
            except SettingsError as problem:
                papers[name] = Paper(name)
                found.set_aside.append(problem)
        return papers, tuple(warnings)

    def is_gone(self, source: str) -> bool:
        """Whether a page that was here is here no more; one in a folder that can't be opened now is not gone."""
        try:
            (self.root / source).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        return False

    def lies_under(self, source: str, paths: Sequence[Path]) -> bool:
        """Whether a page, gone or not, lies under one of the paths, or in the issue of a page that one of them is."""
        page = self.root / source
        meant = [one for path in paths for one in self._meant(path)]
        if any(page.is_relative_to(one) for one in meant):
            return True
        return any(_is_page(one) and _is_same_issue(page, one, self.root) for one in meant)

    @classmethod
    def holding(cls, path: Path) -> tuple[PageFile, Paper]:
        """A page file by its path alone, and its paper's settings: no archive needs to be named.

        The paper is the folder with a paper.toml, else the one that holds the issues. Raises UsageError when
        there is no such file, SettingsError for a wrong paper.toml.
        """
        path = path.absolute()
        if not path.is_file():
            raise UsageError(f"There is no file {path}; name a page file.")
        folder = next((above for above in path.parents if (above / FILE_NAME).is_file()), None)
        if folder is None:
            folder = next(above for above in path.parents if not _OF_AN_ISSUE.fullmatch(above.name))
        file = PageFile(path, path.relative_to(folder.parent).as_posix(), folder.name)
        return file, cls(folder.parent).paper(folder.name)

    def paper(self, name: str) -> Paper:
        """The settings of a paper; defaults where it has no paper.toml. Raises SettingsError for a wrong one."""
        return self._settings(name)[0]

    def warnings(self, name: str) -> tuple[str, ...]:
        """What looks mistaken in a paper's settings without being wrong, a sentence each."""
        return self._settings(name)[1]

    def redirects(self) -> dict[str, str]:
        """Old id → the id that it goes by now, after however many moves."""
        return self._redirects().table()

    def remember(self, old: str, new: str) -> None:
        """Let the old id lead to the new one for good. Known moves are not written twice."""
        self._redirects().remember(old, new)

    def _redirects(self) -> Redirects:
        if self._moves is None:
            self._moves = Redirects(self.root / "redirects.tsv")
        return self._moves

    def _settings(self, name: str) -> tuple[Paper, tuple[str, ...]]:
        if name not in self._papers:
            source = f"{name}/{FILE_NAME}"
            try:
                data = (self.root / name / FILE_NAME).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                self._papers[name] = (self._with_lookalikes(Paper(name)), ())
            except OSError as problem:
                raise SettingsError(
                    source, f"it can't be read ({problem.strerror}); give permission to read it"
                ) from None
            else:
                paper, warnings = parse_paper(data, name, source)
                self._papers[name] = (self._with_lookalikes(paper), warnings)
        return self._papers[name]

    def _with_lookalikes(self, paper: Paper) -> Paper:
        """The paper with the archive's own look-alikes, a change of which makes all issues new."""
        table, _ = self._lookalikes
        if not table:
            return paper
        digest = hashlib.sha256(f"{paper.digest}\n{table}".encode()).hexdigest()
        return replace(paper, lookalikes=table, digest=digest)

    @cached_property
    def _lookalikes(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """The archive's own look-alikes, and what looks mistaken among them."""
        try:
            text = (self.root / lookalikes.FILE_NAME).read_text("utf-8-sig", "replace")
        except OSError:
            return {}, ()
        return lookalikes.parse(text, lookalikes.FILE_NAME)

    def _starts(self, path: Path, indexed: Collection[str]) -> list[Path]:
        """What to walk for a path: a folder, a file, all files of the issue that a page belongs to."""
        meant = self._meant(path)
        there = [one for one in meant if os.path.lexists(one)]
        if not there and not any((self.root / source).is_relative_to(one) for source in indexed for one in meant):
            raise UsageError(f"There is no {path}; name files or folders of the archive {self.root}.")
        return self._issue_files(meant[0]) if _is_page(meant[0]) else there

    def _issue_files(self, page: Path) -> list[Path]:
        """The files of the page's issue; the page alone where its folder can't be opened."""
        try:
            with os.scandir(page.parent) as scan:
                names = sorted((entry.name for entry in scan if not _is_folder(entry)), key=natural_key)
        except FileNotFoundError:
            return []
        except OSError:
            return [page]
        files = [page.parent / name for name in names if not name.startswith(".")]
        return [file for file in files if _is_same_issue(file, page, self.root)]

    def _meant(self, path: Path) -> list[Path]:
        """The path below the archive's root. One that leads nowhere from here may be meant from the root.

        Where nothing is, neither from here nor from the root, all that may have been meant. Raises UsageError for a
        path outside the archive.
        """
        places = (path.absolute(), self.root / path)
        there = next((one for one in places if os.path.lexists(one)), None)
        below = [self._below_root(one) for one in (places if there is None else [there])]
        found = [one for one in below if one]
        if not found and there is None:
            raise UsageError(f"There is no {path}; name files or folders of the archive {self.root}.")
        if not found:
            raise UsageError(f"{path} lies outside the archive {self.root}; name its own archive with --archive.")
        return list(dict.fromkeys(found))

    def _below_root(self, path: Path) -> Path | None:
        """The path as the archive's root and the names below it; None when it lies elsewhere."""
        inside = Path(os.path.normpath(path))
        if inside.is_relative_to(self.root):
            return inside
        real, root = Path(os.path.realpath(path)), self.root.resolve()
        return self.root / real.relative_to(root) if real.is_relative_to(root) else None


@dataclass(slots=True)
class _Walk:
    """One walk through an archive and what it gathers on its way."""

    root: Path
    pages: list[PageFile] = field(default_factory=list)
    set_aside: list[FileError] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)

    def visit(self, start: Path) -> None:
        source = "" if start == self.root else start.relative_to(self.root).as_posix()
        if start.is_dir():
            self.folder(start, source, ())
        else:
            self.file(start, source)

    def folder(self, folder: Path, source: str, above: tuple[str, ...]) -> None:
        real = os.path.realpath(folder)
        if real in above:
            self.put_aside(source, "this link leads back to a folder around it; remove it")
        elif problem := _problem_with_name(source):
            self.put_aside(source, problem)
        else:
            below = f"{source}/" if source else ""
            entries = self.entries(folder, source)
            for entry in (entry for entry in entries if not _is_folder(entry)):
                self.file(folder / entry.name, below + entry.name)
            for entry in (entry for entry in entries if _is_folder(entry)):
                self.folder(folder / entry.name, below + entry.name, (*above, real))

    def entries(self, folder: Path, source: str) -> list[os.DirEntry[str]]:
        """What lies in a folder, in natural order, without what is hidden and what browsers save beside a page."""
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: natural_key(entry.name))
        except PermissionError:
            self.put_aside(source, "no permission to open this folder; give it with `chmod -R a+rX`, then index again")
            return []
        except OSError as problem:
            self.put_aside(source, f"this folder can't be opened ({problem.strerror}); repair it, then index again")
            return []
        names = {entry.name for entry in entries}
        return [one for one in entries if not one.name.startswith(".") and not _is_saved_beside(one.name, names)]

    def file(self, path: Path, source: str) -> None:
        suffix = stem_and_suffix(source)[1]
        paper, slash, _ = source.partition("/")
        if _PASSED_OVER.match(path.name):
            return
        if suffix not in READERS:
            self.unread[suffix] += 1
        elif not slash:
            self.put_aside(source, "it lies in no paper's folder; move it into one")
        elif problem := _problem_with_name(source):
            self.put_aside(source, problem)
        else:
            self.pages.append(PageFile(path, source, paper))

    def warnings(self) -> Iterator[str]:
        """What was passed over though it may hold pages."""
        total = self.unread.total()
        if total:
            suffixes = ", ".join(f"{suffix or 'no suffix'} {count}" for suffix, count in self.unread.most_common())
            files, they = ("1 file is", "it was") if total == 1 else (f"{total} files are", "they were")
            yield f"{files} in a format that can't be read yet ({suffixes}); {they} passed over"

    def put_aside(self, source: str, problem: str) -> None:
        """Name what can't be used; bytes of its name that are no UTF-8 are shown as question marks."""
        self.set_aside.append(PageError(source.encode("utf-8", "replace").decode(), problem))


def _issue_of(source: str) -> str:
    """What the pages of one issue have in common: their folder or, directly in a paper's folder, their stem."""
    folder = source.rpartition("/")[0]
    return folder if "/" in folder else f"{folder}/{stem_and_suffix(source)[0]}"


def _is_same_issue(one: Path, other: Path, root: Path) -> bool:
    return _issue_of(one.relative_to(root).as_posix()) == _issue_of(other.relative_to(root).as_posix())


def _is_page(path: Path) -> bool:
    """Whether a path, gone or not, looks like a page file."""
    return stem_and_suffix(path.name)[1] in READERS and not _PASSED_OVER.match(path.name) and not path.is_dir()


def _problem_with_name(source: str) -> str:
    paper = source.partition("/")[0]
    if any("\udc80" <= char <= "\udcff" for char in source):
        return "its name is not UTF-8; rename it, e.g. `convmv -r -f gbk -t utf8 --notest` on the archive"
    if paper and not _PAPER_NAME.fullmatch(paper):
        return "a paper's folder needs an ASCII name for its URLs (letters, digits, . _ -); rename it, e.g. zmdrb"
    return ""


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_saved_beside(name: str, names: set[str]) -> bool:
    """Whether this is the folder of pictures and scripts that a browser saves beside a page."""
    stem = name.removesuffix("_files").removesuffix(".files")
    return stem != name and not names.isdisjoint({f"{stem}.html", f"{stem}.htm"})
