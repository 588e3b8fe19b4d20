"""Documents and their tokens into a segment's file: words and characters become numbers, numbers are sorted once.

A token costs a look-up in a dictionary of the words met so far; all that comes after is arithmetic on whole arrays. What
a builder holds grows with what it is given, so `is_full` says when to write a segment and begin another.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
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
    write_axis,
    write_columns,
)
from indexer.engines.whoosh.schema import FIELD_NAMES, SEPARATOR, encode
from indexer.engines.whoosh.texts import offsets
from indexer.model import TokenisedDocument

FULL_AT_PLACES = 1 << 25
"""A builder is full with so many characters, some 50,000 articles: it then holds … MB and takes … MB to write them."""
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
        """Sort (word, document, is it in the headline) as one number each, and count what is equal."""
        place = np.full(len(self._rows), -1, np.int64)
        place[order] = np.arange(len(order))
        body = self._numbered(self._tokens, [row.body_length for row in self._rows], place)
        headline = self._numbered(self._headline_tokens, [row.headline_length for row in self._rows], place)
        words, ranks = self._ranked(body, headline)
        keys = np.concatenate((_keys(body, ranks, 0), _keys(headline, ranks, 1)))
        keys.sort()
        found = WordsWriter(writer, len(order))
        found.add(words, _counted(keys))
        return found.close()

    def _numbered(self, tokens: array[int], lengths: list[int], place: Array) -> tuple[Array, Array]:
        """Tokens by number, and the document of each, without those of documents that were dropped."""
        numbers = np.frombuffer(tokens, np.uint32)
        documents = np.repeat(place, np.array(lengths, np.int64))
        if not self._dropped:
            return numbers, documents
        kept = documents >= 0
        return numbers[kept], documents[kept]

    def _ranked(self, *tokens: tuple[Array, Array]) -> tuple[list[bytes], Array]:
        """The words of these tokens in order, and number → place in that order."""
        used = np.zeros(len(self._numbers), bool)
        for numbers, _ in tokens:
            used[numbers] = True
        words = list(self._numbers)
        in_order = sorted(np.flatnonzero(used).tolist(), key=words.__getitem__)
        ranks = np.zeros(len(words), np.uint64)
        ranks[in_order] = np.arange(len(in_order))
        return [encode(words[number]) for number in in_order], ranks


# --- words


def _keys(tokens: tuple[Array, Array], ranks: Array, is_headline: int) -> Array:
    numbers, documents = tokens
    return ranks[numbers] << np.uint64(33) | documents.astype(np.uint64) << np.uint64(1) | np.uint64(is_headline)


def _counted(keys: Array) -> Postings:
    """Postings from sorted keys: how often each pair of word and document comes, in the body and in the headline."""
    pairs = keys >> np.uint64(1)
    starts = np.flatnonzero(np.concatenate((np.ones(min(len(pairs), 1), bool), pairs[1:] != pairs[:-1])))
    ends = np.append(starts[1:], len(pairs))[: len(starts)]
    headlines = offsets(keys & np.uint64(1))
    headline = headlines[ends] - headlines[starts]
    distinct = pairs[starts]
    return Postings(
        words=(distinct >> np.uint64(32)).astype(np.int64),
        documents=(distinct & np.uint64(0xFFFFFFFF)).astype(np.uint32),
        body=ends - starts - headline,
        headline=headline,
    )


# --- grams


def _write_places(writer: LayoutWriter, texts: Sequence[str], unit_fields: Sequence[bytes]) -> None:
    """Lay the documents' units on the axis, and write it and where every gram stands."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    bases = axis_bases(lengths)
    characters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    places = np.arange(len(characters)) + np.repeat(bases[:-1] - offsets(lengths)[:-1], lengths)
    is_gap = characters == 0
    # A unit begins at the first character of all and behind every gap but the last one.
    starts = places[np.concatenate((np.ones(1, bool), is_gap))[: len(places)]]
    write_axis(writer, bases, starts, np.frombuffer(b"".join(unit_fields), np.uint8))
    grams = GramsWriter(writer, documents_of_blocks(bases), len(texts))
    if len(characters):
        grams.add(*_sorted_grams(characters, places, ~is_gap))
    grams.close()


def _sorted_grams(characters: Array, places: Array, is_letter: Array) -> tuple[Array, Array, Array]:
    """All grams in order, how often each stands, and where: (two characters, place) is sorted as one number."""
    is_used = np.zeros(1 << CHARACTER_BITS, bool)
    is_used[characters] = True
    alphabet = np.flatnonzero(is_used)
    letter = np.zeros(1 << CHARACTER_BITS, np.uint64)
    letter[alphabet] = np.arange(len(alphabet))
    bits = len(alphabet).bit_length()
    place_bits = np.uint64(64 - 2 * bits)
    first = letter[characters]
    keys = (first[:-1] << np.uint64(bits) | first[1:]) << place_bits | places[:-1].astype(np.uint64)
    keys = keys[is_letter[:-1]]
    keys.sort()
    grams = keys >> place_bits
    starts = np.flatnonzero(np.concatenate((np.ones(min(len(grams), 1), bool), grams[1:] != grams[:-1])))
    found = grams[starts]
    pair = alphabet.astype(np.uint64)
    coded = pair[found >> np.uint64(bits)] << np.uint64(CHARACTER_BITS) | pair[found & np.uint64((1 << bits) - 1)]
    counts = np.diff(np.append(starts, len(grams)))
    return coded, counts, (keys & ((np.uint64(1) << place_bits) - np.uint64(1))).astype(np.uint32)


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
