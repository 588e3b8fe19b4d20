"""Articles to be taken away: all results of a search, read a batch at a time, or those of a clipping list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from indexer.engines.base import Reader
from indexer.model import Document, DocumentSummary, Request
from indexer.search import query_parser
from webui.citation import Cited, Retrieval
from webui.filters import shorten
from webui.links import LONGEST_CARRIED, SearchLink, article_url
from webui.sharing.clipping import MOST_CLIPS, Clipping

MOST_EXPORTED = 100_000
BATCH = 1_000
_LONGEST_REPEATED = 2_000
"""The longest address that each record repeats."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Which list articles are taken from: its URL on the site, "" where that is too long to be repeated in each record.

    `line` is the query of a search or the title of a clipping list, `names` are the parts of the name of a file.
    """

    kind: str
    address: str
    line: str
    names: tuple[str, ...]
    kind_in_words: str


@dataclass(frozen=True, slots=True)
class Results:
    """The articles of a list: `total` in all, of which `documents` yields `held`, once.

    `site` is the address of the site. Nothing here needs the request, which ends before the results are sent.
    """

    origin: Origin
    site: str
    retrieval: Retrieval
    total: int
    held: int
    documents: Iterator[DocumentSummary]
    lacks: str = ""

    def cited(self) -> Iterator[Cited]:
        """Yield the articles as they are cited."""
        return map(self.cite, self.documents)

    def cite(self, document: DocumentSummary) -> Cited:
        """Return an article as it is cited."""
        return Cited.of(document, self.site + article_url(document.id), self.retrieval)

    @property
    def is_long(self) -> bool:
        """Whether there are more than were read at once, so that sending them takes its time."""
        return self.held > BATCH

    @property
    def about(self) -> str:
        """A line that says which list this is, how much of it is here, and when."""
        listed = self.origin.address or self.origin.line
        count = f"共 {self.total} 篇" + (f"，{self.lacks}" if self.lacks else "")
        when = f"{self.retrieval.day} 取用，版本 {self.retrieval.version}"
        return " ".join(f"{self.origin.kind_in_words} {listed}，{count}，{when}".split())


def results_of(reader: Reader, link: SearchLink, site: str, retrieval: Retrieval) -> Results:
    """Return the results of a search, in the order of its link. The first batch is read at once.

    So whatever is wrong is raised here, before the first byte of an answer is sent. All batches come from one commit.
    """
    query, filters = query_parser.parse(link.q), link.filters()

    def batch(offset: int) -> Request:
        return Request(query, filters, link.sort, offset, min(BATCH, MOST_EXPORTED - offset), facets=())

    first = reader.search(batch(0))
    held = min(first.total, MOST_EXPORTED)
    later = (hit.document for offset in range(BATCH, held, BATCH) for hit in reader.search(batch(offset)).hits)
    documents = chain([hit.document for hit in first.hits], later)
    lacks = f"此处为前 {held} 篇" if held < first.total else ""
    return Results(_search(link, site), site, retrieval, first.total, held, documents, lacks)


def clipped(clipping: Clipping, found: Sequence[Document], site: str, retrieval: Retrieval) -> Results:
    """Return those articles of a clipping list that were found.

    Why others are lacking is no matter of a file: some are unknown, or were withdrawn.
    """
    total, listed = len(clipping.ids), min(len(clipping.ids), MOST_CLIPS)
    parts = (
        f"此处只取前 {listed} 篇" if listed < total else "",
        f"其中 {listed - len(found)} 篇没有或已撤下，不在此处" if len(found) < listed else "",
    )
    lacks = "，".join(filter(None, parts))
    return Results(_clips(clipping, site), site, retrieval, total, len(found), map(DocumentSummary.of, found), lacks)


def _search(link: SearchLink, site: str) -> Origin:
    span = "-".join(dict.fromkeys(filter(None, (link.start, link.end))))
    names = (link.q, *link.paper, *link.locality, *link.section, *link.kind, *link.quality, span)
    address = site + link.url() if link.is_handy else ""
    return Origin("search", address, shorten(link.q, LONGEST_CARRIED), names, "检索")


def _clips(clipping: Clipping, site: str) -> Origin:
    address = site + clipping.url()
    shown = address if len(address) <= _LONGEST_REPEATED else ""
    return Origin("clips", shown, clipping.title, (clipping.title,), "剪报")
