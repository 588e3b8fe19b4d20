"""Tests that flat segments answer like the memory engine, Whoosh and grep.

This must hold for any division into segments, any deletions, and each of the algorithms that are chosen for speed.
"""

from __future__ import annotations

import gzip
import json
import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from whoosh.index import open_dir

from indexer.engines.base import IndexIdentity, Reader
from indexer.engines.memory import MemoryEngine
from indexer.engines.ranking import as_typed
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.indexing import postings_writer
from indexer.engines.whoosh.reader import WhooshReader
from indexer.engines.whoosh.search import facet_counts, phrases, top_k
from indexer.engines.whoosh.search.boolean_query import Evaluator
from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.engines.whoosh.segment.times_file import write_times
from indexer.model import And, Everything, Not, Or, Phrase, Prefix, Query, Request, Times, TokenisedDocument, Word
from indexer.text.folding import fold
from tests.support.engine_documents import LETTERS, build_segment, document, documents, requests, texts
from tests.support.examples import examples
from tests.support.whoosh_queries import OurWeighting, translated

Rows = Sequence[tuple[TokenisedDocument, bool]]
"""Documents, each with a flag for deleted ones."""


@st.composite
def archives(draw: st.DrawFn) -> list[Rows]:
    """Generate up to three segments."""
    segments: list[Rows] = []
    for number in range(draw(st.integers(0, 3))):
        sources = [f"jia/{number}-{place}.txt" for place in range(draw(st.integers(0, 5)))]
        segments.append([(draw(documents(source, 0)), draw(st.integers(0, 3)) == 0) for source in sources])
    return segments


def reader_over(segments: Sequence[Rows], folder: Path) -> WhooshReader:
    live_segments = []
    for number, rows in enumerate(segments):
        path = folder / f"{number}.seg"
        build_segment([document for document, _ in rows], path)
        write_times(path, [Times()] * len(rows))
        segment = FlatSegment(path)
        gone = [at for document, is_gone in rows if is_gone for at in segment.doc_ids_of_article(document.document.id)]
        live_segments.append(LiveSegment(segment, BitMap(gone)))
    return WhooshReader.of(live_segments, Path())


def live(segments: Sequence[Rows]) -> list[TokenisedDocument]:
    return [document for rows in segments for document, is_gone in rows if not is_gone]


def memory_reader(found: Sequence[TokenisedDocument]) -> Reader:
    engine = MemoryEngine()
    writer = engine.writer()
    for one in found:
        writer.replace(one.document.source, [one], "f")
    writer.commit()
    return engine.reader()


def assert_same(ours: Reader, reference: Reader, request: Request) -> None:
    """Compare answers exactly: both sides add up scores in the same order."""
    results, expected = ours.search(request), reference.search(request)
    assert (results.total, results.facets) == (expected.total, expected.facets)
    assert [hit.document.id for hit in results.hits] == [hit.document.id for hit in expected.hits]
    assert [hit.score for hit in results.hits] == [hit.score for hit in expected.hits]
    assert [hit.frequencies for hit in results.hits] == [hit.frequencies for hit in expected.hits]
    assert ours.count(request) == expected.total


WAYS = {
    "as measured": (
        top_k.ONE_BY_ONE,
        top_k.WORTH_BOUNDING,
        phrases.WORTH_SEARCHING,
        facet_counts.NANOSECONDS_PER_ORDINAL,
        postings_writer.WORTH_A_BITMAP,
    ),
    "few": (0, 10**9, 10**9, 0, 10**9),
    "many": (0, 0, 0, 10**9, 1),
}
"""The thresholds for the faster algorithms.

They are: scoring all documents at once, upper bounds before exact scores, looking up positions, counting facets by
sets, and bitmaps for the documents of frequent grams.
"""


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    one_by_one, bounding, searching, nanoseconds, bitmap = WAYS[request.param]
    monkeypatch.setattr(top_k, "ONE_BY_ONE", one_by_one)
    monkeypatch.setattr(top_k, "WORTH_BOUNDING", bounding)
    monkeypatch.setattr(phrases, "WORTH_SEARCHING", searching)
    monkeypatch.setattr(facet_counts, "NANOSECONDS_PER_ORDINAL", nanoseconds)
    monkeypatch.setattr(postings_writer, "WORTH_A_BITMAP", bitmap)
    return str(request.param)


MANY_CHECKS = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


@examples(20, 60, of=MANY_CHECKS)
@given(segments=archives(), asked=st.lists(requests, min_size=1, max_size=10))
def test_any_segments_answer_as_memory_does(
    way: str, segments: list[Rows], asked: list[Request], tmp_path_factory: pytest.TempPathFactory
) -> None:
    ours = reader_over(segments, tmp_path_factory.mktemp("segments"))
    reference = memory_reader(live(segments))
    for request in asked:
        assert_same(ours, reference, request)


# --- enough documents for bitmaps, dense words and upper bounds

WORDS = [f"词{number}" for number in range(40)]


@pytest.fixture(scope="module")
def crowd() -> list[Rows]:
    """600 documents in two segments; most contain the first words, some very often."""
    chance = random.Random(15)
    rows = []
    for number in range(600):
        words = chance.choices(WORDS, [1 / (at + 1) for at in range(len(WORDS))], k=chance.randint(1, 60))
        if number % 50 == 0:
            words += [WORDS[0]] * 70
        headline = chance.choices(WORDS, k=chance.randint(0, 5)) if number % 40 else [WORDS[1]] * 5
        one = document(
            f"d{number}",
            " ".join(headline),
            words=" ".join(words),
            units=(("paragraph", "".join(words)[:80]), ("caption", "".join(headline))),
            day=None if number % 17 == 0 else document("x").document.article.date,
            section=chance.choice(["", "要闻", "副刊"]),
            localities=tuple(chance.sample(["豫/驻/驿", "豫/周", "京"], k=chance.randint(0, 2))),
            source=f"jia/{number}.txt",
        )
        rows.append((one, number % 11 == 0))
    return [rows[:400], rows[400:]]


def word(*terms: str) -> Word:
    return Word("".join(terms), terms, or_phrase=False)


CROWD_QUERIES: dict[str, Query] = {
    "one": word(WORDS[0]),
    "rare": word(WORDS[-1]),
    "two": word(WORDS[0], WORDS[2]),
    "any": Or(tuple(word(one) for one in WORDS[:6])),
    "all of many": Or(tuple(word(one) for one in WORDS)),
    "but": And((word(WORDS[1]), Not(word(WORDS[0])))),
    "ranked by a word that none has": And((Or((word(WORDS[1]), word(WORDS[39]))), Not(word(WORDS[39])))),
    "in headlines": Word(WORDS[1], (WORDS[1],), or_phrase=False, field="headline"),
    "prefix": Prefix("词1"),
    "phrase": Phrase("词1词", ("词1",)),
    "phrase in a field": Phrase("词1词", ("词1",), "caption"),
    "letter": Phrase("词", ()),
    "everything": Everything(),
}


@pytest.mark.parametrize("query", CROWD_QUERIES.values(), ids=CROWD_QUERIES)
def test_a_crowd_is_answered_as_memory_does(way: str, query: Query, crowd: list[Rows], tmp_path: Path) -> None:
    ours, reference = reader_over(crowd, tmp_path), memory_reader(live(crowd))
    for request in (
        Request(query),
        Request(query, offset=25, size=30),
        Request(query, size=1000),
        Request(query, sort="newest", size=20),
        Request(query, sort="oldest", offset=10, size=600),
    ):
        assert_same(ours, reference, request)


def test_a_word_may_have_no_document_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The best document rules out all documents with only one of the words.

    It contains a word more often than a byte can represent.
    """
    monkeypatch.setattr(top_k, "WORTH_BOUNDING", 0)
    held = [[WORDS[0]] * 70 + [WORDS[1]] * 9, *[[WORDS[0]]] * 30, *[[WORDS[1]]] * 5]
    rows = [(document(f"d{at}", words=" ".join(words), source=f"jia/{at}.txt"), False) for at, words in enumerate(held)]
    request = Request(Or((word(WORDS[0]), word(WORDS[1]))), size=1)
    assert_same(reader_over([rows], tmp_path), memory_reader(live([rows])), request)


# --- Whoosh's own Searcher on the same index


def _nodes(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, several), st.builds(Or, several))


streams = st.sampled_from((None, "headline"))
terms = st.lists(st.text(LETTERS, min_size=1, max_size=2), max_size=2).map(tuple)
whoosh_queries: st.SearchStrategy[Query] = st.recursive(
    st.one_of(
        st.just(Everything()),
        st.builds(Word, text=texts, terms=terms, or_phrase=st.just(False), field=streams),
        st.builds(Word, text=texts, terms=terms, or_phrase=st.booleans(), field=st.none()),
        st.builds(Phrase, text=st.text(LETTERS, max_size=5), terms=terms),
        st.builds(Prefix, text=st.text(LETTERS, min_size=1, max_size=2), field=streams),
    ),
    _nodes,
    max_leaves=5,
)


@examples(25, 100, of=MANY_CHECKS)
@given(segments=archives(), asked=st.lists(whoosh_queries, min_size=1, max_size=10))
def test_whooshs_own_searcher_answers_the_same(
    segments: list[Rows], asked: list[Query], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("index")
    engine = WhooshEngine(folder, IndexIdentity("archive", "rules"))
    engine.writer().commit()
    for rows in segments:
        writer = engine.writer()
        for one, _ in rows:
            writer.replace(one.document.source, [one], "f")
        writer.commit()
    writer = engine.writer()
    for one in [one for rows in segments for one, is_gone in rows if is_gone]:
        writer.remove(one.document.source)
    writer.commit()
    with open_dir(str(folder)).searcher(weighting=OurWeighting(live(segments))) as searcher:
        for query in asked:
            theirs = {hit["document"].id: hit.score - 1.0 for hit in searcher.search(translated(query), limit=None)}
            results = engine.reader().search(Request(query, size=100))
            assert results.total == len(theirs)
            ours = {hit.document.id: hit.score for hit in results.hits}
            assert list(ours.values()) == sorted(ours.values(), reverse=True)
            # Whoosh knows nothing of those that hold the words as typed, which come first: all get the same on top.
            typed = Request(as_typed(query), size=100)
            first = {hit.document.id for hit in engine.reader().search(typed).hits} if typed.query != query else set()
            added = {name: ours[name] - theirs[name] for name in first}
            assert added == pytest.approx(dict.fromkeys(first, max(added.values(), default=0.0)), abs=1e-4)
            assert ours == pytest.approx({name: theirs[name] + added.get(name, 0.0) for name in theirs}, abs=1e-4)


# --- grep


class Grep:
    """Searches all units in one long text, separated by a character that none has."""

    def __init__(self, found: Sequence[TokenisedDocument]) -> None:
        units = [(one.document.id, unit.text) for one in found for unit in one.units]
        self._ids = [name for name, _ in units]
        self._starts = list(accumulate((len(text) + 1 for _, text in units), initial=0))
        self._text = "\0".join(text for _, text in units)

    def __call__(self, piece: str) -> set[str]:
        """Return the ids of the documents that contain a text."""
        ids, at = set(), self._text.find(piece)
        while at >= 0:
            unit = bisect_right(self._starts, at) - 1
            ids.add(self._ids[unit])
            at = self._text.find(piece, max(at + 1, self._starts[unit + 1] - len(piece)))
        return ids


def recombined(shared: Path, number: int) -> Iterator[TokenisedDocument]:
    """Yield articles of about 600 characters made from paragraphs of real news."""
    with gzip.open(shared / "corpus" / "news-dev.jsonl.gz", "rt", encoding="utf-8") as file:
        paragraphs = [fold(text) for line in file for text in json.loads(line)["paragraphs"]]
    chance = random.Random(4)
    for at in range(number):
        chosen = [text for text in chance.choices(paragraphs, k=7) if text]
        yield document(f"n{at:06}", units=tuple(("paragraph", text) for text in chosen))


def assert_phrases_are_grep(shared: Path, folder: Path, articles: int, pieces: int) -> None:
    found = list(recombined(shared, articles))
    paths = [folder / f"{start}.seg" for start in range(0, articles, 30_000)]
    for path, start in zip(paths, range(0, articles, 30_000), strict=True):
        build_segment(found[start : start + 30_000], path)
    evaluators = [(segment, Evaluator(LiveSegment(segment, BitMap()))) for segment in map(FlatSegment, paths)]
    grep, chance = Grep(found), random.Random(8)
    for at in range(pieces):
        unit = chance.choice(chance.choice(found).units).text
        start = chance.randrange(len(unit))
        piece = unit[start : start + chance.randint(1, 8)]
        asked = piece if at % 4 else piece[1:2] + piece[:1] + piece[2:]
        ours = {
            segment.id_of(number)
            for segment, evaluator in evaluators
            for number in evaluator.find(Phrase(asked, ())).bitmap
        }
        assert ours == grep(asked), asked


def test_a_phrase_is_grep(way: str, shared: Path, tmp_path: Path) -> None:
    assert_phrases_are_grep(shared, tmp_path, articles=1_000, pieces=150)


@pytest.mark.long
def test_a_phrase_is_grep_in_a_hundred_thousand_articles(shared: Path, tmp_path: Path) -> None:
    assert_phrases_are_grep(shared, tmp_path, articles=100_000, pieces=2_000)
