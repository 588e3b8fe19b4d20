"""Tests of queries that a cluster might cut, count or refuse in ways of its own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest

from indexer.engines.base import Reader
from indexer.engines.opensearch.mapping import CLAUSES_SETTING, MOST_CLAUSES
from indexer.errors import QueryTooBroad
from indexer.model import Near, Not, Phrase, Prefix, Query, Request, TokenisedDocument, Unit, Word
from indexer.search.query_parser import MAX_LINE, parse
from indexer.text.furniture_letters import as_furniture
from tests.support.engine_documents import document, near, phrase, word
from tests.support.loaded_cluster import LoadedCluster, in_memory

RARE = "𠀀"
"""A letter of the second plane: two units of UTF-16, one code point."""
LONE = "\ud800"
"""A surrogate without its other half, as a broken file may have it."""
ODD = (
    document("a", units=(("paragraph", f"工{RARE}会"), ("paragraph", f"甲{LONE}乙")), words=f"工 {RARE}会 甲{LONE}"),
    document("b", units=(("headline", 'a.b*c"d\\e'), ("caption", "。、 　x")), words='a.b* c"d \\e x'),
    document("c", units=(("byline", "王"), ("kicker", "王小"), ("subtitle", "小明")), words="王 小明"),
    document("\ue000d", units=(("paragraph", "\U000de000工会\U000de001"),), source=f"jia/{LONE}.txt", words="工会"),
)
HAN = [chr(0x4E00 + place) for place in range(3000)]


@dataclass(frozen=True)
class Pair:
    cluster: Reader
    memory: Reader

    def assert_same(self, query: Query) -> None:
        request = Request(query, sort="newest", size=1000)
        ours, theirs = self.cluster.search(request), self.memory.search(request)
        assert (ours.total, ours.hits, ours.facets) == (theirs.total, theirs.hits, theirs.facets)


@pytest.fixture(scope="module")
def loaded(opensearch_url: str) -> Iterator[LoadedCluster]:
    cluster = LoadedCluster(opensearch_url)
    yield cluster
    cluster.forget()


@pytest.fixture(scope="module")
def odd(loaded: LoadedCluster) -> Pair:
    furniture = TokenisedDocument(document("f").document, (), (), (Unit("furniture", as_furniture("报头工会")),))
    spaced = TokenisedDocument(document("s").document, ("工 会", "工"), ("工\u3000会",), ())
    archive = (*ODD, furniture, spaced)
    return Pair(loaded.load(archive), in_memory(archive))


@pytest.mark.parametrize(
    "query",
    [
        *map(phrase, (RARE, f"工{RARE}", f"{RARE}会", "工会", f"工{RARE}会", LONE, f"甲{LONE}乙", "甲乙")),
        *map(phrase, ("a.b", "b*c", '"', '"d\\e', "。、", "、 　x", "王小", "小明", "王小明", "王", "明", "工会")),
        *map(phrase, ("\U000de000工", "\U000de001", "\U000de000")),
        phrase("报头", "furniture"),
        phrase("报", "furniture"),
        phrase(as_furniture("报头")),
        phrase(as_furniture("工")),
        phrase("报头"),
        *(word(text) for text in ("工", f"{RARE}会", f"甲{LONE}", "a.b*", '"d', "\\e")),
        Word("工会", ("工 会",), or_phrase=False),
        Word("工会", ("工\u3000会",), or_phrase=False, field="headline"),
        Word("空", (" ",), or_phrase=False),
        Word("空", ("",), or_phrase=False),
        *(Prefix(text) for text in (RARE, "甲", f"甲{LONE}", "a.", "a.b*", "*", ".", "\\", "工 ", " ", "?")),
        near(0, RARE, "工"),
        near(0, f"{RARE}会", "工"),
        near(1, "工", "会"),
        near(0, "王", "小"),
        near(99_999, "王", "明"),
        near(2, as_furniture("报"), as_furniture("会")),
    ],
    ids=ascii,
)
def test_odd_letters(odd: Pair, query: Query) -> None:
    odd.assert_same(query)
    odd.assert_same(Not(query))


def test_what_has_odd_letters_is_held_and_suggested(odd: Pair) -> None:
    ours, theirs = odd.cluster, odd.memory
    assert dict(ours.fingerprints()) == dict(theirs.fingerprints())
    for source in theirs.fingerprints():
        assert ours.documents_of(source) == theirs.documents_of(source)
    for text in (RARE, "工", "甲", f"甲{LONE}", "a.b", "\\", "工会", "工会 "):
        assert ours.near_terms(text, 9) == theirs.near_terms(text, 9)
        assert ours.terms_with_prefix(text, 9) == theirs.terms_with_prefix(text, 9)
    for before, after in (("工", "会"), ("甲", "乙"), ("a", "b"), ("c", "d\\")):
        assert ours.letters_between(before, after, 9) == theirs.letters_between(before, after, 9)


LONGEST = {
    "words": " OR ".join(map("".join, zip(HAN, HAN[1:], HAN[2:], strict=False))),
    "all words": " ".join(map("".join, pairwise(HAN))),
    "letters": " OR ".join(HAN),
    "one word": "".join(HAN),
    "headlines": " ".join(f"headline:{one}{other}" for one, other in pairwise(HAN)),
    "prefixes": " OR ".join(f"{letter}*" for letter in HAN),
    "near": f'"{" ".join(HAN)}"~9999',
    "depth": "((工会 OR 妇联) (新闻 OR " * 200 + "妇联" + "))" * 200,
}


@pytest.mark.parametrize("line", LONGEST.values(), ids=LONGEST)
def test_the_longest_queries(odd: Pair, line: str) -> None:
    odd.assert_same(parse(line[:MAX_LINE]))


def test_a_cluster_that_takes_no_long_queries_says_how_to_let_it(loaded: LoadedCluster, odd: Pair) -> None:
    def allow(number: int) -> None:
        loaded.connection.put("_cluster/settings", {"persistent": {CLAUSES_SETTING: number}})

    allow(200)
    try:
        with pytest.raises(QueryTooBroad, match=f"set {CLAUSES_SETTING} to"):
            odd.cluster.search(Request(parse(LONGEST["letters"][:MAX_LINE])))
    finally:
        allow(MOST_CLAUSES)


@pytest.mark.parametrize("letters", ["甲乙", "甲乙丙丁"])
def test_phrases_and_neighbours_in_many_texts(loaded: LoadedCluster, letters: str) -> None:
    chance = random.Random(letters)

    def text(least: int, most: int) -> str:
        return "".join(chance.choices(letters, k=chance.randint(least, most)))

    archive = [document(f"n{place}", units=tuple(("paragraph", text(0, 30)) for _ in range(3))) for place in range(150)]
    pair = Pair(loaded.load(archive), in_memory(archive))
    for _ in range(60):
        texts = tuple(text(1, 4) for _ in range(chance.randint(1, 3)))
        pair.assert_same(Near(texts, chance.randint(0, 12), ()))
        pair.assert_same(Phrase(text(1, 6), ()))
