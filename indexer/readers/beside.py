"""What files beside a page file say of it: its date, its page, and which of its lines make an article.

METS says it of the pages of an issue, and a page (版) of a saved web site says it of its articles. A new kind of file
that describes others is one more line in `DESCRIBERS`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path, PurePosixPath

from indexer.errors import PageError
from indexer.model import Evidence, RawPage, Role
from indexer.readers.decoding import load
from indexer.readers.epaper import addresses
from indexer.readers.names import stem_and_suffix
from indexer.readers.sandbox import read_apart


@dataclass(frozen=True, slots=True)
class DescribedArea:
    """A part of a page file: from the block of lines, or what stands in it, with one id to that with another.

    The ids of blocks are those of `PrintedLine.block`; `role` is what the lines are said to be.
    """

    begin: str
    end: str
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class DescribedArticle:
    """An article as far as it is in a page file: its title, "" where none is given, and its areas in order."""

    title: str
    areas: tuple[DescribedArea, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """What other files say of a page file: `claims` of all its pages, `pages` of each, and its articles in order."""

    claims: tuple[Evidence, ...] = ()
    pages: tuple[tuple[Evidence, ...], ...] = ()
    articles: tuple[DescribedArticle, ...] = ()

    def of_page(self, number: int, pages: int) -> tuple[Evidence, ...]:
        """Return the claims for one of the pages of a file, by its number from 0."""
        return (*self.claims, *(self.pages[number] if len(self.pages) == pages else ()))


Descriptions = Mapping[str, Described]
"""Address → what is said of the file there. An address is a path, relative to the file that says it, or a mere name."""


@dataclass(frozen=True, slots=True)
class Describer:
    """A kind of files that describe others: their suffixes, how one begins, and how it is read.

    `begins` gets the first bytes of a file and says whether it is of this kind. `read` gets its bytes, its source and
    its path; it may raise PageError, and then the file describes nothing. `is_named` says of a file's name whether it
    may be of this kind at all, `folders` where such files may lie for a page file, other than around it.
    """

    suffixes: frozenset[str]
    begins: Callable[[bytes], bool]
    read: Callable[[bytes, str, Path], Descriptions]
    is_named: Callable[[str], bool] = lambda name: True
    folders: Callable[[Path], Iterable[Path]] = lambda path: ()


def _begins_mets(head: bytes) -> bool:
    return b"mets" in head.replace(b"\0", b"").lower()


def _read_mets(data: bytes, source: str, path: Path) -> Descriptions:
    from indexer.readers.xml.described import descriptions  # imports a parser, which few archives need

    return descriptions(data, source, path)


def _read_edition_page(data: bytes, source: str, path: Path) -> Descriptions:
    from indexer.readers.epaper.saved_issue import descriptions  # imports a parser, as above

    return {address: Described(claims) for address, claims in descriptions(data, source, path).items()}


DESCRIBERS: tuple[Describer, ...] = (
    Describer(frozenset((".xml",)), _begins_mets, _read_mets),
    Describer(
        frozenset((".htm", ".html")),
        lambda head: b"<" in head,
        _read_edition_page,
        is_named=addresses.is_edition_page,
        folders=addresses.folders_of_pages,
    ),
)
"""The kinds of files that describe others."""

_HEAD = 4_096
_FEW = 24
"""The files in a folder above that are all looked into; of more only those named like the page's folder."""

_JUST_NOW = 100_000_000
"""Nanoseconds in which a folder may change again without its time of change showing it."""


def described(path: Path, source: str) -> Described | None:
    """Return what the files in the folder of a page file, and in the folder above, say of it; None if nothing.

    `source` is its path inside the archive, which is not left. A file that can't be read says nothing.
    """
    found = [one for _, one in _descriptions_of(path, source)]
    return _together(found) if found else None


def describing(path: Path, source: str) -> tuple[Path, ...]:
    """Return the files that say something of a page file, other than itself."""
    return tuple(file for file, _ in _descriptions_of(path, source))


def _descriptions_of(path: Path, source: str) -> Iterator[tuple[Path, Described]]:
    """Yield what is said of a page file; if one file names its very place, nothing of those that name it otherwise."""
    levels = max(len(PurePosixPath(source).parts) - 1, 1)
    path = Path(os.path.normpath(path.absolute()))
    root = path.parents[levels - 1]
    others = [folder for kind in DESCRIBERS for folder in kind.folders(path) if folder.is_relative_to(root)]
    folders = (*path.parents[: min(levels, 2)], *others)
    name = "".join(stem_and_suffix(path.name)).lower()
    by_place: list[tuple[Path, Described]] = []
    by_name: list[tuple[Path, Described]] = []
    for folder in folders:
        for file, kind, state in _looked_into(folder, path.parent):
            if file.name == path.name and folder == path.parent:
                continue
            for address, said in _by_name(str(file), kind, state).get(name, ()):
                place = Path(os.path.normpath(folder / address))
                if str(place).lower() == str(path.with_name(name)).lower():
                    by_place.append((file, said))
                elif PurePosixPath(address).is_absolute() or (place.is_relative_to(root) and not place.is_file()):
                    by_name.append((file, said))
    if by_place or len({_day(said) for _, said in by_name}) <= 1:
        yield from by_place or by_name


def _day(said: Described) -> str:
    return next((claim.value for claim in said.claims if claim.about == "date"), "")


def _looked_into(folder: Path, of: Path) -> Iterator[tuple[Path, int, tuple[int, int]]]:
    """Yield the describing files of a folder: path, kind, and size and time of change."""
    with suppress(OSError):
        changed = folder.stat().st_mtime_ns
        fresh = time.time_ns() - changed < _JUST_NOW
        files = (_files.__wrapped__ if fresh else _files)(str(folder), changed)
        if folder != of and len(files) > _FEW:
            files = tuple(one for one in files if _is_named_like(one[0], of.name))
        for file, kind in files:
            with suppress(OSError):
                status = Path(file).stat()
                yield Path(file), kind, (status.st_size, status.st_mtime_ns)


def _is_named_like(file: str, folder: str) -> bool:
    wanted = "".join(filter(str.isalnum, folder)).lower()
    return bool(wanted) and wanted in "".join(filter(str.isalnum, Path(file).stem)).lower()


@lru_cache(maxsize=64)
def _files(folder: str, changed: int) -> tuple[tuple[str, int], ...]:
    """Return the describing files of a folder with their kinds. `changed` is the time at which the folder did."""
    suffixes = frozenset(chain.from_iterable(kind.suffixes for kind in DESCRIBERS))
    found = []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            suffix = stem_and_suffix(entry.name)[1]
            if suffix in suffixes and entry.is_file(follow_symlinks=False):
                kind = _kind_of(entry.path, entry.name, suffix)
                if kind is not None:
                    found.append((entry.path, kind))
    return tuple(found)


def _kind_of(path: str, name: str, suffix: str) -> int | None:
    kinds = [at for at, kind in enumerate(DESCRIBERS) if suffix in kind.suffixes and kind.is_named(name)]
    if kinds:
        with suppress(OSError), Path(path).open("rb") as file:
            head = file.read(_HEAD)
            return next((at for at in kinds if DESCRIBERS[at].begins(head)), None)
    return None


@lru_cache(maxsize=256)
def _by_name(path: str, kind: int, state: tuple[int, int]) -> Mapping[str, tuple[tuple[str, Described], ...]]:
    """Return what a file says by name: the addresses with that name, and what is said of each."""
    found: dict[str, tuple[tuple[str, Described], ...]] = {}
    with suppress(PageError):
        for address, one in read_apart(
            "indexer.readers.beside:said_here", tuple[str, Described], Path(path), str(kind)
        ):
            name = PurePosixPath(address).name.lower()
            found[name] = (*found.get(name, ()), (address, one))
    return found


def said_here(path: Path, kind: str) -> Iterable[tuple[str, Described]]:
    """Read what a file of a kind, its number in `DESCRIBERS`, says of others, in this process. Raises PageError."""
    return DESCRIBERS[int(kind)].read(load(path, str(path)), str(path), path).items()


def _together(found: Sequence[Described]) -> Described:
    """Return what several files say of one."""
    claims = tuple(dict.fromkeys(claim for one in found for claim in one.claims))
    pages = next((one.pages for one in found if one.pages), ())
    return Described(claims, pages, next((one.articles for one in found if one.articles), ()))


def with_described(pages: Iterable[RawPage], said: Described, data: bytes, source: str) -> tuple[RawPage, ...]:
    """Return the pages of a file with what is said of them: more claims, and the lines in the order of the articles.

    `data` are the bytes of the file, for articles that are said to begin or end at a word of it.
    """
    from indexer.readers.layout.by_articles import by_articles

    listed = list(pages)
    found = tuple(
        replace(page, claims=(*page.claims, *said.of_page(number, len(listed)))) for number, page in enumerate(listed)
    )
    if not said.articles:
        return found
    blocks = dict.fromkeys(line.block for page in found for line in page.lines)
    ids = {block: block for block in blocks}
    if not all(area.begin in ids and area.end in ids for article in said.articles for area in article.areas):
        from indexer.readers.xml.alto import blocks_by_id

        ids = {**blocks_by_id(data, source), **ids}
    return tuple(by_articles(page, said.articles, ids) for page in found)
