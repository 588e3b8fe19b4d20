"""The raw text of an article, read again from the page files.

It is shown beside the article and makes every change by cleaning visible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from indexer import readers
from indexer.archive import corrections
from indexer.archive.archive import Archive, PageFile, leads_out
from indexer.archive.indexed import plain
from indexer.errors import ArchiveError, PageError
from indexer.indexing.history import page_digest
from indexer.model import WITHHELD, Document, Passage, Span
from indexer.text.folding import fold

_REPAIRED_AT_MOST = 0.1
"""The largest share of letters in a passage that cleaning may add.

If a file was changed since it was indexed, far more letters differ.
"""


@dataclass(frozen=True, slots=True)
class RawText:
    """The text of one page file from which an article was taken.

    Each passage is a tuple of stretches of the file, in reading order. `problem` says why there are none (a key of
    `messages`).
    """

    source: str
    passages: tuple[tuple[str, ...], ...] = ()
    problem: str = ""


def raw_texts(root: Path, document: Document, sources: Mapping[str, str]) -> tuple[RawText, ...]:
    """Return the raw text of an article, one item per page.

    `sources` maps the labels of the pages of its issue to their files.
    """
    article = document.article
    flags = ("corrected",) if any(note.field == "headline" for note in article.corrections) else ()
    by_page: dict[str, list[Passage]] = {"": [Passage(article.headline, article.head, flags)] if article.head else []}
    for passage in (*article.paragraphs, *article.captions):
        by_page.setdefault(passage.page, []).append(passage)
    beside = PurePosixPath(document.source)
    return tuple(
        _raw_text(
            root, document, sources.get(page) or str(beside.with_stem(page)) if page else document.source, passages
        )
        for page, passages in by_page.items()
    )


def _raw_text(root: Path, document: Document, source: str, passages: list[Passage]) -> RawText:
    path = root / source
    if ".." in path.parts or not path.is_relative_to(root) or leads_out(path, root) or not path.is_file():
        return RawText(source, problem="raw_missing")
    try:
        if not _may_be_compared(root, document, source):
            return RawText(source, problem="raw_changed")
        text = readers.read(path, source).text
    except (PageError, ArchiveError):
        return RawText(source, problem="raw_unreadable")
    found = tuple(_stretches(text, passage.spans) for passage in passages)
    if not all(map(_belongs_to, passages, found)):
        return RawText(source, problem="raw_changed")
    return RawText(source, found)


def _may_be_compared(root: Path, document: Document, source: str) -> bool:
    """Return whether the places of passages surely refer to a page file as it is now.

    Where something on the page must not be seen, the file has to be what was indexed. Raises ArchiveError.
    """
    path = root / source
    beside = corrections.beside(path)
    hides = any(note.field == "withhold" for note in document.article.corrections)
    if not hides and not (beside.is_file() and corrections.read(beside).kept_back):
        return True
    digest = page_digest(PageFile(path, source, document.paper, corrections=beside if beside.is_file() else None))
    recorded = Archive(root).indexed().find({document.id}, {plain(source)})
    own = recorded.articles.get(document.id)
    known = {own.page} if own and own.source == plain(source) else set()
    if page := recorded.pages.get(plain(source)):
        known.add(page.digest)
    return known == {digest}


def _stretches(text: str, spans: tuple[Span, ...]) -> tuple[str, ...]:
    """Return stretches of a text; an empty one is where a passage is withheld."""
    return tuple(text[start:end] if start < end else WITHHELD for start, end in spans)


def _belongs_to(passage: Passage, stretches: tuple[str, ...]) -> bool:
    """Return whether a passage can be made from these stretches, as far as nobody corrected it."""
    return "corrected" in passage.flags or _is_made_of(passage.text, stretches)


def _is_made_of(cleaned: str, stretches: tuple[str, ...]) -> bool:
    """Return whether cleaning can produce this text from these stretches.

    Cleaning removes letters but rarely adds any.
    """
    wanted = Counter(filter(str.isalnum, fold(cleaned)))
    missing = wanted - Counter(fold("".join(stretches)))
    return missing.total() <= _REPAIRED_AT_MOST * wanted.total()
