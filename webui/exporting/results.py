"""All results of a search, read a batch at a time: no more are held than one batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from indexer.engines.base import Reader
from indexer.model import DocumentSummary, Request
from indexer.search import query_parser
from webui.citation import Cited, Retrieval
from webui.filters import shorten
from webui.links import LONGEST_CARRIED, SearchLink, article_url

MOST_EXPORTED = 100_000
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a search: `total` in all, of which `documents` yields the first `held`, once.

    `site` is the address of the site. Nothing here needs the request, which ends before the results are sent.
    """

    link: SearchLink
    site: str
    retrieval: Retrieval
    total: int
    documents: Iterator[DocumentSummary]

    @property
    def held(self) -> int:
        """The number of results that are exported."""
        return min(self.total, MOST_EXPORTED)

    @property
    def address(self) -> str:
        """The URL of the search, "" where it is too long to be repeated in each record."""
        return self.site + self.link.url() if self.link.is_handy else ""

    def cited(self) -> Iterator[Cited]:
        """Yield the results as they are cited."""
        return map(self.cite, self.documents)

    def cite(self, document: DocumentSummary) -> Cited:
        """Return a result as it is cited."""
        return Cited.of(document, self.site + article_url(document.id), self.retrieval)

    @property
    def about(self) -> str:
        """A line that says what was searched for, how much of it is here, and when."""
        searched = self.address or shorten(self.link.q, LONGEST_CARRIED)
        count = f"共 {self.total} 篇" + (f"，此处为前 {self.held} 篇" if self.held < self.total else "")
        return f"检索 {searched}，{count}，{self.retrieval.day} 取用，版本 {self.retrieval.version}"


def results_of(reader: Reader, link: SearchLink, site: str, retrieval: Retrieval) -> Results:
    """Return the results of a search, in the order of its link. The first batch is read at once.

    So whatever is wrong is raised here, before the first byte of an answer is sent. All batches come from one commit.
    """
    query, filters = query_parser.parse(link.q), link.filters()

    def batch(offset: int) -> Request:
        return Request(query, filters, link.sort, offset, min(BATCH, MOST_EXPORTED - offset), facets=())

    first = reader.search(batch(0))
    later = (
        hit.document
        for offset in range(BATCH, min(first.total, MOST_EXPORTED), BATCH)
        for hit in reader.search(batch(offset)).hits
    )
    return Results(link, site, retrieval, first.total, chain([hit.document for hit in first.hits], later))
