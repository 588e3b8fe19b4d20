"""A query as the fields of a form, and back: all of these words, this phrase, any of these, none of these …

What each field holds is itself a query line, so whoever knows the syntax can use it in the form too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from msgspec import structs

from indexer.model import And, Everything, Field, Near, Not, Or, Phrase, Prefix, Query, Word
from indexer.search.query_parser import parse, render

USUAL_DISTANCE = 10
_LEAVES = (Word, Phrase, Prefix)
_QUOTES = dict.fromkeys(map(ord, '"“”„‟「」『』〝〞〟＂'), " ")


@dataclass(frozen=True, slots=True)
class QueryFields:
    """The fields of the form. `more` is a query line for what fits into none of the others."""

    all: str = ""
    phrase: str = ""
    any: str = ""
    none: str = ""
    headline: str = ""
    byline: str = ""
    near: str = ""
    distance: str = str(USUAL_DISTANCE)
    more: str = ""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> QueryFields:
        """Return the fields that a form sent; those that it lacks are empty."""
        given = {one.name: values.get(one.name, "").strip() for one in fields(cls)}
        return cls(**given | {"distance": given["distance"] or str(USUAL_DISTANCE)})

    @classmethod
    def of_line(cls, line: str) -> QueryFields:
        """Return the fields that a query line fills.

        >>> QueryFields.of_line('安全 工会 -招聘 (表彰 OR 张*) headline:大会').any
        '表彰 张*'
        """
        found: dict[str, str] = {}
        for clause in _clauses(parse(line)):
            name, text = _field_of(clause)
            if name in ("phrase", "any", "near") and name in found:
                name, text = ("all", render(clause)) if name == "phrase" else ("more", _in_line(clause))
            if name == "near" and isinstance(clause, Near):
                found["distance"] = str(clause.distance)
            found[name] = f"{found[name]} {text}" if name in found else text
        return cls(**found)

    def values(self) -> dict[str, str]:
        """Return the values by the names of the fields."""
        return asdict(self)

    def line(self) -> str:
        """Return the query line.

        >>> QueryFields(all="安全 工会", any="表彰 奖励", none="招聘", headline="大会").line()
        '安全 工会 (表彰 OR 奖励) headline:大会 -招聘'
        """
        return render(parse(" ".join(_in_line(query) for query in self._queries())))

    def _queries(self) -> Iterator[Query]:
        """Yield what each field asks for, in the order of the line."""
        yield parse(self.all)
        yield _quoted(self.phrase)
        yield _joined(Or, _clauses(parse(self.any)))
        yield _inside("headline", self.headline)
        yield _inside("byline", self.byline)
        yield _quoted(self.near, self.distance if re.fullmatch("[0-9]+", self.distance) else str(USUAL_DISTANCE))
        yield _joined(And, [Not(clause) for clause in _clauses(parse(self.none))])
        yield parse(self.more)


def line_of(values: Mapping[str, str]) -> str:
    """Return the query line of a form; `line`, the one that it was filled with, if nothing was changed.

    >>> line_of({"line": "工會 安全", "all": "工会 安全"}), line_of({"line": "工會 安全", "all": "工会"})
    ('工會 安全', '工会')
    """
    filled, given = QueryFields.of_line(values.get("line", "")), QueryFields.of(values)
    return values.get("line", "") if given == filled else given.line()


def _clauses(query: Query) -> Sequence[Query]:
    if isinstance(query, And):
        return query.clauses
    return () if isinstance(query, Everything) else (query,)


def _field_of(clause: Query) -> tuple[str, str]:
    """Return the name of the field that a clause belongs in, and how it is written there."""
    match clause:
        case Phrase(text, field=None) if not _has_quotes(text):
            return "phrase", text
        case Word(field=None) | Prefix(field=None) | Phrase(field=None):
            return "all", render(clause)
        case Word(field="headline" | "byline" as name) | Prefix(field="headline" | "byline" as name):
            return name, render(structs.replace(clause, field=None))
        case Phrase(field="headline" | "byline" as name):
            return name, render(structs.replace(clause, field=None))
        case Or(clauses) if all(map(_is_plain, clauses)):
            return "any", " ".join(map(render, clauses))
        case Not(negated) if _is_plain(negated):
            return "none", render(negated)
        case Near(texts) if not any(map(_has_quotes, texts)):
            return "near", " ".join(texts)
    return "more", _in_line(clause)


def _is_plain(query: Query) -> bool:
    return isinstance(query, _LEAVES) and query.field is None


def _has_quotes(text: str) -> bool:
    return text.translate(_QUOTES) != text


def _quoted(text: str, distance: str = "") -> Query:
    plain = text.translate(_QUOTES).strip()
    return parse(f'"{plain}"' + (f"~{distance}" if distance else "")) if plain else Everything()


def _inside(name: Field, text: str) -> Query:
    query = parse(text)
    return Everything() if isinstance(query, Everything) else parse(f"{name}:({render(query)})")


def _joined(kind: type[And] | type[Or], clauses: Sequence[Query]) -> Query:
    if len(clauses) < 2:
        return clauses[0] if clauses else Everything()
    return kind(tuple(clauses))


def _in_line(query: Query) -> str:
    """Return a query as it is written among others."""
    return f"({render(query)})" if isinstance(query, Or) else render(query)
