"""What a query matches, said in the plainest way: one document at a time, `in` for phrases. The memory engine uses it.

Words are looked for in the words of the article or of its headline: only these have words of their own. In any other
field (a name of the byline) a word or a prefix is looked for as text. An empty text and an empty list of words match
nothing; all of no clauses matches everything, any of no clauses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.model import And, Everything, Near, Not, Or, Phrase, Prefix, Query, TokenisedDocument, Word
from indexer.model import Field as FieldName
from indexer.text.furniture_letters import as_furniture


def matches(query: Query, document: TokenisedDocument) -> bool:
    """Whether a query matches a document.

    >>> from indexer.model import Article, Document, Unit
    >>> article = Article("a-1", "新闻", "", "工会", "", (), "", (), None, (), (), "")
    >>> kept = Document(article, paper="a", paper_title="", page="1", ordinal=0, source="a/1.txt")
    >>> document = TokenisedDocument(kept, ("工会",), ("工会",), (Unit("headline", "工会"),))
    >>> matches(Word("工", ("工",), or_phrase=False), document), matches(Phrase("工", ()), document)
    (False, True)
    """
    match query:
        case Everything():
            return True
        case Word():
            return _has_word(query, document)
        case Phrase(text, _, field):
            return _has_text(text, field, document)
        case Prefix(text, field):
            words = _words(field, document)
            return _has_text(text, field, document) if words is None else _has_prefix(text, words)
        case Near(texts, distance):
            return any(has_near(texts, distance, unit.text) for unit in document.units)
        case Not(clause):
            return not matches(clause, document)
        case And(clauses):
            return all(matches(clause, document) for clause in clauses)
        case Or(clauses):
            return any(matches(clause, document) for clause in clauses)


def has_near(texts: Sequence[str], distance: int, unit: str) -> bool:
    """Whether all texts stand in the unit with at most `distance` characters between them, in any order.

    The tightest span that begins with one occurrence takes the next occurrence of every other text from there on.

    >>> has_near(("招商", "签约"), 2, "签约的是招商"), has_near(("招商", "签约"), 1, "签约的是招商")
    (True, False)
    """
    if not texts or not all(texts):
        return False
    room = distance + sum(map(len, texts))
    starts = (start for start in range(len(unit)) if unit.startswith(tuple(texts), start))
    for start in starts:
        found = [unit.find(text, start) for text in texts]
        if -1 in found:
            return False
        if max(begin + len(text) for begin, text in zip(found, texts, strict=True)) - start <= room:
            return True
    return False


def _words(field: FieldName | None, document: TokenisedDocument) -> Sequence[str] | None:
    """The words of a field (None: of the article); None for a field that has none of its own."""
    if field is None:
        return document.words
    return document.headline_words if field == "headline" else None


def _has_word(word: Word, document: TokenisedDocument) -> bool:
    words = _words(word.field, document)
    if words is None:
        return _has_text(word.text, word.field, document)
    in_words = bool(word.terms) and set(word.terms) <= set(words)
    return in_words or (word.or_phrase and _has_text(word.text, word.field, document))


def _has_prefix(text: str, words: Sequence[str]) -> bool:
    return bool(text) and any(word.startswith(text) for word in words)


def _has_text(text: str, field: FieldName | None, document: TokenisedDocument) -> bool:
    text = as_furniture(text) if field == "furniture" else text
    return bool(text) and any(text in unit.text for unit in document.units if field in (None, unit.field))
