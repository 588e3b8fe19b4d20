"""Corrections files: lines that are appended, undone, damaged; and what can be set."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.archive.corrections import Correction, CorrectionLines, Value, append, numbered, problem_with, read
from indexer.archive.withdrawn import Withdrawal, WithdrawnIds

PERSON = {"name": "王小明", "role": "记者"}


def lines(*undos: int) -> CorrectionLines:
    """Two corrections, and lines that undo others."""
    first = [
        Correction(action="set", article="a", field="kind", after="评论"),
        Correction(action="withdraw", article="a"),
    ]
    return CorrectionLines(numbered([*first, *(Correction(action="undo", of=of) for of in undos)], CorrectionLines()))


def test_what_is_appended_is_read_again_and_numbers_go_on(tmp_path: Path) -> None:
    path = tmp_path / "01.corrections.jsonl"
    assert read(path) == CorrectionLines()
    append(path, lines().lines)
    append(path, numbered([Correction(action="undo", of=1)], read(path)))
    assert [(line.n, line.action) for line in read(path).lines] == [(1, "set"), (2, "withdraw"), (3, "undo")]
    assert path.read_text(encoding="utf-8").count("\n") == 3


@pytest.mark.parametrize(
    ("undos", "off"),
    [((), set()), ((1,), {1}), ((1, 3), {3}), ((1, 3, 4), {1, 4}), ((1, 2), {1, 2}), ((2, 2), {2})],
)
def test_lines_are_undone_and_undos_too(undos: tuple[int, ...], off: set[int]) -> None:
    assert lines(*undos).undone == off


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("{", "is no correction"),
        ("[]", "is no correction"),
        ('{"n":2,"action":"burn"}', "is no correction"),
        ('{"n":1,"action":"withdraw","article":"a"}', "numbers only rise"),
        ('{"n":2,"action":"undo","of":7}', "no line 7 before it"),
        ('{"n":2,"action":"set","article":"a","field":"date","after":"morgen"}', "is not a date"),
        ('{"n":2,"action":"set","field":"headline","after":"a"}', "can't be set for a whole page"),
    ],
)
def test_a_line_that_makes_no_sense_is_named_and_the_others_are_read(tmp_path: Path, raw: str, problem: str) -> None:
    path = tmp_path / "01.corrections.jsonl"
    append(path, lines().lines[:1])
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{raw}\n\n" + '{"n":9,"action":"withdraw","article":"a"}')  # the last line is torn off its end
    found = read(path)
    assert [line.n for line in found.lines] == [1, 9]
    assert [problem in one and "line 2 of" in one for one in found.problems] == [True]
    append(path, numbered([Correction(action="undo", of=9)], found))
    assert read(path).undone == {9}


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        ("headline", "工会表彰", "两\n行"),
        ("kicker", "", ("a",)),
        ("subtitle", "——侧记", "两\n行"),
        ("section", "要闻", ("要闻",)),
        ("date", "", "2022-02-30"),
        ("date", "2022-02-28", "20220228"),
        ("page", "A05", "a/b"),
        ("page", "二版", " "),
        ("kind", "评论", "社论"),
        ("localities", ("河东省/云陂市",), ("河东省//云陂市",)),
        ("localities", (), "河东省"),
        ("byline", (PERSON,), ({"name": "王小明"},)),
        ("byline", (), ("王小明",)),
        ("text", "", "两\n行"),
    ],
)
def test_values_that_can_be_set(field: str, right: Value, wrong: Value) -> None:
    before = "词" if field == "text" else ""
    assert problem_with(Correction(action="set", article="a", field=field, before=before, after=right)) == ""
    assert problem_with(Correction(action="set", article="a", field=field, before=before, after=wrong)) != ""


def test_a_corrections_file_is_no_page_and_one_without_a_page_is_named(tmp_path: Path) -> None:
    for name in ("01.txt", "01.corrections.jsonl", "02.corrections.jsonl"):
        path = tmp_path / "lanhe" / "2022-05-06" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("早稻开镰\n", encoding="utf-8")
    for paths in ([], [tmp_path / "lanhe" / "2022-05-06" / "01.txt"]):
        survey = Archive(tmp_path).survey(paths)
        [issue] = survey.issues
        assert [page.corrections and page.corrections.name for page in issue.pages] == ["01.corrections.jsonl"]
        assert [one for one in survey.warnings if "02.corrections.jsonl" in one and "put the page back" in one]
        assert not survey.set_aside


def test_withdrawn_ids_are_remembered_once_and_lifted(tmp_path: Path) -> None:
    file = WithdrawnIds(tmp_path / "withdrawn.tsv")
    gone = {"a-1": Withdrawal("lanhe/01.txt", "应当事人\t要求"), "a-2": Withdrawal("lanhe/01.txt", "")}
    file.remember(gone, [])
    file.remember(gone, ["a-9"])
    assert file.table() == {"a-1": Withdrawal("lanhe/01.txt", "应当事人 要求"), "a-2": gone["a-2"]}
    file.remember({}, ["a-1", "a-1-unknown"])
    assert list(file.table()) == ["a-2"]
    assert (tmp_path / "withdrawn.tsv").read_text(encoding="utf-8").count("\n") == 3
