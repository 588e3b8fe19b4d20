"""Print hard names above, in and below clean news, and measure which of them are read as bylines."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from tests.support.layouts import read

_words = str.split

SURNAMES = _words(
    "沈 周 何 祁 尤 童 苗 鲁 武 车 权 佟 逄 亓 仉 缑 佘 冼 邝 阚 郗 郏 晁 欧阳 上官 司马 尉迟 皇甫 诸葛 端木 令狐"
)
GIVEN = _words(
    "青禾 砚 汀 蓝 川 桐 谣 荷 大为 春晖 知春 小满 一鸣 若水 建国 丽丽 子涵 卫东 秀英 梓萱 静 刚 洁 海燕 志强"
)
OF_PARTS = _words(
    "巴雅尔 苏日娜 阿拉坦 呼格吉勒 额尔德木图 萨仁高娃 娜仁花 敖登格日乐 斯琴高娃 乌日娜 布仁巴雅尔 "
    "哈斯额尔敦 特木尔 乌兰图雅 扎西次仁 卓玛央金 丹增旺堆 格桑德吉 洛桑罗布 平措 强巴 索朗达杰 "
    "德吉白玛 仁青卓玛 尼玛次仁 达娃卓嘎 边巴扎西 旦增伦珠 买买提 艾合买提 阿卜杜拉 古丽娜尔 吐尔逊 "
    "阿依努尔 帕提古丽 玉素甫 库尔班 依布拉音 努尔麦麦提 麦麦提江 祖丽皮亚 米热古丽 叶尔肯 巴合提 "
    "加依娜 木拉提 阿依登"
)
DOTTED = _words(
    "阿依古丽·买买提 古丽娜尔·艾合买提 约翰·史密斯 玛丽·安德森 安东尼奥·古特雷斯 艾山江·吐尔逊 热娜·阿不都热依木"
)
WITH_ROLE = (
    "本报记者 {}",
    "记者 {} {}",
    "本报记者 {} 通讯员 {}",
    "见习记者 {} 实习生 {}",
    "本报首席记者 {} 文/图",
    "□本报记者 {} 摄影报道",
    "记者 {} 文 {} 图",
    "{} 摄",
    "图/文 {}",
    "文字：{} 图片：{}",
    "通讯员 {} {} {}",
    "新华社记者 {} {}",
)
WITHOUT_ROLE = ("{}", "{} {}", "{}、{}", "□ {}", "{} {} {}")
TEXT = "昨日，老街夜市开张，摊主一百二十户，灯火通明，游人如织，商贩忙到深夜才收摊。"


def name(rng: random.Random) -> str:
    """Return a name that is hard to tell: rare, of other peoples, foreign; some are padded."""
    kind = rng.random()
    if kind < 0.4:
        surname, given = rng.choice(SURNAMES), rng.choice(GIVEN)
        return f"{surname}　{given}" if len(surname + given) == 2 and rng.random() < 0.5 else surname + given
    return rng.choice(OF_PARTS) if kind < 0.8 else rng.choice(DOTTED)


def line(forms: Sequence[str], rng: random.Random) -> tuple[str, set[str]]:
    """Return a byline and the names in it."""
    form = rng.choice(forms)
    names = [name(rng) for _ in range(form.count("{}"))]
    return form.format(*names), {"".join(one.split()) for one in names}


def f1(forms: Sequence[str], count: int = 300, seed: int = 13) -> float:
    """Return F1 of the names on pages whose byline has one of these forms.

    It stands below the headline, in the dateline, or at the end.
    """
    rng = random.Random(seed)
    right = total = 0
    for _ in range(count):
        byline, wanted = line(forms, rng)
        found = Counter(one.name for article in read(_page(byline, forms, rng)).articles for one in article.byline)
        right += len(wanted & found.keys())
        total += len(wanted) + len(found)
    return 2 * right / total


def _page(byline: str, forms: Sequence[str], rng: random.Random) -> str:
    headline = rng.choice(["老街夜市开张", "县里修好二十座桥", "渡口夜航恢复 两岸往来方便"])
    gap = rng.choice(["\n", "\n\n"])
    place = rng.random()
    if place < 0.6 or "{}" in forms or byline.startswith("□"):
        return gap.join((headline, byline, TEXT, TEXT))
    if place < 0.8:
        return gap.join((headline, f"本报讯（{byline}）{TEXT}", TEXT))
    return gap.join((headline, TEXT, f"{TEXT}（{byline}）"))
