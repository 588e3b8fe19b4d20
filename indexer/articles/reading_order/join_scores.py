"""Score how well one physical line follows another.

Scores are in nats. They add up words and characters that cross the joint (`continuation`), letters that occur together
elsewhere in the article, and evidence from punctuation and datelines. The lines of many articles are scored together:
scoring each article by itself takes six times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.articles.language_model import continuation
from indexer.articles.language_model.continuation import Places
from indexer.articles.language_model.word_unigrams import Floats
from indexer.articles.reading_order.physical_lines import Piece, are_short, open_paragraphs
from indexer.articles.reading_order.repeated_trigrams import Echoes

_MUST_FOLLOW = frozenset("，。、；：！？,;:!?)）》”’%％")

_CUT_NUMBER = re.compile(r"\d[.．]$")
_REST_OF_NUMBER = re.compile(r"\d+(?![\d年月日号])")

_NEVER = -30.0
_IMPOSSIBLE, _UNLIKELY = 8.0, 4.0
_SURE = 20.0

Look = tuple[Sequence[int], Sequence[int]]
"""Row and column indices of a table."""


class Joints:
    """Scores of each piece of an article after each other piece.

    -1 stands before all pieces, the number of pieces after all.
    """

    def __init__(self, pieces: Sequence[Piece], scores: _Scores, first: int) -> None:
        """`scores` cover the pieces of several articles; `first` is the index of this article's first piece."""
        last = first + len(pieces)
        self.pieces = pieces
        self.natural: list[float] = scores.natural[first : last - 1].tolist()
        """The score of each piece with the next, in the order of the extraction."""
        self.opens_paragraph: list[bool] = scores.opens[first:last].tolist()
        """For each piece, whether its own words mark the beginning of a paragraph."""
        self.is_known_start: list[bool] = scores.is_known_start[first:last].tolist()
        """For each piece, whether it begins a cleaned line. False after an editor's code, where that proves nothing."""
        self._scores, self._first = scores, first
        self._table: Floats | None = None

    @classmethod
    def of_each(cls, articles: Sequence[Sequence[Piece]]) -> list[Joints]:
        """Return the joints of each article, in order."""
        if not articles:
            return []
        scores = _Scores(articles)
        return [cls(pieces, scores, first) for pieces, first in zip(articles, scores.first_of, strict=True)]

    def fit(self, one: int, other: int) -> float:
        """Return the score of `other` right after `one`."""
        return self.natural[one] if other == one + 1 else float(self.table[one + 1, other])

    @property
    def table(self) -> Floats:
        """All scores, as a square float64 table of n + 1 rows for n pieces.

        Row `one` + 1 and column `other` hold the score of `other` right after `one`.
        """
        if self._table is None:
            every = range(len(self.pieces) + 1)
            [self._table] = self.tables([self], [(every, every)])
        return self._table

    @staticmethod
    def tables(some: Sequence[Joints], looks: Sequence[Look]) -> Iterator[Floats]:
        """Yield the float64 table of each article, in order, with only the scores that its look needs.

        These are the rows and columns of the look, the extraction's own joints, and joints that skip one piece. All
        other scores are -inf.
        """
        pairs = [joints._pairs(look) for joints, look in zip(some, looks, strict=True)]
        one, other = np.concatenate([joints._first + both for joints, both in zip(some, pairs, strict=True)], axis=1)
        scores = some[0]._scores.of(one, other)
        at = [0, *accumulate(both.shape[1] for both in pairs)]
        for joints, both, (start, end) in zip(some, pairs, pairwise(at), strict=True):
            yield joints._filled(both, scores[start:end])

    def _pairs(self, look: Look) -> Places:
        """Return the pairs to score for a look, as intp of two rows: the first pieces, then the second ones."""
        size = len(self.pieces)
        rows = np.array([row - 1 for row in look[0] if row > 0], np.intp)
        columns = np.array([column for column in look[1] if column < size], np.intp)
        one = np.concatenate((np.repeat(rows, len(columns)), np.arange(size - 2)))
        other = np.concatenate((np.tile(columns, len(rows)), np.arange(2, size)))
        return np.array((one, other))

    def _filled(self, pairs: Places, scores: Floats) -> Floats:
        size = len(self.pieces)
        table = np.full((size + 1, size + 1), -np.inf)
        table[pairs[0] + 1, pairs[1]] = scores
        table.reshape(-1)[size + 2 : size * (size + 2) : size + 2] = self.natural
        table[1:, -1] = 0
        table[0] = 0
        for place, piece in enumerate(self.pieces):
            if piece.has_dateline:
                table[:, place] = _NEVER
                table[0, place] = _SURE
        for place, piece in enumerate(self.pieces):
            if piece.ends:
                table[place + 1] = _NEVER
                table[place + 1, -1] = _SURE
        return table


class _Scores:
    """Word, letter and punctuation scores for the pieces of several articles, numbered consecutively."""

    def __init__(self, articles: Sequence[Sequence[Piece]]) -> None:
        pieces = [*chain.from_iterable(articles)]
        self.first_of = [0, *accumulate(map(len, articles))][:-1]
        self.opens = np.array([*chain.from_iterable(map(open_paragraphs, articles))])
        begins, ends = np.array([piece.begins for piece in pieces]), np.array([piece.ends for piece in pieces])
        self.is_known_start = begins & ~np.append(True, ends[:-1])
        self.is_known_start[self.first_of] = False
        self._is_closed = np.array([piece.is_closed for piece in pieces])
        self._is_short = np.array([*chain.from_iterable(map(are_short, articles))])
        is_inside = ~begins & ~np.array([piece.breaks for piece in pieces])
        must_follow = _IMPOSSIBLE * np.array([piece.text[0] in _MUST_FOLLOW for piece in pieces])
        self._after_end = np.array((must_follow, must_follow + _UNLIKELY * is_inside))
        """Penalties (float64) of each piece after the end of a sentence.

        Row 0 holds those after a full line, row 1 those after a short one, which ends its paragraph.
        """
        self._is_cut = np.array([_CUT_NUMBER.search(piece.text[-2:]) is not None for piece in pieces])
        """Which pieces end in a decimal point, so that only the rest of a number may follow."""
        self._is_rest = np.array([_REST_OF_NUMBER.match(piece.text) is not None for piece in pieces])
        self._sides = continuation.sides([piece.text for piece in pieces])
        self._echoes = Echoes(articles, *self._sides)
        self.natural = self._of_neighbours(ends[:-1] | np.array([piece.has_dateline for piece in pieces[1:]], np.bool_))

    def _of_neighbours(self, never: NDArray[np.bool_]) -> Floats:
        """Return the score of each piece but the first after the one before, as float64 in order.

        `never` (bool, one per pair) marks pairs that cannot join.
        """
        one = np.arange(len(never))
        told = np.where(never, _NEVER, self._told(one, one + 1, self.opens))
        return continuation.fits(*self._sides, one, one + 1) + told

    def of(self, one: Places, other: Places) -> Floats:
        """Score pairs of pieces that are not adjacent in the extraction, as float64 in the order of the pairs."""
        return continuation.fits(*self._sides, one, other) + self._told(one, other, self.opens | self.is_known_start)

    def _told(self, one: Places, other: Places, starts: NDArray[np.bool_]) -> Floats:
        """Score pairs by punctuation and repeated letters, as float64 in the order of the pairs.

        After an unfinished sentence, pieces marked in `starts` (bool, one per piece) are unlikely.
        """
        told: Floats = np.where(
            self._is_closed[one],
            -self._after_end[self._is_short[one].astype(np.intp), other],
            -_UNLIKELY * starts[other] - _IMPOSSIBLE * (self._is_cut[one] & ~self._is_rest[other]),
        )
        unfinished = np.flatnonzero(~self._is_closed[one])
        told[unfinished] += self._echoes.of(one[unfinished], other[unfinished])
        return told
