"""Decide when the articles of a run were first indexed, and when their printed text last changed.

An article that is not recorded in the archive's `indexed.tsv` is new, with three exceptions: its id changed and an old
one is recorded; its page file is recorded as it is, so that only the rules can have made it; or the file of records
lacks what the index knows. Its text has changed where it differs from what is recorded and a page file that it stands
on differs too.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from indexer.archive.archive import Archive, PageFile
from indexer.archive.indexed import Record, Records, find_pending, line_of, plain
from indexer.engines.base import Indexable
from indexer.errors import ArchiveError, IndexUnavailable
from indexer.model import Times, TokenisedDocument

_PRINTED = ("headline", "paragraph", "caption")
_DIGEST_BYTES = 8
_AT_ONCE = 1 << 16
"""Articles whose records are held at the same time, about 50 MB of them."""

Packed = bytes
"""The versions of a page file's articles, packed: a full build holds those of all articles."""


class Version(Struct, frozen=True, array_like=True, gc=False):
    """An article as it was read: its id, the digest of its printed text, and the page files that it stands on."""

    id: str
    text: str
    sources: tuple[str, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Version]).decode


def packed_versions(
    documents: Sequence[TokenisedDocument], others: Mapping[str, Sequence[str]] | None = None
) -> Packed:
    """The versions of a page file's articles. `others` has, by id, the further page files that an article stands on."""
    return _encode(
        [
            Version(
                of.document.id,
                _text_digest(of),
                tuple(map(plain, (of.document.source, *(others or {}).get(of.document.id, ())))),
            )
            for of in documents
        ]
    )


def page_digest(file: PageFile) -> str:
    """A digest of the bytes of a page file and of its corrections, "" where it can't be read."""
    try:
        digests = [_file_digest(path) for path in (file.path, file.corrections) if path]
    except OSError:
        return ""
    digest = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    return digest[: 2 * _DIGEST_BYTES]


def _file_digest(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _text_digest(document: TokenisedDocument) -> str:
    """A digest of an article's printed text, folded, in which neither spacing nor paragraphs count."""
    text = "".join(unit.text for unit in document.units if unit.field in _PRINTED)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()


def dated(
    versions: Mapping[str, Packed],
    digests: Mapping[str, str],
    moves: Mapping[str, str],
    archive: Archive,
    engine: Indexable,
    now: int,
) -> tuple[dict[str, Times], str]:
    """Return the times of the articles of a run, and the lines to be recorded of them.

    `versions` are those of the page files that were read, by source; `digests` are those of page files, by their path
    as it is written; `moves` are old id → new id. `now` is the time of the run.
    """
    times: dict[str, Times] = {}
    lines: list[str] = []
    pending = ""
    with suppress(IndexUnavailable):  # a commit goes on without them
        pending = engine.pending_records()
    old_ids = defaultdict[str, list[str]](list)
    for old, new in moves.items():
        old_ids[new].append(old)
    for some in _parts(versions.values()):
        past = _Past.of(some, old_ids, archive, engine, pending)
        for version in some:
            source = version.sources[0]
            times[version.id] = its = _times(version, digests, past, now)
            recorded = past.records.pages.get(source)
            record = Record(its, version.text, digests.get(source) or (recorded.digest if recorded else ""), source)
            if past.records.articles.get(version.id) != record:
                lines.append(line_of(version.id, record))
    return times, "".join(lines)


def _parts(packed: Iterable[Packed]) -> Iterator[list[Version]]:
    """Yield the versions of some page files at a time, so that no more of what is recorded is held."""
    some: list[Version] = []
    for of_page in packed:
        some += _decode(of_page)
        if len(some) >= _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


@dataclass(frozen=True, slots=True)
class _Past:
    """What is known of articles from before this run: records, times in the index, and new id → its old ids."""

    records: Records
    times: Mapping[str, Times]
    old_ids: Mapping[str, Sequence[str]]

    @classmethod
    def of(
        cls,
        versions: Sequence[Version],
        old_ids: Mapping[str, Sequence[str]],
        archive: Archive,
        engine: Indexable,
        pending: str,
    ) -> _Past:
        """Read what is recorded of some articles, of their page files, and of the ids that lead to them."""
        ids, sources = set[str](), set[str]()
        for version in versions:
            ids.update((version.id, *old_ids.get(version.id, ())))
            sources.update(version.sources)
        try:
            records = archive.indexed().find(ids, sources, pending)
        except ArchiveError:  # which is named when lines are to be written
            records = find_pending(ids, sources, pending)
        unknown = ids - records.articles.keys()
        return cls(records, engine.former_times(unknown) if unknown else {}, old_ids)


def _times(version: Version, digests: Mapping[str, str], past: _Past, now: int) -> Times:
    articles, pages = past.records.articles, past.records.pages
    own = articles.get(version.id)
    if own and own.text == version.text:
        return own.times
    ids = [version.id] if version.id in articles or version.id in past.times else past.old_ids.get(version.id, ())
    if known := [articles[one] for one in ids if one in articles]:
        times = _together({one: articles[one].times for one in ids if one in articles}, version.id)
        is_changed = all(one.text != version.text for one in known) and any(
            source not in pages or digests.get(source, pages[source].digest) != pages[source].digest
            for source in version.sources
        )
        return replace(times, changed=now) if is_changed else times
    page = pages.get(version.sources[0])
    if page and digests.get(version.sources[0], page.digest) == page.digest:
        return page.times
    indexed = {one: past.times[one] for one in ids if past.times.get(one, Times()).first}
    return _together(indexed, version.id) if indexed else Times(now, now)


def _together(known: Mapping[str, Times], article_id: str) -> Times:
    """The times of an article that has or had some ids: the first time and id, and the last change."""
    oldest = min(known, key=lambda one: known[one].first)
    first_id = known[oldest].first_id or oldest
    changed = max(times.changed for times in known.values())
    return Times(known[oldest].first, changed, "" if first_id == article_id else first_id)
