"""Whoosh's table of contents: which segments a commit has, and which of their documents are deleted.

Whoosh writes it as a pickle, which can name any function of Python to be called by whoever reads it. So it is not read
with Whoosh: nothing but segments is made of it.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from io import BytesIO

from whoosh.filedb.filestore import RamStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from indexer.engines.whoosh.adapter.codec import SegmentInfo
from indexer.engines.whoosh.adapter.schema import make_schema

_VARINTS_BEFORE, _INTS_BEFORE = 3, 2
"""Sizes of types; then a mark of the byte order and the version."""
_VARINTS_OF_RELEASE = 3
_INTS_BEHIND_SCHEMA = 2
"""The generation, and one that is not used."""


def table_bytes(name: str, generation: int, segments: Sequence[SegmentInfo]) -> bytes:
    """Return a table of contents of the index `name`, as Whoosh writes it."""
    ram = RamStorage()
    TOC(make_schema(), list(segments), generation).write(ram, name)
    return bytes(ram.files[TOC._filename(name, generation)])


def segments_in(table: bytes) -> list[SegmentInfo]:
    """Return the segments that a table of contents names.

    Raises UnpicklingError, or another of the errors of `commits.explained`, for what is none.
    """
    stream = StructFile(BytesIO(table))
    for _ in range(_VARINTS_BEFORE):
        stream.read_varint()
    for _ in range(_INTS_BEFORE):
        stream.read_int()
    for _ in range(_VARINTS_OF_RELEASE):
        stream.read_varint()
    stream.skip_string()
    for _ in range(_INTS_BEHIND_SCHEMA):
        stream.read_int()
    return list(_SegmentsOnly(stream.file).load())


class _SegmentsOnly(pickle.Unpickler):
    """Makes no object but a segment."""

    def find_class(self, module: str, name: str) -> type[SegmentInfo]:
        if (module, name) != (SegmentInfo.__module__, SegmentInfo.__qualname__):
            raise pickle.UnpicklingError(f"the table of contents names {module}.{name}")
        return SegmentInfo
