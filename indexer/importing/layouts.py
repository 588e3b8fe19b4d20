"""Read known layouts of folders: which paper, day and page each file is, by its path and by the METS files beside it.

- `mets`: any tree in which METS files name the files of their issues (Library of Congress, British Library, Papers
  Past, Kitodo, docWorks, Veridian …). Pages keep their names, and the METS file comes along, so that it goes on saying
  which page and which articles they are (`readers/beside.py`).
- `chronam`: batches of the National Digital Newspaper Program, which have METS, and files that are named or filed by
  the addresses of Chronicling America: `sn…/1900/01/31/ed-1/seq-1/ocr.xml`, `sn…_1900-01-31_ed-1_seq-1_ocr.txt`.
- `trove`: harvests of articles with a `results.csv`; else METS.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from indexer.errors import PageError, UsageError
from indexer.importing.wishes import Refusal, Wish, day_in, label_in, safe_name
from indexer.readers import READERS
from indexer.readers.decoding import load
from indexer.readers.leftovers import is_leftover
from indexer.readers.names import stem_and_suffix
from indexer.readers.sandbox import read_apart
from indexer.readers.xml.mets import Mets, MetsPage, address_of, read_mets
from indexer.readers.xml.parsing import to_utf8
from indexer.text.natural_sort import natural_key

_BEST_FIRST = (".xml", ".hocr", ".html", ".htm", ".md", ".txt", ".pdf")
"""Formats of the same page, those first that know most of how it was printed."""

_HEAD = 4096
_METS_BEGINS = re.compile(rb"<(?:[\w.-]+:)?mets[\s>]")


@dataclass(slots=True)
class FolderTree:
    """The files below a folder that may be pages, by their paths below it, and what is to be said of the others."""

    root: Path
    files: list[str]
    paper: str
    notes: list[str] = field(default_factory=list)

    def path(self, file: str) -> str:
        """Return the whole path of a file."""
        return str(self.root / file)


def read_layout(layout: str, folder: Path, paper: str = "") -> tuple[list[Wish | Refusal], list[str]]:
    """Return what a folder of a layout asks for, and notes. `paper` is that of all files, "" if their paths say it.

    Raises UsageError if the folder has nothing of that layout.
    """
    tree = FolderTree(folder, sorted(_page_files(folder), key=natural_key), paper)
    found = list({"mets": _mets, "chronam": _chronam, "trove": _trove}[layout](tree))
    if not found:
        raise UsageError(f"{folder} has no {_NEEDED[layout]}; name another folder, or another layout with --from.")
    return found, tree.notes


_NEEDED = {
    "mets": "METS files",
    "chronam": "folders like sn…/1900/01/31/ed-1/seq-1 or batches with METS files",
    "trove": "results.csv of a harvest and no METS files",
}


def _page_files(folder: Path) -> Iterator[str]:
    """Yield the paths, below a folder, of all files that may be pages. Links to folders are not followed."""
    for above, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_leftover(name)]
        below = Path(above).relative_to(folder)
        for name in names:
            if stem_and_suffix(name)[1] in READERS and not is_leftover(name):
                yield (below / name).as_posix()


# --- METS


def _mets(tree: FolderTree) -> Iterator[Wish | Refusal]:
    by_folder: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for file in tree.files:
        for above in PurePosixPath(file).parents:
            by_folder[str(above)][PurePosixPath(file).name.lower()].append(file)
    for file in _only_validated(file for file in tree.files if _begins_mets(tree.root / file)):
        try:
            [mets] = read_apart("indexer.importing.layouts:mets_here", Mets, tree.root / file, file)
        except PageError as problem:
            yield Refusal(file, file, problem.problem)
            continue
        if mets.files:
            yield from _of_mets(tree, file, mets, by_folder[str(PurePosixPath(file).parent)])


def mets_here(path: Path, source: str) -> list[Mets]:
    """Read a METS file in this process, without its articles. Raises PageError."""
    return [replace(read_mets(to_utf8(load(path, source), source), source), articles=())]


def _begins_mets(path: Path) -> bool:
    if path.suffix.lower() != ".xml":
        return False
    try:
        with path.open("rb") as file:
            return bool(_METS_BEGINS.search(file.read(_HEAD).replace(b"\0", b"")))
    except OSError:
        return False


def _only_validated(files: Iterator[str]) -> list[str]:
    """Leave out METS files that are there again as NDNP's validation has written them: `1926011201_1.xml`."""
    there = list(files)
    return [file for file in there if file.removesuffix(".xml") + "_1.xml" not in there]


def _of_mets(tree: FolderTree, file: str, mets: Mets, names: Mapping[str, Sequence[str]]) -> Iterator[Wish | Refusal]:
    """Yield the pages that a METS file names, and the file itself."""
    said = {claim.about: claim.value for claim in mets.claims}
    try:
        day = day_in(said["date"]) if "date" in said else None
    except ValueError:
        day = None
    day = day or _day_of_path(file)
    if day is None:
        yield Refusal(file, file, "it gives no day, nor does its path; import its pages by a manifest with their dates")
        return
    pages = [_best(page, mets, file, names) for page in mets.pages]
    if not pages:
        everything = MetsPage(tuple(mets.files), "", "")
        pages = [[one] for one in _named(everything, mets, file, names) if one.endswith((".xml", ".hocr"))]
    found = list(dict.fromkeys(best[0] for best in pages if best))
    if not found:
        yield Refusal(file, file, "none of the pages that it names is here in a format that can be read")
        return
    if missing := sum(not best for best in pages):
        tree.notes.append(f"{file}: {missing} of its {len(pages)} pages are here as pictures alone, or not at all")
    edition = _edition(said.get("edition", ""), file)
    paper = tree.paper or paper_of_path(file, tree.root.name)
    if not paper:
        yield Refusal(file, file, "its path names no paper; name the paper with --paper")
        return
    stems = Counter(stem_and_suffix(one)[0].lower() for one in found)
    for number, one in enumerate([*found, file], 1):
        stem = stem_and_suffix(one)[0]
        name = safe_name(stem if stems[stem.lower()] < 2 else f"{stem}-{number}")
        yield Wish(file, tree.path(one), paper, day, name, said.get("paper", ""), edition)


def _best(page: MetsPage, mets: Mets, file: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the file of a page in the best format that is here; none if there is none."""
    there = sorted(_named(page, mets, file, names), key=lambda one: _BEST_FIRST.index(stem_and_suffix(one)[1]))
    return there[:1]


def _named(page: MetsPage, mets: Mets, file: str, names: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the files that a METS file names for a page, where they are: at their places, else anywhere below it."""
    for number in page.files:
        address = address_of(mets.files.get(number, ""))
        there = names.get(PurePosixPath(address).name.lower(), ())
        at_place = os.path.normpath(PurePosixPath(file).parent / address)
        of_it = [one for one in there if one == at_place] or (list(there) if len(there) == 1 else [])
        yield from (one for one in of_it if one != file and stem_and_suffix(one)[1] in _BEST_FIRST)


# --- what a path says

_LCCN = re.compile(r"(?<![a-z])((?:sn|sf|[a-z]{1,2})\d{8}|[a-z]{0,3}\d{10})(?![0-9])", re.IGNORECASE)
_DAY = r"(?P<y>1[6-9]\d\d|20\d\d)(?P<s>[-_.]?)(?P<m>[01]\d)(?P=s)?(?P<d>[0-3]\d)"
_DATED = re.compile(rf"(?P<before>.*?)[-_ .]*(?<!\d){_DAY}(?:\d\d)?(?!\d)")
_OF_DOCUMENTS = re.compile(r"^\d+_newspaper_", re.IGNORECASE)
"""What the national library of Luxembourg puts before a paper's name: the number of the issue."""

_SAYS_NOTHING = re.compile(
    r"\d{0,4}|(?:data|mets|alto|ocr|pages?|text|xml|fulltext|export|issues?|newspapers?|reel\d*|files?|batch.*"
    r"|[A-Z]{2}_\d\d)",
    re.IGNORECASE,
)


def paper_of_path(file: str, above: str = "") -> str:
    """Return the folder's name for the paper of a file, by its path; "" if it says none.

    It is a number of the Library of Congress, else what stands before a date in the name of a file or a folder, else
    the first folder with a name that may be one. `above` is the name of the folder around.

    >>> paper_of_path("data/sn90057049/7637/1926011201/1926011201.xml"), paper_of_path("0002647/1824/0217/x_mets.xml")
    ('sn90057049', '0002647')
    >>> paper_of_path("NZGWS_18440106/MM_01/mets.xml"), paper_of_path("1/15_newspaper_indeplux_1871-12-29_01-mets.xml")
    ('NZGWS', 'indeplux')
    """
    parts = [*PurePosixPath(file).parts[:-1], PurePosixPath(file).stem]
    if lccn := next(filter(None, map(_LCCN.fullmatch, parts[:-1])), None):
        return lccn[1].lower()
    for part in reversed(parts):
        dated = _DATED.match(part)
        before = _ascii_name(_OF_DOCUMENTS.sub("", dated["before"])) if dated else ""
        if before and not _SAYS_NOTHING.fullmatch(before):
            return before
    for part in (*parts[:-1], above):
        if not _SAYS_NOTHING.fullmatch(part) and not _DATED.match(part) and (name := _ascii_name(part)):
            return name
    return ""


def _ascii_name(text: str) -> str:
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:60]


def _day_of_path(file: str) -> date | None:
    for match in re.finditer(rf"(?<!\d){_DAY}(?:\d\d)?(?!\d)", file.replace("/", "-")):
        try:
            return date(int(match["y"]), int(match["m"]), int(match["d"]))
        except ValueError:
            continue
    return None


_EDITION_OF_PATH = re.compile(rf"(?<!\d){_DAY}[-_]?(\d\d)(?!\d)|[/_-]ed-(\d{{1,2}})(?!\d)")


def _edition(said: str, file: str) -> int:
    """Return which edition of its day an issue is: as METS says, else its path; the first if nothing does.

    >>> _edition("", "sn90057049/7637/1926011202/1926011202.xml"), _edition("3", "x"), _edition("Abend", "19000102.xml")
    (2, 3, 1)
    """
    if said.isdecimal() and 0 < int(said) < 100:
        return int(said)
    found = _EDITION_OF_PATH.search(file)
    number = int(found[5] or found[6]) if found else 1
    return max(number, 1)


# --- Chronicling America

_ADDRESS = re.compile(
    r"(?:^|.*/)(?P<paper>[a-z]{1,3}\d{8,10})[/_-](?P<y>\d{4})[/_-](?P<m>\d\d)[/_-](?P<d>\d\d)"
    r"[/_-](?:ed-(?P<edition>\d{1,2})[/_-])?(?:seq-)?(?P<page>\d{1,4})(?:[/_-]?(?:ocr|page|text))?\.\w+",
    re.IGNORECASE,
)


def _chronam(tree: FolderTree) -> Iterator[Wish | Refusal]:
    by_page: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for file in tree.files:
        if match := _ADDRESS.fullmatch(file):
            by_page[tuple(part or "1" for part in match.group("paper", "y", "m", "d", "edition", "page"))].append(file)
    for (paper, year, month, day, edition, page), files in by_page.items():
        best = min(files, key=lambda file: _BEST_FIRST.index(stem_and_suffix(file)[1]))
        try:
            issued = date(int(year), int(month), int(day))
        except ValueError:
            yield Refusal(best, best, f"there is no day {year}-{month}-{day}; rename its folder")
            continue
        yield Wish(best, tree.path(best), tree.paper or paper.lower(), issued, str(int(page)), "", max(int(edition), 1))
    yield from _mets(tree)


# --- Trove

_MOST_OF_RESULTS = 1_048_576


def _trove(tree: FolderTree) -> Iterator[Wish | Refusal]:
    results = sorted(tree.root.rglob("results.csv"))
    for path in results:
        yield from _harvest(tree, path)
    if not results:
        yield from _mets(tree)


def _harvest(tree: FolderTree, results: Path) -> Iterator[Wish | Refusal]:
    """Yield the articles of a harvest: a row of results.csv says of each text what it is."""
    below = results.parent
    texts = {
        stem_and_suffix(file)[0].rpartition("-")[2]: tree.path(file) for file in tree.files if file.endswith(".txt")
    }
    without = 0
    try:
        with results.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                if number > _MOST_OF_RESULTS:
                    raise UsageError(f"{results} has more than {_MOST_OF_RESULTS:,} rows; harvest less at a time.")
                article = (row.get("article_id") or row.get("id") or "").strip()
                text = texts.get(article)
                if text is None:
                    without += 1
                    continue
                yield _of_harvest(tree, f"{results.name} {number}", article, text, row)
    except (OSError, csv.Error) as problem:
        raise UsageError(f"{results} can't be read ({problem}); harvest it again.") from None
    if without:
        tree.notes.append(f"{below.name}: {without} articles have no text; harvest again with their texts")


def _of_harvest(tree: FolderTree, row: str, article: str, text: str, said: Mapping[str, str]) -> Wish | Refusal:
    number = re.sub(r"[^0-9A-Za-z]", "", said.get("newspaper_id") or "")
    paper = tree.paper or (f"trove-{number}" if number else "")
    try:
        day = day_in(said.get("date") or "")
    except ValueError as problem:
        return Refusal(row, text, str(problem))
    if not paper or not article:
        return Refusal(
            row, text, "its row has no newspaper_id or article_id; harvest again, or name the paper: --paper"
        )
    page = label_in(said.get("page") or "") or "0"
    return Wish(row, text, paper, day, f"{page}-{article}", said.get("newspaper_title") or "")
