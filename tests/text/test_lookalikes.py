"""Tests of look-alikes.

Both words find the article, the text is unchanged, and a person decides about additions.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.engines.memory import MemoryEngine
from indexer.indexing import pipeline
from indexer.search.search import search
from indexer.text import lookalikes
from tests.support.command_line import baosou, output

PAGE = "各级工会走访企业\n\n本报讯（记者 林岚 诵讯员 邱明远）近日，工会走访企业，新增人库二十一家，云坡市履盖面大。\n"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    page = tmp_path / "archive/demo/2024-01-26/01.txt"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE, encoding="utf-8")
    (tmp_path / "archive/lookalikes.tsv").write_text("# ours\n云坡市\t云陂市\t1\t云坡市\n", encoding="utf-8")
    return tmp_path / "archive"


def totals(archive: Path, *queries: str) -> list[int]:
    engine = MemoryEngine()
    pipeline.index(Archive(archive), engine)
    return [search(engine.reader(), query).total for query in queries]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("本报诵讯员摄", [("诵讯员", "通讯员")]),
        ("新增人库21家，履盖全区", [("人库", "入库"), ("履盖", "覆盖")]),
        ("审计一整改一督促", [("审计一整改一督促", "审计——整改——督促")]),
        ("高深人士的深人浅出", []),
        ("工人和仓库，履行职责", []),
    ],
)
def test_look_alikes_are_found_where_they_stand(text: str, pairs: list[tuple[str, str]]) -> None:
    found = lookalikes.find(text)
    assert [(one.found, one.proposed) for one in found] == pairs
    assert all(text[one.start : one.end] == one.found for one in found)


def test_no_look_alike_of_the_table_stands_in_clean_text(shared: Path) -> None:
    with gzip.open(shared / "cleaning/clean_lines.txt.gz", "rt", encoding="utf-8") as lines:
        texts = lines.read().splitlines()
    with gzip.open(shared / "corpus/news-dev.jsonl.gz", "rt", encoding="utf-8") as records:
        for record in map(json.loads, records):
            texts += (record["title"], *record["paragraphs"])
    assert [one for text in texts for one in lookalikes.find(text)] == []


def test_the_table_proposes_other_words_of_the_same_look() -> None:
    for found, proposed in lookalikes.built_in().items():
        assert found != proposed
        assert proposed not in lookalikes.built_in()
        assert sum(a != b for a, b in zip(found, proposed, strict=False)) in (1, 2) or "——" in proposed


def test_both_words_find_the_article(archive: Path) -> None:
    assert totals(archive, "诵讯员", "通讯员", "入库", "覆盖", "云陂市", "云坡市") == [1] * 6


def test_a_phrase_is_still_what_stands_in_the_text(archive: Path) -> None:
    assert totals(archive, '"诵讯员"', '"通讯员"', '"履盖面"', '"覆盖"') == [1, 0, 1, 0]


def test_a_row_added_to_the_archive_reaches_an_index_that_is_up_to_date(archive: Path) -> None:
    engine = MemoryEngine()
    pipeline.index(Archive(archive), engine)
    assert search(engine.reader(), "企邺").total == 0
    with (archive / "lookalikes.tsv").open("a", encoding="utf-8") as table:
        table.write("走访企业\t走访企邺\n")
    assert pipeline.index(Archive(archive), engine).pages == 1
    assert search(engine.reader(), "企邺").total == 1


def test_a_row_that_is_no_pair_is_named(archive: Path) -> None:
    (archive / "lookalikes.tsv").write_text("履盖\n人库\t入库\n", encoding="utf-8")
    (warning,) = Archive(archive).survey().warnings
    assert warning.startswith("lookalikes.tsv: line 1 is no pair;")


def test_candidates_are_no_words_and_become_frequent_ones() -> None:
    texts = ["双方举行会谈。"] * 20 + ["双方举行会淡。", "工人入库房。", "幵展培训，开展培训。", "双方举行会读。"]
    (one,) = lookalikes.mine(texts)
    assert (one.found, one.proposed, one.count, one.example) == ("会淡", "会谈", 1, "双方举行会淡。")


def test_the_command_prints_rows_that_the_archive_can_take(archive: Path) -> None:
    more = archive / "demo/2024-01-27/01.txt"
    more.parent.mkdir()
    more.write_text("双方举行会谈\n\n" + "双方举行会谈，交换意见。" * 5 + "又举行会淡，交换意见。\n", encoding="utf-8")
    rows = output(baosou("lookalikes", "--archive", archive))
    assert [row.split("\t")[:3] for row in rows.splitlines()] == [["会淡", "会谈", "1"]]
    assert lookalikes.parse(rows, "-") == ({"会淡": "会谈"}, ())
