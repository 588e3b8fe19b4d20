"""Tests of queries of Whoosh on our segments, field by field."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from whoosh import index as whoosh_index
from whoosh.query import NumericRange, Prefix, Query, Term

from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh.engine import WhooshEngine
from tests.support.engine_documents import document


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Term("place", "豫"), "ab"),
        (Term("place", "豫/驻"), "a"),
        (Term("section", "要闻"), "b"),
        (Term("id", "b"), "b"),
        (Term("source", "jia/c.txt"), "c"),
        (NumericRange("day", date(2019, 1, 1).toordinal(), date(2019, 12, 31).toordinal()), "a"),
        (Prefix("words", "工"), "ab"),
        (Prefix("headline_words", "工"), "b"),
        (Prefix("id", "c"), "c"),
    ],
    ids=str,
)
def test_whoosh_finds_by_every_field(tmp_path: Path, query: Query, expected: str) -> None:
    writer = WhooshEngine(tmp_path, IndexIdentity("", "")).writer()
    given = (
        document("a", words="工会 表彰", localities=("豫/驻",), day=date(2019, 5, 1)),
        document("b", "工会", words="工会", localities=("豫",), section="要闻", day=date(2020, 1, 1)),
        document("c", words="妇联", day=None),
    )
    for one in given:
        writer.replace(one.document.source, [one], "f")
    writer.commit()
    with whoosh_index.open_dir(str(tmp_path)).searcher() as searcher:
        ids = searcher.reader().column_reader("id")
        assert {ids[number] for number in searcher.docs_for_query(query)} == set(expected)
