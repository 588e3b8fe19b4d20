"""Reading issues in worker processes.

In a full build the workers write its segments too, and only their files' names come back. Where it is
brought up to date, the tokenised documents come back, for each has to be compared with what the index holds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import date
from multiprocessing import Value
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, field

from indexer.archive.archive import Issue
from indexer.archive.withdrawn import Withdrawal
from indexer.engines.base import Build, SourceDocuments
from indexer.engines.worker_pool import worker_pool
from indexer.errors import PageError
from indexer.indexing.garbage import collect_seldom
from indexer.indexing.history import Packed, packed_versions, page_digest
from indexer.indexing.issue_reader import IssueReading, documents, fault, read_issue
from indexer.model import Document, PageReading, TokenisedDocument
from indexer.text import tokenizer

Work = Sequence[tuple[Issue, str]]
"""Issues, each with the fingerprint of what it is made from."""
Progress = Callable[[int], None]
"""Called with the number of pages done."""

_ISSUES_WORTH_A_WORKER = 8
"""Starting a worker process and its dictionary costs about as much as reading this many issues."""
_ISSUES_IN_FLIGHT = 4
"""How many issues for each worker are read ahead: enough to keep it busy, few enough to bound the memory."""
_CHUNKS_PER_WORKER = 2
"""So that a worker that was given quick pages does not wait long for one that was given slow ones."""
_PAGES_PER_CHUNK = 8_000
_GLANCE = 0.2  # seconds between two looks at how far the workers are


class PageClaim(NamedTuple):
    """A page of a paper that a file says it is."""

    paper: str
    date: date | None
    page: str


class WorkOfCorrections(Struct, frozen=True):
    """What corrections did beside changing articles: former ids → ids, and withdrawn ids.

    Of page files that are set aside, `kept_back` has the ids that must not stay in the index, by source.
    """

    moves: Mapping[str, str] = field(default_factory=dict)
    withdrawn: Mapping[str, Withdrawal] = field(default_factory=dict)
    kept_back: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, reading: IssueReading) -> WorkOfCorrections:
        """The same of an issue that was read."""
        gone = {one: Withdrawal(its.source, its.reason) for its in reading.withdrawn for one in its.ids}
        return cls(reading.moves, gone, reading.kept_back)

    def __bool__(self) -> bool:
        return bool(self.moves or self.withdrawn or self.kept_back)


_NO_CORRECTIONS = WorkOfCorrections()


@dataclass(frozen=True, slots=True)
class IssueDocuments:
    """What one issue gives an engine: source → tokenised documents; and what of it was set aside.

    `fingerprint` is empty if a page was set aside, so that the next run reads the issue again and names that page
    again. `copies` are the files that are not indexed because they say the same as another. `versions` are those of the
    articles, and `digests` those of the page files, by source. `corrected` is what corrections did beside that.
    """

    fingerprint: str
    pages: Mapping[str, tuple[TokenisedDocument, ...]]
    set_aside: tuple[PageError, ...]
    copies: Collection[str]
    versions: Mapping[str, Packed]
    digests: Mapping[str, str]
    warnings: tuple[str, ...] = ()
    corrected: WorkOfCorrections = _NO_CORRECTIONS

    @property
    def claims(self) -> frozenset[PageClaim]:
        """The pages that its files say they are."""
        documents = (one.document for page in self.pages.values() for one in page)
        return frozenset(PageClaim(one.paper, one.article.date, one.page) for one in documents)


@dataclass(frozen=True, slots=True)
class Built:
    """What a chunk of issues gave: files of segments, how much is in them, what was set aside; each issue's claims.

    The others are those of `IssueDocuments`.
    """

    segments: Sequence[Path]
    pages: int
    articles: int
    set_aside: Sequence[PageError]
    claims: Sequence[frozenset[PageClaim]]
    versions: Mapping[str, Packed]
    digests: Mapping[str, str]
    warnings: Sequence[str] = ()
    corrected: Sequence[WorkOfCorrections] = ()


def count(jobs: int | None, issues: int) -> int:
    """How many processes are worth starting; below two, none is."""
    return min(jobs or os.cpu_count() or 1, issues // _ISSUES_WORTH_A_WORKER)


def read_and_tokenise(issue: Issue, fingerprint: str) -> IssueDocuments:
    """Read one issue and tokenise its articles. A page that fails is set aside."""
    reading = read_issue(issue.pages, issue.paper)
    with_quotes = not _hides_words(reading)
    pages: dict[str, tuple[TokenisedDocument, ...]] = {}
    at_fault: list[PageError] = []
    for source, page in reading.pages.items():
        try:
            pages[source] = tuple(_tokenised(page, documents(page, source, issue.paper, with_quotes=with_quotes)))
        except Exception as error:
            at_fault.append(fault(source, error))
    set_aside = (*reading.set_aside, *at_fault)
    return IssueDocuments(
        fingerprint="" if set_aside else fingerprint,
        pages=pages,
        set_aside=set_aside,
        copies=reading.copies,
        versions={source: packed_versions(page, _others(page, reading.pages)) for source, page in pages.items()},
        digests={file.source: page_digest(file) for file in issue.pages if file.source in pages},
        warnings=reading.warnings,
        corrected=WorkOfCorrections.of(reading),
    )


def _hides_words(reading: IssueReading) -> bool:
    """Return whether anything in an issue was withdrawn or withheld."""
    notes = (note for page in reading.pages.values() for article in page.articles for note in article.corrections)
    return bool(reading.withdrawn) or any(note.field == "withhold" for note in notes)


def _others(page: Sequence[TokenisedDocument], readings: Mapping[str, PageReading]) -> dict[str, list[str]]:
    """Return, by id, the other page files of the issue that an article runs over."""
    return {
        one.document.id: [
            source
            for source, reading in readings.items()
            if source != one.document.source
            and any(identity.page in one.document.article.pages for identity in reading.identities)
        ]
        for one in page
        if len(one.document.article.pages) > 1
    }


def _tokenised(page: PageReading, made: Iterable[Document]) -> Iterator[TokenisedDocument]:
    """Tokenise the documents of a page. The first one stands for the page, so it has the page's furniture."""
    furniture = [passage.text for passage in page.furniture]
    for number, document in enumerate(made):
        yield tokenizer.tokenise(document, () if number or document.rights == "metadata" else furniture)


def read_all(work: Work, processes: int) -> Iterator[tuple[Issue, str, IssueDocuments]]:
    """Read issues in their order. Each comes with its fingerprint, and what it gave."""
    if processes < 2:
        for issue, fingerprint in work:
            yield issue, fingerprint, read_and_tokenise(issue, fingerprint)
        return
    with worker_pool(processes) as pool:
        waiting: list[tuple[Issue, str, Future[IssueDocuments]]] = []
        for issue, fingerprint in work:
            waiting.append((issue, fingerprint, pool.submit(read_and_tokenise, issue, fingerprint)))
            if len(waiting) >= processes * _ISSUES_IN_FLIGHT:
                first, current, future = waiting.pop(0)
                yield first, current, future.result()
        for issue, fingerprint, future in waiting:
            yield issue, fingerprint, future.result()


def build_all(work: Work, processes: int, build: Build, progress: Progress) -> Iterator[Built]:
    """Read issues and write segments of them, a chunk of issues at a time."""
    done: Synchronized[int] = Value("Q", 0)
    with worker_pool(processes, _begin, done) as pool:
        for future in [pool.submit(_build, chunk, build) for chunk in _chunks(work, processes)]:
            while not wait([future], timeout=_GLANCE).done:
                progress(done.value)
            yield future.result()
    progress(done.value)


def _chunks(work: Work, processes: int) -> Sequence[Work]:
    """The work in chunks of about as many pages each."""
    pages = sum(len(issue.pages) for issue, _ in work)
    size = min(-(-pages // (processes * _CHUNKS_PER_WORKER)), _PAGES_PER_CHUNK)
    chunks: list[list[tuple[Issue, str]]] = []
    room = 0
    for issue, fingerprint in work:
        if room <= 0:
            chunks.append([])
            room = size
        chunks[-1].append((issue, fingerprint))
        room -= len(issue.pages)
    return chunks


# --- in the worker

_pages_done: Synchronized[int] | None = None


def _begin(done: Synchronized[int]) -> None:
    """Know the counter that all workers share."""
    global _pages_done
    _pages_done = done
    collect_seldom()


def _build(work: Work, build: Build) -> Built:
    pages = articles = 0
    set_aside: list[PageError] = []
    warnings: list[str] = []
    claims: list[frozenset[PageClaim]] = []
    versions: dict[str, Packed] = {}
    digests: dict[str, str] = {}
    corrected: list[WorkOfCorrections] = []

    def made() -> Iterable[SourceDocuments]:
        nonlocal pages, articles
        for issue, fingerprint in work:
            read = read_and_tokenise(issue, fingerprint)
            set_aside.extend(read.set_aside)
            warnings.extend(read.warnings)
            claims.append(read.claims)
            versions.update(read.versions)
            digests.update(read.digests)
            corrected.extend([read.corrected] if read.corrected else [])
            pages += len(read.pages)
            for source, page in read.pages.items():
                articles += len(page)
                yield SourceDocuments(source, read.fingerprint, page)
            if _pages_done:
                with _pages_done.get_lock():
                    _pages_done.value += len(issue.pages)

    return Built(build(made()), pages, articles, set_aside, claims, versions, digests, warnings, corrected)
