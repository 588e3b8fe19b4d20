"""Pages of clean news are read in their order, however their letters are spaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.layouts import LAYOUTS, is_permuted, lost_letters, news, pages, read
from tests.support.unseen_pages import FAMILIES, unseen_pages


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name.startswith("spaced")])
def test_text_is_never_put_in_another_order(name: str, shared: Path) -> None:
    for page in pages(news(shared), LAYOUTS[name], 4):
        assert not is_permuted(read(page.raw))


@pytest.mark.parametrize("name", FAMILIES)
def test_text_of_pages_set_by_chance_stays_in_order_and_whole(name: str, shared: Path) -> None:
    for page in unseen_pages(news(shared), FAMILIES[name], 4, seed=5):
        reading = read(page.raw)
        assert not is_permuted(reading)
        assert not lost_letters(page.raw, reading)
