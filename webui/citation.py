"""Cite an article: a GB/T 7714 line, and an RIS record for reference managers."""

from __future__ import annotations

from indexer.model import Document, DocumentSummary

_NAMES_IN_FULL = 3


def citation(document: Document | DocumentSummary, address: str) -> str:
    """Return the citation of an article in GB/T 7714, newspaper [N].

    It has the names, headline, paper, date, page and address.
    """
    names = [contributor.name for contributor in document.article.byline]
    authors = ", ".join(names[:_NAMES_IN_FULL]) + (", 等" if len(names) > _NAMES_IN_FULL else "")
    printed = f"{document.paper_title}, {document.article.date or '日期不详'}({', '.join(pages(document))})"
    return " ".join(
        part for part in (authors and f"{authors}.", f"{document.article.headline}[N].", f"{printed}.", address) if part
    )


def ris(document: Document | DocumentSummary, address: str) -> str:
    """Return an article as an RIS record, with the CRLF line ends of that format."""
    article = document.article
    fields = [
        ("TY", "NEWS"),
        *(("AU", contributor.name) for contributor in article.byline),
        ("TI", article.headline),
        ("T2", document.paper_title),
        ("DA", f"{article.date:%Y/%m/%d}" if article.date else ""),
        ("PY", f"{article.date:%Y}" if article.date else ""),
        ("SE", article.section),
        ("SP", ", ".join(pages(document))),
        ("LA", "zh"),
        ("UR", address),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", "", ""])


def pages(document: Document | DocumentSummary) -> tuple[str, ...]:
    """Return the labels of all pages of an article."""
    return document.article.pages or (document.page,)
