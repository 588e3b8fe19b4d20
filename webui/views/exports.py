"""Export a search as a feed, a table or a list of references.

The table and the references have all hits up to a thousand, not one page. Of more, the file's name says how many it
holds: `search-1000-of-1233.csv`.
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from flask import Blueprint, Response, render_template
from flask import request as http

from indexer.model import DocumentSummary, Request
from indexer.search import query_parser
from webui import i18n, links
from webui.citation import pages as pages_of
from webui.citation import ris
from webui.healing.query import read_query
from webui.meta import absolute
from webui.site_state import reader, site_state
from webui.views.results import answer_to

pages = Blueprint("exports", __name__)

FEED_SIZE = 20
MOST_EXPORTED = 1000
_COLUMNS = ("headline", "paper", "date", "page", "section", "kind", "byline", "localities", "url")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@pages.get("/search.atom")
def feed() -> Response:
    """Return the hits of a search that were indexed last as an Atom feed: old issues too that were added just now."""
    link = replace(_link(), sort="newest", size=FEED_SIZE, page=1)  # as it always was, because it is the feed's id
    answer = answer_to(link, facets=(), with_partial=False, sort="indexed")
    times = reader().times([hit.document.id for hit in answer.hits])
    updated = max((one.changed for one in times.values()), default=0)
    t = i18n.translator()
    title = t("results_for", line=link.q) if link.q else t("all_articles")
    text = render_template("atom.xml", answer=answer, link=link, title=title, times=times, updated=updated)
    return Response(text, mimetype="application/atom+xml")


@pages.get("/search.csv")
def table() -> Response:
    """Return the hits of a search as a CSV table that Excel opens directly."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    documents, total = _documents()
    writer.writerows(map(_row, documents))
    # Without the byte order mark, Excel decodes UTF-8 with the code page of the machine.
    return _file("\ufeff" + text.getvalue(), "text/csv", _name(len(documents), total, "csv"))


@pages.get("/search.ris")
def references() -> Response:
    """Return the hits of a search as references in the RIS format."""
    documents, total = _documents()
    records = (ris(document, absolute(links.article_url(document.id))) for document in documents)
    return _file("".join(records), "application/x-research-info-systems", _name(len(documents), total, "ris"))


def _link() -> links.SearchLink:
    link = links.read(read_query(http.query_string).pairs)
    return link.within_limits(site_state().settings.limits).with_readable_dates()


def _name(held: int, total: int, suffix: str) -> str:
    return f"search.{suffix}" if held == total else f"search-{held}-of-{total}.{suffix}"


def _documents() -> tuple[list[DocumentSummary], int]:
    """Return the first hits, and how many there are in all."""
    link = _link()
    wanted = Request(query_parser.parse(link.q), link.filters(), link.sort, size=MOST_EXPORTED, facets=())
    found = reader().search(wanted)
    return [hit.document for hit in found.hits], found.total


def _row(document: DocumentSummary) -> list[str]:
    article = document.article
    cells = (
        article.headline,
        document.paper_title,
        article.date.isoformat() if article.date else "",
        " ".join(pages_of(document)),
        article.section,
        article.kind,
        " ".join(contributor.name for contributor in article.byline),
        " ".join(article.localities),
        absolute(links.article_url(document.id)),
    )
    # A spreadsheet would evaluate a headline that begins like a formula.
    return [f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell for cell in cells]


def _file(text: str, mimetype: str, name: str) -> Response:
    return Response(text, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
