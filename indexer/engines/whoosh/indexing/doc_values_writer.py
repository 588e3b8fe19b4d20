"""Writes doc values and stored documents of a segment from arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from indexer.engines.whoosh.indexing.postings_writer import Bitmaps
from indexer.engines.whoosh.segment import stored_compression
from indexer.engines.whoosh.segment.array_types import AnyArray, Offsets
from indexer.engines.whoosh.segment.arrays import narrowest, offsets, ranges
from indexer.engines.whoosh.segment.container import LayoutWriter
from indexer.engines.whoosh.segment.format import BITMAP_COLUMNS, SEPARATOR, encode
from indexer.engines.whoosh.segment.string_table import write_texts

_STORED_AT_ONCE = 1 << 10


@dataclass(frozen=True, slots=True)
class SortedDocValues:
    """Sorted doc values: the ordinal of each document's value, by doc_id, and the values in byte order."""

    ordinals: Offsets
    values: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class DocValues:
    """Doc values and stored documents of a segment, by doc_id.

    `stored` gives the documents with some doc_ids, not packed.
    """

    ids: Sequence[bytes]
    days: AnyArray
    page_ordinals: AnyArray
    body_lengths: AnyArray
    headline_lengths: AnyArray
    sources: SortedDocValues
    columns: Mapping[str, SortedDocValues]
    stored: Callable[[Sequence[int]], list[bytes]]


def write_doc_values(writer: LayoutWriter, values: DocValues) -> None:
    """Write doc values and stored documents."""
    writer.add("days", values.days.astype(np.uint32))
    writer.add("page_ordinals", narrowest(values.page_ordinals))
    writer.add("body_lengths", narrowest(values.body_lengths))
    writer.add("headline_lengths", narrowest(values.headline_lengths))
    write_texts(writer, "ids", values.ids, searchable=True)
    _write_stored(writer, values)
    write_texts(writer, "sources", values.sources.values, searchable=True)
    counts = np.bincount(values.sources.ordinals, minlength=len(values.sources.values))
    writer.add("sources.starts", narrowest(offsets(counts)))
    writer.add("sources.doc_ids", np.argsort(values.sources.ordinals, kind="stable").astype(np.uint32))
    for name, column in values.columns.items():
        writer.add(f"{name}.ordinals", narrowest(column.ordinals))
        write_texts(writer, name, column.values)
    everything = np.arange(len(values.ids))
    for name in BITMAP_COLUMNS:
        column = values.columns[name]
        _write_bitmaps(writer, name, column.ordinals, everything, len(column.values))
    _write_places(writer, values.columns["locality"])


def _write_stored(writer: LayoutWriter, values: DocValues) -> None:
    count = len(values.ids)
    dictionary = stored_compression.dictionary(values.stored(stored_compression.samples(count)), count)
    writer.add("stored.dictionary", np.frombuffer(dictionary, np.uint8))
    packer = stored_compression.Packer(dictionary)
    stream = writer.stream("stored.bytes", np.uint8)
    lengths: list[int] = []
    for first in range(0, count, _STORED_AT_ONCE):
        packed = list(map(packer.pack, values.stored(range(first, min(first + _STORED_AT_ONCE, count)))))
        stream.write(b"".join(packed))
        lengths += map(len, packed)
    writer.add("stored.offsets", narrowest(offsets(np.array(lengths, np.int64))))


def _write_places(writer: LayoutWriter, localities: SortedDocValues) -> None:
    """Write a bitmap for every place: `localities` has all places of a document in one value."""
    groups = [value.split(encode(SEPARATOR)) if value else [] for value in localities.values]
    places = sorted(set().union(*groups))
    number = {place: at for at, place in enumerate(places)}
    members = np.array([number[place] for group in groups for place in group], np.int64)
    sizes = np.array([len(group) for group in groups], np.int64)
    sizes_here, starts_here = sizes[localities.ordinals], offsets(sizes)[localities.ordinals]
    doc_ids = np.repeat(np.arange(len(localities.ordinals)), sizes_here)
    write_texts(writer, "place", places)
    _write_bitmaps(writer, "place", members[ranges(starts_here, sizes_here)], doc_ids, len(places))


def _write_bitmaps(writer: LayoutWriter, name: str, values: Offsets, doc_ids: Offsets, count: int) -> None:
    """Write a bitmap for each of `count` values, given which document (ascending) has which value."""
    doc_ids = doc_ids[np.argsort(values, kind="stable")]
    starts = offsets(np.bincount(values, minlength=count)).tolist()
    bitmaps = Bitmaps(writer, f"{name}.bitmaps", f"{name}.bitmap_starts")
    for start, end in pairwise(starts):
        bitmaps.add(doc_ids[start:end])
    bitmaps.close()
