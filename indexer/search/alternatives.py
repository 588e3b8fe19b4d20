"""Find other queries for one that finds nothing: other spellings, other fields, fewer words.

An alternative is only a proposal: whoever shows it counts what it finds first, within the filters of the reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from indexer.engines.base import Reader
from indexer.model import UTF16, And, Everything, Field, Near, Not, Or, Phrase, Prefix, Query, Request, Word
from indexer.search.near_spellings import LENGTHS, near_spellings
from indexer.search.numerals import other_spellings
from indexer.search.query_parser import Leaf, parse, positive_leaves, render
from indexer.text.folding import fold
from indexer.text.question_words import about
from indexer.text.tokenizer import folded_query_words

Change = Literal[
    "numeral",
    "spelling",
    "as_printed",
    "as_byline",
    "in_byline",
    "anywhere",
    "as_phrase",
    "as_words",
    "most_words",
    "without_word",
    "one_word",
    "any_of",
    "without_not",
]

_LEAVES = 8
"""Texts of a query that are changed one by one; a longer query is a list."""
_NUMERALS = 6
_MISSPELT = 3
_SPELLINGS = 3
_PRINTED = 3
_READ = 50
"""Articles that are read to find a text between whose letters other marks stand."""
_QUOTED_LENGTHS = range(3, 200)
_WORDS = 32
"""Words of a text that are looked up to see which stands nowhere."""
_ROLES = "记者|通讯员|作者|摄影|摄|文"
_AFTER_ROLE = re.compile(
    rf"(?:本报)?(?:{_ROLES})?(?:{_ROLES})(?P<name>\w{{2,4}})|(?P<before>\w{{2,4}}?)(?:摄影报道|摄影|摄)"
)
_NAME_LENGTHS = range(2, 5)


class Alternative(NamedTuple):
    """Another query, and what was changed to make it."""

    change: Change
    query: Query


Count = Callable[[Query], int]


def alternatives(reader: Reader, asked: Query, count: Count) -> Iterator[Alternative]:
    """Yield other queries for one that finds nothing, the most similar first; some twice.

    `count` tells how many articles a query finds within the filters.
    """
    leaves = list(islice(dict.fromkeys(positive_leaves(asked)), _LEAVES))
    yield from with_other_numerals(asked)
    yield from _spelt_otherwise(reader, asked, leaves)
    yield from _as_printed(reader, asked, leaves)
    yield from _in_other_fields(asked, leaves)
    yield from _looser(asked, leaves)
    yield from _with_fewer_words(asked, count)
    yield from _last_resorts(asked)


# --- spellings


def with_other_numerals(asked: Query) -> Iterator[Alternative]:
    """Yield the query with a number or a unit in another spelling (二十 and 20, kg and 公斤)."""
    yield from (Alternative("numeral", other) for _, other in islice(other_spellings(asked), _NUMERALS))


def _spelt_otherwise(reader: Reader, asked: Query, leaves: Iterable[Leaf]) -> Iterator[Alternative]:
    """Yield the query with a near spelling of each text that stands nowhere, then that spelling alone."""
    looked_up = 0
    for leaf in leaves:
        for text in _texts(leaf):
            if looked_up == _MISSPELT or any(reader.holding([text])):
                continue
            looked_up += 1
            found = near_spellings(reader, text, _SPELLINGS)
            for near in found:
                respelt = _respelt(leaf, leaf_text(leaf).replace(text, near.text))
                yield Alternative("spelling", _replaced(asked, leaf, respelt))
                yield Alternative("spelling", _respelt(leaf, near.text))
            if found and text == leaf_text(leaf):
                break  # its words need no other spelling


def _texts(leaf: Leaf) -> list[str]:
    """Return the texts of a leaf that may be misspelt: all of it, and its words where it has several."""
    if isinstance(leaf, Near):
        return []
    text = leaf_text(leaf)
    words = [text, *about(text).words[:_WORDS]]
    return [word for word in dict.fromkeys(words) if len(word) in LENGTHS and word.isalnum()]


def leaf_text(leaf: Leaf) -> str:
    """Return the folded text of a leaf; that of neighbours is put together."""
    return "".join(leaf.texts) if isinstance(leaf, Near) else leaf.text


def _respelt(leaf: Leaf, text: str) -> Query:
    """Return a leaf of the same kind and field with another text."""
    match leaf:
        case Phrase(field=field):
            return Phrase(text, folded_query_words(text), field)
        case Prefix(field=field):
            return Prefix(text, field)
        case Word(field=field):
            return _word(text, field)
    return leaf


def _as_printed(reader: Reader, asked: Query, leaves: Iterable[Leaf]) -> Iterator[Alternative]:
    """Yield the query with the marks of a quoted text as they stand in articles, where they are others or missing."""
    for leaf in leaves:
        if isinstance(leaf, Phrase):
            for text in _printed(reader, leaf.text):
                yield Alternative("as_printed", _replaced(asked, leaf, _respelt(leaf, text)))


def _printed(reader: Reader, text: str) -> list[str]:
    """Return the strings of articles that have the same letters as a text and other marks between them."""
    letters = "".join(filter(str.isalnum, text))
    if len(letters) not in _QUOTED_LENGTHS:
        return []
    pattern = re.compile(r"[^\w\s]*".join(map(re.escape, letters)))
    words = tuple(Word(word, (word,), or_phrase=False) for word in about(letters).words)
    found: dict[str, None] = {}
    for query in (And(words), Or(words)):
        for hit in reader.search(Request(query, size=_READ, facets=())).hits:
            lines = hit.document.article.lines.decode(UTF16, "surrogatepass").split("\n")
            found.update(dict.fromkeys(match for line in lines for match in pattern.findall(fold(line))))
        if found:
            break
    return [other for other in found if other != text][:_PRINTED]


# --- fields


def _in_other_fields(asked: Query, leaves: Sequence[Leaf]) -> Iterator[Alternative]:
    for leaf in leaves:
        if isinstance(leaf, Word) and leaf.field is None:
            if match := _AFTER_ROLE.fullmatch(leaf.text):
                yield Alternative(
                    "as_byline", _replaced(asked, leaf, _word(match["name"] or match["before"], "byline"))
                )
        elif isinstance(leaf, Word | Phrase) and leaf.field == "headline" and len(leaf.text) in _NAME_LENGTHS:
            yield Alternative("in_byline", _replaced(asked, leaf, _word(leaf.text, "byline")))
    everywhere = asked
    for leaf in leaves:
        if isinstance(leaf, Word | Phrase | Prefix) and leaf.field is not None:
            everywhere = _replaced(everywhere, leaf, _anywhere(leaf))
    yield Alternative("anywhere", everywhere)


def _anywhere(leaf: Word | Phrase | Prefix) -> Query:
    match leaf:
        case Phrase(text, terms):
            return Phrase(text, terms)
        case Prefix(text):
            return Prefix(text)
        case Word(text):
            return _word(text)


# --- looser and shorter queries


def _looser(asked: Query, leaves: Sequence[Leaf]) -> Iterator[Alternative]:
    phrases = asked
    for leaf in leaves:
        if isinstance(leaf, Word | Prefix):
            phrases = _replaced(phrases, leaf, Phrase(leaf.text, folded_query_words(leaf.text), leaf.field))
    yield Alternative("as_phrase", phrases)
    words = asked
    for leaf in leaves:
        if isinstance(leaf, Phrase):
            words = _replaced(words, leaf, _word(leaf.text, leaf.field))
        elif isinstance(leaf, Near):
            words = _replaced(words, leaf, _all_of([_word(text) for text in leaf.texts]))
    yield Alternative("as_words", words)


def _with_fewer_words(asked: Query, count: Count) -> Iterator[Alternative]:
    """Yield the most words that are found together, the query without each of its parts, and each word alone."""
    parts = list(islice(dict.fromkeys(part for clause in _wanted(asked) for part in _parts(clause)), _LEAVES))
    unwanted = [clause for clause in _clauses(asked) if isinstance(clause, Not)]
    counts = {part: found for part in parts if (found := count(_all_of([part, *unwanted])))}
    rarest_first = sorted(counts, key=lambda part: counts[part])
    together: list[Query] = []
    for part in rarest_first:
        if count(_all_of([*together, part, *unwanted])):
            together.append(part)
    in_order = [part for part in parts if part in together]
    if len(in_order) > 1:
        yield Alternative("most_words", _all_of([*in_order, *unwanted]))
    wanted = list(_wanted(asked))
    for clause in wanted if 2 < len(wanted) <= _LEAVES else ():
        yield Alternative("without_word", _all_of([other for other in _clauses(asked) if other != clause]))
    for part in rarest_first:
        yield Alternative("one_word", _all_of([part, *unwanted]))


def _parts(clause: Query) -> Iterator[Query]:
    """Yield the words of a clause that say what it is about; those of a field stay in it."""
    match clause:
        case Word(text, field=field) | Phrase(text, field=field) if field != "byline":
            words = [word for word in about(text).words if len(word) > 1 or len(text) == 1]
            yield from (_word(word, field) for word in words)
        case Near(texts):
            yield from map(_word, texts)
        case _:
            yield clause


def _last_resorts(asked: Query) -> Iterator[Alternative]:
    wanted = tuple(_wanted(asked))
    if len(wanted) > 1:
        yield Alternative("any_of", Or(wanted))
    elif len(wanted) < len(_clauses(asked)):
        yield Alternative("without_not", wanted[0] if wanted else Everything())


# --- queries and their parts


def _clauses(query: Query) -> tuple[Query, ...]:
    return query.clauses if isinstance(query, And) else (query,)


def _wanted(query: Query) -> Iterator[Query]:
    return (clause for clause in _clauses(query) if not isinstance(clause, Not))


def _word(text: str, field: Field | None = None) -> Query:
    """Return what a bare word means to `parse`."""
    return parse(render(Word(text, (), or_phrase=False, field=field)))


def _all_of(clauses: Sequence[Query]) -> Query:
    if len(clauses) < 2:
        return clauses[0] if clauses else Everything()
    return And(tuple(clauses))


def _replaced(query: Query, leaf: Leaf, other: Query) -> Query:
    """Return a query with another clause for each that is equal to a leaf; negated ones stay.

    >>> render(_replaced(parse("工会 -招聘 (妇联 OR 工会)"), parse("工会"), parse("团委")))
    '团委 -招聘 (妇联 OR 团委)'
    """
    if query == leaf:
        return other
    match query:
        case And(clauses):
            return And(tuple(_replaced(clause, leaf, other) for clause in clauses))
        case Or(clauses):
            return Or(tuple(_replaced(clause, leaf, other) for clause in clauses))
    return query
