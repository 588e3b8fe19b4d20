"""Tests of what sites put beside or instead of articles: notices, comments and log-in boxes."""

from __future__ import annotations

import pytest

from indexer.errors import PageError
from indexer.readers.html.reader import read_html

NOTICES = [
    "云陂日报社版权声明：凡本网刊登的文字、图片、音视频等稿件，版权均属于云陂日报社，任何媒体、网站或个人未经本社书面授权，不得转载。违反上述声明者，本社将依法追究其相关法律责任，特此声明，敬请留意。",
    "免责声明：凡注明来源为其他媒体的作品，均转载自其他媒体，转载目的在于传递更多信息，并不代表本网赞同其观点。如需转载，请注明来源。",
    "用户名： 密码： 验证码： 忘记密码？ 立即注册，登录后可以查看全部版面。",
    "互联网新闻信息服务许可证编号一二三四五。违法和不良信息举报电话见首页。未经云陂日报社许可，请勿转载。",
    "请您登录后发表评论。请遵守法律，文明上网，理性发言，网友评论仅供表达个人看法。",
    "建议使用新版浏览器阅读。技术支持由云陂网络公司提供。",
]
LINKS = "<ul><li><a href=content_0.html>早稻开镰</a></li><li><a href=content_1.html>水库蓄水</a></li></ul>"
ARTICLE = "<p>本报讯 昨日，城南畈的早稻开镰，十台收割机一字排开，当天收割三百亩。</p>"


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("tag", ["<div>{}</div>", "<table><tr><td>{}</td></tr></table>", "<p>{}</p>"])
def test_links_and_notices_are_no_article(notice: str, tag: str) -> None:
    html = f"<html><body>{LINKS}{tag.format(notice)}</body></html>"
    with pytest.raises(PageError):
        read_html(html.encode(), "demo/2017-07-24/node_1.html")


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("mark", ["<div id=ozoom>{}</div>", "<div>{}</div>"])
def test_a_notice_is_not_in_the_article_above(notice: str, mark: str) -> None:
    html = f"<body>{LINKS}<h1>早稻开镰</h1>{mark.format(ARTICLE)}<div><p>{notice}</p></div></body>"
    text = read_html(html.encode(), "demo/2017-07-24/02.html").text
    assert "当天收割三百亩" in text
    assert notice[:6] not in text


@pytest.mark.parametrize(
    "heading", ["网友评论", "最新评论（12条）", "【热门跟帖】", "评论", "我要留言", "全部评论 3 条"]
)
def test_comments_of_readers_are_no_article(heading: str) -> None:
    comments = "<p>稻香客 2017-07-24 10:20 说</p><p>今年的收成真不错，我家的田也快收了，大家加油干。顶一个！</p>"
    html = f"<body><h1>早稻开镰</h1><div id=ozoom>{ARTICLE}</div><div><h3>{heading}</h3>{comments}</div></body>"
    text = read_html(html.encode(), "demo/2017-07-24/02.html").text
    assert "稻香客" not in text
    assert "收成真不错" not in text


@pytest.mark.parametrize(
    "news",
    [
        "本报讯 市版权局昨日表示，未经许可转载他人作品的，将依法追究其法律责任，今年已查处三家网站。",
        "读者来信说，有的网站转载文章不注明来源，也不付稿酬，作者维权很难，希望有关部门管一管这件事，让写字的人有个盼头。",
    ],
)
@pytest.mark.parametrize("mark", ["<div id=ozoom><p>{}</p></div>", "<div><p>{}</p></div>"])
def test_news_about_copyright_stay(news: str, mark: str) -> None:
    html = f"<body><h1>转载要付酬</h1>{mark.format(news)}</body>"
    assert news[-12:] in read_html(html.encode(), "demo/2017-07-24/03.html").text


def test_a_page_inside_one_form_is_read() -> None:
    html = f"<body><form id=aspnetForm><h1>早稻开镰</h1><div>{ARTICLE}</div></form></body>"
    assert "当天收割三百亩" in read_html(html.encode(), "demo/2017-07-24/04.html").text
