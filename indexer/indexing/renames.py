"""Which new article is which old one, when a correction or a move gave it another id: so old links go on working."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from indexer.model import Document
from indexer.text.folding import fold, grams

_ALIKE = 0.6
"""Share of bigrams in common from which two texts are one article; a better scan keeps nine tenths of them."""


def renamed(lost: Iterable[Document], gained: Iterable[Document]) -> Mapping[str, str]:
    """Return old id → new id for every lost article that is found again among the gained ones.

    A move leaves the text as it is; a correction changes some of it. Each new article takes the place of one old one.
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
    """Jaccard's index of two sets of bigrams."""
    return len(one & other) / (len(one | other) or 1)
