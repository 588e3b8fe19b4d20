"""Ranks articles that lack some bare words of a query, by `partial_ranking`.

The servers choose the candidates by their words; what `partial_ranking` asks of these is read from their texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexer.engines.opensearch.documents import START, spelled, spelled_word
from indexer.engines.opensearch.queries import Clause, all_of, matching
from indexer.engines.partial_ranking import HEAD_FIELDS, PartialEvidence, partial_scores
from indexer.engines.ranking import BODY_BOOST, field_statistics
from indexer.model import PartialQuery, Phrase, Word

FIELDS = ("words", "units", "length")
"""What is read of each candidate."""


def counting(asked: PartialQuery, visible: Clause) -> list[dict[str, Any]]:
    """Return the requests for what `scores` has to know of the whole index."""
    words = [matching(Word(word, (word,), or_phrase=False)) for word in asked.words]
    bigrams = [matching(Phrase(bigram, ())) for bigram, _ in asked.bigrams]
    clauses = [visible, *(all_of((visible, clause)) for clause in (*words, *bigrams))]
    requests: list[dict[str, Any]] = [{"size": 0, "track_total_hits": True, "query": clause} for clause in clauses]
    requests[0]["aggs"] = {"length": {"sum": {"field": "length"}}}
    return requests


def scores(
    asked: PartialQuery, candidates: Sequence[Mapping[str, Any]], counted: Sequence[Mapping[str, Any]]
) -> list[float]:
    """Return the score of each candidate, a hit of OpenSearch. `counted` are the answers to `counting`."""
    counts = [answer["hits"]["total"]["value"] for answer in counted]
    body = field_statistics(BODY_BOOST, counts[0], int(counted[0]["aggregations"]["length"]["value"]))
    idfs = [body.term_weight(count) for count in counts[1:]]
    evidence = _evidence(asked, candidates, body.tf_denominator)
    found = partial_scores(asked, evidence, idfs[: len(asked.words)], idfs[len(asked.words) :])
    return [float(score) for score in found]


def _evidence(asked: PartialQuery, candidates: Sequence[Mapping[str, Any]], tf_denominator: Any) -> PartialEvidence:
    kept = [candidate["_source"] for candidate in candidates]
    words = [f" {of['words']} " for of in kept]
    texts = [START.join(unit for units in of["units"].values() for unit in units) for of in kept]
    heads = [START.join(unit for name in HEAD_FIELDS for unit in of["units"].get(name, ())) for of in kept]
    asked_words = [f" {spelled_word(word)} " for word in asked.words]
    strings = [spelled(text) for text in asked.strings]
    bigrams = [spelled(text) for text, _ in asked.bigrams]
    return PartialEvidence(
        bm25=np.array([candidate["_score"] for candidate in candidates], np.float64),
        tf_denominators=np.array([tf_denominator(of["length"]) for of in kept]),
        words=_table([[word in of for of in words] for word in asked_words], len(kept)) > 0,
        strings=_table([[bool(text) and text in of for of in texts] for text in strings], len(kept)) > 0,
        bigrams=_table([[_times(bigram, of) for of in texts] for bigram in bigrams], len(kept)),
        in_head=_table([[bigram in of for of in heads] for bigram in bigrams], len(kept)) > 0,
    )


def _table(rows: Sequence[Sequence[float]], columns: int) -> Any:
    return np.array(rows, np.float64).reshape(len(rows), columns)


def _times(bigram: str, text: str) -> int:
    """How often a bigram begins in a text.

    >>> _times("甲甲", "甲甲甲")
    2
    """
    if bigram[0] != bigram[-1]:
        return text.count(bigram)
    place, times = text.find(bigram), 0
    while place >= 0:
        place, times = text.find(bigram, place + 1), times + 1
    return times
