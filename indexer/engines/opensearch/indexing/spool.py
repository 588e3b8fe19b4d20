"""The documents of a change before they are sent, in a temporary file, and a reader that shows them over a commit.

Nothing is sent before a change is committed, so one that is given up leaves nothing behind on the cluster.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Protocol
from uuid import uuid4

import msgspec
from msgspec import Struct
from zstandard import ZstdCompressor, ZstdDecompressor

from indexer.engines.base import Preview, SourceDocuments
from indexer.engines.holdings import Held, issues_of, papers_of
from indexer.engines.opensearch import documents
from indexer.errors import IndexUnavailable
from indexer.model import Document, IssueHolding, PaperHolding, Rights, Times, TokenisedDocument
from indexer.text.natural_sort import natural_key

_LENGTHS = struct.Struct("<II")
_WITH_THE_COMMIT = ("born", "stamp", "first", "changed", "first_id")
"""What is known of a document only when it is sent."""


class SpooledDocument(Struct, frozen=True, array_like=True):
    """What is looked for in a spool: of which article and page file something is. All is spelled for JSON."""

    id: str
    source: str
    fingerprint: str
    paper: str
    title: str
    page: str
    day: int | None
    rights: Rights

    @property
    def article_id(self) -> str:
        """The id of the article, as it is elsewhere."""
        return documents.unspelled(self.id)

    @property
    def held(self) -> Held:
        """The same for holdings."""
        day = None if self.day is None else date.fromordinal(self.day)
        paper, title, page = map(documents.unspelled, (self.paper, self.title, self.page))
        return Held(paper, title, day, page, rights=self.rights)


def packed(document: TokenisedDocument, fingerprint: str) -> bytes:
    """Return a document as a spool keeps it."""
    kept = documents.source_of(document, fingerprint, 0, Times())
    for name in _WITH_THE_COMMIT:
        del kept[name]
    of, day = document.document, document.document.article.date
    spelled = documents.spelled
    entry = SpooledDocument(
        spelled(of.id),
        spelled(of.source),
        spelled(fingerprint),
        spelled(of.paper),
        spelled(of.paper_title),
        spelled(of.page),
        day=None if day is None else day.toordinal(),
        rights=of.rights,
    )
    head = msgspec.msgpack.encode(entry)
    body = ZstdCompressor(level=1).compress(msgspec.json.encode(kept))
    return _LENGTHS.pack(len(head), len(body)) + head + body


def build_spool(folder: Path, sources: Iterable[SourceDocuments]) -> list[Path]:
    """Write documents into a file of a folder, for `Spool.adopt`. Raises `IndexUnavailable`."""
    path = folder / f"{uuid4().hex}.spool"
    with explained(), path.open("wb") as file:
        for _, fingerprint, of_source in sources:
            file.writelines(packed(one, fingerprint) for one in of_source)
        return [path] if file.tell() else []


@contextmanager
def explained() -> Iterator[None]:
    """Turn an error of the system into one that says what to do."""
    try:
        yield
    except OSError as error:
        raise IndexUnavailable(
            f"What is to be indexed could not be kept in a temporary file ({error}). See to the room there, or name "
            "another folder in TMPDIR, then run the command again. The index is as it was before."
        ) from error


class Spool:
    """What a change puts in and takes out. Its file has no name, so that it goes with the process."""

    def __init__(self) -> None:
        with explained():
            self._file: IO[bytes] = TemporaryFile(prefix="baosou-")  # noqa: SIM115 (closed by close)
        self._end = 0
        self._by_source: dict[str, list[int]] = {}
        self._by_id: dict[str, int] = {}
        self._by_day: dict[tuple[str, int | None], set[str]] = defaultdict(set)

    def __contains__(self, source: str) -> bool:
        """Whether the change says what becomes of a page file (spelled)."""
        return source in self._by_source

    @property
    def sources(self) -> Sequence[str]:
        """The page files (spelled) that the change replaces or removes."""
        return list(self._by_source)

    def __len__(self) -> int:
        return sum(map(len, self._by_source.values()))

    def replace(self, source: str, of_source: Sequence[bytes]) -> None:
        """Replace what was made from a page file by what `packed` returned."""
        with explained():
            self.remove(source)
            self._file.seek(self._end)
            for one in of_source:
                self._file.write(one)
                self._note(self._end, one)
                self._end += len(one)

    def remove(self, source: str) -> None:
        """Take out all that was made from a page file."""
        spelled = documents.spelled(source)
        for place in self._by_source.get(spelled, ()):
            entry = self._entry(place)
            if self._by_id.get(entry.id) == place:
                del self._by_id[entry.id]
            self._by_day[entry.paper, entry.day].discard(spelled)
        self._by_source[spelled] = []

    def adopt(self, path: Path) -> None:
        """Take over a file that `build_spool` wrote; it is deleted."""
        with explained():
            with path.open("rb") as file:
                source, of_source = "", list[bytes]()
                for one in _records(file):
                    if (of := _entry_of(one).source) != source:
                        self._adopt(source, of_source)
                        source, of_source = of, []
                    of_source.append(one)
                self._adopt(source, of_source)
            path.unlink()

    def entries(self) -> Iterator[tuple[SpooledDocument, bytes]]:
        """Yield all documents, in the order of the file: what is known of each, and most of its JSON."""
        with explained():
            for place in sorted(chain.from_iterable(self._by_source.values())):
                yield self._entry(place), self._json(place)

    def get(self, article_id: str) -> Document | None:
        """The document with this id, or None."""
        place = self._by_id.get(documents.spelled(article_id))
        return None if place is None else self._document(place)

    def documents_of(self, source: str) -> tuple[Document, ...]:
        """The documents made from one page file, in their order on the page."""
        of_source = [self._document(place) for place in self._by_source.get(documents.spelled(source), ())]
        return tuple(sorted(of_source, key=lambda one: (one.ordinal, one.id)))

    def of_day(self, paper: str, day: date | None) -> list[Document]:
        """The documents of an issue."""
        ordinal = None if day is None else day.toordinal()
        places = [
            place
            for source in self._by_day.get((documents.spelled(paper), ordinal), ())
            for place in self._by_source[source]
        ]
        return [one for one in map(self._document, places) if one.paper == paper and one.article.date == day]

    def fingerprints(self) -> dict[str, str]:
        """source → fingerprint of what was made from that file."""
        first = {source: places[0] for source, places in self._by_source.items() if places}
        return {documents.unspelled(one): self._entry(place).fingerprint for one, place in first.items()}

    def held(self, hidden: Set[str]) -> Iterator[Held]:
        """Yield where each document was published, without those of some page files (spelled)."""
        for source, places in self._by_source.items():
            if source not in hidden:
                for place in places:
                    yield self._entry(place).held

    def close(self) -> None:
        """Delete the file."""
        self._file.close()

    def _adopt(self, source: str, of_source: list[bytes]) -> None:
        if of_source:
            self.replace(documents.unspelled(source), of_source)

    def _note(self, place: int, one: bytes) -> None:
        entry = _entry_of(one)
        self._by_source[entry.source].append(place)
        self._by_id[entry.id] = place
        self._by_day[entry.paper, entry.day].add(entry.source)

    def _entry(self, place: int) -> SpooledDocument:
        self._file.seek(place)
        head, _ = _LENGTHS.unpack(self._file.read(_LENGTHS.size))
        return _decode_entry(self._file.read(head))

    def _json(self, place: int) -> bytes:
        self._file.seek(place)
        head, body = _LENGTHS.unpack(self._file.read(_LENGTHS.size))
        self._file.seek(head, 1)
        return ZstdDecompressor().decompress(self._file.read(body))

    def _document(self, place: int) -> Document:
        with explained():
            return documents.document_of(msgspec.json.decode(self._json(place)))


class Below(Preview, Protocol):
    """What a spool may lie over."""

    def held(self, hidden: Sequence[str]) -> Iterable[Held]:
        """Yield where articles were published, without those of some page files (spelled)."""


class OverlayReader:
    """What a change would make readable: a spool over a commit, or over nothing. It can't be searched."""

    def __init__(self, below: Below | None, spool: Spool, times: Mapping[str, Times] | None = None) -> None:
        self._below, self._spool, self._times = below, spool, times or {}

    def get(self, article_id: str) -> Document | None:
        """The document with this id, or None."""
        found = self._spool.get(article_id)
        if found is None and self._below:
            found = self._below.get(article_id)
            if found and self._is_hidden(found.source):
                # Another page file may have an article with this id too.
                found = next((one for one in self._below_of_day(found) if one.id == article_id), None)
        return found

    def papers(self) -> tuple[PaperHolding, ...]:
        """What is held, paper by paper, by name."""
        return papers_of(self.held())

    def issues(self, paper: str) -> tuple[IssueHolding, ...]:
        """The issues held of a paper, oldest first, pages without a date last."""
        return issues_of(one for one in self.held() if one.paper == paper)

    def held(self, hidden: Sequence[str] = ()) -> Iterator[Held]:
        """Yield where articles were published, without those of some page files (spelled)."""
        unseen = {*hidden}
        yield from self._spool.held(unseen)
        if self._below:
            yield from self._below.held([*unseen.union(self._spool.sources)])

    def issue(self, paper: str, day: date | None) -> tuple[Document, ...]:
        """The articles of one issue in the order of its pages and of each page."""
        below = self._below.issue(paper, day) if self._below else ()
        found = [*(one for one in below if not self._is_hidden(one.source)), *self._spool.of_day(paper, day)]
        return tuple(sorted(found, key=lambda one: (natural_key(one.page), one.source, one.ordinal, one.id)))

    def times(self, ids: Iterable[str]) -> Mapping[str, Times]:
        """When some articles were first indexed and last changed; without those that are not in the index."""
        wanted = list(ids)
        own = {one: self._times.get(one, Times()) for one in wanted if self._spool.get(one)}
        others = [one for one in wanted if one not in own and self.get(one)]
        return {**(self._below.times(others) if self._below and others else {}), **own}

    def fingerprints(self) -> Mapping[str, str]:
        """source → fingerprint of what was indexed from that file."""
        below = self._below.fingerprints() if self._below else {}
        kept = {source: known for source, known in below.items() if not self._is_hidden(source)}
        return {**kept, **self._spool.fingerprints()}

    def documents_of(self, source: str) -> tuple[Document, ...]:
        """The documents made from one page file, in their order on the page; empty when there are none."""
        if self._is_hidden(source) or self._below is None:
            return self._spool.documents_of(source)
        return self._below.documents_of(source)

    def version(self) -> str:
        """No version: this is not committed."""
        return ""

    def close(self) -> None:
        """Do nothing: the spool belongs to the change."""

    def _is_hidden(self, source: str) -> bool:
        return documents.spelled(source) in self._spool

    def _below_of_day(self, document: Document) -> list[Document]:
        found = self._below.issue(document.paper, document.article.date) if self._below else ()
        return [one for one in found if not self._is_hidden(one.source)]


_decode_entry = msgspec.msgpack.Decoder(SpooledDocument).decode


def _entry_of(one: bytes) -> SpooledDocument:
    head, _ = _LENGTHS.unpack_from(one)
    return _decode_entry(one[_LENGTHS.size : _LENGTHS.size + head])


def _records(file: IO[bytes]) -> Iterator[bytes]:
    while lengths := file.read(_LENGTHS.size):
        yield lengths + file.read(sum(_LENGTHS.unpack(lengths)))


def with_commit(body: bytes, entry: SpooledDocument, ticket: int, times: Times) -> bytes:
    """Return the JSON of a document, with what is known when it is sent."""
    known: dict[str, Any] = {
        "born": ticket,
        "stamp": documents.stamp(documents.unspelled(entry.source), ticket),
        "first": times.first,
        "changed": times.changed,
        "first_id": documents.spelled(times.first_id),
    }
    return msgspec.json.encode(known)[:-1] + b"," + body[1:]
