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
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from indexer.engines.base import SourceDocuments
from indexer.engines.facets import choice, counted, facet_values, lies_within, sort_key
from indexer.engines.holdings import Held, issues_of, papers_of
from indexer.engines.matching import matches
from indexer.engines.ranking import BODY_BOOST, HEADLINE_BOOST, counted_terms, field_statistics, positive_terms
from indexer.errors import IndexLocked, IndexMissing, UsageError
from indexer.model import (
    FACETS,
    Document,
    DocumentSummary,
    FacetValue,
    Filters,
    FormerArticle,
    Hit,
    IssueHolding,
    PaperHolding,
    Query,
    Request,
    Results,
    TokenisedDocument,
)
from indexer.text.natural_sort import natural_key

Sources = dict[str, SourceDocuments]
"""source → the documents made from it, and their fingerprint."""


class MemoryEngine:
    """An index that lives as long as this object."""

    def __init__(self) -> None:
        self._committed: Sources | None = None
        self._write_lock = threading.Lock()

    def reader(self) -> MemoryReader:
        """Open the last commit. Raises `IndexMissing` if there is none."""
        if self._committed is None:
            raise IndexMissing("Nothing has been indexed in memory yet; index an archive first.")
        return MemoryReader(self._committed)

    def writer(self, *, fresh: bool = False) -> MemoryWriter:
        """Begin a change; one at a time. Raises `IndexLocked` while there is another."""
        if not self._write_lock.acquire(blocking=False):
            raise IndexLocked("The index in memory is being written to; wait until that has ended.")
        return MemoryWriter(self, {} if fresh else dict(self._committed or {}))

    def former_articles(self) -> Iterable[FormerArticle]:
        """The articles of the last commit."""
        sources = (self._committed or {}).values()
        return [FormerArticle.of(one.document) for source in sources for one in source.documents]

    def _end_change(self, sources: Sources | None) -> None:
        if sources is not None:
            self._committed = sources
        self._write_lock.release()


class MemoryWriter:
    """A change to a `MemoryEngine`."""

    def __init__(self, engine: MemoryEngine, sources: Sources) -> None:
        self._engine = engine
        self._sources = sources
        self._ended = False

    def replace(self, source: str, documents: Iterable[TokenisedDocument], fingerprint: str) -> None:
        """Replace all documents made from `source` by these. Raises `UsageError` when the writer has ended."""
        self._check()
        self._sources[source] = SourceDocuments(source, fingerprint, tuple(documents))

    def remove(self, source: str) -> None:
        """Delete all documents made from `source`. Raises `UsageError` when the writer has ended."""
        self._check()
        self._sources.pop(source, None)

    def preview(self) -> MemoryReader:
        """A reader of what `commit` would make readable."""
        return MemoryReader(self._sources)

    def commit(self) -> None:
        """Commit and end the writer. Raises `UsageError` when it has ended."""
        self._check()
        self._ended = True
        self._engine._end_change(self._sources)

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

    def __init__(self, sources: Sources) -> None:
        self._sources = [sources[source] for source in sorted(sources)]
        self._documents = tuple(document for source in self._sources for document in source.documents)

    def search(self, request: Request) -> Results:
        """Answer a request: exact total, the window of hits, exact facets."""
        found = [doc for doc in self._documents if matches(request.query, doc)]
        chosen = [doc for doc in found if _passes(request.filters, doc.document)]
        ranked = request.sort == "relevance"
        scores = _scores(request.query, chosen, self._documents) if ranked else [0.0] * len(chosen)
        order = sorted(
            zip(scores, chosen, strict=True),
            key=lambda one: sort_key(request.sort, one[0], _day(one[1].document), one[1].document.id),
        )
        window = tuple(
            _hit(doc, score, request.query) for score, doc in order[request.offset : request.offset + request.size]
        )
        return Results(len(chosen), window, {name: _facet(name, request.filters, found) for name in request.facets})

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

    def fingerprints(self) -> Mapping[str, str]:
        """source → fingerprint of what was indexed from that file."""
        return {source: fingerprint for source, fingerprint, documents in self._sources if documents}

    def documents_of(self, source: str) -> tuple[Document, ...]:
        """The documents made from one page file, in their order on the page."""
        return tuple(doc.document for doc in self._documents if doc.document.source == source)

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
    scores = [0.0] * len(found)
    for term in positive_terms(query):
        for boost, words_of in ((BODY_BOOST, _body), (HEADLINE_BOOST, _headline)):
            total_length = sum(len(words_of(doc)) for doc in all_documents)
            statistics = field_statistics(boost, len(all_documents), total_length)
            term_weight = statistics.term_weight(sum(term in words_of(doc) for doc in all_documents))
            for i, doc in enumerate(found):
                words = words_of(doc)
                if term in words:
                    scores[i] += term_weight * statistics.tf_norm(words.count(term), len(words))
    return scores


def _body(document: TokenisedDocument) -> tuple[str, ...]:
    return document.words


def _headline(document: TokenisedDocument) -> tuple[str, ...]:
    return document.headline_words


def _hit(document: TokenisedDocument, score: float, query: Query) -> Hit:
    counts = {term: document.words.count(term) for term in counted_terms(query) if term in document.words}
    return Hit(DocumentSummary.of(document.document), score, counts)


def _day(document: Document) -> int:
    return document.article.date.toordinal() if document.article.date else 0


def _held(document: Document) -> Held:
    return Held(document.paper, document.paper_title, document.article.date, document.page)
