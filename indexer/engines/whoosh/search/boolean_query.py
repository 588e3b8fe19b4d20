"""Boolean retrieval in one segment: each leaf of a query is a set of doc_ids, each node a set operation.

`indexer.engines.matching` defines the same on texts; here postings are read instead. Sets are roaring bitmaps. Bitmaps
from a segment may be shared, so none is ever changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyroaring import BitMap

from indexer.engines.whoosh.search.doc_set import DocSet
from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.search.phrases import doc_ids_at, in_field, positions_near, positions_of
from indexer.engines.whoosh.segment.array_types import Mask, PackedTf, Positions
from indexer.engines.whoosh.segment.arrays import bitmap_of
from indexer.engines.whoosh.segment.term_postings import MAX_BODY_TF, TermPostings
from indexer.model import And, Everything, Near, Not, Or, Phrase, Prefix, Query, Word
from indexer.model import Field as FieldName
from indexer.text.furniture_letters import as_furniture


class Evaluator:
    """Evaluates queries on one segment."""

    def __init__(self, live_segment: LiveSegment) -> None:
        self._live_segment = live_segment
        self._segment = live_segment.segment
        self._postings = live_segment.postings

    def find(self, query: Query) -> DocSet:
        """The live documents that a query matches."""
        found = self._live_segment.matched.get(query)
        if found is None:
            found, deleted = self._evaluate(query), self._live_segment.deleted
            if deleted:
                found = DocSet(found.bitmap - deleted)
            self._live_segment.matched.put(query, found, len(found))
        return found

    def count(self, phrase: Phrase, among: BitMap) -> int:
        """How many of some documents are live and hold a phrase. Only their span of positions is looked at."""
        if phrase.field is not None or self._live_segment.matched.get(phrase):
            return self.find(phrase).bitmap.intersection_cardinality(among)
        live = among - self._live_segment.deleted
        found = self._ready(phrase.text)
        if found is None and live:
            position_bases = self._segment.position_bases
            positions = positions_of(
                self._segment, phrase.text, int(position_bases[live.min()]), int(position_bases[live.max() + 1])
            )
            found = self._at(positions).bitmap
        return found.intersection_cardinality(live) if found else 0

    def _evaluate(self, query: Query) -> DocSet:
        match query:
            case Everything():
                return DocSet(self._live_segment.live)
            case Word():
                return self._word(query)
            case Phrase(text, _, field):
                return self._phrase(text, field)
            case Prefix(text, field):
                return self._prefix(text, field)
            case Near(texts, distance):
                return self._at(positions_near(self._segment, texts, distance))
            case Not(clause):
                return DocSet(self._live_segment.live - self._evaluate(clause).bitmap)
            case And(clauses):
                return self._all(clauses)
            case Or(clauses):
                return DocSet(BitMap.union(BitMap(), *(self._evaluate(clause).bitmap for clause in clauses)))

    def _all(self, clauses: Iterable[Query]) -> DocSet:
        """What all clauses match. The negated ones come last and are taken away, so their complement is never made."""
        asked = [self._evaluate(clause) for clause in clauses if not isinstance(clause, Not)]
        found = _intersection(asked) if asked else DocSet(self._live_segment.live)
        for clause in clauses:
            if isinstance(clause, Not) and len(found):
                found = DocSet(found.bitmap - self.find(clause.clause).bitmap)
        return found

    def _word(self, word: Word) -> DocSet:
        if word.field not in (None, "headline"):
            return self._phrase(word.text, word.field)
        found = self._with_terms(word.terms, in_headline=word.field == "headline")
        if word.or_phrase:
            # Found as a query of its own, it is remembered: its number is often asked for next.
            found = _union(found, self.find(Phrase(word.text, word.terms, word.field)))
        return found

    def _with_terms(self, terms: Sequence[str], *, in_headline: bool) -> DocSet:
        found = [self._postings(term) for term in terms]
        known = [postings for postings in found if postings is not None]
        if not found or len(known) < len(found):
            return DocSet()
        return _intersection([_documents(postings, in_headline) for postings in known])

    def _prefix(self, text: str, field: FieldName | None) -> DocSet:
        if field not in (None, "headline"):
            return self._phrase(text, field)
        if not text:
            return DocSet()
        in_headline = field == "headline"
        found = self._segment.prefix(text)
        rare = bitmap_of(found.doc_ids[_in_stream(found.packed_tf, in_headline)])
        return DocSet(rare.union(*(_documents(postings, in_headline).bitmap for postings in found.words)))

    def _phrase(self, text: str, field: FieldName | None) -> DocSet:
        text = as_furniture(text) if field == "furniture" else text
        if field is not None:
            return self._at(in_field(self._segment, positions_of(self._segment, text), field))
        ready = self._ready(text)
        return self._at(positions_of(self._segment, text)) if ready is None else DocSet(ready)

    def _at(self, positions: Positions) -> DocSet:
        return DocSet(doc_ids=doc_ids_at(self._segment, positions))

    def _ready(self, text: str) -> BitMap | None:
        """The documents that hold a text of one or two characters, where it is so common that they were listed."""
        if len(text) == 1:
            return self._segment.character_bitmap(text)
        return self._segment.grams.bitmap(text) if len(text) == 2 else None


def _documents(postings: TermPostings, in_headline: bool) -> DocSet:
    """The documents that hold a term anywhere or in the headline."""
    if in_headline or postings.body_missing:
        return DocSet(doc_ids=postings.doc_ids[_in_stream(postings.packed_tf, in_headline)])
    ready = postings.bitmap
    return DocSet(doc_ids=postings.doc_ids) if ready is None else DocSet(ready)


def _in_stream(packed_tf: PackedTf, in_headline: bool) -> Mask:
    """Which frequency bytes count occurrences in the headline, or anywhere in the article."""
    return packed_tf > MAX_BODY_TF if in_headline else packed_tf & MAX_BODY_TF > 0


def _union(one: DocSet, other: DocSet) -> DocSet:
    """What either set has, often both the same few."""
    if not len(one) or (len(one) == len(other) and one.doc_ids.tobytes() == other.doc_ids.tobytes()):
        return other
    return DocSet(one.bitmap | other.bitmap)


def _intersection(sets: Sequence[DocSet]) -> DocSet:
    """What all sets have in common, the smallest first."""
    first, *others = sorted(sets, key=len)
    if not others or not len(first):
        return first
    found = first.bitmap
    for other in others:
        found = found & other.bitmap
    return DocSet(found)
