"""The exceptions of baosou.

Every message is a sentence that names the object and says what to do next.

::

    BaosouError
    ├── PageError            a page file can't be used: it is set aside and reported, and processing continues
    ├── SettingsError        paper.toml (or another settings file) has an invalid value
    ├── ArchiveError         the archive folder can't be used
    ├── UsageError           the command or the request is invalid
    └── IndexUnavailable     the index can't be opened, read or written
        ├── IndexMissing     the index doesn't exist yet
        ├── IndexStale       it was built with a different schema, different rules or a different dictionary
        ├── IndexForeign     it belongs to another archive
        └── IndexLocked      another process is writing to it

Errors of libraries and of the operating system are converted to these where they occur.
"""

from __future__ import annotations


class BaosouError(Exception):
    """The base class of all exceptions that baosou raises on purpose."""


class PageError(BaosouError):
    """A page file can't be used; `source` is its path inside the archive."""

    def __init__(self, source: str, problem: str) -> None:
        super().__init__(source, problem)  # pickle needs both arguments to pass it between processes
        self.source = source
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.source}: {self.problem}"


class SettingsError(BaosouError):
    """A settings file has an invalid value; `source` is its path."""

    def __init__(self, source: str, problem: str) -> None:
        super().__init__(source, problem)  # pickle needs both arguments to pass it between processes
        self.source = source
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.source}: {self.problem}"


class ArchiveError(BaosouError):
    """The archive folder can't be used."""


class UsageError(BaosouError):
    """The command or the request is invalid."""


class IndexUnavailable(BaosouError):  # noqa: N818 (a state, not a mistake)
    """The index can't be opened, read or written."""


class IndexMissing(IndexUnavailable):
    """The index doesn't exist yet."""


class IndexStale(IndexUnavailable):
    """The index was built with a different schema, rules or dictionary."""


class IndexForeign(IndexUnavailable):
    """The index belongs to another archive."""


class IndexLocked(IndexUnavailable):
    """Another process is writing to the index."""
