"""Tests of the ranking formula: values computed by hand, and general properties."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indexer.engines.memory import MemoryEngine
from indexer.engines.ranking import B, FieldStatistics, field_statistics, positive_terms
from indexer.model import And, Everything, Not, Or, Prefix, Query, Request
from tests.support.engine_documents import document, near, phrase, word

GONGHUI, FULIAN, ZHAOPIN = word("工会"), word("妇联"), word("招聘")


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        (GONGHUI, ("工会",)),
        (word("安全 生产"), ("安全", "生产")),
        (phrase("安全"), ("安全",)),
        (near(3, "招商", "签约"), ("招商", "签约")),
        (And((GONGHUI, Or((FULIAN, GONGHUI)))), ("工会", "妇联")),
        (And((GONGHUI, Not(ZHAOPIN))), ("工会",)),
        (Not(Or((GONGHUI, Not(ZHAOPIN)))), ("招聘",)),
        (And((Everything(), Prefix("张"))), ()),
    ],
    ids=repr,
)
def test_each_word_that_is_not_negated_counts_once(query: Query, terms: tuple[str, ...]) -> None:
    assert positive_terms(query) == terms


def test_a_score_worked_out_by_hand() -> None:
    """Three documents; 工会 is in the body of two and in the headline of one."""
    engine = MemoryEngine()
    writer = engine.writer()
    for one in (
        document("first", "工会", headline_words="工会", words="工会 表彰 工会 会议"),
        document("second", "会议", headline_words="会议 召开", words="工会 会议"),
        document("third", "", words="会议 会议 会议"),
    ):
        writer.replace(one.document.source, [one], "f")
    writer.commit()
    scores = {hit.document.id: hit.score for hit in engine.reader().search(Request(GONGHUI)).hits}
    body_idf, headline_idf = math.log(1 + 1.5 / 2.5), math.log(1 + 2.5 / 1.5)
    body_first = body_idf * 2 / (2 + 1.2 * (0.25 + 0.75 * 4 / 3))
    headline_first = 0.25 * headline_idf * 1 / (1 + 1.2 * (0.25 + 0.75 * 1 / 1))
    body_second = body_idf * 1 / (1 + 1.2 * (0.25 + 0.75 * 2 / 3))
    assert scores == pytest.approx({"first": body_first + headline_first, "second": body_second})


lengths = st.integers(1, 5_000)


@given(documents=st.integers(1, 10**9), data=st.data())
def test_a_rarer_term_is_worth_more_and_every_term_something(documents: int, data: st.DataObject) -> None:
    statistics = FieldStatistics(boost=1.0, doc_count=documents, average_length=10.0)
    rare, common = sorted((data.draw(st.integers(0, documents)), data.draw(st.integers(0, documents))))
    assert statistics.term_weight(rare) >= statistics.term_weight(common) > 0


@given(frequency=st.integers(1, 1_000), length=lengths, average=lengths)
def test_more_occurrences_are_better_and_longer_texts_worse(frequency: int, length: int, average: int) -> None:
    assume(length >= frequency)
    statistics = field_statistics(1.0, 7, 7 * average)
    here = statistics.tf_norm(frequency, length)
    assert 0 < here < 1
    assert statistics.tf_norm(frequency + 1, length) > here
    assert statistics.tf_norm(frequency, length + 1) < here or B == 0


def test_an_index_without_words_can_still_be_asked() -> None:
    assert field_statistics(1.0, 0, 0).average_length > 0
    assert field_statistics(1.0, 0, 0).term_weight(0) > 0
