"""A small archive that is corrected, and its index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer.archive.archive import Archive
from indexer.archive.corrections import Correction
from indexer.engines.base import Engine
from indexer.engines.memory import MemoryEngine
from indexer.indexing import changes
from indexer.indexing.changes import Recorded
from indexer.indexing.issue_reader import IssueReading, read_issue
from indexer.indexing.pipeline import Report, index
from indexer.model import Article

DAY = "2022-05-06"
BRIDGE = "三座老桥修好了\n\n本报讯（记者 周小舟）昨日，县里修好了三座老桥，行人称便。修桥师傅说，桥面换了新石板。\n"
RICE = "早稻开镰\n\n本报讯 城西早稻昨日开镰，田里一片金黄，收割机来回奔忙。种粮大户刘满仓说，今年亩产比去年高。\n"
FERRY = "渡口添新船\n\n本报讯 河口渡口添了一条新船，能坐四十人，摆渡的老人试航后十分满意。\n"
PAGE = f"{BRIDGE}\n{RICE}\n{FERRY}"


@dataclass
class CorrectedLibrary:
    """An archive with a page of three articles, indexed. Each change is made a minute after the one before."""

    root: Path
    engine: Engine = field(default_factory=MemoryEngine)
    now: float = 1_700_000_000

    def put(self, name: str, text: str, day: str = DAY) -> Path:
        path = self.root / "lanhe" / day / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    @property
    def archive(self) -> Archive:
        return Archive(self.root)

    def index(self, **options: Any) -> Report:
        self.now += 60
        return index(self.archive, self.engine, jobs=1, accept_removals=True, clock=lambda: self.now, **options)

    def record(self, article_id: str, *wanted: Correction, author: str = "馆员", **options: Any) -> Recorded:
        self.now += 60
        return changes.record(self.archive, self.engine, article_id, wanted, author, clock=lambda: self.now, **options)

    def set(self, headline: str, field: str, after: Any, **options: Any) -> Recorded:
        return self.record(self.id(headline), Correction(action="set", field=field, after=after), **options)

    @property
    def articles(self) -> Mapping[str, Article]:
        """Headline → article, of all that is indexed."""
        reader = self.engine.reader()
        documents = [one for source in reader.fingerprints() for one in reader.documents_of(source)]
        return {one.article.headline: one.article for one in documents}

    def id(self, headline: str) -> str:
        return self.articles[headline].id

    def read(self) -> IssueReading:
        [issue] = self.archive.survey().issues
        return read_issue(issue.pages, issue.paper)


def library(folder: Path, *pages: str) -> CorrectedLibrary:
    """A library with these pages, 01.txt first, or with one page of three articles."""
    made = CorrectedLibrary(folder / "archive")
    for number, text in enumerate(pages or (PAGE,), 1):
        made.put(f"{number:02}.txt", text)
    made.index()
    return made
