"""From where the date, the page and the section of an article were read: its page's evidence, as far as it agrees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from indexer.model import Article, Evidence, PageIdentity, Paper

_LONGEST_QUOTE = 40
"""The longest quote that is kept, in characters: the same line tells the date, the page and the section."""


DAMAGES = {
    "bad bytes": "the rest was read, copy the page again from the original",
    "bad glyphs": "the rest was read; export the PDF again with Unicode tables, or run OCR over it",
    "pages without text": "the others were read; if they are scans, run OCR over them",
}
"""What a reader may say of a file that it could not read in whole, and what to do."""


def damage(evidence: Evidence) -> str:
    """Return what is damaged in a page, and what to do.

    >>> damage(Evidence("pages without text", "page 2 of 4 has no text and is left out", "file"))
    'page 2 of 4 has no text and is left out; the others were read; if they are scans, run OCR over them'
    """
    quote = f" (“{evidence.quote}”)" if evidence.quote else ""
    return f"{evidence.value}{quote}; {DAMAGES[evidence.about]}"


def of_article(
    article: Article, identity: PageIdentity, paper: Paper, page: str, *, with_quotes: bool = True
) -> tuple[Evidence, ...]:
    """Return the evidence of a page for what an article says of itself, one from each source, the most trusted first.

    `page` is the label that it has. Quotes are left out where they may hold what must not be seen.
    """
    found: dict[tuple[str, str], Evidence] = {}
    for one in _agreeing(article, identity, paper, page):
        found.setdefault((one.about, one.source), one)
    if not any(about == "page" for about, _ in found):
        found["page", "path"] = Evidence("page", page, "path")
    return tuple(replace(one, quote=_cut(one) if with_quotes else "") for one in found.values())


def _agreeing(article: Article, identity: PageIdentity, paper: Paper, page: str) -> Iterator[Evidence]:
    for one in identity.evidence:
        match one.about:
            case "date" if article.date and one.value == article.date.isoformat():
                yield one
            case "page" if _plain(one.value) == _plain(page):
                yield one
            case "section" if article.section and paper.sections.get(one.value, one.value) == article.section:
                yield one


def _plain(label: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", label).upper()


def _cut(one: Evidence) -> str:
    quote = " ".join(one.quote.split())
    if quote == one.value:
        return ""
    return quote if len(quote) <= _LONGEST_QUOTE else quote[: _LONGEST_QUOTE - 1] + "…"
