"""Stored documents, packed one by one, so that a hit costs the unpacking of one document; what documents of a segment
have in common stands in a dictionary, once.

Measured on generated and on real articles of 650 characters that the dictionary was not made of: zstandard packs one
into 920 and 950 bytes in 11 µs (level 3), or into 845 and 880 in 19 (level 5), and unpacks it in 4 to 5 µs, half of
which goes into the code of the letters that are not found in the dictionary. Where these are left as they are, it takes
8 µs and 915 or 955 bytes, and is unpacked in 2. (Texts in UTF-8, with three bytes a letter that is left, took 965 and
985 bytes and 2.7 µs so; level 5 made them 35 and 50 bytes smaller than those in UTF-16.) zlib, told what all documents
have in common, needs 12 µs to unpack. Blocks of several documents are smaller too, but a hit costs the unpacking of all
in its block.
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
    write_checksum=False,  # the file has its own
)
_MOST_IN_DICTIONARY = 1 << 18
"""Half of that makes articles a twentieth larger, twice as much hardly smaller."""
_SHARE = 16
"""A dictionary of more than a sixteenth of all documents costs more than it spares."""
_SAMPLES = 1000
"""Twice as many give a dictionary that is a hundredth better, in twice the time."""
_SEGMENT, _HASHED = 500, 6
"""Bytes that go into the dictionary together, and that recur to be worth it: the best of those tried."""


def samples(doc_count: int) -> range:
    """Which of so many documents to make a dictionary of."""
    return range(0, doc_count, max(-(-doc_count // _SAMPLES), 1))


def dictionary(sampled: Sequence[bytes], doc_count: int) -> bytes:
    """What `doc_count` documents have in common, to judge by some; nothing where they are too few or too short."""
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
