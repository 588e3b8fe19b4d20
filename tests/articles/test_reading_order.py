"""Tests of restoring the order of columns, and of flags where that is impossible."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles.reading_order import arrange
from indexer.articles.reading_order.order_search import can_gain, first_look, rearrange
from tests.support.pages import measure_generated, measure_seams, passages


def test_the_seams_of_p002_are_closed_and_none_where_lines_are_lost(shared: Path) -> None:
    closed, parted = measure_seams(shared)
    assert closed >= 0.9
    assert parted == 1.0


@pytest.mark.parametrize("page", ["zhumadian/p000.txt", "zhumadian/p004.txt", "huaiyang/p003.txt"])
def test_pages_in_order_stay_as_they_are(page: str, shared: Path) -> None:
    found = passages((shared / "pages" / page).read_text(encoding="utf-8"))
    assert all("seam" not in passage.flags for passage in found)
    assert all(list(passage.spans) == sorted(passage.spans) for passage in found)


def test_whole_paragraphs_ask_no_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrange, "Joints", None)
    texts = ["大会今天召开，各级工会参加。", "会议提出以下要求：", "一是抓安全；", "二是抓服务。（完）"]
    assert [passage.text for passage in passages("\n\n".join(["甲地召开工会会议", *texts]))] == texts


@pytest.mark.parametrize(("events", "least_closed", "most_broken"), [(0, 0.0, 0.02), (1, 0.40, 0.04)])
def test_pages_made_of_unseen_news_are_put_in_order(
    events: int, least_closed: float, most_broken: float, shared: Path
) -> None:
    closed, broken = measure_generated(shared, events, pages=25)
    assert closed >= least_closed
    assert broken <= most_broken


def test_a_word_that_breaks_across_the_seam_decides() -> None:
    raw = (
        "妇联开展技能培训\n\n"
        "本报讯 (通讯员 李 娟)为提 养老护理培训班。 高妇女就业技能,拓宽妇女就业 渠道,推进技能建设, "
        "缓解养老护理人才短缺矛 能等级认定中心举办了2022年 作的人员。③5\n\n"
        "培训班采取理论培训和技能操 作相结合的授课方式,培训内容涉 及职业道德、饮食起居照料、养老护 "
        "盾,日前,开发区妇联联合驻马店 理专业知识。培训对象主要为养老 市浩祥人力资源有限公司职业技 "
        "从业人员和有意向从事养老服务工\n"
    )
    first, second = passages(raw)
    assert "为提高妇女就业技能" in first.text
    assert first.text.endswith("2022年养老护理培训班。")
    assert second.text.endswith("养老服务工作的人员。")
    assert list(first.spans) != sorted(first.spans)


def test_a_sentence_that_breaks_off_before_a_new_paragraph_is_a_seam() -> None:
    raw = (
        "开发区冲刺目标\n\n本报讯（记者 王帆）今年以来，成绩很大。\n\n"
        "抓项目促投资，扩大发展增量。推行包联制度，已完成年度计划投资，达效率\n\n"
        "抓招商促引资，积蓄发展动能。围绕建设和战略，紧盯重点区域，已签约项目四十二个。②"
    )
    found = passages(raw)
    assert [passage.flags for passage in found] == [(), ("incomplete",), ("seam", "incomplete")]


def test_verse_and_tables_have_no_seams() -> None:
    raw = "小寒帖\n\n风在窗纸上写字\n写了又擦\n擦了又写\n只有梅花认得它的笔迹\n"
    assert all(not passage.flags for passage in passages(raw))


@given(st.integers(1, 9), st.randoms(use_true_random=False))
def test_rearranging_keeps_everything_and_never_makes_it_worse(size: int, rng: random.Random) -> None:
    fits = np.array([[rng.uniform(-9, 9) for _ in range(size + 1)] for _ in range(size + 1)])
    order = rearrange(fits, trust=1, firm=5, first_gain=1, next_gain=1)
    assert sorted(order) == list(range(size))

    def total(path: list[int]) -> float:
        whole = [-1, *path, size]
        return sum(fits[one + 1, other] + (other == one + 1) for one, other in pairwise(whole))

    assert total(order) >= total(list(range(size)))


@given(st.integers(1, 12), st.randoms(use_true_random=False))
def test_a_first_look_tells_whether_there_is_a_move(size: int, rng: random.Random) -> None:
    fits = np.array([[rng.uniform(-9, 9) for _ in range(size + 1)] for _ in range(size + 1)])
    natural = fits[range(1, size), range(1, size)].tolist()
    rows, columns = first_look(natural, firm=5)
    seen = np.full_like(fits, -np.inf)
    seen[np.ix_(rows, columns)] = fits[np.ix_(rows, columns)]
    for apart in (0, 1):
        seen[range(size + 1 - apart), range(apart, size + 1)] = fits[range(size + 1 - apart), range(apart, size + 1)]
    moved = rearrange(fits, trust=1, firm=5, first_gain=9, next_gain=1) != list(range(size))
    assert can_gain(seen, trust=1, firm=5, first_gain=9) == moved


def test_lines_that_all_end_a_sentence_may_still_be_torn() -> None:
    raw = "甲地召开工会会议\n\n会议今天召开。\n，各级工会参加。\n大家都说好。\n会议提出要求。\n"
    texts = [passage.text for passage in passages(raw)]
    assert texts == ["会议今天召开。，各级工会参加。", "大家都说好。", "会议提出要求。"]
