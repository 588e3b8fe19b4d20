"""The write path: an archive goes in, an index comes out. `index` reads from top to bottom.

The unit of work is the issue, because articles run on from page to page of one issue. An issue is read again when any
of its files, the paper's settings, or the rules of reading changed, and each time as long as one of its files has to be
set aside. A page that can't be read any more keeps what the index holds of it.

A long run commits now and then, so that the next one goes on where it ended: `batches` says what is in which commit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from indexer.archive.archive import Archive, Issue
from indexer.archive.indexed import plain
from indexer.archive.removals import refuse_removals
from indexer.archive.withdrawn import Withdrawal
from indexer.engines.base import BulkWriter, Engine, Indexable, Writer
from indexer.errors import FileError, IndexMissing, UsageError
from indexer.indexing import workers
from indexer.indexing.batches import Before, Day, batches
from indexer.indexing.differences import Differences, differences, differences_json
from indexer.indexing.history import Packed, dated, packed_versions
from indexer.indexing.moves import (
    ANYWHERE,
    Certain,
    Lost,
    bring_moves,
    bring_records,
    gone_from,
    moves_of_rebuild,
    moves_of_update,
)
from indexer.indexing.parts import ArchivePart, Share, share_of
from indexer.indexing.withdrawals import holding, ids_of_day, known_withdrawals, remember_withdrawals
from indexer.model import Document, FormerArticle, TokenisedDocument
from indexer.text import tokenizer

Progress = Callable[[int, int], None]
"""Called with the pages done and the pages to do, after each issue."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an indexing run did; `set_aside` names every file that could not be used, and why.

    A dry run has `differences` too.
    """

    pages: int
    unchanged: int
    removed: int
    articles: int
    set_aside: tuple[FileError, ...]
    warnings: tuple[str, ...]
    seconds: float
    dry_run: bool
    differences: Differences | None = None


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
    pages_per_commit: int = 0,
    part: ArchivePart | None = None,
) -> Report:
    """Bring the index up to date with the archive, or with the issues that lie under `paths`, or with a part of them.

    Without `accept_removals`, an archive of which a part seems to be missing changes nothing. `clock` tells the time
    at which new articles are indexed, which is that of the commit. A dry run does all of it to an index that is thrown
    away.

    Raises ArchiveError, UsageError, or an IndexUnavailable that says how to rebuild.
    """
    started = time.perf_counter()
    if part and full:
        raise UsageError(
            "A part can't be built anew beside the old ones; to build all of it anew in parts, name another --index, "
            "run all parts without --full, and serve that index."
        )
    asked = _Asked(paths, full, accept_removals, jobs, progress, clock, pages_per_commit, part)
    report = _dry_run(archive, engine, asked) if dry_run else _IndexRun(archive, engine, asked).report()
    return replace(report, seconds=time.perf_counter() - started)


def _dry_run(archive: Archive, engine: Engine, asked: _Asked) -> Report:
    if not asked.full:
        with suppress(IndexMissing):
            engine.reader()  # which refuses in words that name this index
    with engine.trial() as trial:
        run = _IndexRun(archive, trial, asked, is_trial=True)
        report = run.report()
        found = differences(engine, trial, None if asked.full else run.tally.touched)
    return replace(report, dry_run=True, differences=found)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options of a run: see `index`."""

    paths: Sequence[Path]
    full: bool
    accept_removals: bool
    jobs: int | None
    progress: Progress
    clock: Callable[[], float]
    pages_per_commit: int
    part: ArchivePart | None


class _IndexRun:
    """A run over an archive. `is_trial` if the archive must not be written to."""

    def __init__(self, archive: Archive, engine: Indexable, asked: _Asked, *, is_trial: bool = False) -> None:
        self._archive, self._engine, self._asked, self._is_trial = archive, engine, asked, is_trial
        self.tally = _Tally()

    def report(self) -> Report:
        """Do it, and say what was done."""
        archive, asked, tally = self._archive, self._asked, self.tally
        before = Before.of(self._engine, full=asked.full)
        survey = archive.survey(asked.paths, indexed=before.fingerprints)
        vanished = before.vanished(archive, asked.paths)
        held = frozenset[str]() if asked.accept_removals else before.sources(self._engine)
        there = {page.source for issue in survey.issues for page in issue.pages}
        left = there if asked.full else there | held.difference(vanished)
        refuse_removals(archive, held, left, full=asked.full)
        share = share_of(asked.part, survey.issues, before, vanished)
        tally.set_aside += [one for one in survey.set_aside if not asked.part or asked.part.has(one.source)]
        tally.to_do = sum(len(issue.pages) for issue, _ in share.stale)
        if asked.full:
            self._rebuild(share.stale, before, held)
        else:
            self._update(share, before)
        return Report(
            pages=tally.pages,
            unchanged=share.pages - tally.read + tally.unchanged,
            removed=len(share.vanished),
            articles=tally.articles,
            set_aside=tuple(tally.set_aside),
            warnings=tuple(dict.fromkeys((*survey.warnings, *share.warnings, *tally.warnings))),
            seconds=0.0,
            dry_run=False,
        )

    def _rebuild(self, stale: workers.Work, before: Before, held: frozenset[str]) -> None:
        """Build the index anew, in one commit."""
        with _change(self._engine, fresh=True) as change:
            batch = _Batch(before, change, self.tally)
            self._read(stale, batch)
            certain = self._settle(batch)
            new = change.preview()
            if held:
                refuse_removals(self._archive, held, new.fingerprints(), full=True)
            former = self._engine.former_articles()
            self._commit(batch, moves_of_rebuild(former, certain, self._archive, self._engine, new))

    def _update(self, share: Share, before: Before) -> None:
        """Renew the issues that are stale, and take out what vanished in the last commit.

        Until then the articles that leave stay in the index, so that those that moved are known by what they were.
        """
        *first, last = batches(share.stale, before, self._asked.pages_per_commit)
        leaving = [FormerArticle.of(one) for source in share.vanished if first for one in before.documents_of(source)]
        later: list[tuple[Issue, str]] = []
        for work in first:
            with _change(self._engine, part=share.lock) as change:
                batch = _Batch(before, change, self.tally, leaving, later)
                self._read(work, batch)
                self._commit_update(batch)
            before = Before.of(self._engine)
        with _change(self._engine, part=share.lock) as change:
            batch = _Batch(before, change, self.tally)
            self._read([*last, *later], batch)
            for source in share.vanished:
                batch.drop(source)
            self._commit_update(batch)

    def _read(self, work: workers.Work, batch: _Batch) -> None:
        """Put issues into a change: as whole segments, where nothing that was held before is to be compared."""
        tally, progress = self.tally, self._asked.progress
        processes = workers.count(self._asked.jobs, len(work))
        is_new = all(batch.before.is_new(issue) for issue, _ in work)
        if processes > 1 and is_new and isinstance(batch.change, BulkWriter):
            start, to_do = tally.read, tally.to_do
            build = batch.change.build()
            for built in workers.build_all(work, processes, build, lambda done: progress(start + done, to_do)):
                batch.adopt(built, batch.change)
            tally.read = start + sum(len(issue.pages) for issue, _ in work)
            return
        for issue, current, made in workers.read_all(work, processes):
            batch.add(issue, current, made)
            progress(tally.read, tally.to_do)

    def _commit_update(self, batch: _Batch) -> None:
        certain = self._settle(batch)
        new = batch.change.preview()
        moves = moves_of_update(batch.lost, batch.leaving, certain, self._archive, self._engine, new)
        self._commit(batch, moves)

    def _settle(self, batch: _Batch) -> Certain:
        """Bring the table of withdrawn articles up to date, then give articles their last ids."""
        known = known_withdrawals(self._archive, batch.withdrawn, batch.moves, batch.change)
        self.tally.warnings += known.warnings if self._is_trial else remember_withdrawals(self._archive, known)
        batch.keep_ids_apart(known.in_force)
        return Certain(batch.moves, known.in_force)

    def _commit(self, batch: _Batch, moves: Mapping[str, str]) -> None:
        """Commit, then bring into the archive what came with the commit."""
        now = int(self._asked.clock())
        times, records = dated(batch.versions, batch.digests, moves, self._archive, self._engine, now)
        batch.change.commit(moves, times, records)
        if not self._is_trial:
            self.tally.warnings += [
                *bring_moves(self._archive, self._engine),
                *bring_records(self._archive, self._engine),
            ]


@dataclass(slots=True)
class _Tally:
    """What a run has done so far. `claimed` are the pages that its files say they are, `touched` what it changed."""

    set_aside: list[FileError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    to_do: int = 0
    read: int = 0
    pages: int = 0
    unchanged: int = 0
    articles: int = 0
    claimed: set[workers.PageClaim] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Batch:
    """A change that will be committed, and what has to be known for that. `days` are those on which ids may change.

    `leaving` are articles that a later commit will take away, and `later` the issues from which they are taken: such an
    issue is put off, and its articles are added to `leaving`. Without `later`, none is.
    """

    before: Before
    change: Writer
    tally: _Tally
    leaving: list[FormerArticle] = field(default_factory=list)
    later: list[tuple[Issue, str]] | None = None
    lost: Lost = field(default_factory=Lost)
    days: set[Day] = field(default_factory=set)
    versions: dict[str, Packed] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    withdrawn: dict[str, Withdrawal] = field(default_factory=dict)

    def add(self, issue: Issue, current: str, made: workers.IssueDocuments) -> None:
        """Put what one issue gave into the change, leaving alone the pages that came out as they were."""
        where = ANYWHERE if self.before.has_other_files(issue, current) else issue.pages[0].source
        if where == ANYWHERE and self.later is not None and (gone := self._gone_from(made)):
            self.leaving += gone
            self.later.append((issue, current))
            return
        tally = self.tally
        tally.read += len(issue.pages)
        tally.set_aside += made.set_aside
        tally.warnings += made.warnings
        self._claim(made.claims)
        for source in made.copies:
            self.drop(source)
        self._correct(made.corrected)
        for source, ids in made.corrected.kept_back.items():
            self._keep_back(source, ids)
        for source, tokenised in made.pages.items():
            new = tuple(one.document for one in tokenised)
            old = self.before.documents_of(source)
            if old and old == new and self.before.fingerprints[source] == made.fingerprint:
                tally.unchanged += 1
                continue
            self._replace(source, tokenised, made.fingerprint)
            self.versions[source] = made.versions[source]
            self.digests[plain(source)] = made.digests[source]
            tally.pages += 1
            tally.articles += len(new)
            if self.before.fingerprints:
                self.days |= {_day(document) for document in (*old, *new)}
            kept = {document.id for document in new}
            self._lose(where, (document for document in old if document.id not in kept))
            self.lost.sources[where].append(source)

    def drop(self, source: str) -> None:
        """Take a file out of the index that is gone or says the same as another."""
        old = self.before.documents_of(source)
        self.change.remove(source)
        self.tally.touched.add(source)
        self._lose(ANYWHERE, old)
        self.days |= {_day(document) for document in old}

    def _correct(self, done: workers.WorkOfCorrections) -> None:
        """Note what corrections did beside changing articles."""
        self.moves |= done.moves
        self.withdrawn |= done.withdrawn

    def _keep_back(self, source: str, ids: frozenset[str]) -> None:
        """Take out of the index what must not be seen of a page that can't be read: the other articles stay."""
        held = self.before.documents_of(source)
        left = tuple(one for one in held if one.id not in ids)
        if left != held:
            self._replace(source, tuple(map(tokenizer.tokenise, left)), "")

    def adopt(self, built: workers.Built, change: BulkWriter) -> None:
        """Put segments that a worker wrote into the change."""
        for segment in built.segments:
            change.adopt(segment)
        tally = self.tally
        tally.set_aside += built.set_aside
        tally.warnings += built.warnings
        tally.pages += built.pages
        tally.articles += built.articles
        for claims in built.claims:
            self._claim(claims)
            self.days |= {(claim.paper, claim.date) for claim in claims} & self.before.days
        for done in built.corrected:
            self._correct(done)
        self.versions.update(built.versions)
        self.digests |= {plain(source): digest for source, digest in built.digests.items()}
        self.lost.sources[ANYWHERE] += built.versions
        tally.touched.update(built.versions)

    def keep_ids_apart(self, withdrawn: Collection[str]) -> None:
        """Give articles of different folders that claim the same page ids of their own.

        The id of a withdrawn article is its own too.
        """
        days = self.days | {_day(document) for document in holding(self.change, withdrawn)}
        if not days:
            return
        reader = self.change.preview()
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
            self._replace(source, tokenised, fingerprints[source])
            self.versions[source] = packed_versions(tokenised)
            self.lost.sources[ANYWHERE].append(source)
            self._lose(ANYWHERE, self.before.documents_of(source))

    def _replace(self, source: str, documents: Sequence[TokenisedDocument], current: str) -> None:
        self.change.replace(source, documents, current)
        self.tally.touched.add(source)

    def _lose(self, where: str, documents: Iterable[Document]) -> None:
        self.lost.articles[where] += map(FormerArticle.of, documents)

    def _gone_from(self, made: workers.IssueDocuments) -> list[FormerArticle]:
        """The articles of an issue with other files that are not on its pages any more."""
        return gone_from(
            [one for source in (*made.pages, *made.copies) for one in self.before.documents_of(source)],
            [one.document for page in made.pages.values() for one in page],
            made.corrected.withdrawn,
        )

    def _claim(self, claims: frozenset[workers.PageClaim]) -> None:
        """Note the pages that the files of an issue say they are. Of two issues that claim one, ids may be equal."""
        self.days |= {(claim.paper, claim.date) for claim in claims & self.tally.claimed}
        self.tally.claimed |= claims


def _day(document: Document) -> Day:
    return document.paper, document.article.date


@contextmanager
def _change(engine: Indexable, *, fresh: bool = False, part: str = "") -> Iterator[Writer]:
    """A change that is forgotten when the block doesn't end well."""
    writer = engine.writer(fresh=fresh, part=part)
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
        **(differences_json(report.differences) if report.differences else {}),
    }
