"""Pages for scoring: real ones, the sample archive, and clean or interleaved news."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer import readers
from indexer.archive.paper import parse_paper
from indexer.articles.metadata.page_identity import identify
from indexer.articles.page_reader import read_page
from indexer.articles.segmentation.jump_lines import join_continued
from indexer.model import PageIdentity, PageReading, Paper, Passage, RawPage
from indexer.text.folding import fold
from tests.support.columns import interleave
from tests.support.scoring import Gold

DATA = Path(__file__).parents[1] / "data"
GENERATED_EVENTS = (0, 1, 3)
_COUNTED = 1000
"""The number of articles counted by scripts/build_neighbours; not used for pages."""

CLOSED_BY_HAND = [  # each spans a seam of p002 that a reader can close
    *(
        "建设标准化文明实践中心",
        "空闲地进行彻底整治",
        "村庄绿化，种植绿化树木",
        "连日来，开发区全面落实",
        "坚持聚焦重点区域",
    ),
    *("采砂、取土等违法行为", "严格落实属地管理", "全部落实整改措施", "为提高妇女就业技能", "短缺矛盾，日前"),
    *("联合驻马店市浩祥", "职业技能等级认定中心", "举办了2022年养老护理培训班", "养老护理专业知识"),
    *("主要为养老从业人员", "养老服务工作的人员", "为有效遏制", "安全教育培训", "安全生产风险分级管控"),
]

LOST_BY_HAND = [  # in each of these places, lines of p002 are lost in the middle
    *("达效率抓招商", "龙头引性循环", "已签抓服务", "的政抓调度", "监管和突出高效", "董近年来", "内涝灾加大投入"),
    *("专项检查强化隐患", "安全意至目前"),
]


def gold(name: str) -> Mapping[str, Sequence[Gold]]:
    """Load a gold standard made by a careful reader."""
    loaded: Mapping[str, Sequence[Gold]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return loaded


def read_pages(root: Path, pages: Sequence[str]) -> dict[str, PageReading]:
    """Read pages like the pipeline.

    `root` is an archive or the folder of a paper.
    """
    found = {}
    for page in pages:
        path = root / page
        folder = next(parent for parent in path.parents if (parent / "paper.toml").exists())
        settings = (folder / "paper.toml").read_bytes()
        paper, _ = parse_paper(settings, folder.name, f"{folder.name}/paper.toml")
        [raw] = readers.read(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
        found[page] = read_page(raw, identify(raw, paper), paper)
    return dict(zip(found, join_continued(tuple(found.values())), strict=True))


@dataclass(frozen=True)
class NewsPage:
    """A page of clean news as copied from the web, and its headlines."""

    raw: str
    headlines: tuple[str, ...]


LAYOUTS = {  # before each headline; after it; between paragraphs; between articles
    "blank lines": ("", "\n\n", "\n\n", "\n\n"),
    "wide between articles": ("", "\n\n", "\n\n", "\n\n\n"),
    "paragraphs close": ("", "\n\n", "\n", "\n\n"),
    "headline close": ("", "\n", "\n", "\n\n"),
    "all close": ("", "\n", "\n", "\n"),
    "markdown": ("## ", "\n\n", "\n\n", "\n\n"),
}


def news_pages(shared: Path, layout: str, pages: int, *, longest: int = 10_000) -> list[NewsPage]:
    """Generate pages of random news, formatted like web pages.

    Each has two to eight articles of at most `longest` characters.
    """
    rng = random.Random(3)
    mark, below, between, apart = LAYOUTS[layout]
    news = [one for one in _news(shared) if sum(map(len, one["paragraphs"])) <= longest]
    made = []
    for _ in range(pages):
        chosen = rng.sample(news, rng.randint(2, 8))
        texts = [f"{mark}{one['title']}{below}{between.join(one['paragraphs'])}" for one in chosen]
        made.append(NewsPage(apart.join(texts), tuple(one["title"] for one in chosen)))
    return made


def measure_headlines(shared: Path, layout: str, pages: int) -> float:
    """Return the F1 score of headlines on pages of clean news.

    Marks and spaces are ignored.
    """
    right = total = 0
    for page in news_pages(shared, layout, pages):
        found = {_letters(article.headline) for article in _read(page.raw).articles}
        wanted = {_letters(headline) for headline in page.headlines}
        right, total = right + len(found & wanted), total + len(found) + len(wanted)
    return 2 * right / total


def _letters(text: str) -> str:
    return re.sub(r"\W", "", fold(text))


def _read(raw: str) -> PageReading:
    page = RawPage("demo/x.txt", raw)
    return read_page(page, PageIdentity("demo", None, "x"), Paper("demo", place="河南省/驻马店市"))


def passages(raw: str) -> list[Passage]:
    """Read a page from its text and return its paragraphs."""
    return [passage for article in _read(raw).articles for passage in article.paragraphs]


def bare(text: str) -> str:
    """Fold a text for comparison and remove quotes, some of which the damage loses."""
    return fold(text).replace('"', "")


def measure_seams(shared: Path) -> tuple[float, float]:
    """Measure the seams and the lost lines of p002.

    Returns the share of seams that are closed, and the share of lost lines that no passage spans.
    """
    page = (shared / "pages" / "zhumadian" / "p002.txt").read_text(encoding="utf-8")
    texts = [bare(passage.text) for passage in passages(page)]

    def share(words: list[str]) -> float:
        return sum(any(bare(one) in text for text in texts) for one in words) / len(words)

    return share(CLOSED_BY_HAND), 1 - share(LOST_BY_HAND)


def measure_generated(shared: Path, events: int, pages: int) -> tuple[float, float]:
    """Return the shares of torn joints closed and of sound joints broken.

    They are measured on interleaved pages. Without events, all joints are sound.
    """
    rng = random.Random(7)
    torn = closed = kept = broken = 0
    for article in rng.sample(_unseen_news(shared), pages):
        page = interleave(article["title"], article["paragraphs"], rng, events)
        texts = [bare(passage.text) for passage in passages(page.raw)]
        for joints, is_torn in ((page.torn, True), (page.kept, False)):
            for one, other in joints:
                whole = any(bare(one)[-7:] + bare(other)[:7] in text for text in texts)
                torn, closed = torn + is_torn, closed + (is_torn and whole)
                kept, broken = kept + (not is_torn), broken + (not is_torn and not whole)
    return closed / (torn or 1), broken / kept


def _news(shared: Path) -> list[dict[str, Any]]:
    with gzip.open(shared / "corpus" / "news-dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _unseen_news(shared: Path) -> list[dict[str, Any]]:
    """Return the unseen articles of a page column's length without short paragraphs."""
    news = _news(shared)[_COUNTED:]
    lengths = [[len(paragraph) for paragraph in one["paragraphs"]] for one in news]
    return [one for one, length in zip(news, lengths, strict=True) if 250 < sum(length) < 1200 and min(length) > 30]
