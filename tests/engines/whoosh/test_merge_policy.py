"""Tests of the merge policy: few segments remain, and none is rewritten often."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engines.whoosh.indexing.merge_policy import (
    FULL,
    LARGEST,
    LEFT_ALONE,
    RATIO,
    SMALL,
    groups_in_full_build,
    groups_to_merge,
)


@given(st.lists(st.integers(1, 400_000), max_size=30))
def test_segments_at_rest_are_few(sizes: list[int]) -> None:
    """The segments left by merging are full, or their sizes grow by a factor."""
    groups = groups_to_merge([(size, size) for size in sizes])
    merged = [sum(sizes[at] for at in group) for group in groups]
    rest = [size for at, size in enumerate(sizes) if not any(at in group for group in groups)]
    ascending = sorted(size for size in rest if size < LEFT_ALONE)
    smaller = max(sum(merged), SMALL) if merged else 0
    for size in ascending:
        assert size >= RATIO * smaller or size < SMALL
        smaller = max(smaller + size, SMALL)
    assert sum(merged) + sum(rest) == sum(sizes)


def merged(sizes: list[int]) -> list[int]:
    groups = groups_to_merge([(size, size) for size in sizes])
    left = [size for at, size in enumerate(sizes) if not any(at in group for group in groups)]
    return left + [sum(sizes[at] for at in group) for group in groups]


@pytest.mark.parametrize("workers", range(6, 60, 3))
def test_what_was_just_built_is_left_alone_when_an_issue_is_indexed_again(workers: int) -> None:
    at_rest = merged([26_000] * workers)
    assert groups_to_merge([(size - 40, size) for size in at_rest] + [(40, 40)]) == []


def test_daily_additions_are_rewritten_a_few_times_only() -> None:
    sizes, rewritten, most = [FULL] * 4, 0, 0
    for _ in range(2_000):
        sizes.append(60)
        for group in groups_to_merge([(size, size) for size in sizes]):
            merged = sum(sizes[at] for at in group)
            rewritten += merged
            sizes = [size for at, size in enumerate(sizes) if at not in group] + [merged]
        most = max(most, len(sizes))
    assert most <= 8
    assert rewritten / (2_000 * 60) < 25


@pytest.mark.parametrize("articles", [300_000, 600_000, 1_000_000, 5_000_000])
def test_what_is_made_anew_is_left_alone_when_an_issue_is_indexed_again(articles: int) -> None:
    sizes = [26_000] * (articles // 26_000) or [articles]
    at_rest = [sum(sizes[at] for at in group) for group in groups_in_full_build(sizes)]
    assert len(at_rest) <= articles // LARGEST + 1
    assert groups_to_merge([(size - 40, size) for size in at_rest] + [(40, 40)]) == []
