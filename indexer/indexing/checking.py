"""Check an archive for problems by reading it like the indexer, without an index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from indexer.archive.archive import Archive, PageFile
from indexer.articles.metadata import text_quality
from indexer.errors import FileError
from indexer.indexing.issue_reader import IssueReading, read_issue
from indexer.indexing.pipeline import Progress
from indexer.model import PageReading
from indexer.readers.leftovers import says_copy

_POOR = 0.7
"""Pages with a lower text quality are reported."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark about a page that a person should look at."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of a check.

    `pages` and `articles` count what was read. Remarks are in archive order, followed by those about poor text, worst
    page first. `warnings` are about settings. `leftovers` counts the files and folders that systems and programs left.
    """

    pages: int
    articles: int
    remarks: tuple[Remark, ...]
    set_aside: tuple[FileError, ...]
    warnings: tuple[str, ...]
    leftovers: int = 0


def check(archive: Archive, paths: Sequence[Path] = (), *, progress: Progress = lambda done, total: None) -> Findings:
    """Read all pages, or those under `paths`, and collect remarks for a librarian.

    Raises ArchiveError when the archive can't be used and UsageError for a path that is not in it.
    """
    survey = archive.survey(paths)
    set_aside: list[FileError] = list(survey.set_aside)
    remarks: list[Remark] = []
    poor: list[tuple[float, Remark]] = []
    claims = _Claims()
    pages = articles = 0
    for issue in survey.issues:
        reading = read_issue(issue.pages, issue.paper)
        set_aside += reading.set_aside
        remarks += _remarks_on_copies(issue.pages, reading)
        remarks += claims.of_other_issues(reading.pages)
        remarks += _remarks(reading.pages)
        remarks += _remarks_on_corrections(reading)
        poor += _poor(reading.pages)
        pages += len(issue.pages)
        articles += sum(len(page.articles) for page in reading.pages.values())
        progress(pages, survey.page_count)
    remarks += [remark for _, remark in sorted(poor, key=lambda one: one[0])]
    return Findings(pages, articles, tuple(remarks), tuple(set_aside), tuple(survey.warnings), survey.leftovers)


_Claim = tuple[str, date | None, str]
"""A paper, a day and the label of a page."""


class _Claims:
    """Which file said first that it is a page."""

    def __init__(self) -> None:
        self._first: dict[_Claim, str] = {}

    def of_other_issues(self, pages: Mapping[str, PageReading]) -> Iterator[Remark]:
        """Yield a remark on each file that is a page which a file of an earlier issue is too; remember the pages."""
        new: dict[_Claim, str] = {}
        for source, page in pages.items():
            identity = page.identity
            claim = (identity.paper, identity.date, identity.page)
            if other := self._first.get(claim):
                day = identity.date or "no date"
                yield Remark(
                    source, f"{other} is page {identity.page} of {day} too; both are indexed; remove one of them"
                )
            new.setdefault(claim, source)
        for claim, source in new.items():
            self._first.setdefault(claim, source)


def _remarks_on_copies(files: Sequence[PageFile], reading: IssueReading) -> Iterator[Remark]:
    for file in files:
        if page := reading.copies.get(file.source):
            yield Remark(file.source, f"it is a copy of {page} and says the same, so it is not indexed; remove it")
        elif file.copy_of:
            yield Remark(file.source, f"it is a copy of {file.copy_of} with other text; both are indexed; keep one")
        elif says_copy(file.source):
            yield Remark(file.source, "it is named as a copy, but its original is not there; rename it")


def _remarks_on_corrections(reading: IssueReading) -> Iterator[Remark]:
    for source, problem in reading.unreadable:
        yield Remark(source, problem)
    for one in reading.misfits:
        yield Remark(one.source, one.sentence)


def _remarks(pages: Mapping[str, PageReading]) -> Iterator[Remark]:
    # E-papers have one file per article, and the files of a page all print its label. File names are the librarian's.
    labels = Counter((page.identity.date, page.identity.page) for page in pages.values())
    for source, page in pages.items():
        identity = page.identity
        if _is_named_after_file(page) and labels[identity.date, identity.page] > 1:
            yield Remark(source, f"another file of this issue is page {identity.page} too; rename one of them")
        yield from (Remark(source, text) for text in _remarks_on(page))


def _poor(pages: Mapping[str, PageReading]) -> Iterator[tuple[float, Remark]]:
    """Yield the quality of each page with unreliable text, and a remark about it."""
    for source, page in pages.items():
        if page.quality is not None and page.quality < _POOR:
            why = ", ".join(f"{one.value} {one.source}" for one in text_quality.together(page.articles)[1])
            yield page.quality, Remark(source, f"text quality {page.quality:.2f}: {why}")


def _is_named_after_file(page: PageReading) -> bool:
    """Return whether a page's label comes from its file name, as none is printed."""
    source = next((evidence.source for evidence in page.identity.evidence if evidence.about == "page"), "path")
    return source == "path"


def _remarks_on(page: PageReading) -> Iterable[str]:
    for evidence in page.identity.evidence:
        if evidence.about == "bad bytes":
            yield f"{evidence.value} (“{evidence.quote}”); the rest was read, copy the page again from the original"
        if evidence.about.endswith("conflict"):
            yield f"{evidence.about}: {evidence.source} says {evidence.value} ({evidence.quote})"
    nameless = sum(not article.headline for article in page.articles)
    if nameless:
        yield f"{nameless} articles without a headline"
    seams = sum("seam" in passage.flags for article in page.articles for passage in article.paragraphs)
    if seams:
        yield f"{seams} places where the order of the columns could not be told"


def findings_json(found: Findings) -> dict[str, object]:
    """Convert the findings to the JSON that `baosou check --json` prints."""
    return {
        "pages": found.pages,
        "articles": found.articles,
        "remarks": [{"source": remark.source, "text": remark.text} for remark in found.remarks],
        "set_aside": [{"source": one.source, "problem": one.problem} for one in found.set_aside],
        "warnings": list(found.warnings),
        "leftovers": found.leftovers,
    }
