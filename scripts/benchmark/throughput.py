"""Measure all steps of `baosou index` on page files and the speed of the commands."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from benchmark import pages
from benchmark.corpus import Story
from benchmark.memory import Watch

ROOT = Path(__file__).resolve().parent.parent.parent
_COMMAND = [sys.executable, "-c", "from indexer.cli.commands import main; main()"]
_ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
_PORT = 18_947


@dataclass(frozen=True, slots=True)
class Throughput:
    """The cost of indexing page files.

    `articles` is the number reported by baosou, and `peak_bytes` is the peak memory of the largest process.
    """

    articles: int
    seconds: float
    peak_bytes: int

    @property
    def rate(self) -> float:
        """Articles per second."""
        return self.articles / self.seconds


def index_pages(work: Path, found: Sequence[Story], articles: int) -> Throughput:
    """Write page files and index them with one process per core.

    Raises SystemExit when indexing fails.
    """
    archive, index = work / f"pages-{articles}", work / f"pages-{articles}-index"
    for folder in (archive, index):
        shutil.rmtree(folder, ignore_errors=True)
    pages.write(archive, found, articles)
    command = [*_COMMAND, "index", "--archive", str(archive), "--index", str(index), "--json"]
    began = time.perf_counter()
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, env=_ENVIRONMENT) as process,
        Watch(process.pid) as watch,
    ):
        output, _ = process.communicate()
    seconds = time.perf_counter() - began
    if process.returncode not in (0, 1):
        raise SystemExit(f"baosou index ended with {process.returncode}")
    return Throughput(json.loads(output)["articles"], seconds, watch.peak)


def search_seconds(work: Path, articles: int, line: str, times: int = 5) -> float:
    """Return the median time of `baosou search`, including the start of the process."""
    command = [*_COMMAND, "search", line, *_places(work, articles)[2:], "--json"]
    return statistics.median(_wall(command) for _ in range(times))


def serve_seconds(work: Path, articles: int, line: str) -> float:
    """Return the time of `baosou serve` from its start to the first results page.

    Raises URLError when the server ends or doesn't answer within 30 seconds.
    """
    command = [*_COMMAND, "serve", *_places(work, articles), "--port", str(_PORT)]
    url = f"http://127.0.0.1:{_PORT}/api/search?q={quote(line)}"
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_ENVIRONMENT) as process:
        try:
            while True:
                try:
                    with urllib.request.urlopen(url, timeout=30) as answer:
                        answer.read()
                    return time.perf_counter() - began
                except urllib.error.URLError:
                    if process.poll() is not None or time.perf_counter() - began > 30:
                        raise
                    time.sleep(0.005)
        finally:
            process.terminate()


def _places(work: Path, articles: int) -> list[str]:
    return ["--archive", str(work / f"pages-{articles}"), "--index", str(work / f"pages-{articles}-index")]


def _wall(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, env=_ENVIRONMENT, check=True)
    return time.perf_counter() - began
