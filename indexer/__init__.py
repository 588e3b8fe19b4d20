"""baosou (报搜): from a newspaper page to a search result."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.cleaning import clean

__all__ = ["clean"]


def __getattr__(name: str) -> object:
    """Load `clean` when it is asked for: its rules take a tenth of a second to compile, and a search needs none."""
    if name != "clean":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from indexer.cleaning import clean

    return clean
