"""Make the answers for programs from what the index gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from indexer.model import Document, IssueHolding, PaperHolding, Passage, Times
from webui import links
from webui.citation import Cited, pages
from webui.citation.forms import gb_t_7714, plain_text
from webui.citation.references import bibtex, csl_json, ris
from webui.filters import utc
from webui.programs.shapes import (
    ArticleAnswer,
    Author,
    CitationAnswer,
    CorrectionAnswer,
    EvidenceAnswer,
    IssueAnswer,
    LookalikeAnswer,
    PaperAnswer,
    PaperIssuesAnswer,
    PassageAnswer,
)


def article_answer(document: Document, times: Times, cited: Cited) -> ArticleAnswer:
    """Return the answer about an article."""
    article = document.article
    return ArticleAnswer(
        id=document.id,
        url=links.article_url(document.id),
        kind=article.kind,
        kicker=article.kicker,
        headline=article.headline,
        subtitle=article.subtitle,
        byline=[Author(person.name, person.role) for person in article.byline],
        paper=document.paper,
        paper_title=document.paper_title,
        rights=document.rights,
        date=_day(article.date),
        page=document.page,
        pages=list(pages(document)),
        section=article.section,
        localities=list(article.localities),
        quality=article.quality,
        paragraphs=[_passage(one, document, f"p{number}") for number, one in enumerate(article.paragraphs, 1)],
        captions=[_passage(one, document, "") for one in article.captions],
        evidence=_evidence(document),
        lookalikes=[LookalikeAnswer(found, proposed) for found, proposed in article.lookalikes],
        corrections=[
            CorrectionAnswer(note.time, note.field, note.before, note.after, note.reason)
            for note in article.corrections
        ],
        source=document.source,
        first_indexed=utc(times.first) if times.first else None,
        changed=utc(times.changed) if times.changed else None,
        citation=CitationAnswer(gb_t_7714(cited), plain_text(cited), bibtex(cited), ris(cited), csl_json(cited)),
        version=cited.retrieval.version,
    )


def paper_answer(held: PaperHolding) -> PaperAnswer:
    """Return the answer about a paper."""
    return PaperAnswer(
        paper=held.paper,
        title=held.title,
        url=links.paper_url(held.paper),
        rights=held.rights,
        articles=held.articles,
        issues=held.issues,
        first=_day(held.first),
        last=_day(held.last),
        undated=held.undated,
    )


def paper_issues_answer(held: PaperHolding, issues: Sequence[IssueHolding], version: str) -> PaperIssuesAnswer:
    """Return the answer about a paper with its issues."""
    listed = [
        IssueAnswer(_day(issue.date), links.issue_url(held.paper, issue.date), list(issue.pages), issue.articles)
        for issue in issues
    ]
    return PaperIssuesAnswer(paper_answer(held), listed, version)


def _passage(passage: Passage, document: Document, anchor: str) -> PassageAnswer:
    return PassageAnswer(anchor, passage.text, list(passage.flags), passage.page or document.page)


def _evidence(document: Document) -> list[EvidenceAnswer]:
    """Return the evidence, but none of the words of a text that may not be shown."""
    is_shown = document.rights != "metadata"
    return [
        EvidenceAnswer(one.about, one.value, one.source, one.quote if is_shown else "")
        for one in document.article.evidence
    ]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
