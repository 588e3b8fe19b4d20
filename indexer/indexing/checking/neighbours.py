"""Which dates and numbers of issues don't fit those around them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from indexer.indexing.checking.facts import PageFacts, of_most
from indexer.indexing.checking.findings import Finding

_FEWEST = 4
"""Issues that show an order."""
_ORDERED = 0.75
"""The share of issues that have to be in order, so that the others seem to be wrong."""


def findings_on_neighbours(pages: Sequence[PageFacts]) -> Iterator[Finding]:
    """Yield what doesn't fit in the pages of a paper, which are in the order of the archive."""
    issues = [(folder, list(its)) for folder, its in groupby(pages, lambda page: page.folder)]
    for _, its in issues:
        yield from _pages_of_other_days(its)
    yield from _folders_out_of_order({folder: its for folder, its in issues if _day(its)})
    yield from _numbers_out_of_order([its for _, its in issues if _day(its)])


def _day(pages: Sequence[PageFacts]) -> date | None:
    """The day that most pages of an issue have."""
    counted = Counter(page.date for page in pages if page.date)
    return counted.most_common(1)[0][0] if counted else None


def _pages_of_other_days(pages: Sequence[PageFacts]) -> Iterator[Finding]:
    counted = Counter(page.date for page in pages if page.date)
    if len(counted) < 2:
        return
    day, of_most_pages = counted.most_common(1)[0]
    if 2 * of_most_pages <= counted.total():
        return
    for page in pages:
        if page.date and page.date != day and not page.has_conflict:
            others = "page of its folder is" if of_most_pages == 1 else f"{of_most_pages} pages of its folder are"
            yield Finding.of("order", page.source, f"it is of {page.date}, but the other {others} of {day}")


def _folders_out_of_order(issues: Mapping[str, Sequence[PageFacts]]) -> Iterator[Finding]:
    for _, group in groupby(issues.items(), lambda one: one[0].rpartition("/")[0]):
        its = [(folder, pages, day) for folder, pages in group if (day := _day(pages))]
        kept = _longest_rising([day.toordinal() for _, _, day in its])
        if len(its) < _FEWEST or len(kept) < _ORDERED * len(its):
            continue
        for at, (folder, pages, day) in enumerate(its):
            if at not in kept and not any(page.has_conflict for page in pages):
                beside = " and ".join(
                    f"{its[other][0].rpartition('/')[2]} of {its[other][2]}"
                    for other in (at - 1, at + 1)
                    if 0 <= other < len(its)
                )
                yield Finding.of("order", folder, f"it is of {day}, but lies beside {beside}; look at its date")


_Numbered = tuple[date, int, Sequence[PageFacts]]


def _numbers_out_of_order(issues: Iterable[Sequence[PageFacts]]) -> Iterator[Finding]:
    numbered = [(day, of_most([page.number for page in pages]), pages) for pages in issues if (day := _day(pages))]
    its = sorted((one for one in numbered if one[1]), key=lambda one: one[0])
    # Some papers begin anew each year.
    groups = [its] if _seem_ordered(its) else [list(of_year) for _, of_year in groupby(its, lambda one: one[0].year)]
    for group in groups:
        if _seem_ordered(group):
            yield from _misnumbered(group)


def _seem_ordered(issues: Sequence[_Numbered]) -> bool:
    kept = _longest_rising([number for _, number, _ in issues])
    return len(issues) >= _FEWEST and len(kept) >= _ORDERED * len(issues)


def _misnumbered(issues: Sequence[_Numbered]) -> Iterator[Finding]:
    for at in sorted(set(range(len(issues))) - _longest_rising([number for _, number, _ in issues])):
        day, number, pages = issues[at]
        beside = " and ".join(f"{issues[n][1]} ({issues[n][0]})" for n in (at - 1, at + 1) if 0 <= n < len(issues))
        text = f"the issue of {day} is numbered {number}, its neighbours {beside}; look at its date"
        yield Finding.of("number", pages[0].folder, text)


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return the places of a longest subsequence in which each number is greater than the one before.

    >>> sorted(_longest_rising([1, 2, 90, 3, 4, 2]))
    [0, 1, 3, 4]
    """
    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for at, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(places[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        places[length : length + 1] = [at]
    kept, at = set[int](), places[-1] if places else -1
    while at >= 0:
        kept.add(at)
        at = before[at]
    return kept
