"""What stands between damaged files and whoever reads an index.

Bytes that are not what was written may raise any error, or none. Errors are turned into sentences here, in one place:
when anything fails, all files are compared with their checksums. If one is damaged, that is what is told. If all are
sound, the error is one of the program and is raised as it is.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from functools import update_wrapper
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from indexer.engines.whoosh.adapter import commits
from indexer.engines.whoosh.segment.container import LayoutError
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.errors import BaosouError

_SECONDS_BELIEVED = 60.0
"""When segments were verified so recently, an error is one of the program: requests that fail are not to read all."""


class Guard:
    """Knows whether the segments of a generation are sound, as far as they were read. Safe to use from threads."""

    def __init__(self, folder: Path, segments: Sequence[FlatSegment]) -> None:
        self._folder = folder
        self._segments = segments
        self._problem = ""
        self._verified_at = -math.inf

    def verify(self, pause: Callable[[], None] = lambda: None) -> int:
        """Read all segments and return their size in bytes. Raises `IndexUnavailable` that names what is damaged."""
        problems, size = [], 0
        for segment in self._segments:
            try:
                size += segment.verify(pause)
            except LayoutError as error:
                problems.append(str(error))
        if problems:
            self._problem = "; ".join(problems)
        self.check()
        self._verified_at = time.monotonic()
        return size

    def check(self) -> None:
        """Raise `IndexUnavailable` if damage was found."""
        if self._problem:
            raise commits.damaged(self._folder, self._problem)

    def explain(self, error: Exception) -> None:
        """Raise `IndexUnavailable` if damage is the reason for an error."""
        if isinstance(error, LayoutError):
            self._problem = self._problem or str(error)
        self.check()
        if time.monotonic() - self._verified_at > _SECONDS_BELIEVED:
            self.verify()


class _Guarded(Protocol):
    @property
    def guard(self) -> Guard: ...


_Self = TypeVar("_Self", bound=_Guarded)
_Given = ParamSpec("_Given")
_Returned = TypeVar("_Returned")


def guarded(
    method: Callable[Concatenate[_Self, _Given], _Returned],
) -> Callable[Concatenate[_Self, _Given], _Returned]:
    """Let a method of an object with a `guard` raise `IndexUnavailable` where damage is known or the reason to fail."""

    def call(self: _Self, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Returned:
        self.guard.check()
        try:
            return method(self, *args, **kwargs)
        except BaosouError:
            raise
        except Exception as error:
            self.guard.explain(error)
            raise

    update_wrapper(call, method)
    return call
