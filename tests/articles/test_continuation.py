"""Tests of how well one piece of text continues another: one pair at a time as many at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.articles.language_model.continuation import fit, fits, sides

LETTERS = "护理人才短缺矛盾日前开发区工会会议安全生产，。（）3A的了在中国人民银行\U00020000𠮷 "
TEXTS = st.text(st.sampled_from(LETTERS), min_size=1, max_size=9)


@settings(deadline=None)  # the first one loads the tables
@given(TEXTS, TEXTS)
@example("护理人才短缺矛", "盾日前开发区")
@example("中国人民银", "行")
@example("\U00020000", "，")
def test_one_pair_is_scored_as_many_are(one: str, other: str) -> None:
    ends, beginnings = sides([one, other])
    [score] = fits(ends, beginnings, np.array([0]), np.array([1]))
    assert fit(one, other) == pytest.approx(float(score), abs=1e-9)


@pytest.mark.parametrize(
    ("one", "goes_on", "does_not"),
    [
        ("护理人才短缺矛", "盾日前开发区", "能等级认定中心"),
        ("工会组织职工参加安全生", "产培训", "会主席"),
        ("县委书记到柳溪镇调", "研春耕", "日起施行"),
    ],
)
def test_a_word_that_runs_across_the_joint_decides(one: str, goes_on: str, does_not: str) -> None:
    assert fit(one, goes_on) > fit(one, does_not) + 3
