"""Divide the work on one archive among runs that know nothing of each other: `baosou index --part 2/8`.

The issues are divided by a hash of paper and day, as far as their folders name it, so that all files that claim the
same page are in one part. Only what needs no look at other issues can be divided so: issues that are new, and issues
that are read again by other rules or settings. Once page files have changed or are gone, their articles may have moved
to any other issue; then part 1 takes what is changed, gone and new, all together, and finds them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.archive.archive import Issue, issue_of
from indexer.errors import UsageError
from indexer.indexing.batches import Before, fingerprint
from indexer.indexing.workers import Work
from indexer.readers.leftovers import original_source
from indexer.text.dates import date_in_path

_WRITTEN = re.compile(r"([0-9]{1,4})/([0-9]{1,4})")
_MOST = 1000
_HASHED_ISSUES = 1 << 16


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """One of the `count` parts of an archive, numbered from 1 on."""

    number: int
    count: int

    @classmethod
    def parse(cls, written: str) -> ArchivePart:
        """Read `2/8`. Raises UsageError.

        >>> str(ArchivePart.parse("2/8"))
        '2/8'
        """
        match = _WRITTEN.fullmatch(written.strip())
        number, count = map(int, match.groups()) if match else (0, 0)
        if not 1 <= number <= count <= _MOST:
            raise UsageError(
                f"There is no part {written}; name a part and how many there are, such as --part 2/8: "
                f"from 1/8 to 8/8, of at most {_MOST}."
            )
        return cls(number, count)

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def has(self, source: str) -> bool:
        """Whether a page file, or what else has a path in the archive, belongs to this part.

        >>> [ArchivePart(number, 3).has("demo/2024-03-08/01.txt") for number in (1, 2, 3)].count(True)
        1
        """
        return _hash_of_issue(issue_of(original_source(source))) % self.count == self.number - 1


@dataclass(frozen=True, slots=True)
class Share:
    """What a run takes on: the issues to read and the sources to take out, with the number of its `pages`.

    `lock` is the part that no other run may write meanwhile, "" for the whole index. `is_left` if part 1 has to take
    what other parts would.
    """

    stale: Work
    vanished: Sequence[str]
    pages: int
    lock: str = ""
    is_left: bool = False

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence about what is left to another part."""
        part_1 = f"1/{self.lock.rpartition('/')[2]}"
        told = "indexed pages have changed or are gone, so this part left what is changed, gone or new"
        return (f"{told} to part {part_1}, which finds where articles moved: run that too",) if self.is_left else ()


def share_of(part: ArchivePart | None, issues: Sequence[Issue], before: Before, vanished: Sequence[str]) -> Share:
    """Return what of these issues, and of the sources that are gone, a part takes on; all of it without a part."""
    if part is None:
        stale = list(_stale(issues, before))
        return Share(stale, vanished, sum(len(issue.pages) for issue in issues))
    own = [issue for issue in issues if part.has(issue.pages[0].source)]
    others = [issue for issue in issues if not part.has(issue.pages[0].source)]
    stale = list(_stale(own, before))
    held_by_others = list(_stale((issue for issue in others if not before.is_new(issue)), before))
    if not vanished and not any(before.is_changed(*one) for one in (*stale, *held_by_others)):
        return Share(stale, (), sum(len(issue.pages) for issue in own), str(part))
    again = [one for one in stale if not _may_have_moved(one, before)]
    if part.number > 1:
        left = sum(len(one[0].pages) for one in stale) - sum(len(one[0].pages) for one in again)
        pages = sum(len(issue.pages) for issue in own) - left
        return Share(again, (), pages, str(part), is_left=True)
    new = _stale((issue for issue in others if before.is_new(issue)), before)
    taken = [one for one in (*held_by_others, *new) if _may_have_moved(one, before)]
    return Share([*stale, *taken], vanished, sum(len(issue.pages) for issue in (*own, *(one for one, _ in taken))))


def _stale(issues: Iterable[Issue], before: Before) -> Iterator[tuple[Issue, str]]:
    for issue in issues:
        current = fingerprint(issue)
        if not before.has(issue, current):
            yield issue, current


def _may_have_moved(one: tuple[Issue, str], before: Before) -> bool:
    """Whether articles may have come to an issue from another one, or gone there."""
    return before.is_new(one[0]) or before.is_changed(*one)


@lru_cache(_HASHED_ISSUES)
def _hash_of_issue(issue: str) -> int:
    """A number that is the same for all issues whose folders name the same paper and day, or no day."""
    paper, _, folder = issue.partition("/")
    try:
        found = date_in_path(f"{folder}/")
    except ValueError:  # a day that there is not
        found = None
    named = f"{paper}\n{found[0].isoformat() if found else ''}"
    return int.from_bytes(hashlib.sha256(named.encode("utf-8", "surrogateescape")).digest()[:8], "big")
