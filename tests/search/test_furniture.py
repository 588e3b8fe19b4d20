"""Tests of searching for the furniture of pages: it is found by its field, and by no other query."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.engines.base import Engine
from indexer.engines.memory import MemoryEngine
from indexer.indexing.pipeline import index
from indexer.model import Request
from indexer.search.query_parser import parse
from tests.support.web_site import on_disk

NEWS = "本报讯 城北的石桥昨日修葺一新，桥面铺上青石板，两侧加了护栏，行人往来方便。"
FOLIO = "沙洲晚报\n2024年1月26日 星期五 第03版 今日8版\n\n"
PAGE = f"{FOLIO}石桥修葺一新\n\n{NEWS}\n\n渡口夜航恢复\n\n{NEWS}\n\n新闻热线：0000-2871234\n"


@pytest.fixture(params=["memory", "whoosh"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """An engine that holds two pages of two articles, one without furniture."""
    folder = tmp_path / "archive" / "shazhou" / "2024-01-26"
    folder.mkdir(parents=True)
    (folder.parent / "paper.toml").write_text('title = "沙洲晚报"\n', encoding="utf-8")
    (folder / "03.txt").write_text(PAGE, encoding="utf-8")
    (folder / "04.txt").write_text(f"果园套袋忙\n\n{NEWS}\n\n夜市开张\n\n{NEWS}\n", encoding="utf-8")
    made = MemoryEngine() if request.param == "memory" else on_disk(tmp_path / "index")
    index(Archive(tmp_path / "archive"), made, jobs=1)
    return made


@pytest.mark.parametrize(
    ("line", "total"),
    [
        ("furniture:沙洲晚报", 1),
        ('furniture:"今日 8版"', 1),
        ("furniture:热线", 1),
        ("furniture:热*", 1),
        ("furniture:石桥", 0),
        ("furniture:沙洲晚报 渡口", 0),
        ("石桥 OR furniture:热线", 4),
        ("-furniture:热线", 3),
        ("沙洲晚报", 0),
        ('"今日8版"', 0),
        ("热线", 0),
        ("热*", 0),
        ('"新闻 热线"~5', 0),
        ("headline:沙洲晚报", 0),
        ("", 4),
    ],
)
def test_furniture_is_found_by_its_field_alone(engine: Engine, line: str, total: int) -> None:
    reader = engine.reader()
    found = reader.search(Request(parse(line)))
    assert found.total == reader.count(Request(parse(line))) == total
    assert reader.holding(["热线"]) == (0,)
    assert reader.near_terms("热线", 5) == ()
    reader.close()
