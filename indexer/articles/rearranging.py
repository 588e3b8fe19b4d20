"""Finding the order in which things fit best, starting from one that is mostly right.

The order is improved by moves, the best one first, until none gains: a block goes elsewhere, or a comb does (every
second one of a few, as when two columns were read row by row).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LONGEST_COMB = 6
_ALIKE = 1e-9
"""Gains that differ by less are the same number, summed up in another order."""
_FEWEST_LOOSE = 3
"""A move opens three joints at least."""
MOST_LOOSE = 90
"""Beyond this many loose joints the search would take seconds, and so much damage can't be undone anyway."""


def rearrange(fits: Floats, *, trust: float, firm: float, first_gain: float, next_gain: float) -> list[int]:
    """Return the order of things that raises the sum of fits.

    How well `other` goes right after `one` stands in row one + 1 and column `other`: -1 is before all (the first row),
    their number after all (the last column). What stands side by side in the beginning counts `trust` more, and joints
    that fit by `firm` or more are kept. The first move must gain more than `first_gain`, since most things are in
    order; once one is not, others need only gain more than `next_gain`.

    >>> after = {-1: 0, 0: 2, 2: 1, 1: 3}
    >>> fits = np.array([[9.0 * (after[one] == other) for other in range(4)] for one in range(-1, 3)])
    >>> rearrange(fits, trust=2, firm=1, first_gain=3, next_gain=1)
    [0, 2, 1]
    """
    size = len(fits) - 1
    path = [-1, *range(size), size]
    links = fits + trust * np.eye(size + 1)
    is_firm = (fits >= firm).tolist()
    least = first_gain
    while True:
        loose = [place for place in range(1, size + 2) if not is_firm[path[place - 1] + 1][path[place]]]
        if not _FEWEST_LOOSE <= len(loose) <= MOST_LOOSE:
            break
        move = _best_move(_Loose(path, loose, links), least)
        if move is None:
            break
        _, taken, to = move
        path = _moved(path, taken, to)
        least = next_gain
    return path[1:-1]


Move = tuple[float, tuple[int, ...], int]
"""What is gained, which places of the path are taken out, and before which place they are put."""


class _Loose:
    """The loose joints of a path: at each of their `places` p, what stands there goes after what stands before."""

    def __init__(self, path: list[int], places: list[int], links: Floats) -> None:
        self.path, self.places = path, places
        fronts, backs = [path[place - 1] + 1 for place in places], [path[place] for place in places]
        self.opened = (links[fronts] - links[fronts, backs][:, None]).T
        """By what follows, what each joint gains when its first half is followed by that."""
        self.closed = links[:, backs]
        """By what stands before (a row of the links), how well the second half of each joint follows that."""
        self.gains = self.opened[backs].T
        """Of each joint: what it gains when its first half is followed by the second half of each other."""
        self.most_opened: list[float] = self.opened.max(axis=1).tolist()
        self.most_closed: list[float] = self.closed.max(axis=1).tolist()
        self._links: list[list[float]] = links.tolist()

    def link(self, one: int, other: int) -> float:
        """How well the other goes after the one, and better where they stand side by side in the beginning."""
        return self._links[one + 1][other]


def _best_move(loose: _Loose, least: float) -> Move | None:
    """The move that gains most, if it gains more than the least."""
    block = _best_block_move(loose, least)
    return max(_comb_moves(loose, block[0] if block else least), default=block)


def _best_block_move(loose: _Loose, least: float) -> Move | None:
    """The best exchange of two neighbouring blocks, which is any move of one block; of several as good the shortest.

    It opens three loose joints and closes them crosswise, so its gain is the sum of three numbers.
    """
    places = loose.places
    most: list[float] = loose.gains.max(axis=1).tolist()
    if sum(heapq.nlargest(3, most)) <= least:
        return None
    gains: list[list[float]] = loose.gains.tolist()
    best, length, cut = least, 0, (0, 0, 0)
    for first in range(len(places)):
        for second in range(first + 1, len(places)):
            known = gains[first][second]
            if known + most[second] + max(most) <= best - _ALIKE:
                continue
            for third in range(second + 1, len(places)):
                gain = known + gains[second][third] + gains[third][first]
                if gain > best - _ALIKE:
                    moved = min(places[second] - places[first], places[third] - places[second])
                    if gain > best + _ALIKE or moved < length:
                        best, length, cut = gain, moved, (first, second, third)
    if not length:
        return None
    first, second, third = cut
    return best, tuple(range(places[first], places[second])), places[third]


def _comb_moves(loose: _Loose, least: float) -> Iterator[Move]:
    """The moves that gain more than `least` of every second one of a stretch to a loose joint outside it.

    The stretch must be loose but for one joint.
    """
    path, link = loose.path, loose.link
    is_firm = [1] * len(path)
    for place in loose.places:
        is_firm[place] = 0
    for start in range(1, len(path) - 4):
        if sum(is_firm[start : start + 4]) > 1:
            continue
        freed = link(path[start - 1], path[start + 1])
        freed -= link(path[start - 1], path[start]) + link(path[start], path[start + 1])
        firm = is_firm[start] + is_firm[start + 1]
        for last in range(start + 2, min(start + 2 * _LONGEST_COMB, len(path) - 1), 2):
            before, one, after = path[last - 1], path[last], path[last + 1]
            firm += is_firm[last] + is_firm[last + 1]
            if firm > 1:
                break
            freed += link(before, after) - link(before, one) - link(one, after) + link(path[last - 2], one)
            if freed + loose.most_opened[path[start]] + loose.most_closed[one + 1] <= least:
                continue
            gains = freed + loose.opened[path[start]] + loose.closed[one + 1]
            for gain, to in zip(gains.tolist(), loose.places, strict=True):
                if gain > least and (to < start or to > last + 1):
                    yield gain, tuple(range(start, last + 1, 2)), to


def _moved(path: list[int], taken: tuple[int, ...], to: int) -> list[int]:
    """Return the path with the things at the taken places put before the one at `to`."""
    out = set(taken)
    before = [one for place, one in enumerate(path[:to]) if place not in out]
    after = [one for place, one in enumerate(path[to:], to) if place not in out]
    return [*before, *(path[place] for place in taken), *after]
