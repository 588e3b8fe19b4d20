"""Measure what indexing one issue again costs, in archives of different sizes: the whole command, as one types it."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmark import pages
from benchmark.corpus import PAPER, Story

ROOT = Path(__file__).resolve().parent.parent.parent
SIZES = (1_000, 100_000)
BAR = 2.0
"""How many times longer it may take in the largest archive than in the smallest."""
_TIMES = 9


def measure(work: Path, found: Sequence[Story], sizes: Sequence[int] = SIZES) -> dict[int, list[float]]:
    """Return by number of articles the seconds of several runs, in turn over all archives."""
    roots = {size: _indexed(work / f"renewing-{size}", found, size) for size in sizes}
    seconds: dict[int, list[float]] = {size: [] for size in sizes}
    for turn in range(_TIMES + 1):
        for size, root in roots.items():
            taken = _renew(root, turn)
            if turn:  # before that, files are not in memory
                seconds[size].append(taken)
    return seconds


def table(seconds: Mapping[int, Sequence[float]]) -> str:
    """Return the times as a Markdown table, and how they compare."""
    rows = [f"| {size:,} | {statistics.median(of):.2f} | {min(of):.2f}–{max(of):.2f} |" for size, of in seconds.items()]
    ratio = statistics.median(seconds[max(seconds)]) / statistics.median(seconds[min(seconds)])
    head = ["| articles in the archive | one issue again, s, median | fastest–slowest |", "|---|---|---|"]
    return "\n".join([*head, *rows, "", f"Ratio: {ratio:.2f} (at most {BAR:.0f})"])


def _indexed(folder: Path, found: Sequence[Story], size: int) -> Path:
    if not (folder / "index").exists():
        shutil.rmtree(folder, ignore_errors=True)
        pages.write(folder / "archive", found, size)
        _baosou(folder, "index")
    return folder


def _renew(folder: Path, turn: int) -> float:
    """Change a page of an issue in the middle, and bring the index up to date for that issue."""
    issues = sorted(path for path in (folder / "archive" / PAPER).iterdir() if path.is_dir())
    page = issues[len(issues) // 2] / "01.txt"
    text = page.read_text(encoding="utf-8").split("\n更正")[0]
    page.write_text(f"{text}\n更正\n\n本报讯 昨日第{turn}次更正，时间是{time.time_ns()}。\n", encoding="utf-8")
    begun = time.perf_counter()
    _baosou(folder, "index", str(page.parent))
    return time.perf_counter() - begun


def _baosou(folder: Path, *arguments: str) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    places = ("--archive", str(folder / "archive"), "--index", str(folder / "index"))
    command = (sys.executable, "-m", "indexer.cli.commands", *arguments, *places)
    subprocess.run(command, check=True, capture_output=True, env=environment)
