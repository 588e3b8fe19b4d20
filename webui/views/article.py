"""The page of an article.

It shows the text with the matches marked, the place in the paper, and the raw text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Gone

from indexer.model import Document
from indexer.search import query_parser
from indexer.search.corrections import corrected_by, corrections_of
from webui import i18n, links
from webui.citation.here import cited
from webui.filters import shorten
from webui.healing.query import read_query
from webui.marking import marker
from webui.meta import Meta
from webui.raw import raw_texts
from webui.site_state import reader, site_state

pages = Blueprint("article", __name__)

_DESCRIPTION = 120


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The articles printed before and after this one in its issue."""

    before: Document | None
    after: Document | None


@pages.get("/article/<article_id>")
def article(article_id: str) -> ResponseReturnValue:
    """Show an article; a former id redirects to the current one, and that of a withdrawn one says so."""
    refuse_withdrawn(article_id)
    line = links.read(read_query(request.query_string).pairs).within_limits(site_state().settings.limits).q
    document = reader().get(article_id)
    if document is None:
        now = site_state().new_id(article_id)
        if now is None:
            abort(404)
        refuse_withdrawn(now)
        return redirect(links.article_url(now, line), 301)
    issue = reader().issue(document.paper, document.article.date)
    return render_template(
        "article.html",
        meta=Meta(_title(document), _description(document), links.article_url(document.id), "article"),
        document=document,
        article=document.article,
        line=line,
        mark=marker(query_parser.parse(line)),
        doubts={found: i18n.translator()("perhaps", word=proposed) for found, proposed in document.article.lookalikes},
        corrected=corrected_by(reader(), document),
        corrections=corrections_of(reader(), document),
        neighbours=_neighbours(document, issue),
        raws=raw_texts(site_state().settings.archive, document, {other.page: other.source for other in issue}),
        cited=cited(document),
    )


class ArticleWithdrawn(Gone):
    """The article was withdrawn. The reason may be shown; "" where none is given."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"This article was withdrawn: {reason}" if reason else "This article was withdrawn.")
        self.reason = reason


def refuse_withdrawn(article_id: str) -> None:
    """Raise ArticleWithdrawn for the id of an article that was withdrawn."""
    if found := site_state().withdrawal(article_id):
        raise ArticleWithdrawn(found.reason)


def _neighbours(document: Document, issue: Sequence[Document]) -> Neighbours:
    place = next((place for place, other in enumerate(issue) if other.id == document.id), None)
    if place is None:
        return Neighbours(None, None)
    return Neighbours(issue[place - 1] if place else None, issue[place + 1] if place + 1 < len(issue) else None)


def _title(document: Document) -> str:
    return i18n.translator().title(document.article)


def _description(document: Document) -> str:
    t = i18n.translator()
    return shorten(f"{document.paper_title} {t.day(document.article.date)} {document.article.lead}", _DESCRIPTION)
