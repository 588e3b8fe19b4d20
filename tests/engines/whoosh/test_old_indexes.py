"""Tests of indexes that earlier releases made: refused before anything is unpickled, and readable for redirects.

`tests/data/index-ef1a8a5` is the sample archive, indexed by commit ef1a8a5 (`baosou index --archive archive`), without
its lock file.
"""

from __future__ import annotations

import json
import pickle
import shutil
import struct
import zlib
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

import msgspec
import pytest
from whoosh.filedb import structfile
from zstandard import ZstdCompressor

from indexer.archive.archive import Archive
from indexer.engines.base import IndexIdentity
from indexer.engines.memory import MemoryEngine
from indexer.engines.whoosh.adapter import commits
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.old_indexes import old_articles
from indexer.errors import IndexStale
from indexer.indexing.pipeline import index
from indexer.model import Document, FormerArticle
from indexer.text.folding import fold
from tests.conftest import PROJECT

DATA = PROJECT / "tests" / "data"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The index of the sample archive as release 0.1.0 made it."""
    return Path(shutil.copytree(DATA / "index-ef1a8a5", tmp_path / "old index"))


@pytest.fixture
def articles(old: Path) -> list[FormerArticle]:
    return list(old_articles(old))


# --- refused


@pytest.fixture
def unpickled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls that unpickle something, those by the name that Whoosh has for it included."""
    calls: list[str] = []

    def recorded(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            calls.append(name)
            return function(*given, **named)

        return call

    for owner, names in (
        (pickle, ("load", "loads", "Unpickler")),
        (structfile, ("load_pickle",)),
        (commits, ("segments_in",)),
    ):
        for name in names:
            monkeypatch.setattr(owner, name, recorded(name, getattr(owner, name)))
    return calls


def test_an_index_of_today_is_unpickled_when_it_is_opened(tmp_path: Path, unpickled: list[str]) -> None:
    """So the next test would notice if an old one were."""
    engine = WhooshEngine(tmp_path, IndexIdentity("archive", "rules"))
    engine.writer().commit()
    engine.reader()
    assert unpickled


@pytest.mark.parametrize("attempt", [WhooshEngine.reader, WhooshEngine.writer])
def test_an_old_index_is_refused_before_it_is_unpickled_with_the_command_that_rebuilds_it(
    old: Path, attempt: Callable[[WhooshEngine], object], unpickled: list[str]
) -> None:
    rules = json.loads((old / "manifest-0.json").read_bytes())["rules"]
    with pytest.raises(IndexStale) as refusal:
        attempt(WhooshEngine(old, IndexIdentity("", rules)))
    assert f"baosou index --full --index '{old}'" in str(refusal.value)
    assert not unpickled


def test_a_rebuild_replaces_an_old_index(old: Path) -> None:
    engine = WhooshEngine(old, IndexIdentity("archive", "rules"))
    engine.writer(fresh=True).commit()
    assert sorted(path.suffix for path in old.iterdir()) == ["", ".json", ".toc"]


# --- read for redirects


@pytest.fixture(scope="module")
def fresh(sample_archive: Path) -> list[Document]:
    """The sample archive as it is read today."""
    engine = MemoryEngine()
    index(Archive(sample_archive), engine, jobs=1)
    reader = engine.reader()
    return [document for source in reader.fingerprints() for document in reader.documents_of(source)]


def test_an_old_index_still_gives_its_ids_sources_and_texts(
    articles: list[FormerArticle], fresh: list[Document]
) -> None:
    """Both are read from the same pages, which later releases may clean otherwise in a few places."""
    assert len(articles) == 72
    assert {(one.id, one.source) for one in articles} <= {(one.id, one.source) for one in fresh}
    today = {one.id: folded(FormerArticle.of(one)) for one in fresh}
    for one in articles:
        assert SequenceMatcher(None, "".join(folded(one)), "".join(today[one.id]), autojunk=False).ratio() > 0.95


def folded(article: FormerArticle) -> tuple[str, ...]:
    return tuple(map(fold, article.texts))


def test_the_headlines_of_an_old_index_are_those_set_down_by_hand(articles: list[FormerArticle]) -> None:
    gold = json.loads((DATA / "sample_articles.json").read_text(encoding="utf-8"))
    wanted = {
        (f"yunbei/{page}", fold(article["headline"]))
        for page, its in gold.items()
        for article in its
        if article.get("headline")
    }
    found = {(one.source, fold(one.texts[0])) for one in articles}
    assert len(wanted & found) >= 0.95 * len(wanted)


BRIEF = ["id", "新闻", "", "题 目", "", [], "", [], None, [], []]


@pytest.mark.parametrize("source", ["jia/1.txt", "jia/\udcff.txt"], ids=["MessagePack", "JSON"])
@pytest.mark.parametrize(
    ("paragraphs", "captions", "lengths", "texts"),
    [
        (["甲 文", "乙文"], ["圖"], [], ("题 目", "甲 文", "乙文", "圖")),
        (["甲\n文", ""], ["圖"], [3, 0, 1], ("题 目", "甲\n文", "", "圖")),
        ([], [], [], ("题 目",)),
        ([""], [], [], ("题 目", "")),
    ],
)
def test_each_form_of_a_stored_document_is_read(
    source: str, paragraphs: list[str], captions: list[str], lengths: list[int], texts: tuple[str, ...], tmp_path: Path
) -> None:
    text = "\n".join([*paragraphs, *captions])
    lines = f"{text}\n\n题 目\n"
    article = [*BRIEF, [len(text), len(lines)], lines.encode("utf-16-le")]
    marks = [[[], [], ""]]
    others = msgspec.msgpack.encode([0, "f", "", None, [], [], marks * len(paragraphs), marks * len(captions), lengths])
    stored = [[article, "jia", "甲报", "1", source], others]
    is_text = source.isprintable()
    packed = msgspec.msgpack.encode(stored) if is_text else json.dumps(msgspec.to_builtins(stored)).encode()
    write_segment(tmp_path, ZstdCompressor().compress(packed))
    assert list(old_articles(tmp_path)) == [FormerArticle("id", source, texts)]


def write_segment(folder: Path, stored: bytes) -> None:
    """Write an index of one document, as far as it is read, in the format of release 0.1.0."""
    content, sections = b"baosou flat segment 4\n".ljust(64, b"\0"), {}
    for name, dtype, values in (
        ("stored.bytes", "|u1", stored),
        ("stored.dictionary", "|u1", b""),
        ("stored.offsets", "<u2", struct.pack("<2H", 0, len(stored))),
    ):
        sections[name] = [dtype, len(content), len(values) // int(dtype[-1]), zlib.crc32(values)]
        content += values
    table = json.dumps({"facts": {}, "sections": sections}).encode()
    content += table + struct.pack("<QI4s", len(table), zlib.crc32(table), b"BSEG")
    (folder / "MAIN_x.seg").write_bytes(content)
    (folder / "manifest-3.json").write_text(json.dumps({"files": {"MAIN_x.seg": len(content)}}), encoding="utf-8")


@pytest.mark.parametrize(
    ("position", "says"),
    [(0, "not a segment file of a known format"), (-1, "is damaged"), (-40, "is damaged"), (-9, "is damaged")],
)
def test_a_file_of_another_format_and_a_damaged_one_are_refused(old: Path, position: int, says: str) -> None:
    (path,) = old.glob("*.seg")
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match=says):
        list(old_articles(old))


def test_a_folder_without_an_index_of_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no index of baosou"):
        list(old_articles(tmp_path))
