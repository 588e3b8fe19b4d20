"""Write an archive with any number of page files, as input for `baosou index`.

They look like text extracted from printed pages: a folio line, doubled headlines on every other page, lines of printed
width, and an empty line between articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from benchmark.corpus import ARTICLES_A_PAGE, FIRST_DAY, PAPER, PAPER_TITLE, Draft, Recombiner, Story

PAGES_AN_ISSUE = 8
_LINE = re.compile("[^\n]{1,21}[^\n，。；：？！、）》”’…]?[，。；：？！、）》”’…]*")
"""A printed line: 21 or 22 characters and any marks that can't begin a line."""
_SETTINGS = f'title = "{PAPER_TITLE}"\nplace = "河东省/甲州市"\n'


def write(
    root: Path,
    found: Sequence[Story],
    articles: int,
    *,
    articles_a_page: int = ARTICLES_A_PAGE,
    wrapped: bool = True,
) -> int:
    """Write an archive of `articles` articles and return the number written. Lines are wrapped, or paragraphs."""
    folder = root / PAPER
    folder.mkdir(parents=True)
    (folder / "paper.toml").write_text(_SETTINGS, encoding="utf-8")
    written = 0
    for number, page in enumerate(_pages(Recombiner(found, articles, localities=12), articles_a_page)):
        issue, place = divmod(number, PAGES_AN_ISSUE)
        day = FIRST_DAY + timedelta(days=issue)
        path = folder / day.isoformat() / f"{place + 1:02}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(_printed(page, day, place + 1, wrapped=wrapped), encoding="utf-8")
        written += len(page)
    return written


def _pages(drafts: Recombiner, articles_a_page: int) -> Iterator[list[Draft]]:
    page: list[Draft] = []
    for draft in drafts:
        page.append(draft)
        if len(page) == articles_a_page:
            yield page
            page = []
    if page:
        yield page


def _printed(page: Sequence[Draft], day: date, label: int, *, wrapped: bool) -> str:
    doubled = label % 2 == 0
    parts = [f"{day.year}年{day.month}月{day.day}日 第{label:02}版 {page[0].section}"]
    for draft in page:
        headline = "".join(letter * 2 for letter in draft.headline) if doubled else draft.headline
        text = [line for text in draft.paragraphs for line in (_LINE.findall(text) if wrapped else [text])]
        lines = [headline, "", *text]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
