"""Look-alikes: words with a character that scanning misread (诵讯员 for 通讯员).

The text itself is never changed. A proposal makes the article findable by the proposed word as well and is shown beside
the text. Proposals come from a curated table and from the file `lookalikes.tsv` of an archive. `mine` searches an
archive's texts for more candidates, which a person can then accept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from indexer.model import Article, Token
from indexer.text import tokenizer
from indexer.text.tables import table_lines, table_text

FILE_NAME = "lookalikes.tsv"

_SIZES = range(2, 5)  # in characters; longer words are seldom in the dictionary
_KNOWN = 5  # the proposed word must occur this many times as often in the archive as the misprint
_AROUND = 8  # context characters on each side of an example


class Proposal(NamedTuple):
    """A proposal: `text[start:end]` is `found` and may be a misprint of `proposed`."""

    start: int
    end: int
    found: str
    proposed: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal for a person to accept.

    `count` is how often `found` occurs in the archive, and `example` shows one occurrence in context.
    """

    found: str
    proposed: str
    count: int
    example: str


def find(text: str, more: Mapping[str, str] = MappingProxyType({})) -> tuple[Proposal, ...]:
    """Return the look-alikes in a text, from left to right.

    `more` adds pairs found → proposed to the built-in table.

    >>> find("本报诵讯员")
    (Proposal(start=2, end=5, found='诵讯员', proposed='通讯员'),)
    """
    table, pattern = _compiled(tuple(more.items()))
    return tuple(Proposal(m.start(), m.end(), m[0], table[m[0]]) for m in pattern.finditer(text))


def with_lookalikes(article: Article, more: Mapping[str, str]) -> Article:
    """Return the article with the distinct look-alikes of its text."""
    found = dict.fromkeys((one.found, one.proposed) for one in find("\n".join(texts(article)), more))
    return replace(article, lookalikes=tuple(found)) if found else article


def texts(article: Article) -> Iterator[str]:
    """Yield the texts of an article to search: its headlines, captions and paragraphs."""
    yield from (article.kicker, article.headline, article.subtitle)
    yield from (passage.text for passage in (*article.captions, *article.paragraphs))


def parse(text: str, source: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Parse a table of look-alikes and return it with warnings.

    Each row is `found<TAB>proposed`, and further columns are ignored. Lines that begin with # are comments. Rows that
    are not a pair are skipped, with a warning for each.

    >>> parse("人库\\t入库\\t12\\t新增人库21家", "lookalikes.tsv")
    ({'人库': '入库'}, ())
    """
    table: dict[str, str] = {}
    warnings = []
    for number, line in enumerate(text.splitlines(), 1):
        found, proposed, *_ = (*(cell.strip() for cell in line.split("\t")), "", "")
        if not line.strip() or line.startswith("#"):
            continue
        if len(found) < 2 or not proposed or found == proposed:
            warnings.append(f"{source}: line {number} is no pair; write what stands there, a tab, what it should be")
        else:
            table[found] = proposed
    return table, tuple(warnings)


@cache
def built_in() -> Mapping[str, str]:
    """Return the curated table, found → proposed."""
    return parse(table_text("indexer.text", FILE_NAME), FILE_NAME)[0]


@lru_cache(maxsize=16)
def _compiled(more: tuple[tuple[str, str], ...]) -> tuple[Mapping[str, str], re.Pattern[str]]:
    table = {**built_in(), **dict(more)}
    longest_first = sorted(table, key=len, reverse=True)
    return table, re.compile("|".join(map(re.escape, longest_first)))


# --- mining


def mine(read: Iterable[str]) -> tuple[Candidate, ...]:
    """Find possible misprints in the texts of an archive, the most frequent first.

    A candidate is not in the dictionary and overlaps no dictionary word in the text. Replacing one character with a
    similar one turns it into a word that is frequent in these texts. Pairs of the built-in table are left out.
    """
    known: Counter[str] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for text in read:
        cut = tokenizer.words(text)
        known.update(token.text for token in cut)
        for one in _suspects(text, cut):
            pair = (one.found, one.proposed)
            found[pair] += 1
            examples.setdefault(pair, text[max(0, one.start - _AROUND) : one.end + _AROUND])
    return tuple(
        Candidate(*pair, count, " ".join(examples[pair].split()))
        for pair, count in found.most_common()
        if known[pair[1]] >= _KNOWN * count
    )


def _suspects(text: str, cut: Iterable[Token]) -> Iterator[Proposal]:
    """Yield windows that become a word if a similar character replaces one of theirs.

    Windows that overlap a dictionary word or a known look-alike are left out.
    """
    spans = [(token.start, token.end) for token in cut if len(token.text) > 1 and _is_word(token.text)]
    spans += [(one.start, one.end) for one in find(text)]
    inside = {place for start, end in spans for place in range(start, end)}
    for match in _confusable().finditer(text):
        if match.start() in inside:
            continue
        for similar in _similar()[match[0]]:
            for start, end in _windows(match.start(), len(text)):
                window = text[start:end]
                proposed = window[: match.start() - start] + similar + window[match.start() - start + 1 :]
                if inside.isdisjoint(range(start, end)) and _is_word(proposed):
                    yield Proposal(start, end, window, proposed)


def _windows(place: int, length: int) -> Iterator[tuple[int, int]]:
    """Yield all ranges of the usual sizes that include `place`, longest first.

    `length` is the length of the text.
    """
    for size in reversed(_SIZES):
        for start in range(max(0, place - size + 1), min(place, length - size) + 1):
            yield start, start + size


@lru_cache(maxsize=1 << 16)
def _is_word(text: str) -> bool:
    return text.isalpha() and tokenizer.is_word(text)


@cache
def _similar() -> Mapping[str, str]:
    """Return a mapping from each character to those that look like it."""
    similar: dict[str, str] = {}
    for line in table_lines("indexer.text", "confusables.txt"):
        for char in line:
            similar[char] = similar.get(char, "") + line.replace(char, "")
    return similar


def similar_characters(character: str) -> str:
    """Return the characters that scanning takes for this one.

    >>> similar_characters("己")
    '已巳'
    """
    return _similar().get(character, "")


@cache
def _confusable() -> re.Pattern[str]:
    return re.compile(f"[{''.join(_similar())}]")
