"""A clipping list: chosen articles at one address, to be passed on, printed, cited and taken away as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from indexer.model import Document
from webui import i18n, links
from webui.citation.forms import gb_t_7714
from webui.citation.here import cited, retrieval
from webui.exporting.formats import FORMATS
from webui.exporting.results import clipped
from webui.filters import shorten
from webui.meta import Meta, absolute
from webui.sharing.clipping import LONGEST_TITLE, MOST_CLIPS, Clipping, read_clipping
from webui.site_state import reader, site_state
from webui.views.exports import sent

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
    found = _found(entries)
    t = i18n.translator()
    title = t("clips_titled", title=given.title) if given.title else t("clips")
    return render_template(
        "clips.html",
        meta=Meta(title, _description(found), given.url(), indexed=False),
        clipping=given,
        entries=entries,
        notice=t("clips_many", n=MOST_CLIPS, all=len(given.ids)) if len(given.ids) > MOST_CLIPS else "",
        lacking=len(entries) - len(found),
        citations=[gb_t_7714(cited(document)) for document in found],
        longest_title=LONGEST_TITLE,
    )


def _view(form: str, name: str) -> Callable[[], Response]:
    def view() -> Response:
        entries, current = _entries(read_clipping(links.decode(request.query_string)))
        results = clipped(current, _found(entries), absolute(""), retrieval())
        response = sent(results, form, with_text=request.args.get("text") == "1")
        response.headers["Cache-Control"] = "no-cache"
        return response

    view.__doc__ = (
        f"Return the articles of a clipping list as a file: {name}.\n\n"
        "Those that are unknown or were withdrawn are left out; the headers say how many are there."
    )
    return view


for _form, _format in FORMATS.items():
    pages.add_url_rule(f"/clips.{_form}", _form, _view(_form, _format.name))


def _found(entries: Sequence[Clip]) -> list[Document]:
    return [entry.document for entry in entries if entry.document]


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
