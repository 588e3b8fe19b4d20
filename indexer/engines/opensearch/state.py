"""The state document of an index: which documents readers see, and who is writing.

It is the only thing that is ever changed in place, and only by comparing and setting, so that a commit is one step.
Documents are never changed: each carries the number of the change that brought it, its *ticket*, and a *stamp*, the
ticket with its page file. A reader sees the tickets up to `issued` without those that are `open` or `void` (a run that
ended in the middle) and without the stamps that later changes replaced.

The index `<name>-state` also has the lists that the state names: replaced stamps, moves and records.
"""

from __future__ import annotations

import json
import random
import shlex
import time
from collections.abc import Callable, Iterable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import msgspec
from msgspec import Struct

from indexer.engines.base import IndexIdentity, version_of
from indexer.engines.opensearch.connection import Conflict, Connection, Json, NotFound, Unanswered
from indexer.errors import IndexForeign, IndexMissing, IndexStale, IndexUnavailable

FORMAT = 1
"""The format of the state. A change that older releases would misread gets another number."""

_DOCUMENT = "state"
_LIST_LENGTH = 50_000
"""Stamps in a list: fewer than a query may look up."""
_TEXT_LENGTH = 4_000_000
_TRIES = 50
_REMEMBERED = 30
GRACE = 15 * 60
"""Seconds for which replaced documents and indexes stay for readers that are open."""
_VOID_SECONDS = 24 * 3600
"""Seconds for which a ticket stays void: a run that was thought to be dead may still send something."""
_LONG = 3600.0


class Lease(Struct, frozen=True):
    """Who is writing, and until when (in seconds since 1970) that holds unless it is renewed."""

    holder: str
    host: str
    pid: int
    since: float
    until: float


class OpenTicket(Struct, frozen=True):
    """A change that has begun to send documents: of whom, and into which index."""

    holder: str
    data: str


class VoidTicket(Struct, frozen=True):
    """A change that ended in the middle: what it may have sent, into which index, and when that was found out."""

    data: str
    at: float


class Dated(Struct, frozen=True):
    """The name of something that is to be deleted some time after a moment."""

    name: str
    at: float


class State(Struct, frozen=True):
    """The state. `generation` is -1 before the first commit; `documents` is the number that readers see.

    `superseded`, `moves` and `records` are the ids of lists, `retired` former indexes. `changes` has the names
    of the last changes of the state, so that who made one knows it again.
    """

    format: int = FORMAT
    archive: str = ""
    rules: str = ""
    mapping: str = ""
    data: str = ""
    aliased: str = ""
    generation: int = -1
    committed_at: int = 0
    documents: int = 0
    issued: int = 0
    open: dict[str, OpenTicket] = {}
    void: dict[str, VoidTicket] = {}
    superseded: tuple[Dated, ...] = ()
    moves: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    retired: tuple[Dated, ...] = ()
    writers: dict[str, Lease] = {}
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a commit made readable: the documents of an index that pass a filter of the query language."""

    index: str
    visible: Json
    version: str

    def hiding(self, sources: Sequence[str]) -> Snapshot:
        """The same without what was made from some page files, spelled as in the index; of no version."""
        cuts = [list(sources[at : at + _LIST_LENGTH]) for at in range(0, len(sources), _LIST_LENGTH)]
        hidden = [{"terms": {"source": cut}} for cut in cuts]
        return Snapshot(self.index, {"bool": {"filter": [self.visible], "must_not": hidden}}, "")


class StateStore:
    """Reads and changes the state of the index with a name."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.name = connection.location.name
        self._index = f"{self.name}-state"

    def read(self) -> State:
        """The state as it is; an empty one where nothing was ever written. Raises `IndexUnavailable`."""
        return self._read()[0]

    def update(self, change: Callable[[State], State]) -> State:
        """Change the state in one step and return what it became. `change` may be called again where others were first.

        What `change` raises is raised.
        """
        for tried in range(_TRIES):
            old, place = self._read()
            name = uuid4().hex
            new = msgspec.structs.replace(change(old), changes=(*old.changes[-_REMEMBERED:], name))
            try:
                self._write(new, place)
                return new
            except Conflict:
                if self._came_through(name):
                    return new
            except Unanswered:
                if self._came_through(name):
                    return new
                if tried >= 2:
                    raise
            time.sleep(random.uniform(0, min(0.02 * 2**tried, 1.0)))  # noqa: S311 (no secret)
        raise IndexUnavailable(
            f"{self._connection.location}: too many others change the index at the same time. Run the command again."
        )

    def snapshot(self, state: State) -> Snapshot:
        """What a state lets readers see."""
        visible: Json = {"range": {"born": {"lte": state.issued}}}
        hidden: list[Json] = [self.listed(one.name) for one in state.superseded]
        if unseen := sorted({*map(int, state.open), *map(int, state.void)}):
            hidden.append({"terms": {"born": unseen}})
        if hidden:
            visible = {"bool": {"filter": [visible], "must_not": hidden}}
        return Snapshot(state.data, visible, version_of(state.generation, state.committed_at))

    def listed(self, name: str) -> Json:
        """The filter for the documents with the stamps of a list."""
        return {"terms": {"stamp": {"index": self._index, "id": name, "path": "stamps"}}}

    def check(self, state: State, identity: IndexIdentity, mapping: str) -> None:
        """Refuse a state that a reader of this identity can't use.

        Raises `IndexMissing`, `IndexStale`, `IndexForeign` or `IndexUnavailable`.
        """
        shown = self._connection.location
        rebuild = f"baosou index --full --index {shown}"
        if identity.archive:
            rebuild += f" --archive {shlex.quote(identity.archive)}"
        if state.generation < 0:
            raise IndexMissing(f"There is no index at {shown} yet. Make it: {rebuild.replace(' --full', '')}")
        if (state.mapping, state.rules) != (mapping, identity.rules):
            raise IndexStale(
                f"The index at {shown} was made by another version of baosou or with another dictionary. "
                f"Build it anew: {rebuild}"
            )
        if identity.archive and state.archive != identity.archive:
            raise IndexForeign(
                f"The index at {shown} belongs to the archive {state.archive}, not to {identity.archive}. "
                f"Give another name behind the / in --index, or let this archive have it: {rebuild}"
            )

    def put_stamps(self, ticket: int, stamps: Sequence[str]) -> list[str]:
        """Write stamps into lists, and return the ids of these."""
        cuts = [list(stamps[at : at + _LIST_LENGTH]) for at in range(0, len(stamps), _LIST_LENGTH)]
        return self._put(f"superseded-{ticket}", [{"stamps": cut} for cut in cuts])

    def put_texts(self, kind: str, ticket: int, text: str) -> list[str]:
        """Write a text, in as many documents as it takes, and return their ids."""
        cuts = [text[at : at + _TEXT_LENGTH] for at in range(0, len(text), _TEXT_LENGTH)]
        # Written as ASCII, since a name of a file may have letters that UTF-8 lacks.
        return self._put(f"{kind}-{ticket}", [{"text": json.dumps(cut)} for cut in cuts])

    def texts(self, ids: Iterable[str]) -> str:
        """The texts of some documents, joined."""
        return "".join(json.loads(self._document(one)["_source"]["text"]) for one in ids)

    def forget(self, ids: Iterable[str]) -> None:
        """Delete lists that the state does not name any more."""
        for one in ids:
            try:
                self._connection.delete(f"{self._index}/_doc/{one}")
            except NotFound:
                continue

    def tidy(self) -> None:
        """Delete what no reader and no writer can need any more, and let the alias for other tools name the index."""
        state, now = self.read(), time.time()
        old = tuple(one for one in state.superseded if one.at < now - GRACE)
        for one in old:
            self._delete_documents(state.data, self.listed(one.name))
        void = {number: one for number, one in state.void.items() if one.data == state.data}
        if void:
            self._delete_documents(state.data, {"terms": {"born": [*map(int, void)]}})
        forgotten = [number for number, one in state.void.items() if one.at < now - _VOID_SECONDS]
        retired = tuple(one for one in state.retired if one.at < now - GRACE)
        lost = {one.data for one in state.void.values()} - {state.data, *(one.name for one in state.retired)}
        for data in {*lost, *(one.name for one in retired)}:
            with suppress(NotFound):
                self._connection.delete(data)
        self._set_alias(state)
        if old or forgotten or retired:
            self.update(lambda state: _without(state, {*old, *retired}, forgotten))
            self.forget(one.name for one in old)

    def _delete_documents(self, data: str, query: Json) -> None:
        """Delete what a filter finds, also what was sent just now, for good."""
        self._connection.post(f"{data}/_refresh", seconds=_LONG)
        found = {"query": {"bool": {"filter": [query]}}}
        self._connection.post(f"{data}/_delete_by_query", found, conflicts="proceed", refresh=True, seconds=_LONG)

    def _set_alias(self, state: State) -> None:
        if state.generation < 0 or state.aliased == state.data:
            return
        actions: list[Json] = [{"add": {"index": state.data, "alias": self.name}}]
        if state.aliased:
            actions.insert(0, {"remove": {"index": f"{self.name}-*", "alias": self.name, "must_exist": False}})
        self._connection.post("_aliases", {"actions": actions})
        self.update(lambda now: msgspec.structs.replace(now, aliased=state.data) if now.data == state.data else now)

    def _put(self, prefix: str, contents: Sequence[Json]) -> list[str]:
        ids = [f"{prefix}-{number}" for number in range(len(contents))]
        for one, content in zip(ids, contents, strict=True):
            self._connection.put(f"{self._index}/_doc/{one}", content, seconds=120)
        return ids

    def _document(self, document_id: str) -> Json:
        return self._connection.get(f"{self._index}/_doc/{document_id}")

    def _document_once_begun(self, document_id: str) -> Json:
        """The document, after a wait where another process has just made the index, whose shard is about to start."""
        try:
            return self._document(document_id)
        except Unanswered:
            self._connection.get(f"_cluster/health/{self._index}", wait_for_status="yellow", timeout="20s")
            return self._document(document_id)

    def _read(self) -> tuple[State, dict[str, Any]]:
        """The state, and what a request to replace it has to say."""
        try:
            found = self._document_once_begun(_DOCUMENT)
        except NotFound:
            return State(), {"op_type": "create"}
        if found["_source"].get("format") != FORMAT:
            raise IndexStale(
                f"The index at {self._connection.location} was made by another version of baosou, which this one can't "
                "read. Use that version, or give another name behind the / in --index and index the archive into it."
            )
        state = msgspec.convert(found["_source"], State)
        return state, {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}

    def _write(self, state: State, place: dict[str, Any]) -> None:
        if "op_type" in place:
            self._create_index()
        self._connection.put(f"{self._index}/_doc/{_DOCUMENT}", msgspec.to_builtins(state), **place)

    def _came_through(self, name: str) -> bool:
        """Whether a change was written although its request seemed to fail: an answer may be lost on its way."""
        try:
            return name in self._read()[0].changes
        except Unanswered:
            return False

    def _create_index(self) -> None:
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-2"}
        try:
            self._connection.put(self._index, {"settings": settings, "mappings": {"dynamic": False}})
        except Conflict:
            return


def _without(state: State, dated: Set[Dated], void: Sequence[str]) -> State:
    """The state without some lists, former indexes and void tickets."""
    return msgspec.structs.replace(
        state,
        superseded=tuple(one for one in state.superseded if one not in dated),
        retired=tuple(one for one in state.retired if one not in dated),
        void={number: one for number, one in state.void.items() if number not in void},
    )
