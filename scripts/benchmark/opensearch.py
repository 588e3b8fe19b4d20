"""Measure the engine for a cluster beside that for one machine: the same articles, queries and pages in one run.

Both answer in this process and over HTTP. The requests that a results page sends to the cluster are kept, and sent
again by themselves, in turn with pages: the difference is what our layer costs. What engines and servers remember of a
query is forgotten before it is asked again, so that each answer is one that a reader waits for who asks it first.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from benchmark import shards as articles
from benchmark import site
from benchmark.contestants import ours_
from benchmark.contestants.ours_ import IDENTITY
from benchmark.latency import Figures, percentiles
from benchmark.queries import Ask, asks
from benchmark.report import table
from benchmark.shards import Archive
from indexer.engines import open_engine
from indexer.engines.base import Build, BulkWriter, Reader, SourceDocuments
from indexer.search.search import search

BEGIN, END = (f"<!-- made by scripts/bench --opensearch: {word} -->" for word in ("begin", "end"))
SIZES = (10_000, 100_000)
SHARDS = (1, 2, 4, 8)
BAR = 0.2
"""How much longer than its requests alone a results page may take."""
_NOTHING = Figures(0, 0)
_FINGERPRINT = "0" * 16
_EACH = 20
_ROUNDS = 3
_TURNS = 4
_NAMES = {"whoosh": "Whoosh", "opensearch": "OpenSearch"}


@dataclass(slots=True)
class Engine:
    """What was measured of one engine, in seconds, bytes and pages a second.

    `index_processor` are seconds of all processes, those of the servers too, which other work on the machine changes
    little.
    """

    index_seconds: float = 0.0
    index_processor: float = 0.0
    index_bytes: int = 0
    pages: Figures = _NOTHING
    http: Figures = _NOTHING
    rates: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """What was measured at one size.

    `raw` are the requests of pages alone, `overhead` is the median over pages of what our layer adds to its requests,
    as a share of them. `split` are the milliseconds of the first request of each page, by the number of shards over
    which the same articles are split. `spread` says how many times as long as the median of a request each round was.
    """

    size: int
    engines: dict[str, Engine]
    raw: Figures = _NOTHING
    overhead: float = 0.0
    split: dict[str, list[float]] = field(default_factory=dict)
    spread: list[float] = field(default_factory=list)


def measure(archive: Archive, work: Path, url: str) -> Run:
    """Index an archive by both engines and ask both; `url` is that of a cluster."""
    location = f"opensearch+{url.rstrip('/')}/bench{archive.size}"
    folder = work / f"whoosh-{archive.size}"
    run = Run(archive.size, {name: Engine() for name in _NAMES})
    _index_whoosh(archive, folder, run.engines["whoosh"])
    _index_cluster(archive, location, run.engines["opensearch"])
    lines = _different(asks(archive, _EACH))
    _ask_both(lines, folder, location, run)
    for name, place in (("whoosh", str(folder)), ("opensearch", location)):
        with site.served(site.ROOT, place) as server:
            _forget(open_engine(location, IDENTITY))
            _ask_over_http(server, [ask.line for ask in lines], run.engines[name])
    return run


def _different(found: Sequence[Ask]) -> list[Ask]:
    """Keep each line once: every other one as it is with filters."""
    half = len(found) // 2
    return [found[number + half * (number % 2)] for number in range(half)]


def _forget(engine: Any) -> None:
    """Make the servers forget the answers that they keep. Their files stay in memory."""
    engine._connection.post("_cache/clear", request=True, query=True, fielddata=False)


def _index_whoosh(archive: Archive, folder: Path, into: Engine) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    cost = ours_.index(archive, folder)
    into.index_seconds, into.index_processor = cost
    into.index_bytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _index_cluster(archive: Archive, location: str, into: Engine) -> None:
    engine: Any = open_engine(location, IDENTITY)
    shards = archive.shards
    began, processor_began = time.perf_counter(), _processor_seconds(engine)
    writer = engine.writer(fresh=True)
    if not isinstance(writer, BulkWriter):
        raise TypeError(f"{location}: its writer takes no files")
    build, stretches = writer.build(), [shards[number :: _processes()] for number in range(_processes())]
    with ProcessPoolExecutor(_processes()) as pool:
        for paths in pool.map(_build, stretches, [build] * len(stretches)):
            for path in paths:
                writer.adopt(path)
    writer.commit()
    into.index_seconds = time.perf_counter() - began
    into.index_processor = _processor_seconds(engine) - processor_began
    into.index_bytes = engine.verify().bytes


def _processor_seconds(engine: Any) -> float:
    """Processor time so far of this process, of its children that have ended, and of all nodes of the cluster."""
    nodes = engine._connection.get("_nodes/stats/process")["nodes"].values()
    return sum(os.times()[:4]) + sum(node["process"]["cpu"]["total_in_millis"] for node in nodes) / 1000


def _processes() -> int:
    return os.cpu_count() or 1


def _build(shards: Sequence[Path], build: Build) -> Sequence[Path]:
    """Pack the articles of some shards in a process of its own."""

    def sources() -> Iterator[SourceDocuments]:
        for shard in shards:
            rows = (row.tokenised() for row in articles.read(shard))
            for source, documents in groupby(rows, key=lambda one: one.document.source):
                yield SourceDocuments(source, _FINGERPRINT, tuple(documents))

    return build(sources())


class _Recorded:
    """A connection that keeps what is asked of it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.requests: list[tuple[str, bytes]] = []

    def search(self, index: str, body: object, **params: object) -> Any:
        given = urlencode({"allow_partial_search_results": "false", **params})
        self.requests.append((f"/{index}/_search?{given}", msgspec.json.encode(body)))
        return self._connection.search(index, body, **params)

    def msearch(self, index: str, bodies: Sequence[object], **params: object) -> Any:
        bodies = list(bodies)
        lines = b"".join(b"{}\n" + msgspec.json.encode(body) + b"\n" for body in bodies)
        self.requests.append((f"/{index}/_msearch", lines))
        return self._connection.msearch(index, bodies, **params)


def _ask_both(lines: Sequence[Ask], folder: Path, location: str, run: Run) -> None:
    """Ask all lines of both engines, in turn, and send the requests alone too. Of each the median round counts."""
    engine: Any = open_engine(location, IDENTITY)
    cluster: Any = engine.reader()
    connection = cluster._connection
    recorded: dict[Ask, list[tuple[str, bytes]]] = {}
    for ask in lines:  # which also warms up
        cluster._connection = kept = _Recorded(connection)
        _page(cluster, ask)
        recorded[ask] = kept.requests
    cluster._connection = connection
    raw = _Raw(location)
    rounds: dict[str, dict[Ask, list[float]]] = {name: {ask: [] for ask in lines} for name in (*_NAMES, "raw")}
    for number in range(_ROUNDS):
        whoosh = ours_.open(folder)
        for place, ask in enumerate(lines):
            for name in _rotated(list(rounds), place + number):
                _forget(engine)
                began = time.perf_counter()
                if name == "raw":
                    raw.send(recorded[ask])
                else:
                    _page(cluster if name == "opensearch" else whoosh.reader, ask)
                rounds[name][ask].append(time.perf_counter() - began)
        whoosh.close()
    seconds = {name: {ask: statistics.median(taken) for ask, taken in of.items()} for name, of in rounds.items()}
    for name in _NAMES:
        run.engines[name].pages = percentiles(seconds[name].values())
    run.raw = percentiles(seconds["raw"].values())
    run.overhead = statistics.median(seconds["opensearch"][ask] / seconds["raw"][ask] for ask in lines) - 1
    _split_and_ask(engine, cluster._snapshot.index, raw, [recorded[ask][0] for ask in lines], run)


def _rotated(names: list[str], by: int) -> list[str]:
    return names[by % len(names) :] + names[: by % len(names)]


def _page(reader: Reader, ask: Ask) -> None:
    search(reader, ask.line, filters=ask.filters)


class _Raw:
    """Requests of a cluster without our layer: bytes over HTTP."""

    def __init__(self, location: str) -> None:
        parts = urlsplit(location.removeprefix("opensearch+"))
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port)

    def send(self, requests: Sequence[tuple[str, bytes]]) -> bytes:
        """Send some requests, one after another, and return the last answer. Raises SystemExit for one refused."""
        body = b""
        for path, sent in requests:
            kind = "x-ndjson" if "_msearch" in path else "json"
            self._connection.request("POST", path, sent, {"Content-Type": f"application/{kind}"})
            response = self._connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise SystemExit(f"{path} was answered {response.status}: {body[:300]!r}")
        return body


def _split_and_ask(engine: Any, index: str, raw: _Raw, requests: Sequence[tuple[str, bytes]], run: Run) -> None:
    """Send the same requests to the same articles in more and more shards."""
    connection = engine._connection
    connection.put(f"{index}/_settings", {"index.blocks.write": True})
    for shards in SHARDS:
        place = index if shards == 1 else f"{index}-in-{shards}"
        if shards > 1:
            body = {"settings": {"index.number_of_shards": shards, "index.blocks.write": None}}
            connection.put(f"{index}/_split/{place}", body, wait_for_active_shards="all", seconds=120.0)
            connection.post(f"{place}/_forcemerge", max_num_segments=4, seconds=600.0)
        here = [(path.replace(f"/{index}/", f"/{place}/"), sent) for path, sent in requests]
        seconds = _seconds_of(engine, raw, here)
        run.split[str(shards)] = [1000 * statistics.median(of) for of in seconds]
        if shards == 1:
            run.spread = sorted(one / statistics.median(of) for of in seconds for one in of)
        else:
            connection.delete(place)
    connection.put(f"{index}/_settings", {"index.blocks.write": None})


def _seconds_of(engine: Any, raw: _Raw, requests: Sequence[tuple[str, bytes]]) -> list[list[float]]:
    """Return how long each request took in some rounds. Before these, its files may not be in memory."""
    found: list[list[float]] = [[] for _ in requests]
    for number in range(_ROUNDS + 1):
        _forget(engine)
        for request, seconds in zip(requests, found, strict=True):
            began = time.perf_counter()
            raw.send([request])
            if number:
                seconds.append(time.perf_counter() - began)
    return found


def _ask_over_http(server: site.Server, lines: Sequence[str], into: Engine) -> None:
    half = len(lines) // 2
    into.http = percentiles([server.get(site.path_of(line))[0] for line in lines[:half]])
    into.rates = [len(some) / site.seconds_of(server.port, some) for some in _parts(lines[half:])]


def _parts(lines: Sequence[str]) -> list[Sequence[str]]:
    return [lines[turn::_TURNS] for turn in range(_TURNS)]


def report(runs: Sequence[Run]) -> str:
    """Return what was measured as a Markdown table."""
    head = ["", *(f"{_NAMES[name]}, {run.size:,}" for run in runs for name in _NAMES)]
    both = [run.engines[name] for run in runs for name in _NAMES]
    rows = [
        ["index: articles a second", *_each(runs, lambda run, one: f"{run.size / one.index_seconds:,.0f}")],
        [
            "index: processor ms an article",
            *_each(runs, lambda run, one: f"{1000 * one.index_processor / run.size:.2f}"),
        ],
        ["index: bytes an article", *_each(runs, lambda run, one: f"{one.index_bytes / run.size:,.0f}")],
        ["results page in process, p50 / p95, ms", *(_shown(one.pages) for one in both)],
        ["results page over HTTP, p50 / p95, ms", *(_shown(one.http) for one in both)],
        [f"results pages a second, {site.CLIENTS} clients", *(f"{statistics.median(one.rates):,.0f}" for one in both)],
        [
            "its requests alone, p50 / p95, ms",
            *(_shown(run.raw) if name == "opensearch" else "–" for run in runs for name in _NAMES),
        ],
        [
            f"our layer over them, median (≤ {BAR:.0%})",
            *(f"{run.overhead:.0%}" if name == "opensearch" else "–" for run in runs for name in _NAMES),
        ],
    ]
    split = [
        ["its first request in shards, p50 / p95, ms", *map(str, SHARDS)],
        *(
            [f"{run.size:,} articles", *(_shown(_of(run.split[str(one)])) for one in SHARDS)]
            for run in runs
            if run.split
        ),
    ]
    return f"{table(head, rows)}\n\n{table(split[0], split[1:])}\n"


def _of(milliseconds: Sequence[float]) -> Figures:
    return percentiles(one / 1000 for one in milliseconds)


def _each(runs: Sequence[Run], shown: Callable[[Run, Engine], str]) -> list[str]:
    return [shown(run, run.engines[name]) for run in runs for name in _NAMES]


def _shown(figures: Figures) -> str:
    return f"{figures.p50:.1f} / {figures.p95:.1f}"


def write(runs: Sequence[Run], path: Path) -> None:
    """Keep what was measured, beside runs of other sizes."""
    known: Mapping[str, object] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    new = {str(run.size): asdict(run) for run in runs}
    path.write_text(json.dumps({**known, **new}, indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> list[Run]:
    """Return what was measured, by size."""
    runs = msgspec.json.decode(path.read_bytes(), type=dict[str, Run])
    return sorted(runs.values(), key=lambda run: run.size)
