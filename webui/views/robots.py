"""What robots of search engines may read: `robots.txt`, and the lists of addresses that they are invited to.

Papers, issues and articles are listed unless their rights forbid. Pages of results may be fetched, so that chats can
preview them, but ask not to be listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from flask import Blueprint, Response, abort, render_template

from indexer.model import DateSpan, Everything, Filters, PaperHolding, Request
from webui import links
from webui.meta import absolute
from webui.site_state import reader

pages = Blueprint("robots", __name__)

MOST_ADDRESSES = 50_000
"""The most addresses in one file of a sitemap, by its protocol."""
_NOT_FOR_ROBOTS = ("/search.", "/clips.", "/suggest", "/api/", "/language")


@pages.get("/robots.txt")
def robots() -> Response:
    """Keep robots from exports and from what has no end, and lead them to the sitemap."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS)]
    return Response("\n".join([*lines, "", f"Sitemap: {absolute('/sitemap.xml')}", ""]), mimetype="text/plain")


@pages.get("/sitemap.xml")
def sitemap() -> Response:
    """List the sitemaps: one for each year of each paper."""
    parts = [f"/sitemap/{paper.paper}/{year}.xml" for paper in _listed() for year in _years(paper)]
    return _xml("sitemap.xml", parts=parts[:MOST_ADDRESSES])


@pages.get("/sitemap/<paper>/<year>.xml")
def year_of_paper(paper: str, year: str) -> Response:
    """List the issues and articles of a year of a paper, or of its pages without a date."""
    held = next((one for one in _listed() if one.paper == paper), None)
    if held is None or year not in _years(held):
        abort(404)
    if year == links.UNDATED:
        found: Sequence[str] = [document.id for document in reader().issue(paper, None)]
        addresses = [(links.issue_url(paper, None), "")]
    else:
        days = [one.date for one in reader().issues(paper) if one.date and str(one.date.year) == year]
        addresses = [(links.issue_url(paper, day), "") for day in days]
        found = _ids(paper, int(year))
    addresses = [(links.paper_url(paper), ""), *addresses, *_articles(found)]
    return _xml("sitemap_part.xml", addresses=addresses[:MOST_ADDRESSES])


def _ids(paper: str, year: int) -> Sequence[str]:
    filters = Filters(paper=(paper,), dates=DateSpan(date(year, 1, 1), date(year, 12, 31)))
    request = Request(Everything(), filters, sort="oldest", size=MOST_ADDRESSES, facets=())
    return [hit.document.id for hit in reader().search(request).hits]


def _articles(ids: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Yield the path of each article, and the day on which its text last changed, "" where that is not known."""
    times = reader().times(ids)
    for one in ids:
        changed = times[one].changed if one in times else 0
        yield links.article_url(one), datetime.fromtimestamp(changed, UTC).date().isoformat() if changed else ""


def _listed() -> list[PaperHolding]:
    return [paper for paper in reader().papers() if paper.rights != "inhouse"]


def _years(paper: PaperHolding) -> list[str]:
    """Return the years between the first and the last issue of a paper, and `undated` where it has such pages."""
    years = range(paper.first.year, paper.last.year + 1) if paper.first and paper.last else ()
    return [*map(str, years), *([links.UNDATED] if paper.undated else [])]


def _xml(template: str, **values: object) -> Response:
    return Response(render_template(template, **values), mimetype="application/xml")
