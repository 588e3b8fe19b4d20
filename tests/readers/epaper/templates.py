"""Pages in the markup of e-paper systems, all with the same invented article.

The names of tags, ids and classes are those that public scrapers of Chinese e-papers select by.
"""

from __future__ import annotations

KICKER, HEADLINE, SUBTITLE = "青山区补齐最后一公里", "书院路昨日建成通车", "——沿线三个小区的居民出行更方便"
BYLINE = "本报记者 陶小满 通讯员 温长河"
FIRST = "本报讯 昨日，青山区书院路建成通车，全长一点二公里，双向四车道，沿线三个小区的居民不用再绕行。"
SECOND = "据区住建局介绍，书院路去年三月动工，其间迁移了十四根电线杆，改造雨水管道九百米。"
CAPTION = "图为市民骑车经过新建成的书院路。陶小满 摄"
BODY = f"<P>　　{FIRST}</P><P>　　{SECOND}</P>"
SAME_PAGE = "<a href=content_902.htm?div=-1><div id=mp902>羊毛市场开秤</div></a>"
OTHER_PAGES = "<a href=content_911.htm?div=-1><div id=mp911>渡口的船工四十年如一日</div></a>"
AREAS = (
    '<map name=PagePicMap><Area coords="2,98,225,98,225,366,2,366" shape="polygon" href="content_901.htm?div=-1">'
    '<Area coords="225,403,225,382,9,382,9,399,117,403,117,541,225,541" shape="polygon" href="content_902.htm?div=-1">'
    "</map><img width=350 height=550 src=../../1/A01_b.jpg border=0 USEMAP=#PagePicMap>"
)
PROPERTIES = f"""<!--enpproperty <articleid>901</articleid><date>2024-03-07 22:41:08.0</date><author></author>
<title>{HEADLINE}</title><keyword></keyword><subtitle>{SUBTITLE}</subtitle><introtitle>{KICKER}</introtitle>
<siteid>2</siteid><nodeid>12</nodeid><nodename>A01</nodename>/enpproperty-->"""
FOREIGN = f"""<!--<div id=ozoom><founder-content><p>别处的旧稿 {"与本页无关。" * 20}</p></founder-content></div>-->"""
FOOTER = "<div>云北日报社版权所有，未经书面授权不得转载 ICP备12345678号 技术支持：北大方正</div>"

FOUNDER_CLASSIC = f"""<html><head><title>云北日报数字报</title></head><body><table><tr><td>{AREAS}</td></tr>
<tr><td class=px12 align=left>第A01版：<STRONG>要闻</STRONG></td><td class=px12>
<a class=preart href=node_13.htm>下一版</a>
</td></tr></table><table><tr><td>2024年3月8日　星期<font class=weekday>五</font></td></tr></table>
<table><tr><td class=font02>{KICKER}</td></tr><tr><td class=font01>{HEADLINE}</td></tr>
<tr><td class=font02>{SUBTITLE}</td></tr><tr><td class=font02>{BYLINE}</td></tr></table>
{PROPERTIES}{FOREIGN}
<div id=ozoom style="ZOOM: 100%"><founder-content><!--enpcontent--><!--enpcontent-->
<TABLE><TBODY><TR><TD><IMG src="../../1/pic_b.jpg"></TD></TR><TR><TD>{CAPTION}</TD></TR></TBODY></TABLE>
{BODY}<!--/enpcontent--></founder-content></div>
<div style="display:none"><founder-content>{BODY}</founder-content></div>
<table><tr><td>本版标题导航</td></tr><tr><td>{SAME_PAGE}</td></tr></table>
<table><tr><td>今日关注</td></tr><tr><td>{OTHER_PAGES}</td></tr></table>
<td><a id=pageLink href=node_12.htm>第A01版：要闻</a></td><td><a id=pageLink href=node_13.htm>第A02版：副刊</a></td>
{FOOTER}</body></html>"""

FOUNDER_NEW = f"""<!doctype html><html><head><title>{HEADLINE}_云北日报</title></head><body>
<div class="header"><a href="../../../layout/202403/08/node_A01.html">返回</a></div>
<div class="Newslist"><p class="Title1"><span id="layout">第A01版：要闻</span><span>2024年03月08日</span></p></div>
<div class="newscon"><p id="PreTitle">{KICKER}</p><h2 id="Title">{HEADLINE}</h2><p id="SubTitle">{SUBTITLE}</p>
<p class="info"><span>{BYLINE}</span></p>
<div class="attachment"><ul><li><img src="../../../pic/202403/08/a.jpg"><p>{CAPTION}</p></li></ul></div>
<div id="ozoom"><founder-content><!--enpcontent-->{BODY.lower()}<!--/enpcontent--></founder-content>
</div>{PROPERTIES}</div>
<ul id="articlelist"><li>{SAME_PAGE}</li></ul>{FOOTER}</body></html>"""

FOUNDER_DETAIL = f"""<html><head><title>云北日报</title></head><body>
<div class="newslisttit"><em>第A01版：要闻</em></div><div class="Therestlist"><ul><li>
<a href=node_01.html>第A01版：要闻</a>
<a href=node_02.html>第A02版：副刊</a></li></ul></div>
<div class="newsdetatit"><p class="intro">{KICKER}</p><h3>{HEADLINE}</h3><p class="sub">{SUBTITLE}</p>
<p align="center">2024年03月08日</p><p class="author">{BYLINE}</p></div>
<div class="newsdetatext"><div class="pic"><img src=a.jpg alt="{CAPTION}"></div>
<founder-content>{BODY}</founder-content></div>
<div class="newsnext"><a href=content_902.html>下一篇</a></div>{FOOTER}</body></html>"""

FOUNDER_HIDDEN_FACTS = f"""<html><head><title>云北日报电子版</title></head><body>
<div id="NewsArticleID" style="display:none;">901</div>
<div id="NewsArticleTitle" style="display:none;">{HEADLINE}</div>
<div id="NewsEditionNumber" style="display:none;">A01</div><div id="NewsEditionName" style="display:none;">要闻</div>
<div id="NewsArticlePubDay" style="display:none;">2024-03-08</div>
<div id="NewsArticleAuthor" style="display:none;">{BYLINE}</div>
<div class="text"><h4>{KICKER}</h4><h1>{HEADLINE}</h1><h4>{SUBTITLE}</h4><div class="img">
<img src=a.jpg title="{CAPTION}"></div>
<!--enpcontent-->{BODY}<!--/enpcontent--></div>{FOOTER}</body></html>"""

PEOPLES_DAILY_OLD = f"""<html><head><title>{HEADLINE}--云北日报</title></head><body><div class="div_bg">
<div class="left_c">
<div class="ban">{AREAS.replace("content_90", "nw.D110000ybrb_20240308_").replace(".htm?div=-1", "-01.htm")}</div>
<div class="ban_t"><div><ul><li>A01版:要闻&nbsp;<a href=../../../page/2024-03/08/01/a.pdf>PDF</a> PDF版下载
<span><a class=preart href="nbs.D110000ybrb_02.htm">下一版</a></span></li></ul></div></div></div>
<div class="right_c"><div id="riqi_">云北日报 2024年03月08日 星期五</div>
<div class="text_c"><h3>{KICKER}</h3><h1>{HEADLINE}</h1><h2>{SUBTITLE}</h2><h4>{BYLINE}</h4>
<div class="lai">《云北日报》（ 2024年03月08日 &nbsp; A01 版）</div>
<div class="c_c" id="ozoom"><table class="pci_c" width=400><tr><td align=center><img src=../../../res/a.jpg></td></tr>
<tr><td>{CAPTION}</td></tr></table><!--enpcontent-->{BODY}<!--/enpcontent--></div></div></div></div>
{PROPERTIES}{FOOTER}</body></html>"""

PEOPLES_DAILY_NEW = f"""<html><head><title>{HEADLINE}</title></head><body><div class="paper-bot"><p class="left ban">
A01版：要闻</p></div><div class="swiper-container"><div class="swiper-slide"><a href=node_01.html>A01版：要闻</a>
</div>
<div class="swiper-slide"><a href=node_02.html>A02版：副刊</a></div></div>
<div class="article-box"><div class="article"><h3>{KICKER}</h3><h1>{HEADLINE}</h1><h2>{SUBTITLE}</h2>
<p class="sec">{BYLINE}<span class="date">《云北日报》（2024年03月08日 &nbsp; 第 A01 版）</span></p>
<div class="attachment"><div class="pic"><img src=a.jpg><p>{CAPTION}</p></div></div>
<div id="ozoom"><!--enpcontent-->{BODY}<!--/enpcontent-->{PROPERTIES}</div></div></div>{FOOTER}</body></html>"""

HUAWEN = f"""<html><head><title>云北日报</title></head><body><table><tr><td id="currentBM" align="left">
<strong>第A01版：要闻</strong>
</td><td align="right"><a id="ed_next" class="preart" href=node_74349.htm>下一版</a></td></tr></table>{AREAS}
<table><tr><td>2024年03月08日 星期五</td></tr></table><table class="wz"><tr><td><table>
<tr valign="top"><td class="font02" align="center">{KICKER}</td></tr>
<tr valign="top"><td class="font01" align="center"><p class="BSHARE_TEXT">{HEADLINE}</p></td></tr>
<tr valign="top"><td class="font02" align="center">{SUBTITLE}</td></tr>
<tr valign="top"><td class="font02" align="center"><founder-author>{BYLINE}</founder-author></td></tr></table>
</td></tr></table>
<table id="newspic"><tr><td><table><tr><td><img src=a.jpg></td></tr><tr><td>{CAPTION}</td></tr></table></td></tr>
</table>
<div id="ozoom">{BODY}</div><a class="rigth_bmdh_href" href=node_74348.htm>第A01版：要闻</a>
<a class="rigth_bmdh_href" href=node_74349.htm>第A02版：副刊</a>{FOOTER}</body></html>"""

TRS = f"""<html><head><title>云北日报</title></head><body><div><span class="banming1">第A01版</span>
<span class="banming2">要闻</span></div><div class="riqi">2024年3月8日 星期五</div><div id="bancilist"><ul><li>
<a href=../1/Qpaper.html>
第A01版：要闻</a></li><li><a href=../2/Qpaper.html>第A02版：副刊</a></li></ul></div>
<div id="yinti">{KICKER}</div><div id="doctitle">{HEADLINE}</div><div id="subdoctitle">{SUBTITLE}</div>
<div id="docauthor">{BYLINE}</div><div id="doccontent"><div class="tupian"><img src=a.jpg>
<div class="pictext">{CAPTION}</div></div>
{BODY}</div>{FOOTER}</body></html>"""

PAPER_INDEX = f"""<html><head><title>云北日报</title></head><body><div class="shuzi">2024年03月08日 星期五</div>
<UL><LI class=banci>[<A href="PageA1NU.htm">A01</A>]:<A href="PageA1NU.htm">要闻</A></LI></UL>
<div class="banmian">第A01版：要闻</div>
<div id="contentbox"><h4 class="yinti">{KICKER}</h4><h2>{HEADLINE}</h2><h4 class="futi">{SUBTITLE}</h4>
<p class="zuozhe">{BYLINE}</p><div id="contenttext"><center><img src=a.jpg><br>
<span class="tushuo">{CAPTION}</span></center>
{BODY}</div></div><UL id=newslist><LI><A href="Articel01003MT.htm">羊毛市场开秤</A></LI></UL>{FOOTER}</body></html>"""

BT = f"""<html><head><title>云北日报</title></head><body><div class="fl mt5">第A01版：要闻</div>
<div>2024年03月08日 星期五</div>
<table><tr valign="top"><td class="bt2">{KICKER}</td></tr><tr valign="top"><td class="bt1">{HEADLINE}</td></tr>
<tr valign="top"><td class="bt2">{SUBTITLE}</td></tr><tr valign="top"><td class="bt2">{BYLINE}</td></tr></table>
<div class="M_m_cont"><table><tr><td><img src=a.jpg></td></tr><tr><td>{CAPTION}</td></tr></table>{BODY}</div>
<td class="tits"><a href=node_22.htm>第A01版：要闻</a></td><td class="tits"><a href=node_23.htm>第A02版：副刊</a></td>
{FOOTER}</body></html>"""

FOUNDER_CLOUD = f"""<html><head><title>云北日报</title></head><body>
<span class="pic-info-summary fl">第A01版：要闻</span>
<span class="date">2024年03月08日 星期五</span><ul><li class="layout-catalogue-item">
<a href=node_01.html>第A01版：要闻</a></li>
<li class="layout-catalogue-item"><a href=node_02.html>第A02版：副刊</a></li></ul>
<div class="main-content"><h3>{KICKER}</h3><h1>{HEADLINE}</h1><h3>{SUBTITLE}</h3><h4 class="author">{BYLINE}</h4>
<div id="news_content"><cms-content><figure><img src=a.jpg>
<figcaption>{CAPTION}</figcaption></figure>{BODY}</cms-content></div></div>
{FOOTER}</body></html>"""

ARTICLE_TEXT = f"""<html><head><title>云北日报</title></head><body><div class="left B_02_1"><div>第A01版：要闻</div>
</div>
<div>2024年03月08日</div><h3 class="introTitle">{KICKER}</h3><h1 class="title">{HEADLINE}</h1>
<h3 class="subTitle">{SUBTITLE}</h3>
<div class="author">{BYLINE}</div><div id="articleText"><p style="text-align:center"><img src=a.jpg></p>
<p class="picinfo">{CAPTION}</p>{BODY}</div><div id="titleList"><ul><li><a href=/epapers/902>羊毛市场开秤</a></li>
</ul></div>
{FOOTER}</body></html>"""

TEMPLATES = {
    "founder classic": (FOUNDER_CLASSIC, "founder-content"),
    "founder new": (FOUNDER_NEW, "founder-content"),
    "founder detail": (FOUNDER_DETAIL, "founder-content"),
    "founder hidden facts": (FOUNDER_HIDDEN_FACTS, "<!--enpcontent-->"),
    "people's daily old": (PEOPLES_DAILY_OLD, "#ozoom"),
    "people's daily new": (PEOPLES_DAILY_NEW, "#ozoom"),
    "huawen": (HUAWEN, "#ozoom"),
    "trs": (TRS, "#doccontent"),
    "paper index": (PAPER_INDEX, "#contenttext"),
    "bt": (BT, "div.M_m_cont"),
    "founder cloud": (FOUNDER_CLOUD, "cms-content"),
    "article text": (ARTICLE_TEXT, "#articleText"),
}
"""The pages by the name of their template, each with what finds its body."""
