"""Invented news of an invented county, for pages that tests typeset. No two sentences need be the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

NAMES = ("唐舫", "沈青禾", "周砚", "何汀", "武强", "梁晓舟", "韩秋实", "陶然亭", "齐敏", "罗春山", "白露", "段石桥")
TOWNS = ("柳溪镇", "双渡乡", "北岭乡", "桐花街道", "沙洲镇", "青石镇", "望湖街道", "东冈乡", "槐荫镇", "云陂县")
_OFFICES = ("水务局", "教体局", "卫健委", "工会", "妇联", "文旅局", "供电所", "派出所", "农技站", "司法所")
_WHEN = ("近日", "日前", "连日来", "3月30日", "上周末", "入春以来", "昨日上午", "5月12日下午", "今年以来", "一个月前")
_ACTS = (
    "加固病险水库大坝",
    "把渡口夜航延长到晚上十点",
    "修好通往小学的石桥",
    "为独居老人装上呼叫铃",
    "给山坡茶园铺设滴灌水管",
    "把旧粮仓改成乡村书屋",
    "沿河栽下三千株垂柳",
    "把集市迁到老车站旁边",
    "为渔船换上新式导航灯",
    "请来老匠人教年轻人编竹",
    "整修年久失修的戏台",
    "为果农开办嫁接夜校",
    "在路口增设三处红绿灯",
    "把自来水接到最远的山庄",
    "给乡村卫生室添置检验设备",
    "清理堵塞多年的排水沟",
)
_SHORT_ACTS = (
    "水库除险加固",
    "渡口夜航恢复",
    "小学石桥通车",
    "为老人装呼叫铃",
    "茶园用上滴灌",
    "旧粮仓变书屋",
    "沿河新栽垂柳",
    "集市迁入新址",
    "渔船换新灯",
    "竹编有了传人",
    "老戏台修葺一新",
    "果农夜校开课",
    "路口添了红绿灯",
    "山庄通上自来水",
    "卫生室添新设备",
    "疏通百年水沟",
)
_GAINS = (
    "附近村民出行方便了许多",
    "两岸居民纷纷称好",
    "孩子们不用再绕道五里",
    "预计秋天就能见到收成",
    "前来参观的游客一天比一天多",
    "往年的积水再也没有出现",
    "老人们的心里踏实下来",
    "工期比原先缩短近两个月",
    "周边商铺的生意也跟着红火",
    "各村正在商量怎样照样去做",
    "省下的钱用来添置农具",
    "干部和群众的距离拉近了",
)
_SPEECH = (
    "从前一下雨就提心吊胆，如今夜里睡得安稳",
    "这件事盼了十几年，总算有了着落",
    "大伙儿齐心，再难的活也干得成",
    "只要路通了，山里的好东西就不愁卖",
    "我们先试半年，有不合适的地方再改",
    "灯一亮，心里就暖和",
    "年轻人肯回来，村子就有奔头",
    "多跑几趟腿，少让老人操心",
)
_DUTIES = ("轮流值守", "挨家走访", "登记造册", "核对账目", "讲解用法", "维持秩序", "查看水位", "收集意见")
_SUBHEADS = (
    "众人拾柴",
    "灯火照归人",
    "一渠清水来",
    "小竹篾大文章",
    "把路修到门口",
    "老手艺有新人",
    "算清一笔账",
    "山门从此开",
)
_KICKERS = (
    "开局之年看云陂",
    "走进乡村系列报道",
    "聚焦春耕备耕",
    "防汛备汛在一线",
    "小城故事",
    "深化作风建设巡礼",
    "寻访老行当",
)
_DATELINES = ("本报讯（记者 {}）", "本报讯（通讯员 {}）", "本报讯 ", "本报柳溪3月30日电（记者 {}）")
_BYLINES = ("本报记者 {}", "记者 {} 通讯员 {}", "通讯员 {} {}", "本报记者 {} 文/图", "□ 本报记者 {}")
_CAPTIONS = (
    "图为村民在{town}渡口装运春茶。{name} 摄",
    "▲{town}石桥建设现场，工人正在加紧施工。{name} 摄",
    "图为志愿者在{town}为老人理发。本报记者 {name} 摄",
    "{town}果园里，技术员（左）向果农讲解剪枝要领。{name} 摄",
)


@dataclass(frozen=True, slots=True)
class Story:
    """An article as it is printed. One that `is_whole` must not be given more paragraphs."""

    headline: str = ""
    kicker: str = ""
    subtitle: str = ""
    byline: str = ""
    paragraphs: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    is_whole: bool = False


class Shares(Protocol):
    """The shares of articles, 0 to 1, with each part."""

    kickers: float
    subtitles: float
    bylines: float
    datelines: float
    inner: float


def story(rng: random.Random, shares: Shares, columns: int = 1) -> Story:
    """Invent an article with one paragraph. Its headline is the longer, the more columns it stands above."""
    town = rng.choice(TOWNS)
    headline = town + rng.choice(_SHORT_ACTS)
    if rng.random() < 0.2 + 0.15 * columns:
        headline += rng.choice([" ", "，", " "]) + rng.choice(_SHORT_ACTS)
    if rng.random() < 0.15:
        headline = rng.choice([f"{headline}{rng.randint(2, 90)}处", f"“{rng.choice(_SUBHEADS)}”{headline[-8:]}"])
    has_byline = rng.random() < shares.bylines
    first = paragraph(rng, rng.randint(2, 3))
    if not has_byline and rng.random() < shares.datelines:
        first = dateline(rng) + first
    return Story(
        headline,
        rng.choice(_KICKERS) if rng.random() < shares.kickers else "",
        _subtitle(rng) if rng.random() < shares.subtitles else "",
        _byline(rng) if has_byline else "",
        (first,),
    )


def more(rng: random.Random, one: Story, inner: float) -> Iterator[str]:
    """Yield paragraphs that go on with an article, without end; with headings among them in the share `inner`."""
    heads = rng.sample(_SUBHEADS, len(_SUBHEADS)) if rng.random() < inner else []
    yield paragraph(rng, rng.randint(1, 3))
    while True:
        if heads:
            yield heads.pop()
        for _ in range(rng.randint(1, 3)):
            yield paragraph(rng, rng.randint(1, 4))


def paragraph(rng: random.Random, sentences: int) -> str:
    """Invent a paragraph."""
    return "".join(_sentence(rng) for _ in range(sentences))


def dateline(rng: random.Random) -> str:
    """Invent what opens a piece of news."""
    return rng.choice(_DATELINES).format(rng.choice(NAMES))


def caption(rng: random.Random) -> str:
    """Invent the text below a picture."""
    return rng.choice(_CAPTIONS).format(town=rng.choice(TOWNS), name=rng.choice(NAMES))


def _sentence(rng: random.Random) -> str:
    town, office, when, name = (rng.choice(some) for some in (TOWNS, _OFFICES, _WHEN, NAMES))
    act, other, gain = rng.choice(_ACTS), rng.choice(_ACTS), rng.choice(_GAINS)
    count = rng.randint(2, 980)
    return rng.choice(
        (
            f"{when}，{town}{office}{act}，{gain}。",
            f"在{town}，{office}的工作人员已经{act}，{count}户人家因此受益，{gain}。",
            f"“{rng.choice(_SPEECH)}。”{town}居民{name}说。",
            f"据了解，{town}还打算{act}，并安排{count}名干部{rng.choice(_DUTIES)}。",
            f"{office}负责人{name}介绍，他们先{act}，再{other}，前后用了{count}天，{gain}。",
            f"截至目前，全县已有{count}个村{act}，投入资金{count}.{rng.randint(1, 9)}万元。",
            f"为了{act}，{town}抽调{count}人，分头{rng.choice(_DUTIES)}，{rng.choice(_DUTIES)}。",
            f"{when}的一天清早，记者在{town}看到，{gain}。",
        )
    )


def _subtitle(rng: random.Random) -> str:
    text = rng.choice(
        [
            f"{rng.choice(TOWNS)}{rng.choice(_ACTS)}纪实",
            f"{rng.choice(_GAINS)}",
            f"全县已有{rng.randint(3, 90)}个村受益",
        ]
    )
    return f"——{text}" if rng.random() < 0.6 else text


def _byline(rng: random.Random) -> str:
    text = rng.choice(_BYLINES)
    return text.format(*rng.sample(NAMES, text.count("{}")))
