"""Worker processes that end with the process that started them, whatever ends it.

A worker that went on would hold memory and write files that nobody asks for. Of signals it heeds only SIGKILL: those
that end a run in order reach its parent, which ends the workers.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from indexer.errors import WorkerLost

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


@contextmanager
def worker_pool(
    processes: int, begin: Callable[..., None] | None = None, *given: object
) -> Iterator[ProcessPoolExecutor]:
    """Return a pool of workers, each of which calls `begin(*given)` first.

    When the block fails, they are killed in the middle of their work. Raises `WorkerLost` where one of them ended or
    found no memory.
    """
    others = multiprocessing.active_children()
    pool = ProcessPoolExecutor(processes, initializer=_begin, initargs=(begin, given))
    try:
        yield pool
    except BaseException as error:
        for worker in multiprocessing.active_children():
            if worker not in others:
                worker.kill()
        if isinstance(error, BrokenProcessPool | MemoryError):
            raise WorkerLost(
                "A worker process ended before its work was done; systems do that to them when memory runs out. "
                "The index is as it was before. Run the command again, with fewer processes (--jobs 1 takes least)."
            ) from error
        raise
    finally:
        pool.shutdown(cancel_futures=True)


# --- in the worker


def _begin(begin: Callable[..., None] | None, given: tuple[object, ...]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _end_with_parent()
    if begin:
        begin(*given)


def _end_with_parent() -> None:
    """Let this process be killed when its parent has ended, or if it has ended already.

    The thread notices it by a pipe that the parent holds open. It can't run during a long call into C, such as a
    regular expression; the kernel can, where it is Linux.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_wait_for_end_of_parent, name="end with the parent", daemon=True).start()


def _wait_for_end_of_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)
