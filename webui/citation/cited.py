"""What a citation of an article says, whatever its form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from indexer.model import Document, DocumentSummary
from webui.filters import shorten

_BEIJING = timezone(timedelta(hours=8))
_FIRST_WORDS = 24


@dataclass(frozen=True, slots=True)
class Retrieval:
    """From where something was taken, and when: the site's name, the day, and the version of the archive."""

    site: str
    day: date
    version: str


@dataclass(frozen=True, slots=True)
class Cited:
    """An article as it is cited. `authors` are names, `pages` labels as printed, `address` its URL."""

    id: str
    title: str
    authors: tuple[str, ...]
    paper: str
    date: date | None
    pages: tuple[str, ...]
    section: str
    address: str
    retrieval: Retrieval

    @classmethod
    def of(cls, document: Document | DocumentSummary, address: str, retrieval: Retrieval) -> Cited:
        """Return what is cited of an article. One without a headline goes by its first words."""
        article = document.article
        return cls(
            id=document.id,
            title=" ".join(article.headline.split()) or "〔无题〕" + shorten(article.lead, _FIRST_WORDS),
            authors=tuple(" ".join(person.name.split()) for person in article.byline),
            paper=document.paper_title,
            date=article.date,
            pages=pages(document),
            section=article.section,
            address=address,
            retrieval=retrieval,
        )


def pages(document: Document | DocumentSummary) -> tuple[str, ...]:
    """Return the labels of all pages of an article."""
    return document.article.pages or (document.page,)


def today() -> date:
    """Return the day in China, where the papers and most readers are."""
    return datetime.now(_BEIJING).date()
