"""Does the text run on here? What the end of one line and the beginning of another say about each other.

A line that ends in 短缺矛 waits for 盾. The judgement is a likelihood ratio: how much likelier the two pieces are as
one text than as an end and a beginning that have nothing to do with each other. The word frequencies of jieba's
dictionary tell where a word runs across: an end inside a word (矛) waits for the rest, so any other beginning counts
against the pair. Where no word does, how often the two characters meet in news text tells a little.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from indexer import tokens

_HAN = "\u4e00-\u9fd5"
_LONGEST_RUN = 8
_TAIL = re.compile(f"[{_HAN}]+$")
_HEAD = re.compile(f"[{_HAN}]{{1,{_LONGEST_RUN}}}")
_FOLLOWER = re.compile(r"(\D)(\d+)")
_LONGEST_WORD = 4
_WEIGHT = 0.7
"""Of the neighbours' evidence, since it is in part the same as that of the words; best on generated pages."""
_SELDOM = 20
_DISCOUNT = 0.75
_KINDS = 60
"""About as many different characters follow a common one; what is discounted from those seen is for the unseen."""
_RAREST_WORD = 3
_UNKNOWN = 17.0
"""The cost of a character that no word holds: about one in the whole dictionary's count."""


class _Words:
    """The words of the dictionary that count, by their first and their last character.

    Beginnings and ends of words are added up only for the characters that are asked for: all would take half a second.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = {
            word: count for word, count in counts.items() if count >= _RAREST_WORD and len(word) <= _LONGEST_WORD
        }
        self.total = sum(self.counts.values())
        self._by_first: defaultdict[str, list[str]] = defaultdict(list)
        self._by_last: defaultdict[str, list[str]] = defaultdict(list)
        for word in self.counts:
            self._by_first[word[0]].append(word)
            self._by_last[word[-1]].append(word)

    def begun(self, text: str) -> int:
        """How often longer words begin with a text."""
        return sum(
            self.counts[word] for word in self._by_first.get(text[0], ()) if word.startswith(text) and word != text
        )

    def ended(self, text: str) -> int:
        """How often longer words end with a text."""
        return sum(
            self.counts[word] for word in self._by_last.get(text[-1], ()) if word.endswith(text) and word != text
        )


@cache
def _words() -> _Words:
    """The dictionary, a third of a second's work: only pages with torn lines ask for it."""
    return _Words(tokens.word_counts())


def _cost(count: int) -> float:
    """The negative log probability of what occurs so often in the dictionary's text."""
    return math.log(_words().total / count) if count else math.inf


@lru_cache(maxsize=1 << 16)
def _whole(text: str) -> float:
    """The cost of a word."""
    return _cost(_words().counts.get(text, 0))


@lru_cache(maxsize=1 << 16)
def _begun(text: str) -> float:
    """The cost of the beginning of a longer word."""
    return _cost(_words().begun(text))


@lru_cache(maxsize=1 << 16)
def _ended(text: str) -> float:
    """The cost of the end of a longer word."""
    return _cost(_words().ended(text))


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """How often a character occurs in news text, and how often another follows it."""

    single: dict[str, int]
    pair: dict[str, int]
    total: int


@cache
def _neighbours() -> _Neighbours:
    """Read the table that scripts/build_neighbours made."""
    table = Path(__file__).with_name("data") / "neighbours.tsv"
    single: dict[str, int] = {}
    pair: dict[str, int] = {}
    for row in table.read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            first, count, followers = row.split("\t")
            single[first] = int(count)
            pair.update((first + second, int(number)) for second, number in _FOLLOWER.findall(followers))
    return _Neighbours(single, pair, sum(single.values()))


@lru_cache(maxsize=1 << 16)
def neighbours(before: str, after: str) -> float:
    """How much likelier than by chance, in nats, one character follows the other; 0 where little is known.

    >>> neighbours("工", "作") > 2, neighbours("的", "，") < 0
    (True, True)
    """
    table = _neighbours()
    seen, chance = table.single.get(before, 0), table.single.get(after, 1) / table.total
    if seen < _SELDOM:
        return 0.0
    followed = table.pair.get(before + after, 0)
    likely = max(followed - _DISCOUNT, 0) / seen + _DISCOUNT * _KINDS * chance / seen
    return min(max(math.log(min(likely, 1.0) / chance), -3.0), 4.0)


class Tail:
    """The end of a piece of text, and what it costs to cut it into words.

    `whole` is the cost with no word running on; `open` holds the letters at the end that a longer word may begin with,
    each with the cost of what is before them; `alone` is the least cost, where any such word may follow.
    """

    def __init__(self, text: str) -> None:
        self.last = text[-1:]
        found = _TAIL.search(text[-_LONGEST_RUN:])
        letters = found[0] if found else ""
        size = len(letters)
        best = [0.0]
        for end in range(1, size + 1):
            best.append(
                min(best[start] + _word(letters[start:end]) for start in range(max(end - _LONGEST_WORD, 0), end))
            )
        ends = ((letters[start:], best[start]) for start in range(max(size - _LONGEST_WORD + 1, 0), size))
        self.whole = best[size]
        self.open = [(part, before) for part, before in ends if _begun(part) < math.inf]
        self.alone = min([self.whole, *(before + _begun(part) for part, before in self.open)])


class Head:
    """The beginning of a piece of text; as `Tail`, the other way round."""

    def __init__(self, text: str) -> None:
        self.first = text[:1]
        found = _HEAD.match(text)
        letters = found[0] if found else ""
        size = len(letters)
        best = [0.0] * (size + 1)
        for start in reversed(range(size)):
            best[start] = min(
                _word(letters[start:end]) + best[end] for end in range(start + 1, min(start + _LONGEST_WORD, size) + 1)
            )
        starts = ((letters[:end], best[end]) for end in range(1, min(size, _LONGEST_WORD - 1) + 1))
        self.whole = best[0]
        self.open = [(part, after) for part, after in starts if _ended(part) < math.inf]
        self.alone = min([self.whole, *(_ended(part) + after for part, after in self.open)])


def fit(tail: Tail, head: Head) -> float:
    """How much likelier it is, in nats, that the head continues the tail than that they met by chance.

    >>> fit(Tail("护理人才短缺矛"), Head("盾日前开发区")) > 5
    True
    >>> fit(Tail("护理人才短缺矛"), Head("能等级认定中心")) < -1
    True
    """
    if not tail.last or not head.first:
        return 0.0
    return tail.alone + head.alone - _together(tail, head) + _WEIGHT * neighbours(tail.last, head.first)


def _together(tail: Tail, head: Head) -> float:
    """What the two cost as one text, by the best cut into words."""
    counts = _words().counts
    cost = tail.whole + head.whole
    for end, before in tail.open:
        for start, after in head.open:
            if end + start in counts:
                cost = min(cost, before + _whole(end + start) + after)
    return cost


def _word(text: str) -> float:
    """The cost of a word; a character that no word holds costs something, too."""
    cost = _whole(text)
    return _UNKNOWN if cost == math.inf and len(text) == 1 else cost
