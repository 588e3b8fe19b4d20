"""Two fingerprints of the code and data that determine the contents of an index.

An index by other `matching` rules can't be asked: a query would be folded and split otherwise than its texts. One by
other `reading` rules answers as it did, and is renewed issue by issue, because each issue's fingerprint has them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
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
    "indexing/page_evidence.py",
    "indexing/renames.py",
    "indexing/withheld.py",
    "text",
    "readers",
    "cleaning",
    "articles",
)
"""All that decides what an index holds."""
MATCHING = (
    "text/bulk_folding.py",
    "text/folding.py",
    "text/furniture_letters.py",
    "text/numerals.py",
    "text/spaced_letters.py",
    "text/tables.py",
    "text/tokenizer.py",
    "text/data/folded_words.tsv",
    "text/data/han_forms.tsv",
    "text/data/surnames.tsv",
)
"""What of it decides how text is matched."""


def deciding_files() -> Iterator[Path]:
    """Yield the modules and tables that determine what is read and indexed."""
    for name in DECIDING:
        for path in sorted([_HERE / name, *(_HERE / name).rglob("*")]):
            if path.suffix in {".py", ".tsv", ".txt"}:
                yield path


def matching_files() -> Iterator[Path]:
    """Yield those of them that determine how text is matched."""
    return (_HERE / name for name in MATCHING)


@cache
def matching() -> str:
    """Return 16 hex digits that change with folding, the tokeniser or a dictionary.

    This is a hash of the files themselves, so no version number needs to be maintained by hand.

    >>> len(matching())
    16
    """
    return _digest(tokenizer.FINGERPRINT, matching_files())


@cache
def reading() -> str:
    """Return 16 hex digits that change with any rule by which pages are read.

    >>> reading() == matching()
    False
    """
    others = set(matching_files())
    return _digest("", (path for path in deciding_files() if path not in others))


def _digest(start: str, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256(start.encode())
    for path in paths:
        digest.update(path.relative_to(_HERE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
