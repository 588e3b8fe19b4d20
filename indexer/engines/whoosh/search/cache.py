"""What was made of late and may be asked for again, within bounds."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class BoundedCache(Generic[_Key, _Value]):
    """Values by key: at most so many, which take no more room together than there is. The oldest make way for new ones.

    Safe to use from several threads, which share the values.

    >>> kept = BoundedCache[str, str](most=9, room=5)
    >>> for key, size in (("a", 2), ("b", 2), ("c", 3), ("d", 2)):
    ...     kept.put(key, key.upper(), size)
    >>> kept.get("a"), kept.get("b"), kept.get("c"), kept.get("d")
    (None, None, 'C', 'D')
    """

    def __init__(self, most: int, room: int) -> None:
        self._most = most
        self._room = room
        self._values: dict[_Key, tuple[_Value, int]] = {}
        self._putting = Lock()

    def get(self, key: _Key) -> _Value | None:
        """The value that was put under a key; None where there is none any more."""
        found = self._values.get(key)
        return None if found is None else found[0]

    def put(self, key: _Key, value: _Value, size: int) -> None:
        """Keep a value that takes so much room."""
        with self._putting:
            _, before = self._values.pop(key, (None, 0))
            self._room += before - size
            self._values[key] = value, size
            while len(self._values) > self._most or self._room < 0:
                _, freed = self._values.pop(next(iter(self._values)))
                self._room += freed

    def clear(self) -> None:
        """Let go of all values."""
        with self._putting:
            self._room += sum(size for _, size in self._values.values())
            self._values.clear()
