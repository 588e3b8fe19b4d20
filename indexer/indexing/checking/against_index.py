"""Account for each page of an archive in its index, and for each document of the index in the archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from indexer.archive.archive import Archive, Issue, issue_of
from indexer.engines.base import Reader
from indexer.indexing.batches import fingerprint
from indexer.indexing.checking.findings import Finding, IndexComparison
from indexer.indexing.issue_reader import IssueReading
from indexer.text.natural_sort import natural_key

_MOST_NAMED = 6
_GONE = "are not in the archive; put them back, or run `baosou index`"


class Accounts:
    """What became of the pages of an archive in an index."""

    def __init__(self, index: Reader) -> None:
        self._index = index
        self._fingerprints = index.fingerprints()
        self._seen: set[str] = set()
        self._missing: list[tuple[Issue, list[str]]] = []
        self._changed: list[tuple[Issue, list[str]]] = []
        self._others: list[Finding] = []
        self.comparison = IndexComparison()

    def add(self, issue: Issue, reading: IssueReading) -> None:
        """Account for the pages of an issue, which were read just now."""
        aside = {problem.source for problem in reading.set_aside}
        current = fingerprint(issue)
        missing, changed, indexed, withdrawn = [], [], 0, 0
        pages = [page.source for page in issue.pages if page.source not in reading.describing]
        for source in pages:
            self._seen.add(source)
            if source in self._fingerprints:
                indexed += 1
                if self._fingerprints[source] not in (current, ""):
                    changed.append(source)
                elif source in reading.pages:
                    self._compare(source, len(reading.pages[source].articles))
            elif source not in aside and source not in reading.copies:
                if reading.pages[source].articles:
                    missing.append(source)
                else:
                    withdrawn += 1
        self._missing.append((issue, missing))
        self._changed.append((issue, changed))
        sofar = self.comparison
        self.comparison = replace(
            sofar,
            pages=sofar.pages + len(pages),
            indexed=sofar.indexed + indexed,
            changed=sofar.changed + len(changed),
            set_aside=sofar.set_aside + len(aside - self._fingerprints.keys()),
            copies=sofar.copies + len(reading.copies.keys() - self._fingerprints.keys()),
            withdrawn=sofar.withdrawn + withdrawn,
            missing=sofar.missing + len(missing),
        )

    def findings(self, archive: Archive, paths: Sequence[Path]) -> Iterator[Finding]:
        """Yield what doesn't agree, many issues that follow each other in one finding."""
        yield from _of_issues(self._missing, "not in the index; run `baosou index`")
        yield from _of_issues(self._changed, "not indexed as they are now; run `baosou index`")
        yield from self._others
        left = sorted(self._fingerprints.keys() - self._seen, key=natural_key)
        unbacked = archive.those_under(left, paths)
        self.comparison = replace(self.comparison, unbacked=len(unbacked))
        for _, sources in groupby(unbacked, lambda source: source.partition("/")[0]):
            yield from _unbacked(archive, list(sources))

    def _compare(self, source: str, articles: int) -> None:
        held = len(self._index.documents_of(source))
        if held != articles:
            text = f"the index has {held} articles of it, the page {articles}; run `baosou index --full`"
            self._others.append(Finding.of("index", source, text))


def _unbacked(archive: Archive, sources: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for each issue of a paper, or for all of them where they are many."""
    folders = {folder: list(its) for folder, its in groupby(sources, issue_of)}
    if len(folders) > _MOST_NAMED:
        first, *_, last = folders
        held = f"{len(sources)} page files in {len(folders)} issues up to {last}"
        yield Finding.of("index", first, f"the index has articles of {held}, which {_GONE}")
        return
    for folder, its in folders.items():
        why = _GONE if all(map(archive.is_gone, its)) else "can't be used there"
        yield Finding.of("index", folder, f"the index has articles of {_pages(its)}, which {why}")


def _of_issues(found: Sequence[tuple[Issue, list[str]]], what: str) -> Iterator[Finding]:
    """Yield a finding for each run of issues of which all pages are concerned, and for each other one."""
    for state, group in groupby(found, lambda one: (one[0].paper.name, _share(*one))):
        its = list(group)
        if state[1] == "none":
            continue
        if state[1] == "all" and len(its) > 1:
            first, last = (issue_of(one[1][0]) for one in (its[0], its[-1]))
            pages = sum(len(sources) for _, sources in its)
            yield Finding.of("index", first, f"{len(its)} issues up to {last}, {pages} pages, are {what}")
            continue
        for _, sources in its:
            yield Finding.of("index", issue_of(sources[0]), f"{_pages(sources)} are {what}")


def _share(issue: Issue, sources: Sequence[str]) -> str:
    if not sources:
        return "none"
    return "all" if len(sources) == len(issue.pages) else "some"


def _pages(sources: Sequence[str]) -> str:
    """Name some files of a folder.

    >>> _pages(["demo/1/01.txt", "demo/1/02.txt"])
    '01.txt and 02.txt'
    """
    names = [source.rpartition("/")[2] for source in sources]
    if len(names) > _MOST_NAMED:
        return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
