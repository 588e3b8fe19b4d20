"""Find what stands right above each of many boxes: what its shadow would fall on, if light came from below."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple, Protocol


class HasPlace(Protocol):
    """Anything with a box."""

    @property
    def left(self) -> float:
        """Its left side."""

    @property
    def top(self) -> float:
        """Its upper side."""

    @property
    def right(self) -> float:
        """Its right side."""

    @property
    def bottom(self) -> float:
        """Its lower side."""


class Seen(NamedTuple):
    """A box that is seen from another: its place in the list of boxes, and the width over which it is seen."""

    place: int
    width: float


def seen_above(boxes: Sequence[HasPlace], slack: float) -> list[list[Seen]]:
    """Return for each box which ones are seen from it, straight above, from left to right.

    `boxes` are sorted from top to bottom. Their sides may be off by up to `slack`.
    """
    rights: list[float] = []
    parts: list[tuple[float, float, int]] = []  # what is seen from below: left, right, place; sorted, apart
    found: list[list[Seen]] = []
    for place, box in enumerate(boxes):
        left, right = box.left + slack, box.right - slack
        if right <= left:
            left = right = (box.left + box.right) / 2
            right += 1e-6
        first = bisect_left(rights, left)
        last = first
        seen: dict[int, float] = {}
        while last < len(parts) and parts[last][0] < right:
            low, high, other = parts[last]
            width = (high if high < right else right) - (low if low > left else left)
            seen[other] = seen.get(other, 0.0) + width
            last += 1
        cut = parts[first:last]
        new = [(left, right, place)]
        if cut and cut[0][0] < left:
            new.insert(0, (cut[0][0], left, cut[0][2]))
        if cut and cut[-1][1] > right:
            new.append((right, cut[-1][1], cut[-1][2]))
        parts[first:last] = new
        rights[first:last] = [part[1] for part in new]
        found.append([Seen(*one) for one in seen.items() if one[1] > 0])
    return found


def nearest_above(boxes: Sequence[HasPlace], slack: float) -> list[list[int]]:
    """Return for each box the nearest one straight above it, with those that stand beside that one.

    >>> class Row(NamedTuple):
    ...     left: float; top: float; right: float; bottom: float
    >>> nearest_above([Row(0, 0, 20, 1), Row(0, 2, 9, 3), Row(11, 2, 20, 3), Row(0, 4, 20, 5)], 0.1)
    [[], [0], [0], [1, 2]]
    """
    found = []
    for place, seen in enumerate(seen_above(boxes, slack)):
        if len(seen) > 1:
            lowest = max((boxes[one.place] for one in seen), key=lambda box: box.bottom)
            level = (lowest.top + lowest.bottom) / 2
            near = [one.place for one in seen if boxes[one.place].bottom > level and boxes[one.place] != boxes[place]]
            found.append(sorted(near, key=lambda other: boxes[other].left))
        else:
            found.append([one.place for one in seen])
    return found
