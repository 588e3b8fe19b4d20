"""The pages of page files, of which some hold several: each is divided by itself, then they are one file again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from indexer.model import PageIdentity, PageReading, Passage, RawPage, Span

IdentifiedPage = tuple[RawPage, PageIdentity]


class Leaf(NamedTuple):
    """A page of a page file: the file, its number in it, counted from 0, and where it starts in the file's text."""

    source: str
    number: int
    start: int

    @property
    def name(self) -> str:
        """What the page is called among those of its issue: as its file, if it is the first one in it."""
        return f"{self.source}#{self.number}" if self.number else self.source


def leaves_of(files: Mapping[str, Sequence[IdentifiedPage]]) -> dict[Leaf, IdentifiedPage]:
    """Return the pages of files, file by file."""
    return {
        Leaf(source, number, page[0].start): page
        for source, pages in files.items()
        for number, page in enumerate(pages)
    }


def in_file(reading: PageReading, leaf: Leaf) -> PageReading:
    """Return a page whose places refer to the text of its file."""
    by = leaf.start
    if not by:
        return reading

    def further(spans: Sequence[Span]) -> tuple[Span, ...]:
        return tuple((start + by, end + by) for start, end in spans)

    def passages(some: Sequence[Passage]) -> tuple[Passage, ...]:
        return tuple(replace(one, spans=further(one.spans)) for one in some)

    articles = tuple(
        replace(one, head=further(one.head), paragraphs=passages(one.paragraphs), captions=passages(one.captions))
        for one in reading.articles
    )
    return replace(reading, articles=articles, furniture=passages(reading.furniture))


def by_file(readings: Mapping[Leaf, PageReading]) -> dict[str, PageReading]:
    """Return by source what was read of each file: it is known as its first page, and has the articles of all."""
    files: dict[str, PageReading] = {}
    for leaf, reading in readings.items():
        before = files.get(leaf.source)
        files[leaf.source] = _together(before, reading) if before else reading
    return files


def _together(one: PageReading, other: PageReading) -> PageReading:
    return PageReading(
        one.identity,
        (*one.articles, *other.articles),
        (*one.furniture, *other.furniture),
        min((reading.quality for reading in (one, other) if reading.quality is not None), default=None),
        (*one.others, *other.identities),
    )
