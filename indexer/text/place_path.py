"""Localities are paths, widest place first: 河南省/驻马店市/驿城区."""

from __future__ import annotations


def ancestors(path: str) -> tuple[str, ...]:
    """Return the places that contain a place, widest first.

    >>> ancestors("河南省/驻马店市/驿城区")
    ('河南省', '河南省/驻马店市')
    """
    parts = path.split("/")
    return tuple("/".join(parts[:length]) for length in range(1, len(parts)))


def with_ancestors(path: str) -> tuple[str, ...]:
    """Return a place and the places that contain it, widest first; nothing for an empty path."""
    return (*ancestors(path), path) if path else ()


def last_name(path: str) -> str:
    """Return the last part of a path, a place's short name.

    >>> last_name("河南省/驻马店市/驿城区")
    '驿城区'
    """
    return path.rpartition("/")[2]


def parent(path: str) -> str:
    """Return the place that directly contains a place, or an empty path.

    >>> parent("河南省/驻马店市/驿城区"), parent("河南省")
    ('河南省/驻马店市', '')
    """
    return path.rpartition("/")[0]


def prefecture(path: str) -> str:
    """Return the first two parts of a path, or all of a shorter one."""
    return "/".join(path.split("/")[:2])


def lies_in(path: str, place: str) -> bool:
    """Return whether a place is part of another, not the same.

    >>> lies_in("河南省/周口市", "河南省"), lies_in("河南省", "河南省")
    (True, False)
    """
    return path.startswith(place + "/")


def within(path: str, place: str) -> bool:
    """Return whether a place is `place` itself or lies in it."""
    return path == place or lies_in(path, place)
