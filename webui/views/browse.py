"""The pages for browsing: a paper, a year of it, an issue, a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import cast

from flask import Blueprint, abort, render_template

from indexer.archive.archive import Archive
from indexer.articles.metadata import text_quality
from indexer.errors import SettingsError
from indexer.model import Document, Evidence, IssueHolding, PaperHolding
from indexer.text.natural_sort import natural_key
from webui import i18n, links
from webui.citation import pages as pages_of
from webui.filters import shorten
from webui.holdings.year_calendar import rhythm_of, years_of
from webui.meta import Meta
from webui.site_state import reader, site_state

pages = Blueprint("browse", __name__)

_HEADLINES_IN_DESCRIPTION = 120
_MOST_LISTED = 500
"""The most issues of a paper that are all on one page; of more, each year has a page."""
_YEAR = re.compile("[0-9]{4}")


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """One page of an issue.

    `sections` are the names of its sections (版名). `articles` begin on it, in order; `continued` run on from an
    earlier page. `quality` and `reasons` rate the text of the articles that begin on it.
    """

    label: str
    sections: tuple[str, ...]
    articles: tuple[Document, ...]
    continued: tuple[Document, ...]
    quality: float | None
    reasons: tuple[Evidence, ...]


@pages.get("/paper/<paper>")
def paper(paper: str) -> str:
    """Show all issues of a paper."""
    held = _paper(paper)
    issues = reader().issues(paper)
    t = i18n.translator()
    return render_template(
        "paper.html",
        meta=Meta(
            held.title,
            t("paper_description", title=held.title, n=held.articles),
            links.paper_url(paper),
            indexed=held.rights != "inhouse",
        ),
        paper=held,
        years=years_of(issues, _weekdays(paper, issues)),
        is_short=held.issues <= _MOST_LISTED,
        undated=next((issue for issue in issues if issue.date is None), None),
    )


@pages.get("/paper/<paper>/<day>")
def issue(paper: str, day: str) -> str:
    """Show the pages of an issue with their headlines; for a year instead of a day, its calendar."""
    held = _paper(paper)
    if _YEAR.fullmatch(day):
        return _year(held, int(day))
    printed = _day(day)
    articles = _articles(paper, printed)
    t = i18n.translator()
    return render_template(
        "issue.html",
        meta=Meta(
            f"{held.title} {t.day(printed)}",
            _headlines(articles),
            links.issue_url(paper, printed),
            indexed=held.rights != "inhouse",
        ),
        paper=held,
        day=printed,
        pages=_pages(articles),
        articles=len(articles),
        neighbours=_neighbours(paper, printed),
    )


@pages.get("/paper/<paper>/<day>/<page>")
def page(paper: str, day: str, page: str) -> str:
    """Show the articles of a page in order."""
    held, printed = _paper(paper), _day(day)
    all_pages = _pages(_articles(paper, printed))
    place = next((place for place, other in enumerate(all_pages) if other.label == page), None)
    if place is None:
        abort(404)
    shown = all_pages[place]
    t = i18n.translator()
    title = f"{held.title} {t.day(printed)} {t.page(page)}"
    return render_template(
        "page.html",
        meta=Meta(
            title, _headlines(shown.articles), links.page_url(paper, printed, page), indexed=held.rights != "inhouse"
        ),
        paper=held,
        day=printed,
        page=shown,
        before=all_pages[place - 1] if place else None,
        after=all_pages[place + 1] if place + 1 < len(all_pages) else None,
    )


def _year(held: PaperHolding, year: int) -> str:
    issues = reader().issues(held.paper)
    years = {one.year: one for one in years_of(issues, _weekdays(held.paper, issues))}
    shown = years.get(year) or abort(404)
    t = i18n.translator()
    title = t("year_of_paper", title=held.title, year=year)
    sums = t("year_sum", issues=t("issues", n=shown.issues), articles=t("articles", n=shown.articles))
    return render_template(
        "year.html",
        meta=Meta(title, sums, f"{links.paper_url(held.paper)}/{year}", indexed=held.rights != "inhouse"),
        paper=held,
        year=shown,
        before=max((one for one in years if one < year), default=None),
        after=min((one for one in years if one > year), default=None),
    )


def _paper(name: str) -> PaperHolding:
    held = next((paper for paper in reader().papers() if paper.paper == name), None)
    return held or abort(404)


def _day(text: str) -> date | None:
    if text == links.UNDATED:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    return day if day.isoformat() == text else abort(404)


def _articles(paper: str, day: date | None) -> tuple[Document, ...]:
    return reader().issue(paper, day) or abort(404)


def _pages(articles: Sequence[Document]) -> tuple[PrintedPage, ...]:
    labels = {label for document in articles for label in pages_of(document)}
    return tuple(_page(label, articles) for label in sorted(labels, key=natural_key))


def _page(label: str, articles: Sequence[Document]) -> PrintedPage:
    beginning = tuple(document for document in articles if document.page == label)
    continued = tuple(document for document in articles if document.page != label and label in pages_of(document))
    sections = dict.fromkeys(document.article.section for document in beginning if document.article.section)
    measured, reasons = text_quality.together([document.article for document in beginning])
    return PrintedPage(label, tuple(sections), beginning, continued, measured, reasons)


def _weekdays(paper: str, issues: Sequence[IssueHolding]) -> frozenset[int]:
    """Return the weekdays of a paper by its paper.toml, or else by its issues."""
    with suppress(SettingsError):
        if given := Archive(site_state().settings.archive).paper(paper).rhythm.get("weekdays"):
            return frozenset(cast("Sequence[int]", given))
    return rhythm_of([issue.date for issue in issues if issue.date])


def _neighbours(paper: str, day: date | None) -> tuple[date | None, date | None]:
    """Return the days of the issues before and after this one."""
    days = [issue.date for issue in reader().issues(paper) if issue.date is not None]
    if day is None or day not in days:
        return None, None
    place = days.index(day)
    return days[place - 1] if place else None, days[place + 1] if place + 1 < len(days) else None


def _headlines(articles: Sequence[Document]) -> str:
    return shorten(
        "；".join(i18n.translator().title(document.article) for document in articles), _HEADLINES_IN_DESCRIPTION
    )
