"""Tests of joining lines that the layout parted."""

from __future__ import annotations

import pytest

from indexer.cleaning import clean, line_ends


def test_a_block_wider_than_the_others_of_its_page_is_joined_by_its_own_width() -> None:
    narrow = (
        "各级工会认真履行职责，竭诚\n服务职工群众，推动工会工作\n不断取得新的成效，再创佳绩\n，谱写了新的篇章。\n\n"
    )
    wide = (
        "近年来，石桥区总工会坚持大抓基层，把工会建在产业链上、建在工地上、建在骑\n"
        "手的驿站里，成为职工信得过的娘家人，先后获得全省模范职工之家称号，选树示\n范点四十家。\n\n"
    )
    assert clean(narrow + wide + narrow).text.count("\n") == 2


def test_text_whose_lines_are_paragraphs_is_not_taken_for_wrapped_text() -> None:
    text = "特写：江城志哀，三分钟的凝望\n这个清明，让我们一起铭记\n" + "清明是我们慎终追远、礼敬祖先的时节。" * 6
    assert clean(text).text == text


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        ("近日，市总工会持续推进基层工会组织规\n范化建设，选树示范点40家。", 1),
        ("近日，市总工会持续推进基层工会组织规\n\n范化建设，选树示范点40家。", 1),
        ("近日，市总工会持续推进基层建设。\n\n目前，已经选树示范点40家。", 2),
        ("服务大局 激发活力\n\n近日，市总工会持续推进基层建设。", 2),
        ("开开展展养养老老护护理理技技能能培培训训\n本报讯 近日，开展培训。", 2),
        ("近日，开展培训。②\n同心同德向未来，携手前行", 2),
        ("近日，开展培训。\n②13", 1),
        ("陪同调研。 \ufffd\ufffd\ufffd\ufffd\ufffd区长到区总工会调研。", 2),
        ("序号\t姓名\t单位\n1\t张三\t工会", 2),
        ("有下列情形之一的，予以奖励：\n（一）成绩显著的；\n（二）其他情形。", 3),
        ("## 书写新时代壮丽华章\n### ——工作综述\n实干成就伟业。", 3),
        ("������区长（左二）在智能家居产业\n\n园调研书屋建设。", 1),
        ("■近日，市总工会推进基层工会组织规\n范化建设，选树示范点40家。", 1),
        ("★ 城区时讯\n近日，市总工会推进基层工会建设。", 2),
        ("他说：“要选树示范点40家。\n”与会者表示赞同。", 1),
        ("选树示范点四十家②13\n同心同德向未来，携手前行", 2),
        ("荣获先进单位等5项荣誉；  \n被评为先进集体。", 2),
    ],
)
def test_lines_are_joined_only_where_the_layout_parted_them(raw: str, lines: int) -> None:
    assert clean(raw).text.count("\n") + 1 == lines


COLUMN = "昨日召开的防汛会议提出，各地要抓\n紧加固病险水库，完善雨情测报，落\n实二十四小时值守，确保安全度汛。\n"
SHORT_ENDS = "昨日召开的防汛会议提出，各地要抓\n紧加固病险水库，完善雨情测报，落\n实值守，确保安全。\n"


@pytest.mark.parametrize(
    ("raw", "test"),
    [
        (COLUMN + "各地还要备足物资，并组织群众转移\n。", "reaches_the_wall"),
        (COLUMN * 2 + "渡口恢复夜航\n" + COLUMN, "half_a_line"),
        (SHORT_ENDS * 2 + "北岭渡口夜航恢复至晚十点\n" + SHORT_ENDS, "stands_above_a_text"),
        (COLUMN * 2 + "北岭渡口夜航恢复至十点，票价不变，市民出行更方便\n" + COLUMN, "beyond_the_wall"),
        (COLUMN * 2 + "北岭渡口昨日恢复夜航至十点整了\n北岭渡口昨日恢复夜航至十点整，票\n价不变。", "says_it_again"),
        ("渡口恢复夜航。（记者 廖清）\n夜市昨日开张，市民前往选购特产。", "article_ends"),
        ("男子百米 赵满仓 11.32\n女子百米 葛小禾 12.88", "rows_of_results"),
        ("### 渡口\n昨日，渡口夜航恢复。", "stands_alone"),
        ("渡口夜航恢复\n\n昨日，渡口夜航恢复。", "columns_do_not_end_so"),
    ],
)
def test_the_test_that_decides_a_line_end_is_named(raw: str, test: str) -> None:
    assert test in [judged.test for _, _, judged in line_ends(raw)]


def test_a_page_that_nothing_divides_keeps_its_headlines_apart() -> None:
    paragraph = "\u3000\u3000昨日召开的防汛会议提出，各地\n要抓紧加固病险水库，完善雨情测报，\n"
    paragraph += "落实二十四小时值守，确保安全度汛。\n"
    heads = ["水利部门抓紧加固病险水库完善雨情测报", "北岭渡口夜航恢复至十点", "青渡大桥主桥昨日合龙通车"]
    lines = clean("".join(f"{head}\n{paragraph * 3}" for head in heads)).text.split("\n")
    assert [line for line in lines if "。" not in line] == heads
    assert len(lines) == 4 * len(heads)
