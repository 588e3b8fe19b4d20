"""The write path: an archive goes in, an index comes out. `index` reads from top to bottom.

The unit of work is the issue, because articles run on from page to page of one issue. An issue is read again when any
of its files, or the paper's settings, changed, and each time as long as one of its files has to be set aside. A page
that can't be read any more keeps what the index holds of it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path

from indexer.archive.archive import Archive, Issue
from indexer.archive.indexed import plain
from indexer.archive.redirects import followed
from indexer.archive.withdrawn import Withdrawal
from indexer.engines.base import BulkWriter, Engine, Reader, Writer
from indexer.errors import ArchiveError, FileError, IndexMissing, IndexUnavailable
from indexer.indexing import workers
from indexer.indexing.history import Packed, dated, packed_versions
from indexer.indexing.removals import refuse_removals
from indexer.indexing.renames import renamed
from indexer.indexing.withdrawals import bring_withdrawals, holding, ids_of_day
from indexer.model import Document, FormerArticle
from indexer.text import tokenizer

Day = tuple[str, date | None]
"""A paper and a day; None for its pages without a date."""
Progress = Callable[[int, int], None]
"""Called with the pages done and the pages to do, after each issue."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an indexing run did; `set_aside` names every file that could not be used, and why."""

    pages: int
    unchanged: int
    removed: int
    articles: int
    set_aside: tuple[FileError, ...]
    warnings: tuple[str, ...]
    seconds: float
    dry_run: bool


def index(
    archive: Archive,
    engine: Engine,
    *,
    paths: Sequence[Path] = (),
    full: bool = False,
    dry_run: bool = False,
    accept_removals: bool = False,
    jobs: int | None = None,
    progress: Progress = lambda done, total: None,
    clock: Callable[[], float] = time.time,
) -> Report:
    """Bring the index up to date with the archive, or with the issues that lie under `paths`.

    Without `accept_removals`, an archive of which a part seems to be missing changes nothing. `clock` tells the time
    at which new articles are indexed, which is that of the commit.

    Raises ArchiveError, UsageError, or an IndexUnavailable that says how to rebuild.
    """
    started = time.perf_counter()
    before = _Before.of(engine, full)
    survey = archive.survey(paths, indexed=before.fingerprints)
    held = frozenset[str]() if accept_removals else before.sources(engine)
    vanished = before.vanished(archive, paths)
    there = {page.source for issue in survey.issues for page in issue.pages}
    refuse_removals(archive, held, there if full else there | held.difference(vanished), full=full)
    work = [(issue, fingerprint(issue)) for issue in survey.issues]
    stale = [(issue, current) for issue, current in work if not before.has(issue, current)]
    tally = _Tally(set_aside=list(survey.set_aside))
    with _change(engine, fresh=full, dry_run=dry_run) as change:
        _read(stale, jobs, tally, change, before, progress)
        for source in vanished:
            tally.drop(source, change, before)
        if not dry_run:
            withdrawn, warnings = bring_withdrawals(archive, tally.withdrawn, tally.moves, change)
            tally.warnings += warnings
            _keep_ids_apart(change, tally, before, withdrawn)
            former = engine.former_articles() if full else tally.lost
            if full and held:
                refuse_removals(archive, held, change.preview().fingerprints(), full=True)
            moves = _moves(archive, engine, former, change, tally, withdrawn, everything=not before.fingerprints)
            times, records = dated(tally.versions, tally.digests, moves, archive, engine, int(clock()))
            change.commit(moves, times, records)
    if not dry_run:
        tally.warnings += [*_bring_moves(archive, engine), *_bring_records(archive, engine)]
    return Report(
        pages=tally.pages,
        unchanged=survey.page_count - tally.read + tally.unchanged,
        removed=len(vanished),
        articles=tally.articles,
        set_aside=tuple(tally.set_aside),
        warnings=(*survey.warnings, *tally.warnings),
        seconds=time.perf_counter() - started,
        dry_run=dry_run,
    )


def _read(
    stale: workers.Work, jobs: int | None, tally: _Tally, change: Writer, before: _Before, progress: Progress
) -> None:
    """Put the issues into the change: as whole segments, where nothing that was held before is to be compared."""
    to_do = sum(len(issue.pages) for issue, _ in stale)
    processes = workers.count(jobs, len(stale))
    if processes > 1 and not before.fingerprints and isinstance(change, BulkWriter):
        for built in workers.build_all(stale, processes, change.build(), lambda done: progress(done, to_do)):
            tally.adopt(built, change)
        tally.read = to_do
        return
    for issue, made in workers.read_all(stale, processes):
        tally.add(issue, made, change, before)
        progress(tally.read, to_do)


def _moves(
    archive: Archive,
    engine: Engine,
    former: Iterable[FormerArticle],
    change: Writer,
    tally: _Tally,
    withdrawn: Collection[str],
    *,
    everything: bool,
) -> Mapping[str, str]:
    """Return where the ids lead that the change takes away. A withdrawn article leads nowhere.

    Corrections tell it exactly. Others are looked for among the articles of their issue and of page files that are new;
    among all where `everything` was read.
    """
    articles = iter(former)
    first = next(articles, None)
    if first is None and not tally.moves:
        return {}
    new, sources, lost = change.preview(), set[str](), dict[str, FormerArticle]()
    for article in chain([first] if first else [], articles):
        sources.add(article.source)
        if article.id not in withdrawn and new.get(article.id) is None:
            lost[article.id] = article
    known = _known_moves(archive, engine) if lost or tally.moves else {}
    exact = {old: now for old, now in tally.moves.items() if new.get(old) is None and new.get(now) is not None}
    lost = {
        old: article
        for old, article in lost.items()
        if old not in exact and (old not in known or (new.get(known[old]) is None and known[old] not in withdrawn))
    }
    exact = {old: now for old, now in exact.items() if known.get(old) != now}
    if not lost:
        return exact
    replaced = tally.replaced
    if everything:
        issues = {_issue(article.source) for article in lost.values()}
        replaced = {source for source in new.fingerprints() if source not in sources or _issue(source) in issues}
    current = [FormerArticle.of(document) for source in sorted(replaced) for document in new.documents_of(source)]
    return {**renamed(lost.values(), current), **exact}


def _known_moves(archive: Archive, engine: Engine) -> Mapping[str, str]:
    """Return old id → current id as far as they can be read. What can't be read is named elsewhere."""
    pending: Mapping[str, str] = {}
    with suppress(IndexUnavailable):
        pending = engine.pending_moves()
    try:
        return archive.redirects(pending)
    except ArchiveError:
        return followed(pending)


def _bring_moves(archive: Archive, engine: Engine) -> list[str]:
    """Write the moves that came with commits into the archive. Return a warning where it can't be written.

    They were committed first, because an archive may be read-only and a run may be killed.
    """
    pending = engine.pending_moves()
    try:
        archive.remember(pending)
    except ArchiveError as problem:
        return [f"{problem}; until then the index alone knows where {len(pending)} old addresses lead"]
    engine.forget_moves(pending)
    return []


def _bring_records(archive: Archive, engine: Engine) -> list[str]:
    """Write the records that came with commits into the archive, like the moves."""
    pending = engine.pending_records()
    try:
        archive.indexed().remember(pending)
    except ArchiveError as problem:
        return [f"{problem}; until then the index alone knows when {pending.count(chr(10))} articles were indexed"]
    engine.forget_records(pending)
    return []


def _keep_ids_apart(change: Writer, tally: _Tally, before: _Before, withdrawn: Collection[str]) -> None:
    """Give articles of different folders that claim the same page ids of their own, before the change is committed.

    The id of a withdrawn article is its own too.
    """
    days = tally.days | {_day(document) for document in holding(change, withdrawn)}
    if not days:
        return
    reader = change.preview()
    changed = [ids_of_day(reader.issue(paper, day), withdrawn) for paper, day in days]
    if not any(changed):
        return
    fingerprints = reader.fingerprints()
    for source, of_source in chain.from_iterable(of_day.items() for of_day in changed):
        by_ordinal = {one.ordinal: one for one in of_source}
        held = reader.documents_of(source)  # a corrected article may be of another day than its page
        documents = tuple(by_ordinal.get(one.ordinal, one) for one in held)
        if documents == held:
            continue
        tokenised = tuple(map(tokenizer.tokenise, documents))
        change.replace(source, tokenised, fingerprints[source])
        tally.versions[source] = packed_versions(tokenised)
        tally.replaced.add(source)
        tally.lost += map(FormerArticle.of, before.documents_of(source))


def _issue(source: str) -> str:
    """The folder of a page file, which is that of its issue."""
    return source.rpartition("/")[0]


def fingerprint(issue: Issue) -> str:
    """What an issue's documents are made from, besides the rules: its files, their corrections, its paper's settings.

    A file that can't be read counts by its name alone: reading it will say why.
    """
    digest = hashlib.sha256(issue.paper.digest.encode())
    for page in issue.pages:
        digest.update(f"\n{page.source}\n".encode("utf-8", "surrogateescape"))
        for path in filter(None, (page.path, page.corrections)):
            with suppress(OSError), path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def _day(document: Document) -> Day:
    return document.paper, document.article.date


@dataclass(slots=True)
class _Tally:
    """What a run has done so far. `days` are those on which ids may have to change."""

    set_aside: list[FileError]
    warnings: list[str] = field(default_factory=list)
    read: int = 0
    pages: int = 0
    unchanged: int = 0
    articles: int = 0
    lost: list[FormerArticle] = field(default_factory=list)
    replaced: set[str] = field(default_factory=set)
    days: set[Day] = field(default_factory=set)
    claimed: set[workers.PageClaim] = field(default_factory=set)
    versions: dict[str, Packed] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    withdrawn: dict[str, Withdrawal] = field(default_factory=dict)

    def add(self, issue: Issue, made: workers.IssueDocuments, change: Writer, before: _Before) -> None:
        """Put what one issue gave into the change, leaving alone the pages that came out as they were."""
        self.read += len(issue.pages)
        self.set_aside += made.set_aside
        self.warnings += made.warnings
        self.claim(made.claims)
        for source in made.copies:
            self.drop(source, change, before)
        self.correct(made.corrected)
        for source, ids in made.corrected.kept_back.items():
            self.keep_back(source, ids, change, before)
        for source, tokenised in made.pages.items():
            new = tuple(one.document for one in tokenised)
            old = before.documents_of(source)
            if old and old == new and before.fingerprints[source] == made.fingerprint:
                self.unchanged += 1
                continue
            change.replace(source, tokenised, made.fingerprint)
            self.versions[source] = made.versions[source]
            self.digests[plain(source)] = made.digests[source]
            self.pages += 1
            self.articles += len(new)
            self.replaced.add(source)
            if before.fingerprints:
                self.days |= {_day(document) for document in (*old, *new)}
            kept = {document.id for document in new}
            self.lost += [FormerArticle.of(document) for document in old if document.id not in kept]

    def correct(self, done: workers.WorkOfCorrections) -> None:
        """Note what corrections did beside changing articles."""
        self.moves |= done.moves
        self.withdrawn |= done.withdrawn

    def keep_back(self, source: str, ids: frozenset[str], change: Writer, before: _Before) -> None:
        """Take out of the index what must not be seen of a page that can't be read: the other articles stay."""
        held = before.documents_of(source)
        left = tuple(one for one in held if one.id not in ids)
        if left != held:
            change.replace(source, map(tokenizer.tokenise, left), "")
            self.replaced.add(source)

    def drop(self, source: str, change: Writer, before: _Before) -> None:
        """Take a file out of the index that is gone or says the same as another."""
        old = before.documents_of(source)
        change.remove(source)
        self.lost += map(FormerArticle.of, old)
        self.days |= {_day(document) for document in old}

    def claim(self, claims: frozenset[workers.PageClaim]) -> None:
        """Note the pages that the files of an issue say they are. Of two issues that claim one, ids may be equal."""
        self.days |= {(claim.paper, claim.date) for claim in claims & self.claimed}
        self.claimed |= claims

    def adopt(self, built: workers.Built, change: BulkWriter) -> None:
        """Put segments that a worker wrote into the change."""
        for segment in built.segments:
            change.adopt(segment)
        self.set_aside += built.set_aside
        self.warnings += built.warnings
        self.pages += built.pages
        self.articles += built.articles
        for claims in built.claims:
            self.claim(claims)
        for done in built.corrected:
            self.correct(done)
        self.versions.update(built.versions)
        self.digests |= {plain(source): digest for source, digest in built.digests.items()}


class _Before:
    """What the index held when the run began; nothing for a full build."""

    def __init__(self, reader: Reader | None) -> None:
        self._reader = reader
        self.fingerprints = dict(reader.fingerprints()) if reader else {}

    @classmethod
    def of(cls, engine: Engine, full: bool) -> _Before:
        try:
            return cls(None if full else engine.reader())
        except IndexMissing:
            return cls(None)

    def has(self, issue: Issue, current: str) -> bool:
        """Whether the issue is indexed as it is now, given its current fingerprint."""
        return any(self.fingerprints.get(page.source) == current for page in issue.pages)

    def documents_of(self, source: str) -> tuple[Document, ...]:
        return self._reader.documents_of(source) if self._reader and source in self.fingerprints else ()

    def sources(self, engine: Engine) -> frozenset[str]:
        """The page files in the index, also for a full build."""
        try:
            return frozenset(self.fingerprints or engine.reader().fingerprints())
        except IndexUnavailable:
            return frozenset(article.source for article in engine.former_articles())

    def vanished(self, archive: Archive, paths: Sequence[Path]) -> list[str]:
        """The sources, under `paths` if any are given, whose files are gone."""
        gone = [source for source in self.fingerprints if archive.is_gone(source)]
        return [source for source in gone if not paths or archive.lies_under(source, paths)]


class _NoChange:
    """A writer for dry runs: takes everything and keeps nothing."""

    def replace(self, source: str, documents: object, fingerprint: str) -> None: ...
    def remove(self, source: str) -> None: ...
    def preview(self) -> Reader:
        raise NotImplementedError("a dry run makes nothing to read")

    def commit(self, moves: object = None, times: object = None, records: str = "") -> None: ...
    def abort(self) -> None: ...


@contextmanager
def _change(engine: Engine, *, fresh: bool, dry_run: bool) -> Iterator[Writer]:
    """A change that is forgotten when the block doesn't end well."""
    writer: Writer = _NoChange() if dry_run else engine.writer(fresh=fresh)
    try:
        yield writer
    except BaseException:
        writer.abort()
        raise


def report_json(report: Report) -> dict[str, object]:
    """Return the report as `baosou index --json` prints it."""
    return {
        "pages": report.pages,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "articles": report.articles,
        "set_aside": [{"source": one.source, "problem": one.problem} for one in report.set_aside],
        "warnings": list(report.warnings),
        "seconds": round(report.seconds, 3),
        "dry_run": report.dry_run,
    }
