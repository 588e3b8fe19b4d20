"""baosou (报搜): from a newspaper page to a search result."""

from __future__ import annotations

from indexer.cleaning import clean

__all__ = ["clean"]
