"""A thread-safe cache bounded by entries and by total size."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class BoundedCache(Generic[_Key, _Value]):
    """Values by key: at most `max_entries`, of a total size of at most `max_size`. The oldest are evicted first.

    Safe to use from several threads, which share the values.

    >>> cache = BoundedCache[str, str](max_entries=9, max_size=5)
    >>> for key, size in (("a", 2), ("b", 2), ("c", 3), ("d", 2)):
    ...     cache.put(key, key.upper(), size)
    >>> cache.get("a"), cache.get("b"), cache.get("c"), cache.get("d")
    (None, None, 'C', 'D')
    """

    def __init__(self, max_entries: int, max_size: int) -> None:
        self._max_entries = max_entries
        self._free = max_size
        self._values: dict[_Key, tuple[_Value, int]] = {}
        self._lock = Lock()

    def get(self, key: _Key) -> _Value | None:
        """The value of a key; None if it was never put or was evicted."""
        found = self._values.get(key)
        return None if found is None else found[0]

    def put(self, key: _Key, value: _Value, size: int) -> None:
        """Put a value of a size, evicting others if need be."""
        with self._lock:
            _, before = self._values.pop(key, (None, 0))
            self._free += before - size
            self._values[key] = value, size
            while len(self._values) > self._max_entries or self._free < 0:
                _, freed = self._values.pop(next(iter(self._values)))
                self._free += freed

    def clear(self) -> None:
        """Drop all values."""
        with self._lock:
            self._free += sum(size for _, size in self._values.values())
            self._values.clear()
