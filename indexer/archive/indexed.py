"""`indexed.tsv`: when each article was first indexed, and when its printed text last changed.

Each line has, separated by tabs: the id of an article, when it was first indexed, when its text last changed (UTC, to
the second), the id that it was first indexed by, a digest of its text, a digest of its page file, and that file's path.
Lines are only appended, and later lines take precedence. An article that is taken out keeps its line, so it is not new
when it comes back.

The digests tell a change of what was printed from a change of the rules: only a text that differs, from a page file
that differs, has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from itertools import chain
from pathlib import Path

from msgspec import Struct

from indexer.archive.appended_lines import AppendedLines
from indexer.model import Times

_FORM = "%Y-%m-%dT%H:%M:%SZ"
_NONE = "-"
"""In place of a digest that is not known, and of a first id that is the article's id still."""


class Record(Struct, frozen=True, gc=False):
    """What is recorded of an article: its times, the digests of its text and of its page file, and that file."""

    times: Times
    text: str
    page: str
    source: str


class PageRecord(Struct, frozen=True, gc=False):
    """What the records of a page file's articles say together: its digest, the first time and the last change."""

    digest: str
    times: Times


class Records(Struct, frozen=True):
    """The records of some articles, and of some page files."""

    articles: dict[str, Record]
    pages: dict[str, PageRecord]


class Indexed:
    """The records in the file at `path`, which need not exist yet. They are never held all together."""

    def __init__(self, path: Path) -> None:
        self._file = AppendedLines(path)

    def find(self, ids: Set[str], sources: Set[str], pending: str = "") -> Records:
        """Return the records of some articles and page files, whose paths are `plain`.

        `pending` are lines that are not in the file yet. Lines that can't be read are passed over.

        Raises ArchiveError when the file can't be read.
        """
        return _find(chain(self._file.raw(), BytesIO(pending.encode())), ids, sources)

    def remember(self, lines: str) -> None:
        """Append lines permanently: when this returns, they are on the disk.

        Raises ArchiveError when the file can't be written.
        """
        if lines:
            self._file.append(lines)


def find_pending(ids: Set[str], sources: Set[str], pending: str) -> Records:
    """Return the records among lines that are not in a file yet."""
    return _find(BytesIO(pending.encode()), ids, sources)


def line_of(article_id: str, record: Record) -> str:
    """A line of the file.

    >>> line_of("demo-1", Record(Times(0, 60), "aa", "", "demo/1.txt"))
    'demo-1\\t1970-01-01T00:00:00Z\\t1970-01-01T00:01:00Z\\t-\\taa\\t-\\tdemo/1.txt\\n'
    """
    times = map(_written, (record.times.first, record.times.changed))
    others = (one or _NONE for one in (record.times.first_id, record.text, record.page))
    return "\t".join([article_id, *times, *others, plain(record.source)]) + "\n"


def plain(source: str) -> str:
    """The path of a page file as it can stand in a line, whatever bytes its name has.

    >>> plain("demo/一\\t.txt"), plain("demo/\\udcff.txt")
    ('demo/一\\\\u0009.txt', 'demo/\\\\udcff.txt')
    """
    return source if source.isprintable() else "".join(map(_plain_letter, source))


def _find(lines: Iterable[bytes], ids: Set[str], sources: Set[str]) -> Records:
    found = Records({}, {})
    wanted_ids, wanted_sources = ({one.encode("utf-8", "replace") for one in names} for names in (ids, sources))
    for line in lines:
        # Nearly all lines are passed over, so this is all that is done with them.
        if line[: line.find(b"\t")] in wanted_ids or line[line.rfind(b"\t") + 1 :].rstrip() in wanted_sources:
            article_id, record = _read(line)
            if record and article_id in ids:
                found.articles[article_id] = record
            if record and record.source in sources:
                found.pages[record.source] = _with(found.pages.get(record.source), record)
    return found


def _read(line: bytes) -> tuple[str, Record | None]:
    """Read a line; without a record where it is none of ours."""
    try:
        article_id, first, changed, *others, source = line.decode().rstrip().split("\t")
        first_id, text, page = ("" if one == _NONE else one for one in others)
        return article_id, Record(Times(_seconds(first), _seconds(changed), first_id), text, page, source)
    except ValueError:
        return "", None


def _with(page: PageRecord | None, record: Record) -> PageRecord:
    """Add the record of an article to that of its page. Where the page file changed, the newer one is described."""
    if page is None or page.digest != record.page:
        return PageRecord(record.page, Times(record.times.first, record.times.changed))
    first = min(page.times.first, record.times.first)
    return PageRecord(page.digest, Times(first, max(page.times.changed, record.times.changed)))


def _plain_letter(letter: str) -> str:
    return letter if letter.isprintable() else f"\\u{ord(letter):04x}"


@lru_cache(1024)
def _written(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime(_FORM)


@lru_cache(1024)
def _seconds(written: str) -> int:
    return int(datetime.strptime(written, _FORM).replace(tzinfo=UTC).timestamp())
