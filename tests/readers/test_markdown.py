"""Tests of Markdown as OCR models write it: what is printed stays, and nothing else."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers.escapes import escaped_once, unescaped
from indexer.readers.html.reader import read_html
from indexer.readers.markdown import printed
from indexer.readers.text import read_markdown, read_text


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (r"增长$8.5\%$，", "增长8.5%，"),
        (r"增长 $1 2 . 6 \%$ ，", "增长 12.6% ，"),
        (r"排放 $\mathrm{CO}_2$ 减少", "排放 CO2 减少"),
        (r"$\mathrm { C O } _ { 2 }$", "CO2"),
        (r"$\mathrm{PM}_{2.5}$浓度", "PM2.5浓度"),
        (r"PM$_{2.5}$浓度", "PM2.5浓度"),
        (r"零下$- 1 8 ^ { \circ } \mathrm { C }$以下", "零下-18°C以下"),
        (r"$25^\circ\mathrm{C}$", "25°C"),
        (r"$5 0 0 \mathrm { m } ^ { 2 }$", "500m²"),
        (r"$3 . 5 \times 1 0 ^ { 4 }$吨", "3.5×10⁴吨"),
        (r"$\frac{1}{3}$的农户", "1/3的农户"),
        (r"$15 \sim 20$人", "15～20人"),
        (r"$\geq 60$分", "≥60分"),
        (r"第$\textcircled{1}$条", "第①条"),
        (r"$$ 8 . 5 \% $$", "8.5%"),
        (r"占比\(8.5\%\)，", "占比8.5%，"),
        (r"占比\[8.5\%\]，", "占比8.5%，"),
        (r"投资$\text{ 45 亿元 }$，", "投资45亿元，"),
        (r"共 $4 5$ 亿元", "共 45 亿元"),
        (r"$3 0 0 { \sim } 5 0 0$元", "300～500元"),
        (r"$9 0 \%$以上、$8 0 \%$以下", "90%以上、80%以下"),
        ("US$5 和 US$10", "US$5 和 US$10"),
        ("每桶$80，去年$75。", "每桶$80，去年$75。"),
        ("$5-$10", "$5-$10"),
        (r"只要\$5", "只要$5"),
    ],
)
def test_formulas_are_figures(formula: str, text: str) -> None:
    assert printed(formula) == text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("甲<br>乙<br/>丙", "甲\n乙\n丙"),
        ('<div style="text-align: center;"><img src="a.jpg" alt="Image" width="4%" /></div>文', "文"),
        ("![](imgs/1.jpg)文![Image](a_(1).png)", "文"),
        ("![图为开秤现场。张三 摄](a.jpg)", "图为开秤现场。张三 摄"),
        ("见[早稻开镰](content_1.html)一文", "见早稻开镰一文"),
        ("[本报讯](记者 张三)昨日", "[本报讯](记者 张三)昨日"),
        (
            "<table><tr><td>镇名</td><td>增速</td></tr><tr><td>柳溪镇</td><td>5%</td></tr></table>",
            "镇名 增速\n柳溪镇 5%",
        ),
        ("| 镇名 | 增速 |\n|:--|--:|\n| 柳溪镇 | 5% |", "镇名 增速\n\n柳溪镇 5%"),
        ("2024年 | 星期五 | 第03版", "2024年 | 星期五 | 第03版"),
        ("<!-- 第3页 -->\n文", "文"),
        ('<!-- PageHeader="云陂日报" -->\n文', "云陂日报\n\n文"),
        ("```markdown\n# 甲\n```", "# 甲"),
        ("甲。\n\n---\n\n乙。\n\n* * *\n\n丙。", "甲。\n\n乙。\n\n丙。"),
        ("**本报讯** 甲**乙**丙", "本报讯 甲乙丙"),
        ("***甲***，__乙__，*丙*，~~丁~~，`戊`", "甲，乙，丙，丁，戊"),
        ("5*3*2，a_b_c，* 项目", "5*3*2，a_b_c，* 项目"),
        (r"1\. 甲\*乙\_丙", "1. 甲*乙_丙"),
        ("&ldquo;甲&rdquo;&mdash;&#20057;", "“甲”—乙"),
        ("占地<五十亩>，a<b，《书名》", "占地<五十亩>，a<b，《书名》"),
        ("m<sup>2</sup>，CO<sub>2</sub>", "m²，CO2"),
        ("<|ref|>甲<|/ref|><|det|>[[1, 2]]<|/det|>", "甲"),
        ("早稻开镰\n====", "# 早稻开镰"),
        ("#早稻开镰", "#早稻开镰"),
    ],
)
def test_only_what_is_printed_stays(markdown: str, text: str) -> None:
    assert re.sub(r"\n{3,}", "\n\n", printed(markdown)).strip() == text


DATELINE = "本报讯 昨日开工。"


@pytest.mark.parametrize(
    ("markdown", "headings"),
    [
        (
            f"# 甲镇修路\n{DATELINE}\n## 乙镇种树\n{DATELINE}\n### 丙村唱戏\n{DATELINE}",
            ["# 甲镇修路", "# 乙镇种树", "# 丙村唱戏"],
        ),
        (f"### 甲镇修路\n{DATELINE}\n## 乙镇种树\n\n本报记者 张三\n文。", ["## 甲镇修路", "## 乙镇种树"]),
        (f"# 甲镇修路\n{DATELINE}\n# 一、办法\n文。\n# 二、成效\n文。", ["# 甲镇修路", "## 一、办法", "## 二、成效"]),
        (f"# 甲镇修路\n{DATELINE}\n## 办法\n文。", ["# 甲镇修路", "## 办法"]),
        (f"**甲镇修路**\n\n{DATELINE}\n\n**乙镇种树**\n\n{DATELINE}", ["# 甲镇修路", "# 乙镇种树"]),
        (f"**甲镇修路**\n\n**本报记者 张三**\n\n{DATELINE}", ["# 甲镇修路"]),
        (f"## 引题\n# 甲镇修路\n## ——副题\n{DATELINE}", ["## 引题", "# 甲镇修路", "## ——副题"]),
        ("# 本报讯 昨日，甲镇的路开工，全长三公里。\n\n## 记者看到，路基已经铺好，工人正在压实路面。", []),
        ("#书香云陂# 我们在读书", []),
    ],
)
def test_headings_that_begin_articles_have_one_level(markdown: str, headings: list[str]) -> None:
    found = [line for line in printed(markdown).splitlines() if re.match(r"#+ ", line)]
    assert found == headings


NAMES = {"“": "&ldquo;", "”": "&rdquo;", "—": "&mdash;", "\xa0": "&nbsp;", "<": "&lt;", ">": "&gt;", "&": "&amp;"}


@given(st.text(st.sampled_from("甲乙丙“”—\xa0，。 aR&D<>#8"), max_size=30), st.integers(1, 3))
def test_a_text_escaped_once_or_more_comes_back(text: str, times: int) -> None:
    escaped = "".join(NAMES.get(char, char) for char in text)
    for _ in range(times - 1):
        escaped = escaped.replace("&", "&amp;")
    assert unescaped(escaped) == text
    assert unescape(escaped_once(escaped)) == text


@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_references_in_plain_text_are_read(suffix: str) -> None:
    read = {".txt": read_text, ".md": read_markdown}[suffix]
    assert read("甲&amp;ldquo;乙&rdquo;R&D，A&B;".encode(), f"demo/1{suffix}").text == "甲“乙”R&D，A&B;"


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        ("&amp;ldquo;甲&amp;rdquo;", "“甲”"),
        ("甲&amp;amp;nbsp;乙", "甲\xa0乙"),
        ("&amp;#8220;甲&amp;#x201D;", "“甲”"),
        ("R&amp;amp;D", "R&D"),
        ("R&amp;D，占地&lt;五十亩&gt;", "R&D，占地<五十亩>"),
        ("甲&lt;br /&gt;乙", "甲\n乙"),
        ("&lt;p&gt;甲&lt;/p&gt;&lt;p style=&quot;color:red&quot;&gt;乙&lt;/p&gt;", "甲\n乙"),
        ("&amp;lt;span&amp;gt;甲&amp;lt;/span&amp;gt;", "甲"),
        ("?a=1&amp;copy=2", "?a=1&copy=2"),
    ],
)
def test_html_that_was_escaped_twice_reads_as_if_once(escaped: str, text: str) -> None:
    html = f"<html><body><h1>标题</h1><div id=ozoom>{escaped}</div></body></html>"
    assert read_html(html.encode(), "demo/1.html").text == f"标题\n{text}"
    assert escaped_once("R&amp;D &lt;5 &unknown;") == "R&amp;D &lt;5 &unknown;"
