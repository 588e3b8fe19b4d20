"""Generate the tables of docs/relevance.md."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from benchmark.relevance.comparing import Comparison, Scored, compare
from benchmark.relevance.examples import Example
from benchmark.relevance.measures import Scores
from benchmark.relevance.ours import NAME
from benchmark.relevance.questions import SETS
from benchmark.report import table

BEGIN, END = "<!-- made by scripts/relevance: begin -->", "<!-- made by scripts/relevance: end -->"


def markdown(
    scored: Scored, articles: int, versions: Sequence[str], left_out: Sequence[str], shown: Sequence[Example]
) -> str:
    """Return all tables as Markdown, with the peers that were run, sentences about others, and examples."""
    compared = compare(scored)
    run = f"{articles:,} articles, {sum(one.size for one in compared):,} questions; peers: {', '.join(versions)}."
    parts = [" ".join([run, *left_out]), _best(compared), _verdict(compared), _measures(compared), _systems(scored)]
    parts.append(_examples(shown))
    return "\n\n".join(parts) + "\n"


def _best(compared: Sequence[Comparison]) -> str:
    """Return the table of nDCG@10, ours and that of the best peer of each set; what is behind is bold."""
    head = ["set", "what is asked", "questions", NAME, "best peer", "its nDCG@10", "difference, 95 % interval"]
    rows = [
        [
            one.set,
            SETS.get(one.set, ""),
            str(one.size),
            f"**{one.ours.ndcg:.3f}**" if one.difference.is_behind else f"{one.ours.ndcg:.3f}",
            one.peer,
            f"{one.theirs.ndcg:.3f}",
            f"{one.difference.mean:+.3f} ({one.difference.low:+.3f} to {one.difference.high:+.3f})",
        ]
        for one in compared
    ]
    return f"### nDCG@10 beside the best peer of each set\n\n{table(head, rows)}"


def _verdict(compared: Sequence[Comparison]) -> str:
    ahead = [one.set for one in compared if one.difference.is_ahead]
    behind = [one.set for one in compared if one.difference.is_behind]
    lines = [f"Ahead of the best peer by more than the interval: {', '.join(ahead) or 'on no set'}."]
    lines.append(f"Behind it by more than the interval: {', '.join(behind) or 'on no set'}.")
    return " ".join(lines)


def _measures(compared: Sequence[Comparison]) -> str:
    head = ["set", "system", "nDCG@10", "MRR", "S@10", "zero", "first"]
    rows = [
        [one.set, system, *_figures(measured)]
        for one in compared
        for system, measured in ((NAME, one.ours), (one.peer, one.theirs))
    ]
    return f"### All measures\n\n{table(head, rows)}"


def _figures(measured: Scores) -> list[str]:
    return ["–" if value is None else f"{value:.3f}" for value in measured]


def _systems(scored: Scored) -> str:
    """Return the table of nDCG@10 of every system on every set."""
    systems = list(dict.fromkeys(system for by_system in scored.values() for system in by_system))
    rows = [[system, *(_ndcg(by_system.get(system)) for by_system in scored.values())] for system in systems]
    return f"### nDCG@10 of every system\n\n{table(['', *scored], rows)}"


def _examples(shown: Sequence[Example]) -> str:
    head = ["line", "full matches", "first article", "lacks"]
    rows = [[one.line, str(one.total), one.headline or "–", " ".join(one.missing) or "–"] for one in shown]
    return f"### Examples from the sample archive\n\n{table(head, rows)}"


def _ndcg(measured: Sequence[Scores] | None) -> str:
    return f"{fmean(one.ndcg for one in measured):.3f}" if measured else "–"
