"""Make a page of lines that a format says the places of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.model import Block, Box, Evidence, PrintedLine, RawPage, Role


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of print as a reader finds it. `box`, `size`, `weight` and `confidence` are those of `PrintedLine`.

    `block` is the name of the block of lines that the file puts it in, "" where it has none; `role` is what the file
    says it is. Lines of `is_vertical` text run from top to bottom, and follow each other from right to left.
    """

    text: str
    box: Box
    size: float = 0.0
    weight: int = 0
    confidence: float | None = None
    block: str = ""
    role: Role | None = None
    is_vertical: bool = False


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
    page is a heading or a paragraph: line ends within it are not printed ones.

    >>> page = lay_out("demo/1.pdf", [PlacedLine("工会", (0, 0, 20, 10)), PlacedLine("会议", (0, 12, 20, 22))], 20, 30)
    >>> page.text, page.lines[1].start
    ('工会\\n会议', 3)
    """
    text, blocks, printed = "", [], []
    for line in lines:
        start = len(text) + bool(text)
        text = f"{text}\n{line.text}" if text else line.text
        printed.append(PrintedLine(start, len(text), line.box, line.size, line.weight, line.confidence, line.block))
        if line.role:
            blocks.append(Block(line.role, start, len(text)))
    return RawPage(source, text, tuple(blocks), tuple(claims), lines=tuple(printed), width=width, height=height)
