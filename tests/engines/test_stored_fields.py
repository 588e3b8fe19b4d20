"""Tests that documents are stored as bytes without loss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engines.stored_fields import from_bytes, summary_from_bytes, to_bytes
from indexer.model import Article, Document, DocumentSummary, Passage
from tests.support.examples import examples

SPANS = st.tuples(st.tuples(st.integers(0, 2**40), st.integers(0, 2**40)))
PASSAGES = st.lists(
    st.builds(Passage, spans=SPANS, flags=st.tuples(st.sampled_from(["seam", "repeated"])), page=st.text()), max_size=3
).map(tuple)
ARTICLES = st.builds(
    Article,
    paragraphs=PASSAGES,
    captions=PASSAGES,
    quality=st.none() | st.floats(0, 1),
    head=SPANS,
    pages=st.tuples(st.text()),
    evidence=...,
    lookalikes=...,
)
DOCUMENTS = st.builds(Document, article=ARTICLES, ordinal=st.integers(0, 2**40))
"""Documents with a value in every field; one missing in the format would be lost."""


@examples(35, 100)
@given(DOCUMENTS)
def test_a_document_comes_back_whole_and_as_a_summary(document: Document) -> None:
    stored = to_bytes(document)
    assert from_bytes(stored) == document
    assert summary_from_bytes(stored) == DocumentSummary.of(document)


@examples(35, 100)
@given(DOCUMENTS)
def test_a_file_may_have_a_name_that_is_no_text(document: Document) -> None:
    odd = Document(document.article, "paper", "title", "1", 0, "paper/\udcff.txt")
    assert from_bytes(to_bytes(odd)) == odd
    assert summary_from_bytes(to_bytes(odd)) == DocumentSummary.of(odd)


@pytest.mark.parametrize("garbage", [b"", b"[", b"{}", b"\x92\x01", b"\xff" * 9])
def test_other_bytes_are_refused(garbage: bytes) -> None:
    for read in (from_bytes, summary_from_bytes):
        with pytest.raises(ValueError, match=r".+"):
            read(garbage)


def test_a_text_is_all_passages_line_by_line() -> None:
    one, two, three = (Passage(text, ()) for text in "一二三")
    article = Article("a-1", "新闻", "", "题", "", (), "", (), None, (one, two), (three,), "")
    summary = DocumentSummary.of(Document(article, "a", "A", "1", 0, "a/1.txt")).article
    assert summary.text == "一\n二\n三"
    assert summary.lead == article.lead == "一"
