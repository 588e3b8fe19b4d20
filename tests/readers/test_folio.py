"""Tests of folios: what the top and the bottom of a text page say about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.readers import read
from indexer.readers.folio import claims_at_the_edges, claims_of
from indexer.readers.text import read_text
from tests.support.readings import PROSE, SOURCE, claims

FOLIOS = [
    ("云陂日报   2019年3月8日   星期五   第03版：民生", "date weekday page section paper"),
    ("2019年3月8日 星期五 责编 陈小满 校对 李四 美编 王五 第02版 综合新闻", "date weekday page section"),
    ("云陂日报 2019年3月8日 星期五 农历己亥年二月初二", "date weekday paper lunar"),
    ("云陂日报数字报 2019.03.08", "date paper"),
    ("２０２４年１月２６日　星期五　第０３版　要闻", "date weekday page section"),
    ("二〇二四年一月二十六日 星期五 农历癸卯年十二月十六 今日8版", "date weekday lunar"),
    ("2021年6月18日 星期五 责编/赵一苇 版式/温小竹 城区 02", "date weekday page"),
    ("A05 副刊 2024-01-26 星期五", "date weekday page section"),
    ("云陂日报 2024年1月26日 星期五 **第04版 综合**", "date weekday page section paper"),
    ("3版 周末 云陂日报 2024年1月26日星期五 编辑:张 三 电话:2222", "date weekday page section paper"),
    ("2024年1月26日 第三版 副刊", "date page section"),
    ("《人民日报》（2026年08月03日 第 01 版）", "date page paper"),
    ("第A01版：要闻", "page section"),
    ("第1版　　　　　要闻", "page section"),
    ("第01版要闻", "page section"),
    ("要闻 03版", "page section"),
    ("民國三十七年三月九日 禮拜二 第一張 第二版", "date weekday page"),
    ("二○二四年元月二十六日 星期五 农历癸卯年十二月十六 大寒 第03版 要闻", "date weekday page section lunar"),
    ("2024年1月26日 癸卯(兔)年腊月十六 星期五 晴 -3℃～8℃", "date weekday lunar"),
    ("2 0 2 4 年 1 月 2 6 日 星 期 五 第 0 3 版 要 闻", "date weekday page section"),
    ("云 陂 日 报 2019年3月8日 星期五", "date weekday paper"),
    ("云陂日报 第2345期 2019年3月8日 星期五 本版责编：陈小满 A01版 要闻", "date weekday page section paper"),
    ("2019年3月8日 星期五 总第2345期 国内统一刊号CN00-0000 邮发代号00-1 今日8版", "date weekday"),
    ("2019年3月8日 星期五 版次：03 版名：要闻", "date weekday page section"),
    ("2019年3月8日 星期五 A03 08:15", "date weekday page"),
]


@pytest.mark.parametrize(("line", "abouts"), FOLIOS)
def test_a_folio_tells_what_it_says(line: str, abouts: str) -> None:
    assert [claim.about for claim in claims_of([line])] == abouts.split()
    assert {claim.quote for claim in claims_of([line])} == {line.strip()}


@pytest.mark.parametrize(
    "line",
    [
        "云陂日报数字报 2019年3月8日",
        "云陂日报电子版 2019年3月8日",
        "《云陂日报数字报》2019年3月8日",
        "《云陂日报》电子版 2019年3月8日",
        "云陂日报多媒体数字报 2019年3月8日",
        "云陂日报社 2019年3月8日",
    ],
)
def test_a_paper_goes_by_its_printed_name(line: str) -> None:
    assert [claim.value for claim in claims_of([line]) if claim.about == "paper"] == ["云陂日报"]


@pytest.mark.parametrize(
    "line",
    [
        "2023年11月20日，市总工会微信公众号发布当年最后一期《劳模工匠故事会》。",
        "2023年11月20日星期一，市总工会召开会议",
        "驻马店市人民政府 2023年11月20日",
        "云陂市人民政府办公室2023年11月20日",
        "2023年11月20日",
        "（下转第三版）",
        "（上接第01版）",
        "下转第03版",
        "《辞海》第七版出版",
        "本报1月26日讯（记者 周禾）昨日，记者从第3版方案中看到",
        "今日8版",
        "星期五的下午",
        "",
    ],
)
def test_a_line_of_an_article_is_no_folio(line: str) -> None:
    assert claims_of([line]) == ()


@pytest.mark.parametrize(
    "line",
    [
        "2022-07-19 06:05:33 来源：云陂日报 作者：陈小满",
        "时间：2022-07-19 09:42 来源：云陂日报",
        "发布时间：2022年07月19日 08:15 阅读 1234 点击：56",
        "2022-07-19 08：15 浏览次数：08",
        "2022-07-19T08:15:00+08:00",
        "2022-07-19 上午8:15 责任编辑：陈小满",
        "2022年7月19日 08时15分 热线 0000-2871234",
        "2022年7月19日 热线 05 1234567",
        "2022年7月19日 09人阅读",
        "2022-07-19 06:05 编辑：陈小满 点赞 02",
    ],
)
def test_a_time_or_a_count_is_neither_page_nor_section(line: str) -> None:
    assert {claim.about for claim in claims_of([line], bare=True)} == {"date"}


def test_a_folio_stands_near_the_top_or_the_bottom() -> None:
    folio, article = "云陂日报 2024年1月26日 星期五 第03版 民生", "\n".join([PROSE] * 12)
    assert claims_at_the_edges(f"{folio}\n\n{article}")
    assert claims_at_the_edges(f"{article}\n\n{folio}\n")
    assert not claims_at_the_edges(f"{article}\n{folio}\n{article}")


def test_a_date_alone_counts_at_the_very_top_and_not_under_a_notice() -> None:
    assert claims(read_text(f"2024年1月26日\n\n{PROSE}".encode(), SOURCE)) == {"date": "2024-01-26"}
    assert claims(read_text(f"{PROSE}\n\n云陂市人民政府\n2024年1月26日".encode(), SOURCE)) == {}


def test_the_real_pages_carry_no_folio(shared: Path) -> None:
    for path in sorted((shared / "pages").glob("*/*.txt")):
        assert [page.claims for page in read(path, f"demo/{path.name}")] == [()], path
