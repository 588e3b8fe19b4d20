"""Backups hold all of an archive and its index, and are restored whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.archive.archive import Archive
from indexer.archive.backup import BackupReport, back_up
from indexer.archive.backup_manifest import ManifestReader
from indexer.archive.restore import restore, verify
from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import BackupError, IndexForeign, IndexLocked, UsageError
from indexer.indexing.pipeline import index
from indexer.indexing.rules_fingerprint import matching
from tests.conftest import PROJECT
from tests.support.command_line import baosou, messages, output

PAGE = "第{day}期渡口开通夜航\n\n本报讯 三月{day}日，沙洲渡口开通夜航，摆渡的老人第{day}次试航后十分满意。\n"
UNTIL_SETTLED = 2.1
"""Seconds after which a file that was written can be known by its times."""


def engine_of(folder: Path, archive: Path | None = None) -> WhooshEngine:
    return WhooshEngine(folder, IndexIdentity(os.path.realpath(archive) if archive else "", matching()))


def write_issue(archive: Path, day: int, text: str = PAGE) -> None:
    page = archive / "shazhou" / f"2024-03-{day:02}" / "01.txt"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text.format(day=day), encoding="utf-8")


def contents(folder: Path) -> dict[bytes, bytes | str]:
    """All files and links of a folder."""
    return {
        os.fsencode(path.relative_to(folder)): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() or path.is_symlink()
    }


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive and its index, whose files are settled."""
    folder = tmp_path_factory.mktemp("kept")
    for day in range(1, 6):
        write_issue(folder / "archive", day)
    (folder / "archive" / "shazhou" / "empty.bin").write_bytes(b"")
    (folder / "archive" / "shazhou" / "README").symlink_to("2024-03-05/01.txt")
    (folder / "archive" / os.fsdecode(b"\xd0\xc2\xce\xc5.txt")).write_bytes(b"GBK")
    (folder / "archive" / "redirects.tsv").write_text("shazhou-old\tshazhou-new\n", encoding="utf-8")
    index(Archive(folder / "archive"), engine_of(folder / "index", folder / "archive"), jobs=1)
    time.sleep(UNTIL_SETTLED)
    return folder


def backup(folder: Path, target: Path, **options: object) -> BackupReport:
    archive = Archive(folder / "archive")
    return back_up(archive, engine_of(folder / "index"), folder / "index", target, **options)  # type: ignore[arg-type]


def restored(source: Path, folder: Path, **options: object) -> None:
    restore(source, folder / "archive", folder / "index", engine_of, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["backups", "backup.tar"])
def test_a_backup_is_restored_to_another_place_and_needs_no_rebuild(name: str, kept: Path, tmp_path: Path) -> None:
    made = backup(kept, tmp_path / name)
    assert (made.is_new, made.has_index, made.set_aside) == (True, True, ())
    restored(tmp_path / name, tmp_path / "new")
    assert contents(tmp_path / "new" / "archive") == contents(kept / "archive")
    engine = engine_of(tmp_path / "new" / "index", tmp_path / "new" / "archive")
    assert engine.reader().papers() == engine_of(kept / "index").reader().papers()
    assert engine.verify().files == 1
    report = index(Archive(tmp_path / "new" / "archive"), engine, jobs=1)
    assert (report.pages, report.unchanged) == (0, 5)
    with pytest.raises(IndexForeign):
        engine_of(tmp_path / "new" / "index", kept / "archive").reader()
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["archive", "index"]


def test_a_tar_can_be_unpacked_without_baosou(kept: Path, tmp_path: Path) -> None:
    backup(kept, tmp_path / "backup.tar")
    with tarfile.open(tmp_path / "backup.tar") as tar:
        tar.extractall(tmp_path / "out", filter="tar")
    assert contents(tmp_path / "out" / "archive") == contents(kept / "archive")


def test_only_what_changed_is_copied_and_earlier_backups_can_be_restored(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept, tmp_path / "mine", symlinks=True)
    time.sleep(UNTIL_SETTLED)
    mine, target = tmp_path / "mine", tmp_path / "backups"
    first = backup(mine, target)
    again = backup(mine, target)
    assert (again.is_new, again.name, again.copied, again.files) == (False, first.name, 0, first.files)
    write_issue(mine / "archive", 2, PAGE.replace("满意", "高兴"))
    (mine / "archive" / "redirects.tsv").unlink()
    second = backup(mine, target)
    assert (second.is_new, second.copied, second.files) == (True, 1, first.files - 1)
    restored(target, tmp_path / "second")
    restored(target, tmp_path / "first", at=first.name[:8], replace=True)
    restored(target, tmp_path / "first", at=first.name, replace=True)
    assert contents(tmp_path / "second" / "archive") == contents(mine / "archive")
    assert contents(tmp_path / "first" / "archive") == contents(kept / "archive")


def test_what_no_backup_has_any_more_is_deleted(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept, tmp_path / "mine", symlinks=True)
    for number in range(5):
        write_issue(tmp_path / "mine" / "archive", 2, PAGE.replace("满意", f"满意{number}"))
        backup(tmp_path / "mine", tmp_path / "backups", keep=2)
    names = sorted(path.name for path in (tmp_path / "backups").iterdir())
    assert len(names) == 4  # two manifests, the contents, the lock
    changing = [path for path in (tmp_path / "backups" / "contents").rglob("*") if path.is_file()]
    assert sum(path.read_bytes().startswith("第2期".encode()) for path in changing) == 2
    verify(tmp_path / "backups", at=names[0])
    verify(tmp_path / "backups", at=names[1])


def test_a_full_backup_repairs_what_is_damaged_in_the_folder(kept: Path, tmp_path: Path) -> None:
    backup(kept, tmp_path / "backups")
    victim = max((tmp_path / "backups" / "contents").rglob("*"), key=lambda path: path.stat().st_size)
    flip(victim, 100)
    assert not backup(kept, tmp_path / "backups").is_new
    with pytest.raises(BackupError, match="index/MAIN_"):
        verify(tmp_path / "backups")
    assert backup(kept, tmp_path / "backups", full=True).is_new
    verify(tmp_path / "backups")


def flip(path: Path, place: int, bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 1 << bit
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["backups", "backup.tar"])
@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_is_named_and_not_restored(
    name: str, data: st.DataObject, kept: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In what a backup has of its own (times, its heading, what fills a tar up) it changes no file."""
    folder = tmp_path_factory.mktemp("flipped")
    backup(kept, folder / name)
    files = [folder / name] if name.endswith(".tar") else sorted(p for p in (folder / name).rglob("*") if p.is_file())
    victim = data.draw(st.sampled_from([path for path in files if path.stat().st_size]))
    flip(victim, data.draw(st.integers(0, victim.stat().st_size - 1)), data.draw(st.integers(0, 7)))
    write_issue(folder / "there" / "archive", 9)
    before = contents(folder / "there")
    refusal = ""
    try:
        restored(folder / name, folder / "there", replace=True)
    except (BackupError, UsageError) as error:
        refusal = str(error)
    if refusal:
        assert "restore another backup" in refusal or "There is no backup" in refusal
        assert contents(folder / "there") == before
    else:
        assert contents(folder / "there" / "archive") == contents(kept / "archive")
    shutil.rmtree(folder)


def test_each_damaged_file_is_named(kept: Path, tmp_path: Path) -> None:
    backup(kept, tmp_path / "backups")
    lost, changed = sorted(kept.rglob("01.txt"))[:2]
    for path in (tmp_path / "backups" / "contents").rglob("*"):
        if path.is_file() and path.read_bytes() == lost.read_bytes():
            path.unlink()
        elif path.is_file() and path.read_bytes() == changed.read_bytes():
            flip(path, 5)
    done = baosou("restore", tmp_path / "backups", "--verify")
    assert done.returncode == 3
    assert "archive/shazhou/2024-03-01/01.txt, archive/shazhou/2024-03-02/01.txt" in messages(done)


def test_a_manifest_can_not_write_outside_of_the_folders(kept: Path, tmp_path: Path) -> None:
    for name in ("archive/../../out.txt", "/out.txt", "archive", "other/out.txt"):
        with tarfile.open(tmp_path / "evil.tar", "w") as tar:
            tar.addfile(tarfile.TarInfo(name))
        with pytest.raises(BackupError):
            restored(tmp_path / "evil.tar", tmp_path / "in" / "side")
        assert not list(tmp_path.rglob("out.txt"))


def test_what_is_there_is_replaced_only_when_asked(kept: Path, tmp_path: Path) -> None:
    backup(kept, tmp_path / "backups")
    write_issue(tmp_path / "archive", 9)
    places = ("--archive", tmp_path / "archive", "--index", tmp_path / "index")
    done = baosou("restore", tmp_path / "backups", *places)
    assert done.returncode == 2
    assert "--replace" in messages(done)
    done = baosou("restore", tmp_path / "backups", *places, "--replace")
    assert done.returncode == 0, messages(done)
    command = output(done).splitlines()[-1].partition(": ")[2]
    assert command.startswith("baosou index --archive")
    assert contents(tmp_path / "archive") == contents(kept / "archive")
    assert json.loads(output(baosou("search", "夜航", *places[2:], "--json")))["total"] == 5


def test_an_index_that_is_being_written_is_not_replaced(kept: Path, tmp_path: Path) -> None:
    backup(kept, tmp_path / "backups")
    restored(tmp_path / "backups", tmp_path)
    writer = engine_of(tmp_path / "index").writer()
    with pytest.raises(IndexLocked):
        restored(tmp_path / "backups", tmp_path, replace=True)
    writer.abort()
    restored(tmp_path / "backups", tmp_path, replace=True)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("archive/backup", "would hold itself"),
        ("index/backup.tar", "would hold itself"),
        (".", "would hold itself"),
        ("other", "holds other things"),
        ("file", "is not a folder"),
    ],
)
def test_places_that_make_no_sense_are_refused(target: str, sentence: str, kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept, tmp_path / "mine", symlinks=True)
    (tmp_path / "mine" / "other").mkdir()
    (tmp_path / "mine" / "other" / "letter.txt").write_text("x", encoding="utf-8")
    (tmp_path / "mine" / "file").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match=sentence):
        backup(tmp_path / "mine", tmp_path / "mine" / target)


def test_without_an_index_the_archive_alone_is_backed_up(kept: Path, tmp_path: Path) -> None:
    done = baosou("backup", tmp_path / "b", "--archive", kept / "archive", "--index", tmp_path / "none")
    assert done.returncode == 0
    assert "no index" in messages(done)
    restored(tmp_path / "b", tmp_path)
    assert contents(tmp_path / "archive") == contents(kept / "archive")
    assert not (tmp_path / "index").exists()


NO_ROOM = ("prlimit", "--fsize=2000")
"""A prefix that lets no file grow beyond 2,000 bytes."""


@pytest.mark.parametrize("name", ["backups", "backup.tar"])
def test_a_full_disk_is_a_sentence_and_leaves_what_is_there(name: str, kept: Path, tmp_path: Path) -> None:
    places = ("--archive", kept / "archive", "--index", kept / "index")
    assert baosou("backup", tmp_path / name, *places).returncode == 0
    before = contents(tmp_path)
    done = baosou("backup", tmp_path / name, *places, "--full", prefix=NO_ROOM)
    assert done.returncode == 3
    assert "can't be written" in messages(done)
    assert "Traceback" not in messages(done)
    assert contents(tmp_path) == before
    write_issue(tmp_path / "there" / "archive", 9)
    there = ("--archive", tmp_path / "there" / "archive", "--index", tmp_path / "there" / "index")
    done = baosou("restore", tmp_path / name, *there, "--replace", prefix=NO_ROOM)
    assert done.returncode == 3
    assert "See to the room" in messages(done)
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["archive"]
    assert list(contents(tmp_path / "there" / "archive")) == [b"shazhou/2024-03-09/01.txt"]


@pytest.fixture
def indexing(kept: Path, tmp_path: Path) -> Iterator[Path]:
    """An archive that is changed and indexed again and again by another process."""
    shutil.copytree(kept, tmp_path / "busy", symlinks=True)
    script = """
        import sys
        from itertools import count
        from pathlib import Path
        from indexer.archive.archive import Archive
        from indexer.indexing.pipeline import index
        from tests.archive.test_backup import PAGE, engine_of, write_issue
        folder = Path(sys.argv[1])
        engine = engine_of(folder / "index", folder / "archive")
        index(Archive(folder / "archive"), engine, jobs=1, full=True)
        print("ready", flush=True)
        for number in count():
            write_issue(folder / "archive", 1 + number % 5, PAGE.replace("开通夜航", f"夜航第{number}班"))
            index(Archive(folder / "archive"), engine, jobs=1)
    """
    running = subprocess.Popen(
        [sys.executable, "-c", "\n".join(line[8:] for line in script.splitlines()), str(tmp_path / "busy")],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
    )
    assert running.stdout
    running.stdout.readline()
    yield tmp_path / "busy"
    assert running.poll() is None
    running.kill()
    running.communicate()


def test_a_backup_is_consistent_while_the_archive_is_indexed(indexing: Path, tmp_path: Path) -> None:
    """Each has one commit; all addresses that this commit knew lead on from what was restored."""
    for number in range(12):
        target = tmp_path / ("backup.tar" if number % 3 == 2 else "backups")
        backup(indexing, target)
        new = tmp_path / f"new-{number}"
        restored(target, new)
        engine = engine_of(new / "index", new / "archive")
        engine.verify()
        ids = {article.id for article in engine.former_articles()}
        known = set(Archive(new / "archive").redirects(engine.pending_moves()))
        report = index(Archive(new / "archive"), engine, jobs=1)
        assert report.set_aside[0].source.endswith(".txt")  # the one whose name is GBK, no other
        assert len(report.set_aside) == 1
        found = {
            document.id
            for source in engine.reader().fingerprints()
            for document in engine.reader().documents_of(source)
        }
        redirects = Archive(new / "archive").redirects()
        assert all(one in found or redirects.get(one) in found for one in ids)
        assert known <= {*redirects, *found}


def test_the_manifest_names_each_file_with_its_checksum(kept: Path, tmp_path: Path) -> None:
    made = backup(kept, tmp_path / "backups")
    with (tmp_path / "backups" / made.name).open("rb") as file:
        reader = ManifestReader(file, "")
        entries = list(reader)
    assert reader.heading.archive == str(kept / "archive")
    assert {entry.path.split("/")[0] for entry in entries} == {"archive", "index"}
    assert len(entries) == made.files
    assert entries == sorted(entries, key=lambda entry: entry.order)
