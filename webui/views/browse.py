"""The pages for browsing: a paper, an issue, a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import Blueprint, abort, render_template

from indexer.articles.metadata import text_quality
from indexer.model import Document, Evidence, IssueHolding, PaperHolding
from indexer.text.natural_sort import natural_key
from webui import i18n, links
from webui.citation import pages as pages_of
from webui.filters import shorten
from webui.meta import Meta
from webui.site_state import reader

pages = Blueprint("browse", __name__)

_HEADLINES_IN_DESCRIPTION = 120


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


@dataclass(frozen=True, slots=True)
class Year:
    """The issues of one year, month by month."""

    year: int
    months: tuple[tuple[int, tuple[IssueHolding, ...]], ...]
    articles: int


@pages.get("/paper/<paper>")
def paper(paper: str) -> str:
    """Show all issues of a paper."""
    held = _paper(paper)
    issues = reader().issues(paper)
    t = i18n.translator()
    return render_template(
        "paper.html",
        meta=Meta(held.title, t("paper_description", title=held.title, n=held.articles), links.paper_url(paper)),
        paper=held,
        years=_years(issues),
        undated=next((issue for issue in issues if issue.date is None), None),
    )


@pages.get("/paper/<paper>/<day>")
def issue(paper: str, day: str) -> str:
    """Show the pages of an issue with their headlines."""
    held, printed = _paper(paper), _day(day)
    articles = _articles(paper, printed)
    t = i18n.translator()
    return render_template(
        "issue.html",
        meta=Meta(f"{held.title} {t.day(printed)}", _headlines(articles), links.issue_url(paper, printed)),
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
        meta=Meta(title, _headlines(shown.articles), links.page_url(paper, printed, page)),
        paper=held,
        day=printed,
        page=shown,
        before=all_pages[place - 1] if place else None,
        after=all_pages[place + 1] if place + 1 < len(all_pages) else None,
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


def _years(issues: Sequence[IssueHolding]) -> tuple[Year, ...]:
    """Group issues by year, newest first, and by month, earliest first."""
    dated = [(issue.date, issue) for issue in issues if issue.date is not None]
    years = []
    for year, in_year in groupby(dated, key=lambda pair: pair[0].year):
        months = tuple(
            (month, tuple(issue for _, issue in in_month))
            for month, in_month in groupby(in_year, key=lambda pair: pair[0].month)
        )
        years.append(Year(year, months, sum(issue.articles for _, issues in months for issue in issues)))
    return tuple(reversed(years))


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
