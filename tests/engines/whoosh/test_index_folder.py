"""Tests of an index in a folder.

The index persists, unusable ones are rejected with a remedy, and it is intact after a crash at any moment.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import weakref
import zlib
from pathlib import Path

import pytest
from whoosh import index as whoosh_index
from whoosh.query import Phrase as WhooshPhrase
from whoosh.query import Term

from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh.adapter import commits, schema, table_of_contents
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.segment.format import fingerprint
from indexer.engines.whoosh.segment.times_file import times_path
from indexer.errors import IndexForeign, IndexLocked, IndexMissing, IndexStale, IndexUnavailable
from indexer.model import ArticleSummary, Everything, Filters, Query, Request, Times
from tests.conftest import PROJECT
from tests.support.engine_documents import document, phrase, word

IDENTITY = IndexIdentity(archive="/archive", rules="rules-1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A committed index of two articles in a folder whose name needs quoting."""
    path = tmp_path / "my index"
    add(path, "a", words="工会 表彰", units=(("paragraph", "工会表彰"),))
    add(path, "b", words="工会", units=(("paragraph", "工会"),))
    return path


def engine(folder: Path, identity: IndexIdentity = IDENTITY) -> WhooshEngine:
    return WhooshEngine(folder, identity)


def add(folder: Path, article_id: str, *, fresh: bool = False, **rest: object) -> None:
    writer = engine(folder).writer(fresh=fresh)
    writer.replace(article_id, [document(article_id, source=article_id, **rest)], "f")  # type: ignore[arg-type]
    writer.commit()


def ids(folder: Path, query: Query | None = None, identity: IndexIdentity = IDENTITY) -> list[str]:
    hits = engine(folder, identity).reader().search(Request(query or Everything(), size=100)).hits
    return sorted(hit.document.id for hit in hits)


# --- persistence


def test_another_process_finds_what_was_committed(folder: Path) -> None:
    assert ids(folder) == ["a", "b"]
    assert ids(folder, phrase("会表")) == ["a"]


def test_a_server_sees_a_commit_at_its_next_request_and_rereads_nothing_else(folder: Path) -> None:
    server = engine(folder)
    before = server.reader()
    assert server.reader() is before
    add(folder, "c")
    after = server.reader()
    assert after.count(Request(Everything())) == 3
    assert before.count(Request(Everything())) == 2
    shutil.rmtree(folder)
    assert before.get("a") is not None
    with pytest.raises(IndexMissing):
        server.reader()
    add(folder, "d")
    assert server.reader().count(Request(Everything())) == 1


def test_a_reader_that_a_commit_made_old_is_freed_by_reference_counting(folder: Path) -> None:
    """It may cache a hundred MB, and processes that serve collect cycles seldom."""
    server, chosen = engine(folder), Filters(kind=("新闻",))
    older = server.reader()
    for filters in (Filters(), chosen):
        assert older.search(Request(word("工会"), filters)).total == older.count(Request(phrase("工会"), filters)) == 2
    assert older.issues("jia") == older.issues("jia")
    parts = [weakref.ref(one) for one in (older, *older._live_segments, older._facets, older._scorer)]
    gc.disable()
    try:
        add(folder, "c", words="工会")
        assert server.reader().search(Request(word("工会"))).total == 3
        del older
        assert [part() for part in parts] == [None] * len(parts)
    finally:
        gc.enable()


def test_nothing_is_left_lying_about(folder: Path) -> None:
    for number in range(5):
        add(folder, "a", words=f"第{number}")
        engine(folder).writer().abort()
    add(folder, "only", fresh=True)
    kinds = sorted(path.suffix for path in folder.iterdir())
    assert kinds == ["", ".json", ".seg", ".times", ".toc"]


def test_whoosh_itself_opens_the_folder_and_agrees(folder: Path) -> None:
    with whoosh_index.open_dir(str(folder)).searcher() as searcher:
        assert {hit["document"].id for hit in searcher.search(Term("words", "工会"))} == {"a", "b"}
        assert len(searcher.search(Term("headline_words", "工会"))) == 0
        assert len(searcher.search(WhooshPhrase("grams", ["工会", "会表", "表彰"]))) == 1


# --- rejected indexes


def remedy(folder: Path) -> str:
    return f"baosou index --full --index '{folder}'"


def test_no_index_yet(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="baosou index --index"):
        engine(tmp_path / "none").reader()
    assert not (tmp_path / "none").exists()


def test_other_rules_are_refused_for_reading_and_writing(folder: Path) -> None:
    other = engine(folder, IndexIdentity("/archive", "rules-2"))
    for attempt in (other.reader, other.writer):
        with pytest.raises(IndexStale) as refusal:
            attempt()
        assert remedy(folder) in str(refusal.value)
    other.writer(fresh=True).commit()
    assert other.reader().count(Request(Everything())) == 0


def test_another_schema_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.engines.whoosh.engine.fingerprint", lambda: "another")
    with pytest.raises(IndexStale):
        engine(folder).reader()


def test_the_schema_is_another_when_a_document_has_another_field(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    monkeypatch.setitem(ArticleSummary.__annotations__, "lines", "str")
    assert fingerprint() != before


def test_an_index_of_whooshs_own_making_is_refused(tmp_path: Path) -> None:
    whoosh_index.create_in(str(tmp_path), schema.make_schema())
    with pytest.raises(IndexStale):
        engine(tmp_path).reader()


def test_another_archive_is_refused_but_no_archive_fits_any(folder: Path) -> None:
    with pytest.raises(IndexForeign) as refusal:
        engine(folder, IndexIdentity("/elsewhere", "rules-1")).reader()
    assert "/archive" in str(refusal.value)
    assert "/elsewhere" in str(refusal.value)
    anybody = IndexIdentity("", "rules-1")
    assert ids(folder, identity=anybody) == ["a", "b"]
    engine(folder, anybody).writer().commit()
    assert ids(folder) == ["a", "b"]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def garble(path: Path) -> None:
    path.write_bytes(b"\x80" + path.read_bytes()[1:])


@pytest.mark.parametrize(
    ("pattern", "harm"),
    [
        ("*.seg", cut),
        ("*.seg", Path.unlink),
        ("*.toc", cut),
        ("*.toc", garble),
        ("manifest-*.json", cut),
        ("manifest-*.json", garble),
        ("manifest-*.json", lambda path: path.write_text("[]")),
        ("manifest-*.json", lambda path: path.write_text(json.dumps({"archive": "/archive"}))),
        ("manifest-*.json", Path.unlink),
    ],
)
def test_a_damaged_index_is_refused_and_can_be_replaced(folder: Path, pattern: str, harm: object) -> None:
    harm(next(folder.glob(pattern)))  # type: ignore[operator]
    for attempt in (engine(folder).reader, engine(folder).writer):
        with pytest.raises(IndexUnavailable) as refusal:
            attempt()
        assert remedy(folder) in str(refusal.value)
    add(folder, "c", fresh=True)
    assert ids(folder) == ["c"]


class Intruder:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("intruder",)


def test_a_table_of_contents_can_call_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that was changed on purpose has the right checksum."""
    monkeypatch.chdir(tmp_path)
    [toc] = folder.glob("*.toc")
    [manifest] = folder.glob("manifest-*.json")
    toc.write_bytes(table_of_contents.table_bytes(commits.NAME, 1, [Intruder()]))  # type: ignore[list-item]
    told = json.loads(manifest.read_bytes())
    manifest.write_bytes(commits.Manifest(**{**told, "toc_crc32": zlib.crc32(toc.read_bytes())}).to_bytes())
    for attempt in (engine(folder).reader, engine(folder).writer):
        with pytest.raises(IndexUnavailable, match=r"damaged: the table of contents names posix\.mkdir"):
            attempt()
    assert not (tmp_path / "intruder").exists()


def state(folder: Path) -> list[tuple[str, int, int]]:
    return sorted((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in folder.iterdir())


def test_a_change_that_changes_nothing_commits_nothing(folder: Path) -> None:
    before = state(folder)
    for _ in range(2):
        writer = engine(folder).writer()
        writer.remove("nowhere")
        writer.commit()
    assert state(folder) == before
    add(folder, "c")
    assert state(folder) != before


LEFT = [
    *("MAIN_0a1b.seg.tmp", "MAIN_0a1b.seg", "MAIN_0a1b.seg.words", "_MAIN_9.toc.tmp", "manifest-9.json"),
    *(
        "manifest-9.json.tmp",
        "moves-9.tsv",
        "moves-9.tsv.tmp",
        "records-9.tsv",
        "MAIN_0a1b.times",
        "spool-ab_c1d2e.tmp",
    ),
]
OF_OTHERS = ["notes.tmp", "manifest.json", "MAIN", "moves.tsv", "backup-1.tar"]


@pytest.mark.parametrize("fresh", [False, True])
def test_what_killed_writers_left_goes_when_another_begins(folder: Path, fresh: bool) -> None:
    before = state(folder)
    for name in (*LEFT, *OF_OTHERS):
        (folder / name).write_bytes(b"left")
    writer = engine(folder).writer(fresh=fresh)
    names = {path.name for path in folder.iterdir()}
    assert names == {name for name, _, _ in before} | set(OF_OTHERS)
    writer.abort()


def test_moves_stay_until_they_are_forgotten(folder: Path) -> None:
    def commit(moves: dict[str, str], fresh: bool = False) -> None:
        writer = engine(folder).writer(fresh=fresh)
        writer.replace("a", [document("a", source="a")], "f")
        writer.commit(moves)

    commit({"x": "y", "z": "a"})
    add(folder, "c")
    commit({"y": "w", "x": "a"}, fresh=True)
    assert list(engine(folder).pending_moves().items()) == [("z", "a"), ("y", "w"), ("x", "a")]
    engine(folder).forget_moves({"z": "a"})
    assert len(engine(folder).pending_moves()) == 3
    engine(folder).forget_moves(engine(folder).pending_moves())
    assert engine(folder).pending_moves() == {}
    add(folder, "d")
    assert engine(folder).pending_moves() == {}


def test_damaged_moves_are_named_and_a_rebuild_goes_on_without_them(folder: Path) -> None:
    writer = engine(folder).writer(fresh=True)
    writer.commit({"x": "y"})
    [path] = folder.glob("moves-*")
    path.write_bytes(path.read_bytes().replace(b"y", b"w"))
    with pytest.raises(IndexUnavailable, match="addresses changed") as refusal:
        engine(folder).pending_moves()
    assert remedy(folder) in str(refusal.value)
    engine(folder).writer(fresh=True).commit({"z": "y"})
    assert engine(folder).pending_moves() == {"z": "y"}


def test_damaged_records_are_named_and_a_rebuild_goes_on_without_them(folder: Path) -> None:
    engine(folder).writer(fresh=True).commit(records="x\ty\n")
    [path] = folder.glob("records-*")
    path.write_bytes(path.read_bytes().replace(b"y", b"w"))
    with pytest.raises(IndexUnavailable, match="articles were indexed") as refusal:
        engine(folder).verify()
    assert remedy(folder) in str(refusal.value)
    engine(folder).writer(fresh=True).commit(records="z\n")
    assert engine(folder).pending_records() == "z\n"


def test_damaged_times_are_named_and_a_rebuild_goes_on_without_them(folder: Path) -> None:
    for path in folder.glob("*.times"):
        whole = path.read_bytes()
        for place in (0, 64, 100, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(IndexUnavailable, match=path.name):
                engine(folder).verify()
            assert engine(folder).former_times(["a"]) in ({}, {"a": Times()})
        path.unlink()
        with pytest.raises(IndexUnavailable, match=f"{path.name} is missing"):
            engine(folder).reader()
        path.write_bytes(whole)
    engine(folder).verify()


def test_a_place_that_can_be_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        for attempt in (engine(place).reader, engine(place).writer):
            with pytest.raises(IndexUnavailable, match=r"Not a directory|File exists"):
                attempt()


@pytest.mark.skipif(os.geteuid() == 0, reason="SKIPPED: root may write everywhere")
def test_a_folder_without_permission(folder: Path) -> None:
    folder.chmod(0o500)
    with pytest.raises(IndexUnavailable, match="permissions"):
        engine(folder).writer()
    folder.chmod(0)
    with pytest.raises(IndexUnavailable, match="permissions"):
        engine(folder).reader()
    folder.chmod(0o700)


def test_a_full_disk_leaves_the_old_index_and_frees_the_lock(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    writer = engine(folder).writer()
    writer.replace("a", [], "f")
    with monkeypatch.context() as patch:
        patch.setattr(commits, "_sync", full)
        with pytest.raises(IndexUnavailable, match="No space left"):
            writer.commit()
    assert ids(folder) == ["a", "b"]
    add(folder, "c")
    assert ids(folder) == ["a", "b", "c"]


# --- killed processes

KILLED = """
    import os, signal, sys
    from pathlib import Path
    sys.path.insert(0, {project!r})
    from tests.support.engine_documents import document
    from indexer.engines.base import IndexIdentity
    from indexer.engines.whoosh.adapter import commits
    from indexer.engines.whoosh.engine import WhooshEngine

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    def documents():
        yield document("c", words="工会", source="a")
        if {moment!r} == "while adding":
            die()

    writer = WhooshEngine(Path({folder!r}), IndexIdentity("/archive", "rules-1")).writer(fresh={fresh})
    writer.replace("a", documents(), "f")
    if {moment!r} == "before the files are on the disk":
        commits._sync = die
    if {moment!r} == "before the table is written":
        commits._manifest_path = die
    if {moment!r} == "before old files are cleared":
        commits.clear_leftovers = die
    writer.commit()
"""


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize(
    ("moment", "is_committed"),
    [
        ("while adding", False),
        ("before the files are on the disk", False),
        ("before the table is written", False),
        ("before old files are cleared", True),
    ],
)
def test_a_killed_writer_leaves_the_old_index_or_the_new_one(
    folder: Path, moment: str, is_committed: bool, fresh: bool
) -> None:
    script = KILLED.format(project=str(PROJECT), folder=str(folder), moment=moment, fresh=fresh)
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    assert killed.returncode == -signal.SIGKILL
    new = ["c"] if fresh else ["b", "c"]
    assert ids(folder) == (new if is_committed else ["a", "b"])
    add(folder, "a", words="工会", units=(("paragraph", "工会"),))
    assert "a" in ids(folder, word("工会"))
    assert len(list(folder.glob("*.toc"))) == len(list(folder.glob("manifest-*"))) == 1


def test_the_lock_tells_what_to_do(folder: Path) -> None:
    writer = engine(folder).writer()
    with pytest.raises(IndexLocked, match="Wait until"):
        engine(folder).writer(fresh=True)
    writer.abort()


# --- damage


def test_each_byte_of_a_manifest_counts(folder: Path) -> None:
    """A wrong one is refused by all, and costs no file."""
    [manifest] = folder.glob("manifest-*.json")
    content, files = manifest.read_bytes(), {path.name for path in folder.glob("*.seg")}
    for place in range(len(content)):
        manifest.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        for attempt in (engine(folder).reader, engine(folder).writer, engine(folder).verify):
            with pytest.raises(IndexUnavailable, match="Rebuild it: baosou index --full"):
                attempt()
        assert {path.name for path in folder.glob("*.seg")} == files
    manifest.write_bytes(content)
    assert ids(folder) == ["a", "b"]


def test_each_byte_of_pending_moves_counts(folder: Path) -> None:
    writer = engine(folder).writer()
    writer.replace("c", [document("c", source="c")], "f")
    writer.commit({"old": "c"})
    [moves] = folder.glob("moves-*.tsv")
    content = moves.read_bytes()
    engine(folder).verify()
    for place in range(len(content)):
        moves.write_bytes(content[:place] + bytes([content[place] ^ 32]) + content[place + 1 :])
        with pytest.raises(IndexUnavailable, match="is damaged: the list of articles whose addresses changed"):
            engine(folder).verify()


def test_an_index_is_verified_whoever_it_belongs_to(folder: Path) -> None:
    found = engine(folder, IndexIdentity(archive="/other", rules="others")).verify()
    [path] = folder.glob("*.seg")
    assert (found.files, found.bytes) == (1, path.stat().st_size + times_path(path).stat().st_size)


def test_errors_of_the_program_are_not_called_damage(folder: Path) -> None:
    reader = engine(folder).reader()
    for _ in range(2):
        with pytest.raises(AttributeError):
            reader.search(None)  # type: ignore[arg-type]
    assert reader.get("a")


def test_a_reader_that_was_verified_is_refused_from_then_on(folder: Path) -> None:
    server = engine(folder)
    reader = server.reader()
    [path] = folder.glob("*.seg")
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff")
    with pytest.raises(IndexUnavailable, match="garbled"):
        reader.verify()
    for attempt in (server.reader, reader.papers, lambda: reader.get("a")):
        with pytest.raises(IndexUnavailable, match=rf"is damaged: {path.name} is garbled \(section .+\)\. Rebuild it"):
            attempt()
    add(folder, "a", fresh=True)
    assert server.reader().get("a")
