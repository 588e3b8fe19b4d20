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

A document is MessagePack; JSON, with bytes in Base64, where the name of its file is not UTF-8. Either way it is nested
arrays::

    document   [brief, others]  others is MessagePack in bytes
    brief      [article, paper, paper title, page, source]
    article    [id, kind, kicker, headline, some others, [end of passages, end], lines]  lines is UTF-16 in bytes
    others     [some others, [[spans, flags, page] of each paragraph], [the same of each caption], lengths of passages]

The first characters of `lines`, as many as `end of passages`, are the passages, joined by line breaks. Their lengths
are given only where a passage has a line break itself. How many others stand before the end of passages and before the
marks of passages differs from format to format.
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from zstandard import ZstdCompressionDict, ZstdDecompressor, ZstdError

from indexer.model import FormerArticle

_FORMATS = range(4, 12)
"""The formats of release 0.1.0 (commit ef1a8a5) and of what followed it."""
_HEADERS = tuple(f"baosou flat segment {number}\n".encode().ljust(64, b"\0") for number in _FORMATS)
_HEADER_LENGTH = 64
_END = struct.Struct("<QI4s")
_END_MARK = b"BSEG"
_JSON = b"["
"""The first byte of JSON. MessagePack of an array begins with another."""


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


def article_of(stored: bytes) -> FormerArticle:
    """The article in a stored document of any release.

    Raises ValueError, TypeError, IndexError or MsgspecError where it is none.
    """
    brief, others, lines = _fields(stored)
    article, _, _, _, source = brief
    article_id, headline, (end, _) = article[0], article[3], article[-2]
    *_, paragraphs, captions, lengths = others
    text = lines.decode("utf-16-le", "surrogatepass")[:end]
    # No passage and an empty one have the same text.
    passages = _parts(text, lengths)[: len(paragraphs) + len(captions)]
    return FormerArticle(article_id, source, (headline, *passages))


def _fields(stored: bytes) -> tuple[list[Any], list[Any], bytes]:
    """The brief form of a document, what else it has, and its lines."""
    if stored.startswith(_JSON):
        brief, others = json.loads(stored)
        others, lines = b64decode(others), b64decode(brief[0][-1])
    else:
        brief, others = msgspec.msgpack.decode(stored)
        lines = brief[0][-1]
    return brief, msgspec.msgpack.decode(others), lines


def _parts(text: str, lengths: Sequence[int]) -> list[str]:
    """The passages of a text, by their lengths where these are given, else line by line."""
    ends = accumulate([length + 1 for length in lengths])
    return [text[end - length - 1 : end - 1] for end, length in zip(ends, lengths, strict=True)] or text.split("\n")
