"""Generate queries: 300 lines of ten kinds, each with and without filters, and questions as people type them.

They are drawn from the archive itself. Words are chosen by document frequency. Phrases and proximity queries are taken
from the text, and so are questions, with some words changed.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from benchmark.corpus import DAYS, FIRST_DAY, SECTIONS, place_names
from benchmark.shards import Archive, Row
from indexer.model import DateSpan, Filters, Or, Query, Word
from indexer.search.partial import partial_query
from indexer.search.query_parser import parse
from indexer.text.tokenizer import is_word, query_words

KINDS = (
    "word, common",
    "word, middling",
    "word, rare",
    "two words",
    "three words",
    "OR",
    "NOT",
    "phrase",
    "prefix",
    "near",
)
QUESTION = "question"
"""The kind of questions; they are measured on their own."""
ASKING = ("什么时候", "是谁", "有多少", "在哪里", "怎么样", "为什么", "有哪些", "是什么")
_LETTERS = (10, 25)
"""The least and greatest length of a question."""
_SAMPLE = 8  # number of shards in which words are counted
_COMMON, _MIDDLING = (0.05, 0.5), (0.002, 0.02)  # the share of articles that contain such a word
HAN_WORD = re.compile("[\u4e00-\u9fa5]{2,}")


@dataclass(frozen=True, slots=True)
class Ask:
    """A query line with filters."""

    kind: str
    line: str
    filters: Filters = Filters()  # noqa: RUF009 (a frozen value)

    @property
    def filtered(self) -> bool:
        """Whether there are filters."""
        return self.filters != Filters()


def asks(archive: Archive, each: int = 30, seed: int = 7) -> list[Ask]:
    """Return `each` queries of every kind, unfiltered and filtered.

    The filters are five years together with a place or a section.
    """
    rng, rows = random.Random(seed), sample(archive)
    vocabulary = _Vocabulary(rows)
    found = []
    for kind in KINDS:
        makers = _draws(_MAKERS[kind], vocabulary, rows, rng)
        lines = {line: None for line, _ in zip(makers, range(each * 4), strict=False)}
        found += [Ask(kind, line) for line in list(lines)[:each]]
    return [*found, *(Ask(ask.kind, ask.line, _choices(rng, archive.localities, n)) for n, ask in enumerate(found))]


def questions(archive: Archive, each: int = 30, seed: int = 7) -> list[Ask]:
    """Return `each` questions without filters and as many others with filters.

    Hardly any has a full match: neighbouring words are run together, one is left out, another replaced, and asking
    words are added.
    """
    rng, rows = random.Random(seed), sample(archive)
    makers = _draws(_question, _Vocabulary(rows), rows, rng)
    lines: dict[str, None] = {}
    while len(lines) < 2 * each:
        lines[next(makers)] = None
    found = [Ask(QUESTION, line) for line in lines]
    filtered = [Ask(QUESTION, ask.line, _choices(rng, archive.localities, n)) for n, ask in enumerate(found[each:])]
    return [*found[:each], *filtered]


def for_peers(ask: Ask) -> Query:
    """Return what peers are asked: the parsed line, or any of the words by which our second tier ranks.

    >>> [word.text for word in for_peers(Ask(QUESTION, "柳溪镇什么时候修桥")).clauses]
    ['柳溪镇', '修桥']
    """
    query = parse(ask.line)
    second_tier = partial_query(query) if ask.kind == QUESTION else None
    return Or(tuple(Word(word, (word,), or_phrase=False) for word in second_tier.words)) if second_tier else query


def sample(archive: Archive) -> list[Row]:
    """Return the rows of some shards, from all of the archive."""
    step = max(len(archive.shards) // _SAMPLE, 1)
    return list(archive.rows(archive.shards[::step][:_SAMPLE]))


class _Vocabulary:
    """The words of a sample, grouped by frequency."""

    def __init__(self, rows: Sequence[Row]) -> None:
        held = Counter(word for row in rows for word in set(row.words.split(" ")) if HAN_WORD.fullmatch(word))
        self.common = self._between(held, len(rows), _COMMON)
        self.middling = self._between(held, len(rows), _MIDDLING)
        self.rare = sorted(word for word, count in held.items() if count <= 2)
        self.known = {*self.common, *self.middling}

    @staticmethod
    def _between(held: Mapping[str, int], size: int, share: tuple[float, float]) -> list[str]:
        low, high = share
        return sorted(word for word, count in held.items() if low * size <= count <= high * size and is_word(word))


Maker = Callable[[_Vocabulary, Row, random.Random], str | None]


def _draws(make: Maker, vocabulary: _Vocabulary, rows: Sequence[Row], rng: random.Random) -> Iterator[str]:
    while True:
        if line := make(vocabulary, rng.choice(rows), rng):
            yield line


def _words(count: int) -> Maker:
    """Return a maker of queries for `count` words of one article.

    At least one article therefore contains all of them.
    """

    def make(vocabulary: _Vocabulary, row: Row, rng: random.Random) -> str | None:
        known = sorted(vocabulary.known.intersection(row.words.split(" ")))
        return " ".join(rng.sample(known, count)) if len(known) >= count else None

    return make


def _phrase(_: _Vocabulary, row: Row, rng: random.Random) -> str | None:
    size = rng.randint(2, 8)
    runs = [run for run in HAN_WORD.findall(rng.choice(row.units).text) if len(run) >= size]
    if not runs:
        return None
    run = rng.choice(runs)
    start = rng.randrange(len(run) - size + 1)
    return f'"{run[start : start + size]}"'


def _prefix(vocabulary: _Vocabulary, row: Row, rng: random.Random) -> str | None:
    word = rng.choice(HAN_WORD.findall(row.words))
    return f"{word[: rng.randint(1, 2)]}*"


def _near(_: _Vocabulary, row: Row, rng: random.Random) -> str | None:
    """Make a proximity query of two words that occur within ten characters.

    Both have two characters, because every contestant supports such queries.
    """
    text = rng.choice(row.units).text
    words = [word for word in query_words(text) if len(word) == 2 and HAN_WORD.fullmatch(word)]
    first = rng.choice(words) if words else ""
    place = text.find(first) + 2
    others = [word for word in words if word != first and 0 <= text.find(word, place) - place <= 10]
    return f'"{first} {rng.choice(others)}"~10' if others else None


def _question(vocabulary: _Vocabulary, row: Row, rng: random.Random) -> str | None:
    """Make a question from neighbouring words of a paragraph; None if it is too short or too long."""
    words = [word for word in query_words(rng.choice(row.units).text) if HAN_WORD.fullmatch(word)]
    if len(words) < 4:
        return None
    start = rng.randrange(len(words) - 3)
    chosen = words[start : start + rng.randint(4, 10)]
    del chosen[rng.randrange(len(chosen))]
    chosen[rng.randrange(len(chosen))] = rng.choice(vocabulary.middling)
    chosen.insert(rng.randint(1, len(chosen)), rng.choice(ASKING))
    line = "".join(chosen)
    return line if _LETTERS[0] <= len(line) <= _LETTERS[1] else None


_MAKERS: Mapping[str, Maker] = {
    "word, common": lambda vocabulary, _, rng: rng.choice(vocabulary.common),
    "word, middling": lambda vocabulary, _, rng: rng.choice(vocabulary.middling),
    "word, rare": lambda vocabulary, _, rng: rng.choice(vocabulary.rare),
    "two words": _words(2),
    "three words": _words(3),
    "OR": lambda vocabulary, _, rng: f"{rng.choice(vocabulary.middling)} OR {rng.choice(vocabulary.common)}",
    "NOT": lambda vocabulary, _, rng: f"{rng.choice(vocabulary.common)} -{rng.choice(vocabulary.common)}",
    "phrase": _phrase,
    "prefix": _prefix,
    "near": _near,
}


def _choices(rng: random.Random, localities: int, number: int) -> Filters:
    first = FIRST_DAY + timedelta(days=rng.randrange(DAYS * 2 // 3))
    span = DateSpan(first, date(first.year + 5, first.month, min(first.day, 28)))
    if number % 2:
        return Filters(section=(rng.choice(SECTIONS[:4]),), dates=span)
    return Filters(locality=(rng.choice(place_names(localities)[:6]),), dates=span)
