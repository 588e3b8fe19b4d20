"""Make a page of lines that a format says the places of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexer.model import Block, Evidence, PrintedLine, RawPage
from indexer.readers.layout.given_order import in_given_order
from indexer.readers.layout.measures import PlacedLine, measure
from indexer.readers.layout.paragraphs import PrintedUnit, by_blocks
from indexer.readers.layout.printed_claims import printed_claims
from indexer.readers.layout.reading import in_order_of_place

__all__ = ["PlacedLine", "lay_out"]


def lay_out(
    source: str,
    lines: Sequence[PlacedLine],
    width: float,
    height: float,
    *,
    is_in_order: bool = False,
    claims: Iterable[Evidence] = (),
) -> RawPage:
    """Return a page whose text has these lines, each on its own line, in the order of reading.

    Where `is_in_order`, the file says in which order its blocks are read; else their places tell. Each `Block` of the
    page is a heading or a paragraph: line ends within it are not printed ones. A blank line stands above each article.
    What its folio says is added to `claims`.

    >>> page = lay_out("demo/1.pdf", [PlacedLine("工会", (0, 0, 20, 10)), PlacedLine("会议", (0, 12, 20, 22))], 20, 30)
    >>> page.text, page.lines[1].start
    ('工会\\n会议', 3)
    """
    shown = [line for line in lines if line.text.strip()]
    text, blocks, printed = _written(shown, _units(shown, is_in_order=is_in_order))
    all_claims = (*printed_claims(shown), *claims)
    return RawPage(source, text, blocks, all_claims, lines=printed, width=width, height=height)


def _units(lines: Sequence[PlacedLine], *, is_in_order: bool) -> Sequence[PrintedUnit]:
    page = measure(lines)
    if page is None:
        return by_blocks(lines)
    return in_given_order(page) if is_in_order else in_order_of_place(page)


def _written(
    lines: Sequence[PlacedLine], units: Iterable[PrintedUnit]
) -> tuple[str, tuple[Block, ...], tuple[PrintedLine, ...]]:
    """Return the text of units of lines, a blank line above each that begins an article, and where they are in it."""
    rows: list[str] = []
    blocks: list[Block] = []
    printed: list[PrintedLine] = []
    at = 0
    for unit in units:
        if unit.begins_article and rows:
            rows.append("")
            at += 1
        start = at
        for place in unit.places:
            line = lines[place]
            text = " ".join(line.text.split("\n"))
            rows.append(text)
            printed.append(
                PrintedLine(at, at + len(text), line.box, line.size, line.weight, line.confidence, line.block)
            )
            at += len(text) + 1
        if unit.role:
            blocks.append(Block(unit.role, start, at - 1))
    return "\n".join(rows), tuple(blocks), tuple(printed)
