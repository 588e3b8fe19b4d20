"""Export a search as a feed, a table, lines of JSON or references.

All but the feed have all results up to a hundred thousand, not one page, and are sent while they are made. Of more,
the file's name, a header and each record say how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from flask import Blueprint, Response, render_template
from flask import request as http

from webui import i18n, links
from webui.citation.here import retrieval
from webui.citation.references import bibtex, ris
from webui.etags import version_tag
from webui.exporting.names import attachment, file_name
from webui.exporting.records import encoded, json_lines, records, table
from webui.exporting.results import Results, results_of
from webui.filters import plain
from webui.healing.query import read_query
from webui.meta import absolute
from webui.site_state import reader, site_state, taken_reader
from webui.views.references import BIBTEX, RIS
from webui.views.results import answer_to

pages = Blueprint("exports", __name__)

FEED_SIZE = 20


@pages.get("/search.atom")
def feed() -> Response:
    """Return the hits of a search that were indexed last as an Atom feed: old issues too that were added just now."""
    link = replace(_link(), sort="newest", size=FEED_SIZE, page=1)  # as it always was, because it is the feed's id
    answer = answer_to(link, facets=(), with_partial=False, sort="indexed")
    times = reader().times([hit.document.id for hit in answer.hits])
    updated = max((one.changed for one in times.values()), default=0)
    t = i18n.translator()
    title = t("results_for", line=link.q) if link.q else t("all_articles")
    text = render_template(
        "atom.xml",
        title=title,
        feed_path=link.url("/search.atom"),
        page_path=link.url(),
        entries=[(hit.document, plain(hit.snippet)) for hit in answer.hits],
        times=times,
        updated=updated,
    )
    return Response(text, mimetype="application/atom+xml")


@pages.get("/search.csv")
def csv_table() -> Response:
    """Return the results of a search as a CSV table that Excel opens directly."""
    with_text = _with_text()
    return _export("csv", "text/csv", lambda results: table(records(results, with_text=with_text), with_text=with_text))


@pages.get("/search.jsonl")
def lines_of_json() -> Response:
    """Return the results of a search as JSON, one result on a line."""
    with_text = _with_text()
    return _export("jsonl", "application/jsonl", lambda results: json_lines(records(results, with_text=with_text)))


@pages.get("/search.ris")
def ris_records() -> Response:
    """Return the results of a search as references in the RIS format."""
    return _export("ris", RIS, lambda results: encoded(ris(one, results.about) for one in results.cited()))


@pages.get("/search.bib")
def bibtex_entries() -> Response:
    """Return the results of a search as references in the BibTeX format, behind a line about the search."""

    def entries(results: Results) -> Iterator[str]:
        yield f"% {results.about}\n\n"
        yield from (bibtex(one) + "\n" for one in results.cited())

    return _export("bib", BIBTEX, lambda results: encoded(entries(results)))


def _link() -> links.SearchLink:
    link = links.read(read_query(http.query_string).pairs)
    return link.within_limits(site_state().settings.limits).with_readable_dates()


def _with_text() -> bool:
    return http.args.get("text") == "1"


def _export(suffix: str, mimetype: str, write: Callable[[Results], Iterator[bytes]]) -> Response:
    """Return the results of this request's search as a file, which is written while it is sent."""
    tag = version_tag()
    if http.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        link, its_retrieval = _link().at(1).sized(links.SearchLink().size), retrieval()
        opened = taken_reader()
        try:
            results = results_of(opened, link, absolute(""), its_retrieval)
        except BaseException:
            opened.close()
            raise
        response = Response(write(results), mimetype=mimetype)
        response.call_on_close(opened.close)
        response.headers["Content-Disposition"] = attachment(file_name(results, suffix), results, suffix)
        response.headers["X-Total-Count"] = str(results.total)
        response.headers["X-Exported-Count"] = str(results.held)
        response.headers["X-Archive-Version"] = its_retrieval.version
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response
