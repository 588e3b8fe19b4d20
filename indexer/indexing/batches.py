"""Which issues are to be read, and which of them are committed together.

An issue's fingerprint says what its documents are made from: its files, and the settings and rules by which they are
read. What the index holds of an issue differs in the first part where a librarian changed something. Articles may then
have moved from one issue to another, and a moved article is not new: its old id leads to it, and it keeps its time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property
from pathlib import Path

from indexer.archive.archive import Archive, Issue
from indexer.engines.base import Indexable, Preview
from indexer.errors import IndexMissing, IndexUnavailable
from indexer.indexing import rules_fingerprint
from indexer.indexing.workers import Work
from indexer.model import Document
from indexer.readers.beside import describing

Day = tuple[str, date | None]
"""A paper and a day; None for its pages without a date."""

PAGES_PER_COMMIT = 10_000
"""Read in a few minutes: what a run that is interrupted has to read again. A commit takes seconds."""


class Before:
    """What the index held before a commit; nothing for one that is built anew."""

    def __init__(self, reader: Preview | None) -> None:
        self._reader = reader
        self.fingerprints = dict(reader.fingerprints()) if reader else {}

    @classmethod
    def of(cls, engine: Indexable, *, full: bool = False) -> Before:
        """Read what the last commit holds."""
        try:
            return cls(None if full else engine.reader())
        except IndexMissing:
            return cls(None)

    def has(self, issue: Issue, current: str) -> bool:
        """Whether the issue is indexed as it is now, given its current fingerprint."""
        return any(self.fingerprints.get(page.source) == current for page in issue.pages)

    def is_new(self, issue: Issue) -> bool:
        """Whether nothing of the issue is held."""
        return not any(page.source in self.fingerprints for page in issue.pages)

    def has_other_files(self, issue: Issue, current: str) -> bool:
        """Whether the files of an issue are others than those that it was read from, or that isn't known."""
        return not any(_files(self.fingerprints.get(page.source, "")) == _files(current) for page in issue.pages)

    def is_changed(self, issue: Issue, current: str) -> bool:
        """Whether the files of an issue are others than those that it was read from, as far as that is known."""
        return self.has_other_files(issue, current) and any(self.fingerprints.get(page.source) for page in issue.pages)

    def documents_of(self, source: str) -> tuple[Document, ...]:
        """The documents that were made from a page file."""
        return self._reader.documents_of(source) if self._reader and source in self.fingerprints else ()

    @cached_property
    def days(self) -> frozenset[Day]:
        """The days of which something is held."""
        reader = self._reader
        papers = [holding.paper for holding in reader.papers()] if reader else []
        return frozenset((paper, issue.date) for paper in papers for issue in (reader.issues(paper) if reader else ()))

    def sources(self, engine: Indexable) -> frozenset[str]:
        """The page files in the index, also where it is built anew."""
        try:
            return frozenset(self.fingerprints or engine.reader().fingerprints())
        except IndexUnavailable:
            return frozenset(article.source for article in engine.former_articles())

    def vanished(self, archive: Archive, paths: Sequence[Path]) -> list[str]:
        """The sources, under `paths` if any are given, whose files are gone."""
        return [source for source in archive.those_under(self.fingerprints, paths) if archive.is_gone(source)]


def fingerprint(issue: Issue) -> str:
    """What an issue's documents are made from: its files, their corrections, its paper's settings and the rules.

    Files that describe pages count with these, wherever they lie. A file that can't be read counts by its name alone:
    reading it will say why.
    """
    files = hashlib.sha256()
    pages = {page.path for page in issue.pages}
    beside = dict.fromkeys(path for page in issue.pages for path in describing(page.path, page.source))
    for page in issue.pages:
        files.update(f"\n{page.source}\n".encode("utf-8", "surrogateescape"))
        for path in filter(None, (page.path, page.corrections)):
            _add(files, path)
    for path in beside:
        if path not in pages:
            files.update(f"\n{path.name}\n".encode("utf-8", "surrogateescape"))
            _add(files, path)
    rules = hashlib.sha256(f"{issue.paper.digest}\n{rules_fingerprint.reading()}".encode())
    return f"{files.hexdigest()[:16]}-{rules.hexdigest()[:8]}"


def _add(digest: hashlib._Hash, path: Path) -> None:
    with suppress(OSError), path.open("rb") as file:
        digest.update(hashlib.file_digest(file, "sha256").digest())


def _files(known: str) -> str:
    """The part of a fingerprint that stands for the files."""
    return known.partition("-")[0]


def batches(work: Work, before: Before, pages: int = 0) -> list[Work]:
    """Divide what is to be read into what is committed together; in one commit where `pages` (0: the usual number) do.

    Otherwise issues of which something is held come first, those with other files before all, and new ones last: an
    article that was taken out of the ones must be known when it comes in one of the others.
    """
    pages = pages or PAGES_PER_COMMIT
    if sum(len(issue.pages) for issue, _ in work) <= pages:
        return [work]
    new = [one for one in work if before.is_new(one[0])]
    held = [one for one in work if not before.is_new(one[0])]
    held.sort(key=lambda one: not before.has_other_files(*one))
    return [*_cut(held, pages), *_cut(new, pages)]


def _cut(work: Iterable[tuple[Issue, str]], pages: int) -> Iterator[Work]:
    some: list[tuple[Issue, str]] = []
    room = pages
    for issue, current in work:
        some.append((issue, current))
        room -= len(issue.pages)
        if room <= 0:
            yield some
            some, room = [], pages
    if some:
        yield some
