"""A site of an invented newspaper as Founder's system publishes it: two pages of an issue, and web archives of it."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from uuid import NAMESPACE_URL, uuid5

SITE = "http://epaper.yunbei.example/ybrb/html/2024-03/08/"
TEXTS = {
    "content_901.htm": (
        "书院路昨日建成通车",
        "本报讯 昨日，青山区书院路建成通车，沿线三个小区的居民出行更方便了，全长一公里。",
    ),
    "content_902.htm": (
        "羊毛市场开秤",
        "本报讯 记者在城东羊毛市场看到，一公斤细羊毛卖三十二元，外地客商说下个月还要再来。",
    ),
    "content_905.htm": (
        "老渡口的船工",
        "清早，雾还没有散，渡口的船工已经把缆绳解开。对岸的孩子们背着书包，等着这一天的第一船。",
    ),
    "content_907.htm": (
        "社区食堂添了新菜",
        "本报讯 石桥社区食堂上周添了六样新菜，老人用餐每份便宜两元，送餐上门的有四十户人家。",
    ),
}
"""The articles by file name: headline and text. The numbers are not in the order of the pages."""

PAGES = {
    "node_12.htm": ("A01", "要闻", ["content_907.htm", "content_901.htm"]),
    "node_13.htm": ("A02", "副刊", ["content_905.htm", "content_902.htm"]),
}
"""The pages of the issue by file name: label, section, and the articles in order."""


def article(name: str, *, div: str = "", head: str = "", charset: str = "utf-8") -> str:
    """Return the HTML of an article. Nothing in it says on which page it is."""
    title, text = TEXTS[name]
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>云北日报</title></head><body>{head}<table><tr><td class="font01">{title}</td></tr></table>
<div id=ozoom><founder-content><!--enpcontent-->
<P>　　{text}</P><!--/enpcontent--></founder-content></div>{div}</body></html>"""


def edition_page(name: str, *, query: str = "?div=-1", others: Iterable[str] = ("content_901.htm",)) -> str:
    """Return the HTML of a page of the issue: areas, the list of its articles, today's favourites, all pages."""
    label, section, articles = PAGES[name]
    areas = "".join(
        f'<Area coords="{2 + 100 * at},98,{90 + 100 * at},98,{90 + 100 * at},366,50,366,50,400,{2 + 100 * at},400" '
        f'shape="polygon" href="{one}{query}">'
        for at, one in enumerate(articles)
    )
    items = "".join(f"<li><a href={one}{query}><div>{TEXTS[one][0]}</div></a></li>" for one in articles)
    favourites = "".join(f"<tr><td><a href={one}{query}>{TEXTS[one][0]}</a></td></tr>" for one in others)
    pages = "".join(f"<td><a id=pageLink href={node}>第{one[0]}版：{one[1]}</a></td>" for node, one in PAGES.items())
    return f"""<html><head><title>云北日报</title></head><body>
<MAP NAME="pagepicmap">{areas}</MAP><img src=../../1/A01_brief.jpg border=0 width=350 height=550 USEMAP=#PagePicMap>
<table><tr><td class=px12>第{label}版：<STRONG>{section}</STRONG></td>
<td><a class=preart href=node_13.htm>下一版</a></td></tr></table>
<p>2024年3月8日　星期<font class=weekday>五</font></p><ul class=list01>{items}</ul>
<table><tr><td>今日关注</td></tr>{favourites}</table><table><tr>{pages}</tr></table></body></html>"""


def whole_site() -> dict[str, bytes]:
    """Return the files of the site by name."""
    files = {name: edition_page(name).encode() for name in PAGES}
    return files | {name: article(name).encode() for name in TEXTS}


def warc(
    records: Iterable[tuple[str, bytes, Mapping[str, str]]], *, is_packed: bool = True, status: str = "200 OK"
) -> bytes:
    """Return a web archive (ISO 28500) with a response for each address, its body and its headers."""
    responses = []
    for address, body, headers in records:
        sent = {"Content-Type": "text/html", **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items() if name != "status")
        responses.append(record(address, f"HTTP/1.1 {sent.get('status', status)}\r\n{lines}\r\n".encode() + body))
    return b"".join(
        gzip.compress(one) if is_packed else one for one in (record("", b"software: x\r\n", "warcinfo"), *responses)
    )


def record(address: str, block: bytes, kind: str = "response", content_type: str = "application/http") -> bytes:
    """Return a record of a web archive."""
    head = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, address + kind)}>",
        "WARC-Date": "2024-03-09T01:00:00Z",
        **({"WARC-Target-URI": address} if address else {}),
        "Content-Type": content_type,
        "Content-Length": str(len(block)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def warc_of_site() -> bytes:
    """Return a web archive of the whole site, with a picture, a redirect and a request of a page about the site."""
    records: list[tuple[str, bytes, Mapping[str, str]]] = [
        (SITE + "../../../index.htm", b"", {"status": "302 Found", "Location": SITE + "node_12.htm"}),
        (SITE + "a.jpg", b"\xff\xd8\xff\xe0" * 9, {"Content-Type": "image/jpeg"}),
    ]
    records += [
        (SITE + name, body, {"Content-Type": "text/html; charset=utf-8"}) for name, body in whole_site().items()
    ]
    return warc(records)


def chunked(body: bytes) -> bytes:
    """Return a body in chunks, as servers send it."""
    parts = [body[at : at + 100] for at in range(0, len(body), 100)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def packed(body: bytes) -> bytes:
    """Return a body packed by gzip."""
    return gzip.compress(body)
