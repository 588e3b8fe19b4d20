"""A thread-safe cache bounded by entries and by total size."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class BoundedCache(Generic[_Key, _Value]):
    """Values by key: at most `max_entries`, of a total size of at most `max_size`. The least recently used go first.

    Safe to use from several threads, which share the values. It holds no reference to the maker of the values, so an
    object with such a cache is in no reference cycle, unlike with `lru_cache` of one of its methods.

    >>> cache = BoundedCache[str, str](max_entries=9, max_size=5)
    >>> for key, size in (("a", 2), ("b", 2), ("c", 3), ("d", 2)):
    ...     cache.put(key, key.upper(), size)
    >>> cache.get("a"), cache.get("b"), cache.get("c"), cache.get("d")
    (None, None, 'C', 'D')
    """

    def __init__(self, max_entries: int, max_size: int | None = None) -> None:
        self._max_entries = max_entries
        self._free = max_entries if max_size is None else max_size
        self._entries: OrderedDict[_Key, tuple[_Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: _Key) -> _Value | None:
        """The value of a key; None if it was never put or was evicted."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def put(self, key: _Key, value: _Value, size: int = 1) -> None:
        """Put a value of a size, evicting others if need be."""
        with self._lock:
            _, before = self._entries.pop(key, (None, 0))
            self._free += before - size
            self._entries[key] = value, size
            while len(self._entries) > self._max_entries or self._free < 0:
                _, (_, freed) = self._entries.popitem(last=False)
                self._free += freed

    def get_or_make(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        """The value of a key; if there is none, what `make` returns, with a size of 1.

        Several threads may make the same value at the same time.

        >>> cache = BoundedCache[str, int](max_entries=2)
        >>> cache.get_or_make("a", lambda: 1), cache.get_or_make("a", lambda: 2)
        (1, 1)
        """
        value = self.get(key)
        if value is None:
            value = make()
            self.put(key, value)
        return value
