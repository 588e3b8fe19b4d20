"""Read a path that leads to no page: its names without what was glued to them, and what an article id or a day says.

These functions don't know what is held.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from urllib.parse import quote

from webui.healing.encodings import read_escaped
from webui.links import UNDATED

LONGEST_PATH = 2000
"""The longest path, in bytes, that is read."""

_OTHER_SITE = re.compile(r"(?:/*https?:/+[^/]*)+", re.IGNORECASE)
_QUERY_SIGN = re.compile("[?？&＆;；#]")
_INVISIBLE = re.compile("[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣", "-"))
_BEGINNING = re.compile(r"[^a-z0-9]*([a-z0-9][a-z0-9._-]*)", re.IGNORECASE)
_ID = re.compile(
    rf"(?P<paper>[a-z0-9][a-z0-9._-]*?)-(?P<day>[0-9]{{8}}|{UNDATED})(?![0-9])"
    r"(?:-(?P<page>[0-9a-z]+)(?:-(?P<digest>[0-9a-f]{0,10}))?)?",
    re.IGNORECASE,
)
_DAY = re.compile(r"([0-9]{4})[^0-9]([0-9]{1,2})[^0-9]([0-9]{1,2})(?![0-9])|([0-9]{4})([0-9]{2})([0-9]{2})(?![0-9])")
_MONTH = re.compile(r"([0-9]{4})(?:[^0-9]?(0[1-9]|1[0-2]|[1-9])(?![0-9]))?(?![0-9])")
_LIKE = 0.75
_KEPT_IN_QUERY = "%=&+;?:@!$'()*,/-._~"


@dataclass(frozen=True, slots=True)
class ReadPath:
    """The names in a path, and the query string, with only ASCII, that stood in the path or behind it."""

    names: tuple[str, ...]
    query: str


@dataclass(frozen=True, slots=True)
class IdParts:
    """What is left of an article id, in small letters.

    `day` is None on a page without a date. `page` and `digest` are None if they were cut off.
    """

    paper: str
    day: date | None
    page: str | None
    digest: str | None

    @property
    def is_whole(self) -> bool:
        """Whether all of the id is left."""
        return self.digest is not None and len(self.digest) == _DIGEST_LETTERS


_DIGEST_LETTERS = 10


def read_path(path: bytes, query: bytes) -> ReadPath:
    """Return the names in an unquoted path and the query string.

    >>> read_path(b"//Article/x\\xe3\\x80\\x82/", b"q=a")
    ReadPath(names=('Article', 'x。'), query='q=a')
    >>> read_path(b"/http://a.example/search?q=a", b"")
    ReadPath(names=('search',), query='q=a')
    """
    text = _OTHER_SITE.sub("", read_escaped(quote(path).encode()).text, count=1)
    sign = _QUERY_SIGN.search(text)
    glued = text[sign.end() :] if sign and sign[0] != "#" else ""
    names = (text[: sign.start()] if sign else text).replace("\\", "/").split("/")
    both = b"&".join(part for part in (glued.encode(), query) if part)
    kept = tuple(name for part in names if (name := _INVISIBLE.sub("", part)) not in ("", "."))
    return ReadPath(kept, quote(both, safe=_KEPT_IN_QUERY))


def nearest(name: str, known: Collection[str]) -> str | None:
    """Return the known name that a name stands for: in capitals, with a tail, or with a slip of the pen.

    >>> nearest("SEARCH.html", ["search", "search.csv"]), nearest("artcile", ["article"]), nearest("nope", ["paper"])
    ('search', 'article', None)
    """
    plain = beginning(name).lower()
    stem = plain.partition(".")[0]
    exact = plain if plain in known else stem if stem in known else None
    return exact or next(iter(get_close_matches(plain[:40], known, n=1, cutoff=_LIKE)), None)


def beginning(text: str) -> str:
    """Return the letters, digits and dashes at the beginning of a text, after quotes and brackets; or nothing.

    >>> beginning("“demo-20190308”。"), beginning("ｄｅｍｏ"), beginning("。")
    ('demo-20190308', 'demo', '')
    """
    found = _BEGINNING.match(unicodedata.normalize("NFKC", text).translate(_DASHES))
    return found[1].rstrip("._-") if found else ""


def read_id(text: str) -> IdParts | None:
    """Return what is left of an article id, or None if not even paper and day are.

    >>> read_id("“DEMO-20190308-A01-0123456789”。")
    IdParts(paper='demo', day=datetime.date(2019, 3, 8), page='a01', digest='0123456789')
    >>> read_id("demo-20190308-A0")
    IdParts(paper='demo', day=datetime.date(2019, 3, 8), page='a0', digest=None)
    """
    found = _ID.match(beginning(text).lower())
    if not found:
        return None
    try:
        day = None if found["day"] == UNDATED else date.fromisoformat(found["day"])
    except ValueError:
        return None
    return IdParts(found["paper"], day, found["page"], found["digest"])


def read_day(text: str) -> tuple[date | None, str] | None:
    """Return the day at the beginning of a text, None for pages without a date, and the text after it.

    The answer is None if the text begins with no day.

    >>> read_day("2019年3月8日/1"), read_day("20190308"), read_day("UNDATED/p003"), read_day("2019-02-30")
    ((datetime.date(2019, 3, 8), '日/1'), (datetime.date(2019, 3, 8), ''), (None, '/p003'), None)
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    if plain.lower().startswith(UNDATED):
        return None, plain[len(UNDATED) :]
    found = _DAY.match(plain)
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day), plain[found.end() :]
    except ValueError:
        return None


def read_month(text: str) -> str | None:
    """Return the month or year at the beginning of a text, as a search takes it, or None.

    >>> read_month("2019-3"), read_month("2019年"), read_month("201903"), read_month("x")
    ('2019-03', '2019', '2019-03', None)
    """
    found = _MONTH.match(unicodedata.normalize("NFKC", text).translate(_DASHES))
    return "-".join(part.zfill(2) for part in found.groups() if part) if found else None


def page_key(label: str) -> str:
    """Return what different spellings of a page's label have in common.

    >>> page_key("01"), page_key("第1版"), page_key("a05"), page_key("A5。")
    ('1', '1', 'a5', 'a5')
    """
    plain = unicodedata.normalize("NFKC", label).casefold().removeprefix("第")
    letters = re.match(r"[a-z0-9]+", plain)
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", letters[0] if letters else plain)
