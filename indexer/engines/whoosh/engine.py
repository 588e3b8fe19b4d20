"""An index in a folder: opened for readers and writers, or refused with a sentence that says what to do."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from indexer.engines.base import IndexIdentity, Verified, version_of
from indexer.engines.whoosh.adapter import commits
from indexer.engines.whoosh.adapter.commits import Manifest, Stamp
from indexer.engines.whoosh.damage import Guard
from indexer.engines.whoosh.old_indexes import readable_articles
from indexer.engines.whoosh.reader import WhooshReader
from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.segment.format import fingerprint
from indexer.engines.whoosh.segment.segment import open_segment
from indexer.engines.whoosh.write_lock import WriteLock
from indexer.engines.whoosh.writer import Segments, WhooshWriter
from indexer.errors import IndexForeign, IndexLocked, IndexMissing, IndexUnavailable
from indexer.model import FormerArticle, Times


class WhooshEngine:
    """The index in a folder, for as long as a process wants it.

    A long-running server keeps one engine and calls `reader()` for every request: as long as nobody commits it gets the
    same reader again, after a commit one that opened only the new segments.

    An `identity` without an archive fits the index of any archive: who only searches need not know where that lies.
    """

    def __init__(self, folder: Path, identity: IndexIdentity) -> None:
        self._folder = folder
        self._identity = identity
        self._opening = threading.Lock()
        self._opened: tuple[Stamp, WhooshReader] | None = None

    def reader(self) -> WhooshReader:
        """Open the last commit, or return the open reader of it.

        Raises `IndexMissing`, `IndexStale`, `IndexForeign` or `IndexUnavailable`.
        """
        with self._opening:
            while True:
                stamp = self._stamp()
                if self._opened is not None and self._opened[0] == stamp:
                    self._opened[1].guard.check()
                    return self._opened[1]
                try:
                    return self._newer_reader(stamp)
                except IndexUnavailable:
                    # A commit clears the files of older generations, maybe this one while it was being opened.
                    if commits.stamp(self._folder) == stamp:
                        raise

    def writer(self, *, fresh: bool = False, part: str = "") -> WhooshWriter:
        """Begin a change. With `fresh` nothing of the old index is read, so this also replaces a damaged one.

        Raises `IndexLocked` while another process writes, and what `reader` raises but `IndexMissing`.
        """
        lock = self._lock()
        try:
            stamp = commits.stamp(self._folder)
            with commits.explained(self._folder):
                commits.clear_leftovers(self._folder)
            if fresh or stamp is None:
                return WhooshWriter(self._folder, lock, self._identity)
            with self._opening:
                manifest, segments = self._open(stamp)
            identity = replace(self._identity, archive=self._identity.archive or manifest.archive)
            return WhooshWriter(self._folder, lock, identity, segments)
        except BaseException:
            lock.release()
            raise

    @contextmanager
    def trial(self) -> Iterator[WhooshEngine]:
        """An engine that begins with the last commit, in a folder for temporary files that is deleted at the end.

        No file of an index is ever changed, so links to them are enough.
        """
        with TemporaryDirectory(prefix="baosou-trial-") as name:
            with commits.explained(self._folder):
                commits.link(self._folder, Path(name))
            yield WhooshEngine(Path(name), self._identity)

    def verify(self) -> Verified:
        """Read all files of the last commit, which may belong to any archive and any rules.

        Raises `IndexUnavailable` that names each file and section that is not what was written, and `IndexMissing`.
        """
        while True:
            stamp = self._stamp()
            try:
                _, segments = self._open(stamp, whoever=True)
                break
            except IndexUnavailable:
                if commits.stamp(self._folder) == stamp:
                    raise
        size = Guard(self._folder, [segment for _, segment in segments]).verify()
        self.pending_moves()
        self.pending_records()
        return Verified(len(segments), size)

    def former_articles(self) -> Iterator[FormerArticle]:
        """The articles of the last commit, those deleted since included.

        They come from an index of any release. Those of a file that is damaged or of an unknown format are left out.
        """
        return readable_articles(self._folder)

    def pending_moves(self) -> Mapping[str, str]:
        """The moves that came with the last commits and were not forgotten, in their order.

        Raises `IndexUnavailable` where they can't be read.
        """
        with commits.explained(self._folder):
            return commits.pending_moves(self._folder)

    def forget_moves(self, moves: Mapping[str, str]) -> None:
        """Forget the pending moves, if they are still these. Raises `IndexUnavailable` where that fails."""
        with commits.explained(self._folder):
            commits.forget_moves(self._folder, moves)

    def pending_records(self) -> str:
        """The lines for the archive that came with the last commits and were not forgotten, in their order.

        Raises `IndexUnavailable` where they can't be read.
        """
        with commits.explained(self._folder):
            return commits.pending_records(self._folder)

    def forget_records(self, records: str) -> None:
        """Forget the pending records, if they are still these. Raises `IndexUnavailable` where that fails."""
        with commits.explained(self._folder):
            commits.forget_records(self._folder, records)

    def former_times(self, ids: Iterable[str]) -> Mapping[str, Times]:
        """The times of articles in the last commit, whatever rules made it; none where it can't be read."""
        try:
            _, segments = self._open(self._stamp(), whoever=True)
            live_segments = [LiveSegment(segment, info.deleted) for info, segment in segments]
            return WhooshReader.of(live_segments, self._folder).times(ids)
        except IndexUnavailable:
            return {}

    @contextmanager
    def committed_files(self) -> Iterator[Mapping[str, BinaryIO]]:
        """Open all files of the last commit by name, of any archive and any release.

        Raises `IndexMissing`, or `IndexUnavailable` where it is not known which files belong to the commit.
        """
        with ExitStack() as opened:
            while True:
                stamp = self._stamp()
                try:
                    with commits.explained(self._folder):
                        files = commits.open_files(self._folder, stamp, opened)
                except IndexUnavailable:
                    # The next commit may have cleared a file before it was opened.
                    if commits.stamp(self._folder) == stamp:
                        raise
                    continue
                if commits.stamp(self._folder) == stamp:
                    break
                opened.close()
            yield files

    def assign(self, archive: str) -> None:
        """Let the index belong to the archive in another folder, as it is. Raises `IndexUnavailable`."""
        with commits.explained(self._folder):
            commits.assign(self._folder, archive)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing. Raises `IndexLocked` while one does."""
        lock = self._lock()
        try:
            yield
        finally:
            lock.release()

    def _lock(self) -> WriteLock:
        with commits.explained(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = WriteLock(self._folder)
            if not lock.acquire():
                raise IndexLocked(
                    f"Another process is writing to the index in {self._folder}. Wait until it has ended, "
                    "or stop it, then run the command again."
                )
        return lock

    def _stamp(self) -> Stamp:
        stamp = commits.stamp(self._folder)
        if stamp is None:
            archive = f" --archive {commits.quoted(Path(self._identity.archive))}" if self._identity.archive else ""
            raise IndexMissing(
                f"There is no index in {self._folder} yet. "
                f"Make it: baosou index --index {commits.quoted(self._folder)}{archive}"
            )
        return stamp

    def _newer_reader(self, stamp: Stamp) -> WhooshReader:
        """Open a generation. An older reader is freed, with its caches, with the last reference to it."""
        manifest, segments = self._open(stamp)
        with commits.explained(self._folder):
            live_segments = [LiveSegment(segment, info.deleted) for info, segment in segments]
            reader = WhooshReader.of(live_segments, self._folder, version_of(stamp.generation, manifest.time))
        self._opened = stamp, reader
        return reader

    def _open(self, stamp: Stamp, *, whoever: bool = False) -> tuple[Manifest, Segments]:
        """Read a commit after checking its manifest. Segments that are open are shared."""
        with commits.explained(self._folder):
            manifest = commits.read_manifest(self._folder, stamp, self._identity.archive)
            self._check(manifest, IndexIdentity(manifest.archive, manifest.rules) if whoever else self._identity)
            found = commits.read_segments(self._folder, stamp, manifest)
            return manifest, [(info, open_segment(self._folder / info.file_name)) for info in found]

    def _check(self, manifest: Manifest, identity: IndexIdentity) -> None:
        if (manifest.schema, manifest.rules) != (fingerprint(), identity.rules):
            raise commits.stale(self._folder, identity.archive)
        if identity.archive and manifest.archive != identity.archive:
            rebuild = commits.rebuild_command(self._folder, identity.archive)
            raise IndexForeign(
                f"The index in {self._folder} belongs to the archive {manifest.archive}, not to "
                f"{identity.archive}. Give another folder with --index, or let this archive have it: {rebuild}"
            )
