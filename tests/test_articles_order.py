"""Columns that were read out of order are put back, and what can't be is flagged."""

from __future__ import annotations

import gzip
import json
import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles import read_page
from indexer.articles.rearranging import rearrange
from indexer.folding import fold
from indexer.model import PageIdentity, Paper, Passage, RawPage
from tests.columns import interleave

PAPER = Paper("demo")


def passages(raw: str) -> list[Passage]:
    page = RawPage("demo/x.txt", "text", raw, "utf-8", "0")
    found = read_page(page, PageIdentity("demo", None, "x"), PAPER)
    return [passage for article in found.articles for passage in article.paragraphs]


def text(passage: Passage) -> str:
    return fold(passage.text).replace('"', "")


CLOSED_BY_HAND = [  # each crosses a seam of p002 that a reader can close
    *(
        "建设标准化文明实践中心",
        "空闲地进行彻底整治",
        "村庄绿化，种植绿化树木",
        "连日来，开发区全面落实",
        "坚持聚焦重点区域",
    ),
    *("采砂、取土等违法行为", "严格落实属地管理", "全部落实整改措施", "为提高妇女就业技能", "短缺矛盾，日前"),
    *("联合驻马店市浩祥", "职业技能等级认定中心", "举办了2022年养老护理培训班", "养老护理专业知识"),
    *("主要为养老从业人员", "养老服务工作的人员", "为有效遏制", "安全教育培训", "安全生产风险分级管控"),
]

LOST_BY_HAND = [  # here lines of p002 are lost between the two
    *("达效率抓招商", "龙头引性循环", "已签抓服务", "的政抓调度", "监管和突出高效", "董近年来", "内涝灾加大投入"),
    *("专项检查强化隐患", "安全意至目前"),
]


def test_the_seams_of_p002_are_closed(shared: Path) -> None:
    page = (shared / "pages" / "zhumadian" / "p002.txt").read_text(encoding="utf-8")
    texts = [text(passage) for passage in passages(page)]
    open_seams = [words for words in CLOSED_BY_HAND if not any(fold(words) in one for one in texts)]
    assert len(open_seams) <= 0.1 * len(CLOSED_BY_HAND), open_seams


def test_no_phrase_matches_where_lines_of_p002_are_lost(shared: Path) -> None:
    found = passages((shared / "pages" / "zhumadian" / "p002.txt").read_text(encoding="utf-8"))
    assert [words for words in LOST_BY_HAND if any(fold(words) in text(one) for one in found)] == []
    assert sum("seam" in passage.flags for passage in found) >= len(LOST_BY_HAND)


@pytest.mark.parametrize("page", ["zhumadian/p000.txt", "zhumadian/p004.txt", "huaiyang/p003.txt"])
def test_pages_in_order_stay_as_they_are(page: str, shared: Path) -> None:
    found = passages((shared / "pages" / page).read_text(encoding="utf-8"))
    assert all("seam" not in passage.flags for passage in found)
    assert all(list(passage.spans) == sorted(passage.spans) for passage in found)


def test_pages_made_of_news_not_seen_before_are_put_in_order(shared: Path) -> None:
    """`scripts/build_neighbours` counted the first 1,000 articles of this corpus; these come from the rest."""
    with gzip.open(shared / "corpus" / "news-dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        news = [json.loads(line) for line in lines][1000:]
    fitting = [
        one for one in news if 250 < sum(map(len, one["paragraphs"])) < 900 and min(map(len, one["paragraphs"])) > 30
    ]
    rng = random.Random(7)
    torn = closed = kept = broken = 0
    for article in rng.sample(fitting, 25):
        page = interleave(article["title"], article["paragraphs"], rng, events=1)
        texts = [text(passage) for passage in passages(page.raw)]
        for joints, is_torn in ((page.torn, True), (page.kept, False)):
            for one, other in joints:
                across = (fold(one)[-7:] + fold(other)[:7]).replace('"', "")
                whole = any(across in passage for passage in texts)
                torn, closed = torn + is_torn, closed + (is_torn and whole)
                kept, broken = kept + (not is_torn), broken + (not is_torn and not whole)
    assert closed / torn >= 0.5
    assert broken / kept <= 0.04


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
    fits = {(one, other): rng.uniform(-9, 9) for one in range(-1, size) for other in range(size + 1)}
    order = rearrange(size, lambda one, other: fits[one, other], trust=1, firm=5, first_gain=1, next_gain=1)
    assert sorted(order) == list(range(size))

    def total(path: list[int]) -> float:
        whole = [-1, *path, size]
        return sum(fits[pair] + (pair[1] == pair[0] + 1) for pair in pairwise(whole))

    assert total(order) >= total(list(range(size)))
