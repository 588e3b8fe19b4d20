"""Citations of what this request shows."""

from __future__ import annotations

from indexer.model import Document, DocumentSummary
from webui import links
from webui.citation.cited import Cited, Retrieval, today
from webui.meta import absolute
from webui.site_state import reader, site_state


def retrieval() -> Retrieval:
    """Return what a citation says of this request: the site, the day and the version of the archive.

    Raises IndexUnavailable if the index can't be read.
    """
    return Retrieval(site_state().settings.name, today(), reader().version())


def cited(document: Document | DocumentSummary, of: Retrieval | None = None) -> Cited:
    """Return what is cited of an article, with its address on this site. Raises like `retrieval`."""
    return Cited.of(document, absolute(links.article_url(document.id)), of or retrieval())
