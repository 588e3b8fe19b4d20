"""The shapes of the answers for programs. `/openapi.json` is made from them."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from indexer.model import Kind, Rights


class Shape(Struct, frozen=True, forbid_unknown_fields=True):
    """An object of an answer. All of its keys are always there, but those that have a default here."""


class ErrorAnswer(Shape, frozen=True):
    """What is wrong, and what to do, in a sentence."""

    error: str
    reason: str = ""


class Author(Shape, frozen=True):
    """A name of a byline; `role` is as printed (记者, 通讯员, 摄 …)."""

    name: str
    role: str


class PassageAnswer(Shape, frozen=True):
    """A paragraph or a caption. `anchor` is its place on the article's page (`#p3`), "" for a caption.

    Flags: `seam` – what was printed before it may be lost; `incomplete` – begins or ends in mid-sentence; `repeated`;
    `corrected`. `page` is the label of the page that it stands on.
    """

    anchor: str
    text: str
    flags: list[str]
    page: str


class EvidenceAnswer(Shape, frozen=True):
    """A value found for the article, where, and the words that it was read from."""

    about: str
    value: str
    source: str
    quote: str


class LookalikeAnswer(Shape, frozen=True):
    """What stands in the text, and what it may be a misprint of."""

    found: str
    proposed: str


class CorrectionAnswer(Shape, frozen=True):
    """A correction that made the article what it is."""

    time: str
    field: str
    before: str
    after: str
    reason: str


class CitationAnswer(Shape, frozen=True):
    """The article as it is cited: lines, records and an item of CSL-JSON."""

    gb_t_7714: str
    plain: str
    bibtex: str
    ris: str
    csl: dict[str, Any]


class ArticleAnswer(Shape, frozen=True):
    """An article with its full text, if the rights of its paper allow that.

    `url` is its path on the site, `date` is `YYYY-MM-DD`. `first_indexed` and `changed` are when it was first indexed
    and when its text last changed. `version` is that of the archive.
    """

    id: str
    url: str
    kind: Kind
    kicker: str
    headline: str
    subtitle: str
    byline: list[Author]
    paper: str
    paper_title: str
    rights: Rights
    date: str | None
    page: str
    pages: list[str]
    section: str
    localities: list[str]
    quality: float | None
    paragraphs: list[PassageAnswer]
    captions: list[PassageAnswer]
    evidence: list[EvidenceAnswer]
    lookalikes: list[LookalikeAnswer]
    corrections: list[CorrectionAnswer]
    source: str
    first_indexed: str | None
    changed: str | None
    citation: CitationAnswer
    version: str


class PaperAnswer(Shape, frozen=True):
    """What is held of a paper. `undated` counts the articles on pages without a date."""

    paper: str
    title: str
    url: str
    rights: Rights
    articles: int
    issues: int
    first: str | None
    last: str | None
    undated: int


class PapersAnswer(Shape, frozen=True):
    """All papers that are held."""

    papers: list[PaperAnswer]
    version: str


class IssueAnswer(Shape, frozen=True):
    """An issue of a paper; `date` is null for its pages without a date."""

    date: str | None
    url: str
    pages: list[str]
    articles: int


class PaperIssuesAnswer(Shape, frozen=True):
    """A paper with all issues that are held of it, oldest first."""

    paper: PaperAnswer
    issues: list[IssueAnswer]
    version: str


class SnippetPiece(Shape, frozen=True):
    """A piece of a passage; `hit` where it matches the query."""

    text: str
    hit: bool


class HitAnswer(Shape, frozen=True):
    """An article that was found, with how many `matches` are marked in it.

    `missing`, in `partial` alone, are the words that it lacks.
    """

    id: str
    headline: str
    paper: str
    paper_title: str
    date: str | None
    page: str
    section: str
    kind: Kind
    byline: list[Author]
    quality: float | None
    matches: int
    localities: list[str]
    score: float
    snippet: list[SnippetPiece]
    url: str
    source: str
    missing: list[str] = []


class FacetCount(Shape, frozen=True):
    """A value of a facet, and how many of the results have it."""

    value: str
    count: int


class ExactAnswer(Shape, frozen=True):
    """The query that finds a word to the letter, and how many articles it finds."""

    query: str
    total: int


class NoteAnswer(Shape, frozen=True):
    """What the writer of the line should know of how it was read."""

    kind: Literal["unclosed_quote", "lower_case_operator", "numeral"]
    text: str
    line: str


class SearchAnswer(Shape, frozen=True):
    """The answer to a search. `total`, `hits` and `facets` speak of full matches alone."""

    query: str
    understood_as: str
    exact: ExactAnswer | None
    total: int
    page: int
    size: int
    hits: list[HitAnswer]
    partial: list[HitAnswer]
    facets: dict[str, list[FacetCount]]
    notes: list[NoteAnswer]
    took_ms: float
