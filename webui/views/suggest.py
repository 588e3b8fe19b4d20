"""Suggestions while a query is typed, for the search box of a browser (the OpenSearch suggestions extension)."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from indexer.search.completions import Completion, completions
from webui import i18n, links
from webui.i18n import Translator
from webui.links import SearchLink
from webui.meta import absolute
from webui.site_state import reader

pages = Blueprint("suggest", __name__)

_TYPE = "application/x-suggestions+json"
_SECONDS_TO_REMEMBER = 300


@pages.get("/suggest")
def suggest() -> Response:
    """Return what was typed, its completions, a description of each with its count, and the address of each."""
    typed = next((value for name, value in links.decode(request.query_string) if name == "q"), "")
    t = i18n.translator()
    found = completions(reader(), typed)
    urls = [absolute(SearchLink(one.line).url()) for one in found]
    answer = [typed, [one.line for one in found], [_description(one, t) for one in found], urls]
    response = Response(json.dumps(answer, ensure_ascii=False), mimetype=_TYPE)
    response.headers["Cache-Control"] = f"max-age={_SECONDS_TO_REMEMBER}"
    response.vary.update(("Accept-Language", "Cookie"))
    return response


def _description(completion: Completion, t: Translator) -> str:
    count = t("articles", n=completion.count)
    if completion.article is None:
        return count
    title = completion.article.paper_title or completion.article.paper
    return t("completion_headline", count=count, title=title, day=t.day(completion.article.article.date))
