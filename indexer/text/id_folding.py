"""The folding that ids are made by. It never changes, so that the id of an article stays the same.

It is `folding.fold` as it was when the first ids were made. The table holds every character that it changes, so that
neither a change of folding nor another version of Unicode matters.
"""

from __future__ import annotations

from functools import cache

from indexer.text.tables import table_text

_LOST = "\N{REPLACEMENT CHARACTER}"


@cache
def _table() -> dict[int, str]:
    """Map code points to folded text."""
    table = dict.fromkeys(range(0xD800, 0xE000), _LOST)
    for line in table_text("indexer.text", "id_folding.tsv").splitlines():
        if line.startswith("# "):
            continue
        form, characters = line.split("\t")
        if form:
            table.update((ord(character), form) for character in characters)
            continue
        for span in characters.split():
            first, last = (int(code, 16) for code in span.split("-"))
            table.update(dict.fromkeys(range(first, last + 1), ""))
    return table


def fold_for_id(text: str) -> str:
    """Fold a text for an id.

    >>> fold_for_id("ＷＴＯ與「安全 生產」——二〇〇八")
    'wto与"安全生产"--二零零八'
    """
    return text.translate(_table())
