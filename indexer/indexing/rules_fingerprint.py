"""The fingerprint of all that decides what an index holds, so that an index made otherwise is known for stale."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from indexer.text import tokenizer

_HERE = Path(__file__).parent.parent
_DECIDING = ("model.py", "archive/paper.py", "indexing/issue_reader.py", "text", "readers", "cleaning", "articles")


def deciding_files() -> Iterator[Path]:
    """The modules and tables that decide what is read out of a page, and by which words it is found."""
    for name in _DECIDING:
        for path in sorted([_HERE / name, *(_HERE / name).rglob("*")]):
            if path.suffix in {".py", ".tsv"}:
                yield path


@cache
def fingerprint() -> str:
    """Return 16 hex digits that change with any rule, table, schema or dictionary.

    The bytes of the deciding files are hashed, so that nobody has to remember to raise a version number.

    >>> len(fingerprint())
    16
    """
    digest = hashlib.sha256(tokenizer.FINGERPRINT.encode())
    for path in deciding_files():
        digest.update(path.relative_to(_HERE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
