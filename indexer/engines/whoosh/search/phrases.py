"""Phrase and proximity search over bigram positions (sorted uint32 arrays).

Every unit has its own span of positions, with a position gap after it, so no match extends over two units. A phrase is
the intersection of the shifted positions of bigrams that cover it, beginning with the rarest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.segment.array_types import DocIds, Indices, Ordinals, Positions
from indexer.engines.whoosh.segment.format import FIELD_NAMES
from indexer.engines.whoosh.segment.segment import BLOCK_SHIFT, FlatSegment
from indexer.errors import QueryTooBroad
from indexer.model import Field as FieldName

_NOWHERE: Positions = np.empty(0, np.uint32)
_LAST_POSITION = int(np.iinfo(np.uint32).max)

_HALF_THE_POSITIONS = 1 << 31

_MOST_LETTERS = 5_000_000
"""The positions of single letters that a proximity search may name: they are sorted in about 0.2 s."""
_MOST_COMPARED = 2_000_000
"""The positions of three and more texts near the rarest one, for each text: they are compared in about 0.2 s."""

WORTH_SEARCHING = 16
"""Lists whose lengths differ by this factor are intersected by binary search, others by merging."""


def positions_of(segment: FlatSegment, text: str, first: int = 0, last: int = _LAST_POSITION) -> Positions:
    """Return where a folded text begins (uint32, ascending, unique), between two positions."""
    if len(text) < 2:
        return _between(np.sort(segment.character(text)), first, last) if text else _NOWHERE
    grams = []
    for offset in range(len(text) - 1):
        number = segment.grams.find(text[offset : offset + 2])
        if number is None:
            return _NOWHERE
        grams.append(_GramAt(segment.grams.count_at(number), offset, number))
    rarest, *others = _covering(sorted(grams), len(text)) if len(text) > 2 else grams
    # A position less than its offset wraps round, to where the gram at offset 0 can't stand.
    found: Positions = _between(segment.grams.positions_at(rarest.number), first, last) - np.uint32(rarest.offset)
    for gram in others:
        if not len(found):
            break
        beside = np.uint32(gram.offset)
        found = _common(found + beside, segment.grams.positions_at(gram.number)) - beside
    return found


class _GramAt(NamedTuple):
    """A gram of a text, rarer ones before others: in how many positions it stands, its offset, and its number."""

    positions: int
    offset: int
    number: int


def _covering(grams: Sequence[_GramAt], length: int) -> list[_GramAt]:
    """Return bigrams that cover a text: those, rarest first, with a character that no rarer one covers.

    Grams across words are much rarer than those of words, so one more of them than would do is soon made up for.
    """
    covering, covered = [], [False] * length
    for gram in grams:
        here = slice(gram.offset, gram.offset + 2)
        if not all(covered[here]):
            covering.append(gram)
            covered[here] = True, True
    return covering


def _between(positions: Positions, first: int, last: int) -> Positions:
    """Those positions that lie between two."""
    if first == 0 and last == _LAST_POSITION:
        return positions
    begin, end = positions.searchsorted(np.array([first, last], np.uint32)).tolist()
    return positions[begin:end]


def doc_ids_at(segment: FlatSegment, positions: Positions) -> DocIds:
    """Return the documents of some positions, given ascending (uint32, ascending, unique)."""
    doc_ids: DocIds = segment.doc_id_of_block.take(positions >> np.uint32(BLOCK_SHIFT))
    if len(doc_ids) < 2:
        return doc_ids
    is_last = np.ones(len(doc_ids), bool)
    np.not_equal(doc_ids[1:], doc_ids[:-1], out=is_last[:-1])
    return doc_ids.compress(is_last)


def in_field(segment: FlatSegment, positions: Positions, field: FieldName) -> Positions:
    """Those positions that lie in units of a field."""
    units = segment.unit_starts.searchsorted(positions, "right") - 1
    fitting: Positions = positions[segment.unit_fields.take(units) == FIELD_NAMES.index(field)]
    return fitting


def positions_near(segment: FlatSegment, texts: Sequence[str], distance: int) -> Positions:
    """Return where spans of one unit begin with all texts, at most `distance` characters between them (uint32)."""
    lengths = np.array([len(text) for text in texts], np.uint32)
    room = np.uint32(distance + int(lengths.sum()))
    _refuse_common(segment, texts)
    positions = [positions_of(segment, text) for text in texts]
    if not texts or not all(map(len, positions)):
        return _NOWHERE
    if len(texts) == 2:
        return _two_near(segment, positions, lengths, room)
    positions = _around_the_rarest(positions, room)
    if sum(map(len, positions)) * len(texts) > _MOST_COMPARED:
        raise _too_broad(texts)
    found = [_tightest_from(segment, first, positions, lengths, room) for first in range(len(texts))]
    return np.sort(np.concatenate(found))


def _refuse_common(segment: FlatSegment, texts: Sequence[str]) -> None:
    """Raise QueryTooBroad if single letters among some texts stand in too many places.

    Their positions have to be sorted first; those of longer texts are few or in order.
    """
    if sum(segment.grams.count_of_character(text) for text in texts if len(text) == 1) > _MOST_LETTERS:
        raise _too_broad(texts)


def _too_broad(texts: Sequence[str]) -> QueryTooBroad:
    return QueryTooBroad(
        f"NEAR of {'、'.join(texts)[:80]} would take too long, because they are so common; use longer or rarer words, "
        "or fewer of them."
    )


def _two_near(
    segment: FlatSegment, positions: Sequence[Positions], lengths: NDArray[np.uint32], room: np.uint32
) -> Positions:
    """Where spans begin that hold both texts: from a position to the next one, if that is the other text's."""
    rarer = 0 if len(positions[0]) <= len(positions[1]) else 1
    ours, others = positions[rarer], positions[1 - rarer]
    if len(others) > WORTH_SEARCHING * len(ours):
        others = _beside(others, ours)
    line = _one_line(ours, others)
    at = (line[1:] - line[:-1] <= 2 * room).nonzero()[0]
    first, second = line[at], line[at + 1]
    starts, length_of = (first >> 1).astype(np.uint32), lengths[[rarer, 1 - rarer]]
    ends = np.maximum(starts + length_of[first & 1], (second >> 1).astype(np.uint32) + length_of[second & 1])
    near = ((first ^ second) & 1 == 1) & (ends - starts <= room)
    return _in_one_unit(segment, starts[near], ends[near])


def _one_line(ours: Positions, others: Positions) -> Ordinals:
    """The doubles of all positions, ascending; those of the others are one more.

    >>> _one_line(np.array([3, 9], np.uint32), np.array([5], np.uint32)).tolist()
    [6, 11, 18]
    """
    number = np.uint32 if max(ours[-1], others[-1]) < _HALF_THE_POSITIONS else np.uint64
    line: Ordinals = np.empty(len(ours) + len(others), number)
    theirs = line[len(ours) :]
    np.left_shift(ours, 1, out=line[: len(ours)])
    np.left_shift(others, 1, out=theirs)
    np.bitwise_or(theirs, 1, out=theirs)
    line.sort(kind="stable")
    return line


def _beside(others: Positions, ours: Positions) -> Positions:
    """Of other positions those right before and right behind any of ours, ascending; some more than once."""
    behind = others.searchsorted(ours)
    beside = np.concatenate((np.maximum(behind, 1) - 1, np.minimum(behind, len(others) - 1)))
    beside.sort(kind="stable")
    return others.take(beside)


def _in_one_unit(segment: FlatSegment, starts: Positions, ends: Positions) -> Positions:
    """The starts of the spans that lie in one unit."""
    units = segment.unit_starts
    following = units.searchsorted(starts, "right")
    fitting: Positions = starts[(following == len(units)) | (ends <= units.take(following, mode="clip"))]
    return fitting


def _common(ours: Positions, theirs: Positions) -> Positions:
    """What two lists have in common, each without repetitions; ours is the shorter one."""
    if len(theirs) > WORTH_SEARCHING * len(ours):
        common: Positions = ours[theirs.take(theirs.searchsorted(ours), mode="clip") == ours]
        return common
    both = np.concatenate((ours, theirs))
    both.sort(kind="stable")  # which merges runs that are in order
    in_both: Positions = both[:-1].compress(both[1:] == both[:-1])
    return in_both


def _around_the_rarest(positions: Sequence[Positions], room: np.uint32) -> list[Positions]:
    """Only those positions of every text that have one of the rarest text within `room`, with all others around it."""
    rarest = min(positions, key=len)
    before, after = np.maximum(rarest, room) - room, np.minimum(rarest, _LAST_POSITION - room) + room
    ranges = [(of.searchsorted(before), of.searchsorted(after, "right")) for of in positions]
    with_all = np.logical_and.reduce([first < last for first, last in ranges])
    return [of[_indexes(first[with_all], last[with_all])] for of, (first, last) in zip(positions, ranges, strict=True)]


def _indexes(firsts: Indices, lasts: Indices) -> Indices:
    """All numbers in any of the ranges [first, last), both ascending, each once.

    >>> _indexes(np.array([1, 2, 7]), np.array([3, 4, 8])).tolist()
    [1, 2, 3, 7]
    """
    firsts = np.concatenate((firsts[:1], np.maximum(firsts[1:], lasts[:-1])))
    counts = np.maximum(lasts - firsts, 0)
    starts = np.cumsum(counts) - counts
    return np.repeat(firsts - starts, counts) + np.arange(counts.sum())


def _tightest_from(
    segment: FlatSegment, first: int, positions: Sequence[Positions], lengths: NDArray[np.uint32], room: np.uint32
) -> Positions:
    """The positions of one text from which the next one of every other text lies near enough and in the same unit."""
    starts = positions[first]
    ends = starts + lengths[first]
    fits = np.ones(len(starts), bool)
    for of, length in zip(positions, lengths, strict=True):
        if not len(of):
            return _NOWHERE
        at = of.searchsorted(starts)
        fits &= at < len(of)
        ends = np.maximum(ends, of.take(at, mode="clip") + length)
    fits &= ends - starts <= room
    return _in_one_unit(segment, starts[fits], ends[fits])
