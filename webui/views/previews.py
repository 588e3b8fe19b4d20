"""Pictures of articles and searches for chats, and the code that leads from a printed article to its page.

A picture is drawn when it is asked for. It depends on nothing but its address and what a reader may see: its words are
in the language that the address names, else in the first one of the site.
"""

from __future__ import annotations

import io
from functools import lru_cache

import segno
from flask import Blueprint, Response, abort, request

from indexer.model import Answer, Document
from webui import links
from webui.filters import shorten
from webui.healing.query import read_query
from webui.i18n import LANGUAGES, Translator
from webui.language.in_url import language_in_url
from webui.meta import absolute
from webui.sharing.card import Card, picture
from webui.site_state import reader, site_state
from webui.views.article import refuse_withdrawn
from webui.views.results import answer_to, labels

pages = Blueprint("previews", __name__)

_HEADLINES = 3
_MOST_YEARS = 60


@pages.get("/preview/article/<article_id>.png")
def article(article_id: str) -> Response:
    """Draw the headline and the first passage of an article."""
    document = _document(article_id)
    t = _translator()
    below = f"{document.paper_title} {t.day(document.article.date)} {t.page(document.page)}"
    head = t.title(document.article)
    site = site_state().settings.name
    return _drawn(Card(site, document.article.kicker, head, document.article.lead, below))


@pages.get("/preview/search.png")
def results() -> Response:
    """Draw the query of a search, how many articles it finds, and in which years."""
    link = links.read(read_query(request.query_string).pairs)
    link = link.within_limits(site_state().settings.limits).with_readable_dates().at(1)
    return _drawn(_card(link, answer_to(link, facets=("date",))))


@pages.get("/preview/article/<article_id>.svg")
def code(article_id: str) -> Response:
    """Return the address of an article as a QR code."""
    address = absolute(links.article_url(_document(article_id).id))
    return _kept(Response(_code(address), mimetype="image/svg+xml"))


def _translator() -> Translator:
    return Translator(language_in_url() or LANGUAGES[0])


def _card(link: links.SearchLink, answer: Answer) -> Card:
    t = _translator()
    label = labels(t)
    chosen = [label(name, value) for name, value in link.pairs() if name in ("paper", "locality", "section", "kind")]
    span = [label("span", f"{link.start}/{link.end}")] if link.start or link.end else []
    headlines = [t.title(hit.document.article) for hit in (answer.hits or answer.partial)[:_HEADLINES]]
    return Card(
        site_state().settings.name,
        shorten(" · ".join([*chosen, *span]), 80),
        shorten(link.q, 120) or t("all_articles"),
        "；".join(headlines),
        t("none_has_all") if answer.partial and not answer.total else t("found", n=answer.total),
        _years(answer),
    )


def _years(answer: Answer) -> tuple[tuple[str, int], ...]:
    """Return the counts of all years from the first to the last one with hits, at most the last sixty."""
    counts = {int(one.value): one.count for one in answer.facets.get("date", ()) if one.value.isdecimal()}
    years = range(min(counts, default=0), max(counts, default=-1) + 1)
    return tuple((str(year), counts.get(year, 0)) for year in years[-_MOST_YEARS:])


def _document(article_id: str) -> Document:
    refuse_withdrawn(article_id)
    return reader().get(article_id) or abort(404)


def _drawn(card: Card) -> Response:
    drawn = picture(card)
    return _kept(Response(drawn, mimetype="image/png")) if drawn else abort(404)


def _kept(response: Response) -> Response:
    """Let caches ask each time whether it is still right: an article may be withdrawn."""
    response.headers["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=1000)
def _code(address: str) -> bytes:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, svgclass=None)
    return out.getvalue()
