"""Link published corrections (更正) with the articles that they correct.

A correction refers to its article in words: 本报3月8日第2版《……》一文中，“……”应为“……”. These references are parsed and
looked up in the index when a page is shown. Nothing is stored, so a link appears as soon as both articles are indexed,
in any order.
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
"""Headlines with fewer characters (简讯, 公告) don't identify an article."""
_SOON = timedelta(days=100)
"""A correction without a date refers to an article from this period before it."""
_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Reference:
    """An article named in a correction: its headline, possible dates and page.

    The page is "" if the correction doesn't give it.
    """

    headline: str
    dates: DateSpan
    page: str


def references(article: Article) -> tuple[Reference, ...]:
    """Return the articles that a correction refers to, in order.

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
    """Return the indexed articles that a correction corrects.

    For each reference this is the best match, if there is one.
    """
    found: dict[str, DocumentSummary] = {}
    if correction.article.kind == KIND:
        for reference in references(correction.article):
            likeliest = _likeliest(reader, reference, correction)
            if likeliest:
                found[likeliest.id] = likeliest
    return tuple(found.values())


def corrections_of(reader: Reader, document: Document) -> tuple[Document, ...]:
    """Return the corrections of an article, oldest first."""
    texts = _texts(document.article.headline)
    if document.article.kind == KIND or not texts:
        return ()
    since = DateSpan(first=document.article.date)
    naming = _search(reader, texts, Filters((document.paper,), kind=(KIND,), dates=since), in_headline=False)
    whole = [correction for one in naming if (correction := reader.get(one.id))]
    return tuple(one for one in whole if any(other.id == document.id for other in corrected_by(reader, one)))


def _likeliest(reader: Reader, reference: Reference, correction: Document) -> DocumentSummary | None:
    """Return the best match for a reference, or None.

    Articles on the page given in the reference come first, then those with the most similar headline.
    """
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
    """Return whether a folded title is part of an article's headline or contains it."""
    headline = fold(article.headline)
    whole = fold(article.kicker + article.headline + article.subtitle)
    return wanted in whole or (len(headline) >= _SHORTEST and headline in wanted)


def _search(reader: Reader, texts: list[str], filters: Filters, *, in_headline: bool) -> tuple[DocumentSummary, ...]:
    """Return the articles that contain any of the folded texts exactly."""
    phrases = tuple(Phrase(text, (), "headline" if in_headline else None) for text in texts)
    request = Request(Or(phrases), filters, sort="oldest", size=_CANDIDATES, facets=())
    return tuple(hit.document for hit in reader.search(request).hits)


def _texts(headline: str) -> list[str]:
    """Return the folded forms of a headline and of its parts.

    A correction may quote the headline or only a part of it.
    """
    parts = [fold(headline), *(fold(part) for part in _PART.split(headline))]
    return [part for part in dict.fromkeys(parts) if len(part) >= _SHORTEST]


def _days(text: str, printed: date | None) -> Iterator[tuple[int, DateSpan]]:
    """Yield the dates in a text with their positions.

    Dates without a year are resolved relative to the day the text was printed.
    """
    whole = find_dates(text)
    yield from ((found.start, DateSpan(found.day, found.day)) for found in whole)
    for found in _DAY.finditer(text):
        if printed and not any(one.start <= found.start() < one.end for one in whole):
            span = _seen_from(printed, found)
            if span:
                yield found.start(), span


def _seen_from(printed: date, found: re.Match[str]) -> DateSpan | None:
    if found["yesterday"] or found["before"]:  # papers don't appear every day
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
    """Return the value nearest before a position, else the first one, else `untold`."""
    before = [(at, value) for at, value in told if at < place]
    if before:
        return max(before, key=lambda one: one[0])[1]
    return min(told, key=lambda one: one[0])[1] if told else untold
