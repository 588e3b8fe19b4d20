"""Read page files of any format through one function.

Each reader reports what the file itself says and repairs nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from pathlib import Path

from indexer.errors import PageError
from indexer.model import RawPage
from indexer.readers.decoding import load
from indexer.readers.names import stem_and_suffix
from indexer.readers.text import read_markdown, read_text

__all__ = ["READERS", "page_at", "read", "text_of"]

_BETWEEN_PAGES = "\f"

Reader = Callable[[bytes, str], RawPage | Sequence[RawPage]]
"""Takes the bytes of a file and its source; returns the page, or the pages of a file that has several or none.

Raises PageError if the file can't be read.
"""


def _read_html(data: bytes, source: str) -> RawPage:
    from indexer.readers.html.reader import read_html  # importing BeautifulSoup takes 0.1 s; most archives need it not

    return read_html(data, source)


def _read_pdf(data: bytes, source: str) -> Sequence[RawPage]:
    from indexer.readers.pdf.reader import read_pdf  # importing pypdfium2 loads a library of 7 MB

    return read_pdf(data, source)


READERS: Mapping[str, Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
    ".pdf": _read_pdf,
}
"""Maps a lower-case suffix to the reader of that format."""


def read(path: Path, source: str) -> tuple[RawPage, ...]:
    """Read the pages of one page file; none if the file only describes others.

    `source` is its path inside the archive, used in messages and as the address of the page.

    Raises PageError with a sentence that says what is wrong with the file and what to do.
    """
    suffix = stem_and_suffix(source)[1]
    reader = READERS.get(suffix)
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise PageError(
            source, f"{suffix or 'a file without a suffix'} can't be read yet; convert it to one of {known}"
        )
    found = reader(load(path, source), source)
    return (found,) if isinstance(found, RawPage) else tuple(_one_after_another(found))


def text_of(pages: Iterable[RawPage]) -> str:
    """Return the text of a page file, to which the places of its articles refer.

    >>> text_of([RawPage("demo/all.pdf", "第一版"), RawPage("demo/all.pdf", "第二版", start=4)])
    '第一版\\x0c第二版'
    """
    return _BETWEEN_PAGES.join(page.text for page in pages)


def page_at(pages: Sequence[RawPage], place: int) -> RawPage:
    """Return the page that a place in the text of a page file is on.

    >>> pages = [RawPage("demo/all.pdf", "第一版"), RawPage("demo/all.pdf", "第二版", start=4)]
    >>> page_at(pages, 3).text, page_at(pages, 4).text
    ('第一版', '第二版')
    """
    return pages[max(bisect_right(pages, place, key=attrgetter("start")) - 1, 0)]


def _one_after_another(pages: Iterable[RawPage]) -> Iterable[RawPage]:
    start = 0
    for page in pages:
        yield replace(page, start=start)
        start += len(page.text) + len(_BETWEEN_PAGES)
