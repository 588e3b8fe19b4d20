"""Tests that undamaged texts of many genres keep their letters and lines."""

from __future__ import annotations

import pytest

from indexer.cleaning import clean
from tests.support.layouts import letters
from tests.support.undamaged import UNDAMAGED


@pytest.mark.parametrize("text", [text for texts in UNDAMAGED.values() for text in texts])
@pytest.mark.parametrize("frame", ["{}", "老街夜市开张\n\n{}", "{}\n\n昨日，老街夜市开张，摊主一百二十户，灯火通明。"])
def test_undamaged_text_stays(text: str, frame: str) -> None:
    page = frame.format(text)
    have, want = ([letters(line) for line in one.split("\n") if line.strip()] for one in (clean(page).text, page))
    assert have == want
