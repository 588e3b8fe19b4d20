"""Who may see what of an index.

Everything that readers are shown comes from a `Reader` that `visible_to` returned. What nobody may see never enters an
index: texts of papers whose rights are `metadata`.
"""

from __future__ import annotations

from typing import Literal

from indexer.engines.base import Reader
from indexer.model import Rights

Audience = Literal["public", "inhouse"]
"""Everybody, or readers of the house: those who sit in the reading room, or work for the library."""


def visible_to(reader: Reader, audience: Audience) -> Reader:
    """Return what an audience may see of an index. This is the one place that decides it.

    For the public, papers whose rights are `inhouse` are absent from hits, counts, suggestions and ranking.
    """
    if audience == "inhouse":
        return reader
    return reader.without(
        tuple([holding.paper for holding in reader.papers() if not may_know_of(holding.rights, audience)])
    )


def may_know_of(rights: Rights, audience: Audience) -> bool:
    """Return whether an audience may know that a paper of these rights is held."""
    return rights != "inhouse" or audience == "inhouse"
