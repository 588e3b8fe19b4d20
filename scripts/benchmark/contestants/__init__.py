"""The search engines that are compared: ours and its peers.

All get the same words, bigrams and text. Each produces a results page by its own means: the ten best articles by BM25
over headline and body, the exact total, the counts of three facets, and ten snippets with marked matches.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

from benchmark.queries import Ask
from benchmark.shards import Archive
from indexer.model import Query

SIZE = 10
FACETS = ("locality", "section", "year")


class Page(NamedTuple):
    """A results page: exact total, facets (facet → value → count) and snippets."""

    total: int
    facets: Mapping[str, Mapping[str, int]]
    snippets: tuple[str, ...]


class Searcher(Protocol):
    """An open index."""

    def page(self, ask: Ask, query: Query) -> Any:
        """Return the first results page in the contestant's own form; None if unsupported.

        `query` is what peers are asked (`queries.for_peers`). Only this method is timed.
        """
        ...

    def plain(self, page: Any) -> Page:
        """Convert such a page to the common form."""
        ...

    def close(self) -> None:
        """Close the files."""
        ...


class Cost(NamedTuple):
    """The cost of indexing: elapsed seconds, and processor seconds of all processes."""

    seconds: float
    processor_seconds: float


class Clock:
    """A stopwatch that adds up the time spent inside `running`.

    Processor time includes child processes that end inside it.
    """

    def __init__(self) -> None:
        self.seconds = self.processor_seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measure the time of a block."""
        began, processor_began = time.perf_counter(), _processor_seconds()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - began
            self.processor_seconds += _processor_seconds() - processor_began

    def cost(self) -> Cost:
        """Return the times so far."""
        return Cost(self.seconds, self.processor_seconds)


def _processor_seconds() -> float:
    return sum(os.times()[:4])  # user and system time of this process and of its children


class Contestant(Protocol):
    """A search engine."""

    def index(self, archive: Archive, folder: Path) -> Cost:
        """Index all articles and return the cost, excluding reading and preparing them."""
        ...

    def open(self, folder: Path) -> Searcher:
        """Open an index."""
        ...


NAMES = ("ours", "tantivy", "fts5", "whoosh")


def contestant(name: str) -> Contestant:
    """Load a contestant. Raises ImportError when its package is not installed."""
    return cast(Contestant, import_module(f"benchmark.contestants.{name}_"))
