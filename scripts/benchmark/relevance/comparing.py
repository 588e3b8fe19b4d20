"""Ask all systems the same questions about the same articles and compare their scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmark.relevance.measures import Difference, Scores, difference, mean, scores
from benchmark.relevance.ours import NAME, ON_A_CLUSTER
from benchmark.relevance.questions import SETS, WITHOUT_HEADLINES, Article, Question

Answering = Callable[[Sequence[Article], Sequence[str]], Mapping[str, list[list[str]]]]
"""Articles and lines → system → the ids of the articles found, per line, best first."""
Scored = Mapping[str, Mapping[str, Sequence[Scores]]]
"""Set → system → scores of its questions, in the same order for all systems."""


def ask(articles: Sequence[Article], questions: Sequence[Question], engines: Sequence[Answering]) -> Scored:
    """Ask all engines and score their answers."""
    found: dict[str, dict[str, list[Scores]]] = {name: {} for name in _sets(questions)}
    for without in (False, True):
        asked = [question for question in questions if (question.set in WITHOUT_HEADLINES) is without]
        held = [article.without_headline() for article in articles] if without else articles
        for engine in engines if asked else ():
            for system, answers in engine(held, [question.line for question in asked]).items():
                for question, answer in zip(asked, answers, strict=True):
                    found[question.set].setdefault(system, []).append(scores(question, answer))
    return found


def _sets(questions: Sequence[Question]) -> list[str]:
    """Return the sets of the questions, known ones in the order of `SETS`."""
    present = dict.fromkeys(question.set for question in questions)
    return [*(name for name in SETS if name in present), *(name for name in present if name not in SETS)]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Our scores on a set, beside those of the peer with the highest nDCG@10 on it.

    `peer` is its name; the difference is ours − the peer's, in nDCG@10.
    """

    set: str
    size: int
    ours: Scores
    peer: str
    theirs: Scores
    difference: Difference


def compare(scored: Scored) -> list[Comparison]:
    """Compare us with the best peer of each set, which may be another for each.

    Sets that no peer answered are left out.
    """
    found = []
    for name, systems in scored.items():
        peers = [system for system in systems if system not in (NAME, ON_A_CLUSTER)]
        if NAME in systems and peers:
            best = max(peers, key=lambda peer: fmean(one.ndcg for one in systems[peer]))
            ours, theirs = systems[NAME], systems[best]
            paired = difference([one.ndcg for one in ours], [one.ndcg for one in theirs])
            found.append(Comparison(name, len(ours), mean(ours), best, mean(theirs), paired))
    return found
