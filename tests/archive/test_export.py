"""An export has every letter of the index, and nobody needs baosou to read it."""

from __future__ import annotations

import io
import json
import shutil
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.archive.archive import Archive
from indexer.archive.corrections import Correction
from indexer.archive.export import Exporter, page_text, write_lines
from indexer.engines.base import Reader
from indexer.engines.memory import MemoryEngine
from indexer.indexing.issue_reader import article_json
from indexer.indexing.pipeline import index
from indexer.model import Article, Document, Passage, TokenisedDocument
from tests.support.command_line import baosou, messages, output
from tests.support.engine_documents import document
from tests.support.examples import examples
from tests.support.library import library

ARTICLES, PAGES = 90, 22


@pytest.fixture(scope="module")
def archive(sample_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample archive, and a paper of which only the metadata may be shown."""
    root = Path(shutil.copytree(sample_archive, tmp_path_factory.mktemp("export") / "archive"))
    page = root / "miwen" / "2024-03-01" / "01.txt"
    page.parent.mkdir(parents=True)
    page.write_text("渡口开通夜航\n\n本报讯 昨日，沙洲渡口开通夜航，摆渡的老人试航后十分满意。\n", encoding="utf-8")
    (root / "miwen" / "paper.toml").write_text('rights = "metadata"\n', encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def places(archive: Path) -> tuple[object, ...]:
    places = ("--archive", archive, "--index", archive.parent / "index")
    assert baosou("index", *places).returncode == 0
    return places


@pytest.fixture(scope="module")
def reader(archive: Path) -> Reader:
    engine = MemoryEngine()
    index(Archive(archive), engine, jobs=1)
    return engine.reader()


def lines_of(exporter: Exporter) -> list[dict[str, Any]]:
    file = io.BytesIO()
    for page in exporter.pages_of_articles():
        write_lines(page, file)
    return [json.loads(line) for line in file.getvalue().splitlines()]


def test_each_article_is_exported_as_the_index_has_it(archive: Path, reader: Reader) -> None:
    found = {line["id"]: line for line in lines_of(Exporter(Archive(archive), reader, restricted=True))}
    documents = [one for source in reader.fingerprints() for one in reader.documents_of(source)]
    assert len(found) == len(documents) == ARTICLES + 1
    for one in documents:
        if one.paper != "miwen":
            assert json.loads(json.dumps(article_json(one.article))).items() <= found[one.id].items()
        line = found[one.id]
        assert (line["paper"], line["page"], line["source"]) == (one.paper, one.page, one.source)
        assert line["url"] == f"/article/{one.id}"


SPANS = st.tuples(st.tuples(st.integers(0, 2**40), st.integers(0, 2**40)))
PASSAGES = st.lists(st.builds(Passage, text=st.text(), spans=SPANS, flags=st.just(("seam",))), max_size=3).map(tuple)
RANDOM_ARTICLES = st.builds(Article, paragraphs=PASSAGES, captions=PASSAGES, quality=st.none(), lookalikes=st.just(()))


@examples(30, 100)
@given(random_articles=st.lists(RANDOM_ARTICLES, min_size=1, max_size=4, unique_by=lambda one: one.id))
def test_whatever_letters_an_article_has_they_are_read_back(
    random_articles: list[Article], tmp_path_factory: pytest.TempPathFactory
) -> None:
    engine = MemoryEngine()
    writer = engine.writer()
    for at, article in enumerate(random_articles):
        document = Document(article, "jia", "甲报", "1", 0, f"jia/{at}.txt")
        writer.replace(document.source, [TokenisedDocument(document, (), (), ())], "f")
    writer.commit()
    lines = {line["id"]: line for line in lines_of(Exporter(Archive(EMPTY), engine.reader()))}
    assert lines.keys() == {article.id for article in random_articles}
    for article in random_articles:
        line = lines[article.id]
        for name in ("kicker", "headline", "subtitle", "section", "end_code"):
            assert line[name] == getattr(article, name)
        assert [(one["name"], one["role"]) for one in line["byline"]] == [
            (one.name, one.role) for one in article.byline
        ]
        for name in ("paragraphs", "captions"):
            passages = getattr(article, name)
            assert [one["text"] for one in line[name]] == [passage.text for passage in passages]
            assert [one["spans"] for one in line[name]] == [[list(span) for span in one.spans] for one in passages]


EMPTY = Path(__file__).parent


def test_the_texts_have_every_passage(archive: Path, reader: Reader) -> None:
    exporter = Exporter(Archive(archive), reader)
    for page in exporter.pages_of_articles():
        text = page_text(page)
        for one in page:
            passages = (*one.document.article.paragraphs, *one.document.article.captions)
            assert all((passage.text in text) == one.has_text for passage in passages)
            assert one.document.article.headline in text
            assert one.document.id in text


def test_the_text_of_a_paper_with_metadata_alone_is_left_out_unless_asked_for(archive: Path, reader: Reader) -> None:
    [line] = [one for one in lines_of(Exporter(Archive(archive), reader)) if one["paper"] == "miwen"]
    assert (line["rights"], line["has_text"], line["headline"]) == ("metadata", False, "渡口开通夜航")
    assert "试航" not in json.dumps(line, ensure_ascii=False)
    exporter = Exporter(Archive(archive), reader, restricted=True)
    [line] = [one for one in lines_of(exporter) if one["paper"] == "miwen"]
    assert line["has_text"]
    assert line["paragraphs"][0]["text"].endswith("摆渡的老人试航后十分满意。")


def test_withdrawn_articles_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    lib = library(tmp_path)
    lib.record(lib.id("早稻开镰"), Correction(action="withdraw", public_reason="应当事人要求"))
    reader = lib.engine.reader()
    shown = [line["headline"] for line in lines_of(Exporter(lib.archive, reader))]
    every = lines_of(Exporter(lib.archive, reader, withdrawn=True))
    assert shown == ["三座老桥修好了", "渡口添新船"]
    assert [(one["headline"], one.get("withdrawn")) for one in every] == [
        ("三座老桥修好了", None),
        ("渡口添新船", None),
        ("早稻开镰", {"public_reason": "应当事人要求"}),
    ]
    assert "收割机来回奔忙" in every[2]["paragraphs"][0]["text"]


def test_a_withheld_passage_is_in_no_export(tmp_path: Path) -> None:
    lib = library(tmp_path)
    lib.record(lib.id("早稻开镰"), Correction(action="withhold", before="刘满仓"))
    every = lines_of(Exporter(lib.archive, lib.engine.reader(), withdrawn=True))
    assert "刘满仓" not in json.dumps(every, ensure_ascii=False)
    assert "〔…〕" in json.dumps(every, ensure_ascii=False)


def test_a_folder_is_written_whole(places: tuple[object, ...], tmp_path: Path) -> None:
    done = baosou("export", "--to", tmp_path / "out", *places, "--json")
    assert done.returncode == 0, messages(done)
    assert json.loads(output(done)) == {"articles": ARTICLES + 1, "pages": PAGES + 1, "without_text": 1, "withdrawn": 0}
    assert len((tmp_path / "out" / "articles.jsonl").read_bytes().splitlines()) == ARTICLES + 1
    assert len(list((tmp_path / "out" / "text").rglob("*.txt"))) == PAGES + 1
    again = baosou("export", "--to", tmp_path / "out", *places)
    assert again.returncode == 2
    assert "give an empty folder" in messages(again)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_full_disk_is_a_sentence_and_leaves_nothing(places: tuple[object, ...], tmp_path: Path) -> None:
    done = baosou("export", "--to", tmp_path / "out", *places, prefix=("prlimit", "--fsize=9000"))
    assert done.returncode == 3
    assert "can't be written" in messages(done)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "articles"),
    [
        (("--query", "工会"), 13),
        (("--query", "工会 OR 夜航"), 14),
        (("yunbei/2019-03-08",), None),
        (("--query", "此词无处可寻"), 0),
    ],
)
def test_a_part_goes_to_stdout(options: tuple[str, ...], articles: int | None, places: tuple[object, ...]) -> None:
    done = baosou("export", *options, "--to", "-", *places)
    assert done.returncode == 0, messages(done)
    lines = [json.loads(line) for line in output(done).splitlines()]
    if articles is None:
        assert {line["date"] for line in lines} == {"2019-03-08"}
    else:
        assert len(lines) == articles


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--to", "-", "--json"), "leave out --json"),
        (("/etc", "--to", "-"), "lies outside the archive"),
        (("yunbei/1999-01-01", "--to", "-"), "The index has no page under yunbei/1999-01-01"),
        (("yunbei/paper.toml", "--to", "-"), "The index has no page under"),
    ],
)
def test_what_makes_no_sense_is_refused(options: tuple[str, ...], sentence: str, places: tuple[object, ...]) -> None:
    done = baosou("export", *options, *places)
    assert done.returncode == 2
    assert sentence in messages(done)


def test_memory_does_not_grow_with_the_number_of_articles() -> None:
    peaks = []
    for number in (100, 1000):
        engine = MemoryEngine()
        writer = engine.writer()
        for at in range(number):
            article = document(f"jia-{at}", f"第{at}题", units=(("paragraph", "字" * 2000),)).document.article
            one = Document(article, "jia", "甲报", "1", 0, f"jia/{at}.txt")
            writer.replace(one.source, [TokenisedDocument(one, (), (), ())], "f")
        writer.commit()
        exporter = Exporter(Archive(EMPTY), engine.reader())
        tracemalloc.start()
        for page in exporter.pages_of_articles():
            write_lines(page, io.BytesIO())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 500_000  # of 1.8 million letters more
