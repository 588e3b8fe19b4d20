"""What it means that two texts are near, and the order of texts that are counted: the same for every engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indexer.model import TextCount


def is_near(one: str, other: str) -> bool:
    """Return whether a single edit makes one text the other: a letter replaced, added or dropped, or two swapped.

    >>> [is_near("长江桥", other) for other in ("长江路", "长江", "长江大桥", "江长桥", "江桥长", "长江桥")]
    [True, True, True, True, False, False]
    """
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1 or one == other:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    is_swapped = one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :]
    return one[start + 1 :] == other[start + 1 :] or is_swapped


def shorter_or_swapped(text: str) -> Iterator[str]:
    """Yield the texts that are near because they lack one letter or have two swapped; some more than once.

    >>> list(shorter_or_swapped("abc"))
    ['bc', 'ac', 'ab', 'bac', 'acb']
    """
    yield from (text[:i] + text[i + 1 :] for i in range(len(text)))
    yield from (text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1))


def most_held(counts: Iterable[tuple[str, int]], limit: int) -> tuple[TextCount, ...]:
    """Return the texts that the most articles hold, in order, without those that none holds.

    >>> [of.text for of in most_held([("丙", 2), ("乙", 0), ("甲", 1), ("丁", 2)], 2)]
    ['丁', '丙']
    """
    found = sorted((TextCount(text, count) for text, count in counts if count), key=lambda of: (-of.count, of.text))
    return tuple(found[: max(limit, 0)])
