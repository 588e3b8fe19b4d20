"""How the second tier is ranked, the same in every engine: articles that lack some bare words of a query.

For the words w, strings s and bigrams b of a `PartialQuery`, b with the weight g_b, and a document d::

    score(d) = bm25(d) · coverage(d) + STRING_BOOST · held_strings(d)
               + Σ_b g_b · idf(b) · (tf_norm(b, d) + HEAD_BOOST · head(b, d))
    coverage(d) = Σ idf of the words that d holds / Σ idf of all words
    held_strings(d) = letters of the strings that d holds / letters of all strings

`bm25` is the score of `ranking` for the words alone; idf and tf_norm are those of its field body. head(b, d) is 1 for a
bigram in kicker, headline or subtitle, else 0. Only the `CANDIDATES` best by bm25 are scored so, of the articles that
match what binds, pass the filters and are no full matches.

Coverage is the coordination factor of Lucene's ClassicSimilarity with words weighed by their idf. Bigrams find what
jieba splits otherwise in a question than in an article, as in Lucene's CJKAnalyzer. The boosts were chosen on plateaus
of nDCG@10 over the questions that docs/relevance.md describes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.model import Field, Or, PartialQuery, Phrase, Query, Word

CANDIDATES = 200
"""Articles of the first round, the best by their words alone."""
STRING_BOOST = 5.0
HEAD_BOOST = 0.6
HEAD_FIELDS: tuple[Field, ...] = ("kicker", "headline", "subtitle")

Flags = NDArray[np.bool_]
Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PartialEvidence:
    """What each of some documents holds of a partial query, in rows by word, string or bigram, a column a document."""

    bm25: Counts
    """float64, the score of each document for the words."""
    tf_denominators: Counts
    """float64, what is added to the tf in the denominator of BM25, by each document's length."""
    words: Flags
    strings: Flags
    bigrams: Counts
    """float64, how often each document has each bigram."""
    in_head: Flags
    """Which documents have which bigram in kicker, headline or subtitle."""


def any_of(asked: PartialQuery, *, bigrams: bool) -> Query:
    """Return what the articles of the first round match: some of the words, or else some of the bigrams as well."""
    words: tuple[Query, ...] = tuple(Word(word, (word,), or_phrase=False) for word in asked.words)
    return Or((*words, *(Phrase(bigram, ()) for bigram, _ in asked.bigrams)) if bigrams else words)


def partial_scores(
    asked: PartialQuery,
    evidence: PartialEvidence,
    word_idfs: Sequence[float],
    bigram_idfs: Sequence[float],
) -> Counts:
    """Return the score of each document (float64), in the order of the evidence.

    The idfs are those of the words and bigrams in the field body, in the order of the query.
    """
    coverage = np.array(word_idfs) @ evidence.words / (sum(word_idfs) or 1.0)
    letters = np.array([float(len(text)) for text in asked.strings])
    scores: Counts = evidence.bm25 * coverage + STRING_BOOST * (letters @ evidence.strings / letters.sum())
    if asked.bigrams:
        weights = np.array([weight for _, weight in asked.bigrams]) * np.array(bigram_idfs)
        tf_norms = evidence.bigrams / (evidence.bigrams + evidence.tf_denominators)
        scores += weights @ tf_norms + HEAD_BOOST * (weights @ evidence.in_head)
    return scores
