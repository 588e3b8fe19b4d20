"""The raw text of an article, read again from the page files.

It is shown beside the article and makes every change by cleaning visible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from indexer import readers
from indexer.archive.archive import leads_out
from indexer.errors import PageError
from indexer.model import Document, Passage, Span
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
    """Return the raw text of an article, one item per page; none if its paper's texts may not be shown.

    `sources` maps the labels of the pages of its issue to their files.
    """
    if document.rights == "metadata":
        return ()
    article = document.article
    by_page: dict[str, list[Passage]] = {"": [Passage(article.headline, article.head)] if article.head else []}
    for passage in (*article.paragraphs, *article.captions):
        by_page.setdefault(passage.page, []).append(passage)
    beside = PurePosixPath(document.source)
    return tuple(
        _raw_text(root, sources.get(page) or str(beside.with_stem(page)) if page else document.source, passages)
        for page, passages in by_page.items()
    )


def _raw_text(root: Path, source: str, passages: list[Passage]) -> RawText:
    path = root / source
    if ".." in path.parts or not path.is_relative_to(root) or leads_out(path, root) or not path.is_file():
        return RawText(source, problem="raw_missing")
    try:
        text = readers.read(path, source).text
    except PageError:
        return RawText(source, problem="raw_unreadable")
    found = tuple(_stretches(text, passage.spans) for passage in passages)
    if not all(_is_made_of(passage.text, stretches) for passage, stretches in zip(passages, found, strict=True)):
        return RawText(source, problem="raw_changed")
    return RawText(source, found)


def _stretches(text: str, spans: tuple[Span, ...]) -> tuple[str, ...]:
    return tuple(text[start:end] for start, end in spans)


def _is_made_of(cleaned: str, stretches: tuple[str, ...]) -> bool:
    """Return whether cleaning can produce this text from these stretches.

    Cleaning removes letters but rarely adds any.
    """
    wanted = Counter(filter(str.isalnum, fold(cleaned)))
    missing = wanted - Counter(fold("".join(stretches)))
    return missing.total() <= _REPAIRED_AT_MOST * wanted.total()
