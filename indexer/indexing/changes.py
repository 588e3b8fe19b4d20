"""Record corrections: `record` is the one way by which the command line and the site change an article.

A correction is first tried on what the page says now. If it fits, its line is appended to the corrections file of the
page, then a line to `audit.jsonl` in the archive, and then the index is brought up to date. When `record` returns, the
line is on the disk whatever became of the index: the next `baosou index` does what the file says.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import unified_diff
from pathlib import Path

from msgspec.structs import replace as with_fields

from indexer.archive import corrections
from indexer.archive.appended_lines import AppendedLines
from indexer.archive.archive import Archive, PageFile
from indexer.archive.corrections import FIELDS_OF_PAGES, Correction, CorrectionLines, Traits, numbered
from indexer.archive.withdrawn import Withdrawal
from indexer.engines.base import Engine
from indexer.errors import ArchiveError, ArticleChanged, BaosouError, IndexLocked, IndexUnavailable, UsageError
from indexer.indexing import editing, pipeline
from indexer.indexing.issue_reader import FoundIssue, IssueReading, catalogue_entry, find_issue, with_corrections
from indexer.indexing.withheld import letters_of
from indexer.model import Article, Rights

AUDIT = "audit.jsonl"
_LONGEST_LEAD = 200
_PATIENCE, _PAUSE = 10.0, 0.1
"""Seconds that a correction waits for the index, and between two attempts."""


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """A line of a page's corrections file, and whether it is in force, undone, or does not fit (then why)."""

    line: Correction
    is_undone: bool
    problem: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of corrections that were to be recorded.

    `lines` are those that were appended, or would be in a dry run; none where the article is as wanted already. `id` is
    that of the article afterwards. `before` and `after` are all articles of the issue that change, None where there is
    none; a withdrawn article is none. `pending` says why the index doesn't show it yet, "" if it does. `similar` are
    other articles of the issue with the same text.
    """

    id: str
    source: str
    lines: tuple[Correction, ...]
    changed: tuple[tuple[Article | None, Article | None], ...]
    pending: str = ""
    similar: tuple[str, ...] = ()

    @property
    def diff(self) -> str:
        """The changes as a unified diff of the articles in readable form."""
        return "".join(_diff(before, after) for before, after in self.changed)


def record(
    archive: Archive,
    engine: Engine,
    article_id: str,
    wanted: Correction | Sequence[Correction],
    author: str,
    *,
    origin: str = "command",
    whole_page: bool = False,
    dry_run: bool = False,
    shown: str | None = None,
    clock: Callable[[], float] = time.time,
) -> Recorded:
    """Correct, withdraw or withhold, or undo that. Several corrections are recorded together or not at all.

    Of a wanted correction `action` is needed, and `field`, `after`, `before`, `reason`, `public_reason`, `of` as far as
    the action has them; where `set` has no `before`, it is what the field says now. With `whole_page` the corrections
    are about the page that the article begins on. `shown` is the `article_digest` of the article that the author saw.
    `origin` is `command` or `site`.

    Raises UsageError for a correction that makes no sense or doesn't fit, ArticleChanged where the article is not the
    one that was shown, and ArchiveError where the archive can't be written.
    """
    with _lock(archive):
        place = _Place.of(archive, engine, article_id)
        if shown is not None and shown != article_digest(place.article):
            raise ArticleChanged(f"{place.id} was changed since it was shown; look at it again: {place.history()}")
        lines = place.lines_for([wanted] if isinstance(wanted, Correction) else wanted, author, clock(), whole_page)
        after = place.tried(lines)
        recorded = place.recorded(lines, after)
        if not dry_run and lines:
            corrections.append(place.file, recorded.lines)
            _note_in_audit(archive, recorded, origin)
            _note_withdrawn(archive, after)
    if dry_run:
        return recorded
    return replace(recorded, pending=_bring_index(archive, engine, recorded.source, clock))


def history(archive: Archive, engine: Engine, article_id: str) -> tuple[RecordedLine, ...]:
    """Return the lines about an article and about its whole page, oldest first. Raises UsageError for an unknown id."""
    return _Place.of(archive, engine, article_id).recorded_lines()


@dataclass(frozen=True, slots=True)
class Editable:
    """An article as the archive has it now, for a form. It may be withdrawn, and newer than the index.

    `others` are the other articles of its issue, with their page files. `digest` is its `article_digest`.
    """

    article: Article
    source: str
    rights: Rights
    is_withdrawn: bool
    digest: str
    lines: tuple[RecordedLine, ...]
    others: tuple[tuple[str, Article], ...]


def editable(archive: Archive, engine: Engine, article_id: str) -> Editable:
    """Return an article for a form, its text only where it may be shown. Raises UsageError for an unknown id."""
    place = _Place.of(archive, engine, article_id)
    rights = place.found.paper.rights
    shown = catalogue_entry if rights == "metadata" else lambda article: article
    return Editable(
        article=shown(place.article),
        source=place.source,
        rights=rights,
        is_withdrawn=any(one.article.id == place.id for one in place.reading.withdrawn),
        digest=article_digest(place.article),
        lines=place.recorded_lines(),
        others=tuple((source, shown(one)) for source, one in _articles(place.reading) if one.id != place.id),
    )


def article_digest(article: Article | None) -> str:
    """Return a digest of all that a form shows of an article, to find out whether someone else changed it."""
    shown = "\n".join(_readable(article)) if article else ""
    return hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Place:
    """An article in its issue as it is in the archive now. `holder` is the page file that has the lines of `file`."""

    id: str
    source: str
    holder: str
    file: Path
    found: FoundIssue
    reading: IssueReading

    @classmethod
    def of(cls, archive: Archive, engine: Engine, article_id: str) -> _Place:
        for source in _sources(archive, engine, article_id):
            if archive.is_gone(source):
                continue
            survey = archive.survey([archive.root / source])
            for issue in survey.issues:
                pages = {page.source: page for page in issue.pages}
                if source not in pages:
                    continue
                found = find_issue(issue.pages, issue.paper)
                reading = with_corrections(found)
                now, its = _in_issue(reading, article_id, source, engine)
                if now:
                    return cls(now, its, _holder(pages, its), corrections.beside(pages[its].path), found, reading)
        raise UsageError(f"There is no article {article_id} in the archive; copy its id from its address on the site.")

    @property
    def article(self) -> Article:
        return next(article for _, article in _articles(self.reading) if article.id == self.id)

    @property
    def lines(self) -> CorrectionLines:
        return self.found.corrections.get(self.holder, CorrectionLines())

    def recorded_lines(self) -> tuple[RecordedLine, ...]:
        """Return the lines about the article and about its whole page, oldest first."""
        undone = self.lines.undone
        problems = {one.number: one.problem for one in self.reading.misfits if one.source == self.holder}
        return tuple(
            RecordedLine(line, line.n in undone, problems.get(line.n, ""))
            for line in self.lines.lines
            if not line.article or self._is_about(line)
        )

    def history(self) -> str:
        """Say who changed the article last, and what."""
        notes = self.article.corrections
        if not notes:
            return "its corrections were undone, or its page was replaced"
        return f"{notes[-1].author or 'someone'} changed {notes[-1].field} on {notes[-1].time}"

    def lines_for(
        self, wanted: Sequence[Correction], author: str, now: float, whole_page: bool
    ) -> tuple[Correction, ...]:
        """Return the lines to append, without those that change nothing."""
        base = numbered(
            [self._line_for(one, author, now, whole_page) for one in wanted if not self._is_so(one, whole_page)],
            self.lines,
        )
        for line in base:
            if problem := corrections.problem_with(line):
                raise UsageError(f"This correction makes no sense: {problem}.")
        return base

    def _line_for(self, one: Correction, author: str, now: float, whole_page: bool) -> Correction:
        article = self.article
        line = with_fields(
            one,
            time=datetime.fromtimestamp(int(now), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            author=author,
            article="" if whole_page else self.id,
        )
        if whole_page:
            if one.action not in ("set", "undo") or (one.action == "set" and one.field not in FIELDS_OF_PAGES):
                raise UsageError(f"For a whole page, only these can be set: {', '.join(FIELDS_OF_PAGES)}.")
        else:
            line = with_fields(line, find=Traits(article.headline, article.lead[:_LONGEST_LEAD]))
        if one.action == "set" and one.field in corrections.FIELDS and one.field != "text" and not one.before:
            line = with_fields(line, before=self._value(one.field, whole_page))
        if one.action == "undo" and one.of not in {its.n for its in self.lines.lines}:
            raise UsageError(f"There is no correction {one.of} of this page; see them with --list.")
        return line

    def _is_so(self, one: Correction, whole_page: bool) -> bool:
        """Return whether a correction is in force already."""
        if one.action == "set" and one.field in corrections.FIELDS and one.field != "text":
            return self._value(one.field, whole_page) == one.after
        if one.action == "set" and one.field == "text":
            return editing.replace_text(self.article, str(one.before), str(one.after)) is self.article
        if one.action == "withdraw":
            return any(
                gone.article.id == self.id and gone.reason == one.public_reason for gone in self.reading.withdrawn
            )
        if one.action == "withhold":
            return letters_of(str(one.before)) in {
                letters_of(str(its.before))
                for its in self.lines.lines
                if its.action == "withhold" and its.n not in self.lines.undone and self._is_about(its)
            }
        return one.action == "undo" and one.of in self.lines.undone

    def _is_about(self, line: Correction) -> bool:
        return self.reading.ids.get(line.article) == self.id

    def _value(self, field: str, whole_page: bool) -> corrections.Value:
        if not whole_page:
            return editing.value_of(self.article, field)
        page = self.reading.pages[self.source]
        return editing.value_of_page(page.identity_of(self.article.pages[0]), field)

    def tried(self, lines: Sequence[Correction]) -> IssueReading:
        """Return what the issue becomes with more lines. Raises UsageError where a line doesn't fit."""
        more = CorrectionLines((*self.lines.lines, *lines), self.lines.problems)
        after = with_corrections(replace(self.found, corrections={**self.found.corrections, self.holder: more}))
        if worse := [one for one in after.misfits if one not in self.reading.misfits]:
            numbers = {line.n for line in lines}
            own = [one for one in worse if one.number in numbers and one.source == self.holder]
            if own:
                raise UsageError(f"This correction of {self.id} doesn't fit: {own[0].problem}.")
            raise UsageError(
                f"Correction {worse[0].number} of {worse[0].source} would not fit any more ({worse[0].problem}); "
                "undo that one first."
            )
        return after

    def recorded(self, lines: Sequence[Correction], after: IssueReading) -> Recorded:
        """Describe what the lines do, and complete them with the id that the article has afterwards."""
        new_id = after.ids.get(self.id, self.id)
        if new_id != self.id:
            lines = [with_fields(line, becomes=new_id) if line.article else line for line in lines]
        old = {article.id: article for page in self.reading.pages.values() for article in page.articles}
        new = {article.id: article for page in after.pages.values() for article in page.articles}
        changed = [(old.get(one), new.get(after.ids.get(one, one))) for one in old]
        made = [
            (None, article) for one, article in new.items() if one not in {pair[1].id for pair in changed if pair[1]}
        ]
        return Recorded(
            new_id,
            self.source,
            tuple(lines),
            tuple((before, its) for before, its in (*changed, *made) if before != its),
            similar=tuple(self._similar()) if any(line.action == "withdraw" for line in lines) else (),
        )

    def _similar(self) -> Iterator[str]:
        own = letters_of("".join(one.text for one in self.article.paragraphs))
        for _, article in _articles(self.reading):
            if article.id != self.id and own and own == letters_of("".join(one.text for one in article.paragraphs)):
                yield article.id


def _in_issue(reading: IssueReading, article_id: str, source: str, engine: Engine) -> tuple[str, str]:
    """Return the id that an article has in its issue, and its page file; "" where it isn't there.

    Beside a page of another folder that claims to be the same, an index has another id for it.
    """
    now = reading.ids.get(article_id, article_id)
    for its, article in _articles(reading):
        if article.id == now:
            return now, its
    try:
        document = engine.reader().get(article_id)
    except IndexUnavailable:
        document = None
    for its, article in _articles(reading):
        if document and its == source and replace(document.article, id="", lookalikes=()) == replace(article, id=""):
            return article.id, its
    return "", ""


def _articles(reading: IssueReading) -> Iterator[tuple[str, Article]]:
    """Yield all articles of an issue with their page files, those that are withdrawn too."""
    for source, page in reading.pages.items():
        yield from ((source, article) for article in page.articles)
    yield from ((one.source, one.article) for one in reading.withdrawn)


def _holder(pages: dict[str, PageFile], source: str) -> str:
    """Return which of the page files with the same stem has the corrections."""
    beside = corrections.beside(pages[source].path)
    return next((one for one, page in pages.items() if corrections.beside(page.path) == beside), source)


def _sources(archive: Archive, engine: Engine, article_id: str) -> Iterator[str]:
    """Yield the page files that an article may begin on, as far as index and archive know it."""
    seen = set[str]()
    for source in _known_sources(archive, engine, article_id):
        if source not in seen:
            seen.add(source)
            yield source


def _known_sources(archive: Archive, engine: Engine, article_id: str) -> Iterator[str]:
    redirects = archive.redirects()
    ids = [article_id, *filter(None, [redirects.get(article_id)])]
    try:
        reader = engine.reader()
        yield from (document.source for document in map(reader.get, ids) if document)
    except IndexUnavailable:
        pass
    withdrawn = archive.withdrawn().table()
    yield from (withdrawn[one].source for one in ids if one in withdrawn)
    yield from (one.source for one in archive.indexed().find(set(ids), set()).articles.values())


@contextmanager
def _lock(archive: Archive) -> Iterator[None]:
    """Let one change of the archive be recorded at a time, whichever process makes it."""
    path = archive.root / AUDIT
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as problem:
        raise ArchiveError(f"{path} can't be written ({problem.strerror}); make it writable") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _note_in_audit(archive: Archive, recorded: Recorded, origin: str) -> None:
    """Append who did what, without the words: these are in the corrections file, and may have to be withheld."""
    lines = [
        {
            "time": line.time,
            "author": line.author,
            "what": line.action,
            "field": line.field,
            "article": recorded.id,
            "page": recorded.source,
            "correction": line.n,
            "of": line.of,
            "origin": origin,
        }
        for line in recorded.lines
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    AppendedLines(archive.root / AUDIT).append(text, is_locked=True)  # by _lock


def _note_withdrawn(archive: Archive, after: IssueReading) -> None:
    """Let the site answer at once that an article is withdrawn, also while the index can't be written."""
    gone = {one: Withdrawal(its.source, its.reason) for its in after.withdrawn for one in its.ids}
    archive.withdrawn().remember(gone, ())


def _bring_index(archive: Archive, engine: Engine, source: str, clock: Callable[[], float]) -> str:
    """Bring the index up to date with the issue. Return why that failed, "" if it didn't."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            engine.reader().close()  # where there is none, it would be made of this issue alone
            pipeline.index(archive, engine, paths=[archive.root / source], jobs=1, clock=clock)
            return ""
        except IndexLocked as problem:  # often by another correction, which takes a moment
            if time.monotonic() > end:
                return str(problem)
            time.sleep(_PAUSE)
        except BaosouError as problem:
            return str(problem)


def _diff(before: Article | None, after: Article | None) -> str:
    names = [one.id if one else "/dev/null" for one in (before, after)]
    old, new = (_readable(one) if one else [] for one in (before, after))
    return "".join(f"{line}\n" for line in unified_diff(old, new, names[0], names[1], n=1, lineterm=""))


def _readable(article: Article) -> list[str]:
    """Return an article in lines, each field with its name, each paragraph a line."""
    return list(_lines(article))


def _lines(article: Article) -> Iterable[str]:
    for field in ("date", "page", "section", "kind", "kicker", "headline", "subtitle", "byline", "localities"):
        if value := editing.value_of(article, field):
            yield f"{field}: {editing.plain(value)}"
    yield from (passage.text for passage in article.paragraphs)
    yield from (f"caption: {passage.text}" for passage in article.captions)
