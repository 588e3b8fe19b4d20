"""The start page, and the paths for programs.

These are the health check and the OpenSearch description.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from indexer.errors import IndexUnavailable
from indexer.model import Everything, Facets, Request
from indexer.text.place_path import last_name
from webui import i18n
from webui.citation import today
from webui.language.in_url import in_language
from webui.links import SearchLink
from webui.meta import Meta
from webui.site_state import reader, site_state

pages = Blueprint("start", __name__)


@dataclass(frozen=True, slots=True)
class Way:
    """A way into the archive: what it leads to, and how many articles that has."""

    label: str
    count: int
    url: str


EXAMPLES = (
    ("both", "安全生产 工会"),
    ("phrase", '"安全生产工作"'),
    ("either", "工会 OR 妇联"),
    ("without", "-招聘"),
    ("headline", "headline:表彰"),
    ("byline", "byline:王"),
    ("prefix", "张*"),
    ("near", '"招商 签约"~10'),
)
"""Example queries by name; the start page explains each in the language of the reader."""

_NEWEST = 6
_MOST_WAYS = 16
_YEAR_SECONDS = 365 * 24 * 3600


@pages.get("/")
def start() -> str:
    """Show the contents of the archive and how to search it."""
    t = i18n.translator()
    papers = reader().papers()
    years = [day.year for paper in papers for day in (paper.first, paper.last) if day]
    newest = reader().search(
        Request(Everything(), sort="indexed", size=_NEWEST, facets=("date", "locality", "section"))
    )
    return render_template(
        "start.html",
        meta=Meta(site_state().settings.name, t("site_description"), "/"),
        papers=sorted(papers, key=lambda paper: (_sound(paper.title), paper.paper)),
        articles=sum(paper.articles for paper in papers),
        issues=sum(paper.issues for paper in papers),
        newest=[hit.document for hit in newest.hits],
        ways=_ways(newest.facets),
        today=f"{today():%m-%d}",
        years=(min(years), max(years)) if years else None,
        examples=[(name, line, SearchLink(line).url()) for name, line in EXAMPLES],
    )


def _ways(facets: Facets) -> list[tuple[str, list[Way]]]:
    """Return the ways into the archive by years, by places and by sections, each with some of its values."""
    dated = [one for one in facets["date"] if one.value.isdecimal()]
    years = sorted(dated, key=lambda one: one.value, reverse=True)[:_MOST_WAYS]
    return [
        ("year", [Way(one.value, one.count, SearchLink(start=one.value, end=one.value).url()) for one in years]),
        (
            "place",
            [
                Way(last_name(one.value), one.count, SearchLink(locality=(one.value,)).url())
                for one in facets["locality"][:_MOST_WAYS]
            ],
        ),
        (
            "section",
            [
                Way(one.value, one.count, SearchLink(section=(one.value,)).url())
                for one in facets["section"][:_MOST_WAYS]
            ],
        ),
    ]


def _sound(title: str) -> bytes:
    """Return a key that sorts titles as GB 2312 does, where common characters stand by their sounds."""
    return title.encode("gb18030", "replace")


@pages.post("/language")
def language() -> Redirect:
    """Store the language choice of a reader and redirect to the previous page in that language."""
    back = request.form.get("back", "/")
    wanted = i18n.language_of(request.form.get("language", ""))
    response = redirect(in_language(back if _is_local(back) else "/", wanted), 303)
    if wanted:
        response.set_cookie(i18n.COOKIE, wanted, max_age=_YEAR_SECONDS, samesite="Lax", httponly=True)
    return response


@pages.get("/healthz")
def health() -> tuple[dict[str, object], int]:
    """Report to a monitor whether searches can be answered."""
    try:
        papers = reader().papers()
    except IndexUnavailable as problem:
        return {"status": "unavailable", "error": str(problem)}, 503
    return {"status": "ok", "articles": sum(paper.articles for paper in papers)}, 200


@pages.get("/opensearch.xml")
def search_description() -> Response:
    """Let a browser add the site to its search engines."""
    return _typed(render_template("opensearch.xml"), "application/opensearchdescription+xml")


def _typed(text: str, mimetype: str) -> Response:
    response = make_response(text)
    response.mimetype = mimetype
    return response


def _is_local(path: str) -> bool:
    # A browser treats `//host` and `/\host` as another site.
    return path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()
