"""A clipping list: chosen articles at one address, to be passed on, printed, cited and taken away as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from indexer.model import Document
from webui import i18n, links
from webui.citation import today
from webui.citation.forms import gb_t_7714
from webui.citation.here import cited
from webui.citation.references import ris
from webui.filters import shorten
from webui.meta import Meta
from webui.sharing.clipping import LONGEST_TITLE, MOST_CLIPS, Clipping, read_clipping
from webui.site_state import reader, site_state

pages = Blueprint("clips", __name__)

_HEADLINES = 120


@dataclass(frozen=True, slots=True)
class Clip:
    """One entry of a list: an article, or that it was withdrawn, or else that none is known by this id."""

    id: str
    document: Document | None
    is_withdrawn: bool = False
    reason: str = ""


@pages.get("/clips")
def clips() -> ResponseReturnValue:
    """Show the articles of a list. Former ids, and other spellings of the address, redirect to the canonical one."""
    pairs = links.decode(request.query_string)
    given = read_clipping(pairs)
    entries, canonical = _entries(given)
    if canonical.pairs() != pairs:
        return redirect(canonical.url(), 301), {"Cache-Control": f"max-age={links.SECONDS_TO_REMEMBER}"}
    found = [entry.document for entry in entries if entry.document]
    t = i18n.translator()
    title = t("clips_titled", title=given.title) if given.title else t("clips")
    return render_template(
        "clips.html",
        meta=Meta(title, _description(found), given.url(), indexed=False),
        clipping=given,
        entries=entries,
        notice=t("clips_many", n=MOST_CLIPS, all=len(given.ids)) if len(given.ids) > MOST_CLIPS else "",
        citations=[gb_t_7714(cited(document)) for document in found],
        longest_title=LONGEST_TITLE,
        today=today(),
    )


@pages.get("/clips.ris")
def references() -> Response:
    """Return the articles of a list as references in the RIS format."""
    entries, _ = _entries(read_clipping(links.decode(request.query_string)))
    found = [entry.document for entry in entries if entry.document]
    text = "".join(ris(cited(document)) for document in found)
    headers = {"Content-Disposition": 'attachment; filename="clips.ris"'}
    return Response(text, mimetype="application/x-research-info-systems", headers=headers)


def _entries(given: Clipping) -> tuple[tuple[Clip, ...], Clipping]:
    """Return the entries that a page shows, and the list with current ids; a withdrawn article keeps its former one."""
    unknown = [one for one in given.ids[:MOST_CLIPS] if not reader().get(one)]
    moves = site_state().moved(unknown) if unknown else {}
    current = given.renamed({old: new for old, new in moves.items() if not site_state().withdrawal(new)})
    return tuple(_entry(one, moves.get(one, one)) for one in current.ids[:MOST_CLIPS]), current


def _entry(shown_id: str, article_id: str) -> Clip:
    withdrawal = site_state().withdrawal(article_id)
    if withdrawal:
        return Clip(shown_id, None, is_withdrawn=True, reason=withdrawal.reason)
    return Clip(shown_id, reader().get(article_id))


def _description(documents: Sequence[Document]) -> str:
    t = i18n.translator()
    headlines = "；".join(t.title(document.article) for document in documents)
    return shorten(f"{t('articles', n=len(documents))}  {headlines}", _HEADLINES)
