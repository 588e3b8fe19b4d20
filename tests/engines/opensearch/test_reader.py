"""Tests that a reader of a cluster answers as the memory engine does, on random archives and on real news."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from indexer.engines.base import Reader
from indexer.model import (
    Hit,
    PartialQuery,
    Request,
    Times,
    TokenisedDocument,
)
from tests.support.engine_documents import (
    FIELDS,
    LETTERS,
    SOURCES,
    documents,
    partial_queries,
    requests,
)
from tests.support.loaded_cluster import LoadedCluster, in_memory

EXAMPLES = pytest.mark.parametrize("examples", [6, pytest.param(150, marks=pytest.mark.long)])


@pytest.fixture(scope="module")
def cluster(opensearch_url: str) -> Iterator[LoadedCluster]:
    loaded = LoadedCluster(opensearch_url)
    yield loaded
    loaded.forget()


@dataclass(frozen=True)
class Archive:
    documents: tuple[TokenisedDocument, ...]
    times: dict[str, Times]


@st.composite
def archives(draw: st.DrawFn) -> Archive:
    made = [draw(documents(source, ordinal)) for source in SOURCES for ordinal in range(draw(st.integers(0, 4)))]
    times = {
        one.document.id: Times(draw(st.integers(1, 3)), 4, "old" * draw(st.integers(0, 1)))
        for one in made
        if draw(st.booleans())
    }
    return Archive(tuple(made), times)


def check(examples: int, test: object) -> None:
    """Run a property with some number of examples."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    phases = (Phase.explicit, Phase.reuse, Phase.generate)  # an example takes too long to be made smaller
    settings(max_examples=examples, deadline=None, suppress_health_check=quiet, phases=phases)(test)()  # type: ignore[operator]


def ids(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.document.id for hit in hits]


def unscored(hits: tuple[Hit, ...]) -> dict[str, Hit]:
    return {hit.document.id: replace(hit, score=0.0) for hit in hits}


def assert_same_hits(ours: Reader, reference: Reader, request: Request) -> None:
    results, expected = ours.search(request), reference.search(request)
    assert (results.total, results.facets) == (expected.total, expected.facets)
    assert ours.count(request) == expected.total
    if request.sort == "relevance":
        everything = replace(request, offset=0, size=100)
        found, wanted = ours.search(everything).hits, reference.search(everything).hits
        assert unscored(found) == unscored(wanted)
        assert results.hits == found[request.offset : request.offset + request.size]
    else:
        assert results.hits == expected.hits


@EXAMPLES
def test_searches(cluster: LoadedCluster, examples: int) -> None:
    @given(archives(), st.lists(requests, min_size=8, max_size=24))
    def test(archive: Archive, asked: list[Request]) -> None:
        ours, reference = cluster.load(archive.documents, archive.times), in_memory(archive.documents, archive.times)
        for request in asked:
            assert_same_hits(ours, reference, request)
            hidden = ("jia",)
            assert_same_hits(ours.without(hidden), reference.without(hidden), request)

    check(examples, test)


@EXAMPLES
def test_holdings(cluster: LoadedCluster, examples: int) -> None:
    @given(archives())
    def test(archive: Archive) -> None:
        whole = cluster.load(archive.documents, archive.times), in_memory(archive.documents, archive.times)
        for hidden in ((), ("jia",)):
            ours, reference = (one.without(hidden) for one in whole)
            assert ours.papers() == reference.papers()
            assert dict(ours.fingerprints()) == dict(reference.fingerprints())
            every_id = [one.document.id for one in archive.documents]
            assert dict(ours.times([*every_id, "none"])) == dict(reference.times([*every_id, "none"]))
            assert [ours.get(one) for one in every_id] == [reference.get(one) for one in every_id]
            for source in SOURCES:
                assert ours.documents_of(source) == reference.documents_of(source)
            for paper in ("jia", "yi", "bing"):
                assert ours.issues(paper) == reference.issues(paper)
                for day in (None, *(issue.date for issue in reference.issues(paper))):
                    assert ours.issue(paper, day) == reference.issue(paper, day)
        whole[0].verify()

    check(examples, test)


@EXAMPLES
def test_suggestions(cluster: LoadedCluster, examples: int) -> None:
    @given(archives(), st.lists(st.text(LETTERS, max_size=5), min_size=1, max_size=8), st.integers(-1, 4))
    def test(archive: Archive, asked: list[str], limit: int) -> None:
        ours, reference = cluster.load(archive.documents), in_memory(archive.documents)
        assert ours.holding(asked) == reference.holding(asked)
        for text in asked:
            assert ours.near_terms(text, limit) == reference.near_terms(text, limit)
            assert ours.terms_with_prefix(text, limit) == reference.terms_with_prefix(text, limit)
            for before, after in ((text, text[-1:]), (text[:1], text[1:])):
                assert ours.letters_between(before, after, limit) == reference.letters_between(before, after, limit)
            for field in FIELDS:
                assert ours.beginning(field, text, limit) == reference.beginning(field, text, limit)

    check(examples, test)


@EXAMPLES
def test_partial_answers(cluster: LoadedCluster, examples: int) -> None:
    @given(archives(), st.lists(st.tuples(partial_queries, requests), min_size=1, max_size=8))
    def test(archive: Archive, asked: list[tuple[PartialQuery, Request]]) -> None:
        ours, reference = cluster.load(archive.documents), in_memory(archive.documents)
        for partial, request in asked:
            of_all = replace(request, size=100)
            found, expected = ours.partial(partial, of_all), reference.partial(partial, of_all)
            assert set(ids(found)) == set(ids(expected))
            counts = {hit.document.id: hit.frequencies for hit in found}
            assert counts == {hit.document.id: hit.frequencies for hit in expected}
            # Those that share pairs of letters alone are looked for only where too few share a word.
            window = ours.partial(partial, request)
            assert len(window) == len(reference.partial(partial, request))
            assert list(window) == [hit for hit in found if hit in window]

    check(examples, test)
