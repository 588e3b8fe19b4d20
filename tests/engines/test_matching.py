"""Tests of the reference for matches, against brute force."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engines.matching import has_near


@settings(max_examples=300, deadline=None)
@given(
    unit=st.text("甲乙丙", max_size=12),
    texts=st.lists(st.text("甲乙丙", min_size=1, max_size=2), min_size=1, max_size=3),
    distance=st.integers(0, 8),
)
def test_near_is_the_tightest_of_all_choices_of_places(unit: str, texts: list[str], distance: int) -> None:
    places = [[at for at in range(len(unit)) if unit.startswith(text, at)] for text in texts]
    between = [
        max(at + len(text) for at, text in zip(chosen, texts, strict=True)) - min(chosen) - sum(map(len, texts))
        for chosen in product(*places)
    ]
    assert has_near(texts, distance, unit) == any(gap <= distance for gap in between)
