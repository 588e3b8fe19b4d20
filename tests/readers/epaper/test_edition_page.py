"""Tests of pages of an issue (版) of several systems: label, section, day, and the articles with their areas."""

from __future__ import annotations

import pytest

from indexer.readers.epaper.edition_page import EditionPage, read_edition_page
from indexer.readers.html.markup import read_markup
from tests.support.epaper_site import edition_page

AREA = '<area shape="polygon" coords="{}" href="{}">'
DAY = "<div>云北日报 2024年03月08日 星期五</div>"


def areas(*names: str) -> str:
    found = "".join(AREA.format(f"{at},0,{at + 9},0,{at + 9},9,{at},9", one) for at, one in enumerate(names))
    return f"""<map name=PagePicMap>{found}</map>
<img width=400 height=575 src=../../../page/a_b.jpg border=0 USEMAP=#PagePicMap>"""


PEOPLES_DAILY = f"""{areas("nw.D110000ybrb_20240308_1-02.htm", "nw.D110000ybrb_20240308_2-02.htm")}{DAY}
<ul><li>02版:要闻&nbsp;<a href=../../../page/2024-03/08/02/a.pdf><IMG src=ico4.gif></a> PDF版下载
<span><a class=preart href="nbs.D110000ybrb_03.htm">下一版</a></span></li></ul><div id="titleList"><ul>
<li><a href=nw.D110000ybrb_20240308_1-02.htm><script>document.write(view("书院路昨日<br>建成通车  "))</script></a>
</li>
<li class="one"><a href=nw.D110000ybrb_20240308_2-02.htm><script>document.write(view("羊毛市场开秤"))</script></a>
</li></ul></div>
<div id="pageList"><ul><div class="right_title-name">
<a id=pageLink href=./nbs.D110000ybrb_01.htm>第01版：头版</a></div>
<div class="right_title-name"><a id=pageLink href=nbs.D110000ybrb_02.htm>第02版：要闻</a></div></ul></div>"""

FOUNDER_NEW = f"""<title>云北日报</title>{areas("../../../con/202403/08/c901.html", "../../../con/202403/08/c902.html")}
<ul id="layoutlist"><li><a href="node_A01.html">第A01版：头版</a></li><li><a href="node_A02.html">第A02版：要闻</a>
</li></ul>
<ul id="articlelist"><li><a href="../../../con/202403/08/c901.html">书院路昨日建成通车</a></li>
<li><a href="../../../con/202403/08/c902.html">羊毛市场开秤</a></li></ul>"""

PAPER_INDEX = f"""{DAY}<UL><LI class=banci>[<A href="Page01NU.htm">01</A>]:<A href="Page01NU.htm">头版</A></LI>
<LI class=banci>[<A href="Page02NU.htm">02</A>]:<A href="Page02NU.htm">要闻</A></LI></UL>
<A href="Page03NU.htm">下一版</A>
<UL id=newslist><LI><A href="Articel02001MT.htm">书院路昨日建成通车</A></LI><LI>
<A href="Articel02002MT.htm">羊毛市场开秤</A></LI></UL>"""

PLAIN = f"""{DAY}<h3>第02版：要闻</h3><ul><li><a href=content_901.htm>书院路昨日建成通车</a></li>
<li><a href=content_902.htm>羊毛市场开秤</a></li><li><a href=content_1.pdf>整版</a></li><li>
<a href="javascript:go()">分享</a></li></ul>"""


def read(html: str, address: str) -> EditionPage:
    page = read_edition_page(read_markup(f"<html><body>{html}</body></html>", "demo/1.htm"), address)
    assert page is not None
    return page


@pytest.mark.parametrize(
    ("html", "address", "label", "has_areas"),
    [
        (PEOPLES_DAILY, "http://x.cn/html/2024-03/08/nbs.D110000ybrb_02.htm", "02", True),
        (FOUNDER_NEW, "http://x.cn/pc/layout/202403/08/node_A02.html", "A02", True),
        (PAPER_INDEX, "http://x.cn/content/20240308/Page02NU.htm", "02", False),
        (PLAIN, "http://x.cn/html/2024-03/08/node_3.htm", "02", False),
    ],
)
def test_a_page_of_an_issue_is_read(html: str, address: str, label: str, has_areas: bool) -> None:
    page = read(html, address)
    assert {claim.about: claim.value for claim in page.claims} == {
        "date": "2024-03-08",
        "page": label,
        "section": "要闻",
    }
    assert [one.title.replace(" ", "") for one in page.articles] == ["书院路昨日建成通车", "羊毛市场开秤"]
    assert [bool(one.polygons) for one in page.articles] == [has_areas] * 2
    assert all(one.address.startswith("x.cn/") for one in page.articles)


def test_an_article_may_have_several_areas_and_several_links() -> None:
    two = "".join(
        AREA.format(corners, f"content_1.htm?div={div}")
        for corners, div in [("0,0,5,5", 0), ("0,0,5,5", -1), ("7,7,9,9", -1)]
    )
    [article] = read(f"<map>{two}</map>第01版", "http://x.cn/node_1.htm").articles
    assert article.polygons == ("0,0 5,0 5,5 0,5", "7,7 9,7 9,9 7,9")


def test_lists_of_other_pages_articles_are_left_out() -> None:
    page = read(
        edition_page("node_12.htm", others=("content_905.htm", "content_902.htm", "content_901.htm")), "/a/node_12.htm"
    )
    assert [one.address for one in page.articles] == ["/a/content_907.htm", "/a/content_901.htm"]


def test_an_article_with_the_areas_of_its_page_is_no_page_of_the_issue() -> None:
    markup = read_markup(f"<body>{areas('content_901.htm', 'content_902.htm')}</body>", "demo/1.htm")
    assert read_edition_page(markup, "http://x.cn/html/2024-03/08/content_901.htm") is None
    assert (
        read_edition_page(read_markup("<body><a href=/>首页</a></body>", "demo/1.htm"), "http://x.cn/node_2.htm")
        is None
    )
