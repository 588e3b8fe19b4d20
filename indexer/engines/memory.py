"""The reference engine: everything in memory, every document looked at for every request.

It defines what the other engines must answer, and tests use it in their place. Its contents end with the process.

>>> from indexer.model import Article, Document, Request, TokenisedDocument, Unit, Word
>>> article = Article("a-1", "新闻", "", "工会", "", (), "", (), None, (), (), "")
>>> document = Document(article, paper="a", paper_title="甲报", page="1", ordinal=0, source="a/1.txt")
>>> engine = MemoryEngine()
>>> writer = engine.writer()
>>> writer.replace("a/1.txt", [TokenisedDocument(document, ("工会",), ("工会",), (Unit("headline", "工会"),))], "f")
>>> writer.commit()
>>> engine.reader().search(Request(Word("工会", ("工会",), or_phrase=False))).total
1
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

import numpy as np
from numpy.typing import NDArray

from indexer.engines.base import SourceDocuments, Verified, version_of
from indexer.engines.facets import choice, counted, facet_values, lies_within, sort_key
from indexer.engines.holdings import Held, issues_of, papers_of
from indexer.engines.matching import matches
from indexer.engines.near_texts import is_near, most_held
from indexer.engines.partial_ranking import (
    CANDIDATES,
    HEAD_FIELDS,
    PartialEvidence,
    any_of,
    partial_scores,
)
from indexer.engines.ranking import (
    BODY_BOOST,
    HEADLINE_BOOST,
    as_typed,
    counted_terms,
    field_statistics,
    positive_terms,
)
from indexer.errors import IndexLocked, IndexMissing, UsageError
from indexer.model import (
    FACETS,
    And,
    Document,
    DocumentSummary,
    FacetValue,
    Field,
    Filters,
    FormerArticle,
    Hit,
    IssueHolding,
    Not,
    Order,
    PaperHolding,
    PartialQuery,
    Phrase,
    Query,
    Request,
    Results,
    TextCount,
    Times,
    TokenisedDocument,
)
from indexer.text.natural_sort import natural_key

Sources = dict[str, SourceDocuments]
"""source → the documents made from it, and their fingerprint."""


_NOTHING = SourceDocuments("", "", ())


class MemoryEngine:
    """An index that lives as long as this object."""

    def __init__(self) -> None:
        self._committed: Sources | None = None
        self._pending: dict[str, str] = {}
        self._records = ""
        self._times: dict[str, Times] = {}
        self._generation, self._committed_at = -1, 0
        self._write_lock = threading.Lock()

    def reader(self) -> MemoryReader:
        """Open the last commit. Raises `IndexMissing` if there is none."""
        if self._committed is None:
            raise IndexMissing("Nothing has been indexed in memory yet; index an archive first.")
        return MemoryReader(self._committed, self._times, version_of(self._generation, self._committed_at))

    def writer(self, *, fresh: bool = False, part: str = "") -> MemoryWriter:
        """Begin a change; one at a time. Raises `IndexLocked` while there is another."""
        if not self._write_lock.acquire(blocking=False):
            raise IndexLocked("The index in memory is being written to; wait until that has ended.")
        return MemoryWriter(self, {} if fresh else dict(self._committed or {}), {} if fresh else self._times)

    @contextmanager
    def trial(self) -> Iterator[MemoryEngine]:
        """An engine that begins with the last commit."""
        trial = MemoryEngine()
        trial._committed, trial._times = self._committed, self._times
        trial._pending, trial._records = dict(self._pending), self._records
        trial._generation, trial._committed_at = self._generation, self._committed_at
        yield trial

    def verify(self) -> Verified:
        """Nothing to read: memory has no checksums. Raises `IndexMissing` if nothing was indexed."""
        self.reader()
        return Verified(0, 0)

    def former_articles(self) -> Iterable[FormerArticle]:
        """The articles of the last commit."""
        sources = (self._committed or {}).values()
        return [FormerArticle.of(one.document) for source in sources for one in source.documents]

    def pending_moves(self) -> Mapping[str, str]:
        """The moves that came with the last commits and were not forgotten, in their order."""
        return dict(self._pending)

    def forget_moves(self, moves: Mapping[str, str]) -> None:
        """Forget the pending moves, if they are still these."""
        if self._pending == moves:
            self._pending = {}

    def pending_records(self) -> str:
        """The lines for the archive that came with the last commits and were not forgotten, in their order."""
        return self._records

    def forget_records(self, records: str) -> None:
        """Forget the pending records, if they are still these."""
        if self._records == records:
            self._records = ""

    def former_times(self, ids: Iterable[str]) -> Mapping[str, Times]:
        """The times of the last commit."""
        return MemoryReader(self._committed or {}, self._times).times(ids)

    def _end_change(
        self,
        sources: Sources | None,
        moves: Mapping[str, str] | None = None,
        times: Mapping[str, Times] | None = None,
        records: str = "",
    ) -> None:
        if sources is not None:
            self._committed = sources
            self._times = dict(times or {})
            self._generation, self._committed_at = self._generation + 1, int(time.time())
        self._pending |= moves or {}
        self._records += records
        self._write_lock.release()


class MemoryWriter:
    """A change to a `MemoryEngine`."""

    def __init__(self, engine: MemoryEngine, sources: Sources, times: Mapping[str, Times]) -> None:
        self._engine = engine
        self._sources = sources
        self._times = dict(times)
        self._changed = set[str]()
        self._ended = False

    def replace(self, source: str, documents: Iterable[TokenisedDocument], fingerprint: str) -> None:
        """Replace all documents made from `source` by these. Raises `UsageError` when the writer has ended."""
        self.remove(source)
        self._sources[source] = SourceDocuments(source, fingerprint, tuple(documents))

    def remove(self, source: str) -> None:
        """Delete all documents made from `source`. Raises `UsageError` when the writer has ended."""
        self._check()
        _, _, documents = self._sources.pop(source, _NOTHING)
        if source in self._changed:  # what this change put in has no times yet, but its ids may be another's
            return
        self._changed.add(source)
        for one in documents:
            self._times.pop(one.document.id, None)

    def preview(self) -> MemoryReader:
        """A reader of what `commit` would make readable."""
        return MemoryReader(self._sources)

    def commit(
        self, moves: Mapping[str, str] | None = None, times: Mapping[str, Times] | None = None, records: str = ""
    ) -> None:
        """Commit and end the writer. Raises `UsageError` when it has ended."""
        self._check()
        self._ended = True
        known = {**self._times, **(times or {})}
        held = (one.document.id for source in self._sources.values() for one in source.documents)
        self._engine._end_change(self._sources, moves, {one: known[one] for one in held if one in known}, records)

    def abort(self) -> None:
        """Roll the change back and end the writer. Does nothing when it has ended."""
        if not self._ended:
            self._ended = True
            self._engine._end_change(None)

    def _check(self) -> None:
        if self._ended:
            raise UsageError("This change to the index has ended; begin another with writer().")


class MemoryReader:
    """The documents as they were when the reader was opened."""

    def __init__(self, sources: Sources, times: Mapping[str, Times] | None = None, version: str = "") -> None:
        self._times = times or {}
        self._version = version
        self._sources = [sources[source] for source in sorted(sources)]
        self._documents = tuple(document for source in self._sources for document in source.documents)

    def search(self, request: Request) -> Results:
        """Answer a request: exact total, the window of hits, exact facets."""
        found = [doc for doc in self._documents if matches(request.query, doc)]
        chosen = [doc for doc in found if _passes(request.filters, doc.document)]
        ranked = request.sort == "relevance"
        scores = _scores(request.query, chosen, self._documents) if ranked else [0.0] * len(chosen)
        if request.sort == "indexed":
            first = [float(self._times_of(doc.document.id).first) for doc in chosen]
            order = [(0.0, doc) for _, doc in _ordered(zip(first, chosen, strict=True), "indexed")]
        else:
            order = _ordered(zip(scores, chosen, strict=True), request.sort)
        words = counted_terms(request.query)
        window = tuple(
            Hit(DocumentSummary.of(doc.document), score, _counts(words, doc))
            for score, doc in order[request.offset : request.offset + request.size]
        )
        return Results(len(chosen), window, {name: _facet(name, request.filters, found) for name in request.facets})

    def partial(self, asked: PartialQuery, request: Request) -> tuple[Hit, ...]:
        """Return the best articles that lack some bare words, at most `size`."""
        first_round: Sequence[tuple[float, TokenisedDocument]] = ()
        for bigrams in (False, True):
            if len(first_round) < request.size:
                query = And((any_of(asked, bigrams=bigrams), asked.binding, Not(request.query)))
                found = [
                    doc for doc in self._documents if matches(query, doc) and _passes(request.filters, doc.document)
                ]
                scores = _scores(any_of(asked, bigrams=False), found, self._documents)
                first_round = _ordered(zip(scores, found, strict=True), "relevance")[:CANDIDATES]
        rescored = zip(self._partial_scores(asked, first_round), (doc for _, doc in first_round), strict=True)
        return tuple(
            Hit(DocumentSummary.of(doc.document), score, _counts(asked.words, doc))
            for score, doc in _ordered(rescored, "relevance")[: request.size]
        )

    def _partial_scores(self, asked: PartialQuery, found: Sequence[tuple[float, TokenisedDocument]]) -> list[float]:
        documents, bigrams = [doc for _, doc in found], [bigram for bigram, _ in asked.bigrams]
        body = field_statistics(BODY_BOOST, len(self._documents), sum(len(doc.words) for doc in self._documents))
        evidence = PartialEvidence(
            bm25=np.array([score for score, _ in found]),
            tf_denominators=np.array([body.tf_denominator(len(doc.words)) for doc in documents]),
            words=_table(asked.words, documents, lambda word, doc: word in doc.words) > 0,
            strings=_table(asked.strings, documents, lambda text, doc: _times(text, doc) > 0) > 0,
            bigrams=_table(bigrams, documents, _times),
            in_head=_table(bigrams, documents, lambda bigram, doc: _times(bigram, doc, HEAD_FIELDS)) > 0,
        )
        word_doc_freqs = [sum(word in doc.words for doc in self._documents) for word in asked.words]
        bigram_doc_freqs = [sum(_times(bigram, doc) > 0 for doc in self._documents) for bigram in bigrams]
        word_idfs, bigram_idfs = (list(map(body.term_weight, of)) for of in (word_doc_freqs, bigram_doc_freqs))
        return [float(score) for score in partial_scores(asked, evidence, word_idfs, bigram_idfs)]

    def count(self, request: Request) -> int:
        """Count the hits exactly, without finding the best of them."""
        return sum(matches(request.query, doc) and _passes(request.filters, doc.document) for doc in self._documents)

    def get(self, article_id: str) -> Document | None:
        """The document with this id, or None."""
        return next((doc.document for doc in self._documents if doc.document.id == article_id), None)

    def papers(self) -> tuple[PaperHolding, ...]:
        """What is held, paper by paper, by name."""
        return papers_of(_held(doc.document) for doc in self._documents)

    def issues(self, paper: str) -> tuple[IssueHolding, ...]:
        """The issues held of a paper, oldest first, pages without a date last."""
        return issues_of(_held(doc.document) for doc in self._documents if doc.document.paper == paper)

    def issue(self, paper: str, day: date | None) -> tuple[Document, ...]:
        """The articles of one issue in the order of its pages and of each page."""
        held = (doc.document for doc in self._documents)
        found = (doc for doc in held if doc.paper == paper and doc.article.date == day)
        return tuple(sorted(found, key=lambda doc: (natural_key(doc.page), doc.source, doc.ordinal, doc.id)))

    def times(self, ids: Iterable[str]) -> Mapping[str, Times]:
        """When some articles were first indexed and last changed; without those that are not in the index."""
        held = {doc.document.id for doc in self._documents}
        return {one: self._times_of(one) for one in ids if one in held}

    def _times_of(self, article_id: str) -> Times:
        return self._times.get(article_id, Times())

    def fingerprints(self) -> Mapping[str, str]:
        """source → fingerprint of what was indexed from that file."""
        return {source: fingerprint for source, fingerprint, documents in self._sources if documents}

    def documents_of(self, source: str) -> tuple[Document, ...]:
        """The documents made from one page file, in their order on the page."""
        return tuple(doc.document for doc in self._documents if doc.document.source == source)

    def near_terms(self, text: str, limit: int) -> tuple[TextCount, ...]:
        """Return the terms that differ from a folded text by one edit, with the number of articles that have each."""
        terms = Counter(term for doc in self._documents for term in set(doc.words) if is_near(text, term))
        return most_held(terms.items(), limit)

    def terms_with_prefix(self, prefix: str, limit: int) -> tuple[TextCount, ...]:
        """Return the terms that begin with a folded text, counted and ordered as by `near_terms`; none for ""."""
        terms = Counter(
            term for doc in self._documents for term in set(doc.words) if prefix and term.startswith(prefix)
        )
        return most_held(terms.items(), limit)

    def letters_between(self, before: str, after: str, limit: int) -> tuple[TextCount, ...]:
        """Return the single characters that stand between two folded texts in some unit."""
        if not before or not after:
            return ()
        found = Counter(
            letter for doc in self._documents for letter in set(_between(before, after, [u.text for u in doc.units]))
        )
        return most_held(found.items(), limit)

    def holding(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Return the number of articles that hold each of some folded texts as a phrase; 0 for ""."""
        return tuple(self.count(Request(Phrase(text, ()))) for text in texts)

    def beginning(self, field: Field, text: str, limit: int) -> tuple[DocumentSummary, ...]:
        """Return the newest articles with a unit of a field that begins with a folded text, newest first."""
        found = [
            doc.document
            for doc in self._documents
            if text and any(unit.field == field and unit.text.startswith(text) for unit in doc.units)
        ]
        found.sort(key=lambda document: sort_key("newest", 0.0, _day(document), document.id))
        return tuple(DocumentSummary.of(document) for document in found[: max(limit, 0)])

    def without(self, papers: tuple[str, ...]) -> MemoryReader:
        """Return a reader for which all articles of some papers are absent."""
        if not papers:
            return self
        left = {
            of.source: of._replace(documents=[one for one in of.documents if one.document.paper not in papers])
            for of in self._sources
        }
        return MemoryReader(left, self._times, self._version)

    def version(self) -> str:
        """Return which commit this reads; "" before it is committed."""
        return self._version

    def verify(self, pause: Callable[[], None] = lambda: None) -> None:
        """Do nothing: memory has no checksums."""

    def close(self) -> None:
        """Do nothing: there are no files to release."""


def _passes(filters: Filters, document: Document, but: str = "") -> bool:
    """Whether a document is among the choices, leaving out those of the facet `but`."""
    in_facets = all(
        not choice(name, filters) or choice(name, filters) & set(facet_values(name, document))
        for name in FACETS
        if name != but
    )
    return in_facets and (but == "date" or lies_within(document.article.date, filters.dates))


def _facet(name: str, filters: Filters, found: Iterable[TokenisedDocument]) -> tuple[FacetValue, ...]:
    chosen = (doc.document for doc in found if _passes(filters, doc.document, but=name))
    return counted(Counter(value for document in chosen for value in facet_values(name, document)))


def _scores(
    query: Query, found: Sequence[TokenisedDocument], all_documents: Sequence[TokenisedDocument]
) -> list[float]:
    """The score of each document found, by the formula of `ranking`, read off the words themselves."""
    scores, most = [0.0] * len(found), 0.0
    for term in positive_terms(query):
        for boost, words_of in ((BODY_BOOST, _body), (HEADLINE_BOOST, _headline)):
            total_length = sum(len(words_of(doc)) for doc in all_documents)
            statistics = field_statistics(boost, len(all_documents), total_length)
            doc_freq = sum(term in words_of(doc) for doc in all_documents)
            term_weight = statistics.term_weight(doc_freq)
            most += term_weight if doc_freq else 0.0
            for i, doc in enumerate(found):
                words = words_of(doc)
                if term in words:
                    scores[i] += term_weight * statistics.tf_norm(words.count(term), len(words))
    if (typed := as_typed(query)) == query:
        return scores
    return [score + most * matches(typed, doc) for score, doc in zip(scores, found, strict=True)]


def _body(document: TokenisedDocument) -> tuple[str, ...]:
    return document.words


def _headline(document: TokenisedDocument) -> tuple[str, ...]:
    return document.headline_words


def _ordered(scored: Iterable[tuple[float, TokenisedDocument]], sort: Order) -> list[tuple[float, TokenisedDocument]]:
    return sorted(scored, key=lambda one: sort_key(sort, one[0], _day(one[1].document), one[1].document.id))


def _counts(words: Iterable[str], document: TokenisedDocument) -> dict[str, int]:
    return {word: document.words.count(word) for word in words if word in document.words}


def _times(text: str, document: TokenisedDocument, fields: Sequence[str] = ()) -> int:
    """How often a text begins in units of a document, or of some fields of it."""
    units = [unit.text for unit in document.units if not fields or unit.field in fields]
    return sum(unit.startswith(text, start) for unit in units for start in range(len(unit)))


def _table(
    texts: Sequence[str], documents: Sequence[TokenisedDocument], figure: Callable[[str, TokenisedDocument], float]
) -> NDArray[np.float64]:
    """A figure of each text (rows) in each document (columns)."""
    rows = [[figure(text, doc) for doc in documents] for text in texts]
    return np.array(rows, np.float64).reshape(len(texts), len(documents))


def _between(before: str, after: str, units: Iterable[str]) -> Iterator[str]:
    """Yield each character that stands between two texts in a unit."""
    for unit in units:
        for place in range(len(before), len(unit)):
            if unit.endswith(before, 0, place) and unit.startswith(after, place + 1):
                yield unit[place]


def _day(document: Document) -> int:
    return document.article.date.toordinal() if document.article.date else 0


def _held(document: Document) -> Held:
    return Held(document.paper, document.paper_title, document.article.date, document.page, rights=document.rights)
