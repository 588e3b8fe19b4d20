"""The format of a segment file: its version, its sections, and how texts and fields are encoded in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple, get_args

from indexer.engines import stored_fields
from indexer.model import Field as FieldName

FORMAT_VERSION = 11
"""Raise it with every change of a section, of the order of documents or of the schema: older indexes are refused."""

FIELD_NAMES: tuple[FieldName, ...] = get_args(FieldName)
SEPARATOR = "\x1f"
"""Separates the values of a column that has several; a control character, so it occurs in no value."""

BITMAP_COLUMNS = ("paper", "section", "kind", "quality")
SORTED_COLUMNS = (*BITMAP_COLUMNS, "locality", "page", "title", "rights", "fingerprint")
"""Columns of values that recur. `place` is no column: a document has any number of places."""


class SectionFormat(NamedTuple):
    """One section of a segment file.

    `dtype` is a little-endian NumPy type, or "u": the narrowest unsigned integer that holds all values. `length` is the
    number of items, computed from `doc_count` or from the length of another section, or "any".
    """

    name: str
    dtype: str
    length: str
    meaning: str


def _string_table(name: str, length: str, meaning: str) -> tuple[SectionFormat, ...]:
    return (
        SectionFormat(f"{name}.bytes", "u1", "any", f"{meaning}: UTF-8 (`encode`), one after another"),
        SectionFormat(f"{name}.offsets", "u", length, "where each begins in .bytes, and where the last one ends"),
    )


def _hash_table(name: str) -> tuple[SectionFormat, ...]:
    return (
        SectionFormat(f"{name}.buckets", "u", "any", "where each bucket of crc32 begins in .numbers, and the end"),
        SectionFormat(f"{name}.numbers", "u", f"{name}.offsets - 1", "the ordinals in .offsets, bucket by bucket"),
    )


def _value_bitmaps(name: str) -> tuple[SectionFormat, ...]:
    return (
        SectionFormat(f"{name}.bitmaps", "u1", "any", "documents with each value: serialised roaring bitmaps"),
        SectionFormat(f"{name}.bitmap_starts", "u", f"{name}.offsets", "where each bitmap begins, and the end"),
    )


SECTIONS = (
    # the position space
    SectionFormat("positions.bases", "u4", "doc_count + 1", "first position of each document, and the first after all"),
    SectionFormat("positions.doc_id_of_block", "u4", "any", "doc_id of each block of positions, ascending"),
    SectionFormat("positions.unit_starts", "u4", "any", "first position of each unit, ascending"),
    SectionFormat("positions.unit_fields", "u1", "positions.unit_starts", "index in FIELD_NAMES of each unit's field"),
    # terms; a common one is in at least LISTED documents
    *_string_table("words", "words.starts", "terms in byte order"),
    *_hash_table("words"),
    SectionFormat("words.starts", "u", "any", "where the postings of each term begin, and the end; common: no posting"),
    SectionFormat("words.doc_ids", "u4", "any", "doc_ids, term by term, ascending in each"),
    SectionFormat("words.packed_tf", "u1", "words.doc_ids", "packed tf of each posting"),
    SectionFormat("words.common", "u4", "any", "ordinals of common terms, ascending"),
    SectionFormat("words.common_bitmaps", "u1", "any", "documents of each common term: serialised roaring bitmaps"),
    SectionFormat("words.common_starts", "u", "words.common + 1", "where each bitmap begins, and the last one ends"),
    SectionFormat("words.common_crc32", "u4", "words.common", "crc32 of each bitmap"),
    SectionFormat("words.common_packed_tf", "u1", "any", "packed tf of each posting; dense terms: of each document"),
    SectionFormat("words.common_packed_tf_starts", "u", "words.common + 1", "where those of each term begin, and end"),
    SectionFormat("words.common_doc_freqs", "u4", "words.common", "documents with each common term"),
    SectionFormat("words.common_headline_doc_freqs", "u4", "words.common", "documents with it in the headline"),
    SectionFormat("words.overflow_words", "u4", "any", "term ordinal of each posting whose packed tf is full"),
    SectionFormat("words.overflow", "u4", "3 * words.overflow_words", "its doc_id, and exact tf in body and headline"),
    # character bigrams
    SectionFormat("grams.alphabet", "u4", "any", "code points that occur, ascending; 0 for no character"),
    SectionFormat("grams.keys", "u", "any", "bigrams ascending, each two ordinals in the alphabet"),
    SectionFormat("grams.starts", "u", "grams.keys + 1", "where the positions of each bigram begin, and the end"),
    SectionFormat("grams.positions", "u4", "any", "positions, bigram by bigram, ascending in each"),
    SectionFormat("grams.counted", "u4", "any", "ordinals of bigrams with many positions, ascending"),
    SectionFormat("grams.doc_freqs", "u4", "grams.counted", "documents with each of these"),
    SectionFormat("grams.frequent", "u", "any", "keys of bigrams and characters in many documents, ascending"),
    SectionFormat("grams.frequent_bitmaps", "u1", "any", "documents of each of these: serialised roaring bitmaps"),
    SectionFormat("grams.frequent_starts", "u", "grams.frequent + 1", "where each bitmap begins, and the end"),
    SectionFormat("grams.frequent_crc32", "u4", "grams.frequent", "crc32 of each bitmap"),
    # doc values: one item for each document, in the order of doc_ids
    SectionFormat("days", "u4", "doc_count", "ordinal of the date, 0 without one; ascending"),
    SectionFormat("page_ordinals", "u", "doc_count", "ordinal on its page, from 0"),
    SectionFormat("body_lengths", "u", "doc_count", "number of words"),
    SectionFormat("headline_lengths", "u", "doc_count", "number of words in the headline"),
    *(SectionFormat(f"{name}.ordinals", "u", "doc_count", "ordinal of the value below") for name in SORTED_COLUMNS),
    *(section for name in (*SORTED_COLUMNS, "place") for section in _string_table(name, "any", "values in byte order")),
    *(section for name in (*BITMAP_COLUMNS, "place") for section in _value_bitmaps(name)),
    # documents
    *_string_table("ids", "doc_count + 1", "article ids"),
    *_hash_table("ids"),
    *_string_table("sources", "any", "page files in byte order"),
    *_hash_table("sources"),
    SectionFormat("sources.starts", "u", "sources.offsets", "where the doc_ids of each page file begin, and the end"),
    SectionFormat("sources.doc_ids", "u4", "doc_count", "doc_ids by page file, ascending in each"),
    SectionFormat("stored.dictionary", "u1", "any", "zstandard dictionary, empty where there is none"),
    *_string_table("stored", "doc_count + 1", "stored documents, each a zstandard frame"),
)
"""All sections of a segment file. `LayoutWriter.close` checks what it wrote against this table."""

BULK = frozenset(
    (
        "grams.frequent_bitmaps",
        "grams.positions",
        "stored.bytes",
        "words.common_bitmaps",
        "words.common_packed_tf",
        "words.doc_ids",
    )
)
"""Long sections, nine tenths of a file, which are read here and there, so they are not compared with their checksums
when they are first used. Each bitmap and each stored document has a checksum of its own, which is looked at."""

FACTS = ("body_total", "doc_count", "headline_total", "headlines_apart")
"""Words in all documents, documents, words in all headlines; whether a headline has a word that its body lacks."""

_LENGTH = re.compile(r"(?:(\d) \* )?(\S+)(?: ([+-]) 1)?")


def check_sections(written: Mapping[str, tuple[str, int]], facts: Mapping[str, int | str]) -> None:
    """Compare the dtype and length of each section with `SECTIONS`, and the names of facts with `FACTS`.

    Raises AssertionError where they differ: the writer and the table must be changed together.
    """
    if (names := {section.name for section in SECTIONS}) != written.keys() or set(FACTS) != facts.keys():
        raise AssertionError(
            f"sections or facts missing or unknown: {names ^ written.keys() | set(FACTS) ^ facts.keys()}"
        )
    lengths = {name: length for name, (_, length) in written.items()} | {"doc_count": int(facts["doc_count"])}
    for section in SECTIONS:
        dtype = written[section.name][0].lstrip("<|")
        if dtype != section.dtype and not (section.dtype == "u" and dtype in ("u1", "u2", "u4", "u8")):
            raise AssertionError(f"{section.name} has dtype {dtype}, not {section.dtype}")
        if section.length != "any" and lengths[section.name] != _length(section.length, lengths):
            raise AssertionError(f"{section.name} has {lengths[section.name]} items, not {section.length}")


def _length(rule: str, lengths: Mapping[str, int]) -> int:
    """Compute a length.

    >>> _length("doc_count + 1", {"doc_count": 4}), _length("3 * words.overflow_words", {"words.overflow_words": 2})
    (5, 6)
    """
    match = _LENGTH.fullmatch(rule)
    if match is None:
        raise AssertionError(f"not a length: {rule}")
    factor, other, sign = match.groups()
    return int(factor or 1) * lengths[other] + {None: 0, "+": 1, "-": -1}[sign]


def encode(text: str) -> bytes:
    """Text as the bytes of a term or a column. A file's name may hold bytes that are no text: they pass as surrogates.

    >>> decode(encode("版\\udcff"))
    '版\\udcff'
    """
    return text.encode("utf-8", "surrogatepass")


def decode(value: bytes) -> str:
    """The text that `encode` made the bytes from."""
    return value.decode("utf-8", "surrogatepass")


def fingerprint() -> str:
    """Identify the format in 8 hex digits: its version and the names and types of all stored fields."""
    return sha256(f"flat {FORMAT_VERSION} {stored_fields.fingerprint()}".encode()).hexdigest()[:8]
