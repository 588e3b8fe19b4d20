"""How hits are ranked, the same in every engine: BM25 over two fields, summed.

For a query of terms t and a document d, over the fields body (all words of the article) and headline::

    score(d) = Σ_t Σ_f  boost_f · idf_f(t) · tf / (tf + k1 · (1 − b + b · len_f(d) / avg_f))
    idf_f(t) = ln(1 + (N − n + ½) / (n + ½))

N counts the documents of the index, n those whose field f holds t, tf how often d's does, len the words in d's field
and avg their mean over all N documents; deleted documents count nowhere. This is BM25 of Robertson and Zaragoza, "The
Probabilistic Relevance Framework" (2009), with the idf and without the constant factor (k1 + 1), as in Lucene's
BM25Similarity since 8.0, so that OpenSearch ranks alike.

Articles that hold each bare word as it was typed come before those that hold its pieces apart: to their score the sum
of all boost_f · idf_f(t) is added, which no score exceeds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from indexer.model import And, Everything, Near, Not, Or, Phrase, Prefix, Query, Word

K1 = 1.2
B = 0.75
BODY_BOOST = 1.0
HEADLINE_BOOST = 0.25
_CACHED_QUERIES = 512


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """What ranking needs to know of one field of the whole index: its boost, N and the mean length in words."""

    boost: float
    doc_count: int
    average_length: float

    def term_weight(self, doc_freq: int) -> float:
        """The weight of a term that `doc_freq` of the documents hold: boost · idf.

        >>> round(FieldStatistics(boost=1.0, doc_count=10, average_length=5.0).term_weight(1), 4)
        1.9924
        """
        return self.boost * math.log(1 + (self.doc_count - doc_freq + 0.5) / (doc_freq + 0.5))

    def tf_norm(self, frequency: int, length: int) -> float:
        """The share of the term weight that a document scores which has the term `frequency` times in `length` words.

        >>> round(FieldStatistics(boost=1.0, doc_count=10, average_length=5.0).tf_norm(1, 5), 4)
        0.4545
        """
        return frequency / (frequency + self.tf_denominator(length))

    def tf_denominator(self, length: float) -> float:
        """What is added to the frequency in the formula's denominator, in a text of `length` words."""
        return K1 * (1 - B + B * length / self.average_length)


def field_statistics(boost: float, doc_count: int, total_length: int) -> FieldStatistics:
    """The statistics of a field that has `total_length` words in all documents together.

    >>> field_statistics(2.0, 4, 10)
    FieldStatistics(boost=2.0, doc_count=4, average_length=2.5)
    """
    # A field without a word anywhere has no term to rank by; any length but 0 will do.
    return FieldStatistics(boost, doc_count, total_length / doc_count if total_length else 1.0)


@lru_cache(maxsize=_CACHED_QUERIES)
def positive_terms(query: Query) -> tuple[str, ...]:
    """The words that a hit is ranked by: those of the query that are not negated, each once, in order.

    A prefix is not ranked: it stands for any number of words, and none of them was asked for.

    >>> positive_terms(And((Word("工会", ("工会",), False), Not(Word("招聘", ("招聘",), False)))))
    ('工会',)
    """
    return tuple(dict.fromkeys(_terms(query, positive=True)))


@lru_cache(maxsize=_CACHED_QUERIES)
def as_typed(query: Query) -> Query:
    """A query whose words match as strings alone, so that it matches the articles that come first.

    It equals the query where no word may match by pieces.

    >>> as_typed(Word("企业管理", ("企业", "管理"), or_phrase=True))
    Phrase(text='企业管理', terms=('企业', '管理'), field=None)
    """
    match query:
        case Word(text, terms, True, field):
            return Phrase(text, terms, field)
        case And(clauses):
            return And(tuple(map(as_typed, clauses)))
        case Or(clauses):
            return Or(tuple(map(as_typed, clauses)))
        case _:
            return query


def counted_terms(query: Query) -> tuple[str, ...]:
    """Return the words of a query that are counted in each hit: none where it is marked as text.

    >>> counted_terms(Word("工会", ("工会",), or_phrase=False)), counted_terms(Phrase("工会", ("工会",)))
    (('工会',), ())
    """
    match query:
        case Phrase() | Near():
            return ()
        case Word(text, (term,), True) if term == text:
            return ()
        case _:
            return positive_terms(query)


def _terms(query: Query, positive: bool) -> Iterator[str]:
    match query:
        case Word() | Phrase() | Near():
            if positive:
                yield from query.terms
        case Not(clause):
            yield from _terms(clause, not positive)
        case And(clauses) | Or(clauses):
            for clause in clauses:
                yield from _terms(clause, positive)
        case Everything() | Prefix():
            return
