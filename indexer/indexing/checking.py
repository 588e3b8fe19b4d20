"""What is wrong with an archive, found by reading it as the indexer would, without an index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.archive.archive import Archive
from indexer.articles.metadata import text_quality
from indexer.errors import FileError
from indexer.indexing.issue_reader import read_issue
from indexer.indexing.pipeline import Progress
from indexer.model import PageReading

_POOR = 0.7
"""Pages whose text is of a lower quality are named."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one page that a person should look at."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check saw: pages and articles read, remarks, files set aside, warnings about settings.

    The remarks come in the order of the archive; those about poor text come last, the worst page first.
    """

    pages: int
    articles: int
    remarks: tuple[Remark, ...]
    set_aside: tuple[FileError, ...]
    warnings: tuple[str, ...]


def check(archive: Archive, paths: Sequence[Path] = (), *, progress: Progress = lambda done, total: None) -> Findings:
    """Read all pages, or those under `paths`, and collect what a librarian should look at.

    Raises ArchiveError or UsageError.
    """
    survey = archive.survey(paths)
    set_aside: list[FileError] = list(survey.set_aside)
    remarks: list[Remark] = []
    poor: list[tuple[float, Remark]] = []
    pages = articles = 0
    for issue in survey.issues:
        reading = read_issue(issue.pages, issue.paper)
        set_aside += reading.set_aside
        remarks += _remarks(reading.pages)
        poor += _poor(reading.pages)
        pages += len(issue.pages)
        articles += sum(len(page.articles) for page in reading.pages.values())
        progress(pages, survey.page_count)
    remarks += [remark for _, remark in sorted(poor, key=lambda one: one[0])]
    return Findings(pages, articles, tuple(remarks), tuple(set_aside), tuple(survey.warnings))


def _remarks(pages: Mapping[str, PageReading]) -> Iterator[Remark]:
    # E-papers keep a file for each article, so many files print one label; file names are the librarian's own.
    labels = Counter((page.identity.date, page.identity.page) for page in pages.values())
    for source, page in pages.items():
        identity = page.identity
        if _is_named_after_file(page) and labels[identity.date, identity.page] > 1:
            yield Remark(source, f"another file of this issue is page {identity.page} too; rename one of them")
        yield from (Remark(source, text) for text in _remarks_on(page))


def _poor(pages: Mapping[str, PageReading]) -> Iterator[tuple[float, Remark]]:
    """The pages whose text can't be relied on, with their quality."""
    for source, page in pages.items():
        if page.quality is not None and page.quality < _POOR:
            why = ", ".join(f"{one.value} {one.source}" for one in text_quality.together(page.articles)[1])
            yield page.quality, Remark(source, f"text quality {page.quality:.2f}: {why}")


def _is_named_after_file(page: PageReading) -> bool:
    """Whether a page's label is its file's name, for want of a printed one."""
    source = next((evidence.source for evidence in page.identity.evidence if evidence.about == "page"), "path")
    return source == "path"


def _remarks_on(page: PageReading) -> Iterable[str]:
    for evidence in page.identity.evidence:
        if evidence.about.endswith("conflict"):
            yield f"{evidence.about}: {evidence.source} says {evidence.value} ({evidence.quote})"
    nameless = sum(not article.headline for article in page.articles)
    if nameless:
        yield f"{nameless} articles without a headline"
    seams = sum("seam" in passage.flags for article in page.articles for passage in article.paragraphs)
    if seams:
        yield f"{seams} places where the order of the columns could not be told"


def findings_json(found: Findings) -> dict[str, object]:
    """Return the findings as `baosou check --json` prints them."""
    return {
        "pages": found.pages,
        "articles": found.articles,
        "remarks": [{"source": remark.source, "text": remark.text} for remark in found.remarks],
        "set_aside": [{"source": one.source, "problem": one.problem} for one in found.set_aside],
        "warnings": list(found.warnings),
    }
