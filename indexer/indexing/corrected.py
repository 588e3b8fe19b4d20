"""Apply the corrections of an issue to what was read from its pages.

All lines in force are applied in the order in which they were written. An article is found again by its id, else by an
id that it had before, else by its headline and its first paragraph. A line that doesn't fit is a `Misfit`, and the
others go on; but where a withdrawal or a withheld passage doesn't fit, the article that it is most likely about is kept
back all the same, until a librarian looked at it.

Ids are made again for what was corrected. All ids that an article had lead to the one that it has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count
from typing import cast

from indexer.archive.corrections import Correction, CorrectionLines, Traits, Value
from indexer.articles.metadata.article_ids import article_id, with_ids_of_day
from indexer.indexing import editing
from indexer.indexing.renames import jaccard
from indexer.indexing.withheld import RawText, holds, letters_of, withhold, without
from indexer.model import WITHHELD, Article, CorrectionNote, Document, Evidence, PageIdentity, PageReading, Paper
from indexer.text.folding import fold, grams

_ALIKE = 0.6
"""The least Jaccard index of the bigrams of an article's headline and first paragraph, in two scans of it."""
_CONTAINED = 0.5
"""The share of the bigrams of a withdrawn article's first paragraph by which it is found within another."""
_WORTH_HIDING = 4
"""Letters of a withdrawn article's headline from which on it is taken out of page furniture too."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A line of a page's corrections file that is not in force as it was meant, and why."""

    source: str
    number: int
    problem: str

    @property
    def sentence(self) -> str:
        """Say what doesn't fit, without the page file."""
        return f"correction {self.number} doesn't fit any more: {self.problem}"


@dataclass(frozen=True, slots=True)
class WithdrawnArticle:
    """An article that readers must not see: the reason they are given, its page file, and all ids it ever had."""

    article: Article
    reason: str
    source: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CorrectedIssue:
    """What an issue's corrections make of its pages. `moves` are former id → id."""

    pages: Mapping[str, PageReading]
    withdrawn: tuple[WithdrawnArticle, ...] = ()
    moves: Mapping[str, str] = field(default_factory=dict)
    misfits: tuple[Misfit, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    """Each id that an article has or had → the id that it has, those of withdrawn articles too."""


@dataclass(frozen=True, slots=True)
class IssueAsRead:
    """An issue before its corrections: its pages and their raw texts, by source.

    `parts` are the pages before articles that run over several of them were joined.
    """

    pages: Mapping[str, PageReading]
    parts: Mapping[str, PageReading]
    raw: Mapping[str, str]


def corrected(read: IssueAsRead, corrections: Mapping[str, CorrectionLines], paper: Paper) -> CorrectedIssue:
    """Apply the corrections of an issue's pages, which are given by source."""
    if not any(lines.lines for lines in corrections.values()):
        return CorrectedIssue(read.pages)
    return _Issue(read, paper).after(corrections)


@dataclass(slots=True, eq=False)
class _Tracked:
    """An article on its way through the corrections. `into` is the article that it became part of."""

    source: str
    article: Article
    ids: dict[str, None]
    notes: list[CorrectionNote] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    reason: str | None = None
    into: _Tracked | None = None

    @property
    def whole(self) -> _Tracked:
        return self.into.whole if self.into else self


class _Issue:
    def __init__(self, read: IssueAsRead, paper: Paper) -> None:
        self._read = read
        self._paper = paper
        self._identities = {source: page.identity for source, page in read.pages.items()}
        self._others = {source: page.others for source, page in read.pages.items()}
        self._pieces = {
            source: [_Tracked(source, article, {article.id: None}) for article in page.articles]
            for source, page in read.pages.items()
        }
        self._now = {piece.article.id: piece for piece in self._all()}
        self._once: dict[str, _Tracked] = {}
        self._misfits: list[Misfit] = []
        self._is_renamed = False

    def after(self, corrections: Mapping[str, CorrectionLines]) -> CorrectedIssue:
        for source, line, is_undone in _in_order(corrections):
            if line.action == "undo":
                continue
            problem = self._follow(source, line) if is_undone else self._apply(source, line)
            if problem:
                self._misfits.append(Misfit(source, line.n, problem))
        self._keep_ids_apart()
        ids = {one: piece.whole.article.id for piece in self._all() for one in piece.ids}
        ids |= {one: piece.whole.article.id for one, piece in self._once.items() if one not in self._now}
        ids |= {one: one for one, piece in self._now.items() if not piece.into}
        shown = {piece.article.id for piece in self._all() if not piece.into and piece.reason is None}
        return CorrectedIssue(
            pages=dict(self._pages()),
            withdrawn=tuple(self._withdrawn(ids)),
            moves={old: new for old, new in ids.items() if old != new and new in shown},
            misfits=tuple(self._misfits),
            ids=ids,
        )

    def _all(self) -> Iterator[_Tracked]:
        for pieces in self._pieces.values():
            yield from pieces

    # --- finding

    def _find(self, source: str, line: Correction) -> _Tracked | None:
        known = self._now.get(line.article) or self._once.get(line.article)
        if known is None and line.find:
            here = [piece for piece in self._pieces[source] if not piece.into]
            known = _most_alike(line.find, here) or _most_alike(
                line.find, [piece for piece in self._all() if not piece.into]
            )
        return known.whole if known else None

    def _follow(self, source: str, line: Correction) -> str:
        """Remember the ids that an article had when a line that is undone now was in force."""
        piece = self._find(source, line) if line.article else None
        if piece:
            self._remember(piece, line)
        return ""

    def _remember(self, piece: _Tracked, line: Correction) -> None:
        for one in filter(None, (line.article, line.becomes)):
            piece.ids.setdefault(one)
            self._once.setdefault(one, piece)

    # --- applying

    def _apply(self, source: str, line: Correction) -> str:
        if not line.article:
            return self._set_page(source, line)
        piece = self._find(source, line)
        if piece is None:
            return self._keep_back_what_holds(source, line)
        problem = self._change(piece, line)
        self._remember(piece, line)
        return problem

    def _change(self, piece: _Tracked, line: Correction) -> str:
        match line.action:
            case "withdraw":
                piece.reason = line.public_reason
                return ""
            case "withhold":
                return self._withhold(piece, line)
            case "split":
                return self._split(piece, line)
            case "join":
                return self._join(piece, line)
        before, after = line.before, line.after
        if line.field == "text":
            done = editing.replace_text(piece.article, cast(str, before), cast(str, after))
        else:
            done = editing.set_field(piece.article, line.field, before, after)
        if isinstance(done, str):
            return done
        self._becomes(piece, done, line, before, after)
        return ""

    def _becomes(
        self, piece: _Tracked, article: Article, line: Correction, before: Value = "", after: Value = ""
    ) -> None:
        old, piece.article = piece.article, article
        name = line.field or line.action
        plain = editing.plain
        piece.notes.append(CorrectionNote(line.n, line.time, line.author, name, plain(before), plain(after), line.told))
        if _in_its_id(old) != _in_its_id(article):
            self._rename(piece)

    def _set_page(self, source: str, line: Correction) -> str:
        before, after = cast(str, line.before), cast(str, line.after)
        pages = (self._identities[source], *self._others[source])
        values = [editing.value_of_page(identity, line.field) for identity in pages]
        now = before if before in values else after
        if now not in values:
            return f"the {line.field} of the page reads “{values[0]}”, not “{before}”"
        self._identities[source], *others = (
            _with_value_of_page(identity, line.field, after) if value == now else identity
            for identity, value in zip(pages, values, strict=True)
        )
        self._others[source] = tuple(others)
        for piece in self._pieces[source]:
            if not piece.into and editing.value_of(piece.article, line.field) == now:
                changed = editing.with_value(piece.article, line.field, after)
                self._becomes(piece, changed, line, before, after)
        if line.field == "page":
            for piece in self._all():
                piece.article = _with_label(piece.article, now, after)
        return ""

    def _withhold(self, piece: _Tracked, line: Correction) -> str:
        letters = letters_of(cast(str, line.before))
        article = withhold(piece.article, letters, self._raw(piece.source))
        piece.hidden.append(letters)
        if article is None:
            piece.reason = line.public_reason
            return (
                "the passage is not found in the article, which is kept back until it is; look how the new scan "
                "has it, withhold that, and undo this line"
            )
        self._becomes(piece, article, line, "", WITHHELD)
        return ""

    def _keep_back_what_holds(self, source: str, line: Correction) -> str:
        """Keep back the article that holds the text of one that must not be seen and is not found itself."""
        lost = "its article is not found on this page"
        if line.action not in ("withdraw", "withhold") or line.find is None:
            return lost
        text = line.find.lead or line.find.headline
        wanted = _bigrams(text)
        for piece in (*self._pieces[source], *self._all()):
            held = _bigrams("".join(_texts(piece.article)))
            if not piece.into and wanted and len(wanted & held) >= _CONTAINED * len(wanted):
                piece.reason = line.public_reason
                self._remember(piece, line)
                return f"{lost} any more; {piece.article.id}, which holds its text, is kept back; look at it"
        return lost

    def _split(self, piece: _Tracked, line: Correction) -> str:
        parts = editing.split(piece.article, cast(str, line.before), cast(str, line.after), self._paper)
        if isinstance(parts, str):
            return parts
        upper, lower = parts
        source = piece.source
        if lower.pages[0] != upper.pages[0]:
            source = next((one for one, its in self._identities.items() if its.page == lower.pages[0]), source)
        other = _Tracked(source, lower, {})
        other.hidden += piece.hidden
        places = self._pieces[source]
        at = places.index(piece) + 1 if source == piece.source else _place(lower, places)
        places.insert(at, other)
        self._becomes(piece, upper, line, line.before, line.after)
        self._becomes(other, lower, line, line.before, line.after)
        self._rename(other)
        return ""

    def _join(self, piece: _Tracked, line: Correction) -> str:
        wanted = cast(str, line.before)
        other = self._now.get(wanted) or self._once.get(wanted) or self._with_headline(piece, wanted)
        if other is None or other.whole is piece:
            return f"there is no other article {editing.shown(wanted)} to join to it"
        other = other.whole
        is_elsewhere = (other.source, other.article.pages[0]) != (piece.source, piece.article.pages[0])
        label = other.article.pages[0] if is_elsewhere else ""
        article = editing.join(piece.article, other.article, label, self._paper)
        piece.hidden += other.hidden
        piece.notes += other.notes
        piece.reason = other.reason if piece.reason is None else piece.reason
        other.into = piece
        self._now.pop(other.article.id, None)
        self._once.setdefault(other.article.id, piece)
        self._becomes(piece, article, line, line.before)
        return ""

    def _with_headline(self, piece: _Tracked, headline: str) -> _Tracked | None:
        wanted = fold(headline)
        others = [
            one for one in self._all() if one is not piece and not one.into and fold(one.article.headline) == wanted
        ]
        return others[0] if len(others) == 1 else None

    # --- ids

    def _rename(self, piece: _Tracked) -> None:
        """Give a piece the id that its headline, date and page make now."""
        old = piece.article.id
        own = {one.article.id for one in self._pieces[piece.source] if one is not piece}
        identity = PageIdentity(self._paper.name, piece.article.date, piece.article.pages[0])
        for ordinal in count():
            plain, of_path = (
                article_id(identity, piece.article.headline, ordinal, path) for path in ("", piece.source)
            )
            if own.isdisjoint((plain, of_path)):
                break
        if self._now.get(old) is piece:
            del self._now[old]
            self._once[old] = piece
        new = of_path if plain in self._now else plain
        piece.article = replace(piece.article, id=new)
        piece.ids.setdefault(new)
        self._now[new] = piece
        self._is_renamed = True

    def _keep_ids_apart(self) -> None:
        """Let the first of the files that have an equal headline on a page have the plain id, as everywhere."""
        if not self._is_renamed:
            return
        pieces = {source: [one for one in some if not one.into] for source, some in self._pieces.items()}
        name = self._paper.name
        documents = [
            Document(one.article, name, "", one.article.pages[0], ordinal, source)
            for source, some in pieces.items()
            for ordinal, one in enumerate(some)
        ]
        for source, renamed in with_ids_of_day(documents).items():
            for piece, document in zip(pieces[source], renamed, strict=True):
                self._once.setdefault(piece.article.id, piece)
                piece.article = document.article
                piece.ids.setdefault(document.id)
        self._now = {one.article.id: one for some in pieces.values() for one in some}

    # --- what comes out

    def _pages(self) -> Iterator[tuple[str, PageReading]]:
        hidden = self._hidden_in_furniture()
        headings = self._headings_of_withdrawn()
        for source, page in self._read.pages.items():
            shown = [one for one in self._pieces[source] if not one.into and one.reason is None]
            furniture = page.furniture
            if hidden or headings:
                left = [one for one in furniture if (source, one.spans) not in headings]
                furniture = tuple(replace(one, text=_without_all(one.text, hidden)) for one in left)
            articles = tuple(map(_with_notes, shown))
            identity, others = self._identities[source], self._others[source]
            yield source, replace(page, identity=identity, others=others, articles=articles, furniture=furniture)

    def _withdrawn(self, ids: Mapping[str, str]) -> Iterator[WithdrawnArticle]:
        of: dict[str, list[str]] = defaultdict(list)
        for old, new in ids.items():
            of[new].append(old)
        for piece in self._all():
            if piece.reason is not None and not piece.into:
                all_ids = tuple(dict.fromkeys((piece.article.id, *of[piece.article.id])))
                yield WithdrawnArticle(_with_notes(piece), piece.reason, piece.source, all_ids)

    def _hidden_in_furniture(self) -> list[str]:
        """Return the letters that must not stand around the articles either: of passages, and of headlines."""
        hidden = {letters for piece in self._all() for letters in piece.hidden}
        for piece in self._all():
            if piece.reason is not None:
                heads = (piece.article.kicker, piece.article.headline, piece.article.subtitle)
                hidden.update(letters for letters in map(letters_of, heads) if len(letters) >= _WORTH_HIDING)
        return sorted(hidden, key=len, reverse=True)

    def _headings_of_withdrawn(self) -> set[tuple[str, object]]:
        """Return where the parts of withdrawn articles that ran on to another page have their headings."""
        gone = {
            (passage.page, passage.spans)
            for piece in self._all()
            if piece.reason is not None
            for passage in (*piece.article.paragraphs, *piece.article.captions)
            if passage.page
        }
        return {
            (source, part.head)
            for source, page in (self._read.parts.items() if gone else ())
            for part in page.articles
            for labels in [{self._identities[source].page, *part.pages}]
            if any((label, one.spans) in gone for label in labels for one in (*part.paragraphs, *part.captions))
        }

    def _raw(self, source: str) -> RawText:
        def of(label: str) -> str:
            if label:
                same = (one for one, identity in self._identities.items() if identity.page == label)
                return self._read.raw.get(next(same, source), "")
            return self._read.raw.get(source, "")

        return of


def _in_order(corrections: Mapping[str, CorrectionLines]) -> Iterable[tuple[str, Correction, bool]]:
    """Return the lines of all files in the order in which they were written, and whether each is undone."""
    found = []
    for source, of_file in corrections.items():
        time, undone = "", of_file.undone
        for line in of_file.lines:
            time = max(time, line.time)
            found.append((time, (source, line, line.n in undone)))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _most_alike(traits: Traits, pieces: Sequence[_Tracked]) -> _Tracked | None:
    wanted = _bigrams(traits.headline + traits.lead)
    scores = [(jaccard(wanted, _bigrams(one.article.headline + one.article.lead)), one) for one in pieces]
    best = max(scores, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= _ALIKE else None


@lru_cache(maxsize=4096)
def _bigrams(text: str) -> frozenset[str]:
    return frozenset(grams(fold(text)))


def _in_its_id(article: Article) -> object:
    return article.headline, article.date, article.pages[:1]


def _texts(article: Article) -> Iterator[str]:
    yield from (article.kicker, article.headline, article.subtitle)
    yield from (passage.text for passage in (*article.paragraphs, *article.captions))


def _place(article: Article, pieces: Sequence[_Tracked]) -> int:
    """Return where on its page an article belongs, by where it stands in the raw text."""
    spans = (*article.head, *(span for passage in article.paragraphs[:1] for span in passage.spans))
    start = min(spans, default=(0, 0))
    for at, piece in enumerate(pieces):
        its = (*piece.article.head, *(span for one in piece.article.paragraphs for span in one.spans if not one.page))
        if min(its, default=(0, 0)) > start:
            return at
    return len(pieces)


def _with_value_of_page(identity: PageIdentity, name: str, value: str) -> PageIdentity:
    evidence = (Evidence(name, value, "correction"), *identity.evidence)
    match name:
        case "date":
            day = editing.day_of(value)
            return replace(identity, date=day, evidence=evidence)
        case "page":
            return replace(identity, page=value, evidence=evidence)
    return replace(identity, sections=(value,) if value else (), evidence=evidence)


def _with_label(article: Article, old: str, new: str) -> Article:
    """Return an article that runs over a page with the page's new label."""
    if old not in article.pages:
        return article
    paragraphs, captions = (
        tuple(replace(one, page=new) if one.page == old else one for one in some)
        for some in (article.paragraphs, article.captions)
    )
    pages = tuple(new if one == old and place else one for place, one in enumerate(article.pages))
    return replace(article, pages=pages, paragraphs=paragraphs, captions=captions)


def _with_notes(piece: _Tracked) -> Article:
    """Return the article with its history, in which no letter is that is withheld."""
    if not piece.notes:
        return piece.article
    notes = [_note_without(note, piece.hidden) for note in piece.notes] if piece.hidden else piece.notes
    return replace(piece.article, corrections=tuple(notes))


def _note_without(note: CorrectionNote, hidden: Sequence[str]) -> CorrectionNote:
    """Take the letters of withheld passages out of a note: all of a word that was corrected in such a passage."""
    before, after = letters_of(note.before), letters_of(note.after)
    if any(one in letters or letters in one for letters in hidden for one in (before, after) if one):
        note = replace(note, before=WITHHELD, after=WITHHELD)
    return replace(note, reason=_without_all(note.reason, hidden), author=_without_all(note.author, hidden))


def _without_all(text: str, hidden: Iterable[str]) -> str:
    for letters in hidden:
        if holds(text, letters):
            text = without(text, letters)
    return text
