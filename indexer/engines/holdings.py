"""What an index holds, by paper and issue: the same sums for every engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from indexer.model import IssueHolding, PaperHolding, Rights
from indexer.text.natural_sort import natural_key

_STRICTNESS: tuple[Rights, ...] = ("public", "metadata", "inhouse")


@dataclass(frozen=True, slots=True)
class Held:
    """Articles as far as holdings go: where they were published. `articles` is how many there are of the kind."""

    paper: str
    title: str
    date: date | None
    page: str
    articles: int = 1
    rights: Rights = "public"


def papers_of(articles: Iterable[Held]) -> tuple[PaperHolding, ...]:
    """What is held of each paper, by name. A paper that changed its title goes by that of its newest article."""
    by_paper: dict[str, list[Held]] = defaultdict(list)
    for held in articles:
        by_paper[held.paper].append(held)
    return tuple(_paper_holding(paper, by_paper[paper]) for paper in sorted(by_paper))


def issues_of(articles: Iterable[Held]) -> tuple[IssueHolding, ...]:
    """The issues of one paper, oldest first, its pages without a date last."""
    by_day: dict[date | None, list[Held]] = defaultdict(list)
    for held in articles:
        by_day[held.date].append(held)
    days = sorted(by_day, key=lambda day: (day is None, day or date.min))
    return tuple(
        IssueHolding(day, tuple(sorted({held.page for held in by_day[day]}, key=natural_key)), _articles(by_day[day]))
        for day in days
    )


def _paper_holding(paper: str, articles: list[Held]) -> PaperHolding:
    days = {held.date for held in articles if held.date is not None}
    newest = max(articles, key=lambda held: (held.date or date.min, held.title))
    return PaperHolding(
        paper=paper,
        title=newest.title,
        articles=_articles(articles),
        issues=len(days),
        first=min(days, default=None),
        last=max(days, default=None),
        undated=_articles(held for held in articles if held.date is None),
        rights=max((held.rights for held in articles), key=_STRICTNESS.index),
    )


def _articles(held: Iterable[Held]) -> int:
    return sum(one.articles for one in held)
