"""What an engine must do. Memory is the reference; Whoosh runs on one machine, OpenSearch on many.

How every engine decides, so that all give the same answer:

- **Match** by sets: `Word` = all its terms in the words of the field (None: of the article) or, with `or_phrase`,
  its text in one unit; `Phrase` = its text inside one unit; `Near`, `Prefix` as in `model`. `field="byline"` always
  looks for the text inside one name.
- **Rank** by BM25 over the positive terms of the query, each counted once, whichever clause matched: `ranking.py`.
  OpenSearch does so with rounded figures, and counts what was deleted until it merges (docs/relevance.md).
- **As typed first**: articles that match the query with its words as strings (`ranking.as_typed`) come before others.
- **Order** `relevance`: score descending, then date descending, then id; `newest` / `oldest`: date, then id.
  Articles without a date come last in all three. `indexed`: first indexing descending, then date descending, then id.
- **Facets** count all hits, each facet under all choices but its own. `locality` counts a place and all that it
  lies in; `date` counts years and `unknown`. Values come by count descending, then by value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, runtime_checkable

from indexer.model import (
    Document,
    DocumentSummary,
    Field,
    FormerArticle,
    Hit,
    IssueHolding,
    PaperHolding,
    PartialQuery,
    Request,
    Results,
    TextCount,
    Times,
    TokenisedDocument,
)

NEWEST_READ = 8192
"""Articles that `Reader.beginning` looks at in any case."""


@dataclass(frozen=True, slots=True)
class IndexIdentity:
    """What an index was made from: the archive it belongs to, and the rules, schema and dictionary that made it."""

    archive: str
    rules: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What of an index was compared with its checksums: its segment files, and their bytes."""

    files: int
    bytes: int


def version_of(generation: int, seconds: int) -> str:
    """Return the version of the archive that a commit makes readable: its day (UTC) and its number.

    The number alone where it is not known when that was.

    >>> version_of(417, 1_795_910_400), version_of(417, 0)
    ('2026-11-29.417', '417')
    """
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}.{generation}" if seconds else str(generation)


class Preview(Protocol):
    """What an index holds, to be looked at but not searched."""

    def get(self, article_id: str) -> Document | None:
        """The document with this id, or None."""

    def papers(self) -> tuple[PaperHolding, ...]:
        """What is held, paper by paper, by name."""

    def issues(self, paper: str) -> tuple[IssueHolding, ...]:
        """The issues held of a paper, oldest first, pages without a date last. Empty for an unknown paper."""

    def issue(self, paper: str, day: date | None) -> tuple[Document, ...]:
        """The articles of one issue in the order of its pages and of each page; empty when there are none."""

    def times(self, ids: Iterable[str]) -> Mapping[str, Times]:
        """When some articles were first indexed and last changed; without those that are not in the index."""
        ...

    def fingerprints(self) -> Mapping[str, str]:
        """source → fingerprint of what was indexed from that file."""

    def documents_of(self, source: str) -> tuple[Document, ...]:
        """The documents made from one page file, in their order on the page; empty when there are none."""

    def version(self) -> str:
        """Return which commit this reads, as made by `version_of`; "" before it is committed.

        A number that somebody cites can be checked later by it.
        """
        ...

    def close(self) -> None:
        """Release files and connections. Closing twice is harmless."""


class Reader(Preview, Protocol):
    """An index, open for reading. Where it turns out to be damaged, all methods raise `IndexUnavailable`."""

    def search(self, request: Request) -> Results:
        """Answer a request: exact total, the window of hits, exact facets."""

    def partial(self, asked: PartialQuery, request: Request) -> tuple[Hit, ...]:
        """Return the best articles that lack some bare words, at most `size`, ranked by `partial_ranking`.

        They pass the choices and match what binds; none is a hit of the request.
        """
        ...

    def count(self, request: Request) -> int:
        """Count the hits exactly, without finding the best of them."""

    def near_terms(self, text: str, limit: int) -> tuple[TextCount, ...]:
        """Return the terms that differ from a folded text by one edit, with the number of articles that have each.

        An edit replaces, adds or drops a letter or swaps two neighbours. Returns at most `limit`, by count descending,
        then by term. Terms of headlines alone don't count.
        """

    def terms_with_prefix(self, prefix: str, limit: int) -> tuple[TextCount, ...]:
        """Return the terms that begin with a folded text, counted and ordered as by `near_terms`; none for ""."""

    def letters_between(self, before: str, after: str, limit: int) -> tuple[TextCount, ...]:
        """Return the single characters that stand between two folded texts in some unit.

        Counted are the articles that hold all three in a row. Returns at most `limit`, by count descending, then by
        character; none where a text is empty.
        """

    def holding(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Return the number of articles that hold each of some folded texts as a phrase; 0 for "".

        Meant for many texts that are seldom held: nothing is remembered of them.
        """

    def beginning(self, field: Field, text: str, limit: int) -> tuple[DocumentSummary, ...]:
        """Return the newest articles with a unit of a field that begins with a folded text, newest first.

        Returns at most `limit`, ordered as by `newest`; none for "". For a single letter, which may stand at millions
        of places, an engine need only look at the newest `NEWEST_READ` articles.
        """

    def without(self, papers: tuple[str, ...]) -> Reader:
        """Return a reader of the same commit for which all articles of some papers are absent, in ranking too.

        Without papers it is the reader itself.
        """
        ...

    def verify(self, pause: Callable[[], None] = lambda: None) -> None:
        """Read all of it, calling `pause` now and then. Raises `IndexUnavailable` that names what is damaged."""


class Writer(Protocol):
    """A change to an index. Readers see nothing of it before `commit`; without that it is lost."""

    def replace(self, source: str, documents: Iterable[TokenisedDocument], fingerprint: str) -> None:
        """Replace all documents made from `source` by these.

        `fingerprint` identifies what they were made from (the files of the issue and the paper's settings), so that an
        unchanged issue is not read again; empty if the issue is to be read again in any case. It is kept for sources
        that have documents.
        """

    def remove(self, source: str) -> None:
        """Delete all documents made from `source`."""

    def preview(self) -> Preview:
        """What `commit` would make readable, as far as the change has come."""

    def commit(
        self, moves: Mapping[str, str] | None = None, times: Mapping[str, Times] | None = None, records: str = ""
    ) -> None:
        """Commit atomically and durably, and end the writer. A change that changes nothing commits nothing.

        `moves` are old id → new id of the articles whose ids change; `times` are those of the articles that were put
        into the change; one without times has `Times()`. `records` are lines for the archive about them. Moves
        and records are kept, behind those that are pending, until `Engine.forget_moves` and `Engine.forget_records`.
        """

    def abort(self) -> None:
        """Roll the change back and end the writer."""


class SourceDocuments(NamedTuple):
    """The documents made from one page file, and the fingerprint of what they were made from."""

    source: str
    fingerprint: str
    documents: Sequence[TokenisedDocument]


Build = Callable[[Iterable[SourceDocuments]], Sequence[Path]]
"""Writes the documents of page files, each file once, into files that a `BulkWriter` takes over."""


@runtime_checkable
class BulkWriter(Writer, Protocol):
    """A writer that takes over what other processes built, so that documents need not travel between processes."""

    def build(self) -> Build:
        """Return what those processes call. It can be pickled."""

    def adopt(self, path: Path) -> None:
        """Add a file that `build` wrote. Its documents replace those made from the same sources."""


class Indexable(Protocol):
    """What an indexing run needs: an index to look at and to change.

    Raises `IndexMissing`, `IndexStale`, `IndexForeign`, `IndexLocked` or another `IndexUnavailable`.
    """

    def reader(self) -> Preview:
        """Open the last commit."""
        ...

    def writer(self, *, fresh: bool = False, part: str = "") -> Writer:
        """Begin a change. With `fresh` the index starts empty, and readers keep the old one until `commit`.

        The changes of different parts of an archive, as "1/8" and "2/8" in `part`, are about different sources, so an
        engine may let them be made at the same time; a change without `part` is made alone.
        """

    def former_articles(self) -> Iterable[FormerArticle]:
        """The articles of the last commit, whatever release made it; none where there is none or it can't be read.

        Some may have been deleted since they were indexed.
        """

    def pending_moves(self) -> Mapping[str, str]:
        """The moves that came with the last commits and were not forgotten, in their order.

        Any release reads them, and none are lost when an index is built anew.
        """

    def forget_moves(self, moves: Mapping[str, str]) -> None:
        """Forget the pending moves, if they are still these, once they are kept elsewhere."""

    def pending_records(self) -> str:
        """The lines for the archive that came with the last commits and were not forgotten, in their order.

        None are lost when an index is built anew.
        """
        ...

    def forget_records(self, records: str) -> None:
        """Forget the pending records, if they are still these, once they are kept elsewhere.

        Where several runs may write at the same time, these may be the first of the pending ones: the others stay.
        """

    def former_times(self, ids: Iterable[str]) -> Mapping[str, Times]:
        """The same as `Reader.times` of the last commit, whatever rules made it; none where it can't be read."""
        ...


class Engine(Indexable, Protocol):
    """An index: something to open for reading and for writing."""

    def reader(self) -> Reader:
        """Open the last commit."""

    def trial(self) -> AbstractContextManager[Indexable]:
        """What begins with the last commit. Whatever is done with it is forgotten at the end."""
        ...

    def verify(self) -> Verified:
        """Read all of the last commit, whatever archive and rules it belongs to.

        Raises `IndexUnavailable` that names all that is damaged.
        """
        ...


@runtime_checkable
class StoredEngine(Engine, Protocol):
    """An engine whose index lies in files that can be copied."""

    def committed_files(self) -> AbstractContextManager[Mapping[str, BinaryIO]]:
        """Open all files of the last commit by name, of any archive and any release. Later commits don't change them.

        Raises `IndexMissing`, or `IndexUnavailable` where it is not known which files belong to the commit.
        """
        ...

    def assign(self, archive: str) -> None:
        """Let the index belong to the archive in another folder, as it is. Raises `IndexUnavailable`."""
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Keep other processes from writing. Raises `IndexLocked` while one does."""
        ...
