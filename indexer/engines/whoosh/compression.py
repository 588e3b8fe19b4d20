"""Stored documents, packed one by one, so that a hit costs the unpacking of one document."""

from __future__ import annotations

import zlib

from indexer.engines.whoosh.schema import decode, encode

_LEVEL = 6


class Unpacker:
    """Unpacks what `pack` packed."""

    def unpack(self, packed: bytes) -> str:
        """The text that was packed. Raises zlib.error for bytes that were not packed so."""
        return decode(zlib.decompress(packed))


def pack(text: str) -> bytes:
    """A document's text in fewer bytes.

    >>> Unpacker().unpack(pack("版" * 600))[:3]
    '版版版'
    """
    return zlib.compress(encode(text), _LEVEL)
