"""A small archive of two invented papers for the tests of the site.

It is written to disk and to an engine.
"""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from indexer.engines.base import Engine
from indexer.engines.memory import MemoryEngine
from indexer.model import Article, Contributor, Document, Kind, Passage
from indexer.text.tokenizer import tokenise
from webui import Settings, create_app
from webui.server import serve

TITLES = {"yunbei": "云北日报", "tonghe": "通河晚报"}
QINGSHAN = "江南省/云北市/青山区"
SPRING = date(2019, 3, 8)
MAY = date(2020, 5, 1)


@dataclass(frozen=True)
class Sample:
    """An article for tests. `raw` replaces its paragraphs in the page file."""

    id: str
    headline: str
    paragraphs: tuple[str, ...]
    paper: str = "yunbei"
    date: date | None = SPRING
    page: str = "01"
    section: str = "要闻"
    kind: Kind = "新闻"
    localities: tuple[str, ...] = ()
    byline: tuple[tuple[str, str], ...] = ()
    kicker: str = ""
    captions: tuple[str, ...] = ()
    seam_before: int | None = None
    raw: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    lookalikes: tuple[tuple[str, str], ...] = ()


SAMPLES = (
    Sample(
        "yunbei-20190308-01-aaaaaaaaaa",
        "全市安全生产工作会议召开",
        ("会议强调，安全生产工作重于泰山，各级工会要参与监督。", "青山区总工会作了发言。"),
        byline=(("王晓光", "记者"), ("李青", "通讯员")),
        localities=(QINGSHAN, "江南省/云北市"),
        kicker="警钟长鸣",
        raw=("会议强调,安全生产工 作重于泰山,各级 工会要参与监督。", "青青山山区区总总工工会会作了发言。"),
    ),
    Sample(
        "yunbei-20190308-01-bbbbbbbbbb",
        "妇联表彰“最美家庭”",
        ("市妇联表彰了十户家庭。", "另一栏的文字从这里开始。"),
        localities=("江南省/云北市",),
        captions=("图为颁奖现场。",),
        seam_before=1,
    ),
    Sample(
        "yunbei-20190308-02-cccccccccc",
        "招聘会进社区",
        (
            "上午，招聘会在青山区举行，招商与签约同时进行。",
            "求职者从南京市长江大桥赶来，简历人库。",
        ),
        lookalikes=(("人库", "入库"),),
        page="02",
        section="民生",
        localities=(QINGSHAN,),
        pages=("02", "03"),
    ),
    Sample(
        "yunbei-20200501-01-dddddddddd",
        "<b>五一</b> 工会慰问职工",
        ("市工会慰问一线职工。",),
        date=MAY,
        kind="图片",
        byline=(("张三", "摄"),),
    ),
    Sample(
        "yunbei-undated-p003-eeeeeeeeee",
        "旧报一则",
        ("本埠工会旧事。", "市长到场。"),
        date=None,
        page="p003",
        section="",
    ),
    Sample(
        "tonghe-20190308-A01-ffffffffff",
        "=通河晚报社启事",
        ("工会启事一则。",),
        paper="tonghe",
        page="A01",
        kind="公告",
    ),
)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the samples in a separate process, like `baosou serve`.

    Yields the address.
    """
    command = [sys.executable, "-m", "tests.support.web_archive", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def fill(engine: Engine, root: Path) -> None:
    """Write the samples as page files under `root` and add them to the engine."""
    by_page: dict[tuple[str, date | None, str], list[Sample]] = defaultdict(list)
    for sample in SAMPLES:
        by_page[sample.paper, sample.date, sample.page].append(sample)
    writer = engine.writer()
    for (paper, day, page), samples in by_page.items():
        source = f"{paper}/{day}/{page}.txt" if day else f"{paper}/{page}.txt"
        text = "\n".join("\n".join((one.headline, *(one.raw or one.paragraphs), *one.captions)) for one in samples)
        path = root / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        documents = [
            Document(_article(sample, text), paper, TITLES[paper], page, ordinal, source)
            for ordinal, sample in enumerate(samples)
        ]
        writer.replace(source, map(tokenise, documents), "")
    writer.commit()


def _article(sample: Sample, text: str) -> Article:
    def passage(shown: str, printed: str, *flags: str) -> Passage:
        start = text.index(printed)
        return Passage(shown, ((start, start + len(printed)),), flags)

    return Article(
        id=sample.id,
        kind=sample.kind,
        kicker=sample.kicker,
        headline=sample.headline,
        subtitle="",
        byline=tuple(Contributor(name, role) for name, role in sample.byline),
        section=sample.section,
        localities=sample.localities,
        date=sample.date,
        paragraphs=tuple(
            passage(shown, printed, *(["seam"] if place == sample.seam_before else []))
            for place, (shown, printed) in enumerate(
                zip(sample.paragraphs, sample.raw or sample.paragraphs, strict=True)
            )
        ),
        captions=tuple(passage(caption, caption) for caption in sample.captions),
        end_code="",
        pages=sample.pages,
        lookalikes=sample.lookalikes,
    )


def _serve(folder: Path) -> None:
    engine = MemoryEngine()
    fill(engine, folder)
    serve(create_app(Settings(folder, "memory:"), engine), "127.0.0.1", 0, started=lambda url: click.echo(url))


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
