"""The process that reads files of formats whose parsers can be made to crash, to hang or to take all memory.

It gets orders on its standard input and answers on what was its standard output, in frames: a kind, a length, and that
many bytes. It ends with the process that started it, whatever ends that one.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

import msgspec

from indexer.errors import PageError
from indexer.readers.sandbox.limits import (
    TOO_DEEP,
    ReadingLimits,
    fault_sentence,
    limit_next_file,
    limit_process,
    too_much_memory,
)

HEADER = struct.Struct("<cI")
"""The kind of a frame, and the length of what follows."""

ITEM, DONE, REFUSED = b"i", b"d", b"r"
"""One thing that was read; all is read; the sentence that says why not."""

PIPE_OF_PARENT = 3
"""The file descriptor of a pipe that nobody writes into. It closes when the parent ends."""

_WORN = 0.5
"""The share of the memory allowed, after which a process that has read a file gives way to a new one."""


class ReadingOrder(msgspec.Struct, frozen=True, array_like=True):
    """What to read: `function` is `module:name` of what takes a path and a source and returns what is read."""

    function: str
    path: bytes
    source: str
    limits: ReadingLimits


_is_reader = False


def is_reader() -> bool:
    """Return whether this is a process that reads for another one."""
    return _is_reader


def main() -> None:
    """Answer orders until there are none."""
    global _is_reader
    _is_reader = True
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # whoever ends a run in order ends the parent
    _end_with_parent()
    orders, answers = _streams()
    order_of = msgspec.msgpack.Decoder(ReadingOrder)
    for frame in _frames(orders):
        order = order_of.decode(frame)
        limit_process(order.limits)
        if not _answer(order, answers):
            return


def _answer(order: ReadingOrder, answers: BinaryIO) -> bool:
    """Read a file and send what was read. Return whether this process can go on to the next file."""
    path = Path(os.fsdecode(order.path))
    kind, told = DONE, ""
    try:
        size = path.stat().st_size
    except OSError:
        size = 0  # the reader says what is wrong
    limit_next_file(order.limits.processor_seconds(size))
    is_sound = True
    try:
        for item in call(order.function, path, order.source):
            _send(answers, ITEM, msgspec.msgpack.encode(item, enc_hook=_plain))
    except PageError as problem:
        kind, told = REFUSED, problem.problem
    except MemoryError:
        kind, told, is_sound = REFUSED, too_much_memory(order.limits), False
    except RecursionError:
        kind, told = REFUSED, TOO_DEEP
    except Exception as error:
        kind, told = REFUSED, fault_sentence(error)
    is_sound = is_sound and _resident() < order.limits.memory * _WORN
    _send(answers, kind, msgspec.msgpack.encode((told.encode("utf-8", "replace").decode(), is_sound)))
    return is_sound


def call(name: str, path: Path, source: str) -> Iterable[object]:
    """Call the function that an order names."""
    module, _, function = name.partition(":")
    read: Callable[[Path, str], Iterable[object]] = getattr(import_module(module), function)
    return read(path, source)


def _plain(value: object) -> object:
    """Return a number of numpy as one of Python."""
    return value.item()  # type: ignore[attr-defined]


def _send(answers: BinaryIO, kind: bytes, data: bytes) -> None:
    answers.write(HEADER.pack(kind, len(data)))
    answers.write(data)
    answers.flush()


def _frames(orders: BinaryIO) -> Iterator[bytes]:
    while header := orders.read(HEADER.size):
        yield orders.read(HEADER.unpack(header)[1])


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """Take standard input and output for orders and answers. What libraries print goes nowhere."""
    orders, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    return os.fdopen(orders, "rb"), os.fdopen(answers, "wb")


def _resident() -> int:
    """The memory of this process in bytes; 0 where the system doesn't say."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _end_with_parent() -> None:
    """Let this process be killed when the pipe of its parent closes.

    Linux does it by itself, also during a long call into C (F_SETSIG in fcntl(2)); elsewhere a thread does.
    """
    if hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(PIPE_OF_PARENT, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(PIPE_OF_PARENT, fcntl.F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(PIPE_OF_PARENT, fcntl.F_GETFL)
        fcntl.fcntl(PIPE_OF_PARENT, fcntl.F_SETFL, flags | os.O_ASYNC)
        if select.select([PIPE_OF_PARENT], [], [], 0)[0]:  # it has ended already
            os.kill(os.getpid(), signal.SIGKILL)
    else:
        threading.Thread(target=_wait_for_end_of_parent, name="end with the parent", daemon=True).start()


def _wait_for_end_of_parent() -> None:
    os.read(PIPE_OF_PARENT, 1)
    os.kill(os.getpid(), signal.SIGKILL)
