"""`baosou correct` and `baosou withdraw` as real processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.indexing.rules_fingerprint import matching
from tests.support.command_line import baosou, messages, output
from tests.support.library import DAY, PAGE

Place = tuple[object, ...]


@pytest.fixture(name="places")
def places_fixture(tmp_path: Path) -> Place:
    page = tmp_path / "archive" / "lanhe" / DAY / "01.txt"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE, encoding="utf-8")
    places = ("--archive", tmp_path / "archive", "--index", tmp_path / "index")
    assert baosou("index", *places).returncode == 0
    return places


def hits(places: Place, query: str) -> dict[str, str]:
    """Headline → id of what is found."""
    found = json.loads(output(baosou("search", query, "--json", *places[2:])))
    return {hit["headline"]: hit["id"] for hit in found["hits"]}


def file_of(places: Place) -> Path:
    return Path(str(places[1])) / "lanhe" / DAY / "01.corrections.jsonl"


def test_a_correction_is_tried_made_listed_and_undone(places: Place) -> None:
    rice = hits(places, "早稻")["早稻开镰"]
    wish = ("correct", rice, "--headline", "城西早稻开镰", "--byline", "记者 周小舟", "--reason", "误识", *places)
    tried = baosou(*wish, "--dry-run")
    assert "-headline: 早稻开镰\n+headline: 城西早稻开镰\n+byline: 记者 周小舟\n" in output(tried)
    assert not file_of(places).exists()
    done = json.loads(output(baosou(*wish, "--author", "馆员甲", "--json")))
    assert hits(places, "早稻") == {"城西早稻开镰": done["id"]}
    assert [(one["n"], one["field"], one["after"]) for one in done["corrections"]] == [
        (1, "headline", "城西早稻开镰"),
        (2, "byline", [{"name": "周小舟", "role": "记者"}]),
    ]
    again = baosou(*wish)
    assert (again.returncode, "nothing to change" in output(again)) == (0, True)
    listed = output(baosou("correct", rice, "--list", *places)).splitlines()
    assert [line.split("  ")[0] for line in listed] == ["1", "2"]
    assert "馆员甲" in listed[0]
    assert baosou("correct", done["id"], "--undo", "1", "--undo", "2", *places).returncode == 0
    assert hits(places, "早稻") == {"早稻开镰": rice}


def test_the_login_name_is_the_author(places: Place) -> None:
    rice = hits(places, "早稻")["早稻开镰"]
    assert baosou("correct", rice, "--kind", "评论", *places, env={"LOGNAME": "wang"}).returncode == 0
    assert json.loads(file_of(places).read_text(encoding="utf-8"))["author"] == "wang"


def test_an_article_is_withdrawn_and_lifted_and_a_passage_too(places: Place, tmp_path: Path) -> None:
    rice = hits(places, "早稻")["早稻开镰"]
    assert baosou("withdraw", rice, *places).returncode == 2
    assert baosou("withdraw", rice, "--reason", "来函", *places).returncode == 0
    assert hits(places, "早稻") == {}
    shown = json.loads(output(baosou("articles", "--json", file_of(places).with_name("01.txt"))))
    assert [one["headline"] for one in shown["withdrawn"]] == ["早稻开镰"]
    assert len(shown["articles"]) == 2
    assert "withdrawn, nobody sees it" in output(baosou("articles", file_of(places).with_name("01.txt")))
    assert baosou("withdraw", rice, "--lift", *places).returncode == 0
    assert hits(places, "早稻") == {"早稻开镰": rice}
    assert baosou("withdraw", rice, "--passage", "刘满仓", "--reason", "来函", *places).returncode == 0
    assert hits(places, "刘满仓") == {}
    assert baosou("withdraw", rice, "--lift", "--passage", "刘 满仓", *places).returncode == 0
    assert list(hits(places, "刘满仓")) == ["早稻开镰"]


@pytest.mark.parametrize(("command", "code"), [("correct", 0), ("withdraw", 1)])
def test_without_an_index_or_with_a_locked_one_it_is_recorded_all_the_same(
    places: Place, tmp_path: Path, command: str, code: int
) -> None:
    rice = hits(places, "早稻")["早稻开镰"]
    wish = ("--kicker", "丰收") if command == "correct" else ()
    other = WhooshEngine(tmp_path / "index", IndexIdentity("", matching())).writer()
    done = baosou(command, rice, *wish, "--reason", "来函", *places, patience=0.3)
    other.abort()
    assert (done.returncode, "the next `baosou index` shows it" in messages(done)) == (code, True)
    assert list(hits(places, "早稻")) == ["早稻开镰"]
    assert baosou("index", *places).returncode == 0
    assert (hits(places, "早稻") == {}) == (command == "withdraw")
    nowhere = ("--archive", places[1], "--index", tmp_path / "nowhere")
    done = baosou(
        command, rice, *(("--kicker", "丰年") if wish else ("--passage", "刘满仓")), "--reason", "x", *nowhere
    )
    assert (done.returncode, "There is no index" in messages(done)) == (code, True)
    assert not (tmp_path / "nowhere" / "MAIN_WRITELOCK").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Say what to correct"),
        (("--date", "gestern"), "is not a date"),
        (("--text", "没有", "有"), "stands in 0 places"),
        (("--headline", "x", "--whole-page"), "only these can be set"),
        (("--undo", "3"), "There is no correction 3"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(places: Place, arguments: tuple[str, ...], sentence: str) -> None:
    rice = hits(places, "早稻")["早稻开镰"]
    done = baosou("correct", rice, *arguments, *places)
    assert done.returncode == 2
    assert sentence in messages(done)
    assert "Traceback" not in messages(done)


def test_a_correction_that_no_longer_fits_is_named_by_index_and_check(places: Place) -> None:
    rice = hits(places, "早稻")["早稻开镰"]
    assert baosou("correct", rice, "--text", "一片金黄", "一片金色", *places).returncode == 0
    page = file_of(places).with_name("01.txt")
    page.write_text(PAGE.replace("田里一片金黄，", ""), encoding="utf-8")
    done = baosou("index", *places)
    assert done.returncode == 0
    assert "01.txt: correction 1 doesn't fit any more" in messages(done)
    assert "correction 1 doesn't fit any more" in output(baosou("check", *places[:2]))
