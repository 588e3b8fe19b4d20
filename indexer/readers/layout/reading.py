"""Find the order in which a page is read from where its pieces stand.

An article is a head and the columns below it. Columns begin level with each other, so a column that no head stands
above belongs to the ones beside it. Where it could belong to heads on both sides, each head should stand above the
middle or the left of its columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from indexer.readers.layout.headings import head_units
from indexer.readers.layout.measures import Measured, MeasuredPage
from indexer.readers.layout.paragraphs import (
    Column,
    PrintedUnit,
    is_closed,
    is_indented,
    opens_news,
    paragraphs,
    role_of_text,
)
from indexer.readers.layout.pieces import PagePiece, gather
from indexer.readers.layout.shadows import seen_above

_LEVEL, _NEXT_TO, _SAME_SIDE = 0.9, 5.0, 2.5
"""In leadings: what is level. In sizes of letters: how far apart columns that stand side by side are, and how far the
left sides of pieces of one column."""
_SEEN = 0.2
"""The share of its width over which a column must see its head."""
_ROW = 1.5
_UNLIKELY = 0.3
"""What it costs that a column ends with a sentence, or the next begins with a paragraph: most texts run on there."""
_LONGEST_ROW = 24
"""More columns than any page has side by side."""
_SHORT_NEWS, _HEADLESS, _NEVER, _MOST = 0.2, 1.0, 100.0, 8
"""What it costs that a text has no headline, in columns by which a headline stands aside, where it begins as news does
and else; and how many such texts may stand side by side."""


class _Turned(NamedTuple):
    """A piece seen from the side."""

    left: float
    top: float
    right: float
    bottom: float


def in_order_of_place(page: MeasuredPage) -> list[PrintedUnit]:
    """Return the headings and paragraphs of a page in the order of reading."""
    pieces = gather(page)
    edges = [piece for piece in pieces if piece.kind == "edge"]
    units = [_edge(line) for piece in edges if piece.top < _half(page) for line in piece.lines]
    for article in _articles([piece for piece in pieces if piece.kind != "edge"], page):
        units += _article_units(article, page)
    foot = [_edge(line) for piece in edges if piece.top >= _half(page) for line in piece.lines]
    return [*units, *(unit._replace(begins_article=at == 0) for at, unit in enumerate(foot))]


def _edge(line: Measured) -> PrintedUnit:
    return PrintedUnit("furniture", (line.place,))


def _half(page: MeasuredPage) -> float:
    return (min(line.top for line in page.lines) + max(line.bottom for line in page.lines)) / 2


def _article_units(article: Sequence[PagePiece], page: MeasuredPage) -> list[PrintedUnit]:
    heads = [line for piece in article if piece.kind == "head" for line in piece.lines]
    columns = [
        Column(piece.lines, piece.left, piece.right) for piece in _columns(article, page) if piece.kind == "text"
    ]
    units = head_units(heads, page)
    units += [
        PrintedUnit(role_of_text(lines), tuple(line.place for line in lines)) for lines in paragraphs(columns, page)
    ]
    units += [
        PrintedUnit("caption", tuple(line.place for line in piece.lines))
        for piece in article
        if piece.kind == "caption"
    ]
    return [unit._replace(begins_article=at == 0) for at, unit in enumerate(units)]


def _columns(article: Sequence[PagePiece], page: MeasuredPage) -> list[PagePiece]:
    """Return the texts of an article column by column."""
    texts = sorted((piece for piece in article if piece.kind == "text"), key=lambda piece: piece.left)
    columns: list[list[PagePiece]] = []
    for piece in texts:
        if columns and piece.left - columns[-1][0].left < _SAME_SIDE * page.body:
            columns[-1].append(piece)
        else:
            columns.append([piece])
    return [piece for column in columns for piece in sorted(column, key=lambda piece: piece.top)]


def _articles(pieces: Sequence[PagePiece], page: MeasuredPage) -> list[list[PagePiece]]:
    """Return the pieces of each article, the articles row by row."""
    owners = _Owners(pieces, page).found()
    articles: dict[int, list[PagePiece]] = {}
    for piece in pieces:
        articles.setdefault(id(owners[id(piece)]), []).append(piece)
    found = sorted(articles.values(), key=lambda article: min(piece.top for piece in article))
    rows: list[list[list[PagePiece]]] = []
    for article in found:
        top = min(piece.top for piece in article)
        if rows and top - min(piece.top for piece in rows[-1][0]) < _ROW * page.leading:
            rows[-1].append(article)
        else:
            rows.append([article])
    return [one for row in rows for one in sorted(row, key=lambda article: min(piece.left for piece in article))]


class _Owners:
    """Find for each piece the piece that its article is known by: a head, or its first text."""

    def __init__(self, pieces: Sequence[PagePiece], page: MeasuredPage) -> None:
        self._page = page
        self._pieces = pieces
        self._solid = [piece for piece in pieces if piece.kind != "caption"]  # from top to bottom
        slack = page.body / 3
        above = seen_above(self._solid, slack)
        self._above = {
            id(piece): [(self._solid[one.place], one.width) for one in seen]
            for piece, seen in zip(self._solid, above, strict=True)
        }
        self._left: dict[int, PagePiece] = {}
        self._right: dict[int, PagePiece] = {}
        self._look_aside(slack)
        self._owner: dict[int, PagePiece] = {}

    def _look_aside(self, slack: float) -> None:
        """Find the neighbours of each piece, left and right: of those at its side, the ones level with its top."""
        across = sorted(self._solid, key=lambda piece: piece.left)
        seen = seen_above([_Turned(one.top, one.left, one.bottom, one.right) for one in across], slack)
        for piece, others in zip(across, seen, strict=True):
            near = [across[one.place] for one in others]
            near = [one for one in near if -slack < piece.left - one.right < _NEXT_TO * self._page.body]
            for other in near:
                self._put(self._left, piece, other)
                self._put(self._right, other, piece)

    def _put(self, table: dict[int, PagePiece], piece: PagePiece, other: PagePiece) -> None:
        known = table.get(id(piece))
        if known is None or self._distance(piece, other) < self._distance(piece, known):
            table[id(piece)] = other

    def _distance(self, piece: PagePiece, other: PagePiece) -> tuple[bool, float]:
        return not self._is_level(piece, other), abs(piece.top - other.top)

    def found(self) -> Mapping[int, PagePiece]:
        """Return the owner of each piece by its id."""
        self._join_heads()
        texts = [piece for piece in self._solid if piece.kind == "text"]
        for text in texts:
            head = self._head_above(text)
            if head:
                self._owner[id(text)] = self._owner[id(head)]
        self._give_heads_their_text()
        self._share_out(texts)
        for text in texts:
            if id(text) not in self._owner:
                self._owner[id(text)] = self._by_neighbours(text)
        for piece in self._pieces:
            if piece.kind == "caption":
                self._owner[id(piece)] = self._of_caption(piece)
        return self._owner

    def _join_heads(self) -> None:
        """Let heads own themselves, but a byline that was parted off is owned by the head above it."""
        for piece in self._solid:
            if piece.kind != "head":
                continue
            above = [one for one, _ in self._above[id(piece)] if one.kind == "head"]
            near = [one for one in above if piece.top - one.bottom < 2 * self._page.leading]
            is_byline = near and not any(self._page.is_heading(line) or line.role for line in piece.lines)
            self._owner[id(piece)] = self._owner[id(near[0])] if is_byline else piece

    def _head_above(self, text: PagePiece) -> PagePiece | None:
        """Return the head that a text stands below, with nothing between them."""
        seen = self._above[id(text)]
        if not seen:
            return None
        lowest = max(one.bottom for one, _ in seen)
        heads = [
            (width, one)
            for one, width in seen
            if one.kind == "head"
            and not one.is_upright
            and one.bottom > lowest - 3 * self._page.leading
            and (width > _SEEN * (text.right - text.left) or width > 0.5 * (one.right - one.left))
        ]
        return max(heads, key=lambda found: (found[1].bottom, found[0]))[1] if heads else None

    def _give_heads_their_text(self) -> None:
        """Give a head with no text below it the text at its side that begins level with it."""
        with_text = {id(owner) for key, owner in self._owner.items() if key != id(owner)}
        for head in self._solid:
            if head.kind != "head" or id(self._owner[id(head)]) in with_text:
                continue
            sides = [side.get(id(head)) for side in (self._right, self._left)]
            for other in sides:
                if other and other.kind == "text" and id(other) not in self._owner and self._begins_beside(other, head):
                    self._owner[id(other)] = self._owner[id(head)]
                    break

    def _begins_beside(self, text: PagePiece, head: PagePiece) -> bool:
        return head.top - 2 * self._page.leading < text.top < head.bottom

    def _is_level(self, piece: PagePiece, other: PagePiece) -> bool:
        """Return whether a text begins level with another, or could but for a picture above it."""
        slack = _LEVEL * self._page.leading
        if abs(piece.top - other.top) < slack:
            return True
        high, low = (piece, other) if piece.top < other.top else (other, piece)
        return self._reach(low) - slack < high.top

    def _reach(self, piece: PagePiece) -> float:
        """Return how far up there is only white above a piece."""
        return max((one.bottom for one, _ in self._above.get(id(piece), ())), default=-1e9)

    def _share_out(self, texts: Sequence[PagePiece]) -> None:
        """Give texts without a head to the articles that they stand level with, row by row."""
        for text in sorted(texts, key=lambda piece: piece.left):
            if id(text) in self._owner:
                continue
            row = [text]
            while (after := self._right.get(id(row[-1]))) and self._may_go_on(row[-1], after):
                if id(after) in self._owner or len(row) == _LONGEST_ROW:
                    break
                row.append(after)
            self._share_row(row, after if after and self._may_go_on(row[-1], after) else None)

    def _may_go_on(self, text: PagePiece, after: PagePiece) -> bool:
        return after.kind == "text" and self._is_level(text, after)

    def _share_row(self, row: Sequence[PagePiece], after: PagePiece | None) -> None:
        before = self._left.get(id(row[0]))
        if before is not None and not (id(before) in self._owner and self._may_go_on(before, row[0])):
            before = None
        left = self._owner.get(id(before)) if before is not None else None
        right = self._owner.get(id(after)) if after is not None else None
        if left is None and right is None:
            return
        to_left, to_right = self._best_split(row, left, before, right, after)
        for at, text in enumerate(row):
            owner = left if at < to_left else right if at >= to_right else None
            if owner is not None:
                self._owner[id(text)] = owner

    def _best_split(
        self,
        row: Sequence[PagePiece],
        left: PagePiece | None,
        before: PagePiece | None,
        right: PagePiece | None,
        after: PagePiece | None,
    ) -> tuple[int, int]:
        """Return how many texts of a row go on with the article at its left, and where that at its right begins.

        Those between have no headline.
        """
        if left is not None and left is right:
            return len(row), len(row)
        lefts = [self._cost_of_left(row[:end], left, before) for end in range(len(row) + 1)]
        rights = [self._cost_of_right(row[start:], right, after) for start in range(len(row) + 1)]
        between = [0.0]
        for text in row:
            between.append(between[-1] + (_SHORT_NEWS if opens_news(text.lines[0]) else _HEADLESS))
        ways = [(one, other) for one in range(len(row) + 1) for other in range(one, min(len(row), one + _MOST) + 1)]
        ways += [(one, len(row)) for one in range(len(row) + 1)]
        return min(ways, key=lambda way: (lefts[way[0]] + between[way[1]] - between[way[0]] + rights[way[1]], -way[0]))

    def _cost_of_left(self, texts: Sequence[PagePiece], left: PagePiece | None, before: PagePiece | None) -> float:
        if left is None or before is None:
            return _NEVER * len(texts)
        columns = [before, *texts]
        breaks = sum(self._break(one, other) for one, other in pairwise(columns))
        return self._misfit(left, [*self._texts_of(left), *texts], self._left) + breaks

    def _cost_of_right(self, texts: Sequence[PagePiece], right: PagePiece | None, after: PagePiece | None) -> float:
        if right is None or after is None:
            return _NEVER * len(texts)
        breaks = sum(self._break(one, other) for one, other in pairwise([*texts, after]))
        return self._misfit(right, [*texts, *self._texts_of(right)], self._right) + breaks

    def _texts_of(self, owner: PagePiece) -> list[PagePiece]:
        return [piece for piece in self._solid if piece.kind == "text" and self._owner.get(id(piece)) is owner]

    def _misfit(self, head: PagePiece, texts: Sequence[PagePiece], far_side: Mapping[int, PagePiece]) -> float:
        """Return how far a head stands from the left and from the middle of its columns, in columns.

        On the far side, where the next piece is known, its columns may go on as far as texts have no owner.
        """
        if head.kind != "head" or not texts:
            return 0.0
        left, right = min(one.left for one in texts), max(one.right for one in texts)
        column = max(one.right - one.left for one in texts)
        last = (max if far_side is self._right else min)(texts, key=lambda one: one.left)
        asides = []
        for _ in range(_MOST):
            asides += [abs(head.left - left), abs(head.middle - (left + right) / 2)]
            beyond = far_side.get(id(last))
            if not beyond or id(beyond) in self._owner or not self._may_go_on(last, beyond):
                break
            left, right, last = min(left, beyond.left), max(right, beyond.right), beyond
        return min(asides) / max(column, 1e-6)

    def _break(self, text: PagePiece, after: PagePiece) -> float:
        """Return how little a text seems to go on at the top of the next column."""
        step = min(abs(text.top - after.top) / self._page.leading, 3.0) * 0.15
        opens = opens_news(after.lines[0])
        last, first = text.lines[-1], after.lines[0]
        is_new = is_indented(first, after.left)
        ends = is_closed(last.text)
        if not ends and not is_new:
            return step + opens
        return step + opens + _UNLIKELY

    def _by_neighbours(self, text: PagePiece) -> PagePiece:
        """Return the owner of a text that stands level with no article."""
        above = [one for one, _ in self._above[id(text)]]
        over = max(above, key=lambda one: one.bottom, default=None)
        opens = opens_news(text.lines[0])
        if over is not None and id(over) in self._owner and not opens:
            return self._owner[id(over)]
        before = self._left.get(id(text))
        if before is not None and id(before) in self._owner and not opens:
            return self._owner[id(before)]
        return text

    def _of_caption(self, caption: PagePiece) -> PagePiece:
        """Return the owner of a caption: of the text below it, else of what stands above or beside it."""
        below = _nearest(
            caption, (one for one in self._solid if one.kind == "text" and one.top > caption.top), below=True
        )
        if below is not None and below.top - caption.bottom < 2 * self._page.leading:
            return self._owner[id(below)]
        above = _nearest(caption, (one for one in self._solid if one.bottom < caption.bottom), below=False)
        if above is not None:
            return self._owner[id(above)]
        return self._owner[id(below)] if below is not None else caption


def _nearest(piece: PagePiece, others: Iterable[PagePiece], *, below: bool) -> PagePiece | None:
    """Return the nearest of others that share some width with a piece."""
    over = [one for one in others if min(one.right, piece.right) > max(one.left, piece.left)]
    if below:
        return min(over, key=lambda one: one.top, default=None)
    return max(over, key=lambda one: one.bottom, default=None)
