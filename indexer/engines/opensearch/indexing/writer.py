"""A change to an index: collected in a spool, then sent, counted and made visible in one step."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import msgspec
from msgspec.structs import replace

from indexer.engines.base import Build, IndexIdentity
from indexer.engines.opensearch import mapping
from indexer.engines.opensearch.connection import Connection, Json, NotFound, Unanswered
from indexer.engines.opensearch.indexing.leases import WriteLease, without_holder
from indexer.engines.opensearch.indexing.spool import (
    Below,
    OverlayReader,
    Spool,
    build_spool,
    explained,
    packed,
    with_commit,
)
from indexer.engines.opensearch.state import Dated, OpenTicket, Snapshot, State, StateStore
from indexer.errors import IndexUnavailable, UsageError
from indexer.model import Times, TokenisedDocument

CHUNK_BYTES = 8_000_000
"""How much is sent in one request: the server takes up to 100 MB, and works best with some 10 MB."""
_CHUNK_DOCUMENTS = 2_000
_IN_FLIGHT = 3
"""Requests at a time. The next one waits for the oldest, so a cluster that is slow slows the sender down."""
PAUSES = (1, 2, 4, 8, 15, 30, 30, 30)
"""Seconds between two tries of a request that may succeed later: a node that is lost is replaced within two minutes."""
_SEND_SECONDS = 120.0
_SOURCES_A_QUERY = 5_000
_UNKNOWN = Times()


class SpoolWriter:
    """What a change collects, over what was there `before` (None where nothing was)."""

    def __init__(self, before: Below | None) -> None:
        self._before = before
        self._spool = Spool()
        self._folder: TemporaryDirectory[str] | None = None
        self._ended = False

    def replace(self, source: str, documents: Iterable[TokenisedDocument], fingerprint: str) -> None:
        """Replace all documents made from `source` by these. Raises `UsageError` when the writer has ended."""
        self._check()
        self._spool.replace(source, [packed(one, fingerprint) for one in documents])

    def remove(self, source: str) -> None:
        """Delete all documents made from `source`, those added by this change too."""
        self._check()
        self._spool.remove(source)

    def build(self) -> Build:
        """What worker processes are to call: it writes files for `adopt`."""
        with explained():
            if self._folder is None:
                self._folder = TemporaryDirectory(prefix="baosou-")
        return partial(build_spool, Path(self._folder.name))

    def adopt(self, path: Path) -> None:
        """Add a file that `build` wrote. Its documents replace those made from the same sources."""
        self._check()
        self._spool.adopt(path)

    def preview(self) -> OverlayReader:
        """What `commit` would make readable, as far as the change has come."""
        self._check()
        return OverlayReader(self._before, self._spool)

    def abort(self) -> None:
        """Roll the change back and end the writer. Does nothing when it has ended."""
        if not self._ended:
            self._end()

    def _check(self) -> None:
        if self._ended:
            raise UsageError("This change to the index has ended; begin another with writer().")

    def _end(self) -> None:
        self._ended = True
        if self._folder:
            self._folder.cleanup()


class OpenSearchWriter(SpoolWriter):
    """An uncommitted change. It holds a lease on its part of the index until it is committed or aborted.

    `state` is the one that the change starts from.
    """

    pauses: Sequence[float] = PAUSES

    def __init__(
        self,
        connection: Connection,
        store: StateStore,
        lease: WriteLease,
        state: State,
        identity: IndexIdentity,
        before: Below | None,
        *,
        fresh: bool,
    ) -> None:
        super().__init__(before)
        self._connection, self._store, self._lease, self._state = connection, store, lease, state
        self._identity, self._is_fresh = identity, fresh

    def commit(
        self, moves: Mapping[str, str] | None = None, times: Mapping[str, Times] | None = None, records: str = ""
    ) -> None:
        """Send all documents, count them, and let readers see them. Ends the writer.

        Raises `IndexUnavailable`. Then the index is as it was, whatever was sent.
        """
        self._check()
        try:
            stamps = self._replaced(self._state)
            if self._is_fresh or self._spool or stamps or self._state.generation < 0:
                self._send_and_commit(stamps, moves or {}, times or {}, records)
        finally:
            self._end()

    def _send_and_commit(
        self, stamps: Mapping[str, int], moves: Mapping[str, str], times: Mapping[str, Times], records: str
    ) -> None:
        ticket, data = self._take_ticket()
        if self._is_fresh:
            create_data_index(self._connection, data, self._identity, only=True)
        sent = send(self._connection, _actions(data, ticket, self._spool, times), ticket, self.pauses)
        self._connection.post(f"{data}/_refresh", seconds=_SEND_SECONDS)
        self._count(data, ticket, sent)
        lists = self._store.put_stamps(ticket, list(stamps))
        kept_moves = self._store.put_texts("moves", ticket, _lines(moves))
        kept_records = self._store.put_texts("records", ticket, records)

        def committed(state: State) -> State:
            self._lease.check(state)
            now = time.time()
            opened = {number: one for number, one in state.open.items() if number != str(ticket)}
            superseded = (*state.superseded, *(Dated(one, now) for one in lists))
            retired = (Dated(state.data, now),) if state.data and state.data != data else ()
            new = replace(
                state,
                archive=self._identity.archive,
                rules=self._identity.rules,
                mapping=mapping.fingerprint(),
                data=data,
                generation=state.generation + 1,
                committed_at=int(now),
                documents=sent + (0 if self._is_fresh else state.documents - sum(stamps.values())),
                open=opened,
                superseded=superseded,
                moves=(*state.moves, *kept_moves),
                records=(*state.records, *kept_records),
                retired=(*state.retired, *retired),
            )
            return without_holder(new, self._lease.holder)

        self._store.update(committed)
        self._lease.forget()
        with suppress(IndexUnavailable):  # else the next writer does it
            self._store.tidy()

    def _take_ticket(self) -> tuple[int, str]:
        """Take the number of the change, and say into which index it goes."""

        def taken(state: State) -> State:
            self._lease.check(state)
            number = state.issued + 1
            data = f"{self._store.name}-{number}" if self._is_fresh else state.data
            return replace(state, issued=number, open={**state.open, str(number): OpenTicket(self._lease.holder, data)})

        state = self._store.update(taken)
        number = next(int(one) for one, ticket in state.open.items() if ticket.holder == self._lease.holder)
        return number, state.open[str(number)].data

    def _replaced(self, state: State) -> dict[str, int]:
        """The stamps of what the change replaces or removes, with the number of documents that have each."""
        if self._is_fresh or state.generation < 0:
            return {}
        snapshot, sources = self._store.snapshot(state), self._spool.sources
        found: dict[str, int] = {}
        for at in range(0, len(sources), _SOURCES_A_QUERY):
            found |= self._stamps(snapshot, sources[at : at + _SOURCES_A_QUERY])
        return found

    def _stamps(self, snapshot: Snapshot, sources: Sequence[str]) -> dict[str, int]:
        body: Json = {
            "size": 0,
            "query": {"bool": {"filter": [snapshot.visible, {"terms": {"source": list(sources)}}]}},
            "aggs": {"stamps": {"terms": {"field": "stamp", "size": len(sources) + 1}}},
        }
        answer = self._connection.search(snapshot.index, body, seconds=_SEND_SECONDS)
        return {one["key"]: one["doc_count"] for one in answer["aggregations"]["stamps"]["buckets"]}

    def _count(self, data: str, ticket: int, sent: int) -> None:
        """Compare what arrived with what was sent."""
        query = {"query": {"term": {"born": ticket}}, "size": 0, "track_total_hits": True}
        arrived = self._connection.search(data, query)["hits"]["total"]["value"]
        if arrived != sent:
            raise IndexUnavailable(
                f"{self._connection.location}: of {sent} documents that were sent only {arrived} arrived. The index is "
                "as it was before; see whether the cluster lost a node, then run the command again."
            )

    def _end(self) -> None:
        super()._end()
        self._spool.close()
        self._lease.release()


def create_data_index(connection: Connection, data: str, identity: IndexIdentity, *, only: bool) -> None:
    """Make an index for documents. `only` if nobody else may have made it: one of this name is left over then."""
    location = connection.location
    replicas = location.replicas
    if replicas is None:
        replicas = 1 if connection.get("_cluster/health")["number_of_data_nodes"] > 1 else 0
    if only:
        with suppress(NotFound):
            connection.delete(data)
    allow_long_queries(connection)
    connection.put(data, mapping.settings_and_mapping(identity, location.shards, replicas), seconds=_SEND_SECONDS)


def allow_long_queries(connection: Connection) -> None:
    """Let a query have many clauses, unless the cluster has a number of its own or the user may not change that."""
    with suppress(IndexUnavailable):
        known = connection.get("_cluster/settings", flat_settings=True)
        if mapping.CLAUSES_SETTING not in {**known["persistent"], **known["transient"]}:
            connection.put("_cluster/settings", {"persistent": {mapping.CLAUSES_SETTING: mapping.MOST_CLAUSES}})


def send(
    connection: Connection, actions: Iterable[tuple[str, bytes]], ticket: int, pauses: Sequence[float] = PAUSES
) -> int:
    """Send documents, each with its id and the lines that index it, and return their number.

    Raises `IndexUnavailable` where the cluster can't be reached for long, or refuses documents: these are listed in a
    file then, with the reasons.
    """
    sent = 0
    refused: list[Json] = []
    with ThreadPoolExecutor(_IN_FLIGHT) as pool:
        pending: deque[Future[list[Json]]] = deque()
        for chunk in _chunks(actions):
            sent += len(chunk)
            if len(pending) == _IN_FLIGHT:
                refused += pending.popleft().result()
            pending.append(pool.submit(_send_chunk, connection, chunk, pauses))
        for future in pending:
            refused += future.result()
    if refused:
        raise _refused(connection, ticket, refused)
    return sent


def _actions(data: str, ticket: int, spool: Spool, times: Mapping[str, Times]) -> Iterator[tuple[str, bytes]]:
    """Yield the id of each document, and the two lines that index it. Sent twice, they index it once."""
    for number, (entry, body) in enumerate(spool.entries()):
        document_id = f"{ticket}-{number}"
        action = msgspec.json.encode({"index": {"_index": data, "_id": document_id}})
        line = with_commit(body, entry, ticket, times.get(entry.article_id, _UNKNOWN))
        yield document_id, action + b"\n" + line + b"\n"


def _chunks(actions: Iterable[tuple[str, bytes]]) -> Iterator[dict[str, bytes]]:
    chunk: dict[str, bytes] = {}
    size = 0
    for document_id, lines in actions:
        if chunk and (size + len(lines) > CHUNK_BYTES or len(chunk) == _CHUNK_DOCUMENTS):
            yield chunk
            chunk, size = {}, 0
        chunk[document_id] = lines
        size += len(lines)
    if chunk:
        yield chunk


def _send_chunk(connection: Connection, chunk: Mapping[str, bytes], pauses: Sequence[float]) -> list[Json]:
    """Send some documents, again after a while where that may help. Return those that were refused, with reasons."""
    left, refused = dict(chunk), list[Json]()
    for pause in (*pauses, None):
        later: IndexUnavailable
        try:
            for result in connection.bulk(left.values(), seconds=_SEND_SECONDS):
                if "error" not in result:
                    del left[result["_id"]]
                    continue
                problem = connection.refused(result["status"], result["error"])
                if isinstance(problem, Unanswered):
                    later = problem
                elif result["status"] == 400:
                    refused.append({"line": left.pop(result["_id"]), "reason": result["error"]})
                else:
                    raise problem
        except Unanswered as problem:
            later = problem
        if not left:
            return refused
        if pause is None:
            raise later
        time.sleep(pause)
    return refused


def _refused(connection: Connection, ticket: int, refused: Sequence[Json]) -> IndexUnavailable:
    """Write a file of what was refused, and return the error that names it."""
    path = Path.cwd() / f"refused-{ticket}.jsonl"
    with explained(), path.open("wb") as file:
        for one in refused:
            _write_refused(file, one)
    return IndexUnavailable(
        f"{connection.location} refused {len(refused)} documents; {path} lists them with the reasons. The index is as "
        "it was before. Set the page files aside or report the reasons, then run the command again."
    )


def _write_refused(file: IO[bytes], one: Json) -> None:
    kept = msgspec.json.decode(one["line"].split(b"\n")[1])
    file.write(msgspec.json.encode({"source": kept["source"], "id": kept["id"], "reason": one["reason"]}) + b"\n")


def _lines(moves: Mapping[str, str]) -> str:
    return "".join(f"{old}\t{new}\n" for old, new in moves.items())
