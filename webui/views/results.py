"""The results page."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from indexer.model import FACETS, And, Answer, Everything, Order, Query
from indexer.search import query_parser
from indexer.search.search import search
from indexer.text.place_path import last_name
from webui import facets, i18n, links
from webui.explaining import explain
from webui.filters import shorten
from webui.healing.query import read_query
from webui.i18n import Translator
from webui.links import SearchLink
from webui.listing.hits import shown_hits
from webui.listing.timeline import timeline
from webui.meta import Meta
from webui.paging import paging
from webui.sharing.clipping import read_clipping
from webui.site_state import reader, site_state
from webui.suggestions import held, other_numerals, suggestions

pages = Blueprint("results", __name__)

_HEADLINES = 3
"""The headlines in the description of a search."""
_PART_SHOWN = 30
_BANDS = {"good": "band_good", "fair": "band_fair", "poor": "band_poor"}


@pages.get("/search")
def results() -> ResponseReturnValue:
    """Show the results of a search; its URL redirects to the canonical form.

    A link that lost something is answered where it is, so that the page can say so.
    """
    asked = read_query(request.query_string)
    link, clips = links.read(asked.pairs), read_clipping(links.decode(request.query_string)).choice()
    if not asked.is_torn and not links.is_canonical([*link.pairs(), *clips.pairs()], request.query_string):
        return redirect(clips.carried(link.url()), 301), {"Cache-Control": f"max-age={links.SECONDS_TO_REMEMBER}"}
    limits = site_state().settings.limits
    given, link = link, link.within_limits(limits)
    usable = link.with_readable_dates()
    answer = answer_to(usable)
    t = i18n.translator()
    label = labels(t)
    chosen = facets.chosen(usable, label)
    chart = timeline(reader(), answer, usable)
    return render_template(
        "results.html",
        meta=_meta(t, answer, link, chosen),
        answer=answer,
        link=usable,
        found=_found(t, answer),
        understood=explain(answer.query, t),
        heading=_heading(t, link),
        parts=_parts(t, answer.query, usable),
        timeline=chart,
        hits=shown_hits(answer.hits, answer.query),
        partial=shown_hits(answer.partial, answer.query),
        notices=[
            *([t("torn_link")] if asked.is_torn else []),
            *_unread_dates(t, link, usable),
            *([t("long_query", n=limits.query_letters, all=len(given.q))] if link.q != given.q else []),
            *(
                [t("many_choices", n=link.chosen_count, all=given.chosen_count)]
                if link.chosen_count < given.chosen_count
                else []
            ),
        ],
        groups=facets.groups(answer, usable, label, chart),
        chosen=chosen,
        paging=paging(usable, answer.total),
        held=None if answer.total else held(reader(), answer.filters),
        papers=() if answer.total else reader().papers(),
        suggestions=() if answer.total else suggestions(reader(), answer, usable),
        numerals=other_numerals(reader(), answer, usable) if answer.total and usable.page == 1 else (),
        label=label,
        sizes=links.SIZES,
        clips=clips,
    )


def answer_to(
    link: SearchLink, facets: tuple[str, ...] = FACETS, *, with_partial: bool = True, sort: Order | None = None
) -> Answer:
    """Return the answer to the search of a link, with the given facets, and its second tier unless it is not wanted.

    `sort` is another order than that of the link.

    Raises UsageError if a date can't be parsed.
    """
    return search(
        reader(),
        link.q,
        filters=link.filters(),
        sort=sort or link.sort,
        page=link.page,
        size=link.size,
        facets=facets,
        with_partial=with_partial,
    )


def labels(t: Translator) -> Callable[[str, str], str]:
    """Return a function that labels facet values in this language.

    Papers are labelled with their titles and places with their names.
    """
    titles = {paper.paper: paper.title for paper in reader().papers()}

    def label(facet: str, value: str) -> str:
        match facet:
            case "paper":
                return titles.get(value, value)
            case "locality":
                return last_name(value)
            case "kind":
                return t.kind(value)
            case "quality":
                return t(_BANDS[value]) if value in _BANDS else value
            case "date":
                return value if value.isdecimal() else t("undated")
            case "span" if value == "unknown/unknown":
                return t("undated")
            case "span":
                start, _, end = value.partition("/")
                if start == end:
                    return start
                return t("span" if start and end else "span_from" if start else "span_to", start=start, end=end)
        return value

    return label


def _found(t: Translator, answer: Answer) -> str:
    """Return how many articles match in full, or that none does where others come near."""
    return t("none_has_all") if answer.partial and not answer.total else t("found", n=answer.total)


def _unread_dates(t: Translator, link: SearchLink, usable: SearchLink) -> list[str]:
    unread = [text for text in (link.start, link.end) if text not in (usable.start, usable.end)]
    return [t("unread_date", text=shorten(text, 40)) for text in unread]


def _heading(t: Translator, link: SearchLink) -> str:
    line = shorten(link.q, 60)
    return t("results_for", line=line) if line else t("all_articles")


def _parts(t: Translator, query: Query, link: SearchLink) -> tuple[facets.Item, ...]:
    """Return the parts of a query that all have to match, each with the link to the search without it."""
    clauses = query.clauses if isinstance(query, And) else () if isinstance(query, Everything) else (query,)
    if not link.is_handy:
        return ()
    items = []
    for place, clause in enumerate(clauses):
        others = clauses[:place] + clauses[place + 1 :]
        line = query_parser.render(And(others)) if others else ""
        items.append(facets.Item(shorten(explain(clause, t), _PART_SHOWN), 0, link.asking(line).url(), chosen=True))
    return tuple(items)


def _meta(t: Translator, answer: Answer, link: SearchLink, chosen: tuple[facets.Item, ...]) -> Meta:
    """Describe a search by its query and filters, and by how many articles and which first ones it finds."""
    filters = t("comma").join(item.label for item in chosen)
    title = " · ".join(part for part in (_heading(t, link), shorten(filters, 60)) if part)
    headlines = [shorten(t.title(hit.document.article), 40) for hit in answer.hits[:_HEADLINES]]
    nearest = "" if answer.total else next((t.title(hit.document.article) for hit in answer.partial), "")
    parts = (_found(t, answer), nearest and t("nearest", title=shorten(nearest, 60)), "；".join(headlines))
    return Meta(title, " · ".join(filter(None, parts)), link.url(), indexed=False)
