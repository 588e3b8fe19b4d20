"""The raw text of an article, read again from the page files, with what cleaning changed in it.

It is shown beside the article and makes every change by cleaning visible.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from pathlib import Path, PurePosixPath

from indexer import readers
from indexer.archive import corrections
from indexer.archive.archive import Archive, PageFile, leads_out
from indexer.archive.indexed import plain
from indexer.cleaning import clean
from indexer.errors import ArchiveError, PageError
from indexer.indexing.history import page_digest
from indexer.model import WITHHELD, Block, Document, Edit, Evidence, Passage, RawPage, Span
from indexer.text.folding import fold

_REPAIRED_AT_MOST = 0.1
"""The largest share of letters in a passage that cleaning may add.

If a file was changed since it was indexed, far more letters differ.
"""


_FAMILIES = {
    "lines": ("line-ends", "unwrap", "lines", "page-feet", "vertical", "hyphens", "broken-pairs"),
    "spaces": ("odd-spaces", "invisible", "letter-spaces", "padded-names", "line-spaces", "spaces"),
    "doubled": ("repeated-lines", "spaced-copies"),
    "marks": ("quotes", "width", "dashes", "undouble-marks"),
}
FAMILIES = ("letters", "lines", "spaces", "doubled", "marks")
"""What the rules of cleaning change, as the colours show it. `letters` are those of all rules in no other family."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the raw text, and what cleaning made of it. `family` is "" where it is unchanged.

    `after` is None where that isn't known of this piece alone.
    """

    text: str
    after: str | None = None
    family: str = ""
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawPassage:
    """A passage of an article, and the stretches of the file that it was made from, in reading order."""

    text: str
    stretches: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class RawText:
    """The text of one page file from which an article was taken.

    `problem` says why there are no passages (a key of `messages`).
    """

    source: str
    passages: tuple[RawPassage, ...] = ()
    problem: str = ""
    evidence: tuple[Evidence, ...] = ()


def raw_texts(root: Path, document: Document, sources: Mapping[str, str]) -> tuple[RawText, ...]:
    """Return the raw text of an article, one item per page; none if its paper's texts may not be shown.

    `sources` maps the labels of the pages of its issue to their files.
    """
    if document.rights == "metadata":
        return ()
    article = document.article
    flags = ("corrected",) if any(note.field == "headline" for note in article.corrections) else ()
    by_page: dict[str, list[Passage]] = {"": [Passage(article.headline, article.head, flags)] if article.head else []}
    for passage in (*article.paragraphs, *article.captions):
        by_page.setdefault(passage.page, []).append(passage)
    return tuple(
        _raw_text(root, document, _source_of(root, document, page, sources), passages)
        for page, passages in by_page.items()
    )


def _source_of(root: Path, document: Document, page: str, sources: Mapping[str, str]) -> str:
    """Return the file that has the page with a label, which may be another page of the document's own file."""
    if not page or page in sources:
        return sources.get(page, document.source)
    beside = str(PurePosixPath(document.source).with_stem(page))
    return beside if (root / beside).exists() or page not in document.article.pages else document.source


def _raw_text(root: Path, document: Document, source: str, passages: list[Passage]) -> RawText:
    path = root / source
    if ".." in path.parts or not path.is_relative_to(root) or leads_out(path, root) or not path.is_file():
        return RawText(source, problem="raw_missing")
    try:
        hides = _hides(root, document, source)
        if hides and not _is_what_was_indexed(root, document, source):
            return RawText(source, problem="raw_changed")
        pages = readers.read(path, source)
    except (PageError, ArchiveError):
        return RawText(source, problem="raw_unreadable")
    text = readers.text_of(pages)
    found = [_stretches(text, passage.spans) for passage in passages]
    if not pages or not all(map(_belongs_to, passages, found)):
        return RawText(source, problem="raw_changed")
    page = readers.page_at(pages, max(end for passage in passages for _, end in passage.spans) - 1)
    shown = (
        RawPassage(passage.text, tuple(_pieces_in_file(pages, span) for span in passage.spans)) for passage in passages
    )
    return RawText(source, tuple(shown), evidence=() if hides else page.claims)


def _pieces_in_file(pages: Sequence[RawPage], span: Span) -> tuple[Piece, ...]:
    """Return a stretch of the text of a page file in pieces. It is on one of its pages."""
    start, end = span
    page = readers.page_at(pages, max(end - 1, start))
    return _pieces(
        page.text, (start - page.start, end - page.start), _edits(page.text, page.blocks if page.lines else ())
    )


def _hides(root: Path, document: Document, source: str) -> bool:
    """Return whether something on the page must not be seen. Raises ArchiveError."""
    beside = corrections.beside(root / source)
    withheld = any(note.field == "withhold" for note in document.article.corrections)
    return withheld or (beside.is_file() and bool(corrections.read(beside).kept_back))


def _is_what_was_indexed(root: Path, document: Document, source: str) -> bool:
    """Return whether the places of passages surely refer to a page file as it is now. Raises ArchiveError."""
    path = root / source
    beside = corrections.beside(path)
    digest = page_digest(PageFile(path, source, document.paper, corrections=beside if beside.is_file() else None))
    recorded = Archive(root).indexed().find({document.id}, {plain(source)})
    own = recorded.articles.get(document.id)
    known = {own.page} if own and own.source == plain(source) else set()
    if page := recorded.pages.get(plain(source)):
        known.add(page.digest)
    return known == {digest}


@lru_cache(32)
def _edits(text: str, printed: tuple[Block, ...]) -> tuple[Edit, ...]:
    return clean(text, printed).edits


def _pieces(text: str, span: Span, edits: Sequence[Edit]) -> tuple[Piece, ...]:
    """Return a stretch of the raw text in pieces: what was edited, and what is between.

    Of an edit that reaches beyond the stretch only what lies in it is shown: the rest may be withheld.
    """
    at, end = span
    if at == end:
        return (Piece(WITHHELD),)
    pieces: list[Piece] = []
    for edit in edits[bisect_right(edits, at, key=attrgetter("end")) :]:
        if edit.start >= end:
            break
        start, stop = max(edit.start, at), min(edit.end, end)
        if at < start:
            pieces.append(Piece(text[at:start]))
        whole = edit.after if (start, stop) == (edit.start, edit.end) else None
        piece = Piece(text[start:stop], whole, family_of(edit.rules), edit.rules)
        pieces[-1:] = _joined(pieces[-1], piece) if pieces else (piece,)
        at = stop
    if at < end:
        pieces.append(Piece(text[at:end]))
    return tuple(pieces)


def _joined(one: Piece, other: Piece) -> tuple[Piece, ...]:
    """Return two pieces as one where the same rules changed both."""
    if one.after is None or other.after is None or one.rules != other.rules:
        return one, other
    return (Piece(one.text + other.text, one.after + other.after, one.family, one.rules),)


def family_of(rules: Sequence[str]) -> str:
    """Return what an edit by these rules changes; that of the first rule with a family of its own counts.

    >>> family_of(("unwrap", "spaces")), family_of(("undouble",)), family_of(("forms",))
    ('lines', 'doubled', 'letters')
    """
    for rule in rules:
        for family, names in _FAMILIES.items():
            if rule in names:
                return family
        if rule.startswith("undouble"):
            return "doubled"
    return "letters"


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
