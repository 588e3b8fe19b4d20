"""Match articles whose ids have changed, so that old links keep working.

The id of an article changes when its text is corrected, when its page is moved, or when another release of baosou
divides a page differently or reads another headline.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import chain

from indexer.model import FormerArticle
from indexer.text.folding import fold, grams

_ALIKE = 0.6
"""The minimum Jaccard index of two versions of an article.

A better scan keeps nine tenths of the bigrams.
"""
_SHARED_ON_PAGE = 0.3
"""The minimum share of the shorter one's bigrams for two articles of one page file, which may have been joined or
divided."""
_COMMON = 50
"""A bigram in more articles than this does not show which of them is meant."""
_LOOKED_AT = 5
"""How many of the articles with most bigrams in common are compared."""

_Bigrams = frozenset[str]


def renamed(lost: Iterable[FormerArticle], current: Iterable[FormerArticle]) -> Mapping[str, str]:
    """Return old id → new id for the lost articles that are among the current ones.

    The current article most like a lost one is taken, best on the same page. A move doesn't change the text, and a
    correction changes only part of it. Where articles were joined, several lost ones lead to one.
    """
    articles = list(lost)
    bigrams = {article.id: _bigrams(article) for article in articles}
    candidates = _Candidates(current, {article.source for article in articles}, frozenset().union(*bigrams.values()))
    pairs = {article.id: candidates.most_alike(article, bigrams[article.id]) for article in articles}
    return {old: new for old, new in pairs.items() if new}


class _Candidates:
    """The articles that lost ones may be found among: those on their pages, and those made mostly of their bigrams.

    No other article can be another version of one of them, and there may be very many others.
    """

    def __init__(self, current: Iterable[FormerArticle], pages: Set[str], wanted: _Bigrams) -> None:
        self._bigrams: dict[str, _Bigrams] = {}
        self._on_page: dict[str, list[str]] = defaultdict(list)
        self._with_bigram: dict[str, list[str]] = defaultdict(list)
        for article in current:
            bigrams = _bigrams(article)
            if article.source not in pages and len(bigrams & wanted) < _ALIKE * len(bigrams):
                continue
            self._bigrams[article.id] = bigrams
            self._on_page[article.source].append(article.id)
            for bigram in bigrams:
                self._with_bigram[bigram].append(article.id)
        self._taken: set[str] = set()

    def most_alike(self, lost: FormerArticle, old: _Bigrams) -> str:
        """The id of the article that is most like a lost one with these bigrams, or ""."""
        here = self._on_page.get(lost.source, [])
        found = self._alike(old, here) or self._alike(old, self._similar(old)) or self._part(old, here)
        self._taken.add(found)
        return found

    def _alike(self, old: _Bigrams, ids: Sequence[str]) -> str:
        """Another version of the whole article. Of equals the one that no other lost article has taken."""
        best = max(ids, key=lambda one: (jaccard(old, self._bigrams[one]), one not in self._taken), default="")
        return best if best and jaccard(old, self._bigrams[best]) >= _ALIKE else ""

    def _similar(self, old: _Bigrams) -> list[str]:
        """The articles with most of the rarer bigrams."""
        holders = (self._with_bigram.get(bigram, []) for bigram in old)
        shared = Counter(chain.from_iterable(ids for ids in holders if len(ids) <= _COMMON))
        return [one for one, _ in shared.most_common(_LOOKED_AT)]

    def _part(self, old: _Bigrams, ids: Sequence[str]) -> str:
        """The article with most of the old one's text, where articles were joined or divided."""
        best = max(ids, key=lambda one: len(old & self._bigrams[one]), default="")
        if not best:
            return ""
        shorter = min(len(old), len(self._bigrams[best]))
        return best if shorter and len(old & self._bigrams[best]) >= _SHARED_ON_PAGE * shorter else ""


def _bigrams(article: FormerArticle) -> _Bigrams:
    return frozenset(gram for text in article.texts for gram in grams(fold(text)))


def jaccard(one: _Bigrams, other: _Bigrams) -> float:
    """Return the Jaccard index of two sets of bigrams."""
    return len(one & other) / (len(one | other) or 1)
