"""Ids that every engine and every rebuild gives again."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from indexer.folding import fold
from indexer.model import PageIdentity


def article_id(identity: PageIdentity, headline: str, ordinal: int) -> str:
    """Make an article's id from paper, date, page, folded headline and its ordinal among equal headlines of the page.

    >>> article_id(PageIdentity("demo", None, "p003"), "工会会议", 0)
    'demo-undated-p003-22b7f5bb8c'
    """
    day = identity.date.strftime("%Y%m%d") if identity.date else "undated"
    label = re.sub(r"[^0-9A-Za-z]+", "", unicodedata.normalize("NFKC", identity.page)) or "x"
    digest = hashlib.sha256(f"{fold(headline)}\n{ordinal}\n{identity.page}".encode()).hexdigest()[:10]
    return f"{identity.paper}-{day}-{label}-{digest}"
