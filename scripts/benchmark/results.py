"""The results of the benchmark, stored in a JSON file.

There is one run per number of articles and number of localities.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmark.latency import Figures


@dataclass(frozen=True, slots=True)
class Result:
    """The results of one contestant, in seconds and bytes.

    `index_peak` is the anonymous memory of the largest indexing process. `serve_grown` is the growth of anonymous
    memory in a process that answers all queries. `kinds` has the figures of `first` by kind of query.
    """

    index_seconds: float
    index_processor_seconds: float
    index_peak: int
    index_bytes: int
    serve_grown: int
    cold_seconds: float
    first: Figures
    new: Figures
    again: Figures | None
    kinds: Mapping[str, Figures]


@dataclass(frozen=True, slots=True)
class Run:
    """The results of all contestants for one archive.

    `bandwidth` is in bytes per second, and `of_bandwidth` is the share of it that our answers used. `update_seconds` is
    the time to index one issue again. `near_spellings` and `suggestions` are ours alone.
    """

    size: int
    localities: int
    questions: int
    results: Mapping[str, Result]
    bandwidth: float
    of_bandwidth: Figures
    update_seconds: float = 0.0
    when: str = ""
    near_spellings: Figures | None = None
    suggestions: Figures | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """The results for page files, from indexing to the first answer."""

    articles: int
    rate: float
    index_peak: int
    search_seconds: float
    serve_seconds: float
    when: str = ""


@dataclass(slots=True)
class Results:
    """All results so far."""

    machine: Mapping[str, str] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    pages: dict[str, Pages] = field(default_factory=dict)

    def add(self, run: Run) -> None:
        """Store a run; it replaces an older one of the same size and localities."""
        self.runs[f"{run.size}/{run.localities}"] = run

    def add_pages(self, pages: Pages) -> None:
        """Store the results for page files."""
        self.pages[str(pages.articles)] = pages

    def write(self, path: Path) -> None:
        """Write the results, with a description of this machine, to a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.machine = machine()
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> Results:
    """Read stored results; they are empty if the file doesn't exist."""
    if not path.exists():
        return Results()
    stored = json.loads(path.read_text(encoding="utf-8"))
    runs = {key: _run(run) for key, run in stored["runs"].items()}
    return Results(stored["machine"], runs, {key: Pages(**pages) for key, pages in stored["pages"].items()})


def _run(stored: Mapping[str, object]) -> Run:
    return Run(
        **{  # type: ignore[arg-type]
            **stored,
            "results": {name: _result(result) for name, result in stored["results"].items()},  # type: ignore[attr-defined]
            "of_bandwidth": Figures(**stored["of_bandwidth"]),  # type: ignore[arg-type]
            "near_spellings": _figures(stored.get("near_spellings")),  # type: ignore[arg-type]
            "suggestions": _figures(stored.get("suggestions")),  # type: ignore[arg-type]
        }
    )


def _figures(stored: Mapping[str, float] | None) -> Figures | None:
    return Figures(**stored) if stored else None


def _result(stored: Mapping[str, object]) -> Result:
    again = stored["again"]
    return Result(
        **{  # type: ignore[arg-type]
            **stored,
            "first": Figures(**stored["first"]),  # type: ignore[arg-type]
            "new": Figures(**stored["new"]),  # type: ignore[arg-type]
            "again": again and Figures(**again),  # type: ignore[arg-type]
            "kinds": {kind: Figures(**figures) for kind, figures in stored["kinds"].items()},  # type: ignore[attr-defined]
        }
    )


def machine() -> dict[str, str]:
    """Describe this machine and the package versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory / 2**30:.0f} GB",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        **{name: _version(name) for name in ("numpy", "pyroaring", "rjieba", "tantivy", "whoosh")},
    }


def _processor() -> str:
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return names[0].partition(": ")[2] if names else platform.processor()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
