"""Requests that ask for more than anybody needs, as somebody might send them to stop a site."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import quote, urlencode

from indexer.model import CHOICES

LETTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种"
    "面而方后多定行学法所民得经"
)
_PIECES = (
    *"工的“”(-a1?*",
    "工 ",
    '"工',
    "工* ",
    "的* ",
    "headline:工 ",
    "AND ",
    "工 OR ",
    "“工”",
    "工-",
    "2023-",
    "1,000 ",
)
_WORDS = (
    "的",
    "一",
    "*",
    "的*",
    "一*",
    "中*",
    "1*",
    "-的",
    "-的 -一",
    "NOT 的",
    "headline:的",
    "byline:王",
    "furniture:的",
)


def many(name: str, number: int, value: str = "甲省/乙{}") -> str:
    """Return a search with many values of a filter."""
    return "/search?q=%E5%B7%A5%E4%BC%9A&" + "&".join(f"{name}={quote(value.format(i))}" for i in range(number))


def asking(line: str, path: str = "/search", **more: str) -> str:
    """Return the address of a search."""
    return f"{path}?{urlencode({'q': line, **more})}"


def _requests() -> Iterator[tuple[str, str]]:
    for name in CHOICES:
        for number in (50, 1_000, 5_000):
            yield f"{number:,} × {name}", many(name, number)
    yield "50,000 × paper", many("paper", 50_000, "p{}")
    for piece in _PIECES:
        for number in (1_000, 30_000):
            yield f"{number:,} × {piece}", asking(piece * number)
    for number in (2, 3, 4, 8, 16, 40):
        for distance in (1, 10, 500, 9_999):
            yield f"proximity of {number} within {distance}", asking(f'"{" ".join(LETTERS[:number])}"~{distance}')
    for word in _WORDS:
        yield f"{word}, of the most hits", asking(word, size="100", page="100")
        yield f"{word}, beyond the last page", asking(word, size="100", page="1000000")
        yield f"{word}, by date", asking(word, size="100", sort="oldest")
        yield f"{word}, for programs", asking(word, "/api/search", size="100")
        yield f"{word}, of many years", asking(word, size="100", **{"from": "0001", "to": "9999-12-31"})
        yield f"{word}, in a table", asking(word, "/search.csv")
        yield f"{word}, in a feed", asking(word, "/search.atom")
    for path in ("/search", "/api/search", "/search.atom", "/search.csv", "/search.ris", "/suggest", "/article/x"):
        yield f"200,000 letters at {path}", f"{path}?q={'a' * 200_000}"
        yield f"any letter at {path}", asking(" OR ".join(LETTERS), path)
        yield f"a question at {path}", asking(LETTERS * 4 + "什么时候", path)
    yield "many beginnings", asking(" OR ".join(f"{letter}*" for letter in LETTERS))
    yield "all letters", asking(" ".join(LETTERS))
    yield "all bigrams", asking(" OR ".join(f'"{a}{b}"' for a, b in pairwise(LETTERS)))
    yield "many proximities", asking(" OR ".join(f'"{a} {b}"~9999' for a, b in pairwise(LETTERS)))
    yield "many numbers", asking("二〇二三年" * 300)
    yield "many names", asking("汪砚秋 " * 300)
    yield "a name that nobody has", asking("汪墨砚秋冬")
    yield "a day of 4,000 digits", asking("工会", **{"from": "9" * 4_000})
    yield "only signs", "/search?" + "&" * 300_000
    yield "60,000 queries", "/search?" + "q=1&" * 60_000
    yield "signs of encoding", "/search?q=" + "%25" * 100_000
    yield "not UTF-8", "/search?q=" + "%FF%FE" * 20_000
    yield "a long id", "/article/" + "a" * 100_000
    yield "many folders", "/" + "a/" * 50_000
    yield "many dots", "/" + "../" * 30_000


HOSTILE = dict(_requests())
"""What is asked for → the address."""
