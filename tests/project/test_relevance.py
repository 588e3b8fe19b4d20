"""Tests of the comparison of rankings: its measures, its peers and its tables."""

from __future__ import annotations

import importlib.util
import json
import math
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import PROJECT

sys.path.append(str(PROJECT / "scripts"))

from benchmark.relevance import comparing, fts5, lucene, ours, report
from benchmark.relevance.examples import LINES, Example, examples
from benchmark.relevance.measures import Scores, difference, gain, mean, scores
from benchmark.relevance.questions import Article, Question, read_articles, read_questions, unanswerable
from benchmark.report import insert

LOG3 = math.log2(3)


@pytest.mark.parametrize(
    ("grades", "found", "expected"),
    [
        ({"a": 1}, ["a"], (1, 1, 1, 0)),
        ({"a": 1}, ["b", "a"], (1 / LOG3, 1 / 2, 1, 0)),
        ({"a": 1}, ["b"], (0, 0, 0, 0)),
        ({"a": 1}, [], (0, 0, 0, 1)),
        ({"a": 1}, [*"bcdefghijk", "a"], (0, 0, 0, 0)),
        ({"a": 2, "b": 1}, ["b", "a"], ((1 + 3 / LOG3) / (3 + 1 / LOG3), 1, 1, 0)),
        ({"a": 1, "b": 1}, ["a"], (1 / (1 + 1 / LOG3), 1, 1, 0)),
        (dict.fromkeys("abcdefghijkl", 1), list("abcdefghij"), (1, 1, 1, 0)),
    ],
)
def test_measures_of_an_answer(grades: dict[str, int], found: list[str], expected: tuple[float, ...]) -> None:
    measured = scores(Question("K_hand", "云北 灯会", grades), found)
    assert measured[:4] == pytest.approx(expected)
    assert measured.first is None


@pytest.mark.parametrize(
    ("found", "first"),
    [(["a", "b"], 1), (["b", "a", "c"], 1), (["a", "c", "b"], 0), (["a"], 0), (["c", "a", "b"], 0), ([], 0)],
)
def test_all_that_hold_the_string_come_first(found: list[str], first: float) -> None:
    assert scores(Question("N", "王砚秋", {"a": 1, "b": 1}), found).first == first


def test_a_dropped_article_is_neither_right_nor_wrong() -> None:
    question = Question("H_rel", "云北灯会开幕", {"b": 1}, dropped="a")
    assert scores(question, ["a", "b"])[:4] == (1, 1, 1, 0)
    assert scores(question, ["a"])[:4] == (0, 0, 0, 0)
    assert scores(question, ["a", *"cdefghijk", "b"]).ndcg == gain([0] * 9 + [1])


ANSWERS = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, max_size=12)
GRADES = st.dictionaries(st.sampled_from("abcdefghijklmnop"), st.integers(1, 3), min_size=1)


@given(ANSWERS, GRADES)
def test_no_order_is_better_than_that_of_the_grades(found: list[str], grades: dict[str, int]) -> None:
    best = sorted(grades, key=lambda name: -grades[name])
    measured = scores(Question("X", "企业管理", grades), found)
    assert 0 <= measured.ndcg <= scores(Question("X", "企业管理", grades), best).ndcg + 1e-9
    assert (measured.mrr > 0) == (measured.success == 1) == (measured.ndcg > 0)


@pytest.fixture(scope="module")
def yardstick(shared: Path) -> ModuleType:
    """The script that scores an installed baosou."""
    spec = importlib.util.spec_from_file_location("score_relevance", shared / "tools" / "score_relevance.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@given(ANSWERS, GRADES, st.sampled_from(["N", "H_rel"]), st.sampled_from([None, "a", "b"]))
def test_measures_are_those_of_the_yardstick(
    yardstick: ModuleType, found: list[str], grades: dict[str, int], name: str, dropped: str | None
) -> None:
    row = {"set": name, "q": "灯会", "rel": grades} | ({"drop": dropped} if dropped else {})
    measured = scores(Question(name, "灯会", grades, dropped), found)._asdict()
    wanted = yardstick.measure(row, found)
    assert {key: value for key, value in measured.items() if value is not None} == pytest.approx(wanted)


def test_the_interval_of_a_difference() -> None:
    better = difference([1.0] * 40 + [0.0] * 10, [0.0] * 50)
    assert better.mean == pytest.approx(0.8)
    assert 0.6 < better.low < 0.8 < better.high < 1
    assert better.is_ahead
    same = difference([0.0, 1.0] * 20, [1.0, 0.0] * 20)
    assert not same.is_ahead
    assert not same.is_behind
    assert same == difference([0.0, 1.0] * 20, [1.0, 0.0] * 20)
    with pytest.raises(ValueError, match="zip"):
        difference([1.0], [1.0, 0.0])


def test_the_mean_of_scores() -> None:
    assert mean([Scores(1, 1, 1, 0, 1), Scores(0, 0, 0, 1, 0)]) == Scores(0.5, 0.5, 0.5, 0.5, 0.5)
    assert mean([Scores(1, 1, 1, 0)]).first is None


ARTICLES = [
    Article("7", "2021-02-26", "云北灯会元宵夜开幕", ("云河两岸挂起三千盏花灯。", "市民王砚秋带着孩子来看灯。")),
    Article("8", "2021-03-01", "甲州春耕全面展开", ("甲州市气象台预报本周有雨，农机手抢在雨前翻地。",)),
    Article("9", "2021-03-02", "丙县老桥加固完工", ("老桥建于一九六二年，桥面<加宽>两米。", " ")),
]
ASKED = ["元宵 灯会", "气象台", "老桥 加固", "，"]


def answered(found: dict[str, list[list[str]]]) -> None:
    for setting, answers in found.items():
        assert [answer[:1] for answer in answers] == [["7"], ["8"], ["9"], []], setting


def test_ours_answers_from_an_index() -> None:
    answered({name: [*found[:3], []] for name, found in ours.answers(ARTICLES, ASKED).items()})


def test_fts5_answers() -> None:
    found = dict(fts5.answers(ARTICLES, ASKED))
    assert len(found) == 8
    answered(found)


def test_bm25s_answers() -> None:
    pytest.importorskip("bm25s", reason="SKIPPED: the extra bench is not installed")
    from benchmark.relevance import bm25

    answered(dict(bm25.answers(ARTICLES, ASKED)))


@pytest.mark.long
def test_lucene_answers() -> None:
    """It runs where scripts/relevance fetched the jars before, because tests fetch nothing."""
    jars = Path(tempfile.gettempdir()) / "baosou-relevance" / "jars"
    if not shutil.which("java") or not jars.exists():
        pytest.skip("SKIPPED: there is no Lucene; scripts/relevance fetches it")
    found = dict(lucene.answers(lucene.fetch(jars), ARTICLES, ASKED))
    assert len(found) == 30
    answered(found)


def test_a_jar_with_another_checksum_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(lucene.LuceneMissingError, match="no mvn on PATH"):
        lucene.fetch(tmp_path)
    (tmp_path / f"lucene-core-{lucene.VERSION}.jar").write_bytes(b"something else")
    with pytest.raises(lucene.LuceneMissingError, match="another checksum"):
        lucene.fetch(tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(lucene.LuceneMissingError, match="no java on PATH"):
        lucene.fetch(tmp_path)


def rows(path: Path, *held: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in held), encoding="utf-8")
    return path


def test_reading_articles_and_questions(tmp_path: Path) -> None:
    held = rows(tmp_path / "a.jsonl", {"id": 7, "date": "2021-02-26", "title": "云北灯会", "paragraphs": ["灯。", " "]})
    asked = rows(
        tmp_path / "q.jsonl",
        {"qid": "1", "set": "N", "q": "灯会", "rel": {"7": 1}},
        {"qid": "2", "set": "H_rel", "q": "灯会", "rel": {"8": 2}, "drop": 7},
    )
    articles, questions = read_articles(held), read_questions(asked)
    assert articles == [Article("7", "2021-02-26", "云北灯会", ("灯。",))]
    assert questions == [Question("N", "灯会", {"7": 1}), Question("H_rel", "灯会", {"8": 2}, "7")]
    assert unanswerable(questions, articles) == {"8"}


def engine(name: str, best: str, neutral: str) -> comparing.Answering:
    """Return an engine that finds one article for all lines, another where headlines are neutral."""

    def answers(articles: object, lines: object) -> dict[str, list[list[str]]]:
        found = neutral if articles[0].headline == "稿件一则" else best  # type: ignore[index]
        return {name: [[found] for _ in lines]}  # type: ignore[attr-defined]

    return answers


def test_the_best_peer_of_each_set_and_the_tables(tmp_path: Path) -> None:
    questions = [
        *(Question("N", "王砚秋", {"7": 1}) for _ in range(3)),
        *(Question("H_body", "灯会开幕", {"8": 1}) for _ in range(3)),
        *(Question("Q_hand", "灯会什么时候开幕", {"7": 1}) for _ in range(3)),
    ]
    engines = [engine("baosou", "7", "9"), engine("one", "9", "8"), engine("other", "7", "7")]
    scored = comparing.ask(ARTICLES, questions, engines)
    assert list(scored) == ["Q_hand", "H_body", "N"]
    compared = {one.set: (one.peer, one.difference.mean, one.size) for one in comparing.compare(scored)}
    assert compared == {"Q_hand": ("other", 0, 3), "H_body": ("one", -1, 3), "N": ("other", 0, 3)}
    tables = report.markdown(
        scored, 3, ["one 1.0"], ["Lucene is left out: no Java."], [Example("灯会 何时", 0, "灯会", ("何时",))]
    )
    assert "| **0.000** | one | 1.000 | -1.000 (-1.000 to -1.000) |" in tables
    assert "Behind it by more than the interval: H_body." in tables
    assert "| 灯会 何时 | 0 | 灯会 | 何时 |" in tables
    assert "peers: one 1.0. Lucene is left out: no Java." in tables
    page = tmp_path / "relevance.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", encoding="utf-8")
    insert(page, tables, report.BEGIN, report.END)
    assert page.read_text(encoding="utf-8") == f"before\n{report.BEGIN}\n\n{tables}\n{report.END}\nafter\n"
    with pytest.raises(ValueError, match="no place for the tables"):
        insert(page, tables)


def test_examples_end_in_the_article_that_was_meant(sample_archive: Path) -> None:
    assert {one.line: one.headline for one in examples(sample_archive)} == LINES


def test_without_labelled_data_the_script_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, PROJECT / "scripts" / "relevance", "--shared", tmp_path], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 1
    assert "Name the folder of labelled data with --shared." in done.stderr
