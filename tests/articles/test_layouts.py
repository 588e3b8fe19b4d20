"""Pages of clean news are read in their order, however their letters are spaced."""

from __future__ import annotations

import pytest

from tests.conftest import PROJECT
from tests.support.layouts import LAYOUTS, is_permuted, news, pages, read

SHARED = PROJECT.parent / "shared"


@pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="needs the corpus in ../shared")
@pytest.mark.parametrize("name", [name for name in LAYOUTS if name.startswith("spaced")])
def test_text_is_never_put_in_another_order(name: str) -> None:
    for page in pages(news(SHARED), LAYOUTS[name], 4):
        assert not is_permuted(read(page.raw))
