"""Articles, archives and queries for engine tests, made by hand or at random."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import get_args

from hypothesis import strategies as st

from indexer.engines.whoosh.indexing.segment_builder import SegmentBuilder
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.model import (
    And,
    Article,
    Contributor,
    DateSpan,
    Document,
    Everything,
    Field,
    Filters,
    Near,
    Not,
    Or,
    PartialQuery,
    Passage,
    Phrase,
    Prefix,
    Query,
    Request,
    Rights,
    Times,
    TokenisedDocument,
    Unit,
    Word,
)

FIELDS: tuple[Field, ...] = ("kicker", "headline", "subtitle", "byline", "caption", "paragraph")
"""In the order of a document's units."""


def document(
    article_id: str,
    headline: str = "",
    *,
    words: str = "",
    headline_words: str | None = None,
    units: tuple[tuple[Field, str], ...] = (),
    paper: str = "jia",
    title: str = "甲报",
    day: date | None = date(2019, 3, 8),
    page: str = "1",
    ordinal: int = 0,
    source: str = "",
    section: str = "",
    kind: str = "新闻",
    localities: tuple[str, ...] = (),
    rights: Rights = "public",
) -> TokenisedDocument:
    """Return a document with the given tokens.

    `words` are separated by spaces, and `units` are pairs of field and text. The headline is a separate unit.
    """
    article = Article(
        id=article_id,
        kind=kind,  # type: ignore[arg-type]
        kicker="",
        headline=headline,
        subtitle="",
        byline=tuple(Contributor(text, "记者") for field, text in units if field == "byline"),
        section=section,
        localities=localities,
        date=day,
        paragraphs=tuple(Passage(text, ((0, len(text)),)) for field, text in units if field == "paragraph"),
        captions=(),
        end_code="",
        quality=0.5,
    )
    kept = Document(article, paper, title, page, ordinal, source or f"{paper}/{article_id}.txt", rights)
    own = (Unit("headline", headline),) if headline else ()
    return TokenisedDocument(
        document=kept,
        words=tuple(words.split()),
        headline_words=tuple((headline if headline_words is None else headline_words).split()),
        units=own + tuple(Unit(field, text) for field, text in units),
    )


def build_segment(documents: Iterable[TokenisedDocument], path: Path, fingerprint: str = "f") -> None:
    """Write a segment of these documents."""
    builder = SegmentBuilder()
    for one in documents:
        builder.add(one, fingerprint)
    builder.write(path)


def segment(path: Path, *documents: TokenisedDocument) -> FlatSegment:
    """Write a segment of these documents, and open it."""
    build_segment(documents, path)
    return FlatSegment(path)


def word(text: str, *, or_phrase: bool = False, field: Field | None = None) -> Word:
    """Return a bare word; `text` has its terms, separated by spaces."""
    return Word(text.replace(" ", ""), tuple(text.split()), or_phrase, field)


def phrase(text: str, field: Field | None = None) -> Phrase:
    return Phrase(text, (text,), field)


def near(distance: int, *texts: str) -> Near:
    return Near(texts, distance, texts)


# --- random documents: few distinct characters, so that queries often match

LETTERS = "甲乙丙a"
texts = st.text(LETTERS, min_size=1, max_size=3)
fields = st.sampled_from((None, *FIELDS))
days = st.sampled_from((None, date(2018, 12, 31), date(2019, 1, 1), date(2019, 12, 31), date(2020, 1, 1)))
places = st.sampled_from(("豫", "豫/驻", "豫/驻/驿", "豫/周", "京"))
papers = st.sampled_from(("jia", "yi"))
sections = st.sampled_from(("", "要闻", "副刊"))
kinds = st.sampled_from(("新闻", "图片"))
SOURCES = tuple(f"jia/{number}.txt" for number in range(4))


@st.composite
def documents(draw: st.DrawFn, source: str, ordinal: int) -> TokenisedDocument:
    units = draw(st.lists(st.tuples(st.sampled_from(FIELDS), st.text(LETTERS, max_size=8)), max_size=5))
    units.sort(key=lambda unit: FIELDS.index(unit[0]))  # as the tokenizer has them
    cut = [text[start : start + 2] for _, text in units for start in range(0, len(text), 2)]
    head = [text[start : start + 2] for field, text in units if field == "headline" for start in range(0, len(text), 2)]
    return document(
        f"{source}-{ordinal}",
        words=" ".join(cut),
        headline_words=" ".join(head),
        units=tuple(units),
        paper=draw(papers),
        day=draw(days),
        page=draw(st.sampled_from(("1", "2", "10", "A02"))),
        ordinal=ordinal,
        source=source,
        section=draw(sections),
        kind=draw(kinds),
        localities=tuple(draw(st.lists(places, max_size=2, unique=True))),
        rights=draw(st.sampled_from(get_args(Rights))),
    )


@dataclass(frozen=True)
class Step:
    """Replace the documents of a source; an empty tuple removes them."""

    source: str
    documents: tuple[TokenisedDocument, ...]
    fingerprint: str = "f"


@dataclass(frozen=True)
class Change:
    """The steps of one writer, from opening to closing."""

    steps: tuple[Step, ...]
    fresh: bool
    committed: bool
    night: int = 0

    @property
    def times(self) -> dict[str, Times]:
        """Of some of the documents: those put on the first night have none."""
        documents = (one.document for step in self.steps for one in step.documents)
        return {
            one.id: Times(self.night, self.night + one.ordinal, "old" * (one.ordinal % 2))
            for one in documents
            if self.night
        }


@st.composite
def steps(draw: st.DrawFn) -> Step:
    source, fingerprint = draw(st.sampled_from(SOURCES)), draw(texts)
    number = draw(st.integers(0, 3))
    return Step(source, tuple(draw(documents(source, ordinal)) for ordinal in range(number)), fingerprint)


changes = st.builds(
    Change,
    steps=st.lists(steps(), max_size=5).map(tuple),
    fresh=st.sampled_from((False, False, False, True)),
    committed=st.sampled_from((True, True, True, False)),
    night=st.integers(0, 3),
)

leaves = st.one_of(
    st.just(Everything()),
    st.builds(
        Word,
        text=texts,
        terms=st.lists(st.text(LETTERS, min_size=1, max_size=2), max_size=2).map(tuple),
        or_phrase=st.booleans(),
        field=fields,
    ),
    st.builds(Phrase, text=st.text(LETTERS, max_size=5), terms=st.lists(texts, max_size=2).map(tuple), field=fields),
    st.builds(Prefix, text=st.text(LETTERS, max_size=2), field=fields),
    st.builds(
        Near,
        texts=st.lists(st.text(LETTERS, max_size=2), max_size=3).map(tuple),
        distance=st.integers(0, 6),
        terms=st.lists(texts, max_size=2).map(tuple),
    ),
)


def _nodes(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, several), st.builds(Or, several))


queries: st.SearchStrategy[Query] = st.recursive(leaves, _nodes, max_leaves=5)

filters = st.builds(
    Filters,
    paper=st.lists(papers, max_size=1).map(tuple),
    locality=st.lists(places, max_size=2).map(tuple),
    section=st.lists(st.sampled_from(("要闻", "副刊")), max_size=1).map(tuple),
    kind=st.lists(kinds, max_size=1).map(tuple),
    dates=st.builds(DateSpan, first=days, last=days),
)

requests = st.builds(
    Request,
    query=queries,
    filters=st.one_of(st.just(Filters()), filters),
    sort=st.sampled_from(("relevance", "newest", "oldest", "indexed")),
    offset=st.integers(0, 4),
    size=st.integers(0, 12),
)

pairs = st.text(LETTERS, min_size=2, max_size=2)
partial_queries = st.builds(
    PartialQuery,
    binding=st.one_of(st.just(Everything()), queries),
    words=st.lists(pairs, min_size=2, max_size=3, unique=True).map(tuple),
    strings=st.lists(texts, min_size=1, max_size=2).map(tuple),
    bigrams=st.dictionaries(pairs, st.sampled_from((0.5, 1.0)), max_size=3).map(lambda of: tuple(of.items())),
)
