"""What is new in the archive: the articles that were indexed last, whatever their dates, as a page and as a feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import groupby

from flask import Blueprint, Response, render_template
from flask import request as http

from indexer.engines.base import Reader
from indexer.errors import UsageError
from indexer.model import DocumentSummary, Everything, Request, Times
from indexer.text.dates import parse_span
from webui import i18n
from webui.filters import shorten
from webui.links import NewLink
from webui.meta import Meta
from webui.site_state import reader, site_state

pages = Blueprint("new", __name__)

ON_A_PAGE = 50
IN_A_FEED = 100
_SUMMARY = 160


@dataclass(frozen=True, slots=True)
class Run:
    """Articles that were indexed first by the same run, at a time in seconds since 1970; 0 where it is not known."""

    time: int
    documents: tuple[DocumentSummary, ...]


@pages.get("/new")
def new() -> str:
    """Show the articles that were first indexed since a time, the last ones first, run by run."""
    given, link = _link()
    t = i18n.translator()
    total = _count_since(reader(), _seconds(link.since))
    last = max(1, -(-total // ON_A_PAGE))
    documents, times = _window((link.page - 1) * ON_A_PAGE, min(ON_A_PAGE, total - (link.page - 1) * ON_A_PAGE))
    runs = [Run(first, tuple(some)) for first, some in groupby(documents, key=lambda one: times[one.id].first)]
    title = t("new_since", since=link.since) if link.since else t("new_title")
    return render_template(
        "new.html",
        meta=Meta(title, t("articles", n=total), link.url()),
        link=link,
        runs=runs,
        total=total,
        last=last,
        notice=t("unread_since", text=shorten(given, 40)) if given != link.since else "",
    )


@pages.get("/new.atom")
def new_feed() -> Response:
    """Return the articles that were first indexed since a time, the last ones first, as an Atom feed."""
    given, link = _link()
    if given != link.since:
        sentence = f"since={shorten(given, 40)} is no time; write 2026, 2026-11, 2026-11-29 or 2026-11-29T08:00:00Z."
        return Response(f"{sentence}\n", 400, mimetype="text/plain")
    link = link.at(1)
    t = i18n.translator()
    documents, times = _window(0, min(IN_A_FEED, _count_since(reader(), _seconds(link.since))))
    text = render_template(
        "atom.xml",
        title=t("new_since", since=link.since) if link.since else t("new_title"),
        feed_path=link.url("/new.atom"),
        page_path=link.url(),
        entries=[(document, shorten(document.article.lead, _SUMMARY)) for document in documents],
        times=times,
        updated=max((one.changed for one in times.values()), default=0),
    )
    return Response(text, mimetype="application/atom+xml")


def _link() -> tuple[str, NewLink]:
    """Return `since` as it was given, and the link with it as far as it can be read."""
    given = http.args.get("since", "").strip()[: site_state().settings.limits.query_letters]
    page = http.args.get("page", "")
    link = NewLink.of(given, page)
    try:
        _seconds(link.since)
    except UsageError:
        return given, link.without_since()
    return given, link


def _seconds(since: str) -> int:
    """Return a time, or the beginning (UTC) of a day, month or year, in seconds since 1970; 0 for "".

    Raises UsageError if it can't be read.

    >>> _seconds("2026-11-29"), _seconds("2026-11-29T00:01:00Z"), _seconds("1969")
    (1795910400, 1795910460, 0)
    """
    if "T" not in since:
        first = parse_span(since or None, None).first
        moment = datetime.combine(first, time(), UTC) if first else None
    else:
        try:
            moment = datetime.fromisoformat(since)
        except ValueError:
            raise UsageError(f"{since[:40]} is no time; write 2026-11-29T08:00:00Z.") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, int(moment.timestamp())) if moment else 0


def _count_since(reader: Reader, since: int) -> int:
    """Count the articles that were first indexed at a time or later: they come first, so their end is looked for."""
    low, high = 0, reader.count(Request(Everything()))
    if not since:
        return high
    while low < high:
        middle = (low + high) // 2
        documents, times = _window(middle, 1)
        if times[documents[0].id].first >= since:
            low = middle + 1
        else:
            high = middle
    return low


def _window(offset: int, size: int) -> tuple[list[DocumentSummary], dict[str, Times]]:
    """Return some of the articles in the order of their first indexing, the last ones first, and their times."""
    if size <= 0:
        return [], {}
    found = reader().search(Request(Everything(), sort="indexed", offset=offset, size=size, facets=()))
    documents = [hit.document for hit in found.hits]
    return documents, dict(reader().times([document.id for document in documents]))
