"""Tests of archives: their contents, files set aside, and redirects of old ids."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.archive.archive import Archive, Survey
from indexer.archive.paper import parse_paper
from indexer.errors import ArchiveError, SettingsError, UsageError
from indexer.model import Paper


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


def put(root: Path, *sources: str) -> None:
    for source in sources:
        path = root / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("报", encoding="utf-8")


def sources_of(survey: Survey) -> list[str]:
    return [page.source for issue in survey.issues for page in issue.pages]


def sources(root: Path, *paths: Path) -> list[str]:
    return sources_of(Archive(root).survey(paths))


def test_pages_come_issue_by_issue_in_natural_order(root: Path) -> None:
    put(root, "b/2024-01-02/2.txt", "b/2024-01-02/10.md", "b/p1.TXT", "a/html/2023-11/25/content_1.htm?div=-1")
    put(root, "b/2024-01-10/1.html", "b/2024-01-9/1.htm")
    assert sources(root) == [
        "a/html/2023-11/25/content_1.htm?div=-1",
        "b/p1.TXT",
        "b/2024-01-02/2.txt",
        "b/2024-01-02/10.md",
        "b/2024-01-9/1.htm",
        "b/2024-01-10/1.html",
    ]
    assert [len(issue.pages) for issue in Archive(root).survey().issues] == [1, 1, 2, 1, 1]


def test_a_page_without_an_issue_is_an_issue_of_its_own(root: Path) -> None:
    put(root, "a/p1.txt", "a/p2.txt", "a/p2.md", "a/p10.txt", "a/2024-01-02/1.txt", "a/2024-01-02/2.txt")
    issues = [[page.source for page in issue.pages] for issue in Archive(root).survey().issues]
    assert issues == [
        ["a/p1.txt"],
        ["a/p2.md", "a/p2.txt"],
        ["a/p10.txt"],
        ["a/2024-01-02/1.txt", "a/2024-01-02/2.txt"],
    ]


def test_what_is_no_page_is_passed_over(root: Path) -> None:
    put(
        root,
        "README.md",
        "redirects.tsv",
        "a/readme.txt",
        "a/.hidden.txt",
        "a/.git/x.txt",
        "a/facts.tsv",
    )
    put(root, "a/2024-01-01/01.jpg", "a/2024-01-01/01.htm", "a/2024-01-01/01_files/ad.html", "a/notes")
    survey = Archive(root).survey()
    assert sources_of(survey) == ["a/2024-01-01/01.htm"]
    assert (survey.set_aside, dict(survey.unread)) == ((), {})


def test_formats_that_cannot_be_read_yet_are_counted(root: Path) -> None:
    put(root, "a/01.pdf", "a/02.PDF", "a/03.xml", "a/04.hocr", "a/05.txt")
    survey = Archive(root).survey()
    assert survey.unread == {".pdf": 2, ".xml": 1, ".hocr": 1}
    assert survey.page_count == 1
    assert survey.set_aside == ()
    assert survey.warnings == (
        "4 files are in a format that can't be read yet (.pdf 2, .xml 1, .hocr 1); they were passed over",
    )
    (warning,) = Archive(root).survey([root / "a/03.xml"]).warnings
    assert warning == "1 file is in a format that can't be read yet (.xml 1); it was passed over"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("驻马店/01.txt", "needs an ASCII name.*rename it"),
        ("zmd rb/01.txt", "needs an ASCII name"),
        ("stray.txt", "lies in no paper's folder; move it"),
    ],
)
def test_what_has_no_address_is_set_aside_and_the_rest_goes_on(root: Path, source: str, says: str) -> None:
    put(root, source, "good/01.txt")
    survey = Archive(root).survey()
    assert sources_of(survey) == ["good/01.txt"]
    (problem,) = survey.set_aside
    assert problem.source == source.partition("/")[0]
    assert re.search(says, str(problem))


def test_a_name_that_is_not_utf8_is_set_aside(root: Path) -> None:
    folder = os.fsencode(root / "a")
    Path(os.fsdecode(folder)).mkdir()
    with open(folder + b"/" + "要闻.txt".encode("gbk"), "wb") as file:  # noqa: PTH123 (a Path can't hold these bytes portably)
        file.write(b"x")
    put(root, "a/01.txt")
    survey = Archive(root).survey()
    assert sources_of(survey) == ["a/01.txt"]
    assert "its name is not UTF-8; rename it" in str(survey.set_aside[0])
    str(survey.set_aside[0]).encode()


def test_a_link_that_leads_in_a_circle_is_named_and_left(root: Path) -> None:
    put(root, "a/2024-01-01/01.txt")
    (root / "a/2024-01-01/back").symlink_to(root / "a", target_is_directory=True)
    survey = Archive(root).survey()
    assert sources_of(survey) == ["a/2024-01-01/01.txt"]
    assert "a/2024-01-01/back: this link leads back" in str(survey.set_aside[0])


def test_a_link_to_elsewhere_is_followed_and_a_broken_one_is_a_page_that_cannot_be_read(
    root: Path, tmp_path: Path
) -> None:
    put(tmp_path, "elsewhere/01.txt")
    (root / "a").mkdir()
    (root / "a/2024-01-01").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (root / "a/02.txt").symlink_to(tmp_path / "nowhere.txt")
    assert sources(root) == ["a/02.txt", "a/2024-01-01/01.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="SKIPPED: root may open every folder")
def test_a_folder_without_permission_is_set_aside(root: Path) -> None:
    put(root, "a/2024-01-01/01.txt", "a/2024-01-02/01.txt")
    (root / "a/2024-01-01").chmod(0)
    try:
        survey = Archive(root).survey()
    finally:
        (root / "a/2024-01-01").chmod(0o755)
    assert sources_of(survey) == ["a/2024-01-02/01.txt"]
    assert "a/2024-01-01: no permission to open this folder" in str(survey.set_aside[0])


def test_paths_choose_a_part_of_the_archive(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(root, "a/2024-01-01/01.txt", "a/2024-01-01/02.txt", "b/01.txt")
    assert sources(root, root / "b") == ["b/01.txt"]
    assert sources(root, Path("a")) == ["a/2024-01-01/01.txt", "a/2024-01-01/02.txt"]
    assert sources(root, root / "a", root / "a/2024-01-01/02.txt", root / "a") == sources(root, root / "a")
    monkeypatch.chdir(root / "a/2024-01-01")
    assert sources(root, Path("../../b")) == ["b/01.txt"]
    assert sources(Path("../.."), Path()) == ["a/2024-01-01/01.txt", "a/2024-01-01/02.txt"]
    assert len(sources(root, root)) == 3


def test_a_page_is_chosen_with_its_whole_issue(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(root, "a/2024-01-01/1.txt", "a/2024-01-01/2.htm", "a/2024-01-01/10.txt", "a/2024-01-01/extra/1.txt")
    put(root, "a/2024-01-01/README.md", "a/2024-01-01/.old.txt", "a/p1.txt", "a/p2.txt", "a/paper.toml")
    whole = ["a/2024-01-01/1.txt", "a/2024-01-01/2.htm", "a/2024-01-01/10.txt"]
    assert sources(root, root / "a/2024-01-01/2.htm") == whole
    assert sources(root, root / "a/2024-01-01/2.htm", root / "a/2024-01-01/1.txt") == whole
    monkeypatch.chdir(root / "a/2024-01-01")
    assert sources(root, Path("10.txt")) == whole
    assert sources(root, root / "a/p2.txt") == ["a/p2.txt"]
    assert sources(root, root / "a/paper.toml") == []


def test_a_path_that_is_gone_is_allowed_where_it_was_indexed(root: Path) -> None:
    put(root, "a/2024-01-01/01.txt", "a/2024-01-02/01.txt")
    archive = Archive(root)
    indexed = ["a/2024-01-01/01.txt", "a/2024-01-01/02.txt", "a/2024-01-09/01.txt"]
    for gone in (root / "a/2024-01-09", Path("a/2024-01-09"), root / "a/2024-01-09/01.txt"):
        assert archive.survey([gone], indexed=indexed).issues == ()
        assert [archive.lies_under(source, [gone]) for source in indexed] == [False, False, True]
        with pytest.raises(UsageError, match="There is no "):
            archive.survey([gone])
    page = root / "a/2024-01-01/02.txt"
    assert sources_of(archive.survey([page], indexed=indexed)) == ["a/2024-01-01/01.txt"]
    assert [archive.lies_under(source, [page]) for source in indexed] == [True, True, False]
    with pytest.raises(UsageError, match="There is no "):
        archive.survey([root / "a/2024-01-03"], indexed=indexed)
    with pytest.raises(UsageError, match="There is no "):
        archive.survey([root.parent / "elsewhere"], indexed=indexed)


@pytest.mark.parametrize(("path", "says"), [("nowhere", "There is no "), ("..", "outside the archive")])
def test_paths_outside_the_archive_are_refused(root: Path, path: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Archive(root).survey([root / path])


def test_an_archive_that_is_none_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "file.txt")
    with pytest.raises(ArchiveError, match=r"does not exist; name the folder .* with --archive"):
        Archive(tmp_path / "nowhere")
    with pytest.raises(ArchiveError, match="is not a folder"):
        Archive(tmp_path / "file.txt")


def test_a_page_is_found_with_its_paper_by_its_path_alone(root: Path) -> None:
    put(root, "a/2024-01-01/01.txt", "b/html/2023-11/25/content_1.htm")
    (root / "a/paper.toml").write_text('title = "甲报"', encoding="utf-8")
    file, paper = Archive.holding(root / "a/2024-01-01/01.txt")
    assert (file.source, file.paper, paper.title) == ("a/2024-01-01/01.txt", "a", "甲报")
    assert Archive.holding(root / "b/html/2023-11/25/content_1.htm")[0].source == "b/html/2023-11/25/content_1.htm"
    with pytest.raises(UsageError, match="There is no file"):
        Archive.holding(root / "none.txt")


GOOD = """
title = "云陂日报"
place = "河东省/云陂市"
former_titles = ["云陂报"]
rights = "inhouse"
[rhythm]
weekdays = [1, 5]
pages = 4
[places]
"市区" = "河东省/云陂市"
[sections]
"云水" = "副刊"
"""


def test_settings_are_read() -> None:
    paper, warnings = parse_paper(b"\xef\xbb\xbf" + GOOD.encode(), "yunbei", "yunbei/paper.toml")
    assert warnings == ()
    assert (paper.title, paper.place, paper.former_titles) == ("云陂日报", "河东省/云陂市", ("云陂报",))
    assert (paper.places, paper.sections) == ({"市区": "河东省/云陂市"}, {"云水": "副刊"})
    assert (paper.rhythm, paper.rights, len(paper.digest)) == ({"weekdays": [1, 5], "pages": 4}, "inhouse", 64)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title = 3", "title must be text in quotes, not 3"),
        ('former_titles = "云陂报"', "former_titles must be a list"),
        ("former_titles = [1]", "each of former_titles must be text"),
        ('place = "河东省//云陂市"', "place must be a path of places"),
        ("places = 1", r"places must be a table.*write \[places\]"),
        ('[places]\n"市区" = 3', "places.市区 must be text"),
        ('[sections]\n"云水" = ["副刊"]', "sections.云水 must be text"),
        ('rights = "open"', "rights must be one of public, inhouse, metadata, not “open”"),
        ("rights = []", "rights must be one of"),
        ("[rhythm]\nweekdays = [0]", "from 1 .Monday. to 7"),
        ("[rhythm]\nweekdays = true", "from 1 .Monday. to 7"),
        ("[rhythm]\npages = 0", "rhythm.pages must be how many pages"),
        ("title = 云陂日报", "not valid TOML.*quotes"),
        ('title = "甲"\ntitle = "乙"', "not valid TOML"),
    ],
)
def test_a_wrong_value_names_file_key_and_remedy(text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=f"(?s)^yunbei/paper.toml: .*{says}"):
        parse_paper(text.encode(), "yunbei", "yunbei/paper.toml")


def test_settings_that_are_not_utf8_are_refused() -> None:
    with pytest.raises(SettingsError, match="not UTF-8; save it again"):
        parse_paper(GOOD.encode("gbk"), "yunbei", "yunbei/paper.toml")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('sekctions = "x"', "did you mean “sections”"),
        ('Title = "x"', "did you mean “title”"),
        ("[rhythm]\nweekday = [1]", "did you mean “rhythm.weekdays”"),
        ('colour = "red"', "known are title, place"),
    ],
)
def test_an_unknown_key_is_a_warning(text: str, says: str) -> None:
    _, (warning,) = parse_paper(text.encode(), "yunbei", "yunbei/paper.toml")
    assert says in warning


def test_wrong_settings_are_set_aside_and_the_pages_go_on(root: Path) -> None:
    put(root, "a/01.txt", "b/01.txt")
    (root / "a/paper.toml").write_text('rights = "open"', encoding="utf-8")
    (root / "b/paper.toml").write_text('titel = "乙报"', encoding="utf-8")
    survey = Archive(root).survey()
    assert sources_of(survey) == ["a/01.txt", "b/01.txt"]
    assert survey.issues[0].paper == Paper("a")
    assert [one.source for one in survey.set_aside] == ["a/paper.toml"]
    assert survey.warnings == ("b/paper.toml: unknown key “titel”; did you mean “title”?",)


def test_moves_are_remembered_once_and_followed_to_their_end(root: Path) -> None:
    archive = Archive(root)
    assert archive.redirects() == {}
    archive.remember("a", "b")
    archive.remember("a", "b")
    archive.remember("b", "c")
    archive.remember("c", "c")
    assert (root / "redirects.tsv").read_text(encoding="utf-8") == "a\tb\nb\tc\n"
    assert archive.redirects() == Archive(root).redirects() == {"a": "c", "b": "c"}


def test_a_move_back_ends_the_move_there(root: Path) -> None:
    archive = Archive(root)
    archive.remember("a", "b")
    archive.remember("b", "a")
    assert Archive(root).redirects() == {"b": "a"}


def test_a_table_edited_by_hand_is_read(root: Path) -> None:
    (root / "redirects.tsv").write_bytes("\ufeff# moved\r\na\tb\r\n\r\nnonsense\r\nc\td".encode())
    archive = Archive(root)
    archive.remember("e", "f")
    assert Archive(root).redirects() == {"a": "b", "c": "d", "e": "f"}


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=20))
def test_moves_never_run_in_a_circle(tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[str, str]]) -> None:
    root = tmp_path_factory.mktemp("archive")
    archive = Archive(root)
    for old, new in moves:
        archive.remember(old, new)
    redirects = Archive(root).redirects()
    assert redirects == archive.redirects()
    assert not set(redirects) & set(redirects.values())
    last = next(((old, new) for old, new in reversed(moves) if old != new), None)
    if last:
        assert redirects[last[0]] == last[1]
