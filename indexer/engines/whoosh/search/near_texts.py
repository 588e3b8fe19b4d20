"""Texts of a segment that are near another text, and units that begin with one; deleted documents count nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from indexer.engines.base import NEWEST_READ
from indexer.engines.near_texts import is_near, most_held, shorter_or_swapped
from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.search.phrases import doc_ids_at, positions_of
from indexer.engines.whoosh.segment.array_types import DocIds, Offsets, Positions
from indexer.engines.whoosh.segment.arrays import bitmap_of
from indexer.engines.whoosh.segment.format import FIELD_NAMES, encode
from indexer.engines.whoosh.segment.string_table import SortedTexts
from indexer.engines.whoosh.segment.term_postings import MAX_BODY_TF
from indexer.model import Field as FieldName
from indexer.model import TextCount

_TIMES_MORE = 16
"""Beginnings are looked for in the newest documents, then in this many times more, until there are enough.

Most texts that people type begin some headline of the newest thousands.
"""
_NOWHERE_BEYOND = 1 << 32
"""More positions than a segment has."""
_AT_FIRST = 4
"""Terms counted at first, in multiples of those wanted."""


def near_terms(live_segments: Sequence[LiveSegment], text: str, limit: int) -> tuple[TextCount, ...]:
    """Return the most frequent terms that are near a text (`Reader.near_terms`)."""
    return _most_frequent(live_segments, lambda live: _near_ordinals(live.segment.words.dictionary, text), limit)


def terms_with_prefix(live_segments: Sequence[LiveSegment], prefix: str, limit: int) -> tuple[TextCount, ...]:
    """Return the most frequent terms with a prefix (`Reader.terms_with_prefix`)."""
    if not prefix:
        return ()

    def ordinals(live_segment: LiveSegment) -> Offsets:
        return np.arange(*live_segment.segment.words.dictionary.beginning_with(encode(prefix)))

    return _most_frequent(live_segments, ordinals, limit)


def letters_between(live_segments: Sequence[LiveSegment], before: str, after: str, limit: int) -> tuple[TextCount, ...]:
    """Return the characters that stand between two texts (`Reader.letters_between`)."""
    gaps = [_gap(live_segment, before, after) for live_segment in live_segments if before and after]
    at_most: Counter[str] = Counter()
    for gap in gaps:
        at_most.update(gap.at_most())
    return _count_best(at_most, lambda letter: sum(gap.count(letter) for gap in gaps), limit)


def held(live_segments: Sequence[LiveSegment], text: str) -> int:
    """Count the live documents that hold a text as a phrase."""
    return sum(_held(live_segment, text) for live_segment in live_segments)


def beginning(live_segment: LiveSegment, field: FieldName, text: str, limit: int) -> list[int]:
    """Return the newest live documents with a unit of a field that begins with a text, newest first."""
    segment = live_segment.segment
    if not text or limit <= 0:
        return []
    looked_at = NEWEST_READ
    while True:
        oldest = max(segment.doc_count - looked_at, 0)
        positions = _newest_positions(live_segment, text, oldest)
        starting = doc_ids_at(segment, _at_starts(live_segment, field, positions))
        found = [doc_id for doc_id in starting[::-1].tolist() if doc_id not in live_segment.deleted][:limit]
        if len(found) == limit or not oldest or len(text) == 1:
            return found
        looked_at *= _TIMES_MORE


# --- terms


def _near_ordinals(dictionary: SortedTexts, text: str) -> Offsets:
    """Return the ordinals of the terms that are near a text (int64, ascending)."""
    letters = [encode(letter) for letter in text]
    # Where the first letter is another one or stands behind another one, the rest of the text is an end all the same.
    same_end = dictionary.ending_with(b"".join(letters[1:])) if len(letters) > 1 else None
    found: list[Iterable[int]] = []
    for i in range(len(letters) + 1):
        before, after = b"".join(letters[:i]), b"".join(letters[i:])
        among = None if i else same_end
        found.append(dictionary.with_letter_between(before, after, among).tolist())
        if i < len(letters):
            found.append(dictionary.with_letter_between(before, b"".join(letters[i + 1 :]), among).tolist())
    shorter = (dictionary.find(encode(other)) for other in shorter_or_swapped(text) if other)
    near = {number for numbers in found for number in numbers} | {number for number in shorter if number is not None}
    return np.array(sorted(number for number in near if is_near(text, dictionary[number])), np.int64)


def _most_frequent(
    live_segments: Sequence[LiveSegment], ordinals: Callable[[LiveSegment], Offsets], limit: int
) -> tuple[TextCount, ...]:
    """Return the most frequent of the terms that each segment has at these ordinals.

    Only the most frequent of each segment are counted, until no other can have as many documents as the last one.
    """
    if limit <= 0:
        return ()
    of_segments = []
    for live_segment in live_segments:
        numbers = ordinals(live_segment)
        doc_freqs = live_segment.segment.words.doc_freqs_at(numbers)
        of_segments.append((live_segment, numbers, doc_freqs))
    counted = _AT_FIRST * limit
    while True:
        terms: set[str] = set()
        others_at_most = 0
        for live_segment, numbers, doc_freqs in of_segments:
            if counted < len(numbers):
                chosen = np.argpartition(doc_freqs, len(numbers) - counted)[-counted:]
                others_at_most += int(doc_freqs[chosen].min())
                numbers = numbers[chosen]
            dictionary = live_segment.segment.words.dictionary
            terms.update(dictionary[number] for number in numbers.tolist())
        found = most_held(((term, _having(live_segments, term)) for term in terms), limit)
        if not others_at_most or (len(found) == limit and found[-1].count > others_at_most):
            return found
        counted *= _AT_FIRST


def _having(live_segments: Sequence[LiveSegment], term: str) -> int:
    """Count the live documents that have a term in their words."""
    return sum(_having_term(live_segment, term) for live_segment in live_segments)


def _having_term(live_segment: LiveSegment, term: str) -> int:
    postings = live_segment.segment.term(term)
    if postings is None:
        return 0
    if postings.body_missing:
        return _live(live_segment, postings.doc_ids[postings.packed_tf & MAX_BODY_TF > 0])
    if not live_segment.deleted:
        return len(postings)
    if postings.bitmap is not None:
        return len(postings) - postings.bitmap.intersection_cardinality(live_segment.deleted)
    return _live(live_segment, postings.doc_ids)


# --- texts


def _held(live_segment: LiveSegment, text: str) -> int:
    segment = live_segment.segment
    if len(text) == 2 and (ready := live_segment.doc_freq(text)) is not None:
        return ready
    if len(text) == 1 and (bitmap := segment.character_bitmap(text)) is not None:
        return len(bitmap) - bitmap.intersection_cardinality(live_segment.deleted)
    return _live(live_segment, doc_ids_at(segment, positions_of(segment, text)))


def _live(live_segment: LiveSegment, doc_ids: DocIds) -> int:
    """Count those of some documents that are live."""
    return len(bitmap_of(doc_ids) - live_segment.deleted) if live_segment.deleted else len(doc_ids)


def _count_best(at_most: Mapping[str, int], count: Callable[[str], int], limit: int) -> tuple[TextCount, ...]:
    """Return the texts with the highest counts. None has more than `at_most` says, so not all are counted."""
    found: list[tuple[str, int]] = []
    best: tuple[TextCount, ...] = ()
    for text in sorted(at_most, key=lambda text: -at_most[text]) if limit > 0 else ():
        if len(best) == limit and best[-1].count > at_most[text]:
            break
        if number := count(text):
            found = [(of.text, of.count) for of in best] + [(text, number)]
            best = most_held(found, limit)
    return best


# --- letters between texts


class _Gap(NamedTuple):
    """The characters that may stand between two texts of a segment, each with the ordinals of the bigrams it makes.

    `anchors` are where the last character of the text before must stand (uint32, ascending), None if that is unknown;
    with `is_certain` they say that the text after follows as well.
    """

    live_segment: LiveSegment
    bigrams: Mapping[str, tuple[int, int]]
    anchors: Positions | None
    is_certain: bool

    def at_most(self) -> dict[str, int]:
        """Return at how many positions each character may stand."""
        most = _NOWHERE_BEYOND if self.anchors is None else len(self.anchors)
        count_at = self.live_segment.segment.grams.count_at
        return {
            letter: min(most, count_at(first), count_at(second)) for letter, (first, second) in self.bigrams.items()
        }

    def count(self, letter: str) -> int:
        """Count the live documents that have a character in the gap."""
        if letter not in self.bigrams:
            return 0
        segment = self.live_segment.segment
        first, second = self.bigrams[letter]
        positions = segment.grams.positions_at(first)
        if self.anchors is not None:
            positions = _in_both(positions, self.anchors)
        if not self.is_certain:
            one = np.uint32(1)
            positions = _in_both(positions + one, segment.grams.positions_at(second)) - one
        return _live(self.live_segment, doc_ids_at(segment, positions))


def _gap(live_segment: LiveSegment, before: str, after: str) -> _Gap:
    segment = live_segment.segment
    anchors: Positions | None = None
    if len(before) > 1:
        anchors = positions_of(segment, before) + np.uint32(len(before) - 1)
    if len(after) > 1 and (anchors is None or len(anchors)):
        following = positions_of(segment, after) - np.uint32(2)
        anchors = following if anchors is None else _in_both(anchors, following)
    if anchors is not None and not len(anchors):
        return _Gap(live_segment, {}, anchors, is_certain=True)
    bigrams = segment.grams.bigrams_between(before[-1], after[0])
    return _Gap(live_segment, bigrams, anchors, is_certain=len(after) > 1)


def _in_both(one: Positions, other: Positions) -> Positions:
    """Return the positions that are in both of two lists, each ascending and unique (uint32, ascending)."""
    fewer, more = (one, other) if len(one) <= len(other) else (other, one)
    if not len(fewer):
        return fewer
    found: Positions = fewer[more.take(more.searchsorted(fewer), mode="clip") == fewer]
    return found


# --- units


def _newest_positions(live_segment: LiveSegment, text: str, oldest: int) -> Positions:
    """Return where a text begins in the documents from number `oldest` on (uint32, ascending)."""
    segment = live_segment.segment
    first = int(segment.position_bases[oldest])
    if len(text) > 1:
        return positions_of(segment, text, first)
    positions = segment.character(text)
    return np.sort(positions[positions >= np.uint32(first)])


def _at_starts(live_segment: LiveSegment, field: FieldName, positions: Positions) -> Positions:
    """Return those of some positions (ascending) at which a unit of a field begins."""
    if not len(positions):
        return positions
    segment = live_segment.segment
    first, last = segment.unit_starts.searchsorted(positions[[0, -1]]).tolist()
    of_field = segment.unit_fields[first : last + 1] == FIELD_NAMES.index(field)
    return _in_both(positions, segment.unit_starts[first : last + 1][of_field])
