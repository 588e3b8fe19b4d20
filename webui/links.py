"""The canonical URL of a search, so that a shared link always means the same.

Parameters have a fixed order. Empty and default ones are left out, and several values repeat the parameter. Everything
but letters, digits and ``-._~`` is percent-encoded UTF-8, because chats end a link at the first Chinese character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import get_args
from urllib.parse import parse_qsl, quote

from msgspec import Struct
from msgspec.structs import replace

from indexer.errors import UsageError
from indexer.model import CHOICES, Choice, DateSpan, Filters, Or, Sort
from indexer.search import query_parser
from indexer.search.query_parser import render
from indexer.search.search import MAX_PAGE, MAX_SIZE
from indexer.text.dates import parse_span
from indexer.text.place_path import lies_in, parent
from webui.settings import Limits

PARAMETERS = ("q", *CHOICES, "from", "to", "sort", "size", "page")
SORTS: tuple[Sort, ...] = get_args(Sort)
SIZES = (10, 20, 50, 100)
LONGEST_CARRIED = 200
"""The longest query, in characters, that links on a page repeat.

A longer one would multiply the size of the page.
"""

LONGEST_CHOSEN = 1500
"""The most bytes that these values may fill in an address. Each filter on a page repeats all others in its link."""

UNDATED = "undated"
"""Replaces the date in the path of a page without a date."""

Pairs = list[tuple[str, str]]

_VISIBLE = re.compile(rb"[\x21-\x7e]*")
SECONDS_TO_REMEMBER = 3600
"""How long a browser may remember where a link leads."""

# Chats and sharing services add `from` with such values to links; `from` is also the first day of a search.
_ADDED_BY_CHATS = re.compile(
    r"[a-z_]*(?:message|share|timeline|weibo|wechat|weixin|qzone|dingtalk|feishu|douban|tieba|zhihu|xhs|douyin|toutiao"
    r"|facebook|twitter|telegram|whatsapp|linkedin|favorite|moments|groupchat|mini_?program)[a-z0-9_]*"
    r"|wb|wx|wework|wxwork|qq|tim|qqmail|mqq|lark|line|appmsg|app|h5|pc|mobile|web|mail|email|sms|qr|qrcode|scan|rss|feed",
    re.IGNORECASE,
)


_DEFAULT_SIZE = 10
_QUOTED = 4096
"""How many short values are remembered in their encoded form: a page repeats the same ones in all its links."""


def quoted(text: str) -> str:
    """Return a value encoded for an address.

    >>> quoted("工会 a-1")
    '%E5%B7%A5%E4%BC%9A%20a-1'
    """
    return _quoted(text) if len(text) <= LONGEST_CARRIED else quote(text, safe="")


@lru_cache(_QUOTED)
def _quoted(text: str) -> str:
    return quote(text, safe="")


def address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return the address of a path with these parameters; their names need no encoding.

    >>> address("/search", [("q", "工会"), ("page", "2")]), address("/search", [])
    ('/search?q=%E5%B7%A5%E4%BC%9A&page=2', '/search')
    """
    query = "&".join([f"{name}={quoted(value)}" for name, value in pairs])
    return f"{path}?{query}" if query else path


class SearchLink(Struct, frozen=True, gc=False):
    """A search as given by its URL.

    `start` and `end` are the unparsed values of `from` and `to`.

    >>> SearchLink(q="工会", paper=("demo",), page=2).url()
    '/search?q=%E5%B7%A5%E4%BC%9A&paper=demo&page=2'
    """

    q: str = ""
    paper: tuple[str, ...] = ()
    locality: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    quality: tuple[str, ...] = ()
    start: str = ""
    end: str = ""
    sort: Sort = "relevance"
    size: int = _DEFAULT_SIZE
    page: int = 1

    def pairs(self) -> Pairs:
        """Return the canonical parameters in order, without empty and default ones."""
        pairs = [("q", self.q)] if self.q else []
        for name in CHOICES:
            for value in getattr(self, name):
                pairs.append((name, value))
        if self.start:
            pairs.append(("from", self.start))
        if self.end:
            pairs.append(("to", self.end))
        if self.sort != "relevance":
            pairs.append(("sort", self.sort))
        if self.size != _DEFAULT_SIZE:
            pairs.append(("size", str(self.size)))
        if self.page != 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def url(self, path: str = "/search") -> str:
        """Return the canonical URL of this search at `path`."""
        return address(path, self.pairs())

    @property
    def is_handy(self) -> bool:
        """Whether the query is short enough for a page to repeat it in many links."""
        return len(self.q) <= LONGEST_CARRIED

    def filters(self) -> Filters:
        """Return the filters of the search.

        Raises UsageError if a date can't be parsed.
        """
        return Filters(**{name: getattr(self, name) for name in CHOICES}, dates=self.dates())

    def dates(self) -> DateSpan:
        """Return the days from `start` to `end`.

        Raises UsageError if they can't be parsed.
        """
        return parse_span(self.start or None, self.end or None)

    def with_readable_dates(self) -> SearchLink:
        """Return this search without the dates that can't be parsed."""
        for link in (self, replace(self, start=""), replace(self, end="")):
            if _is_span(link.start, link.end):
                return link
        return replace(self, start="", end="")

    @property
    def chosen_count(self) -> int:
        """The number of values of filters."""
        return sum(len(getattr(self, name)) for name in CHOICES)

    def within_limits(self, limits: Limits) -> SearchLink:
        """Return this search as far as the limits allow: the beginning of its query, the first values of its filters.

        Of values there are only as many as a page can repeat in its links.

        >>> SearchLink(q="工" * 9_000, paper=("demo",) * 60).within_limits(Limits(query_letters=3)).url()[:33]
        '/search?q=%E5%B7%A5%E5%B7%A5%E5%B'
        """
        kept: dict[str, list[str]] = {name: [] for name in CHOICES}
        count = length = 0
        for name in CHOICES:
            for value in getattr(self, name):
                count, length = count + 1, length + len(name) + len(quoted(value)) + 2
                if count > limits.values or length > LONGEST_CHOSEN:
                    break
                kept[name].append(value)
        few = {name: tuple(values) for name, values in kept.items()}
        return replace(self, q=self.q[: limits.query_letters], **few)

    def has(self, name: Choice, value: str) -> bool:
        """Return whether this value of a facet is selected."""
        return value in getattr(self, name)

    def toggle(self, name: Choice, value: str) -> SearchLink:
        """Return the first page of the search with this value selected or deselected.

        A place replaces the places that contain it and the places within it, since one of them would be redundant.

        >>> SearchLink(locality=("河南省",)).toggle("locality", "河南省/周口市").locality
        ('河南省/周口市',)
        """
        chosen: tuple[str, ...] = getattr(self, name)
        if value in chosen:
            values = [other for other in chosen if other != value]
        elif name == "locality":
            values = [value, *(other for other in chosen if not lies_in(other, value) and not lies_in(value, other))]
        else:
            values = [value, *chosen]
        return replace(self, page=1, **{name: tuple(sorted(values))})

    def toggle_year(self, year: str) -> SearchLink:
        """Return the search limited to this year, or in all years if it already is."""
        bound = "" if (self.start, self.end) == (year, year) else year
        return self.within(bound, bound)

    def asking(self, line: str) -> SearchLink:
        """Return the first page of the search for another query with the same filters."""
        return replace(self, q=line, page=1)

    def within(self, start: str, end: str) -> SearchLink:
        """Return the first page of the search within these days."""
        return replace(self, start=start, end=end, page=1)

    def ordered(self, sort: Sort) -> SearchLink:
        """Return the first page of the search in another order."""
        return replace(self, sort=sort, page=1)

    def sized(self, size: int) -> SearchLink:
        """Return the first page of the search with `size` hits per page."""
        return replace(self, size=size, page=1)

    def at(self, page: int) -> SearchLink:
        """Return another page of this search."""
        return replace(self, page=page)

    def narrowed(self) -> bool:
        """Return whether any filter is set."""
        return any(getattr(self, name) for name in (*CHOICES, "start", "end"))

    def unfiltered(self) -> SearchLink:
        """Return the search without filters, with the same order and page size."""
        return SearchLink(self.q, sort=self.sort, size=self.size)


class NewLink(Struct, frozen=True, gc=False):
    """What is new since a time, as given by its URL. `since` is unparsed; "" for all that is held.

    >>> NewLink.of("2026-11", "2").url(), NewLink.of("", "x").url("/new.atom")
    ('/new?since=2026-11&page=2', '/new.atom')
    """

    since: str = ""
    page: int = 1

    @classmethod
    def of(cls, since: str, page: str) -> NewLink:
        """Return the link with these values; a page that is none is the first."""
        return cls(since, _number(page, 1, MAX_PAGE))

    def url(self, path: str = "/new") -> str:
        """Return the canonical URL."""
        since = [("since", self.since)] if self.since else []
        page = [("page", str(self.page))] if self.page != 1 else []
        return address(path, [*since, *page])

    def at(self, page: int) -> NewLink:
        """Return another page of this."""
        return replace(self, page=page)

    def without_since(self) -> NewLink:
        """Return the same for all that is held."""
        return NewLink()


def article_url(article_id: str, link: SearchLink = SearchLink()) -> str:  # noqa: B008 (a frozen value)
    """Return the path of an article, with the search that it was found by, if that is short enough.

    The article marks the matches of that search and leads back to its page of results.

    >>> article_url("demo-1", SearchLink(q="工会", page=2)), article_url("demo-1")
    ('/article/demo-1?q=%E5%B7%A5%E4%BC%9A&page=2', '/article/demo-1')
    """
    path = f"/article/{quoted(article_id)}"
    return link.url(path) if link.is_handy else path


def raw_url(article_id: str) -> str:
    """Return the path of the raw text of an article."""
    return f"{article_url(article_id)}/raw"


def hit_anchor(article_id: str) -> str:
    """Return the place of an article in a list of results, to be linked to."""
    return f"hit-{article_id}"


def edit_url(article_id: str) -> str:
    """Return the path of the form that corrects an article."""
    return f"{article_url(article_id)}/edit"


def paper_url(paper: str) -> str:
    """Return the path of a paper."""
    return f"/paper/{quoted(paper)}"


def issue_url(paper: str, day: date | None) -> str:
    """Return the path of an issue, or of the undated pages of a paper.

    >>> issue_url("demo", date(2019, 3, 8)), issue_url("demo", None)
    ('/paper/demo/2019-03-08', '/paper/demo/undated')
    """
    return f"{paper_url(paper)}/{day.isoformat() if day else UNDATED}"


def page_url(paper: str, day: date | None, page: str) -> str:
    """Return the path of a page.

    >>> page_url("demo", date(2019, 3, 8), "A01")
    '/paper/demo/2019-03-08/A01'
    """
    return f"{issue_url(paper, day)}/{quoted(page)}"


def decode(query_string: bytes) -> Pairs:
    """Return the unchanged parameters of a URL; invalid UTF-8 becomes U+FFFD.

    >>> decode(b"q=%E5%B7%A5&paper=&q=%ff")
    [('q', '工'), ('paper', ''), ('q', '�')]
    """
    return parse_qsl(query_string.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")


def read(pairs: Pairs) -> SearchLink:
    """Return the search for these parameters.

    Unknown parameters and invalid values are ignored. Several `q` are searched for together: so a form searches within
    results.

    >>> read([("page", "0"), ("paper", "b"), ("paper", "a"), ("q", " 工会 "), ("utm_source", "x")]).pairs()
    [('q', '工会'), ('paper', 'a'), ('paper', 'b')]
    """
    sort = _first(pairs, "sort")
    start, end = _in_order(
        _first([pair for pair in pairs if not _ADDED_BY_CHATS.fullmatch(pair[1])], "from"), _first(pairs, "to")
    )
    return SearchLink(
        q=_all_of([value.strip() for name, value in pairs if name == "q"]),
        **{name: _values(pairs, name) for name in CHOICES},
        start=start,
        end=end,
        sort=sort if sort in SORTS else "relevance",
        size=_number(_first(pairs, "size"), _DEFAULT_SIZE, MAX_SIZE),
        page=_number(_first(pairs, "page"), 1, MAX_PAGE),
    )


def is_canonical(pairs: Pairs, query_string: bytes) -> bool:
    """Return whether a query string has just these parameters, compared after parsing.

    One with other bytes than visible ASCII is not canonical: only some programs take it.
    """
    return _VISIBLE.fullmatch(query_string) is not None and pairs == decode(query_string)


def read_strictly(pairs: Pairs) -> SearchLink:
    """Return the search for these parameters; used for programs.

    Raises UsageError if a parameter is unknown or invalid.

    >>> read_strictly([("sort", "best")])
    Traceback (most recent call last):
    indexer.errors.UsageError: sort=best makes no sense here; give one of relevance, newest, oldest.
    """
    link = read(pairs)
    possible = {"sort": f"one of {', '.join(SORTS)}", "size": f"1 to {MAX_SIZE}", "page": f"1 to {MAX_PAGE}"}
    for name, value in pairs:
        if name not in PARAMETERS:
            raise UsageError(f"There is no parameter {name[:40]!r}; there are {', '.join(PARAMETERS)}.")
        if value and name in possible and str(getattr(link, name)) != value:
            raise UsageError(f"{name}={value[:40]} makes no sense here; give {possible[name]}.")
    parse_span(_first(pairs, "from"), _first(pairs, "to"))
    return link


def _first(pairs: Pairs, name: str) -> str:
    return next((value.strip() for key, value in pairs if key == name and value.strip()), "")


def _all_of(lines: Iterable[str]) -> str:
    """Return the line that asks for what all of some lines ask for; a second one is searched for within the first.

    >>> _all_of(["工会 OR 妇联", "安全"]), _all_of(["工会", "", "工会"])
    ('(工会 OR 妇联) 安全', '工会')
    """
    different = list(dict.fromkeys(filter(None, lines)))
    if len(different) < 2:
        return "".join(different)
    queries = [query_parser.parse(line) for line in different]
    return " ".join(filter(None, (f"({render(one)})" if isinstance(one, Or) else render(one) for one in queries)))


def _values(pairs: Pairs, name: Choice) -> tuple[str, ...]:
    values = {value.strip() for key, value in pairs if key == name and value.strip()}
    return _outermost(value.strip("/") for value in values) if name == "locality" else tuple(sorted(values))


def _outermost(places: Iterable[str]) -> tuple[str, ...]:
    found = {place for place in places if place}
    return tuple(sorted(place for place in found if not any(outer in found for outer in _outer(place))))


def _outer(place: str) -> Iterator[str]:
    """Yield the places that contain a place, narrowest first."""
    while place := parent(place):
        yield place


def _number(text: str, default: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal()) or not text.strip("0"):
        return default
    return min(int(text), most) if len(text.lstrip("0")) <= len(str(most)) else most


def _in_order(start: str, end: str) -> tuple[str, str]:
    """Swap two dates given in the wrong order."""
    return (end, start) if not _is_span(start, end) and _is_span(end, start) else (start, end)


def _is_span(start: str, end: str) -> bool:
    try:
        parse_span(start, end)
    except UsageError:
        return False
    return True
