"""Manifests: what people write into tables, and what is made of it."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from indexer.errors import PageError, UsageError
from indexer.importing.manifest import read_manifest
from indexer.importing.wishes import Refusal, Wish, day_in, label_in, safe_name

DAY = date(2019, 3, 8)
ROWS = [
    ["文件", "报纸", "日期", "版"],
    ["a.txt", "yunbei", "2019-03-08", "A05"],
    ["b.txt", "yunbei", "2019-03-08", "A06"],
]


@pytest.fixture(name="folder")
def folder_fixture(tmp_path: Path) -> Path:
    for name in ("a.txt", "b.txt", "scans/01.txt", "scans/02.txt", "scans/02.jpg", "scans/.DS_Store"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"本报讯 {name}", encoding="utf-8")
    return tmp_path


def written(folder: Path, rows: list[list[str]], encoding: str = "utf-8", separator: str = ",") -> Path:
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows(rows)
    path = folder / "manifest.csv"
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def workbook(folder: Path, rows: list[list[object]], **settings: object) -> Path:
    book = Workbook()
    if settings.get("is_macintosh"):
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet
    for row in rows:
        sheet.append(row)
    if settings.get("before"):
        book.create_sheet("说明", 0).append(["此表由采编部制作"])
    for merged in settings.get("merged", ()):  # type: ignore[attr-defined]
        sheet.merge_cells(merged)
    if settings.get("hidden"):
        sheet.row_dimensions[2].hidden = True
    path = folder / "manifest.xlsx"
    book.save(path)
    return path


def pages(found: list[Wish | Refusal]) -> list[tuple[str, str, date | None, str]]:
    return [
        (Path(one.file).name, one.paper, one.day, one.page)
        if isinstance(one, Wish)
        else (one.file, "", None, one.problem)
        for one in found
    ]


WANTED = [("a.txt", "yunbei", DAY, "A05"), ("b.txt", "yunbei", DAY, "A06")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5hkscs"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_any_usual_encoding_with_any_usual_separator(folder: Path, encoding: str, separator: str) -> None:
    rows = [["檔案", "報紙", "日期", "版"], *ROWS[1:]] if encoding.startswith("big5") else ROWS
    assert pages(read_manifest(written(folder, rows, encoding, separator))) == WANTED


@pytest.mark.parametrize(
    "heading",
    [
        ["File", "Paper", "Date", "Page"],
        ["文件名", "报纸", "出版日期", "版次"],
        ["file_name", "newspaper", "issue date", "page label"],
        ["文 件", "报 纸", "日 期", "版 面"],
        ["檔名", "報紙", "日期", "頁"],
    ],
)
def test_columns_have_many_names(folder: Path, heading: list[str]) -> None:
    assert pages(read_manifest(written(folder, [heading, *ROWS[1:]]))) == WANTED


def test_columns_come_in_any_order_with_others_between_and_lines_above(folder: Path) -> None:
    rows = [["云北日报扫描清单"], [], ["版", "备注", "日期", "版名", "报纸", "文件"]]
    rows += [[row[3], "好", row[2], "要闻", row[1], row[0]] for row in ROWS[1:]]
    found = read_manifest(written(folder, rows))
    assert pages(found) == WANTED
    assert [one.row for one in found] == ["4", "5"]


@pytest.mark.parametrize(
    "cell",
    [
        "2019-03-08", "2019-3-8", "2019/3/8", "2019.03.08", "20190308", "2019年3月8日", "2019年03月08日 星期五",
        "二〇一九年三月八日", "民國一百零八年三月八日", "43532", "43532.0", "２０１９－０３－０８",
        "2019-03-08 00:00:00",        "2019-03-08T08:30:00", " 2019-03-08 ",
    ],
)  # fmt: skip
def test_a_day_has_many_spellings(cell: str) -> None:
    assert day_in(cell) == DAY


@pytest.mark.parametrize(
    "cell",
    ["2019-02-30", "2019-03", "2019", "03/08/2019", "8", "三月八日", "2019-03-08、2019-03-09", "9", "=A2", "x"],
)
def test_what_is_no_day_or_more_than_one_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="is not a day"):
        day_in(cell)


@given(st.dates(date(1900, 3, 1), date(2100, 1, 1)))
def test_days_of_spreadsheets_are_those_of_openpyxl(day: date) -> None:
    from openpyxl.utils.datetime import CALENDAR_WINDOWS_1900, to_excel

    count = to_excel(day, CALENDAR_WINDOWS_1900)
    if count >= 1000 and not 1800 <= count < 2200:
        assert day_in(str(int(count))) == day


@given(st.text(max_size=80))
def test_a_label_is_always_the_name_of_a_file_in_a_folder(text: str) -> None:
    for name in (label_in(text), safe_name(text)):
        assert "/" not in name
        assert "\0" not in name
        assert not name.startswith(".")
        assert len(name.encode()) <= 200


def test_a_workbook_with_dates_numbers_and_text(folder: Path) -> None:
    rows: list[list[object]] = [["文件", "报纸", "日期", "版"]]
    rows += [["a.txt", "yunbei", day, page] for day, page in [(DAY, 3), (datetime(2019, 3, 8), 3.0), (43532, "3")]]
    rows += [["a.txt", "yunbei", "2019年3月8日", "第3版"], ["a.txt", "yunbei", '="2019-03"&"-08"', 3]]
    found = pages(read_manifest(workbook(folder, rows)))
    assert found[:4] == [("a.txt", "yunbei", DAY, "3")] * 4
    assert "no date is given" in found[4][3]  # nobody has computed the formula yet


def test_a_workbook_with_a_merged_title_another_sheet_and_hidden_rows(folder: Path) -> None:
    rows: list[list[object]] = [["清单", None, None, None], *ROWS]
    path = workbook(folder, rows, before=True, merged=("A1:D1",), hidden=True)
    found = read_manifest(path)
    assert pages(found) == WANTED
    assert [one.row for one in found] == ["3", "4"]


def test_days_of_a_macintosh_workbook(folder: Path) -> None:
    count = 43532 - 1462
    rows: list[list[object]] = [ROWS[0], ["a.txt", "yunbei", DAY, 1], ["b.txt", "yunbei", count, 2]]
    assert [one[2] for one in pages(read_manifest(workbook(folder, rows, is_macintosh=True)))] == [DAY, DAY]


def test_a_row_may_name_a_folder_or_a_pattern(folder: Path) -> None:
    rows = [["file", "date"], ["scans", "2019-03-08"], ["scans/*.txt", "2019-03-09"], ["scans\\01.txt", "2019-03-10"]]
    found = read_manifest(written(folder, rows), paper="yunbei")
    assert [one[0] for one in pages(found)] == ["01.txt", "02.txt", "01.txt", "02.txt", "01.txt"]
    assert [one.row for one in found] == ["2", "2", "3", "3", "4"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (["c.txt", "yunbei", "2019-03-08", "1"], "there is no such file"),
        (["", "yunbei", "2019-03-08", "1"], "no file is named"),
        (["a.txt", "", "2019-03-08", "1"], "no paper is named"),
        (["a.txt", "yunbei", "", "1"], "no date is given"),
        (["a.txt", "yunbei", "8. 3.", "1"], "“8. 3.” is not a day"),
        (["scans", "yunbei", "2019-03-08", "1"], "it names 2 files but one page"),
        (["*.pdfx", "yunbei", "2019-03-08", ""], "it names no file that can be read"),
        (["../outside.txt", "yunbei", "2019-03-08", "1"], "it lies outside of"),
        (["/etc/hostname", "yunbei", "2019-03-08", "1"], "it lies outside of"),
        (["link.txt", "yunbei", "2019-03-08", "1"], "it lies outside of"),
        (["=cmd|' /C calc'!A0", "yunbei", "2019-03-08", "1"], "there is no such file"),
    ],
)
def test_a_row_that_can_not_be_meant_is_refused_alone(folder: Path, row: list[str], problem: str) -> None:
    inner = folder / "inner"
    inner.mkdir()
    for name in ("a.txt", "scans"):
        (folder / name).rename(inner / name)
    (folder / "outside.txt").write_text("本报讯")
    (inner / "link.txt").symlink_to(folder / "outside.txt")
    found = pages(read_manifest(written(inner, [ROWS[0], row, ROWS[1]])))
    assert problem in found[0][3]
    assert found[1:] == WANTED[:1]


def test_files_may_lie_elsewhere_if_that_is_said(folder: Path, tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    tables.mkdir()
    assert pages(read_manifest(written(tables, ROWS), files=folder)) == WANTED


def test_names_with_odd_bytes_are_found(folder: Path) -> None:
    names = ["报纸.txt", "cafe\u0301.txt"]
    (folder / names[1]).write_text("x")
    with open(bytes(folder) + b"/" + names[0].encode("gbk"), "w") as file:  # noqa: PTH123 (a name that is no text)
        file.write("本报讯")
    rows = [ROWS[0], [names[0], "yunbei", "2019-03-08", "1"], ["café.txt", "yunbei", "2019-03-08", "2"]]
    assert all(isinstance(one, Wish) for one in read_manifest(written(folder, rows)))


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([["a.txt", "yunbei", "2019-03-08", "1"]], "has no heading"),
        ([["文件", "日期"], ["a.txt", "2019-03-08"]], "no column for the paper"),
        ([], "holds nothing"),
    ],
)
def test_a_table_that_is_no_manifest(folder: Path, rows: list[list[str]], problem: str) -> None:
    with pytest.raises((UsageError, PageError), match=problem):
        read_manifest(written(folder, rows or [[" "]]))


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("m.xlsx", b"PK\x03\x04 cut off", "no sound workbook"),
        ("m.xlsx", b"", "no sound workbook"),
        ("m.xls", b"\xd0\xcf\x11\xe0", "save it as .xlsx"),
        ("m.csv", b"\x89PNG\r\n" + bytes(range(256)) * 9, "not text but binary"),
        ("m.csv", b'file,paper\n"a.txt,yunbei\n', "put the quotes there right"),
        ("m.csv", b"file,paper\n" + b"x" * 200_000, "field larger than field limit"),
    ],
)
def test_a_table_that_can_not_be_read(folder: Path, name: str, data: bytes, problem: str) -> None:
    (folder / name).write_bytes(data)
    with pytest.raises(PageError, match=problem):
        read_manifest(folder / name)


def test_spreadsheets_count_from_1899() -> None:
    assert day_in("43532") == date(1899, 12, 30) + timedelta(days=43532)


def sheet_of(path: Path, text: bytes) -> Path:
    """Put other XML in the place of a workbook's sheet."""
    data = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            new.writestr(one.filename, text if one.filename.endswith("sheet1.xml") else old.read(one))
    path.write_bytes(data.getvalue())
    return path


HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "haha">' + b"".join(
    b'<!ENTITY %s "%s">' % (bytes([98 + n]), b"&%s;" % bytes([97 + n]) * 10) for n in range(9)
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEAD + b" " * 60 * 2**20, "MB are packed into it"),
        (HEAD + b"<row>" * 100_000, "no sound workbook|too deep|no heading"),
        (
            LAUGHS + b"]>" + HEAD + b'<row><c t="inlineStr"><is><t>&j;</t></is></c></row>',
            "no sound workbook|no heading",
        ),
        (HEAD[:-3], "no sound workbook"),
    ],
    ids=["60 MB of spaces", "rows in rows", "entities of entities", "cut off"],
)
def test_a_workbook_made_to_do_harm_is_a_sentence(folder: Path, text: bytes, problem: str) -> None:
    with pytest.raises((PageError, UsageError), match=problem):
        read_manifest(sheet_of(workbook(folder, [*ROWS]), text))


@pytest.mark.long
def test_a_manifest_of_more_than_a_million_rows(folder: Path) -> None:
    row = ",".join(ROWS[1]) + "\n"
    (folder / "m.csv").write_text(",".join(ROWS[0]) + "\n" + row * 1_100_000, encoding="utf-8")
    with pytest.raises(PageError, match="divide it into several tables"):
        read_manifest(folder / "m.csv")
