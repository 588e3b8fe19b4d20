"""Tests of the merge policy: few segments remain, and none is rewritten often."""

from __future__ import annotations

from collections.abc import Iterator

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
    split_to_fit,
)

Sizes = list[tuple[int, int]]
"""Of each segment the number of live documents, and of all documents."""


def undeleted(*sizes: int) -> Sizes:
    return [(size, size) for size in sizes]


def merged(sizes: Sizes) -> Sizes:
    """Return the sizes of the segments left after merging, those that are not merged first."""
    groups = groups_to_merge(sizes)
    chosen = {at for group in groups for at in group}
    left = [size for at, size in enumerate(sizes) if at not in chosen]
    return left + undeleted(*(sum(sizes[at][0] for at in group) for group in groups))


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(undeleted(7), [], id="a single segment"),
        pytest.param(undeleted(1000, 1000), [[0, 1]], id="equals"),
        pytest.param(undeleted(1000, 4000), [], id="RATIO times as large"),
        pytest.param(undeleted(1000, 3999), [[0, 1]], id="just less than RATIO times as large"),
        pytest.param(undeleted(1, RATIO * SMALL), [], id="a small one counts as SMALL"),
        pytest.param(undeleted(1, RATIO * SMALL - 1), [[0, 1]], id="which brings it close to larger ones"),
        pytest.param(undeleted(1000, 1000, 7999), [[0, 1, 2]], id="all smaller ones together count"),
        pytest.param(undeleted(100_000, 1000, 4000, 1000), [[1, 2, 3]], id="a large one among small ones stays"),
        pytest.param(undeleted(*[LEFT_ALONE] * 3), [], id="full ones are left alone"),
        pytest.param(undeleted(*[LEFT_ALONE - 1] * 2), [[0, 1]], id="nearly full ones are not"),
        pytest.param(undeleted(*[100_000] * 5), [[0, 1], [2, 3, 4]], id="several groups of about FULL"),
        pytest.param([(500, 1000)], [], id="half deleted"),
        pytest.param([(499, 1000)], [[0]], id="more than half deleted"),
        pytest.param([(FULL, 3 * FULL)], [[0]], id="a full one, more than half deleted"),
        pytest.param([(9, 9), (50_000, 150_000)], [[0, 1]], id="it takes all smaller ones with it"),
    ],
)
def test_which_segments_are_merged(sizes: Sizes, groups: list[list[int]]) -> None:
    assert groups_to_merge(sizes) == groups


segment_sizes = st.tuples(st.integers(1, 400_000), st.floats(1, 3)).map(lambda size: (size[0], int(size[0] * size[1])))


@given(st.lists(segment_sizes, max_size=30))
def test_no_segment_is_merged_twice_and_none_stays_that_is_mostly_deleted(sizes: Sizes) -> None:
    chosen = [at for group in groups_to_merge(sizes) for at in group]
    assert chosen == sorted(set(chosen))
    assert set(chosen) >= {at for at, (live, every) in enumerate(sizes) if every > 2 * live}
    assert sum(live for live, _ in merged(sizes)) == sum(live for live, _ in sizes)


@given(st.lists(st.integers(1, 400_000), max_size=30))
def test_segments_at_rest_are_few(sizes: list[int]) -> None:
    """The segments left by merging are full, or their sizes grow by a factor."""
    ascending = sorted(live for live, _ in merged(undeleted(*sizes)) if live < LEFT_ALONE)
    smaller = 0
    for size in ascending:
        assert size >= RATIO * smaller or size < SMALL
        smaller = max(smaller + size, SMALL)


@given(st.lists(st.integers(1, 400_000), max_size=30))
def test_one_round_of_merging_is_enough(sizes: list[int]) -> None:
    assert groups_to_merge(merged(undeleted(*sizes))) == []


@pytest.mark.parametrize("workers", range(6, 60, 3))
def test_what_was_just_built_is_left_alone_when_an_issue_is_indexed_again(workers: int) -> None:
    at_rest = merged(undeleted(*[26_000] * workers))
    assert groups_to_merge([(size - 40, size) for size, _ in at_rest] + [(40, 40)]) == []


def test_daily_additions_are_rewritten_a_few_times_only() -> None:
    sizes, rewritten, most = [FULL] * 4, 0, 0
    for _ in range(2_000):
        sizes.append(60)
        for group in groups_to_merge([(size, size) for size in sizes]):
            total = sum(sizes[at] for at in group)
            rewritten += total
            sizes = [size for at, size in enumerate(sizes) if at not in group] + [total]
        most = max(most, len(sizes))
    assert most <= 8
    assert rewritten / (2_000 * 60) < 25


@pytest.mark.parametrize("articles", [300_000, 600_000, 1_000_000, 5_000_000])
def test_what_is_made_anew_is_left_alone_when_an_issue_is_indexed_again(articles: int) -> None:
    sizes = [26_000] * (articles // 26_000) or [articles]
    at_rest = [sum(sizes[at] for at in group) for group in groups_in_full_build(sizes)]
    assert len(at_rest) <= articles // LARGEST + 1
    assert groups_to_merge([(size - 40, size) for size in at_rest] + [(40, 40)]) == []


@given(st.lists(st.integers(1, 3_000_000), min_size=1, max_size=12))
def test_what_is_made_anew_is_as_few_segments_as_their_size_allows(sizes: list[int]) -> None:
    groups = groups_in_full_build(sizes)
    assert [at for group in groups for at in group] == [*range(len(sizes))]
    assert len(groups) <= max(round(sum(sizes) / LARGEST), 1)
    for group in groups:
        assert sum(sizes[at] for at in group) <= 1.5 * LARGEST + max(sizes[at] for at in group)


@given(sizes=st.lists(st.integers(1, 12), max_size=8), room=st.integers(1, 20), data=st.data())
def test_a_group_is_split_into_the_fewest_runs_that_fit_the_position_space(
    sizes: list[int], room: int, data: st.DataObject
) -> None:
    """Compared with every way to cut the group into runs. A segment that is too long by itself stays alone."""
    chosen = data.draw(st.sets(st.sampled_from(range(len(sizes)))) if sizes else st.just(set()))
    group = sorted(chosen)
    runs = [run for run in split_to_fit(group, sizes, room) if run]
    assert [at for run in runs for at in run] == group

    def fits(run: list[int]) -> bool:
        return len(run) == 1 or sum(sizes[at] for at in run) <= room

    def every_cut(rest: list[int]) -> Iterator[list[list[int]]]:
        if not rest:
            yield []
        for end in range(1, len(rest) + 1):
            yield from ([rest[:end], *others] for others in every_cut(rest[end:]))

    assert all(map(fits, runs))
    assert len(runs) == min(len(cut) for cut in every_cut(group) if all(map(fits, cut)))
