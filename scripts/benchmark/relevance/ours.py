"""Our engine: an index of page files, and the site's own function for answers."""

from __future__ import annotations

import html
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmark.relevance.measures import SHOWN
from benchmark.relevance.questions import Article
from indexer.archive.archive import Archive
from indexer.engines import open_engine
from indexer.engines.base import IndexIdentity, Reader
from indexer.engines.opensearch.connection import Connection
from indexer.engines.opensearch.location import parse
from indexer.indexing import pipeline
from indexer.indexing.rules_fingerprint import matching
from indexer.model import Answer
from indexer.search.search import search

NAME = "baosou"
ON_A_CLUSTER = "baosou on OpenSearch"
_PAPERS = 6
_PAGE = (
    '<!doctype html><meta charset="utf-8"><title>{0}</title><h1 id="Title">{0}</h1><div id="articleContent">{1}</div>\n'
)


def answers(articles: Sequence[Article], lines: Sequence[str], cluster: str = "") -> Mapping[str, list[list[str]]]:
    """Index the articles, ask all lines, and return our name → ids of articles per line, best first.

    They are the full matches and then those of the second tier, as on the first results page. The index is in a folder,
    or in the OpenSearch cluster at a URL. Raises SystemExit when a page can't be used.
    """
    with tempfile.TemporaryDirectory(prefix="relevance-") as root:
        ids = write_archive(Path(root), articles)
        with indexed(Path(root), cluster) as reader:
            found = [_sources(search(reader, line, size=SHOWN + 1)) for line in lines]
    name = ON_A_CLUSTER if cluster else NAME
    return {name: [[ids[source] for source in sources] for sources in found]}


@contextmanager
def _new_location(cluster: str) -> Iterator[str]:
    """A folder, or a name in a cluster, for an index that is deleted afterwards."""
    if not cluster:
        with tempfile.TemporaryDirectory(prefix="relevance-") as folder:
            yield folder
        return
    location = f"opensearch+{cluster.rstrip('/')}/relevance-{secrets.token_hex(8)}x"
    try:
        yield location
    finally:
        place = parse(location)
        connection = Connection(place)
        for name in connection.get(f"{place.name}-*"):
            connection.delete(name)


@contextmanager
def indexed(archive: Path, cluster: str = "") -> Iterator[Reader]:
    """Index an archive and open the index, which is deleted afterwards. Raises SystemExit when a page can't be used."""
    with _new_location(cluster) as location:
        engine = open_engine(location, IndexIdentity(str(archive), matching()))
        report = pipeline.index(Archive(archive), engine, jobs=1)
        if report.set_aside:
            raise SystemExit(f"baosou could not use {len(report.set_aside)} pages, first {report.set_aside[0]}.")
        reader = engine.reader()
        try:
            yield reader
        finally:
            reader.close()


def write_archive(root: Path, articles: Sequence[Article]) -> dict[str, str]:
    """Write one page file per article; return source → id."""
    ids = {}
    for number, article in enumerate(articles):
        source = f"paper{number % _PAPERS}/{article.day}/{number:05}.html"
        paragraphs = "".join(f"<p>{html.escape(text)}</p>" for text in article.paragraphs)
        (root / source).parent.mkdir(parents=True, exist_ok=True)
        (root / source).write_text(_PAGE.format(html.escape(article.headline), paragraphs), encoding="utf-8")
        ids[source] = article.id
    return ids


def _sources(answer: Answer) -> list[str]:
    full = [hit.document.source for hit in answer.hits]
    return list(dict.fromkeys([*full, *(hit.document.source for hit in answer.partial)]))
