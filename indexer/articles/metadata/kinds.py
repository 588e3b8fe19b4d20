"""Classify articles by their own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.model import Contributor, Kind

_BY_HEADLINE: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("更正", re.compile(r"^(?:更正|勘误|致歉|更正启事|更正与说明|更正声明)|(?:更正|勘误)$")),
    ("讣告", re.compile(r"讣告|讣闻|讣$|同志逝世$|先生逝世$")),
    ("广告", re.compile(r"^广告|广告$|遗失声明|声明作废|招租|转让启事|诚聘|(?:优惠|促销|特卖|让利|钜惠|开业)$")),
    (
        "公告",
        re.compile(
            r"(?:公告|公示|通告|启事|通知书?|声明|布告|招标|拍卖会?|征稿|来稿须知)(?:[（(].{1,12}[)）])?$|^(?:公告|公示|通告|启事)"
        ),
    ),
    ("评论", re.compile(r"^(?:社论|时评|短评|快评|编者按|评论员文章)|[时短快锐]评$|漫谈$")),
)
_COMMENT_SECTION = re.compile(r"评论|时评|观点|言论|杂谈|论坛")
_LITERARY_SECTION = re.compile(r"副刊|文艺|文苑|文学|文化周刊|诗|散文|随笔|小说|人文")
_COMMENTATOR = re.compile(r"评论员|撰稿")
_REPORTER = re.compile(r"记者|通讯员|诵讯员")
_TAKEN = {"摄", "摄影", "摄影报道", "图片报道"}
_LONGEST_PHOTO_TEXT = 400


def kind_of(
    headline: str, kicker: str, section: str, byline: Sequence[Contributor], texts: Sequence[str], credit: str
) -> Kind:
    """Return the kind of an article. `credit` is the raw text of the byline on its own line.

    >>> kind_of("遗失声明", "", "", (), ("某人遗失身份证，声明作废。",), "")
    '广告'
    >>> kind_of("小手工", "", "", (Contributor("吴勇峰", "摄"),), ("近日，工人在缝边。",), "本报记者 吴勇峰 摄")
    '图片'
    """
    if told := by_headline(headline) or by_headline(kicker):
        return told
    if _is_photo_news(byline, texts, credit):
        return "图片"
    if any(_COMMENTATOR.search(one.role) for one in byline):
        return "评论"
    if _COMMENT_SECTION.search(section) and not any(_REPORTER.search(one.role) for one in byline):
        return "评论"
    return "副刊" if _LITERARY_SECTION.search(section) else "新闻"


def by_headline(text: str) -> Kind | None:
    """Return the kind that a headline names, or None.

    >>> by_headline("遗失声明"), by_headline("市总工会召开会议")
    ('广告', None)
    """
    return next((kind for kind, pattern in _BY_HEADLINE if pattern.search(text)), None)


def _is_photo_news(byline: Sequence[Contributor], texts: Sequence[str], credit: str) -> bool:
    """Return whether an article is a picture with a few sentences: it names a photographer and lacks a dateline."""
    taken = any(one.role in _TAKEN for one in byline) or bool(re.search(r"摄影报道|图片报道|摄\s*$", credit))
    if not taken or sum(map(len, texts)) > _LONGEST_PHOTO_TEXT:
        return False
    return not any(text.startswith("本报讯") for text in texts)
