"""What a segment keeps of each document beside its postings, written from arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from indexer.engines.whoosh.indexing.postings_writer import Bitmaps
from indexer.engines.whoosh.segment import stored_compression
from indexer.engines.whoosh.segment.arrays import Array, narrowest, offsets, ranges
from indexer.engines.whoosh.segment.container import LayoutWriter
from indexer.engines.whoosh.segment.format import SEPARATOR, encode
from indexer.engines.whoosh.segment.segment import BITMAP_COLUMNS
from indexer.engines.whoosh.segment.string_table import write_texts

_STORED_AT_ONCE = 1 << 10


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of values that recur: for each document the number of its value, and the values."""

    codes: Array
    values: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Columns:
    """What a segment keeps of each document beside its postings, in the order of the documents.

    `stored` gives the documents with some doc_ids, not packed.
    """

    ids: Sequence[bytes]
    days: Array
    ordinals: Array
    body_lengths: Array
    headline_lengths: Array
    sources: Coded
    coded: Mapping[str, Coded]
    stored: Callable[[Sequence[int]], list[bytes]]


def write_columns(writer: LayoutWriter, columns: Columns) -> None:
    """Write all that is kept of each document beside its postings."""
    writer.add("days", columns.days.astype(np.uint32))
    writer.add("ordinals", narrowest(columns.ordinals))
    writer.add("body_lengths", narrowest(columns.body_lengths))
    writer.add("headline_lengths", narrowest(columns.headline_lengths))
    write_texts(writer, "ids", columns.ids, searchable=True)
    _write_stored(writer, columns)
    write_texts(writer, "sources", columns.sources.values, searchable=True)
    counts = np.bincount(columns.sources.codes, minlength=len(columns.sources.values))
    writer.add("sources.starts", narrowest(offsets(counts)))
    writer.add("sources.doc_ids", np.argsort(columns.sources.codes, kind="stable").astype(np.uint32))
    for name, column in columns.coded.items():
        writer.add(f"{name}.codes", narrowest(column.codes))
        write_texts(writer, name, column.values)
    everything = np.arange(len(columns.ids))
    for name in BITMAP_COLUMNS:
        column = columns.coded[name]
        _write_bitmaps(writer, name, column.codes, everything, len(column.values))
    _write_places(writer, columns.coded["locality"])


def _write_stored(writer: LayoutWriter, columns: Columns) -> None:
    count = len(columns.ids)
    dictionary = stored_compression.dictionary(columns.stored(stored_compression.samples(count)), count)
    writer.add("stored.dictionary", np.frombuffer(dictionary, np.uint8))
    packer = stored_compression.Packer(dictionary)
    stream = writer.stream("stored.bytes", np.uint8)
    lengths: list[int] = []
    for first in range(0, count, _STORED_AT_ONCE):
        packed = list(map(packer.pack, columns.stored(range(first, min(first + _STORED_AT_ONCE, count)))))
        stream.write(b"".join(packed))
        lengths += map(len, packed)
    writer.add("stored.offsets", narrowest(offsets(np.array(lengths, np.int64))))


def _write_places(writer: LayoutWriter, localities: Coded) -> None:
    """Write a bitmap for every place: `localities` has all places of a document in one value."""
    groups = [value.split(encode(SEPARATOR)) if value else [] for value in localities.values]
    places = sorted(set().union(*groups))
    number = {place: at for at, place in enumerate(places)}
    members = np.array([number[place] for group in groups for place in group], np.int64)
    sizes = np.array([len(group) for group in groups], np.int64)
    sizes_here, starts_here = sizes[localities.codes], offsets(sizes)[localities.codes]
    doc_ids = np.repeat(np.arange(len(localities.codes)), sizes_here)
    write_texts(writer, "place", places)
    _write_bitmaps(writer, "place", members[ranges(starts_here, sizes_here)], doc_ids, len(places))


def _write_bitmaps(writer: LayoutWriter, name: str, values: Array, doc_ids: Array, count: int) -> None:
    """Write a bitmap for each of `count` values, given which document (ascending) has which value."""
    doc_ids = doc_ids[np.argsort(values, kind="stable")]
    starts = offsets(np.bincount(values, minlength=count)).tolist()
    bitmaps = Bitmaps(writer, f"{name}.bitmaps", f"{name}.bitmap_starts")
    for start, end in pairwise(starts):
        bitmaps.add(doc_ids[start:end])
    bitmaps.close()
