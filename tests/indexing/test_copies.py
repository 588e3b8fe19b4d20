"""Copies, second scans and files that claim one page: each article has an id of its own, which it keeps."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.archive.archive import Archive
from indexer.engines.memory import MemoryEngine
from indexer.indexing.checking.archive_check import check
from indexer.indexing.pipeline import index

SCHOOL = "小学添置课桌\n\n本报讯 {}昨日添置课桌，共四十套，由校友捐赠。\n"
SOURCES = [
    "demo/2018-03-07/01.txt",
    "demo/2018-03-07/01.md",
    "demo/2018-03-07/01 (1).txt",
    "demo/2018-03-07 - 副本/01.txt",
    "demo/again/2018-03-07/01.txt",
    "demo/rescan/2018-03-07/01.txt",
    "demo/20180307_01.txt",
]


def put(root: Path, source: str, text: str) -> None:
    path = root / source
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def ids(engine: MemoryEngine) -> Mapping[str, str]:
    """The sources of all articles, by id."""
    reader = engine.reader()
    found = [(doc.id, doc.source) for source in reader.fingerprints() for doc in reader.documents_of(source)]
    assert len(dict(found)) == len(found), "an id was given to two articles"
    return dict(found)


@settings(max_examples=8, deadline=None)
@given(st.permutations(SOURCES), st.integers(1, len(SOURCES)))
def test_files_that_come_or_go_change_no_id_but_that_of_the_first(order: list[str], some: int) -> None:
    root = Path(tempfile.mkdtemp())
    engine = MemoryEngine()
    before: Mapping[str, str] = {}
    put(root, "demo/2018-03-08/02.txt", "山路加宽\n\n本报讯 通往北山的山路昨日加宽，会车不再难。\n")
    try:
        for step, source in enumerate([*order[:some], *order[:some]]):
            if step < some:
                put(root, source, SCHOOL.format(f"第{SOURCES.index(source) + 1}小学"))
            else:
                (root / source).unlink()
            index(Archive(root), engine, paths=[root / source] if step % 2 else [], jobs=1)
            fresh = MemoryEngine()
            index(Archive(root), fresh, jobs=1)
            now = ids(engine)
            assert now == ids(fresh), "an update and a rebuild give other ids"
            moved = {one for one in now.keys() & before.keys() if now[one] != before[one]}
            assert len(moved) <= 1, "only the plain id passes on"
            if before:
                assert set(before.values()) ^ set(now.values()) == {source}
            before = now
    finally:
        shutil.rmtree(root)


def test_a_copy_that_says_the_same_is_named_and_not_indexed(tmp_path: Path) -> None:
    page = SCHOOL.format("柳溪小学")
    put(tmp_path, "demo/2018-03-06/01.txt", page)
    for copy in ("2018-03-06/01 - 副本.txt", "2018-03-06/01 (1).txt", "2018-03-06 - 副本/01.txt"):
        put(tmp_path, f"demo/{copy}", page.replace("\n", "\r\n"))
    engine = MemoryEngine()
    assert index(Archive(tmp_path), engine, jobs=1).set_aside == ()
    assert list(ids(engine).values()) == ["demo/2018-03-06/01.txt"]
    remarks = check(Archive(tmp_path)).remarks
    assert len(remarks) == 3
    assert all("copy of demo/2018-03-06/01.txt and says the same" in remark.text for remark in remarks)
    put(tmp_path, "demo/2018-03-06/01 (1).txt", page + "\n又讯 北山小学也添了课桌，共九十套。\n")
    index(Archive(tmp_path), engine, jobs=1)
    assert set(ids(engine).values()) == {"demo/2018-03-06/01.txt", "demo/2018-03-06/01 (1).txt"}
    put(tmp_path, "demo/2018-03-06/01 (1).txt", page)
    index(Archive(tmp_path), engine, jobs=1)
    assert list(ids(engine).values()) == ["demo/2018-03-06/01.txt"]


@pytest.mark.parametrize(
    "other", ["demo/2018-03-06/01 (1).txt", "demo/rescan/2018-03-06/01.txt", "demo/2018-03-06/01.md"]
)
def test_two_different_files_of_one_page_are_both_indexed_and_named(tmp_path: Path, other: str) -> None:
    put(tmp_path, "demo/2018-03-06/01.txt", SCHOOL.format("柳溪小学"))
    put(tmp_path, other, SCHOOL.format("北山小学"))
    engine = MemoryEngine()
    index(Archive(tmp_path), engine, jobs=1)
    assert set(ids(engine).values()) == {"demo/2018-03-06/01.txt", other}
    assert other in {remark.source for remark in check(Archive(tmp_path)).remarks}
