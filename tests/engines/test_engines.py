"""Tests of the contract of engines, run with each of them.

Whoosh is also compared with the memory engine on random archives. To test another engine, add it to `ENGINES`.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from indexer.engines import open_engine
from indexer.engines.base import Engine, IndexIdentity, Reader
from indexer.engines.memory import MemoryEngine
from indexer.engines.opensearch.engine import OpenSearchEngine
from indexer.engines.opensearch.reader import OpenSearchReader
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import IndexLocked, IndexMissing, IndexUnavailable, UsageError
from indexer.model import (
    And,
    DateSpan,
    Everything,
    FacetValue,
    Filters,
    Hit,
    IssueHolding,
    Not,
    Or,
    PaperHolding,
    PartialQuery,
    Phrase,
    Prefix,
    Query,
    Request,
    Results,
    Rights,
    Times,
    TokenisedDocument,
    Word,
)
from indexer.text.folding import fold
from tests.support import cluster
from tests.support.engine_documents import (
    Change,
    Step,
    changes,
    document,
    near,
    partial_queries,
    phrase,
    requests,
    texts,
    word,
)
from tests.support.examples import examples

IDENTITY = IndexIdentity(archive="/archive", rules="rules-1")
ENGINES: dict[str, Callable[[Path], Engine]] = {
    "memory": lambda folder: MemoryEngine(),
    "whoosh": lambda folder: WhooshEngine(folder / "index", IDENTITY),
}
"""The engines of one machine. OpenSearch is `ON_A_CLUSTER`, since its indexes outlive a test."""
ON_A_CLUSTER = pytest.param("opensearch", marks=pytest.mark.opensearch)
EACH_ENGINE = (*ENGINES, ON_A_CLUSTER)

ANYTHING = Filters()
MARCH, MAY, NEW_YEAR = date(2019, 3, 8), date(2019, 5, 1), date(2020, 1, 1)

ARCHIVE = (
    document(
        "union",
        "市总工会表彰",
        headline_words="市 总工会 工会 表彰",
        words="市 总工会 工会 表彰 工会 安全 生产 安全生产",
        units=(("byline", "王小明"), ("byline", "李·买买提"), ("paragraph", "工会说安全生产"), ("paragraph", "工作好")),
        day=MARCH,
        page="1",
        section="要闻",
        localities=("豫/驻/驿", "豫/周"),
    ),
    document(
        "bridge",
        "长江大桥",
        headline_words="长江 大桥 长江大桥",
        words="长江 大桥 长江大桥 南京 市 长江 会议 职工",
        units=(("caption", "大桥的南京市"), ("paragraph", "南京市长江大桥和职工会议")),
        day=MAY,
        page="2",
        section="要闻",
        kind="图片",
        localities=("豫/驻",),
    ),
    document(
        "women",
        "妇联招商",
        words="妇联 招商 签约 张三 张老师",
        units=(("kicker", "工会"), ("paragraph", "签约以后再招商"), ("paragraph", "张三和张老师")),
        day=NEW_YEAR,
        page="10",
        section="副刊",
        localities=("京",),
        paper="yi",
        title="乙报",
    ),
    document(
        "undated",
        "",
        words="工会 招聘",
        units=(("subtitle", "招聘"), ("paragraph", "工会招聘啦")),
        day=None,
        page="p003",
        paper="yi",
        title="乙报旧名",
    ),
)
UNION, BRIDGE, WOMEN, UNDATED = "union", "bridge", "women", "undated"
ALL = {UNION, BRIDGE, WOMEN, UNDATED}


@pytest.fixture(scope="module")
def new_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Engine]]:
    """Makes engines, each without an index."""
    locations: list[str] = []

    def made(name: str) -> Engine:
        if name in ENGINES:
            return ENGINES[name](tmp_path_factory.mktemp(name))
        locations.append(cluster.new_location(request.getfixturevalue("opensearch_url")))
        return open_engine(locations[-1], IDENTITY)

    yield made
    cluster.forget(*locations)


@pytest.fixture(params=EACH_ENGINE)
def engine(request: pytest.FixtureRequest, new_engine: Callable[[str], Engine]) -> Engine:
    """An engine without an index."""
    return new_engine(request.param)


@pytest.fixture(scope="module", params=EACH_ENGINE)
def reader(request: pytest.FixtureRequest, new_engine: Callable[[str], Engine]) -> Reader:
    """The archive above, with one commit per article."""
    engine = new_engine(request.param)
    for one in ARCHIVE:
        index(engine, [one])
    return engine.reader()


def index(engine: Engine, documents: Iterable[TokenisedDocument], *, fresh: bool = False) -> None:
    writer = engine.writer(fresh=fresh)
    for one in documents:
        writer.replace(one.document.source, [one], "f")
    writer.commit()


def ids(results: Results) -> list[str]:
    return [hit.document.id for hit in results.hits]


def found(reader: Reader, query: Query, filters: Filters = ANYTHING) -> set[str]:
    results = reader.search(Request(query, filters, size=100))
    assert results.total == len(results.hits) == reader.count(Request(query, filters))
    return set(ids(results))


def counts(values: Iterable[FacetValue]) -> list[tuple[str, int]]:
    return [(value.value, value.count) for value in values]


# --- matching


def shown(value: object) -> str:
    """Return the name of a test case; sets are sorted so that all processes agree."""
    return repr(sorted(value)) if isinstance(value, set) else repr(value)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Everything(), ALL),
        # a bare word: all its terms, anywhere
        (word("工会"), {UNION, UNDATED}),
        (word("南京 市"), {BRIDGE}),
        (word("南京 工会"), set()),
        (word("没有"), set()),
        # … or its exact text, if it is not a single word
        (word("工会", or_phrase=True), {UNION, BRIDGE, WOMEN, UNDATED}),
        (word("王小明", or_phrase=True), {UNION}),
        (Word("会议", (), or_phrase=False), set()),
        (Word("会议", (), or_phrase=True), {BRIDGE}),
        (Word("", (), or_phrase=True), set()),
        # a phrase: its exact text, within one unit
        (phrase("工会"), ALL),
        (phrase("市长江大桥"), {BRIDGE}),
        (phrase("安全生产工作"), set()),
        (phrase("表彰王"), set()),
        (phrase("大桥大桥"), set()),
        (phrase("大"), {BRIDGE}),
        (phrase("好"), {UNION}),
        (phrase("啦"), {UNDATED}),
        (phrase(""), set()),
        (phrase("招聘啦"), {UNDATED}),
        # fields
        (word("工会", field="headline"), {UNION}),
        (word("安全", field="headline"), set()),
        (word("会表", or_phrase=True, field="headline"), {UNION}),
        (phrase("会表", field="headline"), {UNION}),
        (phrase("安全", field="headline"), set()),
        (phrase("大桥", field="caption"), {BRIDGE}),
        (phrase("招聘", field="subtitle"), {UNDATED}),
        (phrase("工会", field="kicker"), {WOMEN}),
        (phrase("的", field="caption"), {BRIDGE}),
        (phrase("的", field="paragraph"), set()),
        (word("王", field="byline"), {UNION}),
        (word("小明", field="byline"), {UNION}),
        (word("买提", field="byline"), {UNION}),
        (phrase("明李", field="byline"), set()),
        (Prefix("小", field="byline"), {UNION}),
        (word("工会", field="byline"), set()),
        # prefixes
        (Prefix("张"), {WOMEN}),
        (Prefix("安全生"), {UNION}),
        (Prefix("全"), set()),
        (Prefix("长江", field="headline"), {BRIDGE}),
        (Prefix("南", field="headline"), set()),
        (Prefix(""), set()),
        # proximity
        (near(3, "招商", "签约"), {WOMEN}),
        (near(2, "招商", "签约"), set()),
        (near(3, "签约", "招商"), {WOMEN}),
        (near(100, "安全", "工作"), set()),
        (near(0, "张", "三"), {WOMEN}),
        (near(5, "南京", "大桥", "职工"), {BRIDGE}),
        (near(0, "安全生产"), {UNION}),
        (near(9, "安全", ""), set()),
        (near(9), set()),
        # combinations
        (And((word("工会"), word("招聘"))), {UNDATED}),
        (Or((word("工会"), word("妇联"))), {UNION, WOMEN, UNDATED}),
        (And((Or((word("妇联"), word("工会"))), Not(word("招聘")))), {UNION, WOMEN}),
        (And((Not(word("招聘")), Not(word("妇联")))), {UNION, BRIDGE}),
        (Not(word("招聘")), {UNION, BRIDGE, WOMEN}),
        (Not(Not(word("招聘"))), {UNDATED}),
        (Not(Everything()), set()),
        (Or((Not(word("工会")), word("招聘"))), {BRIDGE, WOMEN, UNDATED}),
        (And(()), ALL),
        (Or(()), set()),
        (And((Everything(), Not(Or((phrase("大"), phrase("啦")))))), {UNION, WOMEN}),
    ],
    ids=shown,
)
def test_a_query_finds_exactly_these(reader: Reader, query: Query, expected: set[str]) -> None:
    assert found(reader, query) == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(paper=("yi",)), {WOMEN, UNDATED}),
        (Filters(paper=("yi", "jia")), ALL),
        (Filters(paper=("bing",)), set()),
        (Filters(section=("要闻",), kind=("新闻",)), {UNION}),
        # a place includes the places in it, but not others with the same initial characters
        (Filters(locality=("豫",)), {UNION, BRIDGE}),
        (Filters(locality=("豫/驻",)), {UNION, BRIDGE}),
        (Filters(locality=("豫/驻/驿",)), {UNION}),
        (Filters(locality=("驻",)), set()),
        (Filters(locality=("豫/周", "京")), {UNION, WOMEN}),
        # both ends of a span are inclusive; articles without a date are in no span
        (Filters(dates=DateSpan(MARCH, MAY)), {UNION, BRIDGE}),
        (Filters(dates=DateSpan(MAY, MAY)), {BRIDGE}),
        (Filters(dates=DateSpan(None, MARCH)), {UNION}),
        (Filters(dates=DateSpan(MAY, None)), {BRIDGE, WOMEN}),
        (Filters(dates=DateSpan(date.min, date.max)), {UNION, BRIDGE, WOMEN}),
        (Filters(dates=DateSpan(MAY, MARCH)), set()),
        (Filters(dates=DateSpan()), ALL),
        (Filters(dates=DateSpan(undated=True)), ALL - {UNION, BRIDGE, WOMEN}),
    ],
    ids=shown,
)
def test_choices_narrow_what_is_found(reader: Reader, filters: Filters, expected: set[str]) -> None:
    assert found(reader, Everything(), filters) == expected


# --- facets


def test_only_the_facets_asked_for_are_counted(reader: Reader) -> None:
    every = reader.search(Request(Everything()))
    some = reader.search(Request(Everything(), facets=("section", "date")))
    assert some.facets == {name: every.facets[name] for name in ("section", "date")}
    assert reader.search(Request(Everything(), facets=())).facets == {}
    assert some.total == every.total


def test_facets_count_all_hits_and_not_only_those_shown(reader: Reader) -> None:
    facets = reader.search(Request(Everything(), size=1)).facets
    assert {name: counts(values) for name, values in facets.items()} == {
        "paper": [("jia", 2), ("yi", 2)],
        "locality": [("豫", 2), ("豫/驻", 2), ("京", 1), ("豫/周", 1), ("豫/驻/驿", 1)],
        "section": [("要闻", 2), ("副刊", 1)],
        "kind": [("新闻", 3), ("图片", 1)],
        "quality": [("poor", 4)],
        "date": [("2019", 2), ("2020", 1), ("unknown", 1)],
    }


def test_a_facet_ignores_its_own_choice_and_heeds_all_others(reader: Reader) -> None:
    results = reader.search(Request(Everything(), Filters(kind=("图片",), section=("要闻",))))
    assert counts(results.facets["kind"]) == [("图片", 1), ("新闻", 1)]
    assert counts(results.facets["section"]) == [("要闻", 1)]
    assert reader.search(Request(Everything(), Filters(quality=("poor",)))).total == 4
    assert reader.search(Request(Everything(), Filters(quality=("good", "fair")))).total == 0
    assert counts(results.facets["paper"]) == [("jia", 1)]


def test_the_years_ignore_the_chosen_span(reader: Reader) -> None:
    results = reader.search(Request(Everything(), Filters(dates=DateSpan(MAY, MAY))))
    assert counts(results.facets["date"]) == [("2019", 2), ("2020", 1), ("unknown", 1)]
    assert counts(results.facets["kind"]) == [("图片", 1)]


# --- order and paging


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", [WOMEN, BRIDGE, UNION, UNDATED]),
        ("oldest", [UNION, BRIDGE, WOMEN, UNDATED]),
        ("relevance", [WOMEN, BRIDGE, UNION, UNDATED]),  # nothing to rank by: newest first
    ],
)
def test_articles_without_a_date_come_last(reader: Reader, sort: str, expected: list[str]) -> None:
    results = reader.search(Request(Everything(), sort=sort))  # type: ignore[arg-type]
    assert ids(results) == expected
    assert {hit.score for hit in results.hits} == {0.0}


def test_what_was_indexed_last_comes_first_and_times_outlive_other_commits(engine: Engine) -> None:
    for number, one in enumerate(ARCHIVE):
        writer = engine.writer()
        writer.replace(one.document.source, [one], "f")
        writer.commit(times={one.document.id: Times(100 + number // 2, 200)}, records=f"{number}\n")
    reader = engine.reader()
    everything = reader.search(Request(Everything(), sort="indexed"))
    assert ids(everything) == [WOMEN, UNDATED, BRIDGE, UNION]  # of equals, the newest first and the undated last
    assert {hit.score for hit in everything.hits} == {0.0}
    assert ids(reader.search(Request(word("工会"), sort="indexed", offset=1, size=1))) == [UNION]
    assert reader.times([UNION, WOMEN, "nowhere"]) == {UNION: Times(100, 200), WOMEN: Times(101, 200)}
    assert engine.former_times([UNION, "nowhere"]) == {UNION: Times(100, 200)}
    assert engine.pending_records() == "0\n1\n2\n3\n"
    engine.forget_records("1\n")
    assert engine.pending_records() == "0\n1\n2\n3\n"
    engine.forget_records(engine.pending_records())
    assert engine.pending_records() == ""


def test_a_word_in_the_headline_counts_more(reader: Reader) -> None:
    results = reader.search(Request(Or((word("工会"), word("大桥")))))
    assert ids(results)[-1] == UNDATED
    scores = [hit.score for hit in results.hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


def test_a_negated_word_and_a_prefix_do_not_rank(reader: Reader) -> None:
    plain = reader.search(Request(word("工会")))
    negated = reader.search(Request(And((word("工会"), Not(word("没有")), Prefix("工")))))
    assert [hit.score for hit in plain.hits] == [hit.score for hit in negated.hits]


def test_equals_come_by_date_then_by_id(engine: Engine) -> None:
    rows = [("b", MARCH), ("a", MARCH), ("c", MAY), ("d", None)]
    index(engine, [document(name, words="同", day=day) for name, day in rows])
    reader = engine.reader()
    assert ids(reader.search(Request(word("同")))) == ["c", "a", "b", "d"]
    assert ids(reader.search(Request(word("同"), sort="newest"))) == ["c", "a", "b", "d"]
    assert ids(reader.search(Request(word("同"), sort="oldest"))) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(("offset", "size"), [(0, 3), (3, 3), (6, 3), (8, 5), (9, 3), (10**9, 10), (0, 0), (2, 10**9)])
def test_a_window_of_the_list(engine: Engine, offset: int, size: int) -> None:
    names = [f"n{number}" for number in range(9)]
    index(engine, [document(name) for name in names])
    results = engine.reader().search(Request(Everything(), offset=offset, size=size))
    assert ids(results) == names[offset : offset + size]
    assert results.total == 9


# --- documents and holdings


def test_a_document_comes_back_as_it_went_in(reader: Reader) -> None:
    for kept in ARCHIVE:
        assert reader.get(kept.document.id) == kept.document
    assert reader.get("nothing") is None
    assert reader.get("\udcff") is None


def test_papers_go_by_the_title_of_their_newest_article(reader: Reader) -> None:
    assert reader.papers() == (
        PaperHolding("jia", "甲报", articles=2, issues=2, first=MARCH, last=MAY, undated=0),
        PaperHolding("yi", "乙报", articles=2, issues=1, first=NEW_YEAR, last=NEW_YEAR, undated=1),
    )


def test_issues_oldest_first_and_undated_pages_last(reader: Reader) -> None:
    assert reader.issues("yi") == (IssueHolding(NEW_YEAR, ("10",), 1), IssueHolding(None, ("p003",), 1))
    assert reader.issues("bing") == ()


def test_an_issue_is_in_the_order_of_its_pages(engine: Engine) -> None:
    rows = [("B01", 0), ("10", 0), ("2", 1), ("2", 0), ("A02", 0)]
    index(engine, [document(f"p{page}-{ordinal}", page=page, ordinal=ordinal) for page, ordinal in rows])
    reader = engine.reader()
    assert [kept.id for kept in reader.issue("jia", MARCH)] == ["p2-0", "p2-1", "p10-0", "pA02-0", "pB01-0"]
    assert reader.issues("jia") == (IssueHolding(MARCH, ("2", "10", "A02", "B01"), 5),)
    assert reader.issue("jia", MAY) == reader.issue("yi", MARCH) == reader.issue("jia", None) == ()


def test_what_was_made_from_a_page(engine: Engine) -> None:
    page = [document(f"a{ordinal}", ordinal=ordinal, source="jia/1.txt") for ordinal in range(3)]
    writer = engine.writer()
    writer.replace("jia/1.txt", page, "one")
    writer.replace("jia/2.txt", [document("b", source="jia/2.txt")], "two")
    writer.replace("jia/empty.txt", [], "three")
    writer.commit()
    reader = engine.reader()
    assert dict(reader.fingerprints()) == {"jia/1.txt": "one", "jia/2.txt": "two"}
    assert reader.documents_of("jia/1.txt") == tuple(one.document for one in page)
    assert reader.documents_of("jia/empty.txt") == ()


# --- writing


def everything(engine: Engine) -> list[str]:
    return ids(engine.reader().search(Request(Everything(), size=100)))


def test_before_the_first_commit_there_is_no_index(engine: Engine) -> None:
    with pytest.raises(IndexMissing):
        engine.reader()
    engine.writer().abort()
    with pytest.raises(IndexMissing):
        engine.reader()
    engine.writer().commit()
    assert everything(engine) == []
    assert engine.reader().papers() == ()


def test_replacing_and_removing_a_page(engine: Engine) -> None:
    index(engine, [document("a", words="甲", source="1"), document("b", words="乙", source="2")])
    index(engine, [document("c", words="丙", source="1")])
    assert everything(engine) == ["b", "c"]
    assert found(engine.reader(), word("甲")) == set()
    writer = engine.writer()
    writer.remove("2")
    writer.remove("never there")
    writer.commit()
    assert everything(engine) == ["c"]
    assert engine.reader().get("b") is None


def test_the_last_word_of_a_change_holds(engine: Engine) -> None:
    writer = engine.writer()
    writer.replace("1", [document("a", source="1"), document("b", source="1")], "f")
    writer.replace("2", [document("c", source="2")], "f")
    writer.replace("1", [document("d", source="1")], "f")
    writer.remove("2")
    writer.commit()
    assert everything(engine) == ["d"]


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_deleted_documents_count_nowhere_in_ranking(engine: Engine) -> None:
    """On a cluster they count in how rare a word is, until their segments are merged."""
    kept = [document("a", "甲", words="甲 乙"), document("b", words="甲 乙 丙 丁"), document("c", words="丙")]
    index(engine, [*kept, document("gone", "甲", words="甲 " * 50)])
    writer = engine.writer()
    writer.remove("jia/gone.txt")
    writer.commit()
    never = MemoryEngine()
    index(never, kept)
    assert scores(engine.reader(), word("甲")) == pytest.approx(scores(never.reader(), word("甲")))


def scores(reader: Reader, query: Query) -> dict[str, float]:
    return {hit.document.id: hit.score for hit in reader.search(Request(query, size=100)).hits}


def test_an_open_reader_sees_nothing_of_later_changes(engine: Engine) -> None:
    index(engine, [document("a", words="甲")])
    before = engine.reader()
    index(engine, [document("b", words="甲")])
    index(engine, [document("c", words="甲")], fresh=True)
    assert ids(before.search(Request(word("甲")))) == ["a"]
    assert before.get("a") is not None
    assert everything(engine) == ["c"]
    before.close()
    before.close()


def test_a_fresh_index_is_seen_only_when_committed(engine: Engine) -> None:
    index(engine, [document("a")])
    writer = engine.writer(fresh=True)
    writer.replace("2", [document("b", source="2")], "f")
    assert everything(engine) == ["a"]
    writer.abort()
    assert everything(engine) == ["a"]
    index(engine, [document("b")], fresh=True)
    assert everything(engine) == ["b"]


def test_a_trial_begins_with_the_last_commit_and_leaves_no_trace(engine: Engine) -> None:
    with engine.trial() as trial, pytest.raises(IndexMissing):
        trial.reader()
    index(engine, ARCHIVE[:2])
    with engine.trial() as trial:
        writer = trial.writer()
        writer.remove(ARCHIVE[0].document.source)
        writer.replace(ARCHIVE[2].document.source, [ARCHIVE[2]], "f")
        writer.commit({"old": WOMEN}, {WOMEN: Times(5, 5)}, "a line\n")
        assert {one for one in ALL if trial.reader().get(one)} == {BRIDGE, WOMEN}
        assert (trial.pending_moves(), trial.pending_records()) == ({"old": WOMEN}, "a line\n")
        engine.writer().abort()  # its lock is another
    assert {one for one in ALL if engine.reader().get(one)} == {UNION, BRIDGE}
    assert (engine.pending_moves(), engine.pending_records()) == ({}, "")


def test_each_commit_has_a_version_of_its_own(engine: Engine) -> None:
    index(engine, ARCHIVE[:1])
    first = engine.reader()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\.0", first.version())
    assert engine.reader().version() == first.without(("jia",)).version() == first.version()
    index(engine, ARCHIVE[1:])
    assert engine.reader().version().endswith(".1")
    assert first.version().endswith(".0")
    writer = engine.writer()
    assert writer.preview().version() == ""
    writer.abort()


def test_an_aborted_change_leaves_no_trace(engine: Engine) -> None:
    index(engine, [document("a", source="1")])
    writer = engine.writer()
    writer.replace("1", [document("b", source="1")], "f")
    writer.remove("1")
    writer.abort()
    writer.abort()
    assert everything(engine) == ["a"]
    index(engine, [document("c", source="3")])
    assert everything(engine) == ["a", "c"]


def test_one_writer_at_a_time(engine: Engine) -> None:
    writer = engine.writer()
    with pytest.raises(IndexLocked):
        engine.writer()
    writer.commit()
    engine.writer(fresh=True).abort()
    engine.writer().abort()


def test_an_ended_writer_refuses(engine: Engine) -> None:
    writer = engine.writer()
    writer.commit()
    for call in (writer.commit, lambda: writer.remove("1"), lambda: writer.replace("1", [], "f")):
        with pytest.raises(UsageError):
            call()
    writer.abort()


def test_a_page_that_fails_half_way_adds_nothing(engine: Engine) -> None:
    def half() -> Iterable[TokenisedDocument]:
        yield document("a", source="1")
        raise IndexUnavailable("no more")

    writer = engine.writer()
    with pytest.raises(IndexUnavailable):
        writer.replace("1", half(), "f")
    writer.commit()
    assert everything(engine) == []


@pytest.mark.parametrize("length", [255, 256, 5_000, 70_000])
def test_words_of_any_length(engine: Engine, length: int) -> None:
    long = "长" * length
    index(engine, [document("a", words=long), document("b", words=long[:-1])])
    assert found(engine.reader(), word(long)) == {"a"}
    assert found(engine.reader(), Prefix(long[:-1])) == {"a", "b"}


@pytest.mark.parametrize("text", ["长" * 2_000, "长江" * 1_000, "".join(map(chr, range(0x4E00, 0x5200)))], ids=len)
def test_phrases_of_any_length(engine: Engine, text: str) -> None:
    index(engine, [document("a", units=(("paragraph", text),))])
    assert found(engine.reader(), phrase(text)) == {"a"}
    assert found(engine.reader(), phrase(text[:-1] + "大")) == set()
    assert found(engine.reader(), phrase(text + text[0])) == set()


def test_many_threads_get_the_same_answers(reader: Reader) -> None:
    asked = [
        Request(query) for query in (word("工会"), phrase("大"), Prefix("张"), near(3, "招商", "签约"), Not(word("市")))
    ]
    alone = [reader.search(request) for request in asked]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(reader.search, asked * 20))
    assert together == alone * 20


# --- comparison with the memory engine on random archives


def run(engine: Engine, change: Change) -> None:
    writer = engine.writer(fresh=change.fresh)
    for step in change.steps:
        if step.documents:
            writer.replace(step.source, step.documents, step.fingerprint)
        else:
            writer.remove(step.source)
    if change.committed:
        writer.commit(times=change.times)
    else:
        writer.abort()


def assert_same(ours: Reader, reference: Reader, request: Request) -> None:
    """Check that two readers answer alike. What was replaced on a cluster still counts in scores, not in what is found.

    So there the other orders are compared.
    """
    if isinstance(ours, OpenSearchReader) and request.sort == "relevance":
        request = structs.replace(request, sort="newest")
    results, expected = ours.search(request), reference.search(request)
    assert (results.total, results.facets) == (expected.total, expected.facets)
    assert ours.count(request) == expected.total
    assert [hit.document for hit in results.hits] == [hit.document for hit in expected.hits]
    assert [hit.score for hit in results.hits] == pytest.approx([hit.score for hit in expected.hits], abs=1e-6)


def assert_same_holdings(ours: Reader, reference: Reader) -> None:
    assert ours.papers() == reference.papers()
    assert dict(ours.fingerprints()) == dict(reference.fingerprints())
    for source in reference.fingerprints():
        assert ours.documents_of(source) == reference.documents_of(source)
        ids_here = [document.id for document in reference.documents_of(source)]
        assert ours.times(ids_here) == reference.times(ids_here)
    for paper in ("jia", "yi"):
        assert ours.issues(paper) == reference.issues(paper)
        for issue in reference.issues(paper):
            assert ours.issue(paper, issue.date) == reference.issue(paper, issue.date)


UNHURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large]


@examples(20, 60, of=settings(suppress_health_check=UNHURRIED))
@given(history=st.lists(changes, min_size=1, max_size=6), asked=st.lists(requests, min_size=1, max_size=12))
def test_whoosh_answers_as_the_reference_does(
    history: list[Change], asked: list[Request], new_engine: Callable[[str], Engine]
) -> None:
    assert_same_after(new_engine("whoosh"), history, asked)


@pytest.mark.opensearch
@settings(max_examples=4, deadline=None, suppress_health_check=UNHURRIED)
@given(history=st.lists(changes, min_size=1, max_size=4), asked=st.lists(requests, min_size=1, max_size=12))
def test_opensearch_answers_as_the_reference_does(
    history: list[Change], asked: list[Request], new_engine: Callable[[str], Engine]
) -> None:
    assert_same_after(new_engine("opensearch"), history, asked)


@pytest.mark.opensearch
@pytest.mark.long
@settings(max_examples=60, deadline=None, suppress_health_check=UNHURRIED)
@given(history=st.lists(changes, min_size=1, max_size=6), asked=st.lists(requests, min_size=1, max_size=12))
def test_opensearch_answers_as_the_reference_does_at_length(
    history: list[Change], asked: list[Request], new_engine: Callable[[str], Engine]
) -> None:
    assert_same_after(new_engine("opensearch"), history, asked)


def assert_same_after(ours: Engine, history: list[Change], asked: list[Request]) -> None:
    """Check that an engine answers as the memory engine does, after the same changes."""
    reference = MemoryEngine()
    for engine in (ours, reference):
        run(engine, Change((), fresh=False, committed=True))
        for change in history:
            run(engine, change)
    for request in asked:
        assert_same(ours.reader(), reference.reader(), request)
    assert_same_holdings(ours.reader(), reference.reader())


@pytest.mark.parametrize("name", ["whoosh", ON_A_CLUSTER])
def test_forty_commits_of_additions_and_replacements(name: str, new_engine: Callable[[str], Engine]) -> None:
    """This is enough for segments with deletions to be merged."""
    chance = random.Random(2019)
    ours, reference = new_engine(name), MemoryEngine()
    for number in range(40):
        source = f"jia/{chance.randrange(25)}.txt"
        text = "".join(chance.choices("甲乙丙丁", k=30))
        made = document(f"{source}-{number}", words=" ".join(text), units=(("paragraph", text),), source=source)
        for engine in (ours, reference):
            step = Step(source, (made,) if number % 7 else ())
            run(engine, Change((step,), fresh=False, committed=True, night=number // 3))
    for query in (word("甲"), phrase("甲乙"), phrase("甲乙丙"), near(2, "甲乙", "丙丁"), Not(phrase("丁丁丁"))):
        for sort in ("relevance", "indexed"):
            assert_same(ours.reader(), reference.reader(), Request(query, sort=sort, size=50))
    assert_same_holdings(ours.reader(), reference.reader())


# --- without some papers


def test_the_rights_of_a_paper_are_the_strictest_of_its_articles(engine: Engine) -> None:
    def rights() -> list[Rights]:
        return [holding.rights for holding in engine.reader().papers()]

    index(engine, [document("a"), document("b", rights="metadata"), document("c", paper="yi")])
    assert rights() == ["metadata", "public"]
    index(engine, [document("d", rights="inhouse")])
    assert rights() == ["inhouse", "public"]
    assert engine.reader().get("d") == document("d", rights="inhouse").document


def test_without_no_paper_a_reader_is_the_same(reader: Reader) -> None:
    assert reader.without(()) is reader
    assert ids(reader.without(("bing",)).search(Request(Everything()))) == ids(reader.search(Request(Everything())))


@examples(20, 60, of=settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]))
@given(
    history=st.lists(changes, min_size=1, max_size=5),
    asked=st.lists(requests, min_size=1, max_size=8),
    partial=st.lists(partial_queries, min_size=1, max_size=3),
    near_texts=st.lists(texts, min_size=1, max_size=3),
)
@pytest.mark.parametrize("name", ENGINES)
def test_without_a_paper_all_is_as_if_it_had_never_been_indexed(
    name: str,
    history: list[Change],
    asked: list[Request],
    partial: list[PartialQuery],
    near_texts: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    whole, never = ENGINES[name](tmp_path_factory.mktemp(name)), MemoryEngine()
    for engine in (whole, never):
        run(engine, Change((), fresh=False, committed=True))
    for change in history:
        run(whole, change)
        run(never, without_jia(change))
    ours, reference = whole.reader().without(("jia",)), never.reader()
    for request in asked:
        assert_same(ours, reference, request)
        for query in partial:
            assert scored(ours.partial(query, request)) == scored(reference.partial(query, request))
    assert_same_holdings(ours, reference)
    assert ours.issues("jia") == ours.issue("jia", MARCH) == ()
    all_ids = [one.document.id for change in history for step in change.steps for one in step.documents]
    assert dict(ours.times(all_ids)) == dict(reference.times(all_ids))
    assert [ours.get(one) for one in all_ids] == [reference.get(one) for one in all_ids]
    assert ours.holding(near_texts) == reference.holding(near_texts)
    for text in near_texts:
        assert ours.near_terms(text, 3) == reference.near_terms(text, 3)
        assert ours.terms_with_prefix(text, 3) == reference.terms_with_prefix(text, 3)
        assert ours.letters_between(text, text[-1], 3) == reference.letters_between(text, text[-1], 3)
        for field in ("headline", "byline", "paragraph"):
            assert ours.beginning(field, text, 3) == reference.beginning(field, text, 3)


def without_jia(change: Change) -> Change:
    kept = [
        replace(step, documents=tuple(one for one in step.documents if one.document.paper != "jia"))
        for step in change.steps
    ]
    return replace(change, steps=tuple(kept))


def scored(hits: Iterable[Hit]) -> list[tuple[str, float]]:
    return [(hit.document.id, pytest.approx(hit.score, abs=1e-6)) for hit in hits]


# --- comparison with brute force


@pytest.mark.parametrize("name", EACH_ENGINE)
def test_a_phrase_is_grep(name: str, shared: Path, new_engine: Callable[[str], Engine]) -> None:
    """A phrase finds exactly the articles that contain it.

    The phrases are random pieces of real news, and the same pieces with two characters swapped.
    """
    documents = real_news(shared, 150)
    engine = new_engine(name)
    writer = engine.writer()
    for one in documents:
        writer.replace(one.document.source, [one], "f")
    writer.commit()
    reader = engine.reader()
    chance = random.Random(8)
    for _ in range(40 if name == "opensearch" else 200):
        unit = chance.choice(chance.choice(documents).units).text
        start = chance.randrange(len(unit))
        text = unit[start : start + chance.randint(1, 8)]
        for asked in (text, text[1:2] + text[:1] + text[2:]):
            expected = {doc.document.id for doc in documents if any(asked in unit.text for unit in doc.units)}
            results = reader.search(Request(Phrase(asked, ()), size=1000))
            assert set(ids(results)) == expected


def real_news(shared: Path, number: int) -> list[TokenisedDocument]:
    with gzip.open(shared / "corpus" / "news-dev.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in islice(file, number)]
    return [
        document(
            f"n{place}",
            fold(news["title"]),
            units=tuple(("paragraph", fold(text)) for text in news["paragraphs"] if fold(text)),
        )
        for place, news in enumerate(lines)
    ]


# --- opening


def test_a_location_says_which_engine(tmp_path: Path) -> None:
    assert isinstance(open_engine("memory:", IDENTITY), MemoryEngine)
    assert isinstance(open_engine(str(tmp_path / "index"), IDENTITY), WhooshEngine)
    assert not (tmp_path / "index").exists()
    assert isinstance(open_engine("opensearch+http://127.0.0.1:9200/name", IDENTITY), OpenSearchEngine)
    with pytest.raises(IndexUnavailable, match=r"http://127.0.0.1:9200/name: .*--index"):
        open_engine("http://127.0.0.1:9200/name", IDENTITY)
