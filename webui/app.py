"""The application factory and all one-time setup."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from flask import Flask, Response, abort, current_app, request
from jinja2 import StrictUndefined

from indexer.engines.base import Engine
from webui import filters, i18n, links, meta, views
from webui.access.audience import audience
from webui.access.origins import allow_reading
from webui.language.in_url import LanguageInUrl, keep_language, kept, translations
from webui.listing import rows
from webui.serving import compression
from webui.settings import Settings
from webui.site_state import SiteState, site_state

_HEADERS = {
    # Allow no scripts and no external resources, so that text from an archive can do no harm.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_STYLE = Path(__file__).parent / "static" / "style.css"
_STYLE_SECONDS = 30 * 24 * 3600


def create_app(settings: Settings, engine: Engine | None = None) -> Flask:
    """Return the app that serves an archive and its index.

    Without `engine`, the one at `settings.index` is opened on first use. Until that succeeds, pages say what to do.
    """
    app = Flask(__name__)
    app.wsgi_app = LanguageInUrl(app.wsgi_app)  # type: ignore[method-assign]
    # A link with too many slashes is healed with all others that lead nowhere.
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = settings.limits.body_bytes
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _STYLE_SECONDS
    app.config["SECRET_KEY"] = secrets.token_hex()
    compression.register(app)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    SiteState(settings, engine).register(app)
    _set_up_templates(app, settings)
    views.register(app, settings)
    app.before_request(_refuse_endless_requests)
    app.before_request(_refuse_slashes_at_the_start)
    app.after_request(_finish)
    return app


def _set_up_templates(app: Flask, settings: Settings) -> None:
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters |= {
        "marks": filters.marks,
        "numbered_marks": filters.numbered_marks,
        "plain": filters.plain,
        "shorten": filters.shorten,
        "utc": filters.utc,
        "visible": filters.visible,
        "xml_text": filters.xml_text,
    }
    environment.globals |= {
        "site": settings.name,
        # Makes a browser with an old cached style sheet request the new one.
        "style_version": hashlib.sha256(_STYLE.read_bytes()).hexdigest()[:8],
        "absolute": meta.absolute,
        "paper_url": links.paper_url,
        "issue_url": links.issue_url,
        "page_url": links.page_url,
        "article_url": links.article_url,
        "facet_rows": rows.facet_rows,
        "timeline_bars": rows.timeline_bars,
        "options": rows.options,
        "place_of": rows.place_of,
        "hit_anchor": links.hit_anchor,
        "raw_url": links.raw_url,
        "edit_url": links.edit_url if settings.edit else None,
        "in_language_of_url": kept,
        "translations": translations,
        "language_names": i18n.NAMES,
        "language_tags": i18n.TAGS,
        "search_url": lambda **choices: links.SearchLink(**choices).url(),
    }

    @app.context_processor
    def _for_every_page() -> dict[str, object]:
        return {"t": i18n.translator()}


def _refuse_endless_requests() -> None:
    limits = site_state().settings.limits
    if len(request.query_string) > limits.query_bytes or len(request.environ["PATH_INFO"]) > limits.query_letters:
        abort(414)
    if (request.content_length or 0) > limits.body_bytes:
        abort(413)


def _refuse_slashes_at_the_start() -> None:
    """Let `//search` be healed; Flask and waitress would answer it, at an address that isn't canonical."""
    if any(request.environ.get(name, "").startswith("//") for name in ("PATH_INFO", "REQUEST_URI")):
        abort(404)


def _finish(response: Response) -> Response:
    response.headers.update(_HEADERS)
    allow_reading(response, site_state().settings)
    keep_language(response)
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-cache")
    if i18n.depends_on_reader():
        response.vary.update(("Accept-Language", "Cookie"))
    is_kept_by_nobody = response.cache_control.no_store or request.endpoint == "static"
    if not is_kept_by_nobody and audience(site_state().settings) == "inhouse":
        response.headers["Cache-Control"] = "private, no-cache"
    if request.method in ("GET", "HEAD") and response.status_code == 200 and not response.is_streamed:
        response.add_etag()
        response.make_conditional(request)
    return compression.compressed(current_app, response)
