"""The facets beside a list of results: every value is a link that chooses it, or lets it go again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from indexer.model import Answer, FacetValue
from webui.links import CHOICES, Choice, SearchLink

SHOWN = 8
"""Values that a facet shows before the reader asks for more."""
MOST = 100
"""Values that a page holds of a facet at all: a country has forty thousand towns."""


@dataclass(frozen=True, slots=True)
class Item:
    """A value of a facet. `url` leads to the search with it toggled, empty where no link can say that.

    `depth` indents a place below those it lies in; `hint` names where it lies when they aren't shown; `share` is its
    count in percent of the facet's largest.
    """

    label: str
    count: int
    url: str
    chosen: bool = False
    depth: int = 0
    hint: str = ""
    share: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A facet: the values that are shown at once, those shown on demand, and how many more there are."""

    name: str
    shown: tuple[Item, ...]
    more: tuple[Item, ...]
    left_out: int = 0


Label = Callable[[str, str], str]
"""How a value (second) of a facet (first) is called on the page."""


def groups(answer: Answer, link: SearchLink, label: Label) -> tuple[Group, ...]:
    """Return the facets of an answer that have any value, ready to be shown; the years always, for their form."""
    made = [_choices(name, answer.facets.get(name, ()), link, label) for name in CHOICES]
    made.insert(1, _years(answer.facets.get("date", ()), link, label))
    return tuple(group for group in made if group.shown or group.name == "date")


def chosen(link: SearchLink, label: Label) -> tuple[Item, ...]:
    """Return the filters that are on, each with the link that takes it off."""
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
    # What is chosen stays in sight, also when nothing is found in it.
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
    return Group(name, tuple(shown), tuple(more), left_out=len(ranked) - len(held))


def _places(ranked: Sequence[str], counts: Mapping[str, int], link: SearchLink) -> tuple[list[Item], list[Item]]:
    """Show the most frequent places as a tree, each below those it lies in; then the others with a hint."""
    wanted: dict[str, None] = {}
    for place in ranked:
        if len(wanted) >= SHOWN:
            break
        wanted |= dict.fromkeys(outer for outer in _around(place) if outer in counts)
    tree = sorted(wanted, key=lambda place: [(-counts.get(outer, 0), outer) for outer in _around(place)])
    outermost = min((place.count("/") for place in tree), default=0)

    def item(place: str, depth: int = 0, hint: str = "") -> Item:
        chosen = link.has("locality", place)
        return Item(_last(place), counts[place], _url(link.toggle("locality", place)), chosen, depth, hint)

    shown = [item(place, depth=place.count("/") - outermost) for place in tree]
    more = [item(place, hint=_last(place.rpartition("/")[0])) for place in ranked if place not in wanted]
    return shown, more


def _around(place: str) -> list[str]:
    """Return a place and all it lies in, outermost first."""
    steps = place.split("/")
    return ["/".join(steps[:length]) for length in range(1, len(steps) + 1)]


def _last(place: str) -> str:
    return place.rpartition("/")[2]


def _years(values: Sequence[FacetValue], link: SearchLink, label: Label) -> Group:
    """Show the years from the newest to the oldest, each with its share of the fullest one."""
    most = max((value.count for value in values), default=1)
    items = [
        Item(
            label("date", value.value),
            value.count,
            _url(link.toggle_year(value.value)) if value.value.isdecimal() else "",
            chosen=link.start == link.end == value.value,
            share=round(100 * value.count / most),
        )
        for value in sorted(values, key=lambda value: (value.value.isdecimal(), value.value), reverse=True)
    ]
    return Group("date", tuple(items[:SHOWN]), tuple(items[SHOWN:]))
