"""How many long files are made at once: each holds a thread of the server, and pages must be answered all the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from werkzeug.exceptions import ServiceUnavailable

MOST_AT_ONCE = 2
_RETRY_SECONDS = 20
_free = threading.BoundedSemaphore(MOST_AT_ONCE)


class ExportsBusy(ServiceUnavailable):
    """As many long files are being made as may be at once."""

    def __init__(self) -> None:
        super().__init__("Other files are being made; ask again soon.", retry_after=_RETRY_SECONDS)


class Turn:
    """The turn of one file. Raises ExportsBusy if there is none left."""

    def __init__(self) -> None:
        self._is_over = not _free.acquire(blocking=False)
        if self._is_over:
            raise ExportsBusy

    def end(self) -> None:
        """Let another file have its turn. Calling it again does nothing."""
        if not self._is_over:
            self._is_over = True
            _free.release()

    def during(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the parts of a file, and end the turn with the last one."""
        try:
            yield from parts
        finally:
            self.end()
