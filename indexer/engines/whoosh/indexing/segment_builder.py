"""Builds a segment file from documents and their tokens.

Documents are only taken in one by one; what they hold becomes arrays when the segment is written. So what a builder
holds grows with what it is given, and `is_full` says when to write a segment and begin another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.engines import stored_fields
from indexer.engines.facets import facet_values
from indexer.engines.whoosh.indexing.doc_values_writer import DocValues, SortedDocValues, write_doc_values
from indexer.engines.whoosh.indexing.inversion import POSITION_GAP, gram_postings, positioned_runs, word_postings
from indexer.engines.whoosh.indexing.postings_writer import (
    GramsWriter,
    WordsWriter,
    doc_ids_of_blocks,
    position_bases_of,
    write_position_space,
)
from indexer.engines.whoosh.segment.arrays import joined
from indexer.engines.whoosh.segment.container import LayoutWriter
from indexer.engines.whoosh.segment.format import FIELD_NAMES, SEPARATOR, SORTED_COLUMNS, encode
from indexer.model import FACETS, TokenisedDocument

FULL_AT_POSITIONS = 1 << 24
"""A builder with this number of characters is full: about 26,000 articles."""


class SegmentBuilder:
    """Collects documents in memory and writes them as a segment."""

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._by_source: defaultdict[str, list[int]] = defaultdict(list)
        self._dropped: set[int] = set()
        self._positions = 0

    def __len__(self) -> int:
        return len(self._rows) - len(self._dropped)

    @property
    def is_full(self) -> bool:
        """Whether it is time to write a segment, for the sake of memory."""
        return self._positions >= FULL_AT_POSITIONS

    def add(self, tokenised: TokenisedDocument, fingerprint: str) -> None:
        """Take a document in, with the fingerprint of what its page file's documents are made from."""
        row = _row(tokenised, fingerprint)
        self._by_source[row.source].append(len(self._rows))
        self._rows.append(row)
        self._positions += len(row.text)

    def drop(self, source: str) -> None:
        """Remove the documents made from a page file."""
        self._dropped.update(self._by_source.pop(source, ()))

    def write(self, path: Path) -> None:
        """Write the segment to a file, which is deleted again if that fails."""
        rows = [row for number, row in enumerate(self._rows) if number not in self._dropped]
        rows.sort(key=lambda row: row.id, reverse=True)
        rows.sort(key=lambda row: row.day)
        writer = LayoutWriter(path)
        try:
            _write_positions(writer, [row.text for row in rows], b"".join([row.unit_fields for row in rows]))
            headlines_apart = _write_words(writer, rows)
            values = _doc_values(rows)
            write_doc_values(writer, values)
            writer.close(
                {
                    "doc_count": len(rows),
                    "body_total": int(values.body_lengths.sum()),
                    "headline_total": int(values.headline_lengths.sum()),
                    "headlines_apart": headlines_apart,
                }
            )
        except BaseException:
            writer.abandon()
            raise


def _write_positions(writer: LayoutWriter, texts: Sequence[str], unit_fields: bytes) -> None:
    """Lay the documents' units out in the position space, and write it and the positions of every gram."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    position_bases = position_bases_of(lengths)
    unit_starts = joined([run.unit_starts for run in positioned_runs(texts, lengths, position_bases)], np.uint32)
    write_position_space(writer, position_bases, unit_starts, np.frombuffer(unit_fields, np.uint8))
    grams = GramsWriter(writer, doc_ids_of_blocks(position_bases), len(texts))
    grams.add(*gram_postings(texts, lengths, position_bases))
    grams.close()


def _write_words(writer: LayoutWriter, rows: Sequence[_Row]) -> bool:
    """Write the words. Return whether some headline has a word that its body lacks."""
    words = WordsWriter(writer, len(rows))
    words.add(*word_postings([row.words for row in rows], [row.headline_words for row in rows]))
    return words.close()


@dataclass(frozen=True, slots=True)
class _Row:
    """What is kept of one document until the segment is written."""

    text: str
    unit_fields: bytes
    words: str
    headline_words: str
    id: str
    day: int
    ordinal: int
    body_length: int
    headline_length: int
    source: str
    values: tuple[str, ...]
    stored: bytes


def _row(tokenised: TokenisedDocument, fingerprint: str) -> _Row:
    document = tokenised.document
    article = document.article
    values = {name: SEPARATOR.join(facet_values(name, document)) for name in FACETS if name != "date"}
    values |= {"page": document.page, "title": document.paper_title, "rights": document.rights}
    values["fingerprint"] = fingerprint
    return _Row(
        text=_parted([unit.text for unit in tokenised.units]),
        unit_fields=bytes([FIELD_NAMES.index(unit.field) for unit in tokenised.units]),
        words=_parted(tokenised.words),
        headline_words=_parted(tokenised.headline_words),
        id=article.id,
        day=article.date.toordinal() if article.date else 0,
        ordinal=document.ordinal,
        body_length=len(tokenised.words),
        headline_length=len(tokenised.headline_words),
        source=document.source,
        values=tuple(values[name] for name in SORTED_COLUMNS),
        stored=stored_fields.to_bytes(document),
    )


def _parted(texts: Sequence[str]) -> str:
    """Texts with a gap behind each."""
    parted = POSITION_GAP.join(texts) + POSITION_GAP if texts else ""
    if parted.count(POSITION_GAP) != len(texts):
        return _parted([text.replace(POSITION_GAP, "\N{REPLACEMENT CHARACTER}") for text in texts])
    return parted


def _doc_values(rows: Sequence[_Row]) -> DocValues:
    return DocValues(
        ids=[encode(row.id) for row in rows],
        days=np.array([row.day for row in rows], np.int64),
        page_ordinals=np.array([row.ordinal for row in rows], np.int64),
        body_lengths=np.array([row.body_length for row in rows], np.int64),
        headline_lengths=np.array([row.headline_length for row in rows], np.int64),
        sources=_sorted_doc_values([row.source for row in rows]),
        columns={name: _sorted_doc_values([row.values[at] for row in rows]) for at, name in enumerate(SORTED_COLUMNS)},
        stored=lambda doc_ids: [rows[doc_id].stored for doc_id in doc_ids],
    )


def _sorted_doc_values(values: Sequence[str]) -> SortedDocValues:
    distinct = sorted(set(values))
    number = {value: at for at, value in enumerate(distinct)}
    return SortedDocValues(
        np.array([number[value] for value in values], np.int64), [encode(value) for value in distinct]
    )
