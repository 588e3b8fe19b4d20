"""Ask a site with fifty readers at once, alone and while an issue is indexed again and again.

In each commit all articles of the first issue get a new word in place of that of the commit before. So an answer is
mixed of two commits if such a word finds some of these articles but not all, or if no hit has what the total counts.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from benchmark.contestants.ours_ import IDENTITY
from benchmark.corpus import ARTICLES_A_PAGE
from benchmark.latency import Figures, percentiles
from benchmark.memory import anonymous_bytes
from benchmark.pages import PAGES_AN_ISSUE
from benchmark.queries import asks
from benchmark.shards import Archive, read
from indexer.engines.whoosh.engine import WhooshEngine

HERE = Path(__file__).resolve().parent
ARTICLES_OF_ISSUE = ARTICLES_A_PAGE * PAGES_AN_ISSUE
_PAUSE = 1.0  # seconds between two commits
_INTERVAL = 5.0  # seconds between two looks at memory and descriptors
_OFTEN = 4
"""One of this number of requests asks for the word of a commit."""


@dataclass(slots=True)
class Load:
    """What readers got: the times of their answers in seconds, and what was wrong."""

    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    commits: int = 0
    memory: list[int] = field(default_factory=list)
    """Bytes of the server that no file stands behind, at intervals."""
    descriptors: list[int] = field(default_factory=list)

    @property
    def figures(self) -> Figures:
        """The percentiles of the times."""
        return percentiles(self.seconds)


def measure(archive: Archive, folder: Path, readers: int, seconds: float) -> tuple[Load, Load]:
    """Return the load of a number of readers alone, and beside an indexer, each for some seconds."""
    lines = sorted({ask.line for ask in asks(archive, 30)})
    command = [sys.executable, "-m", "benchmark.load", str(folder)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE.parent.parent)])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            port = int((server.stdout.readline() if server.stdout else "").rpartition(":")[2])
            commit = _Indexer(archive, folder)
            commit()
            alone = _ask(port, server.pid, lines, commit, readers, seconds, is_indexing=False)
            beside = _ask(port, server.pid, lines, commit, readers, seconds, is_indexing=True)
        finally:
            server.terminate()
    return alone, beside


def report(alone: Load, beside: Load) -> str:
    """Return both loads as a Markdown table."""
    rows = [("readers", "answers", "failed", "mixed", "p50, ms", "p95, ms", "commits", "memory, MB", "descriptors")]
    for name, load in (("alone", alone), ("beside an indexer", beside)):
        figures = load.figures
        rows.append(
            (
                name,
                f"{len(load.seconds):,}",
                str(len(load.failed)),
                str(len(load.mixed)),
                f"{figures.p50:.0f}",
                f"{figures.p95:.0f}",
                str(load.commits),
                _from_to([round(bytes_ / 1e6) for bytes_ in load.memory]),
                _from_to(load.descriptors),
            )
        )
    rows.insert(1, ("---",) * len(rows[0]))
    wrong = [f"- {what}" for load in (alone, beside) for what in (load.failed + load.mixed)[:5]]
    return "\n".join(["| " + " | ".join(row) + " |" for row in rows] + wrong)


def _from_to(values: Sequence[int]) -> str:
    half = len(values) // 2
    return f"{max(values[:half], default=0)} at most in the first half, {max(values[half:], default=0)} in the second"


class _Indexer:
    """Indexes the first issue again, with another word in all its articles at each call."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        self._documents = [row.tokenised() for row in read(archive.shards[0])[:ARTICLES_OF_ISSUE]]
        self._folder = folder
        self.number = 0

    def __call__(self) -> None:
        number = self.number + 1
        documents = [replace(one, words=(*one.words, word_of(number))) for one in self._documents]
        writer = WhooshEngine(self._folder, IDENTITY).writer()
        for source, page in groupby(documents, key=lambda one: one.document.source):
            writer.replace(source, page, f"{number:016x}")
        writer.commit()
        self.number = number


def word_of(number: int) -> str:
    """Return the word that the articles of the first issue have after a commit."""
    return f"zq{number}"


def _ask(
    port: int, server: int, lines: Sequence[str], commit: _Indexer, readers: int, seconds: float, *, is_indexing: bool
) -> Load:
    load, ends = Load(), time.monotonic() + seconds
    looking = threading.Thread(target=_look, args=(load, server, ends))
    threads = [threading.Thread(target=_read, args=(port, lines, load, commit, ends, seed)) for seed in range(readers)]
    for thread in (looking, *threads):
        thread.start()
    while is_indexing and time.monotonic() < ends:
        commit()
        load.commits += 1
        time.sleep(_PAUSE)
    for thread in (looking, *threads):
        thread.join()
    return load


def _look(load: Load, server: int, ends: float) -> None:
    while time.monotonic() < ends:
        load.memory.append(anonymous_bytes(server))
        load.descriptors.append(len(list(Path(f"/proc/{server}/fd").iterdir())))
        time.sleep(min(_INTERVAL, max(ends - time.monotonic(), 0)))


def _read(port: int, lines: Sequence[str], load: Load, commit: _Indexer, ends: float, seed: int) -> None:
    rng = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while time.monotonic() < ends:
        is_word = not rng.randrange(_OFTEN)
        line = word_of(max(commit.number - rng.randrange(3), 1)) if is_word else rng.choice(lines)
        began = time.perf_counter()
        try:
            connection.request("GET", f"/api/search?q={quote(line)}")
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            load.failed.append(f"{line}: {error!r}")
            connection.close()
            continue
        load.seconds.append(time.perf_counter() - began)
        if response.status != 200:
            load.failed.append(f"{line}: {response.status}")
            continue
        answer = json.loads(body)
        if is_word and answer["total"] not in (0, ARTICLES_OF_ISSUE):
            load.mixed.append(f"{line}: {answer['total']} of {ARTICLES_OF_ISSUE} articles")
        if len(answer["hits"]) != min(answer["total"], 10):
            load.mixed.append(f"{line}: {len(answer['hits'])} hits of {answer['total']}")


def _serve(folder: Path, started: Callable[[str], None]) -> None:
    from webui import server
    from webui.app import create_app
    from webui.settings import Settings

    app = create_app(Settings(folder, str(folder)), WhooshEngine(folder, IDENTITY))
    server.serve(app, "127.0.0.1", 0, started=started)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), lambda url: print(url, flush=True))
