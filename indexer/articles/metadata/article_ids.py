"""Article ids that are the same for every engine, every rebuild and every release.

Several files may claim to be the same page: the articles of a page in a file each, a second scan, a copy with changes.
Where they have an equal headline, the file whose path sorts first has the plain id, and the id of every other file is
made from its path too. So it is the same whichever other files come or go, with one exception: when the first file
goes, or one that sorts before it comes, the plain id passes on to the file that is first now.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from indexer.model import Document, PageIdentity, PageReading
from indexer.readers.leftovers import original_source
from indexer.text.id_folding import fold_for_id
from indexer.text.natural_sort import natural_key

_MOST_EQUAL_HEADLINES = 10_000
"""On one page."""


def article_id(identity: PageIdentity, headline: str, ordinal: int, path: str = "") -> str:
    """Return an article's id, from paper, date, page, folded headline and ordinal.

    The ordinal counts equal headlines in the page file. The path is that of a page file which is not the first with
    this headline on its page.

    >>> article_id(PageIdentity("demo", None, "p003"), "工会会议", 0)
    'demo-undated-p003-832c165adf'
    >>> article_id(PageIdentity("demo", None, "p003"), "工会会议", 0, "demo/again/p003.txt")
    'demo-undated-p003-279d766750'
    """
    day = identity.date.strftime("%Y%m%d") if identity.date else "undated"
    label = re.sub(r"[^0-9A-Za-z]+", "", unicodedata.normalize("NFKC", identity.page)) or "x"
    told = [fold_for_id(headline), str(ordinal), identity.page, *([path] if path else [])]
    digest = hashlib.sha256("\n".join(told).encode("utf-8", "surrogateescape")).hexdigest()[:10]
    return f"{identity.paper}-{day}-{label}-{digest}"


def with_own_ids(readings: Mapping[str, PageReading]) -> tuple[PageReading, ...]:
    """Give each article of these pages, one page or a whole issue, a unique id, in their order.

    The readings are keyed by source. A page may come in several files, one for each article.
    """
    claims = {
        source: [_Claim.of(reading.identity, article.headline) for article in reading.articles]
        for source, reading in readings.items()
    }
    first = _first_of_each(claims)
    numbered = []
    for source, reading in readings.items():
        seen = Counter[_Claim]()
        articles = []
        for article, claim in zip(reading.articles, claims[source], strict=True):
            path = "" if first[claim] == source else source
            articles.append(replace(article, id=article_id(reading.identity, article.headline, seen[claim], path)))
            seen[claim] += 1
        numbered.append(replace(reading, articles=tuple(articles)))
    return tuple(numbered)


def with_ids_of_day(documents: Iterable[Document]) -> Mapping[str, tuple[Document, ...]]:
    """Return the page files in which ids have to change, with all their documents, in their order.

    The documents are all of a paper and a day, from any folder. Each issue among them has ids of its own already.
    """
    by_source: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        by_source[document.source].append(document)
    claims = {source: [_claim_of(document) for document in of_file] for source, of_file in by_source.items()}
    first = _first_of_each(claims)
    changed = {}
    for source, of_file in by_source.items():
        renamed = tuple(
            _with_id(document, is_first=first[claim] == source)
            for document, claim in zip(of_file, claims[source], strict=True)
        )
        if renamed != tuple(of_file):
            changed[source] = renamed
    return changed


class _Claim(NamedTuple):
    """What two articles must not have in common, or their ids would be equal."""

    date: date | None
    page: str
    headline: str

    @classmethod
    def of(cls, identity: PageIdentity, headline: str) -> _Claim:
        return cls(identity.date, identity.page, fold_for_id(headline))


def _first_of_each(claims: Mapping[str, Iterable[_Claim]]) -> dict[_Claim, str]:
    """Return the first source of each claim: copies last, else in natural order."""
    first: dict[_Claim, str] = {}
    for source in sorted(claims, key=lambda source: (original_source(source) != source, natural_key(source))):
        for claim in claims[source]:
            first.setdefault(claim, source)
    return first


def _identity_of(document: Document) -> PageIdentity:
    return PageIdentity(document.paper, document.article.date, document.page)


def _claim_of(document: Document) -> _Claim:
    return _Claim.of(_identity_of(document), document.article.headline)


def _with_id(document: Document, *, is_first: bool) -> Document:
    """Return the document with a plain id, or one of its path.

    Its ordinal is found by trial: articles that were joined to others leave gaps in the ordinals of their page.
    """
    identity, headline = _identity_of(document), document.article.headline
    for ordinal in range(_MOST_EQUAL_HEADLINES):
        plain, of_path = (article_id(identity, headline, ordinal, path) for path in ("", document.source))
        if document.id in (plain, of_path):
            return replace(document, article=replace(document.article, id=plain if is_first else of_path))
    return document
