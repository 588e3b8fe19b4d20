"""Where the ids lead that a commit takes away, and what keeps these moves and the times of articles in the archive.

Both come with a commit first, because an archive may be read-only and a run may be killed; then they are written into
the archive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain

from indexer.archive.archive import Archive
from indexer.archive.redirects import followed
from indexer.engines.base import Indexable, Preview
from indexer.errors import ArchiveError, IndexUnavailable
from indexer.indexing.renames import renamed
from indexer.model import Document, FormerArticle

ANYWHERE = ""
"""In place of an issue: its files changed, so that its articles may have come from any other issue, or gone there."""


@dataclass(slots=True)
class Lost:
    """The articles that a change takes away, and the page files that it replaces, each by the issue it belongs to.

    An issue that was read again only because of new rules or settings has all of its articles still, so they are looked
    for in it alone.
    """

    articles: dict[str, list[FormerArticle]] = field(default_factory=lambda: defaultdict(list))
    sources: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class Certain:
    """What corrections say: moves, and the ids of withdrawn articles, which lead nowhere."""

    moves: Mapping[str, str]
    withdrawn: Collection[str]


def moves_of_update(
    lost: Lost, leaving: Collection[FormerArticle], certain: Certain, archive: Archive, engine: Indexable, new: Preview
) -> Mapping[str, str]:
    """Return old id → new id of the articles that an update takes away, and of those that later commits will.

    `leaving` are those that will be taken away. They are looked for too, because they aren't new where they come again.
    """
    gone = {issue: [one for one in of if new.get(one.id) is None] for issue, of in lost.articles.items()}
    if not any(gone.values()) and not certain.moves and not (leaving and lost.sources.get(ANYWHERE)):
        return {}
    known = _KnownMoves.of(archive, engine, new, certain)
    found: dict[str, str] = dict(known.news)
    for issue, articles in {ANYWHERE: (), **gone}.items():
        wanted = known.without([*articles, *(leaving if issue == ANYWHERE else ())])
        if wanted:
            found |= renamed(wanted, _articles_of(lost.sources.get(issue, ()), new))
    return found


def moves_of_rebuild(
    former: Iterable[FormerArticle], certain: Certain, archive: Archive, engine: Indexable, new: Preview
) -> Mapping[str, str]:
    """Return the same for an index that is built anew, given what the old one held.

    An article is looked for in its issue, and in page files that are new.
    """
    articles = iter(former)
    first = next(articles, None)
    if first is None and not certain.moves:
        return {}
    sources, gone = set[str](), dict[str, FormerArticle]()
    for article in chain([first] if first else [], articles):
        sources.add(article.source)
        if new.get(article.id) is None:
            gone[article.id] = article
    known = _KnownMoves.of(archive, engine, new, certain) if gone or certain.moves else None
    lost = known.without(gone.values()) if known else []
    if known is None or not lost:
        return known.news if known else {}
    issues = {_folder(article.source) for article in lost}
    looked_at = {source for source in new.fingerprints() if source not in sources or _folder(source) in issues}
    return {**renamed(lost, _articles_of(sorted(looked_at), new)), **known.news}


def gone_from(old: Iterable[Document], new: Sequence[Document], withdrawn: Collection[str]) -> list[FormerArticle]:
    """Return the articles of an issue, as it was held, that are not among those that it has now, nor withdrawn."""
    kept = {document.id for document in new}
    lost = [FormerArticle.of(one) for one in old if one.id not in kept and one.id not in withdrawn]
    found = renamed(lost, map(FormerArticle.of, new)) if lost else {}
    return [article for article in lost if article.id not in found]


@dataclass(frozen=True, slots=True)
class _KnownMoves:
    """The moves that are known already, as far as they can be read. What can't be read is named elsewhere."""

    moves: Mapping[str, str]
    new: Preview
    certain: Certain

    @classmethod
    def of(cls, archive: Archive, engine: Indexable, new: Preview, certain: Certain) -> _KnownMoves:
        pending: Mapping[str, str] = {}
        with suppress(IndexUnavailable):
            pending = engine.pending_moves()
        try:
            return cls(archive.redirects(pending), new, certain)
        except ArchiveError:
            return cls(followed(pending), new, certain)

    @property
    def exact(self) -> Mapping[str, str]:
        """The moves that corrections say, as far as the index bears them out."""
        moves = self.certain.moves.items()
        return {old: now for old, now in moves if self.new.get(old) is None and self.new.get(now) is not None}

    @property
    def news(self) -> Mapping[str, str]:
        """Those of them that are not known yet."""
        return {old: now for old, now in self.exact.items() if self.moves.get(old) != now}

    def without(self, articles: Iterable[FormerArticle]) -> list[FormerArticle]:
        """The articles that no known move leads on from. Withdrawn ones lead nowhere."""
        exact = self.exact
        by_id = {article.id: article for article in articles}
        return [
            article
            for old, article in by_id.items()
            if old not in self.certain.withdrawn and old not in exact and not self._leads_on(old)
        ]

    def _leads_on(self, old: str) -> bool:
        now = self.moves.get(old)
        return now is not None and (self.new.get(now) is not None or now in self.certain.withdrawn)


def bring_moves(archive: Archive, engine: Indexable) -> list[str]:
    """Write the moves that came with commits into the archive. Return a warning where it can't be written."""
    pending = engine.pending_moves()
    try:
        archive.remember(pending)
    except ArchiveError as problem:
        return [f"{problem}; until then the index alone knows where {len(pending)} old addresses lead"]
    engine.forget_moves(pending)
    return []


def bring_records(archive: Archive, engine: Indexable) -> list[str]:
    """Write the records that came with commits into the archive, like the moves."""
    pending = engine.pending_records()
    try:
        archive.indexed().remember(pending)
    except ArchiveError as problem:
        return [f"{problem}; until then the index alone knows when {pending.count(chr(10))} articles were indexed"]
    engine.forget_records(pending)
    return []


def _articles_of(sources: Sequence[str], new: Preview) -> Iterator[FormerArticle]:
    for source in sorted(set(sources)):
        yield from map(FormerArticle.of, new.documents_of(source))


def _folder(source: str) -> str:
    """The folder of a page file, which is that of its issue."""
    return source.rpartition("/")[0]
