"""Tests that worker processes only affect speed.

An index built by them answers like one built in a single process.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from indexer.archive.archive import Archive, PageFile
from indexer.articles.page_lines.source_map import Line
from indexer.articles.segmentation import headline_parts
from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import PageError
from indexer.indexing import pipeline
from indexer.indexing.issue_reader import read_file
from indexer.model import Document, Paper, Request, TokenisedDocument
from indexer.search.query_parser import parse
from indexer.text import tokenizer

ISSUES = 20
PAGE = """二〇二四年一月{day}日 第0{page}版

第{day}天的第{page}版说工会

本报讯（记者 王小明）一月{day}日，工会在驿城区慰问职工，发放补贴{day}00元。
今年产茶{page}00吨，村民都说是好收成。
"""
LINES = ["工会", '"好收成"', "慰问 -1900", "byline:王小明", "headline:第3天"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    root = tmp_path_factory.mktemp("archive")
    for day in range(1, ISSUES + 1):
        for page in (1, 2):
            path = root / "a" / f"2024-01-{day:02}" / f"0{page}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(PAGE.format(day=day, page=page), encoding="utf-8")
    (root / "a" / "2024-01-07" / "03.txt").write_bytes(b"")
    return Archive(root)


def indexed(archive: Archive, folder: Path, jobs: int, full: bool = True) -> tuple[WhooshEngine, pipeline.Report]:
    engine = WhooshEngine(folder, IndexIdentity(str(archive.root), "rules"))
    return engine, pipeline.index(archive, engine, full=full, jobs=jobs)


def answers(engine: WhooshEngine) -> list[tuple[int, list[tuple[Document, float]], object]]:
    reader = engine.reader()
    found = [reader.search(Request(parse(line), size=100)) for line in LINES]
    return [(one.total, [(hit.document, round(hit.score, 6)) for hit in one.hits], one.facets) for one in found]


def test_workers_build_the_same_index(archive: Archive, tmp_path: Path) -> None:
    alone, told_alone = indexed(archive, tmp_path / "alone", jobs=1)
    together, told_together = indexed(archive, tmp_path / "together", jobs=2)
    assert answers(together) == answers(alone)
    assert answers(together)[0][0] == 2 * ISSUES
    for name in ("pages", "articles", "unchanged", "removed"):
        assert getattr(told_together, name) == getattr(told_alone, name)
    assert [str(one) for one in told_together.set_aside] == [str(one) for one in told_alone.set_aside] != []
    assert together.reader().fingerprints() == alone.reader().fingerprints()


def test_progress_is_told_while_workers_read(archive: Archive, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    engine = WhooshEngine(tmp_path, IndexIdentity("", "rules"))
    pipeline.index(archive, engine, full=True, jobs=2, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (2 * ISSUES + 1, 2 * ISSUES + 1)


def test_an_index_that_is_there_is_brought_up_to_date(archive: Archive, tmp_path: Path) -> None:
    indexed(archive, tmp_path, jobs=2)
    engine, told = indexed(archive, tmp_path, jobs=2, full=False)
    assert (told.pages, told.unchanged, len(told.set_aside)) == (0, 2 * ISSUES, 1)
    assert answers(engine)[0][0] == 2 * ISSUES
    assert not list(tmp_path.glob("*.tmp"))


def test_a_page_that_meets_a_fault_of_ours_costs_no_other(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classify = headline_parts.classify

    def at_fault(lines: Sequence[Line], paper: Paper) -> object:
        if "第3天的第2版" in "".join(line.text for line in lines):
            raise IndexError("list index out of range")
        return classify(lines, paper)

    monkeypatch.setattr(headline_parts, "classify", at_fault)
    engine, told = indexed(archive, tmp_path, jobs=1)
    fault, empty = map(str, told.set_aside)
    assert fault.startswith("a/2024-01-03/02.txt: baosou could not read it and is itself to blame (IndexError: ")
    assert empty.startswith("a/2024-01-07/03.txt: ")
    assert answers(engine)[0][0] == 2 * ISSUES - 1
    source = "a/2024-01-03/02.txt"
    assert engine.reader().fingerprints()["a/2024-01-03/01.txt"] == "", "the issue will be read again"
    with pytest.raises(PageError, match="is itself to blame"):
        read_file(PageFile(archive.root / source, source, "a"), Paper("a"))


def test_a_page_that_can_not_be_tokenised_costs_no_other(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenise, tokenised = tokenizer.tokenise, list[str]()

    def at_fault(document: Document, furniture: Sequence[str] = ()) -> TokenisedDocument:
        tokenised.append(document.id)
        if document.source == "a/2024-01-03/02.txt":
            raise IndexError("list index out of range")
        return tokenise(document, furniture)

    monkeypatch.setattr(tokenizer, "tokenise", at_fault)
    engine, told = indexed(archive, tmp_path, jobs=1)
    assert len(tokenised) == len(set(tokenised)), "no document is tokenised twice"
    said = sorted(map(str, told.set_aside))
    assert said[0].startswith("a/2024-01-03/02.txt: baosou could not read it and is itself to blame (IndexError: ")
    assert answers(engine)[0][0] == 2 * ISSUES - 1
    assert engine.reader().fingerprints()["a/2024-01-03/01.txt"] == "", "the issue will be read again"
    monkeypatch.setattr(tokenizer, "tokenise", tokenise)
    engine, told = indexed(archive, tmp_path, jobs=1, full=False)
    assert (told.pages, len(told.set_aside)) == (2, 1)
    assert answers(engine)[0][0] == 2 * ISSUES
