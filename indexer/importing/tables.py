"""Read the rows of a table: of a CSV file in any usual encoding, with any usual separator, or of an .xlsx workbook.

Cells are text. Nothing in them is evaluated: of a formula the value counts that the workbook has stored.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from indexer.errors import PageError
from indexer.importing.wishes import SINCE_1904
from indexer.readers.decoding import decode
from indexer.readers.sandbox import read_apart

Row = list[str]

_MOST_BYTES = 256 * 2**20
_MOST_ROWS = 1_048_576
"""As many as a sheet of Excel has."""
_MOST_CELLS = 256
_SEPARATORS = ",;\t，；|"
_ROWS_LOOKED_AT = 10

_WORKBOOKS = (".xlsx", ".xlsm")
_MOST_UNPACKED = 512 * 2**20
_MOST_PACKED_TIMES = 200
"""How many times smaller than its contents a workbook can be. Those of spreadsheets are so 5 to 20 times."""
_BATCH = 500


def sheets(path: Path) -> list[list[Row]]:
    """Return the rows of each sheet of a table; CSV has one sheet.

    Raises PageError with a sentence if the table can't be read.
    """
    if path.suffix.lower() in _WORKBOOKS:
        return _of_workbook(path)
    if path.suffix.lower() in (".xls", ".ods", ".et", ".numbers"):
        raise PageError(str(path), f"a {path.suffix} file can't be read; save it as .xlsx or as CSV")
    return [_of_csv(path)]


# --- CSV


def _of_csv(path: Path) -> list[Row]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise PageError(str(path), f"it has more than {_MOST_BYTES // 2**20} MB; divide it into several tables")
        data = path.read_bytes()
    except OSError as problem:
        raise PageError(str(path), f"it can't be read ({problem.strerror}); see to the file, then run again") from None
    lines = decode(data, str(path)).text.splitlines(keepends=True)
    parsed = [(_parsed(lines, separator, str(path), _ROWS_LOOKED_AT), separator) for separator in _SEPARATORS]
    best = max(parsed, key=lambda one: _evenness(one[0]))[1]
    return _parsed(lines, best, str(path))


def _evenness(rows: Sequence[Row]) -> tuple[int, int]:
    """Return how many of these rows have as many cells as the widest, and how many those are; 0 for one cell each."""
    widest = max(map(len, rows), default=0)
    return (sum(len(row) == widest for row in rows), widest) if widest > 1 else (0, 0)


def _parsed(lines: Sequence[str], separator: str, source: str, most: int = _MOST_ROWS) -> list[Row]:
    """Return the first rows of a table. Raises PageError if they can't be told apart."""
    rows: list[Row] = []
    try:
        for row in csv.reader(lines, delimiter=separator, strict=most == _MOST_ROWS):
            rows.append([cell.strip() for cell in row[:_MOST_CELLS]])
            if len(rows) > most:
                break
    except csv.Error as problem:
        if most == _MOST_ROWS:
            raise PageError(source, f"after row {len(rows)}: {problem}; put the quotes there right") from None
    if len(rows) > _MOST_ROWS:
        raise PageError(source, f"it has more than {_MOST_ROWS:,} rows; divide it into several tables")
    return rows


# --- workbooks, read apart: they are packed, and made of XML


def _of_workbook(path: Path) -> list[list[Row]]:
    found: list[list[Row]] = []
    for sheet, rows in read_apart("indexer.importing.tables:workbook_here", tuple[int, list[Row]], path, str(path)):
        found += [[] for _ in range(sheet + 1 - len(found))]
        found[sheet] += rows
    return found


def workbook_here(path: Path, source: str) -> Iterator[tuple[int, list[Row]]]:
    """Yield the rows of a workbook in this process, some at a time, each time with the number of their sheet.

    Raises PageError with a sentence.
    """
    refuse_bomb(path, source)
    from openpyxl import load_workbook  # takes 0.3 s to import

    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        is_macintosh = book.epoch.year == 1904
        for number, sheet in enumerate(book.worksheets):
            sheet.reset_dimensions()  # some programs write wrong ones
            batch: list[Row] = []
            for count, row in enumerate(sheet.iter_rows(values_only=True, max_col=_MOST_CELLS)):
                if count >= _MOST_ROWS:
                    raise PageError(source, f"it has more than {_MOST_ROWS:,} rows; divide it into several tables")
                batch.append([_text(value, is_macintosh=is_macintosh) for value in row])
                if len(batch) == _BATCH:
                    yield number, batch
                    batch = []
            yield number, batch
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, AttributeError, OSError) as problem:
        raise PageError(source, f"it is no sound workbook ({problem}); save it again as .xlsx, or as CSV") from None


def refuse_bomb(path: Path, source: str) -> None:
    """Raise PageError for a zip file that is packed far more tightly than those of any program are."""
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(one.file_size for one in packed.infolist())
            times = size / max(path.stat().st_size, 1)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise PageError(source, f"it is no sound workbook ({problem}); save it again as .xlsx, or as CSV") from None
    if size > _MOST_UNPACKED or times > _MOST_PACKED_TIMES:
        raise PageError(
            source, f"{size // 2**20} MB are packed into it, {times:.0f} times its size, as in no table; save it as CSV"
        )


def _text(value: object, *, is_macintosh: bool) -> str:
    """Return a cell as text: days in ISO form, whole numbers without a point."""
    match value:
        case None | bool():
            return ""
        case datetime() | date():
            return value.isoformat()[:10]
        case int() | float():
            text = str(int(value)) if value == int(value) else str(value)
            return f"{SINCE_1904}{text}" if is_macintosh and len(text) == 5 else text
    return str(value).strip()
