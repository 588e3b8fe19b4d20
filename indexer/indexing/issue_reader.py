"""From page files to documents: read, identify, clean, split, describe. All commands that read pages come here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from pathlib import Path

from indexer import readers
from indexer.archive import corrections
from indexer.archive.archive import Issue, PageFile
from indexer.archive.corrections import FIELDS, CorrectionLines
from indexer.articles.file_pages import IdentifiedPage, Leaf, by_file, in_file, leaves_of
from indexer.articles.metadata.article_ids import with_own_ids
from indexer.articles.metadata.page_identity import identify
from indexer.articles.page_reader import read_pages
from indexer.articles.segmentation.jump_lines import join_continued
from indexer.errors import ArchiveError, PageError
from indexer.indexing import page_evidence
from indexer.indexing.corrected import IssueAsRead, Misfit, WithdrawnArticle, corrected
from indexer.model import Article, Document, PageReading, Paper, Passage
from indexer.readers.sandbox.limits import fault_sentence
from indexer.text import lookalikes


@dataclass(frozen=True, slots=True)
class IssueReading:
    """The pages of one issue as they were read and corrected, by source, and what was set aside.

    `copies` are the files that say the same as a page, with the source of that page. They are not read further.
    `describing` are files that are no pages and say what others are: METS, the pages of a saved site.
    `withdrawn` articles are not on the pages. `moves` are former id → id of corrected articles, `ids` the same with the
    ids in use. `unreadable` has what is wrong with lines of corrections files. Of a page that is set aside, `kept_back`
    has the ids that must not stay in an index.
    """

    pages: Mapping[str, PageReading]
    set_aside: tuple[PageError, ...]
    copies: Mapping[str, str]
    withdrawn: tuple[WithdrawnArticle, ...] = ()
    moves: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    misfits: tuple[Misfit, ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()
    kept_back: Mapping[str, frozenset[str]] = field(default_factory=dict)
    describing: frozenset[str] = frozenset()

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each page that could not be read in whole, and for each correction that is not in force."""
        told = (*self.unreadable, *((one.source, one.sentence) for one in self.misfits))
        return (*self._damaged, *(f"{source}: {problem}" for source, problem in told))

    @property
    def _damaged(self) -> tuple[str, ...]:
        return tuple(
            f"{source}: {page_evidence.damage(evidence)}"
            for source, page in self.pages.items()
            for identity in page.identities
            for evidence in identity.evidence
            if evidence.about in page_evidence.DAMAGES
        )


@dataclass(frozen=True, slots=True)
class FoundIssue:
    """An issue as it was read, before its corrections, which are given by source."""

    paper: Paper
    read: IssueAsRead
    set_aside: tuple[PageError, ...]
    copies: Mapping[str, str]
    corrections: Mapping[str, CorrectionLines]
    describing: frozenset[str]


def read_issue(files: Sequence[PageFile], paper: Paper) -> IssueReading:
    """Read all pages of one issue. A page that can't be used is set aside, the others are read all the same."""
    return with_corrections(find_issue(files, paper))


def find_issue(files: Sequence[PageFile], paper: Paper) -> FoundIssue:
    """Read all pages of one issue, and their corrections, which are not applied."""
    read: dict[str, Sequence[IdentifiedPage]] = {}
    problems: dict[str, PageError] = {}
    lines: dict[str, CorrectionLines] = {}
    for file in files:
        try:
            if file.corrections:
                lines[file.source] = _toldof(file.corrections, file.source)
            read[file.source] = _read(file, paper)
        except PageError as problem:
            problems[file.source] = problem
    copies = _copies_of_pages(files, read)
    readings: dict[Leaf, PageReading] = {}
    for leaf, reading in _divided(leaves_of({source: read[source] for source in read if source not in copies}), paper):
        if isinstance(reading, PageError):
            problems[leaf.source] = reading
        else:
            readings[leaf] = in_file(reading, leaf)
    for source in read.keys() - problems.keys() - copies.keys():
        if read[source] and not any(readings[leaf].articles for leaf in readings if leaf.source == source):
            problems[source] = PageError(source, "no article was found on it; look at it with `baosou articles`")
    kept = {leaf: reading for leaf, reading in readings.items() if leaf.source not in problems}
    parts = dict(zip(kept, with_own_ids({leaf.name: one for leaf, one in kept.items()}), strict=True))
    joined = dict(zip(kept, join_continued(tuple(parts.values())), strict=True))
    set_aside = tuple(problems[file.source] for file in files if file.source in problems)
    texts = {source: readers.text_of(page for page, _ in pages) for source, pages in read.items()} if lines else {}
    describing = frozenset(source for source, pages in read.items() if not pages)
    as_read = IssueAsRead(by_file(joined), by_file(parts), texts)
    return FoundIssue(paper, as_read, set_aside, copies, lines, describing)


def with_corrections(found: FoundIssue) -> IssueReading:
    """Apply an issue's corrections to what was read."""
    lines = found.corrections
    if not lines:
        return IssueReading(found.read.pages, found.set_aside, found.copies, describing=found.describing)
    there = {source: of for source, of in lines.items() if source in found.read.pages}
    done = corrected(found.read, there, found.paper)
    return IssueReading(
        done.pages,
        found.set_aside,
        found.copies,
        withdrawn=done.withdrawn,
        moves=done.moves,
        ids=done.ids,
        misfits=done.misfits,
        unreadable=tuple((source, problem) for source, of in lines.items() for problem in of.problems),
        kept_back={source: of.kept_back for source, of in lines.items() if source not in there and of.kept_back},
        describing=found.describing,
    )


def _toldof(path: Path, source: str) -> CorrectionLines:
    """Read the corrections of a page. Raises PageError: without them the page might show what must not be seen."""
    try:
        return corrections.read(path)
    except ArchiveError as problem:
        raise PageError(source, f"its corrections can't be used: {problem}") from problem


def _copies_of_pages(files: Sequence[PageFile], read: Mapping[str, Sequence[IdentifiedPage]]) -> dict[str, str]:
    """Return copy → page for the copies whose letters are those of their page, or of another copy of it."""
    originals = {file.copy_of for file in files if file.copy_of}
    letters: dict[tuple[str, str], str] = {}
    copies: dict[str, str] = {}
    for file in files:  # an original comes before its copies
        original = file.copy_of or file.source
        if original in originals and file.source in read:
            text = readers.text_of(page for page, _ in read[file.source])
            page = letters.setdefault((original, "".join(text.split())), file.source)
            if page != file.source:
                copies[file.source] = page
    return copies


def _read(file: PageFile, paper: Paper) -> Sequence[IdentifiedPage]:
    try:
        return [(page, identify(page, paper)) for page in readers.read(file.path, file.source)]
    except PageError:
        raise
    except Exception as error:
        raise fault(file.source, error) from error


def _divided(pages: Mapping[Leaf, IdentifiedPage], paper: Paper) -> Iterator[tuple[Leaf, PageReading | PageError]]:
    """Divide pages into articles. Where that fails for all together, one that fails costs no other."""
    try:
        yield from zip(pages, read_pages(pages.values(), paper), strict=True)
    except Exception as error:
        for leaf, page in pages.items():
            yield from [(leaf, fault(leaf.source, error))] if len(pages) == 1 else _divided({leaf: page}, paper)


def fault(source: str, error: Exception) -> PageError:
    """What to say of a page that met a fault in our own code: no page may stop an archive."""
    return PageError(source, fault_sentence(error))


def read_file(file: PageFile, paper: Paper) -> IssueReading:
    """Read one page by itself, with its corrections. Raises PageError."""
    reading = read_issue([file], paper)
    if reading.set_aside:
        raise reading.set_aside[0]
    if not reading.pages:
        raise PageError(file.source, "it is no page: it describes the files beside it; name one of those")
    return reading


def texts(issues: Iterable[Issue]) -> Iterator[str]:
    """Yield the headlines, captions and paragraphs of all issues. Pages that can't be used are passed over."""
    for issue in issues:
        for page in read_issue(issue.pages, issue.paper).pages.values():
            yield from chain.from_iterable(map(lookalikes.texts, page.articles))


def documents(page: PageReading, source: str, paper: Paper, *, with_quotes: bool = True) -> tuple[Document, ...]:
    """Return a page's articles as documents for an engine, in their order on the page.

    Those of a paper of which no text may be shown have none, so nothing that reads an index can show it. `with_quotes`
    says whether the lines that date, page and section were read from may be shown.
    """
    with_text = paper.rights != "metadata"

    def document(ordinal: int, article: Article) -> Document:
        label = article.pages[0] if article.pages else page.identity.page
        of_page = page_evidence.of_article(
            article, page.identity_of(label), paper, label, with_quotes=with_quotes and with_text
        )
        shown = article if with_text else catalogue_entry(article)
        shown = replace(shown, evidence=(*of_page, *shown.evidence))
        return Document(
            article=lookalikes.with_lookalikes(shown, paper.lookalikes),
            paper=paper.name,
            paper_title=paper.title or paper.name,
            page=label,
            ordinal=ordinal,
            source=source,
            rights=paper.rights,
        )

    return tuple(document(ordinal, article) for ordinal, article in enumerate(page.articles))


_OF_CATALOGUE = frozenset(FIELDS) - {"text"}
"""The fields whose corrections quote nothing of an article's text."""


def catalogue_entry(article: Article) -> Article:
    """Return what a catalogue says of an article: its head, byline, date, section, kind and places."""
    evidence = tuple(replace(one, quote="") for one in article.evidence if one.about == "quality")
    notes = tuple(note for note in article.corrections if note.field in _OF_CATALOGUE)
    bare = replace(article, paragraphs=(), captions=(), head=(), end_code="", lookalikes=())
    return replace(bare, evidence=evidence, corrections=notes)


def page_json(reading: IssueReading) -> dict[str, object]:
    """Return a page that was read by itself as `baosou articles --json` prints it, with articles that are withdrawn."""
    [page] = reading.pages.values()
    identity = page.identity
    return {
        "page": {
            "paper": identity.paper,
            "date": identity.date.isoformat() if identity.date else None,
            "page": identity.page,
            "sections": list(identity.sections),
            "quality": page.quality,
            "furniture": [_passage_json(passage) for passage in page.furniture],
        },
        "articles": [article_json(article) for article in page.articles],
        "withdrawn": [article_json(one.article) | {"public_reason": one.reason} for one in reading.withdrawn],
    }


def article_json(article: Article) -> dict[str, object]:
    """Return an article as `baosou articles --json` prints it."""
    return {
        "id": article.id,
        "kind": article.kind,
        "kicker": article.kicker,
        "headline": article.headline,
        "subtitle": article.subtitle,
        "byline": [{"name": one.name, "role": one.role} for one in article.byline],
        "section": article.section,
        "localities": list(article.localities),
        "date": article.date.isoformat() if article.date else None,
        "pages": list(article.pages),
        "head": [list(span) for span in article.head],
        "paragraphs": [_passage_json(passage) for passage in article.paragraphs],
        "captions": [_passage_json(passage) for passage in article.captions],
        "end_code": article.end_code,
        "quality": article.quality,
        "evidence": [asdict(evidence) for evidence in article.evidence],
        "corrections": [asdict(note) for note in article.corrections],
    }


def _passage_json(passage: Passage) -> dict[str, object]:
    return {"text": passage.text, "spans": [list(span) for span in passage.spans], "flags": list(passage.flags)}
