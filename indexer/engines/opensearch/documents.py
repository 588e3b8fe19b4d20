"""Converts a tokenised document to the JSON that OpenSearch keeps, and back; spells texts for JSON and its analyzers.

What can't be sent as it is (a lone surrogate, which no JSON has, or white space inside a word, where the analyzer would
cut it) is moved to a plane that Unicode leaves empty. Queries spell their texts and words by the same functions.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from msgspec import MsgspecError
from zstandard import ZstdCompressor, ZstdDecompressor, ZstdError

from indexer.engines import stored_fields
from indexer.engines.facets import facet_values
from indexer.errors import IndexUnavailable
from indexer.model import CHOICES, Document, DocumentSummary, Times, TokenisedDocument

START = "\U000de000"
"""Begins every unit, so that a text at its beginning is found as a phrase."""
NO_WORDS = "\U000de001"
"""Stands where a field has no words: BM25 counts the documents that have the field, and is to count all."""
LONGEST_WORD = 4_000
"""Code points. Lucene takes no term of more than 32,766 bytes."""

_CUT = "\U000de002"
"""Stands in a word that is shortened, before its digest."""
_EMPTY_PLANE = 0xD0000
_SURROGATES = range(0xD800, 0xE000)
_CANT_BE_SENT = re.compile("[\U000d0000-\U000dffff\ud800-\udfff]")
_SPACES = [code for code in range(_SURROGATES.start) if chr(code).isspace()]
_UNSPELLED = {_EMPTY_PLANE + code: code for code in (*_SURROGATES, *_SPACES)}


def spelled(text: str) -> str:
    """Return a text as it is sent: valid Unicode, without the letters that have a meaning here. It keeps its length.

    >>> spelled("工会"), ascii(spelled("工\\ud800")), ascii(spelled("\\U000de000"))
    ('工会', "'\\\\u5de5\\\\U000dd800'", "'\\\\ufffd'")
    """
    return _CANT_BE_SENT.sub(_moved, text)


def unspelled(text: str) -> str:
    """Return a text as it was before `spelled`, or a word before `spelled_word`, if that did not shorten it.

    >>> unspelled(spelled("工\\ud800")) == "工\\ud800"
    True
    """
    return text if text.isascii() else text.translate(_UNSPELLED)


def spelled_word(word: str) -> str:
    """Return a word as it is sent: without white space, and shortened if it is longer than any term may be.

    >>> spelled_word("工会"), len(spelled_word("工 会")), "工 会".split() == [spelled_word("工 会")]
    ('工会', 3, False)
    >>> spelled_word("a" * 5000) == spelled_word("a" * 5001)
    False
    """
    word = _without_spaces(spelled(word))
    return word if len(word) <= LONGEST_WORD else _shortened(word) + sha256(word.encode()).hexdigest()


def spelled_prefix(text: str) -> str:
    """Return what the words that begin with a text begin with as they are sent.

    Of a text longer than any term may be, only that it is so long counts and how it begins.

    >>> spelled_word("a" * 5000).startswith(spelled_prefix("a" * 4999))
    True
    """
    word = _without_spaces(spelled(text))
    return word if len(word) <= LONGEST_WORD else _shortened(word)


def _moved(letter: re.Match[str]) -> str:
    code = ord(letter[0])
    return chr(_EMPTY_PLANE + code) if code in _SURROGATES else "\N{REPLACEMENT CHARACTER}"


def _shortened(word: str) -> str:
    return word[:LONGEST_WORD] + _CUT


def _without_spaces(word: str) -> str:
    if word.split() == [word]:
        return word
    return "".join([chr(_EMPTY_PLANE + ord(letter)) if letter.isspace() else letter for letter in word])


def source_of(tokenised: TokenisedDocument, fingerprint: str, born: int, times: Times) -> dict[str, object]:
    """Return a document as OpenSearch keeps it. `born` is the ticket of the change that it comes with."""
    document = tokenised.document
    day = document.article.date
    words = [spelled_word(word) for word in tokenised.words]
    units: dict[str, list[str]] = {}
    for unit in tokenised.units:
        units.setdefault(unit.field, []).append(START + spelled(unit.text))
    return {
        "id": spelled(document.id),
        "source": spelled(document.source),
        "stamp": stamp(document.source, born),
        "fingerprint": fingerprint,
        "born": born,
        "ordinal": document.ordinal,
        "page": spelled(document.page),
        "paper_title": spelled(document.paper_title),
        "rights": document.rights,
        "first": times.first,
        "changed": times.changed,
        "first_id": spelled(times.first_id),
        **{name: [spelled(value) for value in facet_values(name, document)] for name in CHOICES},
        "year": facet_values("date", document),
        "day": None if day is None else day.toordinal(),
        "length": len(words),
        "words": " ".join(words) or NO_WORDS,
        "headline_words": " ".join(map(spelled_word, tokenised.headline_words)) or NO_WORDS,
        "vocabulary": list(dict.fromkeys(words)),
        "units": units,
        "stored": b64encode(ZstdCompressor(write_checksum=True).compress(stored_fields.to_bytes(document))).decode(),
    }


def stamp(source: str, born: int) -> str:
    """Return what names the documents that were made from a page file by one change.

    >>> stamp("jia/1.txt", 12)
    '12 jia/1.txt'
    """
    return f"{born} {spelled(source)}"


def document_of(kept: Mapping[str, Any]) -> Document:
    """Return the document in what OpenSearch keeps. Raises `IndexUnavailable` if it is not what was written."""
    try:
        return stored_fields.from_bytes(_stored(kept))
    except (ValueError, KeyError, binascii.Error, ZstdError, MsgspecError) as error:
        raise _damaged(kept) from error


def summary_of(kept: Mapping[str, Any]) -> DocumentSummary:
    """Return the summary of a document. Raises like `document_of`."""
    try:
        return stored_fields.summary_from_bytes(_stored(kept))
    except (ValueError, KeyError, binascii.Error, ZstdError, MsgspecError) as error:
        raise _damaged(kept) from error


def times_of(kept: Mapping[str, Any]) -> Times:
    """Return when an article was first indexed and last changed."""
    return Times(kept["first"], kept["changed"], unspelled(kept["first_id"]))


def counts_of(words: Iterable[str], kept: Mapping[str, Any]) -> dict[str, int]:
    """Return how often some words are among those of a document, without those that are not.

    >>> counts_of(("工会", "妇联"), {"words": "工会 市 工会"})
    {'工会': 2}
    """
    of_document = kept["words"].split(" ")
    counts = {word: of_document.count(spelled_word(word)) for word in words}
    return {word: count for word, count in counts.items() if count}


def _stored(kept: Mapping[str, Any]) -> bytes:
    return ZstdDecompressor().decompress(b64decode(kept["stored"], validate=True))


def _damaged(kept: Mapping[str, Any]) -> IndexUnavailable:
    return IndexUnavailable(
        f"The document {kept.get('id', '')} in the OpenSearch index is damaged. Restore the index from a snapshot of"
        " the cluster, or build it anew with baosou index --full."
    )
