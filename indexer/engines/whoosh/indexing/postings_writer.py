"""Writes the postings and the position space of a segment from the arrays of `segment_builder` or `merger`."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.segment.array_types import AnyArray, DocIds, GramKeys, Offsets, PackedTf, Positions
from indexer.engines.whoosh.segment.arrays import AT_ONCE, bitmap_of, chunks, joined, narrowest, offsets
from indexer.engines.whoosh.segment.bigram_positions import ANY_CHARACTER, CHARACTER_BITS, FREQUENT, write_keys
from indexer.engines.whoosh.segment.container import LayoutWriter
from indexer.engines.whoosh.segment.segment import BLOCK_SHIFT, POSITIONS_PER_BLOCK
from indexer.engines.whoosh.segment.string_table import write_texts
from indexer.engines.whoosh.segment.term_postings import BODY_TF_BITS, DENSE, LISTED, MAX_BODY_TF, MAX_HEADLINE_TF

WORTH_A_BITMAP = 1 << 13
"""Bigrams and characters with fewer positions get no bitmap of their documents."""
_WRITTEN_TOGETHER = 256
"""Number of bitmaps that are written to the file at once."""

WORTH_COUNTING = 1 << 6
"""Bigrams with fewer positions have no stored doc_freq; it is counted by the search."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Postings: parallel arrays, sorted by ordinal of the word, then by doc_id.

    `packed_tf` has both term frequencies in a byte. For those that it can't hold, `overflow` has rows of the
    posting's index, ascending, and the exact frequencies in body and headline.
    """

    words: Offsets
    doc_ids: DocIds
    packed_tf: PackedTf
    overflow: NDArray[np.int64]


# --- the position space


def position_bases_of(lengths: Offsets) -> Offsets:
    """The first position of each document, given how many positions each needs, and the first after all.

    >>> position_bases_of(np.array([3, 0, 200])).tolist()
    [0, 128, 256, 512]
    """
    blocks = np.maximum(-(-lengths // POSITIONS_PER_BLOCK), 1)
    return offsets(blocks) << BLOCK_SHIFT


def doc_ids_of_blocks(position_bases: Offsets) -> DocIds:
    """The doc_id of each block of the position space."""
    return np.repeat(np.arange(len(position_bases) - 1, dtype=np.uint32), np.diff(position_bases) >> BLOCK_SHIFT)


def write_position_space(
    writer: LayoutWriter, position_bases: Offsets, unit_starts: AnyArray, unit_fields: NDArray[np.uint8]
) -> None:
    """Write where documents and units begin."""
    writer.add("positions.bases", position_bases.astype(np.uint32))
    writer.add("positions.doc_id_of_block", doc_ids_of_blocks(position_bases))
    writer.add("positions.unit_starts", unit_starts.astype(np.uint32))
    writer.add("positions.unit_fields", unit_fields.astype(np.uint8))


# --- postings


class Bitmaps:
    """Bitmaps one after another, with their starts and, in a section of its own, the checksum of each."""

    def __init__(self, writer: LayoutWriter, name: str, starts_name: str, checksums_name: str = "") -> None:
        self._writer = writer
        self._stream = writer.stream(name, np.uint8)
        self._starts_name = starts_name
        self._checksums_name = checksums_name
        self._lengths: list[int] = []
        self._crc32s: list[int] = []
        self._waiting: list[bytes] = []

    def add(self, doc_ids: AnyArray) -> None:
        """Append the bitmap of doc_ids, which are given ascending."""
        bitmap = bitmap_of(doc_ids)
        bitmap.run_optimize()
        serialised = bitmap.serialize()
        self._lengths.append(len(serialised))
        self._crc32s.append(zlib.crc32(serialised))
        self._waiting.append(serialised)
        if len(self._waiting) == _WRITTEN_TOGETHER:
            self._write()

    def close(self) -> None:
        """Write what waits, the starts and the checksums."""
        self._write()
        self._writer.add(self._starts_name, narrowest(offsets(np.array(self._lengths, np.int64))))
        if self._checksums_name:
            self._writer.add(self._checksums_name, np.array(self._crc32s, np.uint32))

    def _write(self) -> None:
        self._stream.write(b"".join(self._waiting))
        self._waiting = []


class WordsWriter:
    """Writes the postings of words, chunk by chunk of the dictionary."""

    def __init__(self, writer: LayoutWriter, doc_count: int) -> None:
        self._writer = writer
        self._doc_count = doc_count
        self._words: list[bytes] = []
        self._listed = writer.stream("words.doc_ids", np.uint32)
        self._packed_tf = writer.stream("words.packed_tf", np.uint8)
        self._bitmaps = Bitmaps(writer, "words.common_bitmaps", "words.common_starts", "words.common_crc32")
        self._common_packed_tf = writer.stream("words.common_packed_tf", np.uint8)
        self._listed_counts: list[Offsets] = []
        self._common: list[int] = []
        self._common_doc_freqs: list[int] = []
        self._common_headline_doc_freqs: list[int] = []
        self._common_lengths: list[int] = []
        self._overflow: list[NDArray[np.uint32]] = []
        self._headlines_apart = False

    def add(self, words: Sequence[bytes], postings: Postings) -> None:
        """Append words and their postings, in which they are numbered from 0."""
        counts = np.bincount(postings.words, minlength=len(words))
        is_listed = counts < LISTED
        packed_tf = postings.packed_tf
        self._add_overflow(postings)
        in_lists = is_listed[postings.words]
        self._listed.write(postings.doc_ids[in_lists])
        self._packed_tf.write(packed_tf[in_lists])
        self._listed_counts.append(np.where(is_listed, counts, 0))
        starts = offsets(counts).tolist()
        common = []
        for word in np.flatnonzero(~is_listed).tolist():
            here = slice(starts[word], starts[word + 1])
            common.append(self._add_common(len(self._words) + word, postings.doc_ids[here], packed_tf[here]))
        self._common_packed_tf.write(joined(common, np.uint8))
        self._words += words
        self._headlines_apart |= not (packed_tf & MAX_BODY_TF).all()

    def close(self) -> bool:
        """Write what remains. Return whether some headline has a word that its body lacks."""
        add = self._writer.add
        write_texts(self._writer, "words", self._words, searchable=True)
        add("words.starts", narrowest(offsets(joined(self._listed_counts, np.int64))))
        add("words.common", np.array(self._common, np.uint32))
        add("words.common_doc_freqs", np.array(self._common_doc_freqs, np.uint32))
        add("words.common_headline_doc_freqs", np.array(self._common_headline_doc_freqs, np.uint32))
        add("words.common_packed_tf_starts", narrowest(offsets(np.array(self._common_lengths, np.int64))))
        self._bitmaps.close()
        overflow = joined(self._overflow, np.uint32).reshape(-1, 4)
        add("words.overflow_words", overflow[:, 0])
        add("words.overflow", overflow[:, 1:].ravel())
        return self._headlines_apart

    def _add_common(self, word: int, doc_ids: DocIds, packed_tf: PackedTf) -> PackedTf:
        """Append a word that many documents hold; return its packed tf as it is to be written."""
        self._common.append(word)
        self._common_doc_freqs.append(len(doc_ids))
        self._common_headline_doc_freqs.append(int(np.count_nonzero(packed_tf > MAX_BODY_TF)))
        self._bitmaps.add(doc_ids)
        if len(doc_ids) * DENSE >= self._doc_count:
            dense = np.zeros(self._doc_count, np.uint8)
            dense[doc_ids] = packed_tf
            packed_tf = dense
        self._common_lengths.append(len(packed_tf))
        return packed_tf

    def _add_overflow(self, postings: Postings) -> None:
        full, body, headline = postings.overflow.T
        columns = (postings.words[full] + len(self._words), postings.doc_ids[full], body, headline)
        self._overflow.append(np.column_stack(columns).astype(np.uint32).ravel())


def pack_tf(body: NDArray[np.uint32], headline: NDArray[np.uint32]) -> tuple[PackedTf, NDArray[np.int64]]:
    """Both term frequencies in a byte, and the overflow, as `Postings` have them."""
    low = np.minimum(body, MAX_BODY_TF).astype(np.uint8)
    high = np.minimum(headline, MAX_HEADLINE_TF).astype(np.uint8)
    full = np.flatnonzero((low == MAX_BODY_TF) | (high == MAX_HEADLINE_TF))
    return low | high << np.uint8(BODY_TF_BITS), np.column_stack((full, body[full], headline[full]))


class GramsWriter:
    """Writes the postings of grams, chunk by chunk."""

    def __init__(self, writer: LayoutWriter, doc_id_of_block: DocIds, doc_count: int) -> None:
        self._writer = writer
        self._doc_id_of_block = doc_id_of_block
        self._doc_count = doc_count
        self._worth_a_bitmap = max(WORTH_A_BITMAP, doc_count / FREQUENT)
        self._positions = writer.stream("grams.positions", np.uint32)
        self._bitmaps = Bitmaps(writer, "grams.frequent_bitmaps", "grams.frequent_starts", "grams.frequent_crc32")
        self._keys: list[GramKeys] = []
        self._counts: list[Offsets] = []
        self._counted: list[Offsets] = []
        self._doc_freqs: list[NDArray[np.uint32]] = []
        self._frequent: list[int] = []
        self._character = 0
        self._of_character: list[Positions] = []

    def add(self, keys: GramKeys, counts: Offsets, positions: Positions) -> None:
        """Append grams in the order of their keys: how many positions each has, and the positions, gram by gram."""
        starts = offsets(counts)
        self._count_doc_freqs(counts, starts, positions)
        self._positions.write(positions)
        self._keys.append(keys)
        self._counts.append(counts)
        characters = (keys >> np.uint64(CHARACTER_BITS)).astype(np.int64)
        edges = np.append(np.flatnonzero(np.diff(characters, prepend=-1)), len(keys))
        # The first and the last character may have more grams in what came before and comes after.
        is_worth = np.diff(starts[edges]) >= self._worth_a_bitmap
        is_worth[:1] = is_worth[-1:] = True
        for first, last in zip(edges[:-1][is_worth].tolist(), edges[1:][is_worth].tolist(), strict=True):
            if characters[first] != self._character:
                self._end_character()
                self._character = int(characters[first])
            self._of_character.append(positions[starts[first] : starts[last]])
            for gram in (first + np.flatnonzero(counts[first:last] >= self._worth_a_bitmap)).tolist():
                self._add_frequent(int(keys[gram]), [positions[starts[gram] : starts[gram + 1]]])

    def close(self) -> None:
        """Write what remains."""
        self._end_character()
        write_keys(self._writer, joined(self._keys, np.uint64), np.array(self._frequent, np.uint64))
        self._writer.add("grams.starts", narrowest(offsets(joined(self._counts, np.int64))))
        self._writer.add("grams.counted", joined(self._counted, np.uint32))
        self._writer.add("grams.doc_freqs", joined(self._doc_freqs, np.uint32))
        self._bitmaps.close()

    def _count_doc_freqs(self, counts: Offsets, starts: Offsets, positions: Positions) -> None:
        """Count the documents of grams with many positions."""
        found = np.zeros(len(counts), np.uint32)
        for first, last in chunks(counts, AT_ONCE):
            edges = starts[first : last + 1] - starts[first]
            doc_ids = self._doc_id_of_block[positions[starts[first] : starts[last]] >> BLOCK_SHIFT]
            is_first = np.ones(len(doc_ids), bool)
            np.not_equal(doc_ids[1:], doc_ids[:-1], out=is_first[1:])
            is_first[edges[:-1]] = True
            found[first:last] = np.diff(np.flatnonzero(is_first).searchsorted(edges))
        counted = np.flatnonzero(counts >= WORTH_COUNTING)
        self._counted.append(counted + sum(map(len, self._keys)))
        self._doc_freqs.append(found[counted])

    def _end_character(self) -> None:
        if sum(map(len, self._of_character)) >= self._worth_a_bitmap:
            self._add_frequent(self._character << CHARACTER_BITS | ANY_CHARACTER, self._of_character)
        self._of_character = []

    def _add_frequent(self, key: int, positions: Iterable[Positions]) -> None:
        is_there = np.zeros(self._doc_count, bool)
        for some in positions:
            is_there[self._doc_id_of_block[some >> BLOCK_SHIFT]] = True
        doc_ids = np.flatnonzero(is_there)
        if len(doc_ids) * FREQUENT >= self._doc_count:
            self._frequent.append(key)
            self._bitmaps.add(doc_ids)
