"""Measure what corrections cost `baosou index`: many over an archive, and as many in one file."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmark import pages
from benchmark.corpus import Story
from indexer.archive import corrections
from indexer.archive.archive import Archive, Issue
from indexer.archive.corrections import Correction, Traits
from indexer.engines import open_engine
from indexer.engines.base import IndexIdentity
from indexer.indexing import pipeline
from indexer.indexing.issue_reader import read_issue
from indexer.model import Article

LINES = 10_000
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class CorrectionCosts:
    """The processor time of indexing an archive without corrections, and with them in many files and in one."""

    articles: int
    without: Sequence[float]
    spread: Sequence[float]
    in_one_file: Sequence[float]


def measure(work: Path, found: Sequence[Story], articles: int) -> CorrectionCosts:
    """Index page files in turn without and with corrections, by one process."""
    root = work / "corrections"
    shutil.rmtree(root, ignore_errors=True)
    pages.write(root, found, articles)
    issues = Archive(root).survey().issues
    spread = _spread(issues)
    one = _in_one_file(issues[0])
    seconds: dict[str, list[float]] = {"without": [], "spread": [], "one": []}
    for _ in range(_ROUNDS):
        for name, lines in (("without", {}), ("spread", spread), ("one", one)):
            for path, its in lines.items():
                corrections.append(path, corrections.numbered(its, corrections.CorrectionLines()))
            seconds[name].append(_index(root, work / "corrections-index"))
            for path in lines:
                path.unlink()
    return CorrectionCosts(articles, seconds["without"], seconds["spread"], seconds["one"])


def report(costs: CorrectionCosts) -> str:
    """Return the costs as sentences."""
    base = statistics.median(costs.without)
    more = {
        name: statistics.median(its) - base
        for name, its in (("in all files", costs.spread), ("in one file", costs.in_one_file))
    }
    told = [f"{LINES:,} lines {name}: {its:+.2f} s ({100 * its / base:+.1f} %)" for name, its in more.items()]
    return "\n".join([f"indexing {costs.articles:,} articles by one process: {base:.1f} s of processor", *told])


def _index(root: Path, folder: Path) -> float:
    shutil.rmtree(folder, ignore_errors=True)
    engine = open_engine(str(folder), IndexIdentity(str(root), "these"))
    began = time.process_time()
    done = pipeline.index(Archive(root), engine, jobs=1)
    seconds = time.process_time() - began
    if done.warnings:
        raise SystemExit(f"a correction doesn't fit: {done.warnings[0]}")
    return seconds


def _spread(issues: Sequence[Issue]) -> dict[Path, list[Correction]]:
    """Return corrections of all articles, a few of each, by file."""
    found: dict[Path, list[Correction]] = {}
    left = LINES
    while left:
        for issue in issues:
            reading = read_issue(issue.pages, issue.paper)
            for page in issue.pages:
                articles = reading.pages[page.source].articles if page.source in reading.pages else ()
                lines = [one for article in articles for one in _of_article(article, left)][:left]
                found.setdefault(corrections.beside(page.path), []).extend(lines)
                left -= len(lines)
    return found


def _in_one_file(issue: Issue) -> dict[Path, list[Correction]]:
    """Return as many corrections of the articles of one page."""
    reading = read_issue(issue.pages, issue.paper)
    page = next(page for page in issue.pages if page.source in reading.pages)
    articles = reading.pages[page.source].articles
    repeated = (line for number in range(LINES) for article in articles for line in _of_article(article, number))
    return {corrections.beside(page.path): list(islice(repeated, LINES))}


def _of_article(article: Article, number: int) -> Iterator[Correction]:
    """Yield corrections that fit however often they are repeated: each is taken back by the next but one."""
    find = Traits(article.headline, article.lead[:200])

    def line(field: str, before: corrections.Value, after: corrections.Value) -> Correction:
        return Correction(
            action="set", time="2026-01-01T00:00:00Z", author="馆员", article=article.id, field=field,
            before=before, after=after, find=find,
        )  # fmt: skip

    yield line("kicker", article.kicker, "引题")
    yield line("kicker", "引题", article.kicker)
    word = article.lead[:12]
    if article.lead.count(word) == 1 and "\n" not in word:
        yield line("text", word, f"新词{number}{word[2:]}")
        yield line("text", f"新词{number}{word[2:]}", word)
    yield line("byline", tuple({"name": one.name, "role": one.role} for one in article.byline), ())
    yield line("byline", (), tuple({"name": one.name, "role": one.role} for one in article.byline))
