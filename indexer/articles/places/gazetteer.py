"""China's place names: what a name may mean, and where names stand in a text.

``scripts/build_gazetteer`` makes the tables in ``data/places*.tsv``, which name their sources and licences.
A place is a path (``河南省/驻马店市/驿城区``). A former name (淮阳县) means the present place (淮阳区). A paper adds
its own names: the aliases of its ``paper.toml`` and the townships of its own prefecture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.text.place_path import last_name, parent, prefecture, with_ancestors, within
from indexer.text.tables import table_lines
from indexer.text.tokenizer import is_word

_SUFFIXES = "省市县区旗州盟"
_BITS = 20
_SPREAD = np.uint32(0x9E3779B1)


Trust = Literal["alone", "near", "joined"]
"""When a name counts: by itself, if other places support it, or only right after the place around it (北京市东城区)."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A place that a name can mean."""

    path: str
    trust: Trust


class Found(NamedTuple):
    """The name `text[start:end]` and the places it can mean."""

    name: str
    start: int
    end: int
    meanings: tuple[Meaning, ...]


def level(path: str) -> int | None:
    """Return 1 for a province, 2 for a prefecture, 3 for a county; None if the gazetteer lacks the place."""
    return _levels().get(path)


class Names:
    """Finds all names that count for one paper in a text."""

    def __init__(self, meanings: Mapping[str, tuple[Meaning, ...]]) -> None:
        self._meanings = meanings
        self._starting: dict[str, list[str]] = {}
        for name in sorted(meanings, key=len, reverse=True):
            self._starting.setdefault(name[:2], []).append(name)
        pairs = [[*map(ord, head)] for head in self._starting if len(head) == 2]
        heads = np.array(pairs, np.uint32).reshape(-1, 2)
        self._may_start = np.zeros(1 << _BITS, np.bool_)
        self._may_start[_hashes(heads[:, 0], heads[:, 1])] = True

    def starts(self, texts: Sequence[str]) -> list[list[int]]:
        """Return, for each text in order, the offsets of two letters with which a name may begin.

        All letter pairs of all texts are looked up at once. Searching each text for them takes twice as long.
        """
        joined = "\n".join(texts)
        codes = np.array([joined + "\n"]).view(np.uint32)
        found: list[list[int]] = [[] for _ in texts]
        ends = [*accumulate(len(text) + 1 for text in texts)]
        number = 0
        for at in np.flatnonzero(self._may_start.take(_hashes(codes[:-1], codes[1:]))).tolist():
            if joined[at : at + 2] in self._starting:
                while at >= ends[number]:
                    number += 1
                found[number].append(at - ends[number] + len(texts[number]) + 1)
        return found

    def find(self, text: str, starts: Iterable[int]) -> Iterator[Found]:
        """Yield the names in a text from left to right, the longest at each offset; none straddles two other words.

        Only names that begin at one of `starts` are found.
        """
        done = 0
        for start in starts:
            if start >= done and (name := self._longest(text, start, follows=start == done > 0)):
                done = start + len(name)
                yield Found(name, start, done, self._meanings[name])

    def zone_path(self, place: str, zone: str) -> str:
        """Return the path of a zone of a city, as the paper names it (开发区 for 经济技术开发区) or as printed."""
        known = [one.path for name in (zone, zone[-3:]) for one in self._meanings.get(name, ())]
        return next((path for path in known if within(path, place)), f"{place}/{zone}")

    def _longest(self, text: str, start: int, *, follows: bool) -> str:
        """Return the longest name at `start`, or "".

        With `follows` the name comes right after another one (马鞍山市和县), so it does not begin a new word.
        """
        for name in self._starting[text[start : start + 2]]:
            end = start + len(name)
            if text.startswith(name, start) and not self._is_part_of_words(text, start, end, follows=follows):
                return name
        return ""

    def _is_part_of_words(self, text: str, start: int, end: int, *, follows: bool) -> bool:
        if end - start > 2:
            return False
        return (not follows and _straddles(text, start, end)) or self._swallowed(text, start, end)

    def _swallowed(self, text: str, start: int, end: int) -> bool:
        """Return whether a short name is only part of a longer word (长治久安, 三明治, 周口店); never for provinces."""
        name = text[start:end]
        if name[-1] in _SUFFIXES or all("/" not in place.path for place in self._meanings[name]):
            return False
        longer = (text[start : start + size] for size in (4, 3))
        return any(word not in self._meanings and word[-1] not in _SUFFIXES and _is_word(word) for word in longer)


def _hashes(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the uint32 hashes of letter pairs, in order. Names fill six thousand of a million values."""
    hashes: NDArray[np.uint32] = (one * _SPREAD + other) * _SPREAD >> np.uint32(32 - _BITS)
    return hashes


def _straddles(text: str, start: int, end: int) -> bool:
    """Return whether a two-letter name ends one word and begins another (in 美丽江苏 there is no 丽江)."""
    if start == 0 or end == len(text):
        return False
    before, after = text[start - 1 : start + 1], text[end - 1 : end + 1]
    if text[start] == "和":
        return _is_han(before) and (text[end - 1] == "县" or _is_word(after))
    return _is_word(before) and (text[end - 1] in "县市区旗" or _is_word(after))


@lru_cache(maxsize=1 << 16)
def _is_word(text: str) -> bool:
    return _is_han(text) and is_word(text)


def _is_han(text: str) -> bool:
    return all("\u4e00" <= character <= "\u9fff" for character in text)


@lru_cache(maxsize=32)
def names_for(place: str, aliases: tuple[tuple[str, str], ...] = ()) -> Names:
    """Return the names that count for a paper published at `place` with these aliases (alias, path)."""
    meanings = dict(_gazetteer())
    for name, path in (*_invented(place, *(path for _, path in aliases)), *_townships(place)):
        meanings[name] = (*meanings.get(name, ()), Meaning(path, "alone"))
    for name, path in aliases:
        for spelling in _spellings(name):
            meanings[spelling] = (Meaning(path, "alone"),)
    return Names(meanings)


def _invented(*paths: str) -> Iterator[tuple[str, str]]:
    """Yield the places of a paper's settings that are in no table, under their full and short names."""
    named = {wider for path in paths for wider in with_ancestors(path)}
    for path in named - set(_levels()):
        name, depth = last_name(path), path.count("/")
        if depth <= 2 and len(name) > 2 and name[-1] in _SUFFIXES:
            yield name, path
            if depth == 1:
                yield name[:-1], path


def township_path(county: str, name: str) -> str:
    """Return the path of a township that is printed with its county (`水屯镇` or `金桥办事处`)."""
    known = _towns_by_county().get(county, ())
    street = name.removesuffix("办事处")
    for spelling in (name, street, street + "街道", street + "镇"):
        if spelling in known:
            return f"{county}/{spelling}"
    return f"{county}/{name}"


def _rows(table: str) -> Iterator[list[str]]:
    for line in table_lines("indexer.articles.places", table):
        yield line.split("\t")


@lru_cache(maxsize=1)
def _levels() -> Mapping[str, int]:
    return {path: int(number) for path, number, _, _ in _rows("places.tsv")}


@lru_cache(maxsize=1)
def _gazetteer() -> Mapping[str, tuple[Meaning, ...]]:
    meanings: dict[str, list[Meaning]] = defaultdict(list)
    for path, _, shorts, told in _rows("places.tsv"):
        full: Trust = "alone" if told in ("short", "full") else "joined" if told == "joined" else "near"
        meanings[last_name(path)].append(Meaning(path, full))
        for short in filter(None, shorts.split(",")):
            official = told == "short" or (len(short) > 2 and short[-1] in _SUFFIXES)
            meanings[short].append(Meaning(path, "alone" if official else "near"))
    for name, _, _, path, _ in _rows("places_history.tsv"):
        meanings[name].append(Meaning(path, "near" if name.endswith("区") and not name.endswith("地区") else "alone"))
    return {name: tuple(dict.fromkeys(places)) for name, places in meanings.items()}


@lru_cache(maxsize=1)
def _towns_by_county() -> Mapping[str, frozenset[str]]:
    return {county: frozenset(names.split(",")) for county, names in _rows("places_towns.tsv")}


def _townships(place: str) -> Iterator[tuple[str, str]]:
    """Yield the townships of a paper's prefecture as printed. A province has too many to distinguish by name."""
    if not parent(place):
        return
    region = prefecture(place)
    for county, names in _towns_by_county().items():
        if within(county, region):
            for name in names:
                for spelling in _spellings(name):
                    yield spelling, f"{county}/{name}"


def _spellings(name: str) -> tuple[str, ...]:
    """Return the spellings of a township's name. A street and its office are one place."""
    street = (
        name.removesuffix("街道") if name.endswith("街道") else name.removesuffix("街道办事处").removesuffix("办事处")
    )
    return (name,) if street == name else (street + "街道", street + "办事处", street + "街道办事处")
