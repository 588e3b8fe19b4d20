"""Tests of the second tier: which articles are in it, and in which order, against a brute-force scorer."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from indexer.engines.base import Engine, IndexIdentity
from indexer.engines.memory import MemoryEngine
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.model import And, Everything, Filters, Not, Or, PartialQuery, Phrase, Query, Request, TokenisedDocument
from indexer.search.partial import partial_query, partial_query_of_line
from indexer.search.query_parser import parse
from indexer.text.question_words import about
from indexer.text.tokenizer import tokenise
from tests.support.engine_documents import document, phrase, word

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "memory": lambda folder: MemoryEngine(),
    "whoosh": lambda folder: WhooshEngine(folder / "index", IndexIdentity("archive", "rules")),
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """An engine without an index."""
    return ENGINES[request.param](tmp_path)


def index(engine: Engine, documents: Sequence[TokenisedDocument], *, one_by_one: bool = False) -> None:
    """Index documents in one commit or in several."""
    for batch in [[one] for one in documents] if one_by_one else [documents]:
        writer = engine.writer()
        for one in batch:
            writer.replace(one.document.source, [one], "f")
        writer.commit()


def ids(
    engine: Engine, query: Query, asked: PartialQuery | None = None, size: int = 10, **filters: object
) -> list[str]:
    """Return the ids of the second tier of a query."""
    asked = asked or partial_query(query)
    assert asked is not None
    request = Request(query, Filters(**filters), size=size)  # type: ignore[arg-type]
    return [hit.document.id for hit in engine.reader().partial(asked, request)]


def news(article_id: str, headline: str, text: str, **more: str) -> TokenisedDocument:
    """Return a document with the words of its headline and its one paragraph."""
    one = document(article_id, headline, units=(("paragraph", text),), **more)  # type: ignore[arg-type]
    return tokenise(one.document)


FERRY = news("ferry", "渡轮停航", "沙洲渡口的最后一班渡轮昨日停航，船长何满仓说，大桥下月通车。")
BRIDGE = news("bridge", "大桥合龙", "沙洲大桥昨日合龙，明年通车，渡轮还要再开一年。", paper="yi")
SCHOOL = news("school", "小学开学", "沙洲小学今日开学，新来的老师是何满仓的女儿。")
MARKET = news("market", "早市搬迁", "早市搬到河东。")
ARCHIVE = (FERRY, BRIDGE, SCHOOL, MARKET)


# --- what is in it


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("最后一班渡轮的船长是谁", ["ferry", "bridge"]),
        ("渡轮 老师", ["school", "ferry", "bridge"]),
        ("渡轮 老师 paper", ["school", "ferry", "bridge"]),
        ("渡轮 老师 -船长", ["school", "bridge"]),
        ('渡轮 老师 "明年通车"', ["bridge"]),
        ("渡轮 老师 headline:停航", ["ferry"]),
        ("汽车 飞机", []),
    ],
)
def test_it_has_what_holds_some_words_and_all_that_binds(engine: Engine, line: str, wanted: list[str]) -> None:
    index(engine, ARCHIVE)
    assert sorted(ids(engine, parse(line))) == sorted(wanted)


def test_a_full_match_is_never_in_it(engine: Engine) -> None:
    index(engine, ARCHIVE)
    assert ids(engine, parse("渡轮 船长")) == ["bridge"]


def test_filters_bind(engine: Engine) -> None:
    index(engine, ARCHIVE)
    assert ids(engine, parse("渡轮 老师"), paper=("yi",)) == ["bridge"]


def test_no_more_than_asked_for(engine: Engine) -> None:
    index(engine, ARCHIVE)
    assert len(ids(engine, parse("沙洲 汽车"), size=2)) == 2


def test_deleted_articles_are_not_in_it(engine: Engine) -> None:
    index(engine, ARCHIVE)
    writer = engine.writer()
    writer.remove(FERRY.document.source)
    writer.commit()
    assert "ferry" not in ids(engine, parse("渡轮 老师"))


@pytest.mark.parametrize("line", ["工会", '"工会 会议"', "headline:工会 byline:张三", "", "-工会"])
def test_a_query_that_can_lack_nothing_has_none(line: str) -> None:
    assert partial_query(parse(line)) is None


@pytest.mark.parametrize(
    ("line", "binding"),
    [
        ("工会 会议", Everything()),
        ('工会 会议 "表彰"', phrase("表彰")),
        ('工会 会议 -招聘 "表彰"', And((Not(word("招聘")), phrase("表彰")))),
        ('工会 OR 会议 OR "表彰"', Everything()),
        ("县城“零新增” 会议", Everything()),
        ("县城 “零新增” 会议", Phrase("零新增", ("零", "新增"))),
    ],
)
def test_what_binds(line: str, binding: Query) -> None:
    asked = partial_query_of_line(line)
    assert asked is not None
    assert repr(asked.binding) == repr(binding)


# --- what a question is about


@pytest.mark.parametrize(
    ("question", "strings", "asking"),
    [
        ("柳溪镇什么时候通火车", ("柳溪镇", "通火车"), ("什么时候",)),
        ("船长是谁", ("船长",), ("是谁",)),
        ("采茶比赛有多少人参加", ("采茶比赛", "人参加"), ("有多少",)),
        ("早市搬到哪里了", ("早市搬",), ("哪里",)),
        ("为什么渡轮停航", ("渡轮停航",), ("为什么",)),
        ("什么时候", ("什么时候",), ("什么时候",)),
        ("企业管理", ("企业管理",), ()),
        ("工会", ("工会",), ()),
    ],
)
def test_a_question_is_about_what_it_does_not_ask(
    question: str, strings: tuple[str, ...], asking: tuple[str, ...]
) -> None:
    assert (about(question).strings, about(question).asking) == (strings, asking)


def test_one_word_has_no_bigrams() -> None:
    assert not about("大桥").bigrams
    assert [bigram for bigram, _ in about("渡轮停航").bigrams] == ["渡轮", "轮停", "停航"]


# --- its order


def brute_force(asked: PartialQuery, one: TokenisedDocument, documents: Sequence[TokenisedDocument]) -> float:
    """The score of one document, by the formula of `partial_ranking` read word by word."""

    def idf(holds: Callable[[TokenisedDocument], bool]) -> float:
        held = sum(map(holds, documents))
        return math.log(1 + (len(documents) - held + 0.5) / (held + 0.5))

    def bm25(tf: int, length: int, lengths: list[int]) -> float:
        average = sum(lengths) / len(lengths) or 1.0
        return tf / (tf + 1.2 * (0.25 + 0.75 * length / average)) if tf else 0.0

    def times(text: str, fields: tuple[str, ...] = ()) -> int:
        units = [unit.text for unit in one.units if not fields or unit.field in fields]
        return sum(unit.startswith(text, at) for unit in units for at in range(len(unit)))

    bodies = [len(doc.words) for doc in documents]
    heads = [len(doc.headline_words) for doc in documents]
    score = held = everything = 0.0
    for term in asked.words:
        weight = idf(lambda doc, term=term: term in doc.words)  # type: ignore[misc]
        in_head = idf(lambda doc, term=term: term in doc.headline_words)  # type: ignore[misc]
        score += weight * bm25(one.words.count(term), len(one.words), bodies)
        score += 0.25 * in_head * bm25(one.headline_words.count(term), len(one.headline_words), heads)
        held += weight * (term in one.words)
        everything += weight
    score *= held / everything
    score += 5 * sum(len(text) for text in asked.strings if times(text)) / sum(map(len, asked.strings))
    for bigram, weight in asked.bigrams:
        weight *= idf(lambda doc, bigram=bigram: any(bigram in unit.text for unit in doc.units))  # type: ignore[misc]
        score += weight * bm25(times(bigram), len(one.words), bodies)
        score += 0.6 * weight * (times(bigram, ("kicker", "headline", "subtitle")) > 0)
    return score


LETTERS = "沙洲渡口轮船长大桥通车小学早市老师河东工会议"


def random_archive(seed: int, count: int = 60) -> list[TokenisedDocument]:
    """Make articles of a few letters, so that many hold the same words and bigrams."""
    rng = random.Random(seed)
    text = lambda most: "".join(rng.choices(LETTERS, k=rng.randint(1, most)))  # noqa: E731
    return [news(f"a{n:03}", text(8), text(60), source=f"jia/{n:03}.txt") for n in range(count)]


QUESTIONS = ["渡口轮船长是谁", "大桥什么时候通车", "小学老师 工会", "沙洲早市 河东会议", "船长的小学在哪里 通车"]


@pytest.mark.parametrize(
    ("line", "one_by_one"),
    [
        *((line, False) for line in QUESTIONS),
        (QUESTIONS[0], True),
        *(pytest.param(line, True, marks=pytest.mark.long) for line in QUESTIONS[1:]),
    ],
)
def test_each_score_is_that_of_the_formula(engine: Engine, line: str, one_by_one: bool) -> None:
    documents = random_archive(1)
    index(engine, documents, one_by_one=one_by_one)
    asked = partial_query(parse(line))
    assert asked is not None
    found = engine.reader().partial(asked, Request(parse(line), size=60))
    assert found
    by_id = {one.document.id: one for one in documents}
    for hit in found:
        assert hit.score == pytest.approx(brute_force(asked, by_id[hit.document.id], documents))
        assert hit.frequencies == {
            term: count for term in asked.words if (count := by_id[hit.document.id].words.count(term))
        }
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("seed", range(4))
def test_whoosh_answers_as_memory_does(tmp_path: Path, seed: int) -> None:
    documents = random_archive(seed, 400)  # more than are looked at in the second round
    engines = [make(tmp_path) for make in ENGINES.values()]
    for engine in engines:
        index(engine, documents)
    for line in QUESTIONS:
        asked, request = partial_query(parse(line)), Request(parse(line), size=30)
        assert asked is not None
        memory, whoosh = (engine.reader().partial(asked, request) for engine in engines)
        assert [hit.document.id for hit in memory] == [hit.document.id for hit in whoosh]
        assert [hit.score for hit in memory] == pytest.approx([hit.score for hit in whoosh])


def test_bigrams_find_what_no_word_does(engine: Engine) -> None:
    index(engine, ARCHIVE)
    asked = PartialQuery(Everything(), ("无此",), ("无此",), (("早市", 1.0), ("市搬", 1.0)))
    assert ids(engine, parse("无此"), asked) == ["market"]


# --- full matches as typed come first


def test_articles_with_the_string_come_before_those_with_its_pieces(engine: Engine) -> None:
    apart = news("apart", "渔港开港，管理到位", "渔港渔港渔港，管理管理管理。")
    typed = news("typed", "卫生院的一天", "渔民说，渔港管理得不错，今年的收成也很好，村里的老人都来看。")
    index(engine, [apart, typed])
    for query in (parse("渔港管理"), parse("渔港管理 OR 无此")):
        assert [hit.document.id for hit in engine.reader().search(Request(query)).hits] == ["typed", "apart"]


def test_the_page_after_those_as_typed_has_the_others(engine: Engine) -> None:
    documents = [news(f"t{n}", "", "渔港管理。", source=f"jia/t{n}.txt") for n in range(3)]
    documents += [news(f"p{n}", "", "管理渔港。", source=f"jia/p{n}.txt") for n in range(3)]
    index(engine, documents)
    request = Request(parse("渔港管理"), size=2)
    reader = engine.reader()
    pages = [[hit.document.id[0] for hit in reader.search(replace(request, offset=at)).hits] for at in (0, 2, 4)]
    assert pages == [["t", "t"], ["t", "p"], ["p", "p"]]


def test_or_keeps_the_words_of_both_sides() -> None:
    asked = partial_query(Or((word("工会"), word("妇联"))))
    assert asked is not None
    assert asked.words == ("工会", "妇联")
