"""Measurements that need a separate process.

Run `python -m benchmark.children TASK CONTESTANT …`; the result is printed as JSON. The tasks are:

- `index` builds an index;
- `first` answers one query with cold files;
- `serve` answers all queries and measures memory;
- `update` indexes one issue again (ours only).
"""

from __future__ import annotations

import json
import os
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmark.contestants import contestant, ours_
from benchmark.memory import Watch, anonymous_bytes
from benchmark.queries import Ask, for_peers
from benchmark.shards import Archive
from indexer.search.query_parser import parse

HERE = Path(__file__).resolve().parent
Answer = Mapping[str, float]


def run(task: str, name: str, archive: Archive, folder: Path, *more: str) -> Answer:
    """Run a task in a new process.

    `peak_bytes` in the result is the peak memory of its largest process. Raises SystemExit when the process fails.
    """
    command = [sys.executable, "-m", "benchmark.children", task, name]
    command += [str(archive.folder), str(archive.size), str(archive.localities), str(folder), *more]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE.parent.parent)])}
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process,
        Watch(process.pid) as watch,
    ):
        output, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return {**json.loads(output), "peak_bytes": watch.peak}


def index(name: str, archive: Archive, folder: Path) -> Answer:
    """Build a new index."""
    cost = contestant(name).index(archive, folder)
    return {**cost._asdict(), "bytes": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())}


def first(name: str, archive: Archive, folder: Path, line: str) -> Answer:
    """Open an index that is not in the page cache and answer one query.

    Modules and dictionaries are loaded first, outside the measured time.
    """
    engine, query = contestant(name), parse(line)
    resident = evict(folder)
    began = time.perf_counter()
    engine.open(folder).page(Ask("", line), query)
    return {"seconds": time.perf_counter() - began, "resident": resident}


def serve(name: str, _: Archive, folder: Path, questions_file: str) -> Answer:
    """Answer all queries and return the growth of memory.

    The baseline is a process that has only loaded modules and dictionaries.
    """
    engine = contestant(name)
    questions: list[Ask] = pickle.loads(Path(questions_file).read_bytes())  # noqa: S301 (our own)
    queries = [for_peers(ask) for ask in questions]
    before = anonymous_bytes(os.getpid())
    searcher = engine.open(folder)
    most = 0
    for ask, query in zip(questions, queries, strict=True):
        searcher.page(ask, query)
        most = max(most, anonymous_bytes(os.getpid()))
    return {"grown_bytes": most - before}


def update(_: str, archive: Archive, folder: Path) -> Answer:
    """Index one issue again, five times in a new engine; return the median time."""
    return {"seconds": statistics.median(ours_.update(archive, folder) for _ in range(5))}


def evict(folder: Path) -> float:
    """Drop the files of a folder from the page cache.

    Returns the share of their bytes that is still cached, as reported by `fincore`.
    """
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    for path in files:
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    told = subprocess.run(
        ["fincore", "--bytes", "--raw", "--noheadings", "--output", "RES", *files], capture_output=True
    )
    return sum(map(int, told.stdout.split())) / sum(path.stat().st_size for path in files)


def main(task: str, name: str, folder: str, size: str, localities: str, index_folder: str, *more: str) -> None:
    """Run one task and print its result."""
    archive = Archive(Path(folder), int(size), int(localities))
    tasks: Mapping[str, Callable[..., Answer]] = {"index": index, "first": first, "serve": serve, "update": update}
    print(json.dumps(tasks[task](name, archive, Path(index_folder), *more)))


if __name__ == "__main__":
    main(*sys.argv[1:])
