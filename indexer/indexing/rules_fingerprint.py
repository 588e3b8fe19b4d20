"""The fingerprint of all code and data that determine the contents of an index.

An index with another fingerprint is stale.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from indexer.text import tokenizer

_HERE = Path(__file__).parent.parent
DECIDING = (
    "model.py",
    "archive/corrections.py",
    "archive/paper.py",
    "indexing/corrected.py",
    "indexing/editing.py",
    "indexing/issue_reader.py",
    "indexing/withheld.py",
    "text",
    "readers",
    "cleaning",
    "articles",
)


def deciding_files() -> Iterator[Path]:
    """Yield the modules and tables that determine what is read and indexed."""
    for name in DECIDING:
        for path in sorted([_HERE / name, *(_HERE / name).rglob("*")]):
            if path.suffix in {".py", ".tsv", ".txt"}:
                yield path


@cache
def fingerprint() -> str:
    """Return 16 hex digits that change with any rule, table, schema or dictionary.

    This is a hash of the files themselves, so no version number needs to be maintained by hand.

    >>> len(fingerprint())
    16
    """
    digest = hashlib.sha256(tokenizer.FINGERPRINT.encode())
    for path in deciding_files():
        digest.update(path.relative_to(_HERE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
