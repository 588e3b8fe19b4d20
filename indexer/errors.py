"""The exceptions of baosou.

Every message is a sentence that names the object and says what to do next.

::

    BaosouError
    ├── FileError            one file is set aside, named and counted; the rest goes on
    │   ├── PageError        a page file can't be used
    │   └── SettingsError    paper.toml (or another settings file) holds a wrong value
    ├── ArchiveError         the archive folder itself can't be used
    ├── UsageError           the command or the request makes no sense as given
    │   ├── QueryTooBroad    the query would take the engine too long
    │   └── ArticleChanged   an article is not what it was when someone began to correct it
    ├── WorkerLost           a worker process ended in the middle of its work
    ├── BackupError          a backup can't be written, or is not what was written
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


class FileError(BaosouError):
    """One file can't be used; `source` is its path inside the archive."""

    def __init__(self, source: str, problem: str) -> None:
        super().__init__(source, problem)  # pickle needs both arguments to pass it between processes
        self.source = source
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.source}: {self.problem}"


class PageError(FileError):
    """One page file can't be used."""


class SettingsError(FileError):
    """A settings file holds a wrong value."""


class ArchiveError(BaosouError):
    """The archive folder can't be used."""


class UsageError(BaosouError):
    """The command or the request is invalid."""


class QueryTooBroad(UsageError):  # noqa: N818 (a state, not a mistake)
    """The query would take the engine too long."""


class ArticleChanged(UsageError):  # noqa: N818 (a state, not a mistake)
    """An article is not what it was when someone began to correct it."""


class WorkerLost(BaosouError):  # noqa: N818 (what happened, not a mistake)
    """A worker process ended in the middle of its work."""


class BackupError(BaosouError):
    """A backup can't be written or restored."""


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
