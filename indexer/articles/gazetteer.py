"""The names of China's places: what a string of characters may mean, and where such strings stand in a text.

The tables in ``data/places*.tsv`` are made by ``scripts/build_gazetteer`` and name their sources and licences.
A place is a path (``河南省/驻马店市/驿城区``); a former name (淮阳县) means the place of today (淮阳区). A paper adds its
own names: the aliases of its ``paper.toml`` and the townships of its own prefecture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from indexer.tokens import is_word

PROVINCE, PREFECTURE, COUNTY, TOWNSHIP = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Meaning:
    """A place that a name can mean; `alone`: also when nothing else in the article speaks for it."""

    path: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The name `text[start:end]` and the places it can mean."""

    name: str
    start: int
    end: int
    meanings: tuple[Meaning, ...]


def ancestors(path: str) -> tuple[str, ...]:
    """The places that hold a place, widest first.

    >>> ancestors("河南省/驻马店市/驿城区")
    ('河南省', '河南省/驻马店市')
    """
    parts = path.split("/")
    return tuple("/".join(parts[:length]) for length in range(1, len(parts)))


def last_name(path: str) -> str:
    """What a place is called for short.

    >>> last_name("河南省/驻马店市/驿城区")
    '驿城区'
    """
    return path.rsplit("/", 1)[-1]


def within(path: str, place: str) -> bool:
    """Whether a place is `place` itself or lies in it."""
    return path == place or path.startswith(place + "/")


def level(path: str) -> int | None:
    """1 for a province, 2 for a prefecture, 3 for a county; None where the gazetteer lacks the place."""
    return _levels().get(path)


class Names:
    """All names that count for one paper, ready to be found in a text."""

    def __init__(self, meanings: Mapping[str, tuple[Meaning, ...]]) -> None:
        self._meanings = meanings
        self._starting = defaultdict(list)
        for name in sorted(meanings, key=len, reverse=True):
            self._starting[name[:2]].append(name)
        self._heads = frozenset(self._starting)

    def find(self, text: str) -> Iterator[Found]:
        """The names in a text from left to right, the longest at each place; none runs across two other words."""
        done = 0
        # The pass over all pairs is the whole cost of a text without places.
        for start, pair in enumerate(map(str.__add__, text, text[1:])):
            if pair in self._heads and start >= done:
                name = self._longest(text, start)
                if name:
                    done = start + len(name)
                    yield Found(name, start, done, self._meanings[name])

    def _longest(self, text: str, start: int) -> str:
        for name in self._starting[text[start : start + 2]]:
            if text.startswith(name, start) and not _straddles(text, start, start + len(name)):
                return name
        return ""


def _straddles(text: str, start: int, end: int) -> bool:
    """Whether a short name is only the end of one word and the beginning of another (美丽江苏 holds no 丽江)."""
    if end - start > 2:
        return False
    before, after = text[max(0, start - 1) : start + 1], text[end - 1 : end + 1]
    if len(before) < 2 or len(after) < 2 or not is_word(before):
        return False
    return is_word(after) or text[end - 1] in "县市区旗"


@lru_cache(maxsize=32)
def names_for(place: str, aliases: tuple[tuple[str, str], ...] = ()) -> Names:
    """The names that count for a paper published at `place` with these aliases (alias, path)."""
    meanings = dict(_gazetteer())
    for name, path in _townships(place):
        meanings[name] = (*meanings.get(name, ()), Meaning(path, alone=True))
    for name, path in aliases:
        if len(name) > 1:
            meanings[name] = (Meaning(path, alone=True),)
    return Names(meanings)


def township_path(county: str, name: str) -> str:
    """The path of a township that is printed with its county (`水屯镇` or `金桥办事处`)."""
    known = _towns_by_county().get(county, ())
    street = name.removesuffix("办事处")
    for spelling in (name, street, street + "街道", street + "镇"):
        if spelling in known:
            return f"{county}/{spelling}"
    return f"{county}/{name}"


def _rows(table: str) -> Iterator[list[str]]:
    text = files("indexer.articles").joinpath("data", table).read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


@lru_cache(maxsize=1)
def _levels() -> Mapping[str, int]:
    return {path: int(number) for path, number, _, _ in _rows("places.tsv")}


@lru_cache(maxsize=1)
def _gazetteer() -> Mapping[str, tuple[Meaning, ...]]:
    meanings: dict[str, list[Meaning]] = defaultdict(list)
    for path, _, shorts, alone in _rows("places.tsv"):
        meanings[last_name(path)].append(Meaning(path, alone != "-"))
        for short in filter(None, shorts.split(",")):
            meanings[short].append(Meaning(path, alone == "short"))
    for name, _, _, path, _ in _rows("places_history.tsv"):
        meanings[name].append(Meaning(path, alone=not name.endswith("区")))
    return {name: tuple(dict.fromkeys(places)) for name, places in meanings.items()}


@lru_cache(maxsize=1)
def _towns_by_county() -> Mapping[str, frozenset[str]]:
    return {county: frozenset(names.split(",")) for county, names in _rows("places_towns.tsv")}


def _townships(place: str) -> Iterator[tuple[str, str]]:
    """The townships of a paper's prefecture as they are printed; a province has too many to tell them apart."""
    parts = place.split("/")
    if len(parts) < 2:
        return
    region = "/".join(parts[:2])
    for county, names in _towns_by_county().items():
        if within(county, region):
            for name in names:
                for spelling in _spellings(name):
                    yield spelling, f"{county}/{name}"


def _spellings(name: str) -> tuple[str, ...]:
    return (name, name.removesuffix("街道") + "办事处") if name.endswith("街道") else (name,)
