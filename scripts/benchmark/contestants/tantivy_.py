"""tantivy, a search engine in Rust modelled on Lucene; the main target to beat."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, SnippetGenerator, TextAnalyzerBuilder, Tokenizer

from benchmark.contestants import FACETS, SIZE, Clock, Cost, Page
from benchmark.queries import Ask
from benchmark.shards import Archive, Row
from indexer.engines.ranking import positive_terms
from indexer.model import And, DateSpan, Everything, Filters, Near, Not, Or, Phrase, Prefix, Query, Word

THREADS = 2
HEAP = 512_000_000
BATCH = 50_000
"""The number of articles prepared at a time.

While they are prepared, which is not timed, tantivy's threads may process queued articles. This is to its advantage.
"""
HEADLINE_BOOST = 2.0
SNIPPET = 100


def schema() -> tantivy.Schema:
    """Return the schema.

    Words have no positions, because only bigrams need them. The words are also the stored text for snippets.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", stored=True, tokenizer_name="spaces", index_option="freq")
    builder.add_text_field("headline", stored=True, tokenizer_name="spaces", index_option="freq")
    builder.add_text_field("grams", tokenizer_name="spaces", index_option="position")
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("locality", "section"):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("year", fast=True)
    builder.add_unsigned_field("day", fast=True, indexed=True)
    return builder.build()


def _with_tokenizer(index: tantivy.Index) -> tantivy.Index:
    """Register a plain white-space tokenizer, which neither drops nor changes tokens."""
    index.register_tokenizer("spaces", TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    return index


def index(archive: Archive, folder: Path) -> Cost:
    """Index all articles with two threads and wait for merging to finish."""
    clock = Clock()
    folder.mkdir(parents=True)
    fields_of = schema()
    with clock.running():
        writer = _with_tokenizer(tantivy.Index(fields_of, str(folder))).writer(HEAP, THREADS)
    rows = archive.rows()
    while batch := [_fields(row) for row in islice(rows, BATCH)]:
        with clock.running():
            for fields in batch:
                writer.add_document(tantivy.Document.from_dict(fields, fields_of))
    with clock.running():
        writer.commit()
        writer.wait_merging_threads()
    return clock.cost()


def _fields(row: Row) -> dict[str, Any]:
    draft = row.draft
    return {
        "words": row.words,
        "headline": row.headline_words,
        "grams": row.grams(),
        "id": f"{draft.day:%Y%m%d}-{draft.number}",
        "locality": draft.locality,
        "section": draft.section,
        "year": draft.day.year,
        "day": draft.day.toordinal(),
    }


def open(folder: Path) -> TantivySearcher:  # noqa: A001 (each contestant has `index` and `open`)
    """Open an index."""
    return TantivySearcher(folder)


class TantivySearcher:
    """An open tantivy index."""

    def __init__(self, folder: Path) -> None:
        index = _with_tokenizer(tantivy.Index.open(str(folder)))
        self._schema = index.schema
        self._searcher = index.searcher()

    def page(self, ask: Ask, query: Query) -> tuple[int, dict[str, Any], list[str]] | None:
        """Search with a count, aggregate, and create snippets from the stored words."""
        matching = self.matching(query)
        if matching is None:
            return None
        ranked = self._with_choices(self._with_headline(matching, query), ask.filters)
        found = self._searcher.search(ranked, limit=SIZE, count=True)
        counts = self._searcher.aggregate(ranked, _AGGREGATIONS)
        generator = SnippetGenerator.create(self._searcher, ranked, self._schema, "words")
        generator.set_max_num_chars(SNIPPET)
        documents = [self._searcher.doc(address) for _, address in found.hits]
        snippets = [generator.snippet_from_doc(document).to_html() for document in documents]
        return found.count, counts, snippets  # type: ignore[attr-defined]

    def plain(self, page: tuple[int, dict[str, Any], list[str]]) -> Page:
        """Convert tantivy's page to the common form."""
        total, counts, snippets = page
        facets = {
            name: {str(bucket["key"]): int(bucket["doc_count"]) for bucket in counts[name]["buckets"]}
            for name in FACETS
        }
        return Page(total, facets, tuple(snippets))

    def close(self) -> None:
        """Release the index."""
        del self._searcher

    def document_frequency(self, field: str, term: str) -> int:
        """Return the number of articles that contain a term.

        This is used to compute the minimum number of bytes to read.
        """
        return int(self._searcher.doc_freq(field, term))

    def matching(self, query: Query) -> tantivy.Query | None:
        """Convert a query to tantivy's; None if it can't be expressed."""
        match query:
            case Everything():
                return tantivy.Query.all_query()
            case Word(text, terms, or_phrase):
                words = self._all([self._term("words", term) for term in terms])
                return self._any([words, self._phrase(text)]) if or_phrase else words
            case Phrase(text):
                return self._phrase(text)
            case Prefix(text):
                return tantivy.Query.regex_query(self._schema, "words", re.escape(text) + ".*")
            case Near(texts, distance):
                return self._near(texts, distance)
            case Not(clause):
                return self._clauses([(Occur.Must, Everything()), (Occur.MustNot, clause)])
            case And(clauses):
                negated = [isinstance(clause, Not) for clause in clauses]
                parts = [
                    (Occur.MustNot, clause.clause) if isinstance(clause, Not) else (Occur.Must, clause)
                    for clause in clauses
                ]
                return self._clauses([(Occur.Must, Everything()), *parts] if all(negated) else parts)
            case Or(clauses):
                return self._clauses([(Occur.Should, clause) for clause in clauses])

    def _clauses(self, clauses: Sequence[tuple[Occur, Query]]) -> tantivy.Query | None:
        made = [(occur, part) for occur, clause in clauses if (part := self.matching(clause)) is not None]
        return tantivy.Query.boolean_query(made) if len(made) == len(clauses) else None

    def _term(self, field: str, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, term, "freq")

    def _all(self, queries: Sequence[tantivy.Query]) -> tantivy.Query:
        return queries[0] if len(queries) == 1 else tantivy.Query.boolean_query([(Occur.Must, q) for q in queries])

    def _any(self, queries: Sequence[tantivy.Query]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(Occur.Should, query) for query in queries])

    def _phrase(self, text: str) -> tantivy.Query:
        """Match every other bigram and the last one, which is equally exact and faster."""
        if len(text) < 3:
            return self._term("grams", text) if len(text) == 2 else self._any([])
        places = sorted({*range(0, len(text) - 1, 2), len(text) - 2})
        return tantivy.Query.phrase_query(self._schema, "grams", [(place, text[place : place + 2]) for place in places])

    def _near(self, texts: Sequence[str], distance: int) -> tantivy.Query | None:
        """Match two texts of two characters in either order; None for other texts."""
        if [len(text) for text in texts] != [2, 2]:
            return None
        orders: list[list[str | tuple[int, str]]] = [[*texts], [*texts[::-1]]]
        slop = distance + 1
        return self._any([tantivy.Query.phrase_query(self._schema, "grams", order, slop=slop) for order in orders])

    def _with_headline(self, matching: tantivy.Query, query: Query) -> tantivy.Query:
        """Add the score of the headline to queries that rank words.

        Phrases are ranked by their bigrams, which include the headline.
        """
        terms = () if isinstance(query, Phrase | Near) else positive_terms(query)
        boosted = [tantivy.Query.boost_query(self._term("headline", term), HEADLINE_BOOST) for term in terms]
        clauses = [(Occur.Must, matching), *((Occur.Should, boost) for boost in boosted)]
        return tantivy.Query.boolean_query(clauses) if boosted else matching

    def _with_choices(self, ranked: tantivy.Query, filters: Filters) -> tantivy.Query:
        chosen = [
            tantivy.Query.term_set_query(self._schema, field, list(values))
            for field, values in (("locality", filters.locality), ("section", filters.section))
            if values
        ]
        if filters.dates:
            chosen.append(self._days(filters.dates))
        unscored = [(Occur.Must, tantivy.Query.const_score_query(query, 0.0)) for query in chosen]
        return tantivy.Query.boolean_query([(Occur.Must, ranked), *unscored]) if unscored else ranked

    def _days(self, dates: DateSpan) -> tantivy.Query:
        first, last = (day.toordinal() if day else None for day in (dates.first, dates.last))
        return tantivy.Query.range_query(self._schema, "day", tantivy.FieldType.Unsigned, first, last)


_AGGREGATIONS = {name: {"terms": {"field": name, "size": 1000}} for name in FACETS}
