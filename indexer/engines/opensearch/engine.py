"""An index on a cluster of OpenSearch: opened for readers and writers, or refused with a sentence about what to do."""

from __future__ import annotations

import threading
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice

import msgspec
from zstandard import ZstdDecompressor, ZstdError

from indexer.engines.base import IndexIdentity, Verified
from indexer.engines.former_documents import article_of
from indexer.engines.opensearch import documents, mapping
from indexer.engines.opensearch.connection import Conflict, Connection, Json, NotFound
from indexer.engines.opensearch.indexing.leases import WHOLE, WriteLease
from indexer.engines.opensearch.indexing.spool import Below, OverlayReader, Spool
from indexer.engines.opensearch.indexing.writer import OpenSearchWriter, SpoolWriter, create_data_index
from indexer.engines.opensearch.location import Location
from indexer.engines.opensearch.reader import OpenSearchReader
from indexer.engines.opensearch.state import Snapshot, State, StateStore
from indexer.errors import IndexLocked, IndexMissing, IndexUnavailable, UsageError
from indexer.model import FormerArticle, Times

_IDS_A_QUERY = 1_000


class OpenSearchEngine:
    """The index with a name on a cluster, for as long as a process wants it.

    An `identity` without an archive fits the index of any archive.
    """

    def __init__(self, location: Location, identity: IndexIdentity) -> None:
        self._identity = identity
        self._connection = Connection(location)
        self._store = StateStore(self._connection)
        self._opening = threading.Lock()
        self._opened: tuple[Snapshot, OpenSearchReader] | None = None

    def reader(self) -> OpenSearchReader:
        """Open the last commit, or return the open reader of it.

        Raises `IndexMissing`, `IndexStale`, `IndexForeign` or `IndexUnavailable`.
        """
        state = self._store.read()
        self._store.check(state, self._identity, mapping.fingerprint())
        snapshot = self._store.snapshot(state)
        with self._opening:
            if self._opened is None or self._opened[0] != snapshot:
                self._opened = snapshot, OpenSearchReader(self._connection, snapshot)
            return self._opened[1]

    def writer(self, *, fresh: bool = False, part: str = WHOLE) -> OpenSearchWriter:
        """Begin a change. With `fresh` nothing of the old index is read.

        Writers of different parts, as "1/8" and "2/8", don't exclude each other.

        Raises `IndexLocked` while another process writes, and what `reader` raises but `IndexMissing`.
        """
        if fresh and part != WHOLE:
            raise UsageError(
                "An index can't be built anew part by part. Index all parts, without --full, into an index of another "
                "name, then use that."
            )
        self._check_server()
        lease = WriteLease(self._store, part)
        try:
            self._store.tidy()
            state = self._store.read() if fresh else self._prepared()
            identity = replace(self._identity, archive=self._identity.archive or state.archive)
            before = None if fresh or state.generation < 0 else self._reader_of(state)
            return OpenSearchWriter(self._connection, self._store, lease, state, identity, before, fresh=fresh)
        except BaseException:
            lease.release()
            raise

    @contextmanager
    def trial(self) -> Iterator[TrialIndex]:
        """What begins with the last commit, and is kept in temporary files. Nothing is sent to the cluster."""
        trial = TrialIndex(self)
        try:
            yield trial
        finally:
            trial.close()

    def verify(self) -> Verified:
        """Read all documents of the last commit, which may belong to any archive and any rules.

        Raises `IndexUnavailable` that names what is damaged or how many are missing, and `IndexMissing`.
        """
        state = self._state_of_any()
        snapshot = self._store.snapshot(state)
        count = 0
        for hit in self._connection.scan(snapshot.index, snapshot.visible, ["id", "stored"]):
            count += 1
            if state.mapping == mapping.fingerprint():
                documents.document_of(hit["_source"])
        if count != state.documents:
            raise IndexUnavailable(
                f"{self._connection.location} has {count} articles instead of {state.documents}. Restore a snapshot of "
                f"the cluster, or build the index anew: baosou index --full --index {self._connection.location}"
            )
        self.pending_moves()
        self.pending_records()
        sizes = self._connection.get(f"{snapshot.index}/_stats/store,segments")["_all"]["primaries"]
        return Verified(sizes["segments"]["count"], sizes["store"]["size_in_bytes"])

    def former_articles(self) -> Iterator[FormerArticle]:
        """The articles of the last commit, whatever release made it; none where it can't be read."""
        with suppress(IndexUnavailable):
            snapshot = self._store.snapshot(self._state_of_any())
            for hit in self._connection.scan(snapshot.index, snapshot.visible, ["stored"]):
                with suppress(ValueError, TypeError, IndexError, msgspec.MsgspecError, ZstdError):
                    yield article_of(ZstdDecompressor().decompress(b64decode(hit["_source"]["stored"])))

    def pending_moves(self) -> Mapping[str, str]:
        """The moves that came with the last commits and were not forgotten, in their order."""
        return _moves_in("".join(self._pending("moves").values()))

    def forget_moves(self, moves: Mapping[str, str]) -> None:
        """Forget the pending moves, if they are still these; those of later commits stay."""
        self._forget("moves", lambda text: _moves_in(text) == moves)

    def pending_records(self) -> str:
        """The lines for the archive that came with the last commits and were not forgotten, in their order."""
        return "".join(self._pending("records").values())

    def forget_records(self, records: str) -> None:
        """Forget the pending records, if they are still these; those of later commits stay."""
        self._forget("records", lambda text: text == records)

    def former_times(self, ids: Iterable[str]) -> Mapping[str, Times]:
        """The times of articles in the last commit, whatever rules made it; none where it can't be read."""
        found: dict[str, Times] = {}
        with suppress(IndexUnavailable, KeyError):
            snapshot = self._store.snapshot(self._state_of_any())
            wanted = iter(set(map(documents.spelled, ids)))
            while some := list(islice(wanted, _IDS_A_QUERY)):
                found |= self._times(snapshot, some)
        return found

    def _times(self, snapshot: Snapshot, ids: Sequence[str]) -> dict[str, Times]:
        query: Json = {"bool": {"filter": [snapshot.visible, {"terms": {"id": ids}}]}}
        fields = ["id", "first", "changed", "first_id"]
        hits = self._connection.scan(snapshot.index, query, fields, size=_IDS_A_QUERY)
        return {documents.unspelled(hit["_source"]["id"]): documents.times_of(hit["_source"]) for hit in hits}

    def _state_of_any(self) -> State:
        state = self._store.read()
        self._store.check(state, IndexIdentity(state.archive, state.rules), state.mapping)
        return state

    def _reader_of(self, state: State) -> OpenSearchReader:
        self._store.check(state, self._identity, mapping.fingerprint())
        return OpenSearchReader(self._connection, self._store.snapshot(state))

    def _prepared(self) -> State:
        """The state that a change starts from, with an index to write to. The first commit makes that readable."""
        identity, form = self._identity, mapping.fingerprint()

        def prepared(state: State) -> State:
            if (state.archive, state.rules, state.mapping) == (identity.archive, identity.rules, form) and state.data:
                return state
            number = state.issued + 1
            return msgspec.structs.replace(
                state,
                archive=identity.archive,
                rules=identity.rules,
                mapping=form,
                issued=number,
                data=f"{self._store.name}-{number}",
            )

        before = self._store.read()
        if before.generation >= 0:
            return before
        state = self._store.update(prepared)
        with suppress(Conflict):
            create_data_index(self._connection, state.data, identity, only=state.issued > before.issued)
        return state

    def _pending(self, kind: str) -> dict[str, str]:
        """Texts that came with commits, by id. The runs of other parts add and forget some at the same time."""
        while True:
            ids: tuple[str, ...] = getattr(self._store.read(), kind)
            try:
                return {one: self._store.texts([one]) for one in ids}
            except NotFound:
                if getattr(self._store.read(), kind) == ids:
                    raise

    def _forget(self, kind: str, are_these: Callable[[str], bool]) -> None:
        """Forget the first pending texts, as many as together are those that are meant."""
        pending = self._pending(kind)
        ids, text = list(pending), "".join(pending.values())
        while ids and not are_these(text):
            text = text.removesuffix(pending[ids.pop()])
        if not ids:
            return

        def forgotten(state: State) -> State:
            return msgspec.structs.replace(
                state, **{kind: tuple(one for one in getattr(state, kind) if one not in ids)}
            )

        self._store.update(forgotten)
        self._store.forget(ids)

    def _check_server(self) -> None:
        """Refuse a server that is something else."""
        if self._connection.get("").get("version", {}).get("distribution") != "opensearch":
            raise IndexUnavailable(
                f"{self._connection.location} is not OpenSearch, but something like it. Give the address of an "
                "OpenSearch cluster in --index."
            )


class TrialIndex:
    """The last commit of an engine with changes that stay in temporary files. It answers what indexing asks."""

    def __init__(self, engine: OpenSearchEngine) -> None:
        self._engine = engine
        self._committed: OverlayReader | None = None
        self._moves: dict[str, str] = {}
        self._records = ""
        self._is_locked = False
        self._spools: list[Spool] = []

    def reader(self) -> Below:
        """What was committed last."""
        return self._committed or self._engine.reader()

    def writer(self, *, fresh: bool = False, part: str = WHOLE) -> TrialWriter:
        """Begin a change; one at a time. Raises `IndexLocked` while there is another."""
        if self._is_locked:
            raise IndexLocked("The trial of an index is being written to; wait until that has ended.")
        before: Below | None = None
        if not fresh:
            with suppress(IndexMissing):
                before = self.reader()
        self._is_locked = True
        return TrialWriter(self, before)

    def former_articles(self) -> Iterable[FormerArticle]:
        """The articles of the last commit."""
        if self._committed is None:
            return self._engine.former_articles()
        reader = self._committed
        return (FormerArticle.of(one) for source in reader.fingerprints() for one in reader.documents_of(source))

    def pending_moves(self) -> Mapping[str, str]:
        """The moves that came with the last commits and were not forgotten, in their order."""
        return {**self._engine.pending_moves(), **self._moves}

    def forget_moves(self, moves: Mapping[str, str]) -> None:
        """Forget none: a trial brings nothing into the archive."""

    def pending_records(self) -> str:
        """The lines for the archive that came with the last commits and were not forgotten, in their order."""
        return self._engine.pending_records() + self._records

    def forget_records(self, records: str) -> None:
        """Forget none: a trial brings nothing into the archive."""

    def former_times(self, ids: Iterable[str]) -> Mapping[str, Times]:
        """The times of the last commit."""
        return self._committed.times(ids) if self._committed else self._engine.former_times(ids)

    def close(self) -> None:
        """Delete the temporary files."""
        for spool in self._spools:
            spool.close()

    def end_change(self, spool: Spool, committed: OverlayReader | None, moves: Mapping[str, str], records: str) -> None:
        """Take over what a writer has collected, and let another begin."""
        self._is_locked = False
        self._spools.append(spool)
        if committed:
            self._committed = committed
            self._moves |= moves
            self._records += records


class TrialWriter(SpoolWriter):
    """A change to a trial."""

    def __init__(self, trial: TrialIndex, before: Below | None) -> None:
        super().__init__(before)
        self._trial = trial
        self._outcome: tuple[OverlayReader | None, Mapping[str, str], str] = None, {}, ""

    def commit(
        self, moves: Mapping[str, str] | None = None, times: Mapping[str, Times] | None = None, records: str = ""
    ) -> None:
        """Let the trial have it, and end the writer."""
        self._check()
        self._outcome = OverlayReader(self._before, self._spool, times), moves or {}, records
        self._end()

    def _end(self) -> None:
        super()._end()
        self._trial.end_change(self._spool, *self._outcome)


def _moves_in(text: str) -> dict[str, str]:
    return dict(line.split("\t") for line in text.splitlines())
