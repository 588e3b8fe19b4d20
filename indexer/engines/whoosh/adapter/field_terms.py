"""The terms of a flat segment as Whoosh asks for them: by field, in the order of their bytes, with their postings."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from indexer.engines.whoosh.adapter.schema import DAY
from indexer.engines.whoosh.segment.array_types import AnyArray, DocIds
from indexer.engines.whoosh.segment.format import BITMAP_COLUMNS, decode, encode
from indexer.engines.whoosh.segment.segment import BLOCK_SHIFT, FlatSegment
from indexer.engines.whoosh.segment.term_postings import BODY_TF_BITS, MAX_BODY_TF, TermPostings


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """The documents of a term, ascending, with its frequency in each, and for grams its positions in each in bytes."""

    doc_ids: DocIds
    frequencies: AnyArray
    values: Sequence[bytes] | None = None


class Lexicon(Protocol):
    """The terms of one field."""

    def postings(self, term: bytes) -> FieldPostings | None:
        """The postings of a term; None when no document holds it."""

    def terms_from(self, term: bytes) -> Iterator[bytes]:
        """All terms that are not less than this one, in order."""


def lexicons(segment: FlatSegment) -> dict[str, Lexicon]:
    """The indexed fields of a segment, by name."""
    found: dict[str, Lexicon] = {
        "words": WordLexicon(segment, _body_frequencies),
        "headline_words": WordLexicon(segment, _headline_frequencies),
        "grams": GramLexicon(segment),
        "id": Table(lambda: segment.ids.raws(0, segment.doc_count), segment.ids.find_all),
        "source": Table(
            lambda: list(map(encode, segment.sources)), lambda term: segment.doc_ids_of_source(decode(term))
        ),
        "day": Table(lambda: [DAY.to_bytes(day) for day in np.unique(segment.days).tolist()], _days(segment)),
    }
    return found | {name: Table(*_column(segment, name)) for name in (*BITMAP_COLUMNS, "place")}


class WordLexicon:
    """The words of the body or of the headline: both are in one list, so a word may be in it and not in the field."""

    def __init__(self, segment: FlatSegment, frequencies: Callable[[TermPostings], AnyArray]) -> None:
        self._segment = segment
        self._frequencies = frequencies

    def postings(self, term: bytes) -> FieldPostings | None:
        """The postings of a word; None when it is not in the field."""
        number = self._segment.words.dictionary.find(term)
        return None if number is None else self._postings(number)

    def terms_from(self, term: bytes) -> Iterator[bytes]:
        """All words of the field that are not less than this one, in order."""
        words = self._segment.words.dictionary
        numbers = range(words.at_least(term), len(words))
        return (words.raw(number) for number in numbers if self._postings(number))

    def _postings(self, number: int) -> FieldPostings | None:
        found = self._segment.words.term_at(number)
        frequencies = self._frequencies(found)
        held = np.flatnonzero(frequencies)
        return FieldPostings(found.doc_ids[held], frequencies[held]) if len(held) else None


def _body_frequencies(found: TermPostings) -> AnyArray:
    return _exact(found, found.packed_tf & MAX_BODY_TF, 1)


def _headline_frequencies(found: TermPostings) -> AnyArray:
    return _exact(found, found.packed_tf >> BODY_TF_BITS, 2)


def _exact(found: TermPostings, frequencies: AnyArray, which: int) -> AnyArray:
    exact = frequencies.astype(np.uint32)
    exact[np.searchsorted(found.doc_ids, found.overflow[:, 0])] = found.overflow[:, which]
    return exact


class GramLexicon:
    """The grams, whose positions count from the first one of the document."""

    def __init__(self, segment: FlatSegment) -> None:
        self._segment = segment

    def postings(self, term: bytes) -> FieldPostings | None:
        """The postings of a gram; None when it stands nowhere."""
        found = self._segment.grams.positions_of(decode(term))
        if not len(found):
            return None
        doc_ids = self._segment.doc_id_of_block[found >> BLOCK_SHIFT]
        starts = np.flatnonzero(np.diff(doc_ids, prepend=np.uint32(doc_ids[0] + 1)))
        positions = (found - self._segment.position_bases[doc_ids]).tobytes()
        ends = np.append(starts[1:], len(doc_ids))
        values = [positions[4 * start : 4 * end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        return FieldPostings(doc_ids[starts], ends - starts, values)

    def terms_from(self, term: bytes) -> Iterator[bytes]:
        """All grams that are not less than this one, in order."""
        return self._segment.grams.texts_from(term)


class Table:
    """The values of a column as terms."""

    def __init__(self, terms: Callable[[], Sequence[bytes]], doc_ids: Callable[[bytes], Sequence[int]]) -> None:
        self._list_terms = terms
        self._doc_ids = doc_ids

    def postings(self, term: bytes) -> FieldPostings | None:
        """The documents with a value; None when there are none."""
        doc_ids = np.array(self._doc_ids(term), np.uint32)
        return FieldPostings(doc_ids, np.ones(len(doc_ids), np.uint32)) if len(doc_ids) else None

    def terms_from(self, term: bytes) -> Iterator[bytes]:
        """All values that are not less than this one, in order."""
        return iter(self._terms[bisect_left(self._terms, term) :])

    @cached_property
    def _terms(self) -> list[bytes]:
        return sorted(set(self._list_terms()) - {b""})


def _column(segment: FlatSegment, name: str) -> tuple[Callable[[], Sequence[bytes]], Callable[[bytes], Sequence[int]]]:
    def terms() -> Sequence[bytes]:
        return [encode(value) for value in segment.values(name)]

    def doc_ids(term: bytes) -> Sequence[int]:
        values = segment.values(name)
        text = decode(term)
        return list(segment.value_bitmaps(name)[values.index(text)]) if text and text in values else []

    return terms, doc_ids


def _days(segment: FlatSegment) -> Callable[[bytes], Sequence[int]]:
    def doc_ids(term: bytes) -> Sequence[int]:
        day = DAY.from_bytes(term)
        first, last = (int(np.searchsorted(segment.days, day, side)) for side in ("left", "right"))
        return range(first, last)

    return doc_ids
