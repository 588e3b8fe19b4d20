"""Texts of a segment that are near another text, and units that begin with one; deleted documents count nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from indexer.engines.base import NEWEST_READ
from indexer.engines.near_texts import most_held, shorter_or_swapped
from indexer.engines.whoosh.search.live_segment import LiveSegment
from indexer.engines.whoosh.search.phrases import doc_ids_at, positions_of
from indexer.engines.whoosh.segment.array_types import DocIds, Offsets, Positions
from indexer.engines.whoosh.segment.arrays import bitmap_of, doc_ids_in
from indexer.engines.whoosh.segment.format import FIELD_NAMES, encode
from indexer.engines.whoosh.segment.segment import BLOCK_SHIFT, FlatSegment
from indexer.engines.whoosh.segment.string_table import SortedTexts
from indexer.engines.whoosh.segment.term_postings import MAX_BODY_TF
from indexer.model import Field as FieldName
from indexer.model import TextCount

_TIMES_MORE = 16
"""Beginnings are looked for in the newest documents, then in this many times more, until there are enough.

Most texts that people type begin some headline of the newest thousands.
"""


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
    found: Counter[str] = Counter()
    for live_segment in live_segments if before and after else ():
        found.update(_letters_between(live_segment, before, after))
    return most_held(found.items(), limit)


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
    return np.array(sorted(near - {dictionary.find(encode(text))}), np.int64)


def _most_frequent(
    live_segments: Sequence[LiveSegment], ordinals: Callable[[LiveSegment], Offsets], limit: int
) -> tuple[TextCount, ...]:
    """Return the most frequent of the terms that each segment has at these ordinals.

    One of them has an equal share of what the last of them has at least, or more, in some segment.
    """
    if limit <= 0:
        return ()
    of_segments = [(live_segment, ordinals(live_segment)) for live_segment in live_segments]
    doc_freqs = [live_segment.segment.words.doc_freqs_at(numbers) for live_segment, numbers in of_segments]
    at_least = max((_surely_held(*pair, limit) for pair in zip(live_segments, doc_freqs, strict=True)), default=0)
    elsewhere_at_most = at_least // len(live_segments) if live_segments else 0
    at_most: dict[str, int] = {}
    for (live_segment, numbers), counts in zip(of_segments, doc_freqs, strict=True):
        enough = counts * len(live_segments) >= at_least
        for number, count in zip(numbers[enough].tolist(), counts[enough].tolist(), strict=True):
            term = live_segment.segment.words.dictionary[number]
            known = at_most.setdefault(term, elsewhere_at_most * len(live_segments))
            at_most[term] = known - elsewhere_at_most + count
    return _count_best(at_most, lambda term: _having(live_segments, term), limit)


def _surely_held(live_segment: LiveSegment, doc_freqs: Offsets, limit: int) -> int:
    """Return how many live documents hold each of the `limit` most frequent terms of a segment, at the least."""
    if len(doc_freqs) < limit or live_segment.segment.words.headlines_apart:
        return 0
    return int(np.partition(doc_freqs, len(doc_freqs) - limit)[len(doc_freqs) - limit]) - len(live_segment.deleted)


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
    positions = positions_of(segment, text)
    return _live(live_segment, doc_ids_at(segment, positions)) if len(positions) else 0


def _live(live_segment: LiveSegment, doc_ids: DocIds) -> int:
    """Count those of some documents that are live."""
    return len(bitmap_of(doc_ids) - live_segment.deleted) if live_segment.deleted else len(doc_ids)


def _count_best(at_most: Mapping[str, int], count: Callable[[str], int], limit: int) -> tuple[TextCount, ...]:
    """Return the texts with the highest counts. None has more than `at_most` says, so not all are counted."""
    best: tuple[TextCount, ...] = ()
    for text in sorted(at_most, key=lambda text: (-at_most[text], text)) if limit > 0 else ():
        if len(best) == limit and (-best[-1].count, best[-1].text) < (-at_most[text], text):
            break
        if number := count(text):
            best = most_held([*((of.text, of.count) for of in best), (text, number)], limit)
    return best


# --- letters between texts


def _letters_between(live_segment: LiveSegment, before: str, after: str) -> dict[str, int]:
    """Return the characters that stand between two texts, and in how many live documents each does.

    All characters are looked up together: a character may stand between any two others in thousands of ways.
    """
    segment = live_segment.segment
    anchors = _anchors(segment, before, after)
    if anchors is not None and not len(anchors):
        return {}
    letters, first, second = segment.grams.bigrams_between(before[-1], after[0])
    # Of the two bigrams that a letter makes, the rarer one is read, and the other looked up.
    is_second = np.zeros(len(letters), np.bool_)
    if anchors is None:
        is_second = segment.grams.counts_at(second) < segment.grams.counts_at(first)
    owners, positions = segment.grams.positions_of_all(np.where(is_second, second, first))
    positions -= is_second.take(owners)
    if anchors is not None:
        are_there = anchors.take(anchors.searchsorted(positions), mode="clip") == positions
        owners, positions = owners.compress(are_there), positions.compress(are_there)
    if len(after) == 1 or anchors is None:
        others = np.where(is_second, first, second).take(owners)
        are_there = segment.grams.stand_at(others, positions + ~is_second.take(owners))
        owners, positions = owners.compress(are_there), positions.compress(are_there)
    doc_ids = segment.doc_id_of_block.take(positions >> BLOCK_SHIFT)
    if live_segment.deleted:
        is_live = np.isin(doc_ids, doc_ids_in(live_segment.deleted), invert=True)
        owners, doc_ids = owners.compress(is_live), doc_ids.compress(is_live)
    pairs = np.unique(owners * segment.doc_count + doc_ids)
    counts = np.bincount(pairs // segment.doc_count, minlength=len(letters)).tolist()
    return {letter: count for letter, count in zip(letters, counts, strict=True) if count}


def _anchors(segment: FlatSegment, before: str, after: str) -> Positions | None:
    """Return where the last character of the text before may stand (uint32, ascending), None where that is unknown.

    Of a text after of several characters it is certain then that it follows.
    """
    anchors: Positions | None = None
    if len(before) > 1:
        anchors = positions_of(segment, before) + np.uint32(len(before) - 1)
    if len(after) > 1 and (anchors is None or len(anchors)):
        following = positions_of(segment, after) - np.uint32(2)
        anchors = following if anchors is None else _in_both(anchors, following)
    return anchors


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
    segment = live_segment.segment
    units = segment.unit_starts.searchsorted(positions)
    is_start = segment.unit_starts.take(units, mode="clip") == positions
    is_start &= segment.unit_fields.take(units, mode="clip") == FIELD_NAMES.index(field)
    return positions.compress(is_start)
