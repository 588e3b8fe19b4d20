"""The terms of a flat segment and their postings, in the shape that Whoosh's queries ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from whoosh.codec import base
from whoosh.fields import FieldType
from whoosh.formats import Format
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound
from whoosh.scoring import BaseScorer

from indexer.engines.whoosh.adapter.field_terms import FieldPostings, lexicons
from indexer.engines.whoosh.segment.segment import FlatSegment


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """The terms of all fields."""

    def __init__(self, segment: FlatSegment) -> None:
        self._segment = segment
        self._lexicons = lexicons(segment)
        self._lengths = {"words": segment.body_lengths, "headline_words": segment.headline_lengths}

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._find(*term) is not None

    def indexed_field_names(self) -> Iterable[str]:
        """The fields that have terms."""
        return self._lexicons.keys()

    def cursor(self, fieldname: str, fieldobj: FieldType) -> Cursor:
        """A cursor over the terms of a field."""
        return Cursor(self, fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """All terms."""
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """All terms from this one on."""
        for name in sorted(self._lexicons):
            if name >= fieldname:
                start = prefix if name == fieldname else b""
                yield from ((name, term) for term in self._lexicons[name].terms_from(start))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """All terms and their statistics."""
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """All terms from this one on and their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """The statistics of a term."""
        return self._info(fieldname, self._found(fieldname, text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        """How often a term stands in all documents."""
        return float(self.term_info(fieldname, text).weight())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """How many documents hold a term: 0 where it stands nowhere, as Whoosh asks of it."""
        found = self._find(fieldname, text)
        return 0 if found is None else len(found.doc_ids)

    def matcher(self, fieldname: str, text: bytes, format_: Format, scorer: BaseScorer | None = None) -> Matcher:
        """The documents of a term, one after the other."""
        found = self._found(fieldname, text)
        return Matcher(found, (fieldname, text), format_, scorer, self._info(fieldname, found))

    def _find(self, fieldname: str, text: bytes) -> FieldPostings | None:
        return self._lexicons[fieldname].postings(text) if fieldname in self._lexicons else None

    def _found(self, fieldname: str, text: bytes) -> FieldPostings:
        found = self._find(fieldname, text)
        if found is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return found

    def _info(self, fieldname: str, found: FieldPostings) -> TermInfo:
        lengths = self._lengths[fieldname][found.doc_ids] if fieldname in self._lengths else np.zeros(1, np.uint32)
        return TermInfo(
            weight=float(found.frequencies.sum()),
            df=len(found.doc_ids),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(found.frequencies.max()),
            minid=int(found.doc_ids[0]),
            maxid=int(found.doc_ids[-1]),
        )


class Cursor(base.FieldCursor):  # type: ignore[misc]
    """A cursor over the terms of a field."""

    def __init__(self, terms: TermsReader, fieldname: str, fieldobj: FieldType) -> None:
        self._terms = terms
        self._fieldname = fieldname
        self._fieldobj = fieldobj
        self.first()

    def first(self) -> str | None:
        """Go to the first term."""
        return self.find(b"")

    def find(self, string: str | bytes) -> str | None:
        """Go to the first term that is not less than this one."""
        start = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        self._coming = self._terms.terms_from(self._fieldname, start)
        return self.next()

    def next(self) -> str | None:
        """Go to the next term."""
        name, self._term = next(self._coming, ("", b""))
        self._is_valid = name == self._fieldname
        return self.text()

    def text(self) -> str | None:
        """The term; None behind the last one."""
        return self._fieldobj.from_bytes(self._term) if self._is_valid else None

    def term_info(self) -> TermInfo | None:
        """Its statistics."""
        return self._terms.term_info(self._fieldname, self._term) if self._is_valid else None

    def is_valid(self) -> bool:
        """Whether there is a term."""
        return self._is_valid


class Matcher(LeafMatcher):  # type: ignore[misc]
    """The documents of a term, one after the other. For judging quality, all of them are one block."""

    def __init__(
        self, found: FieldPostings, term: tuple[str, bytes], format_: Format, scorer: BaseScorer | None, info: TermInfo
    ) -> None:
        self.format = format_
        self.scorer = scorer
        self._found = found
        self._term = term
        self._info = info
        self._doc_ids = found.doc_ids.tolist()
        self._at = 0

    def is_active(self) -> bool:
        """Whether there is a document."""
        return self._at < len(self._doc_ids)

    def reset(self) -> None:
        """Go back to the first document."""
        self._at = 0

    def copy(self) -> Matcher:
        """Another one at the same document."""
        other = Matcher(self._found, self._term, self.format, self.scorer, self._info)
        other._at = self._at
        return other

    def id(self) -> int:
        """The document."""
        return int(self._doc_ids[self._at])

    def all_ids(self) -> Iterator[int]:
        """All documents."""
        return iter(self._doc_ids)

    def next(self) -> None:
        """Go to the next document."""
        if not self.is_active():
            raise ReadTooFar
        self._at += 1

    def skip_to(self, id: int) -> None:  # noqa: A002 (Whoosh's name)
        """Go to the first document from this one on that is not less than a number."""
        if not self.is_active():
            raise ReadTooFar
        self._at += int(np.searchsorted(self._found.doc_ids[self._at :], id))

    def weight(self) -> float:
        """How often the document holds the term."""
        return float(self._found.frequencies[self._at])

    def value(self) -> bytes:
        """The positions of a gram in the document, encoded; nothing for other terms."""
        return self._found.values[self._at] if self._found.values else b""

    def skip_to_quality(self, minquality: float) -> int:
        """Pass over all documents if none can be better."""
        if self.block_quality() > minquality:
            return 0
        self._at = len(self._doc_ids)
        return 1

    def block_min_length(self) -> int:
        """The least number of words that one of the documents has."""
        return int(self._info.min_length())

    def block_max_length(self) -> int:
        """The greatest number of words that one of the documents has."""
        return int(self._info.max_length())

    def block_max_weight(self) -> float:
        """How often one of the documents holds the term at most."""
        return float(self._info.max_weight())
