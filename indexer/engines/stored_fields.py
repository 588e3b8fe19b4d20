"""Serialises documents to MessagePack: first the summary, with all texts, then what only the document has.

Lists are decoded without the spans of passages, evidence and the like. A summary keeps its lines as bytes in UTF-16,
which are decoded when asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import is_dataclass
from hashlib import sha256
from itertools import accumulate
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import Struct

from indexer.model import (
    ARTICLE_SUMMARY_FIELDS,
    Article,
    Document,
    DocumentSummary,
    Evidence,
    Passage,
    Rights,
    Span,
)

_JSON = b"["
"""What JSON begins with, and MessagePack of a sequence doesn't."""


class _Marks(Struct, array_like=True):
    """A passage but for its text."""

    spans: tuple[Span, ...]
    flags: tuple[str, ...]
    page: str


class _Others(Struct, array_like=True):
    """What a document and its article have beside what their summaries have."""

    ordinal: int
    rights: Rights
    end_code: str
    head: tuple[Span, ...]
    evidence: tuple[Evidence, ...]
    paragraphs: list[_Marks]
    captions: list[_Marks]
    lengths: list[int]
    """Of all passages if one has line breaks; else empty, and each passage is a line."""


class _Beginning(Struct, array_like=True):
    """A stored document, read no farther than is needed for lists."""

    summary: DocumentSummary


class _Stored(_Beginning, array_like=True):
    """A stored document. The others are bytes of their own, so that they are passed over in one step."""

    others: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Stored).decode
_decode_beginning = msgspec.msgpack.Decoder(_Beginning).decode
_decode_others = msgspec.msgpack.Decoder(_Others).decode


def to_bytes(document: Document) -> bytes:
    """Serialise a document: to MessagePack, or to JSON where the name of its file is not UTF-8."""
    article = document.article
    others = _Others(
        document.ordinal,
        document.rights,
        article.end_code,
        article.head,
        article.evidence,
        _marks(article.paragraphs),
        _marks(article.captions),
        _lengths((*article.paragraphs, *article.captions)),
    )
    whole = _Stored(DocumentSummary.of(document), _encode(others))
    try:
        return _encode(whole)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(whole)).encode()


def from_bytes(given: bytes) -> Document:
    """Deserialise a document. Raises ValueError for bytes that `to_bytes` did not write."""
    whole = msgspec.convert(json.loads(given), _Stored) if given.startswith(_JSON) else _decode(given)
    summary, others, known = whole.summary, _decode_others(whole.others), whole.summary.article
    passages = _passages(_texts(known.text, others.lengths), [*others.paragraphs, *others.captions])
    first_caption = len(others.paragraphs)
    article = Article(
        **{name: getattr(known, name) for name in ARTICLE_SUMMARY_FIELDS},
        paragraphs=passages[:first_caption],
        captions=passages[first_caption:],
        end_code=others.end_code,
        head=others.head,
        evidence=others.evidence,
    )
    return Document(
        article,
        summary.paper,
        summary.paper_title,
        summary.page,
        others.ordinal,
        summary.source,
        others.rights,
    )


def summary_from_bytes(given: bytes) -> DocumentSummary:
    """Deserialise the summary of a document. Raises ValueError like `from_bytes`."""
    whole = msgspec.convert(json.loads(given), _Beginning) if given.startswith(_JSON) else _decode_beginning(given)
    return whole.summary


def fingerprint() -> str:
    """What the stored form depends on, in 8 hex digits: the names and types of all that is in it."""
    described = [*_described(_Stored, []), *_described(_Others, [])]
    return sha256("\n".join(described).encode()).hexdigest()[:8]


def _marks(passages: Sequence[Passage]) -> list[_Marks]:
    return [_Marks(one.spans, one.flags, one.page) for one in passages]


def _lengths(passages: Sequence[Passage]) -> list[int]:
    return [len(one.text) for one in passages] if any("\n" in one.text for one in passages) else []


def _texts(text: str, lengths: Sequence[int]) -> list[str]:
    """Split a text into the texts of passages, which line breaks separate."""
    ends = accumulate([length + 1 for length in lengths])
    return [text[end - length - 1 : end - 1] for end, length in zip(ends, lengths, strict=True)] or text.split("\n")


def _passages(texts: Sequence[str], marks: Sequence[_Marks]) -> tuple[Passage, ...]:
    """Combine texts and marks. (No passage and an empty one have the same text.)"""
    return tuple([Passage(text, one.spans, one.flags, one.page) for text, one in zip(texts, marks, strict=False)])


def _described(kind: Any, seen: list[Any]) -> Iterator[str]:
    """Yield the fields of a record and of all records in it, each with its type."""
    is_record = is_dataclass(kind) or (isinstance(kind, type) and issubclass(kind, Struct))
    if is_record and kind not in seen:
        seen.append(kind)
        for name, hint in get_type_hints(kind).items():
            yield f"{kind.__name__}.{name}: {_without_modules(hint)}"
            yield from _described(hint, seen)
    for argument in get_args(kind):
        yield from _described(argument, seen)


def _without_modules(hint: Any) -> str:
    """Return the spelling of a type without the modules of its classes: a class that moves makes no index stale.

    >>> _without_modules(tuple[Evidence, ...]), _without_modules(str)
    ('tuple[Evidence, ...]', 'str')
    """
    return re.sub(
        r"(?:\w+\.)+(?=\w)", "", hint.__name__ if isinstance(hint, type) and not get_args(hint) else repr(hint)
    )
