"""What a run does about withdrawn articles: it keeps `withdrawn.tsv`, and lets nothing else have their ids."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from indexer.archive.archive import Archive
from indexer.archive.indexed import plain
from indexer.archive.withdrawn import Withdrawal
from indexer.articles.metadata.article_ids import article_id, with_ids_of_day
from indexer.engines.base import Writer
from indexer.errors import ArchiveError
from indexer.model import Document, PageIdentity

_MOST_TRIED = 10_000
"""Ordinals of equal headlines on a page."""


@dataclass(frozen=True, slots=True)
class KnownWithdrawals:
    """What is withdrawn after a change: those that its issues say, those that were lifted, and all `in_force`."""

    new: Mapping[str, Withdrawal]
    lifted: Collection[str]
    in_force: Mapping[str, Withdrawal]
    warnings: tuple[str, ...] = ()


def known_withdrawals(
    archive: Archive, withdrawn: Mapping[str, Withdrawal], moves: Mapping[str, str], change: Writer
) -> KnownWithdrawals:
    """Compare `withdrawn.tsv` with what the issues that were read say, by their `withdrawn` articles and `moves`.

    An article that is in the index again, from the same page file, was lifted.
    """
    try:
        known = archive.withdrawn().table()
    except ArchiveError as problem:
        return KnownWithdrawals({}, (), withdrawn, (str(problem),))
    lifted = set[str]()
    if candidates := known.keys() - withdrawn.keys():
        reader = change.preview()
        for one in candidates:
            document = reader.get(moves.get(one, one))
            if document and (plain(document.source) == known[one].source or archive.is_gone(known[one].source)):
                lifted.add(one)
    in_force = {one: its for one, its in (known | dict(withdrawn)).items() if one not in lifted}
    return KnownWithdrawals(withdrawn, sorted(lifted), in_force)


def remember_withdrawals(archive: Archive, known: KnownWithdrawals) -> list[str]:
    """Bring `withdrawn.tsv` up to date, before the commit. Return warnings.

    A run that is killed in between leaves no withdrawn article that the file lacks.
    """
    try:
        archive.withdrawn().remember(known.new, known.lifted)
    except ArchiveError as problem:
        return [*known.warnings, f"{problem}; until then withdrawn articles look as if they had never been there"]
    return [*known.warnings]


def holding(change: Writer, withdrawn: Collection[str]) -> Iterator[Document]:
    """Yield the articles of a change that have the id of a withdrawn one."""
    if withdrawn:
        yield from filter(None, map(change.preview().get, withdrawn))


def ids_of_day(documents: Sequence[Document], withdrawn: Collection[str]) -> Mapping[str, tuple[Document, ...]]:
    """Return the page files in which ids have to change, with all their documents of a day.

    Like `with_ids_of_day`, and no article gets the id of a withdrawn one, which is the article of another file.
    """
    changed = dict(with_ids_of_day(documents))
    if withdrawn:
        for source, of_file in groupby(sorted(documents, key=lambda one: one.source), key=lambda one: one.source):
            now = changed.get(source, tuple(of_file))
            apart = tuple(_with_id_of_path(one) if one.id in withdrawn else one for one in now)
            if apart != now:
                changed[source] = apart
    return changed


def _with_id_of_path(document: Document) -> Document:
    """Return the document with the id that it has beside another article with its headline."""
    identity = PageIdentity(document.paper, document.article.date, document.page)
    for ordinal in range(_MOST_TRIED):
        ids = [article_id(identity, document.article.headline, ordinal, path) for path in ("", document.source)]
        if document.id in ids:
            return replace(document, article=replace(document.article, id=ids[1]))
    return document
