"""Check an archive by reading it like the indexer: page by page, paper by paper, and against its index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from indexer.archive.archive import Archive, Issue, PageFile
from indexer.articles.metadata import text_quality
from indexer.engines.base import Engine, Reader
from indexer.errors import FileError, IndexMissing, IndexUnavailable
from indexer.indexing import page_evidence
from indexer.indexing.checking.against_index import Accounts
from indexer.indexing.checking.facts import PageFacts, facts_of, of_most
from indexer.indexing.checking.findings import Finding, FindingKind, Findings, in_order
from indexer.indexing.checking.gaps import IssuesOfPaper, findings_on_gaps
from indexer.indexing.checking.neighbours import findings_on_neighbours
from indexer.indexing.checking.twins import findings_on_twins
from indexer.indexing.issue_reader import IssueReading, read_issue
from indexer.indexing.pipeline import Progress
from indexer.model import Evidence, PageIdentity, PageReading, Paper
from indexer.readers.leftovers import says_copy
from indexer.readers.names import stem_and_suffix
from indexer.text.dates import date_in_path, find_dates, without_date

_POOR = 0.7
"""Pages with a lower text quality are reported."""


def check(
    archive: Archive,
    paths: Sequence[Path] = (),
    *,
    index: Reader | None = None,
    problem_with_index: str = "",
    progress: Progress = lambda done, total: None,
) -> Findings:
    """Read all pages, or those under `paths`, and collect findings for a librarian.

    With an `index` it is found out too whether each page is in it, and each document of it has a page; where it
    can't be read, `problem_with_index` says why. What is missing is looked for in papers
    that are read as a whole.

    Raises ArchiveError when the archive can't be used and UsageError for a path that is not in it.
    """
    survey = archive.survey(paths)
    set_aside: list[FileError] = list(survey.set_aside)
    findings: list[Finding] = []
    poor: list[tuple[float, Finding]] = []
    claims, papers = _Claims(), _Papers()
    accounts = Accounts(index) if index else None
    files = pages = articles = 0
    for issue in survey.issues:
        reading = read_issue(issue.pages, issue.paper)
        set_aside += reading.set_aside
        findings += _remarks_on_copies(issue.pages, reading)
        findings += claims.of_other_issues(reading.pages)
        findings += _remarks(reading.pages)
        findings += _remarks_on_corrections(reading)
        poor += _poor(reading.pages)
        papers.add(issue, reading)
        if accounts:
            accounts.add(issue, reading)
        files += len(issue.pages)
        pages += len(issue.pages) - len(reading.describing)
        pages += sum(len(page.others) for page in reading.pages.values())
        articles += sum(len(page.articles) for page in reading.pages.values())
        progress(files, survey.page_count)
    whole = archive.survey().issues if paths else survey.issues
    findings += papers.findings(_pages_by_paper(whole))
    if accounts:
        findings += accounts.findings(archive, paths)
    if problem_with_index:
        findings.append(Finding.of("index", "", problem_with_index))
    findings += [finding for _, finding in sorted(poor, key=lambda one: one[0])]
    return Findings(
        pages,
        articles,
        in_order(findings),
        tuple(set_aside),
        tuple(survey.warnings),
        survey.leftovers,
        accounts.comparison if accounts else None,
    )


def index_to_compare(engine: Engine, *, must_be_there: bool) -> tuple[Reader | None, str]:
    """Open an index to compare an archive with, or say why it can't be read.

    Raises IndexUnavailable for an index that must be there.
    """
    try:
        return engine.reader(), ""
    except IndexUnavailable as problem:
        if must_be_there:
            raise
        return None, "" if isinstance(problem, IndexMissing) else str(problem)


def _pages_by_paper(issues: Iterable[Issue]) -> Counter[str]:
    counted = Counter[str]()
    for issue in issues:
        counted[issue.paper.name] += len(issue.pages)
    return counted


class _Papers:
    """What is remembered of all pages, paper by paper."""

    def __init__(self) -> None:
        self._settings: dict[str, Paper] = {}
        self._pages: dict[str, list[PageFacts]] = {}
        self._issues: dict[str, IssuesOfPaper] = {}
        self._read = Counter[str]()

    def add(self, issue: Issue, reading: IssueReading) -> None:
        """Remember the pages of an issue."""
        name = issue.paper.name
        self._settings[name] = issue.paper
        self._read[name] += len(issue.pages)
        facts = [facts_of(source, page) for source, page in reading.pages.items()]
        self._pages.setdefault(name, []).extend(facts)
        issues = self._issues.setdefault(name, IssuesOfPaper())
        for page in facts:
            if page.date:
                issues.labels.setdefault(page.date, set()).update(page.labels)
        for day in {page.date for page in facts if page.date}:
            if number := of_most([page.number for page in facts if page.date == day]):
                issues.numbers[day] = number
        for problem in reading.set_aside:
            self._add_unread(issues, problem.source)

    def findings(self, pages_of: Mapping[str, int]) -> Iterator[Finding]:
        """Yield what is found about papers. `pages_of` counts all their pages."""
        for name, paper in self._settings.items():
            if self._read[name] == pages_of[name]:
                yield from findings_on_gaps(paper, self._issues[name])
            yield from findings_on_neighbours(self._pages[name])
            yield from findings_on_twins(self._pages[name])

    def _add_unread(self, issues: IssuesOfPaper, source: str) -> None:
        """A page that is set aside is named already: it is not missing as well."""
        try:
            found = date_in_path(source.partition("/")[2])
        except ValueError:
            return
        if found:
            label = without_date(stem_and_suffix(source)[0])
            issues.labels.setdefault(found[0], set()).add(label)


_Claim = tuple[str, date | None, str]
"""A paper, a day and the label of a page."""


class _Claims:
    """Which file said first that it is a page."""

    def __init__(self) -> None:
        self._first: dict[_Claim, str] = {}

    def of_other_issues(self, pages: Mapping[str, PageReading]) -> Iterator[Finding]:
        """Yield a remark on each file that is a page which a file of an earlier issue is too; remember the pages."""
        new: dict[_Claim, str] = {}
        for source, identity in ((source, one) for source, page in pages.items() for one in page.identities):
            claim = (identity.paper, identity.date, identity.page)
            if other := self._first.get(claim):
                day = identity.date or "no date"
                yield Finding.of(
                    "page twice",
                    source,
                    f"{other} is page {identity.page} of {day} too; both are indexed; remove one of them",
                )
            new.setdefault(claim, source)
        for claim, source in new.items():
            self._first.setdefault(claim, source)


def _remarks_on_copies(files: Sequence[PageFile], reading: IssueReading) -> Iterator[Finding]:
    for file in files:
        if page := reading.copies.get(file.source):
            yield Finding.of(
                "copy", file.source, f"it is a copy of {page} and says the same, so it is not indexed; remove it"
            )
        elif file.copy_of:
            yield Finding.of(
                "copy", file.source, f"it is a copy of {file.copy_of} with other text; both are indexed; keep one"
            )
        elif says_copy(file.source):
            yield Finding.of("copy", file.source, "it is named as a copy, but its original is not there; rename it")


def _remarks_on_corrections(reading: IssueReading) -> Iterator[Finding]:
    for source, problem in reading.unreadable:
        yield Finding.of("correction", source, problem)
    for one in reading.misfits:
        yield Finding.of("correction", one.source, one.sentence)


def _remarks(pages: Mapping[str, PageReading]) -> Iterator[Finding]:
    # E-papers have one file per article, and the files of a page all print its label. File names are the librarian's.
    labels = Counter((page.identity.date, page.identity.page) for page in pages.values())
    for source, page in pages.items():
        identity = page.identity
        if _is_named_after_file(page) and labels[identity.date, identity.page] > 1:
            yield Finding.of(
                "page twice", source, f"another file of this issue is page {identity.page} too; rename one of them"
            )
        yield from (Finding.of(kind, source, text) for kind, text in _remarks_on(page))


def _poor(pages: Mapping[str, PageReading]) -> Iterator[tuple[float, Finding]]:
    """Yield the quality of each page with unreliable text, and a remark about it."""
    for source, page in pages.items():
        if page.quality is not None and page.quality < _POOR:
            why = ", ".join(f"{one.value} {one.source}" for one in text_quality.together(page.articles)[1])
            yield page.quality, Finding.of("quality", source, f"text quality {page.quality:.2f}: {why}")


def _is_named_after_file(page: PageReading) -> bool:
    """Return whether a page's label comes from its file name, as none is printed."""
    source = next((evidence.source for evidence in page.identity.evidence if evidence.about == "page"), "path")
    return source == "path"


def _remarks_on(page: PageReading) -> Iterable[tuple[FindingKind, str]]:
    for identity in page.identities:
        for evidence in identity.evidence:
            if evidence.about in page_evidence.DAMAGES:
                yield "bytes", page_evidence.damage(evidence)
            if evidence.about.endswith("conflict"):
                yield _conflict(evidence, identity)
    nameless = sum(not article.headline for article in page.articles)
    if nameless:
        yield "headline", f"{nameless} articles without a headline"
    seams = sum("seam" in passage.flags for article in page.articles for passage in article.paragraphs)
    if seams:
        yield "columns", f"{seams} places where the order of the columns could not be told"


def _conflict(evidence: Evidence, identity: PageIdentity) -> tuple[FindingKind, str]:
    says = f"but {evidence.source} says {evidence.value} ({evidence.quote}); correct what is wrong"
    match evidence.about:
        case "page conflict":
            return "label", f"it is page {identity.page}, {says}"
        case "paper conflict":
            return "paper", f"it lies in the folder of {identity.paper}, {says}"
    return "date" if find_dates(evidence.value) else "weekday", f"it is of {identity.date}, {says}"
