"""Tests that the benchmark gives all contestants the same work.

They cover its archives, its queries, and the results.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from tests.conftest import PROJECT

sys.path.append(str(PROJECT / "scripts"))

from benchmark import corpus, opensearch, pages, plots, queries, report, results, scale, shards, steps, typing_aids
from benchmark.contestants import FACETS, contestant
from benchmark.latency import Figures

from indexer.archive.archive import Archive
from indexer.search.query_parser import parse

SIZE = 300


PEERS = ["tantivy", "fts5", pytest.param("whoosh", marks=pytest.mark.long)]
"""Stock Whoosh takes ten seconds."""


@pytest.fixture(scope="module")
def stories() -> list[corpus.Story]:
    return corpus.stories(PROJECT / "no such folder", PROJECT / "archive")


@pytest.fixture(scope="module")
def archive(stories: list[corpus.Story], tmp_path_factory: pytest.TempPathFactory) -> shards.Archive:
    return shards.build(tmp_path_factory.mktemp("articles"), stories, SIZE, localities=12)


def test_an_archive_is_the_same_each_time(stories: list[corpus.Story]) -> None:
    once, again = (list(corpus.Recombiner(stories, 30, localities=12)) for _ in range(2))
    assert once == again
    assert len({draft.paragraphs for draft in once}) == 30
    assert [draft.day for draft in once] == sorted(draft.day for draft in once)


def test_the_vocabulary_keeps_growing(archive: shards.Archive) -> None:
    words = [row.words.split() for row in archive.rows()]
    halves = [len({word for row in words[:size] for word in row}) for size in (SIZE // 2, SIZE)]
    assert halves[1] > 1.3 * halves[0]


def test_questions_are_of_every_kind_plain_and_filtered(archive: shards.Archive) -> None:
    asks = queries.asks(archive, each=5)
    assert Counter((ask.kind, ask.filtered) for ask in asks) == {
        (kind, filtered): 5 for kind in queries.KINDS for filtered in (False, True)
    }


def test_questions_are_runs_of_letters_that_differ(archive: shards.Archive) -> None:
    made = queries.questions(archive, each=20)
    assert [ask.filtered for ask in made] == [False] * 20 + [True] * 20
    assert len({ask.line for ask in made}) == 40
    assert made == queries.questions(archive, each=20)
    for ask in made:
        assert ask.kind == queries.QUESTION
        assert 10 <= len(ask.line) <= 25
        assert any(asking in ask.line for asking in queries.ASKING)


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_answers_questions(archive: shards.Archive, tmp_path: Path, peer: str) -> None:
    if peer == "tantivy":
        pytest.importorskip("tantivy", reason="SKIPPED: the extra bench is not installed")
    contestant(peer).index(archive, tmp_path / peer)
    searcher = contestant(peer).open(tmp_path / peer)
    pages = [searcher.plain(searcher.page(ask, queries.for_peers(ask))) for ask in queries.questions(archive, each=5)]
    assert all(page.total for page in pages[:5])
    assert [len(page.snippets) for page in pages] == [min(page.total, 10) for page in pages]
    searcher.close()


def test_we_answer_questions_from_the_second_tier(archive: shards.Archive, tmp_path: Path) -> None:
    contestant("ours").index(archive, tmp_path / "ours")
    searcher = contestant("ours").open(tmp_path / "ours")
    for ask in queries.questions(archive, each=10)[:10]:
        answer = searcher.page(ask, queries.for_peers(ask))
        assert answer.partial, ask
        assert len(answer.hits) + len(answer.partial) <= 10
    searcher.close()


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_finds_what_we_find(archive: shards.Archive, tmp_path: Path, peer: str) -> None:
    if peer == "tantivy":
        pytest.importorskip("tantivy", reason="SKIPPED: the extra bench is not installed")
    searchers = []
    for name in ("ours", peer):
        assert contestant(name).index(archive, tmp_path / name).seconds > 0
        searchers.append(contestant(name).open(tmp_path / name))
    for ask in queries.asks(archive, each=3):
        ours, theirs = (searcher.plain(searcher.page(ask, parse(ask.line))) for searcher in searchers)
        if ask.kind != "near":  # peers also match texts in different paragraphs
            assert theirs.total == ours.total, ask
        assert len(theirs.snippets) == min(theirs.total, 10)
        if not ask.filtered and ask.kind != "near":  # peers count facets with all filters applied
            assert {name: theirs.facets[name].items() <= ours.facets[name].items() for name in FACETS} == dict.fromkeys(
                FACETS, True
            )
    for searcher in searchers:
        searcher.close()


def test_typing_aids_are_timed(archive: shards.Archive, tmp_path: Path) -> None:
    contestant("ours").index(archive, tmp_path / "ours")
    assert all(1 <= len(text) <= 4 for text in typing_aids.beginnings(archive))
    assert len(typing_aids.misspellings(archive, count=5)) == 5
    assert all(figures.p95 >= figures.p50 > 0 for figures in typing_aids.measure(archive, tmp_path / "ours", rounds=1))


def test_page_files_are_an_archive(stories: list[corpus.Story], tmp_path: Path) -> None:
    assert pages.write(tmp_path, stories, 90) == 90
    survey = Archive(tmp_path).survey()
    assert survey.page_count == 90 / corpus.ARTICLES_A_PAGE
    assert not survey.set_aside


def result(factor: float) -> results.Result:
    figures = Figures(factor, 2 * factor)
    kinds = dict.fromkeys((*queries.KINDS, queries.QUESTION), figures)
    return results.Result(factor, factor, 10, 10, 10, factor, figures, figures, None, kinds)


def test_the_report_says_which_bars_are_missed(tmp_path: Path) -> None:
    known = results.Results()
    for size, ours in ((10_000, 0.7), (100_000, 0.6)):
        contestants = {"ours": result(ours), "tantivy": result(1.0)}
        known.add(
            results.Run(size, 12, 600, contestants, 1e10, Figures(0.1, 0.2), 0.0, "", Figures(9, 31), Figures(1, 2))
        )
    known.write(tmp_path / "results.json")
    assert results.read(tmp_path / "results.json").runs == known.runs
    tables = report.markdown(known)
    assert "| results page, p50, against tantivy | 0.70 (≤ 0.8) | **0.60** (≤ 0.5) |" in tables
    assert "| question with its second tier, p50, against tantivy | 0.70 | 0.60 (≤ 0.8) |" in tables
    assert "| near spellings, p95, ms | **31** (≤ 30) | **31** (≤ 30) |" in tables
    assert "| suggestions while typing, p95, ms | 2.00 (≤ 10) | 2.00 (≤ 10) |" in tables
    report.write_plots(known, tmp_path)
    assert "tantivy" in (tmp_path / "latency.svg").read_text(encoding="utf-8")


def test_a_plot_holds_every_point() -> None:
    drawn = plots.plot("t", "x", "y", {"ours": [(1, 1), (10, 5)], "tantivy": [(1, 2), (10, 20)]})
    assert drawn.count("<circle") == 4


_ENGINES = ("whoosh", "opensearch")


def cluster_run(size: int) -> opensearch.Run:
    """Of a cluster on which a query costs 2 ms, 1 ms for 10,000 articles, and 0.5 ms for each further shard."""
    engines = {name: opensearch.Engine(size / 100, size / 50, size * 10_000, rates=[9.0]) for name in _ENGINES}
    split = {
        str(count): [2 + (count - 1) / 2, *[2 + size / 10_000 + (count - 1) / 2] * 20] for count in opensearch.SHARDS
    }
    raw = Figures(2 + size / 10_000, 4 + size / 5_000)
    return opensearch.Run(size, engines, raw, 0.1, split, [1.0, 1.0, 1.1, 1.5])


def test_what_a_large_archive_needs_follows_from_what_was_measured(tmp_path: Path) -> None:
    names = ("compare", "decode", "clean", "articles", "tokenise", "index (Whoosh)", "pack and send (OpenSearch)")
    steps.write([steps.Step(name, 0.5, 2_000) for name in names], tmp_path / "steps.json")
    for size in (10_000, 100_000):
        opensearch.write([cluster_run(size)], tmp_path / "opensearch.json")
    assert [run.size for run in opensearch.read(tmp_path / "opensearch.json")] == [10_000, 100_000]
    told = scale.report(tmp_path)
    assert "| 10,000,000 | 5 | 2,000,000 |" in told
    assert told == scale.report(tmp_path)
    # 2 kB of page files and 10 kB of index; 3 ms of a core for reading; 20 ms of the cluster's cores.
    assert "| 10,000,000 | 20 GB | 100 GB | 5 × 2 | 30 GB | 3 (three, so that one may fail) |" in told
    assert "| 10,000,000 | 8 h | 31 min | 4 min | 139 min |" in told
    assert "| 1,000,000,000 | 35 days | 52 h | 7 h |" in told


def test_more_shards_answer_sooner_until_gathering_costs_more() -> None:
    model, chance = scale.Model.of([cluster_run(10_000), cluster_run(100_000)]), random.Random(1)
    assert (model.usual.fixed, model.slow.fixed, model.gathering) == pytest.approx((2.0, 4.0, 0.5))
    assert (model.usual.each, model.slow.each) == pytest.approx((1e-4, 2e-4))
    few, some, many = (
        median(model.milliseconds(model.usual, 10**9, shards, shards, chance) for _ in range(20))
        for shards in (10, 500, 20_000)
    )
    assert some < few
    assert some < many


def test_the_report_of_a_cluster_names_both_engines() -> None:
    told = opensearch.report([cluster_run(10_000)])
    assert "| our layer over them, median (≤ 20%) | – | 10% |" in told
    assert "| 10,000 articles | 3.0 / 3.0 | 3.5 / 3.5 | 4.5 / 4.5 | 6.5 / 6.5 |" in told
