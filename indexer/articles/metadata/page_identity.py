"""Identify a file's page and issue from its print, then its path or address, then its comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import PurePosixPath

from indexer.articles.metadata import datelines
from indexer.errors import PageError
from indexer.model import Evidence, PageIdentity, Paper, RawPage
from indexer.readers.epaper.addresses import page_of
from indexer.readers.names import stem_and_suffix
from indexer.text import lunar_calendar
from indexer.text.dates import WEEKDAYS, date_in_path, find_dates, without_date
from indexer.text.folding import fold

_TRUST = (
    *("printed", "edition page", "address", "path", "url", "title", "front matter", "PRINTED_IMG_NR", "mets"),
    *("field", "comment"),
)
"""Sources of dates and page labels, most trusted first. All other sources rank below these."""

_BESIDE_THE_DATE = ("weekday", "lunar")
"""Claims that give no date by themselves but support or contradict one."""


_LIKE_A_LABEL = re.compile(r"[A-Za-z]{0,2}\d{1,3}[A-Za-z]?")


def identify(raw: RawPage, paper: Paper) -> PageIdentity:
    """Return the paper, date, page and sections of a page, with the evidence and its conflicts.

    Raises PageError if the page is in a folder named like a date that does not exist.

    >>> page = identify(RawPage("demo/2019-03-08/A05.txt", ""), Paper("demo"))
    >>> page.paper, str(page.date), page.page
    ('demo', '2019-03-08', 'A05')
    """
    told = sorted((*raw.claims, *_path_claims(raw.source)), key=_rank)
    dates = [claim for claim in told if claim.about == "date" and _day(claim)]
    labels = [claim for claim in told if claim.about == "page"]
    day = _day(dates[0]) if dates else None
    label = _page_label(labels, raw.source) if labels else _label_of_file(told, raw.source)
    later = datelines.later_than(day, raw.text) if day else None
    return PageIdentity(
        paper=paper.name,
        date=day,
        page=label,
        sections=tuple(_sections(told, paper)),
        evidence=(
            Evidence("paper", paper.name, "path"),
            *told,
            *_support(told, day),
            *_conflicts(told, day, label, paper),
            *([later] if later else []),
        ),
    )


def _path_claims(source: str) -> Iterator[Evidence]:
    folders = PurePosixPath(source).parts[1:-1]
    stem, suffix = stem_and_suffix(source)
    try:
        filed = date_in_path("/".join((*folders, stem + suffix)))
    except ValueError as problem:
        raise PageError(source, f"{problem}; rename the folder to the day of the issue") from None
    if filed:
        yield Evidence("date", filed[0].isoformat(), "path", filed[1])
    if label := page_of(source):
        yield Evidence("page", label, "path", stem)


def _rank(claim: Evidence) -> int:
    return _TRUST.index(claim.source) if claim.source in _TRUST else len(_TRUST)


def _day(claim: Evidence) -> date | None:
    """Return the date that a claim gives, if any. Front matter and comments may contain anything."""
    found = find_dates(claim.value)
    return found[0].day if found else None


def _page_label(labels: list[Evidence], source: str) -> str:
    """Return the best label. Labels like 3, 03 and a03 are spelt as in the file's name."""
    stem, printed = _stem(source), labels[0].value
    return stem if _same_label(printed, stem) else printed


def _label_of_file(told: Iterable[Evidence], source: str) -> str:
    """Return the stem of a file's name, or its place in the issue where METS counts files that no label names.

    >>> order = [Evidence("sequence", "4", "mets")]
    >>> _label_of_file(order, "demo/1824-02-17/0002647_18240217_0004.xml"), _label_of_file(order, "demo/A05.xml")
    ('4', 'A05')
    """
    stem = _stem(source)
    if _LIKE_A_LABEL.fullmatch(stem):
        return stem
    return next((one.value for one in told if one.about == "sequence" and one.source == "mets"), stem)


def _stem(source: str) -> str:
    return without_date(stem_and_suffix(source)[0])


def _same_label(one: str, other: str) -> bool:
    return _without_zeros(one) == _without_zeros(other)


def _without_zeros(label: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", label).upper()


def _sections(told: Iterable[Evidence], paper: Paper) -> Iterator[str]:
    """Yield the names of the page's sections once each, as the paper's settings name them."""
    names = [claim for claim in told if claim.about == "section"]
    best = [claim for claim in names if _rank(claim) == _rank(names[0])]
    yield from dict.fromkeys(paper.sections.get(claim.value, claim.value) for claim in best)


def _support(told: Iterable[Evidence], day: date | None) -> Iterator[Evidence]:
    """Yield what was printed beside the date and agrees with it. A misread digit would not agree."""
    for claim in told:
        if day and claim.about in _BESIDE_THE_DATE and _agrees(claim, day):
            yield Evidence("date", day.isoformat(), claim.about, claim.value)


def _conflicts(told: Iterable[Evidence], day: date | None, label: str, paper: Paper) -> Iterator[Evidence]:
    """Yield the evidence against the date, page or paper that `baosou check` reports."""
    titles = (paper.title, *paper.former_titles)
    for claim in told:
        if _contradicts(claim, day, label, titles):
            about = "date" if claim.about in _BESIDE_THE_DATE else claim.about
            value = f"星期{claim.value}" if claim.about == "weekday" else claim.value
            yield Evidence(f"{about} conflict", value, claim.source, claim.quote)


def _contradicts(claim: Evidence, day: date | None, label: str, titles: tuple[str, ...]) -> bool:
    match claim.about:
        case "date":
            # A comment's date may be the time of ingest, the evening before, so it is no evidence against a date.
            return claim.source != "comment" and day is not None and _day(claim) not in (None, day)
        case "weekday" | "lunar":
            return day is not None and _agrees(claim, day) is False
        case "page":
            return not _same_label(claim.value, label)
        case "paper":
            return bool(titles[0]) and fold(claim.value) not in map(fold, titles)
    return False


def _agrees(claim: Evidence, day: date) -> bool | None:
    """Return whether a weekday or a lunar date falls on `day`; None if unknown."""
    if claim.about == "weekday":
        return claim.value == WEEKDAYS[day.weekday()]
    printed = lunar_calendar.read_lunar(claim.value)
    return lunar_calendar.agrees(printed, day) if printed else None
