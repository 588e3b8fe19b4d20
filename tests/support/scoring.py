"""Score the division of pages into articles against a gold standard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from indexer.model import Article
from indexer.text.folding import fold

Gold = Mapping[str, object]
"""An article of the gold standard.

It has a `headline`, alternatives in `headline_also`, a `byline` and other known fields. It need not be found if it is
`optional`.
"""


@dataclass
class Score:
    """The counts of right, found and wanted items of one kind, and the errors."""

    right: int = 0
    found: int = 0
    wanted: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """The F1 score: the harmonic mean of precision and recall."""
        return 2 * self.right / (self.found + self.wanted or 1)

    def add(self, found: Iterable[str], wanted: Iterable[str], where: str) -> None:
        """Compare two sets of texts and add the result."""
        have, want = set(found), set(wanted)
        self.right += len(have & want)
        self.found += len(have)
        self.wanted += len(want)
        self.wrong += [f"{where}: +{text}" for text in sorted(have - want)]
        self.wrong += [f"{where}: -{text}" for text in sorted(want - have)]


def compare(pages: Mapping[str, Sequence[Article]], gold: Mapping[str, Sequence[Gold]]) -> dict[str, Score]:
    """Score headlines and bylines.

    Kind, kicker, subtitle and section are scored if the gold standard has them.
    """
    scores = {name: Score() for name in ("headline", "byline", "kind", "kicker", "subtitle", "section")}
    for page, wanted in gold.items():
        names = {fold(name): one for one in wanted for name in _headlines(one)}
        matched = [(article, names.get(fold(article.headline))) for article in pages[page]]
        found = {id(one) for _, one in matched if one is not None}
        kept = [one for one in wanted if id(one) in found or not one.get("optional")]
        scores["headline"].add(
            (fold(str(one["headline"])) if one else fold(article.headline) or "(none)" for article, one in matched),
            (fold(str(one["headline"])) for one in kept),
            page,
        )
        for article, one in matched:
            if one is not None:
                _compare_article(article, one, scores, f"{page} {one['headline']}")
        missing = [one for one in kept if id(one) not in found]
        for one in missing:
            scores["byline"].add((), _texts(one.get("byline")), f"{page} {one['headline']}")
    return scores


def _compare_article(article: Article, gold: Gold, scores: dict[str, Score], where: str) -> None:
    if "byline" in gold:
        scores["byline"].add((one.name for one in article.byline), _texts(gold["byline"]), where)
    for name in ("kind", "kicker", "subtitle", "section"):
        if name in gold:
            scores[name].add([fold(getattr(article, name))], [fold(str(gold[name]))], where)


def _headlines(gold: Gold) -> list[str]:
    return [str(gold["headline"]), *_texts(gold.get("headline_also"))]


def _texts(value: object) -> list[str]:
    return [str(text) for text in value] if isinstance(value, list) else []
