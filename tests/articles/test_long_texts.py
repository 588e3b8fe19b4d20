"""Property: a page that says one thing over and over is read, however long it is.

With steps that take time in the square of the length, one of these pages would take hours.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.articles.page_reader import read_page
from indexer.model import PageIdentity, Paper, RawPage

LETTERS = 60_000
PIECES = st.text("中云陂坚坚持持一ab14 \n\u3000，。：、“”（）《》①②#|*-\ufffd版讯", min_size=1, max_size=12).filter(
    lambda piece: any(map(str.isalnum, piece))
)


@given(PIECES, st.sampled_from(["", "\n", " "]))
@example("40718 55620 ", "")
@example("坚 坚 持 持 ", "")
@example("坚坚持持", "")
@example("铁水奔流夜未眠", "")
@example("本报讯", "")
@example("（下转第2版）", "")
@settings(max_examples=12, deadline=None)
@pytest.mark.long
def test_pages_of_any_length_are_read(piece: str, between: str) -> None:
    one = piece + between
    raw = RawPage("demo/1.txt", one * (LETTERS // len(one)))
    reading = read_page(raw, PageIdentity("demo", None, "01"), Paper("demo"))
    assert reading.articles or reading.furniture
