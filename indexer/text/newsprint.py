"""What newspapers are printed with: classes of characters, and patterns that several rooms recognise.

The classes are strings for the inside of the brackets of a regular expression.

>>> bool(END_CODE.fullmatch("⑥5")), DATELINE.match("本报讯（记者 唐舫）近日")["who"]
(True, '记者 唐舫')
"""

from __future__ import annotations

import re

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇々"
"""Chinese characters: all Han blocks, 〇 and the repetition mark."""

MARKS = "、。，；：？！（）〔〕【】《》〈〉「」『』“”‘’…—·～％"
"""Punctuation that is full-width between Chinese characters."""

STOPS = "。！？"
"""Marks that end a sentence, whatever follows."""

CLOSERS = "”’\"'」』）)》】〕"
"""Marks that may follow the end of a sentence and belong to it."""

LOST = "\ufffd"
"""The replacement character, which decoders write for invalid bytes."""

END_CODE_MARK = "①-⑳㉑-㉟"
END_CODE = re.compile(rf"[{END_CODE_MARK}]\s?\d{{0,3}}")
"""An editor's code, printed at the end of an article: ②, ③5, ②13."""

DATELINE = re.compile(
    r"^(?P<desk>本[报网台刊]\S{0,12}?[讯电]|[一-鿿]{2,12}?(?:社|网|报)\S{0,14}?[讯电]|\S{0,4}讯)?\s*[（(](?P<who>[^（）()]{2,60})[)）]"
)
"""A dateline with the names of its authors in parentheses: 本报讯（记者 唐舫）."""

_DESK = r"[一-鿿]{1,7}?(?:社|网|报|台|在线|客户端)"
NEWS_OPENING = re.compile(
    r"本[报网台刊社]\S{0,12}?讯(?![息问号员录])|本[报网台刊社][一-鿿]{0,8}\d{1,2}月\d{1,2}日\S{0,6}?[电讯]"
    r"|[一-鿿]{2,4}社(?!记者|评论员)[^\s，。]{1,14}?电|[一-鿿]{2,4}社电(?=[\s（(])"
    rf"|{_DESK}(?:快|综合)?讯(?![息问号员录])|{_DESK}消息[（(：:\s]"
    rf"|{_DESK}[一-鿿]{{0,8}}\d{{1,2}}月\d{{1,2}}日\S{{0,6}}?[电讯]"
)
"""The opening words of a news article, of any agency or desk: 本报讯, 新京报讯, 央视网消息：, 中新网云陂5月1日电."""

ROLE = re.compile(
    r"(?:本报|本网|本刊|[一-鿿]{1,4}(?:社|报|网|台|视|在线|新闻)|[融全新]媒体?|见习|特约|首席|实习|高级|驻[一-鿿]{1,4}?)*"
    r"(?:(?:摄影|文字|图片|视频)?记者|[通诵]讯员|评论员|实习生|撰稿人?|作者|摄影|摄像|撰文|编译|供图|制图)"
    r"|(?:图片|文字|拍摄|漫画)\s*[／/:： ]|文图|文/图|图/文|图文|[文图]\s*[/／:：]"
)
"""A role that stands before a name: 本报见习记者, 通讯员, 文/图."""


def is_han(char: str) -> bool:
    """Return whether a single character is Chinese."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char >= "\U00020000" or char in "〇々"


def is_wide(char: str) -> bool:
    """Return whether a single character is Chinese or a full-width mark."""
    return char in MARKS or is_han(char)


def width(line: str) -> int:
    """Return the printed width of `line` in columns: one per ASCII character, else two.

    >>> width("100余场")
    7
    """
    return len(line.encode("gb18030", "replace"))
