"""Reader of an index in a cluster: asks the servers, and makes hits, documents and counts of their answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from indexer.engines.facets import sort_key
from indexer.engines.holdings import Held, issues_of, papers_of
from indexer.engines.near_texts import is_near, most_held
from indexer.engines.opensearch import aggregations, partial, queries
from indexer.engines.opensearch.connection import Connection
from indexer.engines.opensearch.documents import (
    START,
    counts_of,
    document_of,
    spelled,
    summary_of,
    times_of,
    unspelled,
)
from indexer.engines.opensearch.mapping import CLAUSES_SETTING, MOST_CLAUSES
from indexer.engines.opensearch.queries import Clause, all_of, any_of, chosen, matching, ordered
from indexer.engines.opensearch.state import Snapshot
from indexer.engines.partial_ranking import CANDIDATES
from indexer.engines.partial_ranking import any_of as any_word_of
from indexer.engines.ranking import counted_terms
from indexer.errors import IndexUnavailable, QueryTooBroad
from indexer.model import (
    And,
    Document,
    DocumentSummary,
    Field,
    Hit,
    IssueHolding,
    Not,
    PaperHolding,
    PartialQuery,
    Phrase,
    Request,
    Results,
    TextCount,
    Times,
)
from indexer.text.natural_sort import natural_key

FARTHEST = 10_000
"""How far into a list OpenSearch reads at once (`index.max_result_window`)."""

_PAGE = 1_000
"""Whole documents fetched at a time."""
_TEXTS = 200
"""Texts looked for at a time. A query may have 1,024 clauses."""
_SHOWN = ["id", "stored"]
_TOO_MANY_CLAUSES = "maxClauseCount"
"""What OpenSearch says of a query with too many clauses."""

_Body = dict[str, Any]


class OpenSearchReader:
    """What a commit made readable. Thread-safe; later commits don't change it.

    Superseded documents stay on the servers for some minutes after a commit; a reader is whole as long as they do.
    """

    def __init__(self, connection: Connection, snapshot: Snapshot) -> None:
        self._connection = connection
        self._snapshot = snapshot
        self._hidden: tuple[str, ...] = ()
        self._holdings = _Holdings(self._groups)

    def search(self, request: Request) -> Results:
        """Answer a request: exact total, the window of hits, exact facets."""
        filters = request.filters
        clauses = [matching(request.query)]
        body: _Body = {"track_total_hits": True}
        if request.facets:
            body["aggs"] = aggregations.facets(request.facets, filters)
            body["post_filter"] = all_of(chosen(filters))
        else:
            clauses += chosen(filters)
        scored = queries.ranking(request.query) if request.sort == "relevance" else []
        body["query"] = self._query(clauses, scored)
        body["sort"] = ordered("newest" if request.sort == "relevance" and not scored else request.sort)
        terms = counted_terms(request.query)
        body["_source"] = [*_SHOWN, *(("words",) if terms else ())]
        answer, found = self._window(body, request.offset, request.size, scored=bool(scored))
        hits = tuple([_hit(one, one["_score"] if scored else 0.0, terms) for one in found])
        facets = aggregations.facets_in(answer.get("aggregations", {}), request.facets)
        return Results(answer["hits"]["total"]["value"], hits, facets)

    def partial(self, asked: PartialQuery, request: Request) -> tuple[Hit, ...]:
        """Return the best articles that lack some bare words, at most `size`."""
        found: Sequence[_Body] = ()
        for bigrams in (False, True):
            if len(found) < request.size:
                query = And((any_word_of(asked, bigrams=bigrams), asked.binding, Not(request.query)))
                clauses = [matching(query), *chosen(request.filters)]
                body = {"query": self._query(clauses, queries.scored(asked.words)), "sort": ordered("relevance")}
                body["_source"] = [*_SHOWN, "day", *partial.FIELDS]
                found = self._window(body, 0, CANDIDATES, scored=True)[1]
        if not found:
            return ()
        counted = self._connection.msearch(self._snapshot.index, partial.counting(asked, self._snapshot.visible))
        scores = partial.scores(asked, found, counted)
        ranked = sorted(zip(scores, found, strict=True), key=lambda one: _place(*one))
        return tuple([_hit(one, score, asked.words) for score, one in ranked[: request.size]])

    def count(self, request: Request) -> int:
        """Count the hits exactly, without finding the best of them."""
        return self._count([matching(request.query), *chosen(request.filters)])

    def get(self, article_id: str) -> Document | None:
        """The document with this id, or None."""
        body = {"query": self._query([{"term": {"id": spelled(article_id)}}]), "sort": ["source", "ordinal"]}
        found = self._search({**body, "_source": _SHOWN, "size": 1})["hits"]["hits"]
        return document_of(found[0]["_source"]) if found else None

    def papers(self) -> tuple[PaperHolding, ...]:
        """What is held, paper by paper, by name."""
        return tuple([one for one in self._holdings.papers() if one.paper not in self._hidden])

    def issues(self, paper: str) -> tuple[IssueHolding, ...]:
        """The issues held of a paper, oldest first, pages without a date last. Empty for an unknown paper."""
        return () if paper in self._hidden else self._holdings.issues(paper)

    def issue(self, paper: str, day: date | None) -> tuple[Document, ...]:
        """The articles of one issue in the order of its pages and of each page; empty when there are none."""
        of_day = queries.undated() if day is None else {"term": {"day": day.toordinal()}}
        found = map(document_of, self._all([{"term": {"paper": spelled(paper)}}, of_day], _SHOWN))
        return tuple(sorted(found, key=lambda doc: (natural_key(doc.page), doc.source, doc.ordinal, doc.id)))

    def times(self, ids: Iterable[str]) -> Mapping[str, Times]:
        """When some articles were first indexed and last changed; without those that are not in the index."""
        asked = [spelled(one) for one in ids]
        cuts = [asked[at : at + FARTHEST] for at in range(0, len(asked), FARTHEST)]
        fields = ["id", "first", "changed", "first_id"]
        found = (one for cut in cuts for one in self._all([{"terms": {"id": cut}}], fields, FARTHEST))
        return {unspelled(one["id"]): times_of(one) for one in found}

    def fingerprints(self) -> Mapping[str, str]:
        """source → fingerprint of what was indexed from that file."""
        groups = self._groups(("source", "fingerprint"))
        return {unspelled(one["key"]["source"]): one["key"]["fingerprint"] for one in groups}

    def documents_of(self, source: str) -> tuple[Document, ...]:
        """The documents made from one page file, in their order on the page; empty when there are none."""
        found = map(document_of, self._all([{"term": {"source": spelled(source)}}], _SHOWN))
        return tuple(sorted(found, key=lambda doc: (doc.ordinal, doc.id)))

    def near_terms(self, text: str, limit: int) -> tuple[TextCount, ...]:
        """Return the terms that differ from a folded text by one edit, with the number of articles that have each."""
        if len(text) > aggregations.LONGEST_NEAR:
            return ()
        # The text itself is among the terms that are counted.
        found = [one for one in self._terms(aggregations.near(text), limit + 1) if is_near(text, one.text)]
        return tuple(found[: max(limit, 0)])

    def terms_with_prefix(self, prefix: str, limit: int) -> tuple[TextCount, ...]:
        """Return the terms that begin with a folded text, counted and ordered as by `near_terms`; none for ""."""
        return self._terms(aggregations.prefixed(prefix), limit) if prefix else ()

    def letters_between(self, before: str, after: str, limit: int) -> tuple[TextCount, ...]:
        """Return the single characters that stand between two folded texts in some unit."""
        if not before or not after:
            return ()
        clause = queries.with_a_letter_between(before, after)
        found = Counter(
            letter
            for one in self._all([clause], ["units"])
            for letter in set(_between(spelled(before), spelled(after), one["units"]))
        )
        return most_held([(unspelled(letter), count) for letter, count in found.items()], limit)

    def holding(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Return the number of articles that hold each of some folded texts as a phrase; 0 for ""."""
        counts: list[int] = []
        for at in range(0, len(texts), _TEXTS):
            clauses = [matching(Phrase(text, ())) for text in texts[at : at + _TEXTS]]
            # Only articles with any of the texts are looked at.
            aggs = {"texts": {"filters": {"filters": clauses}}}
            answer = self._search({"query": self._query([any_of(clauses)]), "size": 0, "aggs": aggs})
            counts += [one["doc_count"] for one in answer["aggregations"]["texts"]["buckets"]]
        return tuple(counts)

    def beginning(self, field: Field, text: str, limit: int) -> tuple[DocumentSummary, ...]:
        """Return the newest articles with a unit of a field that begins with a folded text, newest first."""
        if not text or limit <= 0:
            return ()
        body = {"query": self._query([queries.beginning(field, text)]), "sort": ordered("newest"), "_source": _SHOWN}
        return tuple([summary_of(one["_source"]) for one in self._window(body, 0, limit)[1]])

    def version(self) -> str:
        """Which commit this reads, as `2026-11-29.417`: its day and its number; "" before it is committed."""
        return self._snapshot.version

    def held(self, hidden: Sequence[str]) -> Iterator[Held]:
        """Yield where articles were published, without those of some page files (spelled)."""
        view = OpenSearchReader(self._connection, self._snapshot.hiding(hidden))
        return map(aggregations.held_in, view._groups(("paper", "paper_title", "rights", "day", "page")))

    def without(self, papers: tuple[str, ...]) -> OpenSearchReader:
        """Return a reader for which all articles of some papers are absent.

        Their words still count in how rare a word is, as those of articles that were deleted a moment ago.
        """
        if not papers:
            return self
        hidden = {"terms": {"paper": [spelled(paper) for paper in papers]}}
        visible = {"bool": {"filter": [self._snapshot.visible], "must_not": [hidden]}}
        view = OpenSearchReader(self._connection, replace(self._snapshot, visible=visible))
        view._hidden, view._holdings = (*self._hidden, *papers), self._holdings
        return view

    def verify(self, pause: Callable[[], None] = lambda: None) -> None:
        """Read all documents. Raises `IndexUnavailable` that names the first that is not what was written."""
        for number, one in enumerate(self._connection.scan(self._snapshot.index, self._snapshot.visible, _SHOWN)):
            document_of(one["_source"])
            if number % _PAGE == 0:
                pause()

    def close(self) -> None:
        """Do nothing: the connection is that of the engine."""

    def _query(self, clauses: Sequence[Clause], scored: Sequence[Clause] = ()) -> Clause:
        """What is visible and matches all of some clauses, and is scored by others."""
        return {"bool": {"filter": [self._snapshot.visible, *clauses], "should": list(scored)}}

    def _search(self, body: _Body, *, scored: bool = False) -> _Body:
        how = {"search_type": "dfs_query_then_fetch"} if scored else {}
        try:
            return self._connection.search(self._snapshot.index, body, **how)
        except IndexUnavailable as error:
            if _TOO_MANY_CLAUSES in str(error):
                raise QueryTooBroad(
                    "The query has too many words for this OpenSearch cluster. Use fewer, or let its administrator set"
                    f" {CLAUSES_SETTING} to {MOST_CLAUSES}."
                ) from error
            raise

    def _count(self, clauses: Sequence[Clause]) -> int:
        answer = self._search({"query": self._query(clauses), "size": 0, "track_total_hits": True})
        total: int = answer["hits"]["total"]["value"]
        return total

    def _window(self, body: _Body, offset: int, size: int, *, scored: bool = False) -> tuple[_Body, list[_Body]]:
        """The first answer to a request, and a part of its list. What lies far down is reached in steps."""
        if offset + size <= FARTHEST:
            answer = self._search({**body, "from": offset, "size": size}, scored=scored)
            return answer, answer["hits"]["hits"]
        first, place, last, found = None, 0, None, list[_Body]()
        while place < offset + size:
            skips = place < offset
            step = min(FARTHEST, offset - place) if skips else min(_PAGE, offset + size - place)
            counted = body if first is None else {key: body[key] for key in body if key != "aggs"}
            page = {**counted, "size": step, **({"search_after": last} if last else {})}
            answer = self._search(page | ({"_source": False} if skips else {}), scored=scored)
            first = first or answer
            hits = answer["hits"]["hits"]
            found += [] if skips else hits
            if len(hits) < step:
                break
            place, last = place + step, hits[-1]["sort"]
        return first or {}, found

    def _all(self, clauses: Sequence[Clause], fields: Sequence[str], page: int = _PAGE) -> Iterator[_Body]:
        """Yield some fields of all documents that match, by id."""
        body: _Body = {"query": self._query(clauses), "_source": fields, "sort": ["id", "source"], "size": page}
        while True:
            found = self._search(body)["hits"]["hits"]
            yield from (one["_source"] for one in found)
            if len(found) < page:
                return
            body["search_after"] = found[-1]["sort"]

    def _groups(self, fields: Sequence[str], clauses: Sequence[Clause] = ()) -> Iterator[_Body]:
        """Yield the groups of documents that have the same values in some fields."""
        after = None
        while True:
            aggs = aggregations.groups(fields, after)
            answer = self._search({"query": self._query(clauses), "size": 0, "aggs": aggs})["aggregations"]["groups"]
            yield from answer["buckets"]
            if not (after := answer.get("after_key")):
                return

    def _terms(self, pattern: str, limit: int) -> tuple[TextCount, ...]:
        if limit <= 0:
            return ()
        query = self._query([{"regexp": {"words": pattern}}])
        answer = self._search({"query": query, "size": 0, "aggs": aggregations.terms(pattern, limit)})
        # The servers order words as they are spelled there.
        return most_held(aggregations.terms_in(answer["aggregations"]), limit)


class _Holdings:
    """What is held, asked for once. `groups` yields groups of documents by fields."""

    def __init__(self, groups: Callable[..., Iterator[_Body]]) -> None:
        self._groups = groups
        self._papers: tuple[PaperHolding, ...] | None = None
        self._issues: dict[str, tuple[IssueHolding, ...]] = {}

    def papers(self) -> tuple[PaperHolding, ...]:
        if self._papers is None:
            self._papers = papers_of(self._held(("paper", "paper_title", "rights", "day")))
        return self._papers

    def issues(self, paper: str) -> tuple[IssueHolding, ...]:
        if paper not in self._issues:
            found = issues_of(self._held(("paper", "page", "day"), {"term": {"paper": spelled(paper)}}))
            if not found:
                return ()  # of any number of names
            self._issues[paper] = found
        return self._issues[paper]

    def _held(self, fields: Sequence[str], *clauses: Clause) -> Iterator[Held]:
        return map(aggregations.held_in, self._groups(fields, clauses))


def _hit(found: _Body, score: float, terms: Iterable[str]) -> Hit:
    kept = found["_source"]
    return Hit(summary_of(kept), score, counts_of(terms, kept) if terms else {})


def _place(score: float, found: _Body) -> Any:
    """The place of an article among others by relevance, without looking at the article."""
    kept = found["_source"]
    return sort_key("relevance", score, kept["day"] or 0, unspelled(kept["id"]))


def _between(before: str, after: str, units: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield each character that stands between two texts in a unit."""
    for unit in (unit for of_field in units.values() for unit in of_field):
        place = unit.find(before, len(START))
        while place >= 0:
            between = place + len(before)
            if unit.startswith(after, between + 1):
                yield unit[between]
            place = unit.find(before, place + 1)
