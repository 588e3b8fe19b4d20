"""Does the text run on here? What the end of one line and the beginning of another say about each other.

A line that ends in 短缺矛 waits for 盾. The judgement is a likelihood ratio: how much likelier the two pieces are as
one text than as an end and a beginning that have nothing to do with each other. The word frequencies of jieba's
dictionary tell where a word runs across: an end inside a word (矛) waits for the rest, so any other beginning counts
against the pair. Where no word does, how often the two characters meet in news text tells a little.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from indexer import tokens

_HAN = "\u4e00-\u9fd5"
_LONGEST_RUN = 4
"""Letters on either side that are looked at: on generated pages as many as eight tell no more."""
_TAIL = re.compile(f"[{_HAN}]+$")
_HEAD = re.compile(f"[{_HAN}]{{1,{_LONGEST_RUN}}}")
_FOLLOWER = re.compile(r"(\D)(\d+)")
_LONGEST_WORD = 4
_LAST_LETTER = "\uffff"
_WEIGHT = 0.7
"""Of the neighbours' evidence, since it is in part the same as that of the words; best on generated pages."""
_SELDOM = 20
_DISCOUNT = 0.75
_KINDS = 60
"""About as many different characters follow a common one; what is discounted from those seen is for the unseen."""
_SHIFTS = (48, 32, 16, 0)
"""Where the four letters of a word stand in its number."""
_RAREST_WORD = 3
_UNKNOWN = 17.0
"""The cost of a character that no word holds: about one in the whole dictionary's count."""


class _Words:
    """The words of the dictionary that count: what each costs, and what a beginning and an end of longer words cost.

    A cost is the negative log probability of what occurs so often in the dictionary's text.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        counts = {
            word: count
            for word, count in counts.items()
            if count >= _RAREST_WORD and len(word) <= _LONGEST_WORD and max(word) <= _LAST_LETTER
        }
        total = sum(counts.values())
        costs = {count: math.log(total / count) for count in set(counts.values())}
        self.costs = {word: costs[count] for word, count in counts.items()}
        self.begun = _Parts(counts, total, ends=False)
        self.ended = _Parts(counts, total, ends=True)


class _Parts:
    """What the beginnings of longer words cost, or their ends.

    Words are numbers of four letters, in order: those that begin alike are neighbours, and their counts are summed up.
    """

    def __init__(self, counts: Mapping[str, int], total: int, *, ends: bool) -> None:
        self._counts, self._total, self._step = counts, total, -1 if ends else 1
        padded = [word[:: self._step].ljust(_LONGEST_WORD, "\0") for word in counts]
        letters = np.frombuffer("".join(padded).encode("utf-16-be"), ">u2").reshape(-1, _LONGEST_WORD)
        codes = letters.astype(np.uint64) @ np.array([1 << shift for shift in _SHIFTS], np.uint64)
        order = np.argsort(codes)
        self._codes: list[int] = codes[order].tolist()
        in_order = np.fromiter(counts.values(), np.int64, len(counts))[order]
        self._sums: list[int] = [0, *np.cumsum(in_order).tolist()]
        self.cost = lru_cache(maxsize=1 << 16)(self._cost)

    def _cost(self, text: str) -> float | None:
        """The cost of a part of longer words; None where it is part of none."""
        first = 0
        for letter, shift in zip(text[:: self._step], _SHIFTS, strict=False):
            first |= ord(letter) << shift
        low = bisect_left(self._codes, first)
        high = bisect_left(self._codes, first + (1 << _SHIFTS[len(text) - 1]), low)
        count = self._sums[high] - self._sums[low] - self._counts.get(text, 0)
        return math.log(self._total / count) if count else None


@cache
def _words() -> _Words:
    """The dictionary, a third of a second's work: only pages with torn lines ask for it."""
    return _Words(tokens.word_counts())


class _Neighbours:
    """How much likelier than by chance, in nats, a character follows another, by the table of scripts/build_neighbours.

    A character's row is worked out when it is first asked for.
    """

    def __init__(self) -> None:
        table = Path(__file__).with_name("data") / "neighbours.tsv"
        rows = [row.split("\t") for row in table.read_text(encoding="utf-8").splitlines() if not row.startswith("#")]
        self._seen = {first: int(count) for first, count, _ in rows}
        self._followers = {first: followers for first, _, followers in rows}
        self._total = sum(self._seen.values())
        self._rows: dict[str, tuple[Mapping[str, float], float]] = {}

    def after(self, first: str) -> tuple[Mapping[str, float], float]:
        """What follows a character, and how likely; and the same of whatever was not seen to follow it."""
        if first not in self._rows:
            seen = self._seen.get(first, 0)
            if seen < _SELDOM:
                return {}, 0.0
            scores = {
                second: self._score(int(count), seen, self._seen.get(second, 1) / self._total)
                for second, count in _FOLLOWER.findall(self._followers[first])
            }
            self._rows[first] = scores, self._score(0, seen, 1 / self._total)
        return self._rows[first]

    def _score(self, followed: int, seen: int, chance: float) -> float:
        likely = max(followed - _DISCOUNT, 0) / seen + _DISCOUNT * _KINDS * chance / seen
        return min(max(math.log(min(likely, 1.0) / chance), -3.0), 4.0)


@cache
def _neighbours() -> _Neighbours:
    return _Neighbours()


def neighbours(before: str, after: str) -> float:
    """How much likelier than by chance, in nats, one character follows the other; 0 where little is known.

    >>> neighbours("工", "作") > 2, neighbours("的", "，") < 0
    (True, True)
    """
    scores, otherwise = _neighbours().after(before)
    return scores.get(after, otherwise)


class Tail:
    """The end of a piece of text, and what it costs to cut it into words.

    `whole` is the cost with no word running on; `open` holds the letters at the end that a longer word may begin with,
    each with the cost of what is before them; `alone` is the least cost, where any such word may follow.
    """

    __slots__ = ("alone", "last", "open", "whole")

    def __init__(self, text: str) -> None:
        words = _words()
        self.last = text[-1:]
        found = _TAIL.search(text[-_LONGEST_RUN:])
        letters = found[0] if found else ""
        size = len(letters)
        best = [0.0]
        for end in range(1, size + 1):
            least = best[end - 1] + words.costs.get(letters[end - 1], _UNKNOWN)
            for start in range(max(end - _LONGEST_WORD, 0), end - 1):
                cost = words.costs.get(letters[start:end])
                if cost is not None and best[start] + cost < least:
                    least = best[start] + cost
            best.append(least)
        self.whole = self.alone = best[size]
        self.open: list[tuple[str, float]] = []
        for start in range(max(size - _LONGEST_WORD + 1, 0), size):
            cost = words.begun.cost(letters[start:])
            if cost is not None:
                self.open.append((letters[start:], best[start]))
                self.alone = min(self.alone, best[start] + cost)


class Head:
    """The beginning of a piece of text; as `Tail`, the other way round."""

    __slots__ = ("alone", "first", "open", "whole")

    def __init__(self, text: str) -> None:
        words = _words()
        self.first = text[:1]
        found = _HEAD.match(text)
        letters = found[0] if found else ""
        size = len(letters)
        best = [0.0] * (size + 1)
        for start in reversed(range(size)):
            least = words.costs.get(letters[start], _UNKNOWN) + best[start + 1]
            for end in range(start + 2, min(start + _LONGEST_WORD, size) + 1):
                cost = words.costs.get(letters[start:end])
                if cost is not None and cost + best[end] < least:
                    least = cost + best[end]
            best[start] = least
        self.whole = self.alone = best[0]
        self.open: list[tuple[str, float]] = []
        for end in range(1, min(size, _LONGEST_WORD - 1) + 1):
            cost = words.ended.cost(letters[:end])
            if cost is not None:
                self.open.append((letters[:end], best[end]))
                self.alone = min(self.alone, cost + best[end])


def fit(tail: Tail, head: Head) -> float:
    """How much likelier it is, in nats, that the head continues the tail than that they met by chance.

    >>> fit(Tail("护理人才短缺矛"), Head("盾日前开发区")) > 5
    True
    >>> fit(Tail("护理人才短缺矛"), Head("能等级认定中心")) < -1
    True
    """
    return fits(tail, (head,))[0]


def fits(tail: Tail, heads: Iterable[Head]) -> list[float]:
    """How well each of the heads continues the tail, as `fit` tells it."""
    costs = _words().costs
    near, far = _neighbours().after(tail.last)
    found: list[float] = []
    for head in heads:
        if not tail.last or not head.first:
            found.append(0.0)
            continue
        together = tail.whole + head.whole
        for end, before in tail.open:
            for start, after in head.open:
                cost = costs.get(end + start)
                if cost is not None and before + cost + after < together:
                    together = before + cost + after
        found.append(tail.alone + head.alone - together + _WEIGHT * near.get(head.first, far))
    return found
