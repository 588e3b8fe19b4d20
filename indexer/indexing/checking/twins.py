"""Which pages of an archive have the same text, or nearly the same, under two dates or labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from indexer.indexing.checking.facts import PageFacts, alike
from indexer.indexing.checking.findings import Finding, FindingKind

_FEWEST_LETTERS = 40
"""Shorter texts may well be the same."""
_ALIKE = 0.5
"""About what a page has in common with another scan of it in which a letter of twenty was read otherwise."""
_COMPARED_BY = 8
"""Of pages that are so alike, one in 256 has no number of these in common."""
_MOST_SHARING = 30
"""Stretches that more pages have are those of what is printed each day."""
_MOST_NAMED = 4

_Pair = tuple[PageFacts, PageFacts]


def findings_on_twins(pages: Sequence[PageFacts]) -> Iterator[Finding]:
    """Yield which pages of a paper have the text of another; the pages of two folders in one finding."""
    long = [page for page in pages if page.letters >= _FEWEST_LETTERS]
    yield from _findings("text twice", _same(long))
    yield from _findings("text nearly twice", _nearly_the_same(long))


def _same(pages: Iterable[PageFacts]) -> Iterator[_Pair]:
    first: dict[bytes, PageFacts] = {}
    for page in pages:
        other = first.setdefault(page.digest, page)
        if other is not page:
            yield page, other


def _nearly_the_same(pages: Sequence[PageFacts]) -> Iterator[_Pair]:
    if len(pages) < 2:
        return
    numbers = np.stack([page.sketch[:_COMPARED_BY] for page in pages]).ravel()
    owners = np.repeat(np.arange(len(pages)), _COMPARED_BY)
    order = np.argsort(numbers, kind="stable")
    bounds = np.flatnonzero(np.diff(numbers[order])) + 1
    candidates = set[tuple[int, int]]()
    for group in np.split(owners[order], bounds):
        if 1 < len(group) <= _MOST_SHARING:
            its = sorted(set(group.tolist()))
            candidates.update((later, earlier) for at, later in enumerate(its) for earlier in its[:at])
    found = set[int]()
    for later, earlier in sorted(candidates):
        one, other = pages[later], pages[earlier]
        is_new = later not in found and one.digest != other.digest and not _claim_the_same(one, other)
        if is_new and alike(one.sketch, other.sketch) >= _ALIKE:
            found.add(later)
            yield one, other


def _claim_the_same(one: PageFacts, other: PageFacts) -> bool:
    """Whether two files say that they are the same page, which is reported already."""
    return (one.date, one.label) == (other.date, other.label)


def _findings(kind: FindingKind, pairs: Iterable[_Pair]) -> Iterator[Finding]:
    by_folders: dict[tuple[str, str], list[_Pair]] = {}
    for pair in pairs:
        by_folders.setdefault((pair[0].folder, pair[1].folder), []).append(pair)
    same = "the same" if kind == "text twice" else "nearly the same"
    for (folder, other_folder), its in by_folders.items():
        if len(its) == 1:
            page, other = its[0]
            text = f"it has {same} text as {other.source} (page {other.label} of {other.date or 'no date'})"
            yield Finding.of(kind, page.source, f"{text}; look at both, and remove one or correct its date")
            continue
        named = ", ".join(f"{page.label} = {other.label}" for page, other in its[:_MOST_NAMED])
        more = " …" if len(its) > _MOST_NAMED else ""
        where = "of each other" if folder == other_folder else f"as pages of {other_folder}"
        yield Finding.of(
            kind, folder, f"{len(its)} pages have {same} text {where} ({named}{more}); look at both, and remove one"
        )
