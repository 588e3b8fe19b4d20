"""Lay clean news out as pages in many ways, and measure what is read from them.

Every page is in order and undamaged but for its spaces and line ends, so its letters and articles are known.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from pathlib import Path

from indexer import clean
from indexer.articles.page_lines import bylines
from indexer.articles.page_reader import read_page
from indexer.model import Article as Found
from indexer.model import PageIdentity, PageReading, Paper, RawPage, Span
from indexer.text.newsprint import HAN
from tests.support.damage import wrapped

_HAN_OR_MARK = re.compile(rf"(?<=[{HAN}\d，。、；：！？（）“”])(?=[{HAN}\d，。、；：！？（）“”])")
_ONE_KIND = str.maketrans(dict.fromkeys("“”‘’\"'「」『』", '"') | dict.fromkeys("–—―─-", "-"))


@dataclass(frozen=True, slots=True)
class Layout:
    """How a page is set.

    `columns` is the width at which paragraphs are wrapped (0: not at all). `below` stands under a headline, `between`
    paragraphs, `apart` between articles. `spaced` is the share of letters with a space after them. `headline_rows` is
    the number of lines of each headline. `articles` is the least and the most number of articles on a page.
    """

    columns: int = 0
    indent: str = ""
    below: str = "\n\n"
    between: str = "\n\n"
    apart: str = "\n\n"
    spaced: float = 0.0
    headline_rows: int = 1
    hanging: bool = True
    articles: tuple[int, int] = (2, 6)


Article = tuple[str, Sequence[str]]
"""A headline and its paragraphs."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of clean news, the articles on it, where each begins and ends in `raw`, and how it is set."""

    raw: str
    articles: Sequence[Article]
    places: Sequence[Span]
    layout: Layout


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares, 0 to 1, of what was read from pages; `wrong_letters` is the character error rate of their text.

    An article counts if its headline is whole and all that was read for it stands in its place, and nothing of it was
    read for another. A line that was read as a byline is no wanted paragraph.
    """

    permuted: float
    lost: float
    paragraphs: float
    wrong_letters: float
    headlines: float
    articles: float
    cut: float
    changed: float


def news(shared: Path, *, kept: bool = False) -> list[Article]:
    """Return every second article of the corpus. `kept` chooses the other half, which no rule was made from."""
    with gzip.open(shared / "corpus" / "news-dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    whole = [(str(one["title"]).strip(), [str(text).strip() for text in one["paragraphs"]]) for one in records[kept::2]]
    return [(title, texts) for title, texts in whole if title and texts and all(texts)]


def pages(articles: Sequence[Article], layout: Layout, count: int, seed: int = 13) -> list[Page]:
    """Lay random articles out as `count` pages."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        chosen = rng.sample(articles, rng.randint(*layout.articles))
        made.append(joined([set_article(one, layout, rng) for one in chosen], chosen, layout))
    return made


def joined(texts: Sequence[str], articles: Sequence[Article], layout: Layout, top: str = "", foot: str = "") -> Page:
    """Return a page of articles that are already set as texts, between the lines at its edges."""
    first = len(top) + len(layout.apart) if top else 0
    ends = [*accumulate((len(text) + len(layout.apart) for text in texts), initial=first)]
    raw = layout.apart.join(text for text in (top, *texts, foot) if text)
    return Page(raw, articles, [*pairwise(ends)], layout)


def set_article(
    article: Article,
    layout: Layout,
    rng: random.Random,
    above: Sequence[str] = (),
    below: Sequence[str] = (),
    last: Sequence[str] = (),
) -> str:
    """Set an article with lines `above` and `below` its headline, and `last` ones under its text."""
    headline, paragraphs = article
    head = "\n".join(_spaced(row, layout.spaced, rng) for row in _rows(headline, layout.headline_rows))
    texts = []
    for paragraph in (*paragraphs, *last):
        indented = layout.indent + _spaced(paragraph, layout.spaced, rng)
        rows = wrapped(indented, layout.columns, layout.hanging) if layout.columns else [indented]
        texts.append("\n".join(row.rstrip(" ") for row in rows))
    return layout.below.join(text for text in (*above, head, *below, layout.between.join(texts)) if text)


def _rows(headline: str, count: int) -> list[str]:
    """Break a headline in its middle, or at its own space."""
    if count == 1 or len(headline) < 12:
        return [headline]
    middle = len(headline) // 2
    spaces = [found.start() for found in re.finditer(r"\s", headline)]
    at = min(spaces, key=lambda place: abs(place - middle), default=middle)
    at = at if abs(at - middle) < len(headline) // 4 else middle
    while headline[at : at + 1] and headline[at] in "，。、；：！？）”》0123456789%":
        at += 1
    return [row for row in (headline[:at].strip(), headline[at:].strip()) if row]


def _spaced(text: str, share: float, rng: random.Random) -> str:
    return _HAN_OR_MARK.sub(lambda _: " " if rng.random() < share else "", text) if share else text


def read(raw: str) -> PageReading:
    """Read a page of an invented paper."""
    return read_page(RawPage("demo/x.txt", raw), PageIdentity("demo", None, "x"), Paper("demo"))


def letters(text: str) -> str:
    """Return the letters of a text without white space, width, and the forms of quotes and dashes."""
    return re.sub(r"-+", "-", re.sub(r"[\s\x7f]+", "", unicodedata.normalize("NFKC", text).translate(_ONE_KIND)))


def texts_of(reading: PageReading) -> Iterator[str]:
    """Yield all texts of a reading: heads, paragraphs and captions of each article, then the furniture.

    The desk of a byline is in the evidence for its names.
    """
    for one in reading.articles:
        yield from (one.kicker, one.headline, one.subtitle)
        yield from (passage.text for passage in (*one.paragraphs, *one.captions))
    yield from (passage.text for passage in reading.furniture)


def is_permuted(reading: PageReading) -> bool:
    """Return whether running text was read in another order than that of the page."""
    starts = [start for one in reading.articles for passage in one.paragraphs for start, _ in passage.spans]
    return starts != sorted(starts)


def lost_letters(raw: str, reading: PageReading) -> str:
    """Return the letters of a page that are in no text of its reading. Marks beside a name are no letters."""
    found = Counter(letters("".join(texts_of(reading))))
    found.update(letters("".join(name.name + name.role for one in reading.articles for name in one.byline)))
    found.update(
        letters("".join(told.quote for one in reading.articles for told in one.evidence if told.about == "byline"))
    )
    return "".join(letter for letter in (Counter(letters(raw)) - found).elements() if letter.isalnum())


def measure(made: Sequence[Page]) -> Figures:
    """Read pages and compare them with the articles that they were made from."""
    permuted = lost = exact = wanted = wrong = size = changed = cut = 0
    heads, whole = [0, 0], [0, 0]
    for page in made:
        reading = read(page.raw)
        permuted += is_permuted(reading)
        lost += bool(lost_letters(page.raw, reading))
        cut += len(reading.articles) > len(page.articles)
        named = {letters(line) for line in page.raw.split("\n") if bylines.is_credit(line.strip())}
        want = [text for _, texts in page.articles for text in map(letters, texts) if text not in named]
        have = [letters(passage.text) for one in reading.articles for passage in one.paragraphs]
        have = [text for text in have if text not in named]
        exact, wanted = exact + sum((Counter(want) & Counter(have)).values()), wanted + len(want)
        size += sum(map(len, want))
        if want != have:
            codes = SequenceMatcher(None, "\n".join(want), "\n".join(have), autojunk=False).get_opcodes()
            wrong += sum(max(b - a, d - c) for kind, a, b, c, d in codes if kind != "equal")
        _count(heads, [letters(one[0]) for one in page.articles], [letters(one.headline) for one in reading.articles])
        whole[0] += sum(_is_whole(page, place, reading.articles) for place in range(len(page.articles)))
        whole[1] += len(page.articles) + len(reading.articles)
        changed += _lines(page.raw, page.layout) != _lines(clean(page.raw).text, page.layout)
    count = len(made)
    return Figures(
        permuted / count,
        lost / count,
        exact / wanted,
        wrong / size,
        2 * heads[0] / heads[1],
        2 * whole[0] / whole[1],
        cut / count,
        changed / count,
    )


def _count(sums: list[int], want: Sequence[str], have: Sequence[str]) -> None:
    sums[0] += sum((Counter(want) & Counter(have)).values())
    sums[1] += len(want) + len(have)


def _lines(text: str, layout: Layout) -> list[str]:
    """Return the letters of each line of a text; of wrapped text, of all its lines together."""
    lines = [letters(line) for line in text.split("\n") if line.strip()]
    return ["".join(lines)] if layout.columns else lines


def _is_whole(page: Page, place: int, found: Sequence[Found]) -> bool:
    start, end = page.places[place]
    within = [one for one in found if any(start <= first < end for first, _ in _spans(one))]
    return (
        len(within) == 1
        and letters(within[0].headline) == letters(page.articles[place][0])
        and all(start <= first < end for first, _ in _spans(within[0]))
    )


def _spans(one: Found) -> list[Span]:
    return [*one.head, *(span for passage in (*one.paragraphs, *one.captions) for span in passage.spans)]


WRAPPED = {
    f"wrapped at {columns}, {name}": Layout(columns=columns, indent=indent, below="\n", between="\n")
    for columns in (20, 30, 40)
    for name, indent in (("indented", "　　"), ("no indent", ""))
}
LAYOUTS: Mapping[str, Layout] = {
    "blank lines everywhere": Layout(),
    "headline above, not wrapped": Layout(below="\n", between="\n"),
    "no blank line, not wrapped": Layout(below="\n", between="\n", apart="\n"),
    "no blank line, indented": Layout(columns=30, indent="　　", below="\n", between="\n", apart="\n"),
    "no blank line, wrapped": Layout(columns=36, below="\n", between="\n", apart="\n"),
    "one article, blank lines": Layout(articles=(1, 1)),
    "one article, wrapped": Layout(columns=34, below="\n", between="\n", articles=(1, 1)),
    "one article, indented": Layout(columns=34, indent="　　", below="\n", between="\n", articles=(1, 1)),
    **WRAPPED,
    "wrapped, blank lines": Layout(columns=30),
    "two-line headlines": Layout(headline_rows=2, between="\n"),
    "two-line headlines above": Layout(columns=30, indent="　　", below="\n", between="\n", headline_rows=2),
    **{
        f"spaced {share:.0%}, {name}": Layout(columns=columns, spaced=share, between="\n")
        for share in (0.05, 0.3, 0.6, 0.9, 1.0)
        for name, columns in (("not wrapped", 0), ("wrapped", 36))
    },
}
