"""Measure the latency of results pages; all contestants take turns in one process.

Each round reopens every index, which discards all cached answers, and starts with warm-up queries. Turns are short, so
that other load on the machine affects all contestants alike. They are long enough for a contestant's code to stay in
the processor's caches, as it does in a server of its own.

Every query is timed twice per round: when it is asked for the first time (`first`) and for the second (`again`). Its
time is the minimum over the rounds, because other processes may be running. Each line is asked with and without
filters. Of these two queries, the earlier one in a round has a new line (`new`).
"""

from __future__ import annotations

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmark.contestants import Searcher, contestant
from benchmark.queries import KINDS, QUESTION, Ask, for_peers
from indexer.indexing.garbage import collect_seldom
from indexer.model import And, Near, Not, Or, Phrase, Prefix, Query, Word
from indexer.search.query_parser import parse

SLOW = {"fts5": 2, "whoosh": 1}
"""The number of rounds of slow contestants."""
_TURN = 20
"""The number of queries in a turn."""
_POSTING, _POSITION, _HIT = 5, 4, 8
"""The minimum number of bytes to read.

A posting is a document and a frequency, a position is one number, and a hit is a length and three codes.
"""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds for one query, per round, and the number of articles found.

    `new` are the times in `first` for which no query with the same line came before in that round.
    """

    ask: Ask
    first: tuple[float, ...]
    new: tuple[float, ...]
    again: tuple[float, ...]
    total: int


Timings = Mapping[str, Sequence[Timing]]
"""Contestant → the timings of all queries that it can answer."""


def measure(
    folders: Mapping[str, Path], asks: Sequence[Ask], warm_up: Sequence[Ask], rounds: int, tell: Callable[[str], None]
) -> Timings:
    """Time all queries with every contestant.

    Raises AssertionError when contestants find different numbers of articles.
    """
    queries = {ask.line: for_peers(ask) for ask in (*asks, *warm_up)}
    first: dict[tuple[str, Ask], list[float]] = defaultdict(list)
    new: dict[tuple[str, Ask], list[float]] = defaultdict(list)
    again: dict[tuple[str, Ask], list[float]] = defaultdict(list)
    totals: dict[Ask, dict[str, int]] = defaultdict(dict)
    collect_seldom()  # as the site's server does
    for number in range(rounds):
        names = [name for name in folders if number < SLOW.get(name, rounds)]
        searchers = {name: contestant(name).open(folders[name]) for name in names}
        for ask in warm_up:
            for name in names:
                searchers[name].page(ask, queries[ask.line])
        shuffled = random.Random(number).sample(asks, len(asks))
        with_new_line = set({ask.line: ask for ask in reversed(shuffled)}.values())
        for turn, start in enumerate(range(0, len(shuffled), _TURN)):
            asked = shuffled[start : start + _TURN]
            for place in range(len(names)):
                name = names[(turn + place) % len(names)]
                for ask in asked:
                    seconds, page = _timed(searchers[name], ask, queries[ask.line])
                    if page is not None:
                        first[name, ask].append(seconds)
                        if ask in with_new_line:
                            new[name, ask].append(seconds)
                        totals[ask][name] = searchers[name].plain(page).total
                for ask in asked if name not in SLOW else ():
                    again[name, ask].append(_timed(searchers[name], ask, queries[ask.line])[0])
        for searcher in searchers.values():
            searcher.close()
        tell(f"round {number + 1} of {rounds} asked")
    _compare(totals)
    return {
        name: [
            Timing(ask, tuple(first[name, ask]), tuple(new[name, ask]), tuple(again[name, ask]), totals[ask][name])
            for ask in asks
            if (name, ask) in first
        ]
        for name in folders
    }


def _timed(searcher: Searcher, ask: Ask, query: Query) -> tuple[float, Any]:
    began = time.perf_counter()
    page = searcher.page(ask, query)
    return time.perf_counter() - began, page


def _compare(totals: Mapping[Ask, Mapping[str, int]]) -> None:
    """Verify that all contestants found the same number of articles.

    Proximity queries are excluded: peers also match texts in different paragraphs, ours must not. So are questions: we
    count full matches. Raises AssertionError when the numbers differ.
    """
    compared = {ask: found for ask, found in totals.items() if ask.kind not in ("near", QUESTION)}
    different = [(ask, found) for ask, found in compared.items() if len(set(found.values())) > 1]
    if different:
        raise AssertionError(f"the contestants found different articles: {different[:5]}")


@dataclass(frozen=True, slots=True)
class Figures:
    """Percentiles over a set of queries, in milliseconds."""

    p50: float
    p95: float


def figures(timings: Sequence[Timing], which: Literal["first", "new", "again"] = "first") -> Figures:
    """Return the median and the 95th percentile of one kind of times."""
    found: Iterable[tuple[float, ...]] = (getattr(timing, which) for timing in timings)
    return percentiles(min(seconds) for seconds in found if seconds)


def percentiles(seconds: Iterable[float]) -> Figures:
    """Return the median and the 95th percentile of some times.

    >>> percentiles([0.001, 0.003, 0.002])
    Figures(p50=2.0, p95=3.0)
    """
    times = sorted(1000 * one for one in seconds)
    return Figures(statistics.median(times), times[min(int(len(times) * 0.95), len(times) - 1)])


def by_kind(timings: Sequence[Timing]) -> dict[str, list[Timing]]:
    """Group timings by kind of query, with separate groups for filtered queries."""
    groups: dict[str, list[Timing]] = {
        f"{kind}{suffix}": [] for suffix in ("", ", filtered") for kind in (*KINDS, QUESTION)
    }
    for timing in timings:
        groups[timing.ask.kind + (", filtered" if timing.ask.filtered else "")].append(timing)
    return {kind: group for kind, group in groups.items() if group}


def least_bytes(timing: Timing, document_frequency: Callable[[str, str], int]) -> int:
    """Return the minimum number of bytes that must be read to answer a query.

    These are the postings of all its words or bigrams, and a few bytes per hit.
    """
    return _postings(parse(timing.ask.line), document_frequency) + _HIT * timing.total


def _postings(query: Query, document_frequency: Callable[[str, str], int]) -> int:
    match query:
        case Word(_, terms):
            return _POSTING * sum(document_frequency("words", term) for term in terms)
        case Phrase(text):
            pairs = {text[place : place + 2] for place in range(len(text) - 1)}
            return _POSITION * sum(document_frequency("grams", pair) for pair in pairs)
        case Near(texts):
            return sum(_postings(Phrase(text, ()), document_frequency) for text in texts)
        case Not(clause):
            return _postings(clause, document_frequency)
        case And(clauses) | Or(clauses):
            return sum(_postings(clause, document_frequency) for clause in clauses)
        case Prefix():
            return 0  # its words are not known here; its matches are counted as hits
        case _:
            return 0
