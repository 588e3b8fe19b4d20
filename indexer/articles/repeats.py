"""Words that the extraction gave twice: flagged, never dropped, since print repeats itself too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from indexer.folding import fold
from indexer.model import Article, Passage

_AT_ONCE = re.compile(
    r"(?P<item>[^、，；。！？]{5,60}[、，；])(?P=item)|(?P<sentence>[^。！？]{8,200}[。！？])(?P=sentence)"
)
_SHORTEST_PASSAGE = 30


def flag_repeats(articles: Iterable[Article]) -> tuple[Article, ...]:
    """Flag paragraphs that say something twice running (网约车司机、网约车司机、) or that stand on the page already."""
    seen: set[str] = set()
    return tuple(
        replace(article, paragraphs=tuple(_flag(passage, seen) for passage in article.paragraphs))
        for article in articles
    )


def _flag(passage: Passage, seen: set[str]) -> Passage:
    folded = fold(passage.text)
    is_long = len(folded) >= _SHORTEST_PASSAGE
    repeated = bool(_AT_ONCE.search(passage.text)) or (is_long and folded in seen)
    if is_long:
        seen.add(folded)
    return replace(passage, flags=(*passage.flags, "repeated")) if repeated else passage
