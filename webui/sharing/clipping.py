"""The address of a clipping list: articles that somebody chose, in that order, with a title in the sender's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlencode

from webui.links import Pairs

MOST_CLIPS = 100
"""The most articles of a list that its page shows."""
LONGEST_TITLE = 100
"""The longest title, in characters; of a longer one the beginning is kept."""

_LONGEST_ID = 200
_ARTICLE = "/article/"


@dataclass(frozen=True, slots=True)
class Clipping:
    """A list of articles as given by its URL.

    >>> Clipping(("demo-20190308-01-abc",), "春耕").url()
    '/clips?id=demo-20190308-01-abc&title=%E6%98%A5%E8%80%95'
    """

    ids: tuple[str, ...] = ()
    title: str = ""

    def pairs(self) -> Pairs:
        """Return the canonical parameters in order, without empty ones."""
        return [*(("id", one) for one in self.ids), *([("title", self.title)] if self.title else [])]

    def url(self, path: str = "/clips") -> str:
        """Return the canonical URL of this list at `path`."""
        return f"{path}?{urlencode(self.pairs(), quote_via=quote, safe='')}".rstrip("?")

    def carried(self, address: str) -> str:
        """Return the address of another page that is to keep what was chosen.

        >>> Clipping(("demo-1",)).carried("/search?page=2"), Clipping().carried("/search")
        ('/search?page=2&id=demo-1', '/search')
        """
        if not self.pairs():
            return address
        return f"{address}{'&' if '?' in address else '?'}{urlencode(self.pairs(), quote_via=quote, safe='')}"

    def choice(self) -> Clipping:
        """Return what pages of results keep: no more articles than the page of a list shows, no title without any."""
        return replace(self, ids=self.ids[:MOST_CLIPS]) if self.ids else Clipping()

    def renamed(self, moves: Mapping[str, str]) -> Clipping:
        """Return the list with the current ids of articles in place of former ones."""
        return replace(self, ids=tuple(dict.fromkeys(moves.get(one, one) for one in self.ids)))


def read_clipping(pairs: Pairs) -> Clipping:
    """Return the list for these parameters; an article may be given by its address too. All else is ignored.

    >>> read_clipping([("id", "a"), ("id", "http://127.0.0.1/article/b?q=x"), ("id", " a "), ("title", " 春  耕 ")])
    Clipping(ids=('a', 'b'), title='春 耕')
    """
    # A chat that writes an address as HTML leaves `&amp;` between the parameters.
    named = [(name.removeprefix("amp;"), value) for name, value in pairs]
    ids = dict.fromkeys(_article_id(value) for name, value in named if name == "id")
    titles = (_line(value, LONGEST_TITLE) for name, value in named if name == "title")
    return Clipping(tuple(one for one in ids if one), next(filter(None, titles), ""))


def _article_id(text: str) -> str:
    if _ARTICLE in text:
        text = unquote(text.partition(_ARTICLE)[2].partition("?")[0].partition("#")[0]).strip("/")
    return _line(text, _LONGEST_ID)


def _line(text: str, most: int) -> str:
    shown = "".join(letter if letter.isprintable() else " " * letter.isspace() for letter in text)
    return " ".join(shown.split())[:most].strip()
