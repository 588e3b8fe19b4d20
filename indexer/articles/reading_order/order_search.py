"""Local search for the order in which things fit best, from an order that is mostly right.

Each step makes the best move, until no move gains enough. A move takes a block elsewhere, or a comb: every second
item of a stretch, as when two columns were read row by row.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LONGEST_COMB = 6
_ALIKE = 1e-9
"""Gains that differ by less are equal: only the order of summing differs."""
_FEWEST_LOOSE = 3
"""The least number of joints that a move opens."""
MOST_LOOSE = 90
"""With more loose joints the search would take seconds, and damage that large cannot be repaired anyway."""


def rearrange(fits: Floats, *, trust: float, firm: float, first_gain: float, next_gain: float) -> list[int]:
    """Return the order, as indices, that raises the sum of fits.

    `fits` is a square float64 table of n + 1 rows for n things. Row `one` + 1 and column `other` hold how well `other`
    fits right after `one`; -1 (the first row) stands before all, n (the last column) after all. Neighbours in the
    starting order get a bonus of `trust`. Joints that fit by `firm` or more stay closed. The first move must gain more
    than `first_gain`, since most things are in order; later moves must gain more than `next_gain`.

    >>> after = {-1: 0, 0: 2, 2: 1, 1: 3}
    >>> fits = np.array([[9.0 * (after[one] == other) for other in range(4)] for one in range(-1, 3)])
    >>> rearrange(fits, trust=2, firm=1, first_gain=3, next_gain=1)
    [0, 2, 1]
    """
    size = len(fits) - 1
    path = [-1, *range(size), size]
    links = _with_trust(fits, trust)
    is_firm = fits >= firm
    least = first_gain
    while move := _best_move(_Loose(path, is_firm, links), least):
        _, taken, to = move
        path = _moved(path, taken, to)
        least = next_gain
    return path[1:-1]


def first_look(natural: Sequence[float], *, firm: float) -> tuple[list[int], list[int]]:
    """Return the rows and columns of the fits that decide whether there is a first move.

    `natural` holds the fit of each pair of neighbours, in order. A move closes loose joints, or gives a comb new
    neighbours; the joints at both ends may be loose.
    """
    is_firm = [False, *(fit >= firm for fit in natural), False]
    loose = [place for place, joined in enumerate(is_firm) if not joined]
    combs = [place for place in range(len(is_firm) - 3) if sum(is_firm[place : place + 4]) <= 1]
    return sorted({*loose, *(place + 3 for place in combs)}), sorted({*loose, *combs})


def can_gain(fits: Floats, *, trust: float, firm: float, first_gain: float) -> bool:
    """Return whether there is a first move.

    Only the rows and columns of `first_look`, neighbours, and pairs with one thing between count. The other fits may
    be -inf.
    """
    size = len(fits) - 1
    loose = _Loose([-1, *range(size), size], fits >= firm, _with_trust(fits, trust))
    return _best_move(loose, first_gain) is not None


def _with_trust(fits: Floats, trust: float) -> Floats:
    """Return a copy of the fits with `trust` added for neighbours in the starting order."""
    links = fits.copy()
    links.reshape(-1)[:: len(fits) + 1] += trust
    return links


Move = tuple[float, tuple[int, ...], int]
"""The gain, the positions in the path to take out, and the position before which to put them."""


class _Loose:
    """The loose joints of a path. Each is the position p, in `places`, of its second item."""

    def __init__(self, path: list[int], is_firm: NDArray[np.bool_], links: Floats) -> None:
        rows, columns = np.array(path[:-1]) + 1, np.array(path[1:])
        self.path = path
        self.is_firm: list[bool] = [True, *is_firm[rows, columns].tolist()]
        """Whether the joint before each position of the path is firm."""
        self.places = [place for place, firm in enumerate(self.is_firm) if not firm]
        self.beside: list[float] = links[rows, columns].tolist()
        """The fit of each item of the path with the next."""
        self.beyond: list[float] = links[rows[:-1], columns[1:]].tolist()
        """The fit of each item of the path with the next but one."""
        loose = np.array(self.places, np.intp) - 1
        fronts, backs = rows[loose], columns[loose]
        self.opened = (links[fronts] - links[fronts, backs][:, None]).T
        """Float64, one row per item that follows, one column per joint.

        The gain if the first half of the joint is followed by that item.
        """
        self.closed = links[:, backs]
        """Float64, one row per item that comes before (as in `links`), one column per joint.

        The fit of the second half of the joint after that item.
        """
        self.gains = self.opened[backs].T
        """Float64, square, one row and one column per joint.

        The gain if the first half of the row's joint is followed by the second half of the column's joint.
        """


def _best_move(loose: _Loose, least: float) -> Move | None:
    """Return the move that gains most, if it gains more than `least`."""
    if not _FEWEST_LOOSE <= len(loose.places) <= MOST_LOOSE:
        return None
    block = _best_block_move(loose, least)
    return max(_comb_moves(loose, block[0] if block else least), default=block)


def _best_block_move(loose: _Loose, least: float) -> Move | None:
    """Return the best swap of two adjacent blocks, which covers every move of one block.

    Of equal gains the shortest move wins. A swap opens three loose joints and closes them crosswise (3-opt without
    reversal), so its gain is the sum of three numbers.
    """
    places = loose.places
    most: list[float] = loose.gains.max(axis=1).tolist()
    if sum(heapq.nlargest(3, most)) <= least or _most_in_turn(loose.gains) <= least + _ALIKE:
        return None
    most_of_any = max(most)
    gains: list[list[float]] = loose.gains.tolist()
    best, length, cut = least, 0, (0, 0, 0)
    for first in range(len(places)):
        for second in range(first + 1, len(places)):
            known = gains[first][second]
            if known + most[second] + most_of_any <= best - _ALIKE:
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


def _most_in_turn(gains: Floats) -> float:
    """Return the largest gain of any three joints in path order, closed crosswise.

    Each first half is followed by the second half of the next joint, and the last by that of the first.
    """
    onward = np.where(np.tri(len(gains), dtype=bool), -np.inf, gains)
    return float((onward[:, :, None] + onward + gains.T[:, None, :]).max())


def _comb_moves(loose: _Loose, least: float) -> Iterator[Move]:
    """Yield the moves of every second item of a stretch to a loose joint outside it that gain more than `least`.

    At most one joint of the stretch may be firm.
    """
    path, is_firm, beside, beyond = loose.path, loose.is_firm, loose.beside, loose.beyond
    starts = [start for start in range(1, len(path) - 4) if sum(is_firm[start : start + 4]) <= 1]
    if not starts:
        return
    most_opened: list[float] = loose.opened.max(axis=1).tolist()
    most_closed: list[float] = loose.closed.max(axis=1).tolist()
    for start in starts:
        freed = beyond[start - 1] - beside[start - 1] - beside[start]
        firm = is_firm[start] + is_firm[start + 1]
        for last in range(start + 2, min(start + 2 * _LONGEST_COMB, len(path) - 1), 2):
            firm += is_firm[last] + is_firm[last + 1]
            if firm > 1:
                break
            freed += beyond[last - 1] - beside[last - 1] - beside[last] + beyond[last - 2]
            first, end = path[start], path[last] + 1
            if freed + most_opened[first] + most_closed[end] <= least:
                continue
            gains = freed + loose.opened[first] + loose.closed[end]
            for gain, to in zip(gains.tolist(), loose.places, strict=True):
                if gain > least and (to < start or to > last + 1):
                    yield gain, tuple(range(start, last + 1, 2)), to


def _moved(path: list[int], taken: tuple[int, ...], to: int) -> list[int]:
    """Return the path with the items at the `taken` positions put before the one at `to`."""
    out = set(taken)
    before = [one for place, one in enumerate(path[:to]) if place not in out]
    after = [one for place, one in enumerate(path[to:], to) if place not in out]
    return [*before, *(path[place] for place in taken), *after]
