"""Generate the tables of docs/performance.md from the results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmark.latency import Figures
from benchmark.plots import plot
from benchmark.queries import QUESTION
from benchmark.results import Pages, Result, Results, Run

BEGIN, END = "<!-- made by scripts/bench: begin -->", "<!-- made by scripts/bench: end -->"
NAMES = {"ours": "baosou", "tantivy": "tantivy", "fts5": "SQLite FTS5", "whoosh": "stock Whoosh"}

_BARS: Mapping[str, Mapping[int, float]] = {
    "results page, p50, against tantivy": {10_000: 0.8, 100_000: 0.5, 1_000_000: 0.35},
    "results page, p95, against tantivy": {10_000: 0.8, 100_000: 0.5, 1_000_000: 0.35},
    "… of a line not asked before, p50, against tantivy": {},
    "… of a line not asked before, p95, against tantivy": {},
    "worst kind of question, p50, against tantivy": {10_000: 1.0, 100_000: 1.0, 1_000_000: 0.7},
    "question with its second tier, p50, against tantivy": {100_000: 0.8},
    "question with its second tier, p95, against tantivy": {100_000: 1.0},
    "results page, p50, against FTS5": {10_000: 0.1, 100_000: 0.1, 1_000_000: 0.1},
    "worst kind of question, p50, against FTS5": {10_000: 0.1, 100_000: 0.1, 1_000_000: 0.1},
    "results page, p50, against stock Whoosh": {10_000: 0.01},
    "worst kind of question, p50, against stock Whoosh": {10_000: 0.01},
    "first answer with cold files, against tantivy": {10_000: 1.0, 100_000: 1.0, 1_000_000: 1.0},
    "indexing the same streams, against tantivy": {10_000: 1.2, 100_000: 1.2, 1_000_000: 1.2},
    "… in processor time, against tantivy": {},
    "index size, text included, against tantivy": {10_000: 1.2, 100_000: 1.2, 1_000_000: 1.2},
    "one issue indexed again, s": {},
    "near spellings, p95, ms": {10_000: 30, 100_000: 30, 1_000_000: 30},
    "suggestions while typing, p95, ms": {10_000: 10, 100_000: 10, 1_000_000: 10},
    "memory, serving, MB": {10_000: 300, 100_000: 300, 1_000_000: 300},
    "memory, one indexing process, MB": {10_000: 1500, 100_000: 1500, 1_000_000: 1500},
}


def markdown(results: Results) -> str:
    """Return all tables as Markdown."""
    runs = sorted(results.runs.values(), key=lambda run: (run.localities, run.size))
    parts = [_machine(results.machine), _bars(runs), *map(_run, runs)]
    if results.pages:
        parts.append(_pages(sorted(results.pages.values(), key=lambda pages: pages.articles)))
    return "\n\n".join(parts) + "\n"


def write_plots(results: Results, folder: Path) -> None:
    """Plot latency and indexing time against archive size.

    This needs at least two sizes.
    """
    runs = sorted((run for run in results.runs.values() if run.localities == 12), key=lambda run: run.size)
    if len(runs) < 2:
        return
    names = [name for name in NAMES if sum(name in run.results for run in runs) > 1]
    latency = {
        f"{name}{suffix}": [(run.size, getattr(run.results[name].first, which)) for run in runs if name in run.results]
        for name in names
        for which, suffix in (("p50", ""), ("p95", " p95"))
    }
    indexing = {
        name: [(run.size, run.results[name].index_seconds) for run in runs if name in run.results] for name in names
    }
    drawn = {
        "latency.svg": plot("Results page: middle and 95th percentile", "articles", "milliseconds", latency),
        "indexing.svg": plot("Indexing the same streams", "articles", "seconds", indexing),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in drawn.items():
        (folder / name).write_text(text, encoding="utf-8")


def insert(page: Path, tables: str, begin: str = BEGIN, end: str = END) -> None:
    """Insert the tables between the markers of a page.

    Raises ValueError if the page lacks a marker.
    """
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{page} has no place for the tables: put {begin} and {end} on two lines.")
    page.write_text(f"{before}{begin}\n\n{tables}\n{end}{after}", encoding="utf-8")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table.

    >>> table(["a", "b"], [["1", "2"]])
    '| a | b |\\n|---|---|\\n| 1 | 2 |'
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("|".join(["", *(cell if cell == "---" else f" {cell} " for cell in line), ""]) for line in lines)


def _machine(machine: Mapping[str, str]) -> str:
    return "Measured on: " + ", ".join(f"{name} {value}" for name, value in machine.items()) + "."


def _bars(runs: Sequence[Run]) -> str:
    """Return the table of targets; figures that miss their target are bold."""
    head = ["", *(f"{run.size:,} articles, {run.localities} localities" for run in runs)]
    measured = [_ratios(run) for run in runs]
    rows = []
    for name, bars in _BARS.items():
        cells = [_against(found.get(name), bars.get(run.size)) for run, found in zip(runs, measured, strict=True)]
        if any(cell != "–" for cell in cells):
            rows.append([name, *cells])
    return table(head, rows)


def _against(value: float | None, bar: float | None) -> str:
    if value is None:
        return "–"
    shown = f"{value:.0f}" if value >= 10 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"
    if bar is None:
        return shown
    return f"{shown} (≤ {bar:g})" if value <= bar else f"**{shown}** (≤ {bar:g})"


def _ratios(run: Run) -> dict[str, float]:
    """Return the values of a run for the table of targets."""
    ours, found = run.results["ours"], {}
    for name, label in (("tantivy", "tantivy"), ("fts5", "FTS5"), ("whoosh", "stock Whoosh")):
        if name in run.results:
            peer = run.results[name]
            found[f"results page, p50, against {label}"] = ours.first.p50 / peer.first.p50
            found[f"results page, p95, against {label}"] = ours.first.p95 / peer.first.p95
            found[f"… of a line not asked before, p50, against {label}"] = ours.new.p50 / peer.new.p50
            found[f"… of a line not asked before, p95, against {label}"] = ours.new.p95 / peer.new.p95
            found[f"worst kind of question, p50, against {label}"] = max(
                ours.kinds[kind].p50 / peer.kinds[kind].p50 for kind in peer.kinds if not kind.startswith(QUESTION)
            )
            if QUESTION in ours.kinds and QUESTION in peer.kinds:
                asked, theirs = ours.kinds[QUESTION], peer.kinds[QUESTION]
                found[f"question with its second tier, p50, against {label}"] = asked.p50 / theirs.p50
                found[f"question with its second tier, p95, against {label}"] = asked.p95 / theirs.p95
            found[f"first answer with cold files, against {label}"] = ours.cold_seconds / peer.cold_seconds
            found[f"indexing the same streams, against {label}"] = ours.index_seconds / peer.index_seconds
            found[f"… in processor time, against {label}"] = ours.index_processor_seconds / peer.index_processor_seconds
            found[f"index size, text included, against {label}"] = ours.index_bytes / peer.index_bytes
    if run.update_seconds:
        found["one issue indexed again, s"] = run.update_seconds
    if run.near_spellings and run.suggestions:
        found["near spellings, p95, ms"] = run.near_spellings.p95
        found["suggestions while typing, p95, ms"] = run.suggestions.p95
    found["memory, serving, MB"] = ours.serve_grown / 1e6
    found["memory, one indexing process, MB"] = ours.index_peak / 1e6
    return found


def _run(run: Run) -> str:
    names = [name for name in NAMES if name in run.results]
    kinds = run.results["ours"].kinds
    head = ["p50 / p95, ms", *(NAMES[name] for name in names), "baosou : tantivy"]
    rows = [[kind, *_kind(run, names, kind)] for kind in kinds]
    rows.append(["**all, first time**", *_figures_row([run.results[name].first for name in names])])
    rows.append(["all, line not asked before", *_figures_row([run.results[name].new for name in names])])
    rows.append(["all, asked again", *_figures_row([run.results[name].again for name in names])])
    facts = table(
        ["", *(NAMES[name] for name in names)],
        [[label, *(show(run.results[name]) for name in names)] for label, show in _FACTS.items()],
    )
    return (
        f"### {run.size:,} articles, {run.localities} localities\n\n"
        f"{run.questions} questions; {run.when}.\n\n{facts}\n\n{table(head, [row[: len(head)] for row in rows])}\n\n"
        f"One core read {run.bandwidth / 1e9:.1f} GB/s from memory. To read every posting that a question names and "
        f"8 bytes for each hit, would take {100 * run.of_bandwidth.p50:.2g} % of the time that our answers took "
        f"(the middle question), {100 * run.of_bandwidth.p95:.2g} % at the 95th percentile."
    )


_FACTS: Mapping[str, Callable[[Result], str]] = {
    "indexing, s": lambda result: f"{result.index_seconds:.1f}",
    "indexing, s of all processors": lambda result: f"{result.index_processor_seconds:.1f}",
    "index, MB": lambda result: f"{result.index_bytes / 1e6:.0f}",
    "first answer, cold files, ms": lambda result: f"{1000 * result.cold_seconds:.1f}",
    "memory serving, MB": lambda result: f"{result.serve_grown / 1e6:.0f}",
    "memory indexing, MB": lambda result: f"{result.index_peak / 1e6:.0f}",
}


def _kind(run: Run, names: Sequence[str], kind: str) -> Iterator[str]:
    for name in names:
        figures = run.results[name].kinds.get(kind)
        yield _shown(figures) if figures else "can't"
    yield _ratio(run.results["ours"], run.results.get("tantivy"), kind)


def _ratio(ours: Result, peer: Result | None, kind: str) -> str:
    return f"{ours.kinds[kind].p50 / peer.kinds[kind].p50:.2f}" if peer and kind in peer.kinds else "–"


def _figures_row(figures: Sequence[Figures | None]) -> list[str]:
    ours, peer = figures[0], figures[1] if figures[1:] else None
    ratio = f"{ours.p50 / peer.p50:.2f} / {ours.p95 / peer.p95:.2f}" if ours and peer else "–"
    return [*map(_shown, figures), ratio]


def _shown(figures: Figures | None) -> str:
    return f"{figures.p50:.2f} / {figures.p95:.2f}" if figures else "–"


def _pages(found: Sequence[Pages]) -> str:
    head = ["page files", *(f"{pages.articles:,} articles" for pages in found)]
    rows = [
        ["page files → searchable, articles/s (≥ 1,000)", *(f"{pages.rate:.0f}" for pages in found)],
        ["memory of the largest process, MB (≤ 1,500)", *(f"{pages.index_peak / 1e6:.0f}" for pages in found)],
        ["`baosou search` in a shell, s (≤ 0.5)", *(f"{pages.search_seconds:.2f}" for pages in found)],
        ["`baosou serve`, start to first answer, s (≤ 1)", *(f"{pages.serve_seconds:.2f}" for pages in found)],
    ]
    return f"### Page files\n\n{table(head, rows)}"
