"""Tests of dividing a page into articles as a careful reader would."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer import readers
from indexer.articles.metadata.page_identity import identify
from indexer.articles.page_reader import read_page
from indexer.cleaning import clean
from indexer.model import Article, Block, PageIdentity, PageReading, Paper, RawPage
from tests.support.examples import examples
from tests.support.pages import LAYOUTS, gold, measure_headlines, news_pages, read_pages
from tests.support.scoring import compare

PAPER = Paper("demo", place="河南省/驻马店市", places={"开发区": "河南省/驻马店市/开发区"})


def reading(text: str, paper: Paper = PAPER, **more: object) -> PageReading:
    raw = RawPage("demo/01.txt", text, **more)  # type: ignore[arg-type]
    return read_page(raw, PageIdentity(paper.name, None, "01"), paper)


def articles(text: str) -> tuple[Article, ...]:
    return reading(text).articles


# --- comparison with the gold standard


@pytest.mark.parametrize("measure", ["headline", "byline", "kind", "kicker", "subtitle", "section"])
def test_the_real_pages_are_divided_as_by_hand(measure: str, shared: Path) -> None:
    wanted = gold("real_articles.json")
    pages = read_pages(shared / "pages", list(wanted))
    score = compare({page: found.articles for page, found in pages.items()}, wanted)[measure]
    assert score.f1 == 1.0, score.wrong


@pytest.mark.parametrize(
    ("measure", "least"), [("headline", 0.98), ("byline", 0.98), ("kind", 0.95), ("subtitle", 0.95)]
)
def test_the_sample_archive_is_divided_as_by_hand(measure: str, least: float, sample_archive: Path) -> None:
    wanted = gold("sample_articles.json")
    pages = read_pages(sample_archive / "yunbei", list(wanted))
    score = compare({page: found.articles for page, found in pages.items()}, wanted)[measure]
    assert score.f1 >= least, score.wrong


@pytest.mark.parametrize(
    ("layout", "least"),
    [
        ("blank lines", 0.9),
        ("wide between articles", 0.93),
        ("paragraphs close", 0.93),
        ("headline close", 0.9),
        ("all close", 0.89),
        ("markdown", 0.98),
    ],
)
def test_clean_news_is_divided_at_its_headlines(layout: str, least: float, shared: Path) -> None:
    assert measure_headlines(shared, layout, pages=20) >= least


# --- beginnings and ends of articles


def test_an_editors_code_ends_an_article_and_is_no_text() -> None:
    first, second = articles("甲地召开工会会议\n\n大会今天召开。②\n\n乙地开展慰问活动\n\n活动昨天开展。③5")
    assert [first.headline, first.end_code] == ["甲地召开工会会议", "②"]
    assert [second.headline, second.end_code] == ["乙地开展慰问活动", "③5"]
    assert [paragraph.text for paragraph in first.paragraphs] == ["大会今天召开。"]


def test_a_heading_inside_an_article_that_has_not_ended_is_a_paragraph_of_its_own() -> None:
    head = "工会工作纪略\n\n——一年回顾\n\n本报记者 张丽丽\n\n"
    body = "过去一年成绩很大。\n\n政治引领 筑牢思想根基\n\n宣讲开展了百场。②\n\n"
    article, _ = articles(head + body + "另一条消息标题\n\n本报讯（记者 王帆）近日，会议召开。②")
    assert (article.headline, article.subtitle) == ("工会工作纪略", "——一年回顾")
    assert [paragraph.text for paragraph in article.paragraphs] == [
        "过去一年成绩很大。",
        "政治引领 筑牢思想根基",
        "宣讲开展了百场。",
    ]


def test_a_heading_no_farther_from_the_text_above_than_paragraphs_are_is_an_inner_one() -> None:
    first = "甲地召开全市工会重点工作会议\n\n会议今天召开。\n\n会议要求落实。\n\n部署全年各项重点工作任务\n\n要求有三。"
    second = "乙地开展冬季慰问困难职工活动\n\n活动昨天开展。"
    assert [article.headline for article in articles(f"{first}\n\n\n\n{second}")] == [
        "甲地召开全市工会重点工作会议",
        "乙地开展冬季慰问困难职工活动",
    ]


def test_a_short_heading_below_a_longer_headline_is_an_inner_one_unless_it_names_a_notice() -> None:
    found = articles(
        "甲地召开全市工会重点工作会议\n\n会议今天召开。\n\n三项重点\n\n会议提出要求。\n\n遗失声明\n\n王某遗失证件，作废。"
    )
    assert [article.headline for article in found] == ["甲地召开全市工会重点工作会议", "遗失声明"]


def test_a_dateline_begins_an_article_even_where_the_one_before_lost_its_end() -> None:
    found = articles(
        "甲地工会\n\n本报讯（记者 王帆）会议今天召开，其中高级\n\n乙地妇联\n\n本报讯（记者 李娟）活动开展。②"
    )
    assert [article.headline for article in found] == ["甲地工会", "乙地妇联"]


@pytest.mark.parametrize(
    ("lines", "kicker", "headline", "subtitle"),
    [
        (["雪松街道", "防范电信诈骗 筑牢安全防线"], "雪松街道", "防范电信诈骗 筑牢安全防线", ""),
        (
            ["锚定新目标 擘画新蓝图 激发新动能", "开发区打造产业高地"],
            "锚定新目标 擘画新蓝图 激发新动能",
            "开发区打造产业高地",
            "",
        ),
        (["开发区招商实现跨越", "一批大项目纷纷入驻"], "", "开发区招商实现跨越", "一批大项目纷纷入驻"),
        (["特别报道", "把螺丝拧紧", "——竞赛见闻"], "特别报道", "把螺丝拧紧", "——竞赛见闻"),
        (["凝心聚力促发展", "砥砺前行谱新篇"], "", "凝心聚力促发展 砥砺前行谱新篇", ""),
        (["小手工 拓宽就业路"], "", "小手工 拓宽就业路", ""),
    ],
)
def test_lines_above_an_article_make_its_head(lines: list[str], kicker: str, headline: str, subtitle: str) -> None:
    [article] = articles("\n\n".join([*lines, "本报讯（记者 王帆）近日，会议召开。②"]))
    assert (article.kicker, article.headline, article.subtitle) == (kicker, headline, subtitle)


@pytest.mark.parametrize(
    ("rows", "headline"),
    [
        (["北岭渡口夜航", "恢复至晚上十点"], "北岭渡口夜航恢复至晚上十点"),
        (["水利部门抓紧加固病险水", "库完善雨情测报"], "水利部门抓紧加固病险水库完善雨情测报"),
        (["强力稳就业，", "把影响降到最低"], "强力稳就业，把影响降到最低"),
        (["云陂市推广“工会", "E卡”惠及职工"], "云陂市推广“工会E卡”惠及职工"),
        (["开发区妇联", "开展养老护理技能培训"], "开展养老护理技能培训"),
        (["抓项目 促投资 补短板", "开发区打造产业高地"], "开发区打造产业高地"),
        (["打通“断头路” 回家少绕弯", "市区续建打通十二条道路"], "打通“断头路” 回家少绕弯"),
        (["小城故事", "一座县城和它的三百盏旧路灯"], "一座县城和它的三百盏旧路灯"),
    ],
)
@pytest.mark.parametrize(
    "lead", ["本报讯（记者 王帆）近日，会议召开，各地抓落实。", "近日，会议召开，各地狠抓落实，成效显著。"]
)
def test_a_headline_over_two_lines_is_one_and_a_kicker_or_subtitle_none(
    rows: list[str], headline: str, lead: str
) -> None:
    [article] = articles("\n".join(rows) + f"\n\n{lead}\n\n与会者要求落实各项任务，确保取得实效。")
    assert "".join(article.headline.split()) == "".join(headline.split())


def test_an_article_goes_on_below_a_byline_under_its_first_line() -> None:
    text = "渡口夜航恢复市民出行更方便\n\n新华社云陂5月1日电 题：渡口夜航恢复\n\n新华社记者唐舫\n\n"
    text += "渡口夜航昨日恢复，市民出行更方便。\n\n票价保持不变\n\n票价仍是两元，学生半价。"
    assert [article.headline for article in articles(text)] == ["渡口夜航恢复市民出行更方便"]


def test_a_slogan_at_the_top_of_a_page_is_the_pages_and_not_the_first_articles() -> None:
    text = "本报讯（记者 王帆）近日，会议召开。②"
    head = ["盯住项目 围着企业 突出重点", "开发区重点项目跑出加速度"]
    found = reading("\n\n".join(["奋进新征程 建功新时代", *head, text]))
    assert [passage.text for passage in found.furniture] == ["奋进新征程 建功新时代"]
    assert (found.articles[0].kicker, found.articles[0].headline) == (head[0], head[1])


@pytest.mark.parametrize("kickers", [["开发区妇联", "聚合力 办实事 解难题"], ["聚合力办实事", "解难题促发展"]])
def test_an_office_and_a_kicker_in_two_lines_stay_in_the_head(kickers: list[str]) -> None:
    [article] = articles("\n\n".join([*kickers, "开发区慰问困难职工", "本报讯（记者 王帆）活动昨天开展。②"]))
    assert (article.kicker, article.headline) == (" ".join(kickers), "开发区慰问困难职工")


def test_photo_news_has_its_byline_below() -> None:
    first, second = articles(
        "让群众吃得放心\n\n连日来，执法人员开展检查。⑥5\n\n本报记者 唐 舫 通讯员 代子涵 摄影报道\n\n"
        "开发区妇联\n\n开展技能培训\n\n本报讯（通讯员 李娟）近日，培训开展。②"
    )
    assert first.kind == "图片"
    assert [(one.name, one.role) for one in first.byline] == [("唐舫", "记者"), ("代子涵", "通讯员")]
    assert [one.name for one in second.byline] == ["李娟"]


def test_a_headline_in_one_line_with_its_text_is_found_by_the_raw_blanks() -> None:
    first, second = articles(
        "甲地工会\n\n本报讯（记者 王帆）会议召开。③5\n\n"
        "唱支赞歌 给党听 近日,开发区举办歌咏比赛,10支 队伍一展歌喉。③5 记者 唐 翀 摄"
    )
    assert (second.headline, second.kind, second.byline[0].name) == ("唱支赞歌 给党听", "图片", "唐翀")
    assert first.end_code == "③5"


def test_a_special_page_is_one_article_however_scattered() -> None:
    found = reading(
        "坚坚持持方方向向 在在部部署署上上用用力力\n宣讲活动开展了一百场，参加的职工有两万人。\n\n"
        "——————工工会会奋奋力力开开创创新新局局面面\n记者 侯俊豫 文/图\n\n近年来，工会成绩很大。\n\n"
        "服服务务大大局局 在在履履行行上上用用力力\n帮扶职工三万人，大家都说好。\n\n"
        "职职工工运运动动会会拔拔河河比比赛赛。。\n\n踔踔厉厉奋奋发发践践使使命命 初初心心如如磐磐谱谱新新篇篇\n\n"
        "工会主席（左一）慰问职工。\n"
    )
    [article] = found.articles
    assert article.headline == "踔厉奋发践使命 初心如磐谱新篇"
    assert article.subtitle == "——工会奋力开创新局面"
    assert article.paragraphs[0].text == "近年来，工会成绩很大。"
    assert [caption.text for caption in article.captions] == ["职工运动会拔河比赛。", "工会主席（左一）慰问职工。"]


def test_what_the_page_itself_prints_is_no_article() -> None:
    found = reading(
        "云陂日报 2019年3月8日 星期五 第02版：综合 责编 陈小满\n\n◆ 驿城新闻 ◆\n\n"
        "甲地工会\n\n本报讯（记者 王帆）会议召开。②\n\n• •\n"
    )
    assert [article.headline for article in found.articles] == ["甲地工会"]
    assert len(found.furniture) == 3
    assert found.articles[0].section == "驿城新闻"


def test_verse_tables_and_signatures_are_not_headings() -> None:
    found = articles(
        "停水公告\n\n定于明日停水，请储水。\n停水区域   停水时间\n北门街道   8点\n云陂市自来水公司\n2019年3月8日\n\n"
        "小寒帖\n\n风在窗纸上写字\n写了又擦\n擦了又写\n只有梅花认得它\n"
    )
    assert [article.headline for article in found] == ["停水公告", "小寒帖"]


def test_the_file_formats_own_roles_are_believed() -> None:
    text = "肩题\n真正的标题，有逗号。\n副题\n正文第一段\n正文第二段。"
    starts = [0, 3, 14, 17, 23]
    roles = ["kicker", "headline", "subtitle", "body", "body"]
    ends = [*(start - 1 for start in starts[1:]), len(text)]
    blocks = tuple(Block(role, start, end) for role, start, end in zip(roles, starts, ends, strict=True))  # type: ignore[arg-type]
    [article] = reading(text, blocks=blocks).articles
    assert (article.kicker, article.headline, article.subtitle) == ("肩题", "真正的标题，有逗号。", "副题")
    assert len(article.paragraphs) == 2


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("来源：云陂日报", []),
        ("编辑：李娟", []),
        ("陈小满", ["陈小满"]),
        ("（本报评论员）", []),
        ("（王砚秋何汀参与报道）", []),
        ("作者王帆 孙权", ["王帆", "孙权"]),
    ],
)
def test_a_line_of_credit_under_an_article_is_not_the_next_ones_headline(line: str, names: list[str]) -> None:
    first, second = articles(f"甲地召开工会会议\n\n大会今天召开。\n\n{line}\n\n乙地开展慰问活动\n\n活动昨天开展。")
    assert [first.headline, second.headline] == ["甲地召开工会会议", "乙地开展慰问活动"]
    assert [one.name for one in first.byline] == names


# --- invariants


def covered(found: PageReading) -> set[int]:
    """Return all raw offsets that belong to some part of the reading."""
    spans = [span for article in found.articles for span in article.head]
    passages = [passage for article in found.articles for passage in (*article.paragraphs, *article.captions)]
    spans += [span for passage in (*passages, *found.furniture) for span in passage.spans]
    return {place for start, end in spans for place in range(start, end)}


def assert_nothing_is_lost(text: str) -> None:
    found = reading(text)
    places = covered(found)
    for edit in clean(text).edits:
        places.update(range(edit.start, edit.end))
    lost = [text[place] for place in range(len(text)) if place not in places and not text[place].isspace()]
    assert [letter for letter in lost if letter not in "#>*"] == []
    assert letters([clean(text).text]) <= letters(fields(found))


def fields(found: PageReading) -> Iterator[str]:
    """Yield the texts of all fields of the articles on a page, the evidence for their bylines, and its furniture."""
    for article in found.articles:
        yield from (article.kicker, article.headline, article.subtitle, article.end_code)
        yield from (part for one in article.byline for part in (one.name, one.role))
        yield from (told.quote for told in article.evidence if told.about == "byline")
        yield from (passage.text for passage in (*article.paragraphs, *article.captions))
    yield from (passage.text for passage in found.furniture)


def letters(texts: Iterable[str]) -> Counter[str]:
    return Counter(letter for text in texts for letter in text if letter.isalnum())


PARTS = [
    *(
        "甲地召开会议",
        "本报讯（记者 王帆）近日，",
        "大会今天召开。",
        "②",
        "③5",
        "\n",
        "\n\n",
        " ",
        "——副题",
        "本报记者 王帆",
    ),
    *(
        "▲ 照片。",
        "◆ 新闻 ◆",
        "会会议议",
        "\ufffd" * 5,
        "（下转第2版）",
        "（上接第1版）",
        "## ",
        "责编 李娟",
        "abc 12.5%",
    ),
    *("“引", "”", "摄", "短缺矛", "盾，"),
    *(
        "（本报北岭3月30日电）",
        "（本报评论员）",
        "来源：云陂日报",
        "编辑：李娟",
        "本报记者 张丽丽 王帆 摄影报道",
        "作者王帆李娟",
        "文/图 李 娟",
    ),
    *(
        "云陂日报",
        "2024年1月26日",
        "星期五 第03版 要闻",
        "正月廿五",
        "时间：2024-01-26 08:15",
        "阅读 1234",
        "安全第一",
        "# ",
    ),
]


@given(st.lists(st.sampled_from(PARTS), max_size=30).map("".join))
@examples(100, 300)
def test_every_letter_of_a_page_is_somewhere(text: str) -> None:
    assert_nothing_is_lost(text)


TORN = [
    "大会今天召开。",
    "，各级工会参加。",
    "会议提出短缺矛",
    "盾，要求抓安全。",
    "大家都说好。”",
    "一是抓服务，",
    "",
    "（完）",
]


@given(st.lists(st.sampled_from(TORN), min_size=3, max_size=12))
@examples(70, 200)
def test_every_letter_of_lines_that_are_torn_is_somewhere(lines: list[str]) -> None:
    assert_nothing_is_lost("\n".join(["甲地召开工会会议", "", *lines]))


@given(st.text(max_size=200))
@example(">")
@example("工会\n\n** ")
@examples(70, 200)
def test_any_text_is_a_page(text: str) -> None:
    assert_nothing_is_lost(text)


def test_every_letter_of_the_real_pages_is_somewhere(shared: Path) -> None:
    for page in sorted((shared / "pages").glob("*/*.txt")):
        assert_nothing_is_lost(page.read_text(encoding="utf-8"))


def test_every_letter_of_pages_of_news_is_somewhere(shared: Path) -> None:
    rng = random.Random(13)
    pages = [page.raw for layout in LAYOUTS for page in news_pages(shared, layout, 8)]
    folio = "云陂日报\n2024年1月26日 星期五 第03版\n\n安全生产 人人有责\n\n"
    closing = "\n\n（本报北岭3月30日电）\n"
    for page in pages:
        assert_nothing_is_lost(rng.choice(["", folio]) + page + rng.choice(["", closing]))


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("（本报北岭3月30日电）", "text"),
        ("（据青岭社3月30日电）", "text"),
        ("（北岭讯）", "text"),
        ("来源：云陂日报", "furniture"),
        ("编辑：李娟", "furniture"),
        ("（王砚秋何汀参与报道）", "text"),
    ],
)
def test_a_closing_line_without_a_name_is_kept(line: str, where: str) -> None:
    found = reading(f"甲地召开工会会议\n\n大会今天召开。\n\n{line}\n")
    text = [passage.text for article in found.articles for passage in article.paragraphs]
    assert line in (text if where == "text" else [passage.text for passage in found.furniture])


def test_passages_say_what_their_spans_hold(sample_archive: Path) -> None:
    for path in sorted((sample_archive / "yunbei").glob("*/*.txt")):
        [raw] = readers.read(path, f"yunbei/{path.parent.name}/{path.name}")
        found = read_page(raw, identify(raw, PAPER), PAPER)
        for passage in (passage for article in found.articles for passage in article.paragraphs):
            held = "".join(raw.text[start:end] for start, end in passage.spans)
            assert set(re.findall(r"[一-鿿]", passage.text)) <= set(held)


def test_ids_are_stable_ascii_and_each_its_own() -> None:
    text = "简讯\n\n本报讯（记者 王帆）会议召开。②\n\n简讯\n\n本报讯（记者 李娟）活动开展。②"
    first, second = articles(text)
    assert first.id.isascii()
    assert first.id != second.id
    assert [article.id for article in articles(text.replace("会议召开", "会议昨日召开"))] == [first.id, second.id]


@pytest.mark.parametrize(
    "again",
    [
        "云陂市开通便民服务热线",
        "云陂市开通便民 服务热线",
        "（暖冬行动）云陂市开通便民服务热线",
        "快讯：云陂市开通便民服务热线",
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_headline_given_twice_is_a_headline_once(again: str, between: str) -> None:
    [article] = articles(f"云陂市开通便民服务热线{between}{again}\n\n本报讯（记者 王帆）热线昨天开通。②")
    assert (article.kicker, article.headline, article.subtitle) == ("", "云陂市开通便民服务热线", "")
    assert [passage.flags for passage in article.paragraphs] == [("repeated",), ()]


def test_a_line_that_shares_words_with_the_headline_is_no_repetition() -> None:
    [article] = articles("开发区\n\n开发区召开会议\n\n本报讯（记者 王帆）会议召开。②")
    assert (article.kicker, article.headline) == ("开发区", "开发区召开会议")


def test_words_that_extraction_gave_twice_are_flagged_and_kept() -> None:
    [article] = articles("智慧驿站\n\n本报讯（记者 王帆）驿站为快递员、网约车司机、网约车司机、交警服务。②")
    assert article.paragraphs[0].flags == ("repeated",)
    assert article.paragraphs[0].text.count("网约车司机") == 2
