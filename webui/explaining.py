"""Explain in words how a query was understood.

The results page shows this below the number of hits.
"""

from __future__ import annotations

from indexer.model import And, Everything, Near, Not, Or, Phrase, Prefix, Query, Word
from webui.i18n import Translator


def explain(query: Query, t: Translator) -> str:
    """Return the query in words.

    `understood_as` in the JSON has the same query in query syntax.

    >>> from indexer.search.query_parser import parse
    >>> explain(parse("安全 (工会 OR 妇联) -招聘"), Translator("zh-CN"))
    '“安全”、（“工会”或“妇联”）都有，没有“招聘”'
    >>> explain(parse('"安全生产工作" OR byline:王'), Translator("en"))
    'the exact string “安全生产工作” or “王” in a name of the byline'
    """
    match query:
        case Everything():
            return t("asks_everything")
        case Word(text, _, _, field):
            return _in_field(t("asks_word", text=text), field, t)
        case Phrase(text, _, field):
            return _in_field(t("asks_phrase", text=text), field, t)
        case Prefix(text, field):
            return _in_field(t("asks_prefix", text=text), field, t)
        case Near(texts, distance):
            return t("asks_near", texts=t("asks_comma").join(f"“{text}”" for text in texts), n=distance)
        case Not(clause):
            return t("asks_not", what=_grouped(clause, t))
        case Or(clauses):
            return t("asks_or").join(_grouped(clause, t) for clause in clauses)
        case And(clauses):
            return _all(clauses, t)


def _all(clauses: tuple[Query, ...], t: Translator) -> str:
    wanted = [_grouped(clause, t) for clause in clauses if not isinstance(clause, Not)]
    unwanted = [explain(clause, t) for clause in clauses if isinstance(clause, Not)]
    together = [t("asks_all", what=t("asks_and").join(wanted))] if len(wanted) > 1 else wanted
    return t("asks_but").join([*together, *unwanted])


def _grouped(query: Query, t: Translator) -> str:
    said = explain(query, t)
    return t("asks_group", what=said) if isinstance(query, And | Or) else said


def _in_field(what: str, field: str | None, t: Translator) -> str:
    match field:
        case "headline":
            return t("asks_in_headline", what=what)
        case "byline":
            return t("asks_in_byline", what=what)
    return what
