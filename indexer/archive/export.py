"""Write what an archive holds in forms that need no baosou: a line of JSON for each article, and readable texts.

The index says which articles there are. They are read page file by page file, so an archive of any size takes the same
memory, apart from the names of its page files and, with a query, the ids that it finds.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from indexer.archive.archive import Archive, issue_of
from indexer.archive.backup_stores import sync_folder
from indexer.engines.base import Reader
from indexer.errors import ArchiveError, SettingsError, UsageError
from indexer.indexing.corrected import WithdrawnArticle
from indexer.indexing.issue_reader import article_json, catalogue_entry, read_issue
from indexer.model import Article, Document, Paper, Request, Rights, Times
from indexer.search.query_parser import parse
from indexer.text.natural_sort import natural_key

JSON_LINES, TEXTS = "articles.jsonl", "text"
"""What an export has in its folder."""
_HITS_AT_ONCE = 1000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How much was exported.

    Of the articles, `without_text` are of papers whose rights are "metadata", and `withdrawn` are withdrawn ones.
    """

    articles: int
    pages: int
    without_text: int
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class ExportedArticle:
    """An article that is exported, with what the archive says of it.

    `has_text` is False where the text is left out. `withdrawn` is what readers are told of a withdrawn article.
    """

    document: Document
    rights: str
    times: Times
    has_text: bool
    withdrawn: str | None = None

    def to_json(self) -> dict[str, object]:
        """What a line of JSON has: the keys of `baosou articles --json`, and where and when it was published."""
        document, times = self.document, self.times
        return {
            "paper": document.paper,
            "paper_title": document.paper_title,
            "page": document.page,
            "source": document.source,
            "url": f"/article/{document.id}",
            "rights": self.rights,
            "has_text": self.has_text,
            "times": {"first": _written(times.first), "changed": _written(times.changed), "first_id": times.first_id},
            **({} if self.withdrawn is None else {"withdrawn": {"public_reason": self.withdrawn}}),
            **article_json(document.article),
        }


class Exporter:
    """Chooses the articles of an index that are exported: those under `paths`, those that a `query` finds, or all.

    The text of papers whose rights are "metadata" is left out, unless it is `restricted` that is asked for. So are
    `withdrawn` articles. They are read from the pages, and no query finds them.

    Raises UsageError for paths that no article lies under.
    """

    def __init__(
        self,
        archive: Archive,
        reader: Reader,
        *,
        paths: Sequence[Path] = (),
        query: str = "",
        restricted: bool = False,
        withdrawn: bool = False,
    ) -> None:
        self._archive, self._reader, self._restricted = archive, reader, restricted
        table = archive.withdrawn().table() if withdrawn and not query.strip() else {}
        self._with_withdrawn = {its.source for its in table.values()}
        sources = sorted({*reader.fingerprints(), *self._with_withdrawn}, key=natural_key)
        self.sources = archive.those_under(sources, paths)
        if paths and not self.sources:
            raise UsageError(f"The index has no page under {', '.join(map(str, paths))}; run `baosou index`.")
        self._found = self._ids_found_by(query) if query.strip() else None
        self._papers: dict[str, Paper] = {}
        self._texts = _TextsInArchive(archive)
        self.articles = self.pages = self.without_text = self.withdrawn = 0

    def pages_of_articles(self, progress: Progress = lambda done, total: None) -> Iterator[list[ExportedArticle]]:
        """Yield the articles of each page file, in the order of the archive."""
        for number, source in enumerate(self.sources, 1):
            documents = self._reader.documents_of(source)
            if self._found is not None:
                documents = tuple(one for one in documents if one.id in self._found)
            times = self._reader.times([one.id for one in documents])
            page = [self._exported(one, times) for one in documents]
            if source in self._with_withdrawn:
                page += map(self._withdrawn, self._texts.withdrawn_from(source))
            if page:
                self.pages += 1
                self.articles += len(page)
                self.without_text += sum(not one.has_text for one in page)
                self.withdrawn += sum(one.withdrawn is not None for one in page)
                yield page
            progress(number, len(self.sources))

    @property
    def report(self) -> ExportReport:
        """How much was exported so far."""
        return ExportReport(self.articles, self.pages, self.without_text, self.withdrawn)

    def _exported(self, document: Document, times: Mapping[str, Times]) -> ExportedArticle:
        rights = self._rights(document.paper)
        has_text = rights != "metadata" or self._restricted
        if rights == "metadata":
            document = replace(
                document, article=self._texts.of(document) if has_text else catalogue_entry(document.article)
            )
        return ExportedArticle(document, rights, times.get(document.id, Times()), has_text)

    def _withdrawn(self, one: WithdrawnArticle) -> ExportedArticle:
        name = one.source.partition("/")[0]
        rights = self._rights(name)
        has_text = rights != "metadata" or self._restricted
        page = one.article.pages[0] if one.article.pages else ""
        document = Document(one.article, name, self._papers[name].title or name, page, 0, one.source, rights)
        if not has_text:
            document = replace(document, article=catalogue_entry(document.article))
        return ExportedArticle(document, rights, Times(), has_text, one.reason)

    def _rights(self, name: str) -> Rights:
        if name not in self._papers:
            try:
                self._papers[name] = self._archive.paper(name)
            except SettingsError as problem:
                raise ArchiveError(f"{problem}; so it is not known who may see the paper") from None
        return self._papers[name].rights

    def _ids_found_by(self, query: str) -> frozenset[str]:
        found: list[str] = []
        while True:
            request = Request(parse(query), sort="oldest", offset=len(found), size=_HITS_AT_ONCE, facets=())
            hits = self._reader.search(request).hits
            if not hits:
                return frozenset(found)
            found += [hit.document.id for hit in hits]


class _TextsInArchive:
    """Texts that an index does not have, read from the pages."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._issue = ""
        self._articles: Mapping[str, Sequence[Article]] = {}
        self._withdrawn: Sequence[WithdrawnArticle] = ()

    def withdrawn_from(self, source: str) -> list[WithdrawnArticle]:
        """The withdrawn articles of a page file."""
        self._turn_to(source)
        return [one for one in self._withdrawn if one.source == source]

    def of(self, document: Document) -> Article:
        """The article of a document as its page has it; as the index has it where the page differs by now."""
        self._turn_to(document.source)
        for article in self._articles.get(document.source, ()):
            if article.id == document.id:
                return article
        at = document.ordinal
        articles = self._articles.get(document.source, ())
        is_there = at < len(articles) and articles[at].headline == document.article.headline
        return replace(articles[at], id=document.id) if is_there else document.article

    def _turn_to(self, source: str) -> None:
        """Read the issue of a page file, unless it was read last."""
        if issue_of(source) == self._issue:
            return
        self._issue = issue_of(source)
        issues = () if self._archive.is_gone(source) else self._archive.survey([self._archive.root / source]).issues
        readings = [read_issue(issue.pages, issue.paper) for issue in issues]
        self._articles = {one: page.articles for reading in readings for one, page in reading.pages.items()}
        self._withdrawn = [one for reading in readings for one in reading.withdrawn]


def write_folder(exporter: Exporter, folder: Path, progress: Progress = lambda done, total: None) -> ExportReport:
    """Write JSON Lines and texts into a folder, which is there only when it is complete.

    Raises UsageError where something is in the folder, and ArchiveError where it can't be written.
    """
    with _complete_or_not_at_all(folder) as prepared, (prepared / JSON_LINES).open("wb") as lines:
        for page in exporter.pages_of_articles(progress):
            write_lines(page, lines)
            path = prepared / TEXTS / _name_of_text(page[0].document.source)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page_text(page), encoding="utf-8", errors="replace")
    return exporter.report


def write_lines(page: Iterable[ExportedArticle], file: BinaryIO) -> None:
    """Write the line of each article."""
    for article in page:
        try:
            line = json.dumps(article.to_json(), ensure_ascii=False).encode()
        except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can express
            line = json.dumps(article.to_json()).encode()
        file.write(line + b"\n")


def page_text(page: Sequence[ExportedArticle]) -> str:
    """The articles of a page as a text to be read."""
    first = page[0].document
    day = first.article.date.isoformat() if first.article.date else "日期不详"
    parts = [f"{first.paper_title} {day} 第{first.page}版\n"]
    for one in page:
        article = one.document.article
        byline = "、".join(f"{name.role} {name.name}".strip() for name in article.byline)
        withdrawn = "" if one.withdrawn is None else f"（已撤稿：{one.withdrawn}）"
        head = (withdrawn, article.kicker, article.headline or "（无标题）", article.subtitle, byline)
        passages = [*(passage.text for passage in article.paragraphs), *(f"〔图〕{of.text}" for of in article.captions)]
        body = passages if one.has_text else ["（正文不在导出之列）"]
        parts.append("\n".join([*filter(None, head), "", *body, "", f"[{article.id}]"]) + "\n")
    return ("\n" + "—" * 20 + "\n\n").join(parts)


@contextmanager
def _complete_or_not_at_all(folder: Path) -> Iterator[Path]:
    """A folder beside another, that takes its place at the end."""
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"There is something in {folder} already; give an empty folder, or a new one.")
    prepared = folder.with_name(f".{folder.name}.exporting")
    try:
        shutil.rmtree(prepared, ignore_errors=True)
        prepared.mkdir(parents=True)
        yield prepared
        os.sync()
        prepared.rename(folder)
        sync_folder(folder.parent)
    except OSError as problem:
        raise ArchiveError(
            f"The export to {folder} can't be written ({problem.strerror}); see to the room and the permissions there, "
            "then run the command again."
        ) from problem
    finally:
        shutil.rmtree(prepared, ignore_errors=True)


def _name_of_text(source: str) -> str:
    """The path of a page's text: pages that differ in their suffix only stay apart.

    >>> _name_of_text("yunbei/2019-03-08/01.txt"), _name_of_text("yunbei/2019-03-08/01.html")
    ('yunbei/2019-03-08/01.txt', 'yunbei/2019-03-08/01.html.txt')
    """
    name = source.encode("utf-8", "replace").decode()
    return name if name.endswith(".txt") else f"{name}.txt"


def _written(seconds: int) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else None
