"""Our engine, used as in production.

One process per core builds segments, as in `baosou index`. The site's own function produces the results page.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from benchmark.contestants import FACETS, SIZE, Clock, Cost, Page
from benchmark.corpus import ARTICLES_A_PAGE
from benchmark.pages import PAGES_AN_ISSUE
from benchmark.queries import Ask
from benchmark.shards import Archive, read
from indexer.engines.base import IndexIdentity, Reader
from indexer.engines.ranking import as_typed, positive_terms
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.indexing.segment_builder import SegmentBuilder
from indexer.model import Answer, Query
from indexer.search import highlighter
from indexer.search.partial import partial_query
from indexer.search.query_parser import read_line
from indexer.search.search import search
from indexer.text.question_words import about

_FACETS = ("locality", "section", "date")
IDENTITY = IndexIdentity(archive="bench", rules="bench")
_FINGERPRINT = "0" * 16


def index(archive: Archive, folder: Path) -> Cost:
    """Index all articles, an equal part of the archive per process.

    Segments are as large as the memory limit allows.
    """
    clock = Clock()
    workers = os.cpu_count() or 1
    shards = archive.shards
    stretches = [shards[len(shards) * n // workers : len(shards) * (n + 1) // workers] for n in range(workers)]
    with clock.running():
        writer = WhooshEngine(folder, IDENTITY).writer(fresh=True)
    with multiprocessing.Pool(workers) as pool:
        built = pool.starmap(_build, [(stretch, folder, name) for name, stretch in enumerate(stretches)])
    with clock.running():
        for path in (path for _, paths in built for path in paths):
            writer.adopt(path)
        writer.commit()
    return Cost(
        clock.seconds + max(cost.seconds for cost, _ in built),
        clock.processor_seconds + sum(cost.processor_seconds for cost, _ in built),
    )


def _build(shards: Sequence[Path], folder: Path, name: int) -> tuple[Cost, list[Path]]:
    """Write segments for some shards. Reading and preparing documents is not timed."""
    clock, paths = Clock(), [folder / f"bench_{name}_0.seg.tmp"]
    builder = SegmentBuilder()
    for shard in shards:
        documents = [row.tokenised() for row in read(shard)]
        with clock.running():
            if builder.is_full:
                builder.write(paths[-1])
                builder = SegmentBuilder()
                paths.append(folder / f"bench_{name}_{len(paths)}.seg.tmp")
            for document in documents:
                builder.add(document, _FINGERPRINT)
    with clock.running():
        builder.write(paths[-1])
    return clock.cost(), paths


def update(archive: Archive, folder: Path) -> float:
    """Index the first issue again.

    Returns the seconds from opening the index to the commit.
    """
    documents = [row.tokenised() for row in read(archive.shards[0])[: ARTICLES_A_PAGE * PAGES_AN_ISSUE]]
    clock = Clock()
    with clock.running():
        writer = WhooshEngine(folder, IDENTITY).writer()
        for source, page in groupby(documents, key=lambda one: one.document.source):
            writer.replace(source, page, _FINGERPRINT)
        writer.commit()
    return clock.seconds


def open(folder: Path) -> OurSearcher:  # noqa: A001 (each contestant has `index` and `open`)
    """Open an index and clear all caches of queries."""
    for remembered in (read_line, highlighter.wanted, positive_terms, as_typed, partial_query, about):
        remembered.cache_clear()
    return OurSearcher(WhooshEngine(folder, IDENTITY).reader())


class OurSearcher:
    """An open index of ours."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def page(self, ask: Ask, query: Query) -> Answer:
        """Search like the site, including parsing, with the same facets as the peers."""
        return search(self.reader, ask.line, filters=ask.filters, size=SIZE, facets=_FACETS)

    def plain(self, page: Answer) -> Page:
        """Convert our answer to the common form."""
        facets = {
            name: {value.value: value.count for value in page.facets["date" if name == "year" else name]}
            for name in FACETS
        }
        return Page(page.total, facets, tuple("".join(part.text for part in hit.snippet) for hit in page.hits))

    def close(self) -> None:
        """Close the files."""
        self.reader.close()
