"""What was measured, as it is kept in a JSON file: one run for each number of articles and of localities."""

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
    """What was measured of one contestant. Seconds and bytes; `kinds` are figures of first answers by kind of question.

    `index_peak` and `serve_grown` are memory beyond mapped files: of the largest indexing process, and by how much a
    process grew that answered all questions.
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
    """All contestants over one archive.

    `bandwidth` in bytes a second, `of_bandwidth` the share of it that our answers used, `update_seconds` what it took
    to index one issue again.
    """

    size: int
    localities: int
    questions: int
    results: Mapping[str, Result]
    bandwidth: float
    of_bandwidth: Figures
    update_seconds: float = 0.0
    when: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """From page files to answers."""

    articles: int
    rate: float
    index_peak: int
    search_seconds: float
    serve_seconds: float
    when: str = ""


@dataclass(slots=True)
class Results:
    """All that is known so far."""

    machine: Mapping[str, str] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    pages: dict[str, Pages] = field(default_factory=dict)

    def add(self, run: Run) -> None:
        """Keep a run, instead of an older one over as many articles."""
        self.runs[f"{run.size}/{run.localities}"] = run

    def add_pages(self, pages: Pages) -> None:
        """Keep what was measured of page files."""
        self.pages[str(pages.articles)] = pages

    def write(self, path: Path) -> None:
        """Write the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.machine = machine()
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> Results:
    """Read what was measured before; nothing where there is no such file."""
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
        }
    )


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
    """What it was measured on."""
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
