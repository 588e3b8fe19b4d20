"""Stock Whoosh: our engine without its own codec and evaluator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice
from pathlib import Path

from whoosh import fields, highlight, query, scoring, sorting
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.index import create_in, open_dir
from whoosh.query.spans import SpanNear2

from benchmark.contestants import FACETS, SIZE, Clock, Cost, Page
from benchmark.queries import Ask
from benchmark.shards import Archive
from indexer.engines.ranking import positive_terms
from indexer.model import And, Everything, Filters, Near, Not, Or, Phrase, Prefix, Query, Word

MEMORY_MB = 512


def schema() -> fields.Schema:
    """Return the schema: token streams as text split at spaces, columns for facets."""
    spaces = SpaceSeparatedTokenizer()
    return fields.Schema(
        words=fields.TEXT(analyzer=spaces, phrase=False, stored=True),
        headline=fields.TEXT(analyzer=spaces, phrase=False, field_boost=2.0),
        grams=fields.TEXT(analyzer=spaces, phrase=True),
        locality=fields.ID(sortable=True),
        section=fields.ID(sortable=True),
        year=fields.NUMERIC(sortable=True),
        day=fields.NUMERIC(sortable=True),
    )


def index(archive: Archive, folder: Path) -> Cost:
    """Index all articles into one segment."""
    clock = Clock()
    folder.mkdir(parents=True)
    with clock.running():
        writer = create_in(folder, schema()).writer(limitmb=MEMORY_MB)
    for row in archive.rows():
        draft, grams = row.draft, row.grams()
        with clock.running():
            writer.add_document(
                words=row.words,
                headline=row.headline_words,
                grams=grams,
                locality=draft.locality,
                section=draft.section,
                year=draft.day.year,
                day=draft.day.toordinal(),
            )
    with clock.running():
        writer.commit()
    return clock.cost()


def open(folder: Path) -> WhooshSearcher:  # noqa: A001 (each contestant has `index` and `open`)
    """Open an index."""
    return WhooshSearcher(folder)


class WhooshSearcher:
    """An open index of stock Whoosh."""

    def __init__(self, folder: Path) -> None:
        self._searcher = open_dir(folder).searcher(weighting=scoring.BM25F())

    def page(self, ask: Ask, query_: Query) -> Page | None:
        """Search, group by the three facets, then highlight the stored words."""
        grouped = [sorting.FieldFacet(name, maptype=sorting.Count) for name in FACETS]
        facets = sorting.Facets()
        for name, facet in zip(FACETS, grouped, strict=True):
            facets.add_facet(name, facet)
        results = self._searcher.search(
            _ranked(query_), limit=SIZE, groupedby=facets, filter=_choices(ask.filters), terms=True
        )
        results.formatter = highlight.UppercaseFormatter()
        # With grouping, Whoosh ignores the limit and returns all hits.
        snippets = tuple(hit.highlights("words", top=1) for hit in islice(results, SIZE))
        counts = {name: {str(key): count for key, count in results.groups(name).items()} for name in FACETS}
        return Page(len(results), counts, snippets)

    def plain(self, page: Page) -> Page:
        """Return the page unchanged."""
        return page

    def close(self) -> None:
        """Close the files."""
        self._searcher.close()


def _ranked(asked: Query) -> query.Query:
    headline = [query.Term("headline", term) for term in positive_terms(asked)]
    return query.AndMaybe(_matching(asked), query.Or(headline)) if headline else _matching(asked)


def _matching(asked: Query) -> query.Query:
    match asked:
        case Everything():
            return query.Every()
        case Word(text, terms, or_phrase):
            words = query.And([query.Term("words", term) for term in terms])
            return query.Or([words, _phrase(text)]) if or_phrase else words
        case Phrase(text):
            return _phrase(text)
        case Prefix(text):
            return query.Prefix("words", text)
        case Near(texts, distance):
            return SpanNear2([_phrase(text) for text in texts], slop=distance + 2, ordered=False)
        case Not(clause):
            return query.Not(_matching(clause))
        case And(clauses):
            return query.And(_all(clauses))
        case Or(clauses):
            return query.Or(_all(clauses))


def _all(clauses: Sequence[Query]) -> list[query.Query]:
    return [_matching(clause) for clause in clauses]


def _phrase(text: str) -> query.Query:
    bigrams = [text[place : place + 2] for place in range(max(len(text) - 1, 1))]
    return query.Phrase("grams", bigrams) if len(bigrams) > 1 else query.Term("grams", bigrams[0])


def _choices(filters: Filters) -> query.Query | None:
    parts: list[query.Query] = []
    for name, chosen in (("locality", filters.locality), ("section", filters.section)):
        if chosen:
            parts.append(query.Or([query.Term(name, value) for value in chosen]))
    if filters.dates:
        first, last = filters.dates.first or date.min, filters.dates.last or date.max
        parts.append(query.NumericRange("day", first.toordinal(), last.toordinal()))
    return query.And(parts) if parts else None
