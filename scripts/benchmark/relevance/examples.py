"""Examples: lines and what baosou finds first for them in the sample archive."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from benchmark.relevance.ours import indexed
from indexer.model import Answer
from indexer.search.search import search

LINES: Mapping[str, str] = {
    "青渡大桥主桥什么时候合龙": "跨越云水河第五桥 青渡大桥主桥昨日合龙",
    "云陂市表彰了多少见义勇为的人": "我市表彰15名见义勇为先进个人",
    "市图书馆晚上开到几点": "市图书馆延长开放时间",
    "快递小哥 暖冬包 手套": "市总工会给快递小哥送“暖冬包”",
    "屋顶光伏 农户": "屋顶“晒”出幸福来",
    "总工会 春风行动 岗位": "梅浦县总工会把312个岗位送到家门口",
}
"""Line → headline of the article that was meant."""


class Example(NamedTuple):
    """What is found for a line: the number of full matches, the first headline and the words that its article lacks."""

    line: str
    total: int
    headline: str
    missing: tuple[str, ...]


def examples(archive: Path) -> list[Example]:
    """Answer the lines from an index of the sample archive. Raises SystemExit when a page can't be used."""
    with indexed(archive) as reader:
        answers = [search(reader, line) for line in LINES]
    return [_example(answer) for answer in answers]


def _example(answer: Answer) -> Example:
    if answer.hits:
        return Example(answer.line, answer.total, answer.hits[0].document.article.headline, ())
    if answer.partial:
        nearest = answer.partial[0]
        return Example(answer.line, 0, nearest.document.article.headline, nearest.missing)
    return Example(answer.line, 0, "", ())
