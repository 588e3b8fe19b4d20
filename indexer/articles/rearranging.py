"""Finding the order in which things fit best, starting from one that is mostly right.

The order is improved by moves, the best one first, until none gains: a block goes elsewhere, or a comb does (every
second one of a few, as when two columns were read row by row).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol


class Fits(Protocol):
    """How well one thing goes right after another. -1 stands before all, `size` after all."""

    def fit(self, one: int, other: int) -> float:
        """How well the other goes after the one; known at once for those that were in a row."""

    def row(self, one: int, others: Sequence[int]) -> list[float]:
        """How well each of the others goes after the one."""


_LONGEST_COMB = 6
_FEWEST_LOOSE = 3
"""A move opens three joints at least."""
_MOST_LOOSE = 90
"""Beyond this many loose joints the search would take seconds, and so much damage can't be undone anyway."""


def rearrange(size: int, fits: Fits, *, trust: float, firm: float, first_gain: float, next_gain: float) -> list[int]:
    """Return range(size) in the order that raises the sum of fits.

    What stands side by side in the beginning counts `trust` more, and joints that fit by `firm` or more are kept. The
    first move must gain `first_gain`, since most things are in order; once one is not, others need only `next_gain`.

    >>> class Best:
    ...     after = {-1: 0, 0: 2, 2: 1, 1: 3}
    ...     def fit(self, one, other): return 9.0 * (other == self.after.get(one))
    ...     def row(self, one, others): return [self.fit(one, other) for other in others]
    >>> rearrange(4, Best(), trust=2, firm=1, first_gain=3, next_gain=1)
    [0, 2, 1, 3]
    """
    path = [-1, *range(size), size]
    least_gain = first_gain
    while True:
        loose = [place for place in range(1, size + 2) if fits.fit(path[place - 1], path[place]) < firm]
        if len(loose) < _FEWEST_LOOSE or len(loose) > _MOST_LOOSE:
            break
        gain, taken, to = _best_move(_Loose(path, loose, fits, trust))
        if gain < least_gain:
            break
        path = _moved(path, taken, to)
        least_gain = next_gain
    return path[1:-1]


Move = tuple[float, tuple[int, ...], int]
"""What is gained, which places of the path are taken out, and before which place they are put."""


class _Loose:
    """The loose joints of a path: at each of their `places` p, what stands there goes after what stands before."""

    def __init__(self, path: list[int], places: list[int], fits: Fits, trust: float) -> None:
        self.path, self.places, self._fits, self._trust = path, places, fits, trust
        heads = [path[place] for place in dict.fromkeys((*places, *(place - 1 for place in places[1:])))]
        rows = [self._row(path[place - 1], heads)[: len(places)] for place in places]
        self._own = [row[number] for number, row in enumerate(rows)]
        self.gains = [[link - own for link in row] for row, own in zip(rows, self._own, strict=True)]
        """Of each joint: what it gains when its first half is followed by the second half of each other."""
        self._after = {place - 1: row for place, row in zip(places, rows, strict=True)}

    def link(self, one: int, other: int) -> float:
        """How well the other goes after the one, and better where they stand side by side in the beginning."""
        return self._fits.fit(one, other) + self._trust * (other == one + 1)

    def opened_before(self, place: int) -> list[float]:
        """What each joint gains when its first half is followed by what stands at a place."""
        path = self.path
        return [self.link(path[at - 1], path[place]) - own for at, own in zip(self.places, self._own, strict=True)]

    def closed_after(self, place: int) -> list[float]:
        """How well the second half of each joint follows what stands at a place."""
        if place not in self._after:
            self._after[place] = self._row(self.path[place], [self.path[at] for at in self.places])
        return self._after[place]

    def _row(self, one: int, others: Sequence[int]) -> list[float]:
        fits = self._fits.row(one, others)
        return [fit + self._trust * (other == one + 1) for fit, other in zip(fits, others, strict=True)]


def _best_move(loose: _Loose) -> Move:
    block = _best_block_move(loose)
    return max([block, *_comb_moves(loose, block[0])])


def _best_block_move(loose: _Loose) -> Move:
    """The best exchange of two neighbouring blocks, which is any move of one block.

    It opens three loose joints and closes them crosswise, so its gain is the sum of three numbers.
    """
    places, gains = loose.places, loose.gains
    most = [max(row) for row in gains]
    best, cut = 0.0, (0, 0, 0)
    for first in range(len(places)):
        for second in range(first + 1, len(places)):
            known = gains[first][second]
            if known + most[second] + max(most) <= best:
                continue
            for third in range(second + 1, len(places)):
                gain = known + gains[second][third] + gains[third][first]
                if gain > best:
                    best, cut = gain, (first, second, third)
    first, second, third = cut
    return best, tuple(range(places[first], places[second])), places[third]


def _comb_moves(loose: _Loose, least: float) -> Iterator[Move]:
    """The moves that gain `least` of every second one of a stretch to a loose joint outside it.

    The stretch must be loose but for one joint.
    """
    path, link = loose.path, loose.link
    is_firm = [1] * len(path)
    for place in loose.places:
        is_firm[place] = 0
    for start in range(1, len(path) - 4):
        if sum(is_firm[start : start + 4]) > 1:
            continue
        opened_before = loose.opened_before(start)
        freed = link(path[start - 1], path[start + 1])
        freed -= link(path[start - 1], path[start]) + link(path[start], path[start + 1])
        firm = is_firm[start] + is_firm[start + 1]
        for last in range(start + 2, min(start + 2 * _LONGEST_COMB, len(path) - 1), 2):
            before, one, after = path[last - 1], path[last], path[last + 1]
            firm += is_firm[last] + is_firm[last + 1]
            if firm > 1:
                break
            freed += link(before, after) - link(before, one) - link(one, after) + link(path[last - 2], one)
            for opened, closed, to in zip(opened_before, loose.closed_after(last), loose.places, strict=True):
                gain = freed + opened + closed
                if gain >= least and (to < start or to > last + 1):
                    yield gain, tuple(range(start, last + 1, 2)), to


def _moved(path: list[int], taken: tuple[int, ...], to: int) -> list[int]:
    """Return the path with the things at the taken places put before the one at `to`."""
    out = set(taken)
    before = [one for place, one in enumerate(path[:to]) if place not in out]
    after = [one for place, one in enumerate(path[to:], to) if place not in out]
    return [*before, *(path[place] for place in taken), *after]
