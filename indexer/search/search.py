"""Answer query lines: line → Query → Request → Results → snippets → Answer."""

from __future__ import annotations

import time
from typing import get_args

from msgspec.structs import replace

from indexer.engines.base import Reader
from indexer.errors import UsageError
from indexer.model import (
    FACETS,
    Answer,
    AnswerHit,
    ExactCount,
    Filters,
    Hit,
    Or,
    Order,
    PartialHit,
    PartialQuery,
    Phrase,
    Query,
    Request,
    Sort,
    Word,
)
from indexer.search.partial import partial_query_of_line
from indexer.search.query_parser import read_line, render
from indexer.search.snippets import shown
from indexer.text.bulk_folding import fold_lines
from indexer.text.tokenizer import folded_query_words

MAX_SIZE = 100
_SORTS = get_args(Sort)
_ORDERS = get_args(Order)
MAX_PAGE = 1_000_000
"""Keeps offsets within the range that engines support."""


def search(
    reader: Reader,
    line: str,
    *,
    filters: Filters = Filters(),  # noqa: B008 (a frozen value)
    sort: Order = "relevance",
    page: int = 1,
    size: int = 10,
    facets: tuple[str, ...] = FACETS,
    with_partial: bool = True,
) -> Answer:
    """Answer a query line with one page of hits and the facets of all hits.

    Pages are counted from 1 and have `size` hits with snippets. Every line is a valid query. Raises UsageError for an
    invalid page, size or sort, and QueryTooBroad for a proximity of words that stand nearly everywhere.
    """
    began = time.perf_counter()
    _check_window(sort, page, size)
    query, notes = read_line(line)
    request = Request(query, filters, sort, (page - 1) * size, size, facets)
    results = reader.search(request)
    found = shown([hit.document for hit in results.hits], query, [hit.frequencies for hit in results.hits])
    hits = tuple([AnswerHit(hit.document, hit.score, *its) for hit, its in zip(results.hits, found, strict=True)])
    exact = _exact(reader, request, results.total)
    partial = _partial(reader, line, request, size - len(hits)) if with_partial and page == 1 else ()
    return Answer(
        line=line,
        query=query,
        understood_as=render(query),
        filters=filters,
        sort=sort,
        page=page,
        size=size,
        total=results.total,
        hits=hits,
        facets=results.facets,
        exact=exact,
        partial=partial,
        took_ms=(time.perf_counter() - began) * 1000,
        notes=notes,
    )


def answer_json(answer: Answer) -> dict[str, object]:
    """Convert an answer to the JSON that the command line and the site return."""
    return {
        "query": answer.line,
        "understood_as": answer.understood_as,
        "exact": answer.exact and {"query": answer.exact.query, "total": answer.exact.total},
        "total": answer.total,
        "page": answer.page,
        "size": answer.size,
        "hits": list(map(_hit_json, answer.hits)),
        "partial": [{**_hit_json(hit), "missing": list(hit.missing)} for hit in answer.partial],
        "facets": {
            name: [{"value": value.value, "count": value.count} for value in answer.facets.get(name, ())]
            for name in FACETS
        },
        "notes": [{"kind": note.kind, "text": note.text, "line": note.line} for note in answer.notes],
        "took_ms": round(answer.took_ms, 3),
    }


def _hit_json(hit: AnswerHit | PartialHit) -> dict[str, object]:
    document, article = hit.document, hit.document.article
    return {
        "id": document.id,
        "headline": article.headline,
        "paper": document.paper,
        "paper_title": document.paper_title,
        "date": article.date.isoformat() if article.date else None,
        "page": document.page,
        "section": article.section,
        "kind": article.kind,
        "byline": [{"name": one.name, "role": one.role} for one in article.byline],
        "quality": article.quality,
        "matches": hit.matches,
        "localities": list(article.localities),
        "score": hit.score,
        "snippet": [{"text": part.text, "hit": part.is_hit} for part in hit.snippet],
        "url": f"/article/{document.id}",
        "source": document.source,
    }


def _check_window(sort: str, page: int, size: int) -> None:
    if sort not in _ORDERS:
        raise UsageError(f"No such order as {sort!r}: choose one of {', '.join(_SORTS)}.")
    if not 1 <= page <= MAX_PAGE:
        raise UsageError(f"There is no page {page}: pages are counted from 1 to {MAX_PAGE}.")
    if not 1 <= size <= MAX_SIZE:
        raise UsageError(f"A page can't hold {size} hits: ask for 1 to {MAX_SIZE}.")


def _partial(reader: Reader, line: str, request: Request, size: int) -> tuple[PartialHit, ...]:
    """Return the nearest articles that lack some bare words of the query, with the words that each lacks."""
    asked = partial_query_of_line(line) if size > 0 else None
    if asked is None:
        return ()
    found = reader.partial(asked, replace(request, size=size))
    words: Query = Or(tuple(Word(word, (word,), or_phrase=False) for word in asked.words))
    documents = [hit.document for hit in found]
    its = shown(documents, words, [hit.frequencies for hit in found], request.query)
    return tuple(
        PartialHit(hit.document, hit.score, *one, _missing(asked, hit)) for hit, one in zip(found, its, strict=True)
    )


def _missing(asked: PartialQuery, hit: Hit) -> tuple[str, ...]:
    """Return the words that an article lacks: those that ask only where it has all others."""
    text = fold_lines(hit.document.article.lines).folded
    missing = tuple(word for word in asked.words if word not in hit.frequencies and word not in text)
    return missing or tuple(word for word in asked.asking if word not in text)


def _exact(reader: Reader, request: Request, total: int) -> ExactCount | None:
    """Count the articles that contain the text of a one-word query exactly.

    Returns None for other queries, or if as many articles match.
    """
    word: Query = request.query
    if not isinstance(word, Word) or word.field is not None or (word.or_phrase and not total):
        return None  # with or_phrase the hits include all that hold it
    phrase = Phrase(word.text, folded_query_words(word.text))
    held = reader.count(Request(phrase, request.filters))
    return ExactCount(render(phrase), held) if held != total else None
