"""The advanced form: fields that make a query line, with filters; it leads to the canonical address of the search."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from msgspec.structs import replace
from werkzeug.wrappers import Response

from indexer.model import CHOICES, Choice, Everything, FacetValue, Request
from webui import i18n, links
from webui.advanced.query_fields import QueryFields, line_of
from webui.facets import Label, Option
from webui.healing.query import read_query
from webui.links import SearchLink
from webui.meta import Meta
from webui.site_state import reader, site_state
from webui.views.results import labels

pages = Blueprint("advanced", __name__)

_MOST_BOXES = 12
"""The most values of a filter that each have a box to tick; of more, only chosen ones, and a field to type into."""
_MOST_PROPOSED = 300


@dataclass(frozen=True, slots=True)
class Filter:
    """The values of a filter to choose from: those with boxes, and those that a field to type into proposes."""

    name: Choice
    boxes: tuple[Option, ...]
    proposed: tuple[Option, ...]


@pages.get("/advanced")
def advanced() -> str:
    """Show the form, filled with the search whose parameters are given."""
    link = _link()
    t = i18n.translator()
    label = labels(t)
    found = reader().search(Request(Everything(), size=0, facets=CHOICES)).facets
    return render_template(
        "advanced.html",
        meta=Meta(t("advanced"), t("advanced_description"), "/advanced"),
        link=link,
        fields=QueryFields.of_line(link.q).values(),
        filters=[_filter(name, found.get(name, ()), link, label) for name in CHOICES],
        sorts=links.SORTS,
        is_filled=bool(link.pairs()),
    )


@pages.get("/advanced/search")
def search() -> Response:
    """Lead to the search that the form asks for."""
    line = line_of(dict(reversed(links.decode(request.query_string))))
    link = replace(links.read(read_query(request.query_string).pairs), q=line.strip())
    return redirect(link.within_limits(site_state().settings.limits).url(), 302)


def _link() -> SearchLink:
    return links.read(read_query(request.query_string).pairs).within_limits(site_state().settings.limits).at(1)


def _filter(name: Choice, found: tuple[FacetValue, ...], link: SearchLink, label: Label) -> Filter:
    chosen: tuple[str, ...] = getattr(link, name)
    values = [one.value for one in found]
    boxes = values if len(values) <= _MOST_BOXES else []
    boxes = [*boxes, *(value for value in chosen if value not in boxes)]
    others = [value for value in values if value not in boxes][:_MOST_PROPOSED]
    return Filter(name, _options(name, boxes, label), _options(name, others, label))


def _options(name: Choice, values: list[str], label: Label) -> tuple[Option, ...]:
    return tuple(Option(value, label(name, value)) for value in values)
