"""Answers for programs, and the description of all of them: as JSON, and as a page."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from msgspec.structs import replace
from werkzeug.exceptions import NotFound

from indexer.errors import UsageError
from indexer.model import Times
from indexer.search.search import MAX_PAGE, answer_json
from webui import i18n, links
from webui.citation.here import cited
from webui.etags import version_tag
from webui.links import SearchLink
from webui.meta import Meta
from webui.programs.cursors import OutdatedCursorError, cursor, page_at
from webui.programs.making import article_answer, paper_answer, paper_issues_answer
from webui.programs.openapi import openapi, operations_of
from webui.programs.shapes import PapersAnswer
from webui.site_state import reader, site_state
from webui.views.article import held
from webui.views.results import answer_to

pages = Blueprint("api", __name__)


@pages.get("/api/search")
def search() -> ResponseReturnValue:
    """Return the answer to a search.

    An invalid parameter is an error with a sentence. The header `Link` has the address of the next hits, with a cursor
    that holds as long as the archive is unchanged: 409 says that it was changed.
    """
    try:
        pairs = links.decode(request.query_string)
        link = links.read_strictly([pair for pair in pairs if pair[0] != "cursor"])
        _refuse_what_is_cut(link)
        if given := next((value for name, value in pairs if name == "cursor" and value), ""):
            if link.page > 1:
                raise UsageError("Give page or cursor, not both: a cursor has its page.")
            link = link.at(page_at(given, reader().version()))
    except OutdatedCursorError as problem:
        return {"error": str(problem)}, 409
    except UsageError as problem:
        return {"error": str(problem)}, 400
    tag = version_tag()
    if request.if_none_match.contains_weak(tag):
        return _tagged(Response(status=304), tag)
    answer = answer_to(link)
    encoded = msgspec.json.encode(answer_json(answer), order="deterministic")  # in a quarter of the time of json
    response = Response(encoded + b"\n", mimetype="application/json")
    if link.page * link.size < answer.total and link.page < MAX_PAGE:
        following = f"{_plain(link, answer.size)}cursor={cursor(reader().version(), link.page + 1)}"
        response.headers["Link"] = f'<{following}>; rel="next"'
    return _tagged(response, tag)


@pages.get("/api/article/<article_id>")
def article(article_id: str) -> ResponseReturnValue:
    """Return an article: its full text, evidence and citation.

    A former id redirects to the current one; that of a withdrawn article answers 410.
    """
    try:
        document = held(article_id)
    except NotFound:
        return _error(f"There is no article {article_id[:80]!r}; /api/search finds the ids of articles.", 404)
    if isinstance(document, str):
        return redirect(f"/api{links.article_url(document)}", 301)
    times = reader().times([document.id]).get(document.id, Times())
    return _tagged(_json(article_answer(document, times, cited(document))), version_tag())


@pages.get("/api/papers")
def papers() -> ResponseReturnValue:
    """Return all papers, and what is held of each."""
    answer = PapersAnswer([paper_answer(held) for held in reader().papers()], reader().version())
    return _tagged(_json(answer), version_tag())


@pages.get("/api/papers/<paper>")
def paper(paper: str) -> ResponseReturnValue:
    """Return a paper with all issues that are held of it."""
    held = next((one for one in reader().papers() if one.paper == paper), None)
    if held is None:
        return _error(f"There is no paper {paper[:80]!r}; /api/papers lists all.", 404)
    return _tagged(_json(paper_issues_answer(held, reader().issues(paper), reader().version())), version_tag())


@pages.get("/openapi.json")
def description() -> Response:
    """Return the description of all addresses for programs, as OpenAPI 3.1."""
    response = _json(openapi(current_app, site_state().settings.name))
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/api")
def description_page() -> str:
    """Show the same as a page."""
    t = i18n.translator()
    described = openapi(current_app, site_state().settings.name)
    return render_template(
        "api.html",
        meta=Meta(t("api_title"), t("api_description"), "/api"),
        operations=operations_of(described),
        schemas=described["components"]["schemas"],
    )


def _plain(link: SearchLink, size: int) -> str:
    """Return the address of a search, to which a parameter can be added."""
    address = replace(link, page=1, size=size).url("/api/search")
    return address + ("&" if "?" in address else "?")


def _refuse_what_is_cut(link: SearchLink) -> None:
    limits = site_state().settings.limits
    if len(link.q) > limits.query_letters:
        raise UsageError(f"The query has {len(link.q):,} characters; ask with {limits.query_letters:,} at most.")
    if link.chosen_count > limits.values:
        raise UsageError(f"There are {link.chosen_count:,} values of filters; give {limits.values:,} at most.")


def _json(answer: object) -> Response:
    return Response(current_app.json.dumps(msgspec.to_builtins(answer)) + "\n", mimetype="application/json")


def _error(sentence: str, code: int) -> ResponseReturnValue:
    return {"error": sentence}, code


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response
