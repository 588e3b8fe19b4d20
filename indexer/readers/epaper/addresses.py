"""Know the addresses of e-paper systems: which name an article, which a page of an issue, and of what day.

Founder (方正): `html/2024-03/08/node_2.htm` and `content_1.htm`, `layout/202403/08/node_01.html` and
`con/202403/08/content_1.html` (also `content/`, `c1.html`), People's Daily and kin: `nbs.D110000xxrb_01.htm` and
`nw.D110000xxrb_20240308_1-01.htm`, PaperIndex: `content/20240308/Page01NU.htm` and `Articel01002MT.htm`. The number of
a node is none of a page: it counts what the system has published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from indexer.model import Evidence
from indexer.readers.names import stem_and_suffix
from indexer.text.dates import date_in_path

_ARTICLE = re.compile(r"content_\d+(?:_\d+)?|nw\.D\d+\w+_\d{8}_\d+-\w+|Articel\w+|c\d{3,}", re.IGNORECASE)
_EDITION_PAGE = re.compile(
    r"node(?:_[A-Za-z]{0,4}\d+)?|nbs\.D\d+\w+_\w+|Page[A-Z]{0,2}\d{2}[A-Z]{2}|l[A-Z]{0,2}\d{1,3}|Qpaper",
    re.IGNORECASE,
)
_NUMBERED_PAGE = re.compile(
    r"(?:nbs|nw)\.D\d+[a-z]+_(?:\d{8}_\d+-)?(?P<base>[A-Za-z]{0,2}\d{1,3})"
    r"|Page(?P<index>[A-Z]{0,2}\d{2})[A-Z]{2}|Articel(?P<article>[A-Z]{0,2}\d{2})\d{3}[A-Z]{2}",
    re.IGNORECASE,
)
_STATIC = re.compile(r"\.s?html?$", re.IGNORECASE)
_SYSTEM_FOLDERS = frozenset(("html", "layout", "con", "content", "pc", "page", "node", "www", "paper", "szb", "epaper"))
_NO_PAGE = re.compile(r"(?:javascript|mailto|tel|data|about):|#", re.IGNORECASE)
_FILE = re.compile(r"\.(?:pdf|jpe?g|png|gif|css|js|swf|exe|mp[34]|zip|rar|docx?|xlsx?)$", re.IGNORECASE)


def key(address: str) -> str:
    """Return what is the same in all addresses of one page: no scheme, no fragment, no `?div=-1` of a static file.

    >>> key("http://x.cn/html/2024-03/08/content_1.htm?div=-1#top"), key("https://X.cn/show.aspx?id=3")
    ('x.cn/html/2024-03/08/content_1.htm', 'x.cn/show.aspx?id=3')
    """
    parts = urlsplit(address.strip())
    path = unquote(parts.path)
    folder, slash, name = path.rpartition("/")
    stem, suffix = stem_and_suffix(name)
    if _STATIC.fullmatch(suffix):
        return f"{parts.netloc.lower()}{folder}{slash}{stem}{suffix}"
    return f"{parts.netloc.lower()}{path}" + (f"?{parts.query}" if parts.query else "")


def leads_to_a_page(address: str) -> bool:
    """Return whether a link leads to a page of text at all, not to a script, a file to load, or a place in the page."""
    address = address.strip()
    return bool(address) and not _NO_PAGE.match(address) and not _FILE.search(urlsplit(address).path)


def is_article(address: str) -> bool:
    """Return whether an address is that of an article in one of the known systems.

    >>> is_article("../content_12_3.htm?div=-1"), is_article("nw.D110000xxrb_20240308_1-01.htm"), is_article("1.htm")
    (True, True, False)
    """
    return bool(_ARTICLE.fullmatch(_stem(address)))


def is_edition_page(address: str) -> bool:
    """Return whether an address is that of a page of an issue (版), with links to its articles.

    >>> is_edition_page("layout/202403/08/node_A01.html"), is_edition_page("Page01NU.htm"), is_edition_page("03.htm")
    (True, True, False)
    """
    return bool(_EDITION_PAGE.fullmatch(_stem(address)))


def claims_of(address: str, source: str) -> Iterator[Evidence]:
    """Yield the day and the page that an address names. Their source is `source`.

    >>> [(claim.about, claim.value) for claim in claims_of("http://x.cn/content/20240308/Articel03002MT.htm", "url")]
    [('date', '2024-03-08'), ('page', '03')]
    """
    try:
        filed = date_in_path(unquote(address))
    except ValueError:
        filed = None
    if filed:
        yield Evidence("date", filed[0].isoformat(), source, address)
    if label := page_of(address):
        yield Evidence("page", label, source, address)


def page_of(address: str) -> str:
    """Return the label of the page that an address names, "" if none."""
    found = _NUMBERED_PAGE.fullmatch(_stem(address))
    return next(filter(None, found.groups()), "").upper() if found else ""


def paper_of(address: str) -> str:
    """Return the part of an address that all pages of a paper share: the site, and the folders above those of days.

    >>> paper_of("https://x.cn/wb/pc/layout/202403/08/node_01.html"), paper_of("http://x.cn/wb/html/2024-03/08/content_1.htm")
    ('x.cn/wb', 'x.cn/wb')
    """
    site, *folders = key(address).split("/")[:-1]
    above: list[str] = []
    for folder in folders:
        if re.match(r"\d{4}", folder):
            break
        above.append(folder)
    return "/".join([site, *(folder for folder in above if folder.lower() not in _SYSTEM_FOLDERS)])


def folders_of_articles(path: Path) -> Iterable[Path]:
    """Return the folders in which the articles of a page of an issue may lie, other than its own.

    >>> [folder.as_posix() for folder in folders_of_articles(Path("/a/pc/layout/202403/08/node_01.html"))]
    ['/a/pc/con/202403/08', '/a/pc/content/202403/08']
    """
    return _exchanged(path.parent, {"layout": ("con", "content")})


def folders_of_pages(path: Path) -> Iterable[Path]:
    """Return the folders in which the pages of an issue may lie that list an article, other than its own.

    >>> [folder.as_posix() for folder in folders_of_pages(Path("/a/pc/con/202403/08/content_1.html"))]
    ['/a/pc/layout/202403/08']
    """
    return _exchanged(path.parent, {"con": ("layout",), "content": ("layout",)})


def _exchanged(folder: Path, names: Mapping[str, tuple[str, ...]]) -> list[Path]:
    parts = folder.parts
    at = next((at for at in range(len(parts) - 1, 0, -1) if parts[at].lower() in names), 0)
    return [Path(*parts[:at], other, *parts[at + 1 :]) for other in names.get(parts[at].lower(), ())] if at else []


def _stem(address: str) -> str:
    return stem_and_suffix(unquote(urlsplit(address.strip()).path))[0]
