"""Read web archives: WARC (ISO 28500:2017), and WACZ, which is a ZIP file with WARCs in its folder `archive`.

Of all records, those count that hold HTML as it was sent with status 200. Redirects, pictures, requests and records
that refer to earlier ones (revisit) are passed over. A record that is cut off ends the reading; what was read counts.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from indexer.errors import PageError
from indexer.model import Evidence, RawPage
from indexer.readers.decoding import SIZE_LIMIT
from indexer.readers.epaper.saved_site import SavedPage, read_saved_site

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

LARGEST = 256 * 2**20
"""The largest web archive in bytes, packed."""

_MOST_PAGES, _MOST_HTML, _MOST_BYTES = 5_000, 200 * 2**20, 8 * 2**30
"""Limits of what is read of a web archive: pages of HTML, their bytes, and the bytes of all records, unpacked.

An issue of a newspaper has some 200 pages of 30 kB; with its pictures it has some 100 MB.
"""

_CHUNK, _MOST_AT_ONCE = 1 << 16, 1 << 20
_IS_HTML = re.compile(r"(?:text/html|application/xhtml\+xml)\b", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_WARC_IN_WACZ = re.compile(r"(?:^|/)archive/[^/]+\.warc(?:\.gz)?", re.IGNORECASE)
_SAVE_AGAIN = "save the site again"


def read_warc(data: bytes, source: str) -> tuple[RawPage, ...]:
    """Read the articles in a WARC file, packed or not. Raises PageError if it holds none, or is none."""
    return _Reading(source).pages([data])


def read_wacz(data: bytes, source: str) -> tuple[RawPage, ...]:
    """Read the articles in a WACZ file. Raises PageError if it holds none, or is none."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            names = [entry for entry in packed.infolist() if _WARC_IN_WACZ.search(entry.filename)]
            if not names:
                raise PageError(source, f"it holds no web archive (archive/….warc.gz); {_SAVE_AGAIN}")
            if max(entry.file_size for entry in names) > LARGEST:
                raise PageError(source, f"it holds more than {LARGEST // 2**20} MB; divide it by issues")
            return _Reading(source).pages(packed.read(entry) for entry in names)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, OSError) as problem:
        raise PageError(source, f"this WACZ is damaged ({problem}); {_SAVE_AGAIN}") from None


class _Reading:
    """The reading of one file: how much of it was read, and where it is broken."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.html = self.bytes = 0
        self.broken = ""
        self.unread = ""

    def pages(self, files: Iterable[bytes]) -> tuple[RawPage, ...]:
        saved = [page for file in files for page in self.saved_pages(file)]
        if len(saved) > _MOST_PAGES:
            raise PageError(self.source, f"it holds more than {_MOST_PAGES} pages; divide it by issues")
        if not saved:
            why = "it is cut off before its first page of HTML" if self.broken else "it holds no page of HTML"
            raise PageError(self.source, f"{why}; {_SAVE_AGAIN}")
        first, *others = read_saved_site(saved, self.source)
        return (replace(first, claims=(*first.claims, *self.claims())), *others)

    def claims(self) -> Iterator[Evidence]:
        """Yield what is to be said about the records that could not be read."""
        if self.broken:
            says = "the web archive is cut off or damaged at this page or after it"
            yield Evidence("bad bytes", says, "bytes", self.broken)
        if self.unread:
            yield Evidence("left out", "packed in a way that can't be unpacked", "address", self.unread)

    def saved_pages(self, data: bytes) -> Iterator[SavedPage]:
        """Yield the pages of HTML in a WARC file."""
        from warcio.archiveiterator import ArchiveIterator

        last, place = "its beginning", 0
        try:
            records = ArchiveIterator(BytesIO(data))
            for record in records:
                address = record.rec_headers.get_header("WARC-Target-URI") or ""
                if page := self.saved_page(record, address.strip("<>")):
                    yield page
                if self.pass_over(record):
                    self.broken = address
                    return
                last, place = address or last, records.get_record_offset()
            if not _is_whole(data, place):
                self.broken = last
        except PageError:
            raise
        except Exception:  # warcio raises whatever its code meets in a broken record
            self.broken = last

    def saved_page(self, record: ArcWarcRecord, address: str) -> SavedPage | None:
        if record.rec_type == "response" and record.http_headers:
            if record.http_headers.get_statuscode() != "200":
                return None
            kind = record.http_headers.get_header("Content-Type") or ""
        elif record.rec_type == "resource":
            kind = record.rec_headers.get_header("Content-Type") or ""
        else:
            return None
        if not _IS_HTML.match(kind.strip()):
            return None
        data = record.content_stream().read(SIZE_LIMIT + 1)
        self.count(len(data))
        self.html += len(data)
        if self.html > _MOST_HTML:
            raise PageError(self.source, f"it holds more than {_MOST_HTML // 2**20} MB of HTML; divide it by issues")
        if len(data) > SIZE_LIMIT or not data.strip():
            return None
        if not _looks_like_text(data):
            self.unread = address
            return None
        declared = _CHARSET.search(kind)
        return SavedPage(address, data, declared[1] if declared else "")

    def pass_over(self, record: ArcWarcRecord) -> int:
        """Read the rest of a record; return how many bytes are missing of it."""
        while chunk := record.raw_stream.read(_CHUNK):
            self.count(len(chunk))
        return max(getattr(record.raw_stream, "limit", 0), 0)

    def count(self, size: int) -> None:
        self.bytes += size
        if self.bytes > _MOST_BYTES:
            raise PageError(self.source, f"it unpacks to more than {_MOST_BYTES // 2**30} GB; divide it by issues")


def _is_whole(data: bytes, place: int) -> bool:
    """Return whether the packed record at a place is the last one, and packed to its end.

    A record that is not packed is measured by its own length.
    """
    if not data.startswith(b"\x1f\x8b", place):
        return True
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    packed = data[place:]
    while packed and not unpacking.eof:
        unpacking.decompress(packed, _MOST_AT_ONCE)
        packed = unpacking.unconsumed_tail
    return unpacking.eof and not unpacking.unused_data.strip(b"\0\r\n")


def _looks_like_text(data: bytes) -> bool:
    """Return whether HTML is unpacked. warcio can't unpack Brotli without another library."""
    return b"<" in data[:4_096]
