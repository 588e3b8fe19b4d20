"""Who is compared: ours, and peers that are given the same words, the same bigrams and the same text.

Each makes a results page by its own means: the ten best by BM25 over headline and body, the exact total, the counts of
three facets, and ten snippets with what matched marked.
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
    """What a results page shows: the exact total, facet → value → count, and the snippets."""

    total: int
    facets: Mapping[str, Mapping[str, int]]
    snippets: tuple[str, ...]


class Searcher(Protocol):
    """An index that is open."""

    def page(self, ask: Ask, query: Query) -> Any:
        """The first results page as the contestant makes it; None for what it can't do. `query` is the parsed line, for
        peers. The clock runs here, and only here.
        """
        ...

    def plain(self, page: Any) -> Page:
        """Such a page in the form that is compared."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...


class Cost(NamedTuple):
    """What indexing took: seconds on the wall, and of all processors together."""

    seconds: float
    processor_seconds: float


class Clock:
    """Adds up seconds that count: those inside `running`, with those of processes that ended inside."""

    def __init__(self) -> None:
        self.seconds = self.processor_seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let the clock run."""
        began, processor_began = time.perf_counter(), _processor_seconds()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - began
            self.processor_seconds += _processor_seconds() - processor_began

    def cost(self) -> Cost:
        """What was added up."""
        return Cost(self.seconds, self.processor_seconds)


def _processor_seconds() -> float:
    return sum(os.times()[:4])  # of this process and of its children, user's and system's


class Contestant(Protocol):
    """A search engine."""

    def index(self, archive: Archive, folder: Path) -> Cost:
        """Index all articles; return what it took, without reading and preparing them."""
        ...

    def open(self, folder: Path) -> Searcher:
        """Open an index."""
        ...


NAMES = ("ours", "tantivy", "fts5", "whoosh")


def contestant(name: str) -> Contestant:
    """Load a contestant. Raises ImportError where its package is not installed."""
    return cast(Contestant, import_module(f"benchmark.contestants.{name}_"))
