#!/usr/bin/env python3
"""Write indexer/cleaning/data/reduplications.txt from jieba's dictionary (MIT).

The table lists reduplicated words. A line has two characters AB, for AABB (高兴: 高高兴兴), or two equal ones, for AA
(天天). Adjectives are listed even if the dictionary doesn't have their AABB form, because Chinese forms these freely
(安安全全). Run this script again when jieba changes.
"""

from __future__ import annotations

from pathlib import Path

import jieba

TABLE = Path(__file__).resolve().parent.parent / "indexer/cleaning/data/reduplications.txt"
COMMON = 100  # rarer AA words are seldom real words ("硅硅")
USUAL = 30  # rarer adjectives are seldom real words ("一凉")
SPOKEN = """
试探 嫩枯 枝叶 清爽 时处 事处 和美 团伙 好教 好学 搂抱 唱跳 蹦跳 说唱 走停 听停 吃喝 写画 缝补 修补 敲打 推拉 进出 来去
山水 坑洼 沟坎 村镇 条块 上下 里外 老少 男女 大小 长短 自在 宝贝 寻觅 戚戚 嘀嗒 咚锵 锵锵 咚咚 噼啪 叮当
"""
NAMES = "冰丽圆佳双楠婷娜莉芳莎菲欣倩甜萌薇媛晶盼迎妮贝欢乐壮莹露雯静敏燕霞玲珍珊瑶蓉蕾琳璐倩洋洁亮强军"


def pairs() -> set[str]:
    """Return the lines of the table.

    They are AB of every AABB word and its reverse (葱葱郁郁), common adjectives, and common AA words and names.
    """
    found = set(SPOKEN.split()) | {2 * letter for letter in NAMES}
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, tag = line.split()
        if len(word) == 4 and word[0] == word[1] != word[2] == word[3]:
            found |= {word[0] + word[2], word[2] + word[0]}
        usual = USUAL if tag in {"a", "ad", "an", "z"} else COMMON if word[0] == word[-1] else None
        if len(word) == 2 and usual and int(frequency) >= usual:
            found.add(word)
    return found


if __name__ == "__main__":
    TABLE.write_text("\n".join(sorted(pairs())) + "\n", encoding="utf-8")
    print(f"{TABLE}: {len(pairs())} pairs")
