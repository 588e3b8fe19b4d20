"""The query line: from what people type to a Query, and back to its one canonical spelling.

::

    any   = all ("OR" all)*                  OR in capitals, a word by itself
    all   = item*
    item  = ["-"] [field ":"] operand        field: headline, byline; no white space after - and :
    operand = quoted ["~" digits] | "(" any ")" | word | word"*"

Full-width forms count as the ASCII ones, and quotes may be “” 「」 『』 〝〞 as well as "". Whatever does not fit is
literal text or, where it is only an unbalanced quote or parenthesis, white space: no line is an error. Limits keep
every line quick, in one pass over it: what lies beyond them is left out, and the canonical spelling shows it.

Texts in a Query are folded. A word that would be read otherwise when written bare (a folded ㈠) becomes a phrase, so
that `parse(render(query)) == query` for each query that `parse` returns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import cast

from msgspec import Struct

from indexer.model import And, Everything, Field, Near, Not, Or, Phrase, Prefix, Query, Word
from indexer.text.folding import fold
from indexer.text.tokenizer import folded_query_words, is_in_dictionary

Leaf = Word | Phrase | Prefix | Near

MAX_LINE = 20_000  # code points read of a line; no canonical spelling within the other limits is longer
MAX_TEXT = 4_000  # code points in all the texts of a query; more is cut off
MAX_CLAUSES = 256  # words and phrases; more are left out
MAX_DEPTH = 16  # groups in groups; the parentheses of deeper ones count as white space
MAX_NEAR_TEXTS = 16
MAX_DISTANCE = 9_999
_KEPT_LINES = 512  # leafing and choosing facets asks the same line again

_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("−"): "-"}
# Each quote that can open, and what may close it: the first of these that stands anywhere after it.
_CLOSERS = {
    '"': '"”“',
    "“": '”"“',
    "”": '”"',
    "„": "”“",
    "‟": "”",
    "「": "」",
    "『": "』",
    "〝": "〞〟",
}
_QUOTES = "".join({*_CLOSERS, *"".join(_CLOSERS.values())})
_LEXEME = re.compile(
    rf"""(?P<space>\s+) | (?P<open>\() | (?P<close>\)) | (?P<quote>[{_QUOTES}])
       | (?P<minus>(?<![^\s()])-(?=[^\s)-]))           # before a word, not inside one
       | (?P<field>(?:headline|byline):(?=[^\s)]))
       | (?P<word>[^\s(){_QUOTES}]+)
    """,
    re.VERBOSE,
)
_DISTANCE = re.compile(rf"~([0-9]+)(?=[\s(){_QUOTES}]|$)")
_PREFIX = re.compile(r"([^*]+)\*")
_NOT_BARE = re.compile(rf"-|(?:headline|byline):.|.*[(){_QUOTES}]", re.DOTALL)


@lru_cache(maxsize=_KEPT_LINES)
def parse(line: str) -> Query:
    """Read a query line. Every line has a meaning; an empty one asks for everything.

    >>> parse('工会 -"招聘会"')
    And(clauses=(Word(text='工会', terms=('工会',), or_phrase=False, field=None), \
Not(clause=Phrase(text='招聘会', terms=('招聘会',), field=None))))
    """
    line = line[:MAX_LINE].translate(_TO_ASCII)
    return _Parser().parse(_lexemes(line)) or _Parser().word(line) or Everything()


def render(query: Query) -> str:
    """Return the canonical spelling of a query: lines that mean the same in the same order have the same.

    >>> render(parse("（工会　ＯＲ　婦聯）－招聘　“安全 生产”"))
    '(工会 OR 妇联) -招聘 "安全生产"'
    """
    match query:
        case Everything():
            return ""
        case Word(text, field=name):
            return _in_field(text, name)
        case Phrase(text, field=name):
            return _in_field(_quote(text), name)
        case Prefix(text, field=name):
            return _in_field(f"{text}*", name)
        case Near(texts, distance):
            return f"{_quote(' '.join(texts))}~{distance}"
        case Not(clause):
            return f"-({render(clause)})" if isinstance(clause, And | Or) else f"-{render(clause)}"
        case And(clauses):
            return " ".join(f"({render(clause)})" if isinstance(clause, Or) else render(clause) for clause in clauses)
        case Or(clauses):
            return " OR ".join(map(render, clauses))


def positive_leaves(query: Query) -> tuple[Leaf, ...]:
    """Return the words, phrases, prefixes and neighbours that are asked for, not those that are ruled out.

    >>> [render(leaf) for leaf in positive_leaves(parse('工会 -招聘 (张* OR "签约")'))]
    ['工会', '张*', '"签约"']
    """
    return tuple(_leaves(query, positive=True))


def _leaves(query: Query, positive: bool) -> Iterator[Leaf]:
    match query:
        case Everything():
            return
        case Not(clause):
            yield from _leaves(clause, not positive)
        case And(clauses) | Or(clauses):
            for clause in clauses:
                yield from _leaves(clause, positive)
        case _ if positive:
            yield query


def _quote(text: str) -> str:
    """Folding leaves no quote but the straight ones, so corner brackets can hold them."""
    return f"「{text}」" if '"' in text else f'"{text}"'


def _in_field(spelling: str, name: Field | None) -> str:
    return f"{name}:{spelling}" if name else spelling


# --- from the line to its parts


_Lexeme = tuple[str, str, int | None]
"""A part of a line: its kind (space, open, close, minus, field, quoted, word), its text, and how far apart quoted texts
may be.
"""


def _lexemes(line: str) -> Iterator[_Lexeme]:
    """Cut a line into its parts, quoted text in one. A quote that nothing closes is left out."""
    last: dict[str, int] = {}  # so that no search for a closer is in vain
    place = 0
    while match := _LEXEME.match(line, place):
        place = match.end()
        if match.lastgroup != "quote":
            yield str(match.lastgroup), match[0], None
            continue
        last = last or {quote: line.rfind(quote) for quote in _QUOTES}
        closer = next((quote for quote in _CLOSERS.get(match[0], "") if last[quote] >= place), None)
        if closer is None:
            continue
        end = line.index(closer, place)
        distance = _DISTANCE.match(line, end + 1)
        yield "quoted", line[place:end], _number(distance[1]) if distance else None
        place = distance.end() if distance else end + 1


def _number(digits: str) -> int:
    """Read a distance of any length."""
    digits = digits.lstrip("0")
    return int(digits or 0) if len(digits) <= len(str(MAX_DISTANCE)) else MAX_DISTANCE


# --- from the parts to the query


class _Group(Struct):
    """An open parenthesis (or the line itself): what stands before it, and its alternatives so far."""

    negated: bool
    name: Field | None
    alternatives: list[list[Query]]


class _Parser:
    """Reads lexemes from left to right. Open groups lie on a stack, so depth costs no recursion."""

    def __init__(self) -> None:
        self._groups = [_Group(False, None, [[]])]
        self._unopened = 0
        self._text_left = MAX_TEXT
        self._clauses_left = MAX_CLAUSES

    def parse(self, lexemes: Iterable[_Lexeme]) -> Query | None:
        negated, name = False, self._groups[-1].name
        for kind, text, distance in lexemes:
            if kind == "minus":
                negated = True
                continue
            if kind == "field":
                name = cast(Field, text[:-1])
                continue
            if kind == "open":
                self._open(negated, name)
            elif kind == "close":
                self._close()
            elif kind == "quoted":
                self._add(self._quoted(text, distance, name), negated)
            elif kind == "word" and text == "OR" and not negated and name == self._groups[-1].name:
                self._groups[-1].alternatives.append([])
            elif kind == "word":
                self._add(self.word(text, name), negated)
            negated, name = False, self._groups[-1].name
            if not (self._text_left and self._clauses_left):
                break
        return self._finish()

    def word(self, text: str, name: Field | None = None) -> Query | None:
        """A prefix, a word, or a phrase where a bare word would be read otherwise or has no words in it."""
        folded = self._take(text)
        if not folded:
            return None
        terms = folded_query_words(folded)
        if not folded.isalnum():  # letters and digits always are words
            if not terms or _NOT_BARE.match(folded):
                return Phrase(folded, terms, name)
            if prefix := _PREFIX.fullmatch(folded):
                return Prefix(prefix[1], name)
        is_one_word = terms == (folded,) and is_in_dictionary(folded)
        return Word(folded, terms, or_phrase=not is_one_word, field=name)

    def _quoted(self, text: str, distance: int | None, name: Field | None) -> Query | None:
        if distance is None:
            return self._phrase(self._take(text), name)
        texts = tuple(dict.fromkeys(filter(None, map(self._take, text.split()[:MAX_NEAR_TEXTS]))))
        if len(texts) > 1 and name is None:
            return Near(
                texts, distance, terms=tuple(dict.fromkeys(chain.from_iterable(map(folded_query_words, texts))))
            )
        # A headline or a name is so short that all texts in it are near each other.
        return _combine(And, [phrase for part in texts if (phrase := self._phrase(part, name))])

    def _phrase(self, folded: str, name: Field | None) -> Query | None:
        return Phrase(folded, folded_query_words(folded), name) if folded else None

    def _take(self, text: str) -> str:
        """Fold a text and count it against the limit."""
        folded = fold(text)[: self._text_left]
        self._text_left -= len(folded)
        return folded

    def _add(self, query: Query | None, negated: bool) -> None:
        if query is not None:
            self._clauses_left -= 1
            self._groups[-1].alternatives[-1].append(_negate(query) if negated else query)

    def _open(self, negated: bool, name: Field | None) -> None:
        if len(self._groups) <= MAX_DEPTH:
            self._groups.append(_Group(negated, name, [[]]))
        else:
            self._unopened += 1

    def _close(self) -> None:
        """End the innermost group; a parenthesis that closes nothing is left out."""
        if self._unopened:
            self._unopened -= 1
        elif len(self._groups) > 1:
            group = self._groups.pop()
            query = _any_of(group)
            if query is not None:
                self._groups[-1].alternatives[-1].append(_negate(query) if group.negated else query)

    def _finish(self) -> Query | None:
        """Close what is still open."""
        self._unopened = 0
        while len(self._groups) > 1:
            self._close()
        return _any_of(self._groups[0])


def _any_of(group: _Group) -> Query | None:
    alternatives = (_combine(And, clauses) for clauses in group.alternatives)
    return _combine(Or, [query for query in alternatives if query is not None])


def _combine(kind: type[And] | type[Or], clauses: Sequence[Query]) -> Query | None:
    """Join clauses into the simplest query that means the same: none nested in its like, each once."""
    if len(clauses) < 2:
        return clauses[0] if clauses else None
    flat = chain.from_iterable(clause.clauses if isinstance(clause, kind) else (clause,) for clause in clauses)
    unique = tuple(dict.fromkeys(flat))
    return kind(unique) if len(unique) > 1 else unique[0]


def _negate(query: Query) -> Query:
    return query.clause if isinstance(query, Not) else Not(query)
