"""Tests of e-paper HTML: text, roles from tags, and claims of a page about itself."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import PageError
from indexer.model import RawPage
from indexer.readers.html.reader import read_html
from tests.support.readings import PROSE, SOURCE, claims


def page(html: str) -> RawPage:
    return read_html(html.encode(), SOURCE)


def lines(html: str) -> list[tuple[str, str]]:
    """Return the lines of a page with their roles.

    The text must consist of exactly these lines.
    """
    raw = page(html)
    assert all(not raw.text[one.end : two.start].strip() for one, two in zip(raw.blocks, raw.blocks[1:], strict=False))
    return [(block.role, raw.text[block.start : block.end]) for block in raw.blocks]


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
    started = time.process_time()
    with pytest.raises(PageError, match=r"its HTML is broken: more than .* tags .*save the page again"):
        page(html)
    # Of the processor, for the machine may be busy.
    assert time.process_time() - started < 10


def test_thousands_of_empty_lines_cost_no_time() -> None:
    started = time.process_time()
    assert lines("<div id=ozoom>甲" + "\n" * 100_000 + "b。</div>") == [("body", "甲 b。")]
    assert time.process_time() - started < 5
