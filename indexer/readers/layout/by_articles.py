"""Put the lines of a page into the order of the articles that a file beside it describes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from indexer.model import Block, PrintedLine, RawPage, Role
from indexer.readers.beside import DescribedArea, DescribedArticle

_TITLE_LINES = 8
"""A headline is looked for among the first lines of an article."""

_LONGEST_TITLE = 120
"""The letters of a title that are compared."""

_ALIKE = 0.8
"""How much of a title must agree with the lines that are taken for it: it may have been corrected, they may not."""


@dataclass(slots=True)
class _PlacedPiece:
    """A line of a page with the role and the number of the block that it stands in, or None, and of its article."""

    line: PrintedLine
    role: Role | None
    block: int | None
    article: int = -1


def by_articles(page: RawPage, articles: Sequence[DescribedArticle], blocks: Mapping[str, str]) -> RawPage:
    """Return a page whose lines are in the order of articles, with the roles that these give them.

    `blocks` maps the ids that areas begin and end with to the names of blocks, in the order of the file. What is in no
    article comes first.
    """
    pieces = list(_pieces(page))
    by_block: dict[str, list[_PlacedPiece]] = defaultdict(list)
    for piece in pieces:
        by_block[piece.line.block].append(piece)
    names = list(dict.fromkeys(blocks.values()))
    place = {name: at for at, name in enumerate(names)}
    taken: set[str] = set()
    ordered: list[_PlacedPiece] = []
    for number, article in enumerate(articles):
        own: list[_PlacedPiece] = []
        for area in article.areas:
            for name in _names(area, blocks, place, names):
                if name not in taken:
                    taken.add(name)
                    own += [
                        replace(piece, role=area.role or piece.role, article=number) for piece in by_block.get(name, ())
                    ]
        ordered += _with_headline(own, article.title, page.text)
    if not ordered:
        return page
    return _rebuilt(page, [*(piece for piece in pieces if piece.line.block not in taken), *ordered])


def _pieces(page: RawPage) -> Iterator[_PlacedPiece]:
    blocks = iter(enumerate(page.blocks))
    number, block = next(blocks, (None, None))
    for line in page.lines:
        while block and block.end <= line.start:
            number, block = next(blocks, (None, None))
        is_in = block is not None and block.start <= line.start
        yield _PlacedPiece(line, block.role if block and is_in else None, number if is_in else None)


def _names(
    area: DescribedArea, blocks: Mapping[str, str], place: Mapping[str, int], names: Sequence[str]
) -> Sequence[str]:
    first, last = (place.get(blocks.get(one, "")) for one in (area.begin, area.end))
    if first is None:
        return ()
    return names[first : max(first, first if last is None else last) + 1]


def _with_headline(pieces: list[_PlacedPiece], title: str, text: str) -> list[_PlacedPiece]:
    """Return the lines of an article with one headline: the one that is said to be it, or the lines that say its title.

    Lines that look like a headline by their print are then none: they would begin another article.
    """
    said = [at for at, piece in enumerate(pieces) if piece.role == "headline"]
    heading = _saying(title, [text[piece.line.start : piece.line.end] for piece in pieces[:_TITLE_LINES]])
    own = [at for at in said if at in heading] or list(heading)
    if not own:
        return pieces
    last = max(own)
    return [
        replace(piece, role="headline")
        if at in own
        else replace(piece, role="body")
        if piece.role == "headline" and at > last
        else piece
        for at, piece in enumerate(pieces)
    ]


def _saying(title: str, lines: Sequence[str]) -> range:
    """Return which lines say a title, most alike; none if no lines do."""
    wanted = _letters(title)
    best, found = _ALIKE, range(0)
    for start in range(len(lines) if wanted else 0):
        for end in range(start + 1, len(lines) + 1):
            said = _letters("".join(lines[start:end]))
            if len(said) > 2 * len(wanted):
                break
            alike = SequenceMatcher(None, wanted, said, autojunk=False).ratio() if said else 0
            if alike > best:
                best, found = alike, range(start, end)
    return found


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()[:_LONGEST_TITLE]


def _rebuilt(page: RawPage, pieces: Sequence[_PlacedPiece]) -> RawPage:
    """Return a page with its lines in another order, and a blank line between articles.

    Lines of one block that still follow each other stay one block.
    """
    parts: list[str] = []
    lines: list[PrintedLine] = []
    blocks: list[Block] = []
    at, before = 0, _PlacedPiece(PrintedLine(0, 0, (0, 0, 0, 0)), None, None)
    for piece in pieces:
        line = piece.line
        size = line.end - line.start
        if parts and piece.article != before.article:
            parts.append("")
            at += 1
        parts.append(page.text[line.start : line.end])
        lines.append(replace(line, start=at, end=at + size))
        if piece.role:
            goes_on = piece.role == before.role and piece.block is not None and piece.block == before.block
            start = blocks.pop().start if goes_on else at
            blocks.append(Block(piece.role, start, at + size))
        at, before = at + size + 1, piece
    return replace(page, text="\n".join(parts), lines=tuple(lines), blocks=tuple(blocks))
