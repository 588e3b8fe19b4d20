"""The inverted index of words: term dictionary, doc_ids and packed term frequencies."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from indexer.engines.whoosh.segment.array_types import DocIds, Offsets, PackedTf, TfOverflow
from indexer.engines.whoosh.segment.arrays import bitmap_in, lengths
from indexer.engines.whoosh.segment.container import CheckedParts, Layout
from indexer.engines.whoosh.segment.format import encode
from indexer.engines.whoosh.segment.roaring_rank import BitsetRank, bitset_rank
from indexer.engines.whoosh.segment.string_table import SortedTexts

LISTED = 64
"""Terms in fewer documents have them as a list, the others as a bitmap."""
DENSE = 4
"""Terms in at least one of this number of documents have their packed tf by doc_id, others by posting."""
WORTH_COUNTING_BITS = 1 << 15
"""For terms in at least this number of documents, ranks are computed from the bitmap."""

_RECORD_BYTES = 1024
"""About what the Python objects of one `TermPostings` take."""

BODY_TF_BITS = 6
MAX_BODY_TF = (1 << BODY_TF_BITS) - 1
MAX_HEADLINE_TF = 3
"""What a packed tf holds of both frequencies. One that is as high or higher is looked up in a table of exact ones."""


class TermPostings:
    """The postings of a term: its documents, and its frequency in body and headline.

    `packed_tf` goes by posting: the body's frequency in the low six bits, the headline's in the high two; a field of
    bits that is full stands for that many or more, and `overflow` has the exact ones, in rows of doc_id, body and
    headline, by doc_id ascending. `dense` is the same by doc_id (0: not there), for words in a quarter of all
    documents. `body_missing` says that some document has the word in its headline alone.
    """

    __slots__ = ("_bitmap", "_doc_freq", "_doc_ids", "_packed_tf", "_rank", "_serialised", "body_missing", "dense",
                 "headline_doc_freq", "overflow")  # fmt: skip

    def __init__(
        self,
        *,
        doc_freq: int,
        doc_ids: DocIds | None,
        serialised: memoryview | None,
        packed_tf: PackedTf | None,
        dense: PackedTf | None,
        headline_doc_freq: int,
        body_missing: bool,
        overflow: TfOverflow,
    ) -> None:
        self._doc_freq = doc_freq
        self._doc_ids = doc_ids
        self._serialised = serialised
        self._bitmap: BitMap | None = None
        self._rank: BitsetRank | None = None
        self._packed_tf = packed_tf
        self.dense = dense
        self.headline_doc_freq = headline_doc_freq
        self.body_missing = body_missing
        self.overflow = overflow

    def __len__(self) -> int:
        return self._doc_freq

    @property
    def most_bytes(self) -> int:
        """An upper bound of the memory that it takes beside the mapped file."""
        if self._serialised is None:
            return _RECORD_BYTES
        return _RECORD_BYTES + len(self._serialised) + (0 if self.dense is not None else 4 * self._doc_freq)

    @property
    def doc_ids(self) -> DocIds:
        """The documents, ascending."""
        if self._doc_ids is None:
            self._doc_ids = np.frombuffer(self.bitmap.to_array(), np.uint32)  # type: ignore[union-attr]
        return self._doc_ids

    @property
    def bitmap(self) -> BitMap | None:
        """The documents as a bitmap, where there are many."""
        if self._bitmap is None and self._serialised is not None:
            self._bitmap = bitmap_in(self._serialised)
        return self._bitmap

    @property
    def rank(self) -> BitsetRank | None:
        """Ranks among the documents where there are many, else None."""
        if self._rank is None and self._serialised is not None and self._doc_freq >= WORTH_COUNTING_BITS:
            self._rank = bitset_rank(self._serialised)
        return self._rank

    def narrowed(self, doc_ids: DocIds, packed_tf: PackedTf) -> TermPostings:
        """Return the postings restricted to some of the documents."""
        return TermPostings(
            doc_freq=len(doc_ids),
            doc_ids=doc_ids,
            serialised=None,
            packed_tf=packed_tf,
            dense=None,
            headline_doc_freq=self.headline_doc_freq,
            body_missing=self.body_missing,
            overflow=self.overflow,
        )

    @property
    def packed_tf(self) -> PackedTf:
        """Both term frequencies in a byte, by posting."""
        if self._packed_tf is None:
            self._packed_tf = self.dense[self.doc_ids]  # type: ignore[index]
        return self._packed_tf


class PrefixPostings:
    """The postings of all terms with a prefix: rare terms concatenated, common ones each by itself."""

    __slots__ = ("doc_ids", "packed_tf", "words")

    def __init__(self, words: list[TermPostings], doc_ids: DocIds, packed_tf: PackedTf) -> None:
        self.words = words
        self.doc_ids = doc_ids
        self.packed_tf = packed_tf


class TermIndex:
    """The term dictionary of a segment and its postings, by term or by ordinal."""

    def __init__(self, layout: Layout, doc_count: int) -> None:
        self._layout = layout
        self._doc_count = doc_count
        self.headlines_apart: bool = layout.facts["headlines_apart"]
        """Whether some document has a term in its headline alone."""
        self.dictionary = SortedTexts(layout, "words")
        self._starts = layout.view("words.starts")
        self._listed: DocIds = layout.array("words.doc_ids")
        self._packed_tf: PackedTf = layout.array("words.packed_tf")
        self._common = layout.view("words.common")
        self._common_bitmaps = CheckedParts(layout, "words.common_bitmaps", "words.common_starts", "words.common_crc32")
        self._common_packed_tf: PackedTf = layout.array("words.common_packed_tf")
        self._common_packed_tf_starts = layout.view("words.common_packed_tf_starts")
        self._common_doc_freqs = layout.view("words.common_doc_freqs")
        self._common_headline_doc_freqs = layout.view("words.common_headline_doc_freqs")
        self._overflow_words = layout.view("words.overflow_words")
        self._overflows: TfOverflow = layout.array("words.overflow").reshape(-1, 3)
        self._no_overflow = self._overflows[:0]

    def term(self, text: str) -> TermPostings | None:
        """Return the postings of a term; None if it does not occur."""
        number = self.dictionary.find(encode(text))
        return None if number is None else self.term_at(number)

    def term_at(self, number: int) -> TermPostings:
        """Return the postings of the term with this ordinal."""
        start, end = self._starts[number], self._starts[number + 1]
        overflow = self._overflow(number)
        if start == end:
            return self._common_word(bisect_left(self._common, number), overflow)
        packed_tf = self._packed_tf[start:end]
        return TermPostings(
            doc_freq=end - start,
            doc_ids=self._listed[start:end],
            serialised=None,
            packed_tf=packed_tf,
            dense=None,
            headline_doc_freq=len((packed_tf > MAX_BODY_TF).nonzero()[0]),
            body_missing=self._is_body_missing(packed_tf),
            overflow=overflow,
        )

    def prefix(self, text: str) -> PrefixPostings:
        """Return the postings of all terms with a prefix."""
        first, last = self.dictionary.beginning_with(encode(text))
        common = range(bisect_left(self._common, first), bisect_left(self._common, last))
        start, end = self._starts[first], self._starts[last]
        return PrefixPostings(
            [self._common_word(i, self._overflow(self._common[i])) for i in common],
            self._listed[start:end],
            self._packed_tf[start:end],
        )

    def doc_freqs(self, first: int, last: int) -> Offsets:
        """Return the doc_freq of each term with an ordinal in [first, last) (int64)."""
        doc_freqs = lengths(self._layout.array("words.starts")[first : last + 1])
        here = slice(bisect_left(self._common, first), bisect_left(self._common, last))
        doc_freqs[self._layout.array("words.common")[here] - first] = self._layout.array("words.common_doc_freqs")[here]
        return doc_freqs

    def doc_freqs_at(self, numbers: Offsets) -> Offsets:
        """Return the doc_freq of each term with one of these ordinals (int64)."""
        starts, common = self._layout.array("words.starts"), self._layout.array("words.common")
        doc_freqs = starts[numbers + 1].astype(np.int64) - starts[numbers]
        if len(common):
            at = common.searchsorted(numbers)
            is_common = common.take(at, mode="clip") == numbers
            doc_freqs[is_common] = self._layout.array("words.common_doc_freqs")[at[is_common]]
        return doc_freqs

    def postings_between(self, first: int, last: int) -> tuple[Offsets, DocIds, PackedTf]:
        """All postings of the words with numbers from `first` up to `last`: word, doc_id and packed tf of each."""
        starts = self._layout.array("words.starts")[first : last + 1]
        words = [np.repeat(np.arange(first, last), lengths(starts))]
        doc_ids, packed_tf = [self._listed[starts[0] : starts[-1]]], [self._packed_tf[starts[0] : starts[-1]]]
        for i in range(bisect_left(self._common, first), bisect_left(self._common, last)):
            found = self._common_word(i, self._no_overflow)
            words.append(np.full(len(found), self._common[i]))
            doc_ids.append(found.doc_ids)
            packed_tf.append(found.packed_tf)
        return np.concatenate(words), np.concatenate(doc_ids), np.concatenate(packed_tf)

    def overflow_between(self, first: int, last: int) -> NDArray[np.uint32]:
        """The exact frequencies that a packed tf can't hold: rows of word, doc_id, body's and headline's frequency."""
        begin, end = bisect_left(self._overflow_words, first), bisect_left(self._overflow_words, last)
        words = self._layout.array("words.overflow_words")[begin:end]
        return np.column_stack((words, self._overflows[begin:end]))

    def _common_word(self, i: int, overflow: TfOverflow) -> TermPostings:
        packed_tf_starts = self._common_packed_tf_starts
        packed_tf = self._common_packed_tf[packed_tf_starts[i] : packed_tf_starts[i + 1]]
        doc_freq = self._common_doc_freqs[i]
        is_dense = doc_freq * DENSE >= self._doc_count
        return TermPostings(
            doc_freq=doc_freq,
            doc_ids=None,
            serialised=self._common_bitmaps[i],
            packed_tf=None if is_dense else packed_tf,
            dense=packed_tf if is_dense else None,
            headline_doc_freq=self._common_headline_doc_freqs[i],
            body_missing=self._is_body_missing(packed_tf),
            overflow=overflow,
        )

    def _is_body_missing(self, packed_tf: PackedTf) -> bool:
        return self.headlines_apart and bool(np.any((packed_tf & MAX_BODY_TF == 0) & (packed_tf > 0)))

    def _overflow(self, number: int) -> TfOverflow:
        words = self._overflow_words
        first = bisect_left(words, number)
        if first == len(words) or words[first] != number:
            return self._no_overflow
        return self._overflows[first : bisect_right(words, number, first)]
