"""A file of named arrays that is mapped, not read: how a segment lies on the disk.

::

    header    MAGIC, which names FORMAT_VERSION, in 64 bytes
    sections  one little-endian array each, beginning at a multiple of 64 bytes; the small ones after the others
    table     JSON: {"facts": {…}, "sections": {name: [dtype, offset, items, crc32]}}
    end       length of the table (u64), its crc32 (u32), b"BSEG"

Read-ahead is switched off: a first answer needs some hundred pages all over the file. Sections that are needed whole
are fetched explicitly.

A file without the right end was cut short, one with another header was written by another version: both are refused at
once, like one whose table or small sections are not what was written. Other sections are compared with their checksums
when they are first asked for, but for those of `BULK`, which are long and are read here and there. `verify` reads all.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import struct
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO
from weakref import finalize

import numpy as np
from numpy.typing import DTypeLike

from indexer.engines.whoosh.segment.array_types import AnyArray
from indexer.engines.whoosh.segment.format import BULK, FORMAT_VERSION, check_sections

Fact = int | bool | str
Section = tuple[str, int, int, int]
"""Its dtype, where it begins, how many items it has, and its checksum."""

MAGIC = f"baosou flat segment {FORMAT_VERSION}\n".encode().ljust(64, b"\0")
_END = struct.Struct("<QI4s")
_END_MARK = b"BSEG"
_ALIGNMENT = 64
_CHECKED_AT_OPENING = 1 << 16
"""Sections up to this many bytes are read and checked whenever a file is opened: they say where parts of others lie."""
_READ_WHOLE = 1 << 23
"""Sections up to this many bytes are read whole where all of them is needed."""
_SPOOLED_IN_MEMORY = 1 << 22
_COPIED_AT_ONCE = 1 << 20


class LayoutError(ValueError):
    """A file is not what was written: cut short, garbled, or of another version."""


class LayoutWriter:
    """Writes a file of sections. It is complete once `close` has returned; the commit waits for the disk.

    Sections may also come from other files, which several processes wrote: sections are ordered by name, so the file is
    the same. Such a part of a segment file (`is_part`) has only some of the sections.
    """

    def __init__(self, path: Path, *, is_part: bool = False) -> None:
        self._path = path
        self._is_part = is_part
        self._file: BinaryIO = path.open("wb")
        self._arrays: dict[str, AnyArray] = {}
        self._streams: dict[str, Stream] = {}
        self._included: dict[str, Layout] = {}

    def add(self, name: str, values: AnyArray) -> None:
        """Let this be a section. It is written at `close`."""
        self._arrays[name] = _little_endian(values)

    def stream(self, name: str, dtype: DTypeLike) -> Stream:
        """Begin a section that grows piece by piece; it is kept apart until `close`."""
        stream = self._streams[name] = Stream(np.dtype(dtype), self._path.parent)
        return stream

    def include(self, layout: Layout) -> Mapping[str, Fact]:
        """Let all sections of another file be sections; they are copied at `close`. Return that file's facts."""
        self._included |= dict.fromkeys(layout, layout)
        return layout.facts

    def close(self, facts: Mapping[str, Fact]) -> None:
        """Write all sections and the table. Raises AssertionError where they are not those of `SECTIONS`."""
        sections: dict[str, Section] = {}
        self._file.write(MAGIC)
        names = self._arrays.keys() | self._streams.keys() | self._included.keys()
        for name in sorted(names, key=lambda name: (self._is_small(name), name)):
            start = self._align()
            if name in self._included:
                sections[name] = self._copy(name, start)
            else:
                sections[name] = self._write_stream(name, start) if name in self._streams else self._write(name, start)
        if not self._is_part:
            check_sections({name: (dtype, items) for name, (dtype, _, items, _) in sections.items()}, facts)
        table = json.dumps({"facts": dict(sorted(facts.items())), "sections": sections}).encode()
        self._file.write(table + _END.pack(len(table), zlib.crc32(table), _END_MARK))
        self._file.close()
        self._included.clear()  # which lets go of their files

    def _write(self, name: str, start: int) -> Section:
        values = self._arrays.pop(name)
        self._file.write(values.data)
        return values.dtype.str, start, len(values), zlib.crc32(values.data)

    def _write_stream(self, name: str, start: int) -> Section:
        stream = self._streams[name]
        stream.copy_to(self._file)
        return stream.dtype.str, start, stream.items, stream.crc32

    def _copy(self, name: str, start: int) -> Section:
        layout = self._included[name]
        dtype, _, items, crc32 = layout.sections[name]
        self._file.write(layout.view(name))
        return dtype, start, items, crc32

    def abandon(self) -> None:
        """Delete what was written so far."""
        for stream in self._streams.values():
            stream.close()
        self._included.clear()
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _is_small(self, name: str) -> bool:
        if name in self._included:
            size = self._included[name].size(name)
        else:
            stream = self._streams.get(name)
            size = stream.items * stream.dtype.itemsize if stream else self._arrays[name].nbytes
        return size <= _CHECKED_AT_OPENING

    def _align(self) -> int:
        position = self._file.tell()
        start = -(-position // _ALIGNMENT) * _ALIGNMENT
        self._file.write(bytes(start - position))
        return start


class Stream:
    """A section in the making."""

    def __init__(self, dtype: np.dtype[Any], folder: Path) -> None:
        self.dtype = dtype.newbyteorder("<")
        self.items = 0
        self.crc32 = 0
        # It is closed by `copy_to` or `close`.
        self._spool: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(  # noqa: SIM115
            _SPOOLED_IN_MEMORY, prefix="spool-", suffix=".tmp", dir=str(folder)
        )

    def write(self, values: AnyArray | bytes) -> None:
        """Append values, or bytes to a section of bytes."""
        packed = np.frombuffer(values, np.uint8) if isinstance(values, bytes) else values
        packed = _little_endian(packed.astype(self.dtype, copy=False))
        self._spool.write(packed.data)
        self.items += len(packed)
        self.crc32 = zlib.crc32(packed.data, self.crc32)

    def copy_to(self, file: BinaryIO) -> None:
        """Move all of it to the end of a file."""
        self._spool.seek(0)
        shutil.copyfileobj(self._spool, file, _COPIED_AT_ONCE)
        self.close()

    def close(self) -> None:
        """Give back the room."""
        self._spool.close()


class Layout:
    """A file of sections, mapped. Arrays are views: they live as long as anyone holds them, deleted file or not."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDONLY)
        finalize(self, os.close, self._file)
        self._length = length = os.fstat(self._file).st_size
        if length < len(MAGIC) + _END.size:
            raise LayoutError(f"{path.name} is cut short")
        self._map = mmap.mmap(self._file, 0, access=mmap.ACCESS_READ)
        if sys.platform != "win32":  # which has no such advice
            self._map.madvise(mmap.MADV_RANDOM)
        table = self._read_table(length)
        self.facts: Mapping[str, Any] = table["facts"]
        self.sections: Mapping[str, Section] = table["sections"]
        self._checked = set[str]()
        small = [name for name in self.sections if self.size(name) <= _CHECKED_AT_OPENING]
        self._fetch(min((self.sections[name][1] for name in small), default=length), length)
        for name in small:
            self._check(name)

    def __contains__(self, name: str) -> bool:
        return name in self.sections

    def __iter__(self) -> Iterator[str]:
        return iter(self.sections)

    def array(self, name: str) -> AnyArray:
        """A section, as it lies in the file. Raises `LayoutError` where it is not what was written, outside `BULK`."""
        if name not in self._checked and name not in BULK:
            self._check(name)
        return self._array(name)

    def view(self, name: str) -> memoryview:
        """Return a section as a memoryview, which is quicker than an array for single items."""
        return self.array(name).data

    def whole(self, name: str) -> AnyArray:
        """A section that will be looked at all over: it is read at once, unless it is very long."""
        if self.size(name) <= _READ_WHOLE:
            start = self.sections[name][1]
            self._fetch(start, start + self.size(name))
        return self.array(name)

    def verify(self, pause: Callable[[], None] = lambda: None) -> int:
        """Compare every byte of the file with what was written. Return their number.

        It is read, not mapped, because a disk that can't read a mapped page ends the process. `pause` is called after
        each megabyte. Raises `LayoutError`, which names all that is damaged.
        """
        wrong = [] if os.pread(self._file, len(MAGIC), 0) == MAGIC else ["header"]
        end = len(MAGIC)
        for name, (_, start, _, crc32) in sorted(self.sections.items(), key=lambda one: (one[1][1], self.size(one[0]))):
            is_padded = not os.pread(self._file, start - end, end).strip(b"\0")
            end = start + self.size(name)
            try:
                is_sound = is_padded and self._crc32(start, end, pause) == crc32
            except OSError:
                is_sound = False
            wrong += [] if is_sound else [name]
        table = os.pread(self._file, self._length - end, end)
        if table[-_END.size :] != self._end or zlib.crc32(table[: -_END.size]) != _END.unpack(self._end)[1]:
            wrong.append("table")
        if wrong:
            raise _garbled(self._path, *wrong)
        return self._length

    def _crc32(self, start: int, end: int, pause: Callable[[], None] = lambda: None) -> int:
        """The checksum of what lies in the file between two places. Raises OSError where the disk can't read it."""
        crc32 = 0
        for at in range(start, end, _COPIED_AT_ONCE):
            crc32 = zlib.crc32(os.pread(self._file, min(_COPIED_AT_ONCE, end - at), at), crc32)
            pause()
        return crc32

    def _array(self, name: str) -> AnyArray:
        dtype, start, items, _ = self.sections[name]
        return np.frombuffer(self._map, dtype, items, start)

    def garbled(self, name: str) -> LayoutError:
        """What to raise where a section is not what was written."""
        return _garbled(self._path, name)

    def _read_table(self, length: int) -> dict[str, Any]:
        if self._map[: len(MAGIC)] != MAGIC:
            raise LayoutError(f"{self._path.name} was not written by this version of baosou")
        self._end = self._map[length - _END.size :]
        size, crc32, mark = _END.unpack(self._end)
        table = self._map[max(length - _END.size - size, 0) : length - _END.size]
        if mark != _END_MARK or zlib.crc32(table) != crc32:
            raise LayoutError(f"{self._path.name} is cut short or garbled")
        read: dict[str, Any] = json.loads(table)
        return read

    def size(self, name: str) -> int:
        """How many bytes a section has."""
        dtype, _, items, _ = self.sections[name]
        return int(np.dtype(dtype).itemsize) * items

    def _fetch(self, start: int, end: int) -> None:
        page = start // mmap.PAGESIZE * mmap.PAGESIZE
        if sys.platform != "win32":
            self._map.madvise(mmap.MADV_WILLNEED, page, end - page)

    def _check(self, name: str) -> None:
        # It is read, not mapped: of a map each page would be fetched by itself.
        _, start, _, crc32 = self.sections[name]
        if self._crc32(start, start + self.size(name)) != crc32:
            raise self.garbled(name)
        self._checked.add(name)


class CheckedParts:
    """Parts of a section of bytes, each of which is compared with its own checksum when it is first asked for.

    `starts` says where each begins, and where the last one ends; `checksums` has the crc32 of each.
    """

    def __init__(self, layout: Layout, name: str, starts: str, checksums: str) -> None:
        self._layout = layout
        self._name = name
        self._bytes = layout.view(name)
        self._starts = layout.view(starts)
        self._checksums = layout.view(checksums)
        self._checked = set[int]()

    def __getitem__(self, number: int) -> memoryview:
        """The bytes of a part. Raises `LayoutError` where they are not what was written."""
        part = self._bytes[self._starts[number] : self._starts[number + 1]]
        if number not in self._checked:
            if zlib.crc32(part) != self._checksums[number]:
                raise self._layout.garbled(self._name)
            self._checked.add(number)
        return part


def _garbled(path: Path, *sections: str) -> LayoutError:
    named = f"section {sections[0]}" if len(sections) == 1 else f"sections {', '.join(sections)}"
    return LayoutError(f"{path.name} is garbled ({named})")


def _little_endian(values: AnyArray) -> AnyArray:
    packed: AnyArray = np.ascontiguousarray(values)
    return packed.astype(packed.dtype.newbyteorder("<"), copy=False)
