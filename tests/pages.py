"""Pages that are scored: real ones, the sample archive's, and pages interleaved from news."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from indexer import readers
from indexer.articles import identify, join_continued, read_page
from indexer.folding import fold
from indexer.model import PageIdentity, PageReading, Paper, Passage, RawPage
from indexer.paper import parse_paper
from tests.columns import interleave
from tests.scoring import Gold

DATA = Path(__file__).parent / "data"
GENERATED_EVENTS = (0, 1, 3)
_COUNTED = 1000
"""Articles of the corpus that scripts/build_neighbours counted: no page is made of them."""

CLOSED_BY_HAND = [  # each crosses a seam of p002 that a reader can close
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

LOST_BY_HAND = [  # here lines of p002 are lost between the two
    *("达效率抓招商", "龙头引性循环", "已签抓服务", "的政抓调度", "监管和突出高效", "董近年来", "内涝灾加大投入"),
    *("专项检查强化隐患", "安全意至目前"),
]


def gold(name: str) -> Mapping[str, Sequence[Gold]]:
    """Read what a careful reader says of some pages."""
    loaded: Mapping[str, Sequence[Gold]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return loaded


def read_pages(root: Path, pages: Sequence[str]) -> dict[str, PageReading]:
    """Read pages of papers that lie in `root`, or of one paper that is `root`, as the pipeline does."""
    found = {}
    for page in pages:
        path = root / page
        folder = next(parent for parent in path.parents if (parent / "paper.toml").exists())
        settings = (folder / "paper.toml").read_bytes()
        paper, _ = parse_paper(settings, folder.name, f"{folder.name}/paper.toml")
        raw = readers.read(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
        found[page] = read_page(raw, identify(raw, paper), paper)
    return dict(zip(found, join_continued(tuple(found.values())), strict=True))


def passages(raw: str) -> list[Passage]:
    """Read a page that is given as text, and return its paragraphs."""
    page = RawPage("demo/x.txt", "text", raw, "utf-8", "0")
    reading = read_page(page, PageIdentity("demo", None, "x"), Paper("demo"))
    return [passage for article in reading.articles for passage in article.paragraphs]


def bare(text: str) -> str:
    """Fold a text for comparison; quotes, of which the damage loses some, don't count."""
    return fold(text).replace('"', "")


def measure_seams(shared: Path) -> tuple[float, float]:
    """The share of p002's seams that are closed, and of its lost lines that no passage runs across."""
    page = (shared / "pages" / "zhumadian" / "p002.txt").read_text(encoding="utf-8")
    texts = [bare(passage.text) for passage in passages(page)]

    def share(words: list[str]) -> float:
        return sum(any(bare(one) in text for text in texts) for one in words) / len(words)

    return share(CLOSED_BY_HAND), 1 - share(LOST_BY_HAND)


def measure_generated(shared: Path, events: int, pages: int) -> tuple[float, float]:
    """The share of torn joints closed, and of sound joints broken, on interleaved pages. With no event all is sound."""
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


def _unseen_news(shared: Path) -> list[dict[str, list[str]]]:
    """Articles of a page column's length, in whole paragraphs."""
    with gzip.open(shared / "corpus" / "news-dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        news = [json.loads(line) for line in lines][_COUNTED:]
    lengths = [[len(paragraph) for paragraph in one["paragraphs"]] for one in news]
    return [one for one, length in zip(news, lengths, strict=True) if 250 < sum(length) < 1200 and min(length) > 30]
