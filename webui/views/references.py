"""An article as a reference: for programs that manage them, and for what its page and lists say of it."""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import Blueprint, Response, redirect
from flask.typing import ResponseReturnValue

from webui import links
from webui.citation import Cited, today
from webui.citation.embedded import coins, json_ld, meta_tags
from webui.citation.forms import gb_t_7714, plain_text
from webui.citation.here import cited, retrieval
from webui.citation.references import BIBTEX, CSL_JSON, RIS, bibtex, csl_json, ris
from webui.etags import version_tag
from webui.exporting.formats import FORMATS
from webui.exporting.results import MOST_EXPORTED
from webui.views.article import held

pages = Blueprint("references", __name__)


def _csl(article: Cited) -> str:
    return json.dumps([csl_json(article)], ensure_ascii=False, indent=1) + "\n"


_FORMS: dict[str, tuple[str, str, Callable[[Cited], str]]] = {
    "ris": ("RIS", RIS, ris),
    "bib": ("BibTeX", BIBTEX, bibtex),
    "json": ("CSL-JSON", CSL_JSON, _csl),
}
"""The end of an address, the name of the format, its content type, and what makes it."""


@pages.app_context_processor
def _for_pages() -> dict[str, object]:
    """Let templates cite articles."""
    return {
        "most_exported": MOST_EXPORTED,
        "formats": FORMATS,
        "with_text": _with_text,
        "cite": cited,
        "today": today,
        "retrieval": retrieval,
        "gb_t_7714": gb_t_7714,
        "plain_text": plain_text,
        "bibtex": bibtex,
        "meta_tags": meta_tags,
        "json_ld": json_ld,
        "coins": coins,
        "reference_forms": [(suffix, name, content_type) for suffix, (name, content_type, _) in _FORMS.items()],
    }


@pages.get("/article/<article_id>.<any(ris, bib, json):form>")
def reference(article_id: str, form: str) -> ResponseReturnValue:
    """Return the reference of an article; a former id redirects to the current one."""
    document = held(article_id)
    if isinstance(document, str):
        return redirect(f"{links.article_url(document)}.{form}", 301)
    _, content_type, make = _FORMS[form]
    response = Response(make(cited(document)).encode("utf-8", "replace"), mimetype=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{links.article_url(document.id)[9:]}.{form}"'
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(version_tag())
    return response


def _with_text(address: str) -> str:
    """Return the address of an export that has the text too."""
    return f"{address}{'&' if '?' in address else '?'}text=1"
