"""Work out what archives need that are larger than any measured, and simulate a query over many shards.

All starts from figures in `docs/performance`: `steps.json` and `opensearch.json`. What is assumed has a name here and
stands in the document.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmark import opensearch, steps
from benchmark.opensearch import Run
from benchmark.report import table

BEGIN, END = (f"<!-- made by scripts/bench --steps and --opensearch: {word} -->" for word in ("begin", "end"))
SIZES = (10_000_000, 100_000_000, 1_000_000_000)
A_SHARD = 2_000_000
"""Articles in a shard: some 20 GB, which a node moves to another one in minutes."""
CORES, MEMORY_GB, DISK_TB, HEAP_GB = 16, 64, 3.5, 24
"""A machine of the cluster."""
REPLICAS = 1
IN_MEMORY = 0.15
"""The share of an index that must be in memory for the usual query: postings, facets and the texts of common hits."""
NETWORK_MS = 0.5
"""From one machine to another and back, in one rack. A query asks each shard three times: for the frequencies of its
words, for its best articles, and for their texts."""
LEAST = 100_000
"""Articles in the larger of two runs from which on their difference shows what an article adds to a query's time."""
QUERIES = 4_000
WORKERS = (1, 16, 128)
"""Cores that read pages."""


def report(folder: Path) -> str:
    """Return all tables, as far as their figures are there."""
    measured = steps.read(folder / "steps.json")
    runs = opensearch.read(folder / "opensearch.json")
    parts = ["What a step costs:", steps.table_of(list(measured.values())).strip()]
    if runs:
        bytes_an_article = runs[-1].engines["opensearch"].index_bytes / runs[-1].size
        parts += ["What the archive and its index need:", _needs(measured, bytes_an_article)]
        parts += ["How long all of it takes to read and index again:", _times(measured, runs[-1])]
    if len(runs) > 1 and runs[-1].size >= LEAST and any(run.split for run in runs):
        parts += ["The first request of a results page, simulated:", _queries(Model.of(runs))]
    return "\n\n".join(parts) + "\n"


def machines(articles: int, bytes_an_article: float) -> tuple[int, int, str]:
    """Return the shards and machines that an index needs, and which of disk and memory decides.

    >>> machines(10_000_000, 10_000.0)
    (5, 3, 'three, so that one may fail')
    """
    shards = -(-articles // A_SHARD)
    stored = articles * bytes_an_article * (1 + REPLICAS)
    by_disk = -(-stored // (DISK_TB * 1e12))
    by_memory = -(-stored * IN_MEMORY // ((MEMORY_GB - HEAP_GB) * 1e9))
    count, why = max((by_disk, "disk"), (by_memory, "memory"), (3, "three, so that one may fail"))
    return shards, int(count), why


def _needs(measured: dict[str, steps.Step], bytes_an_article: float) -> str:
    rows = []
    for articles in SIZES:
        shards, count, why = machines(articles, bytes_an_article)
        pages = (measured["compare"].bytes or 0) * articles
        index = bytes_an_article * articles
        rows.append(
            [
                f"{articles:,}",
                _size(pages),
                _size(index),
                f"{shards:,} × {REPLICAS + 1}",
                _size(index * (1 + REPLICAS) * IN_MEMORY),
                f"{count:,} ({why})",
            ]
        )
    head = ["articles", "page files", "index", "shards × copies", "of it in memory", "machines"]
    return table(head, rows)


def _times(measured: dict[str, steps.Step], run: Run) -> str:
    reading = sum(measured[name].milliseconds for name in ("compare", "decode", "clean", "articles", "tokenise"))
    sending = measured["pack and send (OpenSearch)"].milliseconds
    engine = run.engines["opensearch"]
    server = 1000 * engine.index_processor / run.size
    rows = []
    for articles in SIZES:
        _, count, _ = machines(articles, engine.index_bytes / run.size)
        read = (_duration(articles * (reading + sending) / 1000 / cores) for cores in WORKERS)
        rows.append([f"{articles:,}", *read, _duration(articles * server * (1 + REPLICAS) / 1000 / (count * CORES))])
    cores = (f"read and send, {cores} core{'s' * (cores > 1)}" for cores in WORKERS)
    return table(["articles", *cores, "index, all cores of the cluster"], rows)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a query costs one shard, in milliseconds: a fixed part, and one for each article in it."""

    fixed: float
    each: float

    @classmethod
    def through(cls, small: Run, large: Run, point: str) -> Cost:
        """Draw a line through a percentile of the requests of two runs."""
        one, other = (getattr(run.raw, point) for run in (small, large))
        each = max(other - one, 0.0) / (large.size - small.size)
        return cls(max(one - each * small.size, 0.0), each)


@dataclass(frozen=True, slots=True)
class Model:
    """The cost of a usual query and of a slow one (the median and the 95th percentile), and how they spread.

    `spread` has the times of the rounds of a query, each as a share of their median. `gathering` is what one more shard
    costs the node that asks, in milliseconds.
    """

    usual: Cost
    slow: Cost
    spread: Sequence[float]
    gathering: float

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Model:
        """Take costs from the smallest and the largest run, and the rest from the run that was split into shards."""
        split = next(run for run in reversed(runs) if run.split)
        counts = sorted(map(int, split.split))
        few, many = (split.split[str(count)] for count in (counts[0], counts[-1]))
        gathering = max(median(b - a for a, b in zip(few, many, strict=True)) / (counts[-1] - counts[0]), 0.0)
        usual, slow = (Cost.through(runs[0], runs[-1], point) for point in ("p50", "p95"))
        return cls(usual, slow, split.spread, gathering)

    def milliseconds(self, cost: Cost, articles: int, shards: int, cores: int, chance: random.Random) -> float:
        """Return how long a query takes over all shards: as long as the slowest core, and gathering the answers."""
        own = cost.fixed + cost.each * articles / shards
        waves = -(-shards // cores)
        slowest = max(sum(own * chance.choice(self.spread) for _ in range(waves)) for _ in range(min(shards, cores)))
        return slowest + shards * self.gathering + 3 * NETWORK_MS * (shards > 1)


def _queries(model: Model) -> str:
    head = [
        "articles",
        "shards",
        "articles a shard",
        "usual query, ms",
        "slow query, ms",
        "queries a second, all cores",
    ]
    return table(head, list(_rows(model)))


def _rows(model: Model) -> Iterator[list[str]]:
    chance = random.Random(17)
    for articles in SIZES:
        usual = -(-articles // A_SHARD)
        for shards in sorted({max(usual // 4, 1), usual, usual * 4}):
            tries = range(max(QUERIES // shards, 100))
            times = (
                median(model.milliseconds(cost, articles, shards, shards, chance) for _ in tries)
                for cost in (model.usual, model.slow)
            )
            work = shards * model.usual.fixed + model.usual.each * articles
            yield [
                f"{articles:,}",
                f"{shards:,}",
                f"{articles // shards:,}",
                *(f"{one:,.0f}" for one in times),
                f"{1000 * shards / work:,.1f}",
            ]


def _size(count: float) -> str:
    """Write a number of bytes.

    >>> _size(25e9), _size(3.2e12)
    ('25 GB', '3.2 TB')
    """
    return f"{count / 1e12:.1f} TB" if count >= 1e12 else f"{count / 1e9:.0f} GB"


def _duration(seconds: float) -> str:
    """Write a time.

    >>> _duration(90), _duration(90_000), _duration(5_000_000)
    ('2 min', '25 h', '58 days')
    """
    if seconds >= 3 * 86_400:
        return f"{seconds / 86_400:.0f} days"
    return f"{seconds / 3600:.0f} h" if seconds >= 3 * 3600 else f"{seconds / 60:.0f} min"
