"""Stored documents, packed one by one, so that a hit costs the unpacking of one document; what documents of a segment
have in common stands in a dictionary, once.

Measured on generated and on real articles of 650 characters that the dictionary was not made of: zstandard packs one
into 887 and 1,006 bytes in 14 µs (level 3), or into 824 and 945 in 28 (level 5), or into 806 and 928 in 45 (level 6),
and unpacks it in 5; zlib, told what all documents have in common, packs it into 1,117 and 1,171 in 48 and unpacks it in
12. Blocks of several documents are smaller too, but a hit costs the unpacking of all in its block.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from zstandard import DICT_TYPE_AUTO, ZstdCompressionDict, ZstdCompressor, ZstdDecompressor, ZstdError, train_dictionary

_LEVEL, _LEVEL_OF_MANY = 3, 5
_MANY = 50_000
"""Smaller segments will be merged and packed again; on greater ones twice the time is well spent, once."""
_MOST_IN_DICTIONARY = 1 << 18
"""Half of that makes articles a twentieth larger, twice as much hardly smaller."""
_SHARE = 16
"""A dictionary of more than a sixteenth of all documents costs more than it spares."""
_SAMPLES = 1000
"""Twice as many give a dictionary that is a hundredth better, in twice the time."""
_SEGMENT, _HASHED = 500, 6
"""Bytes that go into the dictionary together, and that recur to be worth it: the best of those tried."""


def samples(documents: int) -> range:
    """Which of so many documents to make a dictionary of."""
    return range(0, documents, max(-(-documents // _SAMPLES), 1))


def dictionary(sampled: Sequence[bytes], documents: int) -> bytes:
    """What `documents` documents have in common, to judge by some; nothing where they are too few or too short."""
    size = sum(map(len, sampled)) * documents // max(len(sampled), 1) // _SHARE
    try:
        trained = train_dictionary(min(size, _MOST_IN_DICTIONARY), list(sampled), k=_SEGMENT, d=_HASHED)
    except (ZstdError, ValueError):
        return b""
    return trained.as_bytes()


class Packer:
    """Packs so many documents with a dictionary. For one thread.

    >>> Unpacker(b"").unpack(Packer(b"", documents=1).pack("版".encode())).decode()
    '版'
    """

    def __init__(self, dictionary: bytes, documents: int) -> None:
        level = _LEVEL if documents < _MANY else _LEVEL_OF_MANY
        known = _known(dictionary)
        if known:
            known.precompute_compress(level)
        # Without a checksum: the file has its own.
        self.pack = ZstdCompressor(level=level, dict_data=known, write_dict_id=False, write_checksum=False).compress


class Unpacker:
    """Unpacks documents with the dictionary that they were packed with. Safe to use from several threads."""

    def __init__(self, dictionary: bytes) -> None:
        self._tools = _Tools(_known(dictionary))

    def unpack(self, packed: bytes | memoryview) -> bytes:
        """A document. Raises ValueError for bytes that were not packed so."""
        try:
            return self._tools.unpack(packed)
        except ZstdError as error:
            raise ValueError(str(error)) from error


class _Tools(threading.local):
    """Every thread has its own, of one dictionary."""

    def __init__(self, known: ZstdCompressionDict | None) -> None:
        self.unpack = ZstdDecompressor(dict_data=known).decompress


def _known(dictionary: bytes) -> ZstdCompressionDict | None:
    return ZstdCompressionDict(dictionary, DICT_TYPE_AUTO) if dictionary else None
