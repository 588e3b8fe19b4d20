"""转版: join an article that continues on another page of the issue.

（下转第2版） ends the first part, （上接第1版） begins the next. The joined article keeps the id of its first page and
names all its pages. Each passage from a later page names the page that its offsets refer to. The later page keeps what
it printed above its part (the headline again) as furniture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from indexer.articles.metadata import text_quality
from indexer.model import Article, PageReading, Passage
from indexer.text.folding import fold

_LABEL = r"\s*第?\s*(?P<label>[A-Za-z]?\s*\d{1,3}|[一二三四五六七八九十]{1,3})\s*版[^）)】]{0,12}[）)】]"
RUNS_ON = re.compile(r"[（(【]\s*下?转" + _LABEL)
RUNS_FROM = re.compile(r"[（(【]\s*(?:上|紧)?接" + _LABEL)
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}

Place = tuple[int, int]
"""Indices of a reading and of one of its articles."""


@dataclass(frozen=True, slots=True)
class _Part:
    """An article that continues on another page, or continues one from another page. `other` is that page."""

    place: Place
    page: str
    other: str
    article: Article


def join_continued(readings: Sequence[PageReading]) -> tuple[PageReading, ...]:
    """Join the articles of one issue that span several pages. The readings are returned in the same order."""
    onward = dict(_links(list(_parts(readings, "on")), list(_parts(readings, "from"))))
    if not onward:
        return tuple(readings)
    joined = list(readings)
    later = set(onward.values())
    for first in onward:
        if first not in later:
            _replace(joined, first, _whole(first, onward, readings))
    for place in later:
        joined[place[0]] = _with_furniture(joined[place[0]], readings[place[0]], place[1])
    return tuple(
        replace(reading, articles=_without(reading, {article for number, article in later if number == index}))
        for index, reading in enumerate(joined)
    )


def is_mark(text: str) -> bool:
    """Return whether a text is only a continuation mark.

    >>> is_mark("（下转第二版）"), is_mark("（上接第A01版）"), is_mark("转版")
    (True, True, False)
    """
    return bool(RUNS_ON.fullmatch(text) or RUNS_FROM.fullmatch(text))


def page_number(label: str) -> str:
    """Normalise a page label for comparison: 02, 2 and 二 are equal, A02 is different.

    >>> page_number("A02"), page_number("二"), page_number("十二"), page_number("02")
    ('A2', '2', '12', '2')
    """
    label = re.sub(r"\s", "", label).upper()
    if re.fullmatch(r"[一二三四五六七八九十]+", label):
        tens, _, ones = label.rpartition("十")
        ten = (_DIGITS.get(tens, 1) if "十" in label else 0) * 10
        return str(ten + _DIGITS.get(ones, 0))
    return re.sub(r"(?<!\d)0+(?=\d)", "", label)


def _parts(readings: Sequence[PageReading], side: Literal["on", "from"]) -> Iterator[_Part]:
    """Yield all articles that continue elsewhere, or come from elsewhere, in the order of the issue."""
    mark = RUNS_ON if side == "on" else RUNS_FROM
    for index, reading in enumerate(readings):
        for number, article in enumerate(reading.articles):
            for passage in article.paragraphs:
                if found := mark.fullmatch(passage.text):
                    page, other = page_number(reading.identity.page), page_number(found["label"])
                    yield _Part((index, number), page, other, article)
                    break


def _links(ends: Sequence[_Part], beginnings: list[_Part]) -> Iterator[tuple[Place, Place]]:
    """Pair each end with the beginning that points back to it; of several, the one with the most similar headline."""
    for end in ends:
        fitting = [part for part in beginnings if part.page == end.other and part.other == end.page]
        if fitting:
            best = max(fitting, key=lambda part: _likeness(end.article.headline, part.article.headline))
            beginnings.remove(best)
            yield end.place, best.place


def _likeness(one: str, other: str) -> float:
    """Return the share of the shorter headline's letters that the longer one contains."""
    first, second = set(fold(one)), set(fold(other))
    return len(first & second) / (min(len(first), len(second)) or 1)


def _whole(first: Place, onward: dict[Place, Place], readings: Sequence[PageReading]) -> Article:
    """Join the parts of an article, starting with `first`."""
    whole = readings[first[0]].articles[first[1]]
    parts = [whole]
    whole = replace(whole, paragraphs=_without_marks(whole.paragraphs))
    seen = {first}
    place = first
    while (place := onward.get(place, first)) not in seen:
        seen.add(place)
        part, page = readings[place[0]].articles[place[1]], readings[place[0]].identity.page
        parts.append(part)
        whole = replace(
            whole,
            byline=(*whole.byline, *(one for one in part.byline if one not in whole.byline)),
            localities=(*whole.localities, *(path for path in part.localities if path not in whole.localities)),
            paragraphs=(*whole.paragraphs, *_from_page(_without_marks(part.paragraphs), page)),
            captions=(*whole.captions, *_from_page(part.captions, page)),
            end_code=part.end_code or whole.end_code,
            pages=(*whole.pages, page),
        )
    return text_quality.of_whole(whole, parts)


def _without_marks(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    return tuple(passage for passage in passages if not is_mark(passage.text))


def _from_page(passages: Sequence[Passage], page: str) -> tuple[Passage, ...]:
    return tuple(replace(passage, page=page) for passage in passages)


def _replace(readings: list[PageReading], place: Place, article: Article) -> None:
    """Replace the first part by the whole article, and add its mark to the page's furniture."""
    index, number = place
    reading = readings[index]
    marks = tuple(passage for passage in reading.articles[number].paragraphs if is_mark(passage.text))
    articles = (*reading.articles[:number], article, *reading.articles[number + 1 :])
    readings[index] = replace(reading, articles=articles, furniture=(*reading.furniture, *marks))


def _with_furniture(reading: PageReading, original: PageReading, number: int) -> PageReading:
    """Keep what stood above a later part of an article on its own page, as furniture."""
    part = original.articles[number]
    heading = " ".join(text for text in (part.kicker, part.headline, part.subtitle) if text)
    above = (Passage(heading, part.head),) if part.head else ()
    marks = tuple(passage for passage in part.paragraphs if is_mark(passage.text))
    return replace(reading, furniture=(*reading.furniture, *above, *marks))


def _without(reading: PageReading, numbers: set[int]) -> tuple[Article, ...]:
    return tuple(article for number, article in enumerate(reading.articles) if number not in numbers)
