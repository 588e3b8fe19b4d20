"""Several segments into one, arrays to arrays: nothing is tokenised again.

Documents come into the order of the new segment, deleted ones are left out, and postings are numbered anew and sorted,
a stretch of the dictionary at a time, so that memory is bounded by the stretch and not by the segments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pyroaring import BitMap

from indexer.engines.whoosh.arrays import Array, beginnings, distinct, offsets, stretches
from indexer.engines.whoosh.columns import Coded, Columns, write_columns
from indexer.engines.whoosh.flat import BLOCK_SHIFT, CODED_COLUMNS, FlatSegment
from indexer.engines.whoosh.layout import LayoutWriter
from indexer.engines.whoosh.parts import GramsWriter, Postings, WordsWriter, documents_of_blocks, write_axis

RATIO = 4
"""Each segment has at least so many times the documents of all smaller ones together, or is merged with them."""
SMALL = 500
"""Segments of fewer documents count as if they had so many: it is not worth having several of them."""
FULL = 250_000
"""Segments of about so many documents are made of those to be merged: no commit takes minutes."""
LARGEST = 500_000
"""Segments of about so many documents are made where all are made anew: merging them takes a process 1.2 GB."""
LEFT_ALONE = FULL // 2
"""Segments of so many documents are merged no more: merging gives some that are not quite full, and stay so."""

_ROOM = int(np.iinfo(np.uint32).max)
"""The places that an axis has room for, of six million articles of 600 characters."""
_AT_ONCE = 1 << 20
"""Postings that are sorted at once, which stay in the cache; a posting's key leaves 23 bits to the word's rank."""
_GONE = -1


def worth_merging(sizes: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Which segments to make one of, group by group, given the numbers of live documents and of all documents of each.

    What remains below `LEFT_ALONE` grows by a factor of 5 from segment to segment, so daily additions lie in a few, and
    each article is rewritten a few times at each size, whatever the size of the whole. A segment of which more than
    half is deleted is rewritten too.

    >>> worth_merging([(1000, 1000), (100_000, 100_000)]), worth_merging([(9, 9), (100_000, 100_000), (1000, 1000)])
    ([], [[0, 2]])
    >>> worth_merging([(100_000, 100_000)] * 5)
    [[0, 1], [2, 3, 4]]
    """
    ascending = sorted(range(len(sizes)), key=lambda at: sizes[at][0])
    chosen, smaller = 0, 0
    for count, at in enumerate(ascending, start=1):
        live, all_documents = sizes[at]
        is_close = count > 1 and live < LEFT_ALONE and max(live, SMALL) < RATIO * smaller
        if is_close or all_documents > 2 * live:
            chosen = count
        smaller = max(smaller + live, SMALL)
    return _grouped(sorted(ascending[:chosen]), [live for live, _ in sizes])


def made_anew(sizes: Sequence[int]) -> list[list[int]]:
    """Which segments to make one of where an index is made anew: the fewer there are, the sooner they answer.

    >>> made_anew([26_000] * 4), made_anew([400_000, 400_000]), made_anew([7])
    ([[0, 1, 2, 3]], [[0], [1]], [[0]])
    """
    return _grouped(range(len(sizes)), sizes, LARGEST)


def fitting(group: Sequence[int], places: Sequence[int], room: int = _ROOM) -> list[list[int]]:
    """A group of segments, parted where one axis has no room for the places of all: articles may be long.

    >>> fitting([0, 2, 3], [5, 9, 5, 5], room=10)
    [[0, 2], [3]]
    """
    found: list[list[int]] = [[]]
    used = 0
    for at in group:
        if used + places[at] > room and found[-1]:
            found.append([])
            used = 0
        found[-1].append(at)
        used += places[at]
    return found


def _grouped(segments: Sequence[int], sizes: Sequence[int], full: int = FULL) -> list[list[int]]:
    """Segments in groups of about so many documents. Neighbours stay together: they are often of neighbouring days."""
    total = sum(sizes[at] for at in segments)
    groups = max(round(total / full), 1)
    found: list[list[int]] = [[] for _ in range(groups)]
    before = 0
    for at in segments:
        found[min((before + sizes[at] // 2) * groups // max(total, 1), groups - 1)].append(at)
        before += sizes[at]
    return [group for group in found if group]


@dataclass(frozen=True, slots=True)
class _Input:
    """A segment to be merged. `number` is the new number of each document, `_GONE` for deleted ones.

    `shift` is what is added to a place in each block of the axis.
    """

    segment: FlatSegment
    number: Array
    shift: Array
    is_live_block: Array | None

    def documents(self, old: Array) -> Array:
        return self.number[old]

    def places(self, old: Array) -> tuple[Array, Array | None]:
        """New places for old ones, and which of the old ones are still there; None for all."""
        blocks = old >> BLOCK_SHIFT
        return old + self.shift[blocks], None if self.is_live_block is None else self.is_live_block[blocks]


def merge_files(files: Sequence[tuple[Path, BitMap]], path: Path) -> None:
    """Write one segment of the documents of several files that are not deleted: what a process of its own is asked."""
    merge_segments([(FlatSegment(file), deleted) for file, deleted in files], path)


def merge_segments(segments: Sequence[tuple[FlatSegment, BitMap]], path: Path) -> None:
    """Write one segment of the documents of several that are not deleted.

    Words and grams are merged at the same time: most of it is numpy's work, for which Python lets other threads run.
    """
    for segment, _ in segments:
        segment.fetch_all()
    writer = LayoutWriter(path)
    try:
        inputs, bases, order = _renumbered(segments)
        with ThreadPoolExecutor(1) as beside:
            words = beside.submit(_merge_words, writer, inputs, len(order))
            _merge_units(writer, inputs, bases)
            _merge_grams(writer, inputs, bases)
            columns = _columns(inputs, order)
            write_columns(writer, columns)
        writer.close(
            {
                "documents": len(order),
                "body_total": int(columns.body_lengths.sum()),
                "headline_total": int(columns.headline_lengths.sum()),
                "headlines_apart": words.result(),
            }
        )
    except BaseException:
        writer.abandon()
        raise


def _renumbered(segments: Sequence[tuple[FlatSegment, BitMap]]) -> tuple[list[_Input], Array, Array]:
    """The segments with their documents' new numbers; the new bases; and where each new document comes from.

    The last counts the documents of all segments, deleted ones included, one segment after the other.
    """
    live = [_live(segment, deleted) for segment, deleted in segments]
    starts = offsets(np.array([segment.documents for segment, _ in segments]))
    kept = np.flatnonzero(np.concatenate(live))
    days = np.concatenate([segment.days for segment, _ in segments])[kept]
    ids = np.concatenate([np.array(segment.ids.raws(0, segment.documents)) for segment, _ in segments])[kept]
    blocks = np.concatenate([segment.block_counts() for segment, _ in segments])
    backwards = np.empty(len(kept), np.int64)
    backwards[np.argsort(ids, kind="stable")] = -np.arange(len(kept))
    order = kept[np.lexsort((backwards, days))]
    bases = offsets(blocks[order]) << BLOCK_SHIFT
    number = np.full(starts[-1], _GONE, np.int64)
    number[order] = np.arange(len(order))
    inputs = [
        _input(segment, number[start:end], bases)
        for (segment, _), start, end in zip(segments, starts, starts[1:], strict=False)
    ]
    return inputs, bases, order


def _live(segment: FlatSegment, deleted: BitMap) -> Array:
    live = np.ones(segment.documents, bool)
    live[list(deleted)] = False
    return live


def _input(segment: FlatSegment, number: Array, bases: Array) -> _Input:
    # Deleted documents are shifted somewhere: whoever asks for places leaves those out.
    shift = bases[np.maximum(number, 0)] - segment.bases[:-1]
    blocks = segment.document_of_block
    is_live = number != _GONE
    return _Input(segment, number, shift[blocks], None if is_live.all() else is_live[blocks])


# --- the axis and grams


def _merge_units(writer: LayoutWriter, inputs: Sequence[_Input], bases: Array) -> None:
    starts, fields = [], []
    for one in inputs:
        places, kept = one.places(one.segment.unit_starts)
        starts.append(places if kept is None else places[kept])
        fields.append(one.segment.unit_fields if kept is None else one.segment.unit_fields[kept])
    all_starts = np.concatenate(starts)
    in_order = np.argsort(all_starts)
    write_axis(writer, bases, all_starts[in_order], np.concatenate(fields)[in_order])


def _merge_grams(writer: LayoutWriter, inputs: Sequence[_Input], bases: Array) -> None:
    grams = GramsWriter(writer, documents_of_blocks(bases), len(bases) - 1)
    own_keys = [one.segment.grams.keys() for one in inputs]
    own_starts = [np.asarray(one.segment.grams.starts).astype(np.int64) for one in inputs]
    keys = distinct(np.sort(np.concatenate(own_keys)))
    ranks = [np.searchsorted(keys, own) for own in own_keys]
    counts = np.zeros(len(keys), np.int64)
    for own_ranks, starts in zip(ranks, own_starts, strict=True):
        counts[own_ranks] += np.diff(starts)
    for first, last in stretches(counts, _AT_ONCE):
        pairs = np.concatenate(
            [
                _pairs_of(one, starts, own_ranks, first, last)
                for one, starts, own_ranks in zip(inputs, own_starts, ranks, strict=True)
            ]
        )
        pairs.sort()
        counts_here = np.diff(np.searchsorted(pairs, np.arange(last - first + 1) << 32))
        held = np.flatnonzero(counts_here)
        grams.add(keys[first + held], counts_here[held], (pairs & 0xFFFFFFFF).astype(np.uint32))
    grams.close()


def _pairs_of(one: _Input, starts: Array, ranks: Array, first: int, last: int) -> Array:
    """(gram's rank from `first` on, place) of each place of the grams with ranks from `first` up to `last`."""
    begin, end = np.searchsorted(ranks, (first, last)).tolist()
    pairs = np.repeat((ranks[begin:end] - first) << 32, np.diff(starts[begin : end + 1]))
    places, kept = one.places(one.segment.grams.positions[starts[begin] : starts[end]])
    pairs |= places
    return pairs if kept is None else pairs[kept]


# --- words


def _merge_words(writer: LayoutWriter, inputs: Sequence[_Input], documents: int) -> bool:
    own_words = [one.segment.words.dictionary.raws(0, len(one.segment.words.dictionary)) for one in inputs]
    words = sorted(set().union(*own_words))
    rank = {word: at for at, word in enumerate(words)}
    ranks = [np.fromiter(map(rank.__getitem__, own), np.int64, len(own)) for own in own_words]
    del rank, own_words
    counts = np.zeros(len(words), np.int64)
    for one, own in zip(inputs, ranks, strict=True):
        counts[own] += one.segment.words.counts()
    found = WordsWriter(writer, documents)
    for first, last in stretches(counts, _AT_ONCE):
        postings = _merged_postings(
            [
                _postings_of(one, own - first, *np.searchsorted(own, (first, last)).tolist())
                for one, own in zip(inputs, ranks, strict=True)
            ]
        )
        starts = beginnings(postings.words)
        held = postings.words[starts]
        numbers = np.repeat(np.arange(len(held)), np.diff(starts, append=len(postings.words)))
        kept = replace(postings, words=numbers)
        found.add([words[first + at] for at in held.tolist()], kept)
    return found.close()


_WordPostings = tuple[Array, Array]
"""(word << 40 | document << 8 | both frequencies) of each posting; and rows of (word, document, exact frequencies)."""


def _postings_of(one: _Input, ranks: Array, first: int, last: int) -> _WordPostings:
    """The postings of the words with numbers from `first` up to `last`, under new numbers of words and documents."""
    words, documents, frequencies = one.segment.words.postings_between(first, last)
    keys = ranks[words] << 40 | one.documents(documents) << 8 | frequencies
    overflow = one.segment.words.overflow_between(first, last).astype(np.int64)
    overflow[:, 0] = ranks[overflow[:, 0]]
    overflow[:, 1] = one.documents(overflow[:, 1])
    return keys[keys >= 0], overflow[overflow[:, 1] != _GONE]


def _merged_postings(parts: Sequence[_WordPostings]) -> Postings:
    keys = np.concatenate([own for own, _ in parts])
    keys.sort()
    pairs = keys >> 8
    overflow = np.concatenate([own for _, own in parts])
    full = np.searchsorted(pairs, overflow[:, 0] << 32 | overflow[:, 1])
    rows = np.column_stack((full, overflow[:, 2:]))[np.argsort(full)]
    return Postings(pairs >> 32, pairs.astype(np.uint32), keys.astype(np.uint8), rows)


# --- columns


def _columns(inputs: Sequence[_Input], order: Array) -> Columns:
    def gathered(parts: Iterator[Array]) -> Array:
        return np.concatenate(list(parts))[order]

    ids = [article_id for one in inputs for article_id in one.segment.ids.raws(0, one.segment.documents)]
    segments = [one.segment for one in inputs]
    return Columns(
        ids=[ids[at] for at in order.tolist()],
        days=gathered(segment.days for segment in segments),
        ordinals=gathered(segment.ordinals for segment in segments),
        body_lengths=gathered(segment.body_lengths for segment in segments),
        headline_lengths=gathered(segment.headline_lengths for segment in segments),
        sources=_recoded([segment.coded("source") for segment in segments], order),
        coded={name: _recoded([segment.coded(name) for segment in segments], order) for name in CODED_COLUMNS},
        stored=_stored(segments, order),
    )


def _recoded(parts: Sequence[tuple[Array, Sequence[bytes]]], order: Array) -> Coded:
    """One column of several, with the values that the documents in `order` have."""
    distinct = sorted(set().union(*(values for _, values in parts)))
    rank = {value: at for at, value in enumerate(distinct)}
    codes = np.concatenate([np.array([rank[value] for value in values], np.int64)[own] for own, values in parts])
    used, codes = np.unique(codes[order], return_inverse=True)
    return Coded(codes, [distinct[at] for at in used.tolist()])


def _stored(segments: Sequence[FlatSegment], order: Array) -> Callable[[Sequence[int]], list[bytes]]:
    starts = offsets(np.array([segment.documents for segment in segments]))

    def stored(numbers: Sequence[int]) -> list[bytes]:
        here = order[np.array(numbers)]
        owners = np.searchsorted(starts, here, "right") - 1
        old = here - starts[owners]
        return [segments[owner].stored_bytes(at) for owner, at in zip(owners.tolist(), old.tolist(), strict=True)]

    return stored
