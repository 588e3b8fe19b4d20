"""Parse query lines into Query objects and render them in canonical form.

::

    any   = all ("OR" all)*                  OR in capitals, as a separate word; also ||
    all   = item*                            AND or && may stand between items
    item  = ["-" | "NOT"] [field ":"] operand    field: headline, byline; no white space after - and :
    operand = quoted ["~" digits] | "(" any ")" | word | word"*"

Full-width forms are equivalent to ASCII, and “” 「」 『』 〝〞 may be used as quotes besides "". `title:` and `标题:`
mean `headline:`; `作者:` and `记者:` mean `byline:`. Every line is valid: a quote that is never closed extends to the
end of the line, a minus that stands alone and unbalanced parentheses count as white space, and anything else that
doesn't fit the grammar is literal text. Notes say where a line may be meant otherwise. A line is parsed in a single
pass. Limits keep this fast: anything beyond them is left out, which the canonical form shows.

Texts in a Query are folded. A word that would be parsed differently when written without quotes (a folded ㈠) becomes a
phrase. Therefore `parse(render(query)) == query` for every query that `parse` returns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from indexer.model import And, Everything, Field, Near, Not, Note, Or, Phrase, Prefix, Query, Word
from indexer.text.folding import fold
from indexer.text.tokenizer import bare_words, folded_query_words, is_in_dictionary

Leaf = Word | Phrase | Prefix | Near

MAX_LINE = 20_000  # code points of a line; no canonical form within the other limits is longer
MAX_TEXT = 4_000  # code points in all texts of a query together; the rest is dropped
MAX_CLAUSES = 256  # words and phrases; the rest is dropped
MAX_DEPTH = 16  # nested groups; deeper parentheses count as white space
MAX_NEAR_TEXTS = 16
MAX_NEARS = 4  # proximity searches of a query; of others only the texts are searched for
MAX_DISTANCE = 9_999
_KEPT_LINES = 512  # paging and choosing facets repeats the same line

_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("−"): "-"}
# Opening quotes and the quotes that may close them: the first of these that occurs anywhere after the opening one.
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
_OPENERS = "".join(quote for quote in _CLOSERS if quote != "”")
_QUOTES = "".join({*_CLOSERS, *"".join(_CLOSERS.values())})
_FIELDS: dict[str, Field] = {
    **dict.fromkeys(("headline", "title", "标题", "標題"), "headline"),
    **dict.fromkeys(("byline", "作者", "记者", "記者"), "byline"),
    "furniture": "furniture",
}
"""The names of the fields, as they may be typed."""
_NAMES = "|".join(_FIELDS)
_OPERATORS = {"AND": "and", "&&": "and", "OR": "or", "||": "or", "NOT": "not"}
_LEXEME = re.compile(
    rf"""(?P<space>\s+) | (?P<open>\() | (?P<close>\)) | (?P<quote>[{_QUOTES}])
       | (?P<minus>(?<![^\s()&|])-(?=[^\s)-]))           # before a word, not inside one
       | (?P<field>(?:{_NAMES}):(?=[^\s)]))
       | (?P<word>&& | \|\| | (?:(?!&&|\|\|)[^\s(){_QUOTES}])+)
    """,
    re.VERBOSE,
)
_DISTANCE = re.compile(rf"~([0-9]+)(?=[\s(){_QUOTES}]|$)")
_PREFIX = re.compile(r"([^*]+)\*")
_LONE_MINUS = re.compile("-+")
_WITH_ZHU = re.compile("着(?=名(?![单字])|作|称|述|书|录)|(?<=[显卓名巨论专土原昭译编拙遗])着")
"""Where folding gave 着 for 著 in a word that today is spelled 著. A canonical form is read by people."""
_NOT_BARE = re.compile(rf"-|(?:{_NAMES}):.|.*(?:[(){_QUOTES}]|&&|\|\|)", re.DOTALL)


class Reading(NamedTuple):
    """A parsed query line: the query, and notes on how the line was read."""

    query: Query
    notes: tuple[Note, ...] = ()


@lru_cache(maxsize=_KEPT_LINES)
def read_line(line: str) -> Reading:
    """Parse a query line and say what its writer should know. Every line is valid.

    >>> [(note.kind, note.line) for note in read_line("工会 or 妇联").notes]
    [('lower_case_operator', '工会 OR 妇联')]
    """
    line = line[:MAX_LINE].translate(_TO_ASCII)
    lexemes = [*_lexemes(line)]
    query = _Parser().parse(lexemes) or _Parser().word(line) or Everything()
    return Reading(query, (*_notes(line, lexemes), *_numeral_notes(query)))


def parse(line: str) -> Query:
    """Parse a query line. Every line is valid, and an empty one matches everything.

    >>> parse('工会 -"招聘会"')
    And(clauses=(Word(text='工会', terms=('工会',), or_phrase=False, field=None), \
Not(clause=Phrase(text='招聘会', terms=('招聘会',), field=None))))
    """
    return read_line(line).query


def render(query: Query) -> str:
    """Return the canonical form of a query.

    Lines that differ only in spelling have the same canonical form.

    >>> render(parse("（工会　ＯＲ　婦聯）－招聘　“安全 生产”"))
    '(工会 OR 妇联) -招聘 "安全生产"'
    >>> render(parse("着名 看著"))
    '著名 看着'
    """
    return _WITH_ZHU.sub("著", _rendered(query))


def _rendered(query: Query) -> str:
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
            return f"-({_rendered(clause)})" if isinstance(clause, And | Or) else f"-{_rendered(clause)}"
        case And(clauses):
            return " ".join(
                f"({_rendered(clause)})" if isinstance(clause, Or) else _rendered(clause) for clause in clauses
            )
        case Or(clauses):
            return " OR ".join(map(_rendered, clauses))


def positive_leaves(query: Query) -> tuple[Leaf, ...]:
    """Return the words, phrases, prefixes and proximity clauses that are not negated.

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
    """Quote a folded text.

    Folding keeps only straight quotes, so a text that contains them is put in corner brackets.
    """
    return f"「{text}」" if '"' in text else f'"{text}"'


def _in_field(spelling: str, name: Field | None) -> str:
    return f"{name}:{spelling}" if name else spelling


# --- from the line to its parts


class _Lexeme(NamedTuple):
    """A part of a line.

    The kinds are space, open, close, minus, field, quoted, unclosed and word. `distance` is the number after quoted
    text, and `start` the position in the line.
    """

    kind: str
    text: str
    start: int
    distance: int | None = None


def _lexemes(line: str) -> Iterator[_Lexeme]:
    """Split a line into lexemes; quoted text is one of them.

    Text after a quote that is never closed extends to the end of the line. A closing quote without an opening one is
    left out.
    """
    last: dict[str, int] = {}  # the last position of each quote, so that every search for a closing quote succeeds
    place = 0
    while match := _LEXEME.match(line, place):
        place = match.end()
        if match.lastgroup != "quote":
            yield _Lexeme(str(match.lastgroup), match[0], match.start())
            continue
        last = last or {quote: line.rfind(quote) for quote in _QUOTES}
        closer = next((quote for quote in _CLOSERS.get(match[0], "") if last[quote] >= place), None)
        if closer is not None:
            end = line.index(closer, place)
            distance = _DISTANCE.match(line, end + 1)
            yield _Lexeme("quoted", line[place:end], match.start(), _number(distance[1]) if distance else None)
            place = distance.end() if distance else end + 1
        elif match[0] in _OPENERS:
            yield _Lexeme("unclosed", line[place:], match.start())
            return


def _notes(line: str, lexemes: Sequence[_Lexeme]) -> Iterator[Note]:
    """Yield what the writer of a line should know: a quote without its end, a small `or`."""
    parts = [lexeme for lexeme in lexemes if lexeme.kind != "space"]
    if parts and parts[-1].kind == "unclosed" and fold(parts[-1].text):
        yield Note("unclosed_quote", parts[-1].text.strip(), f"{line.rstrip()}{_CLOSERS[line[parts[-1].start]][0]}")
    small = [*_small_operators(parts)]
    if small:
        meant = list(line)
        for lexeme in small:
            meant[lexeme.start : lexeme.start + len(lexeme.text)] = lexeme.text.upper()
        yield Note("lower_case_operator", small[0].text, "".join(meant))


def _numeral_notes(query: Query) -> Iterator[Note]:
    """Yield a note on each bare word that is found in other spellings, as far as its words are not printed in it."""
    for leaf in positive_leaves(query):
        if isinstance(leaf, Word) and leaf.terms != folded_query_words(leaf.text):
            yield Note("numeral", leaf.text, render(Phrase(leaf.text, (), leaf.field)))


def _small_operators(parts: Sequence[_Lexeme]) -> Iterator[_Lexeme]:
    """Yield the words that would be operators in capitals."""
    for place, part in enumerate(parts[:-1]):
        operator = part.kind == "word" and part.text not in _OPERATORS and _OPERATORS.get(part.text.upper())
        before = parts[place - 1].kind if place else ""
        if operator and before not in ("minus", "field") and (operator == "not" or before not in ("", "open")):
            yield part


def _number(digits: str) -> int:
    """Parse a distance with any number of digits, limited to MAX_DISTANCE."""
    digits = digits.lstrip("0")
    return int(digits or 0) if len(digits) <= len(str(MAX_DISTANCE)) else MAX_DISTANCE


# --- from the parts to the query


class _Group(Struct):
    """An open parenthesis, or the line itself.

    It has the minus and the field before the parenthesis and the alternatives parsed so far.
    """

    negated: bool
    name: Field | None
    alternatives: list[list[Query]]


class _Parser:
    """A parser that reads lexemes from left to right.

    Open groups are on a stack, so nesting needs no recursion.
    """

    def __init__(self) -> None:
        self._groups = [_Group(False, None, [[]])]
        self._unopened = 0
        self._text_left = MAX_TEXT
        self._clauses_left = MAX_CLAUSES
        self._nears_left = MAX_NEARS

    def parse(self, lexemes: Iterable[_Lexeme]) -> Query | None:
        negated, name = False, self._groups[-1].name
        is_attached = False  # to a minus or a field: such a word is no operator
        for kind, text, _, distance in lexemes:
            operator = _OPERATORS.get(text) if kind == "word" and not is_attached else None
            if kind == "space" or operator == "and":
                continue
            is_attached = kind in ("minus", "field")
            if kind == "minus" or operator == "not":
                negated = True
                continue
            if kind == "field":
                name = _FIELDS[text[:-1]]
                continue
            if kind == "open":
                self._open(negated, name)
            elif kind == "close":
                self._close()
            elif kind in ("quoted", "unclosed"):
                self._add(self._quoted(text, distance, name), negated)
            elif operator == "or":
                self._groups[-1].alternatives.append([])
            elif not _LONE_MINUS.fullmatch(fold(text)):
                self._add(self.word(text, name), negated)
            negated, name = False, self._groups[-1].name
            if not (self._text_left and self._clauses_left):
                break
        return self._finish()

    def word(self, text: str, name: Field | None = None) -> Query | None:
        """Return a prefix, a word or a phrase.

        It is a phrase if the bare word would be parsed differently or contains no words.
        """
        folded = self._take(text)
        if not folded:
            return None
        if name == "furniture":  # it has no words
            begun = _PREFIX.fullmatch(folded)
            return Prefix(begun[1], name) if begun else Word(folded, (), or_phrase=True, field=name)
        terms = bare_words(folded)
        if not folded.isalnum():  # letters and digits are always words
            if not terms or _NOT_BARE.match(folded):
                return Phrase(folded, folded_query_words(folded), name)
            if prefix := _PREFIX.fullmatch(folded):
                return Prefix(prefix[1], name)
        # Jieba splits off a dictionary word of two or three letters wherever no other word overlaps it. One letter or
        # more than three are often inside other words (人民银行 in 中国人民银行).
        is_one_word = 1 < len(folded) < 4 and terms == (folded,) and is_in_dictionary(folded)
        return Word(folded, terms, or_phrase=not is_one_word, field=name)

    def _quoted(self, text: str, distance: int | None, name: Field | None) -> Query | None:
        if distance is None:
            return self._phrase(self._take(text), name)
        texts = tuple(dict.fromkeys(filter(None, map(self._take, text.split()[:MAX_NEAR_TEXTS]))))
        if len(texts) > 1 and name is None and self._nears_left:
            self._nears_left -= 1
            return Near(
                texts, distance, terms=tuple(dict.fromkeys(chain.from_iterable(map(folded_query_words, texts))))
            )
        # Headlines and names are so short that all texts in them are near each other.
        return _combine(And, [phrase for part in texts if (phrase := self._phrase(part, name))])

    def _phrase(self, folded: str, name: Field | None) -> Query | None:
        terms = () if name == "furniture" else folded_query_words(folded)
        return Phrase(folded, terms, name) if folded else None

    def _take(self, text: str) -> str:
        """Fold a text and subtract its length from what is left of MAX_TEXT."""
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
        """Close the innermost group; an unbalanced closing parenthesis is ignored."""
        if self._unopened:
            self._unopened -= 1
        elif len(self._groups) > 1:
            group = self._groups.pop()
            query = _any_of(group)
            if query is not None:
                self._groups[-1].alternatives[-1].append(_negate(query) if group.negated else query)

    def _finish(self) -> Query | None:
        """Close all open groups and return the query."""
        self._unopened = 0
        while len(self._groups) > 1:
            self._close()
        return _any_of(self._groups[0])


def _any_of(group: _Group) -> Query | None:
    alternatives = (_combine(And, clauses) for clauses in group.alternatives)
    return _combine(Or, [query for query in alternatives if query is not None])


def _combine(kind: type[And] | type[Or], clauses: Sequence[Query]) -> Query | None:
    """Join clauses into the simplest equivalent query: flattened, without duplicates."""
    if len(clauses) < 2:
        return clauses[0] if clauses else None
    flat = chain.from_iterable(clause.clauses if isinstance(clause, kind) else (clause,) for clause in clauses)
    unique = tuple(dict.fromkeys(flat))
    return kind(unique) if len(unique) > 1 else unique[0]


def _negate(query: Query) -> Query:
    return query.clause if isinstance(query, Not) else Not(query)
