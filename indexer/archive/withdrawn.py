"""`withdrawn.tsv`: the ids of articles that were withdrawn, with the reason that readers are shown.

Each line has, separated by tabs: an id, `withdrawn` or `lifted`, the path of the page file, and the reason. Lines are
only appended, and later lines take precedence. An article has a line for each id that it ever had. The file follows
from the corrections of the pages; it is there so that the site can tell an article that was withdrawn from one that
never was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from indexer.archive.appended_lines import AppendedLines
from indexer.archive.indexed import plain

_WITHDRAWN, _LIFTED = "withdrawn", "lifted"


class Withdrawal(Struct, frozen=True, gc=False):
    """That an article is withdrawn: its page file, and the reason that readers are shown, "" where none is."""

    source: str
    reason: str


class WithdrawnIds:
    """The ids in the file at `path`, which need not exist yet."""

    def __init__(self, path: Path) -> None:
        self._file = AppendedLines(path)

    def table(self) -> dict[str, Withdrawal]:
        """Return the withdrawn ids. Raises ArchiveError when the file can't be read."""
        found: dict[str, Withdrawal] = {}
        for line in self._file:
            article_id, state, source, reason, *_ = (*line.split("\t"), "", "", "")
            if state == _WITHDRAWN:
                found[article_id] = Withdrawal(source, reason)
            elif state == _LIFTED:
                found.pop(article_id, None)
        return found

    def remember(self, withdrawn: Mapping[str, Withdrawal], lifted: Iterable[str]) -> None:
        """Append what is not known yet: when this returns, it is on the disk.

        Raises ArchiveError when the file can't be read or written.
        """
        known = self.table()
        lines = [
            f"{one}\t{_WITHDRAWN}\t{plain(its.source)}\t{_one_line(its.reason)}\n"
            for one, its in withdrawn.items()
            if known.get(one) != Withdrawal(plain(its.source), _one_line(its.reason))
        ]
        lines += [f"{one}\t{_LIFTED}\t{plain(known[one].source)}\t\n" for one in lifted if one in known]
        if lines:
            self._file.append("".join(lines))


def _one_line(text: str) -> str:
    return " ".join(text.split())
