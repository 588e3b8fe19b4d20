"""Contract of engines: near terms, terms by prefix, letters between texts, counts of texts, beginnings of units.

Every engine is compared with answers by hand, and with the memory engine on random archives.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.engines.base import Reader
from indexer.engines.memory import MemoryEngine
from indexer.engines.near_texts import is_near
from indexer.model import TextCount
from tests.engines.test_engines import ENGINES, index, run
from tests.support.engine_documents import FIELDS, LETTERS, Change, changes, document
from tests.support.examples import examples

ARCHIVE = (
    document(
        "ferry",
        "渡轮靠岸",
        words="渡轮 靠岸 渡口 auto 渡 陶砚声",
        units=(("byline", "陶砚声"), ("byline", "王砚秋"), ("paragraph", "船长陶砚声与王砚秋")),
        day=date(2022, 6, 2),
    ),
    document(
        "tea",
        "渡口采茶",
        words="渡口 采茶 渡轮口",
        units=(("byline", "王砚秋"), ("paragraph", "记者王砚秋在渡口"), ("paragraph", "王石秋")),
        day=date(2022, 6, 1),
    ),
    document(
        "older", "渡口旧事", words="渡口", units=(("caption", "渡轮"), ("paragraph", "渡轮口")), day=date(2021, 6, 1)
    ),
    document("undated", "渡", words="渡轮", units=(("paragraph", "王砚秋"),), day=None),
)
GONE = document("gone", "渡轮靠岸", words="渡轮 渡头", units=(("paragraph", "王砚秋"),))


@pytest.fixture(scope="module", params=ENGINES, name="reader")
def reader_fixture(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The archive above, with one commit per article and one article removed."""
    engine = ENGINES[request.param](tmp_path_factory.mktemp(request.param))
    for one in (*ARCHIVE[:2], GONE, *ARCHIVE[2:]):
        index(engine, [one])
    writer = engine.writer()
    writer.remove(GONE.document.source)
    writer.commit()
    return engine.reader()


def pairs(found: tuple[TextCount, ...]) -> list[tuple[str, int]]:
    return [(one.text, one.count) for one in found]


@pytest.mark.parametrize(
    ("text", "limit", "near"),
    [
        ("渡伦", 9, [("渡口", 3), ("渡轮", 2), ("渡", 1)]),  # another letter, or one fewer
        ("渡伦", 1, [("渡口", 3)]),
        ("渡伦", 0, []),
        ("轮", 9, [("渡轮", 2), ("渡", 1)]),  # one more before; another letter
        ("渡轮", 9, [("渡口", 3), ("渡", 1), ("渡轮口", 1)]),  # itself is not near
        ("轮渡", 9, [("渡轮", 2), ("渡", 1)]),  # swapped
        ("陶研声", 9, [("陶砚声", 1)]),
        ("atuo", 9, [("auto", 1)]),
        ("autoo", 9, [("auto", 1)]),
        ("渡渡渡渡", 9, []),
        ("", 9, [("渡", 1)]),
    ],
)
def test_near_terms_are_one_edit_away(reader: Reader, text: str, limit: int, near: list[tuple[str, int]]) -> None:
    assert pairs(reader.near_terms(text, limit)) == near


@pytest.mark.parametrize(
    ("prefix", "limit", "terms"),
    [
        ("渡", 9, [("渡口", 3), ("渡轮", 2), ("渡", 1), ("渡轮口", 1)]),
        ("渡", 2, [("渡口", 3), ("渡轮", 2)]),
        ("渡轮", 9, [("渡轮", 2), ("渡轮口", 1)]),
        ("口", 9, []),
        ("", 9, []),
    ],
)
def test_terms_begin_with_a_prefix(reader: Reader, prefix: str, limit: int, terms: list[tuple[str, int]]) -> None:
    assert pairs(reader.terms_with_prefix(prefix, limit)) == terms


@pytest.mark.parametrize(
    ("before", "after", "limit", "letters"),
    [
        ("王", "秋", 9, [("砚", 3), ("石", 1)]),
        ("王", "秋", 1, [("砚", 3)]),
        ("陶", "声与王", 9, [("砚", 1)]),
        ("声", "声", 9, []),
        ("", "秋", 9, []),
        ("王", "", 9, []),
    ],
)
def test_letters_stand_between_two_texts_of_one_unit(
    reader: Reader, before: str, after: str, limit: int, letters: list[tuple[str, int]]
) -> None:
    assert pairs(reader.letters_between(before, after, limit)) == letters


def test_texts_are_counted_as_phrases_are(reader: Reader) -> None:
    assert reader.holding(["王砚秋", "渡口", "渡", "岸渡", "", "砚秋"]) == (3, 2, 4, 0, 0, 3)
    assert reader.holding([]) == ()


@pytest.mark.parametrize(
    ("field", "text", "limit", "found"),
    [
        ("headline", "渡", 9, ["ferry", "tea", "older", "undated"]),
        ("headline", "渡口", 9, ["tea", "older"]),
        ("headline", "渡口", 1, ["tea"]),
        ("headline", "渡口", 0, []),
        ("headline", "靠岸", 9, []),
        ("headline", "", 9, []),
        ("byline", "王", 9, ["ferry", "tea"]),
        ("byline", "王砚秋", 9, ["ferry", "tea"]),
        ("byline", "砚", 9, []),
        ("caption", "渡轮", 9, ["older"]),
        ("paragraph", "王石秋", 9, ["tea"]),
    ],
)
def test_the_newest_units_that_begin_with_a_text(
    reader: Reader, field: str, text: str, limit: int, found: list[str]
) -> None:
    assert [document.id for document in reader.beginning(field, text, limit)] == found  # type: ignore[arg-type]


short = st.text(LETTERS, max_size=4)


@examples(20, 60, of=settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]))
@given(
    history=st.lists(changes, min_size=1, max_size=5),
    texts=st.lists(short, min_size=2, max_size=6),
    limit=st.integers(0, 6),
)
@pytest.mark.parametrize("name", [name for name in ENGINES if name != "memory"])
def test_an_engine_knows_the_same_texts_as_the_reference(
    name: str, history: list[Change], texts: list[str], limit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ours, reference = ENGINES[name](tmp_path_factory.mktemp(name)), MemoryEngine()
    for engine in (ours, reference):
        run(engine, Change((), fresh=False, committed=True))
        for change in history:
            run(engine, change)
    found, expected = ours.reader(), reference.reader()
    assert found.holding(texts) == expected.holding(texts)
    for text, other in pairwise(texts):
        assert found.near_terms(text, limit) == expected.near_terms(text, limit)
        assert found.terms_with_prefix(text, limit) == expected.terms_with_prefix(text, limit)
        assert found.letters_between(text, other, limit) == expected.letters_between(text, other, limit)
        for field in FIELDS:
            newest, wanted = found.beginning(field, text, limit), expected.beginning(field, text, limit)
            assert [one.id for one in newest] == [one.id for one in wanted]


@given(st.text("甲乙é", max_size=5), st.text("甲乙é", max_size=5))
def test_near_is_a_distance_of_one(one: str, other: str) -> None:
    assert is_near(one, other) == (distance(one, other) == 1) == is_near(other, one)


def distance(one: str, other: str) -> int:
    """The edits between two texts, where two neighbours may be swapped, by the usual table."""
    table = [[i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and (a, b) == (other[j - 2], one[i - 2]):
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


def test_a_dictionary_of_letters_of_every_length_in_bytes(tmp_path: Path) -> None:
    terms = ("a", "ab", "aéb", "a甲b", "a𠀀b", "acb", "é", "甲", "𠀀b", "axxb")
    for make in ENGINES.values():
        engine = make(tmp_path)
        index(engine, [document("one", words=" ".join(terms))])
        near = engine.reader().near_terms("ab", 99)
        assert {one.text for one in near} == {"a", "aéb", "a甲b", "a𠀀b", "acb", "𠀀b"}
