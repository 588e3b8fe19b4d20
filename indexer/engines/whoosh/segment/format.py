"""What a segment's file is made of, apart from its sections: the format's version, its texts and its fields."""

from __future__ import annotations

from hashlib import sha256
from typing import get_args

from indexer.engines.whoosh.segment import stored_fields
from indexer.model import Field as FieldName

FORMAT_VERSION = 6
"""Raise it with every change of a section, of the order of documents or of the schema: older indexes are refused."""

FIELD_NAMES: tuple[FieldName, ...] = get_args(FieldName)
SEPARATOR = "\x1f"
"""Stands between the values of a column that has several; a control character, so no value holds it."""


def encode(text: str) -> bytes:
    """Text as the bytes of a term or a column. A file's name may hold bytes that are no text: they pass as surrogates.

    >>> decode(encode("版\\udcff"))
    '版\\udcff'
    """
    return text.encode("utf-8", "surrogatepass")


def decode(value: bytes) -> str:
    """The text that `encode` made the bytes from."""
    return value.decode("utf-8", "surrogatepass")


def fingerprint() -> str:
    """Identify the format in 8 hex digits: its version and the names and types of all stored fields."""
    return sha256(f"flat {FORMAT_VERSION} {stored_fields.fingerprint()}".encode()).hexdigest()[:8]
