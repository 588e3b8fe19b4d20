"""Read page files of any format through one function.

Each reader reports what the file itself says and repairs nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from operator import attrgetter
from pathlib import Path

from indexer.errors import PageError
from indexer.model import Block, RawPage
from indexer.readers.beside import described, with_described
from indexer.readers.decoding import SIZE_LIMIT, load
from indexer.readers.epaper import addresses
from indexer.readers.names import stem_and_suffix
from indexer.readers.sandbox import read_apart
from indexer.readers.text import read_markdown, read_text
from indexer.readers.xml.hocr import is_hocr

__all__ = ["READERS", "page_at", "printed_blocks", "read", "read_here", "text_of"]

_BETWEEN_PAGES = "\f"

Reader = Callable[[bytes, str], RawPage | Sequence[RawPage]]
"""Takes the bytes of a file and its source; returns the page, or the pages of a file that has several or none.

Raises PageError if the file can't be read.
"""


def _read_html(data: bytes, source: str) -> RawPage | Sequence[RawPage]:
    if is_hocr(data):
        return _read_hocr(data, source)
    from indexer.readers.html.reader import read_html  # importing BeautifulSoup takes 0.1 s; most archives need it not

    return read_html(data, source)


def _read_warc(data: bytes, source: str) -> Sequence[RawPage]:
    from indexer.readers.epaper.web_archive import read_warc

    return read_warc(data, source)


def _read_mhtml(data: bytes, source: str) -> RawPage:
    from indexer.readers.epaper.mhtml import read_mhtml

    return read_mhtml(data, source)


def _read_wacz(data: bytes, source: str) -> Sequence[RawPage]:
    from indexer.readers.epaper.web_archive import read_wacz

    return read_wacz(data, source)


def _read_xml(data: bytes, source: str) -> Sequence[RawPage]:
    from indexer.readers.xml.reader import read_xml

    return read_xml(data, source)


def _read_hocr(data: bytes, source: str) -> Sequence[RawPage]:
    from indexer.readers.xml.hocr import read_hocr  # lxml is not imported for archives without hOCR

    return read_hocr(data, source)


def _read_pdf(data: bytes, source: str) -> Sequence[RawPage]:
    from indexer.readers.pdf.reader import read_pdf  # importing pypdfium2 loads a library of 7 MB

    return read_pdf(data, source)


READERS: Mapping[str, Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
    ".warc": _read_warc,
    ".warc.gz": _read_warc,
    ".wacz": _read_wacz,
    ".mhtml": _read_mhtml,
    ".mht": _read_mhtml,
    ".xml": _read_xml,
    ".hocr": _read_hocr,
    ".pdf": _read_pdf,
}
"""Maps a lower-case suffix to the reader of that format."""

_WITH_PICTURES = 256 * 1024 * 1024
_LIMITS = dict.fromkeys((".warc", ".warc.gz", ".wacz", ".pdf"), _WITH_PICTURES)
"""The largest sizes of files that hold an issue with its pictures, in bytes."""


_READ_APART = frozenset({".xml", ".hocr", ".pdf", ".warc", ".warc.gz", ".wacz", ".mhtml", ".mht"})
"""Formats whose parsers a file can make crash, hang or take all memory."""
_LARGE_HTML = 512 * 1024
"""The size in bytes from which a file of HTML is read apart too. A page rarely has a fifth of it."""


def read(path: Path, source: str) -> tuple[RawPage, ...]:
    """Read the pages of one page file; none if the file only describes others.

    `source` is its path inside the archive, used in messages and as the address of the page. A file that might do harm
    is read in another process, with limits on time and memory (`sandbox`).

    Raises PageError with a sentence that says what is wrong with the file and what to do.
    """
    if _is_read_apart(path, stem_and_suffix(source)[1]):
        pages = read_apart("indexer.readers:read_here", RawPage, path, source)
        return tuple(page if page.source == source else replace(page, source=source) for page in pages)
    return tuple(read_here(path, source))


def _is_read_apart(path: Path, suffix: str) -> bool:
    if suffix in (".html", ".htm"):
        with suppress(OSError):
            return path.stat().st_size >= _LARGE_HTML
    return suffix in READERS and suffix in _READ_APART


def read_here(path: Path, source: str) -> Iterable[RawPage]:
    """Read a page file in this process, and otherwise as `read` does, page by page."""
    suffix = stem_and_suffix(source)[1]
    reader = READERS.get(suffix)
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise PageError(
            source, f"{suffix or 'a file without a suffix'} can't be read yet; convert it to one of {known}"
        )
    data = load(path, source, _LIMITS.get(suffix, SIZE_LIMIT))
    if suffix in (".html", ".htm") and _belongs_to_others(data, path, source):
        return ()
    found = reader(data, source)
    pages = [found] if isinstance(found, RawPage) else found
    said = described(path, source) if pages else None
    return _one_after_another(with_described(pages, said, data, source) if said else pages)


def _belongs_to_others(data: bytes, path: Path, source: str) -> bool:
    """Return whether a file of a saved site is no page: it lists articles that lie beside it, or was saved twice.

    Raises PageError if only some of the articles that it lists are there.
    """
    if addresses.is_article(path.name) and "".join(stem_and_suffix(path.name)) != path.name:
        from indexer.readers.epaper.saved_issue import is_saved_twice

        return is_saved_twice(path)
    if addresses.is_edition_page(path.name):
        from indexer.readers.epaper.saved_issue import describes_files_beside

        return describes_files_beside(data, source, path)
    return False


def text_of(pages: Iterable[RawPage]) -> str:
    """Return the text of a page file, to which the places of its articles refer.

    >>> text_of([RawPage("demo/all.pdf", "第一版"), RawPage("demo/all.pdf", "第二版", start=4)])
    '第一版\\x0c第二版'
    """
    return _BETWEEN_PAGES.join(page.text for page in pages)


def printed_blocks(pages: Iterable[RawPage]) -> tuple[Block, ...]:
    """Return the headings and paragraphs in the text of a page file, of the pages that say where their lines stand."""
    return tuple(
        Block(block.role, page.start + block.start, page.start + block.end)
        for page in pages
        if page.lines
        for block in page.blocks
    )


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
