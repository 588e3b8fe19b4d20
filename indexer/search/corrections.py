"""更正: which article a correction corrects, and which corrections an article has.

A correction says it in words: 本报3月8日第2版《……》一文中，“……”应为“……”. They are read when a page is shown and looked
up in the index. Nothing is stored, so that a link is there as soon as both articles are, in whatever order they came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from indexer.articles.segmentation.jump_lines import page_number
from indexer.engines.base import Reader
from indexer.model import Article, ArticleSummary, DateSpan, Document, DocumentSummary, Filters, Or, Phrase, Request
from indexer.text.dates import find_dates, make_day, read_number
from indexer.text.folding import fold

KIND = "更正"

T = TypeVar("T")

_NUMBER = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_DAY = re.compile(
    rf"(?:(?P<last_year>去年)|今年)?(?<![\d一二三四五六七八九十])(?P<month>{_NUMBER})月(?P<day>{_NUMBER})日"
    rf"|本月(?P<this_month>{_NUMBER})日"
    r"|(?P<yesterday>昨日|昨天)|(?P<before>前日|前天)|(?P<last_issue>上期)|(?P<lately>日前|近日)"
)
_PAGE = re.compile(r"第?\s*(?P<label>[A-Za-z]{0,2}\s?\d{1,3}|[一二三四五六七八九十]{1,3}|头)\s*版")
_TITLE = re.compile(
    r"《(?P<title>(?:[^《》\n]|《[^《》\n]{1,40}》){2,80})》"
    r"|[“\"‘](?P<quoted>[^“”\"‘’\n]{4,60})[”\"’](?=一[文稿]|的?(?:报道|消息|文章|通讯|新闻|稿件|图片))"
)
_PART = re.compile(r"[\s　]+|——")
_SHORTEST = 4
"""Letters of a headline below which it names no article for sure (简讯, 公告)."""
_SOON = timedelta(days=100)
"""A correction without a date is of something recent."""
_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Reference:
    """An article that a correction names: its headline, when it was printed, and on which page ("" where untold)."""

    headline: str
    dates: DateSpan
    page: str


def references(article: Article) -> tuple[Reference, ...]:
    """Read which articles a correction names, in order.

    >>> from indexer.model import Passage
    >>> text = "本报3月8日第2版《两个项目开工》一文中，“三个”应为“两个”。"
    >>> day = date(2024, 3, 9)
    >>> references(Article("", "更正", "", "更正", "", (), "", (), day, (Passage(text, ()),), (), ""))[0].dates.first
    datetime.date(2024, 3, 8)
    """
    text = "\n".join((article.headline, *(passage.text for passage in article.paragraphs)))
    days = list(_days(text, article.date))
    pages = [(found.start(), page_number(found["label"].replace("头", "1"))) for found in _PAGE.finditer(text)]
    recent = DateSpan(article.date - _SOON, article.date) if article.date else DateSpan()
    return tuple(
        Reference(
            found["title"] or found["quoted"], _beside(days, found.start(), recent), _beside(pages, found.start(), "")
        )
        for found in _TITLE.finditer(text)
    )


def corrected_by(reader: Reader, correction: Document) -> tuple[DocumentSummary, ...]:
    """Return the articles that a correction corrects, as far as they are held: for each that it names the likeliest."""
    found: dict[str, DocumentSummary] = {}
    if correction.article.kind == KIND:
        for reference in references(correction.article):
            likeliest = _likeliest(reader, reference, correction)
            if likeliest:
                found[likeliest.id] = likeliest
    return tuple(found.values())


def corrections_of(reader: Reader, document: Document) -> tuple[Document, ...]:
    """Return the corrections that name an article, the first one first."""
    texts = _texts(document.article.headline)
    if document.article.kind == KIND or not texts:
        return ()
    since = DateSpan(first=document.article.date)
    naming = _search(reader, texts, Filters((document.paper,), kind=(KIND,), dates=since), in_headline=False)
    whole = [correction for one in naming if (correction := reader.get(one.id))]
    return tuple(one for one in whole if any(other.id == document.id for other in corrected_by(reader, one)))


def _likeliest(reader: Reader, reference: Reference, correction: Document) -> DocumentSummary | None:
    """The article that a reference means: on the page that it names, if there is one, with the likest headline."""
    texts = _texts(reference.headline)
    if not texts or reference.headline == correction.paper_title:
        return None
    filters = Filters((correction.paper,), dates=reference.dates)
    wanted = fold(reference.headline)
    found = _search(reader, texts, filters, in_headline=True)
    fitting = [one for one in found if one.article.kind != KIND and _is_called(one.article, wanted)]

    def likeness(one: DocumentSummary) -> tuple[bool, bool, int, str]:
        headline = fold(one.article.headline)
        return page_number(one.page) == reference.page, headline == wanted, -abs(len(headline) - len(wanted)), one.id

    return max(fitting, key=likeness, default=None)


def _is_called(article: ArticleSummary, wanted: str) -> bool:
    """Tell whether folded words are an article's headline or a part of it, or hold all of it and more."""
    headline = fold(article.headline)
    whole = fold(article.kicker + article.headline + article.subtitle)
    return wanted in whole or (len(headline) >= _SHORTEST and headline in wanted)


def _search(reader: Reader, texts: list[str], filters: Filters, *, in_headline: bool) -> tuple[DocumentSummary, ...]:
    """The articles that hold any of the folded texts to the letter."""
    phrases = tuple(Phrase(text, (), "headline" if in_headline else None) for text in texts)
    request = Request(Or(phrases), filters, sort="oldest", size=_CANDIDATES, facets=())
    return tuple(hit.document for hit in reader.search(request).hits)


def _texts(headline: str) -> list[str]:
    """A headline, and its parts, as they are looked for: one or the other may be quoted."""
    parts = [fold(headline), *(fold(part) for part in _PART.split(headline))]
    return [part for part in dict.fromkeys(parts) if len(part) >= _SHORTEST]


def _days(text: str, printed: date | None) -> Iterator[tuple[int, DateSpan]]:
    """The dates that a text names, with their places; those without a year as seen from the day it was printed."""
    whole = find_dates(text)
    yield from ((found.start, DateSpan(found.day, found.day)) for found in whole)
    for found in _DAY.finditer(text):
        if printed and not any(one.start <= found.start() < one.end for one in whole):
            span = _seen_from(printed, found)
            if span:
                yield found.start(), span


def _seen_from(printed: date, found: re.Match[str]) -> DateSpan | None:
    if found["yesterday"] or found["before"]:  # no paper comes out every day
        last = printed - timedelta(days=1 if found["yesterday"] else 2)
        return DateSpan(last - timedelta(days=2), last)
    if found["last_issue"] or found["lately"]:
        return DateSpan(printed - (timedelta(days=14) if found["last_issue"] else _SOON), printed - timedelta(days=1))
    month = read_number(found["month"]) if found["month"] else printed.month
    number = read_number(found["day"] or found["this_month"])
    for year in (printed.year - bool(found["last_year"]), printed.year - 1):
        try:
            day = make_day(year, month, number)
        except ValueError:
            continue
        if day <= printed:
            return DateSpan(day, day)
    return None


def _beside(told: list[tuple[int, T]], place: int, untold: T) -> T:
    """What was told last before a place, else first after it."""
    before = [(at, value) for at, value in told if at < place]
    if before:
        return max(before, key=lambda one: one[0])[1]
    return min(told, key=lambda one: one[0])[1] if told else untold
