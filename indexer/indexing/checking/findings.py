"""What a check finds: each finding has a kind, a severity, a place and a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal, get_args

from indexer.errors import FileError

FindingKind = Literal[
    "issue missing",
    "issue skipped",
    "pages missing",
    "day unexpected",
    "page twice",
    "text twice",
    "text nearly twice",
    "copy",
    "date",
    "weekday",
    "order",
    "number",
    "label",
    "paper",
    "bytes",
    "headline",
    "columns",
    "quality",
    "correction",
    "index",
]
KINDS: tuple[FindingKind, ...] = get_args(FindingKind)
"""All kinds, in the order of reports."""

Severity = Literal["problem", "remark"]
"""A problem is to be put right; a remark may be as it should be."""

TITLES: Mapping[FindingKind, str] = {
    "issue missing": "Issues that are missing",
    "issue skipped": "Days on which the paper seems not to have appeared",
    "pages missing": "Pages that are missing",
    "day unexpected": "Issues on days on which the paper does not appear",
    "page twice": "Several files of one page",
    "text twice": "The same text on several pages",
    "text nearly twice": "Nearly the same text on several pages",
    "copy": "Copies of files",
    "date": "Dates that contradict each other",
    "weekday": "Weekdays and lunar dates that don't fit the date",
    "order": "Dates out of the order of their neighbours",
    "number": "Numbers of issues that don't fit their neighbours",
    "label": "Labels of pages that contradict each other",
    "paper": "Pages that name another paper",
    "bytes": "Damaged bytes",
    "headline": "Articles without a headline",
    "columns": "Columns whose order is not known",
    "quality": "Pages with poor text, the worst first",
    "correction": "Corrections that don't fit",
    "index": "Index and archive",
}

_REMARKS: frozenset[FindingKind] = frozenset(
    ("issue skipped", "day unexpected", "text nearly twice", "headline", "columns", "quality")
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should look at. `source` is a page file, a folder of an issue, or a paper."""

    source: str
    text: str
    kind: FindingKind
    severity: Severity = field(default="problem")

    @classmethod
    def of(cls, kind: FindingKind, source: str, text: str) -> Finding:
        """A finding with the usual severity of its kind."""
        return cls(source, text, kind, "remark" if kind in _REMARKS else "problem")


@dataclass(frozen=True, slots=True)
class IndexComparison:
    """How the page files of an archive are accounted for in an index.

    Each page is `indexed` (some of these `changed` since), `set_aside`, one of the `copies`, `withdrawn` with all its
    articles, or `missing`. `unbacked` are the page files that the index has and the archive hasn't.
    """

    pages: int = 0
    indexed: int = 0
    changed: int = 0
    set_aside: int = 0
    copies: int = 0
    withdrawn: int = 0
    missing: int = 0
    unbacked: int = 0


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of a check.

    `pages` and `articles` count what was read. `remarks` are all findings, by kind. `warnings` are about settings.
    `leftovers` counts the files and folders that systems and programs left. `index` is given where one was compared.
    """

    pages: int
    articles: int
    remarks: tuple[Finding, ...]
    set_aside: tuple[FileError, ...]
    warnings: tuple[str, ...]
    leftovers: int = 0
    index: IndexComparison | None = None

    @property
    def counts(self) -> dict[FindingKind, int]:
        """How many findings there are of each kind that has some."""
        return {kind: len(of_kind) for kind, of_kind in self.by_kind.items()}

    @property
    def by_kind(self) -> dict[FindingKind, list[Finding]]:
        """The findings of each kind that has some."""
        found: dict[FindingKind, list[Finding]] = {}
        for one in self.remarks:
            found.setdefault(one.kind, []).append(one)
        return found


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Put findings into the order of their kinds, those of each kind in the order in which they came."""
    places = {kind: place for place, kind in enumerate(KINDS)}
    return tuple(sorted(findings, key=lambda one: places[one.kind]))


def findings_json(found: Findings) -> dict[str, object]:
    """Convert the findings to the JSON that `baosou check --json` prints."""
    return {
        "pages": found.pages,
        "articles": found.articles,
        "counts": found.counts,
        "remarks": [
            {"source": one.source, "text": one.text, "kind": one.kind, "severity": one.severity}
            for one in found.remarks
        ],
        "set_aside": [{"source": one.source, "problem": one.problem} for one in found.set_aside],
        "warnings": list(found.warnings),
        "leftovers": found.leftovers,
        "index": found.index and asdict(found.index),
    }
