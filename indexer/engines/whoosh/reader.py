"""Reader of an index: matches in every segment, ranks by statistics of all segments, merges and counts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import cast

import numpy as np
from msgspec.structs import replace

from indexer.engines.holdings import Held, issues_of, papers_of
from indexer.engines.ranking import as_typed, counted_terms, positive_terms
from indexer.engines.whoosh.damage import Guard, guarded
from indexer.engines.whoosh.search import near_texts
from indexer.engines.whoosh.search.bm25_scorer import Bm25Scorer
from indexer.engines.whoosh.search.boolean_query import Evaluator
from indexer.engines.whoosh.search.cache import BoundedCache
from indexer.engines.whoosh.search.doc_set import DocSet
from indexer.engines.whoosh.search.facets import Choices, FacetTables
from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.search.partial_scorer import PartialScorer
from indexer.engines.whoosh.search.result_order import Best, Row, last_indexed, newest, oldest, window
from indexer.engines.whoosh.search.term_frequencies import frequencies
from indexer.engines.whoosh.search.top_k import top_k
from indexer.engines.whoosh.segment.array_types import DocIds, Scores
from indexer.engines.whoosh.segment.arrays import doc_ids_in
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.model import (
    Document,
    DocumentSummary,
    Filters,
    Hit,
    IssueHolding,
    Order,
    PaperHolding,
    PartialQuery,
    Phrase,
    Query,
    Request,
    Results,
    Rights,
    TextCount,
    Times,
)
from indexer.model import Field as FieldName
from indexer.text.natural_sort import natural_key

_CACHED_DOCUMENTS = 4_096
"""Paging and choosing facets ask for the same documents again. They take about 15 MB."""
_CACHED_HOLDINGS = 16
_CACHED_VIEWS = 4
"""Readers without some papers, each with caches of its own."""
_NO_CHOICES = Filters()


class Shared:
    """What all readers of a generation have in common, whichever papers they leave out."""

    def __init__(self, folder: Path, segments: Sequence[FlatSegment], version: str) -> None:
        self.version = version
        self.guard = Guard(folder, segments)
        self.summaries = BoundedCache[tuple[int, int], DocumentSummary](_CACHED_DOCUMENTS)
        self._segments = segments

    @cached_property
    def facets(self) -> FacetTables:
        """The facets of all documents."""
        return FacetTables(self._segments)


class WhooshReader:
    """A point-in-time view of the index: one generation. Thread-safe; later commits don't change it.

    Whatever damaged files let a method fail with is an `IndexUnavailable`.
    """

    def __init__(self, live_segments: Sequence[LiveSegment], shared: Shared) -> None:
        self.guard = shared.guard
        self._shared = shared
        self._live_segments = live_segments
        self._evaluators = [Evaluator(live_segment) for live_segment in live_segments]
        self._issues = BoundedCache[str, tuple[IssueHolding, ...]](_CACHED_HOLDINGS)
        self._views = BoundedCache[tuple[str, ...], WhooshReader](_CACHED_VIEWS)

    @classmethod
    def of(cls, live_segments: Sequence[LiveSegment], folder: Path, version: str = "") -> WhooshReader:
        """The reader of a generation of the index in a folder, or of a change, which has no version yet."""
        return cls(live_segments, Shared(folder, [live_segment.segment for live_segment in live_segments], version))

    def version(self) -> str:
        """Which commit this reads, as `2026-11-29.417`: its day and its number; "" before it is committed."""
        return self._shared.version

    @guarded
    def search(self, request: Request) -> Results:
        """Answer a request: exact total, the window of hits, exact facets."""
        choices = self._choices(request)
        found = [chosen.documents for chosen in choices]
        total = sum(map(len, found))
        wanted = min(request.offset + request.size, total)
        best = self._best(request.query, request.sort, wanted, found) if wanted > request.offset else []
        rows = window(best, request.sort, request.offset, request.size)
        if request.sort == "indexed":
            rows = [(segment_ord, doc_id, 0.0) for segment_ord, doc_id, _ in rows]
        hits = self._hits(rows, counted_terms(request.query))
        return Results(total, hits, self._facets.count(choices, request.facets))

    @guarded
    def partial(self, asked: PartialQuery, request: Request) -> tuple[Hit, ...]:
        """Return the best articles that lack some bare words, at most `size`."""
        passing = self._choices(replace(request, query=asked.binding))
        among = [
            chosen.documents.bitmap - evaluator.find(request.query).bitmap
            for chosen, evaluator in zip(passing, self._evaluators, strict=True)
        ]
        best = self._partial_scorer.best(asked, among, request.size)
        return self._hits(window(best, "relevance", 0, request.size), asked.words)

    @guarded
    def count(self, request: Request) -> int:
        """Count the hits exactly, without finding the best of them."""
        if (ready := self._ready_count(request)) is not None:
            return ready
        if request.filters == _NO_CHOICES:
            return sum(len(evaluator.find(request.query)) for evaluator in self._evaluators)
        if isinstance(request.query, Phrase):
            passing = [
                self._facets.passing(segment_ord, request.filters) for segment_ord in range(len(self._live_segments))
            ]
            pairs = zip(self._evaluators, passing, strict=True)
            return sum(evaluator.count(request.query, of) for evaluator, of in pairs)
        return sum(len(chosen.documents) for chosen in self._choices(request))

    @guarded
    def get(self, article_id: str) -> Document | None:
        """The document with this id, or None."""
        for live_segment in self._live_segments:
            for doc_id in live_segment.segment.doc_ids_of_article(article_id):
                if doc_id not in live_segment.deleted:
                    return live_segment.segment.stored(doc_id)
        return None

    @guarded
    def papers(self) -> tuple[PaperHolding, ...]:
        """What is held, paper by paper, by name."""
        return self._papers

    @guarded
    def issues(self, paper: str) -> tuple[IssueHolding, ...]:
        """The issues held of a paper, oldest first, pages without a date last. Empty for an unknown paper."""
        return self._issues.get_or_make(paper, lambda: self._find_issues(paper))

    @guarded
    def issue(self, paper: str, day: date | None) -> tuple[Document, ...]:
        """The articles of one issue in the order of its pages and of each page; empty when there are none."""
        found = [
            live_segment.segment.stored(doc_id)
            for live_segment in self._live_segments
            for doc_id in _of_issue(live_segment, paper, day)
        ]
        return tuple(sorted(found, key=lambda doc: (natural_key(doc.page), doc.source, doc.ordinal, doc.id)))

    @guarded
    def times(self, ids: Iterable[str]) -> Mapping[str, Times]:
        """When some articles were first indexed and last changed; without those that are not in the index."""
        return {
            article_id: live_segment.segment.times.of(doc_id)
            for article_id in ids
            for live_segment in self._live_segments
            for doc_id in live_segment.segment.doc_ids_of_article(article_id)
            if doc_id not in live_segment.deleted
        }

    @guarded
    def fingerprints(self) -> Mapping[str, str]:
        """source → fingerprint of what was indexed from that file."""
        return {
            source: fingerprint
            for live_segment in self._live_segments
            for source, fingerprint, doc_ids in live_segment.segment.source_fingerprints()
            if any(doc_id not in live_segment.deleted for doc_id in doc_ids)
        }

    @guarded
    def documents_of(self, source: str) -> tuple[Document, ...]:
        """The documents made from one page file, in their order on the page; empty when there are none."""
        found = (
            live_segment.segment.stored(doc_id)
            for live_segment in self._live_segments
            for doc_id in live_segment.segment.doc_ids_of_source(source)
            if doc_id not in live_segment.deleted
        )
        return tuple(sorted(found, key=lambda doc: (doc.ordinal, doc.id)))

    @guarded
    def near_terms(self, text: str, limit: int) -> tuple[TextCount, ...]:
        """Return the terms that differ from a folded text by one edit, with the number of articles that have each."""
        return near_texts.near_terms(self._live_segments, text, limit)

    @guarded
    def terms_with_prefix(self, prefix: str, limit: int) -> tuple[TextCount, ...]:
        """Return the terms that begin with a folded text, counted and ordered as by `near_terms`; none for ""."""
        return near_texts.terms_with_prefix(self._live_segments, prefix, limit)

    @guarded
    def letters_between(self, before: str, after: str, limit: int) -> tuple[TextCount, ...]:
        """Return the single characters that stand between two folded texts in some unit."""
        return near_texts.letters_between(self._live_segments, before, after, limit)

    @guarded
    def holding(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Return the number of articles that hold each of some folded texts as a phrase; 0 for ""."""
        return tuple([near_texts.held(self._live_segments, text) for text in texts])

    @guarded
    def beginning(self, field: FieldName, text: str, limit: int) -> tuple[DocumentSummary, ...]:
        """Return the newest articles with a unit of a field that begins with a folded text, newest first."""
        best = []
        for segment_ord, live_segment in enumerate(self._live_segments):
            doc_ids = np.array(near_texts.beginning(live_segment, field, text, limit), np.uint32)
            best.append(Best(segment_ord, live_segment.segment, doc_ids, np.zeros(len(doc_ids))))
        rows = window(best, "newest", 0, limit) if limit > 0 else []
        return tuple([self._summary(segment_ord, doc_id) for segment_ord, doc_id, _ in rows])

    @guarded
    def without(self, papers: tuple[str, ...]) -> WhooshReader:
        """Return a reader for which all articles of some papers are absent: as if they were deleted."""
        if not papers:
            return self
        return self._views.get_or_make(papers, lambda: self._make_view(papers))

    def verify(self, pause: Callable[[], None] = lambda: None) -> None:
        """Read all of it, with a pause after each megabyte. Raises `IndexUnavailable` that names what is damaged.

        From then on all methods raise that.
        """
        self.guard.verify(pause)

    def close(self) -> None:
        """Do nothing: readers of a generation share its segments, which are freed with the last reader."""

    def _make_view(self, papers: tuple[str, ...]) -> WhooshReader:
        return WhooshReader([live_segment.without(papers) for live_segment in self._live_segments], self._shared)

    def _ready_count(self, request: Request) -> int | None:
        """Return the doc_freq of a phrase of two characters where the index stores it, else None."""
        query = request.query
        if not isinstance(query, Phrase) or query.field or len(query.text) != 2 or request.filters != _NO_CHOICES:
            return None
        counts = [live_segment.doc_freq(query.text) for live_segment in self._live_segments]
        return None if None in counts else sum(filter(None, counts))

    def _choices(self, request: Request) -> list[Choices]:
        return [
            self._facets.choose(evaluator.find(request.query), segment_ord, request.filters)
            for segment_ord, evaluator in enumerate(self._evaluators)
        ]

    def _best(self, query: Query, sort: Order, wanted: int, found: Sequence[DocSet]) -> list[Best]:
        """The best documents of every segment, as many as are wanted of all together."""
        if sort == "indexed":
            pairs = zip(found, self._live_segments, strict=True)
            return self._of_segments([last_indexed(of.doc_ids, its.segment.times.first, wanted) for of, its in pairs])
        terms = self._scorer.weighted_terms(positive_terms(query)) if sort == "relevance" else []
        if not terms:
            by_date = [
                _by_date(documents, live_segment, sort, wanted)
                for live_segment, documents in zip(self._live_segments, found, strict=True)
            ]
            return self._of_segments([(doc_ids, np.zeros(len(doc_ids))) for doc_ids in by_date])
        if (typed := as_typed(query)) == query:
            return self._of_segments(top_k(self._scorer, found, wanted, terms))
        # No score exceeds the sum of the weights, so those as typed come first, and fill the window alone if they can.
        most = sum(term.body_weight + term.headline_weight for term in terms)
        first = [
            DocSet(documents.bitmap & evaluator.find(typed).bitmap)
            for documents, evaluator in zip(found, self._evaluators, strict=True)
        ]
        best = [(doc_ids, scores + most) for doc_ids, scores in top_k(self._scorer, first, wanted, terms)]
        if (left := wanted - sum(map(len, first))) > 0:
            others = [DocSet(all_of.bitmap - of.bitmap) for all_of, of in zip(found, first, strict=True)]
            apart = top_k(self._scorer, others, left, terms)
            best = [
                (np.concatenate((doc_ids, its)), np.concatenate((scores, its_scores)))
                for (doc_ids, scores), (its, its_scores) in zip(best, apart, strict=True)
            ]
        return self._of_segments(best)

    def _of_segments(self, found: Sequence[tuple[DocIds, Scores]]) -> list[Best]:
        return [
            Best(segment_ord, live_segment.segment, *of)
            for segment_ord, (live_segment, of) in enumerate(zip(self._live_segments, found, strict=True))
        ]

    def _hits(self, rows: Sequence[Row], terms: Sequence[str]) -> tuple[Hit, ...]:
        """The documents themselves, and how often each has some terms."""
        counts: list[dict[str, int]] = [{} for _ in rows]
        for segment_ord, live_segment in enumerate(self._live_segments if terms else ()):
            here = [at for at, row in enumerate(rows) if row[0] == segment_ord]
            doc_ids = [rows[at][1] for at in here]
            for term in terms if here else ():
                if postings := live_segment.postings(term):
                    for at, (count, _) in zip(here, frequencies(doc_ids, postings, live_segment), strict=True):
                        if count:
                            counts[at][term] = count
        return tuple(
            [
                Hit(self._summary(segment_ord, doc_id), score, its)
                for (segment_ord, doc_id, score), its in zip(rows, counts, strict=True)
            ]
        )

    def _summary(self, segment_ord: int, doc_id: int) -> DocumentSummary:
        segment = self._live_segments[segment_ord].segment
        return self._shared.summaries.get_or_make((segment_ord, doc_id), lambda: segment.summary(doc_id))

    def _find_issues(self, paper: str) -> tuple[IssueHolding, ...]:
        return issues_of(
            held for live_segment in self._live_segments for held in _held(live_segment, ("paper", "page"), paper)
        )

    @property
    def _facets(self) -> FacetTables:
        return self._shared.facets

    @cached_property
    def _scorer(self) -> Bm25Scorer:
        return Bm25Scorer(self._live_segments)

    @cached_property
    def _partial_scorer(self) -> PartialScorer:
        return PartialScorer(self._scorer, self._evaluators, self.count)

    @cached_property
    def _papers(self) -> tuple[PaperHolding, ...]:
        return papers_of(
            held for live_segment in self._live_segments for held in _held(live_segment, ("paper", "title", "rights"))
        )


def _by_date(found: DocSet, live_segment: LiveSegment, sort: Order, wanted: int) -> DocIds:
    if sort == "oldest":
        return oldest(found.doc_ids, live_segment.segment.days, wanted)
    return newest(found.doc_ids, wanted)


def _held(live_segment: LiveSegment, columns: Sequence[str], paper: str = "") -> Iterator[Held]:
    """Group the live articles of a segment (of one paper) by day and by some columns; others stay empty."""
    segment = live_segment.segment
    doc_ids = doc_ids_in(live_segment.live)
    if paper:
        ordinals = [ordinal for ordinal, name in enumerate(segment.values("paper")) if name == paper]
        doc_ids = doc_ids[np.isin(segment.ordinals("paper").take(doc_ids), ordinals)]
    # The day and the ordinals of all values are the digits of one number, each in a base of its own.
    together = segment.days.take(doc_ids).astype(np.int64)
    values = {name: segment.values(name) for name in columns}
    for name in columns:
        together = together * len(values[name]) + segment.ordinals(name).take(doc_ids)
    for number, articles in zip(*map(np.ndarray.tolist, np.unique(together, return_counts=True)), strict=True):
        found = {"paper": "", "title": "", "page": "", "rights": "public"}
        for name in reversed(columns):
            number, ordinal = divmod(number, len(values[name]))
            found[name] = values[name][ordinal]
        rights = cast("Rights", found.pop("rights"))
        yield Held(**found, rights=rights, date=date.fromordinal(number) if number else None, articles=articles)


def _of_issue(live_segment: LiveSegment, paper: str, day: date | None) -> list[int]:
    segment, day_number = live_segment.segment, day.toordinal() if day else 0
    papers = segment.values("paper")
    if paper not in papers:
        return []
    days = segment.days.data
    first, last = bisect_left(days, day_number), bisect_right(days, day_number)
    of_paper = np.flatnonzero(segment.ordinals("paper")[first:last] == papers.index(paper)) + first
    return [doc_id for doc_id in of_paper.tolist() if doc_id not in live_segment.deleted]
