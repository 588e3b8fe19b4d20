"""Documents and their tokens into a segment's file: words and characters become numbers, numbers are sorted once.

A token costs a look-up in a dictionary of the words met so far; all that comes after is arithmetic on whole arrays. What
a builder holds grows with what it is given, so `is_full` says when to write a segment and begin another.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, count
from pathlib import Path

import numpy as np

from indexer.engines.facets import FACETS, facet_values
from indexer.engines.whoosh import stored
from indexer.engines.whoosh.compression import pack
from indexer.engines.whoosh.flat import CHARACTER_BITS, CODED_COLUMNS
from indexer.engines.whoosh.layout import Array, Fact, LayoutWriter
from indexer.engines.whoosh.parts import (
    Coded,
    Columns,
    GramsWriter,
    Postings,
    WordsWriter,
    axis_bases,
    documents_of_blocks,
    joined,
    write_axis,
    write_columns,
)
from indexer.engines.whoosh.schema import FIELD_NAMES, SEPARATOR, encode
from indexer.engines.whoosh.texts import offsets
from indexer.model import TokenisedDocument

FULL_AT_PLACES = 1 << 25
"""A builder is full with so many characters, some 50,000 articles: it then holds … MB and takes … MB to write them."""
_AT_ONCE = 1 << 17
"""Long arrays are worked on in pieces that stay in the processor's cache and use the same memory over and over again:
for arrays of whole segments, half of the time goes into getting fresh memory from the system."""
_GAP = "\0"
"""Follows every unit; no unit holds it, for folding drops control characters."""


def build_segment(documents: Iterable[TokenisedDocument], path: Path) -> None:
    """Write a segment of these documents. This is what worker processes run; a writer adopts the file."""
    builder = SegmentBuilder()
    for document in documents:
        builder.add(document)
    builder.write(path)


class SegmentBuilder:
    """A segment in the making."""

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._texts: list[str] = []
        self._unit_fields: list[bytes] = []
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._tokens = array("I")
        self._headline_tokens = array("I")
        self._by_source: defaultdict[str, list[int]] = defaultdict(list)
        self._dropped: set[int] = set()
        self._places = 0

    def __len__(self) -> int:
        return len(self._rows) - len(self._dropped)

    @property
    def is_full(self) -> bool:
        """Whether it is time to write a segment, for the sake of memory."""
        return self._places >= FULL_AT_PLACES

    def add(self, tokenised: TokenisedDocument) -> None:
        """Take a document in."""
        number_of = self._numbers.__getitem__
        self._tokens.extend(map(number_of, tokenised.words))
        self._headline_tokens.extend(map(number_of, tokenised.headline_words))
        text = "".join([unit.text.replace(_GAP, "\N{REPLACEMENT CHARACTER}") + _GAP for unit in tokenised.units])
        self._texts.append(text)
        self._unit_fields.append(bytes([FIELD_NAMES.index(unit.field) for unit in tokenised.units]))
        self._places += len(text)
        self._by_source[tokenised.document.source].append(len(self._rows))
        self._rows.append(_row(tokenised))

    def drop(self, source: str) -> None:
        """Forget the documents made from a page file."""
        self._dropped.update(self._by_source.pop(source, ()))

    def write(self, path: Path) -> None:
        """Write the segment to a file, which is deleted again if that fails."""
        writer = LayoutWriter(path)
        try:
            order = self._order()
            writer.close(self._write_sections(writer, order))
        except BaseException:
            writer.abandon()
            raise

    def _order(self) -> list[int]:
        """The documents as they will lie in the segment."""
        kept = [number for number in range(len(self._rows)) if number not in self._dropped]
        kept.sort(key=lambda number: self._rows[number].id, reverse=True)
        kept.sort(key=lambda number: self._rows[number].day)
        return kept

    def _write_sections(self, writer: LayoutWriter, order: list[int]) -> dict[str, Fact]:
        texts = [self._texts[number] for number in order]
        units = [self._unit_fields[number] for number in order]
        _write_places(writer, texts, units)
        headlines_apart = self._write_words(writer, order)
        columns = _columns([self._rows[number] for number in order])
        write_columns(writer, columns)
        return {
            "documents": len(order),
            "body_total": int(columns.body_lengths.sum()),
            "headline_total": int(columns.headline_lengths.sum()),
            "headlines_apart": headlines_apart,
        }

    def _write_words(self, writer: LayoutWriter, order: list[int]) -> bool:
        """Sort (word, document) as one number for each token, and count what is equal."""
        place = np.full(len(self._rows), -1, np.int64)
        place[order] = np.arange(len(order))
        body = self._numbered(self._tokens, [row.body_length for row in self._rows], place)
        headline = self._numbered(self._headline_tokens, [row.headline_length for row in self._rows], place)
        words, ranks = self._ranked(body.numbers, headline.numbers)
        found = WordsWriter(writer, len(order))
        found.add(words, _postings(_distinct(_word_keys(body, ranks)), _distinct(_word_keys(headline, ranks))))
        return found.close()

    def _numbered(self, tokens: array[int], lengths: list[int], place: Array) -> _Tokens:
        """Tokens by number, and the document of each, without those of documents that were dropped."""
        numbers = np.frombuffer(tokens, np.uint32)
        documents = np.repeat(place, np.array(lengths, np.int64))
        if not self._dropped:
            return _Tokens(numbers, documents)
        kept = documents >= 0
        return _Tokens(numbers[kept], documents[kept])

    def _ranked(self, *tokens: Array) -> tuple[list[bytes], Array]:
        """The words of these tokens in order, and number → place in that order."""
        used = np.zeros(len(self._numbers), bool)
        for numbers in tokens:
            used[numbers] = True
        words = sorted(compress(self._numbers, used.tolist()))
        ranks = np.zeros(len(used), np.int64)
        ranks[np.fromiter(map(self._numbers.__getitem__, words), np.int64, len(words))] = np.arange(len(words))
        return encode(_GAP.join(words)).split(encode(_GAP)) if words else [], ranks


# --- words


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The number of each token's word, and its document."""

    numbers: Array
    documents: Array


def _word_keys(tokens: _Tokens, ranks: Array) -> Array:
    """(word's rank, document) as one number for each token, sorted."""
    keys = np.empty(len(tokens.numbers), np.int64)
    for begin in range(0, len(keys), _AT_ONCE):
        here = slice(begin, begin + _AT_ONCE)
        keys[here] = ranks[tokens.numbers[here]] << 32 | tokens.documents[here]
    keys.sort()
    return keys


def _distinct(keys: Array) -> tuple[Array, Array]:
    """The different ones of sorted keys, and how often each comes."""
    starts = _starts(keys, 0)
    return keys[starts], np.diff(starts, append=len(keys))


def _postings(body: tuple[Array, Array], headline: tuple[Array, Array]) -> Postings:
    """Postings of words in the body and in the headline; nearly always those in the headline are in the body too."""
    pairs = body[0]
    at = np.searchsorted(pairs, headline[0])
    if not np.array_equal(pairs[np.minimum(at, len(pairs) - 1)] if len(pairs) else at[:0], headline[0]):
        pairs = np.union1d(pairs, headline[0])
    counts = []
    for own, own_counts in (body, headline):
        of_all = np.zeros(len(pairs), np.int64)
        of_all[np.searchsorted(pairs, own) if len(own) < len(pairs) else slice(None)] = own_counts
        counts.append(of_all)
    return Postings(pairs >> 32, (pairs & 0xFFFFFFFF).astype(np.uint32), *counts)


def _starts(keys: Array, ignored_bits: int) -> Array:
    """Where among sorted keys another one begins, not looking at the lowest bits."""
    found = [np.zeros(min(len(keys), 1), np.int64)]
    for begin in range(0, len(keys), _AT_ONCE):
        here = keys[begin : begin + _AT_ONCE + 1] >> keys.dtype.type(ignored_bits)
        found.append(begin + 1 + np.flatnonzero(here[1:] != here[:-1]))
    return np.concatenate(found)


# --- grams


def _write_places(writer: LayoutWriter, texts: Sequence[str], unit_fields: Sequence[bytes]) -> None:
    """Lay the documents' units on the axis, and write it and where every gram stands."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    bases = axis_bases(lengths)
    shifts = bases[:-1] - offsets(lengths)[:-1]
    runs = list(_runs(texts, lengths, shifts))
    starts = [run.places[np.flatnonzero(np.concatenate((_FIRST, run.characters[:-1] == 0)))] for run in runs]
    write_axis(writer, bases, joined(starts, np.int64), np.frombuffer(b"".join(unit_fields), np.uint8))
    grams = GramsWriter(writer, documents_of_blocks(bases), len(texts))
    if int(lengths.sum()):
        grams.add(*_sorted_grams(runs))
    grams.close()


_FIRST = np.ones(1, bool)
_DOCUMENTS_A_RUN = 256


@dataclass(frozen=True, slots=True)
class _Run:
    """Code points of documents, each unit with the gap behind it, and their places."""

    characters: Array
    places: Array


def _runs(texts: Sequence[str], lengths: Array, shifts: Array) -> Iterator[_Run]:
    begin = 0
    for first in range(0, len(texts), _DOCUMENTS_A_RUN):
        here = slice(first, first + _DOCUMENTS_A_RUN)
        text = "".join(texts[here])
        if text:
            characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
            places = np.arange(begin, begin + len(text)) + np.repeat(shifts[here], lengths[here])
            yield _Run(characters, places.astype(np.uint32))
            begin += len(text)


def _sorted_grams(runs: Sequence[_Run]) -> tuple[Array, Array, Array]:
    """All grams in order, how often each stands, and where: (two characters, place) is sorted as one number."""
    is_used = np.zeros(1 << CHARACTER_BITS, bool)
    for run in runs:
        is_used[run.characters] = True
    alphabet = np.flatnonzero(is_used).astype(np.uint64)
    letter = np.zeros(1 << CHARACTER_BITS, np.uint64)
    letter[alphabet] = np.arange(len(alphabet))
    bits = len(alphabet).bit_length()
    keys = _gram_keys(runs, letter, bits)
    keys.sort()
    starts = _starts(keys, 64 - 2 * bits)
    grams = keys[starts] >> np.uint64(64 - 2 * bits)
    first, second = alphabet[grams >> np.uint64(bits)], alphabet[grams & np.uint64((1 << bits) - 1)]
    return first << np.uint64(CHARACTER_BITS) | second, np.diff(starts, append=len(keys)), _places(keys, 64 - 2 * bits)


def _gram_keys(runs: Sequence[_Run], letter: Array, bits: int) -> Array:
    """(two letters, place) as one number for each character that is no gap."""
    keys = np.empty(sum(int(np.count_nonzero(run.characters)) for run in runs), np.uint64)
    end = 0
    for run in runs:
        letters = letter[run.characters]
        pairs = letters[:-1] << np.uint64(bits) | letters[1:]
        held = (pairs << np.uint64(64 - 2 * bits) | run.places[:-1])[run.characters[:-1] != 0]
        begin, end = end, end + len(held)
        keys[begin:end] = held
    return keys


def _places(keys: Array, place_bits: int) -> Array:
    places = np.empty(len(keys), np.uint32)
    for begin in range(0, len(keys), _AT_ONCE):
        here = slice(begin, begin + _AT_ONCE)
        places[here] = keys[here] & np.uint64((1 << place_bits) - 1)
    return places


# --- columns


@dataclass(frozen=True, slots=True)
class _Row:
    """What is kept of one document beside its tokens."""

    id: str
    day: int
    ordinal: int
    body_length: int
    headline_length: int
    source: str
    values: tuple[str, ...]
    stored: bytes


def _row(tokenised: TokenisedDocument) -> _Row:
    document = tokenised.document
    article = document.article
    values = {name: SEPARATOR.join(facet_values(name, document)) for name in FACETS if name != "date"}
    values |= {"page": document.page, "title": document.paper_title, "fingerprint": document.fingerprint}
    return _Row(
        id=article.id,
        day=article.date.toordinal() if article.date else 0,
        ordinal=document.ordinal,
        body_length=len(tokenised.words),
        headline_length=len(tokenised.headline_words),
        source=document.source,
        values=tuple(values[name] for name in CODED_COLUMNS),
        stored=pack(stored.to_json(document)),
    )


def _columns(rows: Sequence[_Row]) -> Columns:
    return Columns(
        ids=[encode(row.id) for row in rows],
        days=np.array([row.day for row in rows], np.int64),
        ordinals=np.array([row.ordinal for row in rows], np.int64),
        body_lengths=np.array([row.body_length for row in rows], np.int64),
        headline_lengths=np.array([row.headline_length for row in rows], np.int64),
        sources=_coded([row.source for row in rows]),
        coded={name: _coded([row.values[at] for row in rows]) for at, name in enumerate(CODED_COLUMNS)},
        stored=[[row.stored for row in rows]],
    )


def _coded(values: Sequence[str]) -> Coded:
    distinct = sorted(set(values))
    number = {value: at for at, value in enumerate(distinct)}
    return Coded(np.array([number[value] for value in values], np.int64), [encode(value) for value in distinct])
