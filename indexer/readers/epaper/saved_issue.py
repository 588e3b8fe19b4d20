"""Join the pages of an issue (版) that lie in a folder with the files of their articles, there or beside it.

Sites are saved as `html/2024-03/08/node_2.htm` with `content_1.htm`, or as `layout/202403/08/node_01.html` with
`con/202403/08/content_1.html`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from indexer.errors import PageError
from indexer.model import Evidence
from indexer.readers.epaper import addresses
from indexer.readers.epaper.edition_page import EditionPage, read_edition_page
from indexer.readers.html.markup import read_markup
from indexer.readers.html.reader import decode_html
from indexer.readers.names import stem_and_suffix

_FEW = 3
"""The most files that a message names."""


def descriptions(data: bytes, source: str, path: Path) -> Mapping[str, tuple[Evidence, ...]]:
    """Return what a page of an issue says about its articles, by their paths relative to it, or names.

    Raises PageError if the file is no text.
    """
    page = _edition_page(data, source, path)
    if page is None:
        return {}
    return {
        _relative(article.address, path): tuple(page.claims_about(number))
        for number, article in enumerate(page.articles)
    }


def describes_files_beside(data: bytes, source: str, path: Path) -> bool:
    """Return whether a file is a page of an issue whose articles have files of their own; it is no page by itself then.

    Raises PageError if some of its articles have none.
    """
    page = _edition_page(data, source, path)
    if page is None:
        return False
    missing = [article.address for article in page.articles if not _is_there(article.address, path)]
    if missing and len(missing) < len(page.articles):
        names = ", ".join(PurePosixPath(address).name for address in missing[:_FEW])
        more = f" and {len(missing) - _FEW} more" if len(missing) > _FEW else ""
        raise PageError(
            source,
            f"{len(missing)} of its {len(page.articles)} articles are missing beside it ({names}{more}); "
            "put their files into the archive",
        )
    return not missing


def _edition_page(data: bytes, source: str, path: Path) -> EditionPage | None:
    markup = read_markup(decode_html(data, source).text, source)
    return read_edition_page(markup, quote(path.as_posix()))


def _relative(address: str, path: Path) -> str:
    """Return the path of an article relative to the page; of one on the web, its name."""
    return os.path.relpath(address, path.parent) if address.startswith("/") else PurePosixPath(address).name


def _is_there(address: str, path: Path) -> bool:
    file = Path(address)
    folders = [file.parent] if address.startswith("/") else [path.parent, *addresses.folders_of_articles(path)]
    return any(file.name.lower() in _names(folder) for folder in folders)


def _names(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            yield from {"".join(stem_and_suffix(entry.name)).lower() for entry in entries}
    except OSError:
        return


def is_saved_twice(path: Path) -> bool:
    """Return whether a file is an article that lies in its folder under another of its addresses too.

    Founder's links to an article end in `?div=-1` and `?div=0`, and some have no such end. The first by name counts.
    """
    name = "".join(stem_and_suffix(path.name))
    if name == path.name or not addresses.is_article(quote(name)):
        return False
    try:
        with os.scandir(path.parent) as entries:
            alike = [one.name for one in entries if "".join(stem_and_suffix(one.name)) == name]
    except OSError:
        return False
    return min(alike, key=lambda one: (one != name, one), default=path.name) != path.name
