"""Reads a file in another process, which may crash, hang or run out of memory without harm to this one.

Each process keeps those that read for it, one for each thread that reads at the same time, and they end with it.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from indexer.errors import PageError
from indexer.readers.sandbox import child
from indexer.readers.sandbox.child import DONE, ReadingOrder
from indexer.readers.sandbox.limits import ReadingLimits, fault_sentence
from indexer.readers.sandbox.reader_process import ReaderProcess, ReadingFailed

__all__ = ["ReadingLimits", "read_apart"]

LIMITS = ReadingLimits()

_MOST_IDLE = 2
_TRIES = 2

Item = TypeVar("Item")


def read_apart(
    function: str, item: type[Item], path: Path, source: str, limits: ReadingLimits = LIMITS
) -> tuple[Item, ...]:
    """Return what a function reads from a file, in another process.

    `function` is `module:name`; it takes the path and the source and returns items, of a type that msgspec can send.
    In a process that reads for another one, the function is simply called.

    Raises PageError as the function does, and where it takes too much time or memory or crashes.
    """
    if child.is_reader():
        return tuple(child.call(function, path, source))  # type: ignore[arg-type]  # as the caller says
    order = ReadingOrder(function, os.fsencode(path.absolute()), source.encode("utf-8", "replace").decode(), limits)
    for attempt in range(_TRIES):
        try:
            return _read(order, item, source)
        except ReadingFailed as failed:
            if not failed.is_outside or attempt == _TRIES - 1:
                raise PageError(source, failed.problem) from None
    raise AssertionError("one of the tries has returned or raised")


def _read(order: ReadingOrder, item: type[Item], source: str) -> tuple[Item, ...]:
    decoder = msgspec.msgpack.Decoder(item)
    items: list[Item] = []
    with _process() as process:
        try:
            kind, data = process.read(order, lambda frame: items.append(decoder.decode(frame)))
            problem, is_sound = _END.decode(data)
        except msgspec.MsgspecError as error:
            raise PageError(source, fault_sentence(error)) from None
        if not is_sound:
            process.end()
    if kind == DONE:
        return tuple(items)
    raise PageError(source, problem)


_END = msgspec.msgpack.Decoder(tuple[str, bool])


# --- the processes that read for this one

_lock = threading.Lock()
_idle: list[ReaderProcess] = []
_all: set[ReaderProcess] = set()


@contextmanager
def _process() -> Iterator[ReaderProcess]:
    """Lend a process, one that has read before where there is one."""
    with _lock:
        process = _idle.pop() if _idle else None
    if process is None:
        process = ReaderProcess()
        with _lock:
            _all.add(process)
    try:
        yield process
    finally:
        with _lock:
            if process.pid and len(_idle) < _MOST_IDLE:
                _idle.append(process)
            else:
                _all.discard(process)
        if process not in _all:
            process.end()


def end_all() -> None:
    """End the processes that read for this one."""
    with _lock:
        ended = list(_all)
        _all.clear()
        _idle.clear()
    for process in ended:
        process.end()


def _forget() -> None:
    """In a process that was forked: leave those of the parent to the parent."""
    global _lock
    _lock = threading.Lock()
    for process in _all:
        process.close_ends()
        process.pid = 0
    _all.clear()
    _idle.clear()


atexit.register(end_all)
os.register_at_fork(after_in_child=_forget)
