"""Tests of archives: their contents, and files set aside."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from indexer.archive.archive import Archive, Survey
from indexer.errors import ArchiveError, UsageError
from indexer.model import Paper


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
    put(root, "a/2024-01-01/01.jpg", "a/2024-01-01/01.htm", "a/2024-01-01/01_files/ad.html", "LICENSE")
    survey = Archive(root).survey()
    assert sources_of(survey) == ["a/2024-01-01/01.htm"]
    assert (survey.set_aside, dict(survey.unread)) == ((), {})


def test_formats_that_cannot_be_read_yet_are_counted(root: Path) -> None:
    put(root, "a/01.docx", "a/02.DOCX", "a/03.xml", "a/04.hocr", "a/05.txt")
    survey = Archive(root).survey()
    assert survey.unread == {".docx": 2, ".xml": 1, ".hocr": 1}
    assert survey.page_count == 1
    assert survey.set_aside == ()
    assert survey.warnings == (
        "4 files are in a format that can't be read yet (.docx 2, .xml 1, .hocr 1); they were passed over",
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


def test_links_within_the_archive_are_followed_and_a_broken_one_is_a_page_that_cannot_be_read(
    root: Path, tmp_path: Path
) -> None:
    put(root, "a/2024-01-01/01.txt")
    (root / "a/2024-01-02").symlink_to(root / "a/2024-01-01", target_is_directory=True)
    (root / "a/02.txt").symlink_to(tmp_path / "nowhere.txt")
    assert sources(root) == ["a/02.txt", "a/2024-01-01/01.txt", "a/2024-01-02/01.txt"]


def test_links_out_of_the_archive_are_named_and_never_read(root: Path, tmp_path: Path) -> None:
    put(root, "a/2024-01-01/01.txt")
    put(tmp_path, "elsewhere/secret.txt")
    (root / "a/2024-01-02").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (root / "a/2024-01-01/02.txt").symlink_to(tmp_path / "elsewhere/secret.txt")
    (root / "b").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (root / "a/2024-01-01/03.txt").symlink_to(root / "a/2024-01-02/secret.txt")
    survey = Archive(root).survey()
    assert sources_of(survey) == ["a/2024-01-01/01.txt"]
    assert {one.source for one in survey.set_aside} == {
        "a/2024-01-02",
        "a/2024-01-01/02.txt",
        "a/2024-01-01/03.txt",
        "b",
    }
    assert "this link leads out of the archive" in str(survey.set_aside[0])


def test_an_archive_that_is_a_link_itself_is_read(root: Path, tmp_path: Path) -> None:
    put(root, "a/2024-01-01/01.txt")
    (tmp_path / "linked").symlink_to(root, target_is_directory=True)
    assert sources(tmp_path / "linked") == ["a/2024-01-01/01.txt"]


def test_folders_one_in_another_end_somewhere(root: Path) -> None:
    put(root, "a/2024-01-01/01.txt")
    deepest = root / "a" / "/".join("d" * 200)
    deepest.mkdir(parents=True)
    put(root, (deepest / "01.txt").relative_to(root).as_posix())
    survey = Archive(root).survey()
    assert sources_of(survey) == ["a/2024-01-01/01.txt"]
    assert "one in another; move its pages further up" in str(survey.set_aside[0])


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
        assert archive.those_under(indexed, [gone]) == indexed[2:]
        with pytest.raises(UsageError, match="There is no "):
            archive.survey([gone])
    page = root / "a/2024-01-01/02.txt"
    assert sources_of(archive.survey([page], indexed=indexed)) == ["a/2024-01-01/01.txt"]
    assert archive.those_under(indexed, [page]) == indexed[:2]
    assert archive.those_under(indexed, [root]) == archive.those_under(indexed, []) == indexed
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


def test_wrong_settings_are_set_aside_and_the_pages_go_on(root: Path) -> None:
    put(root, "a/01.txt", "b/01.txt")
    (root / "a/paper.toml").write_text('rights = "open"', encoding="utf-8")
    (root / "b/paper.toml").write_text('titel = "乙报"', encoding="utf-8")
    survey = Archive(root).survey()
    assert sources_of(survey) == ["a/01.txt", "b/01.txt"]
    assert survey.issues[0].paper == Paper("a", rights="inhouse", digest="inhouse")
    assert [one.source for one in survey.set_aside] == ["a/paper.toml"]
    assert survey.warnings == ("b/paper.toml: unknown key “titel”; did you mean “title”?",)


def test_leftovers_of_systems_and_programs_are_counted_at_any_depth(root: Path) -> None:
    put(root, "a/2024-01-01/01.txt", "#recycle/a/2024-01-01/02.txt", "$RECYCLE.BIN/S-1/$R1.txt", "lost+found/x.txt")
    put(root, "a/@eaDir/01.txt", "a/2024-01-01/@eaDir/01.txt@SynoEAStream", "a/2024-01-01/~$01.txt", "a/Thumbs.db")
    put(root, "__MACOSX/a/._01.txt", "a/2024-01-01/01.txt~", "a/2024-01-01/.~lock.01.txt#", "a/2024-01-01/01.txt.part")
    survey = Archive(root).survey()
    assert (sources_of(survey), survey.set_aside, survey.warnings) == (["a/2024-01-01/01.txt"], (), ())
    assert survey.leftovers == 11
    assert Archive(root).survey([root / "#recycle/a"]).issues == ()


def test_a_file_without_a_suffix_is_set_aside(root: Path) -> None:
    put(root, "a/2024-01-01/01", "a/2024-01-01/02.txt")
    (problem,) = Archive(root).survey().set_aside
    assert re.search("01: its name has no suffix.*name it .txt", str(problem))


def test_a_copy_belongs_to_the_issue_of_its_original_whatever_path_is_named(root: Path) -> None:
    put(
        root,
        "a/2024-01-01/01.txt",
        "a/2024-01-01/01 - 副本.txt",
        "a/2024-01-01 - 副本/01.txt",
        "a/2024-01-02/1 (1).txt",
    )
    put(root, "a/2024-01-02/1 (2).txt", "a/p.txt", "a/p (1).txt")
    whole = ["a/2024-01-01/01.txt", "a/2024-01-01 - 副本/01.txt", "a/2024-01-01/01 - 副本.txt"]
    issues = {tuple(page.source for page in issue.pages) for issue in Archive(root).survey().issues}
    assert {tuple(sorted(issue)) for issue in issues} == {
        tuple(sorted(whole)),
        ("a/2024-01-02/1 (1).txt", "a/2024-01-02/1 (2).txt"),
        ("a/p (1).txt", "a/p.txt"),
    }
    for path in ("a/2024-01-01", "a/2024-01-01 - 副本", "a/2024-01-01/01 - 副本.txt", "a/2024-01-01 - 副本/01.txt"):
        (issue,) = Archive(root).survey([root / path]).issues
        assert issue.pages[0].source == whole[0]
        assert {page.source for page in issue.pages} == set(whole)
        assert {page.copy_of for page in issue.pages[1:]} == {whole[0]}
