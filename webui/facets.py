"""The facets beside a list of results.

Every value is a link that selects or deselects it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from indexer.model import CHOICES, Answer, Choice, FacetValue
from indexer.text.place_path import last_name, with_ancestors
from webui.links import SearchLink
from webui.listing.timeline import Timeline

SHOWN = 8
"""The number of values that a facet shows at first."""
_MOST_PROPOSED = 300
"""The most values that a field to type into proposes."""
MOST = 100
"""The most values of a facet on a page: a country has forty thousand towns."""


@dataclass(frozen=True, slots=True)
class Item:
    """A value of a facet.

    `url` is the search with the value toggled, or empty if the query is too long for a link. `depth` indents a place
    below the places that contain it; `hint` names the containing place if that is not shown. `share` is the count as a
    percentage of the largest count of the facet.
    """

    label: str
    count: int
    url: str
    chosen: bool = False
    depth: int = 0
    hint: str = ""
    share: int = 0


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a field proposes, with its label where that is something else."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """A facet: values shown at first, values shown on demand, and the number left out.

    `choices` are the values that a field to type into proposes, where there are more than are shown at first.
    """

    name: str
    shown: tuple[Item, ...]
    more: tuple[Item, ...]
    left_out: int = 0
    choices: tuple[Option, ...] = ()


Label = Callable[[str, str], str]
"""Returns the label of a value, given the facet and the value."""


def groups(answer: Answer, link: SearchLink, label: Label, chart: Timeline | None = None) -> tuple[Group, ...]:
    """Return the facets of an answer that have values, ready for display.

    The years are always included, because they have a form. Below the year that the chart shows are its months.
    """
    made = [_choices(name, answer.facets.get(name, ()), link, label) for name in CHOICES]
    made.insert(1, _years(answer.facets.get("date", ()), link, label, chart))
    return tuple(group for group in made if group.shown or group.name == "date")


def chosen(link: SearchLink, label: Label) -> tuple[Item, ...]:
    """Return the active filters, each with the link that removes it."""
    items = [
        Item(label(name, value), 0, _url(link.toggle(name, value)), chosen=True)
        for name in CHOICES
        for value in getattr(link, name)
    ]
    if link.start or link.end:
        items.append(Item(label("span", f"{link.start}/{link.end}"), 0, _url(link.within("", "")), chosen=True))
    return tuple(items)


def _url(link: SearchLink) -> str:
    return link.url() if link.is_handy else ""


def _choices(name: Choice, values: Sequence[FacetValue], link: SearchLink, label: Label) -> Group:
    counts = {value.value: value.count for value in values}
    # Keep selected values visible even if they have no hits.
    counts |= {value: 0 for value in getattr(link, name) if value not in counts}
    ranked = sorted(counts, key=lambda value: (not link.has(name, value), -counts[value], value))
    held = ranked[:MOST]
    if name == "locality":
        shown, more = _places(held, counts, link)
    else:
        items = [
            Item(label(name, value), counts[value], _url(link.toggle(name, value)), link.has(name, value))
            for value in held
        ]
        shown, more = items[:SHOWN], items[SHOWN:]
    proposed = ranked[:_MOST_PROPOSED] if more and link.is_handy else ()
    choices = tuple(Option(value, label(name, value)) for value in proposed if not link.has(name, value))
    return Group(name, tuple(shown), tuple(more), left_out=len(ranked) - len(held), choices=choices)


def _places(ranked: Sequence[str], counts: Mapping[str, int], link: SearchLink) -> tuple[list[Item], list[Item]]:
    """Return the most frequent places as a tree, and the other places as a second one.

    In a tree, each place is below the places that contain it.
    """
    wanted: dict[str, None] = {}
    for place in ranked:
        if len(wanted) >= SHOWN:
            break
        wanted |= dict.fromkeys(outer for outer in with_ancestors(place) if outer in counts)
    tree = sorted(wanted, key=lambda place: [(-counts.get(outer, 0), outer) for outer in with_ancestors(place)])
    outermost = min((place.count("/") for place in tree), default=0)

    def item(place: str, depth: int = 0, hint: str = "") -> Item:
        chosen = link.has("locality", place)
        return Item(last_name(place), counts[place], _url(link.toggle("locality", place)), chosen, depth, hint)

    shown = [item(place, depth=place.count("/") - outermost) for place in tree]
    # Each of the others stands below the places that contain it, too, though some of those are shown above.
    rest = {outer for place in ranked if place not in wanted for outer in with_ancestors(place) if outer in counts}
    order = sorted(rest, key=lambda place: [(-counts.get(outer, 0), outer) for outer in with_ancestors(place)])
    more = [item(place, depth=place.count("/") - min(one.count("/") for one in rest)) for place in order]
    return shown, more


def _years(values: Sequence[FacetValue], link: SearchLink, label: Label, chart: Timeline | None) -> Group:
    """Return the years, newest first, each with its share of the largest count."""
    most = max((value.count for value in values), default=1)
    items = [
        Item(
            label("date", value.value),
            value.count,
            _url(link.toggle_year(value.value)),
            chosen=link.start == link.end == value.value,
            share=round(100 * value.count / most),
        )
        for value in sorted(values, key=lambda value: (value.value.isdecimal(), value.value), reverse=True)
    ]
    shown = SHOWN
    if chart and chart.unit == "month":
        months = [
            Item(month.start, month.count, month.url, month.is_chosen, depth=1, share=month.height)
            for month in chart.periods
            if month.count
        ]
        at = next((at for at, item in enumerate(items, 1) if item.label == chart.within), 0)
        items[at:at] = months
        shown = max(shown, at) + len(months)
    return Group("date", tuple(items[:shown]), tuple(items[shown:]))
