"""Error pages that say what to do; for programs (`/api/…`), JSON with a sentence.

A path that leads to no page is healed here, and nowhere else: so no link that leads somewhere is ever touched.
"""

from __future__ import annotations

from shlex import quote

from flask import Flask, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

from indexer.errors import IndexForeign, IndexMissing, IndexStale, IndexUnavailable, QueryTooBroad
from webui import i18n, links
from webui.exporting.turns import ExportsBusy
from webui.healing.ways import Offer, Way, way_on
from webui.meta import Meta
from webui.site_state import site_state
from webui.views.article import ArticleWithdrawn

_EXPLAINED = (403, 404, 405, 410, 413, 414, 500, 503)
_RETRY_SECONDS = "30"
_FOR_PROGRAMS = ("/api/", "/static/")
_NOTHING_HERE = "There is nothing at this address; /api lists all addresses for programs."


def register(app: Flask) -> None:
    """Show every error of the app as a page."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _http_error)
    app.register_error_handler(IndexUnavailable, _index_unavailable)
    app.register_error_handler(QueryTooBroad, _too_broad)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    way = _way_on() if code == 404 else Way()
    if way.url:
        return redirect(way.url, 301), {"Cache-Control": f"max-age={links.SECONDS_TO_REMEMBER}"}
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    key = "busy" if isinstance(error, ExportsBusy) else str(code) if code in _EXPLAINED else "other"
    reason = error.reason if isinstance(error, ArticleWithdrawn) else ""
    sentence = _NOTHING_HERE if code == 404 else error.description or error.name
    return _page(code, key, sentence, offers=way.offers, reason=reason), code, headers


def _way_on() -> Way:
    if request.method not in ("GET", "HEAD") or request.path.startswith(_FOR_PROGRAMS):
        return Way()
    try:
        return way_on(request.environ["PATH_INFO"].encode("latin-1"), request.query_string)
    except IndexUnavailable:
        return Way()


def _index_unavailable(problem: IndexUnavailable) -> ResponseReturnValue:
    current_app.logger.error("no index to search in: %s", problem)
    settings = site_state().settings
    rebuild = " --full" if isinstance(problem, IndexStale | IndexForeign) else ""
    known = isinstance(problem, IndexMissing | IndexStale | IndexForeign)
    paths = quote(str(settings.archive)), quote(settings.index)
    command = "baosou index --archive {} --index {}".format(*paths) + rebuild if known else ""
    return _page(503, "503", str(problem), command), 503, {"Retry-After": _RETRY_SECONDS}


def _too_broad(problem: QueryTooBroad) -> ResponseReturnValue:
    return _page(400, "broad", str(problem)), 400


def _page(
    code: int, key: str, sentence: str, command: str = "", offers: tuple[Offer, ...] = (), reason: str = ""
) -> str | dict[str, str]:
    if request.path.startswith("/api/"):
        return {"error": sentence} | ({"reason": reason} if reason else {})
    t = i18n.translator()
    title, text = t(f"error_{key}_title"), t(f"error_{key}")
    return render_template(
        "error.html",
        meta=Meta(title, text, indexed=False),
        code=code,
        text=text,
        sentence=sentence if command else "",
        command=command,
        offers=offers,
        reason=reason,
    )
