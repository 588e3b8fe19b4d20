"""Measure the site over HTTP, beside a route of the same server that does nothing, another checkout, and tantivy.

Every line is asked once, so that no answer is remembered. What is compared takes turns, request by request: so other
load on the machine hurts all alike.
"""

from __future__ import annotations

import gzip
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import brotli

from benchmark.contestants import contestant
from benchmark.latency import Figures, percentiles
from benchmark.memory import anonymous_bytes, family
from benchmark.queries import Ask, asks, for_peers
from benchmark.report import table
from benchmark.shards import Archive
from webui.serving.processes import usual_count

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BEGIN, END = "<!-- made by scripts/bench --site: begin -->", "<!-- made by scripts/bench --site: end -->"
CLIENTS = 8
_TURNS = 4
_UNPACK: Mapping[str | None, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "br": brotli.decompress}
_LONGEST_PAUSE = 10.0
"""In seconds: after a longer one, a connection is opened anew."""
_STARTS = 3
_WARM_UP_SEED = 11
_BUILD = """
import sys
from pathlib import Path
from benchmark.contestants import ours_
from benchmark.shards import Archive
ours_.index(Archive(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])), Path(sys.argv[4]))
"""


@dataclass(slots=True)
class Measured:
    """What was measured: seconds of requests by what they ask for, and the rest.

    `rates` are pages a second of eight clients, of this checkout and of the other, turn by turn; `first` pairs of the
    first search after a start and the median of later ones; `sizes` bytes of pages, as they are, by gzip, by brotli.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    rates: list[tuple[float, float]] = field(default_factory=list)
    first: list[tuple[float, float]] = field(default_factory=list)
    sizes: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    tantivy: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    def ratio(self, what: str) -> float:
        """How many times as long as the bare route a request takes, by the medians."""
        return statistics.median(self.seconds[what]) / statistics.median(self.seconds["bare"])


def measure(archive: Archive, work: Path, against: Path | None) -> Measured:
    """Measure the site over an archive; `work` is where indexes are kept, `against` another checkout."""
    found = Measured()
    ours, peer, theirs = work / "ours", work / "tantivy", work / "other"
    _index(ROOT, archive, ours)
    if not peer.exists():
        contestant("tantivy").index(archive, peer)
    lines = list(dict.fromkeys(ask.line for ask in asks(archive)))
    warm = list(dict.fromkeys(ask.line for ask in asks(archive, 2, _WARM_UP_SEED)))
    for _ in range(_STARTS):
        found.first.append(_first(ours, warm))
    with served(ROOT, ours) as server:
        _warm(server, warm)
        _ask_in_turn(server, lines, found)
        _measure_sizes(server, lines[0], found)
    with served(ROOT, ours) as server:
        _warm(server, warm)
        _beside_tantivy(server, archive, peer, found)
    with served(ROOT, ours, usual_count()) as server:
        if against:
            _index(against, archive, theirs)
            with served(against, theirs) as other:
                for one in (server, other):
                    _warm(one, warm)
                _rates(server, other, lines, found)
        found.memory = [anonymous_bytes(pid) for pid in family(server.pid)]
    return found


def report(found: Measured) -> str:
    """Return what was measured as Markdown, with the bars."""
    rows = [["", "measured", "bar"]]
    for what, label, bar in (
        ("page", "results page, p50, against the bare route", "≤ 5"),
        ("api", "`/api/search`, p50, against the bare route", "≤ 2.5"),
        ("article", "article with its search, p50, against the bare route", "≤ 4"),
    ):
        rows.append([label, f"{found.ratio(what):.1f}", bar])
    if found.rates:
        ours, theirs = (statistics.median(one) for one in zip(*found.rates, strict=True))
        rows.append([f"results pages a second, {CLIENTS} clients", f"{ours:.0f} : {theirs:.0f}", ""])
        rows.append(["… against the other checkout", f"{ours / theirs:.1f}", "≥ 3"])
    first = statistics.median(first / later for first, later in found.first)
    rows.append(["first search after the start, against later ones", f"{first:.1f}", "≤ 3"])
    took, peer = percentiles(found.took), percentiles(found.tantivy)
    rows.append(["`took_ms`, p50, against tantivy", _against(took.p50, peer.p50), "≤ 1.0"])
    rows.append(["`took_ms`, p95, against tantivy", _against(took.p95, peer.p95), "≤ 1.0"])
    rows.append([f"memory of {len(found.memory)} processes, MB", _megabytes(found.memory), ""])
    figures: Mapping[str, Figures] = {what: percentiles(its) for what, its in found.seconds.items()}
    times = [["p50 / p95, ms", *figures], ["", *(f"{one.p50:.2f} / {one.p95:.2f}" for one in figures.values())]]
    sizes = [["bytes of a page (≤ 30,000 by gzip)", "plain", "gzip", "brotli"]]
    sizes += [[kind, *(f"{one:,}" for one in its)] for kind, its in found.sizes.items()]
    return "\n\n".join(table(rows_[0], rows_[1:]) for rows_ in (rows, times, sizes)) + "\n"


def insert(path: Path, text: str, begin: str = BEGIN, end: str = END) -> None:
    """Write tables into a document, between their marks."""
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    path.write_text(f"{before}{begin}\n{text}{end}{rest.partition(end)[2]}", encoding="utf-8")


def _against(ours: float, peer: float) -> str:
    return f"{ours / peer:.2f} ({ours:.2f} : {peer:.2f} ms)"


def _megabytes(memory: Sequence[int]) -> str:
    return " + ".join(f"{one / 1e6:.0f}" for one in memory)


def _index(checkout: Path, archive: Archive, folder: Path) -> None:
    """Index an archive by a checkout, unless that was done."""
    if not folder.exists():
        command = [sys.executable, "-c", _BUILD, str(archive.folder), str(archive.size), str(archive.localities)]
        subprocess.run([*command, str(folder)], env=_environment(checkout), check=True)


def _environment(checkout: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": f"{checkout / 'scripts'}{os.pathsep}{checkout}", "PYTHONSAFEPATH": "1"}


class Server:
    """A running site, asked over one connection."""

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._asked = time.monotonic()

    def get(self, path: str) -> tuple[float, bytes]:
        """Return how long an answer takes, compressed as browsers ask for it, and its body, unpacked.

        Raises SystemExit for anything but 200.
        """
        began = time.perf_counter()
        response, body = self._answer(path, "gzip, br")
        seconds = time.perf_counter() - began
        return seconds, _UNPACK.get(response.headers["Content-Encoding"], bytes)(body)

    def sent(self, path: str, encoding: str) -> int:
        """Return how many bytes are sent to whoever takes an encoding."""
        return len(self._answer(path, encoding)[1])

    def _answer(self, path: str, accepts: str) -> tuple[http.client.HTTPResponse, bytes]:
        if time.monotonic() - self._asked > _LONGEST_PAUSE:
            self._connection.close()  # as the server is about to
        self._asked = time.monotonic()
        self._connection.request("GET", path, headers={"Accept-Encoding": accepts})
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise SystemExit(f"{path} was answered {response.status}")
        return response, body


@contextmanager
def served(checkout: Path, place: Path | str, processes: int = 1) -> Iterator[Server]:
    """Serve an index, by a checkout."""
    command = [sys.executable, str(HERE / "bare_site.py"), str(place), str(processes)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment(checkout)) as process:
        try:
            address = process.stdout.readline() if process.stdout else ""
            yield Server(int(address.rpartition(":")[2]), process.pid)
        finally:
            process.terminate()


def path_of(line: str) -> str:
    """The address of a line's results page."""
    return f"/search?q={quote(line, safe='')}"


def _warm(server: Server, lines: Sequence[str]) -> None:
    for line in lines:
        for path in (path_of(line), f"/api{path_of(line)}", "/bare"):
            server.get(path)


def _first(folder: Path, lines: Sequence[str]) -> tuple[float, float]:
    with served(ROOT, folder) as server:
        first, *later = [server.get(path_of(line))[0] for line in lines]
        return first, statistics.median(later)


def _ask_in_turn(server: Server, lines: Sequence[str], found: Measured) -> None:
    """Ask for pages of half of the lines, and for JSON and an article of the others, beside the bare route."""
    seconds = found.seconds = {"bare": [], "page": [], "api": [], "article": []}
    for number, line in enumerate(lines):
        seconds["bare"].append(server.get("/bare")[0])
        if number % 2:
            seconds["page"].append(server.get(path_of(line))[0])
            continue
        took, body = server.get(f"/api{path_of(line)}")
        seconds["api"].append(took)
        for hit in json.loads(body)["hits"][:1]:
            seconds["article"].append(server.get(f"{hit['url']}?q={quote(line, safe='')}")[0])


def _measure_sizes(server: Server, line: str, found: Measured) -> None:
    hit = json.loads(server.get(f"/api{path_of(line)}")[1])["hits"][0]
    paper, day = hit["paper"], hit["date"]
    kinds = {
        "start": "/",
        "results": path_of(line),
        "article": hit["url"],
        "paper": f"/paper/{paper}",
        "issue": f"/paper/{paper}/{day}",
        "page": f"/paper/{paper}/{day}/{hit['page']}",
        "help": "/help",
        "api": "/api",
        "style": "/static/style.css",
    }
    for kind, path in kinds.items():
        body = server.get(path)[1]
        found.sizes[kind] = len(body), server.sent(path, "gzip"), server.sent(path, "br")


def _beside_tantivy(server: Server, archive: Archive, folder: Path, found: Measured) -> None:
    """Ask for each line once, in turn with tantivy in a process of its own."""
    command = [sys.executable, "-m", "benchmark.site", str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment(ROOT)
    ) as peer:
        if peer.stdin is None or peer.stdout is None:
            return
        warm = {ask.line for ask in asks(archive, 2, _WARM_UP_SEED)}
        for line in [*warm, *dict.fromkeys(ask.line for ask in asks(archive))]:
            print(line, file=peer.stdin, flush=True)
            theirs = float(peer.stdout.readline())
            if line not in warm and theirs >= 0:
                found.took.append(json.loads(server.get(f"/api{path_of(line)}")[1])["took_ms"] / 1000)
                found.tantivy.append(theirs)
        peer.stdin.close()


def _rates(server: Server, other: Server, lines: Sequence[str], found: Measured) -> None:
    for turn in range(_TURNS):
        asked = lines[turn::_TURNS]
        theirs = len(asked) / seconds_of(other.port, asked)
        found.rates.append((len(asked) / seconds_of(server.port, asked), theirs))


def seconds_of(port: int, lines: Sequence[str]) -> float:
    """Return how long several clients take to get the results pages of lines, each its own."""
    failed: list[BaseException] = []

    def ask(own: Sequence[str]) -> None:
        try:
            client = Server(port, 0)
            for line in own:
                client.get(path_of(line))
        except (OSError, SystemExit, http.client.HTTPException) as error:
            failed.append(error)

    clients = [threading.Thread(target=ask, args=(lines[number::CLIENTS],)) for number in range(CLIENTS)]
    began = time.perf_counter()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if failed:
        raise failed[0]
    return time.perf_counter() - began


def main(folder: Path) -> None:
    """Answer each line of the input by tantivy and print how many seconds that took; -1 for one that it can't."""
    searcher = contestant("tantivy").open(folder)
    for line in map(str.strip, sys.stdin):
        ask = Ask("", line)
        query = for_peers(ask)
        began = time.perf_counter()
        page = searcher.page(ask, query)
        print(time.perf_counter() - began if page is not None else -1, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
