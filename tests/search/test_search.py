"""Tests of searching, from a query line to an answer, with the memory engine.

The answers are compared with plain grep.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date

import pytest

from indexer.engines.memory import MemoryEngine
from indexer.errors import UsageError
from indexer.model import Answer, Article, Contributor, Document, ExactCount, Filters, Passage
from indexer.search.search import answer_json, search
from indexer.text.folding import fold
from indexer.text.tokenizer import query_words, tokenise, words

STORIES = {
    "bridge": ("南京市长江大桥通车", ["南京市长江大桥昨日通车。", "2023年，全市GDP增长８．５％。"]),
    "mayor": ("市长慰问职工", ["市长走访总工會，强调安全生产工作。"]),
    "union": ("工会表彰先进", ["全市工会系统招商成果丰硕，昨日签约。", "“安全生产月”启动"]),
    "meeting": ("职工会议召开", ["职工会议在水屯镇召开，妇联参加。", "招聘会同日举行。"]),
    "names": ("王·李二人获奖", ["王小刚与张三丰二〇二三年获奖，C＋＋竞赛。"]),
}


def document(name: str, headline: str, paragraphs: list[str]) -> Document:
    article = Article(
        id=f"a-{name}",
        kind="新闻",
        kicker="",
        headline=headline,
        subtitle="",
        byline=(Contributor("王 刚", "记者"),) if name == "mayor" else (),
        section="要闻",
        localities=("河南省/驻马店市",),
        date=date(2023, 3, 8) if name != "names" else None,
        paragraphs=tuple(Passage(text, ()) for text in paragraphs),
        captions=(),
        end_code="",
    )
    return Document(article, "a", "甲报", "A1", 0, f"a/{name}.txt")


DOCUMENTS = [document(name, *story) for name, story in STORIES.items()]

Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def ask() -> Ask:
    engine = MemoryEngine()
    writer = engine.writer()
    for one in DOCUMENTS:
        writer.replace(one.source, [tokenise(one)], "")
    writer.commit()
    reader = engine.reader()
    return lambda line, **choices: search(reader, line, **choices)


def found(answer: Answer) -> set[str]:
    return {hit.document.id.removeprefix("a-") for hit in answer.hits}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("市长", "mayor"),
        ("工会", "mayor union"),
        ("长江", "bridge"),
        ("长江大桥", "bridge"),
        ("2023年", "bridge names"),
        ("2023", "bridge names"),
        ("8.5%", "bridge"),
        ("8.5", "bridge"),
        ("gdp", "bridge"),
        ("c++", "names"),
        ("二零二三", "bridge names"),
        ('"二零二三"', "names"),
        ("总工会", "mayor"),
        ("安全生产", "mayor union"),
        ("全生产", "mayor union"),
        ('"全生产工"', "mayor"),
        ('"市长"', "bridge mayor"),
        ("王·李", "names"),
        ("王•李", "names"),
        ("byline:王", "mayor"),
        ("headline:表彰", "union"),
        ("headline:水屯镇", ""),
        ("张*", "names"),
        ('"招商 签约"~10', "union"),
        ('"签约 招商"~10', "union"),
        ('"招商 签约"~3', ""),
        ("工会 OR 妇联", "mayor union meeting"),
        ("职工 -招聘会", "mayor"),
        ("-工会", "bridge meeting names"),
        ("", "bridge mayor union meeting names"),
        ("没有的词", ""),
    ],
)
def test_what_a_line_finds(ask: Ask, line: str, expected: str) -> None:
    answer = ask(line)
    assert found(answer) == set(expected.split())
    assert answer.total == len(answer.hits)


def test_a_phrase_is_grep(ask: Ask) -> None:
    """The expected result is a grep over the folded texts of each story.

    It is independent of units and engines.
    """
    pieces = {
        name: [fold(text) for text in (headline, *paragraphs)] for name, (headline, paragraphs) in STORIES.items()
    }
    pieces["mayor"].append(fold("王 刚"))
    texts = [text for group in pieces.values() for text in group]
    chance = random.Random(8)
    for _ in range(300):
        text = chance.choice([*texts, "".join(texts)])
        start = chance.randrange(len(text))
        wanted = text[start : start + chance.randint(1, 8)]
        expected = {name for name, group in pieces.items() if any(wanted in text for text in group)}
        quoted = f"「{wanted}」" if '"' in wanted else f'"{wanted}"'
        assert found(ask(quoted)) == expected, wanted


def test_a_bare_word_is_all_its_words_or_its_letters(ask: Ask) -> None:
    """A bare word finds the articles that contain all its words or its exact text."""
    for text in ("安全生产工作", "职工会议", "招商成果", "王小刚", "水屯镇召开", "市长江"):
        holding = {
            one.id.removeprefix("a-")
            for one in DOCUMENTS
            if set(query_words(text)) <= set(tokenise(one).words)
            or any(fold(text) in fold(passage.text) for passage in one.article.paragraphs)
        }
        assert found(ask(text)) == holding


@pytest.mark.parametrize(
    ("line", "exact"),
    [
        ("市长", ExactCount('"市长"', 2)),
        ("工会", ExactCount('"工会"', 3)),
        ("长江大桥", None),
        ('"市长"', None),
        ("headline:市长", None),
        ("市长 工会", None),
        ("安全生产", None),
        ("二零二三", ExactCount('"二零二三"', 1)),
        ("2023年", ExactCount('"2023年"', 1)),
        ("", None),
    ],
)
def test_how_many_hold_a_bare_word_to_the_letter(ask: Ask, line: str, exact: ExactCount | None) -> None:
    assert ask(line).exact == exact


def test_the_exact_count_is_under_the_same_choices(ask: Ask) -> None:
    assert ask("市长", filters=Filters(paper=("b",))).exact is None


def test_the_answer_says_how_the_line_was_understood(ask: Ask) -> None:
    assert ask("“工會”　－招聘").understood_as == '"工会" -招聘'


def test_pages_cut_the_list(ask: Ask) -> None:
    whole = [hit.document.id for hit in ask("").hits]
    pages = [[hit.document.id for hit in ask("", page=page, size=2).hits] for page in (1, 2, 3, 4)]
    assert pages == [whole[:2], whole[2:4], whole[4:], []]


@pytest.mark.parametrize(
    "choices", [{"page": 0}, {"page": -1}, {"page": 10**9}, {"size": 0}, {"size": 101}, {"sort": "best"}]
)
def test_a_window_that_makes_no_sense_is_refused_in_a_sentence(ask: Ask, choices: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"\.$"):
        ask("工会", **choices)


def test_the_answer_as_json_has_the_contract_s_keys(ask: Ask) -> None:
    answer = json.loads(json.dumps(answer_json(ask("市长"))))
    assert list(answer) == [
        *("query", "understood_as", "exact", "total", "page", "size", "hits", "partial", "facets", "notes", "took_ms"),
    ]
    assert answer["query"] == "市长"
    assert answer["exact"] == {"query": '"市长"', "total": 2}
    assert {name: list(answer["facets"][name]) for name in answer["facets"]} == {
        "paper": [{"value": "a", "count": 1}],
        "locality": [{"value": "河南省", "count": 1}, {"value": "河南省/驻马店市", "count": 1}],
        "section": [{"value": "要闻", "count": 1}],
        "kind": [{"value": "新闻", "count": 1}],
        "quality": [],
        "date": [{"value": "2023", "count": 1}],
    }
    (hit,) = answer["hits"]
    assert hit.pop("score") > 0
    assert hit == {
        "id": "a-mayor",
        "headline": "市长慰问职工",
        "paper": "a",
        "paper_title": "甲报",
        "date": "2023-03-08",
        "page": "A1",
        "section": "要闻",
        "kind": "新闻",
        "byline": [{"name": "王 刚", "role": "记者"}],
        "quality": None,
        "matches": 2,
        "localities": ["河南省/驻马店市"],
        "snippet": [{"text": "市长", "hit": True}, {"text": "走访总工會，强调安全生产工作。", "hit": False}],
        "url": "/article/a-mayor",
        "source": "a/mayor.txt",
    }
    assert answer["took_ms"] > 0


def test_nothing_found_has_all_keys_too(ask: Ask) -> None:
    answer = answer_json(ask("没有的词"))
    assert (answer["total"], answer["hits"], answer["exact"]) == (0, [], None)
    assert answer["facets"] == {name: [] for name in ("paper", "locality", "section", "kind", "quality", "date")}


def test_an_undated_article_has_no_date(ask: Ask) -> None:
    answer = json.loads(json.dumps(answer_json(ask("获奖"))))
    assert answer["hits"][0]["date"] is None
    assert answer["facets"]["date"] == [{"value": "unknown", "count": 1}]


def test_snippets_mark_words_where_words_were_found(ask: Ask) -> None:
    (hit,) = ask("长江").hits
    assert [part.text for part in hit.snippet if part.is_hit] == ["长江"]
    assert "长江" in {token.text for token in words("南京市长江大桥昨日通车。")}
