"""Choose the result pages to link to."""

from __future__ import annotations

from dataclasses import dataclass

from webui.links import SearchLink

_AROUND = 2


@dataclass(frozen=True, slots=True)
class Paging:
    """The pages to link to, in order; None stands for omitted pages."""

    last: int
    numbers: tuple[int | None, ...]


def paging(link: SearchLink, total: int) -> Paging:
    """Return the first page, the last page and those around the current one.

    >>> paging(SearchLink(page=6), 95).numbers
    (1, None, 4, 5, 6, 7, 8, None, 10)
    """
    last = max(1, -(-total // link.size))
    wanted = {1, last, *range(link.page - _AROUND, link.page + _AROUND + 1)}
    pages = sorted(page for page in wanted if 1 <= page <= last)
    numbers: list[int | None] = []
    for page in pages:
        if numbers and page - (numbers[-1] or 0) > 1:
            numbers.append(None)
        numbers.append(page)
    return Paging(last, tuple(numbers))
