"""The archive on disk: its page files by issue, its settings and its redirects.

Files that are not pages are skipped: leftovers of systems and programs (`readers/leftovers.py`), settings, README
files, tables, pictures, and folders that browsers save beside a page. Files in formats that can't be read (.docx,
.rtf …) are counted but not set aside, because nothing is wrong with them.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from indexer.archive import corrections
from indexer.archive.indexed import Indexed
from indexer.archive.paper import FILE_NAME, parse_paper, rights_meant
from indexer.archive.redirects import Moves, Redirects
from indexer.archive.withdrawn import WithdrawnIds
from indexer.errors import ArchiveError, FileError, PageError, SettingsError, UsageError
from indexer.model import Paper, Rights
from indexer.readers import READERS
from indexer.readers.leftovers import is_leftover, is_within_leftover, original_name, original_source
from indexer.readers.names import stem_and_suffix
from indexer.text import lookalikes
from indexer.text.natural_sort import natural_key

_PASSED_OVER = re.compile(
    r"readme|(?:licen[cs]e|copying)$|.*\.(?:toml|tsv|csv|jsonl?|jpe?g|png|gif|webp|bmp|tiff?|jp2|svg|ico|css|js|ini"
    r"|db|bak|log)$",
    re.IGNORECASE,
)
_OF_AN_ISSUE = re.compile(r"[\d._-]+|html|content|con|layout|pc", re.IGNORECASE)
"""Folders between a paper's folder and a page.

Their names are dates, parts of dates, or names used by e-paper systems.
"""

_PAPER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page file: its path, its `source` and the name of its paper.

    The source is the path inside the archive, with `/` as the separator. `copy_of` is the source of the page that this
    file, by its name, was copied from; "" if it is no copy or that page is not there. `corrections` is the file of its
    corrections if there is one; of two page files with the same stem, the first has it.
    """

    path: Path
    source: str
    paper: str
    copy_of: str = ""
    corrections: Path | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """The page files of one issue in natural order, and the settings of the paper.

    The pages in a folder form an issue. Pages directly in the paper's folder form one issue per file stem. A copy
    belongs to the issue of its original, behind all others.
    """

    paper: Paper
    pages: tuple[PageFile, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """The contents of an archive.

    `set_aside` lists the files that can't be used. `unread` counts, by suffix, the files in unsupported formats, and
    `leftovers` the files and folders of systems and programs, a folder as one.
    """

    issues: tuple[Issue, ...]
    set_aside: tuple[FileError, ...]
    warnings: tuple[str, ...]
    unread: Mapping[str, int]
    leftovers: int = 0

    @property
    def page_count(self) -> int:
        """The number of page files."""
        return sum(len(issue.pages) for issue in self.issues)


class Archive:
    """A folder of newspapers, `<paper>/<date>/<page>.<suffix>`.

    Raises ArchiveError when the folder can't be used.
    """

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

    def survey(self, paths: Sequence[Path] = (), *, indexed: Collection[str] = ()) -> Survey:
        """Find all issues, or those with pages under `paths`.

        Issues are always complete, because articles continue from page to page. A path that no longer exists is
        accepted if it contains one of the `indexed` sources; the rest of its issue is then found. Raises UsageError for
        any other path that is not in the archive.
        """
        found = _Walk(self.root)
        starts = dict.fromkeys(
            copy for path in paths for start in self._starts(path, indexed) for copy in self._with_copies(start)
        )
        for start in starts if paths else [self.root]:
            if not any(above in starts for above in start.parents):
                found.visit(start)
        by_issue: dict[str, list[PageFile]] = defaultdict(list)
        orphans = found.add_corrections()
        for page in _with_originals(found.pages):
            by_issue[issue_of(page.copy_of or page.source)].append(page)
        papers, warnings = self._papers_of(found)
        for pages in by_issue.values():
            pages.sort(key=lambda page: bool(page.copy_of))
        issues = (Issue(papers[pages[0].paper], tuple(pages)) for pages in by_issue.values())
        warnings = (*self._lookalikes[1], *self._problems_with_redirects(), *warnings, *found.warnings(), *orphans)
        return Survey(tuple(issues), tuple(found.set_aside), warnings, dict(found.unread), found.leftovers)

    def _papers_of(self, found: _Walk) -> tuple[dict[str, Paper], tuple[str, ...]]:
        """Return the settings of all papers found, with warnings.

        Invalid settings are set aside and replaced by the defaults, but for the rights that they seem to give.
        """
        papers: dict[str, Paper] = {}
        warnings: list[str] = []
        for name in dict.fromkeys(page.paper for page in found.pages):
            try:
                papers[name] = self.paper(name)
                warnings += self.warnings(name)
            except SettingsError as problem:
                rights = self.rights(name)
                papers[name] = Paper(name, rights=rights, digest="" if rights == "public" else rights)
                found.set_aside.append(_with_rights(problem, rights))
        return papers, tuple(warnings)

    def is_gone(self, source: str) -> bool:
        """Return whether a page no longer exists.

        A page in a folder that can't be opened counts as existing.
        """
        try:
            (self.root / source).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        return False

    def those_under(self, sources: Iterable[str], paths: Sequence[Path]) -> list[str]:
        """Return the pages that are under one of the paths, if any are given.

        A path to a page stands for the whole issue of that page. Neither needs to exist.
        """
        meant = [one for path in paths for one in self._meant(path)]
        if not paths or self.root in meant:
            return list(sources)
        names = {one.relative_to(self.root).as_posix() for one in meant}
        below = tuple(f"{name}/" for name in names)
        issues = {issue_of(original_source(name)) for name in names if "/" in name and _is_page(self.root / name)}
        return [
            source
            for source in sources
            if source.startswith(below) or source in names or (issues and issue_of(original_source(source)) in issues)
        ]

    @classmethod
    def holding(cls, path: Path) -> tuple[PageFile, Paper]:
        """Return the page file at a path and the settings of its paper.

        The archive is derived from the path. The paper is the nearest folder with a paper.toml, else the folder that
        contains the issues. Raises UsageError when there is no such file and SettingsError for an invalid paper.toml.
        """
        path = path.absolute()
        if not path.is_file():
            raise UsageError(f"There is no file {path}; name a page file.")
        folder = next((above for above in path.parents if (above / FILE_NAME).is_file()), None)
        if folder is None:
            folder = next(above for above in path.parents if not _OF_AN_ISSUE.fullmatch(above.name))
        beside = corrections.beside(path)
        source = path.relative_to(folder.parent).as_posix()
        file = PageFile(path, source, folder.name, corrections=beside if beside.is_file() else None)
        return file, cls(folder.parent).paper(folder.name)

    def paper(self, name: str) -> Paper:
        """Return the settings of a paper, or the defaults if it has no paper.toml.

        Raises SettingsError for an invalid paper.toml.
        """
        return self._settings(name)[0]

    def warnings(self, name: str) -> tuple[str, ...]:
        """Return warnings about the settings of a paper, one sentence each.

        They are about valid settings that look like a mistake. Raises SettingsError for an invalid paper.toml.
        """
        return self._settings(name)[1]

    def redirects(self, pending: Moves | None = None) -> dict[str, str]:
        """Return a mapping from each old id to its current one; `pending` are moves that are not in the archive yet.

        Raises ArchiveError when redirects.tsv can't be read.
        """
        return self._redirects().table(pending)

    def remember(self, moves: Moves) -> None:
        """Redirect old ids to new ones permanently: when this returns, they are on the disk.

        Known redirects are not written twice.
        Raises ArchiveError when redirects.tsv can't be read or written.
        """
        self._redirects().remember(moves.items())

    def indexed(self) -> Indexed:
        """When articles were first indexed and last changed: `indexed.tsv`, which need not exist yet."""
        return Indexed(self.root / "indexed.tsv")

    def withdrawn(self) -> WithdrawnIds:
        """The ids of articles that were withdrawn: `withdrawn.tsv`, which need not exist yet."""
        return WithdrawnIds(self.root / "withdrawn.tsv")

    def _problems_with_redirects(self) -> Iterator[str]:
        try:
            if problem := self._redirects().problem:
                yield problem
        except ArchiveError as error:
            yield str(error)

    def _redirects(self) -> Redirects:
        return Redirects(self.root / "redirects.tsv")

    def _settings(self, name: str) -> tuple[Paper, tuple[str, ...]]:
        if name not in self._papers:
            source = f"{name}/{FILE_NAME}"
            path = self.root / name / FILE_NAME
            if kind := odd_kind(path):
                raise SettingsError(source, f"it is {kind}, not a file; write the settings into a file")
            try:
                data = path.read_bytes()
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

    def rights(self, name: str) -> Rights:
        """Return the rights of a paper; where its settings can't be used, those that they seem to give."""
        with suppress(SettingsError):
            return self.paper(name).rights
        path = self.root / name / FILE_NAME
        try:
            return "inhouse" if odd_kind(path) else rights_meant(path.read_bytes())
        except OSError:
            return "inhouse"

    def _with_lookalikes(self, paper: Paper) -> Paper:
        """Add the archive's own look-alikes to a paper's settings.

        They are part of the digest, so that all issues are indexed again when the look-alikes change.
        """
        table, _ = self._lookalikes
        if not table:
            return paper
        digest = hashlib.sha256(f"{paper.digest}\n{table}".encode()).hexdigest()
        return replace(paper, lookalikes=table, digest=digest)

    @cached_property
    def _lookalikes(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """The archive's own look-alikes, and warnings about the file."""
        path = self.root / lookalikes.FILE_NAME
        if odd_kind(path):
            return {}, (f"{lookalikes.FILE_NAME}: this is not a file; write the look-alikes into a file",)
        try:
            text = path.read_text("utf-8-sig", "replace")
        except OSError:
            return {}, ()
        return lookalikes.parse(text, lookalikes.FILE_NAME)

    def _starts(self, path: Path, indexed: Collection[str]) -> list[Path]:
        """Return what to walk for a path: a folder, a file, or the files of an issue.

        Raises UsageError for a path that is not in the archive.
        """
        meant = self._meant(path)
        there = [one for one in meant if os.path.lexists(one)]
        if not there and not any((self.root / source).is_relative_to(one) for source in indexed for one in meant):
            raise UsageError(f"There is no {path}; name files or folders of the archive {self.root}.")
        return self._issue_files(meant[0]) if _is_page(meant[0]) else there

    def _with_copies(self, start: Path) -> list[Path]:
        """Return a path and all others in the archive that are copies of the same file or folder, by their names."""
        paper, *names = start.relative_to(self.root).parts or ("",)
        found = [self.root / paper]
        for name in names:
            original = original_name(name)
            found = [
                folder / other
                for folder in found
                for other in _names_in(folder)
                if other == name or original_name(other) == original
            ]
        return [start, *(other for other in found if other != start)]

    def _issue_files(self, page: Path) -> list[Path]:
        """Return the files of a page's issue.

        This is only the page if its folder can't be opened.
        """
        try:
            with os.scandir(page.parent) as scan:
                names = sorted((entry.name for entry in scan if not _is_folder(entry)), key=natural_key)
        except FileNotFoundError:
            return []
        except OSError:
            return [page]
        files = [page.parent / name for name in names if not is_leftover(name)]
        return [file for file in files if _is_same_issue(file, page, self.root)]

    def _meant(self, path: Path) -> list[Path]:
        """Resolve a path to paths below the archive's root.

        A path is relative to the working directory or, if nothing exists there, to the archive's root. If nothing
        exists at either place, both are returned as far as they are in the archive. Raises UsageError for a path
        outside the archive.
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
        """Return a path in the archive with its root in front, or None if it is outside."""
        inside = Path(os.path.normpath(path))
        if inside.is_relative_to(self.root):
            return inside
        real, root = Path(os.path.realpath(path)), self.root.resolve()
        return self.root / real.relative_to(root) if real.is_relative_to(root) else None


@dataclass(slots=True)
class _Walk:
    """Walks through an archive and collects what it finds."""

    root: Path
    pages: list[PageFile] = field(default_factory=list)
    set_aside: list[FileError] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    leftovers: int = 0
    corrections: dict[str, Path] = field(default_factory=dict)
    """The corrections files, by their paths in the archive."""

    def visit(self, start: Path) -> None:
        """Walk a file or a folder of the archive."""
        source = "" if start == self.root else start.relative_to(self.root).as_posix()
        if is_within_leftover(source):
            self.leftovers += 1
        elif start.is_dir():
            self.folder(start, source, ())
        else:
            self.file(start, source)
            beside = corrections.beside(start)
            if beside.is_file():
                self.file(beside, beside.relative_to(self.root).as_posix())

    def folder(self, folder: Path, source: str, above: tuple[str, ...]) -> None:
        real = os.path.realpath(folder)
        if real in above:
            self.put_aside(source, "this link leads back to a folder around it; remove it")
        elif leads_out(folder, self.root):
            self.put_aside(source, _LEADS_OUT)
        elif len(above) > _MOST_FOLDERS:
            self.put_aside(source, f"it lies in {_MOST_FOLDERS} folders one in another; move its pages further up")
        elif problem := _problem_with_name(source):
            self.put_aside(source, problem)
        else:
            below = f"{source}/" if source else ""
            entries = self.entries(folder, source)
            if not entries and stem_and_suffix(folder.name)[1] in READERS:
                self.put_aside(source, "this is an empty folder named like a page; remove it, or copy the page again")
            for entry in (entry for entry in entries if not _is_folder(entry)):
                self.file(folder / entry.name, below + entry.name)
            for entry in (entry for entry in entries if _is_folder(entry)):
                self.folder(folder / entry.name, below + entry.name, (*above, real))

    def entries(self, folder: Path, source: str) -> list[os.DirEntry[str]]:
        """Return the entries of a folder in natural order.

        Leftovers and folders that browsers save beside a page are left out.
        """
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: natural_key(entry.name))
        except PermissionError:
            self.put_aside(source, "no permission to open this folder; give it with `chmod -R a+rX`, then index again")
            return []
        except OSError as problem:
            self.put_aside(source, f"this folder can't be opened ({problem.strerror}); repair it, then index again")
            return []
        kept = [entry for entry in entries if not is_leftover(entry.name)]
        self.leftovers += len(entries) - len(kept)
        names = {entry.name for entry in kept}
        return [entry for entry in kept if not _is_saved_beside(entry.name, names)]

    def file(self, path: Path, source: str) -> None:
        suffix = stem_and_suffix(source)[1]
        paper, slash, _ = source.partition("/")
        if path.name.endswith(corrections.SUFFIX):
            self.corrections[source] = path
            return
        if _PASSED_OVER.match(path.name):
            return
        if not suffix:
            self.put_aside(
                source, "its name has no suffix, so its format is not known; name it .txt, .md or .html, or remove it"
            )
        elif suffix not in READERS:
            self.unread[suffix] += 1
        elif not slash:
            self.put_aside(source, "it lies in no paper's folder; move it into one")
        elif problem := _problem_with_name(source):
            self.put_aside(source, problem)
        elif leads_out(path, self.root):
            self.put_aside(source, _LEADS_OUT)
        elif kind := odd_kind(path):
            self.put_aside(source, f"it is {kind}, not a file; move it out of the archive")
        else:
            self.pages.append(PageFile(path, source, paper))

    def add_corrections(self) -> list[str]:
        """Give each page its corrections file. Return a warning about each file that belongs to no page."""
        left = dict(self.corrections)
        if left:
            self.pages = [
                replace(page, corrections=left.pop(corrections.beside(Path(page.source)).as_posix(), None))
                for page in self.pages
            ]
        return [f"{one}: the page that it corrects is not there; put the page back beside it" for one in left]

    def warnings(self) -> Iterator[str]:
        """Yield a warning if files were skipped that may contain pages."""
        total = self.unread.total()
        if total:
            suffixes = ", ".join(f"{suffix} {count}" for suffix, count in self.unread.most_common())
            files, they = ("1 file is", "it was") if total == 1 else (f"{total} files are", "they were")
            yield f"{files} in a format that can't be read yet ({suffixes}); {they} passed over"

    def put_aside(self, source: str, problem: str) -> None:
        """Record a file or folder that can't be used.

        Bytes of its name that are not UTF-8 are shown as question marks.
        """
        self.set_aside.append(PageError(source.encode("utf-8", "replace").decode(), problem))


_LEADS_OUT = "this link leads out of the archive, so it is not published; copy the file or folder into the archive"
_MOST_FOLDERS = 32
"""One in another. A page lies in three or four."""


def leads_out(path: Path, root: Path) -> bool:
    """Return whether a path inside an archive is, or lies behind, a link to something outside of it.

    A link that leads to nothing, or round and round, leads nowhere.
    """
    real = os.path.realpath(path)
    return os.path.lexists(real) and not Path(real).is_relative_to(os.path.realpath(root))


_ODD_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def odd_kind(path: Path) -> str:
    """Return what is at a path that is not a file, or "" for a file and for nothing.

    Reading a pipe waits for whoever writes into it, so nothing but a file may be opened.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return ""
    return next((kind for is_kind, kind in _ODD_KINDS if is_kind(mode)), "")


def _with_originals(pages: Sequence[PageFile]) -> Iterator[PageFile]:
    """Yield the pages, each copy with its original.

    A page is a copy only if its original is there: `01 (1).txt` and `01 (2).txt` alone may be all there ever was.
    """
    there = {page.source for page in pages}
    for page in pages:
        folder, slash, name = page.source.rpartition("/")
        originals = (original_source(page.source), folder + slash + original_name(name))
        yield replace(page, copy_of=next((one for one in originals if one != page.source and one in there), ""))


def _names_in(folder: Path) -> list[str]:
    """The names in a folder that are no leftovers; none if it can't be opened."""
    try:
        return sorted((path.name for path in folder.iterdir() if not is_leftover(path.name)), key=natural_key)
    except OSError:
        return []


def issue_of(source: str) -> str:
    """Return the key shared by all pages of an issue.

    This is their folder or, for pages directly in a paper's folder, their path without the suffix.
    """
    folder = source.rpartition("/")[0]
    return folder if "/" in folder else f"{folder}/{stem_and_suffix(source)[0]}"


def _is_same_issue(one: Path, other: Path, root: Path) -> bool:
    first, second = (issue_of(original_source(path.relative_to(root).as_posix())) for path in (one, other))
    return first == second


def _is_page(path: Path) -> bool:
    """Return whether a path, which need not exist, looks like a page file."""
    if is_leftover(path.name) or _PASSED_OVER.match(path.name):
        return False
    return stem_and_suffix(path.name)[1] in READERS and not path.is_dir()


def _problem_with_name(source: str) -> str:
    paper = source.partition("/")[0]
    if any("\udc80" <= char <= "\udcff" for char in source):
        return "its name is not UTF-8; rename it, e.g. `convmv -r -f gbk -t utf8 --notest` on the archive"
    if paper and not _PAPER_NAME.fullmatch(paper):
        return "a paper's folder needs an ASCII name for its URLs (letters, digits, . _ -); rename it, e.g. zmdrb"
    return ""


def _with_rights(problem: SettingsError, rights: Rights) -> SettingsError:
    """Say who can read a paper until its settings are repaired, if not everybody."""
    if rights == "public":
        return problem
    shown = {"inhouse": "only in-house readers find it", "metadata": "its texts are shown to nobody"}[rights]
    return SettingsError(problem.source, f"{problem.problem}; until it is put right, {shown}")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_saved_beside(name: str, names: set[str]) -> bool:
    """Return whether this is a folder of pictures and scripts saved beside a page."""
    stem = name.removesuffix("_files").removesuffix(".files")
    return stem != name and not names.isdisjoint({f"{stem}.html", f"{stem}.htm"})
