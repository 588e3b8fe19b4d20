"""Does the text run on here? What the end of one line and the beginning of another say about each other.

A line that ends in 短缺矛 waits for 盾. The judgement is a likelihood ratio: how much likelier the two pieces are as
one text than as an end and a beginning that have nothing to do with each other, by the word frequencies of jieba's
dictionary. An end inside a word (矛) waits for the rest, so any other beginning counts against the pair.
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
_LONGEST_WORD = 4
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


class Tail:
    """The end of a piece of text: what it costs to cut it into words up to each place near its end."""

    def __init__(self, text: str) -> None:
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
    word, size = _costs().word, len(tail.letters)
    together = tail.best[-1] + head.best[0]
    for left in range(1, min(size, _LONGEST_WORD - 1) + 1):
        end = tail.letters[size - left :]
        for right in range(1, min(len(head.letters), _LONGEST_WORD - left) + 1):
            cost = word.get(end + head.letters[:right])
            if cost is not None:
                together = min(together, tail.best[size - left] + cost + head.best[right])
    return tail.alone + head.alone - together


def _steps(letters: str, best: list[float], end: int) -> list[float]:
    """The costs of reaching a place by each word that ends there."""
    word = _costs().word
    return [
        best[end - k] + word.get(letters[end - k : end], _UNKNOWN if k == 1 else math.inf)
        for k in range(1, min(end, _LONGEST_WORD) + 1)
    ]
