"""The rows of a results page of which there are many, as HTML: as templates they took half of the time of a page.

Whatever comes from outside is escaped here, value by value.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from markupsafe import Markup, escape

from indexer.model import Document, DocumentSummary
from webui import links
from webui.facets import Item, Option
from webui.i18n import Translator
from webui.listing.timeline import Timeline

_DEEPEST = 4
_SHORT_TICKS = ("month", "day")


def facet_rows(name: str, items: Iterable[Item]) -> Markup:
    """Return the values of a facet, each a link that selects or deselects it.

    >>> facet_rows("kind", [Item("<b>", 1200, "/search?kind=x")])
    Markup('<li class="depth-0"><a href="/search?kind=x" rel="nofollow"><span class="value">&lt;b&gt;</span> \
<span class="count">1,200</span></a></li>')
    """
    language = "" if name in ("date", "kind") else ' lang="zh-Hans"'
    made = []
    for item in items:
        on, current = (" on", ' aria-current="true"') if item.chosen else ("", "")
        hint = f" <small>{escape(item.hint)}</small>" if item.hint else ""
        made.append(
            f'<li class="depth-{min(item.depth, _DEEPEST)}{on}">'
            + (f'<a href="{escape(item.url)}" rel="nofollow"{current}>' if item.url else '<span class="still">')
            + f'<span class="value"{language}>{escape(item.label)}{hint}</span> '
            f'<span class="count">{item.count:,}</span>' + ("</a>" if item.url else "</span>")
        )
        if name == "date":
            made.append(
                '<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
                f'<rect width="{item.share}" height="1"/></svg>'
            )
        made.append("</li>")
    return Markup("".join(made))  # noqa: S704 (its values are escaped)


def options(choices: Iterable[Option]) -> Markup:
    """Return what a field to type into proposes."""
    made = [
        f'<option value="{escape(one.value)}"'
        + (f' label="{escape(one.label)}"' if one.label != one.value else "")
        + "></option>"
        for one in choices
    ]
    return Markup("".join(made))  # noqa: S704 (its values are escaped)


def timeline_bars(timeline: Timeline, t: Translator) -> Markup:
    """Return the bars of a chart of time, oldest first."""
    is_short = timeline.unit in _SHORT_TICKS
    made = []
    for one in timeline.periods:
        share = one.share
        name = one.start if one.start == one.end else f"{one.start}–{one.end}"
        said = escape(t("timeline_bar", name=name, n=one.count, held=one.held, share=share))
        on, current = (' class="on"', ' aria-current="true"') if one.is_chosen else ("", "")
        begin = (
            f'<a href="{escape(one.url)}" title="{said}" aria-label="{said}"{current}>'
            if one.held
            else '<span class="still">'
        )
        tick = int(one.start[-2:]) if is_short else one.start
        end = "</a>" if one.held else "</span>"
        made.append(
            f'<li{on}>{begin}<span class="by-count">{_bar(one.height)}</span>'
            f'<span class="by-share">{_bar(share)}</span><span class="tick">{tick}</span>{end}</li>'
        )
    return Markup("".join(made))  # noqa: S704 (its values are escaped)


def _bar(height: int) -> str:
    return (
        '<svg class="column" viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect x="1" y="{100 - height}" width="8" height="{height}"/></svg>'
    )


def place_of(document: Document | DocumentSummary, t: Translator) -> Markup:
    """Return the links that say where an article stands: its paper, issue and page."""
    day: date | None = document.article.date
    issue = links.issue_url(document.paper, day)
    when = f'<time datetime="{day.isoformat()}">{escape(t.day(day))}</time>' if day else escape(t("undated"))
    return Markup(  # noqa: S704 (its values are escaped)
        f'<a href="{escape(links.paper_url(document.paper))}" lang="zh-Hans">{escape(document.paper_title)}</a>\n'
        f'<a href="{escape(issue)}">{when}</a>\n'
        f'<a href="{escape(links.page_url(document.paper, day, document.page))}">{escape(t.page(document.page))}</a>'
    )
