"""Does the text run on here? What the end of one line and the beginning of another say about each other.

A line that ends in 短缺矛 waits for 盾. The judgement is a likelihood ratio: how much likelier the two pieces are as
one text than as an end and a beginning that have nothing to do with each other. The word frequencies of jieba's
dictionary tell where a word runs across: an end inside a word (矛) waits for the rest, so any other beginning counts
against the pair. Where no word does, how often the two characters meet in news text tells a little.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_HAN = "\u4e00-\u9fd5"
_TAIL = re.compile(f"[{_HAN}]{{1,8}}$")
_HEAD = re.compile(f"[{_HAN}]{{1,8}}")
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


@dataclass(frozen=True, slots=True)
class _Costs:
    """Negative log probabilities of whole words, of beginnings and of ends of longer words."""

    word: dict[str, float]
    begun: dict[str, float]
    ending: dict[str, float]


@cache
def _costs() -> _Costs:
    """Read jieba's dictionary, a third of a second's work: only pages with torn lines ask for it."""
    found = find_spec("jieba")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("jieba is not installed; run scripts/run or `pip install baosou`")
    counts: dict[str, int] = {}
    for entry in Path(found.origin).with_name("dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, _ = entry.split(" ")
        if len(word) <= _LONGEST_WORD and int(count) >= _RAREST_WORD:
            counts[word] = int(count)
    begun: Counter[str] = Counter()
    ending: Counter[str] = Counter()
    for word, number in counts.items():
        for size in range(1, len(word)):
            begun[word[:size]] += number
            ending[word[-size:]] += number
    total = sum(counts.values())

    def cost(table: Mapping[str, int]) -> dict[str, float]:
        return {word: math.log(total / count) for word, count in table.items()}

    return _Costs(cost(counts), cost(begun), cost(ending))


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
    """The end of a piece of text: what it costs to cut it into words up to each place near its end."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = _TAIL.search(text)
        self.letters = found[0] if found else ""
        costs = _costs()
        best = [0.0]
        for end in range(1, len(self.letters) + 1):
            best.append(min(_steps(self.letters, best, end)))
        self.best = best
        size = len(self.letters)
        torn = [
            best[size - k] + costs.begun.get(self.letters[size - k :], math.inf)
            for k in range(1, min(size, _LONGEST_WORD - 1) + 1)
        ]
        self.alone = min([best[-1], *torn])


class Head:
    """The beginning of a piece of text: what it costs to cut the rest into words from each place near its start."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = _HEAD.match(text)
        self.letters = found[0] if found else ""
        costs = _costs()
        turned = [0.0]
        backwards = self.letters[::-1]
        for end in range(1, len(backwards) + 1):
            turned.append(
                min(
                    turned[end - k] + costs.word.get(backwards[end - k : end][::-1], _UNKNOWN if k == 1 else math.inf)
                    for k in range(1, min(end, _LONGEST_WORD) + 1)
                )
            )
        self.best = turned[::-1]
        torn = [
            self.best[k] + costs.ending.get(self.letters[:k], math.inf)
            for k in range(1, min(len(self.letters), _LONGEST_WORD - 1) + 1)
        ]
        self.alone = min([self.best[0], *torn])


def fit(tail: Tail, head: Head) -> float:
    """How much likelier it is, in nats, that the head continues the tail than that they met by chance.

    >>> fit(Tail("护理人才短缺矛"), Head("盾日前开发区")) > 5
    True
    >>> fit(Tail("护理人才短缺矛"), Head("能等级认定中心")) < -1
    True
    """
    if not tail.text or not head.text:
        return 0.0
    return tail.alone + head.alone - _together(tail, head) + _WEIGHT * neighbours(tail.text[-1], head.text[0])


def _together(tail: Tail, head: Head) -> float:
    """What the two cost as one text, by the best cut into words."""
    word, size = _costs().word, len(tail.letters)
    cost = tail.best[-1] + head.best[0]
    for left in range(1, min(size, _LONGEST_WORD - 1) + 1):
        end = tail.letters[size - left :]
        for right in range(1, min(len(head.letters), _LONGEST_WORD - left) + 1):
            across = word.get(end + head.letters[:right])
            if across is not None:
                cost = min(cost, tail.best[size - left] + across + head.best[right])
    return cost


def _steps(letters: str, best: list[float], end: int) -> list[float]:
    """The costs of reaching a place by each word that ends there."""
    word = _costs().word
    return [
        best[end - k] + word.get(letters[end - k : end], _UNKNOWN if k == 1 else math.inf)
        for k in range(1, min(end, _LONGEST_WORD) + 1)
    ]
