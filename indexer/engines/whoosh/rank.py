"""The best of the documents found, by the formula of `indexer.engines.ranking`, many documents at a time.

Every sum is made in the order and in the 64 bits of the plain formula, so that equal scores are equal here too. Where
many documents were found, bounds on their scores say which are worth the exact sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indexer.engines.ranking import BODY_WEIGHT, HEADLINE_WEIGHT, K1, B, FieldStatistics, field_statistics
from indexer.engines.whoosh.bounds import Bounds, Contenders, contenders
from indexer.engines.whoosh.counting import Choices
from indexer.engines.whoosh.evaluate import Evaluator, Part
from indexer.engines.whoosh.order import newest
from indexer.engines.whoosh.words import BODY_BITS, MOST_IN_BODY, MOST_IN_HEADLINE, TermPostings

Documents = NDArray[np.uint32]
Scores = NDArray[np.float64]
Bytes = NDArray[np.uint8]

WORTH_BOUNDING = 16_384
"""From how many documents on bounds save time: finding a word's byte for each document costs 20 to 40 ns."""

_MOST_BOUNDED = 32
"""Words with bounds of their own: with more of them most documents have several."""
_Kind = Literal["f8", "f4"]
"""Floating-point numbers of so many bytes."""
_ROUGHLY = 1e-6
"""How far numbers of 32 bits may be from those of 64 after some sums, as a part of them, for each sum."""
_ALL_BYTES = np.arange(256)
_IN_BODY = (_ALL_BYTES & MOST_IN_BODY).astype(np.float64)
_IN_HEADLINE = (_ALL_BYTES >> BODY_BITS).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A term of the query and what a document can earn by it in each field, at most."""

    term: str
    in_body: float
    in_headline: float


_Held = tuple[Weighed, TermPostings]
_Lot = tuple[Documents, Sequence[_Held]]
"""Documents, ascending, with all the postings that they are scored by."""


class Ranking:
    """The formula with the figures of one generation: how many documents, how long, how many hold a term."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        live = sum(part.live_count for part in parts)
        body, headline = (sum(lengths) for lengths in zip(*map(_live_lengths, parts), strict=True)) if parts else (0, 0)
        self._body = field_statistics(BODY_WEIGHT, live, body)
        self._headline = field_statistics(HEADLINE_WEIGHT, live, headline)
        self._body_norms = _norms(self._body, [part.segment.body_lengths for part in parts])
        self._headline_norms = _norms(self._headline, [part.segment.headline_lengths for part in parts])
        self._norms_of = cache(self._norms_by_document)

    def weigh(self, terms: Sequence[str], parts: Sequence[Part], evaluators: Sequence[Evaluator]) -> list[Weighed]:
        """The terms that any document holds, with their weights, in order."""
        weighed = []
        for term in terms:
            found = [(part, evaluator.postings(term)) for part, evaluator in zip(parts, evaluators, strict=True)]
            held = [_live_holdings(part, postings) for part, postings in found if postings is not None]
            if held:
                in_body, in_headline = (sum(counts) for counts in zip(*held, strict=True))
                weighed.append(Weighed(term, self._body.gain(in_body), self._headline.gain(in_headline)))
        return weighed

    def best(
        self, chosen: Choices, count: int, part: Part, evaluator: Evaluator, terms: Sequence[Weighed]
    ) -> tuple[Documents, Scores]:
        """The best of the documents chosen in a part, and their scores; among equals greater numbers come first."""
        held: Sequence[_Held] = [(of, found) for of in terms if (found := evaluator.postings(of.term)) is not None]
        if not held:
            documents = newest(chosen.documents.numbers, count)
            return documents, np.zeros(len(documents))
        lots = self._worth_scoring(chosen, count, part, held)
        documents = np.concatenate([documents for documents, _ in lots])
        scores = np.concatenate([self._scores(documents, by, part) for documents, by in lots])
        if len(lots) > 1:
            order = documents.argsort()
            documents, scores = documents[order], scores[order]
        best = _best(scores, count)
        return documents[best], scores[best]

    def _worth_scoring(self, chosen: Choices, count: int, part: Part, held: Sequence[_Held]) -> list[_Lot]:
        """The documents that may be among the best `count`, or all where there are few."""
        if len(chosen.documents) <= max(WORTH_BOUNDING, 4 * count):
            return [(chosen.documents.numbers, held)]
        found = self._contenders(chosen, count, part, held) if len(held) <= _MOST_BOUNDED else None
        if found is None:
            return [(self._roughly_best(chosen.documents.numbers, count, part, held), held)]
        alone = [
            (postings.documents, [(term, postings)])
            for (term, _), postings in zip(held, found.single, strict=True)
            if len(postings)
        ]
        return [
            (self._roughly_best(documents, count, part, by), by)
            for documents, by in [(found.several, held), *alone]
            if len(documents)
        ]

    def _contenders(self, chosen: Choices, count: int, part: Part, held: Sequence[_Held]) -> Contenders | None:
        bounds = [Bounds(postings, self._bounds(term)) for term, postings in held]
        return contenders(
            chosen.documents.bitmap, bounds, count, lambda documents: self._scores(documents, held, part, "f4")
        )

    def _roughly_best(self, documents: Documents, count: int, part: Part, held: Sequence[_Held]) -> Documents:
        """Those whose scores in 32 bits, which take half the time, don't rule them out; all where there are few."""
        if len(documents) <= max(WORTH_BOUNDING, 4 * count):
            return documents
        scores = self._scores(documents, held, part, "f4")
        return documents[scores >= _greatest(scores, count) * (1 - _ROUGHLY * (len(held) + 9))]

    def _scores(self, documents: Documents, held: Sequence[_Held], part: Part, kind: _Kind = "f8") -> Scores:
        norms = self._norms_of(part, kind).take(documents)
        sums: Scores | None = None
        for term, postings in held:
            found = _Frequencies(documents, postings, part)
            in_body = found.in_body(kind)
            earned = in_body + norms
            np.divide(in_body, earned, out=earned)
            earned *= term.in_body
            sums = earned if sums is None else np.add(sums, earned, out=sums)
            if postings.headline_count:
                places, in_headline = found.in_headline()
                headline_norms = self._headline_norms.take(part.segment.headline_lengths.take(documents[places]))
                sums[places] += term.in_headline * (in_headline / (in_headline + headline_norms))
        return np.zeros(len(documents)) if sums is None else sums

    def _norms_by_document(self, part: Part, kind: _Kind) -> Scores:
        return self._body_norms.astype(kind).take(part.segment.body_lengths)

    def _bounds(self, term: Weighed) -> Scores:
        """What a document with each frequency byte can earn at most: in the shortest text, if that many are all."""
        body = _saturations(_IN_BODY, self._body_norms[self._shortest_body])
        headline = _saturations(_IN_HEADLINE, self._headline_norms[self._shortest_headline])
        body[_IN_BODY == MOST_IN_BODY] = headline[_IN_HEADLINE == MOST_IN_HEADLINE] = 1.0
        return term.in_body * body + term.in_headline * headline

    @cached_property
    def _shortest_body(self) -> int:
        return min(int(part.segment.body_lengths.min()) for part in self._parts)

    @cached_property
    def _shortest_headline(self) -> int:
        return min(int(part.segment.headline_lengths.min()) for part in self._parts)


class _Frequencies:
    """How often each of some documents, ascending, has a term."""

    def __init__(self, documents: Documents, postings: TermPostings, part: Part) -> None:
        self._documents = documents
        self._exact = postings.overflow
        self._bytes = _bytes_of(documents, postings, part)

    def in_body(self, kind: _Kind) -> Scores:
        """How often each has it anywhere."""
        found: Scores = (self._bytes & MOST_IN_BODY).astype(kind)
        if len(self._exact):
            places, rows = self._overflow()
            found[places] = rows[:, 1]
        return found

    def in_headline(self) -> tuple[NDArray[np.intp], Scores]:
        """Which have it in the headline, by their places among the documents, and how often."""
        places = (self._bytes > MOST_IN_BODY).nonzero()[0]
        found = (self._bytes.take(places) >> BODY_BITS).astype(np.float64)
        if len(self._exact):
            full, rows = self._overflow()
            in_both = rows[:, 2] > 0
            found[places.searchsorted(full[in_both])] = rows[in_both, 2]
        return places, found

    def _overflow(self) -> tuple[NDArray[np.intp], Documents]:
        """Those that have it more often than a byte can tell, by their places, and the exact numbers."""
        places = self._documents.searchsorted(self._exact[:, 0])
        are_there = self._documents.take(places, mode="clip") == self._exact[:, 0]
        return places[are_there], self._exact[are_there]


def frequencies(documents: Documents, postings: TermPostings, part: Part) -> list[int]:
    """How often each of some documents, in any order, has a term."""
    found: list[int] = (_bytes_of(documents, postings, part) & MOST_IN_BODY).tolist()
    if MOST_IN_BODY in found:
        exact = {document: body for document, body, _ in postings.overflow.tolist()}
        found = [exact.get(of, its) for of, its in zip(documents.tolist(), found, strict=True)]
    return found


def _live_lengths(part: Part) -> tuple[int, int]:
    """How many words live documents and their headlines have together."""
    segment = part.segment
    gone = np.array(part.deleted.to_array(), np.uint32)
    body = segment.body_total - int(segment.body_lengths.take(gone).sum(dtype=np.int64))
    return body, segment.headline_total - int(segment.headline_lengths.take(gone).sum(dtype=np.int64))


def _norms(statistics: FieldStatistics, lengths: Sequence[NDArray[np.unsignedinteger]]) -> Scores:
    """What is added to the frequency in the formula's denominator, by the length of a text."""
    longest = max((int(of.max()) for of in lengths if len(of)), default=0)
    return np.asarray(K1 * (1 - B + B * np.arange(longest + 1) / statistics.average_length), np.float64)


def _live_holdings(part: Part, postings: TermPostings) -> tuple[int, int]:
    """How many live documents hold a term anywhere, and in the headline."""
    if not part.deleted and not postings.body_missing:
        return len(postings), postings.headline_count
    frequencies = postings.frequencies
    if part.deleted:
        gone = np.array(part.deleted.to_array(), np.uint32)
        frequencies = frequencies[np.isin(postings.documents, gone, invert=True)]
    in_body = int(np.count_nonzero(frequencies & MOST_IN_BODY))
    return in_body, int(np.count_nonzero(frequencies > MOST_IN_BODY))


def _bytes_of(documents: Documents, postings: TermPostings, part: Part) -> Bytes:
    """The frequency byte of each document, 0 where it does not hold the term."""
    if postings.dense is not None:
        return postings.dense.take(documents)
    holding = postings.documents
    if len(holding) == len(documents) and np.array_equal(holding, documents):
        return postings.frequencies
    if len(documents) * 16 < part.segment.documents:
        at = holding.searchsorted(documents)
        found = postings.frequencies.take(at, mode="clip")
        return np.where(holding.take(at, mode="clip") == documents, found, np.uint8(0))
    by_document = np.zeros(part.segment.documents, np.uint8)
    by_document[holding] = postings.frequencies
    return by_document.take(documents)


def _saturations(frequencies: Scores, norm: float) -> Scores:
    saturations: Scores = frequencies / (frequencies + norm)
    return saturations


def _best(scores: Scores, count: int) -> NDArray[np.intp]:
    """The places of the highest scores, highest first; among equals the last place first.

    >>> _best(np.array([1.0, 3.0, 2.0, 3.0]), 3)
    array([3, 1, 2])
    """
    places = np.arange(len(scores) - 1, -1, -1)
    if 0 < count < len(scores):
        places = (scores >= _greatest(scores, count)).nonzero()[0][::-1]
    return places[(-scores[places]).argsort(kind="stable")[:count]]


def _greatest(values: Scores, count: int) -> float:
    """The least of the `count` greatest values. (numpy's functions are Python around these methods.)"""
    parted = values.copy()
    parted.partition(len(values) - count)
    return float(parted[len(values) - count])
