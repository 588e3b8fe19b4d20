"""Score joints by character trigrams that occur elsewhere in the article, and by letters printed twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.articles.language_model.continuation import Letters, Places, Side
from indexer.articles.language_model.word_unigrams import Floats
from indexer.articles.reading_order.physical_lines import Piece

_SEEN_ELSEWHERE = 3.0
"""Score of a trigram that occurs elsewhere in the article: 22 % of true joints have one, and 1 % of chance ones."""
_TWICE = -4.0
_LEAST_BITS = 18
_BITS_A_LETTER = 8
_SPREAD = np.array((0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F), np.uint32)
"""Multipliers of the two hash functions of a Bloom filter.

An issue has 30,000 trigrams, which fill a tenth of each hash table; longer ones have larger tables. Together they
mistake one trigram in a hundred.
"""


class Echoes:
    """Scores of joints from letters that the rest of the article repeats."""

    def __init__(self, articles: Sequence[Sequence[Piece]], ends: Side, beginnings: Side) -> None:
        self._ends, self._beginnings = ends.letters, beginnings.letters
        self._pieces = [piece.text for pieces in articles for piece in pieces]
        self._texts = ["\n".join([piece.text for piece in pieces]) for pieces in articles]
        self._article = np.repeat(np.arange(len(articles), dtype=np.uint32), [len(pieces) for pieces in articles])
        page = "\n".join(self._texts)
        letters = np.frombuffer(page.encode("utf-32-le", "surrogatepass"), np.uint32)
        article = np.repeat(np.arange(len(articles), dtype=np.uint32), [len(text) + 1 for text in self._texts])
        self._bits = max(_LEAST_BITS, (_BITS_A_LETTER * len(letters)).bit_length() - 1)
        self._seen = np.zeros((2, 1 << self._bits), np.bool_)
        of_page = _hashes(letters[:-2], letters[1:-1], letters[2:], article[:-3], self._bits)
        for seen, hashes in zip(self._seen, of_page, strict=True):
            seen[hashes] = True

    def of(self, one: Places, other: Places) -> Floats:
        """Return the score of each `other` after its `one`, in nats, as float64 in the order of the pairs."""
        last, last_but_one = self._ends[one, 0], self._ends[one, 1]
        first, second = self._beginnings[other, 0], self._beginnings[other, 1]
        article = self._article[one]
        likely = self._may_hold(last, first, second, article) | self._may_hold(last_but_one, last, first, article)
        at = np.flatnonzero(likely)
        is_seen = map(self._is_seen, one[at].tolist(), other[at].tolist(), article[at].tolist())
        told = np.zeros(len(one))
        told[at] = _SEEN_ELSEWHERE * np.fromiter(is_seen, np.float64, len(at))
        is_one = (last_but_one == 0) & (second == 0) & (last == first)
        told[is_one | (last_but_one == first) & (last == second)] += _TWICE
        return told

    def _may_hold(self, one: Letters, two: Letters, three: Letters, article: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Return which trigrams may occur in their article (bool, in order). A Bloom filter: some of them do not."""
        first, second = _hashes(one, two, three, article, self._bits)
        held: NDArray[np.bool_] = self._seen[0].take(first) & self._seen[1].take(second)
        return held

    def _is_seen(self, one: int, other: int, article: int) -> bool:
        """Return whether a trigram across the joint occurs in the article, with one or two letters before the joint."""
        end, start = self._pieces[one][-2:], self._pieces[other][:2]
        text = self._texts[article]
        return any(len(three) == 3 and three.isalpha() and three in text for three in (end[-1] + start, end + start[0]))


def _hashes(
    one: Letters, two: Letters, three: Letters, article: NDArray[np.uint32], bits: int
) -> tuple[Letters, Letters]:
    first, second, third, fourth = _SPREAD
    mixed = (one * first ^ two * second ^ three * third) + article * fourth
    return mixed >> np.uint32(32 - bits), (mixed * third) >> np.uint32(32 - bits)
