"""Measure how fast page files are read: each step for itself, and `baosou index --jobs 1` beside another checkout."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from benchmark import pages
from benchmark.corpus import Story
from indexer import readers
from indexer.archive.archive import Archive
from indexer.articles.metadata.page_identity import identify
from indexer.articles.page_reader import read_pages
from indexer.cleaning import clean
from indexer.indexing.issue_reader import documents, read_issue
from indexer.text.tokenizer import tokenise

ROOT = Path(__file__).resolve().parent.parent.parent
STEPS = ("decode", "clean", "articles", "tokenise")
LAYOUTS = {
    f"{number} article{'s' * (number > 1)} a page, {how}": (number, wrapped)
    for number in (1, 5, 20)
    for how, wrapped in (("wrapped", True), ("not wrapped", False))
}
"""Name → articles a page, and whether their lines are wrapped."""
ARTICLES = 600
_PAIRS = 5
_MAIN = """
import importlib
cli = importlib.import_module("indexer.cli")
getattr(cli, "main", None) or importlib.import_module("indexer.cli.commands")
(getattr(cli, "main", None) or cli.commands.main)()
"""
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Reading:
    """The cost of reading one layout.

    `milliseconds` is the processor time of each step for an article, `letters` how many letters a second are cleaned.
    `ratios` are, pair by pair, how many times faster than another checkout the whole of `baosou index` is.
    """

    milliseconds: Mapping[str, float]
    letters: float
    ratios: Sequence[float] = field(default=())


def measure(work: Path, found: Sequence[Story], other: Path | None) -> Iterator[tuple[str, Reading]]:
    """Yield the cost of reading each layout."""
    for name, (number, wrapped) in LAYOUTS.items():
        root = work / f"reading-{number}-{'wrapped' if wrapped else 'long'}"
        shutil.rmtree(root, ignore_errors=True)
        pages.write(root, found, ARTICLES, articles_a_page=number, wrapped=wrapped)
        milliseconds, letters = steps_of(root)
        yield name, Reading(milliseconds, letters, _ratios(root, other) if other else ())


def table(found: Mapping[str, Reading]) -> str:
    """Return the costs as a Markdown table."""
    head = ["reading, ms an article", *STEPS, "cleaned, M letters/s", "index --jobs 1, times as fast"]
    rows = [
        [
            name,
            *(f"{of.milliseconds[step]:.2f}" for step in STEPS),
            f"{of.letters / 1e6:.2f}",
            f"{statistics.median(of.ratios):.2f} ({min(of.ratios):.2f}–{max(of.ratios):.2f})" if of.ratios else "–",
        ]
        for name, of in found.items()
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def steps_of(root: Path) -> tuple[dict[str, float], float]:
    """Return the processor time of each step for an article, and letters cleaned a second."""
    seconds = dict.fromkeys(STEPS, 0.0)
    articles = letters = 0

    def timed(step: str, work: Callable[[], _Value]) -> _Value:
        began = time.process_time()
        try:
            return work()
        finally:
            seconds[step] += time.process_time() - began

    issues = Archive(root).survey().issues
    read_issue(issues[0].pages, issues[0].paper)  # loads dictionaries and patterns
    for issue in issues:
        raw = timed(
            "decode",
            lambda issue=issue: [  # type: ignore[misc]
                (page, identify(page, issue.paper))
                for file in issue.pages
                for page in readers.read(file.path, file.source)
            ],
        )
        letters += sum(len(page.text) for page, _ in raw)
        timed("clean", lambda raw=raw: [clean(page.text) for page, _ in raw])  # type: ignore[misc]
        readings = timed("articles", lambda raw=raw, issue=issue: read_pages(raw, issue.paper))  # type: ignore[misc]
        for file, reading in zip(issue.pages, readings, strict=True):
            made = list(documents(reading, file.source, issue.paper))
            articles += len(made)
            timed("tokenise", lambda made=made: [tokenise(document) for document in made])  # type: ignore[misc]
    seconds["articles"] -= seconds["clean"]  # reading pages cleans them again
    return {step: 1000 * spent / articles for step, spent in seconds.items()}, letters / seconds["clean"]


def _ratios(root: Path, other: Path) -> list[float]:
    """Return how many times as fast as another checkout this one indexes an archive, in turn."""
    pairs = [(_index(root, other), _index(root, ROOT)) for _ in range(_PAIRS)]
    return [theirs / ours for theirs, ours in pairs]


def _index(root: Path, checkout: Path) -> float:
    """Return the processor time of `baosou index --jobs 1` in a checkout."""
    index = root.with_name(f"{root.name}-index")
    shutil.rmtree(index, ignore_errors=True)
    command = [sys.executable, "-c", _MAIN, "index", "--archive", str(root), "--index", str(index), "--jobs", "1"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = os.environ | {"PYTHONPATH": str(checkout), "PYTHONSAFEPATH": "1"}
    subprocess.run(command, env=environment, cwd=checkout, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
