"""Pages of clean news are read in their order, however their letters are spaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.layouts import LAYOUTS, is_permuted, news, pages, read


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name.startswith("spaced")])
def test_text_is_never_put_in_another_order(name: str, shared: Path) -> None:
    for page in pages(news(shared), LAYOUTS[name], 4):
        assert not is_permuted(read(page.raw))
