"""Sort-based inversion: texts to sorted postings, in memory (Witten, Moffat and Bell, "Managing Gigabytes", ch. 5).

Characters become ordinals of few bits, in the order of their code points. So a bigram with its position, or a short
word with its doc_id, is one 64-bit integer, and sorted integers are sorted texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.indexing.postings_writer import Postings, pack_tf
from indexer.engines.whoosh.segment.array_types import CodePoints, GramKeys, Offsets, Positions, SortKeys
from indexer.engines.whoosh.segment.arrays import AT_ONCE, beginnings, joined, offsets, ranges
from indexer.engines.whoosh.segment.bigram_positions import CHARACTER_BITS
from indexer.engines.whoosh.segment.format import encode

POSITION_GAP = "\0"
"""Follows every unit, whose last position it takes, and every word. None holds it: folding drops control characters."""

_DOCUMENTS_AT_ONCE = 256
_LETTERS = 4
"""Words of up to this number of characters are sorted as integers if they fit into 63 bits with the doc_id. Longer ones
are numbered by a dictionary."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The characters that occur. `ordinals` has the ordinal of each code point."""

    code_points: GramKeys
    ordinals: Offsets
    bits: int


def alphabet(runs: Iterable[CodePoints]) -> Alphabet:
    """Return the characters of some texts with their ordinals; the position gap has 0."""
    occurs = np.zeros(1 << CHARACTER_BITS, bool)
    occurs[0] = True
    for characters in runs:
        occurs[characters] = True
    found = np.flatnonzero(occurs)
    ordinals = np.zeros(1 << CHARACTER_BITS, np.int64)
    ordinals[found] = np.arange(len(found))
    return Alphabet(found.astype(np.uint64), ordinals, len(found).bit_length())


def code_points(text: str) -> CodePoints:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


# --- grams


@dataclass(frozen=True, slots=True)
class PositionedRun:
    """Characters of some documents (uint32), each unit followed by the position gap, and the position of each."""

    characters: CodePoints
    positions: Positions

    @property
    def unit_starts(self) -> Positions:
        """The position of the first character of each unit."""
        starts: Positions = self.positions[np.concatenate((np.ones(1, bool), self.characters[:-1] == 0))]
        return starts


def positioned_runs(texts: Sequence[str], lengths: Offsets, position_bases: Offsets) -> Iterator[PositionedRun]:
    """The documents' texts, laid out in the position space."""
    for first in range(0, len(texts), _DOCUMENTS_AT_ONCE):
        here = slice(first, first + _DOCUMENTS_AT_ONCE)
        text = "".join(texts[here])
        if text:
            starts = position_bases[:-1][here] - offsets(lengths[here])[:-1]
            positions = np.arange(len(text)) + np.repeat(starts, lengths[here])
            yield PositionedRun(code_points(text), positions.astype(np.uint32))


def gram_postings(
    texts: Sequence[str], lengths: Offsets, position_bases: Offsets
) -> tuple[GramKeys, Offsets, Positions]:
    """Return all bigrams (uint64, ascending), the count of each (int64), and their positions (uint32).

    The texts are gone through twice, so that only the numbers of all are ever held at the same time.
    """
    letters = alphabet(run.characters for run in positioned_runs(texts, lengths, position_bases))
    position_bits = 64 - 2 * letters.bits
    keys = np.empty(sum(len(text) - text.count(POSITION_GAP) for text in texts), np.uint64)
    end = 0
    for run in positioned_runs(texts, lengths, position_bases):
        held = _gram_keys(run, letters, position_bits)
        begin, end = end, end + len(held)
        keys[begin:end] = held
    keys.sort()
    starts = beginnings(keys, position_bits)
    grams = keys[starts] >> np.uint64(position_bits)
    first = letters.code_points[grams >> np.uint64(letters.bits)]
    second = letters.code_points[grams & np.uint64((1 << letters.bits) - 1)]
    return (
        first << np.uint64(CHARACTER_BITS) | second,
        np.diff(starts, append=len(keys)),
        _low_bits(keys, position_bits),
    )


def _gram_keys(run: PositionedRun, letters: Alphabet, position_bits: int) -> GramKeys:
    numbers = letters.ordinals[run.characters].astype(np.uint64)
    pairs = numbers[:-1] << np.uint64(letters.bits) | numbers[1:]
    keys: GramKeys = (pairs << np.uint64(position_bits) | run.positions[:-1])[run.characters[:-1] != 0]
    return keys


def _low_bits(keys: GramKeys, bits: int) -> Positions:
    found = np.empty(len(keys), np.uint32)
    for begin in range(0, len(keys), AT_ONCE):
        here = slice(begin, begin + AT_ONCE)
        found[here] = keys[here] & np.uint64((1 << bits) - 1)
    return found


# --- words


def word_postings(body: Sequence[str], headline: Sequence[str]) -> tuple[list[bytes], Postings]:
    """Return all words in byte order and their postings, given each document's words with a gap after each."""
    letters = alphabet(run.characters for texts in (body, headline) for run in _runs(texts))
    doc_id_bits = len(body).bit_length()
    split = _Splitting(letters, doc_id_bits, min(_LETTERS, (63 - doc_id_bits) // letters.bits), {})
    short_keys, long_keys = map(list, zip(split.keys(body), split.keys(headline), strict=True))
    short = _postings(short_keys, split)
    long_words, ranks = split.ranked_long_words()
    long = _postings([split.with_ranks(own, ranks) for own in long_keys], split)
    starts = beginnings(short.words)
    short_words = _spelt(short.words[starts], split.most, letters)
    short_counts = np.diff(starts, append=len(short.words))
    long_counts = np.bincount(long.words, minlength=len(long_words))
    return _interleaved([(short_words, short_counts, short), (long_words, long_counts, long)])


@dataclass(frozen=True, slots=True)
class _WordRun:
    """The words of some documents, each with the gap behind it."""

    text: str
    characters: CodePoints
    first: int
    lengths: Offsets

    def words(self) -> tuple[Offsets, Offsets, Offsets]:
        """Where each word begins, how long it is, and its doc_id."""
        gaps = np.flatnonzero(self.characters == 0)
        starts = np.concatenate((np.zeros(1, np.int64), gaps[:-1] + 1))
        counts = np.diff(np.searchsorted(gaps, np.cumsum(self.lengths)), prepend=0)
        doc_ids = np.repeat(np.arange(self.first, self.first + len(counts)), counts)
        return starts, gaps - starts, doc_ids


def _runs(texts: Sequence[str]) -> Iterator[_WordRun]:
    for first in range(0, len(texts), _DOCUMENTS_AT_ONCE):
        here = texts[first : first + _DOCUMENTS_AT_ONCE]
        text = "".join(here)
        if text:
            yield _WordRun(text, code_points(text), first, np.fromiter(map(len, here), np.int64, len(here)))


@dataclass(frozen=True, slots=True)
class _Splitting:
    """Tokens become numbers of (word, doc_id). A word of up to `most` characters is these characters' numbers, a
    longer one the number under which it is in `long_words`.
    """

    letters: Alphabet
    doc_id_bits: int
    most: int
    long_words: dict[str, int]

    @property
    def doc_id_mask(self) -> int:
        """The bits of the doc_id."""
        return (1 << self.doc_id_bits) - 1

    def keys(self, texts: Sequence[str]) -> tuple[SortKeys, SortKeys]:
        """The tokens of short and those of long words."""
        short, end, long = np.empty(sum(text.count(POSITION_GAP) for text in texts), np.int64), 0, []
        for run in _runs(texts):
            starts, lengths, doc_ids = run.words()
            is_short = lengths <= self.most
            held = np.flatnonzero(is_short & (lengths > 0))
            begin, end = end, end + len(held)
            short[begin:end] = self._packed(run, starts[held], lengths[held]) << self.doc_id_bits | doc_ids[held]
            held = np.flatnonzero(~is_short)
            numbers = self._numbered(run.text, starts[held].tolist(), (starts[held] + lengths[held]).tolist())
            long.append(np.array(numbers, np.int64) << self.doc_id_bits | doc_ids[held])
        return short[:end], joined(long, np.int64)

    def ranked_long_words(self) -> tuple[list[str], Offsets]:
        """The long words in order, and the rank of each number in that order."""
        words = sorted(self.long_words)
        ranks = np.zeros(len(words), np.int64)
        ranks[[self.long_words[word] for word in words]] = np.arange(len(words))
        return words, ranks

    def with_ranks(self, keys: SortKeys, ranks: Offsets) -> SortKeys:
        """Keys of long words with ranks instead of the words' numbers."""
        ranked: SortKeys = ranks[keys >> self.doc_id_bits] << self.doc_id_bits | keys & self.doc_id_mask
        return ranked

    def _packed(self, run: _WordRun, starts: Offsets, lengths: Offsets) -> SortKeys:
        numbers = np.concatenate((self.letters.ordinals[run.characters], np.zeros(self.most, np.int64)))
        packed: SortKeys = numbers[starts]
        for i in range(1, self.most):
            letters = numbers[starts + i]
            if i > 1:  # Behind a shorter word there is its gap, which counts as 0, and then the next word.
                letters *= lengths > i
            packed <<= self.letters.bits
            packed |= letters
        return packed

    def _numbered(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> list[int]:
        numbers = self.long_words
        return [numbers.setdefault(text[start:end], len(numbers)) for start, end in zip(starts, ends, strict=True)]


def _spelt(packed: SortKeys, most: int, letters: Alphabet) -> list[str]:
    """The words that numbers stand for."""
    mask = (1 << letters.bits) - 1
    columns = [letters.code_points[packed >> letters.bits * (most - 1 - i) & mask] for i in range(most)]
    # Every word ends in a gap, also one that fills all columns.
    table = np.column_stack([*columns, np.zeros(len(packed), np.uint64)]).astype("<u4")
    text = table.tobytes().decode("utf-32-le", "surrogatepass")
    return [text[at : text.index(POSITION_GAP, at)] for at in range(0, len(text), most + 1)]


def _postings(keys: list[SortKeys], split: _Splitting) -> Postings:
    """Postings from the tokens of the body and of the headline, whose numbers are given up for them."""
    headline, of_headline = _counted(keys.pop())
    body, of_body = _counted(keys.pop())
    pairs = body if _holds(body, headline) else np.union1d(body, headline)
    packed_tf = pack_tf(_spread(of_body, body, pairs), _spread(of_headline, headline, pairs))
    doc_ids = (pairs & split.doc_id_mask).astype(np.uint32)
    return Postings(pairs >> split.doc_id_bits, doc_ids, *packed_tf)


def _counted(keys: SortKeys) -> tuple[SortKeys, NDArray[np.uint32]]:
    """The different ones of some numbers, sorted, and how often each comes. The numbers themselves are sorted too."""
    keys.sort()
    starts = beginnings(keys)
    return keys[starts], np.diff(starts, append=len(keys)).astype(np.uint32)


def _spread(counts: NDArray[np.uint32], own: SortKeys, pairs: SortKeys) -> NDArray[np.uint32]:
    """Counts by pair, of which some have none."""
    if len(own) == len(pairs):
        return counts
    found = np.zeros(len(pairs), np.uint32)
    found[np.searchsorted(pairs, own)] = counts
    return found


def _holds(values: SortKeys, others: SortKeys) -> bool:
    """Whether sorted values hold all others, as those of the body nearly always hold those of the headline."""
    at = np.searchsorted(values, others)
    return not len(others) or bool(len(values) > at[-1] and np.array_equal(values[at], others))


def _interleaved(groups: Sequence[tuple[list[str], Offsets, Postings]]) -> tuple[list[bytes], Postings]:
    """Words with the numbers and the run of their postings, put together in the order of the words."""
    words = sorted(word for own, _, _ in groups for word in own)
    rank = {word: at for at, word in enumerate(words)}
    ranks = [np.array([rank[word] for word in own], np.int64) for own, _, _ in groups]
    counts = np.zeros(len(words), np.int64)
    for own_ranks, (_, own_counts, _) in zip(ranks, groups, strict=True):
        counts[own_ranks] = own_counts
    starts = offsets(counts)
    doc_ids, packed_tf = np.empty(starts[-1], np.uint32), np.empty(starts[-1], np.uint8)
    overflow = []
    for own_ranks, (_, own_counts, own) in zip(ranks, groups, strict=True):
        indices = ranges(starts[own_ranks], own_counts)
        doc_ids[indices], packed_tf[indices] = own.doc_ids, own.packed_tf
        overflow.append(np.column_stack((indices[own.overflow[:, 0]], own.overflow[:, 1:])))
    rows = np.concatenate(overflow)
    encoded = encode(POSITION_GAP.join(words)).split(encode(POSITION_GAP)) if words else []
    numbers = np.repeat(np.arange(len(words)), counts)
    return encoded, Postings(numbers, doc_ids, packed_tf, rows[np.argsort(rows[:, 0])])
