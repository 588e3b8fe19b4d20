"""Merges segments array by array, without tokenising again.

Documents come into the order of the new segment, deleted ones are left out, and postings are numbered anew and sorted,
a chunk of the dictionary at a time, so that memory is bounded by the chunk and not by the segments.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from indexer.engines.whoosh.indexing.doc_values_writer import DocValues, SortedDocValues, write_doc_values
from indexer.engines.whoosh.indexing.postings_writer import (
    GramsWriter,
    Postings,
    WordsWriter,
    doc_ids_of_blocks,
    write_position_space,
)
from indexer.engines.whoosh.segment.array_types import (
    AnyArray,
    Indices,
    Mask,
    Offsets,
    Ordinals,
    Positions,
    SortKeys,
)
from indexer.engines.whoosh.segment.arrays import beginnings, chunks, distinct, offsets
from indexer.engines.whoosh.segment.container import Fact, Layout, LayoutWriter
from indexer.engines.whoosh.segment.format import SORTED_COLUMNS
from indexer.engines.whoosh.segment.segment import BLOCK_SHIFT, FlatSegment
from indexer.engines.whoosh.segment.string_table import SortedTexts
from indexer.engines.worker_pool import worker_pool

_AT_ONCE = 1 << 20
"""Postings that are sorted at once, which stay in the cache; a posting's key leaves 23 bits to the word's rank."""
_WORDS_AT_ONCE = 1 << 17
"""Words of the largest dictionary in a chunk that is merged at a time."""
WORTH_PROCESSES = 2_000
"""From this number of documents on, several processes merge."""
_GONE = -1

_Of = TypeVar("_Of")
Deleting = tuple[_Of, BitMap]
"""A segment and those of its documents that are deleted."""


@dataclass(frozen=True, slots=True)
class _Input:
    """A segment to be merged. `doc_id` is the new doc_id of each document, `_GONE` for deleted ones.

    `shift` is what is added to a position in each block.
    """

    segment: FlatSegment
    doc_id: Offsets
    shift: Offsets
    is_live_block: Mask | None

    def doc_ids(self, old: AnyArray) -> Offsets:
        return self.doc_id[old]

    def positions(self, old: Positions) -> tuple[Offsets, Mask | None]:
        """New positions for old ones, and which of the old ones are still there; None for all."""
        blocks = old >> BLOCK_SHIFT
        return old + self.shift[blocks], None if self.is_live_block is None else self.is_live_block[blocks]


@dataclass(frozen=True, slots=True)
class _Numbering:
    """Where documents go: the new doc_ids of each segment's documents, `_GONE` for deleted ones; the position bases;
    and where each new document comes from, counting the documents of all segments, deleted ones included.
    """

    doc_ids: Sequence[Offsets]
    position_bases: Offsets
    order: Offsets


def merge_segments(segments: Sequence[Deleting[FlatSegment]], path: Path) -> None:
    """Merge the live documents of several segments into a new one."""
    with _writing(path) as (writer, facts):
        numbering = _numbered(segments)
        for write in _GROUPS.values():
            facts |= write(writer, _inputs([segment for segment, _ in segments], numbering), numbering)


def merge_files(files: Sequence[Deleting[Path]], path: Path) -> None:
    """Write one segment of the documents of several files that are not deleted.

    Where there are many, words, grams and columns are merged at the same time, each by a process that writes a file of
    its own. All files are verified first, because what is written gets new checksums. Raises `LayoutError` where one is
    not what was written.
    """
    segments = [(FlatSegment(file), deleted) for file, deleted in files]
    if sum(segment.doc_count for segment, _ in segments) < WORTH_PROCESSES:
        for segment, _ in segments:
            segment.verify()
        merge_segments(segments, path)
        return
    files_of_groups = {name: path.with_name(f"{path.name}.{name}") for name in _GROUPS}
    paths = [file for file, _ in files]
    try:
        with worker_pool(min(len(files_of_groups), os.cpu_count() or 1)) as pool:
            for verified in [pool.submit(_verify, file) for file in paths]:
                verified.result()
            numbering = _numbered(segments)
            for made in [
                pool.submit(_write_sections, name, paths, numbering, file) for name, file in files_of_groups.items()
            ]:
                made.result()
        with _writing(path) as (writer, facts):
            for file in files_of_groups.values():
                facts |= writer.include(Layout(file))
    finally:
        for file in files_of_groups.values():
            file.unlink(missing_ok=True)


def _verify(file: Path) -> None:
    """Runs in a worker process."""
    FlatSegment(file).verify()


def _write_sections(name: str, files: Sequence[Path], numbering: _Numbering, path: Path) -> None:
    """Write a group of sections into a file of their own. Runs in a worker process."""
    with _writing(path, is_part=True) as (writer, facts):
        facts |= _GROUPS[name](writer, _inputs([FlatSegment(file) for file in files], numbering), numbering)


@contextmanager
def _writing(path: Path, *, is_part: bool = False) -> Iterator[tuple[LayoutWriter, dict[str, Fact]]]:
    """A file to be filled, and the facts for its table; it is deleted again if that fails."""
    writer, facts = LayoutWriter(path, is_part=is_part), dict[str, Fact]()
    try:
        yield writer, facts
        writer.close(facts)
    except BaseException:
        writer.abandon()
        raise


def _numbered(segments: Sequence[Deleting[FlatSegment]]) -> _Numbering:
    live = [_live(segment, deleted) for segment, deleted in segments]
    starts = offsets(np.array([segment.doc_count for segment, _ in segments]))
    kept = np.flatnonzero(np.concatenate(live))
    days = np.concatenate([segment.days for segment, _ in segments])[kept]
    ids = np.concatenate([np.array(segment.ids.raws(0, segment.doc_count)) for segment, _ in segments])[kept]
    blocks = np.concatenate([segment.block_counts() for segment, _ in segments])
    backwards = np.empty(len(kept), np.int64)
    backwards[np.argsort(ids, kind="stable")] = -np.arange(len(kept))
    order = kept[np.lexsort((backwards, days))]
    doc_ids = np.full(starts[-1], _GONE, np.int64)
    doc_ids[order] = np.arange(len(order))
    return _Numbering(np.split(doc_ids, starts[1:-1]), offsets(blocks[order]) << BLOCK_SHIFT, order)


def _inputs(segments: Sequence[FlatSegment], numbering: _Numbering) -> list[_Input]:
    return [_input(*given, numbering.position_bases) for given in zip(segments, numbering.doc_ids, strict=True)]


def _live(segment: FlatSegment, deleted: BitMap) -> Mask:
    live = np.ones(segment.doc_count, bool)
    live[list(deleted)] = False
    return live


def _input(segment: FlatSegment, doc_id: Offsets, position_bases: Offsets) -> _Input:
    # The shift of deleted documents is arbitrary: callers leave their positions out.
    shift = position_bases[np.maximum(doc_id, 0)] - segment.position_bases[:-1]
    blocks = segment.doc_id_of_block
    is_live = doc_id != _GONE
    return _Input(segment, doc_id, shift[blocks], None if is_live.all() else is_live[blocks])


# --- the position space and grams


def _merge_grams(writer: LayoutWriter, inputs: Sequence[_Input], numbering: _Numbering) -> Mapping[str, Fact]:
    """Write the position space and the grams in it."""
    _merge_units(writer, inputs, numbering.position_bases)
    grams = GramsWriter(writer, doc_ids_of_blocks(numbering.position_bases), len(numbering.order))
    own_keys = [one.segment.grams.keys() for one in inputs]
    own_starts = [np.asarray(one.segment.grams.starts).astype(np.int64) for one in inputs]
    keys = distinct(np.sort(np.concatenate(own_keys)))
    ranks = [np.searchsorted(keys, own) for own in own_keys]
    counts = np.zeros(len(keys), np.int64)
    for own_ranks, starts in zip(ranks, own_starts, strict=True):
        counts[own_ranks] += np.diff(starts)
    for first, last in chunks(counts, _AT_ONCE):
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
    return {}


def _merge_units(writer: LayoutWriter, inputs: Sequence[_Input], position_bases: Offsets) -> None:
    starts, fields = [], []
    for one in inputs:
        positions, kept = one.positions(one.segment.unit_starts)
        starts.append(positions if kept is None else positions[kept])
        fields.append(one.segment.unit_fields if kept is None else one.segment.unit_fields[kept])
    all_starts = np.concatenate(starts)
    in_order = np.argsort(all_starts)
    write_position_space(writer, position_bases, all_starts[in_order], np.concatenate(fields)[in_order])


def _pairs_of(one: _Input, starts: Offsets, ranks: Indices, first: int, last: int) -> SortKeys:
    """(gram's rank from `first` on, position) of each position of the grams with ranks from `first` up to `last`."""
    begin, end = np.searchsorted(ranks, (first, last)).tolist()
    pairs = np.repeat((ranks[begin:end] - first) << 32, np.diff(starts[begin : end + 1]))
    positions, kept = one.positions(one.segment.grams.positions[starts[begin] : starts[end]])
    pairs |= positions
    return pairs if kept is None else pairs[kept]


# --- words


def _merge_words(writer: LayoutWriter, inputs: Sequence[_Input], numbering: _Numbering) -> Mapping[str, Fact]:
    found = WordsWriter(writer, len(numbering.order))
    for ranges in _dictionary_chunks([one.segment.words.dictionary for one in inputs]):
        _merge_words_between(found, inputs, ranges)
    return {"headlines_apart": found.close()}


def _dictionary_chunks(dictionaries: Sequence[SortedTexts]) -> Iterator[list[tuple[int, int]]]:
    """The chunks of the dictionaries of all segments: of each segment, the range of its words in a chunk."""
    longest = max(dictionaries, key=len)
    cuts = [longest.raw(number) for number in range(_WORDS_AT_ONCE, len(longest), _WORDS_AT_ONCE)]
    edges = [[0] * len(dictionaries), *([own.at_least(cut) for own in dictionaries] for cut in cuts)]
    for firsts, lasts in pairwise([*edges, [len(own) for own in dictionaries]]):
        yield list(zip(firsts, lasts, strict=True))


def _merge_words_between(found: WordsWriter, inputs: Sequence[_Input], ranges: Sequence[tuple[int, int]]) -> None:
    """Append the words of each segment between two numbers."""
    own_words = [one.segment.words.dictionary.raws(*own) for one, own in zip(inputs, ranges, strict=True)]
    words = sorted(set().union(*own_words))
    rank = {word: at for at, word in enumerate(words)}
    ranks = [np.fromiter(map(rank.__getitem__, own), np.int64, len(own)) for own in own_words]
    counts = np.zeros(len(words), np.int64)
    for one, own, own_ranks in zip(inputs, ranges, ranks, strict=True):
        counts[own_ranks] += one.segment.words.doc_freqs(*own)
    for first, last in chunks(counts, _AT_ONCE):
        postings = _merged_postings(
            [
                _postings_of(one, start, own_ranks - first, *np.searchsorted(own_ranks, (first, last)).tolist())
                for one, (start, _), own_ranks in zip(inputs, ranges, ranks, strict=True)
            ]
        )
        starts = beginnings(postings.words)
        held = postings.words[starts]
        numbers = np.repeat(np.arange(len(held)), np.diff(starts, append=len(postings.words)))
        kept = replace(postings, words=numbers)
        found.add([words[first + at] for at in held.tolist()], kept)


_WordPostings = tuple[SortKeys, NDArray[np.int64]]
"""(word << 40 | doc_id << 8 | packed tf) of each posting; and rows of (word, doc_id, exact frequencies)."""


def _postings_of(one: _Input, start: int, ranks: Offsets, first: int, last: int) -> _WordPostings:
    """The postings of some words, under new numbers of words and documents.

    `ranks` are the new numbers of the words from number `start` on; those with indices from `first` up to `last` among
    them are asked for.
    """
    words, doc_ids, packed_tf = one.segment.words.postings_between(start + first, start + last)
    keys = ranks[words - start] << 40 | one.doc_ids(doc_ids) << 8 | packed_tf
    overflow = one.segment.words.overflow_between(start + first, start + last).astype(np.int64)
    overflow[:, 0] = ranks[overflow[:, 0] - start]
    overflow[:, 1] = one.doc_ids(overflow[:, 1])
    return keys[keys >= 0], overflow[overflow[:, 1] != _GONE]


def _merged_postings(of_segments: Sequence[_WordPostings]) -> Postings:
    keys = np.concatenate([own for own, _ in of_segments])
    keys.sort()
    pairs = keys >> 8
    overflow = np.concatenate([own for _, own in of_segments])
    full = np.searchsorted(pairs, overflow[:, 0] << 32 | overflow[:, 1])
    rows = np.column_stack((full, overflow[:, 2:]))[np.argsort(full)]
    return Postings(pairs >> 32, pairs.astype(np.uint32), keys.astype(np.uint8), rows)


# --- columns


def _merge_doc_values(writer: LayoutWriter, inputs: Sequence[_Input], numbering: _Numbering) -> Mapping[str, Fact]:
    values = _doc_values(inputs, numbering.order)
    write_doc_values(writer, values)
    return {
        "doc_count": len(numbering.order),
        "body_total": int(values.body_lengths.sum()),
        "headline_total": int(values.headline_lengths.sum()),
    }


def _doc_values(inputs: Sequence[_Input], order: Offsets) -> DocValues:
    def gathered(of_segments: Iterator[AnyArray]) -> AnyArray:
        return np.concatenate(list(of_segments))[order]

    ids = [article_id for one in inputs for article_id in one.segment.ids.raws(0, one.segment.doc_count)]
    segments = [one.segment for one in inputs]
    return DocValues(
        ids=[ids[at] for at in order.tolist()],
        days=gathered(segment.days for segment in segments),
        page_ordinals=gathered(segment.page_ordinals for segment in segments),
        body_lengths=gathered(segment.body_lengths for segment in segments),
        headline_lengths=gathered(segment.headline_lengths for segment in segments),
        sources=_merged_column([segment.doc_values("source") for segment in segments], order),
        columns={
            name: _merged_column([segment.doc_values(name) for segment in segments], order) for name in SORTED_COLUMNS
        },
        stored=_stored(segments, order),
    )


def _merged_column(of_segments: Sequence[tuple[Ordinals, Sequence[bytes]]], order: Offsets) -> SortedDocValues:
    """One column of several, with the values that the documents in `order` have."""
    distinct = sorted(set().union(*(values for _, values in of_segments)))
    rank = {value: at for at, value in enumerate(distinct)}
    ordinals = np.concatenate(
        [np.array([rank[value] for value in values], np.int64)[own] for own, values in of_segments]
    )
    used, ordinals = np.unique(ordinals[order], return_inverse=True)
    return SortedDocValues(ordinals, [distinct[at] for at in used.tolist()])


def _stored(segments: Sequence[FlatSegment], order: Offsets) -> Callable[[Sequence[int]], list[bytes]]:
    starts = offsets(np.array([segment.doc_count for segment in segments]))

    def stored(doc_ids: Sequence[int]) -> list[bytes]:
        here = order[np.array(doc_ids)]
        owners = np.searchsorted(starts, here, "right") - 1
        old = here - starts[owners]
        return [segments[owner].stored_bytes(at) for owner, at in zip(owners.tolist(), old.tolist(), strict=True)]

    return stored


_GROUPS: Mapping[str, Callable[[LayoutWriter, Sequence[_Input], _Numbering], Mapping[str, Fact]]] = {
    "words": _merge_words,
    "grams": _merge_grams,
    "doc_values": _merge_doc_values,
}
"""Groups of sections that are merged independently, the longest first. Each function returns facts."""
