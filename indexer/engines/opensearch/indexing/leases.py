"""Who may write to an index: one writer of the whole, or one of each part.

A lease lasts a minute and is renewed by a thread. One whose process is known to be dead is taken over at once; one of
another machine that is not renewed any more, when its minute is over.
"""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

from msgspec.structs import replace

from indexer.engines.opensearch.state import Lease, State, StateStore, VoidTicket
from indexer.errors import IndexLocked, IndexUnavailable, UsageError

SECONDS = 60.0
_RENEWED_EVERY = 15.0
WHOLE = ""
"""The part that is the whole archive."""

_PART = re.compile(r"([1-9][0-9]{0,4})/([1-9][0-9]{0,4})")

_held: set[str] = set()
"""The holders of this process."""


class WriteLease:
    """The right to write to a part of an index, until it is released."""

    def __init__(self, store: StateStore, part: str) -> None:
        """Take the lease. Raises `IndexLocked` while someone has it, or one that excludes it."""
        if part != WHOLE and not _PART.fullmatch(part):
            raise UsageError(f"{part} is not a part; write it as 2/8, the second of eight.")
        self._store, self._part = store, part
        self.holder = uuid4().hex
        _held.add(self.holder)
        try:
            self.state = store.update(self._taken)
        except BaseException:
            _held.discard(self.holder)
            raise
        self._released = threading.Event()
        threading.Thread(target=self._renew, name="baosou-lease", daemon=True).start()

    def release(self) -> None:
        """Give it back, unless it was given back or taken over. It lapses by itself where the server is away."""
        if not self._released.is_set():
            with suppress(IndexUnavailable):
                self._store.update(lambda state: without_holder(state, self.holder))
            self.forget()

    def forget(self) -> None:
        """Stop renewing it: the state does not have it any more."""
        self._released.set()
        _held.discard(self.holder)

    def check(self, state: State) -> None:
        """Raise `IndexLocked` if the lease was taken over."""
        if all(lease.holder != self.holder for lease in state.writers.values()):
            raise IndexLocked(
                f"Another process took over the index {self._store.name}, because this one did not reach it for "
                f"{SECONDS:g} seconds. What this run did is not in the index; run the command again."
            )

    def _taken(self, state: State) -> State:
        now = time.time()
        writers = {part: lease for part, lease in state.writers.items() if not _is_over(lease, now)}
        for part, lease in writers.items():
            if _exclude(part, self._part):
                raise IndexLocked(
                    f"Another process is writing to the index {self._store.name}: {_described(part, lease)}. "
                    "Wait until it has ended, or stop it, then run the command again."
                )
        lease = Lease(self.holder, socket.gethostname(), os.getpid(), now, now + SECONDS)
        return _without_lost_tickets(replace(state, writers={**writers, self._part: lease}), now)

    def _renew(self) -> None:
        while not self._released.wait(_RENEWED_EVERY):
            with suppress(IndexUnavailable):
                self._store.update(self._renewed)

    def _renewed(self, state: State) -> State:
        lease = state.writers.get(self._part)
        if lease is None or lease.holder != self.holder:
            return state
        return replace(state, writers={**state.writers, self._part: replace(lease, until=time.time() + SECONDS)})


def without_holder(state: State, holder: str) -> State:
    """The state without a holder's lease. Its tickets that are still open are void."""
    writers = {part: lease for part, lease in state.writers.items() if lease.holder != holder}
    return _without_lost_tickets(replace(state, writers=writers), time.time())


def _without_lost_tickets(state: State, now: float) -> State:
    """The state with the tickets void that belong to no writer any more."""
    holders = {lease.holder for lease in state.writers.values()}
    lost = {number: one for number, one in state.open.items() if one.holder not in holders}
    if not lost:
        return state
    kept = {number: one for number, one in state.open.items() if number not in lost}
    void = {number: VoidTicket(one.data, now) for number, one in lost.items()}
    return replace(state, open=kept, void={**state.void, **void})


def _is_over(lease: Lease, now: float) -> bool:
    if lease.until < now:
        return True
    if lease.host != socket.gethostname():
        return False
    if lease.pid == os.getpid():
        return lease.holder not in _held
    try:
        os.kill(lease.pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _exclude(one: str, other: str) -> bool:
    """Whether two parts can't be written at the same time.

    >>> _exclude("", "2/8"), _exclude("2/8", "2/8"), _exclude("2/8", "3/8"), _exclude("2/8", "3/9")
    (True, True, False, True)
    """
    return WHOLE in (one, other) or one == other or one.partition("/")[2] != other.partition("/")[2]


def _described(part: str, lease: Lease) -> str:
    since = f"{datetime.fromtimestamp(lease.since, UTC):%Y-%m-%d %H:%M} UTC"
    return f"process {lease.pid} on {lease.host}, {f'part {part}, ' if part else ''}since {since}"
