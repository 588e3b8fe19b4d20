"""What a file may cost while it is read, and the sentences about files that cost more.

The limits are those of the operating system (setrlimit). Where it has none, time alone is limited.
"""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass

_MB = 2**20


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What reading one file may cost.

    `memory` and `result` are in bytes, `processor` is in seconds and `per_megabyte` in seconds for each MB of the file.
    `waiting` times as long may it take by the clock: other programs need the processor too.
    """

    memory: int = 1024 * _MB
    processor: int = 30
    per_megabyte: int = 15
    waiting: int = 10
    result: int = 256 * _MB

    def processor_seconds(self, size: int) -> int:
        """Return for how many seconds of a processor a file of `size` bytes may be read."""
        return self.processor + self.per_megabyte * (size // _MB)

    def seconds(self, size: int) -> int:
        """Return how long that may take by the clock."""
        return self.waiting * self.processor_seconds(size)


TOO_DEEP = "its parts lie too deep in one another to be read; it is damaged or no page, export it again or remove it"


def too_much_memory(limits: ReadingLimits) -> str:
    """Say that a file needs too much memory."""
    return (
        f"reading it takes more than {limits.memory // _MB} MB of memory, far more than a page needs; "
        "split the file into its pages, or remove it"
    )


def too_much_processor_time(seconds: int) -> str:
    """Say that a file needs too much of a processor's time."""
    return f"reading it takes more than {seconds} s of a processor; split the file into its pages, or remove it"


def too_slow(seconds: int) -> str:
    """Say that a file was not read in time."""
    return (
        f"it was not read within {seconds} s; index again when the machine has less to do, or split the file into its "
        "pages"
    )


def too_much_text(limits: ReadingLimits) -> str:
    """Say that too much was read from a file."""
    return (
        f"more than {limits.result // _MB} MB come out of it, far more than is printed in an issue; "
        "split the file into its pages, or remove it"
    )


def crashed(name: str) -> str:
    """Say that a file makes what reads it crash. `name` is that of the signal or the exit code."""
    return (
        f"what reads files of this kind crashes on it ({name}): it is damaged, or needs more memory than a page may; "
        "export the page again, or remove it"
    )


def fault_sentence(error: Exception) -> str:
    """Say of a page that it met a fault in our own code."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"baosou could not read it and is itself to blame ({type(error).__name__}: {error}, in {where.name}); "
        "please report it together with this page"
    )


KILLED_TWICE = (
    "what read it was killed from outside, twice; systems do that where memory runs out: free some, then index again"
)


def limit_process(limits: ReadingLimits) -> None:
    """Limit this process for all files that it will read: its memory, and it writes no files."""
    resource = _resource()
    if resource is None:
        return
    for kind, most in (("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0), (_MEMORY, limits.memory)):
        _lower(resource, kind, most)


def limit_next_file(seconds: int) -> None:
    """Let this process be ended by SIGXCPU after more seconds of a processor than these."""
    resource = _resource()
    if resource is None:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)  # type: ignore[attr-defined]
    _lower(resource, "RLIMIT_CPU", int(usage.ru_utime + usage.ru_stime) + seconds + 1)


_MEMORY = "RLIMIT_DATA" if sys.platform == "linux" else "RLIMIT_AS"
"""On Linux RLIMIT_DATA counts what a process may write to, mapped memory too, but not libraries (since 4.7)."""


def _resource() -> object | None:
    try:
        import resource
    except ImportError:  # not a Unix
        return None
    return resource


def _lower(resource: object, kind: str, most: int) -> None:
    """Set a limit, as far as whoever started us allows it: the lower one counts."""
    number = getattr(resource, kind, None)
    if number is None:
        return
    hard = resource.getrlimit(number)[1]  # type: ignore[attr-defined]
    infinity = resource.RLIM_INFINITY  # type: ignore[attr-defined]
    with suppress(OSError, ValueError):
        resource.setrlimit(number, (most if hard == infinity else min(most, hard), hard))  # type: ignore[attr-defined]
