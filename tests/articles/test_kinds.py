"""Tests of the kind of an article."""

from __future__ import annotations

import pytest

from indexer.articles.metadata.kinds import kind_of


@pytest.mark.parametrize(
    ("headline", "section", "kind"),
    [
        ("更正", "综合", "更正"),
        ("讣告", "综合", "讣告"),
        ("供水管道检修停水公告", "民生", "公告"),
        ("遗失声明", "民生", "广告"),
        ("机械厂诚聘英才", "广告", "广告"),
        ("外婆的河", "云水副刊", "副刊"),
        ("把小事当大事来办", "时评", "评论"),
        ("市总工会召开会议", "要闻", "新闻"),
    ],
)
def test_the_headline_and_the_section_tell_the_kind(headline: str, section: str, kind: str) -> None:
    assert kind_of(headline, "", section, (), ("正文。",), "") == kind
