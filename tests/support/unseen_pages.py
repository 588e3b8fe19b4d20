"""Set pages that nobody has seen: each one is drawn by chance from the ways in which newspapers are set.

Rules are made from the pages of some seeds and judged by those of others. From `KEPT` on, seeds use the half of the
corpus that no rule was made from.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tests.support.layouts import Article, Layout, Page, joined, set_article

KEPT = 1000
"""The first seed of pages to report on."""

_words = str.split
_NAMES = _words("陈小满 周禾 唐砚 梁知春 武青禾 何海燕 乌云其其格 沈若水 柳一鸣 魏汀 童建国 欧阳春晖")
_TOWNS = _words("云陂 北岭 柳溪 桐花 石门渡 青崖")
_SHORT = _words(
    "立春 启事 老兵 夜渡 守桥人 种树记 秋收时节 母亲的灯 渡口夜航恢复 桐花开了 一封家书 柳溪桥通车 山里来了新校长"
)
_KICKERS = (
    "一线见闻",
    "奋进新征程 建功新时代",
    "{}市总工会",
    "乡村振兴在行动",
    "{}县桐花街道",
    "新春走基层",
    "聚焦{}两会",
    "抓项目 促投资 补短板",
)
_SUBTITLES = (
    "——{}市推进老旧小区改造见闻",
    "——记{}县桐花小学教师{}",
    "——走进{}县柳溪村",
    "——{}市防汛工作综述",
)
_SUBHEADS = _words(
    "筑牢根基 抓实产业 让群众更有底气 从一条渡船说起 灯火里的老街 啃下硬骨头 把账算到田里 山货出了山"
    " 办法总比困难多 修一座桥，富一方人 守住底线 回家的路 “零距离”服务 算好三笔账"
)
_BYLINES = ("本报记者 {}", "□本报记者 {}", "本报记者 {} 通讯员 {}", "记者 {} 文/图", "□ {}", "{}")
_DATELINES = (
    "本报讯（记者 {}）",
    "本报讯（通讯员 {} {}）",
    "本报讯 ",
    "本报{town}3月30日电（记者 {}）",
    "新华社北京3月30日电（记者{}）",
)
_CLOSINGS = (
    "（完）",
    "（责任编辑：{}）",
    "责编：{}",
    "来源：{town}日报",
    "（来源：{town}发布）",
    "（本报记者 {}）",
    "编辑：{}",
)
_CAPTIONS = (
    "图为村民在{}渡口装运春茶。 {} 摄",
    "▲3月30日，{}县柳溪桥建设现场，工人正在加紧施工。{} 摄",
    "图为志愿者为老人理发。本报记者 {} 摄",
)
_TOPS = (
    ("{}日报", "2024年1月26日 星期五 第03版"),
    ("2024年1月26日 星期五 农历腊月十六 第2版 要闻",),
    ("03", "{}日报", "2024年1月26日 星期五", "综合"),
)
_FEET = (("责任编辑：{} 版式：{}",), ("— 3 —",), ("{}日报 第3版",), ("本版编辑：{} 校对：{}", "新闻热线：0373-6661234"))


@dataclass(frozen=True, slots=True)
class House:
    """How a paper sets its articles: the share of them, 0 to 1, with each part. `edges` are its mastheads and feet."""

    kickers: float = 0.0
    subtitles: float = 0.0
    bylines: float = 0.0
    datelines: float = 0.0
    subheads: float = 0.0
    repeats: float = 0.0
    briefs: float = 0.0
    short_headlines: float = 0.0
    closings: float = 0.0
    captions: float = 0.0
    edges: float = 0.0


PLAIN = House()


def any_house(rng: random.Random) -> House:
    """Return a house whose articles have few parts or many."""

    def share(papers: float, most: float = 0.9) -> float:
        return rng.uniform(0.1, most) if rng.random() < papers else 0.0

    return House(
        kickers=share(0.25, 0.5),
        subtitles=share(0.2, 0.4),
        bylines=share(0.35),
        datelines=share(0.5),
        subheads=share(0.25, 0.5),
        repeats=share(0.15, 0.5),
        briefs=share(0.3, 0.6),
        short_headlines=share(0.3, 0.4),
        closings=share(0.3, 0.7),
        captions=share(0.2, 0.3),
        edges=float(rng.random() < 0.3),
    )


def _drawn(rng: random.Random, columns: bool | None, indented: bool | None, layout: Layout) -> Layout:
    wide = rng.random() < 0.5 if columns is None else columns
    set_in = rng.random() < 0.5 if indented is None else indented
    most = 8 if layout.articles[1] > 1 else 1
    return replace(
        layout,
        columns=2 * rng.randint(8, 34) if wide else 0,
        indent="　　" if set_in else "",
        hanging=rng.random() < 0.6,
        articles=(1, most),
    )


Draw = Callable[[random.Random], Layout]


def _family(layout: Layout, *, columns: bool | None = None, indented: bool | None = None) -> Draw:
    return lambda rng: _drawn(rng, columns, indented, layout)


_ABOVE = Layout(below="\n", between="\n")
_DENSE = Layout(below="\n", between="\n", apart="\n")
FAMILIES: Mapping[str, Draw] = {
    "blank lines everywhere": _family(Layout(), columns=False),
    "blank lines everywhere, wrapped": _family(Layout(), columns=True),
    "headline right above": _family(_ABOVE, columns=False),
    "wrapped, headline right above": _family(_ABOVE, columns=True),
    "no blank line": _family(_DENSE, columns=False),
    "no blank line, wrapped": _family(_DENSE, columns=True, indented=False),
    "no blank line, indented": _family(_DENSE, columns=True, indented=True),
    "one article, blank lines": _family(Layout(articles=(1, 1))),
    "one article, headline right above": _family(replace(_ABOVE, articles=(1, 1))),
    "two-line headlines": _family(replace(_ABOVE, headline_rows=2)),
    "two-line headlines, blank lines": _family(Layout(headline_rows=2)),
}


def unseen_pages(articles: Sequence[Article], draw: Draw, count: int, seed: int, *, plain: bool = False) -> list[Page]:
    """Set `count` pages of a family. `plain` pages have headlines and paragraphs only."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        layout, house = draw(rng), PLAIN if plain else any_house(rng)
        if layout.headline_rows > 1:
            house = replace(house, kickers=0.0, subtitles=0.0)
        chosen = rng.sample(articles, rng.randint(*layout.articles))
        texts, printed = zip(*[_printed(one, layout, house, rng) for one in chosen], strict=True)
        top = foot = ""
        if rng.random() < house.edges:
            top, foot = ("\n".join(_filled(row, rng) for row in rng.choice(rows)) for rows in (_TOPS, _FEET))
        made.append(joined(texts, printed, layout, top, foot))
    return made


def _printed(article: Article, layout: Layout, house: House, rng: random.Random) -> tuple[str, Article]:
    """Return an article as it is set, and its headline and paragraphs."""

    def happens(share: float) -> bool:
        return rng.random() < share

    headline, paragraphs = article
    if happens(house.short_headlines):
        paragraphs = [text for text in paragraphs if "。" in text or len(text) < 8] or paragraphs
        headline = _shorter(headline, rng)
    sentences = [text for text in paragraphs if "。" in text]
    paragraphs = sentences[:1] if sentences and happens(house.briefs) else [*paragraphs]
    if happens(house.datelines) and "。" in paragraphs[0] and not re.match(r".{0,12}[讯电]", paragraphs[0]):
        paragraphs[0] = _filled(rng.choice(_DATELINES), rng) + paragraphs[0]
    if len(paragraphs) > 3 and happens(house.subheads):
        paragraphs = _with_subheads(paragraphs, rng)
    if happens(house.repeats):
        paragraphs.insert(0, headline)
    kicker = _filled(rng.choice(_KICKERS), rng) if happens(house.kickers) else ""
    subtitle = _filled(rng.choice(_SUBTITLES), rng) if happens(house.subtitles) else ""
    byline = _filled(rng.choice(_BYLINES), rng) if happens(house.bylines) else ""
    last = [_filled(rng.choice(_CLOSINGS), rng)] if happens(house.closings) else []
    if last == ["（完）"] and rng.random() < 0.7:
        paragraphs[-1] += last.pop()
    if happens(house.captions):
        last.append(_filled(rng.choice(_CAPTIONS), rng))
    text = set_article((headline, paragraphs), layout, rng, [kicker], [subtitle, byline], last)
    return text, (headline, [*paragraphs, *(line for line in last if line == "（完）")])


def _shorter(headline: str, rng: random.Random) -> str:
    words = [word for word in re.split(r"[\s　，：]", headline) if 2 <= len(word) <= 30]
    kind = rng.random()
    if kind < 0.4 or not words:
        return rng.choice(_SHORT)
    word = re.sub(r"[“”《》]", "", rng.choice(words))
    return f"“{word}”" if kind < 0.5 else word


def _with_subheads(paragraphs: Sequence[str], rng: random.Random) -> list[str]:
    count = min(rng.randint(2, 4), len(paragraphs) // 2)
    places = sorted(rng.sample(range(1, len(paragraphs)), count))
    if any(other - one < 2 for one, other in pairwise(places)):
        return list(paragraphs)
    heads = dict(zip(places, rng.sample(_SUBHEADS, count), strict=True))
    return [
        line for place, text in enumerate(paragraphs) for line in ([heads[place]] if place in heads else []) + [text]
    ]


def _filled(text: str, rng: random.Random) -> str:
    town, names = rng.choice(_TOWNS), rng.sample(_NAMES, 2)
    text = text.replace("{town}", town)
    if "市" in text or "县" in text or "日报" in text or "渡口" in text or "两会" in text:
        text = text.replace("{}", town, 1)
    return text.format(*names[: text.count("{}")])
