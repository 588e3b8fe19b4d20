"""Tests of what rights keep out of an index, and of when a change of them is in force."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.archive.corrections import Correction
from indexer.engines.base import Engine
from indexer.indexing.changes import record
from indexer.indexing.pipeline import index
from indexer.model import Document, Everything, Phrase, Request
from tests.support.web_site import in_memory, on_disk

PAGE = """铃铛镇邮局开张

本报讯（诵讯员 边小鹿）昨日，铃铛镇邮局开张，寄信的人排成长队，都说方便。 ②5

（图为排队的人群 边小鹿 摄）

热线电话：0000-1234567
"""
OF_THE_TEXT = ("寄信的人", "排成长队", "人群", "②", "1234567")


@pytest.fixture(name="archive")
def archive_fixture(tmp_path: Path) -> Archive:
    folder = tmp_path / "archive" / "lanhe"
    (folder / "2022-05-06").mkdir(parents=True)
    (folder / "2022-05-06" / "01.txt").write_text(PAGE, encoding="utf-8")
    return Archive(folder.parent)


@pytest.fixture(name="engine", params=[in_memory, on_disk])
def engine_fixture(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    engine: Engine = request.param(tmp_path)
    return engine


def indexed(archive: Archive, engine: Engine, rights: str) -> Document:
    """Give the paper other rights, index, and return its article."""
    (archive.root / "lanhe" / "paper.toml").write_text(f'rights = "{rights}"\n', encoding="utf-8")
    index(Archive(archive.root), engine, jobs=1, clock=lambda: 1_700_000_000.0)
    reader = engine.reader()
    [hit] = reader.search(Request(Everything())).hits
    found = reader.get(hit.document.id)
    assert found
    return found


def test_of_a_paper_with_metadata_alone_no_word_of_the_text_is_in_the_index(archive: Archive, engine: Engine) -> None:
    found = indexed(archive, engine, "metadata")
    assert found.article.headline == "铃铛镇邮局开张"
    assert [one.name for one in found.article.byline] == ["边小鹿"]
    told = repr(found)
    reader = engine.reader()
    assert reader.holding(["邮局", "边小鹿"]) == (1, 1)
    for text in OF_THE_TEXT:
        assert text not in told
        assert reader.holding([text]) == (0,)
    assert reader.count(Request(Phrase("热线", (), "furniture"))) == 0


def test_a_change_of_rights_is_in_force_after_the_next_run_and_makes_nothing_new(
    archive: Archive, engine: Engine
) -> None:
    public = indexed(archive, engine, "public")
    times = dict(engine.reader().times([public.id]))
    for rights in ("metadata", "inhouse", "metadata", "public"):
        found = indexed(archive, engine, rights)
        assert (found.id, found.rights) == (public.id, rights)
        assert [paper.rights for paper in engine.reader().papers()] == [rights]
        assert bool(found.article.paragraphs) == (rights != "metadata")
        assert dict(engine.reader().times([found.id])) == times
    assert found == public


def test_corrections_of_the_text_are_kept_out_too(archive: Archive, engine: Engine) -> None:
    found = indexed(archive, engine, "metadata")
    for field, before, after in (("text", "排成长队", "挤成一团"), ("headline", "", "铃铛镇邮局开业")):
        wanted = Correction(action="set", field=field, before=before, after=after)
        new_id = record(Archive(archive.root), engine, found.id, wanted, "馆员").id
    corrected = engine.reader().get(new_id)
    assert corrected
    assert corrected.article.headline == "铃铛镇邮局开业"
    assert [note.field for note in corrected.article.corrections] == ["headline"]
    assert not {"挤成一团", "排成长队"} & set(repr(corrected).split("'"))
