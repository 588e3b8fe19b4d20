"""Article ids that are the same for every engine, every rebuild and every release."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from indexer.model import PageIdentity, PageReading
from indexer.text.id_folding import fold_for_id


def article_id(identity: PageIdentity, headline: str, ordinal: int) -> str:
    """Return an article's id, from paper, date, page, folded headline and ordinal.

    The ordinal counts equal headlines on the page.

    >>> article_id(PageIdentity("demo", None, "p003"), "工会会议", 0)
    'demo-undated-p003-832c165adf'
    """
    day = identity.date.strftime("%Y%m%d") if identity.date else "undated"
    label = re.sub(r"[^0-9A-Za-z]+", "", unicodedata.normalize("NFKC", identity.page)) or "x"
    digest = hashlib.sha256(f"{fold_for_id(headline)}\n{ordinal}\n{identity.page}".encode()).hexdigest()[:10]
    return f"{identity.paper}-{day}-{label}-{digest}"


def with_own_ids(readings: Iterable[PageReading]) -> tuple[PageReading, ...]:
    """Give each article of these pages, one page or a whole issue, a unique id, in their order.

    A page may come in several files, one for each article. Equal headlines are counted over all of them.
    """
    seen: Counter[tuple[date | None, str, str]] = Counter()
    numbered = []
    for reading in readings:
        articles = []
        for article in reading.articles:
            key = (reading.identity.date, reading.identity.page, fold_for_id(article.headline))
            articles.append(replace(article, id=article_id(reading.identity, article.headline, seen[key])))
            seen[key] += 1
        numbered.append(replace(reading, articles=tuple(articles)))
    return tuple(numbered)
