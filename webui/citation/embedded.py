"""What a page says of an article to programs that read it: search engines, Zotero and its kin."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from webui.citation.cited import Cited

Pairs = list[tuple[str, str]]


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
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rfr_id", "info:sid/baosou"),
        ("rft.type", "newspaperArticle"),
        ("rft.title", cited.title),
        *(("rft.creator", name) for name in cited.authors),
        ("rft.source", cited.paper),
        ("rft.date", day.isoformat() if day else ""),
        ("rft.pages", ", ".join(cited.pages)),
        ("rft.language", "zh"),
        ("rft.identifier", cited.address),
        ("rft.description", f"{cited.retrieval.site} {cited.retrieval.version}"),
    ]
    return urlencode([pair for pair in pairs if pair[1]], quote_via=quote, safe="", errors="replace")
