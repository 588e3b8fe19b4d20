"""The papers of one day of the year, in all years: 今天的往年."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, render_template

from indexer.model import Document, PaperHolding
from webui import i18n
from webui.holdings.year_calendar import day_after, same_day
from webui.meta import Meta
from webui.site_state import reader

pages = Blueprint("on_day", __name__)

_DAY = re.compile("([0-9]{2})-([0-9]{2})")
_MOST_ISSUES = 40
_MOST_ARTICLES = 5


@dataclass(frozen=True, slots=True)
class IssueOfDay:
    """An issue of the day, and the first articles of it."""

    paper: PaperHolding
    date: date
    articles: tuple[Document, ...]


@pages.get("/on/<day>")
def on_day(day: str) -> str:
    """Show the issues of a day such as `03-08` in all years, newest first, each with its first articles."""
    month, number = _read(day)
    t = i18n.translator()
    days = sorted(_issues(month, number), key=lambda one: (one[1], one[0].paper), reverse=True)
    found = [
        IssueOfDay(paper, printed, reader().issue(paper.paper, printed)[:_MOST_ARTICLES])
        for paper, printed in days[:_MOST_ISSUES]
    ]
    title = t("on_day", day=t.day_of_year(month, number))
    description = t("on_day_description", issues=t("issues", n=len(days)))
    return render_template(
        "on_day.html",
        meta=Meta(title, description, f"/on/{day}", indexed=False),
        found=found,
        left_out=len(days) - len(found),
        before=_written(*day_after(month, number, -1)),
        after=_written(*day_after(month, number, 1)),
    )


def _issues(month: int, day: int) -> Iterator[tuple[PaperHolding, date]]:
    for paper in reader().papers():
        for issue in same_day(reader().issues(paper.paper), month, day):
            if issue.date:
                yield paper, issue.date


def _read(text: str) -> tuple[int, int]:
    found = _DAY.fullmatch(text) or abort(404)
    month, day = int(found[1]), int(found[2])
    try:
        date(2000, month, day)
    except ValueError:
        abort(404)
    return month, day


def _written(month: int, day: int) -> str:
    return f"{month:02}-{day:02}"
