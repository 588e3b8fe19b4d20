"""Measure what each step of indexing costs an article, in processor time of one core and in bytes it leaves."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from benchmark import pages, reading
from benchmark.corpus import ARTICLES_A_PAGE, Story
from benchmark.report import table
from indexer.archive.archive import Archive, Issue
from indexer.engines.opensearch.indexing.spool import packed
from indexer.engines.whoosh.indexing.segment_builder import SegmentBuilder
from indexer.indexing.batches import fingerprint
from indexer.indexing.workers import read_and_tokenise
from indexer.model import TokenisedDocument

ARTICLES = 600
_TIMES = 2


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its name, milliseconds of one core for an article, and bytes that it makes of one (None: not kept)."""

    name: str
    milliseconds: float
    bytes: float | None


def measure(work: Path, found: Sequence[Story]) -> list[Step]:
    """Measure the steps on wrapped pages of five articles. Of several rounds the quickest counts."""
    rounds = [_once(work, found) for _ in range(_TIMES)]
    return [Step(of[0].name, min(one.milliseconds for one in of), of[0].bytes) for of in zip(*rounds, strict=True)]


def table_of(steps: Sequence[Step]) -> str:
    """Return the steps as a Markdown table."""
    rows = [[one.name, f"{one.milliseconds:.3f}", "–" if one.bytes is None else f"{one.bytes:,.0f}"] for one in steps]
    return table(["step", "ms of a core, an article", "bytes it makes of an article"], rows) + "\n"


def write(steps: Sequence[Step], path: Path) -> None:
    """Keep what was measured."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(steps), indent=1) + b"\n")


def read(path: Path) -> dict[str, Step]:
    """Return the steps by name."""
    return {step.name: step for step in msgspec.json.decode(path.read_bytes(), type=list[Step])}


def _once(work: Path, found: Sequence[Story]) -> list[Step]:
    shutil.rmtree(work, ignore_errors=True)
    pages.write(work, found, ARTICLES, articles_a_page=ARTICLES_A_PAGE)
    issues = Archive(work).survey().issues
    milliseconds, _ = reading.steps_of(work)
    made = [one for issue in issues for page in read_and_tokenise(issue, "").pages.values() for one in page]
    on_disk = sum(file.path.stat().st_size for issue in issues for file in issue.pages)
    cleaned = sum(len(unit.text.encode("utf-8", "replace")) for one in made for unit in one.units)
    words = sum(len(" ".join(one.words).encode("utf-8", "replace")) for one in made)
    of_compare = _compare(issues, len(made))
    spooled = _spool(made)
    return [
        Step("compare", of_compare, on_disk / len(made)),
        Step("decode", milliseconds["decode"], None),
        Step("clean", milliseconds["clean"], None),
        Step("articles", milliseconds["articles"], cleaned / len(made)),
        Step("tokenise", milliseconds["tokenise"], words / len(made)),
        _segment(made),
        spooled,
    ]


def _compare(issues: Sequence[Issue], articles: int) -> float:
    """Hashing all files, by which a run sees what changed."""
    began = time.process_time()
    for issue in issues:
        fingerprint(issue)
    return 1000 * (time.process_time() - began) / articles


def _segment(made: Sequence[TokenisedDocument]) -> Step:
    with TemporaryDirectory() as folder:
        path, builder = Path(folder) / "one.seg", SegmentBuilder()
        began = time.process_time()
        for one in made:
            builder.add(one, "0" * 16)
        builder.write(path)
        spent = time.process_time() - began
        return Step("index (Whoosh)", 1000 * spent / len(made), path.stat().st_size / len(made))


def _spool(made: Sequence[TokenisedDocument]) -> Step:
    began = time.process_time()
    size = sum(len(packed(one, "0" * 16)) for one in made)
    return Step("pack and send (OpenSearch)", 1000 * (time.process_time() - began) / len(made), size / len(made))
