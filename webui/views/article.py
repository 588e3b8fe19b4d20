"""The page of an article, and that of its raw text.

An article has the matches of the search that it was found by marked and counted, and leads back to the results and on
to the next hit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Gone

from indexer.model import Document, Evidence
from indexer.search import query_parser
from indexer.search.corrections import corrected_by, corrections_of
from webui import i18n, links
from webui.citation import pages as pages_of
from webui.citation.forms import gb_t_7714
from webui.citation.here import cited
from webui.editing.reporting import contact_of, mail_link
from webui.filters import shorten
from webui.healing.query import read_query
from webui.links import SearchLink
from webui.listing.hit_position import hit_position
from webui.marking import marked
from webui.meta import Meta
from webui.raw import FAMILIES, RawText, raw_texts
from webui.site_state import reader, site_state

pages = Blueprint("article", __name__)

_DESCRIPTION = 120


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The articles printed before and after this one in its issue."""

    before: Document | None
    after: Document | None


@dataclass(frozen=True, slots=True)
class Report:
    """The link by which a reader reports an error, and whether it opens a mail."""

    url: str
    is_mail: bool


@pages.get("/article/<article_id>")
def article(article_id: str) -> ResponseReturnValue:
    """Show an article; a former id redirects to the current one, and that of a withdrawn one says so."""
    link = _link()
    document = held(article_id)
    if isinstance(document, str):
        return redirect(links.article_url(document, link), 301)
    issue = reader().issue(document.paper, document.article.date)
    t = i18n.translator()
    return render_template(
        "article.html",
        meta=Meta(
            _title(document),
            _description(document),
            links.article_url(document.id),
            "article",
            indexed=document.rights != "inhouse",
        ),
        document=document,
        article=document.article,
        line=link.q,
        link=link,
        position=hit_position(reader(), link, document.id),
        marked=marked(document.article, query_parser.parse(link.q)),
        match_label=partial(t, "match_of"),
        doubts={found: t("perhaps", word=proposed) for found, proposed in document.article.lookalikes},
        evidence=_evidence(document),
        corrected=corrected_by(reader(), document),
        corrections=corrections_of(reader(), document),
        neighbours=_neighbours(document, issue),
        same_page=[other for other in issue if document.page in pages_of(other)],
        report=_report(document),
        cited=cited(document),
    )


@pages.get("/article/<article_id>/raw")
def raw(article_id: str) -> ResponseReturnValue:
    """Show an article beside its raw text, with what cleaning changed; none if its texts may not be shown."""
    document = held(article_id)
    if isinstance(document, str):
        return redirect(links.raw_url(document), 301)
    if document.rights == "metadata":
        abort(404)
    issue = reader().issue(document.paper, document.article.date)
    raws = raw_texts(site_state().settings.archive, document, {other.page: other.source for other in issue})
    t = i18n.translator()
    title = t("raw_title", title=_title(document))
    return render_template(
        "raw.html",
        meta=Meta(title, _description(document), links.raw_url(document.id)),
        document=document,
        article=document.article,
        raws=raws,
        families=_families(raws),
    )


def _link() -> SearchLink:
    return links.read(read_query(request.query_string).pairs).within_limits(site_state().settings.limits)


def held(article_id: str) -> Document | str:
    """Return the article of an id, or the current id where it is a former one. Raises ArticleWithdrawn or NotFound."""
    refuse_withdrawn(article_id)
    document = reader().get(article_id)
    if document is not None:
        return document
    now = site_state().new_id(article_id)
    if now is None:
        abort(404)
    refuse_withdrawn(now)
    return now


def _evidence(document: Document) -> dict[str, list[Evidence]]:
    """Return where each place, and what else is known of an article, was read from, by what it is about."""
    found: dict[str, list[Evidence]] = defaultdict(list)
    for one in document.article.evidence:
        found[one.value if one.about == "locality" else one.about].append(one)
    return found


def _families(raws: Sequence[RawText]) -> dict[str, int]:
    """Return how many edits of each family are shown, without those of which there are none."""
    edits = [
        piece.family for text in raws for passage in text.passages for stretch in passage.stretches for piece in stretch
    ]
    return {family: edits.count(family) for family in FAMILIES if family in edits}


def _report(document: Document) -> Report | None:
    """Return how to report an error: by mail to the paper's contact, else in the form that corrects the article."""
    settings = site_state().settings
    contact = contact_of(settings.archive, document.paper)
    if not contact:
        return Report(links.edit_url(document.id), is_mail=False) if settings.edit else None
    t = i18n.translator()
    title = shorten(_title(document), 60)
    body = t("report_body", citation=gb_t_7714(cited(document)))
    return Report(mail_link(contact, t("report_subject", title=title), body), is_mail=True)


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
