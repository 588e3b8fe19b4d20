"""From page files to documents: read, identify, clean, split, describe. All commands that read pages come here."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain

from indexer import readers
from indexer.archive.archive import Issue, PageFile
from indexer.articles.metadata.article_ids import with_own_ids
from indexer.articles.metadata.page_identity import identify
from indexer.articles.page_reader import read_pages
from indexer.articles.segmentation.jump_lines import join_continued
from indexer.errors import PageError
from indexer.model import Article, Document, PageIdentity, PageReading, Paper, Passage, RawPage
from indexer.text import lookalikes


@dataclass(frozen=True, slots=True)
class IssueReading:
    """The pages of one issue as they were read, by source, and what was set aside.

    `copies` are the files that say the same as a page, with the source of that page. They are not read further.
    """

    pages: Mapping[str, PageReading]
    set_aside: tuple[PageError, ...]
    copies: Mapping[str, str]

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each page that was read although some of its bytes are damaged."""
        return tuple(
            f"{source}: {evidence.value} (“{evidence.quote}”); the rest was read, copy the page again from the original"
            for source, page in self.pages.items()
            for evidence in page.identity.evidence
            if evidence.about == "bad bytes"
        )


def read_issue(files: Sequence[PageFile], paper: Paper) -> IssueReading:
    """Read all pages of one issue. A page that can't be used is set aside, the others are read all the same."""
    raw: dict[str, tuple[RawPage, PageIdentity]] = {}
    readings: dict[str, PageReading] = {}
    problems: dict[str, PageError] = {}
    for file in files:
        try:
            raw[file.source] = _read(file, paper)
        except PageError as problem:
            problems[file.source] = problem
    copies = _copies_of_pages(files, raw)
    for source, reading in _divided({source: page for source, page in raw.items() if source not in copies}, paper):
        if isinstance(reading, PageError):
            problems[source] = reading
        elif reading.articles:
            readings[source] = reading
        else:
            problems[source] = PageError(source, "no article was found on it; look at it with `baosou articles`")
    joined = join_continued(with_own_ids(readings))
    set_aside = tuple(problems[file.source] for file in files if file.source in problems)
    return IssueReading(dict(zip(readings, joined, strict=True)), set_aside, copies)


def _copies_of_pages(files: Sequence[PageFile], raw: Mapping[str, tuple[RawPage, PageIdentity]]) -> dict[str, str]:
    """Return copy → page for the copies whose letters are those of their page, or of another copy of it."""
    originals = {file.copy_of for file in files if file.copy_of}
    letters: dict[tuple[str, str], str] = {}
    copies: dict[str, str] = {}
    for file in files:  # an original comes before its copies
        original = file.copy_of or file.source
        if original in originals and file.source in raw:
            page = letters.setdefault((original, "".join(raw[file.source][0].text.split())), file.source)
            if page != file.source:
                copies[file.source] = page
    return copies


def _read(file: PageFile, paper: Paper) -> tuple[RawPage, PageIdentity]:
    try:
        raw = readers.read(file.path, file.source)
        return raw, identify(raw, paper)
    except PageError:
        raise
    except Exception as error:
        raise fault(file.source, error) from error


def _divided(
    raw: Mapping[str, tuple[RawPage, PageIdentity]], paper: Paper
) -> Iterator[tuple[str, PageReading | PageError]]:
    """Divide pages into articles, by source. Where that fails for all together, one that fails costs no other."""
    try:
        yield from zip(raw, read_pages(raw.values(), paper), strict=True)
    except Exception as error:
        for source, page in raw.items():
            yield from [(source, fault(source, error))] if len(raw) == 1 else _divided({source: page}, paper)


def fault(source: str, error: Exception) -> PageError:
    """What to say of a page that met a fault in our own code: no page may stop an archive."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return PageError(
        source,
        f"baosou could not read it and is itself to blame ({type(error).__name__}: {error}, in {where.name}); "
        "please report it together with this page",
    )


def read_file(file: PageFile, paper: Paper) -> PageReading:
    """Read one page by itself. Raises PageError."""
    [(_, reading)] = _divided({file.source: _read(file, paper)}, paper)
    if isinstance(reading, PageError):
        raise reading
    return with_own_ids({file.source: reading})[0]


def texts(issues: Iterable[Issue]) -> Iterator[str]:
    """Yield the headlines, captions and paragraphs of all issues. Pages that can't be used are passed over."""
    for issue in issues:
        for page in read_issue(issue.pages, issue.paper).pages.values():
            yield from chain.from_iterable(map(lookalikes.texts, page.articles))


def documents(page: PageReading, source: str, paper: Paper) -> tuple[Document, ...]:
    """Return a page's articles as documents for an engine, in their order on the page."""
    return tuple(
        Document(
            article=lookalikes.with_lookalikes(article, paper.lookalikes),
            paper=paper.name,
            paper_title=paper.title or paper.name,
            page=page.identity.page,
            ordinal=ordinal,
            source=source,
        )
        for ordinal, article in enumerate(page.articles)
    )


def page_json(page: PageReading) -> dict[str, object]:
    """Return a page as `baosou articles --json` prints it."""
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
    }


def _passage_json(passage: Passage) -> dict[str, object]:
    return {"text": passage.text, "spans": [list(span) for span in passage.spans], "flags": list(passage.flags)}
