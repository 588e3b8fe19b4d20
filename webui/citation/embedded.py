"""What a page says of an article to programs that read it: search engines, Zotero and its kin."""

from __future__ import annotations

from webui.citation.cited import Cited
from webui.links import address, quoted

Pairs = list[tuple[str, str]]

_COINS = address(
    "",
    [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rfr_id", "info:sid/baosou"),
        ("rft.type", "newspaperArticle"),
    ],
)[1:]
"""What all articles have in common."""


def meta_tags(cited: Cited) -> Pairs:
    """Return the names and contents of the `citation_…` tags."""
    day = cited.date
    return [
        ("citation_title", cited.title),
        *(("citation_author", name) for name in cited.authors),
        ("citation_journal_title", cited.paper),
        *([("citation_publication_date", f"{day:%Y/%m/%d}")] if day else []),
        ("citation_firstpage", cited.pages[0]),
        ("citation_language", "zh"),
        ("citation_public_url", cited.address),
    ]


def json_ld(cited: Cited) -> dict[str, object]:
    """Return an article as a schema.org NewsArticle, without the properties that it lacks."""
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": cited.address,
        "url": cited.address,
        "headline": cited.title,
        "author": [{"@type": "Person", "name": name} for name in cited.authors],
        "datePublished": cited.date.isoformat() if cited.date else "",
        "isPartOf": {"@type": "Newspaper", "name": cited.paper},
        "printPage": ", ".join(cited.pages),
        "articleSection": cited.section,
        "inLanguage": "zh-CN",
        "version": cited.retrieval.version,
    }
    return {name: value for name, value in data.items() if value}


def coins(cited: Cited) -> str:
    """Return the title of a COinS span, by which Zotero takes an article from a page, a list too."""
    day = cited.date
    pairs = [
        ("rft.title", cited.title),
        *(("rft.creator", name) for name in cited.authors),
        ("rft.source", cited.paper),
        ("rft.date", day.isoformat() if day else ""),
        ("rft.pages", ", ".join(cited.pages)),
        ("rft.language", "zh"),
        ("rft.identifier", cited.address),
        ("rft.description", f"{cited.retrieval.site} {cited.retrieval.version}"),
    ]
    return "&".join([_COINS, *[f"{name}={_encoded(value)}" for name, value in pairs if value]])


def _encoded(value: str) -> str:
    return quoted(value.encode("utf-8", "replace").decode() if not value.isascii() else value)
