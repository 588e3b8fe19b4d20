"""What a query matches in one segment: each leaf a set of document numbers, each node an operation on sets.

`indexer.engines.matching` says the same in plain words; here postings are read instead of texts.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.engines.whoosh.schema import FIELD_NAMES
from indexer.engines.whoosh.segment import Segment
from indexer.model import And, Everything, Near, Not, Or, Phrase, Prefix, Query, Word
from indexer.model import Field as FieldName

Places = Mapping[int, Sequence[int]]
"""document → the places where a text begins, ascending."""


@dataclass(frozen=True, slots=True)
class Part:
    """A segment as it stands in one generation: `live` are the documents that were not deleted."""

    segment: Segment
    live: frozenset[int]


class Evaluator:
    """Evaluates one request on one part; what it read for matching it keeps for ranking."""

    def __init__(self, part: Part) -> None:
        self._segment = part.segment
        self._live = part.live
        self._frequencies: dict[tuple[str, str], dict[int, int]] = {}

    def find(self, query: Query) -> set[int]:
        """The live documents that a query matches."""
        return self._evaluate(query) & self._live

    def frequencies(self, field: str, term: str) -> dict[int, int]:
        """document → how often it holds a term, deleted documents included."""
        if (field, term) not in self._frequencies:
            self._frequencies[field, term] = self._segment.frequencies(field, term)
        return self._frequencies[field, term]

    def _evaluate(self, query: Query) -> set[int]:
        match query:
            case Everything():
                return set(self._live)
            case Word():
                return self._word(query)
            case Phrase(text, _, field):
                return self._phrase(text, field)
            case Prefix(text, field):
                return self._prefix(text, field)
            case Near(texts, distance):
                return self._near(texts, distance)
            case Not(clause):
                return set(self._live).difference(self._evaluate(clause))
            case And(clauses):
                return self._all(clauses)
            case Or(clauses):
                return set().union(*map(self._evaluate, clauses))

    def _all(self, clauses: Iterable[Query]) -> set[int]:
        """What all clauses match. The negated ones come last and are taken away, so their complement is never made."""
        found: set[int] | frozenset[int] = self._live
        for clause in sorted(clauses, key=lambda clause: isinstance(clause, Not)):
            if not found:
                break
            found = found - self._evaluate(clause.clause) if isinstance(clause, Not) else found & self._evaluate(clause)
        return set(found)

    def _word(self, word: Word) -> set[int]:
        stream = _stream(word.field)
        if stream is None:
            return self._phrase(word.text, word.field)
        lists = sorted((self.frequencies(stream, term) for term in word.terms), key=len)
        found = set(lists[0]).intersection(*lists[1:]) if lists else set()
        return found | self._phrase(word.text, word.field) if word.or_phrase else found

    def _prefix(self, text: str, field: FieldName | None) -> set[int]:
        stream = _stream(field)
        if stream is None:
            return self._phrase(text, field)
        return self._union(stream, self._segment.terms(stream, text)) if text else set()

    def _union(self, field: str, terms: Iterable[str]) -> set[int]:
        return set().union(*(self._segment.frequencies(field, term) for term in terms))

    def _phrase(self, text: str, field: FieldName | None) -> set[int]:
        if field is None and len(text) == 1:
            return self._union("grams", self._segment.terms("grams", text))
        if field is None:
            return set(self._places(text))
        return {document for document, places in self._places(text).items() if self._in_field(document, places, field)}

    def _in_field(self, document: int, places: Iterable[int], field: FieldName) -> bool:
        table = self._segment.unit_table(document)
        # Low bits all set: the entry of the unit that begins at this very place is not greater.
        units = (table[bisect_right(table, place << 3 | 7) - 1] for place in places)
        return any(FIELD_NAMES[unit & 7] == field for unit in units)

    def _near(self, texts: Sequence[str], distance: int) -> set[int]:
        if not texts:
            return set()
        places = [self._places(text) for text in texts]
        lengths = [len(text) for text in texts]
        documents = set(places[0]).intersection(*places[1:])
        return {
            document
            for document in documents
            if _stand_near([of[document] for of in places], lengths, distance, self._segment.unit_table(document))
        }

    def _places(self, text: str) -> Places:
        """Where a text stands: bigrams cover it, two characters at a step.

        The rarest of them decides which documents to look at.
        """
        if not text:
            return {}
        if len(text) == 1:
            return self._places_of_character(text)
        offsets: dict[str, list[int]] = defaultdict(list)
        for at in sorted({*range(0, len(text) - 1, 2), len(text) - 2}):
            offsets[text[at : at + 2]].append(at)
        rarest, *others = sorted(offsets, key=lambda gram: self._segment.document_frequency("grams", gram))
        first, *more = offsets[rarest]
        found = {
            document: {place - first for place in places}
            for document, places in self._segment.places(rarest, self._live).items()
        }
        for gram in [rarest, *others] if more else others:
            found = {
                document: starts
                for document, places in self._segment.places(gram, found).items()
                if (starts := _starts_that_fit(found[document], offsets[gram], frozenset(places)))
            }
        return {document: sorted(starts) for document, starts in found.items()}

    def _places_of_character(self, character: str) -> Places:
        """Where a single character stands: every place has a gram that begins with it."""
        found: dict[int, array[int]] = {}
        for gram in self._segment.terms("grams", character):
            for document, places in self._segment.places(gram, self._live).items():
                found.setdefault(document, array("I")).extend(places)
        return {document: sorted(places) for document, places in found.items()}


def _starts_that_fit(starts: Iterable[int], offsets: Sequence[int], places: frozenset[int]) -> set[int]:
    """Those starts of a phrase that have a gram, which stands at these places, at each of its offsets in the phrase."""
    return {start for start in starts if all(start + offset in places for offset in offsets)}


def _stream(field: FieldName | None) -> str | None:
    """The stream of words for a field (None: for the whole article); None for a field that has none of its own."""
    if field is None:
        return "words"
    return "headline_words" if field == "headline" else None


def _stand_near(
    places: Sequence[Sequence[int]], lengths: Sequence[int], distance: int, unit_table: Sequence[int]
) -> bool:
    """Whether texts at these places stand within one unit with at most `distance` characters between them.

    The tightest stretch that begins at one place takes the next place of every other text from there on.
    """
    room = distance + sum(lengths)
    for start in sorted(set().union(*places)):
        next_places = [bisect_left(of, start) for of in places]
        if any(at == len(of) for at, of in zip(next_places, places, strict=True)):
            return False
        ends = [of[at] + length for at, of, length in zip(next_places, places, lengths, strict=True)]
        next_unit = bisect_right(unit_table, start << 3 | 7)
        limit = unit_table[next_unit] >> 3 if next_unit < len(unit_table) else max(ends)
        if max(ends) - start <= room and max(ends) <= limit:
            return True
    return False
