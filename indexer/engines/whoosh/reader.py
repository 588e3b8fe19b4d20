"""A Whoosh index, open for reading: find in every segment, rank with figures of the whole, merge, count."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from indexer.engines.facets import FACETS, counted, place_in_order
from indexer.engines.holdings import Held, issues_of, page_order, papers_of
from indexer.engines.ranking import (
    BODY_WEIGHT,
    HEADLINE_WEIGHT,
    FieldStatistics,
    field_statistics,
    positive_terms,
)
from indexer.engines.whoosh.counting import count_values, pass_filters
from indexer.engines.whoosh.evaluate import Evaluator, Part
from indexer.model import Document, Filters, Hit, IssueHolding, PaperHolding, Query, Request, Results, Sort

STREAMS = {"words": BODY_WEIGHT, "headline_words": HEADLINE_WEIGHT}
"""The columns of lengths, which are also the fields that are ranked by, with their weights."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What one part contributes: the documents that pass all choices, and for each facet those that pass the others."""

    part: Part
    evaluator: Evaluator
    documents: set[int]
    by_facet: Mapping[str, set[int]]


class WhooshReader:
    """The index as it stood in one generation. Safe to use from several threads; later commits don't touch it."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._statistics = {stream: _statistics(parts, stream, weight) for stream, weight in STREAMS.items()}

    def search(self, request: Request) -> Results:
        """Answer a request: exact total, the window of hits, exact facets."""
        founds = [_find(part, request.query, request.filters) for part in self._parts]
        ranked = request.sort == "relevance"
        scores = self._scores(request.query, founds) if ranked else [{} for _ in founds]
        candidates = (
            candidate
            for found, scores_here in zip(founds, scores, strict=True)
            for candidate in _candidates(found, scores_here, request.sort)
        )
        best = heapq.nsmallest(request.offset + request.size, candidates, key=lambda candidate: candidate[0])
        hits = tuple(Hit(part.segment.document(document), score) for _, score, part, document in best[request.offset :])
        total = sum(len(found.documents) for found in founds)
        return Results(total, hits, {name: counted(_count(name, founds)) for name in FACETS})

    def count(self, request: Request) -> int:
        """The exact total alone."""
        return sum(len(_find(part, request.query, request.filters).documents) for part in self._parts)

    def get(self, article_id: str) -> Document | None:
        """The document with this id, or None."""
        for part in self._parts:
            for document in part.live.intersection(part.segment.frequencies("id", article_id)):
                return part.segment.document(document)
        return None

    def papers(self) -> tuple[PaperHolding, ...]:
        """What is held, paper by paper, by name."""
        return papers_of(held for part in self._parts for held in _held(part))

    def issues(self, paper: str) -> tuple[IssueHolding, ...]:
        """The issues held of a paper, oldest first, pages without a date last. Empty for an unknown paper."""
        return issues_of(held for part in self._parts for held in _held(part) if held.paper == paper)

    def issue(self, paper: str, day: date | None) -> tuple[Document, ...]:
        """The articles of one issue in the order of its pages and of each page; empty when there are none."""
        found = [part.segment.document(document) for part in self._parts for document in _of_issue(part, paper, day)]
        return tuple(sorted(found, key=lambda doc: (page_order(doc.page), doc.source, doc.ordinal, doc.id)))

    def fingerprints(self) -> Mapping[str, str]:
        """source → fingerprint of what was indexed from that file."""
        return {
            part.segment.texts("source")[document]: part.segment.texts("fingerprint")[document]
            for part in self._parts
            for document in part.live
        }

    def made_from(self, source: str) -> tuple[Document, ...]:
        """The documents made from one page file, in their order on the page; empty when there are none."""
        found = (
            part.segment.document(document)
            for part in self._parts
            for document in part.live.intersection(part.segment.frequencies("source", source))
        )
        return tuple(sorted(found, key=lambda doc: (doc.ordinal, doc.id)))

    def close(self) -> None:
        """Nothing to let go of: readers of a generation share its segments, and the last one frees them."""

    def _scores(self, query: Query, founds: Sequence[_Found]) -> list[dict[int, float]]:
        """For each part document → score, by the formula of `ranking`; a document without a term has no entry."""
        scores: list[dict[int, float]] = [{} for _ in founds]
        for term in positive_terms(query):
            for stream, statistics in self._statistics.items():
                holding = sum(
                    len(found.part.live & found.evaluator.frequencies(stream, term).keys()) for found in founds
                )
                for found, scores_here in zip(founds, scores, strict=True):
                    _add_scores(scores_here, found, stream, term, statistics, statistics.gain(holding))
        return scores


def _statistics(parts: Sequence[Part], stream: str, weight: float) -> FieldStatistics:
    documents = sum(len(part.live) for part in parts)
    total_length = sum(sum(map(part.segment.numbers(stream).__getitem__, part.live)) for part in parts)
    return field_statistics(weight, documents, total_length)


def _find(part: Part, query: Query, filters: Filters) -> _Found:
    evaluator = Evaluator(part)
    documents, by_facet = pass_filters(evaluator.find(query), part, filters)
    return _Found(part, evaluator, documents, by_facet)


def _add_scores(
    scores: dict[int, float], found: _Found, stream: str, term: str, statistics: FieldStatistics, gain: float
) -> None:
    frequencies = found.evaluator.frequencies(stream, term)
    lengths = found.part.segment.numbers(stream)
    for document in found.documents & frequencies.keys():
        earned = gain * statistics.saturation(frequencies[document], lengths[document])
        scores[document] = scores.get(document, 0.0) + earned


Candidate = tuple[tuple[float, int, int, str], float, Part, int]
"""A hit before its document is read: its place in the order, its score, and where it is."""


def _candidates(found: _Found, scores: Mapping[int, float], sort: Sort) -> Iterator[Candidate]:
    days = found.part.segment.numbers("day")
    ids = found.part.segment.texts("id")
    for document in found.documents:
        score = scores.get(document, 0.0)
        yield place_in_order(sort, score, days[document], ids[document]), score, found.part, document


def _count(name: str, founds: Sequence[_Found]) -> Counter[str]:
    return sum((count_values(name, found.by_facet[name], found.part) for found in founds), Counter())


def _held(part: Part) -> Iterator[Held]:
    columns = {name: part.segment.coded(name) for name in ("paper", "title", "page")}
    days = part.segment.numbers("day")
    for document in part.live:
        paper, title, page = (column.values[column.codes[document]] for column in columns.values())
        yield Held(paper, title, _date(days[document]), page)


def _of_issue(part: Part, paper: str, day: date | None) -> Iterator[int]:
    papers = part.segment.coded("paper")
    if paper not in papers.values:
        return
    code, ordinal = papers.values.index(paper), day.toordinal() if day else 0
    days = part.segment.numbers("day")
    yield from (document for document in part.live if papers.codes[document] == code and days[document] == ordinal)


def _date(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None
