"""Reads the articles of an index of any release, also one that today's engine refuses, to write redirects from it.

An id is made of what was read from a page, so a new version may give an article another one. When it rebuilds the
index, the old one still says which id belonged to which text.

The format is written down here once more, as far as it is read: this module must go on reading old indexes when today's
format has changed, so it uses none of the code of `segment` and `adapter`. It does not use Whoosh either, whose table
of contents is a pickle of classes that have moved since. Only the table of contents says which documents were deleted,
so these are read too.

All formats in `_FORMATS` are alike in what is described here. A test reads an index that today's engine has just
written. Where a new format is alike too, add its number; where it isn't, add a way to read it, and keep this one.

::

    manifest-<generation>.json    {"files": {name of a segment file: bytes, …}, …}

    header    "baosou flat segment", the number of the format and a line break, in 64 bytes
    sections  arrays, of which three are read here
    table     JSON: {"sections": {name: [dtype, offset, items, crc32], …}, …}
    end       length of the table (u64), its crc32 (u32), b"BSEG"; little-endian

    stored.bytes       the documents one after another, each a zstandard frame
    stored.offsets     where each begins, and where the last one ends
    stored.dictionary  the dictionary of the frames, empty where there is none

Other files than `.seg` are not read.
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
from zstandard import ZstdCompressionDict, ZstdDecompressor, ZstdError

from indexer.engines.former_documents import article_of
from indexer.model import FormerArticle

_FORMATS = range(4, 12)
"""The formats of release 0.1.0 (commit ef1a8a5) and of what followed it."""
_HEADERS = tuple(f"baosou flat segment {number}\n".encode().ljust(64, b"\0") for number in _FORMATS)
_HEADER_LENGTH = 64
_END = struct.Struct("<QI4s")
_END_MARK = b"BSEG"


def old_articles(folder: Path) -> Iterator[FormerArticle]:
    """Yield the articles of an index, those deleted since included.

    Raises ValueError for an index of another format, or a damaged one, and OSError where files can't be read.
    """
    for path in segment_files(folder):
        yield from articles_in(path)


def readable_articles(folder: Path) -> Iterator[FormerArticle]:
    """Yield the same, without those of files that can't be read or are not understood."""
    try:
        paths = segment_files(folder)
    except (ValueError, OSError):
        return
    for path in paths:
        with suppress(ValueError, OSError):
            yield from articles_in(path)


def segment_files(folder: Path) -> list[Path]:
    """The segment files of the last commit. Raises ValueError where there is none."""
    manifests = {int(path.stem.partition("-")[2]): path for path in folder.glob("manifest-*.json")}
    if not manifests:
        raise ValueError(f"there is no index of baosou in {folder}")
    latest = manifests[max(manifests)]
    try:
        return [folder / name for name in json.loads(latest.read_bytes())["files"] if name.endswith(".seg")]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{latest.name} is not a manifest") from error


def articles_in(path: Path) -> Iterator[FormerArticle]:
    """Yield the articles of a segment file. Raises ValueError and OSError like `old_articles`."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for stored in _stored_documents(content, path.name):
            try:
                yield article_of(stored)
            except (TypeError, IndexError, msgspec.MsgspecError) as error:
                raise ValueError(f"{path.name} is damaged: {error}") from error


def _stored_documents(content: mmap.mmap, name: str) -> Iterator[bytes]:
    """The documents of a segment file, unpacked."""
    end = len(content) - _END.size
    if content[:_HEADER_LENGTH] not in _HEADERS or end < _HEADER_LENGTH:
        raise ValueError(f"{name} is not a segment file of a known format")
    length, crc32, mark = _END.unpack_from(content, end)
    table = content[max(end - length, 0) : end]
    if mark != _END_MARK or zlib.crc32(table) != crc32:
        raise ValueError(f"{name} is damaged")
    sections = json.loads(table)["sections"]

    def section(wanted: str) -> bytes:
        dtype, start, items, crc32 = sections[wanted]
        found = content[start : start + np.dtype(dtype).itemsize * items]
        if zlib.crc32(found) != crc32:
            raise ValueError(f"{name} is damaged (section {wanted})")
        return found

    dictionary = section("stored.dictionary")
    unpack = ZstdDecompressor(dict_data=ZstdCompressionDict(dictionary) if dictionary else None).decompress
    offsets = np.frombuffer(section("stored.offsets"), sections["stored.offsets"][0]).tolist()
    _, first, _, _ = sections["stored.bytes"]
    for start, stop in pairwise(offsets):
        try:
            yield unpack(content[first + start : first + stop])
        except ZstdError as error:
            raise ValueError(f"{name} is damaged: {error}") from error
