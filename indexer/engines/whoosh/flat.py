"""One segment of an index, mapped: postings by term, columns by document, the documents themselves. Nothing is copied
that needn't be, and nothing is read before it is asked for.

Documents are numbered from 0 within a segment, deleted ones included: whoever asks leaves those out. They lie by date,
those without one first, and on one day by id, last id first. So among equals a greater number comes earlier in results.

Every document has a stretch of one long axis of places. Its units follow one another there, each with a gap of at least
one place behind it, and its first place is a multiple of `PLACES_A_BLOCK`. A gram (two characters, or the last one of a
unit) is listed with the places where it stands.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
from pyroaring import BitMap

from indexer.engines.whoosh import stored
from indexer.engines.whoosh.compression import unpack
from indexer.engines.whoosh.arrays import Array
from indexer.engines.whoosh.layout import Layout
from indexer.engines.whoosh.schema import decode, encode
from indexer.engines.whoosh.texts import SearchableTexts, SortedTexts, Texts
from indexer.model import Document

BLOCK_SHIFT = 7
PLACES_A_BLOCK = 1 << BLOCK_SHIFT
"""Blocks of the axis belong to one document each, so a document is one look-up away from a place."""

LISTED = 64
"""Terms in fewer documents have them as a list, the others as a bitmap."""
DENSE = 4
"""Words in at least one of so many documents have their frequencies by document, the others by posting."""
FREQUENT = 4
"""Grams and characters in at least one of so many documents have a bitmap of them."""

BODY_BITS = 6
MOST_IN_BODY = (1 << BODY_BITS) - 1
MOST_IN_HEADLINE = 3
"""What a byte holds of both frequencies. One that is as high or higher is looked up in a table of exact ones."""

CHARACTER_BITS = 21
ANY_CHARACTER = (1 << CHARACTER_BITS) - 1
"""Stands for the second character of a key that means all grams that begin with its first."""

BITMAP_COLUMNS = ("paper", "section", "kind")
CODED_COLUMNS = (*BITMAP_COLUMNS, "locality", "page", "title", "fingerprint")
"""Columns of values that recur. `place` is no column: a document has any number of places."""


class TermPostings:
    """The documents that hold a word, anywhere or in the headline, and how often.

    `frequencies` goes by posting: the body's frequency in the low six bits, the headline's in the high two; a field of
    bits that is full stands for that many or more, and `overflow` has the exact ones. `dense` is the same by document
    (0: not there), for words in a quarter of all documents. `body_missing` says that some document has the word in its
    headline alone.
    """

    __slots__ = ("_bitmap", "_count", "_documents", "_frequencies", "_serialised", "body_missing", "dense",
                 "headline_count", "overflow")  # fmt: skip

    def __init__(
        self,
        *,
        count: int,
        documents: Array | None,
        serialised: memoryview | None,
        frequencies: Array | None,
        dense: Array | None,
        headline_count: int,
        body_missing: bool,
        overflow: Mapping[int, tuple[int, int]],
    ) -> None:
        self._count = count
        self._documents = documents
        self._serialised = serialised
        self._bitmap: BitMap | None = None
        self._frequencies = frequencies
        self.dense = dense
        self.headline_count = headline_count
        self.body_missing = body_missing
        self.overflow = overflow

    def __len__(self) -> int:
        return self._count

    @property
    def documents(self) -> Array:
        """The documents, ascending."""
        if self._documents is None:
            self._documents = np.frombuffer(self.bitmap.to_array(), np.uint32)  # type: ignore[union-attr]
        return self._documents

    @property
    def bitmap(self) -> BitMap | None:
        """The documents as a bitmap, where there are many."""
        if self._bitmap is None and self._serialised is not None:
            self._bitmap = BitMap.deserialize(self._serialised)
        return self._bitmap

    @property
    def frequencies(self) -> Array:
        """Both frequencies in a byte, by posting."""
        if self._frequencies is None:
            self._frequencies = self.dense[self.documents]  # type: ignore[index]
        return self._frequencies


class PrefixPostings:
    """The postings of all words with a prefix: those in few documents in one run, the others one by one."""

    __slots__ = ("documents", "frequencies", "words")

    def __init__(self, words: list[TermPostings], documents: Array, frequencies: Array) -> None:
        self.words = words
        self.documents = documents
        self.frequencies = frequencies


class GramPostings:
    """Where a gram stands, ascending, and the documents that it stands in where there are many."""

    __slots__ = ("documents", "positions")

    def __init__(self, positions: Array, documents: BitMap | None) -> None:
        self.positions = positions
        self.documents = documents


class FlatSegment:
    """A segment, opened from its file. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._layout = layout = Layout(path)
        facts = layout.facts
        self.documents: int = facts["documents"]
        self.body_total: int = facts["body_total"]
        self.headline_total: int = facts["headline_total"]
        self._headlines_apart: bool = facts["headlines_apart"]
        self.words = SortedTexts(layout, "words")
        self._word_starts = memoryview(layout.array("words.starts"))
        self._common_words = memoryview(layout.array("words.common"))
        self._overflow_words = memoryview(layout.array("words.overflow_words"))
        self.gram_keys: memoryview = memoryview(layout.array("grams.keys"))
        self.gram_starts: memoryview = memoryview(layout.array("grams.starts"))
        self._frequent_grams = memoryview(layout.array("grams.frequent"))

    # words

    def term(self, text: str) -> TermPostings | None:
        """The postings of a word; None when no document holds it."""
        number = self.words.find(encode(text))
        return None if number is None else self.term_at(number)

    def term_at(self, number: int) -> TermPostings:
        """The postings of the word with this number in the dictionary."""
        start, end = self._word_starts[number], self._word_starts[number + 1]
        overflow = self._overflow(number)
        if start == end:
            return self._common_word(bisect_left(self._common_words, number), overflow)
        frequencies = self._frequencies[start:end]
        return TermPostings(
            count=end - start,
            documents=self._listed[start:end],
            serialised=None,
            frequencies=frequencies,
            dense=None,
            headline_count=int(np.count_nonzero(frequencies > MOST_IN_BODY)),
            body_missing=self._is_body_missing(frequencies),
            overflow=overflow,
        )

    def prefix(self, text: str) -> PrefixPostings:
        """The postings of all words that begin with a text."""
        first, last = self.words.beginning_with(encode(text))
        common = range(bisect_left(self._common_words, first), bisect_left(self._common_words, last))
        start, end = self._word_starts[first], self._word_starts[last]
        return PrefixPostings(
            [self._common_word(place, self._overflow(self._common_words[place])) for place in common],
            self._listed[start:end],
            self._frequencies[start:end],
        )

    def words_with(self, prefix: str) -> list[str]:
        """All words that begin with a text, in order."""
        return [decode(word) for word in self.words.raws(*self.words.beginning_with(encode(prefix)))]

    def word_counts(self) -> Array:
        """How many documents hold each word, by its number."""
        counts = np.diff(self._layout.array("words.starts").astype(np.int64))
        counts[self._layout.array("words.common")] = self._layout.array("words.common_counts")
        return counts

    def postings_between(self, first: int, last: int) -> tuple[Array, Array, Array]:
        """All postings of the words with numbers from `first` up to `last`: word, document and frequencies of each."""
        starts = self._layout.array("words.starts")[first : last + 1]
        words = [np.repeat(np.arange(first, last), np.diff(starts.astype(np.int64)))]
        documents, frequencies = [self._listed[starts[0] : starts[-1]]], [self._frequencies[starts[0] : starts[-1]]]
        for place in range(bisect_left(self._common_words, first), bisect_left(self._common_words, last)):
            found = self._common_word(place, {})
            words.append(np.full(len(found), self._common_words[place]))
            documents.append(found.documents)
            frequencies.append(found.frequencies)
        return np.concatenate(words), np.concatenate(documents), np.concatenate(frequencies)

    def overflow_between(self, first: int, last: int) -> Array:
        """The exact frequencies that a byte can't hold: rows of word, document, body's and headline's frequency."""
        begin, end = bisect_left(self._overflow_words, first), bisect_left(self._overflow_words, last)
        words = self._layout.array("words.overflow_words")[begin:end]
        return np.column_stack((words, self._overflows[begin:end]))

    def _common_word(self, place: int, overflow: Mapping[int, tuple[int, int]]) -> TermPostings:
        starts, frequency_starts = self._common_starts, self._common_frequency_starts
        frequencies = self._common_frequencies[frequency_starts[place] : frequency_starts[place + 1]]
        count = self._common_counts[place]
        is_dense = count * DENSE >= self.documents
        return TermPostings(
            count=count,
            documents=None,
            serialised=self._common_bitmaps[starts[place] : starts[place + 1]],
            frequencies=None if is_dense else frequencies,
            dense=frequencies if is_dense else None,
            headline_count=self._common_headlines[place],
            body_missing=self._is_body_missing(frequencies),
            overflow=overflow,
        )

    def _is_body_missing(self, frequencies: Array) -> bool:
        return self._headlines_apart and bool(np.any((frequencies & MOST_IN_BODY == 0) & (frequencies > 0)))

    def _overflow(self, number: int) -> Mapping[int, tuple[int, int]]:
        place = bisect_left(self._overflow_words, number)
        found: dict[int, tuple[int, int]] = {}
        while place < len(self._overflow_words) and self._overflow_words[place] == number:
            document, body, headline = self._overflows[place].tolist()
            found[document] = body, headline
            place += 1
        return found

    @cached_property
    def _listed(self) -> Array:
        return self._layout.array("words.documents")

    @cached_property
    def _frequencies(self) -> Array:
        return self._layout.array("words.frequencies")

    @cached_property
    def _common_bitmaps(self) -> memoryview:
        return memoryview(self._layout.array("words.common_bitmaps"))

    @cached_property
    def _common_starts(self) -> memoryview:
        return memoryview(self._layout.array("words.common_starts"))

    @cached_property
    def _common_frequencies(self) -> Array:
        return self._layout.array("words.common_frequencies")

    @cached_property
    def _common_frequency_starts(self) -> memoryview:
        return memoryview(self._layout.array("words.common_frequency_starts"))

    @cached_property
    def _common_counts(self) -> memoryview:
        return memoryview(self._layout.array("words.common_counts"))

    @cached_property
    def _common_headlines(self) -> memoryview:
        return memoryview(self._layout.array("words.common_headlines"))

    @cached_property
    def _overflows(self) -> Array:
        return self._layout.array("words.overflow").reshape(-1, 3)

    # grams

    def gram(self, text: str) -> GramPostings | None:
        """The postings of a gram of one or two characters; None when it stands nowhere."""
        key = gram_key(text)
        place = bisect_left(self.gram_keys, key)
        if place == len(self.gram_keys) or self.gram_keys[place] != key:
            return None
        return self.gram_at(place)

    def gram_at(self, place: int) -> GramPostings:
        """The postings of the gram with this number."""
        positions = self.positions[self.gram_starts[place] : self.gram_starts[place + 1]]
        return GramPostings(positions, self._frequent(self.gram_keys[place]))

    def grams_starting_with(self, character: str) -> list[GramPostings]:
        """The postings of all grams that begin with a character."""
        return [self.gram_at(place) for place in range(*self._grams_of(character))]

    def character(self, character: str) -> Array:
        """The places of a character, not in order."""
        first, last = self._grams_of(character)
        return self.positions[self.gram_starts[first] : self.gram_starts[last]]

    def character_documents(self, character: str) -> BitMap | None:
        """The documents that hold a character, where there are many."""
        return self._frequent(ord(character) << CHARACTER_BITS | ANY_CHARACTER)

    def _grams_of(self, character: str) -> tuple[int, int]:
        first = ord(character) << CHARACTER_BITS
        return bisect_left(self.gram_keys, first), bisect_left(self.gram_keys, first | ANY_CHARACTER)

    def _frequent(self, key: int) -> BitMap | None:
        place = bisect_left(self._frequent_grams, key)
        if place == len(self._frequent_grams) or self._frequent_grams[place] != key:
            return None
        starts = self._frequent_starts
        return BitMap.deserialize(self._frequent_bitmaps[starts[place] : starts[place + 1]])

    @cached_property
    def positions(self) -> Array:
        """The places of all grams, gram by gram in the order of their keys."""
        return self._layout.array("grams.positions")

    @cached_property
    def _frequent_starts(self) -> memoryview:
        return memoryview(self._layout.array("grams.frequent_starts"))

    @cached_property
    def _frequent_bitmaps(self) -> memoryview:
        return memoryview(self._layout.array("grams.frequent_bitmaps"))

    # the axis

    @cached_property
    def bases(self) -> Array:
        """The first place of each document, and the first after all."""
        return self._layout.array("axis.bases")

    @cached_property
    def document_of_block(self) -> Array:
        """The document of each block of the axis: that of a place is `document_of_block[place >> BLOCK_SHIFT]`."""
        return self._layout.array("axis.document_of_block")

    @cached_property
    def unit_starts(self) -> Array:
        """The first place of each unit, ascending."""
        return self._layout.array("axis.unit_starts")

    @cached_property
    def unit_fields(self) -> Array:
        """The field of each unit, by its number in `schema.FIELD_NAMES`."""
        return self._layout.array("axis.unit_fields")

    # columns

    @cached_property
    def body_lengths(self) -> Array:
        """The number of words of each document."""
        return self._layout.array("body_lengths")

    @cached_property
    def headline_lengths(self) -> Array:
        """The number of words of each document's headline."""
        return self._layout.array("headline_lengths")

    @cached_property
    def days(self) -> Array:
        """The ordinal of each document's date, 0 without one; ascending."""
        return self._layout.array("days")

    @cached_property
    def ordinals(self) -> Array:
        """The place of each document on its page, from 0."""
        return self._layout.array("ordinals")

    def codes(self, name: str) -> Array:
        """For each document the number of its value in a column."""
        return self._layout.array(f"{name}.codes")

    def values(self, name: str) -> list[str]:
        """The values of a column, by number, or all places for `place`.

        A value of `locality` is all the places of a document, put together by `SEPARATOR`.
        """
        return list(Texts(self._layout, name))

    def value_bitmaps(self, name: str) -> list[BitMap]:
        """The documents that have each value of `paper`, `section`, `kind` or `place`."""
        starts = self._layout.array(f"{name}.bitmap_starts").tolist()
        bitmaps = memoryview(self._layout.array(f"{name}.bitmaps"))
        return [BitMap.deserialize(bitmaps[start:end]) for start, end in zip(starts, starts[1:], strict=False)]

    def coded(self, name: str) -> tuple[Array, list[bytes]]:
        """For each document the number of its value in a column, `source` among them, and the values."""
        if name == "source":
            codes = np.empty(self.documents, np.uint32)
            codes[self._by_source] = np.repeat(np.arange(len(self.sources)), np.diff(self._source_starts))
            return codes, self.sources.raws(0, len(self.sources))
        texts = Texts(self._layout, name)
        return self.codes(name), texts.raws(0, len(texts))

    # documents

    @cached_property
    def ids(self) -> SearchableTexts:
        """The documents' ids."""
        return SearchableTexts(self._layout, "ids")

    def id_of(self, document: int) -> str:
        """The id of a document."""
        return self.ids[document]

    def find_ids(self, article_id: str) -> list[int]:
        """The documents with an id, ascending: more than one when pages that say the same were indexed."""
        return self.ids.find_all(encode(article_id))

    @cached_property
    def sources(self) -> SearchableTexts:
        """The page files that the documents were made from, each once."""
        return SearchableTexts(self._layout, "sources")

    def made_from(self, source: str) -> list[int]:
        """The documents made from a page file, ascending."""
        number = self.sources.find(encode(source))
        if number is None:
            return []
        return sorted(self._by_source[self._source_starts[number] : self._source_starts[number + 1]].tolist())

    def source_fingerprints(self) -> Iterator[tuple[str, str, list[int]]]:
        """Each page file, what it was made from, and its documents."""
        prints, codes = self.values("fingerprint"), self.codes("fingerprint")
        starts = self._source_starts
        for number, source in enumerate(self.sources):
            documents = self._by_source[starts[number] : starts[number + 1]]
            yield source, prints[codes[documents[0]]], documents.tolist()

    def stored(self, document: int) -> Document:
        """The document itself."""
        return stored.from_json(self.stored_json(document))

    def stored_json(self, document: int) -> str:
        """The document as it was stored."""
        return unpack(self.packed(document))

    def packed(self, document: int) -> bytes:
        """The document as it is packed."""
        return self._stored.raw(document)

    @cached_property
    def _by_source(self) -> Array:
        return self._layout.array("sources.documents")

    @cached_property
    def _source_starts(self) -> memoryview:
        return memoryview(self._layout.array("sources.starts"))

    @cached_property
    def _stored(self) -> Texts:
        return Texts(self._layout, "stored")

    def verify(self) -> None:
        """Compare the whole file with its checksums. Raises `LayoutError`, a ValueError."""
        self._layout.verify()


def gram_key(gram: str) -> int:
    """A gram as a number that sorts as its text does; a single character is followed by nothing.

    >>> gram_key("长") < gram_key("长江") < gram_key("长沙")
    True
    """
    first, *second = map(ord, gram)
    return first << CHARACTER_BITS | (second[0] if second else 0)
