"""Cite articles: as a line to copy, as references for programs that manage them, and inside a page.

Every form names the version of the archive, so that what somebody cites can be checked later.
"""

from webui.citation.cited import Cited, Retrieval, pages, today

__all__ = ["Cited", "Retrieval", "pages", "today"]
