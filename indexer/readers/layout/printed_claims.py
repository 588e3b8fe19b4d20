"""Read the folio of a page whose lines have places: paper, day, page and section stand side by side at its edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.model import Evidence
from indexer.readers.folio import claims_at_the_edges, claims_of
from indexer.readers.layout.measures import PlacedLine


def printed_claims(lines: Sequence[PlacedLine]) -> tuple[Evidence, ...]:
    """Return the claims of the folio: of the lines at the top and the foot, each row of them as one line.

    >>> row = [PlacedLine("2024年3月8日", (0, 5, 60, 15)), PlacedLine("第03版 综合", (80, 5, 120, 15))]
    >>> [(claim.about, claim.value) for claim in printed_claims([PlacedLine("渡口夜航", (0, 30, 90, 50)), *row])]
    [('date', '2024-03-08'), ('page', '03'), ('section', '综合')]
    """
    level = [line for line in lines if not line.is_vertical]
    if any(line.box[3] > line.box[1] for line in level):
        level.sort(key=lambda line: (line.box[1], line.box[0]))
    claims = claims_at_the_edges("\n".join(_by_rows(level)))
    known = {claim.about for claim in claims}
    if {"date", "page"} <= known:
        return claims
    alone = claims_at_the_edges("\n".join(line.text for line in level))
    beside = sorted((line for line in lines if line.is_vertical), key=lambda line: -line.box[2])
    others = (*alone, *claims_of([line.text for line in (*beside[:2], *beside[-2:])]))
    return (*claims, *(claim for claim in others if claim.about not in known))


def _by_rows(lines: Sequence[PlacedLine]) -> Iterator[str]:
    """Yield the texts of lines that stand side by side, put together. The lines are in order from the top."""
    row: list[PlacedLine] = []
    for line in lines:
        top, bottom = line.box[1], line.box[3]
        size = row[0].size or row[0].box[3] - row[0].box[1] if row else 0.0
        if row and min(bottom, row[0].box[3]) - max(top, row[0].box[1]) <= 0.5 * min(bottom - top, size):
            yield _joined(row)
            row = []
        row.append(line)
    if row:
        yield _joined(row)


def _joined(row: list[PlacedLine]) -> str:
    return "  ".join(line.text for line in sorted(row, key=lambda line: line.box[0]))
