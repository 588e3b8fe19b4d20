"""What is counted on the servers: facets, holdings, words. Counts are exact, or refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from indexer.engines.facets import counted
from indexer.engines.holdings import Held
from indexer.engines.opensearch.documents import spelled_prefix, unspelled
from indexer.engines.opensearch.queries import Clause, all_of, chosen
from indexer.errors import IndexUnavailable
from indexer.model import Facets, FacetValue, Filters

MOST_VALUES = 65_000
"""Values of a facet. OpenSearch makes up to 65,535 groups (`search.max_buckets`)."""
PAGE = 10_000
"""Groups fetched at a time, where there may be any number."""

LONGEST_NEAR = 200
"""Letters of a text that near ones are looked for of: its regular expression has some 3,000 characters."""

_OF_FACET = {"date": "year"}
"""The field of a facet, where it has another name."""
_MOST_TERMS = 1_000_000
_REGEX_SIGNS = frozenset('.?+*|{}[]()"\\#@&<>~^-$')


def facets(names: Iterable[str], filters: Filters) -> dict[str, Clause]:
    """Return what counts the values of some facets, each under all choices but its own."""
    return {name: _facet(name, filters) for name in names}


def _facet(name: str, filters: Filters) -> Clause:
    values = {"terms": {"field": _OF_FACET.get(name, name), "size": MOST_VALUES}}
    return {"filter": all_of(chosen(filters, but=name)), "aggs": {"values": values}}


def facets_in(answer: Mapping[str, Any], names: Iterable[str]) -> Facets:
    """Return the facets in an answer."""
    return {name: _values(answer[name]["values"], name) for name in names}


def _values(answer: Mapping[str, Any], name: str) -> tuple[FacetValue, ...]:
    if answer["sum_other_doc_count"] or answer["doc_count_error_upper_bound"]:
        raise IndexUnavailable(
            f"The facet {name} has more than {MOST_VALUES:,} values, too many to be counted by OpenSearch. Choose a"
            " paper or a place first."
        )
    return counted({unspelled(of["key"]): of["doc_count"] for of in answer["buckets"]})


def groups(fields: Sequence[str], after: Mapping[str, Any] | None) -> dict[str, Clause]:
    """Return what groups documents by some fields, beginning after a group."""
    sources = [{field: {"terms": {"field": field, "missing_bucket": True}}} for field in fields]
    start = {"after": after} if after else {}
    return {"groups": {"composite": {"size": PAGE, "sources": sources, **start}}}


def held_in(group: Mapping[str, Any]) -> Held:
    """Return what a group of articles is: some were published in one paper, on one day, on one page."""
    key = group["key"]
    return Held(
        paper=unspelled(key["paper"]),
        title=unspelled(key.get("paper_title", "")),
        date=date.fromordinal(key["day"]) if key["day"] is not None else None,
        page=unspelled(key.get("page", "")),
        articles=group["doc_count"],
        rights=key.get("rights", "public"),
    )


def terms(pattern: str, limit: int) -> dict[str, Clause]:
    """Return what counts the words that match a regular expression, the most frequent first."""
    order = [{"_count": "desc"}, {"_key": "asc"}]
    size = {"size": limit, "shard_size": _MOST_TERMS}
    return {"terms": {"terms": {"field": "vocabulary", "include": pattern, "order": order, **size}}}


def terms_in(answer: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the words that were counted, with their counts."""
    if answer["terms"]["doc_count_error_upper_bound"]:
        raise IndexUnavailable("OpenSearch counted words inexactly. Use fewer shards, or ask for a longer word.")
    for one in answer["terms"]["buckets"]:
        yield unspelled(one["key"]), one["doc_count"]


def near(text: str) -> str:
    """Return a regular expression for the text itself and all that differ from it by one edit.

    An edit is in the first half, in the second, or swaps the letters where these meet.

    >>> near("甲乙")
    '(.?|.甲|甲.)乙|甲(.?|.乙|乙.)|乙甲'
    """
    if len(text) < 2:
        letter = escaped(text)
        return f".?|.{letter}|{letter}." if text else "."
    middle = len(text) // 2
    first, second = text[:middle], text[middle:]
    swapped = first[:-1] + second[0] + first[-1] + second[1:]
    return f"({near(first)}){escaped(second)}|{escaped(first)}({near(second)})|{escaped(swapped)}"


def prefixed(text: str) -> str:
    """Return a regular expression for what begins with a text."""
    return escaped(text) + ".*"


def escaped(text: str) -> str:
    """Return a text for a regular expression of Lucene.

    >>> escaped("a.甲")
    'a\\\\.甲'
    """
    return "".join([f"\\{letter}" if letter in _REGEX_SIGNS else letter for letter in spelled_prefix(text)])
