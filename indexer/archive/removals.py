"""Refuses to empty an index because a part of its archive is missing: a disk may not be mounted.

Small archives are not asked about: what they lose can be seen and is soon indexed again.
"""

from __future__ import annotations

from collections.abc import Collection

from indexer.archive.archive import Archive, issue_of
from indexer.errors import ArchiveError

_SMALL = 10
"""Archives of fewer pages are not asked about."""
_SHARE = 10
"""Up to one page in this number may go without a question."""
_NAMED = 5


def refuse_removals(archive: Archive, held: Collection[str], left: Collection[str], *, full: bool) -> None:
    """Refuse to take out more than a tenth of the pages and all of at least one issue.

    `held` are the sources in the index, `left` those that are there afterwards, new ones too. An update refuses to take
    out the last page of a small archive too. Raises ArchiveError.
    """
    taken = set(held).difference(left)
    is_emptied = bool(held) and not left and not full
    if not is_emptied and (len(held) < _SMALL or _SHARE * len(taken) <= len(held)):
        return
    if issues := {issue_of(source) for source in taken}.difference(map(issue_of, left)):
        named = sorted(_papers_or_issues(issues, {_paper(source) for source in left}))
        others = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        raise ArchiveError(
            f"{archive.root}: {len(taken)} of the {len(held)} indexed pages are gone, among them all of "
            f"{', '.join(named[:_NAMED])}{others}. Nothing was changed. If a disk is not mounted, mount it; "
            "if they were taken out on purpose, run the command again with --accept-removals."
        )


def _papers_or_issues(issues: Collection[str], papers_left: Collection[str]) -> set[str]:
    """Return the folders of issues, or the one of their paper where nothing is left of it."""
    return {issue if _paper(issue) in papers_left else _paper(issue) for issue in issues}


def _paper(source: str) -> str:
    return source.partition("/")[0]
