"""How often Python looks for cycles of garbage."""

from __future__ import annotations

import gc

_ALLOCATIONS_BETWEEN_COLLECTIONS = 50_000


def collect_seldom() -> None:
    """Leave all that is loaded out of collections, and collect after 50,000 allocations instead of Python's 700.

    Long-running processes call it when they are ready. Nearly nothing here is a cycle: looking for some took a worker
    that reads pages a twentieth of its time, and a server 3 % of a results page's.
    """
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS_BETWEEN_COLLECTIONS)


def collect_if_seldom() -> None:
    """Collect now, in a process that does so seldom: for whoever let go of much that may be in cycles."""
    if gc.get_freeze_count():
        gc.collect()
