"""Flips bytes of an index and looks at what follows: is it noticed, is an answer wrong, does a traceback come of it?

Each flip is tried on a copy of an index that is large enough to have sections that are not compared with their
checksums when it is opened. It is searched in all ways, shown on the site, verified, and brought up to date.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import quote

from indexer.archive.archive import Archive
from indexer.engines.base import IndexIdentity, Reader
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.segment.container import Layout
from indexer.engines.whoosh.segment.segment import FlatSegment
from indexer.errors import IndexUnavailable
from indexer.indexing import pipeline
from indexer.model import Field, Filters
from indexer.search.search import answer_json, search
from webui.app import create_app
from webui.settings import Settings

ISSUES = 44
ASKED = (
    "渡口",
    '"渡口夜航"',
    "渡",
    "渡口 -夜航",
    "渡*",
    '"渡口 试航"~20',
    "headline:渡口",
    "渡口 OR 早稻",
    "渡口 茶园 石桥",
)
_WORDS = (
    "渡口",
    "夜航",
    "早稻",
    "石桥",
    "茶园",
    "集市",
    "水库",
    "学堂",
    "灯会",
    "老人",
    "试航",
    "收割",
    "修缮",
    "开张",
)
_LETTERS = [chr(number) for number in range(0x4E00, 0x4E00 + 900)]


def write_archive(root: Path, changed: range = range(0)) -> None:
    """Write an archive of invented pages; the issues `changed` have other headlines."""
    for number in range(ISSUES):
        chance = random.Random(number)
        day = date(2024, 1, 1) + timedelta(number)
        path = root / "shazhou" / day.isoformat() / "01.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        verb = "再度开通" if number in changed else "开通"
        articles = [f"{day.year}年{day.month}月{day.day}日 第01版"]
        for article in range(8):
            articles.append(f"第{number}期{chance.choice(_WORDS)}{verb}{article}")
            body = "".join(
                chance.choice(_WORDS) if chance.random() < 0.3 else chance.choice(_LETTERS) for _ in range(700)
            )
            articles.append(f"本报讯（记者 周小舟） {body[:400]}。渡口夜航的老人试航，{body[400:]}。")
        path.write_text("\n\n".join(articles), encoding="utf-8")


@dataclass(frozen=True)
class Scene:
    """The index of an archive, and the right answers before and after it is brought up to date with two others.

    One has changed pages, so that segments are merged; in the other an issue is gone, so that none are.
    """

    index: Path
    archives: tuple[Path, Path]
    before: str
    after: tuple[str, str]
    pages: tuple[str, ...]
    """Addresses of the site."""


def engine(folder: Path) -> WhooshEngine:
    return WhooshEngine(folder, IndexIdentity("", "rules"))


def make_scene(folder: Path) -> Scene:
    """Make an index with some documents deleted, and archives to bring it up to date with."""
    index, full, changed, smaller = (folder / name for name in ("index", "full", "changed", "smaller"))
    write_archive(full)
    update(full, index)
    for archive in (full, changed, smaller):
        write_archive(archive)
        shutil.rmtree(archive / "shazhou" / "2024-02-02")
    update(full, index)
    write_archive(changed, range(2))
    shutil.rmtree(smaller / "shazhou" / "2024-02-03")
    before, after = answers(engine(index).reader()), []
    for number, archive in enumerate((changed, smaller)):
        shutil.copytree(index, folder / f"updated-{number}")
        update(archive, folder / f"updated-{number}")
        after.append(answers(engine(folder / f"updated-{number}").reader()))
    assert len({before, *after}) == 3
    ids = [document.id for document in engine(index).reader().issue("shazhou", date(2024, 1, 9))]
    pages = (
        "/",
        f"/search?q={quote('渡口')}",
        "/paper/shazhou",
        "/paper/shazhou/2024-01-09",
        f"/article/{ids[0]}",
        "/healthz",
    )
    return Scene(index, (changed, smaller), before, (after[0], after[1]), pages)


def update(archive: Path, folder: Path) -> None:
    pipeline.index(Archive(archive), engine(folder), jobs=1)


def answers(reader: Reader) -> str:
    """What an index says, asked in all ways."""
    said: list[Any] = []
    for line in ASKED:
        for sort in ("relevance", "newest"):
            answer = answer_json(search(reader, line, filters=Filters(), sort=sort, page=1, size=10))  # type: ignore[arg-type]
            said.append(answer)
    filtered = Filters(kind=("新闻",), paper=("shazhou",))
    said.append(answer_json(search(reader, "渡口", filters=filtered, sort="oldest", page=2, size=5)))
    papers = reader.papers()
    issues = reader.issues(papers[0].paper)
    said += [papers, issues, reader.issue(papers[0].paper, issues[7].date), sorted(reader.fingerprints().items())]
    said += [reader.get(one["document"]["id"] if "document" in one else one["id"]) for one in said[0]["hits"][:3]]
    said += [reader.near_terms("渡囗", 5), reader.terms_with_prefix("渡", 5), reader.letters_between("渡", "夜", 5)]
    field: Field = "headline"
    said += [reader.holding(["渡口夜航", "茶园石桥"]), reader.beginning(field, "第", 5)]
    return repr([{k: v for k, v in one.items() if k != "took_ms"} if isinstance(one, dict) else one for one in said])


@dataclass(frozen=True)
class Flip:
    """A byte of a file of an index, and the bits that change in it."""

    file: str
    place: int
    bits: int

    def on(self, folder: Path) -> None:
        with (folder / self.file).open("r+b") as file:
            file.seek(self.place)
            byte = file.read(1)[0]
            file.seek(self.place)
            file.write(bytes([byte ^ self.bits]))


def flips(index: Path, seed: int, count: int) -> Iterator[Flip]:
    """Yield flips: spread over all files, spread over all sections, and aimed at what is asked, a third each."""
    chance = random.Random(seed)
    files = sorted(path for path in index.iterdir() if path.stat().st_size)
    segments = [path for path in files if path.suffix == ".seg"]
    kinds: list[Callable[[], tuple[Path, int]]] = [
        lambda: _anywhere(files, chance),
        lambda: _in_a_section(segments, chance),
        lambda: _where_asked(segments, chance),
    ]
    for number in range(count):
        path, place = kinds[number % len(kinds)]()
        yield Flip(path.name, place, chance.choice((1, 0x80, 0xFF, chance.randrange(1, 256))))


def _anywhere(files: list[Path], chance: random.Random) -> tuple[Path, int]:
    path = chance.choice(files) if chance.random() < 0.3 else max(files, key=lambda path: path.stat().st_size)
    return path, chance.randrange(path.stat().st_size)


def _in_a_section(segments: list[Path], chance: random.Random) -> tuple[Path, int]:
    path = chance.choice(segments)
    layout = Layout(path)
    name = chance.choice([name for name in layout if layout.size(name)])
    return path, layout.sections[name][1] + chance.randrange(layout.size(name))


def _where_asked(segments: list[Path], chance: random.Random) -> tuple[Path, int]:
    """A byte of the postings, the bigrams or the documents that the queries need."""
    path = chance.choice(segments)
    layout, segment = Layout(path), FlatSegment(path)
    spans: list[tuple[str, int, int]] = []
    for text in ("渡口", "夜航", "早稻", "茶园", "石桥"):
        word, gram = segment.words.dictionary.find(text.encode()), segment.grams.find(text)
        if word is not None:
            common = layout.array("words.common").searchsorted(word)
            spans.append(("words.starts", word, word + 2))
            if common < len(layout.array("words.common")) and layout.array("words.common")[common] == word:
                for of, starts in (("bitmaps", "starts"), ("packed_tf", "packed_tf_starts")):
                    edges = layout.array(f"words.common_{starts}")[common : common + 2].tolist()
                    spans.append((f"words.common_{of}", edges[0], edges[1]))
            else:
                edges = layout.array("words.starts")[word : word + 2].tolist()
                spans += [("words.doc_ids", edges[0], edges[1]), ("words.packed_tf", edges[0], edges[1])]
        if gram is not None:
            spans.append(("grams.positions", int(segment.grams.starts[gram]), int(segment.grams.starts[gram + 1])))
            spans.append(("grams.starts", gram, gram + 2))
    doc_id = chance.randrange(segment.doc_count)
    edges = layout.array("stored.offsets")[doc_id : doc_id + 2].tolist()
    spans += [
        ("stored.bytes", edges[0], edges[1]),
        ("grams.frequent_bitmaps", 0, layout.sections["grams.frequent_bitmaps"][2]),
    ]
    name, first, last = chance.choice([span for span in spans if span[1] < span[2]])
    _, start, items, _ = layout.sections[name]
    size = layout.size(name) // items
    return path, start + chance.randrange(first * size, last * size)


def outcome(scene: Scene, flip: Flip, folder: Path) -> list[str]:
    """What one flip leads to: words, of which those that begin with "BAD" must not occur."""
    shutil.copytree(scene.index, folder)
    flip.on(folder)
    found = [_told("search", lambda: _compared("search", folder, scene.before))]
    found.append(_told("site", lambda: _shown(scene, folder)))
    found.append(_told("check", lambda: "BAD check: sound" if engine(folder).verify() else ""))
    which = flip.place % 2
    found.append(_told("merge" if which == 0 else "update", lambda: _updated(scene, which, folder)))
    return found


def _shown(scene: Scene, folder: Path) -> str:
    """Ask for a page of each kind: each is there, or says that the index is damaged."""
    site = create_app(Settings(archive=scene.archives[0], index=""), engine(folder)).test_client()
    codes = {site.get(path).status_code for path in scene.pages}
    return f"site: {sorted(codes)}" if codes <= {200, 503} else f"BAD site: {sorted(codes)}"


def _updated(scene: Scene, which: int, folder: Path) -> str:
    update(scene.archives[which], folder)
    found = _compared("update", folder, scene.after[which])
    if found == "update: wrong":
        engine(folder).verify()
        return "BAD update: wrong and sound"
    return found


def _compared(doing: str, folder: Path, right: str) -> str:
    return f"{doing}: right" if answers(engine(folder).reader()) == right else f"{doing}: wrong"


def _told(doing: str, do: Callable[[], str]) -> str:
    try:
        return do()
    except IndexUnavailable as error:
        return f"{doing}: refused" if str(error) else f"BAD {doing}: says nothing"
    except Exception as error:
        return f"BAD {doing}: {type(error).__name__}: {error}"


def try_flips(scene: Scene, chosen: list[Flip], folder: Path) -> Counter[str]:
    """Count what follows from flips. They are tried in another process, which must not be killed by one of them."""
    context = get_context("fork")
    mine, its = context.Pipe()
    process = context.Process(target=_try_all, args=(scene, chosen, folder, its))
    process.start()
    its.close()
    found: Counter[str] = Counter()
    for flip in chosen:
        try:
            words = mine.recv()
        except EOFError:
            process.join()
            words = [f"BAD process ended with {process.exitcode}"]
            found[f"{words[0]}: {flip}"] += 1
            break
        found.update(f"{word}: {flip}" if word.startswith("BAD") else word for word in words)
    process.join()
    return found


def _try_all(scene: Scene, chosen: list[Flip], folder: Path, results: Any) -> None:
    for number, flip in enumerate(chosen):  # a process keeps a file open by its name, which is never used twice
        results.send(outcome(scene, flip, folder / f"{number}"))
        shutil.rmtree(folder / f"{number}")
