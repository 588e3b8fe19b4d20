"""Export a search as a feed, a table, lines of JSON or references.

All but the feed have all results up to a hundred thousand, not one page, and are sent while they are made. Of more,
the file's name, a header and each record say how many there are.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, render_template
from flask import request as http
from msgspec.structs import replace

from webui import i18n, links
from webui.citation.here import retrieval
from webui.etags import version_tag
from webui.exporting.formats import FORMATS
from webui.exporting.names import attachment, file_name
from webui.exporting.results import Results, results_of
from webui.exporting.turns import Turn
from webui.filters import plain
from webui.healing.query import read_query
from webui.meta import absolute
from webui.site_state import reader, site_state, taken_reader
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


def _view(form: str, name: str) -> Callable[[], Response]:
    def view() -> Response:
        tag = version_tag()
        unchanged = http.if_none_match.contains_weak(tag)
        response = Response(status=304) if unchanged else _export(form)
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = "no-cache"
        return response

    view.__doc__ = f"Return the results of a search as a file: {name}."
    return view


for _form, _format in FORMATS.items():  # an address of its own for each, to which misspelt ones can be led
    pages.add_url_rule(f"/search.{_form}", _form, _view(_form, _format.name))


def _export(form: str) -> Response:
    link, its_retrieval = _link().at(1).sized(links.SearchLink().size), retrieval()
    opened = taken_reader()
    try:
        results = results_of(opened, link, absolute(""), its_retrieval)
        response = sent(results, form, with_text=http.args.get("text") == "1")
    except BaseException:
        opened.close()
        raise
    response.call_on_close(opened.close)
    return response


def _link() -> links.SearchLink:
    link = links.read(read_query(http.query_string).pairs)
    return link.within_limits(site_state().settings.limits).with_readable_dates()


def sent(results: Results, form: str, *, with_text: bool) -> Response:
    """Return the articles of a list as a file. Raises ExportsBusy where that takes time and others are at it."""
    made_as = FORMATS[form]
    written = made_as.write(results, with_text)
    turn = Turn() if results.is_long else None
    response = Response(turn.during(written) if turn else written, mimetype=made_as.content_type)
    if turn:
        response.call_on_close(turn.end)  # also where nothing was asked for but the head
    response.headers["Content-Disposition"] = attachment(file_name(results, form), results, form)
    response.headers["X-Total-Count"] = str(results.total)
    response.headers["X-Exported-Count"] = str(results.held)
    response.headers["X-Archive-Version"] = results.retrieval.version
    return response
