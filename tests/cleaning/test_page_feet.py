"""Tests of what leaves the middle of a text: feet of the page, hyphens, misread bytes, vertical lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.cleaning import clean, page_feet
from tests.support.layouts import letters

ABOVE = "各地要落实防汛责任制，加强巡查值守，发现险情及时上"
BELOW = "报，并组织群众转移，不得迟报漏报瞒报。"


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize(
    "foot",
    [
        "—3—",
        "－ 3 －",
        "第三版",
        "3/8",
        "3",
        "A03",
        "Page 3 of 8",
        "第 1 页 共 3 页",
        "打印日期：2024年1月2日 10:33",
        "https://paper.example.cn/2024-01/02/content_1.htm 1/3",
        "2024/1/2 10:33 夜市开张_柳溪网",
        "责任编辑：王芹 电话：0396-1234567",
        "责编：王芹　版式：李 四",
        "柳溪日报 第3版 2024年1月2日 星期二 责任编辑：王芹",
        "仅供内部阅读",
        "柳溪日报 · 3",
        "3 柳溪日报 2024年1月2日",
        "要闻 03 2024年1月2日 星期二",
        "新闻热线：0396-1234567",
        "投稿邮箱：news@example.cn",
        "柳溪图书馆藏",
        "bào, bìng zǔ zhī qún zhòng",
        "（下转第2版）\n（上接第1版）",
        "— 3 —\n2024年1月2日 第4版",
    ],
)
@pytest.mark.parametrize("opening", ["本报讯 ", "今年以来，"])
def test_a_foot_of_the_page_leaves_the_sentence(opening: str, foot: str, gap: str) -> None:
    cleaned = clean(f"防汛要点\n\n{opening}{ABOVE}{gap}{foot}{gap}{BELOW}").text
    assert cleaned.replace("本报讯 ", "本报讯") == f"防汛要点\n{opening.strip()}{ABOVE}{BELOW}"


@pytest.mark.parametrize("foot", ["— 3 —", "24/40", "打印时间：2024/1/2 10:33", "样报", "（下转第2版）"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_foot_where_a_paragraph_ends_joins_nothing(foot: str, gap: str) -> None:
    lines = ["护林员老田的一天", foot, f"今年以来，{ABOVE}报。", foot, "新京报讯 昨日，老街夜市开张。"]
    assert [letters(line) for line in clean(gap.join(lines)).text.split("\n")] == [letters(line) for line in lines]


def test_a_foot_in_a_column_leaves_it_as_wide_as_it_was() -> None:
    column = [
        "各地要落实防汛责任制，加强巡查值",
        "守，发现险情及时上报，组织群众转",
        "移，不得迟报漏报瞒报，并把责任落",
        "到人，确保安全度汛。",
    ]
    text = "防汛要点\n\n" + "\n".join([*column[:2], "— 3 —", *column[2:]])
    assert clean(text).text == "防汛要点\n" + "".join(column)


def test_an_address_on_its_own_line_is_text() -> None:
    text = "报名网址：\nhttps://example.cn/a\n截止3月3日"
    assert clean(text).text == text


def test_a_watermark_that_cuts_words_leaves_them() -> None:
    sentence = f"{ABOVE}\n柳溪文库\n{BELOW}"
    assert "柳溪文库" not in clean("\n\n".join([sentence] * 3)).text


@pytest.mark.parametrize(
    "text",
    [
        "甲乡，320人\n3\n乙乡，400人",
        "《第3版》\n第3版画上市",
        "抓防汛，保安全\n第3版\n昨日，各地落实责任。",
        "护林员老田的一天\n第3版 责任编辑：王芹\n天刚亮，护林员老田上山。",
        "——你去哪？\n——3\n——好。",
        "比分\n甲队，\n3:2\n乙队，",
        "小小茉莉花，\n好一朵茉莉花\n满园花开，\n好一朵茉莉花\n香也香不过它",
        "王\n钱\n孙\n李\n周\n吴",
        "“café”——naïve",
    ],
)
def test_what_only_looks_so_stays(text: str) -> None:
    assert clean(text).text == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("名叫 Infor-\nmation 的系统，好用。", "名叫Information的系统，好用。"),
        ("请发 E-\nmail 来，谢谢。", "请发E-mail来，谢谢。"),
        ("抗击 COVID-\n19 疫情，", "抗击 COVID-19 疫情，"),
        ("每组 5-\n10 人，", "每组 5-10 人，"),
        ("a well-\nknown place", "a well-known place"),
        ("soft\xadware and infor\xad\nmation", "software and information"),
        ("die Ausfü\xad\nhrung der Straf⸗\ngesetze", "die Ausführung der Strafgesetze"),
        ("die Adminiſtra-\ntion, при-\nвет", "die Adminiſtration, привет"),
    ],
)
def test_hyphens_at_the_end_of_a_line(raw: str, text: str) -> None:
    assert clean(raw).text == text


@pytest.mark.parametrize("codec", ["cp1252", "latin-1"])
@pytest.mark.parametrize("times", [1, 2])
def test_misread_utf_8_is_read_anew(codec: str, times: int) -> None:
    text = "县里说：“防汛要点”，《柳溪》、（一）；10·5——……café！？【】"
    misread = text
    for _ in range(times):
        misread = "".join(_letter(byte, codec) for byte in misread.encode())
    assert clean(misread).text == text


def _letter(byte: int, codec: str) -> str:
    try:
        return bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        return chr(byte)


def test_text_that_stands_one_letter_a_line_is_joined() -> None:
    text = "各地要落实防汛责任制，加强巡查值守。"
    assert clean("要点\n\n" + "\n".join(text) + "\n\n第二段在此。").text == f"要点\n{text}\n第二段在此。"


PIECES = [
    "版",
    "页",
    "第3版",
    "3",
    "—",
    "2024年1月2日",
    "2024-1-2",
    "08:15",
    "星期三",
    "http://a.b",
    "www.c.cn",
    "x@y.cn",
    "打印时间：",
    "下载于",
    "责编：张三",
    "编辑",
    "李四",
    "校对/王五",
    "（下转2版）",
    "上接第3版",
    "仅供",
    "阅读",
    "请勿转载",
    "不得复制",
    "版权所有",
    "内部资料",
    "云陂图书馆藏书",
    "云陂数字报",
    "文库",
    "新闻热线：0396-123",
    "投稿邮箱",
    "邮发代号：35-1",
    "CN1-2",
    "扫描全能王",
    "样报",
    "试读版",
    "水印",
    "预览版",
    "draft",
    "Sample",
    "Page",
    "农历正月",
    "总第3期",
    "电话",
    "作者",
    "©",
    "Vol.",
    "云陂日报",
    "要闻",
    "各地加强巡查",
    "及时上",
    "报",
    "的",
    "1/2",
    "[3]",
    "（二）",
    "A02",
    "上午",
]


@given(st.lists(st.sampled_from([*PIECES, " ", "　", "：", "，"]), min_size=1, max_size=5).map("".join))
def test_no_line_of_the_page_is_passed_over_by_the_quick_look(line: str) -> None:
    assert page_feet._MAY_BE_SURE.search(line) or not page_feet._SURE.search(line)
    rest = page_feet._WEAK.sub(" ", line)
    assert not page_feet._NO_WEAK.search(line) or page_feet._REST.search(rest) or "农历" in line
