"""Tests of doubled letters: extraction errors are repaired, true repetition stays."""

from __future__ import annotations

import re

import pytest

from indexer.cleaning import clean


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("职职工工运运动动会会拔拔河河比比赛赛。。", "职工运动会拔河比赛。"),
        ("参参参考考考文文文献献献", "参考文献"),
        ("项项项项目目目目", "项目"),
        ("备备注注", "备注"),
        ("66..1122  网网页页服服务务器器", "6.12 网页服务器"),
        ("第第 33 章章 总总体体设设计计", "第 3 章 总体设计"),
        ("采采购购编编号号::550101", "采购编号:550101"),
        ("# 可可以以写写到到文文件件中中, 格格式式 access_key", "# 可以写到文件中,格式 access_key"),
        ("AAccccoouunntt SSuummmmaarryy", "Account Summary"),
        ("概述概述概述概述", "概述"),
        ("““钉钉钉钉子子””精精神神", "“钉钉子”精神"),
        ("目目 录录", "目 录"),
        ("注注：：", "注:"),
        ("PPrroodduucctt", "Product"),
        ("美美美美国国国国11名名名名老老老老兵兵兵兵死死死死亡亡亡亡", "美国11名老兵死亡"),
        ("病病病例例例增增增至至至97%%%", "病例增至97%"),
        ("中中国国LAMOST发发布布11项项成成果果", "中国LAMOST发布11项成果"),
    ],
)
def test_doubled_letters_are_restored(raw: str, text: str) -> None:
    assert re.sub(" +", " ", clean(raw).text).replace("：", ":").replace("，", ",") == text


@pytest.mark.parametrize(
    "text",
    [
        "人民代表大会会议议程",
        "大学学生生活活动中心",
        "认认真真踏踏实实做好每一件事",
        "工工整整整整齐齐",
        "爷爷奶奶爸爸妈妈都来了",
        "米开朗基罗开朗朗诵诵读读书书本本来来历历程程度度过过程程序",
        "加油加油加油！",
        "加油加油加油加油",
        "哈哈哈哈呵呵呵呵",
        "11223344556677889900",
        "aabb ccdd",
        "IIII级应急响应",
        "天天",
        "欢欢 乐乐",
        "盼盼 晶晶 欢欢 迎迎 妮妮",
        "寻寻觅觅，冷冷清清，凄凄惨惨戚戚",
        "葱葱郁郁",
        "FFEEDDCCBBAA",
        "……………………12",
    ],
)
def test_true_repetition_stays(text: str) -> None:
    assert clean(text).text == text


def test_two_pairs_in_a_page_known_to_be_doubled_are_restored() -> None:
    page = (
        "主主要要领领导导出出席席会会议议\n\n经济社会发展成就展（图图片片）开幕。\n\n全全市市工工作作会会议议召召开开"
    )
    assert clean(page).text.split("\n")[1] == "经济社会发展成就展（图片）开幕。"
