"""Compresses stored documents one by one with zstandard and a dictionary that is trained for each segment.

So a hit costs the decompression of one document. Literals are not entropy-coded, for speed.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from zstandard import (
    DICT_TYPE_AUTO,
    STRATEGY_FAST,
    ZstdCompressionDict,
    ZstdCompressionParameters,
    ZstdCompressor,
    ZstdDecompressor,
    ZstdError,
    train_dictionary,
)

_QUICK = ZstdCompressionParameters(
    strategy=STRATEGY_FAST,
    target_length=1,  # with this strategy: letters that are not found again are left as they are
    min_match=5,  # bytes: of 4 to 7 what packs smallest
    hash_log=18,  # so that all of the dictionary is found
    window_log=19,
    chain_log=12,
    search_log=1,
    write_dict_id=False,
    write_checksum=True,  # so that no document is shown that is not what was written
)
_MOST_IN_DICTIONARY = 1 << 18
"""The largest size of a dictionary, in bytes."""
_SHARE = 16
"""A dictionary has at most a sixteenth of the size of all documents."""
_SAMPLES = 1000
"""Documents that a dictionary is trained on."""
_SEGMENT, _HASHED = 500, 6
"""Parameters k and d of zstandard's COVER algorithm, in bytes: the best of those tried."""


def samples(doc_count: int) -> range:
    """Return the doc_ids of the documents to train a dictionary on."""
    return range(0, doc_count, max(-(-doc_count // _SAMPLES), 1))


def dictionary(sampled: Sequence[bytes], doc_count: int) -> bytes:
    """Train a dictionary for `doc_count` documents on some of them; empty where they are too few or too short."""
    size = sum(map(len, sampled)) * doc_count // max(len(sampled), 1) // _SHARE
    try:
        trained = train_dictionary(min(size, _MOST_IN_DICTIONARY), list(sampled), k=_SEGMENT, d=_HASHED)
    except (ZstdError, ValueError):
        return b""
    return trained.as_bytes()


class Packer:
    """Packs documents with a dictionary. For one thread.

    >>> Unpacker(b"").unpack(Packer(b"").pack("版".encode())).decode()
    '版'
    """

    def __init__(self, dictionary: bytes) -> None:
        known = _known(dictionary)
        if known:
            known.precompute_compress(compression_params=_QUICK)
        self.pack = ZstdCompressor(compression_params=_QUICK, dict_data=known).compress


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
