"""bm25s with words of jieba, in both of its modes, or bigrams. It needs the extra `bench`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version as installed

import bm25s

from benchmark.relevance.measures import SHOWN
from benchmark.relevance.questions import Article
from benchmark.relevance.words import bigrams, jieba_words, jieba_words_and_parts

_CUTS: Mapping[str, Callable[[str], list[str]]] = {
    "jieba": jieba_words,
    "jieba with parts": jieba_words_and_parts,
    "bigrams": bigrams,
}


def version() -> str:
    """Return name and version."""
    return f"bm25s {installed('bm25s')} with jieba {installed('jieba')}"


def answers(articles: Sequence[Article], lines: Sequence[str]) -> Mapping[str, list[list[str]]]:
    """Return setting → ids of articles per line, best first."""
    return {f"bm25s {name}": _answers(articles, lines, cut) for name, cut in _CUTS.items()}


def _answers(articles: Sequence[Article], lines: Sequence[str], cut: Callable[[str], list[str]]) -> list[list[str]]:
    held = bm25s.BM25(method="lucene")
    held.index([cut(f"{article.headline}\n{article.body}") for article in articles], show_progress=False)
    size = min(SHOWN + 1, len(articles))

    def ask(line: str) -> list[str]:
        words = cut(line)
        if not words:
            return []
        numbers, weights = held.retrieve([words], k=size, show_progress=False)
        return [articles[int(n)].id for n, weight in zip(numbers[0], weights[0], strict=True) if weight > 0]

    return [ask(line) for line in lines]
