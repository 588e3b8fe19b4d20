"""Read page files of any format through one function.

Each reader reports what the file itself says and repairs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from indexer.errors import PageError
from indexer.model import RawPage
from indexer.readers.decoding import load
from indexer.readers.names import stem_and_suffix
from indexer.readers.text import read_markdown, read_text

__all__ = ["READERS", "read"]


def _read_html(data: bytes, source: str) -> RawPage:
    from indexer.readers.html import read_html  # importing BeautifulSoup takes 0.1 s; most archives do not need it

    return read_html(data, source)


READERS: Mapping[str, Callable[[bytes, str], RawPage]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
}
"""Maps a lower-case suffix to the reader of that format.

A reader takes the bytes and the source and returns a RawPage. Raises PageError if the file can't be read.
"""


def read(path: Path, source: str) -> RawPage:
    """Read one page file.

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
    return reader(load(path, source), source)
