"""Tests of bylines in datelines, on lines of their own, and at the ends of texts."""

from __future__ import annotations

import pytest

from indexer.articles.page_lines.bylines import (
    at_end,
    has_dateline,
    is_credit,
    is_signature,
    of_dateline,
    of_line,
    standing,
)
from tests.support import byline_pages
from tests.support.layouts import read


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("本报讯（记者 张丽丽 通讯员 赵丹）近日", {"张丽丽": "记者", "赵丹": "通讯员"}),
        ("本报讯(记者 唐 舫 通讯员 武强)2023年", {"唐舫": "记者", "武强": "通讯员"}),
        ("本报讯（记者唐舫通讯员武强）2023年", {"唐舫": "记者", "武强": "通讯员"}),
        ("本报讯 (记者 唐 翀 诵讯员 杨锋)为推动", {"唐翀": "记者", "杨锋": "诵讯员"}),
        ("本报讯（通讯员 李申佳 冯炜 桐）今年", {"李申佳": "通讯员", "冯炜桐": "通讯员"}),
        ("新华社北京3月30日电（记者张莹）中国", {"张莹": "记者"}),
        ("本报讯（通讯员 阿依古丽·买买提）近日", {"阿依古丽·买买提": "通讯员"}),
        ("李申佳)今年以来,开发区紧盯目标", {"李申佳": ""}),
        ("中国(驻马店)国际农产品加工产业园", {}),
        ("本次活动（第一批）共有三百人参加", {}),
    ],
)
def test_datelines_name_their_authors(text: str, names: dict[str, str]) -> None:
    assert {one.name: one.role for one in of_dateline(text)} == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("本报记者 郑付生 吴勇峰", {"郑付生": "记者", "吴勇峰": "记者"}),
        ("记者 侯俊豫 文/图", {"侯俊豫": "记者"}),
        ("本报记者 吴勇峰 摄", {"吴勇峰": "摄"}),
        ("记者 王砚秋 周禾 文 何汀 图", {"王砚秋": "文", "周禾": "文", "何汀": "图"}),
        ("□ 陈小满", {"陈小满": ""}),
        ("见习记者 王 帆 实习生 李 娟", {"王帆": "见习记者", "李娟": "实习生"}),
        ("移动公司 张丽 摄", {"张丽": "摄"}),
        ("本报云陂3月8日电 本报记者 王帆 来源：云陂日报", {"王帆": "记者"}),
        ("（周建国 作者单位：云陂市委组织部）", {"周建国": ""}),
        ("记者节到来之际", {}),
        ("摄影大赛开幕", {}),
        ("图为活动现场", {}),
    ],
)
def test_standing_bylines_are_names_and_roles_only(text: str, names: dict[str, str]) -> None:
    assert {one.name: one.role for one in standing(text)} == names


def test_credits_at_the_end_of_a_text_count() -> None:
    assert [one.name for one in at_end("读者可到市图书馆借阅。（孟知春）")] == ["孟知春"]
    assert at_end("会议强调要抓好落实（详见附件）") == ()


@pytest.mark.parametrize("line", ["记者节到来之际", "编辑部的故事", "作者笔下的故乡", "（暖冬行动）", "高考"])
def test_words_about_the_trade_are_no_credit(line: str) -> None:
    assert not is_credit(line)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("沈青禾 周砚", {"沈青禾": "", "周砚": ""}),
        ("乌云其其格", {"乌云其其格": ""}),
        ("次仁旺姆 沈青禾", {"次仁旺姆": "", "沈青禾": ""}),
        ("迪丽努尔", {"迪丽努尔": ""}),
        ("买买提·阿不都", {"买买提·阿不都": ""}),
        ("[美]大卫·史密斯", {"大卫·史密斯": ""}),
        ("王　芳 沈青禾", {"王芳": "", "沈青禾": ""}),
        ("沈青禾 周砚/文 何汀/图", {"沈青禾": "文", "周砚": "文", "何汀": "图"}),
        ("图/文 沈青禾", {"沈青禾": "图/文"}),
        ("文字：沈青禾 图片：周砚", {"沈青禾": "文字", "周砚": "图片"}),
        ("摄影 沈青禾 周砚", {"沈青禾": "摄影", "周砚": "摄影"}),
        ("本报驻京记者 沈青禾", {"沈青禾": "驻京记者"}),
        ("新媒体记者 巴特尔", {"巴特尔": "新媒体记者"}),
        ("沈青禾（本报记者）", {"沈青禾": "记者"}),
        ("本报综合", {"本报综合": ""}),
        ("本报评论员", {"本报评论员": ""}),
        ("本报编辑部", {"本报编辑部": ""}),
        ("沈青禾 文/图", {"沈青禾": "文/图"}),
        ("记者 那仁满都拉 文 阿迪力江 图", {"那仁满都拉": "文", "阿迪力江": "图"}),
        ("记者 沈青禾 摄影 周砚 何汀", {"沈青禾": "记者", "周砚": "摄影", "何汀": "摄影"}),
        ("新华社 沈青禾", {"沈青禾": ""}),
        ("本报记者 沈青禾 编辑 周砚", {"沈青禾": "记者"}),
        ("木巴热克、迪丽努尔", {"木巴热克": "", "迪丽努尔": ""}),
        ("邝　荷 尉迟青禾", {"邝荷": "", "尉迟青禾": ""}),
        ("综合新华社", {}),
        ("来源：柳溪日报", {}),
    ],
)
def test_a_line_known_to_be_a_byline_needs_no_role(text: str, names: dict[str, str]) -> None:
    assert {one.name: one.role for one in of_line(text)} == names


@pytest.mark.parametrize("line", ["乌兰牧骑", "呼和浩特", "高原 牧场", "格桑花开", "文化 教育", "本报讯"])
def test_words_are_no_names(line: str) -> None:
    assert not is_signature(line)


@pytest.mark.parametrize(
    "opening",
    [
        "本报讯 ",
        "本网讯 ",
        "本报云陂3月8日电 ",
        "本报云陂3月8日讯 ",
        "新华社云陂3月8日电 ",
        "据新华社云陂3月8日电 ",
        "中新社云陂3月8日电 ",
        "中新网云陂3月8日电 ",
        "中新网3月8日电 ",
        "新华社电 ",
        "新京报讯 ",
        "新京报快讯 ",
        "央视网消息：",
        "人民网云陂3月8日电 ",
        "柳溪晚报讯 ",
        "云陂电视台讯 ",
        "沙洲客户端讯 ",
    ],
)
@pytest.mark.parametrize("byline", ["", "（记者 沈青禾）"])
def test_datelines_of_all_agencies_and_desks(opening: str, byline: str) -> None:
    assert has_dateline(f"{opening}{byline}昨日，老街夜市开张。")


@pytest.mark.parametrize(
    "text", ["讯息传来，全城欢腾", "本报记者走进老街", "电视台的灯亮了一夜", "一封电报，三代人", "通讯员培训班开班"]
)
def test_what_names_a_desk_is_no_dateline(text: str) -> None:
    assert not has_dateline(text)


@pytest.mark.parametrize(
    ("line", "furniture"),
    [
        ("本报记者 沈青禾", []),
        ("新华社记者 沈青禾 摄影报道", []),
        ("□本报记者 沈青禾 通讯员 周砚 文/图", []),
        ("（美）约翰·史密斯", []),
        ("记者 沈青禾 来源：柳溪日报", ["来源：柳溪日报"]),
    ],
)
def test_the_desk_of_a_byline_is_in_its_evidence(line: str, furniture: list[str]) -> None:
    page = read(f"老街夜市开张\n\n{line}\n\n昨日，老街夜市开张，摊主一百二十户，灯火通明。")
    [article] = page.articles
    assert [passage.text for passage in page.furniture] == furniture
    assert [told.quote for told in article.evidence if told.about == "byline"] == [line]


@pytest.mark.parametrize(("forms", "least"), [(byline_pages.WITH_ROLE, 0.99), (byline_pages.WITHOUT_ROLE, 0.95)])
def test_hard_names(forms: tuple[str, ...], least: float) -> None:
    assert byline_pages.f1(forms, count=60) >= least


@pytest.mark.parametrize("headline", ["金羊网评：守住防汛底线", "军医张红霞：守在病房的日子"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_headline_with_a_colon_names_no_author(headline: str, gap: str) -> None:
    [article] = read(f"{headline}{gap}昨日，老街夜市开张，摊主一百二十户，灯火通明，游人如织。").articles
    assert article.headline == headline
