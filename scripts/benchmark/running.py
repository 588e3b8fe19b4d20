"""Run the benchmark: all contestants index an archive and answer the same queries."""

from __future__ import annotations

import pickle
import shutil
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmark import children, latency, memory, throughput, typing_aids
from benchmark.contestants.tantivy_ import TantivySearcher
from benchmark.corpus import Story
from benchmark.latency import Figures, Timings
from benchmark.queries import Ask, asks, questions
from benchmark.results import Pages, Result, Run
from benchmark.shards import Archive

WHOOSH_AT_MOST = 10_000
_WARM_UP_SEED = 11
_REPEATS, _REPEATED_UP_TO = 3, 200_000
"""How often an archive is indexed, and the limit for the total number of articles."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The extent of a benchmark.

    It gives the archive sizes, queries per kind, rounds, queries with cold files, and articles in page files.
    """

    sizes: Sequence[int]
    each: int
    rounds: int
    cold: int
    pages: int


FULL = Plan(sizes=(10_000,), each=30, rounds=5, cold=7, pages=10_000)
QUICK = Plan(sizes=(1_000,), each=10, rounds=2, cold=3, pages=1_000)


def run(archive: Archive, work: Path, peers: Sequence[str], plan: Plan) -> Run:
    """Measure all contestants on one archive."""
    names = ("ours", *peers)
    folders = {name: work / name for name in names}
    indexed = _index_all(archive, folders)
    lines, second = asks(archive, plan.each), questions(archive, plan.each)
    cold = _cold(archive, folders, lines[: len(lines) // 2], plan.cold)
    timings = latency.measure(folders, lines, asks(archive, 2, _WARM_UP_SEED), plan.rounds, _tell)
    of_questions = latency.measure(folders, second, questions(archive, 5, _WARM_UP_SEED), plan.rounds, _tell)
    asked = work / "questions.pickle"
    asked.write_bytes(pickle.dumps([*lines, *second]))
    served = {name: children.run("serve", name, archive, folder, str(asked)) for name, folder in folders.items()}
    found = {
        name: Result(
            index_seconds=indexed[name]["seconds"],
            index_processor_seconds=indexed[name]["processor_seconds"],
            index_peak=int(indexed[name]["peak_bytes"]),
            index_bytes=int(indexed[name]["bytes"]),
            serve_grown=int(served[name]["grown_bytes"]),
            cold_seconds=cold[name],
            first=latency.figures(timings[name]),
            new=latency.figures(timings[name], "new"),
            again=None if name in latency.SLOW else latency.figures(timings[name], "again"),
            kinds={
                kind: latency.figures(group)
                for kind, group in latency.by_kind([*timings[name], *of_questions[name]]).items()
            },
        )
        for name in names
    }
    updated = children.run("update", "ours", archive, folders["ours"])["seconds"]
    _tell(f"{archive.size:,} articles: one issue indexed again in {1000 * updated:.0f} ms")
    near_spellings, suggestions = typing_aids.measure(archive, folders["ours"], plan.rounds)
    bandwidth = memory.bandwidth()
    share = _of_bandwidth(timings, folders, bandwidth)
    return Run(
        archive.size,
        archive.localities,
        len(lines),
        found,
        bandwidth,
        share,
        updated,
        f"{datetime.now():%Y-%m-%d %H:%M}",
        near_spellings,
        suggestions,
    )


def pages(work: Path, found: Sequence[Story], articles: int) -> Pages:
    """Measure indexing of page files and the time to the first answers."""
    _tell(f"{articles:,} articles on page files: writing and indexing them")
    indexed = throughput.index_pages(work, found, articles)
    line = "工会 表彰"
    return Pages(
        articles=articles,
        rate=indexed.rate,
        index_peak=indexed.peak_bytes,
        search_seconds=throughput.search_seconds(work, articles, line),
        serve_seconds=throughput.serve_seconds(work, articles, line),
        when=f"{datetime.now():%Y-%m-%d %H:%M}",
    )


def _index_all(archive: Archive, folders: Mapping[str, Path]) -> dict[str, children.Answer]:
    """Index with all contestants in turn and return the minimum of each figure.

    Small archives are indexed several times.
    """
    repeats = max(min(_REPEATED_UP_TO // archive.size, _REPEATS), 1)
    found: dict[str, children.Answer] = {}
    for number in range(repeats):
        for name, folder in folders.items():
            if number == 0 or name not in latency.SLOW:
                answer = _index(name, archive, folder)
                found[name] = {key: min(value, found.get(name, answer)[key]) for key, value in answer.items()}
    return found


def _index(name: str, archive: Archive, folder: Path) -> children.Answer:
    shutil.rmtree(folder, ignore_errors=True)
    answer = children.run("index", name, archive, folder)
    _tell(f"{archive.size:,} articles: {name} indexed them in {answer['seconds']:.1f} s")
    return answer


def _cold(archive: Archive, folders: Mapping[str, Path], questions: Sequence[Ask], count: int) -> dict[str, float]:
    """Return the median time of first answers, each in a new process with cold files."""
    lines = [ask.line for ask in questions[:: max(len(questions) // count, 1)]][:count]
    found = {}
    for name, folder in folders.items():
        answers = [children.run("first", name, archive, folder, line) for line in lines]
        if max(answer["resident"] for answer in answers) > 0.1:
            _tell(f"{name}: some files could not be dropped from the page cache")
        found[name] = statistics.median(answer["seconds"] for answer in answers)
        _tell(f"{name}: first answer with cold files in {1000 * found[name]:.1f} ms")
    return found


def _of_bandwidth(timings: Timings, folders: Mapping[str, Path], bandwidth: float) -> Figures:
    """Return the share of our time that reading the necessary bytes would take."""
    if "tantivy" not in folders:
        return Figures(0.0, 0.0)
    searcher = TantivySearcher(folders["tantivy"])
    shares = sorted(
        latency.least_bytes(timing, searcher.document_frequency) / bandwidth / min(timing.first)
        for timing in timings["ours"]
    )
    return Figures(statistics.median(shares), shares[int(len(shares) * 0.95)])


def _tell(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)
