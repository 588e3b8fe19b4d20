"""Converts queries to the query language of OpenSearch: what matches, how it is ranked, how it is ordered.

A text of two letters or more is a phrase of its pairs of letters, and stands in a unit exactly where they follow each
other. No clause that matches is scored; what is scored stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from indexer.engines.facets import choice
from indexer.engines.opensearch.documents import START, spelled, spelled_prefix, spelled_word
from indexer.engines.opensearch.mapping import GAP
from indexer.engines.ranking import BODY_BOOST, HEADLINE_BOOST, as_typed, positive_terms
from indexer.model import (
    CHOICES,
    And,
    Everything,
    Field,
    Filters,
    Near,
    Not,
    Or,
    Order,
    Phrase,
    Prefix,
    Query,
    Word,
)
from indexer.text.furniture_letters import as_furniture

Clause = dict[str, Any]

ALL: Clause = {"match_all": {}}
NONE: Clause = {"match_none": {}}

_FIRST_FURNITURE_LETTER = as_furniture("\0")
_MOST_DOCUMENTS = 1e12


def matching(query: Query) -> Clause:
    """Return the clause for what a query matches.

    >>> matching(Phrase("工会", (), "headline"))
    {'match_phrase': {'units.headline': '工会'}}
    >>> matching(Word("职工会议", ("职工", "会议"), or_phrase=False))
    {'bool': {'filter': [{'term': {'words': '职工'}}, {'term': {'words': '会议'}}]}}
    """
    match query:
        case Everything():
            return ALL
        case Word():
            return _word(query)
        case Phrase(text, _, field):
            return _text(text, field)
        case Prefix(text, field):
            words = _words_of(field)
            return _text(text, field) if words is None else _prefix(text, words)
        case Near(texts, distance):
            return _near(texts, distance)
        case Not(clause):
            return {"bool": {"must_not": [matching(clause)]}}
        case And(clauses):
            return all_of(map(matching, clauses))
        case Or(clauses):
            return any_of(map(matching, clauses))


def all_of(clauses: Iterable[Clause]) -> Clause:
    """Return the clause for what matches all of some clauses: everything, if there are none."""
    different = [clause for clause in clauses if clause != ALL]
    return {"bool": {"filter": different}} if len(different) > 1 else different[0] if different else ALL


def any_of(clauses: Iterable[Clause]) -> Clause:
    """Return the clause for what matches any of some clauses: nothing, if there are none."""
    different = [clause for clause in clauses if clause != NONE]
    return {"bool": {"should": different}} if len(different) > 1 else different[0] if different else NONE


def chosen(filters: Filters, but: str = "") -> list[Clause]:
    """Return the clauses for the choices, leaving out those of the facet `but`.

    >>> chosen(Filters(paper=("jia",), kind=("新闻",)), but="kind")
    [{'terms': {'paper': ['jia']}}]
    """
    clauses: list[Clause] = [
        {"terms": {name: [spelled(value) for value in sorted(choice(name, filters))]}}
        for name in CHOICES
        if name != but and choice(name, filters)
    ]
    dates = filters.dates
    if not dates or but == "date":
        return clauses
    if dates.undated:
        return [*clauses, undated()]
    ends = {"gte": dates.first, "lte": dates.last}
    return [*clauses, {"range": {"day": {name: day.toordinal() for name, day in ends.items() if day}}}]


def undated() -> Clause:
    """Return the clause for articles without a date."""
    return {"bool": {"must_not": [{"exists": {"field": "day"}}]}}


def ranking(query: Query) -> list[Clause]:
    """Return the clauses whose scores, added, are the score of a hit; none if a query does not rank.

    Articles that match as typed get in addition what no score exceeds: the weight of a term that one in 10^12 articles
    has, for each term in each field. It is a power of two, so that scores lose few digits.

    >>> ranking(Word("工会", ("工会",), or_phrase=False))[1]
    {'term': {'headline_words': {'value': '工会', 'boost': 0.25}}}
    """
    terms = positive_terms(query)
    if not terms:
        return []
    scores = scored(terms)
    if (typed := as_typed(query)) == query:
        return scores
    most = len(terms) * (BODY_BOOST + HEADLINE_BOOST) * math.log(_MOST_DOCUMENTS)
    boost = float(2 ** math.ceil(math.log2(most)))
    return [*scores, {"constant_score": {"filter": matching(typed), "boost": boost}}]


def scored(terms: Sequence[str]) -> list[Clause]:
    """Return the clauses that score some words: each in all words of an article and in those of its headline."""
    fields = (("words", BODY_BOOST), ("headline_words", HEADLINE_BOOST))
    return [
        {"term": {field: {"value": spelled_word(term), "boost": boost}}} for term in terms for field, boost in fields
    ]


def ordered(order: Order) -> list[Clause]:
    """Return how hits are sorted, as `sort_key` has it."""
    by_day = {"day": {"order": "asc" if order == "oldest" else "desc", "missing": "_last"}}
    last: list[Clause] = [by_day, {"id": "asc"}]
    match order:
        case "relevance":
            return [{"_score": "desc"}, *last]
        case "indexed":
            return [{"first": "desc"}, *last]
        case _:
            return last


def beginning(field: Field, text: str) -> Clause:
    """Return the clause for articles with a unit of a field that begins with a text."""
    return {"match_phrase": {f"units.{field}": START + spelled(text)}} if text else NONE


def with_a_letter_between(before: str, after: str) -> Clause:
    """Return a clause for articles with two texts in this order in a unit, and at most a letter between them.

    That is more than is asked for: which letter, if any, has to be read from the units.
    """
    return any_of(_between(before, after, field) for field in _fields_of(None, before + after))


def _word(word: Word) -> Clause:
    words = _words_of(word.field)
    if words is None:
        return _text(word.text, word.field)
    terms = [{"term": {words: spelled_word(term)}} for term in word.terms]
    in_words = all_of(terms) if terms else NONE
    return any_of((in_words, _text(word.text, word.field))) if word.or_phrase else in_words


def _prefix(text: str, words: str) -> Clause:
    return {"prefix": {words: spelled_prefix(text)}} if text else NONE


def _text(text: str, field: Field | None) -> Clause:
    """A text inside one unit of a field (None: of any)."""
    text = spelled(as_furniture(text) if field == "furniture" else text)
    return any_of(_inside(text, name) for name in _fields_of(field, text)) if text else NONE


def _inside(text: str, field: str) -> Clause:
    return {"match_phrase": {field: text}} if len(text) > 1 else {"term": {f"{field}.letters": text}}


def _near(texts: Sequence[str], distance: int) -> Clause:
    if not texts or not all(texts):
        return NONE
    texts = [spelled(text) for text in texts]
    room = distance + sum(map(len, texts))
    different = list(dict.fromkeys(texts))  # a text that is asked for twice may be found once
    if len(different) == 1:
        return _text(different[0], None)
    return any_of(_close(different, room, field) for field in _fields_of(None, "".join(texts)))


def _close(texts: Sequence[str], room: int, field: str) -> Clause:
    """Some texts in a field, in any order, within `room` letters.

    Lucene counts places that no text covers; a text of L letters covers L places of letters, or L - 1 of pairs.
    """
    if by_letters := any(len(text) == 1 for text in texts):
        field = f"{field}.letters"
    covered = sum(len(text) - (not by_letters) for text in texts)
    gaps = min(room - (not by_letters) - covered, GAP - 1)
    clauses = [_run(text) for text in texts]
    return {"intervals": {field: {"all_of": {"intervals": clauses, "mode": "unordered", "max_gaps": gaps}}}}


def _between(before: str, after: str, field: str) -> Clause:
    clauses = [_run(spelled(before)), _run(spelled(after))]
    return {"intervals": {f"{field}.letters": {"all_of": {"intervals": clauses, "mode": "ordered", "max_gaps": 1}}}}


def _run(text: str) -> Clause:
    return {"match": {"query": text, "mode": "ordered", "max_gaps": 0}}


def _words_of(field: Field | None) -> str | None:
    """The words of a field (None: of the article); None for a field that has none of its own."""
    return "words" if field is None else "headline_words" if field == "headline" else None


def _fields_of(field: Field | None, text: str) -> Sequence[str]:
    """The fields of OpenSearch where a text may stand that is looked for in a field (None: in any)."""
    if field is not None:
        return (f"units.{field}",)
    if max(text, default="") < _FIRST_FURNITURE_LETTER:
        return ("units.paragraph", "rest")
    return ("units.paragraph", "rest", "units.furniture")
