"""Whatever comes in from outside gives a result or a sentence, within two seconds of processor.

Inputs are made of samples by cutting, repeating, mixing and flipping, from a seed, so a failure can be repeated.
"""

from __future__ import annotations

import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import pytest

from indexer.archive.archive import Archive
from indexer.archive.paper import parse_paper
from indexer.cleaning import clean
from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import BaosouError
from indexer.indexing import pipeline
from indexer.model import Filters
from indexer.readers import READERS
from indexer.search.query_parser import parse, render
from indexer.search.search import search
from tests.conftest import PROJECT
from tests.crashes.stages import write_pages
from webui.app import create_app
from webui.settings import Settings

MOST_SECONDS = 2.0
LONG = {"query": 250_000, "paper.toml": 670_000, "URL": 20_000, "reader": 25_000, "cleaner": 25_000, "index": 10_000}
SHORT = 1_000
"""The long version tries this many times as many inputs as the short one, all together a million."""

_PIECES = [
    *"\"“”*~()-:：！!#%&=?/\\|<>[]{}'`,.，。、；;^$@+_",
    *(
        "\n",
        "\r\n",
        "\t",
        " ",
        "\u3000",
        "\0",
        "\ufeff",
        "\u200b",
        "\u202e",
        "\ue5d2",
        "\ufffd",
        "\U00020000",
        "e\u0301",
    ),
    *(
        " OR ",
        " AND ",
        " NOT ",
        "~99999999999",
        "headline:",
        "作者:",
        "<b>",
        "</p>",
        "<!--",
        "&#x4e00;",
        "&amp",
        "]]>",
        "%00",
    ),
    *("渡口", "一", "第01版", "2024年3月5日", "（上接第1版）", "本报讯", "记者", "责任编辑", "٣", "½", "①", "ﬁ", "龘"),
    *(
        '"""',
        "[[a]]",
        "= 1e999",
        "= 0x",
        "= 2024-99-99",
        "true",
        "'''",
        "\\u0000",
        "../",
        "//",
        "%E4%B8",
        "&page=-1",
        "&size=1e9",
    ),
]
_BYTES = [piece.encode("utf-8", "surrogatepass") for piece in _PIECES] + [
    b"\xff\xfe",
    b"\x80",
    b"\xd6\xd0",
    b"\x00\x00",
]


def mutated(samples: list[bytes], chance: random.Random) -> bytes:
    """Return a sample that was changed at one to six places."""
    given = chance.choice(samples)
    for _ in range(chance.randint(1, 6)):
        first, last = sorted((chance.randint(0, len(given)), chance.randint(0, len(given))))
        match chance.randrange(7):
            case 0:
                given = given[:first] + given[last:]
            case 1:
                given = given[:last] + given[first:last][:200] * chance.choice((1, 2, 20)) + given[last:]
            case 2 | 3:
                given = given[:first] + chance.choice(_BYTES) * chance.choice((1, 1, 1, 2, 50)) + given[first:]
            case 4:
                other = chance.choice(samples)
                given = given[:first] + other[chance.randint(0, len(other)) :]
            case 5 if given:
                at = chance.randrange(len(given))
                given = given[:at] + bytes([chance.randrange(256)]) + given[at + 1 :]
            case _:
                given = given[last:] + given[first:last] + given[:first]
    return given[:20_000]


@dataclass(frozen=True)
class Kind:
    """Where inputs come in: samples of them, and what takes one."""

    samples: list[bytes]
    take: Callable[[bytes], object]


_QUERIES = [
    '"安全生产" 工会',
    "工会 OR 妇联 -招聘",
    "headline:表彰 byline:王",
    "张*",
    '"招商 签约"~10',
    "(a OR b) NOT c",
    "二〇二四年 8.5% E卡",
]
_PAPER = """title = "沙洲报"
locality = "河南省/沙洲市"
[sections]
"要闻" = "1"
[rhythm]
days = ["mon", "fri"]
"""


def _query(given: bytes) -> None:
    line = render(parse(given.decode("utf-8", "replace")))
    assert render(parse(line)) == line


def _reader(given: bytes) -> None:
    for suffix, read in READERS.items():
        if len(given) % len(READERS) == list(READERS).index(suffix):
            read(given, f"a/2024-03-05/01{suffix}")


def _samples_of(*suffixes: str) -> list[bytes]:
    paths = [path for path in sorted((PROJECT / "archive").rglob("*")) if path.suffix in suffixes]
    return [path.read_bytes()[begin : begin + 400] for path in paths for begin in range(0, 2000, 400)]


def _site(folder: Path) -> Kind:
    archive = Archive(folder / "archive")
    engine = WhooshEngine(folder / "index", IndexIdentity("", "rules"))
    site = create_app(Settings(archive=archive.root, index=""), engine).test_client()
    reader = engine.reader()
    ids = [document.id for document in reader.issue("shazhou", reader.issues("shazhou")[0].date)]
    paths = [
        "/",
        "/papers",
        "/paper/shazhou",
        "/paper/shazhou/2024-03-01",
        "/paper/shazhou/2024-03-01/01",
        f"/article/{ids[0]}",
    ]
    paths += [f"/search?q={quote(line)}&paper=shazhou&from=2024&sort=newest&page=2" for line in _QUERIES]
    paths += [
        "/api/search?q=a&size=20&kind=x",
        "/suggest?q=%E6%B8%A1",
        "/feed.xml?q=a",
        "/healthz",
        "/static/style.css",
        "/raw/a",
    ]

    def ask(given: bytes) -> None:
        target = "/" + given.decode("latin-1").lstrip("/")
        path, _, query = target.partition("?")
        decoded = unquote_to_bytes(path).decode("latin-1")
        environ = {"PATH_INFO": decoded, "QUERY_STRING": query, "REQUEST_URI": target}
        response = site.get("/", environ_overrides=environ)
        response.close()
        assert response.status_code != 500

    return Kind([path.encode() for path in paths], ask)


def _index(folder: Path) -> Kind:
    index, copy = folder / "index", folder / "copy"
    files = {path.name: path.read_bytes() for path in index.iterdir()}

    def look(given: bytes) -> None:
        chance = random.Random(given)
        name = chance.choice([name for name in files if files[name]])
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for each, content in files.items():
            (copy / each).write_bytes(content)
        at = chance.randrange(len(files[name]))
        changed = mutated([files[name][at : at + 200]], chance)
        (copy / name).write_bytes(files[name][:at] + changed + files[name][at + len(changed) * chance.randrange(2) :])
        engine = WhooshEngine(copy, IndexIdentity("", "rules"))
        with suppress(BaosouError):
            search(engine.reader(), "渡口 OR 早稻*", filters=Filters(), sort="relevance", page=1, size=10)
        with suppress(BaosouError):
            engine.verify()
        list(engine.former_articles())

    return Kind([b"a", b"bc"], look)


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Kind]:
    folder = tmp_path_factory.mktemp("fuzz")
    write_pages(folder / "archive")
    engine = WhooshEngine(folder / "index", IndexIdentity("", "rules"))
    pipeline.index(Archive(folder / "archive"), engine, jobs=1)
    return {
        "query": Kind([line.encode() for line in _QUERIES], _query),
        "paper.toml": Kind([_PAPER.encode()], lambda given: parse_paper(given, "a", "a/paper.toml")),
        "URL": _site(folder),
        "reader": Kind(_samples_of(".txt", ".html", ".md"), _reader),
        "cleaner": Kind(_samples_of(".txt"), lambda given: clean(given.decode("utf-8", "replace"))),
        "index": _index(folder),
    }


def check(kind: Kind, inputs: Iterator[bytes]) -> float:
    """Let a kind take inputs. Return the most seconds of processor that one took."""
    slowest = 0.0
    for given in inputs:
        started = time.thread_time()
        try:
            with suppress(BaosouError):
                kind.take(given)
        except Exception as error:
            raise AssertionError(f"{type(error).__name__} by {given!r}") from error
        taken = time.thread_time() - started
        assert taken <= MOST_SECONDS, given
        slowest = max(slowest, taken)
    return slowest


def inputs(kind: Kind, seed: str, count: int) -> Iterator[bytes]:
    chance = random.Random(seed)
    return (mutated(kind.samples, chance) for _ in range(count))


@pytest.mark.parametrize("name", LONG)
def test_some_inputs(kinds: dict[str, Kind], name: str) -> None:
    check(kinds[name], inputs(kinds[name], "short", LONG[name] // SHORT))


@pytest.mark.long
@pytest.mark.parametrize("name", LONG)
def test_a_million_inputs(kinds: dict[str, Kind], name: str) -> None:
    slowest = check(kinds[name], inputs(kinds[name], "long", LONG[name]))
    sys.stdout.write(f"{LONG[name]} inputs of kind {name}, the slowest {slowest:.2f} s\n")
