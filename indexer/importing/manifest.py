"""Read a manifest: a table with a row for each file, which says of which paper, day and page it is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from unicodedata import normalize

from indexer.errors import UsageError
from indexer.importing.tables import Row, sheets
from indexer.importing.wishes import Refusal, Wish, day_in, label_in
from indexer.readers import READERS
from indexer.readers.leftovers import is_leftover
from indexer.readers.names import stem_and_suffix
from indexer.text.natural_sort import natural_key

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "file": ("文件", "文件名", "文件路径", "路径", "檔案", "檔名", "file", "filename", "path", "filepath"),
    "paper": (
        "报纸",
        "報紙",
        "报名",
        "報名",
        "报刊",
        "报纸代码",
        "代码",
        "代號",
        "paper",
        "newspaper",
        "code",
        "paperid",
    ),
    "title": ("报纸名称", "报纸名", "報紙名稱", "刊名", "报刊名称", "papertitle", "newspapertitle", "title"),
    "day": ("日期", "出版日期", "刊期", "见报日期", "date", "day", "issuedate", "publicationdate"),
    "page": ("版", "版次", "版号", "版面", "版面号", "页", "页码", "頁", "頁碼", "page", "pagelabel", "pagenumber"),
    "edition": ("版本", "刊次", "edition"),
}
"""The names of columns, without spaces and in small letters."""

_ROWS_LOOKED_AT = 20
_MOST_FILES_OF_A_ROW = 100_000


def read_manifest(path: Path, files: Path | None = None, paper: str = "") -> list[Wish | Refusal]:
    """Return what the rows of a manifest ask for, in their order.

    Files are named relative to `files`, the folder of the manifest if None, and lie in it. `paper` is that of rows in a
    table without such a column.

    Raises PageError if the table can't be read, UsageError if it has no heading with the columns needed.
    """
    for rows in sheets(path):
        found = _heading(rows)
        if found:
            heading, columns = found
            if "paper" not in columns and "title" in columns:
                columns["paper"] = columns["title"]
            if "paper" not in columns and not paper:
                raise UsageError(
                    f"{path} has no column for the paper; add one named 报纸 (paper), or name it with --paper."
                )
            base = Path(os.path.realpath(files or path.parent))
            reading = _ManifestRows(base, columns, paper)
            return [one for number, row in rows_with_numbers(rows, heading) for one in reading.wishes(str(number), row)]
    raise UsageError(
        f"{path} has no heading with a column for files; its first rows need names such as 文件 报纸 日期 版, or file "
        "paper date page."
    )


def rows_with_numbers(rows: Sequence[Row], heading: int) -> Iterator[tuple[int, Row]]:
    """Yield the rows below the heading that are not empty, with their numbers as a spreadsheet shows them."""
    return ((number, row) for number, row in enumerate(rows[heading + 1 :], heading + 2) if any(row))


def _heading(rows: Sequence[Row]) -> tuple[int, dict[str, int]] | None:
    """Return the number of the row with the most names of columns, and the places of those; None without files."""
    found = [(_columns(row), number) for number, row in enumerate(rows[:_ROWS_LOOKED_AT])]
    columns, number = max(found, key=lambda one: (len(one[0]), -one[1]), default=({}, 0))
    return (number, columns) if "file" in columns and len(columns) > 1 else None


def _columns(row: Row) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, cell in enumerate(row):
        name = re.sub(r"[\W_]+", "", normalize("NFKC", cell)).lower()
        for column, names in _COLUMNS.items():
            if name in names:
                columns.setdefault(column, place)
    return columns


class _ManifestRows:
    """Makes wishes of rows. `base` is the folder that all files lie in, without links in its path."""

    def __init__(self, base: Path, columns: Mapping[str, int], paper: str) -> None:
        self.base = base
        self.columns = columns
        self.paper = paper
        self._folder = (base, base)

    def wishes(self, number: str, row: Row) -> list[Wish | Refusal]:
        """Return what a row asks for: one file, or those of a folder or a pattern."""
        given = self._cell(row, "file")
        try:
            wish = self._wish(number, row)
            files = self._files(given)
            if wish.page and len(files) > 1:
                raise ValueError(f"it names {len(files)} files but one page; leave the page empty, or give each a row")
        except (ValueError, OSError) as problem:
            return [Refusal(number, given, str(problem))]
        return [replace(wish, file=str(file)) for file in files]

    def _wish(self, number: str, row: Row) -> Wish:
        """Return what a row says of its files. Raises ValueError with what is wrong."""
        paper, day = self._cell(row, "paper") or self.paper, self._cell(row, "day")
        if not paper:
            raise ValueError("no paper is named in this row; fill in its cell")
        if "day" in self.columns and not day:
            raise ValueError("no date is given in this row; fill in its cell, also where it is as in the row above")
        return Wish(
            row=number,
            file="",
            paper=paper,
            day=day_in(day) if day else None,
            page=label_in(self._cell(row, "page")),
            title=self._cell(row, "title"),
            edition=max(int(re.sub(r"[^0-9]", "", self._cell(row, "edition"))[:2] or 1), 1),
        )

    def _cell(self, row: Row, column: str) -> str:
        place = self.columns.get(column)
        return row[place] if place is not None and place < len(row) else ""

    def _files(self, given: str) -> list[Path]:
        """Return the files that a cell names. Raises ValueError with what is wrong."""
        if not given or "\0" in given:
            raise ValueError("no file is named in this row; fill in its cell")
        found = next((path for path in self._spellings(given) if os.path.lexists(path)), None)
        if found is not None and not found.is_dir():
            return [self._inside(found)]
        if found is not None:
            below = list(self._inside(found).iterdir())
        elif any(char in given for char in "*?["):
            below = list(islice(self.base.glob(given), _MOST_FILES_OF_A_ROW + 1))
        else:
            raise ValueError(f"there is no such file in {self.base}; see how it is spelt, or name its folder: --files")
        files = [
            self._inside(file) for file in sorted(below, key=lambda path: natural_key(str(path))) if _is_page(file)
        ]
        if not files:
            raise ValueError("it names no file that can be read as a page")
        if len(files) > _MOST_FILES_OF_A_ROW:
            raise ValueError(f"it names more than {_MOST_FILES_OF_A_ROW:,} files; divide it into several rows")
        return files

    def _spellings(self, given: str) -> Iterator[Path]:
        """Yield the paths that a cell may mean: tables of other systems write them in other ways."""
        for text in dict.fromkeys((given, given.replace("\\", "/"))):
            for form, codec in (("", "utf-8"), ("NFC", "utf-8"), ("NFD", "utf-8"), ("", "gb18030")):
                with suppress(UnicodeEncodeError):
                    spelt = normalize(form, text) if form else text  # type: ignore[arg-type]
                    yield self.base / os.fsdecode(spelt.encode(codec))

    def _real_folder(self, folder: Path) -> Path:
        """Return a folder without links in its path. Most files lie in the folder of the one before."""
        if self._folder[0] != folder:
            self._folder = (folder, Path(os.path.realpath(folder)))
        return self._folder[1]

    def _inside(self, path: Path) -> Path:
        """Return a path if the file lies in the folder, also when links are followed. Raises ValueError."""
        real = Path(os.path.realpath(path)) if path.is_symlink() else self._real_folder(path.parent) / path.name
        if not real.is_relative_to(self.base):
            raise ValueError(f"it lies outside of {self.base}; name the folder that holds all files: --files")
        return path


def _is_page(path: Path) -> bool:
    return not is_leftover(path.name) and stem_and_suffix(path.name)[1] in READERS and path.is_file()
