"""Find which places an article is about, heaviest first.

A name counts by its position in the article. A name of several places (鼓楼区) counts only if the paper's own place or
another place of the article decides which is meant. The place of publication is treated separately: it is included if
the article mentions it, or if the article mentions no place (then on the evidence of ``paper.toml``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from indexer.articles.places.gazetteer import names_for
from indexer.articles.places.mentions import Mention, mentions, own_place, printed_town
from indexer.model import Evidence, Paper
from indexer.text.place_path import last_name, lies_in, prefecture, with_ancestors, within

WEIGHTS = {
    "kicker": 8.0,
    "headline": 8.0,
    "subtitle": 5.0,
    "dateline": 4.0,
    "lead": 3.0,
    "caption": 3.0,
    "section": 2.0,
    "body": 1.0,
    "byline": 0.0,
}
"""The weight of a mention by its position. Each further mention adds a tenth."""

SPOKEN_OF = 3.0
"""The least weight of a place that an article is about. Below it the place of publication is considered first."""

MOST = 8

_DATELINE = re.compile(
    r"\s*(?:据?(?P<agency>新华社|中新社|中新网|人民网|央视网)|本报)(?:记者)?(?!讯)"
    r"(?P<place>[\u4e00-\u9fff]{2,14}?)(?:\d{1,2}月\d{1,2}日)?(?:专?电|讯(?!员))"
)
_OPENING = re.compile(r"\s*(?:本报讯\s*(?:[（(][^）)]*[）)])?\s*)?(?:近日|日前|连日来|近期|今年以来|[\d年月]+日)[，,]")


def locate(parts: Sequence[tuple[str, str]], paper: Paper) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """Return the paths of an article's places, heaviest first, and the evidence for each.

    `parts` are (role, text) in reading order; roles are those of `WEIGHTS`.

    >>> paper = Paper("zmd", place="河南省/驻马店市")
    >>> locate([("headline", "驿城区总工会写春联迎新春")], paper)[0]
    ('河南省/驻马店市/驿城区',)
    >>> locate([("headline", "让群众吃得放心")], paper)[0]
    ('河南省/驻马店市',)
    """
    parts = [(role, text) for role, text in parts if WEIGHTS.get(role)]
    names = names_for(paper.place, tuple(sorted(paper.places.items())))
    found = mentions(_with_datelines(parts), names)
    found += [mention for role, text in parts for mention in own_place(role, text, paper.place)]
    settled = _settle(found, paper.place)
    settled += _printed_towns(parts, settled, paper.place)
    weights = _weigh(settled)
    kept = _choose(weights, paper.place)
    if paper.place and not _abroad(parts, settled) and not any(_is_spoken_of(path, weights, paper) for path in kept):
        kept = [paper.place, *(path for path in kept if not within(paper.place, path))]
    return tuple(kept), tuple(_evidence(path, settled) for path in kept)


class _Settled(NamedTuple):
    path: str
    mention: Mention


def _with_datelines(parts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the parts, with a lead's dateline separate from its text."""
    found = []
    for role, text in parts:
        match = _DATELINE.match(text) if role == "lead" else None
        if match:
            found += [("dateline", match["place"]), (role, text[match.end() :])]
        else:
            found.append((role, text))
    return found


def _abroad(parts: Sequence[tuple[str, str]], settled: list[_Settled]) -> bool:
    """Return whether an agency sent the article from a place that the gazetteer lacks (新华社莫斯科3月30日电)."""
    sent = [match["agency"] for role, text in parts if role == "lead" and (match := _DATELINE.match(text))]
    return any(sent) and not any(one.mention.role == "dateline" for one in settled)


def _settle(found: list[Mention], place: str) -> list[_Settled]:
    """Resolve each mention to one place. Mentions that stay ambiguous are dropped."""
    sure = {mention.meanings[0].path for mention in found if _is_sure(mention)}
    region = prefecture(place)
    settled = []
    for mention in found:
        path = _only(mention, region, sure)
        if path:
            settled.append(_Settled(path, mention))
    return settled


def _is_sure(mention: Mention) -> bool:
    return len(mention.meanings) == 1 and (mention.sure or mention.meanings[0].trust == "alone")


def _only(mention: Mention, region: str, sure: set[str]) -> str | None:
    """Return the one place a mention means: by itself, in the paper's region, or in a place that the article names."""
    if _is_sure(mention):
        return mention.meanings[0].path
    paths = [meaning.path for meaning in mention.meanings if mention.sure or meaning.trust != "joined"]
    paths = [path for path in paths if region and within(path, region)] or paths
    if len(paths) == 1 and region and within(paths[0], region):
        return paths[0]
    depths = {path: _support(path, sure) for path in paths}
    deepest = max(depths.values(), default=0)
    holder = next((path for path in paths if all(within(other, path) for other in paths)), None)
    if holder and (deepest or within(holder, region)):
        return holder
    best = [path for path, depth in depths.items() if depth and depth == deepest]
    return best[0] if len(best) == 1 else _widest(mention)


def _support(path: str, sure: set[str]) -> int:
    """Return the depth of the deepest named place that is or contains this one: 2 for a prefecture, 0 for none."""
    return max((depth for depth, wider in enumerate(with_ancestors(path), 1) if wider in sure), default=0)


def _widest(mention: Mention) -> str | None:
    """Return the widest place a mention means: 吉林 is the province before the city. None if two are equally wide."""
    paths = [meaning.path for meaning in mention.meanings if meaning.trust == "alone"]
    depth = min((path.count("/") for path in paths), default=0)
    widest = [path for path in paths if path.count("/") == depth]
    return widest[0] if len(widest) == 1 else None


def _printed_towns(parts: Sequence[tuple[str, str]], settled: list[_Settled], place: str) -> list[_Settled]:
    """Return the townships that open a head or the news.

    Each lies where the article puts it, else in the article's only county, else in `place`.
    """
    known = {last_name(one.path): one.path for one in settled}
    counties = {one.path for one in settled if place and within(one.path, place) and one.path.count("/") == 2}
    parent = counties.pop() if len(counties) == 1 else place
    found = []
    for role, text in parts:
        opening = _OPENING.match(text) if role == "lead" else None
        if not parent or (role not in ("kicker", "headline") and opening is None):
            continue
        mention = printed_town(role, text, opening.end() if opening else 0)
        if mention and not any(one.mention.role == role and one.mention.start < mention.end for one in settled):
            found.append(_Settled(known.get(mention.quote, f"{parent}/{mention.quote}"), mention))
    return found


def _weigh(settled: list[_Settled]) -> dict[str, float]:
    roles: dict[str, set[str]] = defaultdict(set)
    counts: dict[str, int] = defaultdict(int)
    for one in settled:
        roles[one.path].add(one.mention.role)
        counts[one.path] += 1
    return {
        path: sum(WEIGHTS.get(role, 1.0) for role in roles[path]) + 0.1 * (min(counts[path], 10) - 1) for path in roles
    }


def _choose(weights: dict[str, float], place: str) -> list[str]:
    """Return the places to keep, heaviest first.

    Passing mentions are dropped, and so is a place that contains another of about the same weight.
    """
    spoken_of = {
        path: weight for path, weight in weights.items() if weight > WEIGHTS["body"] or (place and within(path, place))
    }
    kept = [
        path
        for path, weight in spoken_of.items()
        if not any(lies_in(other, path) and spoken_of[other] + 1 > weight for other in spoken_of)
    ]
    return sorted(kept, key=lambda path: -weights[path])[:MOST]


def _is_spoken_of(path: str, weights: dict[str, float], paper: Paper) -> bool:
    """Return whether an article is about a place. The paper's own province counts only if the head mentions it."""
    wider = lies_in(paper.place, path)
    return weights[path] >= (WEIGHTS["subtitle"] if wider else SPOKEN_OF)


def _evidence(path: str, settled: list[_Settled]) -> Evidence:
    told = [one.mention for one in settled if one.path == path]
    if not told:
        return Evidence("locality", path, "paper.toml", path)
    best = max(told, key=lambda mention: WEIGHTS.get(mention.role, 1.0))
    return Evidence("locality", path, best.role, best.quote)
