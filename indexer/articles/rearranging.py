"""Finding the order in which things fit best, starting from one that is mostly right.

The order is improved by moves, the best one first, until none gains: a block goes elsewhere, or a comb does (every
second one of a few, as when two columns were read row by row).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

Link = Callable[[int, int], float]
"""How well the second thing goes right after the first. -1 stands before all, `size` after all."""

_LONGEST_COMB = 6
_MOST_LOOSE = 90
"""Beyond this many loose joints the search would take seconds, and so much damage can't be undone anyway."""


def rearrange(size: int, fit: Link, *, trust: float, firm: float, first_gain: float, next_gain: float) -> list[int]:
    """Return range(size) in the order that raises the sum of fits.

    What stands side by side in the beginning counts `trust` more, and joints that fit by `firm` or more are kept. The
    first move must gain `first_gain`, since most things are in order; once one is not, others need only `next_gain`.

    >>> best = {-1: 0, 0: 2, 2: 1, 1: 3}
    >>> rearrange(4, lambda one, other: 9.0 * (other == best.get(one)), trust=2, firm=1, first_gain=3, next_gain=1)
    [0, 2, 1, 3]
    """

    @cache
    def link(one: int, other: int) -> float:
        return fit(one, other) + trust * (other == one + 1)

    path = [-1, *range(size), size]
    least_gain = first_gain
    while True:
        loose = [place for place in range(1, size + 2) if fit(path[place - 1], path[place]) < firm]
        if len(loose) > _MOST_LOOSE:
            break
        gain, taken, to = max(_moves(path, loose, link), default=(0.0, (), 0))
        if gain < least_gain:
            break
        path = _moved(path, taken, to)
        least_gain = next_gain
    return path[1:-1]


Move = tuple[float, tuple[int, ...], int]
"""What is gained, which places of the path are taken out, and before which place they are put."""


def _moves(path: list[int], loose: list[int], link: Link) -> Iterator[Move]:
    yield from _block_moves(path, loose, link)
    yield from _comb_moves(path, loose, link)


def _block_moves(path: list[int], loose: list[int], link: Link) -> Iterator[Move]:
    """All moves of path[start:end] to another loose joint."""
    for number, start in enumerate(loose):
        for end in loose[number + 1 :]:
            before, first, last, after = path[start - 1], path[start], path[end - 1], path[end]
            freed = link(before, after) - link(before, first) - link(last, after)
            for to in loose:
                if to < start or to > end:
                    left, right = path[to - 1], path[to]
                    gain = freed + link(left, first) + link(last, right) - link(left, right)
                    if gain > 0:
                        yield gain, tuple(range(start, end)), to


def _comb_moves(path: list[int], loose: list[int], link: Link) -> Iterator[Move]:
    """All moves of every second one of a stretch to a loose joint outside it."""
    for start in range(1, len(path) - 4):
        freed = 0.0
        for end in range(start, min(start + 2 * _LONGEST_COMB, len(path) - 1), 2):
            before, one, after = path[end - 1], path[end], path[end + 1]
            freed += link(before, after) - link(before, one) - link(one, after)
            if end > start:
                freed += link(path[end - 2], one)
                for to in loose:
                    if to < start or to > end + 1:
                        left, right = path[to - 1], path[to]
                        gain = freed + link(left, path[start]) + link(one, right) - link(left, right)
                        if gain > 0:
                            yield gain, tuple(range(start, end + 1, 2)), to


def _moved(path: list[int], taken: tuple[int, ...], to: int) -> list[int]:
    """Return the path with the things at the taken places put before the one at `to`."""
    out = set(taken)
    before = [one for place, one in enumerate(path[:to]) if place not in out]
    after = [one for place, one in enumerate(path[to:], to) if place not in out]
    return [*before, *(path[place] for place in taken), *after]
