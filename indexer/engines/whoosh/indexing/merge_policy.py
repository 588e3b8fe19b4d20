"""Tiered merge policy: chooses segments to merge, so that few remain and none is rewritten often."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

RATIO = 4
"""A segment with fewer live documents than this many times those of all smaller ones is merged with them."""
SMALL = 500
"""Floor of segment sizes: segments with fewer documents count as if they had this number."""
FULL = 250_000
"""Target size of merged segments, in documents, which bounds the time of a commit."""
LARGEST = 1_000_000
"""Target size of the segments of a full build, in documents, which bounds the memory of a merge."""
LEFT_ALONE = FULL // 2
"""Segments with at least this many live documents are never merge candidates (unless half of them is deleted)."""

_ROOM = int(np.iinfo(np.uint32).max)
"""Positions that fit into a segment: six million articles of 600 characters."""


def groups_to_merge(sizes: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Choose groups of segments to merge, given the numbers of live and of all documents of each.

    What remains below `LEFT_ALONE` grows by a factor of 5 from segment to segment, so daily additions lie in a few, and
    each article is rewritten a few times at each size, whatever the size of the whole. A segment of which more than
    half is deleted is rewritten too.

    >>> groups_to_merge([(1000, 1000), (100_000, 100_000)]), groups_to_merge([(9, 9), (100_000, 100_000), (1000, 1000)])
    ([], [[0, 2]])
    >>> groups_to_merge([(100_000, 100_000)] * 5)
    [[0, 1], [2, 3, 4]]
    """
    ascending = sorted(range(len(sizes)), key=lambda at: sizes[at][0])
    chosen, smaller = 0, 0
    for count, at in enumerate(ascending, start=1):
        live, all_documents = sizes[at]
        is_close = count > 1 and live < LEFT_ALONE and max(live, SMALL) < RATIO * smaller
        if is_close or all_documents > 2 * live:
            chosen = count
        smaller = max(smaller + live, SMALL)
    return _grouped(sorted(ascending[:chosen]), [live for live, _ in sizes])


def groups_in_full_build(sizes: Sequence[int]) -> list[list[int]]:
    """Which segments to merge in a full build: the fewer there are, the sooner they answer.

    >>> groups_in_full_build([26_000] * 4), groups_in_full_build([800_000, 800_000]), groups_in_full_build([7])
    ([[0, 1, 2, 3]], [[0], [1]], [[0]])
    """
    return _grouped(range(len(sizes)), sizes, LARGEST)


def split_to_fit(group: Sequence[int], positions: Sequence[int], room: int = _ROOM) -> list[list[int]]:
    """A group of segments, split where one position space has no room for the positions of all: articles may be long.

    >>> split_to_fit([0, 2, 3], [5, 9, 5, 5], room=10)
    [[0, 2], [3]]
    """
    found: list[list[int]] = [[]]
    used = 0
    for at in group:
        if used + positions[at] > room and found[-1]:
            found.append([])
            used = 0
        found[-1].append(at)
        used += positions[at]
    return found


def _grouped(segments: Sequence[int], sizes: Sequence[int], full: int = FULL) -> list[list[int]]:
    """Divide segments into groups of about `full` documents. Neighbours, often of neighbouring days, stay together."""
    total = sum(sizes[at] for at in segments)
    groups = max(round(total / full), 1)
    found: list[list[int]] = [[] for _ in range(groups)]
    before = 0
    for at in segments:
        found[min((before + sizes[at] // 2) * groups // max(total, 1), groups - 1)].append(at)
        before += sizes[at]
    return [group for group in found if group]
