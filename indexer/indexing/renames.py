"""Match articles whose ids have changed, so that old links keep working.

The id of an article changes when its text is corrected or its page is moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from indexer.model import Document
from indexer.text.folding import fold, grams

_ALIKE = 0.6
"""The minimum Jaccard index of two versions of an article.

A better scan keeps nine tenths of the bigrams.
"""


def renamed(lost: Iterable[Document], gained: Iterable[Document]) -> Mapping[str, str]:
    """Return old id → new id for the lost articles that are among the gained ones.

    A move doesn't change the text, and a correction changes only part of it. Each new article matches at most one old
    one.
    """
    candidates = {document.id: _bigrams(document) for document in gained}
    by_text = {bigrams: article_id for article_id, bigrams in candidates.items()}
    pairs: dict[str, str] = {}
    for document in lost:
        old = _bigrams(document)
        same = by_text.get(old, "")
        best = same if same in candidates else _most_alike(old, candidates)
        if best:
            pairs[document.id] = best
            del candidates[best]
    return pairs


def _most_alike(old: frozenset[str], candidates: Mapping[str, frozenset[str]]) -> str:
    best = max(candidates, key=lambda one: _alike(old, candidates[one]), default="")
    return best if best and _alike(old, candidates[best]) >= _ALIKE else ""


def _bigrams(document: Document) -> frozenset[str]:
    article = document.article
    texts = [article.headline, *(passage.text for passage in (*article.paragraphs, *article.captions))]
    return frozenset(gram for text in texts for gram in grams(fold(text)))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard index of two sets of bigrams."""
    return len(one & other) / (len(one | other) or 1)
