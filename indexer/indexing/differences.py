"""What a run would change, for a person to look at: the articles of two indexes compared, and the links that move."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass

from indexer.engines.base import Indexable, Preview
from indexer.errors import IndexUnavailable
from indexer.model import Document, FormerArticle

_LINES_SHOWN = 20
"""Of each article."""
_AROUND = 12
"""Letters shown before and behind what differs in a line."""
_LETTERS_SHOWN = 160
"""Of what differs in a line."""


@dataclass(frozen=True, slots=True)
class ArticleName:
    """An article in a list."""

    id: str
    source: str
    headline: str


@dataclass(frozen=True, slots=True)
class ChangedArticle:
    """An article that differs, by the id that it will have. Each line of `diff` begins with `- ` or `+ `."""

    id: str
    source: str
    headline: str
    diff: str


@dataclass(frozen=True, slots=True)
class MovedLink:
    """An id that will lead to another."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two indexes. `gone` are articles that would be taken out, and to which no id leads on."""

    added: tuple[ArticleName, ...]
    changed: tuple[ChangedArticle, ...]
    gone: tuple[ArticleName, ...]
    moves: tuple[MovedLink, ...]


def differences(old: Indexable, new: Indexable, sources: Collection[str] | None) -> Differences:
    """Compare what two indexes hold of some page files; None for all, where the old one may be of any release.

    The moves are those that the new one alone has.
    """
    after = new.reader()
    before = _Old.of(old, sources)
    moves = _new_moves(old, new)
    changed, gone, leads = list[ChangedArticle](), list[ArticleName](), set[str]()
    for article_id, article in before.articles():
        now = after.get(article_id) or after.get(moves.get(article_id, ""))
        if now is None:
            gone.append(ArticleName(article_id, article.source, _headline(article)))
            continue
        leads.add(now.id)
        if diff := diff_of(article, now):
            changed.append(ChangedArticle(now.id, now.source, now.article.headline, diff))
    added = [
        ArticleName(one.id, one.source, one.article.headline)
        for source in sorted(after.fingerprints() if sources is None else sources)
        for one in after.documents_of(source)
        if one.id not in leads and not before.has(one.id)
    ]
    links = tuple(MovedLink(article_id, new_id) for article_id, new_id in moves.items())
    return Differences(tuple(added), tuple(changed), tuple(gone), links)


@dataclass(frozen=True, slots=True)
class _Old:
    """What was held: documents, or what can be read of an index that can't be asked."""

    reader: Preview | None
    sources: Collection[str]
    former: Mapping[str, FormerArticle]

    @classmethod
    def of(cls, engine: Indexable, sources: Collection[str] | None) -> _Old:
        try:
            reader = engine.reader()
            return cls(reader, sorted(reader.fingerprints() if sources is None else sources), {})
        except IndexUnavailable:
            return cls(None, (), {article.id: article for article in engine.former_articles()})

    def articles(self) -> Iterator[tuple[str, Document | FormerArticle]]:
        yield from self.former.items()
        if self.reader:
            for source in self.sources:
                yield from ((one.id, one) for one in self.reader.documents_of(source))

    def has(self, article_id: str) -> bool:
        return article_id in self.former or (self.reader is not None and self.reader.get(article_id) is not None)


def _new_moves(old: Indexable, new: Indexable) -> dict[str, str]:
    known: Mapping[str, str] = {}
    with suppress(IndexUnavailable):
        known = old.pending_moves()
    return {article_id: to for article_id, to in new.pending_moves().items() if known.get(article_id) != to}


def diff_of(old: Document | FormerArticle, new: Document) -> str:
    """Show what differs between two versions of an article, line by line, "" where nothing does.

    Of a `FormerArticle` the headline and the passages are known, so nothing else is compared.
    """
    if isinstance(old, FormerArticle):
        before, after = list(old.texts), list(FormerArticle.of(new).texts)
    else:
        before, after = list(_lines(old)), list(_lines(new))
    shown = list(_differing(before, after))
    more = [f"  … {len(shown) - _LINES_SHOWN} more lines"] if len(shown) > _LINES_SHOWN else []
    return "\n".join(shown[:_LINES_SHOWN] + more)


def _lines(document: Document) -> Iterator[str]:
    """What is shown of an article, line by line."""
    article = document.article
    byline = "、".join(f"{one.role} {one.name}".strip() for one in article.byline)
    day = article.date.isoformat() if article.date else ""
    facts = {
        "paper": document.paper_title,
        "date": day,
        "page": document.page,
        "section": article.section,
        "kind": article.kind,
        "localities": "、".join(article.localities),
        "kicker": article.kicker,
        "headline": article.headline,
        "subtitle": article.subtitle,
        "byline": byline,
    }
    yield from (f"{name}: {value}" for name, value in facts.items() if value)
    for passage in (*article.paragraphs, *article.captions):
        yield passage.text


def _differing(before: list[str], after: list[str]) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, stop, new_start, new_stop in matcher.get_opcodes():
        if kind == "equal":
            continue
        old_lines, new_lines = before[start:stop], after[new_start:new_stop]
        if kind == "replace" and len(old_lines) == len(new_lines):
            old_lines, new_lines = map(list, zip(*map(_cut_to_difference, old_lines, new_lines), strict=True))
        yield from (f"- {_shortened(line)}" for line in old_lines)
        yield from (f"+ {_shortened(line)}" for line in new_lines)


def _cut_to_difference(old: str, new: str) -> tuple[str, str]:
    """Leave what differs between two lines, and a few letters around it.

    >>> _cut_to_difference("城西早稻昨日开镰，田里一片金黄。", "城西早稻前日开镰，田里一片金黄。")
    ('城西早稻昨日开镰，田里一片金黄。', '城西早稻前日开镰，田里一片金黄。')
    """
    same = _same_letters(old, new)
    end = _same_letters(old[same:][::-1], new[same:][::-1])
    first = max(same - _AROUND, 0)
    shown = []
    for text in (old, new):
        last = min(len(text) - end + _AROUND, len(text))
        shown.append("…" * (first > 0) + text[first:last] + "…" * (last < len(text)))
    return shown[0], shown[1]


def _same_letters(one: str, other: str) -> int:
    """How many letters two texts have in common at their beginnings."""
    return next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other))
    )


def _shortened(line: str) -> str:
    line = line.replace("\n", "⏎")
    return line if len(line) <= _LETTERS_SHOWN else f"{line[:_LETTERS_SHOWN]}…"


def _headline(article: Document | FormerArticle) -> str:
    return article.texts[0] if isinstance(article, FormerArticle) else article.article.headline


def differences_json(found: Differences) -> dict[str, object]:
    """Return the differences as `baosou index --dry-run --json` prints them."""

    def rows(of: Iterable[ArticleName | ChangedArticle | MovedLink]) -> list[dict[str, str]]:
        return [asdict(one) for one in of]

    return {
        "added": rows(found.added),
        "changed": rows(found.changed),
        "gone": rows(found.gone),
        "moves": rows(found.moves),
    }
