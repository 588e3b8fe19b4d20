"""Tests of furniture: what is printed on a page and belongs to none of its articles."""

from __future__ import annotations

import pytest

from indexer.articles.page_reader import identify, read_page
from indexer.model import PageReading, Paper
from indexer.readers.text import read_markdown, read_text

PAPER = Paper("shazhou", title="沙洲晚报", former_titles=("沙洲小报",))
HEADLINE = "石桥修葺一新"
NEWS = "本报讯 城北的石桥昨日修葺一新，桥面铺上青石板，两侧加了护栏，行人往来方便。"


def reading(text: str, suffix: str = "txt") -> PageReading:
    """Read a page on which `/` is a line end, `H` the headline and `T` the text."""
    text = text.replace("/", "\n").replace("H", HEADLINE).replace("T", NEWS)
    raw = (read_markdown if suffix == "md" else read_text)(text.encode(), f"shazhou/scan/a.{suffix}")
    return read_page(raw, identify(raw, PAPER), PAPER)


@pytest.mark.parametrize(
    ("text", "day", "page"),
    [
        ("沙洲晚报/二○二四年元月二十六日 星期五 第四版//H//T", "2024-01-26", "4"),
        ("沙洲小报//1998年3月9日//星期一//H//T", "1998-03-09", "a"),
        ("沙 洲 晚 报/2 0 2 4 年 1 月 2 6 日/星 期 五/第 0 3 版//H//T", "2024-01-26", "03"),
        ("《沙洲晚报》/2024年1月26日/农历癸卯年腊月十六//H/T", "2024-01-26", "a"),
        ("沙洲晚報/民國三十七年三月九日 禮拜二/第二版//H//T", "1948-03-09", "2"),
        ("沙洲晚报/国内统一刊号CN00-0000 邮发代号00-1/总第2345期/今日8版/2024年1月26日//H//T", "2024-01-26", "a"),
        ("沙洲晚报数字报/A03版：要闻/2024-01-26//H//T", "2024-01-26", "A03"),
        ("A01/要闻/沙洲晚报/2024年1月26日 星期五 本版责编：陈小满//H//T", "2024-01-26", "A01"),
        ("03/沙洲晚报//H//T", "None", "03"),
        ("2024年1月26日/星期五/农历腊月十六/今日大寒/第2345期/要闻 03//H//T", "2024-01-26", "a"),
        ("沙洲晚报 要闻/2024年1月26日//H//T", "2024-01-26", "a"),
        ("Shazhou Wanbao/沙洲晚报/中共沙洲市委机关报/2024年1月26日//H//T", "2024-01-26", "a"),
        ("沙洲晚报/新闻热线：0000-2871234/2024年1月26日 星期五//H//T", "2024-01-26", "a"),
        ("青岭日报/2024年1月26日 星期五 第3期//H//T", "2024-01-26", "a"),
        ("第三版/二OO八年五月六日/沙洲晚报//H//T", "2008-05-06", "3"),
        ("H//T//沙洲晚报/2024年1月26日 星期五/第03版", "2024-01-26", "03"),
        ("H//时间：2024-01-26 08:15 来源：沙洲晚报 阅读：1234//T", "2024-01-26", "a"),
        ("md:# 沙洲晚报//2024年1月26日 星期五//## H//T", "2024-01-26", "a"),
        ("md:**沙洲晚报**//**2024年1月26日 星期五 第03版**//# H//T", "2024-01-26", "03"),
        ("md:# 沙洲晚报//## 2024年1月26日 星期五//## H//T", "2024-01-26", "a"),
    ],
)
def test_mastheads_and_folios_are_no_part_of_an_article(text: str, day: str, page: str) -> None:
    found = reading(text.removeprefix("md:"), "md" if text.startswith("md:") else "txt")
    assert (str(found.identity.date), found.identity.page) == (day, page)
    [article] = found.articles
    assert (article.kicker, article.headline, article.subtitle) == ("", HEADLINE, "")
    assert "".join(passage.text for passage in article.paragraphs) == NEWS.replace(" ", "")


@pytest.mark.parametrize(
    "headline",
    [
        "沙洲晚报创刊五十周年",
        "喜报",
        "天气预报",
        "正月十五闹元宵",
        "星期天去哪里",
        "农历新年将至",
        "统筹城乡发展",
        "今日开镰",
        "2024年的第一场雪",
        "第三版教材出版",
        "青岭日报读者节开幕",
    ],
)
def test_a_headline_that_names_a_paper_or_a_day_stays(headline: str) -> None:
    for folio in ("", "2024年1月26日 星期五 第03版\n\n", "沙洲晚报\n2024年1月26日\n\n"):
        [article] = reading(f"{folio}{headline}\n\nT").articles
        assert article.headline == headline


def test_a_paper_that_signs_a_notice_is_its_text() -> None:
    [article] = reading("H//T//沙洲晚报/2024年1月26日").articles
    assert [passage.text for passage in article.paragraphs][1:] == ["沙洲晚报", "2024年1月26日"]
