"""Tests of the command line in a separate process with the most basic locale."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from indexer.model import CHOICES
from tests.conftest import PROJECT
from tests.support.command_line import baosou, messages, output

GOOD_PAGE = """云陂日报 2023年3月1日 星期三 第01版 要闻

全市安全生产工作会议召开

本报讯（记者 王晓岚）昨日，全市安全生产工作会议在市政府召开，部署今年的重点任务，要求把责任落实到每一个岗位。②
"""


AS_ANYBODY = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""A prefix that makes root respect file permissions, by dropping two capabilities."""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    page = tmp_path / "archive" / "yunpi" / "2023-03-01" / "01.txt"
    page.parent.mkdir(parents=True)
    page.write_text(GOOD_PAGE, encoding="utf-8")
    return tmp_path / "archive"


@pytest.fixture
def places(archive: Path, tmp_path: Path) -> tuple[object, ...]:
    return ("--archive", archive, "--index", tmp_path / "index")


def test_index_then_search(places: tuple[object, ...], tmp_path: Path) -> None:
    done = baosou("index", *places)
    assert done.returncode == 0, messages(done)
    assert messages(done) == "", "no progress bar in a pipe"
    found = json.loads(output(baosou("search", '"安全生产工作"', "--index", tmp_path / "index", "--json")))
    assert found["total"] == 1
    assert found["hits"][0]["headline"] == "全市安全生产工作会议召开"
    assert found["hits"][0]["source"] == "yunpi/2023-03-01/01.txt"


def test_every_facet_can_be_chosen_by_value(sample_archive: Path, tmp_path: Path) -> None:
    baosou("index", "--archive", sample_archive, "--index", tmp_path / "index")

    def total(*chosen: str) -> int:
        return int(
            json.loads(output(baosou("search", "工会", "--index", tmp_path / "index", *chosen, "--json")))["total"]
        )

    values = {"paper": "yunbei", "locality": "河东省/云陂市", "section": "要闻", "kind": "新闻", "quality": "good"}
    assert set(values) == set(CHOICES)
    everything = total()
    for name, value in values.items():
        assert 0 < total(f"--{name}", value) <= everything, name
        assert total(f"--{name}", "无此值") == 0, name
    assert total("--quality", "good", "--quality", "fair", "--quality", "poor") == everything


def test_search_json_has_the_agreed_shape(places: tuple[object, ...], tmp_path: Path) -> None:
    baosou("index", *places)
    found = json.loads(output(baosou("search", "会议", "--index", tmp_path / "index", "--json")))
    assert list(found) == [
        *("query", "understood_as", "exact", "total", "page", "size", "hits", "partial", "facets", "notes", "took_ms"),
    ]
    assert set(found["facets"]) == {"paper", "locality", "section", "kind", "quality", "date"}
    assert {
        "id", "headline", "paper", "paper_title", "date", "page", "section", "kind", "byline", "quality", "matches",
        "localities", "score", "snippet",
        "url", "source",
    } == set(found["hits"][0])  # fmt: skip
    assert found["hits"][0]["url"] == f"/article/{found['hits'][0]['id']}"
    assert found["hits"][0]["url"].isascii()


def test_what_comes_nearest_is_listed_with_the_words_it_lacks(places: tuple[object, ...], tmp_path: Path) -> None:
    baosou("index", *places)
    found = output(baosou("search", "安全生产 会议 火星", "--index", tmp_path / "index"))
    assert found.startswith("No article has all the words · understood as: 安全生产 会议 火星")
    assert "These hold only some of the words:\n\n1. 全市安全生产工作会议召开" in found
    assert found.rstrip().endswith("lacks: 火星")


def test_a_note_on_the_query_is_on_stderr(places: tuple[object, ...], tmp_path: Path) -> None:
    baosou("index", *places)
    assert "工会 OR 表彰" in messages(baosou("search", "工会 or 表彰", "--index", tmp_path / "index"))
    assert not messages(baosou("search", "工会 OR 表彰", "--index", tmp_path / "index"))


def test_a_second_run_reads_only_what_changed(places: tuple[object, ...], archive: Path) -> None:
    baosou("index", *places)
    again = json.loads(output(baosou("index", *places, "--json")))
    assert (again["pages"], again["unchanged"]) == (0, 1)
    page = archive / "yunpi" / "2023-03-01" / "01.txt"
    page.write_text(GOOD_PAGE.replace("重点任务", "首要任务"), encoding="utf-8")
    changed = json.loads(output(baosou("index", *places, "--json")))
    assert (changed["pages"], changed["unchanged"]) == (1, 0)


def test_parts_come_to_the_whole(places: tuple[object, ...]) -> None:
    told = [json.loads(output(baosou("index", *places, "--part", part, "--json"))) for part in ("1/2", "2/2")]
    assert sorted(one["pages"] for one in told) == [0, 1]
    assert json.loads(output(baosou("index", *places, "--json")))["unchanged"] == 1


def test_a_dry_run_writes_nothing(places: tuple[object, ...], tmp_path: Path) -> None:
    would = json.loads(output(baosou("index", *places, "--dry-run", "--json")))
    assert (would["pages"], would["dry_run"]) == (1, True)
    assert not (tmp_path / "index").exists()


def test_a_dry_run_says_what_would_change(places: tuple[object, ...], archive: Path) -> None:
    baosou("index", *places)
    page = archive / "yunpi" / "2023-03-01" / "01.txt"
    page.write_text(GOOD_PAGE.replace("重点任务", "首要任务"), encoding="utf-8")
    would = json.loads(output(baosou("index", *places, "--dry-run", "--json")))
    [changed] = would["changed"]
    assert changed.keys() == {"id", "source", "headline", "diff"}
    old, new = changed["diff"].splitlines()
    assert (old[:2], "重点任务" in old, new[:2], "首要任务" in new) == ("- ", True, "+ ", True)
    assert [would[name] for name in ("added", "gone", "moves", "removed")] == [[], [], [], 0]
    assert "0 articles would be added, 1 changed, 0 taken out" in output(baosou("index", *places, "--dry-run"))


def test_nothing_found_is_not_a_failure(places: tuple[object, ...], tmp_path: Path) -> None:
    baosou("index", *places)
    done = baosou("search", "火星移民", "--index", tmp_path / "index")
    assert done.returncode == 0
    assert output(done).startswith("0 articles")


@pytest.mark.parametrize("query", ["-招聘", "-headline:表彰", "-", "-(工会 OR 妇联)"])
def test_a_query_may_begin_with_a_minus(query: str, places: tuple[object, ...], tmp_path: Path) -> None:
    baosou("index", *places)
    found = json.loads(output(baosou("search", query, "--index", tmp_path / "index", "--json")))
    assert found["query"] == query
    assert (
        json.loads(output(baosou("search", "--json", "--index", tmp_path / "index", "--", query)))["total"]
        == found["total"]
    )


def test_chinese_arguments_come_through_in_any_locale(places: tuple[object, ...], tmp_path: Path) -> None:
    baosou("index", *places)
    for locale in ("C", "POSIX", "C.UTF-8"):
        done = baosou("search", "王晓岚", "--index", tmp_path / "index", env={"LC_ALL": locale})
        assert "全市安全生产工作会议召开" in output(done), locale


BAD_PAGES = {
    # name: (bytes, a word that the message must contain)
    "02.txt": (b"", "empty"),
    "03.txt": (b"\x00\x01\x02\x03" * 500, "binary"),
    "05.txt": (b"\xe5" * (50 << 20), "MB"),
}


def test_one_bad_page_never_stops_an_archive(places: tuple[object, ...], archive: Path) -> None:
    issue = archive / "yunpi" / "2023-03-01"
    for name, (content, _) in BAD_PAGES.items():
        (issue / name).write_bytes(content)
    done = baosou("index", *places, "--json")
    assert done.returncode == 1
    report = json.loads(output(done))
    assert report["articles"] == 1
    named = {Path(one["source"]).name: one["problem"] for one in report["set_aside"]}
    assert set(named) == set(BAD_PAGES)
    for name, (_, word) in BAD_PAGES.items():
        assert word in named[name], named[name]
        assert f"yunpi/2023-03-01/{name}" in messages(done)


@pytest.mark.parametrize(
    ("where", "content", "word"),
    [
        ("yunpi/2023-02-30/01.txt", GOOD_PAGE.splitlines()[2], "2023-02-30"),
        ("yunpi/paper.toml", "title = 云陂日报\n", "paper.toml"),
        ("yunpi/paper.toml", 'rights = "secret"\n', "rights"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_indexed(
    places: tuple[object, ...], archive: Path, where: str, content: str, word: str
) -> None:
    (archive / where).parent.mkdir(exist_ok=True)
    (archive / where).write_text(content, encoding="utf-8")
    done = baosou("index", *places, "--json")
    assert done.returncode == 1
    report = json.loads(output(done))
    assert report["articles"] == 1
    assert any(word in one["problem"] or word in one["source"] for one in report["set_aside"])


def test_an_unknown_key_in_paper_toml_is_a_warning(places: tuple[object, ...], archive: Path) -> None:
    (archive / "yunpi" / "paper.toml").write_text('titel = "云陂日报"\n', encoding="utf-8")
    done = baosou("index", *places)
    assert done.returncode == 0
    assert "titel" in messages(done)


def test_a_folder_without_permission_is_named(archive: Path) -> None:
    closed = archive / "yunpi" / "2023-03-02"
    closed.mkdir()
    closed.chmod(0)
    done = baosou("check", "--archive", archive, "--json", prefix=AS_ANYBODY)
    closed.chmod(0o755)
    findings = json.loads(output(done))
    assert done.returncode == 1, messages(done)
    assert findings["articles"] == 1
    [problem] = findings["set_aside"]
    assert problem["source"] == "yunpi/2023-03-02"
    assert "permission" in problem["problem"]


def test_a_page_that_became_unreadable_keeps_what_the_index_holds(
    places: tuple[object, ...], archive: Path, tmp_path: Path
) -> None:
    baosou("index", *places)
    (archive / "yunpi" / "2023-03-01" / "01.txt").write_bytes(b"\x00" * 999)
    assert baosou("index", *places).returncode == 1
    assert json.loads(output(baosou("search", "会议", "--index", tmp_path / "index", "--json")))["total"] == 1


def test_a_page_that_was_taken_away_leaves_the_index(places: tuple[object, ...], archive: Path, tmp_path: Path) -> None:
    other = archive / "yunpi" / "2023-03-02" / "01.txt"
    other.parent.mkdir()
    other.write_text(GOOD_PAGE.replace("3月1日 星期三", "3月2日 星期四"), encoding="utf-8")
    baosou("index", *places)
    shutil.rmtree(other.parent)
    report = json.loads(output(baosou("index", *places, "--json")))
    assert report["removed"] == 1
    assert json.loads(output(baosou("search", "会议", "--index", tmp_path / "index", "--json")))["total"] == 1


def found(tmp_path: Path, query: str) -> list[str]:
    answer = json.loads(output(baosou("search", query, "--index", tmp_path / "index", "--json")))
    return [hit["source"] for hit in answer["hits"]]


def test_a_folder_that_was_deleted_may_be_named_to_forget_it(
    places: tuple[object, ...], archive: Path, tmp_path: Path
) -> None:
    for day in ("2023-03-02", "2023-03-03"):
        shutil.copytree(archive / "yunpi" / "2023-03-01", archive / "yunpi" / day)
    baosou("index", *places)
    shutil.rmtree(archive / "yunpi" / "2023-03-02")
    shutil.rmtree(archive / "yunpi" / "2023-03-03")
    report = json.loads(output(baosou("index", archive / "yunpi" / "2023-03-02", *places, "--json")))
    assert report["removed"] == 1
    assert sorted(found(tmp_path, "会议")) == ["yunpi/2023-03-01/01.txt", "yunpi/2023-03-03/01.txt"]
    nowhere = baosou("index", archive / "yunpi" / "2023-03-02", *places)
    assert (nowhere.returncode, "There is no" in messages(nowhere)) == (2, True)


def test_a_page_is_indexed_with_the_issue_it_belongs_to(
    places: tuple[object, ...], archive: Path, tmp_path: Path
) -> None:
    issue = archive / "yunpi" / "2023-03-01"
    (issue / "02.txt").write_text(GOOD_PAGE.replace("第01版", "第02版"), encoding="utf-8")
    (issue / "03.txt").write_text(GOOD_PAGE.replace("第01版", "第03版"), encoding="utf-8")
    baosou("index", *places)
    (issue / "03.txt").unlink()
    (issue / "02.txt").write_text(GOOD_PAGE.replace("第01版", "第02版").replace("昨日", "今日"), encoding="utf-8")
    report = json.loads(output(baosou("index", issue / "01.txt", *places, "--json")))
    assert report["removed"] == 1
    assert found(tmp_path, '"今日，全市"') == ["yunpi/2023-03-01/02.txt"]


EPAPER_PAGE = """<html><body><p>2023年3月1日 星期三 第01版：要闻</p><div id="Title">图片新闻</div>
<div id="ozoom"><p>{}</p></div></body></html>"""


def test_files_of_one_page_may_have_equal_headlines(places: tuple[object, ...], archive: Path, tmp_path: Path) -> None:
    shutil.rmtree(archive / "yunpi" / "2023-03-01")
    issue = archive / "yunpi" / "html" / "2023-03" / "01"
    issue.mkdir(parents=True)
    for number, text in enumerate(["市民在湿地公园里看白鹭。", "工人在大桥上焊接护栏。", "学生在操场上放风筝。"]):
        (issue / f"content_{number}.htm").write_text(EPAPER_PAGE.format(text), encoding="utf-8")
    assert baosou("index", *places).returncode == 0
    answer = json.loads(output(baosou("search", "headline:图片新闻", "--index", tmp_path / "index", "--json")))
    assert {hit["page"] for hit in answer["hits"]} == {"01"}
    assert len({hit["id"] for hit in answer["hits"]}) == answer["total"] == 3
    assert json.loads(output(baosou("check", "--archive", archive, "--json")))["remarks"] == []


def test_two_files_named_as_one_page_are_remarked_on(archive: Path) -> None:
    issue = archive / "yunpi" / "2023-03-01"
    (issue / "02.txt").write_text(GOOD_PAGE.partition("\n")[2], encoding="utf-8")
    (issue / "2023-03-01_02.md").write_text(GOOD_PAGE.partition("\n")[2], encoding="utf-8")
    found = json.loads(output(baosou("check", "--archive", archive, "--json")))["remarks"]
    remarks = [one for one in found if one["kind"] == "page twice"]
    assert [one["source"] for one in remarks] == ["yunpi/2023-03-01/02.txt", "yunpi/2023-03-01/2023-03-01_02.md"]
    assert "page 02 too; rename one of them" in remarks[0]["text"]


def test_formats_that_cannot_be_read_yet_are_told(places: tuple[object, ...], archive: Path) -> None:
    (archive / "yunpi" / "2023-03-01" / "02.djvu").write_bytes(b"AT&TFORM")
    for command in (("index", *places), ("check", "--archive", archive)):
        done = baosou(*command)
        assert done.returncode == 0
        assert "1 file is in a format that can't be read yet (.djvu 1); it was passed over" in messages(done)


@pytest.mark.parametrize("command", ["index", "check"])
def test_a_name_that_is_not_utf8_does_not_spoil_the_output(
    command: str, places: tuple[object, ...], archive: Path
) -> None:
    folder = os.fsencode(archive / "yunpi" / "2023-03-01")
    for name in ("要闻.txt", "报纸.pdf"):
        with open(folder + b"/" + name.encode("gbk"), "wb") as file:  # noqa: PTH123 (a Path can't hold these bytes portably)
            file.write(GOOD_PAGE.encode())
    os.mkdir(os.fsencode(archive) + b"/" + "日报".encode("gbk"))  # noqa: PTH102 (as above)
    done = baosou(command, "--json", *(places if command == "index" else places[:2]))
    report = json.loads(output(done))
    assert done.returncode == 1
    assert "not UTF-8; rename it" in " ".join(one["problem"] for one in report["set_aside"])
    assert "yunpi/2023-03-01/" in messages(done)
    assert report["articles"] == 1


def test_an_archive_that_is_suddenly_empty_stops_the_run(places: tuple[object, ...], archive: Path) -> None:
    baosou("index", *places)
    shutil.rmtree(archive / "yunpi")
    done = baosou("index", *places)
    assert done.returncode == 3
    assert "mounted" in messages(done)


def test_a_corrected_date_leaves_a_redirect(places: tuple[object, ...], archive: Path, tmp_path: Path) -> None:
    page = archive / "yunpi" / "2023-03-01" / "01.txt"
    page.write_text(GOOD_PAGE.split("\n", 2)[2], encoding="utf-8")
    baosou("index", *places)
    old = json.loads(output(baosou("search", "会议", "--index", tmp_path / "index", "--json")))["hits"][0]["id"]
    (archive / "yunpi" / "2023-03-01").rename(archive / "yunpi" / "2023-03-08")
    assert baosou("index", *places).returncode == 0
    new = json.loads(output(baosou("search", "会议", "--index", tmp_path / "index", "--json")))["hits"][0]["id"]
    assert old != new
    assert f"{old}\t{new}" in (archive / "redirects.tsv").read_text(encoding="utf-8")


CANNOT_RUN = [
    (("index", "--archive", "nowhere"), 3, "nowhere"),
    (("index", "--archive", ".", "--part", "9/8"), 2, "--part 2/8"),
    (("index", "--archive", ".", "--part", "1/8", "--full"), 2, "another --index"),
    (("search", "会议", "--index", "nowhere"), 3, "baosou index"),
    (("search", "会议", "--index", "nowhere", "--from", "2023-02-30"), 2, "2023-02-30"),
    (("search", "会议", "--index", "nowhere", "--sort", "size"), 2, "--sort"),
    (("search", "会议", "--index", "nowhere", "--size", "0"), 2, "size"),
    (("clean", "nowhere.txt"), 2, "nowhere.txt"),
    (("articles", "nowhere.txt"), 2, "nowhere.txt"),
    (("serve", "--index", "nowhere", "--port", "99999"), 2, "--port"),
    (("frobnicate",), 2, "frobnicate"),
]


@pytest.mark.parametrize(("arguments", "code", "word"), CANNOT_RUN, ids=lambda value: str(value))
def test_what_can_not_be_done_is_said_in_a_sentence(
    arguments: tuple[str, ...], code: int, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    monkeypatch.chdir(tmp_path)
    done = baosou(*arguments)
    assert done.returncode == code, messages(done)
    assert word in messages(done)
    assert "Traceback" not in messages(done)


def test_clean_reads_stdin_and_prints_the_text() -> None:
    done = baosou("clean", "-", stdin="坚坚持持正正确确方方向向\n".encode())
    assert output(done).strip() == "坚持正确方向"


def test_clean_json_can_be_replayed() -> None:
    raw = "坚坚持持正正确确方方向向\n近日，市总工会在文\n化广场开展活动。\n"
    cleaned = json.loads(output(baosou("clean", "-", "--json", stdin=raw.encode())))
    text, at = "", 0
    for edit in cleaned["edits"]:
        assert raw[edit["start"] : edit["end"]] == edit["before"]
        text += raw[at : edit["start"]] + edit["after"]
        at = edit["end"]
    assert text + raw[at:] == cleaned["text"]


def test_articles_shows_a_page_as_it_would_be_indexed(archive: Path) -> None:
    page = json.loads(output(baosou("articles", archive / "yunpi" / "2023-03-01" / "01.txt", "--json")))
    assert page["page"]["paper"] == "yunpi"
    assert page["page"]["date"] == "2023-03-01"
    assert page["page"]["page"] == "01"
    [article] = page["articles"]
    assert article["headline"] == "全市安全生产工作会议召开"
    assert article["byline"] == [{"name": "王晓岚", "role": "记者"}]
    assert article["end_code"] == "②"


def test_check_names_what_is_wrong_without_an_index(archive: Path) -> None:
    (archive / "yunpi" / "2023-03-01" / "02.txt").write_bytes(b"")
    done = baosou("check", "--archive", archive, "--json")
    assert done.returncode == 1
    findings = json.loads(output(done))
    assert (findings["pages"], findings["articles"]) == (2, 1)
    assert findings["set_aside"][0]["source"] == "yunpi/2023-03-01/02.txt"


def test_an_index_of_another_archive_is_refused(places: tuple[object, ...], archive: Path, tmp_path: Path) -> None:
    baosou("index", *places)
    shutil.copytree(archive, tmp_path / "other")
    done = baosou("index", "--archive", tmp_path / "other", "--index", tmp_path / "index")
    assert done.returncode == 3
    assert "archive" in messages(done)


def test_a_file_cut_off_inside_a_letter_is_read_and_named(places: tuple[object, ...], archive: Path) -> None:
    page = archive / "yunpi" / "2023-03-01" / "04.txt"
    page.write_bytes("渡口夜航恢复\n\n本报讯 沙洲渡口昨日恢复夜航。半个字".encode()[:-1])
    done = baosou("index", *places)
    assert done.returncode == 0
    assert "yunpi/2023-03-01/04.txt" in messages(done)
    assert "渡口夜航恢复" in output(baosou("search", "夜航", *places[2:]))
