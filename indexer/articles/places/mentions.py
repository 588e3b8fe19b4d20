"""Find mentions of places in a text, and judge them by the words around them.

A mention is a name with the places it can mean. Names in a row (河南省驻马店市驿城区水屯镇) are one mention, of the
last. A street, newspaper or person named after a place is not a mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from indexer.articles.places.gazetteer import Meaning, Names, level, township_path
from indexer.text.place_path import last_name, lies_in

HAN = "\u4e00-\u9fff"

_CALLED_AFTER = re.compile(
    "大学|学院|[东南西北中前后]{0,2}[一二三]?路(?!线)|大道|大街|[东南西北]?街(?!道)|日报|晚报|晨报|早报|商报|时报|都市报|广播|卫视"
    "|镇|乡(?!村|镇)|村|街道|社区|银行|证券|股份|汽车|籍|话(?!题)|菜|烤鸭|拉面|烩面|大桥|时代|舰|号|中路"
)
"""What can follow a short name to form another name: 中山大学, 北京东路, 河南日报, 上海汽车."""

_SUFFIXES = ("省", "市", "县", "区", "旗", "镇", "乡", "街道", "办事处")

_WATERS = re.compile("[河江湖山岛港桥](?![南北东西口津源])")
"""Features named after a county: 呼兰河, 庆安桥."""

_SURNAMES = "王李张刘陈杨赵吴徐孙胡朱郭罗梁宋郑谢韩唐冯董程曹袁邓许彭吕苏卢蒋蔡贾魏薛潘杜姜范姚谭邹熊崔邱秦侯邵孟"
_PERSON = re.compile(f"(?:^|[^{HAN}]|者|员|长|记|任|师|志|民|人)[{_SURNAMES}]$")

_ZONE = re.compile(
    "城乡一体化示范区|(?:国家级?)?(?:经济技术|高新技术产业|高新技术|高新|经济|先进制造业)?开发区"
    "|高新区|经开区|产业集聚区|示范区|航空港区"
)
_OF_A_KIND = re.compile("[级业术济类型各个家]")
"""What precedes a zone that is not a name: 国家级开发区, 先进制造业开发区."""

_TOWN = re.compile(
    rf"([{HAN}]{{1,4}}?)(镇(?!静|定|压|守|痛|江|平|海)|乡(?!镇|村|亲|贤|土|情|愁|音|风|间)|街道办事处|街道|办事处)"
)
_NO_TOWN = re.compile(
    "^[城集水]|[乡村每几多小古重]镇$|[城每几多返下回还家故老同异他侨之梦入离思]乡$|[由和与及等在到的了辖驻](?:镇|乡|街道|办事处)"
    "|[各该全本我个某委府局区县市]|工会|特色|中心|建制|数|驻(?!马店)|招商|联络"
)
"""Words that look like a township's name: 乡镇, 小镇, 返乡, 驻京办事处."""

_NO_OFFICE = "场民值面井价容话区级城域间别块里内外"
"""What follows 市 or 县 where these do not mean the paper's own, as in 市场, 市民, 县城 (but not 市委, 市总工会)."""


class Mention(NamedTuple):
    """The words `text[start:end]` of a part in `role` and the places they can mean. `sure` if neighbours decided it."""

    role: str
    quote: str
    start: int
    end: int
    meanings: tuple[Meaning, ...]
    sure: bool = False


def mentions(parts: Sequence[tuple[str, str]], names: Names) -> list[Mention]:
    """Return all mentions in an article's parts (role, text)."""
    starts = names.starts([text for _, text in parts])
    return [
        one for (role, text), at in zip(parts, starts, strict=True) if at for one in _of_part(role, text, at, names)
    ]


def _of_part(role: str, text: str, starts: Sequence[int], names: Names) -> list[Mention]:
    """Return all mentions in a part, from left to right. Of names in a row only the last counts."""
    found: list[Mention] = []
    for mention in _named(role, text, starts, names):
        if found and found[-1].end == mention.start:
            found[-1:] = _joined(found[-1], mention)
        else:
            found.append(mention)
    return [_with_printed(text, mention, names) for mention in found]


def _named(role: str, text: str, starts: Sequence[int], names: Names) -> Iterator[Mention]:
    for found in names.find(text, starts):
        short = not found.name.endswith(_SUFFIXES)
        near = short and all(meaning.trust != "alone" for meaning in found.meanings)
        if short and (_CALLED_AFTER.match(text, found.end) or _PERSON.search(text[: found.start][-3:])):
            continue
        if _ZONE.fullmatch(found.name) and _OF_A_KIND.search(text[: found.start][-1:]):
            continue
        if near and _WATERS.match(text, found.end):
            continue
        yield Mention(role, found.name, found.start, found.end, found.meanings)


def _joined(before: Mention, mention: Mention) -> list[Mention]:
    """Join two names in a row: the second alone if it lies in the first or once did (四川省万县市)."""
    inside = tuple(
        meaning for meaning in mention.meanings if any(lies_in(meaning.path, wider.path) for wider in before.meanings)
    )
    both = mention._replace(quote=before.quote + mention.quote, start=before.start)
    if inside:
        return [both._replace(meanings=inside, sure=True)]
    if _ZONE.fullmatch(mention.quote) and len(before.meanings) == 1:
        return [_placed(before, mention.quote, f"{before.meanings[0].path}/{mention.quote}")]
    if any(level(wider.path) == 1 for wider in before.meanings) and all("/" in one.path for one in mention.meanings):
        # A short name after a province in which it does not lie is no place: 河南乐山电缆有限公司.
        return [both] if mention.quote.endswith(_SUFFIXES) else [before]
    return [before] if mention.quote.startswith("和") else [before, mention]


def _with_printed(text: str, mention: Mention, names: Names) -> Mention:
    """Return the mention extended by a zone or township printed right after it."""
    if len({meaning.path for meaning in mention.meanings}) != 1:
        return mention
    zone = _ZONE.match(text, mention.end)
    if zone:
        return _placed(mention, zone.group(), names.zone_path(mention.meanings[0].path, zone.group()))
    path = mention.meanings[0].path
    town = _TOWN.match(text, mention.end) if mention.role != "body" and 1 <= path.count("/") <= 2 else None
    if town and not _NO_TOWN.search(town.group()):
        return _placed(mention, town.group(), township_path(path, town.group()))
    return mention


def _placed(before: Mention, name: str, path: str) -> Mention:
    meanings = (Meaning(path, "alone"),)
    return before._replace(quote=before.quote + name, end=before.end + len(name), meanings=meanings, sure=True)


def printed_town(role: str, text: str, start: int = 0) -> Mention | None:
    """Return a township that opens a head or the news and is in no table (`水屯镇`). Its path is still unknown."""
    town = _TOWN.match(text, start)
    if not town or len(town.group(1)) < 2 or _NO_TOWN.search(town.group()):
        return None
    return Mention(role, town.group(), start, town.end(), ())


@cache
def _own_words(kind: str) -> re.Pattern[str]:
    return re.compile(rf"[我全本]{kind}(?!场)|{kind}(?<![{HAN}]{kind})(?=[{HAN}])(?![{_NO_OFFICE}])")


def own_place(role: str, text: str, place: str) -> Iterator[Mention]:
    """Yield the words with which a paper refers to its own place: 我市, 全市, 市总工会."""
    kind = last_name(place)[-1:]
    if kind not in ("市", "县", "区", "旗", "州", "盟") or kind not in text:
        return
    own = Meaning(place, "alone")
    for match in _own_words(kind).finditer(text):
        yield Mention(role, match.group(), match.start(), match.end(), (own,), sure=True)
