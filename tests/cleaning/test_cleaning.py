"""Tests of each cleaning rule and of the invariants of cleaning."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.cleaning import RULES, clean
from indexer.cleaning.apply import Change, Rule, apply
from tests.conftest import PROJECT

DOC = (PROJECT / "docs/cleaning.md").read_text(encoding="utf-8")
MESS = '工会员 职高兴的一人，。：“”"(),:;!?-—…·、《》#*>0123Aa.①②③记者记通讯员本报讯'
MESS += "\n\n\n\r\t\u3000\ufffd\ufffd\u200b\xa0\uf06c"


def replayed(raw: str, text: str) -> str:
    parts, at = [], 0
    for edit in clean(raw).edits:
        assert edit.start >= at
        assert raw[edit.start : edit.end] == edit.before
        assert edit.rules
        parts += [raw[at : edit.start], edit.after]
        at = edit.end
    return "".join([*parts, raw[at:]])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_does_what_its_example_says(rule: Rule) -> None:
    assert apply(rule.before, [rule]).text == rule.after


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_is_explained_in_the_docs_with_its_example(rule: Rule) -> None:
    def shown(text: str) -> str:
        return "`" + repr(text)[1:-1].replace("\\'", "'") + "`"

    assert f"| {rule.name} | {rule.says} | {shown(rule.before)} | {shown(rule.after)} |" in DOC


@given(st.text(alphabet=MESS, max_size=120))
@settings(max_examples=500, deadline=None)
def test_replaying_the_edits_gives_the_text(raw: str) -> None:
    assert replayed(raw, clean(raw).text) == clean(raw).text


@given(st.text(max_size=60))
@settings(deadline=None)
def test_replaying_holds_for_any_unicode(raw: str) -> None:
    assert replayed(raw, clean(raw).text) == clean(raw).text


@given(st.text(alphabet=" 工会员职高兴人，。：“”《》0123Aa.%", max_size=80))
@settings(max_examples=500, deadline=None)
def test_the_short_way_for_plain_text_gives_the_same(raw: str) -> None:
    assert clean(raw) == apply(raw, RULES)


@given(st.text(alphabet="abc", max_size=20), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_edits_of_many_rules_compose(raw: str, rng: random.Random) -> None:
    def some(text: str) -> list[Change]:
        cuts = sorted(rng.sample(range(len(text) + 1), min(len(text) + 1, 2 * rng.randrange(3))))
        pairs = zip(cuts[::2], cuts[1::2], strict=False)
        return [Change(start, end, rng.choice(["", "x", "yz"])) for start, end in pairs]

    texts = [raw]

    def remember(text: str) -> list[Change]:
        changes, at, parts = some(text), 0, []
        for start, end, after in changes:
            parts += [text[at:start], after]
            at = end
        texts.append("".join([*parts, text[at:]]))
        return changes

    cleaned = apply(raw, [Rule(f"r{i}", remember, "", "", "") for i in range(4)])
    assert cleaned.text == texts[-1]
    starts = [edit.start for edit in cleaned.edits]
    assert starts == sorted(starts)
    assert all(a.end <= b.start for a, b in zip(cleaned.edits, cleaned.edits[1:], strict=False))


@pytest.mark.parametrize(
    "raw",
    [
        "记者 " + "张 " * 20_000,
        "(" * 50_000 + "工" + ")" * 50_000,
        '工"' * 10_000,
        "工工会会" * 25_000,
        " " * 100_000 + "\n" + "\t " * 50_000 + "x",
        "a" * 50_000 + "(工:",
        "工" + "\ufffd " * 50_000,
    ],
    ids=["names", "brackets", "quotes", "pairs", "blanks", "letters", "bullets"],
)
def test_no_text_is_slow(raw: str) -> None:
    start = time.process_time()
    clean(raw)
    assert time.process_time() - start < 5


def test_an_edit_names_all_the_rules_that_made_it() -> None:
    (edit,) = clean("服务 \u200b 20人。").edits
    assert edit.rules == ("invisible", "spaces")


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


def test_two_pairs_in_a_page_known_to_be_doubled_are_restored() -> None:
    page = (
        "主主要要领领导导出出席席会会议议\n\n经济社会发展成就展（图图片片）开幕。\n\n全全市市工工作作会会议议召召开开"
    )
    assert clean(page).text.split("\n")[1] == "经济社会发展成就展（图片）开幕。"


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


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("(记者 张丽丽 通讯员 赵 丹)近日,开展活动。", "（记者 张丽丽 通讯员 赵丹）近日，开展活动。"),
        ("第一条 为了加强生态保护，制定本条例。", "第一条 为了加强生态保护，制定本条例。"),
        ("实现“云启未来 联通天中”愿景，服务发 展。", "实现“云启未来 联通天中”愿景，服务发展。"),
        ("限值40W/m²,共1,000人,15:30到。", "限值40W/m²，共1,000人，15:30到。"),
        ("详见https://a.cn/b?c=1,2或a.b@c.com,谢谢。", "详见https://a.cn/b?c=1,2或a.b@c.com，谢谢。"),
        ('推行"一把手"责任制、"五包"制,突出"五抓', '推行“一把手”责任制、“五包”制，突出"五抓'),
        ('名为"工作方案" (A B-C)的网站。', "名为“工作方案”（A B-C）的网站。"),
        ('“物尽其用"释放潜能。"运筹帷幄"', "“物尽其用”释放潜能。“运筹帷幄”"),
        ("医疗废物 激增如何应对?", "医疗废物激增如何应对？"),
        ("中国--东盟博览会", "中国——东盟博览会"),
        ("全链条工作模式:审计一整改一提高。", "全链条工作模式：审计一整改一提高。"),
        ("It's 5:30 now, (see p. 3).", "It's 5:30 now, (see p. 3)."),
    ],
)
def test_spaces_and_marks(raw: str, text: str) -> None:
    assert clean(raw).text == text
