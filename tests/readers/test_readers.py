"""Tests of the readers: text, roles from tags, and claims of a page about itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import PageError
from indexer.model import RawPage
from indexer.readers import read
from indexer.readers.decoding import SIZE_LIMIT, decode
from indexer.readers.folio import claims_at_the_edges, claims_of
from indexer.readers.html import read_html
from indexer.readers.text import read_markdown, read_text

SOURCE = "demo/2024-01-26/01.html"
PROSE = "本报讯 昨日，南岭区书院路建成通车，沿线三个小区的居民出行更方便了，全长一公里。"


def page(html: str) -> RawPage:
    return read_html(html.encode(), SOURCE)


def lines(html: str) -> list[tuple[str, str]]:
    """Return the lines of a page with their roles.

    The text must consist of exactly these lines.
    """
    raw = page(html)
    assert all(not raw.text[one.end : two.start].strip() for one, two in zip(raw.blocks, raw.blocks[1:], strict=False))
    return [(block.role, raw.text[block.start : block.end]) for block in raw.blocks]


def claims(raw: RawPage, source: str = "printed") -> dict[str, str]:
    return {claim.about: claim.value for claim in reversed(raw.claims) if claim.source == source}


# --- bytes


@pytest.mark.parametrize(
    ("data", "text", "codec"),
    [
        ("报\r\n报".encode(), "报\r\n报", "utf-8"),
        ("\ufeff报".encode(), "报", "utf-8-sig"),
        ("报".encode("utf-16"), "报", "utf-16"),
        ("\ufeff报".encode("utf-16-be"), "报", "utf-16"),
        ("驻马店，㐂𠮷".encode("gb18030"), "驻马店，㐂𠮷", "gb18030"),
        (b"plain", "plain", "utf-8"),
    ],
)
def test_text_is_decoded_and_the_codec_told(data: bytes, text: str, codec: str) -> None:
    assert decode(data, SOURCE) == (text, codec)


@given(st.text(min_size=1).filter(lambda text: text.strip() and not text.startswith("\ufeff") and text.isprintable()))
def test_no_byte_is_lost(text: str) -> None:
    for codec in ("utf-8", "gb18030"):
        data = text.encode(codec)
        try:
            got, used = decode(data, SOURCE)
        except PageError:
            continue
        assert got.encode(used.removesuffix("-sig")) == data
    assert decode(text.encode("utf-16"), SOURCE)[0] == text


LONG = "驻马店市总工会开展送温暖活动，慰问困难职工。" * 20


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty; copy it again"),
        (b" \r\n\t\n", "empty"),
        (b"\0" * 4096, "empty"),
        ("\u3000\u3000\n\u3000".encode(), "nothing but white space"),
        (b"\xef\xbb\xbf", "nothing but white space"),
        (b"%PDF-1.4 \xe2\xe3", "not text but binary"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text but binary"),
        (os.urandom(2000) + b"\0", "not text but binary"),
        ("报\0\0\0\0纸".encode(), "not text but binary"),
        ("报\n纸".encode("utf-16-le"), "not text but binary"),
        (LONG.encode()[:-1], "ends inside a character, so it is cut off"),
        (LONG.encode("gb18030")[:-1], "ends inside a character, so it is cut off"),
        (LONG.encode("utf-16")[:-1], "cut off"),
        (LONG.encode()[:200] + b"\xff\xff" + LONG.encode()[201:], "UTF-8 text is damaged in line 1"),
        ("第一行\n".encode("gb18030") * 30 + b"\xff\xff\n", "line 31 is neither UTF-8 nor GB18030"),
    ],
)
def test_what_is_no_whole_text_is_refused_with_a_remedy(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "01.txt"
    path.write_bytes(data)
    with pytest.raises(PageError, match=f"^demo/01.txt: .*{says}"):
        read(path, "demo/01.txt")


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "01.txt"
    with path.open("wb") as file:
        file.truncate(50 * 2**20)
    started = time.perf_counter()
    with pytest.raises(PageError, match=r"50 MB is more than a page can be \(at most 20 MB\); split it"):
        read(path, "demo/01.txt")
    assert time.perf_counter() - started < 0.1
    assert SIZE_LIMIT == 20 * 2**20


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "01.txt")
    with pytest.raises(PageError, match="not a file; move it"):
        read(tmp_path / "01.txt", "demo/01.txt")
    with pytest.raises(PageError, match="no such file"):
        read(tmp_path / "02.txt", "demo/02.txt")
    with pytest.raises(PageError, match=r"\.pdf can't be read yet; convert it to one of \.htm, \.html, \.md, \.txt"):
        read(tmp_path / "02.pdf", "demo/02.pdf")


@pytest.mark.skipif(os.geteuid() == 0, reason="SKIPPED: root may read every file")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "01.txt").write_text("报", encoding="utf-8")
    (tmp_path / "01.txt").chmod(0)
    with pytest.raises(PageError, match="no permission to read it; give it with"):
        read(tmp_path / "01.txt", "demo/01.txt")


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("1.txt", read_text),
        ("1.TXT", read_text),
        ("1.md", read_markdown),
        ("1.HTM", read_html),
        ("c_1.htm?div=-1", read_html),
    ],
)
def test_the_suffix_chooses_the_reader(tmp_path: Path, name: str, reader: Callable[[bytes, str], RawPage]) -> None:
    data = f"---\nsection: 要闻\n---\n{PROSE}".encode()
    (tmp_path / name).write_bytes(data)
    assert read(tmp_path / name, f"demo/{name}") == reader(data, f"demo/{name}")


# --- folios of text pages

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
        assert read(path, f"demo/{path.name}").claims == (), path


def test_front_matter_is_told_and_blanked() -> None:
    text = "---\ntitle: 甲\ndate: 2024-01-26\n---\n# 甲\n\n文。"
    raw = read_markdown(text.encode(), SOURCE)
    assert claims(raw, "front matter") == {"date": "2024-01-26"}
    assert (len(raw.text), raw.text.strip(), raw.text.index("#")) == (len(text), "# 甲\n\n文。", text.index("#"))


@pytest.mark.parametrize("text", ["---\n甲文。\n---\n乙文。", "甲\n---\ndate: 2024-01-26\n---\n", "---\ndate: 1"])
def test_a_rule_between_lines_is_no_front_matter(text: str) -> None:
    assert read_markdown(text.encode(), SOURCE).text == text


# --- e-paper HTML

FOUNDER = """<html><head><title>云陂日报数字报-工会送温暖</title><script>var x = "脚本";</script></head><body>
<table><tr><td class="px12">第A01版：要闻</td><td>2023年11月25日　星期<font class=weekday>六</font></td>
<td><a href=node_3.htm>上一版</a> <a href=node_4.htm>下一版</a></td></tr></table>
<table><tr><td class="font02">巾帼建功</td></tr><tr><td class="font01">工会送温暖<br>职工喜洋洋</td></tr>
<tr><td class="font02">——活动侧记</td></tr><tr><td class="font02">本报记者 张三</td></tr></table>
<!--enpproperty <date>2023-11-24 23:00:00.0</date><author>张三</author><title>工会送温暖</title>
<nodename>要闻</nodename>/enpproperty-->
<div id=ozoom><founder-content><!--enpcontent--><!--enpcontent-->
<table><tr><td><img src="../res/1.jpg"></td></tr><tr><td>▲图为慰问现场。王五 摄</td></tr></table>
<P>　　本报讯 11月24日,市总工会
送温暖活动启动。</P><P>&nbsp;&nbsp;第二段&amp;结束。<BR>第三段。</P><!--/enpcontent--></founder-content></div>
<div style="display:none"><founder-content><P>　　本报讯 11月24日,市总工会
送温暖活动启动。</P><P>&nbsp;&nbsp;第二段&amp;结束。<BR>第三段。</P></founder-content></div>
<div>版权所有 云陂日报社 未经授权不得转载</div></body></html>"""


def test_a_founder_page_is_read_whole() -> None:
    assert lines(FOUNDER) == [
        ("kicker", "巾帼建功"),
        ("headline", "工会送温暖\n职工喜洋洋"),
        ("subtitle", "——活动侧记"),
        ("byline", "本报记者 张三"),
        ("caption", "▲图为慰问现场。王五 摄"),
        ("body", "　　本报讯 11月24日,市总工会送温暖活动启动。"),
        ("body", "\xa0\xa0第二段&结束。"),
        ("body", "第三段。"),
    ]
    raw = page(FOUNDER)
    assert claims(raw) == {"date": "2023-11-25", "weekday": "六", "page": "A01", "section": "要闻"}
    assert claims(raw, "comment") == {"date": "2023-11-24", "section": "要闻"}
    assert claims(raw, "selector") == {"body": "founder-content"}


@pytest.mark.parametrize(
    ("body", "finder"),
    [
        ("<founder-content><p>{}</p></founder-content>", "founder-content"),
        ("<FOUNDER-CONTENT><P>{}</P></FOUNDER-CONTENT>", "founder-content"),
        ("<div id=ozoom><p>{}</p></div>", "#ozoom"),
        ("<div id=OZOOM><founder-content></founder-content><p>{}</p></div>", "#ozoom"),
        ("<td><!--enpcontent--><p>{}</p><!--/enpcontent--></td>", "<!--enpcontent-->"),
        ("<div><!--enpcontent--><p>{}</p></div><p>尾</p>", "<!--enpcontent-->"),
        ("<div class='main article'><p>{}</p></div>", "div.article"),
        ("<div id=articleContent><p>{}</p></div>", "#articleContent"),
        ("<div class=text_c><p>{}</p></div>", "div.text_c"),
        (
            "<div><!--<npm:article-content>--><p>{}</p><!--</npm:article-content>--></div>",
            "<!--<npm:article-content>-->",
        ),
        ("<article><p>{}</p></article>", "article"),
        ("<div class=x><p>{}</p></div>", "largest text block"),
        ("<div id=ozoom></div><div class=x>{}</div>", "largest text block"),
        ("{}", "largest text block"),
    ],
)
def test_the_chain_of_fallbacks_tells_which_one_fired(body: str, finder: str) -> None:
    html = f"<html><body><p>菜单</p><h1>南岭区修好断头路</h1>{body.format(PROSE)}<p>版权所有</p></body></html>"
    assert lines(html) == [("headline", "南岭区修好断头路"), ("body", PROSE)]
    assert claims(page(html), "selector") == {"body": finder}


@pytest.mark.parametrize(
    ("head", "roles"),
    [
        (
            "<div id=PreTitle><p>引</p></div><div id=Title><p>题</p></div><div id=SubTitle>副</div>",
            "kicker headline subtitle",
        ),
        ("<h3>引</h3><h1>题</h1><h2>副</h2><h4>本报记者 张三</h4>", "kicker headline subtitle byline"),
        ("<founder-title>题</founder-title><founder-author>张三</founder-author>", "headline byline"),
        ("<div class=detail-art><h2>题</h2></div>", "headline"),
        ("<span id=NewsArticleTitle>题</span><span id=NewsArticleAuthor>张三</span>", "headline byline"),
        (
            "<h1>题</h1><p class=sec>张三 <span>《人民日报》（<i>2026年08月03日</i> 第 01 版）</span></p>",
            "headline byline",
        ),
        ("<h1>云陂日报 第01版</h1><h2>题</h2>", "headline"),
        ("<h2><a href=/>首页</a></h2><h2>题</h2><div>放大 缩小</div>", "headline"),
        ("<td class=font01>题</td><div id=Title>题</div>", "headline"),
        (
            "<!--enpproperty <title><p>题</p></title><introtitle>引</introtitle><subtitle></subtitle>/enpproperty-->",
            "kicker headline",
        ),
        ("<!--enpproperty <title>题</title><author>李四</author>/enpproperty-->", "headline byline"),
        (
            "<p id=PreTitle><p>引</p></p><h2 id=Title><p>题</p></h2><p id=SubTitle><p>副</p></p>",
            "kicker headline subtitle",
        ),
        ("<h3><p>引</p></h3><h1><p>题</p></h1>", "kicker headline"),
        ("<td class=font01>题</td><td class=font02>□ 张小三</td>", "headline byline"),
        ("<div class=lai>云陂日报 2024年1月26日 星期五</div><h1>题</h1>", "headline"),
        ("<!--enpproperty <title>题</title><author>居民</author>/enpproperty-->", "headline"),
    ],
)
def test_titles_are_told_by_many_marks(head: str, roles: str) -> None:
    found = lines(f"<html><body>{head}<div id=ozoom><p>{PROSE}</p></div></body></html>")
    assert [role for role, _ in found] == [*roles.split(), "body"]
    assert dict(found)["headline"] == "题"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<!--enpproperty <title>书院路建成通车</title>/enpproperty--><div id=ozoom>{}</div>", ["headline"]),
        ("<title>书院路建成通车_云陂日报数字报</title><div id=ozoom>{}</div>", ["headline"]),
        ("<div id=ozoom><p align=center><b>书院路建成通车</b></p><p>{}</p></div>", ["headline"]),
        ("<div>书院路建成通车</div><div>{}</div>", ["headline"]),
        ("<table><tr><td><b>书院路建成通车</b></td></tr><tr><td>{}</td></tr></table>", ["headline"]),
        ("<font size=5><b>书院路建成通车</b></font><br>本报记者 周禾<br>{}", ["headline", "byline"]),
        ("<b>2024年1月26日 星期五</b><div id=ozoom>{}</div>", []),
        ("<p>▲书院路通车现场</p><p>{}</p>", ["body"]),
        ("<p>一路走来，风雨兼程。</p><p>{}</p>", ["body"]),
    ],
)
def test_without_marks_a_headline_is_told_by_how_it_stands(head: str, expected: list[str]) -> None:
    found = lines(f"<html><body>{head.format(PROSE)}</body></html>")
    assert [role for role, _ in found] == [*expected, "body"]
    assert ("headline", "书院路建成通车") in found or "headline" not in expected
    assert found[-1] == ("body", PROSE)


@pytest.mark.parametrize(
    ("html", "headlines"),
    [
        (
            "<p id=Title>甲</p><div id=ozoom>一。</div><p id=Title>乙</p><div id=ozoom>二。</div>",
            "甲乙",
        ),
        ("<div class=article><h3>甲</h3><p>一。</p></div><div class=article><h3>乙</h3><p>二。</p></div>", "甲乙"),
        ("<h2>甲</h2><p>一。讲了八个字以上。</p><h2>乙</h2><h3>副</h3><p>二。也讲了八个字以上。</p>", "甲乙"),
        ("<h1>民生</h1><h2>甲</h2><p>一。讲了八个字以上。</p><h2>乙</h2><p>二。也讲了八个字以上。</p>", "甲乙"),
        (
            "<h1>一座县城和三百盏路灯</h1><h2>——改造记</h2><p>一。讲了八个字以上。</p><h2>小标题</h2><p>二。</p>",
            "一座县城和三百盏路灯",
        ),
        ("<div id=Title>甲</div><div id=ozoom><p>一。</p><h3>小标题</h3><p>二。</p></div>", "甲"),
    ],
)
def test_all_articles_of_a_page_come_out_in_order(html: str, headlines: str) -> None:
    found = lines(f"<html><body>{html}</body></html>")
    assert "".join(text for role, text in found if role == "headline") == headlines
    assert [text[0] for role, text in found if role == "body" and text != "小标题"] == ["一", "二"]


OTHER = "时评的第二篇讲另一件事：路灯亮了，人心也亮了，小事当作大事来办才是正道。"
MORE = "夜深了，修路的工人还在忙碌，他们说要赶在雨季之前把最后一段路面铺好。"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "<div id=ozoom><!--enpcontent-->{}<!--/enpcontent--></div>",
            "<div><!--enpcontent-->{}<!--/enpcontent--></div>",
        ),
        ("<div id=ozoom>{}</div>", "<div class=article>{}</div>"),
        ("<founder-content>{}</founder-content>", "<div id=ozoom>{}</div>"),
        ("<div class=article>{}</div>", "<founder-content>{}</founder-content>"),
        ("<div id=ozoom>{}</div>", "<div class=zw><p>{}</p></div>"),
        ("<p>{}</p>", "<div id=ozoom>{}</div>"),
    ],
)
def test_each_finder_adds_the_bodies_that_those_before_it_missed(first: str, second: str) -> None:
    html = f"<td class=font01>甲题</td>{first.format(PROSE)}<td class=font01>乙题</td>{second.format(OTHER)}"
    assert lines(f"<table><tr>{html}</tr></table>".replace("<td", "</tr><tr><td")) == [
        ("headline", "甲题"),
        ("body", PROSE),
        ("headline", "乙题"),
        ("body", OTHER),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<div id=ozoom><p>{0}</p></div><p>{1}</p>",
        "<p>{0}</p><div id=ozoom><p>{1}</p></div>",
        "<div id=ozoom><p>{0}</p><founder-content><p>{1}</p></founder-content></div>",
        "<div id=ozoom><founder-content><p>{0}</p></founder-content><p>{1}</p></div>",
        "<div id=ozoom><p>{0}</p></div><div class=more><div>{1}</div></div><div class=copyright>{2}</div>",
        "<div id=ozoom><p>{0}</p></div><table><tr><td>{1}</td></tr></table>",
    ],
)
def test_text_of_the_article_beside_its_body_goes_with_it(html: str) -> None:
    found = lines(f"<html><body><div id=Title>甲题</div>{html.format(PROSE, MORE, OTHER)}</body></html>")
    assert found == [("headline", "甲题"), ("body", PROSE), ("body", MORE)]


@pytest.mark.parametrize(
    "beside",
    [
        f"<nav>{OTHER}</nav>",
        f"<script>var x = '{OTHER}'</script>",
        f"<noscript>{OTHER}</noscript>",
        f"<footer>{OTHER}</footer>",
        f"<div class=footer>{OTHER}</div>",
        f"<div id=comment-list><p>{OTHER}</p></div>",
        f"<ul class=related><li>{OTHER}</li></ul>",
        f"<aside>{OTHER}</aside>",
        f"<p><a href=2.htm>{OTHER}</a></p>",
        "<p>本网站建议使用1024×768分辨率浏览，您的浏览器版本过低时请先升级。</p>",
        "<p>凡本网注明来源的作品均为原创，未经书面授权任何单位和个人不得转载，违者必究。</p>",
        "<p>上一篇 下一篇</p><p>放大 缩小 默认</p>",
        f"<div style='display:none'>甲题<p>{PROSE}</p></div>",
        f"<div class=summary><p>{PROSE[:28]}……[详细]</p></div>",
        f"<div id=mp3>甲题。{PROSE}{MORE}</div>",
        f"<div id=print><h1>甲题</h1><p>{PROSE[:20]}{PROSE[20:]}</p><p>【打印】</p></div>",
    ],
)
def test_what_is_no_text_of_the_article_is_left_out(beside: str) -> None:
    body = f"<div id=Title>甲题</div><div id=ozoom><p>{PROSE}</p><p>{MORE}</p></div>"
    for html in (body + beside, beside + body):
        assert lines(f"<html><body>{html}</body></html>") == [("headline", "甲题"), ("body", PROSE), ("body", MORE)]


def test_of_two_copies_the_fuller_one_is_read() -> None:
    short, full = f"<founder-content><p>{PROSE}</p></founder-content>", f"<p>{PROSE}</p><p>{MORE}</p>"
    for html in (f"{short}<div id=ozoom>{full}</div>", f"<div id=ozoom>{full}</div>{short}"):
        assert lines(f"<div id=Title>题</div>{html}") == [("headline", "题"), ("body", PROSE), ("body", MORE)]


def test_what_stands_below_a_body_is_still_of_it() -> None:
    below = "<div class=pic-text>▲图 李四 摄</div><div id=author>本报记者 张三</div>"
    second = f"<div id=Title>乙题</div><div id=ozoom>{OTHER}</div>"
    first = [("headline", "甲题"), ("byline", "本报记者 张三"), ("body", PROSE), ("caption", "▲图 李四 摄")]
    html = f"<div id=Title>甲题</div><div id=ozoom>{PROSE}</div>{below}"
    assert lines(html) == first
    assert lines(html + second) == [*first, ("headline", "乙题"), ("body", OTHER)]


def test_a_photo_beside_an_article_keeps_its_title() -> None:
    html = f"<p id=Title>甲题</p><div id=ozoom>{PROSE}</div><p id=Title>雪景</p><div id=ozoom><img src=a.jpg></div>"
    assert lines(html) == [("headline", "甲题"), ("body", PROSE), ("headline", "雪景")]


def test_bold_lines_are_headlines_where_an_article_opens_behind_one_of_them() -> None:
    bold = "<p align=center><strong>{}</strong></p>"
    body = f"<p>一。</p>{bold.format('乙题')}<p>　　本报讯（记者 周禾）二。</p>{bold.format('丙题')}<p>三。</p>"
    assert [text for role, text in lines(f"<h1>甲题</h1><div id=ozoom>{body}</div>") if role == "headline"] == [
        "甲题",
        "乙题",
        "丙题",
    ]
    inner = f"<p>本报讯 一。</p>{bold.format('小标题')}<p>二。</p>"
    assert ("body", "小标题") in lines(f"<h1>甲题</h1><div id=ozoom>{inner}</div>")


@pytest.mark.parametrize(
    "caption",
    [
        "<figure><img src=a.jpg><figcaption>▲图</figcaption></figure>",
        "<p><img src=a.jpg></p><p class='pic-text'>▲图</p>",
        "<p><img src=a.jpg></p><div class=tushuo>▲图</div>",
        "<table><tr><td><img src=a.jpg></td></tr><tr><td>▲图</td></tr></table>",
    ],
)
def test_captions_stay_in_their_place(caption: str) -> None:
    found = lines(f"<div id=Title>题</div><div id=ozoom><p>一。</p>{caption}<p>二。</p></div>")
    assert found == [("headline", "题"), ("body", "一。"), ("caption", "▲图"), ("body", "二。")]
    before = lines(f"<div id=Title>题</div>{caption}<founder-content>一。</founder-content>")
    assert before == [("headline", "题"), ("caption", "▲图"), ("body", "一。")]


def test_a_photo_may_have_no_text_but_its_title() -> None:
    assert lines("<div id=Title>雪景</div><founder-content><img src=a.jpg></founder-content>") == [("headline", "雪景")]


def test_a_row_of_a_table_stays_a_line() -> None:
    table = "<table><tr><td>姓名</td><td>单位</td></tr><tr><td>张三</td><td>一中</td></tr></table>"
    assert lines(f"<div id=ozoom>{table}</div>") == [("body", "姓名 单位"), ("body", "张三 一中")]


@pytest.mark.parametrize(
    ("extra", "source", "expected"),
    [
        ("<link rel=canonical href='http://a.cn/html/2023-11/25/content_1.htm'>", "url", {"date": "2023-11-25"}),
        ("<meta property='og:url' content='http://a.cn/con/202311/25/content_1.html'>", "url", {"date": "2023-11-25"}),
        ("<!-- saved from url=(0044)http://a.cn/html/2023-11/25/content_1.htm -->", "url", {"date": "2023-11-25"}),
        ("<title>第02版：综合 - 云陂日报 2023-11-25</title>", "title", {"date": "2023-11-25", "page": "02"}),
        ("<a id=pageLink href=node_2.htm>第02版：综合</a>", "printed", {"page": "02", "section": "综合"}),
        ("<a id=pageLink href=n.htm>第02版：综合</a><a id=pageLink href=m.htm>第03版：民生</a>", "printed", {}),
        ("<p>第02版：综合</p><p>第03版：民生</p>", "printed", {}),
        (
            "<!--enpproperty <nodename>第A02版:综合</nodename>/enpproperty-->",
            "comment",
            {"page": "A02", "section": "综合"},
        ),
    ],
)
def test_a_page_tells_where_it_belongs_in_many_ways(extra: str, source: str, expected: dict[str, str]) -> None:
    told = claims(page(f"<html><head></head><body>{extra}<div id=ozoom><p>{PROSE}</p></div></body></html>"), source)
    assert {about: told.get(about) for about in expected} == expected
    assert bool(told) == bool(expected)


MAP = "<img usemap='#PagePicMap'><map name=PagePicMap><area shape=polygon coords='1,2' href=content_1.htm></map>"


@pytest.mark.parametrize(
    ("html", "says"),
    [
        (
            f"<html><body>{MAP}<p>2024年1月26日 星期五</p><ul><li><a href=c.htm>甲</a></ul></body></html>",
            "holds links to articles only",
        ),
        ("<html><body><a href=1.htm>甲</a><a href=2.htm>乙</a></body></html>", "no text of an article was found"),
        ("<html><head><script>x</script></head><body></body></html>", "no text of an article was found"),
        (FOUNDER[: FOUNDER.index("第三段")], "cut off before its end"),
        (FOUNDER[: FOUNDER.index("<div style")], "cut off before its end"),
        ("<div id=ozoom><p>甲</p><p cla", "cut off before its end"),
        ("<founder-content><p>甲", "cut off before its end"),
    ],
)
def test_a_page_without_whole_articles_is_refused(html: str, says: str) -> None:
    with pytest.raises(PageError, match=f"^{SOURCE}: .*{says}"):
        page(html)


def test_a_declared_charset_is_not_believed() -> None:
    html = f"<html><head><meta charset=utf-8></head><body><div id=ozoom><p>{PROSE}</p></div></body></html>"
    raw = read_html(html.encode("gbk"), SOURCE)
    assert raw.text == PROSE


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*"<>/&甲。 \n", "<p>", "</p>", "<h2>", "<td>", "<!--", "-->", "<div id=ozoom>", "&#0;", "<![", "<?xml "]
        )
    )
)
def test_any_html_is_read_or_refused(pieces: list[str]) -> None:
    try:
        raw = page("甲" + "".join(pieces))
    except PageError:
        return
    assert all(0 <= block.start < block.end <= len(raw.text) for block in raw.blocks)


def test_tags_may_nest_deeper_than_any_page_needs() -> None:
    assert lines("<div>" * 300 + f"<p>{PROSE}</p>") == [("body", PROSE)]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000 + PROSE,
        "<table><tr><td>" * 20_000 + PROSE,
        "<ul><li>" * 20_000 + PROSE + "</li></ul>" * 20_000,
        "<span>" * 200_000 + PROSE,
        f"<p>{PROSE}</p>" * 100_000,
        "<!--enpproperty " + "<title>" * 100_000 + f"--><div id=ozoom>{PROSE}</div>" + "<b>" * 700,
    ],
)
def test_a_tangle_of_tags_is_refused_at_once(html: str) -> None:
    started = time.perf_counter()
    with pytest.raises(PageError, match=r"its HTML is broken: more than .* tags .*save the page again"):
        page(html)
    assert time.perf_counter() - started < 10


def test_thousands_of_empty_lines_cost_no_time() -> None:
    started = time.perf_counter()
    assert lines("<div id=ozoom>甲" + "\n" * 100_000 + "b。</div>") == [("body", "甲 b。")]
    assert time.perf_counter() - started < 5
