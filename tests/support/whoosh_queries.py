"""Translate our queries and our ranking for Whoosh's Searcher."""

from __future__ import annotations

from collections.abc import Sequence

from whoosh import query as whoosh
from whoosh.matching import Matcher
from whoosh.scoring import BaseScorer, WeightingModel
from whoosh.searching import Searcher

from indexer.engines.ranking import BODY_BOOST, HEADLINE_BOOST, FieldStatistics, field_statistics, positive_terms
from indexer.model import And, Everything, Not, Or, Phrase, Prefix, Query, TokenisedDocument, Word
from indexer.text.folding import grams

BOOSTS = {"words": BODY_BOOST, "headline_words": HEADLINE_BOOST}


def translated(query: Query) -> whoosh.Query:
    """Translate a query.

    All matches get the same score, to which the score of each distinct word is added.
    """
    bag = [whoosh.Term(field, term) for term in positive_terms(query) for field in BOOSTS]
    match = whoosh.ConstantScoreQuery(_match(query), score=1.0)
    return whoosh.AndMaybe(match, whoosh.Or(bag)) if bag else match


def _match(query: Query) -> whoosh.Query:
    match query:
        case Everything():
            return whoosh.Every()
        case Word(text, terms, or_phrase, field):
            stream = "words" if field is None else "headline_words"
            found = _all([whoosh.Term(stream, term) for term in terms]) if terms else whoosh.NullQuery
            return _any([found, _phrase(text)]) if or_phrase else found
        case Phrase(text):
            return _phrase(text)
        case Prefix(text, field):
            return whoosh.Prefix("words" if field is None else "headline_words", text)
        case Not(clause):
            return whoosh.AndNot(whoosh.Every(), _match(clause))
        case And(clauses):
            return _all([_match(clause) for clause in clauses])
        case Or(clauses):
            return _any([_match(clause) for clause in clauses])
    raise ValueError(f"Whoosh has no query like {query}")


def _all(clauses: Sequence[whoosh.Query]) -> whoosh.Query:
    if whoosh.NullQuery in clauses:
        return whoosh.NullQuery
    return whoosh.And(list(clauses)) if clauses else whoosh.Every()


def _any(clauses: Sequence[whoosh.Query]) -> whoosh.Query:
    """Combine clauses with Or, without those that match nothing.

    Otherwise Whoosh would drop alternatives beside such nested clauses.
    """
    kept = [clause for clause in clauses if clause != whoosh.NullQuery]
    return whoosh.Or(kept) if kept else whoosh.NullQuery


def _phrase(text: str) -> whoosh.Query:
    if len(text) < 2:
        return whoosh.Prefix("grams", text) if text else whoosh.NullQuery
    covering = grams(text)[:-1]
    return whoosh.Phrase("grams", covering) if len(covering) > 1 else whoosh.Term("grams", covering[0])


class OurWeighting(WeightingModel):  # type: ignore[misc]
    """The formula of `ranking`, with the statistics of the live documents."""

    def __init__(self, documents: Sequence[TokenisedDocument]) -> None:
        self._words = {
            "words": [document.words for document in documents],
            "headline_words": [document.headline_words for document in documents],
        }

    def scorer(self, searcher: Searcher, fieldname: str, text: bytes, qf: int = 1) -> BaseScorer:
        if fieldname not in BOOSTS:  # grams don't rank, but Whoosh treats a score of zero as no match
            return _Scorer(searcher, "words", field_statistics(1.0, 1, 1), 1.0)
        of_all = self._words[fieldname]
        statistics = field_statistics(BOOSTS[fieldname], len(of_all), sum(map(len, of_all)))
        term = text.decode()
        return _Scorer(searcher, fieldname, statistics, statistics.term_weight(sum(term in words for words in of_all)))


class _Scorer(BaseScorer):  # type: ignore[misc]
    def __init__(self, searcher: Searcher, fieldname: str, statistics: FieldStatistics, term_weight: float) -> None:
        self._searcher, self._fieldname = searcher, fieldname
        self._statistics, self._term_weight = statistics, term_weight

    def supports_block_quality(self) -> bool:
        return False

    def max_quality(self) -> float:
        return self._term_weight

    def score(self, matcher: Matcher) -> float:
        length = self._searcher.doc_field_length(matcher.id(), self._fieldname)
        return self._term_weight * self._statistics.tf_norm(int(matcher.weight()), length)
